/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Wait until networkd follows the files of a change. Whether the kernel has what they say is
 * netproof's to find out.
 *
 * networkd passes over a link at a Reload while it is beginning to set it up, which may be because
 * of the Reload before. So it is told again as long as a link follows another file.
 */

#include <errno.h>

#include "network1.h"
#include "networkd_change.h"
#include "sysstate.h"
#include "util.h"

#define WAIT_USEC  (20 * 1000000ULL) /* a slow machine needs ten for a VLAN on a bond */
#define AGAIN_USEC 400000ULL

/* A link, and the file that it is to follow. */
struct follower {
	struct networkd_wait *owner;
	char ifname[IFNAMSIZ];
	char file[NETWORKD_PATH_SIZE]; /* "": none of ours */
	bool follows, asked_again;
	sd_bus_slot *question;
	struct link_state state; /* networkd's last answer */
};

struct networkd_wait {
	sd_bus *bus;
	struct network1_watch watch;
	sd_bus_slot *reload;
	sd_event_source *timer, *again;
	bool finished, told;
	networkd_done_fn done;
	void *userdata;
	size_t n;
	struct follower followers[];
};

/* Answer; done may free wait. */
static void finish(
	struct networkd_wait *wait, enum networkd_outcome outcome, const struct follower *follower)
{
	struct networkd_result result = { .outcome = outcome };

	if (wait->finished)
		return;
	wait->finished = true;
	if (follower) {
		(void)strcpy(result.ifname, follower->ifname);
		(void)snprintf(
			result.file, sizeof(result.file), "%s", follower->state.network_file);
	}
	wait->done(&result, wait->userdata);
}

/* Does networkd follow the right file on this link, and would it heed another one? */
static bool judge_file(const struct follower *follower)
{
	const struct link_state *state = &follower->state;

	if (!state->known || streq(state->administrative, "pending") ||
		streq(state->administrative, "initialized"))
		return false;
	if (!follower->file[0])
		return !networkd_path_is_ours(state->network_file);
	return streq(state->network_file, follower->file);
}

/* Judge by the last answers of networkd. */
static void judge(struct networkd_wait *wait, struct follower *follower)
{
	if (!judge_file(follower))
		return;
	if (follower->file[0] && streq(follower->state.administrative, "failed")) {
		finish(wait, NETWORKD_FAILED, follower);
		return;
	}
	follower->follows = true;
	for (size_t i = 0; i < wait->n; i++)
		if (!wait->followers[i].follows)
			return;
	finish(wait, NETWORKD_TAKEN, NULL);
}

static int ask(struct follower *follower);

/* networkd described the link, or does not know it (yet). */
static int handle_answer(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct follower *follower = userdata;
	struct link_state state = { 0 };
	const char *json;

	follower->question = sd_bus_slot_unref(follower->question);
	if (follower->owner->finished)
		return 0;
	if (!sd_bus_message_is_method_error(message, NULL) &&
		sd_bus_message_read(message, "s", &json) >= 0 &&
		link_state_parse(json, &state) >= 0) {
		state.known = true;
		follower->state = state;
	}
	if (follower->asked_again) {
		int r = ask(follower);

		if (r < 0)
			return r;
	}
	judge(follower->owner, follower);
	return 0;
}

/* Ask networkd about a link; one that is not there is asked about when networkd tells of it. */
static int ask(struct follower *follower)
{
	int ifindex = (int)if_nametoindex(follower->ifname);

	follower->asked_again = follower->question != NULL;
	if (follower->question || ifindex == 0)
		return 0;
	return sd_bus_call_method_async(follower->owner->bus, &follower->question, NETWORK1,
		NETWORK1_PATH, NETWORK1_MANAGER, "DescribeLink", handle_answer, follower, "i",
		ifindex);
}

/* Ask about all links that do not follow yet. */
static int look(struct networkd_wait *wait)
{
	int r = 0;

	for (size_t i = 0; i < wait->n && r >= 0 && wait->told && !wait->finished; i++)
		if (!wait->followers[i].follows)
			r = ask(&wait->followers[i]);
	return r;
}

/* A property of some link changed. */
static int handle_changed(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	return look(userdata);
}

/* networkd answered the Reload. */
static int handle_reloaded(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const sd_bus_error *failure = sd_bus_message_get_error(message);
	struct networkd_result result = { .outcome = NETWORKD_UNANSWERED };
	struct networkd_wait *wait = userdata;

	wait->reload = sd_bus_slot_unref(wait->reload);
	if (wait->finished)
		return 0;
	if (failure) {
		wait->finished = true;
		(void)snprintf(result.file, sizeof(result.file), "%s",
			failure->message ? failure->message : failure->name);
		wait->done(&result, wait->userdata);
		return 0;
	}
	wait->told = true;
	if (wait->n > 0)
		return look(wait);
	finish(wait, NETWORKD_TAKEN, NULL);
	return 0;
}

static int reload(struct networkd_wait *wait)
{
	return sd_bus_call_method_async(wait->bus, &wait->reload, NETWORK1, NETWORK1_PATH,
		NETWORK1_MANAGER, "Reload", handle_reloaded, wait, "");
}

/* A link that networkd has given up stays so at a Reload, whatever its files say now. */
static int revive(struct networkd_wait *wait)
{
	int r = 0;

	for (size_t i = 0; i < wait->n && r >= 0; i++) {
		const struct follower *follower = &wait->followers[i];
		int ifindex = (int)if_nametoindex(follower->ifname);

		if (!follower->follows && ifindex > 0 &&
			streq(follower->state.administrative, "failed"))
			r = sd_bus_call_method_async(wait->bus, NULL, NETWORK1, NETWORK1_PATH,
				NETWORK1_MANAGER, "ReconfigureLink", NULL, NULL, "i", ifindex);
	}
	return r;
}

