/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The journal and the history: what is written is read again, what another hand has written is not,
 * and a disk that is full or read-only leaves what was there. */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "any.h"
#include "atomic_file.h"
#include "history.h"
#include "journal.h"
#include "settings.h"
#include "test.h"
#include "util.h"

#define HEAD "# Network settings of firstboot; not to be edited.\n"

static char root[] = "/tmp/test-journal.XXXXXX";

/* A set of one link with a fixed address. */
static struct net_set *fixed(const char *address)
{
	static struct net_set sets[2];
	static size_t turn;
	struct net_set *set = &sets[turn++ % 2];
	char text[512];

	(void)snprintf(text, sizeof(text),
		HEAD "\n[Link]\nName=enp1s0\n\n[IPv4]\nMethod=static\nAddress=%s\n"
		     "\n[IPv6]\nMethod=off\n",
		address);
	test_equal_int(settings_parse(text, set), 0);
	return set;
}

/* A journal from .10 to .11. */
static struct journal some_journal(void)
{
	return (struct journal){
		.phase = JOURNAL_KEEPING,
		.id = 0xfffffffe,
		.began = 1790000000123456,
		.backend = "systemd-networkd",
		.origin = "ssh from 192.0.2.7",
		.old = fixed("192.0.2.10/24"),
		.new = fixed("192.0.2.11/24"),
	};
}

/* Put text into path as another hand would. */
static void plant(const char *path, const char *text)
{
	test_equal_int(atomic_write(root, path, text, 0600), 0);
}

/* -- the journal --------------------------------------------------------------------------------
 */

static void journal_round_trip(void)
{
	struct journal journal = some_journal(), found;
	char path[256];
	struct stat st;

	test_equal_int(journal_read(root, &found), -ENOENT);
	test_equal_int(journal_write(root, &journal), 0);
	(void)snprintf(path, sizeof(path), "%s" STATEDIR "/journal", root);
	test_assert(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600);
	if (journal_read(root, &found) < 0) {
		test_fail("the journal is not read");
		return;
	}
	test_equal_int(found.phase, JOURNAL_KEEPING);
	test_equal_int(found.id, journal.id);
	test_equal_int(found.began, journal.began);
	test_equal_str(found.backend, journal.backend);
	test_equal_str(found.origin, journal.origin);
	test_assert(net_set_equal(found.old, journal.old));
	test_assert(net_set_equal(found.new, journal.new));
	journal_done(&found);
	test_equal_int(journal_remove(root), 0);
	test_equal_int(journal_remove(root), 0);
	test_equal_int(journal_read(root, &found), -ENOENT);
}

/* An origin that would end its line is no way to a line of one's own. */
static void journal_origin(void)
{
	struct journal journal = some_journal(), found = { 0 };

	(void)strcpy(journal.origin, "x\nOld=0\nNew=0\n\x7f");
	test_equal_int(journal_write(root, &journal), 0);
	test_equal_int(journal_read(root, &found), 0);
	test_equal_str(found.origin, "x?Old=0?New=0??");
	journal_done(&found);
	test_equal_int(journal_remove(root), 0);
}

/* A journal with a head and two empty sets, and what is wrong with it. */
static void journal_garbled(void)
{
	static const char good[] = "Phase=trying\nId=7\nBegan=8\nBackend=b\nOrigin=o\n"
				   "Old=51\nNew=51\n" HEAD HEAD;
	static const struct {
		const char *from, *to;
	} rows[] = {
		{ "Phase=trying", "Phase=dying" },
		{ "Phase=trying", "Phase" },
		{ "Phase=trying\n", "" },
		{ "Id=7", "Id=4294967296" },
		{ "Id=7", "Id=-7" },
		{ "Id=7", "Id=" },
		{ "Id=7", "Id=7 " },
		{ "Began=8", "Began=99999999999999999999" },
		{ "Backend=b", "Backend=a-name-that-is-much-too-long-for-a-back-end" },
		{ "Old=51", "Old=50" },
		{ "Old=51", "Old=103" },
		{ "Old=51", "Old=18446744073709551615" },
		{ "New=51", "New=52" },
		{ "New=51", "New=0" },
		{ "New=51\n#", "New=51\n" },
		{ "Origin=o\n", "Origin=o\nOrigin=o\n" },
	};
	struct journal found = { 0 };
	char text[1024];

	plant(STATEDIR "/journal", good);
	test_equal_int(journal_read(root, &found), 0);
	journal_done(&found);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *at = strstr(good, rows[i].from);

		(void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - good), good, rows[i].to,
			at + strlen(rows[i].from));
		plant(STATEDIR "/journal", text);
		if (journal_read(root, &found) != -EINVAL)
			test_fail("taken: %s", text);
	}
	/* cut off anywhere */
	for (size_t length = 0; length < strlen(good); length++) {
		(void)snprintf(text, sizeof(text), "%.*s", (int)length, good);
		plant(STATEDIR "/journal", text);
		if (journal_read(root, &found) != -EINVAL)
			test_fail("taken: the first %zu bytes", length);
	}
	test_equal_int(journal_remove(root), 0);
}

