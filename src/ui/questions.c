/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "questions.h"

#include "i18n.h"
#include "reach.h"
#include "screen.h"
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
	struct reach *reach; /* owned */
};

/* Nobody, or one less, is waited for. */
static void end_one(struct round *round)
{
	if (--round->waiting == 0)
		round->over.done = true;
}

/* An answer, or the end of its time. */
static void handle_answer(bool answered, const char *why, void *userdata)
{
	struct asked *asked = userdata;

	asked->question->answered = answered;
	(void)safe_format(
		asked->question->why, sizeof(asked->question->why), "%s", safe_text(why, 0).text);
	end_one(asked->round);
}

/* Ask one. */
static void ask(struct asked *asked)
{
	struct question *question = asked->question;
	sd_event *event = screen_event();
	int r;

	question->answered = false;
	if (question->port == 0)
		r = reach_dns(event, &question->addr, question->ifindex, REACH_USEC, handle_answer,
			asked, &asked->reach);
	else
		r = reach_tcp(event, &question->addr, question->ifindex, question->port, REACH_USEC,
			handle_answer, asked, &asked->reach);
	if (r >= 0)
		return;
	(void)safe_format(
		question->why, sizeof(question->why), "%s", safe_text(strerror(-r), 0).text);
	end_one(asked->round);
}

void questions_ask(struct question *questions, size_t n, reply_paint_fn paint, void *userdata)
{
	struct asked asked[QUESTIONS_MAX] = { 0 };
	struct round round = { .waiting = n < QUESTIONS_MAX ? n : QUESTIONS_MAX };
	size_t n_asked = round.waiting;

	if (n_asked == 0)
		return;
	for (size_t i = 0; i < n_asked; i++) {
		asked[i] = (struct asked){ .question = &questions[i], .round = &round };
		ask(&asked[i]);
	}
	reply_wait(&round.over, 0, paint, userdata);
	for (size_t i = 0; i < n_asked; i++)
		asked[i].reach = reach_free(asked[i].reach);
}
