/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>

#include "any.h"
#include "settings.h"
#include "test.h"
#include "util.h"

#define HEAD "# Network settings of firstboot; not to be edited.\n"
#define CARD "\n[Link]\nName=enp1s0\n\n[IPv4]\nMethod=automatic\n\n[IPv6]\nMethod=automatic\n"

/* All settings that there are, as text. */
static const char whole[] = HEAD "\n[Set]\nAdvertised=enp1s0\n"
				 "\n[Link]\nName=enp1s0\nMTUBytes=9000\n"
				 "\n[IPv4]\nMethod=static\nAddress=192.0.2.10/24\n"
				 "Address=198.51.100.1/31\nGateway=203.0.113.1\nGatewayOnLink=yes\n"
				 "\n[IPv6]\nMethod=dhcp\n"
				 "\n[Network]\nDNS=192.0.2.53\nDNS=2001:db8::53\n"
				 "Domains=example.com\nDomains=_msdcs.corp\n"
				 "NTP=ntp.example.com\nNTP=2001:db8::123\n"
				 "\n[Route]\nDestination=10.0.0.0/8\nGateway=192.0.2.2\nMetric=50\n"
				 "\n[Route]\nDestination=2001:db8:1::/48\n"
				 "\n[DHCP]\nClientIdentifier=mac\nSendHostname=no\n"
				 "\n[Link]\nName=enp1s0.5\nKind=vlan\nId=5\nPort=enp1s0\n"
				 "\n[IPv4]\nMethod=off\n"
				 "\n[IPv6]\nMethod=static\nAddress=2001:db8::10/64\n"
				 "Gateway=fe80::1\n"
				 "\n[Link]\nName=bond0\nKind=bond\nMode=802.3ad\nPort=enp2s0\n"
				 "Port=enp3s0\n"
				 "\n[IPv4]\nMethod=automatic\n\n[IPv6]\nMethod=automatic\n"
				 "\n[DHCP]\nSendHostname=no\n";

/* Texts that are read and written again to the byte. */
static void test_golden(void)
{
	static const char *const table[] = { HEAD, HEAD CARD,
		HEAD CARD "\n[DHCP]\nClientIdentifier=mac\n", whole };

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		_cleanup_free_ char *text = NULL;
		static struct net_set set;

		test_equal_int(settings_parse(table[i], &set), 0);
		test_equal_int(settings_render(&set, &text), 0);
		test_equal_str(text, table[i]);
	}
}

/* What was read stands in its fields. */
static void test_fields(void)
{
	static struct net_set set;
	const struct net_config *card, *vlan, *bond;

	test_equal_int(settings_parse(whole, &set), 0);
	test_equal_int((long long)set.n_links, 3);
	test_equal_str(set.advertised, "enp1s0");
	card = net_set_find(&set, "enp1s0");
	vlan = net_set_find(&set, "enp1s0.5");
	bond = net_set_find(&set, "bond0");
	if (!card || !vlan || !bond) {
		test_fail("a link is missing");
		return;
	}
	test_equal_int(card->mtu, 9000);
	test_equal_int(card->v4.method, NET_METHOD_STATIC);
	test_equal_int((long long)card->v4.n_addresses, 2);
	test_assert(card->v4.gateway_onlink && card->dhcp_by_mac && card->dhcp_anonymous);
	test_equal_int(card->v6.method, NET_METHOD_DHCP);
	test_equal_int((long long)card->n_dns, 2);
	test_equal_str(card->domains[1], "_msdcs.corp");
	test_equal_str(card->ntp[1], "2001:db8::123");
	test_equal_int((long long)card->n_routes, 2);
	test_equal_int(card->routes[0].metric, 50);
	test_equal_int(card->routes[1].gateway.family, AF_UNSPEC);
	test_equal_int(vlan->device.kind, NET_DEVICE_VLAN);
	test_equal_int(vlan->device.vlan_id, 5);
	test_equal_str(vlan->device.ports[0], "enp1s0");
	test_equal_int(vlan->v4.method, NET_METHOD_OFF);
	test_equal_int(bond->device.bond_mode, NET_BOND_802_3AD);
	test_equal_int((long long)bond->device.n_ports, 2);
	test_assert(!bond->dhcp_by_mac && bond->dhcp_anonymous);
}

