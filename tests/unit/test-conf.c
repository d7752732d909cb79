/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

#include "conf.h"
#include "osrelease.h"
#include "src/core/conf_parts.h"
#include "test.h"
#include "textfile.h"
#include "util.h"

#define ETC    "/etc/firstboot/firstboot.conf"
#define VENDOR VENDORDIR "/firstboot.conf"

/* -- a tree to read from */

static char root[] = "/tmp/firstboot-test-conf-XXXXXX";

/* Write path below root into buf, and make the directories that lead to it. */
static const char *tree_path(const char *path, char buf[static 512])
{
	snprintf(buf, 512, "%s%s", root, path);
	for (char *p = buf + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		if (mkdir(buf, 0755) < 0 && errno != EEXIST)
			test_fail("mkdir %s: %s", buf, strerror(errno));
		*p = '/';
	}
	return buf;
}

/* Write a file below root. */
static void tree_write(const char *path, const char *text)
{
	char buf[512];
	FILE *f = fopen(tree_path(path, buf), "w");

	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		test_fail("%s: %s", path, strerror(errno));
}

static int tree_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

/* Empty the tree. */
static void tree_clear(void)
{
	if (nftw(root, tree_remove_one, 8, FTW_DEPTH | FTW_PHYS) < 0 || mkdir(root, 0700) < 0)
		test_fail("%s: %s", root, strerror(errno));
}

/* -- complaints */

static char complaints[2048];

/* Note a complaint as "file:line: what" on a line of its own. */
static void complain(const char *file, int line, const char *what, void *userdata)
{
	size_t length = strlen(complaints);
	const char *base = strrchr(file, '/');

	test_assert(userdata == complaints);
	snprintf(complaints + length, sizeof(complaints) - length, "%s:%d: %s\n",
		base ? base + 1 : file, line, what);
}

/* Load the tree; complaints holds what was complained of. */
static struct conf load(void)
{
	struct conf conf = { 0 };

	complaints[0] = '\0';
	test_equal_int(conf_load(root, complain, complaints, &conf), 0);
	return conf;
}

/* -- the tests */

/* What others may write speaks for nobody: neither a file nor what is in a folder. */
static void test_writable_by_others(void)
{
	_cleanup_(conf_done) struct conf file = { 0 }, folder = { 0 }, right = { 0 };
	char path[512];

	tree_clear();
	tree_write("/etc/firstboot/firstboot.conf", "[Product]\nName=Acme\n");
	test_equal_int(chmod(tree_path("/etc/firstboot/firstboot.conf", path), 0646), 0);
	file = load();
	test_equal_str(file.product_name, "Linux");
	test_equal_str(complaints,
		"firstboot.conf:0: Others than root may write it, so it is not read.\n");
	test_equal_int(chmod(path, 0644), 0);
	test_equal_int(chmod(tree_path("/etc/firstboot", path), 0777), 0);
	folder = load();
	test_equal_str(folder.product_name, "Linux");
	test_equal_int(chmod(path, 0755), 0);
	right = load();
	test_equal_str(right.product_name, "Acme");
	test_equal_str(complaints, "");
}

/* Without any file, everything has its default. */
static void test_defaults(void)
{
	_cleanup_(conf_done) struct conf conf = { 0 };

	tree_clear();
	conf = load();
	test_equal_str(complaints, "");
	test_equal_str(conf.product_name, "Linux");
	test_equal_str(conf.product_version, "");
	test_equal_str(conf.documentation_url, "");
	test_assert(conf.web_enabled);
	test_equal_str(conf.web_scheme, "https");
	test_equal_int(conf.web_port, 0);
	test_equal_str(conf.web_path, "/");
	test_equal_str(conf.web_interface, "");
	test_equal_str(conf.web_unit, "");
	test_equal_int(conf.confirm_seconds, 120);
	test_equal_int(conf.password_min_length, 12);
	test_equal_str(conf.console_ttys, "tty1 ttyS0 hvc0");
	test_assert(conf.console_qr);
	test_equal_int(conf.password_mode, PASSWORD_ASK);
	test_equal_int(conf.shell, SHELL_LOGIN);
	test_equal_int(conf.authentication, AUTHENTICATION_CONSOLE);
	test_equal_int(conf.idle_lock_seconds, 300);
}

