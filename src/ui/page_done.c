/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "form.h"
#include "i18n.h"
#include "screen.h"
#include "status.h"
#include "util.h"
#include "wizard.h"

#define TEXT_MAX (2048 + WIZARD_MESSAGES_MAX)

/* What is on the screen. */
struct shown {
	const struct wizard *wizard;
	safe_char text[TEXT_MAX];
};

/* Add a line. */
static void add(safe_char buf[static TEXT_MAX], const safe_char *indent, const safe_char *text)
{
	size_t length = safe_length(buf);

	(void)safe_format(buf + length, TEXT_MAX - length, "%s%s\n", indent, text);
}

/* Where to go on: the URLs, or why there are none yet; what is not well. */
static void write_text(const struct wizard *wizard, safe_char buf[static TEXT_MAX])
{
	const struct app *app = wizard->app;
	_cleanup_free_ struct status_line *lines = NULL;
	size_t n = 0;

	*buf = 0;
	add(buf, OURS(""),
		wizard->first_boot ? _("This appliance is set up.")
				   : _("The new settings are in force and kept."));
	if (status_build(app, &lines, &n) < 0)
		n = 0;
	for (size_t i = 0; i < n; i++) {
		if (lines[i].kind == STATUS_INTRO || lines[i].kind == STATUS_ADVICE)
			add(buf, OURS("\n"), lines[i].text);
		else if (lines[i].kind == STATUS_URL)
			add(buf, OURS("\n    "), lines[i].text);
	}
	if (app->conf.password_mode == PASSWORD_KEY)
		add(buf, OURS("\n"),
			_("Root logs in over ssh, with the key; there is no password."));
	if (*wizard->remark)
		add(buf, OURS("\n"), wizard->remark);
	if (*wizard->steps->messages)
		add(buf, OURS(""), wizard->steps->messages);
	add(buf, OURS(""), OURS(""));
	add(buf, OURS(""),
		app->console ? _("Press Enter for the start screen.") : _("Press Enter to go on."));
}

/* The text on the screen may have become wrong: it shows what the kernel has. */
static void handle_change(struct app *app, void *userdata)
{
	const struct shown *shown = userdata;
	safe_char now[TEXT_MAX];

	write_text(shown->wizard, now);
	if (!safe_equal(shown->text, now))
		screen_wake();
}

/* The end, with the address of the web interface. */
static enum answer run(struct wizard *wizard)
{
	struct shown shown = { .wizard = wizard };
	struct form form = {
		.title = wizard->title,
		.text = shown.text,
		.buttons = { _("OK") },
	};
	enum answer answer;

	screen_flush_input();
	do {
		write_text(wizard, shown.text);
		app_on_change(wizard->app, handle_change, &shown);
		answer = form_run(&form);
		app_on_change(wizard->app, NULL, NULL);
	} while (answer == ANSWER_WOKEN);
	return ANSWER_NEXT;
}

const struct page page_done = {
	.name = "done",
	.title = N_("Done"),
	.no_return = true,
	.run = run,
};
