/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What has to follow the network settings: rivals that are told to leave the links alone, time
 * servers, /etc/resolv.conf where nobody makes it. */

#include <errno.h>

#include "atomic_file.h"
#include "offline_parts.h"
#include "resolvconf.h"
#include "surroundings.h"

#define RESOLVED_SERVICE "/usr/share/dbus-1/system-services/org.freedesktop.resolve1.service"
#define TIMESYNCD	 "systemd-timesyncd.service"

/* What is foreseen becomes part of the plan. */
struct follower {
	struct offline_plan *plan;
	int r;
};

/* Is the text one that firstboot makes? */
static bool is_ours(const char *text)
{
	size_t line = strcspn(RESOLVCONF_HEAD, "\n");

	return text && strncmp(text, RESOLVCONF_HEAD, line + 1) == 0;
}

/* Keep what resolv.conf is, unless it is ours already. */
static int keep_old(struct offline_plan *plan)
{
	_cleanup_free_ char *text = NULL;
	char target[PATH_MAX];
	int r;

	if (file_link(plan->tree->root, SURROUNDINGS_RESOLV_CONF, sizeof(target), target) >= 0) {
		r = offline_put(plan, SURROUNDINGS_OLD_TEXT, NULL);
		return r < 0 ? r
			     : offline_put_private(
				       plan, SURROUNDINGS_OLD_LINK, target, 0600, false);
	}
	r = offline_read(plan, SURROUNDINGS_RESOLV_CONF, &text);
	if (r < 0 || !text || is_ours(text))
		return r;
	r = offline_put(plan, SURROUNDINGS_OLD_LINK, NULL);
	return r < 0 ? r : offline_put_private(plan, SURROUNDINGS_OLD_TEXT, text, 0600, false);
}

/* Put back what it was. */
static int put_back(struct offline_plan *plan, const char *text)
{
	_cleanup_free_ char *target = NULL;
	int r = offline_read(plan, SURROUNDINGS_OLD_LINK, &target);

	if (r >= 0)
		r = target ? offline_put_link(plan, SURROUNDINGS_RESOLV_CONF, target)
			   : offline_put(plan, SURROUNDINGS_RESOLV_CONF, text);
	if (r >= 0)
		r = offline_put(plan, SURROUNDINGS_OLD_LINK, NULL);
	return r < 0 ? r : offline_put(plan, SURROUNDINGS_OLD_TEXT, NULL);
}

static int put_resolvconf(struct offline_plan *plan, const char *text)
{
	int r;

	if (!is_ours(text))
		return put_back(plan, text);
	r = keep_old(plan);
	return r < 0 ? r : offline_put_over(plan, SURROUNDINGS_RESOLV_CONF, text);
}

static void on_file(const char *path, const char *old, const char *text, void *userdata)
{
	struct follower *follower = userdata;

	if (follower->r < 0)
		return;
	follower->r = streq(path, SURROUNDINGS_RESOLV_CONF)
			      ? put_resolvconf(follower->plan, text)
			      : offline_put(follower->plan, path, text);
}

/* Nothing runs that could be called. */
static void on_call(const char *method, const char *unit, void *userdata)
{
}

int offline_surroundings(struct offline_plan *plan, const struct net_set *set)
{
	const struct offline_tree *tree = plan->tree;
	const struct surroundings_services services = {
		.resolved = offline_exists(tree, RESOLVED_SERVICE),
		.nm = tree->nm,
		.timesyncd = offline_starts_first(tree, TIMESYNCD),
	};
	struct follower follower = { .plan = plan };
	const struct surroundings_plan told = { .file = on_file,
		.call = on_call,
		.userdata = &follower,
		.networkd = tree->networkd || !tree->nm,
		.services = &services };
	struct apply apply = { .root = tree->root };

	surroundings_foresee(&apply, set, &told);
	return follower.r;
}
