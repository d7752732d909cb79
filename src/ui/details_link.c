/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One interface in words, what a customer is asked for first. */

#include <linux/if_addr.h>

#include "details.h"
#include "i18n.h"
#include "local_time.h"
#include "safe_text.h"
#include "status.h"
#include "util.h"

#define LIST_MAX  512
#define WORDS_MAX 160
#define NARROW	  60 /* columns */

/* What the lines of a link are made from. */
struct subject {
	const struct app *app;
	const struct link *link;
	const struct link_facts *facts; /* NULL: not asked for */
	const struct link_state *state; /* of its manager, NULL: not known */
	struct fact_lines *lines;
};

/* -- words -- */

/* The time of day at which a time of CLOCK_BOOTTIME, in seconds, is. */
static const safe_char *format_time(uint64_t seconds, safe_char buf[static LOCAL_TIME_MAX])
{
	return local_time_format(local_time_boot() + seconds * 1000000, LOCAL_TIME_NEAR, buf);
}

/* A hardware address as switches print it. */
static const safe_char *format_mac(const uint8_t *mac, size_t n, safe_char buf[static 24])
{
	struct link link = { .mac_len = (uint8_t)n };

	memcpy(link.mac, mac, n);
	status_format_mac(&link, buf, 24);
	return buf;
}

/* The manager's name, as its makers write it. */
static struct safe_str manager_name(const struct link_state *state)
{
	const char *name = state ? state->manager : "";

	return safe_text(streq(name, "networkd") ? "systemd-networkd" : name, 0);
}

void details_add_to_list(safe_char *list, size_t size, const safe_char *element)
{
	size_t used = safe_length(list), length = safe_length(element);

	if (used + length + 3 <= size)
		(void)safe_format(
			list + used, size - used, "%s%s", used ? OURS(", ") : OURS(""), element);
}

/* Where DNS servers and such come from, and who has set them. */
static const safe_char *source_words(
	const struct subject *s, const char *source, safe_char buf[static WORDS_MAX])
{
	static const struct {
		const char *source;
		const safe_char *words;
	} sources[] = {
		{ "DHCPv4", N_("from DHCP") },
		{ "DHCPv6", N_("from DHCPv6") },
		{ "NDisc", N_("from the router") },
		{ "static", N_("fixed") },
	};
	struct safe_str manager = manager_name(s->state);
	const safe_char *words = OURS("");

	for (size_t i = 0; i < ARRAY_SIZE(sources); i++)
		if (streq(source, sources[i].source))
			words = translate(sources[i].words);
	/* In little room the line on who sets the link up has to do. */
	if (!*manager.text || s->lines->columns < NARROW)
		(void)safe_format(buf, WORDS_MAX, "%s", words);
	else if (*words)
		(void)safe_format(buf, WORDS_MAX, _("%s, set by %s"), words, manager.text);
	else
		(void)safe_format(buf, WORDS_MAX, _("set by %s"), manager.text);
	return buf;
}

/* -- addresses -- */

/* What has to be known of an address beside where it is from. */
static const safe_char *address_remark(const struct address *address)
{
	if (address->flags & IFA_F_DEPRECATED)
		return _(", not for new connections any more");
	if (address->ip.addr.family == AF_INET6 && (address->flags & IFA_F_TEMPORARY))
		return _(", changes from time to time");
	return OURS("");
}

/* Is it the one of the lease that is told of? */
static bool is_leased(const struct subject *s, const struct address *address)
{
	if (!s->state || s->state->lease.ends == 0)
		return false;
	for (size_t i = 0; i < s->state->n_origins; i++)
		if (ip_equal(&s->state->origins[i].addr, &address->ip.addr))
			return streq(s->state->origins[i].source, "DHCPv4");
	return false;
}

static void put_address(
	const struct subject *s, const safe_char *label, const struct address *address)
{
	safe_char until[LOCAL_TIME_MAX];
	char text[IP_TEXT_MAX];
	const safe_char *origin = status_origin(s->app, address);

	/* The lease has a line of its own. */
	if (address->expires == UINT64_MAX || is_leased(s, address))
		fact_lines_put(s->lines, label, "%s  %s%s",
			safe_text(ip_prefix_format(&address->ip, text), 0).text, origin,
			address_remark(address));
	else
		fact_lines_put(s->lines, label, _("%s  %s%s, until %s unless renewed"),
			safe_text(ip_prefix_format(&address->ip, text), 0).text, origin,
			address_remark(address), format_time(address->expires, until));
}

