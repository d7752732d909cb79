/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* client.h at work, for test_firstbootd.py: calls firstbootd and tells what came of it. */

#include <errno.h>
#include <inttypes.h>

#include "client.h"
#include "questions.h"
#include "settings.h"
#include "util.h"

struct caller {
	sd_bus *bus;
	struct client *client;
	FILE *heard; /* answers and signals since the last "heard" */
	char *text;
	size_t size;
};

/* -- what comes ---------------------------------------------------------------------------------
 */

static void print_settings(FILE *f, const struct net_set *set)
{
	_cleanup_free_ char *text = NULL;

	fprintf(f, "links %zu\n%s", set->n_links, settings_render(set, &text) < 0 ? "?" : text);
}

static void on_answer(const struct client_result *result, void *userdata)
{
	struct caller *caller = userdata;
	FILE *f = caller->heard;

	fprintf(f, "outcome %d %s\n", result->outcome, result->text);
	fprintf(f, "change %d %d %" PRIu64 "\n", result->txid != 0, result->proven,
		result->usec_left / 1000000);
	fprintf(f, "editor %d %d %s\n", result->granted, result->editing_since != 0,
		result->editor);
	fprintf(f, "copy %d\n", result->copy);
	if (result->settings)
		print_settings(f, result->settings);
	for (size_t i = 0; i < result->n_history; i++)
		fprintf(f, "entry %" PRIu64 " %d %d %s: %s\n", result->history[i].id,
			result->history[i].when != 0, result->history[i].outcome,
			result->history[i].origin, result->history[i].summary);
}

static void on_step(unsigned step, void *userdata)
{
	struct caller *caller = userdata;

	fprintf(caller->heard, "step %u\n", step);
}

static void on_edit(const char *editor, void *userdata)
{
	struct caller *caller = userdata;

	fprintf(caller->heard, "edit %s\n", editor);
}

/* -- what is asked for --------------------------------------------------------------------------
 */

/* Say that a call could not be made. */
static void check(struct caller *caller, int r)
{
	if (r < 0)
		fprintf(caller->heard, "not made: %s\n", strerror(-r));
}

static void ask_status(void *userdata, const char *argument)
{
	struct caller *caller = userdata;

	check(caller, client_get_status(caller->client, on_answer, caller));
}

static void ask_settings(void *userdata, const char *argument)
{
	struct caller *caller = userdata;

	check(caller, client_get_settings(
			      caller->client, strtoull(argument, NULL, 10), on_answer, caller));
}

static void ask_history(void *userdata, const char *argument)
{
	struct caller *caller = userdata;

	check(caller, client_list_history(caller->client, on_answer, caller));
}

static void ask_begin(void *userdata, const char *argument)
{
	struct caller *caller = userdata;

	check(caller, client_begin_edit(caller->client, on_answer, caller));
}

static void ask_end(void *userdata, const char *argument)
{
	struct caller *caller = userdata;

	check(caller, client_end_edit(caller->client, on_answer, caller));
}

static void ask_identity(void *userdata, const char *argument)
{
	struct caller *caller = userdata;

	check(caller, client_get_identity(caller->client, on_answer, caller));
}

/* try IFNAME: automatic settings for a link. */
static void ask_try(void *userdata, const char *argument)
{
	_cleanup_free_ struct net_set *set = calloc(1, sizeof(*set));
	int ifindex = (int)if_nametoindex(argument);
	struct caller *caller = userdata;

	if (!set)
		return;
	set->n_links = 1;
	net_config_init(&set->links[0], argument);
	check(caller, client_try_network(caller->client, set, &ifindex, 0, 0, on_answer, caller));
}

/* confirm, revert: end the change that waits. */
static void ask_confirm(void *userdata, const char *argument)
{
	struct caller *caller = userdata;

	check(caller,
		client_confirm(caller->client, strtoull(argument, NULL, 10), on_answer, caller));
}

static void ask_revert(void *userdata, const char *argument)
{
	struct caller *caller = userdata;

	check(caller,
		client_revert(caller->client, strtoull(argument, NULL, 10), on_answer, caller));
}

/* listen 1, listen 0: begin and end to hear signals. */
static void ask_listen(void *userdata, const char *argument)
{
	struct caller *caller = userdata;
	bool on = streq(argument, "1");

	check(caller, client_on_step(caller->client, on ? on_step : NULL, caller));
	check(caller, client_on_edit(caller->client, on ? on_edit : NULL, caller));
}

static void print_name(void *userdata, const char *argument)
{
	struct caller *caller = userdata;
	const char *name = "?";

	(void)sd_bus_get_unique_name(caller->bus, &name);
	puts(name);
}

/* Whatever has come. */
static void print_heard(void *userdata, const char *argument)
{
	struct caller *caller = userdata;

	fflush(caller->heard);
	fwrite(caller->text, 1, caller->size, stdout);
	rewind(caller->heard);
}

static const struct question table[] = {
	{ "name", print_name },
	{ "heard", print_heard },
	{ "listen", ask_listen },
	{ "status", ask_status },
	{ "settings", ask_settings },
	{ "history", ask_history },
	{ "begin", ask_begin },
	{ "end", ask_end },
	{ "identity", ask_identity },
	{ "try", ask_try },
	{ "confirm", ask_confirm },
	{ "revert", ask_revert },
	{ 0 },
};

/* The connection, the client and the memory for what is heard. */
static int caller_init(struct caller *caller, sd_event *event)
{
	int r;

	caller->heard = open_memstream(&caller->text, &caller->size);
	if (!caller->heard)
		return -ENOMEM;
	r = sd_bus_open_system(&caller->bus);
	if (r >= 0)
		r = sd_bus_attach_event(caller->bus, event, SD_EVENT_PRIORITY_NORMAL);
	return r < 0 ? r : client_new(caller->bus, &caller->client);
}

static void caller_done(struct caller *caller)
{
	client_free(caller->client);
	sd_bus_flush_close_unref(caller->bus);
	if (caller->heard)
		(void)fclose(caller->heard);
	free(caller->text);
}

int main(void)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	_cleanup_(caller_done) struct caller caller = { 0 };
	struct questions questions = { .table = table, .userdata = &caller };
	int r;

	r = sd_event_default(&event);
	if (r >= 0)
		r = caller_init(&caller, event);
	if (r >= 0)
		r = questions_attach(event, &questions);
	if (r >= 0)
		r = sd_event_loop(event);
	if (r < 0)
		(void)fprintf(stderr, "test-client: %s\n", strerror(-r));
	return r < 0;
}
