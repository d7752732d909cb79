/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every kind of record has an id of its own, and is explained in the catalog and in firstbootd(8);
 * refusals cannot fill the journal. */

#include "record.h"
#include "test.h"
#include "textfile.h"
#include "util.h"

#define SECOND 1000000ULL

static void ids(void)
{
	for (size_t i = 0; i < N_RECORD_KINDS; i++) {
		const char *id = record_kinds[i].id;

		test_equal_int(strlen(id), 32);
		test_equal_int(strspn(id, "0123456789abcdef"), 32);
		test_assert(record_kinds[i].done || record_kinds[i].what);
		for (size_t j = 0; j < i; j++) {
			test_assert(!streq(id, record_kinds[j].id));
			test_assert(!streq(record_kinds[i].action, record_kinds[j].action));
		}
	}
}

/* How many lines of text begin so? */
static size_t count_lines(const char *text, const char *beginning)
{
	size_t n = 0;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		n += strncmp(line, beginning, strlen(beginning)) == 0;
	}
	return n;
}

static void explained(void)
{
	_cleanup_free_ char *catalog = NULL, *manual = NULL;
	char line[128];

	test_equal_int(textfile_read(DATA_DIR, "/catalog/firstboot.catalog", &catalog), 0);
	test_equal_int(textfile_read(DATA_DIR, "/man/firstbootd.8", &manual), 0);
	test_equal_int(count_lines(catalog, "-- "), N_RECORD_KINDS);
	test_equal_int(count_lines(catalog, "Subject: "), N_RECORD_KINDS);
	for (size_t i = 0; i < N_RECORD_KINDS; i++) {
		(void)snprintf(line, sizeof(line), "-- %s", record_kinds[i].id);
		test_equal_int(count_lines(catalog, line), 1);
		(void)snprintf(line, sizeof(line), ".It Li %s , %s", record_kinds[i].action,
			record_kinds[i].id);
		test_equal_int(count_lines(manual, line), 1);
	}
}

static void refusals(void)
{
	struct record_refusals refusals = { 0 };
	unsigned admitted = 0, omitted = 7;

	for (unsigned i = 0; i < 1000; i++)
		admitted += record_refusals_admit(&refusals, 100 * SECOND + i, &omitted);
	test_equal_int(admitted, RECORD_REFUSALS_MAX);
	test_equal_int(omitted, 0);
	test_assert(record_refusals_admit(&refusals, 200 * SECOND, &omitted));
	test_equal_int(omitted, 1000 - RECORD_REFUSALS_MAX);
	test_assert(record_refusals_admit(&refusals, 200 * SECOND, &omitted));
	test_equal_int(omitted, 0);
}

int main(void)
{
	test_run(ids);
	test_run(explained);
	test_run(refusals);
	return test_result();
}
