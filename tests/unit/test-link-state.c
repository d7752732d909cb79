/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>

#include "sysstate.h"
#include "test.h"
#include "util.h"

/* A lease and a router's prefix, as systemd 252 tells of them. */
static const char automatic[] =
	"{'Index':2,'Name':'enp1s0','Kind':'veth','Flags':69699,'AdministrativeState':'configuring'"
	","
	"'OnlineState':'online','NetworkFile':'/usr/lib/systemd/network/80-dhcp.network',"
	"'DNS':[{'Family':2,'Address':[192,0,2,1],'ConfigSource':'DHCPv4',"
	"'ConfigProvider':[192,0,2,1]},{'Family':10,'Address':[254,128,0,0,0,0,0,0,168,235,75,255,"
	"254,118,76,201],'ConfigSource':'NDisc'}],"
	"'DNSSettings':[{'LLMNR':'yes','ConfigSource':'static'}],"
	"'Addresses':[{'Family':2,'Address':[192,0,2,111],'Broadcast':[192,0,2,255],"
	"'PrefixLength':24,'Scope':0,'ScopeString':'global','Flags':0,'FlagsString':null,"
	"'PreferredLifetimeUsec':5071820308,'ConfigSource':'DHCPv4','ConfigState':'configured',"
	"'ConfigProvider':[192,0,2,1]},{'Family':10,'Address':[254,128,0,0,0,0,0,0,80,84,0,255,254,"
	"18,52,86],'PrefixLength':64,'ConfigSource':'foreign','ConfigState':'configured'},"
	"{'Family':10,'Address':[32,1,13,184,0,0,0,0,80,84,0,255,254,18,52,86],'PrefixLength':64,"
	"'Flags':832,'ConfigSource':'NDisc','ConfigState':'configured'}],"
	"'Routes':[{'Family':10,'Destination':[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0],"
	"'DestinationPrefixLength':0,'Gateway':[254,128,0,0,0,0,0,0,168,235,75,255,254,118,76,201],"
	"'Type':1,'Priority':1024,'Table':254,'ConfigSource':'NDisc'},"
	"{'Family':2,'Destination':[192,0,2,255],'DestinationPrefixLength':32,'Type':3,'Priority':"
	"0,"
	"'Table':255,'ConfigSource':'foreign'},"
	"{'Family':2,'Destination':[0,0,0,0],'DestinationPrefixLength':0,'Gateway':[192,0,2,1],"
	"'Type':1,'TypeString':'unicast','Priority':1024,'Table':254,'TableString':'main(254)',"
	"'ConfigSource':'DHCPv4'}]}";

/* Fixed settings, as systemd 257 tells of them. */
static const char fixed[] =
	"{'Index':12,'Name':'enp2s0','AdministrativeState':'configured','NetworkFile':"
	"'/etc/systemd/network/05-firstboot-enp2s0.network','NetworkFileDropins':[],"
	"'DNS':[{'Family':2,'Address':[198,51,100,1],'Port':0,'InterfaceIndex':12,'ServerName':"
	"null,"
	"'ConfigSource':'static'},{'Family':10,'Address':[32,1,13,184,0,1,0,0,0,0,0,0,0,0,0,1],"
	"'ConfigSource':'static'}],"
	"'SearchDomains':[{'Domain':'example.com','ConfigSource':'static'},"
	"{'Domain':'example.net','ConfigSource':'static'}],"
	"'RouteDomains':[{'Domain':'route.example','ConfigSource':'static'}],"
	"'Addresses':[{'Family':2,'Address':[198,51,100,9],'PrefixLength':24,'Flags':128,"
	"'ConfigSource':'static','ConfigState':'configured'}],"
	"'Routes':[{'Family':2,'Destination':[0,0,0,0],'DestinationPrefixLength':0,"
	"'Gateway':[198,51,100,2],'Type':1,'Priority':50,'Table':254},"
	"{'Family':2,'Destination':[0,0,0,0],'DestinationPrefixLength':0,"
	"'Gateway':[198,51,100,1],'Type':1,'Priority':0,'Table':254},"
	"{'Family':2,'Destination':[0,0,0,0],'DestinationPrefixLength':0,"
	"'Gateway':[198,51,100,3],'Type':1,'Priority':0,'Table':100}],"
	"'DHCPv6Client':{'DUID':[0,2]}}";

