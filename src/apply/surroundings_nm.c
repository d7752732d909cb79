/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NetworkManager is told to leave the links alone that systemd-networkd sets up by files of ours:
 * of two managers on one link each would undo what the other does. */

#include "atomic_file.h"
#include "rivals.h"
#include "surroundings_parts.h"

#define NM	    "org.freedesktop.NetworkManager"
#define RELOAD_CONF 1 /* NM_MANAGER_RELOAD_FLAG_CONF */
#define LIST_SIZE   4096

/* Have it read its configuration again, and do not wait for that. */
static void reload(struct surroundings *s)
{
	(void)sd_bus_call_method_async(s->apply->bus, NULL, NM, "/org/freedesktop/NetworkManager",
		NM, "Reload", NULL, NULL, "u", RELOAD_CONF);
}

int follow_nm(struct surroundings *s)
{
	char list[LIST_SIZE] = "", text[LIST_SIZE + 128];
	size_t used = 0;
	int r;

	for (size_t i = 0; s->nm_runs && i < s->n_links && used < sizeof(list); i++)
		if (surroundings_is_networkds(s, s->links[i]))
			used += (size_t)snprintf(list + used, sizeof(list) - used,
				"interface-name:%s;", s->links[i]);
	(void)snprintf(text, sizeof(text),
		"# Written by firstboot: systemd-networkd sets these up.\n"
		"[keyfile]\nunmanaged-devices+=%s\n",
		list);
	/* What is not there is no reason to let it in again. */
	if (used == 0 && !s->nm_runs && s->n_links > 0)
		return 0;
	r = surroundings_put(s, RIVAL_NM_CONF, used > 0 ? text : NULL);
	if (r > 0 && s->nm_runs && s->plan)
		s->plan->call("Reload", "NetworkManager.service", s->plan->userdata);
	else if (r > 0 && s->nm_runs)
		reload(s);
	return r;
}
