/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One step of a back end, for test_nm.py: reads the old set and the new one as text (settings.h).
 *
 * usage: test-backend try|keep|take-back OLD NEW
 *        test-backend owner IFNAME
 *
 * Prints "ok" or "failed" and the sentence; for the owner its number and its rivals.
 */

#include <errno.h>

#include "apply.h"
#include "atomic_file.h"
#include "owner.h"
#include "settings.h"
#include "util.h"

static const struct {
	const char *name;
	int (*const *step)(struct apply *apply, const struct apply_change *change,
		apply_done_fn done, void *userdata);
} steps[] = {
	{ "try", &apply_nm.try_change },
	{ "keep", &apply_nm.keep_change },
	{ "take-back", &apply_nm.take_back },
};

/* Say how it ended, and end. */
static void on_done(const struct apply_result *result, void *userdata)
{
	printf("%s %s\n", result->ok ? "ok" : "failed", result->text);
	(void)sd_event_exit(userdata, !result->ok);
}

/* Say who it is, and end. */
static void on_owner(const struct owner *owner, void *userdata)
{
	printf("%d\n", owner->manager);
	for (size_t i = 0; i < owner->n_rivals; i++)
		printf("%d %s: %s\n", owner->rivals[i].kind, owner->rivals[i].where,
			owner->rivals[i].action);
	(void)sd_event_exit(userdata, 0);
}

/* A set from a file; a missing one is the empty set. */
static int read_set(const char *path, struct net_set *ret)
{
	_cleanup_free_ char *text = NULL;
	int r = file_read("", path, 1 << 20, &text);

	if (r == -ENOENT)
		return 0;
	return r < 0 ? r : settings_parse(text, ret);
}

/* Do what the arguments say. */
static int run_step(struct apply *apply, char **argv, struct net_set *old, struct net_set *new)
{
	struct apply_change change = { .old = old, .new = new, .id = 1 };
	int r = read_set(argv[2], old);

	if (r >= 0)
		r = read_set(argv[3], new);
	for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(steps); i++)
		if (streq(argv[1], steps[i].name)) {
			r = (*steps[i].step)(apply, &change, on_done, apply->event);
			return r < 0 ? r : sd_event_loop(apply->event);
		}
	return r < 0 ? r : -EINVAL;
}

/* Who sets up a link? */
static int run_owner(struct apply *apply, const char *ifname)
{
	_cleanup_(sd_bus_slot_unrefp) sd_bus_slot *slot = NULL;
	int r = owner_find(apply->bus, apply->event, "", (int)if_nametoindex(ifname), ifname,
		on_owner, apply->event, &slot);

	return r < 0 ? r : sd_event_loop(apply->event);
}

int main(int argc, char **argv)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	static struct net_set old, new;
	struct apply apply = {
		.root = "", .network_timeout_usec = 6000000, .confirm_usec = 1000000
	};
	int r = sd_event_new(&event);

	if (r >= 0)
		r = sd_bus_open_system(&bus);
	if (r >= 0)
		r = sd_bus_attach_event(bus, event, SD_EVENT_PRIORITY_NORMAL);
	apply.event = event;
	apply.bus = bus;
	if (r >= 0 && argc == 4)
		r = run_step(&apply, argv, &old, &new);
	else if (r >= 0 && argc == 3)
		r = run_owner(&apply, argv[2]);
	if (r < 0)
		fprintf(stderr, "test-backend: %s\n", strerror(-r));
	return r != 0;
}
