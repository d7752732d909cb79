/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What has to follow the network settings beside the manager of the links: rivals that would
 * overwrite them (owner.h), /etc/resolv.conf where nobody stands behind DNS=, the time service
 * where nobody stands behind NTP=, the interface that the URL names. Made from the whole set, so
 * that settings which are taken out of it take their traces with them. Blocks for milliseconds:
 * files alone.
 */

#include "apply.h"

/* /etc/resolv.conf and what is kept of it: what it held, where it led. */
#define SURROUNDINGS_RESOLV_CONF "/etc/resolv.conf"
#define SURROUNDINGS_OLD_TEXT	 STATEDIR "/resolv.conf.old"
#define SURROUNDINGS_OLD_LINK	 STATEDIR "/resolv.conf.link"

/* Bring all of it in line with set. What could not be done stands in remark ("" for nothing): the
 * settings themselves are kept all the same. */
void surroundings_follow(struct apply *apply, const struct net_set *set, char *remark, size_t size);

/* The leases have changed: bring what stands on them in line, /etc/resolv.conf. */
void surroundings_follow_leases(struct apply *apply, const struct net_set *set);

/* Which services there are. */
struct surroundings_services {
	bool resolved, nm, timesyncd;
};

/* Told of each thing in place of doing it; text is NULL where the file goes, unit is "" for systemd
 * itself. networkd: it will set up the links. */
struct surroundings_plan {
	void (*file)(const char *path, const char *old, const char *text, void *userdata);
	void (*call)(const char *method, const char *unit, void *userdata);
	void *userdata;
	bool networkd;
	const struct surroundings_services *services; /* NULL: those of the bus */
};

/* What surroundings_follow() would do, but for firstboot's own notes in STATEDIR. */
void surroundings_foresee(
	struct apply *apply, const struct net_set *set, const struct surroundings_plan *plan);
