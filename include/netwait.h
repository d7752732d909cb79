/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Wait until systemd-networkd has put a .network file into force and the kernel has what it says.
 * Follows networkd's signals and rtnetlink; sends nothing but questions. */

#include <stdint.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "netconf.h"

enum netwait_outcome {
	NETWAIT_DONE,
	NETWAIT_NO_CABLE,   /* networkd has the file; its addresses will come with the cable */
	NETWAIT_NO_LINK,    /* the interface is gone */
	NETWAIT_DUPLICATE,  /* another machine uses addr */
	NETWAIT_FAILED,	    /* networkd gave up on the link */
	NETWAIT_OTHER_FILE, /* time is up, and another file rules the link */
	NETWAIT_TIMEOUT,    /* time is up, and addr is not there or networkd is not done */
	NETWAIT_STOPPED,    /* networkd has left the bus */
};

struct netwait_result {
	enum netwait_outcome outcome;
	struct ip_addr addr; /* AF_UNSPEC: about no single address */
	char file[256];	     /* the file that rules the link now */
};

typedef void (*netwait_done_fn)(const struct netwait_result *result, void *userdata);

struct netwait;

/* Wait for config, which stands in file. done comes once, from the event loop; free the wait in it
 * or later. */
int netwait_new(sd_event *event, sd_bus *bus, const struct net_config *config, const char *file,
	uint64_t timeout_usec, netwait_done_fn done, void *userdata, struct netwait **ret);
struct netwait *netwait_free(struct netwait *wait);

/* Look now: networkd has been told to reload. */
int netwait_look(struct netwait *wait);
