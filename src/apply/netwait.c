/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netwait.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <sys/socket.h>

#include "netlink.h"
#include "sysstate.h"
#include "util.h"

#define NETWORKD	 "org.freedesktop.network1"
#define NETWORKD_PATH	 "/org/freedesktop/network1"
#define NETWORKD_MANAGER NETWORKD ".Manager"

struct netwait {
	sd_bus *bus;
	struct netlink *nl;
	struct net_config config;
	char file[256];
	int ifindex;
	struct link_state state; /* networkd's last answer */
	bool asked_again;	 /* something changed while the question was under way */
	sd_bus_slot *question, *changed_match, *owner_match;
	sd_event_source *timer;
	bool finished;
	netwait_done_fn done;
	void *userdata;
};

/* Answer; done may free wait. */
static void finish(struct netwait *wait, enum netwait_outcome outcome, const struct ip_addr *addr)
{
	struct netwait_result result = { .outcome = outcome };

	if (wait->finished)
		return;
	wait->finished = true;
	if (addr)
		result.addr = *addr;
	(void)snprintf(result.file, sizeof(result.file), "%s", wait->state.network_file);
	wait->done(&result, wait->userdata);
}

/* The flags of an address on our link, or -ENOENT. */
static int address_flags(const struct netwait *wait, const struct ip_prefix *prefix, uint32_t *ret)
{
	const struct address *addresses;
	size_t n;

	addresses = netlink_addresses(wait->nl, &n);
	for (size_t i = 0; i < n; i++) {
		if (addresses[i].ifindex != wait->ifindex ||
			!ip_prefix_equal(&addresses[i].ip, prefix))
			continue;
		*ret = addresses[i].flags;
		return 0;
	}
	return -ENOENT;
}

enum standing { STANDING_THERE, STANDING_ABSENT, STANDING_TENTATIVE, STANDING_DUPLICATE };

/* How the static addresses of a family stand in the kernel: the worst of them, in *ret_addr. */
static enum standing family_standing(
	const struct netwait *wait, const struct net_family *family, struct ip_addr *ret_addr)
{
	enum standing worst = STANDING_THERE;

	if (family->method != NET_METHOD_STATIC)
		return worst;
	for (size_t i = 0; i < family->n_addresses; i++) {
		enum standing standing = STANDING_THERE;
		uint32_t flags;

		if (address_flags(wait, &family->addresses[i], &flags) < 0)
			standing = STANDING_ABSENT;
		else if (flags & IFA_F_DADFAILED)
			standing = STANDING_DUPLICATE;
		else if (flags & IFA_F_TENTATIVE)
			standing = STANDING_TENTATIVE;
		if (standing > worst || standing == STANDING_DUPLICATE) {
			worst = standing;
			*ret_addr = family->addresses[i].addr;
		}
	}
	return worst;
}

/* Is the default route of a family with a gateway in the kernel? */
static bool gateway_there(const struct netwait *wait, const struct net_family *family)
{
	const struct default_route *routes;
	size_t n;

	if (family->method != NET_METHOD_STATIC || family->gateway.family == AF_UNSPEC)
		return true;
	routes = netlink_default_routes(wait->nl, &n);
	for (size_t i = 0; i < n; i++)
		if (routes[i].ifindex == wait->ifindex &&
			ip_equal(&routes[i].gateway, &family->gateway))
			return true;
	return false;
}

/* May networkd still be busy with a family although all that it needs is there? A lease that does
 * not come is no failure of the settings. */
static bool config_has_auto(const struct net_config *config)
{
	return config->v4.method == NET_METHOD_AUTO || config->v6.method == NET_METHOD_AUTO;
}

/* networkd has taken the file: is the kernel where it should be? */
static void judge_addresses(struct netwait *wait, bool failed, bool settled)
{
	struct ip_addr a4 = { 0 }, a6 = { 0 };
	enum standing v4 = family_standing(wait, &wait->config.v4, &a4);
	enum standing v6 = family_standing(wait, &wait->config.v6, &a6);

	if (v6 == STANDING_DUPLICATE)
		finish(wait, NETWAIT_DUPLICATE, &a6);
	else if (failed)
		finish(wait, NETWAIT_FAILED, NULL);
	else if (v4 == STANDING_THERE && v6 == STANDING_THERE &&
		 gateway_there(wait, &wait->config.v4) && gateway_there(wait, &wait->config.v6) &&
		 (settled || config_has_auto(&wait->config)))
		finish(wait, NETWAIT_DONE, NULL);
}

/* Judge by networkd's last answer and the kernel's tables. */
static void judge(struct netwait *wait)
{
	const struct link *link = netlink_link_by_index(wait->nl, wait->ifindex);

	if (!link) {
		finish(wait, NETWAIT_NO_LINK, NULL);
		return;
	}
	if (!wait->state.known || !streq(wait->state.network_file, wait->file))
		return;
	if ((link->flags & IFF_UP) && !(link->flags & IFF_LOWER_UP)) {
		finish(wait, NETWAIT_NO_CABLE, NULL);
		return;
	}
	judge_addresses(wait, streq(wait->state.administrative, "failed"),
		streq(wait->state.administrative, "configured"));
}

