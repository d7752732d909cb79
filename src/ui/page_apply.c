/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The steps in their order. A step that has succeeded moves what was wanted into what is in force,
 * so that it is not due any more when the customer tries again, or comes back after a change.
 */

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>

#include "actions.h"
#include "form.h"
#include "i18n.h"
#include "reply.h"
#include "screen.h"
#include "util.h"
#include "wizard.h"

#define TEXT_MAX 1600

struct step {
	const char *text;
	bool (*is_due)(const struct wizard *wizard);
	/* Do it. False: not done, reply->text says why. */
	bool (*run)(
		struct wizard *wizard, struct reply *reply, reply_paint_fn paint, void *userdata);
};

/* How far a list of steps has come. */
struct progress {
	const char *title;
	size_t n, at;
	bool failed;
	const struct step *steps[8];
};

/* The list as text, a line each; seconds is how long the present step takes already. */
static void write_progress(
	const struct progress *progress, unsigned seconds, char *buf, size_t size)
{
	size_t length = 0;

	for (size_t i = 0; i < progress->n && length < size; i++) {
		const char *state = i < progress->at   ? _("done")
				    : i > progress->at ? _("waiting")
				    : progress->failed ? _("failed")
						       : _("working");
		int n = snprintf(
			buf + length, size - length, "%-9s%s", state, _(progress->steps[i]->text));

		length += n > 0 ? (size_t)n : 0;
		if (i == progress->at && seconds > 0 && length < size)
			length += (size_t)snprintf(
				buf + length, size - length, _(" (%u s)"), seconds);
		if (length < size)
			length += (size_t)snprintf(buf + length, size - length, "\n");
	}
}

/* Draw the list; five seconds in, with what may be the matter. */
static void paint(unsigned seconds, void *userdata)
{
	const struct progress *progress = userdata;
	char text[TEXT_MAX];
	enum answer unused;

	if (!box_begin(&unused))
		return;
	write_progress(progress, seconds, text, sizeof(text));
	form_paint(progress->title, text,
		seconds < 5 ? NULL
			    : _("This can take up to a minute: the new settings are tried before "
				"they are kept."));
}

/* -- network -- */

/* Keep what was tried, or take it back, as the customer says. */
static bool network_decide(
	struct wizard *wizard, struct reply *reply, reply_paint_fn paint_fn, void *userdata)
{
	struct client *client = wizard->app->client;
	uint64_t txid = reply->txid;
	bool keep = reply->proven || wizard_without_cable(wizard);
	enum answer answer = ANSWER_NEXT;

	if (!keep) {
		char text[sizeof(reply->text) + 128];

		(void)snprintf(text, sizeof(text),
			_("%s\n\nYour old settings come back unless you keep the new ones."),
			reply->text);
		screen_flush_input();
		do
			answer = dialogs_confirm(_("Keep these settings?"), text, _("Keep now"),
				_("Take back now"), true);
		while (answer == ANSWER_WOKEN);
		keep = answer == ANSWER_NEXT;
	}
	*reply = (struct reply){ 0 };
	reply_wait(reply,
		keep ? client_confirm(client, txid, reply_keep, reply)
		     : client_revert(client, txid, reply_keep, reply),
		paint_fn, userdata);
	if (reply->outcome == CLIENT_OK && !keep)
		(void)snprintf(reply->text, sizeof(reply->text), "%s",
			_("The old network settings are back. Choose other ones, or try again."));
	return reply->outcome == CLIENT_OK && keep;
}

/* Try the settings, then keep them. */
static bool network_run(
	struct wizard *wizard, struct reply *reply, reply_paint_fn paint_fn, void *userdata)
{
	int ifindexes[NET_LINKS_MAX];
	struct net_set set;
	uint32_t flags;

	drafts_change(&wizard->net, wizard->app, &set, ifindexes, &flags);
	reply_wait(reply,
		client_set_network(
			wizard->app->client, ifindexes[0], &set.links[0], reply_keep, reply),
		paint_fn, userdata);
	if (reply->outcome != CLIENT_OK || !network_decide(wizard, reply, paint_fn, userdata))
		return false;
	drafts_applied(&wizard->net);
	return true;
}

/* -- hostname -- */

