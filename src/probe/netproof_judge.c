/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netproof_judge.h"

#include <linux/if_addr.h>
#include <linux/if_bonding.h>
#include <linux/rtnetlink.h>

#include "util.h"

/* One link under judgement. */
struct judgement {
	const struct netlink *nl;
	const struct link *link;
	const struct net_config *old, *new;
	struct netproof_verdict *verdict;
};

/* One address family of it. old is NULL where the link had no settings of ours. */
struct view {
	const struct judgement *link;
	const struct net_family *old, *new;
	int family;
};

/* Keep a finding where it is worse than those before. */
static struct netproof_result *note(
	struct netproof_verdict *verdict, enum netproof_outcome outcome, enum netproof_thing thing)
{
	static struct netproof_result nowhere;

	if (outcome <= verdict->worst.outcome)
		return &nowhere;
	verdict->worst.outcome = outcome;
	verdict->worst.thing = thing;
	verdict->worst.addr = (struct ip_addr){ 0 };
	verdict->worst.length = 0;
	return &verdict->worst;
}

/* A finding about an address or a route. */
static void note_addr(const struct judgement *j, enum netproof_outcome outcome,
	enum netproof_thing thing, const struct ip_addr *addr, uint8_t length)
{
	struct netproof_result *result = note(j->verdict, outcome, thing);

	result->addr = *addr;
	result->length = length;
}

/* A finding about a port. */
static void note_port(const struct judgement *j, enum netproof_outcome outcome, const char *port)
{
	struct netproof_result *result = note(j->verdict, outcome, NETPROOF_PORT);

	(void)snprintf(result->port, sizeof(result->port), "%s", port);
}

/* -- addresses -------------------------------------------------------------------------------- */

/* Has somebody set this very address for the family? */
static bool has_address(const struct net_family *family, const struct ip_prefix *prefix)
{
	if (!family || family->method != NET_METHOD_STATIC)
		return false;
	for (size_t i = 0; i < family->n_addresses; i++)
		if (ip_prefix_equal(&family->addresses[i], prefix))
			return true;
	return false;
}

/* Did a lease or a router give this route? */
static bool is_given(const struct route *route)
{
	return route->protocol == RTPROT_DHCP || route->protocol == RTPROT_RA;
}

/* Did a lease or a router give this address? One that lasts for ever is known by its routes. */
static bool is_leased(const struct netlink *nl, const struct address *address)
{
	size_t n;
	const struct route *routes = netlink_set_routes(nl, &n);

	if (!(address->flags & IFA_F_PERMANENT))
		return true;
	for (size_t i = 0; i < n; i++)
		if (routes[i].ifindex == address->ifindex && is_given(&routes[i]) &&
			ip_equal(&routes[i].source, &address->ip.addr))
			return true;
	return false;
}

/* Is this one of the view's addresses, and not one that the kernel or the host made for itself? */
static bool is_ours(const struct view *view, const struct address *address)
{
	return address->ifindex == view->link->link->ifindex &&
	       address->ip.addr.family == view->family && address->scope < RT_SCOPE_LINK &&
	       !ip_is_link_local(&address->ip.addr) && !ip_is_loopback(&address->ip.addr);
}

/* Judge one fixed address. The same one as of a lease that still runs is the lease's. */
static void judge_address(const struct view *view, const struct ip_prefix *wanted)
{
	size_t n;
	const struct address *addresses = netlink_addresses(view->link->nl, &n), *found = NULL;
	enum netproof_outcome outcome = NETPROOF_HOLDS;

	for (size_t i = 0; i < n && !found; i++)
		if (addresses[i].ifindex == view->link->link->ifindex &&
			ip_prefix_equal(&addresses[i].ip, wanted))
			found = &addresses[i];
	if (!found)
		outcome = NETPROOF_MISSING;
	else if (found->flags & IFA_F_DADFAILED)
		outcome = NETPROOF_DUPLICATE;
	else if (found->flags & IFA_F_TENTATIVE)
		outcome = NETPROOF_MISSING;
	else if (is_leased(view->link->nl, found))
		outcome = NETPROOF_LEFTOVER;
	note_addr(view->link, outcome, NETPROOF_ADDRESS, &wanted->addr, wanted->length);
	view->link->verdict->final |= outcome == NETPROOF_DUPLICATE;
}

/* Has this address no business on the link any more? What nobody of ours has set and no lease gave
 * belongs to another program: where we know what stood there before, or where it has the prefix of
 * a single host, as those for failover have. */
static bool is_leftover(const struct view *view, const struct address *address)
{
	bool leased = is_leased(view->link->nl, address);
	bool host = address->ip.length == 8 * ip_size(view->family);
	bool ours = has_address(view->old, &address->ip);

	if (has_address(view->new, &address->ip))
		return false;
	if (net_family_is_automatic(view->new))
		return ours && !leased;
	if (leased || ours)
		return true;
	return !host && !(view->old && view->old->method == NET_METHOD_STATIC);
}

