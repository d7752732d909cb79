/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "questions.h"

#include <errno.h>

#include "prober.h"
#include "safe_text.h"
#include "util.h"

/* All questions under way. */
struct round {
	struct reply over; /* done when nobody is waited for any more */
	size_t waiting;
};

/* One of them. */
struct asked {
	struct question *question; /* borrowed */
	struct round *round;
	sd_bus_slot *slot; /* owned */
};

/* Nobody, or one less, is waited for. */
static void end_one(struct round *round)
{
	if (--round->waiting == 0)
		round->over.done = true;
}

/* An answer, or none. */
static void handle_answer(int error, bool answered, const char *why, void *userdata)
{
	struct asked *asked = userdata;

	asked->question->answered = error == 0 && answered;
	(void)safe_format(asked->question->why, sizeof(asked->question->why), "%s",
		safe_text(error < 0 ? strerror(-error) : why, 0).text);
	end_one(asked->round);
}

/* Ask one. */
static void ask(sd_bus *bus, struct asked *asked)
{
	const struct question *question = asked->question;
	int r = bus ? prober_reach(bus, question->ifindex, &question->addr, question->port,
			      handle_answer, asked, &asked->slot)
		    : -ENOTCONN;

	if (r < 0)
		handle_answer(r, false, "", asked);
}

void questions_ask(
	sd_bus *bus, struct question *questions, size_t n, reply_paint_fn paint, void *userdata)
{
	struct asked asked[QUESTIONS_MAX] = { 0 };
	struct round round = { .waiting = n < QUESTIONS_MAX ? n : QUESTIONS_MAX };
	size_t n_asked = round.waiting;

	if (n_asked == 0)
		return;
	for (size_t i = 0; i < n_asked; i++) {
		asked[i] = (struct asked){ .question = &questions[i], .round = &round };
		ask(bus, &asked[i]);
	}
	reply_wait(&round.over, 0, paint, userdata);
	for (size_t i = 0; i < n_asked; i++)
		asked[i].slot = sd_bus_slot_unref(asked[i].slot);
}
