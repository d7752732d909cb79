/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "review.h"

#include "i18n.h"
#include "safe_text.h"
#include "util.h"

/* The rows so far; further ones than there is room for are left out. */
struct review {
	struct review_row *rows;
	size_t n, max;
	const char *ifname;
};

/* All that a column has to say; the row shows as much of it as it has room for. */
struct cell {
	char text[NET_ROUTES_MAX * NET_ROUTE_TEXT_MAX + SAFE_TEXT_MAX];
	size_t length;
};

/* Add a word to a cell. */
static void cell_add(struct cell *cell, const char *word)
{
	size_t room = sizeof(cell->text) - cell->length;
	int n = snprintf(
		cell->text + cell->length, room, "%s%s", cell->length > 0 ? " " : "", word);

	if (n > 0)
		cell->length += (size_t)n < room ? (size_t)n : room - 1;
}

/* Add a row, cutting in "..." what is too long for it. */
static void review_add_row(
	struct review *review, const char *subject, const char *now, const char *wanted)
{
	struct review_row *row;

	if (review->n == review->max)
		return;
	row = &review->rows[review->n++];
	snprintf(row->subject, sizeof(row->subject), "%.63s", subject);
	snprintf(row->now, sizeof(row->now), "%s", safe_bytes(safe_text(now, 0).text));
	snprintf(row->wanted, sizeof(row->wanted), "%s", safe_bytes(safe_text(wanted, 0).text));
}

/* Add a row about the interface when its columns differ. */
static void review_add_link(struct review *review, const char *subject, const struct cell *now,
	const struct cell *wanted)
{
	struct cell full = { .length = 0 };

	if (streq(now->text, wanted->text))
		return;
	cell_add(&full, safe_bytes(safe_text(review->ifname, IFNAMSIZ).text));
	cell_add(&full, subject);
	review_add_row(review, full.text, now->text, wanted->text);
}

/* How the method is called beside an address that came from it. */
static const char *method_mark(enum net_method method, bool v4)
{
	switch (method) {
	case NET_METHOD_OFF:
		break;
	case NET_METHOD_AUTO:
		return v4 ? _("(DHCP)") : _("(automatic)");
	case NET_METHOD_STATIC:
		return _("(fixed)");
	case NET_METHOD_DHCP:
		return _("(DHCPv6)");
	}
	return "";
}

/* What to expect where there is no address: none, or one that is still to be given. */
static const char *method_name(enum net_method method, bool v4)
{
	switch (method) {
	case NET_METHOD_OFF:
		return _("off");
	case NET_METHOD_AUTO:
		return v4 ? _("automatic (DHCP)") : _("automatic");
	case NET_METHOD_DHCP:
		return _("automatic (DHCPv6)");
	case NET_METHOD_STATIC:
		break;
	}
	return _("none");
}

/* The addresses of a family. Those of a lease are news of the present only: what automatic settings
 * will bring is not known. */
static void write_addresses(
	struct cell *cell, const struct net_family *family, bool v4, bool present)
{
	char ip[IP_TEXT_MAX];

	if (family->method == NET_METHOD_STATIC || (net_family_is_automatic(family) && present))
		for (size_t i = 0; i < family->n_addresses; i++)
			cell_add(cell, ip_prefix_format(&family->addresses[i], ip));
	cell_add(cell, cell->length > 0 ? method_mark(family->method, v4)
					: method_name(family->method, v4));
}

static void write_addresses4(struct cell *cell, const struct net_config *config, bool present)
{
	write_addresses(cell, &config->v4, true, present);
}

static void write_addresses6(struct cell *cell, const struct net_config *config, bool present)
{
	write_addresses(cell, &config->v6, false, present);
}

/* The gateway of a family, likewise. That of IPv6 comes from routers, DHCPv6 or not. */
static void write_gateway(struct cell *cell, const struct net_family *family, bool v4, bool present)
{
	bool fixed = family->method == NET_METHOD_STATIC;
	enum net_method method =
		family->method == NET_METHOD_DHCP ? NET_METHOD_AUTO : family->method;
	char ip[IP_TEXT_MAX];

	if (family->gateway.family == AF_UNSPEC || family->method == NET_METHOD_OFF ||
		(!fixed && !present)) {
		cell_add(cell, fixed ? _("none") : method_name(method, v4));
		return;
	}
	cell_add(cell, ip_format(&family->gateway, ip));
	if (!fixed)
		cell_add(cell, method_mark(method, v4));
	else if (family->gateway_onlink)
		cell_add(cell, _("(on-link)"));
}

