/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The links that a change is about, and what NetworkManager has of each. */

#include "apply.h"
#include "nm_profile.h"

#define NM_NAME		 "org.freedesktop.NetworkManager"
#define NM_PATH		 "/org/freedesktop/NetworkManager"
#define NM_SETTINGS	 NM_NAME ".Settings"
#define NM_SETTINGS_PATH NM_PATH "/Settings"
#define NM_CONNECTION	 NM_SETTINGS ".Connection"
#define NM_DEVICE	 NM_NAME ".Device"
#define NM_ACTIVE	 NM_NAME ".Connection.Active"

struct nm_link {
	char ifname[IFNAMSIZ], uuid[NM_UUID_SIZE];
	struct nm_role old, new;
	/* The digests of these roles; "" where it has none. */
	char old_digest[NM_DIGEST_SIZE], new_digest[NM_DIGEST_SIZE];
	bool again; /* nothing is changed: it is set up once more, if it is there */
	struct net_config *automatic; /* owned: what it is to be where it leaves the set */

	/* Facts, made by nm_look(). Paths are owned, NULL for none. */
	char *profile;		     /* ours */
	bool unsaved;		     /* it is in memory, whatever is on the disk */
	char digest[NM_DIGEST_SIZE]; /* what it says */
	char previous[NM_UUID_SIZE]; /* the profile that the link had before ours */
	char *previous_profile;
	char *device;
	char *active; /* connection */
	char active_uuid[NM_UUID_SIZE];
	char in_force[NM_DIGEST_SIZE]; /* what its profile said when it was activated */

	/* What has been begun, and how far it is (NMActiveConnectionState). */
	char *activation; /* connection */
	uint32_t state, reason;
};

struct nm_links {
	struct nm_link *links; /* owned */
	size_t n_links;
};

/* Every link of change's two sets, ports of bonds behind their bond. Borrows from change. */
int nm_links_make(const struct apply_change *change, struct nm_links *ret);
void nm_links_done(struct nm_links *links);

bool nm_role_is_none(const struct nm_role *role);

/* Is the link made by its profile? */
bool nm_role_is_virtual(const struct nm_role *role);

/* Ask NetworkManager for the facts. done comes once, from the event loop, with 0 or a negative
 * errno: -ENOTCONN where NetworkManager does not run or ends meanwhile, -EAGAIN where it has
 * just been started. */
typedef void (*nm_look_fn)(int error, void *userdata);

struct nm_look;

int nm_look_new(
	sd_bus *bus, struct nm_links *links, nm_look_fn done, void *userdata, struct nm_look **ret);
struct nm_look *nm_look_free(struct nm_look *look);
