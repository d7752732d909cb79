/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "answers_text.h"

/* -- files --------------------------------------------------------------------------------------
 */

static const char whole[] = "[Host]\nHostname=appliance01.example.com\nTimezone=Europe/Sofia\n"
			    "Keymap=us\n"
			    "\n[Root]\nPasswordCredential=passwd.hash\n"
			    "SSHAuthorizedKey=" KEY "\n"
			    "\n[Eula]\nAccept=yes\n"
			    "\n[Network]\nLink=enp1s0\nDHCP=no\nIPv6AcceptRA=no\n"
			    "Address=\nAddress=192.0.2.10/24\nAddress=198.51.100.1/31\n"
			    "Gateway=203.0.113.1\nGatewayOnLink=ipv4\nDNS=192.0.2.53\n"
			    "DNS=2001:db8::53\nDomains=example.com\nDomains=_msdcs.corp\n"
			    "NTP=ntp.example.com\nMTU=9000\n"
			    "Route=10.0.0.0/8 via 192.0.2.2 metric 50\n"
			    "Route=203.0.113.7/32\nClientIdentifier=mac\nSendHostname=no\n"
			    "Advertise=yes\n"
			    "\n[Network]\nLink=enp1s0\nVLAN=100\nName=mgmt\nDHCP=ipv6\n"
			    "WithoutRA=solicit\nAddress=192.0.2.11/24\nGateway=192.0.2.1\n"
			    "\n[Network]\nLink=bond0\nBond=802.3ad\nPort=enp2s0\nPort=enp3s0\n"
			    "DHCP=yes\nDNS=\nDomains=\nNTP=\nMTU=\nRoute=\n"
			    "\n[Network]\nLink=52:54:00:12:34:56\nDHCP=yes\n"
			    "\n[Network]\nLink=first\nAddress=192.0.2.12/24\n"
			    "Address=2001:db8::10/64\nGateway=192.0.2.1\nGateway=fe80::1\n";

/* All that there is is read, and written as it was. */
static void test_golden(void)
{
	test_equal_str(read_text(whole), "");
	test_equal_str(write_text(), whole);
}

/* Answers to a vendor's steps are kept as they stand, and say where that is. */
static void test_steps(void)
{
	static const char *const words[] = { "step licence.Key=new #2", "Step backup.Host=b",
		"Step licence.Days=", NULL };
	static const char text[] = "[Step licence]\nKey=a #b ; c\nPassphrase=#x;\nDays=\n"
				   "\n[Step backup]\n";

	test_equal_str(read_text(text), "");
	test_equal_str(write_text(), text);
	test_equal_int((int)answers.steps[0]->values[1].place.line, 3);
	test_equal_str(answers_file_of(&answers, answers.steps[0]->values[1].place), "a.ini");
	test_assert(!answers.steps[0]->values[1].exposed);
	/* A word takes the place of one value, and everybody can see it. */
	test_equal_str(set_words(words), "");
	test_equal_str(write_text(),
		"[Step licence]\nKey=new #2\nPassphrase=#x;\nDays=\n\n[Step backup]\nHost=b\n");
	test_equal_str(answers_file_of(&answers, answers.steps[0]->values[0].place), "--set");
	test_assert(answers.steps[0]->values[0].exposed);
	test_assert(!answers.steps[0]->values[1].exposed);
	test_equal_int((int)answers.steps[0]->place.line, 1);
	/* A later text goes before an earlier one. */
	answers.exposed = true;
	test_equal_int(
		answers_read("\n[Step licence]\nPassphrase=y\n", "b.ini", &answers, &problems), 0);
	test_equal_str(tell(), "");
	test_equal_str(answers_file_of(&answers, answers.steps[0]->values[1].place), "b.ini");
	test_equal_str(answers.steps[0]->values[1].text, "y");
	test_assert(answers.steps[0]->values[1].exposed);
}

