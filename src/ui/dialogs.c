/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* libdialog draws the menus, and the boxes and buttons of everything else (form.c). */

#define NCURSES_WIDECHAR 1
#include "dialogs.h"

#include <dialog.h>

#include "dialogs_plain.h"
#include "draw_box.h"
#include "form.h"
#include "safe_words.h"
#include "screen.h"
#include "util.h"

#define MENU_ITEMS_MAX	64
#define FORM_FIELDS_MAX 16

/* What libdialog's exit code means. */
static enum answer answer_of(int code)
{
	switch (code) {
	case DLG_EXIT_OK:
		return ANSWER_NEXT;
	case DLG_EXIT_EXTRA:
		return ANSWER_EXTRA;
	case DLG_EXIT_ERROR:
		return screen_ended() ? ANSWER_BACK : ANSWER_WOKEN;
	default:
		return ANSWER_BACK;
	}
}

/* A label that libdialog wants writable and leaves alone. */
static char *label(const safe_char *text)
{
	return (char *)(uintptr_t)safe_bytes(text);
}

void dialogs_message(const safe_char *title, const safe_char *text)
{
	struct form form = { .title = title, .text = text, .buttons = { _("OK") } };

	while (form_run(&form) == ANSWER_WOKEN)
		;
}

enum answer dialogs_confirm(const safe_char *title, const safe_char *text, const safe_char *yes,
	const safe_char *no, bool back_first)
{
	struct form form = {
		.title = title,
		.text = text,
		.buttons = { yes, no },
		.focus = back_first ? ANSWER_BACK : ANSWER_NEXT,
	};

	return form_run(&form);
}

/* What libdialog shows in a list; at most MENU_ITEMS_MAX. */
static size_t make_items(const struct choice *choices, size_t n, DIALOG_LISTITEM *items)
{
	static char nothing[1];

	if (n > MENU_ITEMS_MAX)
		n = MENU_ITEMS_MAX;
	for (size_t i = 0; i < n; i++)
		items[i] = (DIALOG_LISTITEM){ .name = label(choices[i].tag),
			.text = label(choices[i].text),
			.help = nothing };
	return n;
}

/* The button that had the focus when screen_wake() ended a menu: whoever asks asks it again, and
 * Enter must do what it would have done. libdialog does not tell. */
static int focused = DRAW_NO_BUTTON;

static void keep_focus(WINDOW *win)
{
	focused = draw_box_focus(win);
}

/* libdialog's menu, with the focus where it was. */
static enum answer run_menu(
	const safe_char *title, const safe_char *text, DIALOG_LISTITEM *items, int n, int *current)
{
	static const int two[] = { DLG_EXIT_OK, DLG_EXIT_CANCEL },
			 three[] = { DLG_EXIT_OK, DLG_EXIT_EXTRA, DLG_EXIT_CANCEL };
	int buttons = dialog_vars.extra_button ? 3 : 2, code;

	if (focused < buttons)
		dialog_vars.default_button = (buttons == 3 ? three : two)[focused];
	focused = DRAW_NO_BUTTON;
	screen_on_interruption(keep_focus);
	code = dlg_menu(safe_bytes(title), safe_bytes(text), 0, 0, 0, n, items, current,
		dlg_dummy_menutext);
	screen_on_interruption(NULL);
	return answer_of(code);
}

enum answer dialogs_menu(const safe_char *title, const safe_char *text,
	const struct choice *choices, size_t n, const safe_char *next, const safe_char *extra,
	size_t *selected)
{
	DIALOG_LISTITEM items[MENU_ITEMS_MAX] = { 0 };
	int current = (int)*selected;
	enum answer answer;

	if (screen_is_plain())
		return dialogs_plain_menu(title, text, choices, n, extra, selected);
	if (!box_begin(&answer))
		return answer;
	n = make_items(choices, n, items);
	dialog_vars.ok_label = label(next);
	dialog_vars.cancel_label = label(_("Back"));
	dialog_vars.extra_button = extra != NULL;
	dialog_vars.extra_label = label(extra);
	dialog_vars.default_item = *selected < n ? items[*selected].name : NULL;
	answer = run_menu(title, text, items, (int)n, &current);
	if (current >= 0 && (size_t)current < n)
		*selected = (size_t)current;
	return answer;
}

enum answer dialogs_checklist(const safe_char *title, const safe_char *text,
	const struct choice *choices, size_t n, const safe_char *next, bool *ticked)
{
	DIALOG_LISTITEM items[MENU_ITEMS_MAX] = { 0 };
	int current = 0;
	enum answer answer;

	if (screen_is_plain())
		return dialogs_plain_checklist(title, text, choices, n, next, ticked);
	if (!box_begin(&answer))
		return answer;
	n = make_items(choices, n, items);
	for (size_t i = 0; i < n; i++)
		items[i].state = ticked[i];
	dialog_vars.ok_label = label(next);
	dialog_vars.cancel_label = label(_("Back"));
	answer = answer_of(dlg_checklist(safe_bytes(title), safe_bytes(text), 0, 0, 0, (int)n,
		items, NULL, FLAG_CHECK, &current));
	for (size_t i = 0; i < n; i++)
		ticked[i] = items[i].state != 0;
	return answer;
}

enum answer dialogs_form(const safe_char *title, const safe_char *text, struct field *fields,
	size_t n, const safe_char *extra, size_t *focus)
{
	struct form_field rows[FORM_FIELDS_MAX] = { 0 };
	struct form form = {
		.title = title,
		.text = text,
		.fields = rows,
		.n_fields = n < FORM_FIELDS_MAX ? n : FORM_FIELDS_MAX,
		.buttons = { _("Next"), _("Back"), extra },
		.focus = *focus,
	};
	enum answer answer;

	for (size_t i = 0; i < form.n_fields; i++) {
		rows[i].label = fields[i].label;
		rows[i].hint = fields[i].hint;
		rows[i].problem = fields[i].problem;
		line_init(&rows[i].line, fields[i].value, sizeof(fields[i].value));
	}
	answer = form_run(&form);
	*focus = form.focus;
	return answer;
}