/* Parse JSON that is written with ' for ". */
static int parse(const char *text, struct link_state *ret)
{
	_cleanup_free_ char *json = strdup(text);

	for (char *c = json; json && *c; c++)
		if (*c == '\'')
			*c = '"';
	return json ? link_state_parse(json, ret) : -ENOMEM;
}

/* Compare an address with its notation. */
static void check_ip(const char *label, const struct ip_addr *addr, const char *expected)
{
	char text[IP_TEXT_MAX];

	test_equal_str_at(label, ip_format(addr, text), expected);
}

/* A link on DHCP and router advertisements. */
static void test_automatic(void)
{
	struct link_state state = { 0 };

	test_equal_int(parse(automatic, &state), 0);
	test_assert(state.known);
	test_assert(state.dhcp4);
	test_equal_str(state.administrative, "configuring");
	test_equal_str(state.network_file, "/usr/lib/systemd/network/80-dhcp.network");
	check_ip("server", &state.dhcp_server, "192.0.2.1");
	check_ip("gateway", &state.gateway4, "192.0.2.1");
	check_ip("router", &state.gateway6, "fe80::a8eb:4bff:fe76:4cc9");
	test_equal_int(state.n_dns, 2);
	check_ip("DNS", &state.dns[0], "192.0.2.1");
	test_equal_int(state.n_domains, 0);
	test_equal_int(state.n_origins, 3);
	check_ip("address", &state.origins[0].addr, "192.0.2.111");
	test_equal_str(state.origins[0].source, "DHCPv4");
	test_equal_str(state.origins[1].source, "foreign");
	test_equal_str(state.origins[2].source, "NDisc");
}

/* A link with fixed settings: the best gateway of the main table, no route-only domains. */
static void test_fixed(void)
{
	struct link_state state = { 0 };

	test_equal_int(parse(fixed, &state), 0);
	test_assert(!state.dhcp4);
	test_equal_int(state.dhcp_server.family, AF_UNSPEC);
	test_equal_str(state.administrative, "configured");
	check_ip("gateway", &state.gateway4, "198.51.100.1");
	check_ip("router", &state.gateway6, "");
	test_equal_int(state.n_dns, 2);
	check_ip("DNS", &state.dns[1], "2001:db8:1::1");
	test_equal_int(state.n_domains, 2);
	test_equal_str(state.domains[1], "example.net");
	test_equal_str(state.origins[0].source, "static");
}

/* A lease as systemd 257 tells of it: its clock, who asked, routes and time servers. */
static void test_lease(void)
{
	static const char json[] =
		"{'AdministrativeState':'configured','NTP':[{'Family':2,'Address':[192,0,2,123],"
		"'ConfigSource':'DHCPv4'},{'Server':'ntp.example.com','ConfigSource':'runtime'}],"
		"'DNS':[{'Family':2,'Address':[192,0,2,1],'ConfigSource':'DHCPv4'}],"
		"'SearchDomains':[{'Domain':'example.com','ConfigSource':'static'}],"
		"'Addresses':[{'Family':2,'Address':[192,0,2,111],'ValidLifetimeUsec':7200000000,"
		"'ConfigSource':'DHCPv4','ConfigProvider':[192,0,2,1]}],"
		"'Routes':[{'Family':2,'Destination':[0,0,0,0],'DestinationPrefixLength':0,"
		"'Gateway':[192,0,2,1],'Priority':1024,'ConfigSource':'DHCPv4','Protocol':16},"
		"{'Family':2,'Destination':[10,0,0,0],'DestinationPrefixLength':8,'Protocol':16,"
		"'Gateway':[192,0,2,9],'Priority':1024,'ConfigSource':'DHCPv4'},"
		"{'Family':2,'Destination':[192,0,2,0],'DestinationPrefixLength':24,'Protocol':2,"
		"'ConfigSource':'foreign'},"
		"{'Family':10,'Destination':[32,1,13,184,0,7,0,0,0,0,0,0,0,0,0,0],'Protocol':9,"
		"'DestinationPrefixLength':48,'ConfigSource':'NDisc'}],"
		"'DHCPv4Client':{'Lease':{'LeaseTimestampUSec':3600000000,"
		"'Timeout1USec':5400000000,'Timeout2USec':6750000000},"
		"'ClientIdentifier':[1,82,84,0,18,52,86]}}";
	struct link_state state = { 0 };

	test_equal_int(parse(json, &state), 0);
	test_equal_str(state.manager, "networkd");
	test_equal_int((long long)state.n_ntp, 2);
	test_equal_str(state.ntp[0], "192.0.2.123");
	test_equal_str(state.ntp[1], "ntp.example.com");
	test_equal_str(state.ntp_source, "DHCPv4");
	test_equal_str(state.dns_source, "DHCPv4");
	test_equal_str(state.domains_source, "static");
	test_equal_str(state.gateway_source[0], "DHCPv4");
	test_equal_str(state.gateway_source[1], "");
	test_equal_int((long long)state.n_routes, 2);
	check_ip("route", &state.routes[0].route.gateway, "192.0.2.9");
	test_equal_int(state.routes[0].route.destination.length, 8);
	test_equal_int(state.routes[0].route.metric, 1024);
	test_equal_str(state.routes[1].source, "NDisc");
	test_equal_int(state.routes[1].route.gateway.family, AF_UNSPEC);
	test_equal_str(state.lease.client_id, "01:52:54:00:12:34:56");
	test_equal_int((long long)state.lease.obtained, 3600000000);
	test_equal_int((long long)state.lease.ends, 7200000000);
	test_equal_int(state.lease.renew_s, 1800);
	test_equal_int(state.lease.rebind_s, 3150);
}

