/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "catalog.h"

#include <errno.h>
#include <stdlib.h>

#include "mo.h"
#include "mo_text.h"
#include "tree.h"
#include "util.h"

static const char *const pairs[][2] = {
	{ "", MO_HEAD },
	{ "Address", "Adresse" },
	{ "Back", "Zurück" },
	{ "Gone", "" },
	{ "Hostname", "Hostname" },
	{ "Yes", "Ja" },
};

/* Is a text that was found one of those bytes, with its end? */
static bool lies_within(const char *found, const uint8_t *bytes, size_t size)
{
	const char *begin = (const char *)bytes;

	return !found || (found >= begin && found < begin + size &&
				 memchr(found, '\0', size - (size_t)(found - begin)));
}

/* Look up everything, in memory that ends where the catalogue does. */
static void look_up(const uint8_t *bytes, size_t size)
{
	_cleanup_free_ uint8_t *copy = malloc(size > 0 ? size : 1);
	struct mo mo;

	if (!copy)
		abort();
	memcpy(copy, bytes, size);
	if (mo_open(copy, size, &mo) < 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		test_assert(lies_within(mo_find(&mo, pairs[i][0]), copy, size));
}

/* A field of the head. */
static void test_field(const struct mo *mo, const char *name, const char *expected)
{
	char value[CATALOG_NAME_MAX];

	mo_field(mo, name, value, sizeof(value));
	test_equal_str_at(name, value, expected);
}

/* Both byte orders are read. */
static void finds(void)
{
	for (int swapped = 0; swapped < 2; swapped++) {
		uint8_t bytes[MO_SIZE_MAX];
		size_t size = mo_make(pairs, ARRAY_SIZE(pairs), swapped, bytes);
		struct mo mo;

		test_equal_int(mo_open(bytes, size, &mo), 0);
		for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
			test_equal_str(mo_find(&mo, pairs[i][0]), pairs[i][1]);
		test_assert(!mo_find(&mo, "Addres"));
		test_assert(!mo_find(&mo, "Addresses"));
		test_assert(!mo_find(&mo, "Zzz"));
		test_field(&mo, "X-Name", "Deutsch");
		test_field(&mo, "X-Letters", "\u00fc\u00df");
		test_field(&mo, "X-Letter", "");
		test_field(&mo, "Deutsch", "");
	}
}

/* Cut anywhere, it is refused or read no further. */
static void cut(void)
{
	uint8_t bytes[MO_SIZE_MAX];
	size_t size = mo_make(pairs, ARRAY_SIZE(pairs), false, bytes);
	struct mo mo;

	for (size_t i = 0; i < size; i++)
		look_up(bytes, i);
	for (size_t i = 0; i < 28 + ARRAY_SIZE(pairs) * 16; i++)
		test_equal_int(mo_open(bytes, i, &mo), -EINVAL);
}

/* With any number of head and tables wrong, likewise. */
static void wrong_numbers(void)
{
	static const uint32_t wrong[] = { 0, 1, 27, 28, 0x7fffffff, 0x80000000, 0xfffffff8,
		0xffffffff };
	uint8_t bytes[MO_SIZE_MAX];
	size_t size = mo_make(pairs, ARRAY_SIZE(pairs), false, bytes);

	for (size_t at = 0; at < 28 + ARRAY_SIZE(pairs) * 16; at += 4)
		for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
			uint8_t changed[MO_SIZE_MAX];

			memcpy(changed, bytes, size);
			(void)mo_put(changed, at, wrong[i], false);
			look_up(changed, size);
		}
}

/* What is no catalogue of ours. */
static void refused(void)
{
	static const char *const latin[][2] = {
		{ "", "Content-Type: text/plain; charset=ISO-8859-1\n" },
		{ "Yes", "Ja" },
	};
	static const char *const headless[][2] = { { "Yes", "Ja" } };
	uint8_t bytes[MO_SIZE_MAX];
	struct mo mo;
	size_t size = mo_make(latin, ARRAY_SIZE(latin), false, bytes);

	test_equal_int(mo_open(bytes, size, &mo), -EINVAL);
	size = mo_make(headless, ARRAY_SIZE(headless), false, bytes);
	test_equal_int(mo_open(bytes, size, &mo), -EINVAL);
	size = mo_make(pairs, ARRAY_SIZE(pairs), false, bytes);
	bytes[0]++;
	test_equal_int(mo_open(bytes, size, &mo), -EINVAL);
	bytes[0]--;
	bytes[6] = 2; /* the major revision */
	test_equal_int(mo_open(bytes, size, &mo), -EINVAL);
}