/* Judge what must not be there any more. */
static void judge_other_addresses(const struct view *view)
{
	size_t n;
	const struct address *addresses = netlink_addresses(view->link->nl, &n);

	for (size_t i = 0; i < n; i++)
		if (is_ours(view, &addresses[i]) && is_leftover(view, &addresses[i]))
			note_addr(view->link, NETPROOF_LEFTOVER, NETPROOF_ADDRESS,
				&addresses[i].ip.addr, addresses[i].ip.length);
}

/* Has an automatic address come? */
static bool has_come(const struct view *view)
{
	size_t n;
	const struct address *addresses = netlink_addresses(view->link->nl, &n);

	for (size_t i = 0; i < n; i++)
		if (is_ours(view, &addresses[i]) && !is_leftover(view, &addresses[i]) &&
			!(addresses[i].flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)))
			return true;
	return false;
}

/* Judge what must come from the network. */
static void judge_automatic(const struct view *v4, const struct view *v6, bool patient)
{
	bool auto4 = net_family_is_automatic(v4->new), auto6 = net_family_is_automatic(v6->new);
	bool lacks4 = auto4 && !has_come(v4), lacks6 = auto6 && !has_come(v6);

	if (lacks4 && auto6 && !lacks6 && !patient)
		lacks4 = false;
	if (lacks6 && v6->new->method == NET_METHOD_AUTO && v4->new->method != NET_METHOD_OFF)
		lacks6 = lacks4;
	if (lacks4 || lacks6)
		note(v4->link->verdict, NETPROOF_NO_LEASE, NETPROOF_ADDRESS);
}

/* -- routes ----------------------------------------------------------------------------------- */

/* Is this the family's default route as somebody has set it? */
static bool is_gateway(const struct net_family *family, const struct route *route)
{
	return family && family->method == NET_METHOD_STATIC && route->destination.length == 0 &&
	       family->gateway.family != AF_UNSPEC && ip_equal(&family->gateway, &route->gateway);
}

/* Is this the route that was asked for? The kernel keeps no host bits of a destination. */
static bool is_same_route(const struct net_route *wanted, const struct route *route)
{
	struct ip_addr first = ip_prefix_first(&wanted->destination);

	return wanted->destination.length == route->destination.length &&
	       ip_equal(&first, &route->destination.addr) &&
	       ip_equal(&wanted->gateway, &route->gateway) &&
	       (wanted->metric == 0 || wanted->metric == route->metric);
}

/* Is this one of the further routes of a link's settings? */
static bool is_further_route(const struct net_config *config, const struct route *route)
{
	for (size_t i = 0; config && i < config->n_routes; i++)
		if (is_same_route(&config->routes[i], route))
			return true;
	return false;
}

/* Is a route that somebody has set still there although it is not asked for? A default route that
 * is not ours would take the traffic of the one that is. */
static bool is_leftover_route(const struct view *view, const struct route *route)
{
	if (is_given(route))
		return !net_family_is_automatic(view->new);
	if (is_gateway(view->new, route) || is_further_route(view->link->new, route))
		return false;
	if (is_gateway(view->old, route) || is_further_route(view->link->old, route))
		return true;
	return route->destination.length == 0 && !net_family_is_automatic(view->new) &&
	       !(view->old && view->old->method == NET_METHOD_STATIC);
}

/* Judge what must not be there any more. */
static void judge_other_routes(const struct view *view)
{
	size_t n;
	const struct route *routes = netlink_set_routes(view->link->nl, &n);

	for (size_t i = 0; i < n; i++) {
		const struct ip_prefix *to = &routes[i].destination;

		if (routes[i].ifindex != view->link->link->ifindex ||
			to->addr.family != view->family || !is_leftover_route(view, &routes[i]))
			continue;
		if (to->length == 0)
			note_addr(view->link, NETPROOF_LEFTOVER, NETPROOF_GATEWAY,
				&routes[i].gateway, 0);
		else
			note_addr(view->link, NETPROOF_LEFTOVER, NETPROOF_ROUTE, &to->addr,
				to->length);
	}
}

/* Is the default route there, set and not of a lease? */
static bool gateway_there(const struct view *view)
{
	size_t n;
	const struct route *routes = netlink_set_routes(view->link->nl, &n);

	if (view->new->method != NET_METHOD_STATIC || view->new->gateway.family == AF_UNSPEC)
		return true;
	for (size_t i = 0; i < n; i++)
		if (routes[i].ifindex == view->link->link->ifindex && !is_given(&routes[i]) &&
			is_gateway(view->new, &routes[i]))
			return true;
	return false;
}

/* Judge one further route. */
static void judge_route(const struct judgement *j, const struct net_route *wanted)
{
	size_t n;
	const struct route *routes = netlink_set_routes(j->nl, &n);

	for (size_t i = 0; i < n; i++)
		if (routes[i].ifindex == j->link->ifindex && is_same_route(wanted, &routes[i]))
			return;
	note_addr(j, NETPROOF_MISSING, NETPROOF_ROUTE, &wanted->destination.addr,
		wanted->destination.length);
}

/* -- the device ------------------------------------------------------------------------------- */

