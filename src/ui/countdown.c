/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "countdown.h"

#include "form.h"
#include "i18n.h"
#include "screen.h"
#include "transaction.h"
#include "usec.h"
#include "util.h"

#define PLAIN_SECONDS 30

struct countdown {
	const safe_char *cause;
	uint64_t end;	       /* CLOCK_BOOTTIME, usec, as firstbootd counts */
	bool kept, taken_back; /* not by us */
	safe_char text[1200];
};

/* Whole seconds that are left, the begun one counted. */
static unsigned seconds_left(const struct countdown *countdown)
{
	uint64_t now;

	if (sd_event_now(screen_event(), CLOCK_BOOTTIME, &now) < 0 || now >= countdown->end)
		return 0;
	return (unsigned)((countdown->end - now + USEC_PER_SEC - 1) / USEC_PER_SEC);
}

/* What is asked; written for each second. */
static const safe_char *write_text(int columns, void *userdata)
{
	struct countdown *countdown = userdata;

	(void)safe_format(countdown->text, sizeof(countdown->text),
		_("%s\n\nYour old settings come back in %u s, unless you keep the new ones."),
		countdown->cause, seconds_left(countdown));
	return countdown->text;
}

/* Are so many seconds worth a word? Lines do not count. */
static bool is_told(unsigned left)
{
	return !screen_is_plain() || left % PLAIN_SECONDS == 0 || left == PLAIN_SECONDS / 3;
}

/* Another second has passed. */
static int handle_second(sd_event_source *source, uint64_t usec, void *userdata)
{
	const struct countdown *countdown = userdata;
	unsigned left = seconds_left(countdown);
	int r;

	/* It has a limit of its own. */
	screen_touch();
	if (is_told(left))
		screen_wake();
	if (left == 0)
		return 0;
	r = sd_event_source_set_time(source, countdown->end - (left - 1) * USEC_PER_SEC);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* firstbootd keeps the change or takes it back, and not because of us. */
static void handle_step(unsigned step, void *userdata)
{
	struct countdown *countdown = userdata;

	countdown->kept = countdown->kept || step == STEP_KEEPING;
	countdown->taken_back = countdown->taken_back || step == STEP_TAKING_BACK;
	screen_wake();
}

/* Did it end while nobody pressed a key here? Its clock has begun a little before ours. */
static bool has_ended(const struct countdown *countdown, enum countdown_end *ret)
{
	unsigned left = seconds_left(countdown);

	*ret = COUNTDOWN_EXPIRED;
	if (left == 0 || (countdown->taken_back && left <= 2))
		return true;
	*ret = COUNTDOWN_ENDED;
	return countdown->kept || countdown->taken_back;
}

/* Show the question until it is answered or need not be any more. */
static enum countdown_end ask(struct countdown *countdown, const safe_char *title)
{
	struct form form = {
		.title = title,
		.write_text = write_text,
		.userdata = countdown,
		.buttons = { _("Keep now"), _("Take back now") },
		.focus = ANSWER_BACK,
		.weighty_all = true,
	};
	enum countdown_end end;
	enum answer answer;

	do {
		answer = form_run(&form);
		if (answer == ANSWER_WOKEN && has_ended(countdown, &end))
			return end;
	} while (answer == ANSWER_WOKEN);
	return answer == ANSWER_NEXT ? COUNTDOWN_KEEP : COUNTDOWN_TAKE_BACK;
}

enum countdown_end countdown_run(
	struct client *client, const safe_char *title, const safe_char *cause, uint64_t usec)
{
	_cleanup_(sd_event_source_disable_unrefp) sd_event_source *clock = NULL;
	struct countdown countdown = { .cause = cause };
	enum countdown_end end;
	uint64_t now;

	if (sd_event_now(screen_event(), CLOCK_BOOTTIME, &now) < 0)
		return COUNTDOWN_TAKE_BACK;
	countdown.end = now + usec;
	/* Without a clock the seconds stand still, but the question can be answered. */
	(void)sd_event_add_time(screen_event(), &clock, CLOCK_BOOTTIME, now + usec % USEC_PER_SEC,
		1, handle_second, &countdown);
	(void)client_on_step(client, handle_step, &countdown);
	screen_flush_input();
	end = ask(&countdown, title);
	(void)client_on_step(client, NULL, NULL);
	return end;
}
