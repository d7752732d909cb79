/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "form.h"
#include "i18n.h"
#include "password_modes.h"
#include "screen.h"
#include "util.h"

enum answer password_random_announce(struct wizard *wizard)
{
	struct form form = {
		.title = wizard->title,
		.text = _(
			"This machine makes the password of \"root\" by itself. You need it to log "
			"in and to change settings here.\n\n"
			"It is shown once, when the settings are applied. Have something ready to "
			"write it down."),
		.buttons = { _("Next"), _("Back") },
	};
	enum answer answer = form_run(&form);

	if (answer == ANSWER_NEXT)
		wizard->make_password = true;
	return answer;
}

/* The page with the password. */
static enum answer show(const struct wizard *wizard, const struct secret *made)
{
	struct safe_str words = safe_text(made->bytes, 0);
	safe_char text[640];
	struct form form = {
		.title = wizard->title,
		.text = text,
		.buttons = { _("Written down") },
		.weighty = true,
	};
	enum answer answer;

	(void)safe_format(text, sizeof(text),
		_("The password of \"root\" is\n\n    %s\n\n"
		  "Write it down now: nobody can show it again. The blanks belong to it."),
		words.text);
	answer = form_run(&form);
	explicit_bzero(text, sizeof(text));
	explicit_bzero(&words, sizeof(words));
	return answer;
}

bool password_random_show(const struct wizard *wizard, const struct secret *made)
{
	enum answer answer = ANSWER_BACK;

	screen_flush_input();
	while (answer != ANSWER_NEXT && !screen_ended()) {
		if (show(wizard, made) != ANSWER_NEXT)
			continue;
		answer = dialogs_confirm(wizard->title,
			_("Have you written the password down, and read it once more? Without it "
			  "nobody can log in to this machine."),
			_("Yes"), _("Show it again"), true);
	}
	return answer == ANSWER_NEXT;
}
