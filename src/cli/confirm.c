/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* --confirm and --revert: the end of a change that waits, whoever made it. */

#include "confirm.h"

#include "headless_parts.h"

/* The change that waits, into reply: txid, and its links as text. */
static bool find_change(struct app *app, struct reply *reply, struct outcome *outcome)
{
	*reply = (struct reply){ 0 };
	reply_wait_plain(reply, client_get_status(app->client, reply_keep, reply), app->event);
	if (reply->outcome == CLIENT_OK)
		return true;
	headless_fail(reply, outcome);
	return false;
}

/* Nothing waits: what was to be kept is not there, and what was to be taken back is not in force.
 */
static void tell_none(bool keep, struct outcome *outcome)
{
	if (keep)
		outcome_set(outcome, EXIT_FAILED, "%s",
			_("No change of the network waits to be confirmed: it was kept or taken "
			  "back "
			  "already. firstboot --history tells how it ended."));
	else
		outcome_set(outcome, EXIT_DONE, "%s", OURS("unchanged"));
}

/* It has ended as it was asked to. */
static void tell_end(
	bool keep, const safe_char *links, const struct reply *reply, struct outcome *outcome)
{
	outcome->changed = true;
	if (*reply->text)
		outcome_warn(outcome, reply->text);
	outcome_set(outcome, EXIT_DONE,
		keep ? _("The new network settings (%s) are kept.")
		     : _("The new network settings (%s) are taken back."),
		links);
}

static void end_change(struct app *app, bool keep, struct outcome *outcome)
{
	struct reply reply, answer = { 0 };
	int r;

	if (!find_change(app, &reply, outcome))
		return;
	if (reply.txid == 0) {
		tell_none(keep, outcome);
		return;
	}
	r = keep ? client_confirm(app->client, reply.txid, reply_keep, &answer)
		 : client_revert(app->client, reply.txid, reply_keep, &answer);
	reply_wait_plain(&answer, r, app->event);
	if (answer.outcome == CLIENT_OK) {
		tell_end(keep, reply.text, &answer, outcome);
		return;
	}
	headless_fail(&answer, outcome);
	/* Not the answers, but the change has come to another end meanwhile. */
	if (answer.outcome == CLIENT_REFUSED)
		outcome->status = EXIT_FAILED;
}

int confirm_run(const struct options *options)
{
	_cleanup_(outcome_done) struct outcome outcome = { 0 };
	struct app app;

	if (headless_begin(&app, &outcome))
		end_change(&app, options->mode == MODE_CONFIRM, &outcome);
	app_done(&app);
	return outcome_tell(&outcome, options);
}
