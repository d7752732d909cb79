/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firstboot-network(7) has a table of the keys that each manager is given: all of them, and no
 * other. */

#include <stdlib.h>

#include "any.h"
#include "netfile.h"
#include "nm_profile.h"
#include "test.h"
#include "textfile.h"

#define KEYS_MAX  128
#define KEY_SIZE  160
#define CELL_SIZE 64
#define CASES	  2000

/* "[Section] Key=" or "section.key", each once. */
struct keys {
	char all[KEYS_MAX][KEY_SIZE];
	size_t n;
};

static bool has(const struct keys *keys, const char *key)
{
	for (size_t i = 0; i < keys->n; i++)
		if (streq(keys->all[i], key))
			return true;
	return false;
}

static void add(struct keys *keys, const char *key)
{
	if (!has(keys, key) && keys->n < KEYS_MAX)
		(void)snprintf(keys->all[keys->n++], KEY_SIZE, "%s", key);
}

/* -- what the manual says -----------------------------------------------------------------------
 */

/* Copy a cell of the table without what is meant for troff: "\-" is "-", and "\ " a blank. */
static void copy_cell(const char *cell, size_t length, char ret[static CELL_SIZE])
{
	size_t n = 0;

	for (size_t i = 0; i < length && n < CELL_SIZE - 1; i++)
		if (cell[i] != '\\')
			ret[n++] = cell[i];
	ret[n] = '\0';
}

/* Take a key, whose section may stand in the line above with nothing behind it. Other words than
 * keys tell when one is written. */
static void take_cell(struct keys *keys, char before[static CELL_SIZE], const char *cell)
{
	const char *rest = cell + strspn(cell, " ");
	char key[KEY_SIZE];

	if (rest > cell)
		(void)snprintf(key, sizeof(key), "%s%s%s", before, *before == '[' ? " " : "", rest);
	else
		(void)snprintf(key, sizeof(key), "%s", cell);
	if (*key == '[' ? strchr(key, '=') != NULL : strchr(key, '.') && !strchr(key, ' '))
		add(keys, key);
	strcpy(before, cell);
}

/* Read a column of the table. */
static void read_column(const char *manual, unsigned column, struct keys *ret)
{
	const char *line = strstr(manual, "\n.TS\n"), *end = strstr(manual, "\n.TE\n");
	char before[CELL_SIZE] = "", cell[CELL_SIZE];

	ret->n = 0;
	if (!line || !end) {
		test_fail("there is no table");
		return;
	}
	while ((line = strchr(line, '\n') + 1) <= end) {
		const char *p = line;

		for (unsigned i = 0; i < column && p; i++) {
			p = strpbrk(p, "\t\n");
			p = p && *p == '\t' ? p + 1 : NULL;
		}
		if (!p)
			continue;
		copy_cell(p, strcspn(p, "\t\n"), cell);
		take_cell(ret, before, cell);
	}
}

/* -- what the code does -------------------------------------------------------------------------
 */

/* The keys of a file. */
static void take_file(struct keys *keys, char *text)
{
	char section[CELL_SIZE] = "", key[KEY_SIZE];

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (*line == '[')
			(void)snprintf(section, sizeof(section), "%s", line);
		if (*line == '[' || *line == '#')
			continue;
		(void)snprintf(
			key, sizeof(key), "%s %.*s=", section, (int)strcspn(line, "="), line);
		add(keys, key);
	}
}

/* The keys of any files. */
static void write_files(struct keys *ret)
{
	static struct net_set set;

	ret->n = 0;
	for (unsigned i = 0; i < CASES; i++) {
		_cleanup_(netfiles_done) struct netfiles files = { .n = 0 };

		any_set(&set, 4, false);
		/* Some names are not fit to be written. */
		if (netfiles_render(&set, &files) < 0)
			continue;
		for (size_t j = 0; j < files.n; j++)
			take_file(ret, files.files[j].text);
	}
}

/* The keys of any profiles. */
static void write_profiles(struct keys *ret)
{
	ret->n = 0;
	for (unsigned i = 0; i < CASES; i++) {
		struct net_config config = any_config(false);
		const struct nm_role port = { .master = "bond0" }, link = { .config = &config };
		struct nm_settings settings;
		char key[KEY_SIZE];

		test_assert(nm_profile_compose(config.ifname, i % 8 ? &link : &port, true, "",
				    &settings) == 0);
		for (size_t j = 0; j < settings.n_items; j++) {
			(void)snprintf(key, sizeof(key), "%s.%s", settings.items[j].section,
				settings.items[j].key);
			add(ret, key);
		}
		nm_settings_done(&settings);
	}
}

/* Both must be the same. */
static void compare(const char *column, const struct keys *said, const struct keys *written)
{
	test_assert(written->n > 20 && written->n < KEYS_MAX);
	for (size_t i = 0; i < written->n; i++)
		if (!has(said, written->all[i]))
			test_fail("%s: the table lacks %s", column, written->all[i]);
	for (size_t i = 0; i < said->n; i++)
		if (!has(written, said->all[i]))
			test_fail("%s: nothing writes %s", column, said->all[i]);
}

static struct keys said, written;

static void test_networkd(void)
{
	_cleanup_free_ char *manual = NULL;

	test_equal_int(textfile_read(DATA_DIR, "/man/firstboot-network.7", &manual), 0);
	read_column(manual ? manual : "", 1, &said);
	write_files(&written);
	compare("systemd-networkd", &said, &written);
}

static void test_networkmanager(void)
{
	_cleanup_free_ char *manual = NULL;

	test_equal_int(textfile_read(DATA_DIR, "/man/firstboot-network.7", &manual), 0);
	read_column(manual ? manual : "", 2, &said);
	write_profiles(&written);
	compare("NetworkManager", &said, &written);
}

int main(void)
{
	test_run(test_networkd);
	test_run(test_networkmanager);
	return test_result();
}