/* What another hand has changed is refused. */
static void test_foreign(void)
{
	static const char *const table[] = {
		"",
		"\n",
		CARD,
		HEAD "\n",
		HEAD CARD "\n",
		HEAD CARD CARD "x",
		HEAD CARD "[Link]\n",
		HEAD "MTUBytes=1500\n",
		HEAD "\n[IPv4]\nMethod=off\n",
		HEAD "\n[Network]\nDNS=192.0.2.53\n",
		HEAD "\n[Set]\nAdvertised=\n" CARD,
		HEAD "\n[Set]\nAdvertised=enp1s0enp1s0enp1s0\n" CARD,
		HEAD "\n[Link]\nName=\n\n[IPv4]\nMethod=off\n\n[IPv6]\nMethod=off\n",
		HEAD "\n[Link]\nName=a b\n\n[IPv4]\nMethod=off\n\n[IPv6]\nMethod=off\n",
		HEAD "\n[Link]\nName=enp1s0\nColour=red\n\n[IPv4]\nMethod=off\n\n[IPv6]\nMethod="
		     "off\n",
		HEAD "\n[Link]\nName=enp1s0\n\n[IPv4]\nMethod=slow\n\n[IPv6]\nMethod=off\n",
		HEAD "\n[Link]\nName=enp1s0\n\n[IPv4]\nMethod=off\nAddress=192.0.2.1/24\n"
		     "\n[IPv6]\nMethod=off\n",
		HEAD "\n[Link]\nName=enp1s0\n\n[IPv4]\nMethod=static\nAddress=2001:db8::1/64\n"
		     "\n[IPv6]\nMethod=static\n",
		HEAD "\n[Link]\nName=enp1s0\n\n[IPv4]\nMethod=static\nAddress=192.0.2.1/024\n"
		     "\n[IPv6]\nMethod=off\n",
		HEAD "\n[Link]\nName=enp1s0\nKind=vlan\nId=70000\nPort=a\n\n[IPv4]\nMethod=off\n"
		     "\n[IPv6]\nMethod=off\n",
		HEAD "\n[Link]\nName=enp1s0\nKind=existing\n\n[IPv4]\nMethod=off\n"
		     "\n[IPv6]\nMethod=off\n",
		HEAD "\n[Link]\nName=enp1s0\nMTUBytes=0\n\n[IPv4]\nMethod=off\n"
		     "\n[IPv6]\nMethod=off\n",
		HEAD "\n[Link]\nName=enp1s0\nMTUBytes=4294967296\n\n[IPv4]\nMethod=off\n"
		     "\n[IPv6]\nMethod=off\n",
		HEAD CARD "\n[Route]\nGateway=192.0.2.1\n",
		HEAD CARD "\n[Route]\nDestination=10.0.0.0/8\nMetric=-1\n",
		HEAD CARD "\n[DHCP]\nClientIdentifier=duid\n",
		HEAD CARD "\n[DHCP]\nSendHostname=yes\n",
	};
	static struct net_set set;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (settings_parse(table[i], &set) != -EINVAL)
			test_fail("row %zu was taken: %s", i, table[i]);
}

/* Too many of a thing are refused, not written past the end. */
static void test_overflow(void)
{
	static const char *const lines[] = { "\n[Link]\nName=a\n", "Port=a\n",
		"\n[IPv4]\nAddress=192.0.2.1/24\n", "\n[Network]\nDNS=192.0.2.53\n",
		"\n[Network]\nDomains=example.com\n", "\n[Network]\nNTP=a\n",
		"\n[Route]\nDestination=10.0.0.0/8\n" };

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char text[4096] = HEAD "\n[Link]\nName=x\n";
		static struct net_set set;

		for (int n = 0; n < NET_LINKS_MAX + 1; n++)
			strcat(text, lines[i]);
		test_equal_int(settings_parse(text, &set), -EINVAL);
	}
}

/* Names that would begin a line of their own are not written. */
static void test_refuse(void)
{
	static const char *const names[] = { "a\nb", "a\r", "a b", "\t", "a\x1b[2J", "a\x7f",
		"b\xc3\xbc", "" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		for (int place = 0; place < 4; place++) {
			static struct net_set set;
			struct net_config *config = &set.links[0];
			char *text = NULL;

			memset(&set, 0, sizeof(set));
			set.n_links = config->n_domains = config->n_ntp = config->device.n_ports =
				1;
			strcpy(config->ifname, place == 0 ? names[i] : "enp1s0");
			strcpy(config->domains[0], place == 1 ? names[i] : "example.com");
			strcpy(config->ntp[0], place == 2 ? names[i] : "192.0.2.1");
			strcpy(config->device.ports[0], place == 3 ? names[i] : "enp2s0");
			if (settings_render(&set, &text) != -EINVAL || text)
				test_fail("\"%s\" was written in place %d", names[i], place);
		}
}

/* Whatever the settings are, they come back as they were. */
static void test_round_trip(void)
{
	for (int i = 0; i < 2000; i++) {
		static struct net_set set, again;
		_cleanup_free_ char *text = NULL;

		any_set(&set, i % 100 == 0 ? NET_LINKS_MAX : 3, false);
		if (settings_render(&set, &text) < 0 || settings_parse(text, &again) < 0 ||
			!net_set_equal(&set, &again))
			test_fail("lost on the way:\n%s", text ? text : "(nothing)");
	}
}

/* Spoil a text at one place. */
static void spoil(char *text, size_t length)
{
	static const char bytes[] = "\n=[]#;0129.:/ \\%azZ\x7f\xff";
	size_t at = any_below((unsigned)length), n = 1 + any_below(12);

	switch (any_below(3)) {
	case 0:
		text[at] = bytes[any_below(sizeof(bytes) - 1)];
		break;
	case 1: /* a piece of it is gone */
		if (at + n < length)
			memmove(text + at, text + at + n, length - at - n + 1);
		break;
	case 2: /* a piece of it stands elsewhere, too */
		if (at + n < length)
			memmove(text + any_below((unsigned)(length - n)), text + at, n);
		break;
	}
}

/* Whatever a text is, it is refused or means just what it says. */
static void test_any_text(void)
{
	unsigned taken = 0;

	for (int i = 0; i < 20000; i++) {
		static struct net_set set;
		_cleanup_free_ char *again = NULL;
		char text[sizeof(whole)];

		memcpy(text, whole, sizeof(whole));
		for (unsigned n = 1 + any_below(3); n > 0; n--)
			spoil(text, strlen(text));
		if (settings_parse(text, &set) < 0)
			continue;
		taken++;
		test_equal_int(settings_render(&set, &again), 0);
		test_equal_str(again, text);
	}
	if (taken < 100)
		test_fail("only %u texts were taken", taken);
}

int main(void)
{
	test_run(test_golden);
	test_run(test_fields);
	test_run(test_foreign);
	test_run(test_overflow);
	test_run(test_refuse);
	test_run(test_round_trip);
	test_run(test_any_text);
	return test_result();
}
