/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of a change that is in force for now: it is kept, or taken back, by us, by who is
 * asked, by somebody elsewhere, or by time. */

#include "countdown.h"
#include "i18n.h"
#include "names.h"
#include "network_change_parts.h"
#include "network_proof.h"
#include "screen.h"
#include "usec.h"
#include "util.h"

#define TAKE_BACK_SECONDS 60

/* -- keeping -- */

/* What firstbootd has proven, and what we can beside that. */
static void prove(struct network_change *change)
{
	const struct reply *reply = &change->reply;
	/* Where it was asked to wait in any case, only a reason says that something is not well. */
	bool proven = reply->proven || ((change->flags & NET_CHANGE_ASK) && !*reply->text);

	if (proven) {
		(void)safe_format(change->remark, sizeof(change->remark), "%s", reply->text);
		network_proof_run(change);
		return;
	}
	progress_warn(change->progress, reply->text);
	(void)safe_format(change->doubt, sizeof(change->doubt), "%s",
		*reply->text ? reply->text : _("It cannot be proven that the new settings work."));
}

/* Keep what was tried. */
static bool keep(struct network_change *change)
{
	uint64_t txid = change->reply.txid;
	size_t length = safe_length(change->remark);

	change->reply = (struct reply){ 0 };
	progress_set(change->progress, change->lines[STEP_KEEPING], PROGRESS_WORKING, NULL);
	network_change_wait(
		change, client_confirm(change->app->client, txid, reply_keep, &change->reply));
	if (change->reply.outcome != CLIENT_OK) {
		progress_fail(change->progress);
		return false;
	}
	(void)safe_format(change->remark + length, sizeof(change->remark) - length, "%s%s",
		length > 0 && *change->reply.text ? OURS("\n") : OURS(""), change->reply.text);
	progress_set(change->progress, change->lines[STEP_KEEPING], PROGRESS_DONE, NULL);
	return true;
}

/* firstbootd says that a change has ended. */
static void handle_end(uint64_t txid, unsigned how, void *userdata)
{
	struct network_change *change = userdata;

	if (txid != change->txid)
		return;
	change->end.done = change->end.is_known = true;
	change->end.how = how;
}

/* It has had time enough to say so. */
static int handle_late(sd_event_source *source, uint64_t usec, void *userdata)
{
	bool *done = userdata;

	*done = true;
	return 0;
}

