/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "reply.h"

#include "box.h"
#include "form.h"
#include "i18n.h"
#include "plain_lines.h"
#include "screen.h"
#include "usec.h"
#include "util.h"

#define FIRST_PAINT_USEC 300000
#define SLOW_SECONDS	 5

/* A wait under way. */
struct wait {
	reply_paint_fn paint;
	void *userdata;
	uint64_t started;
};

/* Take the secret out of a memory file that was sent. */
static void keep_secret(struct reply *reply, const struct client_result *result)
{
	int fd = result->fd;

	if (!reply->secret || fd < 0)
		return;
	if (secret_from_memfd(reply->secret, fd) < 0)
		reply_unreachable(reply);
	close(fd);
}

void reply_setup_done(struct reply_setup *setup)
{
	for (size_t i = 0; i < setup->n_steps; i++) {
		free(setup->steps[i].name);
		free(setup->steps[i].values);
	}
	*setup = (struct reply_setup){ 0 };
}

/* Copy what was set up; half of it would be worse than none. */
static void keep_setup(struct reply *reply, const struct client_result *result)
{
	struct reply_setup *setup = reply->setup;

	if (!setup || !result->steps)
		return;
	setup->eula_accepted = result->eula_accepted;
	for (size_t i = 0; i < result->n_steps && i < STEPS_MAX; i++) {
		struct reply_step *step = &setup->steps[setup->n_steps++];

		*step = (struct reply_step){ strdup(result->steps[i].name),
			strdup(result->steps[i].values), result->steps[i].changed };
		if (!step->name || !step->values) {
			reply_setup_done(setup);
			reply_unreachable(reply);
			return;
		}
	}
}

/* What is larger than a reply, for those who have room for it. */
static void keep_large(struct reply *reply, const struct client_result *result)
{
	if (reply->settings && result->settings)
		*reply->settings = *result->settings;
	if (!reply->history || !result->history)
		return;
	reply->n_history = result->n_history < HISTORY_MAX ? result->n_history : HISTORY_MAX;
	memcpy(*reply->history, result->history, reply->n_history * sizeof(*result->history));
}

void reply_keep(const struct client_result *result, void *userdata)
{
	struct reply *reply = userdata;

	reply->outcome = result->outcome;
	(void)safe_format(reply->text, sizeof(reply->text), "%s", safe_lines(result->text).text);
	reply->unchanged = result->unchanged;
	reply->unclaimed = result->unclaimed;
	reply->authenticated = result->authenticated;
	reply->login = result->login;
	reply->txid = result->txid;
	reply->proven = result->proven;
	reply->usec_left = result->usec_left;
	reply->granted = result->granted;
	(void)safe_format(
		reply->editor, sizeof(reply->editor), "%s", safe_text(result->editor, 0).text);
	reply->editing_since = result->editing_since;
	reply->copy = result->copy;
	keep_large(reply, result);
	keep_secret(reply, result);
	keep_setup(reply, result);
	reply->done = true;
}

void reply_unreachable(struct reply *reply)
{
	*reply = (struct reply){ .done = true, .outcome = CLIENT_UNREACHABLE };
	(void)safe_format(reply->text, sizeof(reply->text), "%s",
		_("The system service firstbootd cannot be reached, so nothing was changed. Start "
		  "the machine again; if that does not help, ask its vendor."));
}

/* Paint, and again at the next full second. */
static int handle_time(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct wait *wait = userdata;
	uint64_t seconds = (usec - wait->started) / USEC_PER_SEC;
	int r;

	wait->paint((unsigned)seconds, wait->userdata);
	r = sd_event_source_set_time(source, wait->started + (seconds + 1) * USEC_PER_SEC);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* Start painting; the clock ticks while somebody waits, and only then. */
static int start_clock(struct wait *wait, sd_event_source **ret)
{
	sd_event *event = screen_event();
	int r;

	r = sd_event_now(event, CLOCK_MONOTONIC, &wait->started);
	if (r < 0)
		return r;
	return sd_event_add_time(event, ret, CLOCK_MONOTONIC, wait->started + FIRST_PAINT_USEC, 1,
		handle_time, wait);
}

void reply_wait(struct reply *reply, int started, reply_paint_fn paint, void *userdata)
{
	struct wait wait = { .paint = paint, .userdata = userdata };
	sd_event_source *clock = NULL;
	bool answered = false;

	/* Without a clock nothing is painted, but a call under way must not outlive its reply. */
	if (started >= 0) {
		(void)start_clock(&wait, &clock);
		answered = screen_wait(&reply->done);
	}
	(void)sd_event_source_disable_unref(clock);
	if (answered)
		return;
	reply_unreachable(reply);
}

/* What may be the matter. */
static const safe_char *slow_text(void)
{
	return _("This machine is slow to answer; it may be busy. Please wait.");
}

/* The sentence in userdata; what may be the matter once it has been there for a while. */
static void paint_sentence(unsigned seconds, void *userdata)
{
	const safe_char *what = userdata;
	safe_char text[128];
	enum answer unused;

	if (screen_is_plain()) {
		if (seconds == 0 || seconds == SLOW_SECONDS)
			plain_say(seconds == 0 ? what : slow_text());
		return;
	}
	if (!box_begin(&unused))
		return;
	if (seconds > 0)
		(void)safe_format(text, sizeof(text), _("%s (%u s)"), what, seconds);
	else
		(void)safe_format(text, sizeof(text), "%s", what);
	form_paint(OURS(""), text, seconds < SLOW_SECONDS ? NULL : slow_text());
}

void reply_wait_sentence(struct reply *reply, int started, const safe_char *what)
{
	reply_wait(reply, started, paint_sentence, (void *)(uintptr_t)what);
}

void reply_wait_plain(struct reply *reply, int started, sd_event *event)
{
	while (started >= 0 && !reply->done)
		started = sd_event_run(event, UINT64_MAX);
	if (started < 0)
		reply_unreachable(reply);
}
