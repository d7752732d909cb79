/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "nm_keyfile.h"
#include "settings.h"
#include "test.h"
#include "util.h"

#define HEAD "# Network settings of firstboot; not to be edited.\n"
#define FILE_HEAD                                                                                  \
	"# Written by firstboot; what is changed here is lost when settings are saved again.\n\n"

static struct net_set set;

/* The keyfile of the first link of these settings. */
static void check(const char *settings, const char *master, const char *expected)
{
	_cleanup_free_ char *text = NULL;
	struct nm_settings profile;
	struct nm_role role = { .master = master };

	test_equal_int(settings_parse(settings, &set), 0);
	if (!master)
		role.config = &set.links[0];
	test_equal_int(nm_profile_compose(set.links[0].ifname, &role, true, "", &profile), 0);
	test_equal_int(nm_keyfile_render(&profile, &text), 0);
	test_equal_str(text ? text : "(none)", expected);
	nm_settings_done(&profile);
}

/* Every kind of value there is. */
static void test_card(void)
{
	check(HEAD "\n[Link]\nName=enp1s0\nMTUBytes=1400\n"
		   "\n[IPv4]\nMethod=static\nAddress=192.0.2.10/24\nAddress=192.0.2.11/24\n"
		   "Gateway=192.0.2.1\n"
		   "\n[IPv6]\nMethod=static\nAddress=2001:db8::10/64\nGateway=fe80::1\n"
		   "GatewayOnLink=yes\n"
		   "\n[Network]\nDNS=192.0.2.53\nDNS=192.0.2.54\nDNS=2001:db8::53\n"
		   "Domains=example.com\nDomains=example.net\n"
		   "\n[Route]\nDestination=10.0.0.0/8\nGateway=192.0.2.2\nMetric=50\n"
		   "\n[Route]\nDestination=10.99.0.0/16\nMetric=7\n"
		   "\n[Route]\nDestination=203.0.113.7/32\n"
		   "\n[Route]\nDestination=2001:db8:7::/48\nMetric=9\n",
		NULL,
		FILE_HEAD
		"[connection]\nid=firstboot-enp1s0\n"
		"uuid=e39574f4-d462-8698-9276-bf4f8ad2ea1c\n"
		"type=802-3-ethernet\ninterface-name=enp1s0\nautoconnect=true\n"
		"autoconnect-priority=100\nautoconnect-retries=0\n"
		"\n[802-3-ethernet]\nmtu=1400\n"
		"\n[ipv4]\nmethod=manual\naddress1=192.0.2.10/24\naddress2=192.0.2.11/24\n"
		"gateway=192.0.2.1\nroute1=10.0.0.0/8,192.0.2.2,50\n"
		"route2=10.99.0.0/16,0.0.0.0,7\nroute3=203.0.113.7/32\n"
		"dns=192.0.2.53;192.0.2.54;\ndns-search=example.com;example.net;\n"
		"may-fail=true\n"
		"\n[ipv6]\nmethod=manual\naddress1=2001:db8::10/64\n"
		"route1=::/0,fe80::1\nroute1_options=onlink=true\n"
		"route2=2001:db8:7::/48,::,9\ndns=2001:db8::53;\n"
		"may-fail=true\naddr-gen-mode=0\n"
		"\n[user]\norg.firstboot.digest=cbd82871aac5a289\n");
}

#define BOND                                                                                       \
	HEAD "\n[Link]\nName=bond0\nKind=bond\nMode=active-backup\nPort=enp1s0\n"                  \
	     "\n[IPv4]\nMethod=automatic\n\n[IPv6]\nMethod=off\n"

static void test_bond(void)
{
	check(BOND, NULL,
		FILE_HEAD "[connection]\nid=firstboot-bond0\n"
			  "uuid=9eb2766f-e41a-8b8e-bbd2-066146dc8322\n"
			  "type=bond\ninterface-name=bond0\nautoconnect=true\n"
			  "autoconnect-priority=100\nautoconnect-retries=0\nautoconnect-slaves=1\n"
			  "\n[bond]\nmode=active-backup\nmiimon=100\nfail_over_mac=active\n"
			  "\n[ipv4]\nmethod=auto\nmay-fail=true\ndhcp-timeout=2147483647\n"
			  "\n[ipv6]\nmethod=disabled\nmay-fail=true\naddr-gen-mode=0\n"
			  "\n[user]\norg.firstboot.digest=4de2902557eea232\n");
}

/* It has no addresses of its own. */
static void test_port(void)
{
	check(BOND, "bond1",
		FILE_HEAD "[connection]\nid=firstboot-bond0\n"
			  "uuid=9eb2766f-e41a-8b8e-bbd2-066146dc8322\n"
			  "type=802-3-ethernet\ninterface-name=bond0\nautoconnect=true\n"
			  "autoconnect-priority=100\nautoconnect-retries=0\n"
			  "master=bond1\nslave-type=bond\n"
			  "\n[user]\norg.firstboot.digest=b14ed30f6b441744\n");
}

/* What would be more than the value that it seems to be. */
static void test_refused(void)
{
	static const char *const bad[] = { "", "a\nb", "a;b", "a,b", "a\\sb", " a", "a ", "a#b",
		"\xc3\xa4" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct nm_settings profile = { .n_items = 1 };
		char *value = (char *)bad[i], *text = NULL;

		profile.items[0] = (struct nm_item){ "connection", "id", NM_STRING, &value, 1 };
		test_equal_int(nm_keyfile_render(&profile, &text), -EINVAL);
		test_assert(!text);
	}
}

int main(void)
{
	test_run(test_card);
	test_run(test_bond);
	test_run(test_port);
	test_run(test_refused);
	return test_result();
}
