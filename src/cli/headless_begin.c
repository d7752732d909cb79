/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a run without a screen begins, and what is said where it cannot go on. */

#include <errno.h>

#include "headless_parts.h"
#include "screen.h"
#include "util.h"

/* firstbootd may have to be started first, on a machine that is busy starting. */
#define SERVICES_USEC (20 * 1000000ULL)

/* Have all answered who were asked? */
static bool is_answered(const void *app)
{
	return app_is_answered(app);
}

/* Asked to end, where there is nothing to be taken back. */
static void leave(int signo, void *userdata)
{
	outcome_complain(_("Interrupted."));
	exit(EXIT_FAILED);
}

bool headless_begin(struct app *app, struct outcome *outcome)
{
	int r = app_init(app);

	app_on_hangup(app, leave, NULL);
	if (r >= 0)
		r = app_read_machine(app);
	if (r >= 0)
		r = app_wait(app, SERVICES_USEC, is_answered, app);
	if (r < 0) {
		outcome_set(outcome, EXIT_FAILED,
			_("The state of this machine could not be read: %s."),
			safe_text(strerror(-r), 0).text);
		return false;
	}
	if (!app->bus) {
		outcome_set(outcome, EXIT_NO_SERVICE, "%s",
			_("D-Bus does not answer, so that nobody can be asked; nothing was "
			  "changed."));
		return false;
	}
	screen_do_without(app->event);
	return true;
}

void headless_refuse(const struct answers_problems *problems, struct outcome *outcome)
{
	if (problems->n == 1)
		outcome_set(outcome, EXIT_INVALID, "%s",
			_("The answers have a problem; nothing was changed."));
	else
		outcome_set(outcome, EXIT_INVALID,
			_("The answers have %zu problems; nothing was changed."), problems->n);
	outcome->problems = problems;
}

void headless_fail(const struct reply *reply, struct outcome *outcome)
{
	static const enum exit_status statuses[] = {
		[CLIENT_OK] = EXIT_DONE,
		[CLIENT_REFUSED] = EXIT_INVALID,
		[CLIENT_NOT_PERMITTED] = EXIT_NOT_PERMITTED,
		[CLIENT_WRONG_PASSWORD] = EXIT_NOT_PERMITTED,
		[CLIENT_TOO_SOON] = EXIT_FAILED,
		[CLIENT_BUSY] = EXIT_FAILED,
		[CLIENT_FAILED] = EXIT_FAILED,
		[CLIENT_UNREACHABLE] = EXIT_NO_SERVICE,
	};

	outcome_set(outcome, statuses[reply->outcome], "%s", reply->text);
}

void headless_fail_plan(int r, struct outcome *outcome)
{
	struct reply reply;

	if (r == -ENOTCONN) {
		reply_unreachable(&reply);
		headless_fail(&reply, outcome);
	} else {
		outcome_set(outcome, EXIT_FAILED, _("The plan could not be made: %s."),
			safe_text(strerror(-r), 0).text);
	}
}