/* The addresses of a family. Returns how many. */
static size_t put_addresses(const struct subject *s, int family, const safe_char *label)
{
	const struct address *addresses;
	size_t n, n_put = 0;

	addresses = netlink_addresses_of(s->app->nl, s->link->ifindex, &n);
	for (size_t i = 0; i < n; i++)
		if (addresses[i].ip.addr.family == family)
			put_address(s, n_put++ == 0 ? label : OURS(""), &addresses[i]);
	return n_put;
}

/* -- ways out -- */

static void put_gateways(const struct subject *s)
{
	const struct default_route *routes;
	char text[IP_TEXT_MAX];
	size_t n, n_put = 0;

	routes = netlink_default_routes(s->app->nl, &n);
	for (size_t i = 0; i < n; i++) {
		const struct ip_addr *gateway = &routes[i].gateway;

		if (routes[i].ifindex != s->link->ifindex)
			continue;
		fact_lines_put(s->lines, n_put++ == 0 ? _("Gateway") : OURS(""), _("%s  metric %u"),
			gateway->family ? safe_text(ip_format(gateway, text), 0).text
					: _("none, all on the link"),
			routes[i].metric);
	}
}

static void put_routes(const struct subject *s)
{
	const struct route *routes;
	size_t n, n_put = 0;

	routes = netlink_set_routes_of(s->app->nl, s->link->ifindex, &n);
	for (size_t i = 0; i < n; i++) {
		struct net_route route = { .destination = routes[i].destination,
			.gateway = routes[i].gateway,
			.metric = routes[i].metric };
		char text[NET_ROUTE_TEXT_MAX];

		if (routes[i].destination.length > 0)
			fact_lines_put(s->lines, n_put++ == 0 ? _("Routes") : OURS(""), "%s",
				safe_text(net_route_format(&route, text), 0).text);
	}
}

/* -- what the manager tells -- */

/* The servers that come from one place on one line. */
static void put_dns(const struct subject *s)
{
	const struct link_state *state = s->state;
	safe_char words[WORDS_MAX];
	char text[IP_TEXT_MAX];

	for (size_t i = 0, next; state && i < state->n_dns; i = next) {
		safe_char list[LIST_MAX] = "";
		const char *source = state->dns_sources[i];

		for (next = i; next < state->n_dns && streq(state->dns_sources[next], source);
			next++)
			details_add_to_list(list, sizeof(list),
				safe_text(ip_format(&state->dns[next], text), 0).text);
		fact_lines_put(s->lines, i == 0 ? _("DNS") : OURS(""), "%s  %s", list,
			source_words(s, *source ? source : state->dns_source, words));
	}
}

/* Lists of names. */
static void put_names(const struct subject *s)
{
	safe_char domains[LIST_MAX] = "", ntp[LIST_MAX] = "";

	if (!s->state)
		return;
	for (size_t i = 0; i < s->state->n_domains; i++)
		details_add_to_list(
			domains, sizeof(domains), safe_text(s->state->domains[i], 0).text);
	for (size_t i = 0; i < s->state->n_ntp; i++)
		details_add_to_list(ntp, sizeof(ntp), safe_text(s->state->ntp[i], 0).text);
	if (*domains)
		fact_lines_put(s->lines, _("Domains"), "%s", domains);
	if (*ntp)
		fact_lines_put(s->lines, _("Time from"), "%s", ntp);
}

/* How the machine made itself known to the DHCP server. */
static void put_identity(const struct subject *s, const struct link_lease *lease)
{
	if (*lease->client_id)
		fact_lines_put(s->lines, _("Known as"), "%s", safe_text(lease->client_id, 0).text);
	fact_lines_put(s->lines, *lease->client_id ? OURS("") : _("Known as"), "%s",
		*lease->hostname ? safe_text(lease->hostname, 0).text : _("no hostname sent"));
}

static void put_lease(const struct subject *s)
{
	safe_char since[LOCAL_TIME_MAX], until[LOCAL_TIME_MAX], renew[LOCAL_TIME_MAX];
	char text[IP_TEXT_MAX];
	const struct link_lease *lease = s->state ? &s->state->lease : NULL;

	if (!lease || !s->state->dhcp4)
		return;
	fact_lines_put(s->lines, _("DHCP"), _("%s  DHCP server"),
		s->state->dhcp_server.family
			? safe_text(ip_format(&s->state->dhcp_server, text), 0).text
			: _("not told"));
	if (lease->ends > 0)
		fact_lines_put(s->lines, _("Lease"), _("since %s, until %s unless renewed"),
			local_time_format(lease->obtained, LOCAL_TIME_NEAR, since),
			local_time_format(lease->ends, LOCAL_TIME_NEAR, until));
	if (lease->obtained > 0 && lease->renew_s > 0)
		fact_lines_put(s->lines, OURS(""), _("to be renewed at %s"),
			local_time_format(lease->obtained + lease->renew_s * 1000000ULL,
				LOCAL_TIME_NEAR, renew));
	put_identity(s, lease);
}

