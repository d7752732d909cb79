/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "noted_keys.h"

#include "boot_id.h"
#include "tree.h"
#include "util.h"

#define BOOT_FILE "/proc/sys/kernel/random/boot_id"
#define NOTES	  STATEDIR "/keys"

/* Start the machine again. */
static void boot(unsigned number)
{
	char id[64];

	(void)snprintf(id, sizeof(id), "0123abcd-0000-4000-8000-%012u\n", number);
	tree_write(BOOT_FILE, id);
}

/* Note one key. Is it another than before? */
static bool note(const char *what, const char *digest)
{
	struct noted_key key = { 0 };
	bool changed = true;

	(void)snprintf(key.what, sizeof(key.what), "%s", what);
	(void)snprintf(key.digest, sizeof(key.digest), "%s", digest);
	test_assert(noted_key_is_valid(&key));
	test_equal_int(noted_keys_note(tree, &key, 1, &changed), 0);
	return changed;
}

static void new_machine(void)
{
	tree_clear();
	boot(1);
}

/* -- tests --------------------------------------------------------------------------------------
 */

static void first_time(void)
{
	struct stat st;

	new_machine();
	test_assert(!note("tls", "SHA256 3F:A9"));
	test_equal_str(tree_read(NOTES), "KEY=tls\nBOOT=0123abcd000040008000000000000001\n"
					 "DIGEST=SHA256 3F:A9\nEARLIER=\n");
	test_assert(stat(tree_path(NOTES), &st) == 0);
	test_equal_int(st.st_mode & 07777, 0600);
	boot(2);
	test_assert(!note("ssh ED25519", "SHA256:Yx0"));
	test_assert(!note("tls", "SHA256 3F:A9"));
}

/* Within a boot everything is new once, and compared with the boot before for the rest of it. */
static void compared_with_the_boot_before(void)
{
	new_machine();
	test_assert(!note("tls", "a"));
	test_assert(!note("tls", "b"));
	test_assert(!note("tls", "a"));
	test_assert(!note("tls", "b"));
	boot(2);
	test_assert(note("tls", "c"));
	test_assert(note("tls", "c"));
	test_assert(note("tls", "d"));
	test_assert(!note("tls", "b"));
	test_assert(note("tls", "a"));
	boot(3);
	test_assert(!note("tls", "a"));
	test_assert(note("tls", "b"));
}

/* A boot that did not show the key does not count. */
static void a_boot_without_it(void)
{
	new_machine();
	test_assert(!note("tls", "a"));
	boot(2);
	test_assert(!note("ssh ED25519", "x"));
	boot(3);
	test_assert(note("tls", "b"));
	boot(5);
	test_assert(!note("tls", "b"));
}

/* Keys are told apart by their names alone, whatever else they look like. */
static void several_at_once(void)
{
	const struct noted_key before[] = { { "tls", "a" }, { "ssh RSA", "b" },
		{ "ssh = x", "c=d" } };
	const struct noted_key after[] = { { "ssh = x", "c=d" }, { "tls", "b" },
		{ "ssh RSA", "b" } };
	bool changed[3];

	new_machine();
	test_equal_int(noted_keys_note(tree, before, 3, changed), 0);
	test_assert(!changed[0] && !changed[1] && !changed[2]);
	boot(2);
	test_equal_int(noted_keys_note(tree, after, 3, changed), 0);
	test_assert(!changed[0] && changed[1] && !changed[2]);
}

/* The file is written where something is different, and only then. */
static void written_when_different(void)
{
	struct stat a, b;

	new_machine();
	(void)note("tls", "a");
	test_assert(stat(tree_path(NOTES), &a) == 0);
	(void)note("tls", "a");
	test_assert(stat(tree_path(NOTES), &b) == 0);
	test_assert(a.st_ino == b.st_ino && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec);
	(void)note("tls", "b");
	test_assert(stat(tree_path(NOTES), &b) == 0);
	test_assert(a.st_ino != b.st_ino || a.st_mtim.tv_nsec != b.st_mtim.tv_nsec);
	boot(2);
	(void)note("tls", "b");
	test_assert(strstr(tree_read(NOTES), "EARLIER=b\n") != NULL);
}

