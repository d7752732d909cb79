/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nm_wait.h"

#include <errno.h>

#include "nm_call.h"
#include "util.h"

#define SETTLE_USEC (3 * 1000000ULL)

/* NMActiveConnectionState, and its reason that is not the settings' fault: the cable. */
enum { ACTIVATING = 1, ACTIVATED = 2, DEACTIVATING = 3, DEACTIVATED = 4 };
#define REASON_DEVICE_DISCONNECTED 3

struct nm_wait {
	sd_bus *bus;
	struct nm_links *links;
	nm_wait_fn done;
	void *userdata;
	sd_bus_slot *match, *slot;
	sd_event_source *timer;
	size_t i; /* the link that is asked about */
};

struct nm_wait *nm_wait_free(struct nm_wait *wait)
{
	if (!wait)
		return NULL;
	sd_bus_slot_unref(wait->match);
	sd_bus_slot_unref(wait->slot);
	sd_event_source_disable_unref(wait->timer);
	sd_bus_unref(wait->bus);
	free(wait);
	return NULL;
}

/* Has NetworkManager given the link up? */
static bool is_given_up(const struct nm_link *link)
{
	return link->activation && link->state >= DEACTIVATING &&
	       link->reason != REASON_DEVICE_DISCONNECTED;
}

/* Is nothing more to be expected? */
static bool is_settled(const struct nm_link *link)
{
	return !link->activation || link->state >= ACTIVATED;
}

/* End, where all is known. */
static int look(struct nm_wait *wait)
{
	bool settled = true;

	for (size_t i = 0; i < wait->links->n_links; i++) {
		const struct nm_link *link = &wait->links->links[i];

		if (is_given_up(link)) {
			wait->done(link, wait->userdata);
			return 0;
		}
		settled &= is_settled(link);
	}
	if (settled)
		wait->done(NULL, wait->userdata);
	return 0;
}

/* It is still at it, and has found nothing wrong. */
static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct nm_wait *wait = userdata;

	wait->done(NULL, wait->userdata);
	return 0;
}

/* A connection has come further. */
static int on_state(sd_bus_message *signal, void *userdata, sd_bus_error *error)
{
	const char *path = sd_bus_message_get_path(signal);
	struct nm_wait *wait = userdata;
	uint32_t state, reason;
	int r = sd_bus_message_read(signal, "uu", &state, &reason);

	for (size_t i = 0; i < wait->links->n_links && r >= 0; i++) {
		struct nm_link *link = &wait->links->links[i];

		if (!link->activation || !streq(link->activation, path))
			continue;
		link->state = state;
		link->reason = reason;
		return look(wait);
	}
	return 0;
}

static int ask(struct nm_wait *wait);

/* How far a connection is now. One that is no more has been given up. */
static int on_answer(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct nm_wait *wait = userdata;
	struct nm_link *link = &wait->links->links[wait->i++];

	wait->slot = sd_bus_slot_unref(wait->slot);
	if (sd_bus_message_is_method_error(reply, NULL)) {
		if (link->state < DEACTIVATING)
			link->state = DEACTIVATED;
	} else if (link->state < ACTIVATED) {
		(void)sd_bus_message_read(reply, "v", "u", &link->state);
	}
	return ask(wait);
}

/* Ask about the next link, or begin to wait. */
static int ask(struct nm_wait *wait)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r;

	while (wait->i < wait->links->n_links && !wait->links->links[wait->i].activation)
		wait->i++;
	if (wait->i == wait->links->n_links)
		return look(wait);
	r = sd_bus_message_new_method_call(wait->bus, &message, NM_NAME,
		wait->links->links[wait->i].activation, "org.freedesktop.DBus.Properties", "Get");
	if (r >= 0)
		r = sd_bus_message_set_auto_start(message, 0);
	if (r >= 0)
		r = sd_bus_message_append(message, "ss", NM_ACTIVE, "State");
	if (r >= 0)
		r = sd_bus_call_async(
			wait->bus, &wait->slot, message, on_answer, wait, NM_ANSWER_USEC);
	return r;
}

/* The signals come from here on; what was before is asked for. */
static int on_match_installed(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	return ask(userdata);
}

int nm_wait_new(sd_event *event, sd_bus *bus, struct nm_links *links, nm_wait_fn done,
	void *userdata, struct nm_wait **ret)
{
	struct nm_wait *wait = calloc(1, sizeof(*wait));
	int r;

	if (!wait)
		return -ENOMEM;
	*wait = (struct nm_wait){
		.bus = sd_bus_ref(bus), .links = links, .done = done, .userdata = userdata
	};
	r = sd_bus_add_match_async(bus, &wait->match,
		"type='signal',sender='" NM_NAME "',interface='" NM_ACTIVE
		"',member='StateChanged'",
		on_state, on_match_installed, wait);
	if (r >= 0)
		r = sd_event_add_time_relative(
			event, &wait->timer, CLOCK_MONOTONIC, SETTLE_USEC, 0, on_timer, wait);
	if (r >= 0)
		*ret = wait;
	else
		nm_wait_free(wait);
	return r;
}
