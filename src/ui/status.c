/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "status.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdarg.h>

#include "address_words.h"
#include "advice.h"
#include "i18n.h"
#include "safe_text.h"
#include "url.h"
#include "util.h"

#define URLS_MAX 16

/* The lines so far, and what they are made from. */
struct builder {
	const struct app *app;
	const struct link *links[APP_LINKS_MAX];
	size_t n_links, total_links;
	int advertised;	  /* the interface whose URLs come first, 0 for none */
	bool links_known; /* the kernel has told its links; there is always one, lo */
	struct status_line *lines;
	size_t n, allocated;
};

/* How networkd names the source of an address, and how we do. */
static const struct {
	const char *source, *text;
} origins[] = {
	{ "DHCPv4", N_("automatic (DHCP)") },
	{ "DHCPv6", N_("automatic (DHCP)") },
	{ "NDisc", N_("automatic (router)") },
	{ "IPv4LL", N_("self-assigned") },
	{ "static", N_("fixed") },
};

/* Another line of this kind, empty. NULL: no memory. */
static struct status_line *add_line(struct builder *b, enum status_kind kind)
{
	if (b->n == b->allocated) {
		size_t allocated = b->allocated ? b->allocated * 2 : 16;
		struct status_line *lines = reallocarray(b->lines, allocated, sizeof(*lines));

		if (!lines)
			return NULL;
		b->lines = lines;
		b->allocated = allocated;
	}
	b->lines[b->n] = (struct status_line){ .kind = kind };
	return &b->lines[b->n++];
}

/* Another line with this label and this text. */
_printf_(4, 5) static int add_text(
	struct builder *b, enum status_kind kind, const char *label, const char *format, ...)
{
	struct status_line *line = add_line(b, kind);
	va_list ap;

	if (!line)
		return -ENOMEM;
	(void)snprintf(line->label, sizeof(line->label), "%s", label);
	va_start(ap, format);
	(void)vsnprintf(line->text, sizeof(line->text), format, ap);
	va_end(ap);
	return 0;
}

/* Product, version and hostname. */
static int build_title(struct builder *b)
{
	char hostname[HOST_NAME_SIZE];

	sysstate_hostname(hostname);
	return add_text(b, STATUS_TITLE, safe_text(hostname, sizeof(hostname) - 1).text, "%s",
		app_product(b->app).text);
}

/* Is this one of the interfaces that are shown? All are while the kernel has told none. */
static bool is_shown(const struct builder *b, int ifindex)
{
	for (size_t i = 0; i < b->n_links; i++)
		if (b->links[i]->ifindex == ifindex)
			return true;
	return !b->links_known;
}

/* The name of an interface, "" while it is not known. */
static struct safe_str link_name(const struct builder *b, int ifindex)
{
	const struct link *link = netlink_link_by_index(b->app->nl, ifindex);

	return safe_text(link ? link->name : NULL, IFNAMSIZ - 1);
}

/* Is there an address of this kind on an interface that is shown? */
static bool have_kind(const struct builder *b, enum address_kind kind)
{
	const struct address *addresses;
	size_t n;

	addresses = netlink_addresses(b->app->nl, &n);
	for (size_t i = 0; i < n; i++)
		if (is_shown(b, addresses[i].ifindex) &&
			address_kind(b->app->nl, &addresses[i]) == kind)
			return true;
	return false;
}

/* An address that is there but cannot be used, because another device has it, too; the advice says
 * so where there is no other one. */
static int build_duplicates(struct builder *b)
{
	const struct address *addresses;
	char text[IP_TEXT_MAX];
	size_t n;
	int r = 0;

	if (!have_kind(b, ADDRESS_USABLE))
		return 0;
	addresses = netlink_addresses(b->app->nl, &n);
	for (size_t i = 0; i < n && r >= 0; i++)
		if (address_kind(b->app->nl, &addresses[i]) == ADDRESS_DUPLICATE &&
			is_shown(b, addresses[i].ifindex))
			r = add_text(b, STATUS_NOTICE, "",
				_("Another device on the network already uses %s, so %s cannot use "
				  "it."),
				ip_format(&addresses[i].ip.addr, text),
				link_name(b, addresses[i].ifindex).text);
	return r;
}