/* Every key is understood. */
static void test_keys(void)
{
	_cleanup_(conf_done) struct conf conf = { 0 };

	tree_clear();
	tree_write(ETC,
		"# comment\n; comment\n\n[Product]\nName=Acme Backup\nVersion = 4.2 \n"
		"DocumentationURL=https://docs.example.com/a?b=c#d\n[Web]\nEnabled=off\n"
		"Scheme=http\nPort=8080\nPath=/ui/\nInterface=br-lan.7\nUnit=acme-web.service"
		"\n[Network]\nConfirmSeconds=3600\n[Password]\nMinLength=16\n[Console]\n"
		"TTYs=tty1 xvc/0\nQR=no\nShell=off\nIdleLockSeconds=900\n"
		"[Password]\nMode=key\n");
	conf = load();
	test_equal_str(complaints, "");
	test_equal_str(conf.product_name, "Acme Backup");
	test_equal_str(conf.product_version, "4.2");
	test_equal_str(conf.documentation_url, "https://docs.example.com/a?b=c#d");
	test_assert(!conf.web_enabled);
	test_equal_str(conf.web_scheme, "http");
	test_equal_int(conf.web_port, 8080);
	test_equal_str(conf.web_path, "/ui/");
	test_equal_str(conf.web_interface, "br-lan.7");
	test_equal_str(conf.web_unit, "acme-web.service");
	test_equal_int(conf.confirm_seconds, 3600);
	test_equal_int(conf.password_min_length, 16);
	test_equal_str(conf.console_ttys, "tty1 xvc/0");
	test_assert(!conf.console_qr);
	test_equal_int(conf.password_mode, PASSWORD_KEY);
	test_equal_int(conf.shell, SHELL_OFF);
	test_equal_int(conf.authentication, AUTHENTICATION_CONSOLE);
	test_equal_int(conf.idle_lock_seconds, 900);
}

/* The console keeps a way to change something: what would take it is complained of. */
static void test_way_to_change(void)
{
	static const struct {
		const char *shell;
		enum authentication wanted;
	} cases[] = {
		{ "login", AUTHENTICATION_LOGIN },
		{ "restricted", AUTHENTICATION_CONSOLE },
		{ "off", AUTHENTICATION_CONSOLE },
	};
	char text[128];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(conf_done) struct conf conf = { 0 };

		tree_clear();
		snprintf(text, sizeof(text), "[Console]\nAuthentication=login\nShell=%s\n",
			cases[i].shell);
		tree_write(ETC, text);
		conf = load();
		test_assert(conf.authentication == cases[i].wanted);
		test_equal_str_at(cases[i].shell, complaints,
			cases[i].wanted == AUTHENTICATION_LOGIN
				? ""
				: "firstboot.conf:2: Authentication=login needs Shell=login, else "
				  "nothing could be changed at the console; "
				  "Authentication=console is used.\n");
	}
}

/* What the manager would take as the name of a unit is taken, and nothing else. */
static void test_unit_names(void)
{
	static const char *const good[] = { "a.service", "acme@web.service", "a@b@.socket",
		"dev-disk-by\\x2dlabel.device", "x.y.target", "A:b_c-1.timer", "" };
	static const char *const bad[] = { "acme", "acme@.service", "@x.service", ".service",
		"a.Service", "a.conf", "a/b.service", "a b.service", "\xc3\xa9.service",
		"a%.service", "a$(id).service", "acme.", "acme.servicex" };
	char text[512], name[300];

	for (size_t i = 0; i < ARRAY_SIZE(good) + ARRAY_SIZE(bad); i++) {
		_cleanup_(conf_done) struct conf conf = { 0 };
		bool fits = i < ARRAY_SIZE(good);
		const char *value = fits ? good[i] : bad[i - ARRAY_SIZE(good)];

		tree_clear();
		snprintf(text, sizeof(text), "[Web]\nUnit=%s\n", value);
		tree_write(ETC, text);
		conf = load();
		test_equal_str_at(value, conf.web_unit, fits ? value : "");
		test_equal_str_at(value, complaints,
			fits ? ""
			     : "firstboot.conf:2: Unit= takes the name of a unit with its suffix, "
			       "such as acme-web.service.\n");
	}
	for (int length = 255; length <= 256; length++) {
		struct conf conf = { 0 };

		memset(name, 'a', (size_t)length - 8);
		snprintf(name + length - 8, 9, ".service");
		test_equal_int(conf_key_set(conf_key_find("Web", "Unit"), name, &conf),
			length == 255 ? 0 : -EINVAL);
		conf_done(&conf);
	}
}