/* Tell networkd again. */
static int handle_again(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct networkd_wait *wait = userdata;
	int r = wait->reload || wait->finished ? 0 : reload(wait);

	if (r >= 0 && wait->told && !wait->finished)
		r = revive(wait);
	if (r < 0)
		return r;
	r = sd_event_source_set_time_relative(source, AGAIN_USEC);
	return r < 0 ? r : sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* networkd's name changed hands. */
static int handle_owner(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const char *name, *old, *new;
	int r = sd_bus_message_read(message, "sss", &name, &old, &new);

	if (r >= 0 && !*new)
		finish(userdata, NETWORKD_STOPPED, NULL);
	return 0;
}

/* Time is up: the first link that does not follow says why. */
static int handle_timeout(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct networkd_wait *wait = userdata;
	const struct follower *follower = wait->followers;

	if (wait->n == 0) {
		finish(wait, NETWORKD_SILENT, NULL);
		return 0;
	}
	while (follower->follows)
		follower++;
	if (if_nametoindex(follower->ifname) == 0)
		finish(wait, NETWORKD_NO_LINK, follower);
	else
		finish(wait, follower->state.known ? NETWORKD_OTHER_FILE : NETWORKD_SILENT,
			follower);
	return 0;
}

/* -- start and end ------------------------------------------------------------------------------
 */

struct networkd_wait *networkd_wait_free(struct networkd_wait *wait)
{
	if (!wait)
		return NULL;
	for (size_t i = 0; i < wait->n; i++)
		sd_bus_slot_unref(wait->followers[i].question);
	network1_watch_done(&wait->watch);
	sd_bus_slot_unref(wait->reload);
	sd_event_source_disable_unref(wait->timer);
	sd_event_source_disable_unref(wait->again);
	free(wait);
	return NULL;
}

static void networkd_wait_freep(struct networkd_wait **wait)
{
	networkd_wait_free(*wait);
}

/* Expect that ifname follows file. */
static void expect(struct networkd_wait *wait, const char *ifname, const char *file)
{
	struct follower *follower = &wait->followers[wait->n++];

	follower->owner = wait;
	(void)snprintf(follower->ifname, sizeof(follower->ifname), "%s", ifname);
	(void)snprintf(follower->file, sizeof(follower->file), "%s", file);
}

/* Is ifname in set a device that the change makes or has made? */
static bool is_device(const struct net_set *set, const char *ifname)
{
	const struct net_config *config = net_set_find(set, ifname);

	return config && config->device.kind != NET_DEVICE_EXISTING;
}

/* Expect what plan says: of links that get a file (wanted has it), and of those that lose theirs
 * and stay. A card that has been pulled out meanwhile has nothing to say. */
static void expect_plan(
	struct networkd_wait *wait, const struct networkd_plan *plan, enum networkd_goal goal)
{
	bool back = goal == NETWORKD_TAKE_BACK;
	const struct netfiles *wanted = back ? &plan->old : &plan->new;
	const struct netfiles *left = back ? &plan->new : &plan->old;
	const struct net_set *set = back ? plan->change->old : plan->change->new;
	const struct net_set *left_set = back ? plan->change->new : plan->change->old;
	char path[NETWORKD_PATH_SIZE];

	for (size_t i = 0; i < wanted->n; i++) {
		const struct netfile *file = &wanted->files[i];
		const struct netfile *new = netfiles_find(&plan->new, file->ifname, false);

		if (file->is_netdev || (new && !networkd_file_changes(plan, new)))
			continue;
		if (goal == NETWORKD_TRY)
			expect(wait, file->ifname, networkd_pending_path(plan, file, path));
		else if (is_device(set, file->ifname) || if_nametoindex(file->ifname) > 0)
			expect(wait, file->ifname, networkd_kept_path(file, path));
	}
	for (size_t i = 0; i < left->n; i++) {
		const struct netfile *file = &left->files[i];

		if (!file->is_netdev && !netfiles_find(wanted, file->ifname, false) &&
			!is_device(left_set, file->ifname) && if_nametoindex(file->ifname) > 0)
			expect(wait, file->ifname, "");
	}
}

int networkd_wait_new(struct apply *apply, const struct networkd_plan *plan,
	enum networkd_goal goal, networkd_done_fn done, void *userdata, struct networkd_wait **ret)
{
	size_t room = plan->new.n + plan->old.n;
	_cleanup_(networkd_wait_freep) struct networkd_wait *wait =
		calloc(1, sizeof(*wait) + room * sizeof(wait->followers[0]));
	int r;

	if (!wait)
		return -ENOMEM;
	wait->bus = apply->bus;
	wait->done = done;
	wait->userdata = userdata;
	expect_plan(wait, plan, goal);
	r = network1_watch(apply->bus, handle_changed, handle_owner, wait, &wait->watch);
	if (r >= 0)
		r = sd_event_add_time_relative(apply->event, &wait->timer, CLOCK_MONOTONIC,
			WAIT_USEC, 0, handle_timeout, wait);
	if (r >= 0)
		r = sd_event_add_time_relative(apply->event, &wait->again, CLOCK_MONOTONIC,
			AGAIN_USEC, 0, handle_again, wait);
	if (r < 0)
		return r;
	*ret = take_ptr(wait);
	return 0;
}

int networkd_wait_start(struct networkd_wait *wait)
{
	return reload(wait);
}
