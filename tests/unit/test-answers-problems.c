/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is wrong with answers is told, all of it, and in which line. */

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "answers_text.h"
#include "tree.h"

/* Every line that is wrong is told of in one run. */
static void test_problems(void)
{
	test_equal_str(read_text("Hostname=a\n[Host]\nHostname=a_b\nHostName=b\nTimezone=../x\n"
				 "Keymap=\nColour=red\nDNS=192.0.2.1\n[Hots]\nHostname=a\n"
				 "[Match]\nName=x\n[Step licence]\nx=y\n[Network]\nDHCP=maybe\n"
				 "[Network]\nLink=first\nAddress=192.0.2.1\nVLAN=4095\n"
				 "MTUBytes=1500\nnonsense\n[Network\n"),
		"1: Hostname= stands before the first section. Is Hostname= of [Host] meant?\n"
		"3: Hostname=: a_b has an underscore, which is not allowed; use a dash. Good would "
		"be a-b.\n"
		"4: There is no key HostName= in section [Host]. Is Hostname= meant?\n"
		"5: Timezone= takes the name of a time zone, such as Europe/Sofia or UTC. It is no "
		"such thing: ../x\n"
		"6: Keymap= takes the name of a keyboard layout of the console, such as us.\n"
		"7: There is no key Colour= in section [Host].\n"
		"8: There is no key DNS= in section [Host]. Is DNS= of [Network] meant?\n"
		"9: There is no section [Hots]. Is [Host] meant?\n"
		"11: There is no section [Match]: they are [Host], [Network], [Root], [Eula] and "
		"[Step NAME].\n"
		"15: The section lacks Link=: the name of an interface, its MAC address, or "
		"\"first\".\n"
		"16: DHCP= takes yes, ipv4, ipv6 or no. It is no such thing: maybe\n"
		"19: Address=: 192.0.2.1 lacks the size of its network behind a slash. Often it is "
		"192.0.2.1/24.\n"
		"20: VLAN=: 4095 is no VLAN: the number of a VLAN goes from 1 to 4094, such as "
		"10.\n"
		"21: There is no key MTUBytes= in section [Network]. Is MTU= meant?\n"
		"22: The line is neither [Section] nor Key=value.\n"
		"23: The section lacks its \"]\".\n");
}

/* -- one line or section each -------------------------------------------------------------------
 */

