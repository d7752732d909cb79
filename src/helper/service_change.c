/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service_change.h"

#include <errno.h>
#include <sys/random.h>

#include "i18n.h"
#include "names.h"
#include "review.h"
#include "util.h"

/* -- what it is about ---------------------------------------------------------------------------
 */

/* Add a value to a list, as far as there is room. */
static void add_value(const struct review_row *row, const char *value, char *list)
{
	size_t length = strlen(list);

	(void)snprintf(list + length, NOTED_VALUE_SIZE - length, "%s%s: %s", length > 0 ? "; " : "",
		row->subject, value);
}

/* Note what differs between the settings that are kept and new, as the customer reviews it. */
static void note_values(struct service *service, const struct net_set *new)
{
	_cleanup_free_ struct review_row *rows = calloc(REVIEW_ROWS_MAX, sizeof(*rows));
	size_t n = rows ? review_sets(transaction_settings(service->transaction), new, rows,
				  REVIEW_ROWS_MAX)
			: 0;

	service->change.old[0] = service->change.new[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		add_value(&rows[i], rows[i].now, service->change.old);
		add_value(&rows[i], rows[i].wanted, service->change.new);
	}
}

/* Add a name to a list, as far as there is room. */
static void add_name(const char *name, char *list, size_t size)
{
	size_t length = strlen(list);

	if (length + strlen(name) + 3 <= size)
		(void)snprintf(list + length, size - length, "%s%s", length > 0 ? ", " : "", name);
}

/* Note which links a change is about. */
static void name_links(struct service *service, const struct net_set *new)
{
	const struct net_set *old = transaction_settings(service->transaction);
	bool again = net_set_equal(old, new);
	char *links = service->change.links;

	links[0] = '\0';
	for (size_t i = 0; i < new->n_links; i++) {
		const struct net_config *known = net_set_find(old, new->links[i].ifname);

		if (again || !known || !net_config_equal(known, &new->links[i]))
			add_name(new->links[i].ifname, links, sizeof(service->change.links));
	}
	for (size_t i = 0; i < old->n_links; i++)
		if (!net_set_find(new, old->links[i].ifname))
			add_name(old->links[i].ifname, links, sizeof(service->change.links));
}

void service_change_describe(struct service *service, const struct net_set *new)
{
	name_links(service, new);
	note_values(service, new);
}

void service_change_record_end(const struct service *service, bool ok, const char *why)
{
	record_write(&(struct record){
		.kind = RECORD_NETWORK_TAKEN_BACK,
		.result = ok ? RECORD_DONE : RECORD_FAILED,
		.old = service->change.new,
		.new = service->change.old,
		.why = why,
	});
}

/* -- waiting for an answer ----------------------------------------------------------------------
 */

void service_change_forget(struct service *service)
{
	service->change.timer = sd_event_source_disable_unref(service->change.timer);
	service->change.id = 0;
	service->change.links[0] = '\0';
}

void service_change_announce_end(struct service *service, bool ok)
{
	enum change_end end = service->change.keeping ? CHANGE_KEPT : CHANGE_TAKEN_BACK;

	(void)sd_bus_emit_signal(service->bus, BUS_PATH, BUS_INTERFACE, "ChangeEnded", "ty",
		service->change.ending, (int)(ok ? end : CHANGE_BROKEN));
}

uint64_t service_change_time_left(const struct service *service)
{
	uint64_t now = service_now();

	if (service->change.id == 0 || service->change.deadline <= now)
		return 0;
	return service->change.deadline - now;
}

/* The old settings are back; nobody waits for the answer. */
static void handle_expired(const struct apply_result *result, void *userdata)
{
	struct service *service = userdata;

	service->last_call = service_now();
	service_change_announce_end(service, result->ok);
	service_change_record_end(service, result->ok,
		result->text[0] ? result->text : _("Nobody has confirmed it in time."));
}

void service_change_expire(struct service *service)
{
	int r;

	service_change_forget(service);
	r = transaction_take_back(service->transaction, true, handle_expired, service);
	if (r < 0)
		service_change_record_end(service, false, strerror(-r));
}

/* Nobody has confirmed. */
static int handle_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	service_change_expire(userdata);
	return 0;
}

int service_change_await(struct service *service)
{
	uint64_t id;
	int r;

	if (getrandom(&id, sizeof(id), 0) != sizeof(id))
		return -EIO;
	r = sd_event_add_time_relative(service->event, &service->change.timer, CLOCK_BOOTTIME,
		service->apply.confirm_usec, 0, handle_deadline, service);
	if (r < 0)
		return r;
	service->change.id = service->change.ending = id | 1;
	service->change.keeping = false;
	service->change.deadline = service_now() + service->apply.confirm_usec;
	(void)sd_bus_emit_signal(
		service->bus, BUS_PATH, BUS_INTERFACE, "ChangeWaits", "t", service->change.id);
	return 0;
}