static void put_manager(const struct subject *s)
{
	struct safe_str manager = manager_name(s->state);

	if (!s->state)
		return;
	if (!*manager.text || streq(s->state->administrative, "unmanaged")) {
		fact_lines_put(s->lines, _("Set up by"), "%s", _("no network manager"));
		return;
	}
	fact_lines_put(s->lines, _("Set up by"), "%s (%s)", manager.text,
		safe_text(s->state->administrative, 0).text);
	if (*s->state->network_file)
		fact_lines_put(s->lines, OURS(""), "%s", safe_text(s->state->network_file, 0).text);
}

/* -- the link itself -- */

/* The name of another link, which may be gone. */
static struct safe_str name_of(const struct subject *s, int ifindex)
{
	const struct link *link = netlink_link_by_index(s->app->nl, ifindex);

	return safe_text(link ? link->name : "?", 0);
}

static void put_mac(const struct subject *s)
{
	const struct link *link = s->link;
	const struct link_facts *facts = s->facts;
	safe_char text[24];

	if (link->mac_len == 0)
		return;
	fact_lines_put(s->lines, _("MAC"), "%s", format_mac(link->mac, link->mac_len, text));
	if (facts && facts->permanent_mac_len > 0 &&
		(facts->permanent_mac_len != link->mac_len ||
			memcmp(facts->permanent_mac, link->mac, link->mac_len) != 0))
		fact_lines_put(s->lines, OURS(""), _("%s  permanent, of the hardware"),
			format_mac(facts->permanent_mac, facts->permanent_mac_len, text));
}

/* What it sits on, and what it is a port of. */
static void put_relations(const struct subject *s)
{
	const struct link *link = s->link;
	safe_char vlan[WORDS_MAX] = "";

	if (link->vlan_id)
		(void)safe_format(vlan, sizeof(vlan), _("VLAN %u"), link->vlan_id);
	if (link->lower)
		fact_lines_put(s->lines, _("Sits on"), "%s  %s", name_of(s, link->lower).text,
			*vlan ? vlan : safe_text(link->kind, 0).text);
	if (link->master)
		fact_lines_put(s->lines, _("Port of"), "%s", name_of(s, link->master).text);
}

static void put_hardware(const struct subject *s)
{
	const struct link *link = s->link;
	const char *driver = s->facts ? s->facts->hw.driver : "";
	safe_char names[LIST_MAX] = "";

	if (*driver || *link->kind)
		fact_lines_put(s->lines, _("Driver"), "%s",
			safe_text(*driver ? driver : link->kind, 0).text);
	fact_lines_put(s->lines, _("MTU"), "%u", link->mtu);
	for (size_t i = 0; s->facts && i < s->facts->n_altnames; i++)
		details_add_to_list(names, sizeof(names), safe_text(s->facts->altnames[i], 0).text);
	if (*names)
		fact_lines_put(s->lines, _("Also"), _("%s  (other names)"), names);
}

static void put_heading(const struct subject *s)
{
	static const struct linkhw nothing;
	const struct linkhw *hw = s->facts ? &s->facts->hw : &nothing;
	bool up = (s->link->flags & IFF_UP) && (s->link->flags & IFF_LOWER_UP);
	safe_char state[64];

	status_format_speed(s->link, hw, state, sizeof(state));
	fact_lines_heading(s->lines, "%s  %s%s", safe_text(s->link->name, 0).text, state,
		!up				   ? OURS("")
		: hw->duplex == LINKHW_FULL_DUPLEX ? _(", full duplex")
		: hw->duplex == LINKHW_HALF_DUPLEX ? _(", half duplex")
						   : OURS(""));
}

void details_put_link(const struct app *app, const struct link *link,
	const struct link_facts *facts, struct fact_lines *lines)
{
	struct subject s = { .app = app, .link = link, .facts = facts, .lines = lines };

	if (app->sysstate)
		s.state = sysstate_link(app->sysstate, link->ifindex);
	put_heading(&s);
	if (put_addresses(&s, AF_INET, _("Address")) == 0 && !(link->flags & IFF_LOOPBACK))
		fact_lines_put(lines, _("Address"), "%s",
			link->master ? _("none, being a port") : _("none"));
	put_mac(&s);
	put_gateways(&s);
	put_dns(&s);
	put_lease(&s);
	(void)put_addresses(&s, AF_INET6, _("IPv6"));
	put_names(&s);
	put_relations(&s);
	put_hardware(&s);
	put_routes(&s);
	put_manager(&s);
}
