/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One question to a web server: connection, TLS handshake, GET, status line, never more than 8 KiB
 * of the answer. Certificates are read, not verified; every version of TLS that OpenSSL still has
 * is taken, since an old server is not a dead one.
 */

#include <systemd/sd-event.h>

#include "ip.h"
#include "webcheck.h"

/* Whom to ask for what. */
struct web_target {
	struct ip_addr addr;
	int ifindex; /* of link-local addresses, else 0 */
	uint16_t port;
	bool tls;
	const char *path; /* printable ASCII without blanks, "/..." */
	const char *host; /* the name in the URL, for SNI and Host:; "" for the address */
};

struct web_ask;
typedef void (*web_ask_done_fn)(const struct webcheck *check, void *userdata);

/* Ask; target is copied. done comes once from the event loop, at the latest after WEBCHECK_USEC,
 * and may free ask. */
int web_ask_new(sd_event *event, const struct web_target *target, web_ask_done_fn done,
	void *userdata, struct web_ask **ret);
struct web_ask *web_ask_free(struct web_ask *ask);
