/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "edit_lock.h"
#include "form.h"
#include "i18n.h"
#include "safe_text.h"
#include "wizard.h"

/* What is coming, and that nothing happens yet. */
static enum answer run(struct wizard *wizard)
{
	char text[1024];
	struct form form = {
		.title = wizard->title,
		.text = text,
		.buttons = { _("Next"), _("Later") },
	};
	enum answer answer;

	(void)snprintf(text, sizeof(text),
		_("Welcome to %s.\n\n"
		  "A few questions make it ready for use:\n"
		  "  - its network address: given by the network, or a fixed one\n"
		  "  - its name\n"
		  "  - the password of \"root\", its administrator\n\n"
		  "Nothing changes until you have seen a summary and agreed to it.\n\n"
		  "Enter goes on, Esc goes back one screen, Tab moves."),
		safe_text(wizard->app->conf.product_name, 60).text);
	answer = form_run(&form);
	/* Not before somebody is there: the page comes by itself. */
	if (answer == ANSWER_NEXT && !edit_lock_take(wizard->app))
		return ANSWER_WOKEN;
	return answer;
}

const struct page page_welcome = {
	.name = "welcome",
	.title = N_("Welcome"),
	.first_boot_only = true,
	.run = run,
};
