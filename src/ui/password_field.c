/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "password_field.h"

#include "form.h"
#include "i18n.h"

enum answer password_ask(const safe_char *title, const safe_char *rules, const safe_char *problem,
	struct secret *secret, struct secret *again)
{
	struct form_field fields[2] = {
		{ .label = _("Password"), .hidden = true },
		{ .label = _("Again"), .hidden = true },
	};
	struct form form = {
		.title = title,
		.text = rules,
		.fields = fields,
		.n_fields = again ? 2 : 1,
		.buttons = { _("Next"), _("Back") },
	};
	enum answer answer;

	line_init(&fields[0].line, secret->bytes, SECRET_MAX + 1);
	if (again)
		line_init(&fields[1].line, again->bytes, SECRET_MAX + 1);
	fields[form.n_fields - 1].problem = problem;
	/* Else what is typed already would be lost. */
	do
		answer = form_run(&form);
	while (answer == ANSWER_WOKEN);
	secret->length = fields[0].line.length;
	if (again)
		again->length = fields[1].line.length;
	if (answer != ANSWER_NEXT) {
		secret_clear(secret);
		if (again)
			secret_clear(again);
	}
	return answer;
}
