/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A plan as text: what diff -u would say of each file, and the calls. */

#include "json_out.h"
#include "plan.h"

static const char *text_of(json_object *object, const char *key)
{
	const char *text = json_object_get_string(json_object_object_get(object, key));

	return text ? text : "";
}

#define TAB_COLUMNS 8

/* Print a part of a line that has no tab in it, in pieces that safe_text() does not cut. */
static void print_part(const char *text, size_t length)
{
	char piece[SAFE_TEXT_MAX / 4];

	for (size_t n; length > 0; text += n, length -= n) {
		n = length < sizeof(piece) - 1 ? length : sizeof(piece) - 1;
		(void)snprintf(piece, sizeof(piece), "%.*s", (int)n, text);
		draw_print(stdout, "%s", safe_text(piece, 0).text);
	}
}

/* All of a text, however long its lines are; tabs as blanks. */
static void print_lines(const char *text)
{
	size_t column = 0;

	while (*text) {
		size_t length = strcspn(text, "\t\n");

		print_part(text, length);
		column += length;
		text += length;
		if (*text == '\t') {
			size_t n = TAB_COLUMNS - column % TAB_COLUMNS;

			draw_print(stdout, "%*s", (int)n, OURS(""));
			column += n;
		} else if (*text == '\n') {
			draw_print(stdout, "\n");
			column = 0;
		}
		text += *text != '\0';
	}
}

static void print_file(json_object *change)
{
	struct safe_str path = safe_text(text_of(change, "path"), 0);
	const char *action = text_of(change, "action");

	draw_print(
		stdout, "--- %s\n", strcmp(action, "create") == 0 ? OURS("/dev/null") : path.text);
	draw_print(
		stdout, "+++ %s\n", strcmp(action, "remove") == 0 ? OURS("/dev/null") : path.text);
	print_lines(text_of(change, "diff"));
}

/* What a vendor's step is given, a line each; of a secret its name alone. */
static void print_values(json_object *change)
{
	json_object *values = json_object_object_get(change, "values");
	json_object *secrets = json_object_object_get(change, "secrets");
	size_t n = secrets ? json_object_array_length(secrets) : 0;
	struct json_object_iter member;

	if (values) {
		json_object_object_foreachC(values, member)
		{
			draw_print(stdout, "     %s=", safe_text(member.key, 0).text);
			print_lines(member.val ? json_object_get_string(member.val) : "");
			draw_print(stdout, "\n");
		}
	}
	for (size_t i = 0; i < n; i++)
		draw_print(stdout, _("     %s is given, and a secret\n"),
			safe_text(json_object_get_string(json_object_array_get_idx(secrets, i)), 0)
				.text);
}

static void print_call(json_object *change)
{
	draw_print(stdout, _("call %s %s %s\n"), safe_text(text_of(change, "service"), 0).text,
		safe_text(text_of(change, "method"), 0).text,
		safe_text(text_of(change, "argument"), 0).text);
	print_values(change);
}

void plan_print(const json_object *changes)
{
	size_t n = json_object_array_length(changes);

	for (size_t i = 0; i < n; i++) {
		json_object *change = json_object_array_get_idx(changes, i);

		if (strcmp(text_of(change, "kind"), "call") == 0)
			print_call(change);
		else
			print_file(change);
	}
}