/* The order of files: vendor, /etc, then the drop-ins of both by name; an empty value clears. */
static void test_precedence(void)
{
	_cleanup_(conf_done) struct conf conf = { 0 };

	tree_clear();
	tree_write(VENDOR, "[Product]\nName=vendor\nVersion=vendor\n[Web]\nPort=1\nPath=/vendor\n");
	tree_write(ETC, "[Product]\nVersion=etc\n[Web]\nPort=2\n");
	tree_write(ETC ".d/20-b.conf", "[Web]\nPort=3\n[Password]\nMinLength=20\n");
	tree_write(VENDOR ".d/30-c.conf", "[Web]\nPort=4\n");
	tree_write(VENDOR ".d/10-a.conf", "[Password]\nMinLength=10\n[Web]\nScheme=http\n");
	tree_write(ETC ".d/40-d.conf", "[Web]\nPath=\n");
	tree_write(ETC ".d/50-e.conf~", "[Web]\nPort=9\n");
	tree_write(ETC ".d/.50-e.conf", "[Web]\nPort=9\n");
	tree_write(ETC ".d/.conf", "[Web]\nPort=9\n");
	conf = load();
	test_equal_str(complaints, "");
	test_equal_str(conf.product_name, "vendor");
	test_equal_str(conf.product_version, "etc");
	test_equal_int(conf.web_port, 4);
	test_equal_str(conf.web_path, "/");
	test_equal_str(conf.web_scheme, "http");
	test_equal_int(conf.password_min_length, 20);
}

/* A drop-in of the same name in /etc, or a link to /dev/null, takes the vendor's away. */
static void test_mask(void)
{
	_cleanup_(conf_done) struct conf conf = { 0 };
	char buf[512];

	tree_clear();
	tree_write(VENDOR ".d/10-a.conf", "[Web]\nPort=1\nScheme=http\n");
	tree_write(VENDOR ".d/20-b.conf", "[Product]\nName=masked\n");
	tree_write(ETC ".d/10-a.conf", "[Web]\nPort=2\n");
	test_equal_int(symlink("/dev/null", tree_path(ETC ".d/20-b.conf", buf)), 0);
	conf = load();
	test_equal_str(complaints, "");
	test_equal_int(conf.web_port, 2);
	test_equal_str(conf.web_scheme, "https");
	test_equal_str(conf.product_name, "Linux");
}

/* Each line that is wrong is complained of with its number, and changes nothing. */
static void test_complaints(void)
{
	_cleanup_(conf_done) struct conf conf = { 0 };
	char text[2048];

	tree_clear();
	snprintf(text, sizeof(text),
		"[Web]\nPort=65536\nPort=-1\nPort=80x\nScheme=ftp\nPath=ui\nPath=/a "
		"b\nEnabled=maybe\n"
		"Colour=red\nnonsense\n[Broken\n[Password]\nMinLength=7\nMinLength=65\n"
		"[Nothing]\nName=x\n[Product]\nDocumentationURL=javascript:alert(1)\n"
		"DocumentationURL=https://a b\nName=%0250d\nName=Acme\n  "
		"Version=4\n[Console]\nTTYs=../null\n[Web]\nInterface=an/other\n"
		"Interface=sixteen-letters-\nInterface=a b\n[Network]\nConfirmSeconds=9\n"
		"ConfirmSeconds=3601\n",
		1);
	tree_write(ETC, text);
	conf = load();
	test_equal_str(complaints,
		"firstboot.conf:2: Port= takes a number from 1 to 65535, or 0 for the port of the "
		"scheme.\n"
		"firstboot.conf:3: Port= takes a number from 1 to 65535, or 0 for the port of the "
		"scheme.\n"
		"firstboot.conf:4: Port= takes a number from 1 to 65535, or 0 for the port of the "
		"scheme.\n"
		"firstboot.conf:5: Scheme= takes http or https.\n"
		"firstboot.conf:6: Path= takes a path that begins with / and has no characters "
		"that "
		"need encoding.\n"
		"firstboot.conf:7: Path= takes a path that begins with / and has no characters "
		"that "
		"need encoding.\n"
		"firstboot.conf:8: Enabled= takes yes or no.\n"
		"firstboot.conf:9: There is no key Colour= in section [Web].\n"
		"firstboot.conf:10: The line is neither [Section] nor Key=value.\n"
		"firstboot.conf:11: The section lacks its \"]\".\n"
		"firstboot.conf:13: MinLength= takes a number from 8 to 64.\n"
		"firstboot.conf:14: MinLength= takes a number from 8 to 64.\n"
		"firstboot.conf:16: There is no key Name= in section [Nothing]. Is Name= of "
		"[Product] meant?\n"
		"firstboot.conf:18: DocumentationURL= takes a link that begins with http:// or "
		"https://.\n"
		"firstboot.conf:19: DocumentationURL= takes a link that begins with http:// or "
		"https://.\n"
		"firstboot.conf:20: The line is too long.\n"
		"firstboot.conf:24: TTYs= takes names of terminals below /dev.\n"
		"firstboot.conf:26: Interface= takes the name of an interface.\n"
		"firstboot.conf:27: Interface= takes the name of an interface.\n"
		"firstboot.conf:28: Interface= takes the name of an interface.\n"
		"firstboot.conf:30: ConfirmSeconds= takes a number from 10 to 3600.\n"
		"firstboot.conf:31: ConfirmSeconds= takes a number from 10 to 3600.\n");
	test_equal_int(conf.confirm_seconds, 120);
	test_equal_int(conf.web_port, 0);
	test_equal_str(conf.web_scheme, "https");
	test_equal_str(conf.web_path, "/");
	test_assert(conf.web_enabled);
	test_equal_int(conf.password_min_length, 12);
	test_equal_str(conf.documentation_url, "");
	test_equal_str(conf.product_name, "Acme");
	test_equal_str(conf.product_version, "4");
}

