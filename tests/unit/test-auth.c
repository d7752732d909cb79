/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "auth.h"
#include "test.h"

#define SEC 1000000ULL
#define MIN (60 * SEC)

static const struct auth fresh = { .idle_usec = 5 * MIN };

/* A ticket is its owner's alone. */
static void owner(void)
{
	struct auth auth = fresh;

	test_assert(!auth_holds(&auth, "", 0));
	test_assert(!auth_holds(&auth, ":1.2", 0));
	auth_grant(&auth, ":1.2", 10 * SEC);
	test_assert(auth_holds(&auth, ":1.2", 10 * SEC));
	test_assert(!auth_holds(&auth, ":1.20", 10 * SEC));
	test_assert(!auth_holds(&auth, ":1.", 10 * SEC));
	test_assert(!auth_holds(&auth, "", 10 * SEC));
	auth_grant(&auth, ":1.3", 11 * SEC);
	test_assert(!auth_holds(&auth, ":1.2", 11 * SEC));
	auth_drop(&auth);
	test_assert(!auth_holds(&auth, ":1.3", 11 * SEC));
	test_assert(!auth_holds(&auth, "", 11 * SEC));
}

/* A name that does not fit gets no ticket, and its beginning neither. */
static void long_name(void)
{
	struct auth auth = fresh;
	char name[100];

	memset(name, '1', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	auth_grant(&auth, name, 0);
	test_assert(!auth_holds(&auth, name, 0));
	name[sizeof(auth.owner) - 1] = '\0';
	test_assert(!auth_holds(&auth, name, 0));
}

/* So much rest as the vendor says ends it, and so do 15 minutes in all. */
static void expiry(void)
{
	const uint64_t start = 1000 * SEC;
	struct auth auth = fresh;

	auth_grant(&auth, ":1.2", start);
	test_assert(auth_holds(&auth, ":1.2", start + 5 * MIN - 1));
	test_assert(!auth_holds(&auth, ":1.2", start + 5 * MIN));
	auth_touch(&auth, ":1.2", start + 5 * MIN);
	test_assert(!auth_holds(&auth, ":1.2", start + 5 * MIN));
	auth_grant(&auth, ":1.2", start);
	for (unsigned i = 1; i <= 3; i++)
		auth_touch(&auth, ":1.2", start + i * 4 * MIN);
	test_assert(auth_holds(&auth, ":1.2", start + 15 * MIN - 1));
	test_assert(!auth_holds(&auth, ":1.2", start + 15 * MIN));
	auth_touch(&auth, ":1.3", start + 12 * MIN);
	test_assert(!auth_holds(&auth, ":1.3", start + 12 * MIN));
	test_assert(!auth_holds(&auth, ":1.2", start - 1));
	auth.idle_usec = 30 * SEC;
	auth_grant(&auth, ":1.2", start);
	test_assert(auth_holds(&auth, ":1.2", start + 30 * SEC - 1));
	test_assert(!auth_holds(&auth, ":1.2", start + 30 * SEC));
}

/* 1, 2, 4, 8, 16, 30, 30 seconds; the right password starts afresh. */
static void delays(void)
{
	static const unsigned expected[] = { 1, 2, 4, 8, 16, 30, 30, 30 };
	struct auth auth = fresh;
	uint64_t now = SEC;

	test_equal_int(auth_wait(&auth, now), 0);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		auth_failed(&auth, now);
		test_equal_int(auth_wait(&auth, now), expected[i] * SEC);
		test_equal_int(auth_wait(&auth, now + SEC / 2), expected[i] * SEC - SEC / 2);
		now += expected[i] * SEC;
		test_equal_int(auth_wait(&auth, now), 0);
	}
	auth_grant(&auth, ":1.2", now);
	auth_failed(&auth, now);
	test_equal_int(auth_wait(&auth, now), SEC);
}

int main(void)
{
	test_run(owner);
	test_run(long_name);
	test_run(expiry);
	test_run(delays);
	return test_result();
}
