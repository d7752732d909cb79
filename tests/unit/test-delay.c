/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "delay.h"

#include "tree.h"
#include "util.h"

#define SEC	     1000000ULL
#define BOOT	     "0123456789abcdef0123456789abcdef"
#define BOOT_FILE    "/proc/sys/kernel/random/boot_id"
#define DELAY_FILE   STATEDIR "/delay"
#define FAILED_TIMES 4 /* 8 seconds */

/* What a new process knows at this time. */
static struct auth load(uint64_t now)
{
	struct auth auth = { 0 };

	delay_load(tree, now, &auth);
	return auth;
}

/* Some failures, the last one now. */
static void fail(uint64_t now)
{
	struct auth auth = { 0 };

	for (unsigned i = 0; i < FAILED_TIMES; i++)
		auth_failed(&auth, now);
	test_equal_int(delay_save(tree, &auth), 0);
}

/* Another process of the same boot goes on where this one has ended. */
static void restart(void)
{
	struct auth auth;

	tree_write(BOOT_FILE, BOOT "\n");
	auth = load(100 * SEC);
	test_equal_int(auth.failures, 0);
	test_equal_int(auth_wait(&auth, 100 * SEC), 0);
	fail(100 * SEC);
	auth = load(103 * SEC);
	test_equal_int(auth.failures, FAILED_TIMES);
	test_equal_int(auth_wait(&auth, 103 * SEC), 5 * SEC);
	auth_failed(&auth, 110 * SEC);
	test_equal_int(auth_wait(&auth, 110 * SEC), 16 * SEC);
	auth = (struct auth){ 0 };
	test_equal_int(delay_save(tree, &auth), 0);
	auth = load(111 * SEC);
	test_equal_int(auth.failures, 0);
}

/* After a restart of the machine the whole delay counts from its beginning. */
static void reboot(void)
{
	struct auth auth;

	tree_write(BOOT_FILE, BOOT "\n");
	fail(100000 * SEC);
	tree_write(BOOT_FILE, "f123456789abcdef0123456789abcdef\n");
	auth = load(3 * SEC);
	test_equal_int(auth.failures, FAILED_TIMES);
	test_equal_int(auth_wait(&auth, 3 * SEC), 5 * SEC);
	auth = load(9 * SEC);
	test_equal_int(auth_wait(&auth, 9 * SEC), 0);
	auth_failed(&auth, 9 * SEC);
	test_equal_int(auth_wait(&auth, 9 * SEC), 16 * SEC);
}

/* No boot has a name: nothing is shorter for that. */
static void nameless(void)
{
	struct auth auth;

	fail(100 * SEC);
	tree_write(BOOT_FILE, "");
	auth = load(101 * SEC);
	test_equal_int(auth_wait(&auth, 101 * SEC), 7 * SEC);
	auth = load(50 * SEC);
	test_equal_int(auth_wait(&auth, 50 * SEC), 8 * SEC);
	tree_write(BOOT_FILE, BOOT "\n");
}

/* Nonsense is the longest delay; a time far ahead does not lock anybody out for ever. */
static void garbage(void)
{
	static const char *const texts[] = { "", "x", "boot=" BOOT "\n",
		"boot=" BOOT "\nfailures=1\n", "boot=" BOOT "\nfailures=-1\nnot_before=0\n",
		"boot=" BOOT "\nfailures=99999999999\nnot_before=0\n",
		"boot=" BOOT "\nfailures=1\nnot_before=0\nmore=1\n",
		"boot=" BOOT BOOT "\nfailures=1\nnot_before=0\n" };
	struct auth auth;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		tree_write(DELAY_FILE, texts[i]);
		auth = load(100 * SEC);
		test_equal_int(auth_wait(&auth, 100 * SEC), 30 * SEC);
		auth_failed(&auth, 200 * SEC);
		test_equal_int(auth_wait(&auth, 200 * SEC), 30 * SEC);
	}
	tree_write(DELAY_FILE, "boot=" BOOT "\nfailures=2\nnot_before=18446744073709551615\n");
	auth = load(100 * SEC);
	test_equal_int(auth_wait(&auth, 100 * SEC), 2 * SEC);
}

int main(void)
{
	tree_clear();
	test_run(restart);
	test_run(reboot);
	test_run(nameless);
	test_run(garbage);
	tree_done();
	return test_result();
}