/* What is no such answer is refused and leaves the output alone. */
static void test_refused(void)
{
	static const char *const table[] = { "", "null", "7", "[]", "'text'", "{", "{'Name':" };

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct link_state state = { .n_dns = 77 };

		if (parse(table[i], &state) != -EINVAL || state.n_dns != 77)
			test_fail("\"%s\" was taken", table[i]);
	}
}

/* Members of another type, size or number than expected count as absent. */
static void test_strange(void)
{
	static const char *const table[] = {
		"{}",
		"{'AdministrativeState':7,'NetworkFile':[],'DNS':{},'Addresses':null,'Routes':'x'}",
		"{'AdministrativeState':'a state that is longer than any there is'}",
		"{'DNS':[{'Family':2,'Address':[192,0,2]},{'Family':10,'Address':[1,2,3,4]},"
		"{'Family':99,'Address':[]},{},7,null],'SearchDomains':[{'Domain':7},{},null]}",
		"{'DHCPv4Client':{'Lease':7,'ClientIdentifier':{}},'NTP':[7,{},{'Server':''}]}",
		"{'DHCPv4Client':[],'NTP':{'Server':'a'}}",
		"{'Routes':[{'Family':2,'DestinationPrefixLength':33,'Destination':[10,0,0,0]},"
		"{'Family':2,'DestinationPrefixLength':-3,'Destination':[10,0,0,0]},"
		"{'Family':2,'DestinationPrefixLength':8,'Destination':[10,0,0,0],'Table':7}]}",
		"{'Routes':[{'Family':2,'DestinationPrefixLength':0},null,[],"
		"{'Family':2,'Gateway':[192,0,2,1]},"
		"{'Family':2,'DestinationPrefixLength':8,'Gateway':[192,0,2,1]}]}",
	};
	static const struct link_state nothing = { .known = true, .manager = "networkd" };

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct link_state state = { 0 };

		if (parse(table[i], &state) != 0 || memcmp(&state, &nothing, sizeof(state)) != 0)
			test_fail("%s", table[i]);
	}
}

/* More than there is room for is left out. */
static void test_many(void)
{
	_cleanup_free_ char *json = NULL;
	struct link_state state = { 0 };
	size_t size;
	FILE *f = open_memstream(&json, &size);

	test_assert(f);
	if (!f)
		return;
	for (int list = 0; list < 3; list++) {
		static const char *const names[] = { "DNS", "Addresses", "SearchDomains" };

		fprintf(f, "%s'%s':[", list ? "," : "{", names[list]);
		for (int i = 0; i < 100; i++)
			fprintf(f, "%s{'Family':2,'Address':[10,0,0,%d],'Domain':'d%d'}",
				i ? "," : "", i, i);
		fputc(']', f);
	}
	fputc('}', f);
	fclose(f);
	test_equal_int(parse(json, &state), 0);
	test_equal_int(state.n_dns, NET_DNS_MAX);
	test_equal_int(state.n_domains, NET_DOMAINS_MAX);
	test_equal_int(state.n_origins, ARRAY_SIZE(state.origins));
	test_equal_str(state.domains[NET_DOMAINS_MAX - 1], "d7");
}

int main(void)
{
	test_run(test_automatic);
	test_run(test_fixed);
	test_run(test_lease);
	test_run(test_refused);
	test_run(test_strange);
	test_run(test_many);
	return test_result();
}