/* networkd described the link. */
static int handle_answer(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct netwait *wait = userdata;
	const char *json;

	wait->question = sd_bus_slot_unref(wait->question);
	if (wait->finished)
		return 0;
	if (sd_bus_message_is_method_error(message, NULL) ||
		sd_bus_message_read(message, "s", &json) < 0 ||
		link_state_parse(json, &wait->state) < 0)
		wait->state.known = false;
	/* networkd's word and the kernel's come by different ways: read the kernel's now, so that
	 * what networkd called configured is in it. */
	else if (netlink_read_addresses(wait->nl) < 0 || netlink_read_routes(wait->nl) < 0)
		return 0;
	else
		wait->state.known = true;
	if (wait->asked_again) {
		int r = netwait_look(wait);

		if (r < 0)
			return r;
	}
	judge(wait);
	return 0;
}

int netwait_look(struct netwait *wait)
{
	wait->asked_again = wait->question != NULL;
	if (wait->question || wait->finished)
		return 0;
	return sd_bus_call_method_async(wait->bus, &wait->question, NETWORKD, NETWORKD_PATH,
		NETWORKD_MANAGER, "DescribeLink", handle_answer, wait, "i", wait->ifindex);
}

/* A property of some link changed. */
static int handle_changed(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	return netwait_look(userdata);
}

/* The kernel's tables changed. */
static void handle_netlink(struct netlink *nl, void *userdata)
{
	(void)netwait_look(userdata);
}

/* networkd's name changed hands. */
static int handle_owner(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const char *name, *old, *new;
	int r = sd_bus_message_read(message, "sss", &name, &old, &new);

	if (r >= 0 && !*new)
		finish(userdata, NETWAIT_STOPPED, NULL);
	return 0;
}

/* Time is up. */
static int handle_timeout(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct netwait *wait = userdata;
	struct ip_addr addr = { 0 };

	if (wait->state.known && !streq(wait->state.network_file, wait->file)) {
		finish(wait, NETWAIT_OTHER_FILE, NULL);
		return 0;
	}
	if (family_standing(wait, &wait->config.v4, &addr) == STANDING_THERE)
		(void)family_standing(wait, &wait->config.v6, &addr);
	finish(wait, NETWAIT_TIMEOUT, &addr);
	return 0;
}

struct netwait *netwait_free(struct netwait *wait)
{
	if (!wait)
		return NULL;
	sd_bus_slot_unref(wait->question);
	sd_bus_slot_unref(wait->changed_match);
	sd_bus_slot_unref(wait->owner_match);
	sd_event_source_disable_unref(wait->timer);
	netlink_free(wait->nl);
	free(wait);
	return NULL;
}

static void netwait_freep(struct netwait **wait)
{
	netwait_free(*wait);
}

/* The kernel's tables, followed from now on, with our link in them. */
static int open_netlink(struct netwait *wait, sd_event *event)
{
	const struct link *link;
	int r;

	r = netlink_new(&wait->nl);
	if (r < 0)
		return r;
	r = netlink_read_addresses(wait->nl);
	if (r < 0)
		return r;
	r = netlink_read_links(wait->nl);
	if (r < 0)
		return r;
	link = netlink_link_by_name(wait->nl, wait->config.ifname);
	if (!link || (link->flags & IFF_LOOPBACK))
		return -ENODEV;
	wait->ifindex = link->ifindex;
	return netlink_attach(wait->nl, event, handle_netlink, wait);
}

/* networkd's signals. */
static int subscribe(struct netwait *wait)
{
	int r;

	r = sd_bus_add_match_async(wait->bus, &wait->changed_match,
		"type='signal',sender='" NETWORKD "',path_namespace='" NETWORKD_PATH "/link',"
		"interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'",
		handle_changed, NULL, wait);
	if (r < 0)
		return r;
	return sd_bus_add_match_async(wait->bus, &wait->owner_match,
		"type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',"
		"interface='org.freedesktop.DBus',arg0='" NETWORKD "'",
		handle_owner, NULL, wait);
}

int netwait_new(sd_event *event, sd_bus *bus, const struct net_config *config, const char *file,
	uint64_t timeout_usec, netwait_done_fn done, void *userdata, struct netwait **ret)
{
	_cleanup_(netwait_freep) struct netwait *wait = calloc(1, sizeof(*wait));
	int r;

	if (!wait)
		return -ENOMEM;
	wait->bus = bus;
	wait->config = *config;
	wait->done = done;
	wait->userdata = userdata;
	(void)snprintf(wait->file, sizeof(wait->file), "%s", file);
	r = open_netlink(wait, event);
	if (r < 0)
		return r;
	r = subscribe(wait);
	if (r < 0)
		return r;
	r = sd_event_add_time_relative(
		event, &wait->timer, CLOCK_MONOTONIC, timeout_usec, 0, handle_timeout, wait);
	if (r < 0)
		return r;
	*ret = take_ptr(wait);
	return 0;
}