/* Is there another name to give? */
static bool hostname_is_due(const struct wizard *wizard)
{
	return !streq(wizard->now.hostname, wizard->wanted.hostname);
}

/* Give it. */
static bool hostname_run(
	struct wizard *wizard, struct reply *reply, reply_paint_fn paint_fn, void *userdata)
{
	reply_wait(reply,
		client_set_hostname(
			wizard->app->client, wizard->wanted.hostname, reply_keep, reply),
		paint_fn, userdata);
	if (reply->outcome != CLIENT_OK)
		return false;
	memcpy(wizard->now.hostname, wizard->wanted.hostname, sizeof(wizard->now.hostname));
	return true;
}

/* -- password -- */

/* Was a password typed that is not yet set? */
static bool password_is_due(const struct wizard *wizard)
{
	return wizard->password.length > 0;
}

/* Set it, and forget it. */
static bool password_run(
	struct wizard *wizard, struct reply *reply, reply_paint_fn paint_fn, void *userdata)
{
	reply_wait(reply,
		client_set_root_password(wizard->app->client, &wizard->password, reply_keep, reply),
		paint_fn, userdata);
	if (reply->outcome != CLIENT_OK)
		return false;
	secret_clear(&wizard->password);
	wizard->password_set = true;
	wizard->app->login = true;
	return true;
}

/* -- claim -- */

/* Is the appliance still to be claimed? */
static bool complete_is_due(const struct wizard *wizard)
{
	return wizard->first_boot && !wizard->completed;
}

/* Claim it: from now on a change needs root's password. */
static bool complete_run(
	struct wizard *wizard, struct reply *reply, reply_paint_fn paint_fn, void *userdata)
{
	reply_wait(
		reply, client_complete(wizard->app->client, reply_keep, reply), paint_fn, userdata);
	if (reply->outcome != CLIENT_OK)
		return false;
	wizard->completed = true;
	wizard->app->unclaimed = false;
	return true;
}

static const struct step all_steps[] = {
	{ N_("network settings"), wizard_changes_network, network_run },
	{ N_("hostname"), hostname_is_due, hostname_run },
	{ N_("root's password"), password_is_due, password_run },
	{ N_("end of the setup"), complete_is_due, complete_run },
};

/* Do all steps that are due. False: one failed, and this is its answer. */
static bool run_steps(struct wizard *wizard, struct progress *progress, struct reply *ret_failure)
{
	*progress = (struct progress){ .title = wizard->title };
	for (size_t i = 0; i < ARRAY_SIZE(all_steps); i++)
		if (all_steps[i].is_due(wizard))
			progress->steps[progress->n++] = &all_steps[i];
	while (progress->at < progress->n) {
		*ret_failure = (struct reply){ 0 };
		paint(0, progress);
		if (!wizard->app->client)
			reply_unreachable(ret_failure);
		if (!wizard->app->client ||
			!progress->steps[progress->at]->run(wizard, ret_failure, paint, progress)) {
			progress->failed = true;
			return false;
		}
		progress->at++;
	}
	return true;
}

/* What failed, and whether to try again. */
static enum answer ask_again(const struct progress *progress, const char *reason)
{
	char text[TEXT_MAX + 400];
	struct form form = {
		.title = progress->title,
		.text = text,
		.buttons = { _("Try again"), _("Back") },
		.weighty = true,
	};
	size_t length;
	enum answer answer;

	write_progress(progress, 0, text, TEXT_MAX);
	length = strlen(text);
	(void)snprintf(text + length, sizeof(text) - length, "\n%s", reason);
	screen_flush_input();
	do
		answer = form_run(&form);
	while (answer == ANSWER_WOKEN);
	return answer;
}

/* Make it so. Root's password may have to be shown again: what it opened closes after a while. */
static enum answer run(struct wizard *wizard)
{
	struct progress progress;
	struct reply failure;

	while (!run_steps(wizard, &progress, &failure)) {
		if (failure.outcome == CLIENT_NOT_PERMITTED && actions_permit(wizard->app))
			continue;
		if (ask_again(&progress, failure.text) == ANSWER_BACK)
			return ANSWER_BACK;
	}
	return ANSWER_NEXT;
}

const struct page page_apply = {
	.name = "apply",
	.title = N_("Applying"),
	.run = run,
};
