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
	char text[NET_DOMAINS_MAX * DOMAIN_MAX + SAFE_TEXT_MAX];
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
	snprintf(row->now, sizeof(row->now), "%s", safe_text(now, 0).text);
	snprintf(row->wanted, sizeof(row->wanted), "%s", safe_text(wanted, 0).text);
}

/* Add a row about the interface when its columns differ. */
static void review_add_link(struct review *review, const char *subject, const struct cell *now,
	const struct cell *wanted)
{
	struct cell full = { .length = 0 };

	if (streq(now->text, wanted->text))
		return;
	cell_add(&full, safe_text(review->ifname, IFNAMSIZ).text);
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
static struct cell cell_addresses(const struct net_family *family, bool v4, bool present)
{
	struct cell cell = { .length = 0 };
	char ip[IP_TEXT_MAX];

	if (family->method == NET_METHOD_STATIC || (family->method == NET_METHOD_AUTO && present))
		for (size_t i = 0; i < family->n_addresses; i++)
			cell_add(&cell, ip_prefix_format(&family->addresses[i], ip));
	cell_add(&cell, cell.length > 0 ? method_mark(family->method, v4)
					: method_name(family->method, v4));
	return cell;
}

/* The gateway of a family, likewise. */
static struct cell cell_gateway(const struct net_family *family, bool v4, bool present)
{
	bool fixed = family->method == NET_METHOD_STATIC;
	struct cell cell = { .length = 0 };
	char ip[IP_TEXT_MAX];

	if (family->gateway.family == AF_UNSPEC || family->method == NET_METHOD_OFF ||
		(!fixed && !present)) {
		cell_add(&cell, fixed ? _("none") : method_name(family->method, v4));
		return cell;
	}
	cell_add(&cell, ip_format(&family->gateway, ip));
	if (!fixed)
		cell_add(&cell, method_mark(family->method, v4));
	else if (family->gateway_onlink)
		cell_add(&cell, _("(on-link)"));
	return cell;
}

/* Rows for the addresses and the gateway of one family. */
static void review_family(struct review *review, const struct net_family *now,
	const struct net_family *wanted, bool v4)
{
	bool automatic = now->method == NET_METHOD_AUTO && wanted->method == NET_METHOD_AUTO;
	struct cell a, b;

	/* Staying automatic changes nothing, whatever the lease says at the moment. */
	if (automatic)
		return;
	a = cell_addresses(now, v4, true);
	b = cell_addresses(wanted, v4, false);
	review_add_link(review, v4 ? _("address") : _("IPv6 address"), &a, &b);
	a = cell_gateway(now, v4, true);
	b = cell_gateway(wanted, v4, false);
	review_add_link(review, v4 ? _("gateway") : _("IPv6 gateway"), &a, &b);
}

/* The name servers; without own ones, those that automatic settings bring. */
static struct cell cell_dns(const struct net_config *config)
{
	bool automatic =
		config->v4.method == NET_METHOD_AUTO || config->v6.method == NET_METHOD_AUTO;
	struct cell cell = { .length = 0 };
	char ip[IP_TEXT_MAX];

	for (size_t i = 0; i < config->n_dns; i++)
		cell_add(&cell, ip_format(&config->dns[i], ip));
	if (config->n_dns == 0)
		cell_add(&cell, automatic ? _("automatic") : _("none"));
	return cell;
}

/* The search domains. */
static struct cell cell_domains(const struct net_config *config)
{
	struct cell cell = { .length = 0 };

	for (size_t i = 0; i < config->n_domains; i++)
		cell_add(&cell, safe_text(config->domains[i], 0).text);
	if (config->n_domains == 0)
		cell_add(&cell, _("none"));
	return cell;
}

size_t review_link(const struct net_config *now, const struct net_config *wanted,
	struct review_row *rows, size_t max)
{
	struct review review = { .rows = rows, .max = max, .ifname = wanted->ifname };
	struct cell a, b;

	review_family(&review, &now->v4, &wanted->v4, true);
	review_family(&review, &now->v6, &wanted->v6, false);
	a = cell_dns(now);
	b = cell_dns(wanted);
	review_add_link(&review, _("name servers"), &a, &b);
	a = cell_domains(now);
	b = cell_domains(wanted);
	review_add_link(&review, _("search domains"), &a, &b);
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
