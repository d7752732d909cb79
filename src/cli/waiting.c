/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "waiting.h"

#include <time.h>

#include "catalog.h"
#include "usec.h"

/* When a change is taken back that has so long to go: the same for each question about it. */
static uint64_t end_of(const struct waiting *waiting, const struct client_result *result)
{
	if (result->txid == 0)
		return 0;
	if (result->txid == waiting->txid)
		return waiting->until;
	return (usec_now(CLOCK_REALTIME) + result->usec_left) / USEC_PER_SEC * USEC_PER_SEC;
}

/* One of the two answers has come, or will not. */
static void note_answer(struct waiting *waiting, bool *answered)
{
	*answered = true;
	waiting->answered = waiting->status_answered && waiting->setup_answered;
}

/* firstbootd has answered, or does not. */
static void on_status(const struct client_result *result, void *userdata)
{
	struct waiting *waiting = userdata;

	note_answer(waiting, &waiting->status_answered);
	waiting->until = end_of(waiting, result);
	waiting->txid = result->txid;
	(void)snprintf(waiting->links, sizeof(waiting->links), "%s",
		result->txid != 0 ? result->text : "");
	(void)snprintf(waiting->editor, sizeof(waiting->editor), "%s", result->editor);
	waiting->since = *result->editor ? result->editing_since : 0;
	waiting->changed(waiting->userdata);
}

/* Likewise. */
static void on_setup(const struct client_result *result, void *userdata)
{
	struct waiting *waiting = userdata;
	struct reply reply = { .setup = &waiting->setup };

	reply_setup_done(&waiting->setup);
	reply_keep(result, &reply);
	waiting->setup_known = reply.outcome == CLIENT_OK;
	note_answer(waiting, &waiting->setup_answered);
	waiting->changed(waiting->userdata);
}

static void ask(struct waiting *waiting)
{
	bool has_setup = waiting->has_eula || waiting->defs.n > 0;

	if (!waiting->client || client_get_status(waiting->client, on_status, waiting) < 0)
		note_answer(waiting, &waiting->status_answered);
	if (!has_setup || !waiting->client ||
		client_get_setup(waiting->client, on_setup, waiting) < 0)
		note_answer(waiting, &waiting->setup_answered);
}

/* Each of these makes it another. */
static void on_wait(void *userdata)
{
	ask(userdata);
}

static void on_end(uint64_t txid, unsigned end, void *userdata)
{
	ask(userdata);
}

static void on_edit(const char *editor, void *userdata)
{
	ask(userdata);
}

/* Ask over the bus that app has now. */
static void connect_to(struct waiting *waiting, const struct app *app)
{
	waiting->client = client_free(waiting->client);
	waiting->bus = app->bus;
	if (app->bus && client_new(app->bus, &waiting->client) >= 0) {
		(void)client_on_wait(waiting->client, on_wait, waiting);
		(void)client_on_end(waiting->client, on_end, waiting);
		(void)client_on_edit(waiting->client, on_edit, waiting);
	}
	ask(waiting);
}

void waiting_begin(
	struct waiting *waiting, const struct app *app, waiting_changed_fn changed, void *userdata)
{
	*waiting = (struct waiting){
		.has_eula = *app->conf.eula, .changed = changed, .userdata = userdata
	};
	/* Without memory it has none. */
	(void)step_defs_load("", catalog_language(), NULL, NULL, &waiting->defs);
	connect_to(waiting, app);
}

void waiting_update(struct waiting *waiting, const struct app *app)
{
	if (app->bus != waiting->bus)
		connect_to(waiting, app);
}

void waiting_done(struct waiting *waiting)
{
	reply_setup_done(&waiting->setup);
	step_defs_done(&waiting->defs);
	waiting->client = client_free(waiting->client);
}