/* There is room for so many; what this boot has not shown goes first, and else nothing is lost. */
static void no_room(void)
{
	char name[32];

	new_machine();
	(void)note("old", "a");
	boot(2);
	for (int i = 0; i < NOTED_KEYS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "key %d", i);
		test_assert(!note(name, "a"));
	}
	test_assert(strstr(tree_read(NOTES), "KEY=old\n") == NULL);
	test_assert(!note("one more", "a"));
	test_assert(strstr(tree_read(NOTES), "one more") == NULL);
	boot(3);
	for (int i = 0; i < NOTED_KEYS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "key %d", i);
		test_assert(note(name, "b"));
	}
}

/* A file that is not whole counts as none, and is replaced. */
static void garbled(void)
{
	static const char good[] = "KEY=tls\nBOOT=x\nDIGEST=a\nEARLIER=\n";
	const char *const table[] = { "\n", "KEY=tls\n",
		"KEY=tls\nBOOT=x\nDIGEST=a\nEARLIER=", "KEY=tls\nBOOT=x\nDIGEST=\nEARLIER=\n",
		"KEY=\nBOOT=x\nDIGEST=a\nEARLIER=\n", "KEY=tls\nBOOT=\nDIGEST=a\nEARLIER=\n",
		"KEY=tls\nBOOT=x\nDIGEST=a\x1b\nEARLIER=\n",
		"KEY=tls\nDIGEST=a\nBOOT=x\nEARLIER=\n",
		"KEY=a name that is longer than a name may be\nBOOT=x\nDIGEST=a\nEARLIER=\n" };

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		new_machine();
		tree_write(NOTES, table[i]);
		test_assert(!note("tls", "b"));
		test_assert(strstr(tree_read(NOTES), "EARLIER=\n") != NULL);
	}
	new_machine();
	tree_write(NOTES, good);
	test_assert(note("tls", "b"));
	new_machine();
	test_equal_int(symlink("/etc/passwd", tree_path(NOTES)), 0);
	test_assert(!note("tls", "b"));
	test_assert(strstr(tree_read(NOTES), "DIGEST=b") != NULL);
}

/* A whole file of any length beyond what can be written is none. */
static void too_long(void)
{
	char text[8192] = "";

	new_machine();
	for (int i = 0; i <= NOTED_KEYS_MAX; i++)
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
			"KEY=%d\nBOOT=x\nDIGEST=a\nEARLIER=\n", i);
	tree_write(NOTES, text);
	test_assert(!note("0", "b"));
	test_assert(strstr(tree_read(NOTES), "KEY=1\n") == NULL);
}

static void what_is_valid(void)
{
	static const struct noted_key good = { "ssh ED25519", "SHA256:Yx0+/=" };
	static const struct noted_key bad[] = { { "", "a" }, { "a", "" }, { "a\n", "a" },
		{ "a", "a\tb" }, { "\xc3\xa9", "a" }, { "a", "\x7f" } };

	test_assert(noted_key_is_valid(&good));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		test_assert(!noted_key_is_valid(&bad[i]));
}

/* Where /proc/sys is closed, PID 1's word stands for the kernel's; without both nothing is noted.
 */
static void boot_id(void)
{
	const struct noted_key key = { "tls", "a" };
	char id[BOOT_ID_SIZE];
	bool changed;

	tree_clear();
	unsetenv("BOOT_ID");
	test_equal_int(boot_id_read(tree, id), -ENOENT);
	test_equal_int(noted_keys_note(tree, &key, 1, &changed), -ENOENT);
	setenv("BOOT_ID", "0123456789abcdef0123456789abcdef", 1);
	test_equal_int(boot_id_read(tree, id), 0);
	test_equal_str(id, "0123456789abcdef0123456789abcdef");
	boot(7);
	test_equal_int(boot_id_read(tree, id), 0);
	test_equal_str(id, "0123abcd000040008000000000000007");
	tree_write(BOOT_FILE, "0123abcd-0000-4000-8000-00000000000g\n");
	test_equal_int(boot_id_read(tree, id), -ENOENT);
	tree_write(BOOT_FILE, "0123abcd-0000-4000-8000-0000000000000\n");
	test_equal_int(boot_id_read(tree, id), -ENOENT);
}

int main(void)
{
	test_run(first_time);
	test_run(compared_with_the_boot_before);
	test_run(a_boot_without_it);
	test_run(several_at_once);
	test_run(written_when_different);
	test_run(no_room);
	test_run(garbled);
	test_run(too_long);
	test_run(what_is_valid);
	test_run(boot_id);
	tree_done();
	return test_result();
}
