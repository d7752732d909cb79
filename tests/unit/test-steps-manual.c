/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firstboot.steps(5) has every key and every type of field, and no other; its example is a step,
 * and so is the one that is installed, which has a field of every type and all texts in two
 * languages. */

#include <locale.h>

#include "src/core/step_def_parts.h"
#include "textfile.h"
#include "tree.h"
#include "util.h"

static char *manual;

/* Write the part of the manual from behind head to end. Caller frees. */
static char *part(const char *head, const char *end)
{
	const char *begin = strstr(manual, head), *last;

	if (begin)
		begin += strlen(head);
	last = begin ? strstr(begin, end) : NULL;
	if (!last)
		test_fail("the manual has no part between %s and %s", head, end);
	return strndup(last ? begin : "", last ? (size_t)(last - begin) : 0);
}

/* How many items of a list begin so? */
static size_t count(const char *text, const char *item)
{
	size_t n = 0;

	for (; (text = strstr(text, item)); text++)
		n++;
	return n;
}

/* Has a section all of these keys, and no other? */
static void check_keys(const char *section, const struct step_key *keys)
{
	_cleanup_free_ char *text = part(section, "\n.Sh ");
	char item[64];
	size_t n = 0;

	for (; keys->name; keys++, n++) {
		(void)snprintf(item, sizeof(item), "\n.It Cm %s=\n", keys->name);
		/* The limits stand together. */
		if (!strstr(text, item) && !streq(keys->name, "Min") && !streq(keys->name, "Max"))
			test_fail("%s lacks %s=", section, keys->name);
	}
	n -= strstr(text, "\n.It Cm Min= , Max=\n") != NULL;
	test_equal_int((long long)count(text, "\n.It Cm "), (long long)n);
}

static void test_keys(void)
{
	check_keys("\n.Sh THE [STEP] SECTION", step_keys);
	check_keys("\n.Sh THE [FIELD] SECTION", step_field_keys);
}

static void test_types(void)
{
	_cleanup_free_ char *text = part("\n.It Cm Type=", "\n.El\n");
	char item[64];

	for (size_t i = 0; i < N_STEP_FIELD_KINDS; i++) {
		(void)snprintf(item, sizeof(item), "\n.It Li %s\n", step_kinds[i].name);
		if (!strstr(text, item))
			test_fail("the manual lacks Type=%s", step_kinds[i].name);
	}
	test_equal_int((long long)count(text, "\n.It Li "), N_STEP_FIELD_KINDS);
}

static void complain(const char *file, int line, const char *what, void *userdata)
{
	test_fail("%s:%d: %s", file, line, what);
}

static void test_example_of_manual(void)
{
	_cleanup_free_ char *text = part("beside it:\n.Bd -literal -offset indent\n", ".Ed\n");
	_cleanup_(step_defs_done) struct step_defs defs = { 0 };

	tree_clear();
	tree_write(VENDORDIR "/steps.d/50-licence.step", text);
	test_equal_int(step_defs_load(tree, "de", complain, NULL, &defs), 0);
	test_equal_int(defs.n, 1);
	if (defs.n == 0)
		return;
	test_equal_str(defs.all[0].title, "Lizenz");
	test_equal_str(defs.all[0].apply, VENDORDIR "/steps.d/licence");
	test_equal_int(defs.all[0].n_fields, 2);
	test_assert(strstr(manual, "\n[Step licence]\nTrial=yes\n"));
}

/* Are all texts of a step there in German, those but for names that are the same? */
static void check_languages(const struct step_def *english, const struct step_def *german)
{
	test_assert(!streq(english->title, german->title));
	test_assert(!streq(english->text, german->text));
	for (size_t i = 0; i < english->n_fields; i++) {
		const struct step_field *a = &english->fields[i], *b = &german->fields[i];

		if (i > 0 && streq(a->label, b->label))
			test_fail("%s has no Label[de]=", a->name);
		if (*a->help && streq(a->help, b->help))
			test_fail("%s has no Help[de]=", a->name);
		for (size_t j = 0; j < a->n_choices; j++)
			if (streq(a->choices[j].label, b->choices[j].label))
				test_fail("%s has no Choice[de]=%s", a->name, a->choices[j].value);
	}
}

static void test_example_installed(void)
{
	_cleanup_(step_defs_done) struct step_defs english = { 0 }, german = { 0 };
	_cleanup_free_ char *text = NULL;
	unsigned kinds = 0;

	test_equal_int(textfile_read(DATA_DIR, "/examples/steps.d/50-backup.step", &text), 0);
	tree_clear();
	tree_write(VENDORDIR "/steps.d/50-backup.step", text);
	test_equal_int(step_defs_load(tree, "", complain, NULL, &english), 0);
	test_equal_int(step_defs_load(tree, "de_DE", complain, NULL, &german), 0);
	test_equal_int(english.n + german.n, 2);
	if (english.n + german.n < 2)
		return;
	check_languages(&english.all[0], &german.all[0]);
	for (size_t i = 0; i < english.all[0].n_fields; i++)
		kinds |= 1U << english.all[0].fields[i].kind;
	test_equal_int(kinds, (1U << N_STEP_FIELD_KINDS) - 1);
	test_assert(access(DATA_DIR "/examples/steps.d/backup", X_OK) == 0);
}

int main(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	if (textfile_read(DATA_DIR, "/man/firstboot.steps.5", &manual) < 0) {
		test_fail("there is no manual page");
		return test_result();
	}
	test_run(test_keys);
	test_run(test_types);
	test_run(test_example_of_manual);
	test_run(test_example_installed);
	free(manual);
	tree_done();
	return test_result();
}
