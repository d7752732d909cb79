/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <fcntl.h>
#include <sys/utsname.h>

#include "bus_watch.h"
#include "lease.h"
#include "network1.h"
#include "nm_state.h"
#include "sysstate.h"
#include "util.h"

#define ANSWER_USEC (10 * 1000000ULL)

/* A link that has been asked about. */
struct query {
	struct sysstate *owner;
	struct query *next;
	int ifindex;
	bool answered, again; /* again: asked anew while the answer was under way */
	sd_bus_slot *call;    /* under way */
	struct nm_state *nm;  /* asked where networkd does not manage the link */
	bool nm_asked;	      /* that is under way */
	struct link_state state;
	struct link_state *networkd; /* what that has said, while NetworkManager is asked */
};

struct sysstate {
	sd_bus *bus;
	sysstate_changed_fn changed;
	void *userdata;
	struct network1_watch networkd;
	sd_bus_slot *nm_match, *nm_owner_match;
	sd_event_source *hostname_source;
	char hostname[HOST_NAME_SIZE]; /* that was announced last */
	struct query *queries;
};

/* The query of this link, or NULL. */
static struct query *find_query(const struct sysstate *state, int ifindex)
{
	for (struct query *query = state->queries; query; query = query->next)
		if (query->ifindex == ifindex)
			return query;
	return NULL;
}

/* Keep an answer and announce it, where it is another than before. */
static void take_answer(struct query *query, const struct link_state *answer)
{
	bool same = query->answered && memcmp(&query->state, answer, sizeof(*answer)) == 0;
	struct sysstate *state = query->owner;

	query->answered = true;
	memcpy(&query->state, answer, sizeof(*answer));
	if (!same)
		state->changed(state, state->userdata);
}

static int start_call(struct query *query);

/* NetworkManager has answered: what networkd has said stands where it does not manage the link. */
static void on_nm_answer(const struct link_state *answer, void *userdata)
{
	struct query *query = userdata;
	_cleanup_free_ struct link_state *networkd = take_ptr(query->networkd);

	query->nm_asked = false;
	if (query->again)
		(void)start_call(query);
	else
		take_answer(query, answer ? answer : networkd);
}

/* Ask NetworkManager for a link that networkd does not manage. */
static int ask_nm(struct query *query)
{
	char ifname[IF_NAMESIZE];
	int r = 0;

	if (!if_indextoname((unsigned)query->ifindex, ifname))
		return -ENODEV;
	query->nm = nm_state_free(query->nm);
	r = nm_state_new(query->owner->bus, ifname, on_nm_answer, query, &query->nm);
	if (r >= 0)
		r = nm_state_ask(query->nm);
	query->nm_asked = r >= 0;
	return r;
}

/* networkd has answered, or nobody has. */
static int on_answer(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	_cleanup_free_ struct link_state *answer = NULL;
	struct query *query = userdata;
	const char *json;

	query->call = sd_bus_slot_unref(query->call);
	if (query->again)
		return start_call(query);
	answer = calloc(1, sizeof(*answer));
	if (!answer)
		return -ENOMEM;
	if (!sd_bus_message_is_method_error(reply, NULL) &&
		sd_bus_message_read(reply, "s", &json) > 0 && link_state_parse(json, answer) < 0)
		memset(answer, 0, sizeof(*answer));
	if ((!answer->known || streq(answer->administrative, "unmanaged")) && ask_nm(query) >= 0) {
		query->networkd = take_ptr(answer);
		return 0;
	}
	lease_complete(query->ifindex, answer);
	lease_keep_times(&query->state.lease, &answer->lease);
	take_answer(query, answer);
	return 0;
}

/* Send Describe; a networkd that does not run is not started for it. */
static int start_call(struct query *query)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	_cleanup_free_ char *path = NULL;
	char number[12];
	int r;

	query->again = false;
	snprintf(number, sizeof(number), "%d", query->ifindex);
	r = sd_bus_path_encode(NETWORK1_LINK_PATH, number, &path);
	if (r < 0)
		return r;
	r = sd_bus_message_new_method_call(
		query->owner->bus, &call, NETWORK1, path, NETWORK1_LINK, "Describe");
	if (r < 0)
		return r;
	r = sd_bus_message_set_auto_start(call, 0);
	if (r < 0)
		return r;
	return sd_bus_call_async(
		query->owner->bus, &query->call, call, on_answer, query, ANSWER_USEC);
}

/* Ask, now or when the answer under way has come. */
static int ask(struct query *query)
{
	if (query->call || query->nm_asked) {
		query->again = true;
		return 0;
	}
	return start_call(query);
}

int sysstate_query_link(struct sysstate *state, int ifindex)
{
	struct query *query = find_query(state, ifindex);

	if (query)
		return ask(query);
	query = calloc(1, sizeof(*query));
	if (!query)
		return -ENOMEM;
	query->owner = state;
	query->ifindex = ifindex;
	query->next = state->queries;
	state->queries = query;
	return ask(query);
}