/* Write a catalogue for a language, with this for "Yes". */
static void write_catalog(const char *language, const char *yes)
{
	const char *const texts[][2] = { { "", MO_HEAD }, { "Gone", "" }, { "Yes", yes } };
	uint8_t bytes[MO_SIZE_MAX];
	size_t size = mo_make(texts, ARRAY_SIZE(texts), false, bytes);
	char path[64];
	FILE *f;

	(void)snprintf(path, sizeof(path), "/%s/LC_MESSAGES/firstboot.mo", language);
	f = fopen(tree_path(path), "w");
	if (!f || fwrite(bytes, size, 1, f) != 1 || fclose(f) != 0)
		test_fail("%s: %s", path, strerror(errno));
}

/* The nearest catalogue, and none where there is none. */
static void languages(void)
{
	const char *kept;

	tree_clear();
	write_catalog("de", "Ja");
	write_catalog("pt_BR", "Sim");
	test_equal_str(catalog_find("Yes"), "Yes");
	test_equal_int(catalog_use(tree, "de_AT"), 0);
	test_equal_str(catalog_language(), "de");
	kept = catalog_find("Yes");
	test_equal_str(kept, "Ja");
	test_equal_str(catalog_find("No"), "No");
	test_equal_str(catalog_find("Gone"), "Gone");
	test_equal_str(catalog_find(""), "");
	test_equal_int(catalog_use(tree, "pt_BR"), 0);
	test_equal_str(catalog_language(), "pt_BR");
	test_equal_str(catalog_find("Yes"), "Sim");
	test_equal_str(catalog_letters(), "\u00fc\u00df");
	test_equal_int(catalog_use(tree, "pt"), -ENOENT);
	test_equal_str(catalog_language(), "pt_BR");
	test_equal_int(catalog_use(tree, "en_GB"), 0);
	test_equal_str(catalog_language(), "en");
	test_equal_str(catalog_find("Yes"), "Yes");
	test_equal_int(catalog_use(tree, "de"), 0);
	test_assert(catalog_find("Yes") == kept);
	test_equal_int(catalog_use(tree, ""), 0);
	test_equal_str(catalog_find("Yes"), "Yes");
	test_equal_str(kept, "Ja");
}

/* Those that are there, and English. */
static void listed(void)
{
	static const char *const expected[] = { "de", "en", "pt_BR" };
	struct catalog_entry entries[4];

	tree_clear();
	write_catalog("pt_BR", "Sim");
	write_catalog("de", "Ja");
	write_catalog("en", "Yes");
	write_catalog("locale.alias", "no");
	tree_write("/fr/LC_MESSAGES/firstboot.mo", "Oui");
	(void)tree_path("/nl/LC_MESSAGES/");
	test_equal_int((long long)catalog_list(tree, entries, ARRAY_SIZE(entries)), 3);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
		test_equal_str(entries[i].language, expected[i]);
	test_equal_str(entries[0].name, "Deutsch");
	test_equal_str(entries[1].name, "English");
	test_equal_int((long long)catalog_list(tree, entries, 2), 2);
	test_equal_int((long long)catalog_list("/nonexistent", entries, 2), 1);
	test_equal_str(entries[0].language, "en");
}

/* A file that is none, or no language. */
static void not_used(void)
{
	static const char *const names[] = { "x", "german", "DE", "de_", "de_de", "de_DEU", "../de",
		"de/..", "pt_BR.UTF-8" };

	tree_clear();
	tree_write("/fr/LC_MESSAGES/firstboot.mo", "Oui");
	tree_write("/it/LC_MESSAGES/firstboot.mo", "");
	(void)tree_path("/es/LC_MESSAGES/firstboot.mo/");
	write_catalog("de", "Ja");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		test_equal_int(catalog_use(tree, names[i]), -ENOENT);
	test_equal_int(catalog_use(tree, "fr"), -EINVAL);
	test_equal_int(catalog_use(tree, "it"), -EINVAL);
	test_equal_int(catalog_use(tree, "es"), -EINVAL);
	test_equal_str(catalog_language(), "en");
	tree_done();
}

int main(void)
{
	test_run(finds);
	test_run(cut);
	test_run(wrong_numbers);
	test_run(refused);
	test_run(languages);
	test_run(listed);
	test_run(not_used);
	return test_result();
}