/* What is no text file is complained of as a whole, and never waited for. */
static void test_odd_files(void)
{
	_cleanup_(conf_done) struct conf conf = { 0 };
	char buf[512];
	FILE *f;

	tree_clear();
	test_equal_int(mkfifo(tree_path(ETC ".d/10-fifo.conf", buf), 0644), 0);
	test_equal_int(mkdir(tree_path(ETC ".d/20-dir.conf", buf), 0755), 0);
	test_equal_int(symlink("/nowhere", tree_path(ETC ".d/30-dangling.conf", buf)), 0);
	f = fopen(tree_path(ETC ".d/40-nul.conf", buf), "w");
	test_assert(f && fwrite("[Web]\nPort=1\n\0", 1, 14, f) == 14 && fclose(f) == 0);
	f = fopen(tree_path(ETC ".d/50-huge.conf", buf), "w");
	test_assert(f && ftruncate(fileno(f), TEXTFILE_MAX + 1) == 0 && fclose(f) == 0);
	conf = load();
	test_equal_str(complaints, "10-fifo.conf:0: The file cannot be read: Invalid argument.\n"
				   "20-dir.conf:0: The file cannot be read: Invalid argument.\n"
				   "40-nul.conf:0: The file cannot be read: Invalid argument.\n"
				   "50-huge.conf:0: The file cannot be read: File too large.\n");
	test_equal_int(conf.web_port, 0);
}

/* So is a folder of drop-ins that is none. */
static void test_odd_folder(void)
{
	_cleanup_(conf_done) struct conf conf = { 0 };

	tree_clear();
	tree_write(ETC, "[Web]\nPort=1\n");
	tree_write(VENDOR ".d", "[Web]\nPort=2\n");
	conf = load();
	test_equal_str(complaints, "firstboot.conf.d:0: The directory cannot be read.\n");
	test_equal_int(conf.web_port, 1);
}

/* What the vendor leaves open comes from os-release. */
static void test_os_release(void)
{
	struct conf conf;

	tree_clear();
	tree_write("/usr/lib/os-release",
		"PRETTY_NAME=\"Rocky Linux "
		"9.4\"\nDOCUMENTATION_URL=\"https://docs.rocky.example/\"\n");
	conf = load();
	test_equal_str(conf.product_name, "Rocky Linux 9.4");
	test_equal_str(conf.documentation_url, "https://docs.rocky.example/");
	conf_done(&conf);

	tree_write("/etc/os-release", "PRETTY_NAME='Debian 12'\nDOCUMENTATION_URL=gopher://x\n");
	conf = load();
	test_equal_str(conf.product_name, "Debian 12");
	test_equal_str(conf.documentation_url, "");
	conf_done(&conf);

	tree_write(VENDOR, "[Product]\nName=Acme\nDocumentationURL=http://help.example/\n");
	conf = load();
	test_equal_str(conf.product_name, "Acme");
	test_equal_str(conf.documentation_url, "http://help.example/");
	conf_done(&conf);
}

