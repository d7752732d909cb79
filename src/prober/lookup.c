/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lookup.h"

#include <errno.h>
#include <netdb.h>
#include <nss.h>
#include <signal.h>
#include <sys/prctl.h>

#include "child.h"
#include "util.h"

#define RESOLVED       "org.freedesktop.resolve1"
#define RESOLVED_PATH  "/org/freedesktop/resolve1"
#define NO_SYNTHESIZE  (UINT64_C(1) << 11) /* nothing of /etc/hosts or of the hostname */
#define RESOLVED_ERROR RESOLVED "."

/* Where others look, in the words of nsswitch.conf(5); a module that is not there is passed over.
 */
#define OTHERS "mdns_minimal [NOTFOUND=return] dns"

/* What the child reports. */
struct found {
	int error;
	size_t n;
	struct ip_addr addrs[LOOKUP_MAX];
};

struct lookup {
	sd_event *event;
	char *name;
	enum lookup_kind kind;
	sd_bus_slot *slot;   /* systemd-resolved is asked */
	struct child *child; /* the C library is */
	sd_event_source *timer;
	lookup_done_fn done;
	void *userdata;
};

struct lookup *lookup_free(struct lookup *lookup)
{
	if (!lookup)
		return NULL;
	child_free(lookup->child);
	sd_bus_slot_unref(lookup->slot);
	sd_event_source_disable_unref(lookup->timer);
	sd_event_unref(lookup->event);
	free(lookup->name);
	free(lookup);
	return NULL;
}

static void lookup_freep(struct lookup **lookup)
{
	lookup_free(*lookup);
}

/* Answer, once; done may free lookup. */
static void finish(struct lookup *lookup, const struct found *found)
{
	lookup->child = child_free(lookup->child);
	lookup->slot = sd_bus_slot_unref(lookup->slot);
	lookup->timer = sd_event_source_disable_unref(lookup->timer);
	lookup->done(found->error, found->addrs, found->error < 0 ? 0 : found->n, lookup->userdata);
}

/* Keep an address that is not there yet, as long as there is room. */
static void add_address(struct found *found, const struct ip_addr *addr)
{
	for (size_t i = 0; i < found->n; i++)
		if (ip_equal(&found->addrs[i], addr))
			return;
	if (found->n < LOOKUP_MAX && addr->family != AF_UNSPEC)
		found->addrs[found->n++] = *addr;
}

/* -- the child -------------------------------------------------------------------------------- */

/* What an error of getaddrinfo(3) comes to. */
static int translate(int error)
{
	switch (error) {
	case 0:
	case EAI_NONAME:
	case EAI_NODATA:
		return 0;
	case EAI_AGAIN:
		return -EAGAIN;
	case EAI_MEMORY:
		return -ENOMEM;
	default:
		return -EIO;
	}
}

/* Ask the C library's resolver. */
static bool run_child(const void *what, void *report)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	const struct lookup *lookup = what;
	struct addrinfo *list = NULL;
	struct found *found = report;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (lookup->kind == LOOKUP_OTHERS && __nss_configure_lookup("hosts", OTHERS) < 0)
		return false;
	found->error = translate(getaddrinfo(lookup->name, NULL, &hints, &list));
	for (const struct addrinfo *one = list; one; one = one->ai_next) {
		const union ip_socket_address *from = (const void *)one->ai_addr;
		struct ip_addr addr = ip_from_socket(from);

		add_address(found, &addr);
	}
	if (list)
		freeaddrinfo(list);
	return true;
}

/* It has ended. What it says is no more trusted than who told it. */
static void handle_child(const void *report, void *userdata)
{
	const struct found *found = report;
	struct lookup *lookup = userdata;
	struct found copy = { 0 };

	lookup->child = NULL;
	if (!found || found->n > LOOKUP_MAX || found->error > 0)
		copy.error = -EIO;
	else
		copy.error = found->error;
	for (size_t i = 0; copy.error == 0 && i < found->n; i++)
		if (ip_size(found->addrs[i].family) > 0)
			add_address(&copy, &found->addrs[i]);
	finish(lookup, &copy);
}

