/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firstboot-console: the login shell of the account that a console logs in by itself. */

#include "actions.h"
#include "i18n.h"
#include "lock.h"
#include "lockdown.h"
#include "screen.h"
#include "terminal.h"
#include "util.h"

/* The start screen, in the way that the terminal can show it. */
static int show(struct app *app)
{
	int r = terminal_start(app->event, &app->conf, false);

	if (r < 0)
		return r;
	actions_run(app);
	screen_stop();
	return 0;
}

int main(int argc, char **argv)
{
	struct app app;
	int r;

	lockdown(argc, argv);
	i18n_init();
	r = app_init(&app);
	if (r >= 0) {
		lockdown_terminal(app.conf.console_ttys);
		lock_prepare();
		app.console = true;
		r = show(&app);
	}
	app_done(&app);
	if (r < 0)
		fprintf(stderr, "firstboot-console: %s\n", strerror(-r));
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
