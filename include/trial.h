/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The tests that a customer runs. Each comes to a sentence with its result. */

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "ip.h"

#define TRIAL_TEXT_MAX 512

/* What a test is done with; copied but for the texts, which are borrowed until the end. */
struct trial_terms {
	sd_event *event;
	sd_bus *bus;
	const char *target; /* an address, with %interface where that is needed, or a name */
	unsigned port;	    /* of trial_connect */
};

struct trial;
typedef void (*trial_done_fn)(bool good, const char *text, void *userdata);

/* done comes once from the event loop and may free the trial. -EINVAL: target is neither. */
int trial_ping(
	const struct trial_terms *terms, trial_done_fn done, void *userdata, struct trial **ret);
int trial_connect(
	const struct trial_terms *terms, trial_done_fn done, void *userdata, struct trial **ret);

/* Does the name server answer, and with an address for target, a name; "": does it answer? */
int trial_ask_dns(const struct trial_terms *terms, const struct ip_addr *server, int ifindex,
	trial_done_fn done, void *userdata, struct trial **ret);
struct trial *trial_free(struct trial *trial);