/* Values that no line can hold are not written as another one. */
static void test_step_values(void)
{
	static const char *const values[] = { " a", "a\t", "a\nb", "a\x1b", "\xff", NULL };

	test_equal_str(read_text(""), "");
	test_equal_int(answers_add_step(&answers, "licence"), 0);
	for (size_t i = 0; values[i]; i++) {
		test_equal_int(answers_add_value(&answers, "Key", values[i]), 0);
		test_equal_str(write_text(),
			"[Step licence]\n# Key= has a value that no line can hold.\n");
	}
	test_equal_int(answers_add_value(&answers, "Key", "a = b"), 0);
	test_equal_str(write_text(), "[Step licence]\nKey=a = b\n");
}

/* Each answer about the machine says where it stands. */
static void test_places(void)
{
	static const char *const words[] = { "Host.Timezone=UTC", NULL };

	test_equal_str(read_text("[Host]\nKeymap=us\nTimezone=UTC\n[Root]\nPasswordFile=/x\n"), "");
	test_equal_str(set_words(words), "");
	test_equal_int((int)answers_place_of(&answers, ANSWER_KEYMAP).line, 2);
	test_equal_int((int)answers_place_of(&answers, ANSWER_PASSWORD).line, 5);
	test_equal_int((int)answers_place_of(&answers, ANSWER_TIMEZONE).line, 0);
	test_equal_str(
		answers_file_of(&answers, answers_place_of(&answers, ANSWER_KEYMAP)), "a.ini");
	test_equal_str(
		answers_file_of(&answers, answers_place_of(&answers, ANSWER_TIMEZONE)), "--set");
}

/* The same in other words: a byte order mark, ends of lines, blanks, comments, lists in a line. */
static void test_forms(void)
{
	test_equal_str(
		read_text("\xef\xbb\xbf# a comment\r\n[Host] # the machine\r\n\r\n"
			  " Hostname = Appliance01.Example.com.\t# its name\r\n"
			  "[Network]                      # one section per interface\r\n"
			  "Link=52-54-00-AB-cd-EF ; a card\r\nDHCP=OFF\r\n"
			  "\tAddress=192.0.2.10 255.255.255.0\r\n"
			  "DNS=192.0.2.53, 192.0.2.54\r\nDomains=a.example b.example\r\nMTU=#\r\n"
			  "Route=10.0.0.0/8, 10.1.0.0/16 via 192.0.2.2"),
		"");
	test_equal_str(write_text(),
		"[Host]\nHostname=appliance01.example.com\n\n"
		"[Network]\nLink=52:54:00:ab:cd:ef\nDHCP=no\nAddress=192.0.2.10/24\n"
		"DNS=192.0.2.53\nDNS=192.0.2.54\nDomains=a.example\nDomains=b.example\nMTU=\n"
		"Route=10.0.0.0/8\nRoute=10.1.0.0/16 via 192.0.2.2\n");
	test_equal_str(read_text("[Network]\nLink=5254.00AB.cdef\n"), "");
	test_equal_str(write_text(), "[Network]\nLink=52:54:00:ab:cd:ef\n");
	test_equal_str(read_text(""), "");
	test_equal_str(write_text(), "");
}

/* As people write it who explain it. */
static void test_explained(void)
{
	test_equal_str(
		read_text("[Host]\nHostname=appliance01.example.com\n"
			  "[Network]                      # one section per interface\n"
			  "Link=enp1s0                    # name, MAC address, or \"first\"\n"
			  "VLAN=100\n"
			  "DHCP=no                        # yes | ipv4 | ipv6 | no\n"
			  "Address=192.0.2.10/24          # repeat; IPv4 and IPv6\n"
			  "[Root]\n"
			  "PasswordHash=" HASH "    # or PasswordFile=/path\n"
			  "SSHAuthorizedKey=" KEY "\n"),
		"");
	test_equal_str(answers.password_text, HASH);
	test_equal_str(answers.links[0]->link, "enp1s0");
	test_equal_str(answers.keys[0], KEY);
}