/* What stands in the way: set-up that is not finished, or a kernel that does not answer. */
static int build_notice(struct builder *b)
{
	if (b->app->trouble < 0)
		return add_text(b, STATUS_NOTICE, "",
			_("The network of this appliance cannot be read: %s."),
			strerror(-b->app->trouble));
	if (b->app->change_tried)
		return add_text(b, STATUS_NOTICE, "", "%s",
			_("New network settings are being tried. Unless they are kept, the old "
			  "ones come back by themselves."));
	if (b->app->unclaimed)
		return add_text(b, STATUS_NOTICE, "", "%s",
			_("This appliance is not set up yet. Choose Settings to do it."));
	if (!b->app->copy)
		return 0;
	return add_text(b, STATUS_NOTICE, "", "%s",
		_("This machine looks like a copy of another one. Settings has what to do about "
		  "it."));
}

/* One URL for each usable address of an interface; ifindex 0: of any. */
static int build_link_urls(struct builder *b, int ifindex, bool several, size_t *n_urls)
{
	const struct address *addresses;
	size_t n;

	addresses = netlink_addresses(b->app->nl, &n);
	for (size_t i = 0; i < n && *n_urls < URLS_MAX; i++) {
		const struct address *address = &addresses[i];
		struct safe_str label = { "" };
		char url[URL_MAX];

		if ((ifindex && address->ifindex != ifindex) || !is_shown(b, address->ifindex) ||
			!address_is_usable(b->app->nl, address))
			continue;
		if (several)
			label = link_name(b, address->ifindex);
		url_format(&b->app->conf, &address->ip.addr, url);
		if (add_text(b, STATUS_URL, label.text, "%s", url) < 0)
			return -ENOMEM;
		(*n_urls)++;
	}
	return 0;
}

/* The interface that the URL shall name first, where it is one of those that are shown. */
static int advertised_link(const struct builder *b)
{
	for (size_t i = 0; i < b->n_links; i++)
		if (streq(b->links[i]->name, b->app->conf.web_interface))
			return b->links[i]->ifindex;
	return 0;
}

/* Has more than one interface a usable address? */
static bool several_links_usable(const struct builder *b)
{
	const struct address *addresses;
	int first = 0;
	size_t n;

	addresses = netlink_addresses(b->app->nl, &n);
	for (size_t i = 0; i < n; i++) {
		if (!is_shown(b, addresses[i].ifindex) ||
			!address_is_usable(b->app->nl, &addresses[i]))
			continue;
		if (first && addresses[i].ifindex != first)
			return true;
		first = addresses[i].ifindex;
	}
	return false;
}

/* The URLs below their sentence: the advertised interface's first, then by default route. */
static int build_urls(struct builder *b, size_t *ret_n)
{
	size_t intro = b->n;
	bool several = several_links_usable(b);
	int r;

	*ret_n = 0;
	r = add_text(b, STATUS_INTRO, "", "%s",
		b->app->conf.web_enabled ? _("Manage this appliance from a web browser at")
					 : _("The address of this appliance is"));
	if (r < 0)
		return r;
	if (!b->links_known)
		r = build_link_urls(b, 0, false, ret_n);
	if (b->advertised && r >= 0)
		r = build_link_urls(b, b->advertised, several, ret_n);
	for (size_t i = 0; i < b->n_links && r >= 0; i++)
		if (b->links[i]->ifindex != b->advertised)
			r = build_link_urls(b, b->links[i]->ifindex, several, ret_n);
	if (r >= 0 && *ret_n == 0)
		b->n = intro;
	return r;
}

void status_format_speed(const struct link *link, const struct linkhw *hw, char *ret, size_t size)
{
	if (!(link->flags & IFF_UP)) {
		(void)snprintf(ret, size, "%s", _("off"));
		return;
	}
	if (!(link->flags & IFF_LOWER_UP)) {
		(void)snprintf(ret, size, "%s", _("no cable"));
		return;
	}
	if (hw->speed_mbps == 0)
		(void)snprintf(ret, size, "%s", _("up"));
	else if (hw->speed_mbps >= 1000 && hw->speed_mbps % 100 == 0)
		(void)snprintf(ret, size, _("up %g Gb/s"), hw->speed_mbps / 1000.0);
	else
		(void)snprintf(ret, size, _("up %u Mb/s"), hw->speed_mbps);
}

void status_format_state(const struct link *link, char *ret, size_t size)
{
	struct linkhw hw = { 0 };

	if (link->flags & IFF_LOWER_UP)
		linkhw_read(link->name, &hw);
	status_format_speed(link, &hw, ret, size);
}

void status_format_mac(const struct link *link, char *ret, size_t size)
{
	size_t used = 0;

	*ret = '\0';
	for (size_t i = 0; i < link->mac_len && used + 3 < size; i++)
		used += (size_t)snprintf(
			ret + used, size - used, "%s%02x", i ? ":" : "", link->mac[i]);
}