static const struct {
	const char *text, *told;
} table[] = {
	/* What is there twice. */
	{ "[Host]\nKeymap=us\nKeymap=de\n",
		"3: What Keymap= sets is set already, and takes one value. Remove one of the two "
		"lines.\n" },
	{ "[Host]\nKeymap=us\n[Host]\nKeymap=us\n",
		"4: What Keymap= sets is set already, and takes one value. Remove one of the two "
		"lines.\n" },
	{ "[Root]\nPasswordFile=/a\nPasswordCredential=b\n",
		"3: What PasswordCredential= sets is set already, and takes one value. Remove one "
		"of the two lines.\n" },
	{ "[Network]\nLink=a1\nLink=b1\n",
		"3: A section is about one link, and has one Link=. Begin another [Network] for a "
		"second one.\n" },
	{ "[Network]\nLink=a1\n[Network]\nMTU=1500\nLink=a1\n",
		"3: The section in line 1 is about the same link. Make one of the two.\n" },
	{ "[Network]\nLink=a1\nVLAN=5\n[Network]\nLink=a1\nVLAN=5\n",
		"4: The section in line 1 is about the same link. Make one of the two.\n" },
	{ "[Network]\nLink=a1\nVLAN=5\n[Network]\nLink=a1\nVLAN=6\n[Network]\nLink=a1\n", "" },
	{ "[Network]\nLink=a1\nDNS=192.0.2.1\nDNS=192.0.2.1\n",
		"4: DNS=: 192.0.2.1 stands there twice. Remove one of the two.\n" },
	{ "[Network]\nLink=a1\nAddress=192.0.2.1/24\nAddress=192.0.2.1/25\n",
		"4: Address=: 192.0.2.1 stands there twice. Remove one of the two.\n" },
	{ "[Network]\nLink=a1\nGateway=192.0.2.1\nGateway=fe80::1\nGateway=192.0.2.2\n",
		"5: Gateway=: 192.0.2.2 is the second gateway of its family. Keep one.\n" },
	{ "[Network]\nLink=a1\nPort=b1\nPort=b1\n",
		"4: Port=: b1 stands there twice. Remove one of the two.\n" },
	{ "[Network]\nLink=a1\nRoute=10.0.0.0/8\nRoute=10.0.0.0/8 via 192.0.2.1\n",
		"4: Route=: There are two routes to 10.0.0.0/8. Remove one of the two.\n" },
	/* An empty value takes away what stands before it. */
	{ "[Network]\nLink=a1\nDNS=192.0.2.1\nDNS=\nDNS=192.0.2.1\n", "" },
	/* What does not go together. */
	{ "[Network]\nLink=a1\nDHCP=yes\nAddress=192.0.2.1/24\n",
		"1: IPv4 has either fixed addresses or automatic ones: remove its Address=, or "
		"write DHCP=ipv6 or DHCP=no.\n" },
	{ "[Network]\nLink=a1\nDHCP=ipv6\nAddress=2001:db8::1/64\n",
		"1: IPv6 has either fixed addresses or automatic ones: remove its Address=, or "
		"write DHCP=ipv4 or DHCP=no.\n" },
	{ "[Network]\nLink=a1\nIPv6AcceptRA=yes\nAddress=2001:db8::1/64\n",
		"1: IPv6 has either fixed addresses or automatic ones: remove its Address=, or "
		"IPv6AcceptRA=yes.\n" },
	{ "[Network]\nLink=a1\nWithoutRA=solicit\nAddress=2001:db8::1/64\n",
		"1: IPv6 has either fixed addresses or automatic ones: remove its Address=, or "
		"WithoutRA=solicit.\n" },
	{ "[Network]\nLink=a1\nDHCP=yes\nIPv6AcceptRA=no\n",
		"1: DHCP= asks for automatic IPv6, and IPv6AcceptRA=no refuses it. Write DHCP=ipv4 "
		"or DHCP=no, or remove IPv6AcceptRA=.\n" },
	{ "[Network]\nLink=a1\nDHCP=ipv4\nWithoutRA=solicit\n",
		"1: WithoutRA=solicit asks for DHCPv6, which DHCP= or IPv6AcceptRA= refuses. Write "
		"DHCP=ipv6 or DHCP=yes, or remove WithoutRA=.\n" },
	{ "[Network]\nLink=a1\nName=b1\n",
		"1: Name= is the name of a VLAN, and VLAN= is missing.\n" },
	{ "[Network]\nLink=a1\nVLAN=5\nBond=802.3ad\nPort=b1\n",
		"1: VLAN= and Bond= make two links. Give each a section of its own.\n" },
	{ "[Network]\nLink=first\nBond=802.3ad\nPort=b1\n",
		"1: A bond is a link of its own, whose name stands in Link=, such as bond0.\n" },
	{ "[Network]\nLink=bond0\nBond=802.3ad\nPort=\n",
		"1: A bond needs a network card: Port= is empty.\n" },
	/* Values. Most are judged elsewhere; see the table of values. */
	{ "[Network]\nLink=enp1s0/24\n",
		"2: Link=: enp1s0/24 is no network card that can be set up here: its name must "
		"have 1 to 15 letters, digits, dots, dashes or underscores, as enp1s0 has.\n" },
	{ "[Network]\nLink=52:54:00:12:34\n",
		"2: Link= takes the name of an interface, its MAC address, or \"first\". It is no "
		"such thing: 52:54:00:12:34\n" },
	{ "[Network]\nLink=ff:ff:ff:ff:ff:ff\n",
		"2: Link=: ff:ff:ff:ff:ff:ff is the MAC address of no card.\n" },
	{ "[Network]\nLink=a1\nClientIdentifier=duid-only\n",
		"3: ClientIdentifier= takes mac or duid. It is no such thing: duid-only\n" },
	{ "[Network]\nLink=a1\nSendHostname=ipv4\n",
		"3: SendHostname= takes yes or no. It is no such thing: ipv4\n" },
	{ "[Network]\nLink=bond0\nBond=balance-rr\nPort=a1\n",
		"3: Bond= takes active-backup, 802.3ad or balance-alb. It is no such thing: "
		"balance-rr\n" },
	{ "[Host]\nHostname=\n",
		"2: Hostname= takes the name of this machine, such as appliance01.example.com.\n" },
	{ "[Eula]\nAccept=no\n",
		"2: Accept= takes yes: there is nothing to set up where the licence is not "
		"accepted. It is no such thing: no\n" },
	{ "[Root]\nPasswordFile=hash\n",
		"2: PasswordFile= takes the path of a file that holds a hash of crypt(5). It is no "
		"such thing: hash\n" },
	{ "[Root]\nPasswordCredential=../x\n",
		"2: PasswordCredential= takes the name of a credential that holds a hash of "
		"crypt(5). It is no such thing: ../x\n" },
	/* Lines that are none. */
	{ "[Host]\nKeymap=u\xff\n", "2: The line has bytes that are no UTF-8.\n" },
	{ "[Host]\nKeymap=us\x1b[2J\n", "2: The line has a control character.\n" },
	{ "[Host]\nKeymap=us\rHostname=a\n", "2: The line has a control character.\n" },
	{ "[Host]\nKeymap=us\xc2\x9b"
	  "2J\n",
		"2: The line has a control character.\n" },
	{ "[Host]\nKeymap=\xd1\x8f\xd0\xb7\n",
		"2: Keymap= takes the name of a keyboard layout of the console, such as us. It is "
		"no such thing: ??\n" },
	/* What a word is quoted in stays one line. */
	{ "[Netwrok]\nMTU=1\n", "1: There is no section [Netwrok]. Is [Network] meant?\n" },
	{ "[Step]\n",
		"1: There is no section [Step]: they are [Host], [Network], [Root], [Eula] and "
		"[Step NAME].\n" },
	/* Of a step the names alone are judged. */
	{ "[Step Licence]\nA=1\n",
		"1: \"Licence\" is no name of a step: it has small letters, digits and dashes, and "
		"at most 31 of them.\n" },
	{ "[Step ]\n", "1: \"\" is no name of a step: it has small letters, digits and dashes, and "
		       "at most "
		       "31 of them.\n" },
	{ "[Step abcdefghijklmnopqrstuvwxyz-012345]\n",
		"1: \"abcdefghijklmnopqrstuvwxyz-012345\" is no name of a step: it has small "
		"letters, "
		"digits and dashes, and at most 31 of them.\n" },
	{ "[Step a]\nB=\t1\t\nC=1\t2\n", "3: The line has a control character.\n" },
	{ "[Step a]\n[Host]\n[Step a]\nB=1\n",
		"3: The section in line 1 is about the same step. Make one of the two.\n" },
	{ "[Step a]\nB=1\n=2\nB c=3\nB=4\n",
		"3: = is no name of a field of a step: it has letters and digits, and at most 31 "
		"of "
		"them.\n"
		"4: B c= is no name of a field of a step: it has letters and digits, and at most "
		"31 "
		"of them.\n"
		"5: What B= sets is set already, and takes one value. Remove one of the two "
		"lines.\n" },
	{ "Xyzzyplugh=1\n", "1: Xyzzyplugh= stands before the first section.\n" },
};