/* Judge the ports of a bond: all that are asked for, and no others. */
static void judge_ports(const struct judgement *j)
{
	const struct net_device *device = &j->new->device;
	size_t n, listed;
	const struct link *links = netlink_links(j->nl, &n);

	for (size_t i = 0; i < device->n_ports; i++) {
		const struct link *port = netlink_link_by_name(j->nl, device->ports[i]);

		if (!port || port->master != j->link->ifindex)
			note_port(j, NETPROOF_MISSING, device->ports[i]);
	}
	for (size_t i = 0; i < n; i++) {
		if (links[i].master != j->link->ifindex)
			continue;
		for (listed = 0; listed < device->n_ports; listed++)
			if (streq(device->ports[listed], links[i].name))
				break;
		if (listed == device->n_ports)
			note_port(j, NETPROOF_LEFTOVER, links[i].name);
	}
}

/* Is the link a bond of the mode that is asked for? */
static bool is_bond(const struct link *link, const struct net_device *device)
{
	static const uint8_t modes[] = {
		[NET_BOND_ACTIVE_BACKUP] = BOND_MODE_ACTIVEBACKUP,
		[NET_BOND_802_3AD] = BOND_MODE_8023AD,
		[NET_BOND_BALANCE_ALB] = BOND_MODE_ALB,
	};

	return streq(link->kind, "bond") && link->bond_mode == modes[device->bond_mode];
}

/* Is the link the VLAN that is asked for, on the link that is asked for? */
static bool is_vlan(
	const struct netlink *nl, const struct link *link, const struct net_device *device)
{
	const struct link *parent = netlink_link_by_name(nl, device->ports[0]);

	return streq(link->kind, "vlan") && link->vlan_id == device->vlan_id && parent &&
	       link->lower == parent->ifindex;
}

/* Judge what the link is made of. */
static void judge_device(const struct judgement *j)
{
	const struct net_device *device = &j->new->device;

	if (device->kind == NET_DEVICE_VLAN && !is_vlan(j->nl, j->link, device))
		note(j->verdict, NETPROOF_MISSING, NETPROOF_DEVICE);
	if (device->kind != NET_DEVICE_BOND)
		return;
	if (!is_bond(j->link, device))
		note(j->verdict, NETPROOF_MISSING, NETPROOF_DEVICE);
	judge_ports(j);
}

/* -- all of it -------------------------------------------------------------------------------- */

/* Judge one family of fixed settings, and what is left of others. */
static void judge_family(const struct view *view)
{
	if (view->new->method == NET_METHOD_STATIC)
		for (size_t i = 0; i < view->new->n_addresses; i++)
			judge_address(view, &view->new->addresses[i]);
	judge_other_addresses(view);
	if (!gateway_there(view))
		note_addr(view->link, NETPROOF_MISSING, NETPROOF_GATEWAY, &view->new->gateway, 0);
	judge_other_routes(view);
}

/* Judge addresses and routes of a link with a cable. */
static void judge_network(const struct judgement *j, bool patient)
{
	const struct net_config *old = j->old, *new = j->new;
	struct view v4 = { j, old ? &old->v4 : NULL, &new->v4, AF_INET };
	struct view v6 = { j, old ? &old->v6 : NULL, &new->v6, AF_INET6 };

	judge_family(&v4);
	judge_family(&v6);
	for (size_t i = 0; i < new->n_routes; i++)
		judge_route(j, &new->routes[i]);
	judge_automatic(&v4, &v6, patient);
}

void netproof_judge(const struct netlink *nl, const struct net_config *old,
	const struct net_config *config, bool patient, struct netproof_verdict *ret)
{
	const struct link *link = netlink_link_by_name(nl, config->ifname);
	struct judgement j = { nl, link, old, config, ret };

	*ret = (struct netproof_verdict){ .worst.outcome = NETPROOF_HOLDS };
	(void)snprintf(ret->worst.ifname, sizeof(ret->worst.ifname), "%s", config->ifname);
	if (!link) {
		note(ret, NETPROOF_NO_LINK, NETPROOF_DEVICE);
		ret->final = config->device.kind == NET_DEVICE_EXISTING;
		return;
	}
	judge_device(&j);
	if (config->mtu != 0 && link->mtu != config->mtu)
		note(ret, NETPROOF_MISSING, NETPROOF_MTU);
	if ((link->flags & IFF_UP) && !(link->flags & IFF_LOWER_UP))
		note(ret, NETPROOF_NO_CABLE, NETPROOF_ADDRESS);
	else
		judge_network(&j, patient);
}

void netproof_judge_removed(
	const struct netlink *nl, const struct net_config *old, struct netproof_verdict *ret)
{
	const struct link *link = netlink_link_by_name(nl, old->ifname);

	*ret = (struct netproof_verdict){ .worst.outcome = NETPROOF_HOLDS };
	(void)snprintf(ret->worst.ifname, sizeof(ret->worst.ifname), "%s", old->ifname);
	if (link && old->device.kind != NET_DEVICE_EXISTING)
		note(ret, NETPROOF_LEFTOVER, NETPROOF_DEVICE);
}