/* A second more of waiting is on the screen. */
static int handle_second(sd_event_source *source, uint64_t usec, void *userdata)
{
	progress_paint(0, userdata);
	if (sd_event_source_set_time_relative(source, USEC_PER_SEC) < 0)
		return 0;
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* firstbootd keeps or takes back by itself, and is busy with that for some seconds. */
static void wait_end(struct network_change *change)
{
	_cleanup_(sd_event_source_disable_unrefp) sd_event_source *late = NULL, *clock = NULL;
	bool *done = &change->end.done;

	if (*done || sd_event_add_time_relative(screen_event(), &late, CLOCK_MONOTONIC,
			     TAKE_BACK_SECONDS * USEC_PER_SEC, 0, handle_late, done) < 0)
		return;
	(void)sd_event_add_time_relative(screen_event(), &clock, CLOCK_MONOTONIC, USEC_PER_SEC, 0,
		handle_second, change->progress);
	progress_paint(0, change->progress);
	(void)screen_wait(done);
}

/* It takes the change back because nobody has answered. Where it does not say when it has done so,
 * it is asked. */
static void wait_taken_back(struct network_change *change)
{
	struct reply *reply = &change->reply;

	if (reply->outcome != CLIENT_BUSY)
		return;
	wait_end(change);
	*reply = (struct reply){ .outcome = CLIENT_OK };
	if (!change->end.is_known)
		network_change_wait(change,
			client_revert(change->app->client, change->txid, reply_keep, reply));
	else if (change->end.how == CHANGE_BROKEN)
		*reply = (struct reply){ .outcome = CLIENT_FAILED };
}

/* What to say of it. */
static const safe_char *taken_back_text(bool expired)
{
	return expired ? _("Nobody has answered in time, so the old network settings are back. "
			   "Choose other ones, or try again.")
		       : _("The old network settings are back. Choose other ones, or try again.");
}

/* Likewise where that has failed. */
static const safe_char *broken_text(void)
{
	return _("Not all of the old network settings could be put back. \"Emergency\" makes every "
		 "card ask the network for its addresses.");
}

/* Take it back; expired: firstbootd does so by itself. */
static void take_back(struct network_change *change, bool expired)
{
	struct progress *progress = change->progress;
	struct reply *reply = &change->reply;
	safe_char note[sizeof(reply->text)];
	size_t length;

	*reply = (struct reply){ 0 };
	progress_set(progress, change->lines[STEP_KEEPING], PROGRESS_HIDDEN, NULL);
	progress_set(progress, change->lines[STEP_TAKING_BACK], PROGRESS_WORKING, NULL);
	network_change_wait(
		change, client_revert(change->app->client, change->txid, reply_keep, reply));
	if (expired)
		wait_taken_back(change);
	if (reply->outcome == CLIENT_OK || (expired && reply->outcome == CLIENT_REFUSED)) {
		progress_set(progress, change->lines[STEP_TAKING_BACK], PROGRESS_DONE, NULL);
		(void)safe_format(note, sizeof(note), "%s",
			reply->outcome == CLIENT_OK ? reply->text : OURS(""));
		(void)safe_format(reply->text, sizeof(reply->text), "%s", taken_back_text(expired));
		length = safe_length(reply->text);
		(void)safe_format(reply->text + length, sizeof(reply->text) - length, "%s%s",
			*note ? OURS(" ") : OURS(""), note);
	} else {
		progress_fail(progress);
		if (!*reply->text)
			(void)safe_format(reply->text, sizeof(reply->text), "%s", broken_text());
	}
	reply->outcome = CLIENT_FAILED;
}

/* What to say of a change that somebody else has ended. */
static const safe_char *elsewhere_text(const struct network_change *change)
{
	if (change->end.is_known && change->end.how == CHANGE_KEPT)
		return _("Somebody else has just kept these settings: they are in force.");
	if (change->end.is_known && change->end.how == CHANGE_TAKEN_BACK)
		return _("Somebody else has just taken these settings back: the old ones are in "
			 "force.");
	return _("Somebody else has just kept these settings, or taken them back. Look at the "
		 "start screen which ones are in force.");
}

/* Somebody else has kept it or taken it back. */
static void end_elsewhere(struct network_change *change)
{
	progress_set(change->progress, change->dns_line, PROGRESS_HIDDEN, NULL);
	progress_set(change->progress, change->web_line, PROGRESS_HIDDEN, NULL);
	wait_end(change);
	change->reply = (struct reply){ .done = true, .outcome = CLIENT_FAILED };
	(void)safe_format(
		change->reply.text, sizeof(change->reply.text), "%s", elsewhere_text(change));
}

/* Ask the customer, and do as the answer says. */
static bool ask(struct network_change *change)
{
	switch (countdown_run(change->app->client, _(" Keep these settings? "), change->doubt,
		change->reply.usec_left)) {
	case COUNTDOWN_KEEP:
		return keep(change);
	case COUNTDOWN_TAKE_BACK:
		take_back(change, false);
		return false;
	case COUNTDOWN_EXPIRED:
		take_back(change, true);
		return false;
	case COUNTDOWN_ENDED:
		end_elsewhere(change);
		return false;
	}
	return false;
}

/* -- without a screen -- */

void network_change_wake(struct network_change *change)
{
	change->end.done = true;
}

/* Run until it has ended, or nobody can say any more how. */
static void wait_answer(struct network_change *change)
{
	_cleanup_(sd_event_source_disable_unrefp) sd_event_source *late = NULL;

	if (change->end.done || sd_event_add_time_relative(screen_event(), &late, CLOCK_BOOTTIME,
					change->reply.usec_left + TAKE_BACK_SECONDS * USEC_PER_SEC,
					0, handle_late, &change->end.done) < 0)
		return;
	(void)screen_wait(&change->end.done);
}

/* Somebody else has ended it, or nobody has. True: it is kept. */
static bool take_end(struct network_change *change)
{
	bool known = change->end.is_known;
	safe_char *text = change->reply.text;

	change->taken_back = known && change->end.how == CHANGE_TAKEN_BACK;
	if (known && change->end.how == CHANGE_KEPT) {
		change->reply = (struct reply){ .done = true, .outcome = CLIENT_OK };
		progress_set(change->progress, change->lines[STEP_KEEPING], PROGRESS_DONE, NULL);
		progress_paint(0, change->progress);
		return true;
	}
	change->reply = (struct reply){ .done = true, .outcome = CLIENT_FAILED };
	if (change->taken_back)
		(void)safe_format(text, sizeof(change->reply.text), "%s",
			_("The new network settings were not confirmed in time, or somebody has "
			  "taken them back: the old ones are in force."));
	else if (known)
		(void)safe_format(text, sizeof(change->reply.text), "%s",
			_("Not all of the old network settings could be put back."));
	else
		(void)safe_format(text, sizeof(change->reply.text), "%s",
			_("It is not known whether the new network settings were kept or taken "
			  "back."));
	return false;
}

/* Wait for an answer from elsewhere. */
static bool await(struct network_change *change)
{
	if (!change->interrupted && !change->end.done) {
		change->awaits(change);
		wait_answer(change);
	}
	if (!change->interrupted || change->end.is_known)
		return take_end(change);
	take_back(change, false);
	progress_paint(0, change->progress);
	return false;
}

/* -- which of these -- */

/* Does somebody have to say that it shall be kept? */
static bool is_doubtful(const struct network_change *change)
{
	return *change->doubt || (change->flags & NET_CHANGE_ASK) || change->interrupted;
}

/* Nobody could answer: what was refused by nothing stays. */
static void take_doubt(struct network_change *change)
{
	size_t length = safe_length(change->remark);

	(void)safe_format(change->remark + length, sizeof(change->remark) - length, "%s%s",
		length > 0 ? OURS("\n") : OURS(""), change->doubt);
	*change->doubt = 0;
}

bool network_change_decide(struct network_change *change)
{
	bool kept;

	change->txid = change->reply.txid;
	memset(&change->end, 0, sizeof(change->end));
	(void)client_on_end(change->app->client, handle_end, change);
	prove(change);
	if (change->alone && *change->doubt)
		take_doubt(change);
	if (!is_doubtful(change))
		kept = keep(change);
	else
		kept = change->awaits ? await(change) : ask(change);
	(void)client_on_end(change->app->client, NULL, NULL);
	return kept;
}
