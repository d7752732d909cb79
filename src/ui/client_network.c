/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The calls about the network, its history, who edits it, and this machine's identity. */

#include <errno.h>
#include <stdlib.h>

#include "client_parts.h"
#include "names.h"
#include "netwire.h"
#include "util.h"

/* -- replies ------------------------------------------------------------------------------------
 */

/* SetNetwork: the change to confirm, how far it is proven, and until when. */
static int read_change(sd_bus_message *reply, struct client_result *result, void **ret_data)
{
	int proven, r;

	r = sd_bus_message_read(
		reply, "tbts", &result->txid, &proven, &result->usec_left, &result->text);
	if (r < 0)
		return r;
	result->proven = proven;
	return 0;
}

/* GetStatus: the change that waits, and who edits. */
static int read_status(sd_bus_message *reply, struct client_result *result, void **ret_data)
{
	return sd_bus_message_read(reply, "ttsst", &result->txid, &result->usec_left, &result->text,
		&result->editor, &result->editing_since);
}

/* GetSettings: a set. */
static int read_settings(sd_bus_message *reply, struct client_result *result, void **ret_data)
{
	_cleanup_free_ struct net_set *set = malloc(sizeof(*set));
	int r;

	if (!set)
		return -ENOMEM;
	r = netwire_read(reply, set, NULL);
	if (r < 0)
		return r;
	result->settings = set;
	*ret_data = take_ptr(set);
	return 0;
}

/* One entry of the history. Returns 0 at the end of the array. */
static int read_entry(sd_bus_message *reply, struct history_entry *entry)
{
	const char *origin, *summary;
	uint8_t outcome;
	int r;

	r = sd_bus_message_read(
		reply, "(ttyss)", &entry->id, &entry->when, &outcome, &origin, &summary);
	if (r <= 0)
		return r;
	if (outcome > HISTORY_RECOVERED_NEW)
		return -EBADMSG;
	entry->outcome = (enum history_outcome)outcome;
	(void)snprintf(entry->origin, sizeof(entry->origin), "%s", origin);
	(void)snprintf(entry->summary, sizeof(entry->summary), "%s", summary);
	return 1;
}

/* ListHistory: the newest first. */
static int read_history(sd_bus_message *reply, struct client_result *result, void **ret_data)
{
	_cleanup_free_ struct history_entry *entries = calloc(HISTORY_MAX, sizeof(*entries));
	struct history_entry entry = { 0 };
	size_t n = 0;
	int r;

	if (!entries)
		return -ENOMEM;
	r = sd_bus_message_enter_container(reply, 'a', "(ttyss)");
	while (r >= 0 && (r = read_entry(reply, &entry)) > 0) {
		if (n == HISTORY_MAX)
			return -EBADMSG;
		entries[n++] = entry;
	}
	if (r < 0)
		return r;
	result->history = entries;
	result->n_history = n;
	*ret_data = take_ptr(entries);
	return 0;
}

/* BeginEdit: whether it was granted, and who is editing. */
static int read_edit(sd_bus_message *reply, struct client_result *result, void **ret_data)
{
	int granted, r;

	r = sd_bus_message_read(reply, "bst", &granted, &result->editor, &result->editing_since);
	if (r < 0)
		return r;
	result->granted = granted;
	return 0;
}

/* GetIdentity: whether this is a copy, and why so. */
static int read_identity(sd_bus_message *reply, struct client_result *result, void **ret_data)
{
	int copy, r;

	r = sd_bus_message_read(reply, "bs", &copy, &result->text);
	if (r < 0)
		return r;
	result->copy = copy;
	return 0;
}

static const struct client_method set_network = {
	"SetNetwork",
	CLIENT_NETWORK_USEC,
	read_change,
};
static const struct client_method confirm_change = { "Confirm", CLIENT_NETWORK_USEC,
	client_read_note };
static const struct client_method revert_change = { "Revert", CLIENT_NETWORK_USEC,
	client_read_note };
static const struct client_method get_status = { "GetStatus", CLIENT_CALL_USEC, read_status };
static const struct client_method get_settings = {
	"GetSettings",
	CLIENT_CALL_USEC,
	read_settings,
};
static const struct client_method list_history = {
	"ListHistory",
	CLIENT_CALL_USEC,
	read_history,
};
static const struct client_method begin_edit = { "BeginEdit", CLIENT_CALL_USEC, read_edit };
static const struct client_method end_edit = { "EndEdit", CLIENT_CALL_USEC, NULL };
static const struct client_method get_identity = {
	"GetIdentity",
	CLIENT_CALL_USEC,
	read_identity,
};
static const struct client_method renew_identity = {
	"RenewIdentity",
	CLIENT_NETWORK_USEC,
	NULL,
};

/* -- calls --------------------------------------------------------------------------------------
 */

int client_try_network(struct client *client, const struct net_set *set, const int *ifindexes,
	uint32_t flags, uint32_t seconds, client_done_fn done, void *userdata)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r;

	r = client_message_new(client, &set_network, &message);
	if (r < 0)
		return r;
	r = netwire_append(message, set, ifindexes);
	if (r < 0)
		return r;
	r = sd_bus_message_append(message, "uu", flags, seconds);
	if (r < 0)
		return r;
	return client_message_send(client, &set_network, message, done, userdata);
}

int client_confirm(struct client *client, uint64_t txid, client_done_fn done, void *userdata)
{
	return client_call(client, &confirm_change, done, userdata, "t", txid);
}

int client_revert(struct client *client, uint64_t txid, client_done_fn done, void *userdata)
{
	return client_call(client, &revert_change, done, userdata, "t", txid);
}

int client_get_status(struct client *client, client_done_fn done, void *userdata)
{
	return client_call(client, &get_status, done, userdata, "");
}

int client_get_settings(struct client *client, uint64_t id, client_done_fn done, void *userdata)
{
	return client_call(client, &get_settings, done, userdata, "t", id);
}

int client_list_history(struct client *client, client_done_fn done, void *userdata)
{
	return client_call(client, &list_history, done, userdata, "");
}

int client_begin_edit(struct client *client, client_done_fn done, void *userdata)
{
	return client_call(client, &begin_edit, done, userdata, "");
}

int client_end_edit(struct client *client, client_done_fn done, void *userdata)
{
	return client_call(client, &end_edit, done, userdata, "");
}

int client_get_identity(struct client *client, client_done_fn done, void *userdata)
{
	return client_call(client, &get_identity, done, userdata, "");
}

int client_renew_identity(struct client *client, uint32_t what, client_done_fn done, void *userdata)
{
	return client_call(client, &renew_identity, done, userdata, "u", what);
}
