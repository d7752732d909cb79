/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Calls to firstbootd, one function for each method of its table (src/helper/service.c).
 * Asynchronous: done comes once, from the event loop. result is borrowed during done.
 */

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "netconf.h"
#include "secret.h"

enum client_outcome {
	CLIENT_OK,
	CLIENT_REFUSED,	      /* the value; text says which rule */
	CLIENT_NOT_PERMITTED, /* needs root's password, or is not for this account */
	CLIENT_WRONG_PASSWORD,
	CLIENT_TOO_SOON,
	CLIENT_BUSY,
	CLIENT_FAILED,	    /* tried and taken back */
	CLIENT_UNREACHABLE, /* firstbootd does not answer: nothing is known, everything is closed */
};

struct client_result {
	enum client_outcome outcome;
	const char *text; /* a sentence for the customer, never NULL */
	/* GetState */
	bool unclaimed;
	bool authenticated; /* this connection may change things now */
	bool login;	    /* root has a password to log in with */
	/* SetNetwork */
	uint64_t txid;
	bool proven;
};

struct client;
typedef void (*client_done_fn)(const struct client_result *result, void *userdata);

/* bus is borrowed and attached to an event loop by the caller. */
int client_new(sd_bus *bus, struct client **ret);
struct client *client_free(struct client *client);

int client_get_state(struct client *client, client_done_fn done, void *userdata);
int client_authenticate(
	struct client *client, const struct secret *secret, client_done_fn done, void *userdata);
int client_check_password(
	struct client *client, const struct secret *secret, client_done_fn done, void *userdata);
int client_set_root_password(
	struct client *client, const struct secret *secret, client_done_fn done, void *userdata);
int client_set_hostname(
	struct client *client, const char *hostname, client_done_fn done, void *userdata);
int client_set_network(struct client *client, int ifindex, const struct net_config *config,
	client_done_fn done, void *userdata);
int client_confirm(struct client *client, uint64_t txid, client_done_fn done, void *userdata);
int client_revert(struct client *client, uint64_t txid, client_done_fn done, void *userdata);
int client_complete(struct client *client, client_done_fn done, void *userdata);
int client_power(struct client *client, const char *what, client_done_fn done,
	void *userdata); /* "reboot", "poweroff" */
int client_request_login(struct client *client, client_done_fn done, void *userdata);
