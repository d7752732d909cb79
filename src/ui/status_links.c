/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The lines of the interfaces. */

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "address_words.h"
#include "i18n.h"
#include "safe_text.h"
#include "status_parts.h"
#include "util.h"

/* Where an address came from, for people and for programs. */
struct source {
	const safe_char *text;
	const char *word;
};

static const struct source dhcp = { N_("automatic (DHCP)"), "dhcp" },
			   router = { N_("automatic (router)"), "router" },
			   self_assigned = { N_("self-assigned"), "self-assigned" },
			   fixed = { N_("fixed"), "fixed" };

/* How networkd names it. */
static const struct {
	const char *name;
	const struct source *source;
} origins[] = {
	{ "DHCPv4", &dhcp },
	{ "DHCPv6", &dhcp },
	{ "NDisc", &router },
	{ "IPv4LL", &self_assigned },
	{ "static", &fixed },
};

void status_format_speed(
	const struct link *link, const struct linkhw *hw, safe_char *ret, size_t size)
{
	if (!(link->flags & IFF_UP)) {
		(void)safe_format(ret, size, "%s", _("off"));
		return;
	}
	if (!(link->flags & IFF_LOWER_UP)) {
		(void)safe_format(ret, size, "%s", _("no cable"));
		return;
	}
	if (hw->speed_mbps == 0)
		(void)safe_format(ret, size, "%s", _("up"));
	else if (hw->speed_mbps >= 1000 && hw->speed_mbps % 1000 == 0)
		(void)safe_format(ret, size, _("up %u Gb/s"), hw->speed_mbps / 1000);
	else if (hw->speed_mbps >= 1000 && hw->speed_mbps % 100 == 0)
		(void)safe_format(ret, size, _("up %u.%u Gb/s"), hw->speed_mbps / 1000,
			hw->speed_mbps % 1000 / 100);
	else
		(void)safe_format(ret, size, _("up %u Mb/s"), hw->speed_mbps);
}

void status_format_state(const struct link *link, safe_char *ret, size_t size)
{
	struct linkhw hw = { 0 };

	if (link->flags & IFF_LOWER_UP)
		linkhw_read(link->name, &hw);
	status_format_speed(link, &hw, ret, size);
}

void status_format_mac(const struct link *link, safe_char *ret, size_t size)
{
	size_t used = 0;

	*ret = '\0';
	for (size_t i = 0; i < link->mac_len && used + 3 < size; i++)
		used += (size_t)safe_format(
			ret + used, size - used, "%s%02x", i ? OURS(":") : OURS(""), link->mac[i]);
}

/* By the manager's account where it has one, else by what the kernel knows. */
static const struct source *find_source(const struct app *app, const struct address *address)
{
	const struct link_state *state =
		app->sysstate ? sysstate_link(app->sysstate, address->ifindex) : NULL;

	for (size_t i = 0; state && i < state->n_origins; i++) {
		if (!ip_equal(&state->origins[i].addr, &address->ip.addr))
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(origins); j++)
			if (streq(state->origins[i].source, origins[j].name))
				return origins[j].source;
	}
	if (ip_is_link_local(&address->ip.addr))
		return &self_assigned;
	if (address->flags & IFA_F_PERMANENT)
		return &fixed;
	if (address->ip.addr.family == AF_INET6 && address->ip.length < 128)
		return &router;
	return &dhcp;
}

const safe_char *status_origin(const struct app *app, const struct address *address)
{
	if (address->flags & IFA_F_DADFAILED)
		return _("used by another device");
	if (address->flags & IFA_F_TENTATIVE)
		return _("being checked");
	return translate(find_source(app, address)->text);
}

const char *status_origin_word(const struct app *app, const struct address *address)
{
	return find_source(app, address)->word;
}

/* Shall the table of interfaces list it? Every IPv6 interface has a link-local one, which tells
 * nothing; privacy addresses come and go and nobody types them. */
static bool address_is_listed(const struct address *address)
{
	if (address->ip.addr.family == AF_INET6)
		return address->scope == RT_SCOPE_UNIVERSE &&
		       !((address->flags & IFA_F_TEMPORARY) && !(address->flags & IFA_F_PERMANENT));
	return address->scope != RT_SCOPE_HOST;
}

/* One interface: a line with its state and first address, one for each further address. */
static int build_link(struct status_builder *b, const struct link *link)
{
	const struct address *addresses;
	struct status_line *line = status_add(b, STATUS_LINK);
	char text[IP_TEXT_MAX];
	const safe_char *words;
	bool first = true;
	size_t n;

	if (!line)
		return -ENOMEM;
	(void)safe_format(line->label, sizeof(line->label), "%.*s", (int)sizeof(line->label) - 1,
		safe_text(link->name, IFNAMSIZ - 1).text);
	status_format_state(link, line->text, sizeof(line->text));
	status_format_mac(link, line->mac, sizeof(line->mac));
	(void)safe_format(line->address, sizeof(line->address), "-");
	addresses = netlink_addresses_of(b->app->nl, link->ifindex, &n);
	for (size_t i = 0; i < n; i++) {
		if (!address_is_listed(&addresses[i]))
			continue;
		if (!first)
			line = status_add(b, STATUS_LINK);
		if (!line)
			return -ENOMEM;
		first = false;
		(void)safe_format(line->address, sizeof(line->address), "%s",
			safe_text(ip_prefix_format(&addresses[i].ip, text), 0).text);
		words = address_words(address_kind(b->app->nl, &addresses[i]));
		(void)safe_format(line->origin, sizeof(line->origin), "%s",
			*words ? words : status_origin(b->app, &addresses[i]));
	}
	return 0;
}

int status_build_links(struct status_builder *b)
{
	const struct link *links[APP_LINKS_MAX];
	size_t total, n = app_links(b->app, links, &total);
	int r = 0;

	for (size_t i = 0; i < n && r >= 0; i++)
		r = build_link(b, links[i]);
	if (r >= 0 && total > n) {
		r = status_add_text(b, STATUS_MORE, OURS(""), _("and %zu more"), total - n);
		if (r >= 0)
			b->lines[b->n - 1].more = total - n;
	}
	return r;
}

/* Is there an address that a URL may hold? */
static bool have_usable(const struct app *app)
{
	const struct address *addresses;
	size_t n;

	addresses = netlink_addresses(app->nl, &n);
	for (size_t i = 0; i < n; i++)
		if (address_is_usable(app->nl, &addresses[i]))
			return true;
	return false;
}

int status_build_duplicates(struct status_builder *b)
{
	const struct address *addresses;
	char text[IP_TEXT_MAX];
	size_t n;
	int r = 0;

	if (!have_usable(b->app))
		return 0;
	addresses = netlink_addresses(b->app->nl, &n);
	for (size_t i = 0; i < n && r >= 0; i++) {
		const struct link *link = netlink_link_by_index(b->app->nl, addresses[i].ifindex);

		if (link && link_is_customers(b->app->nl, link) &&
			address_kind(b->app->nl, &addresses[i]) == ADDRESS_DUPLICATE)
			r = status_add_text(b, STATUS_NOTICE, OURS(""),
				_("Another device on the network already uses %s, so %s cannot use "
				  "it."),
				safe_text(ip_format(&addresses[i].ip.addr, text), 0).text,
				safe_text(link->name, IFNAMSIZ - 1).text);
	}
	return r;
}