/* A hash is read, and is in nothing that is written. */
static void test_secret(void)
{
	test_equal_str(read_text("[Root]\nPasswordHash=" HASH "\n"), "");
	test_equal_str(answers.password_text, HASH);
	test_assert(answers_have_secret(&answers));
	test_equal_str(write_text(),
		"[Root]\n# PasswordHash= is given, and a secret that is not shown.\n");
	test_equal_str(read_text("[Root]\nPasswordFile=/etc/firstboot/hash\n"), "");
	test_assert(!answers_have_secret(&answers));
	answers_done(&answers);
	test_equal_str(answers.password_text, "");
}

/* -- several texts ------------------------------------------------------------------------------
 */

/* A key of a later text takes the place of the same one before, and nothing else's. */
static void test_overlay(void)
{
	test_equal_str(read_text("[Host]\nHostname=a\nKeymap=us\n[Network]\nLink=enp1s0\n"
				 "Address=192.0.2.10/24\nAddress=2001:db8::10/64\nDNS=192.0.2.1\n"
				 "DNS=192.0.2.2\n[Network]\nLink=enp1s0\nVLAN=5\nMTU=1400\n"),
		"");
	test_equal_int(answers_read("[Host]\nHostname=b\n[Network]\nLink=enp1s0\nDNS=192.0.2.3\n"
				    "Address=192.0.2.11/24\n[Network]\nLink=enp2s0\nMTU=1500\n",
			       "b.ini", &answers, &problems),
		0);
	test_equal_str(tell(), "");
	test_equal_str(write_text(),
		"[Host]\nHostname=b\nKeymap=us\n\n[Network]\nLink=enp1s0\n"
		"Address=192.0.2.11/24\nAddress=2001:db8::10/64\nDNS=192.0.2.3\n"
		"\n[Network]\nLink=enp1s0\nVLAN=5\nMTU=1400\n"
		"\n[Network]\nLink=enp2s0\nMTU=1500\n");
}

/* Words of the command line go behind a text. */
static void test_set(void)
{
	static const char *const words[] = { "host.hostname=c", "network.dns=192.0.2.4",
		"Network.DNS=192.0.2.5", "Network.Link=enp1s0", "Network.VLAN=6",
		"Network.MTU=1300", NULL };

	test_equal_str(
		read_text("[Host]\nHostname=a\n[Network]\nLink=enp1s0\nDNS=192.0.2.1\n"), "");
	test_equal_str(set_words(words), "");
	test_equal_str(write_text(), "[Host]\nHostname=c\n\n[Network]\nLink=enp1s0\nDNS=192.0.2.4\n"
				     "DNS=192.0.2.5\n\n[Network]\nLink=enp1s0\nVLAN=6\n"
				     "MTU=1300\n");
	read_text("");
	test_equal_str(
		set_words((const char *const[]){ "Network.Address=192.0.2.4/24", NULL }), "");
	test_equal_str(write_text(), "[Network]\nLink=first\nAddress=192.0.2.4/24\n");
}

/* -- links --------------------------------------------------------------------------------------
 */

