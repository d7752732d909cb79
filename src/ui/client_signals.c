/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firstbootd's signals. Anybody on the bus may send a signal of any name to this connection, so
 * only those of the connection that owns firstbootd's name count. */

#include "bus_watch.h"
#include "client_parts.h"
#include "names.h"
#include "util.h"

#define DRIVER "org.freedesktop.DBus"

void client_ears_done(struct client_ears *ears)
{
	sd_bus_slot_unref(ears->owner_match);
	sd_bus_slot_unref(ears->owner_query);
	sd_bus_slot_unref(ears->signal_match);
	*ears = (struct client_ears){ 0 };
}

/* A name cut short could be another's. */
static void set_owner(struct client_ears *ears, const char *name)
{
	int n = snprintf(ears->owner, sizeof(ears->owner), "%s", name);

	if (n < 0 || (size_t)n >= sizeof(ears->owner))
		ears->owner[0] = '\0';
}

/* firstbootd has come or gone. */
static int handle_owner_changed(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const char *sender = sd_bus_message_get_sender(message), *name, *before, *now;
	struct client *client = userdata;

	if (!sender || !streq(sender, DRIVER) ||
		sd_bus_message_read(message, "sss", &name, &before, &now) < 0 ||
		!streq(name, BUS_NAME))
		return 0;
	set_owner(&client->ears, now);
	return 0;
}

/* Who firstbootd was when we began to listen. */
static int handle_owner(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct client *client = userdata;
	const char *name;

	if (sd_bus_message_read(reply, "s", &name) >= 0)
		set_owner(&client->ears, name);
	return 0;
}

/* One of our signals, if it is firstbootd's. */
static int handle_signal(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const char *sender = sd_bus_message_get_sender(message), *text;
	struct client *client = userdata;
	struct client_ears *ears = &client->ears;
	uint32_t step;
	uint64_t txid;
	uint8_t end;

	if (!sender || !streq(sender, ears->owner))
		return 0;
	if (ears->step && sd_bus_message_is_signal(message, BUS_INTERFACE, "Step") > 0 &&
		sd_bus_message_read(message, "u", &step) > 0)
		ears->step(step, ears->step_userdata);
	else if (ears->wait && sd_bus_message_is_signal(message, BUS_INTERFACE, "ChangeWaits") > 0)
		ears->wait(ears->wait_userdata);
	else if (ears->end && sd_bus_message_is_signal(message, BUS_INTERFACE, "ChangeEnded") > 0 &&
		 sd_bus_message_read(message, "ty", &txid, &end) > 0)
		ears->end(txid, end, ears->end_userdata);
	else if (ears->edit && sd_bus_message_is_signal(message, BUS_INTERFACE, "Edit") > 0 &&
		 sd_bus_message_read(message, "s", &text) > 0)
		ears->edit(text, ears->edit_userdata);
	else if (ears->claim && sd_bus_message_is_signal(message, BUS_INTERFACE, "Claimed") > 0)
		ears->claim(ears->claim_userdata);
	else if (ears->progress &&
		 sd_bus_message_is_signal(message, BUS_INTERFACE, "StepProgress") > 0 &&
		 sd_bus_message_read(message, "sus", NULL, &step, &text) > 0)
		ears->progress(step, text, ears->progress_userdata);
	return 0;
}

/* In this order no change of the owner is missed. Nobody depends on the signals, which do not come
 * where the bus refuses the rules: an error leaves no listener. */
static int listen_to_firstbootd(struct client *client)
{
	struct client_ears *ears = &client->ears;
	int r;

	if (ears->signal_match)
		return 0;
	r = bus_watch_owner(
		client->bus, BUS_NAME, handle_owner_changed, client, &ears->owner_match);
	if (r >= 0)
		r = sd_bus_call_method_async(client->bus, &ears->owner_query, DRIVER,
			"/org/freedesktop/DBus", DRIVER, "GetNameOwner", handle_owner, client, "s",
			BUS_NAME);
	if (r >= 0)
		r = sd_bus_match_signal_async(client->bus, &ears->signal_match, BUS_NAME, BUS_PATH,
			BUS_INTERFACE, NULL, handle_signal, bus_ignore_answer, client);
	if (r < 0)
		client_ears_done(ears);
	return r < 0 ? r : 0;
}

int client_on_step(struct client *client, client_step_fn step, void *userdata)
{
	client->ears.step = step;
	client->ears.step_userdata = userdata;
	return step ? listen_to_firstbootd(client) : 0;
}

int client_on_wait(struct client *client, client_wait_fn wait, void *userdata)
{
	client->ears.wait = wait;
	client->ears.wait_userdata = userdata;
	return wait ? listen_to_firstbootd(client) : 0;
}

int client_on_end(struct client *client, client_end_fn end, void *userdata)
{
	client->ears.end = end;
	client->ears.end_userdata = userdata;
	return end ? listen_to_firstbootd(client) : 0;
}

int client_on_edit(struct client *client, client_edit_fn edit, void *userdata)
{
	client->ears.edit = edit;
	client->ears.edit_userdata = userdata;
	return edit ? listen_to_firstbootd(client) : 0;
}

int client_on_claim(struct client *client, client_claim_fn claim, void *userdata)
{
	client->ears.claim = claim;
	client->ears.claim_userdata = userdata;
	return claim ? listen_to_firstbootd(client) : 0;
}

int client_on_progress(struct client *client, client_progress_fn progress, void *userdata)
{
	client->ears.progress = progress;
	client->ears.progress_userdata = userdata;
	return progress ? listen_to_firstbootd(client) : 0;
}
