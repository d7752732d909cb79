/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files of the client have in common. */

#include "client.h"

#define CLIENT_CALL_USEC    (25 * 1000000ULL)
#define CLIENT_NETWORK_USEC (90 * 1000000ULL)

/* Fill result from a good reply; what result then points to besides the reply comes as *ret_data,
 * to be freed after done. Negative errno: the reply is not what the table promises. */
typedef int (*client_read_fn)(sd_bus_message *reply, struct client_result *result, void **ret_data);

/* One method of firstbootd's table, as this side sees it. */
struct client_method {
	const char *member;
	uint64_t timeout_usec;
	client_read_fn read; /* NULL: the reply is empty */
};

/* Who is told of firstbootd's signals, and whose signals those are. */
struct client_ears {
	sd_bus_slot *owner_match, *owner_query, *signal_match;
	char owner[64]; /* unique name of firstbootd, "" while it does not run */
	client_step_fn step;
	void *step_userdata;
	client_wait_fn wait;
	void *wait_userdata;
	client_end_fn end;
	void *end_userdata;
	client_edit_fn edit;
	void *edit_userdata;
	client_claim_fn claim;
	void *claim_userdata;
	client_progress_fn progress;
	void *progress_userdata;
};

struct client {
	sd_bus *bus; /* owned reference */
	struct client_call *calls;
	struct client_ears ears;
};

/* Begin a message for a method of firstbootd. */
int client_message_new(
	struct client *client, const struct client_method *method, sd_bus_message **ret);

/* Send what was built. */
int client_message_send(struct client *client, const struct client_method *method,
	sd_bus_message *message, client_done_fn done, void *userdata);

/* Call a method with the arguments that types describe, as sd_bus_message_append(3) takes them. */
int client_call(struct client *client, const struct client_method *method, client_done_fn done,
	void *userdata, const char *types, ...);

/* What reads a reply that is a descriptor: result->fd is the caller's own. */
int client_read_fd(sd_bus_message *reply, struct client_result *result, void **ret_data);

/* What reads one that is a note: what is not well all the same. */
int client_read_note(sd_bus_message *reply, struct client_result *result, void **ret_data);

/* Hear nothing any more. */
void client_ears_done(struct client_ears *ears);