/* The settings that a link has now, and what a section makes of them. */
static void test_merge(void)
{
	static const struct {
		const char *now, *section, *then;
	} table[] = {
		{ "DHCP=yes", "DHCP=no\nAddress=192.0.2.10/24", "4 fixed, 6 automatic" },
		{ "DHCP=yes", "DHCP=no\nIPv6AcceptRA=no\nAddress=192.0.2.10/24", "4 fixed, 6 off" },
		{ "DHCP=yes", "Address=192.0.2.10/24\nGateway=192.0.2.1", "4 fixed, 6 automatic" },
		{ "DHCP=yes", "Address=2001:db8::1/64", "4 automatic, 6 fixed" },
		{ "DHCP=yes", "DHCP=ipv4", "4 automatic, 6 automatic" },
		{ "DHCP=yes", "DHCP=ipv4\nIPv6AcceptRA=no", "4 automatic, 6 off" },
		{ "DHCP=yes", "DHCP=ipv6", "4 off, 6 automatic" },
		{ "DHCP=yes", "DHCP=ipv6\nWithoutRA=solicit", "4 off, 6 dhcp" },
		{ "DHCP=yes", "WithoutRA=solicit", "4 automatic, 6 dhcp" },
		{ "DHCP=yes\nWithoutRA=solicit", "DHCP=yes", "4 automatic, 6 automatic" },
		{ "DHCP=yes\nWithoutRA=solicit", "WithoutRA=no", "4 automatic, 6 automatic" },
		{ "DHCP=yes\nWithoutRA=solicit", "DNS=", "4 automatic, 6 dhcp" },
		{ "Address=192.0.2.10/24\nAddress=2001:db8::1/64", "DHCP=no", "4 fixed, 6 fixed" },
		{ "Address=192.0.2.10/24\nAddress=2001:db8::1/64", "DHCP=ipv4",
			"4 automatic, 6 fixed" },
		{ "Address=192.0.2.10/24\nAddress=2001:db8::1/64", "Address=192.0.2.11/24",
			"4 fixed, 6 fixed" },
		{ "Address=192.0.2.10/24\nAddress=2001:db8::1/64",
			"Address=\nAddress=192.0.2.11/24", "4 fixed, 6 off" },
		{ "Address=192.0.2.10/24\nAddress=2001:db8::1/64", "IPv6AcceptRA=yes",
			"4 fixed, 6 automatic" },
		{ "Address=192.0.2.10/24\nIPv6AcceptRA=no", "DHCP=", "4 fixed, 6 off" },
	};
	static const char *const methods[] = { "off", "automatic", "fixed", "dhcp" };

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct net_config config;
		struct problem problem = { .text = "" };
		char text[256], then[64];

		net_config_init(&config, "enp1s0");
		(void)snprintf(text, sizeof(text), "[Network]\nLink=enp1s0\n%s\n", table[i].now);
		test_equal_str(read_text(text), "");
		test_assert(answers_merge(answers.links[0], &config, &config, &problem));
		(void)snprintf(
			text, sizeof(text), "[Network]\nLink=enp1s0\n%s\n", table[i].section);
		test_equal_str(read_text(text), "");
		test_assert(answers_merge(answers.links[0], &config, &config, &problem));
		test_equal_str(problem.text, "");
		(void)snprintf(then, sizeof(then), "4 %s, 6 %s", methods[config.v4.method],
			methods[config.v6.method]);
		(void)snprintf(text, sizeof(text), "%s\n+ %s", table[i].now, table[i].section);
		test_equal_str_at(text, then, table[i].then);
	}
}

/* Where the settings go. */
static void test_device(void)
{
	struct net_device device;
	char name[IFNAMSIZ];

	read_text("[Network]\nLink=first\nVLAN=100\n");
	answers_find_device(answers.links[0], "enp1s0", name, &device);
	test_equal_str(name, "enp1s0.100");
	test_equal_int(device.kind, NET_DEVICE_VLAN);
	test_equal_str(device.ports[0], "enp1s0");
	test_equal_int(device.vlan_id, 100);
	answers_find_device(answers.links[0], "enx525400123456", name, &device);
	test_equal_str(name, "vlan100");
	read_text("[Network]\nLink=bond0\nBond=active-backup\nPort=enp1s0 enp2s0\n");
	answers_find_device(answers.links[0], "bond0", name, &device);
	test_equal_str(name, "bond0");
	test_equal_int(device.kind, NET_DEVICE_BOND);
	test_equal_int((long long)device.n_ports, 2);
	read_text("[Network]\nLink=enp1s0\nMTU=1500\n");
	answers_find_device(answers.links[0], "enp1s0", name, &device);
	test_equal_str(name, "enp1s0");
	test_equal_int(device.kind, NET_DEVICE_EXISTING);
}

int main(void)
{
	test_run(test_golden);
	test_run(test_steps);
	test_run(test_step_values);
	test_run(test_places);
	test_run(test_forms);
	test_run(test_explained);
	test_run(test_secret);
	test_run(test_overlay);
	test_run(test_set);
	test_run(test_merge);
	test_run(test_device);
	answers_done(&answers);
	answers_problems_done(&problems);
	return test_result();
}
