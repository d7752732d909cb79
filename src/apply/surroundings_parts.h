/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the parts of surroundings.c share. */

#include "surroundings.h"
#include "util.h"

#define SURROUNDINGS_LINKS_MAX (NET_LINKS_MAX * (1 + NET_PORTS_MAX))
#define SURROUNDINGS_FILE_MAX  (64 * 1024)

struct surroundings {
	struct apply *apply;
	const char *root;
	const struct net_set *set;
	/* The links that nobody else may set up: those of set, and the ports of its bonds. */
	char links[SURROUNDINGS_LINKS_MAX][IFNAMSIZ];
	size_t n_links;
	bool resolved_exists, nm_runs, timesyncd_runs; /* says the bus */
	char *remark;
	size_t size;
	const struct surroundings_plan *plan; /* NULL: all of it is done */
};

/* Append a sentence to the remark. */
_printf_(2, 3) void surroundings_remark(struct surroundings *s, const char *sentence, ...);

/* Let path hold text; NULL: let there be no such file. Returns 1 when that changed it, 0 when it
 * was so already, negative errno. */
int surroundings_put(struct surroundings *s, const char *path, const char *text);

/* Let the block of ours in path (textblock.h) hold lines; NULL: let there be none. */
int surroundings_put_block(struct surroundings *s, const char *path, bool first, const char *lines);

/* Remove a folder that may be of our making, if nothing is in it. */
void surroundings_remove_folder(struct surroundings *s, const char *path);

/* Is networkd the one who sets up this link of the set? */
bool surroundings_is_networkds(const struct surroundings *s, const char *ifname);

/* Ask systemd to do this with a unit ("": with itself), and do not wait for it. */
void surroundings_call_systemd(struct surroundings *s, const char *method, const char *unit);

/* The parts. Negative errno: path (of the table in surroundings.c) could not be written. */
int follow_cloud_init(struct surroundings *s);
int follow_cloud_init_names(struct surroundings *s);
int follow_ifupdown(struct surroundings *s);
int follow_ifupdown_units(struct surroundings *s);
int follow_dhcp_clients(struct surroundings *s);
int follow_dhcpcd(struct surroundings *s);
int follow_resolvconf(struct surroundings *s);
int follow_timesyncd(struct surroundings *s);
int follow_chrony(struct surroundings *s);
int follow_nm(struct surroundings *s);
int follow_advertised(struct surroundings *s);