static void test_table(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		test_equal_str_at(table[i].text, read_text(table[i].text), table[i].told);
}

/* -- how much is taken --------------------------------------------------------------------------
 */

/* Text that is one piece many times, behind a head. */
static char *repeat(const char *head, const char *piece, size_t n)
{
	char *text = malloc(strlen(head) + n * (strlen(piece) + 16) + 1), *p;

	if (!text)
		abort();
	p = stpcpy(text, head);
	for (size_t i = 0; i < n; i++)
		p += sprintf(p, "%s%zu\n", piece, i);
	return text;
}

static void test_limits(void)
{
	_cleanup_free_ char *sections = repeat("", "[Network]\nLink=eth", NET_LINKS_MAX + 1);
	_cleanup_free_ char *full = repeat("", "[Network]\nLink=eth", NET_LINKS_MAX);
	_cleanup_free_ char *wrong = repeat("[Host]\n", "a=", 10 * ANSWERS_PROBLEMS_MAX);
	char line[ANSWERS_LINE_MAX + 64];
	_cleanup_free_ char *huge = repeat("", "# ", ANSWERS_TEXT_MAX / 4);

	test_equal_str(read_text(full), "");
	test_equal_str(
		read_text(sections), "65: There are too many [Network] sections: 32 are taken.\n");
	(void)read_text(wrong);
	test_equal_int((long long)problems.n, ANSWERS_PROBLEMS_MAX + 1);
	test_equal_str(problems.all[ANSWERS_PROBLEMS_MAX].text,
		"There is more that is wrong, which is not told.");
	test_equal_str(read_text(huge), "0: The file is too long: 65536 bytes are taken.\n");

	memset(line, 'a', sizeof(line));
	memcpy(line, "[Network]\nLink=", 15);
	line[10 + ANSWERS_LINE_MAX + 1] = '\0';
	test_equal_str(read_text(line),
		"1: The section lacks Link=: the name of an interface, its MAC address, or "
		"\"first\".\n"
		"2: The line is too long.\n");
}