static void write_gateway4(struct cell *cell, const struct net_config *config, bool present)
{
	write_gateway(cell, &config->v4, true, present);
}

static void write_gateway6(struct cell *cell, const struct net_config *config, bool present)
{
	write_gateway(cell, &config->v6, false, present);
}

/* What stands for own servers where there are none: those that automatic settings bring. */
static const char *no_servers(const struct net_config *config)
{
	bool automatic =
		net_family_is_automatic(&config->v4) || net_family_is_automatic(&config->v6);

	return automatic ? _("automatic") : _("none");
}

/* The name servers. */
static void write_dns(struct cell *cell, const struct net_config *config, bool present)
{
	char ip[IP_TEXT_MAX];

	for (size_t i = 0; i < config->n_dns; i++)
		cell_add(cell, ip_format(&config->dns[i], ip));
	if (config->n_dns == 0)
		cell_add(cell, no_servers(config));
}

/* The search domains. */
static void write_domains(struct cell *cell, const struct net_config *config, bool present)
{
	for (size_t i = 0; i < config->n_domains; i++)
		cell_add(cell, safe_bytes(safe_text(config->domains[i], 0).text));
	if (config->n_domains == 0)
		cell_add(cell, _("none"));
}

/* The time servers. */
static void write_ntp(struct cell *cell, const struct net_config *config, bool present)
{
	for (size_t i = 0; i < config->n_ntp; i++)
		cell_add(cell, safe_bytes(safe_text(config->ntp[i], 0).text));
	if (config->n_ntp == 0)
		cell_add(cell, no_servers(config));
}

/* The MTU. */
static void write_mtu(struct cell *cell, const struct net_config *config, bool present)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", config->mtu);
	cell_add(cell, config->mtu != 0 ? number : _("the link's own"));
}

/* The routes besides the default one. */
static void write_routes(struct cell *cell, const struct net_config *config, bool present)
{
	char text[NET_ROUTE_TEXT_MAX + 2];

	for (size_t i = 0; i < config->n_routes; i++) {
		net_route_format(&config->routes[i], text);
		if (i + 1 < config->n_routes)
			strcat(text, ",");
		cell_add(cell, text);
	}
	if (config->n_routes == 0)
		cell_add(cell, _("none"));
}

/* How the link is called in DHCP. */
static void write_identity(struct cell *cell, const struct net_config *config, bool present)
{
	cell_add(cell, config->dhcp_by_mac ? _("MAC address") : _("machine ID"));
}

/* Whether the hostname is told to DHCP servers. */
static void write_anonymous(struct cell *cell, const struct net_config *config, bool present)
{
	cell_add(cell, config->dhcp_anonymous ? _("not sent") : _("sent"));
}

/* What the link is made of. */
static void write_device(struct cell *cell, const struct net_config *config, bool present)
{
	static const char *const modes[] = {
		[NET_BOND_ACTIVE_BACKUP] = "active-backup",
		[NET_BOND_802_3AD] = "802.3ad",
		[NET_BOND_BALANCE_ALB] = "balance-alb",
	};
	const struct net_device *device = &config->device;
	char text[128];

	switch (device->kind) {
	case NET_DEVICE_EXISTING:
		cell_add(cell, _("none"));
		return;
	case NET_DEVICE_VLAN:
		snprintf(text, sizeof(text), _("VLAN %u on"), device->vlan_id);
		break;
	case NET_DEVICE_BOND:
		snprintf(text, sizeof(text), _("bond (%s) of"), modes[device->bond_mode]);
		break;
	}
	cell_add(cell, text);
	for (size_t i = 0; i < device->n_ports; i++)
		cell_add(cell, safe_bytes(safe_text(device->ports[i], IFNAMSIZ).text));
}

/* Does a family stay automatic? Then nothing changes, whatever the lease says at the moment. */
static bool stays_automatic4(const struct net_config *now, const struct net_config *wanted)
{
	return net_family_is_automatic(&now->v4) && net_family_is_automatic(&wanted->v4);
}

static bool stays_automatic6(const struct net_config *now, const struct net_config *wanted)
{
	return net_family_is_automatic(&now->v6) && net_family_is_automatic(&wanted->v6);
}

static bool stays_same6(const struct net_config *now, const struct net_config *wanted)
{
	return stays_automatic6(now, wanted) && now->v6.method == wanted->v6.method;
}

/* Are there no time servers that are known by name, before or after? */
static bool stays_timeless(const struct net_config *now, const struct net_config *wanted)
{
	return now->n_ntp == 0 && wanted->n_ntp == 0;
}

