/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One at a time changes settings. Nobody is asked here whether to wait: --timeout says so. */

#include "headless_parts.h"
#include "local_time.h"
#include "usec.h"
#include "util.h"

/* What ends a wait. */
struct watch {
	bool changed;
	const bool *interrupted;
};

/* Somebody has begun or ended to change settings. */
static void handle_edit(const char *editor, void *userdata)
{
	struct watch *watch = userdata;

	watch->changed = true;
}

static bool is_over(const void *userdata)
{
	const struct watch *watch = userdata;

	return watch->changed || *watch->interrupted;
}

/* Ask firstbootd for it. */
static void ask(struct app *app, struct reply *reply)
{
	*reply = (struct reply){ 0 };
	reply_wait_plain(reply, client_begin_edit(app->client, reply_keep, reply), app->event);
}

/* Say who has it. */
static void refuse(const struct reply *reply, struct outcome *outcome)
{
	safe_char since[LOCAL_TIME_MAX];

	outcome_set(outcome, EXIT_FAILED,
		_("Nothing was changed: %s has been changing settings since %s. --timeout=SECONDS "
		  "waits until that has ended."),
		*reply->editor ? reply->editor : _("somebody else"),
		local_time_format(reply->editing_since, LOCAL_TIME_NEAR, since));
}

/* Ask and wait in turn. */
static bool take(struct app *app, const struct options *options, struct watch *watch,
	struct outcome *outcome)
{
	uint64_t now, end = 0;
	struct reply reply;

	for (;;) {
		watch->changed = false;
		ask(app, &reply);
		if (reply.outcome == CLIENT_OK && reply.granted)
			return true;
		if (reply.outcome != CLIENT_OK) {
			headless_fail(&reply, outcome);
			return false;
		}
		if (sd_event_now(app->event, CLOCK_BOOTTIME, &now) < 0)
			now = end + 1;
		else if (end == 0)
			end = now + (options->timeout_given ? options->timeout * USEC_PER_SEC : 0);
		if (now >= end || *watch->interrupted) {
			refuse(&reply, outcome);
			return false;
		}
		if (app_wait(app, end - now, is_over, watch) < 0)
			return false;
	}
}

bool headless_lock(struct app *app, const struct options *options, const bool *interrupted,
	struct outcome *outcome)
{
	struct watch watch = { .interrupted = interrupted };
	bool taken;

	(void)client_on_edit(app->client, handle_edit, &watch);
	taken = take(app, options, &watch, outcome);
	app_listen(app);
	return taken;
}
