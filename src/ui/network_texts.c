/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Settings as the fields of the network page show them. */

#include "i18n.h"
#include "page_network.h"
#include "safe_text.h"
#include "util.h"

/* In the order of enum net_bond_mode. */
static const safe_char *const bond_modes[] = { OURS("active-backup"), OURS("802.3ad"),
	OURS("balance-alb") };

size_t network_index(int family)
{
	return family == AF_INET6;
}

struct net_family *network_family(struct net_config *config, int family)
{
	return family == AF_INET6 ? &config->v6 : &config->v4;
}

/* Write a word behind the others. */
static void append(char buf[static FIELD_MAX], const char *between, const char *word)
{
	size_t length = strlen(buf);

	(void)snprintf(buf + length, FIELD_MAX - length, "%s%s", length > 0 ? between : "", word);
}

/* Fill the fields of one family. */
static void fill_family(struct net_texts *texts, int af, const struct net_family *family)
{
	size_t at = network_index(af);
	char ip[IP_TEXT_MAX];

	for (size_t i = 0; i < family->n_addresses; i++)
		append(texts->address[at], " ", ip_prefix_format(&family->addresses[i], ip));
	if (family->gateway.family != AF_UNSPEC)
		append(texts->gateway[at], " ", ip_format(&family->gateway, ip));
	if (family->gateway_onlink)
		memcpy(texts->onlink[at], texts->gateway[at], FIELD_MAX);
}

/* "10.0.0.0/8 via 192.0.2.254", or the destination alone where it is on the link. */
static void fill_route(struct net_texts *texts, const struct net_route *route)
{
	char ip[IP_TEXT_MAX], text[2 * IP_TEXT_MAX + 8];
	int length;

	length = snprintf(text, sizeof(text), "%s", ip_prefix_format(&route->destination, ip));
	if (route->gateway.family != AF_UNSPEC)
		(void)snprintf(text + length, sizeof(text) - (size_t)length, " via %s",
			ip_format(&route->gateway, ip));
	append(texts->routes, ", ", text);
}

void network_texts_fill(struct net_texts *texts, const struct net_config *config)
{
	char ip[IP_TEXT_MAX];

	*texts = (struct net_texts){ 0 };
	fill_family(texts, AF_INET, &config->v4);
	fill_family(texts, AF_INET6, &config->v6);
	for (size_t i = 0; i < config->n_dns; i++)
		append(texts->dns, " ", ip_format(&config->dns[i], ip));
	for (size_t i = 0; i < config->n_domains; i++)
		append(texts->domains, " ", safe_bytes(safe_text(config->domains[i], 0).text));
	for (size_t i = 0; i < config->n_ntp; i++)
		append(texts->ntp, " ", safe_bytes(safe_text(config->ntp[i], 0).text));
	for (size_t i = 0; i < config->n_routes; i++)
		fill_route(texts, &config->routes[i]);
	if (config->mtu > 0)
		(void)snprintf(texts->mtu, sizeof(texts->mtu), "%u", config->mtu);
}

void network_write_hint(
	enum origin origin, bool unchanged, const safe_char *hint, safe_char *buf, size_t size)
{
	struct safe_str words = safe_text(unchanged ? origin_words(origin) : "", 0);

	if (*words.text)
		(void)safe_format(buf, size, _("Now: %s. %s"), words.text, hint);
	else
		(void)safe_format(buf, size, "%s", hint);
}

/* The ports of a bond and how they work together. */
static void write_bond(const struct net_device *device, safe_char *buf, size_t size)
{
	safe_char ports[NET_PORTS_MAX * (IFNAMSIZ + 1)] = "";
	size_t length = 0;

	for (size_t i = 0; i < device->n_ports; i++)
		length += (size_t)safe_format(ports + length, sizeof(ports) - length, "%s%.15s",
			i > 0 ? OURS(" ") : OURS(""), safe_text(device->ports[i], 0).text);
	(void)safe_format(buf, size, _("bond of %s (%s)"), ports,
		(size_t)device->bond_mode < ARRAY_SIZE(bond_modes) ? bond_modes[device->bond_mode]
								   : OURS(""));
}

void network_write_device(const struct net_device *device, safe_char *buf, size_t size)
{
	*buf = 0;
	switch (device->kind) {
	case NET_DEVICE_EXISTING:
		break;
	case NET_DEVICE_VLAN:
		(void)safe_format(buf, size, _("VLAN %u on %s"), device->vlan_id,
			safe_text(device->ports[0], 0).text);
		break;
	case NET_DEVICE_BOND:
		write_bond(device, buf, size);
		break;
	}
}