/* Are DHCP servers asked neither before nor after? */
static bool stays_silent(const struct net_config *now, const struct net_config *wanted)
{
	return !net_family_is_automatic(&now->v4) && !net_family_is_automatic(&now->v6) &&
	       !net_family_is_automatic(&wanted->v4) && !net_family_is_automatic(&wanted->v6);
}

/* The rows of a link. */
static const struct {
	const char *subject;
	void (*write)(struct cell *cell, const struct net_config *config, bool present);
	bool (*skip)(const struct net_config *now, const struct net_config *wanted);
} link_rows[] = {
	{ N_("device"), write_device, NULL },
	{ N_("address"), write_addresses4, stays_automatic4 },
	{ N_("gateway"), write_gateway4, stays_automatic4 },
	{ N_("IPv6 address"), write_addresses6, stays_same6 },
	{ N_("IPv6 gateway"), write_gateway6, stays_automatic6 },
	{ N_("name servers"), write_dns, NULL },
	{ N_("search domains"), write_domains, NULL },
	{ N_("time servers"), write_ntp, stays_timeless },
	{ N_("MTU"), write_mtu, NULL },
	{ N_("routes"), write_routes, NULL },
	{ N_("DHCP identity"), write_identity, stays_silent },
	{ N_("hostname to DHCP"), write_anonymous, stays_silent },
};

/* Add all rows of a link. */
static void review_add_config(struct review *review, const struct net_config *now,
	const struct net_config *wanted, bool present)
{
	review->ifname = wanted->ifname;
	for (size_t i = 0; i < ARRAY_SIZE(link_rows); i++) {
		struct cell a = { .length = 0 }, b = { .length = 0 };

		if (link_rows[i].skip && link_rows[i].skip(now, wanted))
			continue;
		link_rows[i].write(&a, now, present);
		link_rows[i].write(&b, wanted, false);
		review_add_link(review, _(link_rows[i].subject), &a, &b);
	}
}

size_t review_link(const struct net_config *now, const struct net_config *wanted,
	struct review_row *rows, size_t max)
{
	struct review review = { .rows = rows, .max = max };

	review_add_config(&review, now, wanted, true);
	return review.n;
}

/* Add what differs in a link that one of the sets may lack: firstboot leaves it to the machine
 * there, which means automatic settings unless another file has others. */
static void review_add_set_link(
	struct review *review, const struct net_config *now, const struct net_config *wanted)
{
	const char *ifname = now ? now->ifname : wanted->ifname;
	struct net_config automatic;

	net_config_init(&automatic, ifname);
	if (!now || !wanted)
		review_add_row(review, safe_bytes(safe_text(ifname, IFNAMSIZ).text),
			now ? _("set up here") : _("not set up here"),
			wanted ? _("set up here") : _("not set up here"));
	review_add_config(review, now ? now : &automatic, wanted ? wanted : &automatic, false);
}

size_t review_sets(const struct net_set *now, const struct net_set *wanted, struct review_row *rows,
	size_t max)
{
	struct review review = { .rows = rows, .max = max };

	for (size_t i = 0; i < wanted->n_links; i++)
		review_add_set_link(
			&review, net_set_find(now, wanted->links[i].ifname), &wanted->links[i]);
	for (size_t i = 0; i < now->n_links; i++)
		if (!net_set_find(wanted, now->links[i].ifname))
			review_add_set_link(&review, &now->links[i], NULL);
	if (!streq(now->advertised, wanted->advertised))
		review_add_row(&review, _("Web address names"),
			*now->advertised != '\0' ? now->advertised : _("automatic"),
			*wanted->advertised != '\0' ? wanted->advertised : _("automatic"));
	return review.n;
}

size_t review_value(const char *subject, const char *now, const char *wanted,
	struct review_row *rows, size_t max)
{
	struct review review = { .rows = rows, .max = max };

	if (!streq(now, wanted))
		review_add_row(&review, subject, now, wanted);
	return review.n;
}

size_t review_host(const char *hostname_now, const char *hostname_wanted, bool set_password,
	const char *password_now, struct review_row *rows, size_t max)
{
	struct review review = { .rows = rows, .max = max };

	if (!streq(hostname_now, hostname_wanted))
		review_add_row(&review, _("Hostname"),
			*hostname_now != '\0' ? hostname_now : _("none"), hostname_wanted);
	if (set_password)
		review_add_row(&review, _("root's password"), password_now, _("set"));
	return review.n;
}
