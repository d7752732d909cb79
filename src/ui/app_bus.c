/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is known over the bus: the state of firstbootd, of hostnamed and of networkd, and the
 * vendor's words as they are after a change of firstbootd's. Where nobody answers, it is asked
 * again. */

#include "app_parts.h"
#include "language.h"
#include "paint.h"
#include "screen.h"
#include "transaction.h"
#include "util.h"
#include "web.h"

/* While firstbootd does not answer: the first pause, and where it ends to double. */
#define ASK_AGAIN_USEC	   (2 * 1000000ULL)
#define ASK_AGAIN_MAX_USEC (60 * 1000000ULL)

/* hostnamed or networkd has changed. */
static void on_sysstate(struct sysstate *state, void *userdata)
{
	app_announce(userdata);
}

/* Read the vendor's words again, which a change may have touched; those in hand stay where that
 * fails. */
static void read_conf(struct app *app)
{
	struct conf conf;

	if (conf_load("", NULL, NULL, &conf) < 0)
		return;
	if (!streq(conf.language, app->conf.language))
		language_choose(conf.language);
	conf_done(&app->conf);
	app->conf = conf;
}

static int on_ask_again(sd_event_source *source, uint64_t usec, void *userdata);

/* Ask for the state again, ever more rarely: a machine that is nobody's yet has to say so, however
 * late firstbootd comes. */
static void ask_later(struct app *app)
{
	uint64_t pause = app->pause_usec ? app->pause_usec : ASK_AGAIN_USEC;

	app->asking_again = sd_event_source_disable_unref(app->asking_again);
	(void)sd_event_add_time_relative(app->event, &app->asking_again, CLOCK_MONOTONIC, pause,
		ASK_AGAIN_USEC / 2, on_ask_again, app);
	app->pause_usec = pause < ASK_AGAIN_MAX_USEC ? 2 * pause : pause;
}

/* Nobody has answered for a while. */
static int on_ask_again(sd_event_source *source, uint64_t usec, void *userdata)
{
	if (app_ask_state(userdata) < 0)
		ask_later(userdata);
	return 0;
}

/* It has answered. */
static void ask_no_more(struct app *app)
{
	app->asking_again = sd_event_source_disable_unref(app->asking_again);
	app->pause_usec = 0;
}

/* Take what the unattended start has left, while it is of use. */
static void read_given(struct app *app)
{
	if (!app->unclaimed || given_read("", &app->given) < 0)
		app->given = (struct given){ 0 };
}

/* The appliance is somebody's. */
static void tell_claimed(struct app *app)
{
	if (app->claimed)
		app->claimed(app->claimed_userdata);
}

/* firstbootd lets us know when the cells of our screen change, or does not. */
static void on_screen(const struct client_result *result, void *userdata)
{
	if (result->outcome == CLIENT_OK)
		(void)paint_watch_cells(result->fd);
}

/* It answers at last: ask for what it was asked before, each once, in vain. */
static void ask_rest(struct app *app)
{
	if (screen_is_started())
		(void)client_watch_screen(app->client, STDOUT_FILENO, on_screen, app);
	if (app->web)
		web_ask_service(app->web);
}

/* firstbootd has told its state, or has not answered. */
static void on_state(const struct client_result *result, void *userdata)
{
	struct app *app = userdata;
	bool late = app->pause_usec > 0;

	app->state_pending = false;
	app->state_known = result->outcome == CLIENT_OK;
	app->unclaimed = app->state_known && result->unclaimed;
	app->login = app->state_known && result->login;
	if (app->state_known)
		ask_no_more(app);
	else
		ask_later(app);
	read_conf(app);
	read_given(app);
	app_announce(app);
	if (app->state_known && late)
		ask_rest(app);
	if (app->state_known && !app->unclaimed)
		tell_claimed(app);
}

/* firstbootd has told whether a change waits to be kept. */
static void on_status(const struct client_result *result, void *userdata)
{
	struct app *app = userdata;

	app->change_tried = result->outcome == CLIENT_OK && result->txid != 0;
	app_announce(app);
}

/* firstbootd has told whether this looks like a copy. */
static void on_identity(const struct client_result *result, void *userdata)
{
	struct app *app = userdata;

	app->copy = result->outcome == CLIENT_OK && result->copy;
	app_announce(app);
}

/* A change of the network, of whomever, has come to another step. */
static void on_step(unsigned step, void *userdata)
{
	struct app *app = userdata;

	app->change_tried = step == STEP_ADDRESSES || step == STEP_GATEWAY;
	app_announce(app);
}

/* Somebody has begun or ended to change the settings; what was kept may be in firstboot.conf. */
static void on_edit(const char *editor, void *userdata)
{
	if (*editor)
		return;
	read_conf(userdata);
	app_announce(userdata);
}

/* Somebody has claimed the appliance, this screen or another way. */
static void on_claim(void *userdata)
{
	struct app *app = userdata;

	app->unclaimed = false;
	if (app->claimed)
		tell_claimed(app);
	else
		(void)app_ask_state(app);
}

void app_listen(struct app *app)
{
	if (!app->client)
		return;
	(void)client_on_step(app->client, on_step, app);
	(void)client_on_edit(app->client, on_edit, app);
	(void)client_on_claim(app->client, on_claim, app);
}

/* Let go of the bus and of what hangs on it. */
static void bus_done(struct app *app)
{
	app->client = client_free(app->client);
	app->sysstate = sysstate_free(app->sysstate);
	if (app->bus)
		sd_bus_detach_event(app->bus);
	app->bus = sd_bus_close_unref(app->bus);
	app->n_asked = 0;
	app->state_pending = false;
}

/* Connect to the bus; all of it happens in the event loop, nothing waits here. */
static int bus_init(struct app *app)
{
	int r;

	r = sd_bus_open_system(&app->bus);
	if (r < 0)
		return r;
	r = sd_bus_attach_event(app->bus, app->event, SD_EVENT_PRIORITY_NORMAL);
	if (r < 0)
		goto fail;
	r = sysstate_new(app->bus, on_sysstate, app, &app->sysstate);
	if (r < 0)
		goto fail;
	r = client_new(app->bus, &app->client);
	if (r < 0)
		goto fail;
	if (screen_is_started())
		(void)client_watch_screen(app->client, STDOUT_FILENO, on_screen, app);
	return 0;
fail:
	bus_done(app);
	return r;
}

int app_ask_state(struct app *app)
{
	int r;

	if (app->bus && sd_bus_is_open(app->bus) <= 0)
		bus_done(app);
	if (!app->bus) {
		r = bus_init(app);
		if (r < 0)
			return r;
		app_follow_links(app);
	}
	app_listen(app);
	r = client_get_state(app->client, on_state, app);
	app->state_pending = r >= 0;
	(void)client_get_status(app->client, on_status, app);
	(void)client_get_identity(app->client, on_identity, app);
	if (app->web)
		web_update(app->web);
	return r;
}

bool app_is_answered(const struct app *app)
{
	for (size_t i = 0; app->bus && i < app->n_asked; i++)
		if (!sysstate_link(app->sysstate, app->asked[i]))
			return false;
	return !app->bus || !app->state_pending;
}

void app_bus_done(struct app *app)
{
	ask_no_more(app);
	bus_done(app);
}
