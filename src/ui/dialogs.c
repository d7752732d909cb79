/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "dialogs.h"

#include "form.h"
#include "safe_words.h"
#include "util.h"

#define FORM_FIELDS_MAX 16

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

/* The button that had the focus when screen_wake() ended a list: whoever asks asks it again, and
 * Enter must do what it would have done. */
static size_t woken_button;

static enum answer run_list(struct list *list)
{
	enum answer answer;

	list->button = woken_button;
	answer = list_run(list);
	woken_button = answer == ANSWER_WOKEN ? list->button : 0;
	return answer;
}

enum answer dialogs_menu(const safe_char *title, const safe_char *text,
	const struct choice *choices, size_t n, const safe_char *next, const safe_char *extra,
	size_t *selected)
{
	struct list list = { .title = title,
		.text = text,
		.choices = choices,
		.n = n,
		.next = next,
		.extra = extra,
		.selected = *selected };
	enum answer answer = run_list(&list);

	*selected = list.selected;
	return answer;
}

enum answer dialogs_checklist(const safe_char *title, const safe_char *text,
	const struct choice *choices, size_t n, const safe_char *next, bool *ticked)
{
	struct list list = { .title = title,
		.text = text,
		.choices = choices,
		.n = n,
		.next = next,
		.ticked = ticked };

	return run_list(&list);
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
