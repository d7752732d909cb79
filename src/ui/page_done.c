/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "form.h"
#include "i18n.h"
#include "screen.h"
#include "status.h"
#include "util.h"
#include "wizard.h"

#define TEXT_MAX 2048

/* Add a line. */
static void add(char buf[static TEXT_MAX], const char *indent, const char *text)
{
	size_t length = strlen(buf);

	(void)snprintf(buf + length, TEXT_MAX - length, "%s%s\n", indent, text);
}

/* Where to go on: the URLs, or why there are none yet. */
static void write_text(const struct app *app, char buf[static TEXT_MAX])
{
	_cleanup_free_ struct status_line *lines = NULL;
	size_t n = 0;

	*buf = 0;
	add(buf, "", _("This appliance is set up."));
	if (status_build(app, &lines, &n) < 0)
		n = 0;
	for (size_t i = 0; i < n; i++) {
		if (lines[i].kind == STATUS_INTRO || lines[i].kind == STATUS_ADVICE)
			add(buf, "\n", lines[i].text);
		else if (lines[i].kind == STATUS_URL)
			add(buf, "\n    ", lines[i].text);
	}
	add(buf, "", "");
	add(buf, "",
		app->console ? _("Press Enter for the start screen.") : _("Press Enter to go on."));
}

/* The text on the screen may have become wrong: it shows what the kernel has. */
static void handle_change(struct app *app, void *userdata)
{
	const char *shown = userdata;
	char now[TEXT_MAX];

	write_text(app, now);
	if (!streq(shown, now))
		screen_wake();
}

/* The end, with the address of the web interface. */
static enum answer run(struct wizard *wizard)
{
	char text[TEXT_MAX];
	struct form form = {
		.title = wizard->title,
		.text = text,
		.buttons = { _("OK") },
	};
	enum answer answer;

	screen_flush_input();
	do {
		write_text(wizard->app, text);
		app_on_change(wizard->app, handle_change, text);
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