/* The shell quoting of os-release(5). */
static void test_quoting(void)
{
	static const char *const table[][2] = {
		{ "", "" },
		{ "NAME=x", "x" },
		{ "  NAME=x\nNAME=y", "y" },
		{ "#NAME=x", "" },
		{ "XNAME=x\nNAMEX=y", "" },
		{ "NAME=", "" },
		{ "NAME=\"\"", "" },
		{ "NAME=\"a b\"", "a b" },
		{ "NAME='a b'", "a b" },
		{ "NAME=a b", "a" },
		{ "NAME=a\\ b", "a b" },
		{ "NAME=\"a \\\"b\\\" \\$c \\`d \\\\ \\e\"", "a \"b\" $c `d \\ \\e" },
		{ "NAME='a \\ \"b\"'", "a \\ \"b\"" },
		{ "NAME=\"a'b\"'c\"d'", "a'bc\"d" },
		{ "NAME=\"open", "open" },
		{ "NAME=x\r\n", "x" },
		{ "NAME=\"x\"\\", "x\\" },
		{ "NAME=a=b", "a=b" },
		{ "\n\nNAME=x\n\n", "x" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		_cleanup_free_ char *value = NULL;

		test_equal_int(osrelease_get(table[i][0], "NAME", &value), 0);
		test_equal_str_at(table[i][0], value, table[i][1]);
	}
}

/* The file that is shipped is right in all its lines, and so are the values that it comments out.
 */
static void test_shipped(void)
{
	_cleanup_free_ char *text = NULL, *open = NULL;
	_cleanup_(conf_done) struct conf conf = { 0 };

	tree_clear();
	test_equal_int(textfile_read(DATA_DIR, "/firstboot.conf", &text), 0);
	open = strdup(text);
	test_assert(open);
	for (char *p = open; (p = strstr(p, "\n#")); p++)
		if (p[2] >= 'A' && p[2] <= 'Z')
			p[1] = ' ';
	tree_write(VENDOR, text);
	tree_write(ETC, open);
	conf = load();
	test_equal_str(complaints, "");
	test_equal_int(conf.password_min_length, 12);
	for (char *p = text; *p != '\0'; p += strcspn(p, "\n"), p += *p == '\n')
		test_assert(strcspn(p, "\n") <= 106);
}

/* Does text have a line that is key, "=" and value behind a prefix? */
static bool has_line(const char *text, const char *prefix, const char *key, const char *value)
{
	char line[256];

	snprintf(line, sizeof(line), "\n%s%s=%s\n", prefix, key, value);
	return strstr(text, line) != NULL;
}

/* Every key stands in the shipped file, with its default, and in the manual page. */
static void test_documented(void)
{
	_cleanup_free_ char *text = NULL, *manual = NULL;
	int documented = 0, known = 0;

	test_equal_int(textfile_read(DATA_DIR, "/firstboot.conf", &text), 0);
	test_equal_int(textfile_read(DATA_DIR, "/man/firstboot.conf.5", &manual), 0);
	for (const struct conf_key *key = conf_keys; key->name; key++) {
		if (!has_line(text, "#", key->name, key->normal))
			test_fail("firstboot.conf lacks #%s=%s", key->name, key->normal);
		if (!has_line(manual, ".It Cm ", key->name, ""))
			test_fail("firstboot.conf(5) lacks %s=", key->name);
	}
	for (const char *p = manual; (p = strstr(p, "\n.It Cm ")); p++)
		documented++;
	for (const struct conf_key *key = conf_keys; key->name; key++)
		known++;
	test_equal_int(documented, known);
}

int main(void)
{
	if (!mkdtemp(root)) {
		perror(root);
		return 1;
	}
	test_run(test_defaults);
	test_run(test_writable_by_others);
	test_run(test_keys);
	test_run(test_way_to_change);
	test_run(test_unit_names);
	test_run(test_precedence);
	test_run(test_mask);
	test_run(test_complaints);
	test_run(test_odd_files);
	test_run(test_odd_folder);
	test_run(test_os_release);
	test_run(test_quoting);
	test_run(test_shipped);
	test_run(test_documented);
	tree_clear();
	rmdir(root);
	return test_result();
}