/* Whatever settings there are come back the same. */
static void journal_any(void)
{
	static struct net_set old, new;

	for (int i = 0; i < 50; i++) {
		struct journal journal = some_journal(), found = { 0 };

		any_set(&old, NET_LINKS_MAX, false);
		any_set(&new, NET_LINKS_MAX, false);
		journal.old = &old;
		journal.new = &new;
		test_equal_int(journal_write(root, &journal), 0);
		test_equal_int(journal_read(root, &found), 0);
		test_assert(found.old && net_set_equal(found.old, &old));
		test_assert(found.new &&net_set_equal(found.new, &new));
		journal_done(&found);
	}
	test_equal_int(journal_remove(root), 0);
}

/* -- the history --------------------------------------------------------------------------------
 */

static struct history_entry entries[HISTORY_MAX];

static void history_grows(void)
{
	static struct net_set found;

	test_equal_int(history_list(root, entries), 0);
	for (int i = 1; i <= HISTORY_MAX + 5; i++) {
		struct history_entry entry = {
			.when = 1000 + i, .outcome = (enum history_outcome)(i % 7), .origin = "tty1"
		};

		(void)snprintf(entry.summary, sizeof(entry.summary), "change %d", i);
		test_equal_int(history_add(root, &entry, fixed("192.0.2.10/24")), 0);
		test_equal_int(entry.id, i);
	}
	test_equal_int(history_list(root, entries), HISTORY_MAX);
	for (int i = 0; i < HISTORY_MAX; i++) {
		int id = HISTORY_MAX + 5 - i;

		test_equal_int(entries[i].id, id);
		test_equal_int(entries[i].when, 1000 + id);
		test_equal_int(entries[i].outcome, id % 7);
	}
	test_equal_str(entries[0].summary, "change 25");
	test_equal_str(entries[0].origin, "tty1");
	test_equal_int(history_read(root, 25, &found), 0);
	test_assert(net_set_equal(&found, fixed("192.0.2.10/24")));
	test_equal_int(history_read(root, 5, &found), -ENOENT);
	test_equal_int(history_read(root, 26, &found), -ENOENT);
}

/* What becomes of a link is told in a word or an address. */
static void history_says_what(void)
{
	static const struct {
		enum net_method v4, v6;
		const char *said;
	} rows[] = {
		{ NET_METHOD_AUTO, NET_METHOD_AUTO, "enp1s0 automatic" },
		{ NET_METHOD_AUTO, NET_METHOD_OFF, "enp1s0 automatic" },
		{ NET_METHOD_OFF, NET_METHOD_AUTO, "enp1s0 IPv6 alone" },
		{ NET_METHOD_OFF, NET_METHOD_OFF, "enp1s0 no addresses" },
	};
	struct history_entry entry;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct net_config config = { .v4.method = rows[i].v4, .v6.method = rows[i].v6 };

		entry = (struct history_entry){ 0 };
		history_summarize(&entry, "enp1s0", &config);
		test_equal_str(entry.summary, rows[i].said);
	}
	entry = (struct history_entry){ 0 };
	history_summarize(&entry, "enp1s0", &fixed("192.0.2.10/24")->links[0]);
	history_summarize(&entry, "enp2s0", NULL);
	test_equal_str(entry.summary, "enp1s0 192.0.2.10/24, enp2s0 given back");
}

/* Files that are no entries are left out, and left alone. */
static void history_garbled(void)
{
	static const char *const names[] = { "026", "x", "27x", "-1", "0",
		"9999999999999999999999" };
	static const char *const texts[] = { "", "When=1\n", "When=x\nOutcome=expired\n",
		("When=1\nOutcome=odd\nOrigin=o\nSummary=s\n" HEAD) };
	static struct net_set found;
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		(void)snprintf(path, sizeof(path), STATEDIR "/history/%s", names[i]);
		plant(path, "When=1\nOutcome=expired\nOrigin=o\nSummary=s\n" HEAD);
	}
	test_equal_int(history_list(root, entries), HISTORY_MAX);
	test_equal_int(entries[0].id, 25);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		plant(STATEDIR "/history/25", texts[i]);
		test_equal_int(history_list(root, entries), HISTORY_MAX - 1);
		test_equal_int(entries[0].id, 24);
		test_equal_int(history_read(root, 25, &found), -EINVAL);
	}
	plant(STATEDIR "/history/25", "When=1\nOutcome=expired\nOrigin=o\nSummary=s\nrubbish\n");
	test_equal_int(history_list(root, entries), HISTORY_MAX);
	test_equal_int(history_read(root, 25, &found), -EINVAL);
}

