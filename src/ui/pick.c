/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pick.h"

#include <ctype.h>

#include "dialogs.h"
#include "i18n.h"
#include "util.h"

#define ROWS_MAX  60 /* of one list: more is nothing to look through */
#define TEXT_SIZE 160

/* -- lists that lead to a name -- */

/* A list: rows are names, or groups of those that begin alike. */
struct rows {
	const char *first[ROWS_MAX], *last[ROWS_MAX]; /* names of each row; borrowed */
	size_t length[ROWS_MAX];		      /* how far those are alike */
	size_t n;
	safe_char tags[ROWS_MAX][PICK_NAME_SIZE], texts[ROWS_MAX][TEXT_SIZE];
};

/* How much of a name tells its row from others, where all begin with the same at characters. */
typedef size_t (*row_length_fn)(const char *name, size_t at);

/* All of it. */
static size_t to_end(const char *name, size_t at)
{
	return strlen(name);
}

/* Up to the next slash. */
static size_t to_slash(const char *name, size_t at)
{
	size_t length = at + strcspn(name + at, "/");

	return name[length] == '/' ? length + 1 : length;
}

/* The next letter. */
static size_t to_letter(const char *name, size_t at)
{
	return name[at] ? at + 1 : at;
}

/* Put the names that begin with the first at characters of prefix into rows. False: too many. */
static bool make_rows(const struct names_list *names, const char *prefix, size_t at,
	row_length_fn row_length, struct rows *rows)
{
	rows->n = 0;
	for (size_t i = 0; i < names->n; i++) {
		const char *name = names->all[i];
		size_t length, last = rows->n - 1;

		if (strncmp(name, prefix, at) != 0)
			continue;
		length = row_length(name, at);
		if (rows->n > 0 && rows->length[last] == length &&
			strncmp(rows->first[last], name, length) == 0) {
			rows->last[last] = name;
			continue;
		}
		if (rows->n == ROWS_MAX)
			return false;
		rows->first[rows->n] = rows->last[rows->n] = name;
		rows->length[rows->n++] = length;
	}
	return true;
}

/* Where the part of a name begins that is shown in a list of those that have the first at
 * characters in common: what stands before a slash was chosen already, a letter is part of a word.
 */
static size_t shown_from(const char *name, size_t at)
{
	while (at > 0 && name[at - 1] != '/')
		at--;
	return at;
}

/* The words of a row: a name, or how its group begins, and from where to where it goes. */
static struct choice write_row(struct rows *rows, size_t i, size_t at)
{
	const char *first = rows->first[i], *last = rows->last[i];
	size_t skip = rows->length[i], from = shown_from(first, at);

	if (first == last) {
		(void)safe_format(
			rows->tags[i], PICK_NAME_SIZE, "%s", safe_text(first + from, 0).text);
		*rows->texts[i] = 0;
	} else {
		char group[PICK_NAME_SIZE];

		(void)snprintf(group, sizeof(group), "%.*s", (int)(skip - from), first + from);
		(void)safe_format(rows->tags[i], PICK_NAME_SIZE, "%s", safe_text(group, 0).text);
		/* A letter alone says little: the whole of both. */
		if (first[skip - 1] != '/')
			skip = from;
		(void)safe_format(rows->texts[i], TEXT_SIZE, _("%s to %s"),
			safe_text(first + skip, 0).text, safe_text(last + skip, 0).text);
	}
	return (struct choice){ rows->tags[i], rows->texts[i] };
}

/* Let one of the rows be chosen. */
static enum answer ask_row(const struct pick *pick, struct rows *rows, size_t at, size_t *selected)
{
	struct choice choices[ROWS_MAX];
	enum answer answer;

	for (size_t i = 0; i < rows->n; i++)
		choices[i] = write_row(rows, i, at);
	do
		answer = dialogs_menu(
			pick->title, pick->label, choices, rows->n, _("Next"), NULL, selected);
	while (answer == ANSWER_WOKEN);
	return answer == ANSWER_NEXT && *selected < rows->n ? ANSWER_NEXT : ANSWER_BACK;
}

/* The row to start on: that of what is chosen now. */
static size_t find_row(const struct rows *rows, const char *value)
{
	for (size_t i = 0; i < rows->n; i++)
		if (strncmp(rows->first[i], value, rows->length[i]) == 0)
			return i;
	return 0;
}