static void query_free(struct query *query)
{
	sd_bus_slot_unref(query->call);
	nm_state_free(query->nm);
	free(query->networkd);
	free(query);
}

void sysstate_forget_link(struct sysstate *state, int ifindex)
{
	for (struct query **p = &state->queries; *p; p = &(*p)->next) {
		struct query *query = *p;

		if (query->ifindex != ifindex)
			continue;
		*p = query->next;
		query_free(query);
		return;
	}
}

const struct link_state *sysstate_link(const struct sysstate *state, int ifindex)
{
	const struct query *query = find_query(state, ifindex);

	return query && query->answered ? &query->state : NULL;
}

void sysstate_hostname(char ret[static HOST_NAME_SIZE])
{
	struct utsname names;

	ret[0] = '\0';
	if (uname(&names) == 0)
		snprintf(ret, HOST_NAME_SIZE, "%s", names.nodename);
}

/* A link's properties are others now: ask again about one that was asked about. */
static int on_link_changed(sd_bus_message *signal, void *userdata, sd_bus_error *error)
{
	struct sysstate *state = userdata;
	_cleanup_free_ char *number = NULL;
	struct query *query;

	if (sd_bus_path_decode(sd_bus_message_get_path(signal), NETWORK1_LINK_PATH, &number) <= 0)
		return 0;
	query = find_query(state, atoi(number));
	return query ? ask(query) : 0;
}

/* Something of NetworkManager's is otherwise: ask again about the link that it is about. */
static int on_nm_changed(sd_bus_message *signal, void *userdata, sd_bus_error *error)
{
	const char *path = sd_bus_message_get_path(signal);
	struct sysstate *state = userdata;
	int r = 0;

	for (struct query *query = state->queries; query && r >= 0; query = query->next)
		if (query->nm && nm_state_concerns(query->nm, path))
			r = ask(query);
	return r;
}

/* networkd or NetworkManager came or went. */
static int on_owner_changed(sd_bus_message *signal, void *userdata, sd_bus_error *error)
{
	struct sysstate *state = userdata;
	int r = 0;

	for (struct query *query = state->queries; query && r >= 0; query = query->next)
		r = ask(query);
	return r;
}

/* The kernel has another hostname, or another UTS namespace has: it tells of all. */
static int on_hostname(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct sysstate *state = userdata;
	char hostname[HOST_NAME_SIZE];

	sysstate_hostname(hostname);
	if (streq(hostname, state->hostname))
		return 0;
	memcpy(state->hostname, hostname, sizeof(hostname));
	state->changed(state, state->userdata);
	return 0;
}

/* The file tells of each change by an error condition; whoever set the name. */
static int watch_hostname(struct sysstate *state)
{
	_cleanup_close_ int fd = open("/proc/sys/kernel/hostname", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int r;

	if (fd < 0)
		return -errno;
	sysstate_hostname(state->hostname);
	r = sd_event_add_io(
		sd_bus_get_event(state->bus), &state->hostname_source, fd, 0, on_hostname, state);
	if (r < 0)
		return r;
	r = sd_event_source_set_io_fd_own(state->hostname_source, true);
	if (r < 0)
		return r;
	take_fd(&fd);
	return 0;
}

/* Follow NetworkManager, without waiting for the bus. */
static int watch_nm(struct sysstate *state)
{
	int r = sd_bus_add_match_async(state->bus, &state->nm_match,
		"type='signal',sender='" NM_STATE_NAME "',path_namespace='" NM_STATE_PATH
		"',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'",
		on_nm_changed, bus_ignore_answer, state);

	if (r < 0)
		return r;
	return bus_watch_owner(
		state->bus, NM_STATE_NAME, on_owner_changed, state, &state->nm_owner_match);
}

int sysstate_new(sd_bus *bus, sysstate_changed_fn changed, void *userdata, struct sysstate **ret)
{
	struct sysstate *state = calloc(1, sizeof(*state));
	int r;

	if (!state)
		return -ENOMEM;
	state->bus = sd_bus_ref(bus);
	state->changed = changed;
	state->userdata = userdata;
	r = network1_watch(bus, on_link_changed, on_owner_changed, state, &state->networkd);
	if (r >= 0)
		r = watch_nm(state);
	if (r >= 0)
		r = watch_hostname(state);
	if (r < 0) {
		sysstate_free(state);
		return r;
	}
	*ret = state;
	return 0;
}

struct sysstate *sysstate_free(struct sysstate *state)
{
	struct query *query, *next;

	if (!state)
		return NULL;
	for (query = state->queries; query; query = next) {
		next = query->next;
		query_free(query);
	}
	sd_event_source_disable_unref(state->hostname_source);
	network1_watch_done(&state->networkd);
	sd_bus_slot_unref(state->nm_match);
	sd_bus_slot_unref(state->nm_owner_match);
	sd_bus_unref(state->bus);
	free(state);
	return NULL;
}
