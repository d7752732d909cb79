/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Who sets up a link, and who else might: systemd-networkd and NetworkManager by the bus
 * (AdministrativeState, Device.Managed), ifupdown, dhcpcd, netplan and cloud-init by their files.
 * Read-only; starts no service.
 */

#include <net/if.h>
#include <systemd/sd-bus.h>

enum owner_manager { OWNER_NONE, OWNER_NETWORKD, OWNER_NM };

enum owner_rival_kind {
	RIVAL_CLOUD_INIT, /* rewrites the network at each boot; a drop-in of ours stops that */
	RIVAL_NETPLAN,	  /* its files come after ours: nothing to be done */
	RIVAL_IFUPDOWN,	  /* has a stanza for the link; it is told to leave it alone */
	RIVAL_DHCPCD,	  /* runs on the link; it is told to leave it alone */
	RIVAL_MANAGER,	  /* NetworkManager has a link of networkd's, too; it is told to leave it */
	RIVAL_FILE, /* a hand-written file of the manager is about the link; ours comes first */
};

struct owner_rival {
	enum owner_rival_kind kind;
	char where[256];  /* the file or program, for the customer */
	char action[256]; /* a sentence: what will be done about it */
};

#define OWNER_RIVALS_MAX 8

struct owner {
	enum owner_manager manager; /* who will be asked to set it up */
	struct owner_rival rivals[OWNER_RIVALS_MAX];
	size_t n_rivals;
};

typedef void (*owner_done_fn)(const struct owner *owner, void *userdata);

/* Find out about ifname, below root for files ("" for the machine itself). Asynchronous; done comes
 * once, from the event loop. */
int owner_find(sd_bus *bus, sd_event *event, const char *root, int ifindex, const char *ifname,
	owner_done_fn done, void *userdata, sd_bus_slot **ret_slot);

/* The rivals by their files alone, appended to owner. */
int owner_find_rivals(const char *root, const char *ifname, struct owner *owner);