/* A key of RSA is longer than what inih takes of a line. */
static void test_long_key(void)
{
	static const char rsa[] = "ssh-rsa "
				  "AAAAB3NzaC1yc2EAAAADAQABAAABAQC";
	char text[1024];

	(void)snprintf(text, sizeof(text), "[Root]\nSSHAuthorizedKey = %s%0400d\n", rsa, 0);
	test_equal_str(read_text(text),
		"2: SSHAuthorizedKey=: This is no whole SSH key: something is missing, or was "
		"added. Paste the line once more, all of it.\n");
	/* And one of many blanks. */
	(void)snprintf(
		text, sizeof(text), "[Root]\nSSHAuthorizedKey = %s%300s# %0300d\n", KEY, "", 0);
	test_equal_str(read_text(text), "");
	test_equal_str(answers.keys[0], KEY);
}

/* -- hashes -------------------------------------------------------------------------------------
 */

#define C43 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
#define C53 C43 "0123456789"
#define C86 C43 C43

static void test_hashes(void)
{
	static const char *const good[] = { HASH, "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$" C43,
		"$gy$j9T$F5Jx5fExrKuPp53xLKQ..1$" C43, "$7$CU..../....2Q9obwLhin8qvQl6sisAO/$" C43,
		"$2b$05$" C53, "$2y$12$" C53, "$6$rounds=10000$salt$" C86, "$5$salt$" C43 };
	static const char *const bad[] = { "", "!", "*", "!!", "x", "secret", "!" HASH, "*" HASH,
		"$1$salt$abcdefghijklmnopqrstuv", "$y$j9T$salt$", "$y$j9T$" C43, "$y$$salt$" C43,
		"$6$salt$" C43, "$5$salt$" C86, "$5$salt$" C43 "x", "$2x$05$" C53, "$2b$05$" C43,
		"$6$salt$" C86 ":", "$6$salt$ " C86, "$6$" C86, "$3$$" C43, "_J9..CCCCXBrJUJV154M",
		"$sha1$40000$salt$" C43, "$6$a$b$c$" C86 };
	struct problem problem;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		if (!answers_check_hash(good[i], &problem))
			test_fail("%s: %s", good[i], problem.text);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (answers_check_hash(bad[i], &problem))
			test_fail("%s is taken", bad[i]);
		if (strlen(bad[i]) > 3 && strstr(problem.text, bad[i]))
			test_fail("%s is told", bad[i]);
	}
	/* Whatever is wrong with its line, a password is not told. */
	(void)read_text("[Root]\nPasswordHash=hunter22secret\nPasswordHsah=hunter22secret\n"
			"PasswordHash hunter22secret\n[Rooot]\nPasswordHash=hunter22secret\n");
	test_equal_int((long long)problems.n, 4);
	test_assert(!strstr(told, "hunter22"));
}

