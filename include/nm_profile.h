/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A profile of NetworkManager's that is ours: which keys say what of the settings, as data that can
 * be sent (nm_message.h) and compared as text. Its name is "firstboot-IF"; its UUID follows from
 * the interface alone, so that the profile of a link is the same one each time.
 */

#include <stdint.h>

#include "netconf.h"

#define NM_UUID_SIZE   37
#define NM_DIGEST_SIZE 17

/* What a link is to be. Neither config nor master: not in the set. */
struct nm_role {
	const struct net_config *config; /* borrowed; NULL for a port */
	const char *master;		 /* borrowed; the bond that it is a port of */
};

/* How a value goes over the bus. */
enum nm_type {
	NM_STRING,
	NM_BOOL,
	NM_INT32,
	NM_UINT32,
	NM_STRINGS,   /* as */
	NM_DICT,      /* a{ss}, values "key=value" */
	NM_DNS4,      /* au, in network byte order */
	NM_DNS6,      /* aay */
	NM_ADDRESSES, /* aa{sv}, values "192.0.2.10/24" */
	NM_ROUTES,    /* aa{sv}, values "192.0.2.0/24 via 192.0.2.1 metric 5 onlink" */
};

struct nm_item {
	const char *section, *key;
	enum nm_type type;
	char **values; /* owned */
	size_t n_values;
};

#define NM_ITEMS_MAX 40

struct nm_settings {
	struct nm_item items[NM_ITEMS_MAX];
	size_t n_items;
};

/* UUID of the profile of ifname. */
void nm_profile_uuid(const char *ifname, char ret[static NM_UUID_SIZE]);

/* The keys of the profile of ifname in this role. autoconnect: NetworkManager puts it into force by
 * itself. previous: the UUID of the profile that the link had before ours, kept in it; "" for none.
 * Free with nm_settings_done(), also after a failure. */
int nm_profile_compose(const char *ifname, const struct nm_role *role, bool autoconnect,
	const char *previous, struct nm_settings *ret);
void nm_settings_done(struct nm_settings *settings);

/* One line a key, without what is about the profile's history. Caller frees. */
int nm_settings_render(const struct nm_settings *settings, char **ret);

/* What two profiles that say the same have in common; stands in the profile itself. */
#define NM_DATA_DIGEST	 "org.firstboot.digest"
#define NM_DATA_PREVIOUS "org.firstboot.previous"
int nm_role_digest(const char *ifname, const struct nm_role *role, char ret[static NM_DIGEST_SIZE]);