/* Go down from group to group until a name is chosen; back leads up again. */
static enum answer ask_list(
	struct pick *pick, const struct names_list *names, const char *prefix, size_t at)
{
	static const row_length_fn ways[] = { to_end, to_slash, to_letter };
	_cleanup_free_ struct rows *rows = calloc(1, sizeof(*rows));
	size_t selected;
	bool made = false;

	for (size_t i = 0; rows && i < ARRAY_SIZE(ways) && !made; i++)
		made = make_rows(names, prefix, at, ways[i], rows);
	if (!made)
		return ANSWER_BACK;
	selected = find_row(rows, pick->value);
	while (ask_row(pick, rows, at, &selected) == ANSWER_NEXT) {
		const char *first = rows->first[selected];

		if (first == rows->last[selected]) {
			(void)snprintf(pick->value, sizeof(pick->value), "%s", first);
			return ANSWER_NEXT;
		}
		if (ask_list(pick, names, first, rows->length[selected]) == ANSWER_NEXT)
			return ANSWER_NEXT;
	}
	return ANSWER_BACK;
}

/* -- what is typed -- */

/* Is part within name, where case does not count and a blank stands for what names have instead? */
static bool is_within(const char *name, const char *part)
{
	for (; *name; name++) {
		size_t i = 0;

		while (part[i] && tolower((unsigned char)name[i]) ==
					  (part[i] == ' ' ? '_' : tolower((unsigned char)part[i])))
			i++;
		if (!part[i])
			return true;
	}
	return false;
}

/* All names that have what was typed in them. */
static int find_matches(const struct pick *pick, const char *typed, struct names_list *ret)
{
	int r = 0;

	for (size_t i = 0; i < pick->names->n && r >= 0; i++) {
		const char *name = pick->names->all[i];

		if (is_within(name, typed))
			r = names_add(ret, name, strlen(name));
	}
	return r;
}

/* Take in what was typed. ANSWER_WOKEN: ask again, for the reason in *ret_problem, if any. */
static enum answer take(struct pick *pick, const char *typed, const safe_char **ret_problem)
{
	_cleanup_(names_done) struct names_list matches = { 0 };

	*ret_problem = NULL;
	if (names_have(pick->names, typed) ||
		(strlen(typed) < PICK_NAME_SIZE && pick->is_other && pick->is_other(typed))) {
		(void)snprintf(pick->value, sizeof(pick->value), "%s", typed);
		return ANSWER_NEXT;
	}
	if (!*typed || find_matches(pick, typed, &matches) < 0 || matches.n == 0) {
		*ret_problem = pick->unknown;
		return ANSWER_WOKEN;
	}
	if (matches.n == 1) {
		(void)snprintf(pick->value, sizeof(pick->value), "%s", matches.all[0]);
		return ANSWER_NEXT;
	}
	return ask_list(pick, &matches, "", 0) == ANSWER_NEXT ? ANSWER_NEXT : ANSWER_WOKEN;
}

/* Cut blanks off both ends. */
static void strip(char *text)
{
	size_t length, begin = strspn(text, " ");

	memmove(text, text + begin, strlen(text + begin) + 1);
	for (length = strlen(text); length > 0 && text[length - 1] == ' '; length--)
		text[length - 1] = '\0';
}

enum answer pick_run(struct pick *pick)
{
	struct field field = { .label = pick->label, .hint = pick->hint };
	size_t focus = 0;

	(void)snprintf(field.value, sizeof(field.value), "%s", pick->value);
	for (;;) {
		enum answer answer =
			dialogs_form(pick->title, pick->text, &field, 1, _("List..."), &focus);

		if (answer == ANSWER_BACK)
			return answer;
		if (answer == ANSWER_EXTRA && ask_list(pick, pick->names, "", 0) == ANSWER_NEXT)
			return ANSWER_NEXT;
		if (answer != ANSWER_NEXT)
			continue;
		strip(field.value);
		if (pick->optional && !*field.value)
			return ANSWER_EXTRA;
		if (take(pick, field.value, &field.problem) == ANSWER_NEXT)
			return ANSWER_NEXT;
		focus = 0;
	}
}