/* Begin it; lookup's own clock has begun before. */
static int start_child(struct lookup *lookup)
{
	static const struct child_work work = { run_child, sizeof(struct found), LOOKUP_USEC };

	return child_start(lookup->event, &work, lookup, handle_child, lookup, &lookup->child);
}

/* -- systemd-resolved ------------------------------------------------------------------------- */

/* Its addresses: "a(iiay)", interface, family and bytes. */
static int read_resolved(sd_bus_message *reply, struct found *found)
{
	int r = sd_bus_message_enter_container(reply, 'a', "(iiay)");

	while (r >= 0 && (r = sd_bus_message_enter_container(reply, 'r', "iiay")) > 0) {
		struct ip_addr addr;
		const void *bytes;
		int32_t ifindex, family;
		size_t size;

		r = sd_bus_message_read(reply, "ii", &ifindex, &family);
		if (r >= 0)
			r = sd_bus_message_read_array(reply, 'y', &bytes, &size);
		if (r < 0)
			return r;
		if (!ip_from_bytes(bytes, size, &addr) || addr.family != family)
			return -EBADMSG;
		add_address(found, &addr);
		r = sd_bus_message_exit_container(reply);
	}
	return r;
}

/* It has answered; where there is none, the C library is asked. */
static int handle_resolved(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error)
{
	const sd_bus_error *error = sd_bus_message_get_error(reply);
	struct lookup *lookup = userdata;
	struct found found = { 0 };

	if (sd_bus_error_has_name(error, SD_BUS_ERROR_SERVICE_UNKNOWN) ||
		sd_bus_error_has_name(error, SD_BUS_ERROR_NAME_HAS_NO_OWNER)) {
		found.error = start_child(lookup);
		if (found.error >= 0)
			return 0;
	} else if (!error) {
		found.error = read_resolved(reply, &found);
	} else if (sd_bus_error_has_name(error, RESOLVED_ERROR "NoNameServers")) {
		found.error = -EAGAIN;
	} else if (strncmp(error->name, RESOLVED_ERROR, strlen(RESOLVED_ERROR)) != 0) {
		found.error = -EIO;
	}
	/* Any other of its own errors says that the name has no address. */
	finish(lookup, &found);
	return 0;
}

/* Ask it, where it runs. */
static int start_resolved(struct lookup *lookup, sd_bus *bus)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	int r;

	r = sd_bus_message_new_method_call(
		bus, &call, RESOLVED, RESOLVED_PATH, RESOLVED ".Manager", "ResolveHostname");
	if (r >= 0)
		r = sd_bus_message_set_auto_start(call, false);
	if (r >= 0)
		r = sd_bus_message_append(
			call, "isit", 0, lookup->name, AF_UNSPEC, (uint64_t)NO_SYNTHESIZE);
	if (r < 0)
		return r;
	return sd_bus_call_async(bus, &lookup->slot, call, handle_resolved, lookup, LOOKUP_USEC);
}

/* Time is up. */
static int handle_time(sd_event_source *source, uint64_t usec, void *userdata)
{
	finish(userdata, &(struct found){ .error = -ETIMEDOUT });
	return 0;
}

int lookup_new(sd_event *event, sd_bus *bus, const char *name, enum lookup_kind kind,
	lookup_done_fn done, void *userdata, struct lookup **ret)
{
	_cleanup_(lookup_freep) struct lookup *lookup = calloc(1, sizeof(*lookup));
	int r;

	if (!lookup)
		return -ENOMEM;
	*lookup = (struct lookup){
		.event = sd_event_ref(event), .kind = kind, .done = done, .userdata = userdata
	};
	lookup->name = strdup(name);
	if (!lookup->name)
		return -ENOMEM;
	r = sd_event_add_time_relative(
		event, &lookup->timer, CLOCK_MONOTONIC, LOOKUP_USEC, 1, handle_time, lookup);
	if (r < 0)
		return r;
	r = kind == LOOKUP_OTHERS ? start_resolved(lookup, bus) : start_child(lookup);
	if (r < 0)
		return r;
	*ret = take_ptr(lookup);
	return 0;
}