/* -- the command line ---------------------------------------------------------------------------
 */

static void test_words(void)
{
	static const struct {
		const char *word, *told;
	} words[] = {
		{ "Hostname=a",
			"0: It takes SECTION.KEY=VALUE, such as Host.Hostname=appliance01.\n" },
		{ "Host.Hostname", "0: It takes SECTION.KEY=VALUE, such as "
				   "Host.Hostname=appliance01.\n" },
		{ "Hots.Hostname=a", "0: There is no section [Hots]. Is [Host] meant?\n" },
		{ "Host.Hostnam=a",
			"0: There is no key Hostnam= in section [Host]. Is Hostname= meant?\n" },
		{ "Host.Hostname=a b", "0: Hostname=: a b has a character that is not allowed: "
				       "only the letters a to z, digits, dashes and dots are. Good "
				       "would be a-b.\n" },
		{ "Root.PasswordHash=" HASH,
			"0: PasswordHash= is not taken from a command line, which everybody on the "
			"machine can read. Use an answer file, PasswordFile= or "
			"PasswordCredential=.\n" },
		{ "Root.PasswordFile=/root/hash", "" },
		{ "Host.Keymap=us\nHostname=a", "0: The line has a control character.\n" },
		{ "Network.MTU=1500", "0: There are several links: name one by --set "
				      "Network.Link=NAME before it.\n" },
		{ "Network.Link=b 1", "0: Link=: b 1 is no network card that can be set up here: "
				      "its name must have 1 to 15 letters, digits, dots, dashes or "
				      "underscores, as enp1s0 has.\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		(void)read_text("[Network]\nLink=a1\n[Network]\nLink=b1\n");
		test_equal_str_at(words[i].word,
			set_words((const char *const[]){ words[i].word, NULL }), words[i].told);
	}
	(void)read_text("");
	test_equal_str(set_words((const char *const[]){ "Host.Keymap=us", "Host.Keymap=de", NULL }),
		"0: What Keymap= sets is set already, and takes one value. Remove one of the two "
		"lines.\n");
}

/* -- files --------------------------------------------------------------------------------------
 */

/* Read a file of the tree. */
static const char *load(const char *path)
{
	char full[512];

	answers_done(&answers);
	answers_problems_done(&problems);
	(void)snprintf(full, sizeof(full), "%s%s", tree, path);
	test_equal_int(answers_load(full, &answers, &problems), 0);
	return tell();
}

static void test_files(void)
{
	static const char secret[] = "[Root]\nPasswordHash=" HASH "\n";
	static const char closed[] = "0: It holds the hash of root's password, so that nobody but "
				     "root may read it: chown root, chmod 600.\n";
	bool root = geteuid() == 0;
	FILE *f;

	tree_clear();
	tree_write_mode("/open.ini", "[Host]\nKeymap=us\n", 0666);
	test_equal_str(load("/open.ini"), "");
	tree_write_mode("/secret.ini", secret, 0600);
	test_equal_str(load("/secret.ini"), root ? "" : closed);
	tree_write_mode("/secret.ini", secret, 0640);
	test_equal_str(load("/secret.ini"), closed);
	tree_write_mode("/secret.ini", secret, 0602);
	test_equal_str(load("/secret.ini"), closed);
	if (root) {
		tree_write_mode("/others.ini", secret, 0600);
		test_equal_int(chown(tree_path("/others.ini"), 65534, 0), 0);
		test_equal_str(load("/others.ini"), closed);
	}
	test_equal_str(
		load("/none.ini"), "0: The answers cannot be read: No such file or directory.\n");
	test_equal_str(load("/"), "0: The answers cannot be read: It is no text: it has a byte of "
				  "zeros, or is no regular file.\n");
	test_equal_int(mkfifo(tree_path("/fifo"), 0600), 0);
	test_equal_str(load("/fifo"), "0: The answers cannot be read: It is no text: it has a byte "
				      "of zeros, or is no regular file.\n");
	f = fopen(tree_path("/nul.ini"), "w");
	test_assert(f && fwrite("[Host]\nKeymap=us\0\n", 1, 18, f) == 18 && fclose(f) == 0);
	test_equal_str(load("/nul.ini"), "0: The answers cannot be read: It is no text: it has a "
					 "byte of zeros, or is no regular file.\n");
	f = fopen(tree_path("/huge.ini"), "w");
	test_assert(f && ftruncate(fileno(f), ANSWERS_TEXT_MAX + 1) == 0 && fclose(f) == 0);
	test_equal_str(load("/huge.ini"), "0: The answers cannot be read: The file is too long.\n");
	tree_done();
}

/* What fits no link, or not this one. */
static void test_merge(void)
{
	static const struct {
		const char *section, *told;
	} cases[] = {
		{ "DHCP=yes\nGateway=192.0.2.1",
			"Gateway=192.0.2.1 goes with fixed addresses of "
			"its family: Address= is missing, or DHCP=no is." },
		{ "Address=192.0.2.10/24\nGateway=198.51.100.1",
			"198.51.100.1 is outside 192.0.2.0/24. A gateway in that network looks "
			"like 192.0.2.1. If it is meant, add GatewayOnLink=yes." },
		{ "Address=192.0.2.10/24\nGateway=198.51.100.1\nGatewayOnLink=yes", "" },
		{ "MTU=600", "600 is too small for IPv6, which needs an MTU of 1280 or more. Type "
			     "1280, or turn IPv6 off." },
		{ "MTU=600\nDHCP=ipv4\nIPv6AcceptRA=no", "" },
		{ "DHCP=ipv4\nIPv6AcceptRA=no\nRoute=2001:db8::/64",
			"The route 2001:db8::/64 needs IPv6, which is off. Remove it." },
		{ "Port=b1",
			"a1 is no bond yet: to make it one, both Bond= and Port= are needed." },
		{ "Bond=802.3ad", "a1 is no bond yet: to make it one, both Bond= and Port= are "
				  "needed." },
		{ "Bond=802.3ad\nPort=b1", "" },
		{ "DHCP=ipv4\nIPv6AcceptRA=no\n", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct problem problem = { .text = "" };
		struct net_config config;
		char text[256];

		net_config_init(&config, "a1");
		(void)snprintf(text, sizeof(text), "[Network]\nLink=a1\n%s\n", cases[i].section);
		test_equal_str_at(text, read_text(text), "");
		test_equal_int(answers_merge(answers.links[0], &config, &config, &problem),
			!*cases[i].told);
		test_equal_str_at(text, problem.text, cases[i].told);
	}
}

int main(void)
{
	test_run(test_problems);
	test_run(test_table);
	test_run(test_limits);
	test_run(test_long_key);
	test_run(test_hashes);
	test_run(test_words);
	test_run(test_files);
	test_run(test_merge);
	answers_done(&answers);
	answers_problems_done(&problems);
	return test_result();
}