/* The bus takes UTF-8 alone: one odd byte must not hide the other changes. */
static void history_odd_bytes(void)
{
	static const char good[] = "When=1\nOutcome=expired\nOrigin=tty1\nSummary=enp1s0\n" HEAD;
	char text[sizeof(good)];

	for (size_t i = 0; i < strlen(good); i++) {
		(void)strcpy(text, good);
		text[i] = '\xc3';
		plant(STATEDIR "/history/25", text);
		test_assert(history_list(root, entries) >= HISTORY_MAX - 1);
		if (strchr(entries[0].origin, 0xc3) || strchr(entries[0].summary, 0xc3))
			test_fail("byte %zu: %s, %s", i, entries[0].origin, entries[0].summary);
	}
}

/* -- disks --------------------------------------------------------------------------------------
 */

/* Let a file system of this size stand where the state is, in namespaces of our own. */
static bool mount_state(const char *options)
{
	int flags = CLONE_NEWNS | (geteuid() == 0 ? 0 : CLONE_NEWUSER);
	char path[256];

	(void)snprintf(path, sizeof(path), "%s" STATEDIR, root);
	return unshare(flags) == 0 && mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", path, "tmpfs", 0, options) == 0;
}

/* What is there stays, whole, and nothing lies beside it. */
static void test_unwritten(int error)
{
	struct journal journal = some_journal(), found = { 0 };
	struct history_entry entry = { .when = 1 };

	journal.phase = JOURNAL_TRYING;
	test_equal_int(journal_write(root, &journal), error);
	test_equal_int(history_add(root, &entry, journal.new), error);
	test_equal_int(journal_read(root, &found), 0);
	test_equal_int(found.phase, JOURNAL_KEEPING);
	journal_done(&found);
	test_equal_int(history_list(root, entries), 1);
	test_equal_str(entries[0].summary, "before");
}

/* Counts the names in a folder. */
static int count_name(int dir, const char *name, void *userdata)
{
	++*(int *)userdata;
	return 0;
}

static void disks(void)
{
	struct history_entry entry = { .when = 1, .summary = "before" };
	struct journal journal = some_journal();
	char path[256], filler[4096];
	int fd, n = 0;

	if (!mount_state("size=64k,mode=755")) {
		test_fail("no file system could be mounted: %s", strerror(errno));
		return;
	}
	test_equal_int(journal_write(root, &journal), 0);
	test_equal_int(history_add(root, &entry, journal.new), 0);
	(void)snprintf(path, sizeof(path), "%s" STATEDIR "/filler", root);
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	memset(filler, 'x', sizeof(filler));
	while (write(fd, filler, sizeof(filler)) > 0)
		;
	close(fd);
	test_unwritten(-ENOSPC);
	test_equal_int(folder_walk(root, STATEDIR, count_name, &n), 0);
	test_equal_int(n, 3);
	/* A change that is over can be forgotten on a full disk. */
	(void)snprintf(path, sizeof(path), "%s" STATEDIR, root);
	test_assert(mount("none", path, "none", MS_REMOUNT | MS_RDONLY, NULL) == 0);
	test_unwritten(-EROFS);
	test_equal_int(journal_remove(root), -EROFS);
	test_assert(mount("none", path, "none", MS_REMOUNT, NULL) == 0);
	test_equal_int(journal_remove(root), 0);
}

/* -- what was cut off ---------------------------------------------------------------------------
 */

static void sweep(void)
{
	static const struct {
		const char *name;
		bool stays;
	} rows[] = {
		{ ".journal.0123456789abcdef", false },
		{ ".journal.0123456789abcde", true },
		{ ".journal.0123456789abcdeX", true },
		{ ".journal", true },
		{ "journal.0123456789abcdef", true },
		{ ".other.0123456789abcdef", true },
		{ ".0123456789abcdef", true },
	};
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		(void)snprintf(path, sizeof(path), "/swept/%s", rows[i].name);
		plant(path, "");
	}
	test_equal_int(atomic_sweep(root, "/swept", "journal"), 0);
	test_equal_int(atomic_sweep(root, "/no/such/folder", ""), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_close_ int fd = -1;

		(void)snprintf(path, sizeof(path), "/swept/%s", rows[i].name);
		fd = file_open(root, path);
		if ((fd >= 0) != rows[i].stays)
			test_fail("%s %s", rows[i].name, rows[i].stays ? "is gone" : "is there");
	}
}

int main(void)
{
	char command[600];

	if (!mkdtemp(root))
		return 1;
	test_run(journal_round_trip);
	test_run(journal_origin);
	test_run(journal_garbled);
	test_run(journal_any);
	test_run(history_grows);
	test_run(history_says_what);
	test_run(history_garbled);
	test_run(history_odd_bytes);
	test_run(sweep);
	test_run(disks);
	(void)snprintf(command, sizeof(command), "umount %s" STATEDIR "; rm -r %s", root, root);
	return system(command) == 0 ? test_result() : 1;
}