const char *status_origin(const struct app *app, const struct address *address)
{
	const struct link_state *state =
		app->sysstate ? sysstate_link(app->sysstate, address->ifindex) : NULL;

	if (address->flags & IFA_F_DADFAILED)
		return _("used by another device");
	if (address->flags & IFA_F_TENTATIVE)
		return _("being checked");
	for (size_t i = 0; state && i < state->n_origins; i++) {
		if (!ip_equal(&state->origins[i].addr, &address->ip.addr))
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(origins); j++)
			if (streq(state->origins[i].source, origins[j].source))
				return _(origins[j].text);
	}
	if (ip_is_link_local(&address->ip.addr))
		return _("self-assigned");
	if (address->flags & IFA_F_PERMANENT)
		return _("fixed");
	if (address->ip.addr.family == AF_INET6 && address->ip.length < 128)
		return _("automatic (router)");
	return _("automatic (DHCP)");
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
static int build_link(struct builder *b, const struct link *link)
{
	const struct address *addresses;
	struct status_line *line = add_line(b, STATUS_LINK);
	char text[IP_TEXT_MAX];
	const char *words;
	bool first = true;
	size_t n;

	if (!line)
		return -ENOMEM;
	(void)snprintf(line->label, sizeof(line->label), "%.*s", (int)sizeof(line->label) - 1,
		link_name(b, link->ifindex).text);
	status_format_state(link, line->text, sizeof(line->text));
	status_format_mac(link, line->mac, sizeof(line->mac));
	(void)snprintf(line->address, sizeof(line->address), "-");
	addresses = netlink_addresses(b->app->nl, &n);
	for (size_t i = 0; i < n; i++) {
		if (addresses[i].ifindex != link->ifindex || !address_is_listed(&addresses[i]))
			continue;
		if (!first)
			line = add_line(b, STATUS_LINK);
		if (!line)
			return -ENOMEM;
		first = false;
		(void)snprintf(line->address, sizeof(line->address), "%s",
			ip_prefix_format(&addresses[i].ip, text));
		words = address_words(address_kind(b->app->nl, &addresses[i]));
		(void)snprintf(line->origin, sizeof(line->origin), "%s",
			*words ? words : status_origin(b->app, &addresses[i]));
	}
	return 0;
}

/* Why there is no URL, and what to do. */
static int build_advice(struct builder *b)
{
	struct advice advice;
	int r = 0;

	advice_find(b->app, &advice);
	if (*advice.cause)
		r = add_text(b, STATUS_ADVICE, "", "%s", advice.cause);
	if (r >= 0 && *advice.hint)
		r = add_text(b, STATUS_HINT, "", "%s", advice.hint);
	return r;
}

/* All interfaces that are shown. */
static int build_links(struct builder *b)
{
	int r = 0;

	for (size_t i = 0; i < b->n_links && r >= 0; i++)
		r = build_link(b, b->links[i]);
	if (r >= 0 && b->total_links > b->n_links) {
		r = add_text(b, STATUS_MORE, "", _("and %zu more"), b->total_links - b->n_links);
		if (r >= 0)
			b->lines[b->n - 1].more = b->total_links - b->n_links;
	}
	return r;
}

/* Everything, in the order in which it is shown. */
static int build_all(struct builder *b)
{
	const char *documentation = b->app->conf.documentation_url;
	size_t n_urls;
	int r;

	r = build_title(b);
	if (r >= 0)
		r = build_notice(b);
	if (r >= 0)
		r = build_duplicates(b);
	if (r >= 0)
		r = build_urls(b, &n_urls);
	if (r >= 0 && n_urls == 0)
		r = build_advice(b);
	if (r >= 0)
		r = build_links(b);
	if (r >= 0 && *documentation)
		r = add_text(b, STATUS_HELP, _("Help"), "%s", safe_text(documentation, 0).text);
	return r;
}

int status_build(const struct app *app, struct status_line **ret_lines, size_t *ret_n)
{
	struct builder b = { .app = app };
	size_t n;
	int r;

	netlink_links(app->nl, &n);
	b.links_known = n > 0;
	b.n_links = app_links(app, b.links, &b.total_links);
	b.advertised = advertised_link(&b);
	r = build_all(&b);
	if (r < 0) {
		free(b.lines);
		return r;
	}
	*ret_lines = b.lines;
	*ret_n = b.n;
	return 0;
}

bool status_equal(const struct status_line *a, size_t n_a, const struct status_line *b, size_t n_b)
{
	return n_a == n_b && (n_a == 0 || memcmp(a, b, n_a * sizeof(*a)) == 0);
}
