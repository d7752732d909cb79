/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The keys of [Network]. */

#include "answers_parts.h"
#include "i18n.h"
#include "settings_words.h"
#include "util.h"
#include "validate.h"
#include "validate_parts.h"
#include "words.h"

static const char *families_word(bool v4, bool v6)
{
	static const char *const words[2][2] = { { "no", "ipv6" }, { "ipv4", "yes" } };

	return words[v4][v6];
}

/* -- what the link is ---------------------------------------------------------------------------
 */

/* The six bytes of a MAC address with colons or dashes, or with dots as switches show it. */
static bool parse_mac(const char *value, char ret[static ANSWERS_LINK_NAME_MAX])
{
	static const char digits[] = "0123456789abcdefABCDEF";
	char sign = value[strspn(value, digits)];
	size_t group = sign == '.' ? 4 : 2, length = sign == '.' ? 14 : 17, n = 0;

	if (!sign || !strchr(":-.", sign) || strlen(value) != length)
		return false;
	for (size_t i = 0; i < length; i++) {
		char c = value[i];

		if (i % (group + 1) == group ? c != sign : !strchr(digits, c))
			return false;
		if (c == sign)
			continue;
		if (n % 3 == 2)
			ret[n++] = ':';
		ret[n++] = c >= 'A' && c <= 'F' ? (char)(c + 'a' - 'A') : c;
	}
	ret[n] = '\0';
	return true;
}

/* Whose section it is. A group of machines has no card. */
static bool set_link(struct answers_subject *subject, const char *value, struct problem *problem)
{
	char *link = subject->link->link, mac[ANSWERS_LINK_NAME_MAX] = "";

	if (parse_mac(value, mac)) {
		if (strchr("13579bdf", mac[1]) || streq(mac, "00:00:00:00:00:00"))
			return problem_set(problem, _("%s is the MAC address of no card."), mac);
		(void)strcpy(link, mac);
		return true;
	}
	if (!*value || strchr(value, ':') || !validate_ifname(value, problem))
		return false;
	(void)snprintf(link, sizeof(subject->link->link), "%s", value);
	return true;
}

static void write_link(FILE *f, const char *name, const struct answers_subject *subject)
{
	fprintf(f, "%s=%s\n", name, subject->link->link);
}

static bool set_vlan(struct answers_subject *subject, const char *value, struct problem *problem)
{
	if (!*value)
		return true;
	if (!validate_vlan_id(value, &subject->link->config.device.vlan_id, problem))
		return false;
	(void)answers_link_give(subject, LINK_ANSWER_VLAN);
	return true;
}

static void write_vlan(FILE *f, const char *name, const struct answers_subject *subject)
{
	fprintf(f, "%s=%u\n", name, subject->link->config.device.vlan_id);
}

static bool set_name(struct answers_subject *subject, const char *value, struct problem *problem)
{
	if (!*value)
		return true;
	if (!validate_ifname(value, problem))
		return false;
	(void)strcpy(subject->link->config.ifname, value);
	(void)answers_link_give(subject, LINK_ANSWER_NAME);
	return true;
}

static void write_name(FILE *f, const char *name, const struct answers_subject *subject)
{
	fprintf(f, "%s=%s\n", name, subject->link->config.ifname);
}

static bool set_bond(struct answers_subject *subject, const char *value, struct problem *problem)
{
	for (unsigned i = 0; i < N_SETTINGS_MODES; i++)
		if (streq(value, settings_modes[i])) {
			subject->link->config.device.bond_mode = (enum net_bond_mode)i;
			(void)answers_link_give(subject, LINK_ANSWER_BOND);
			return true;
		}
	return !*value;
}

static void write_bond(FILE *f, const char *name, const struct answers_subject *subject)
{
	fprintf(f, "%s=%s\n", name, settings_modes[subject->link->config.device.bond_mode]);
}

/* Add a link to those that a bond is made of. */
static bool add_port(struct net_device *device, const char *port, struct problem *problem)
{
	if (!validate_ifname(port, problem))
		return false;
	for (size_t i = 0; i < device->n_ports; i++)
		if (streq(device->ports[i], port))
			return problem_set(
				problem, _("%s stands there twice. Remove one of the two."), port);
	if (device->n_ports == NET_PORTS_MAX)
		return problem_set(problem, _("A bond has at most %d network cards. Remove %s."),
			NET_PORTS_MAX, port);
	(void)strcpy(device->ports[device->n_ports++], port);
	return true;
}

static bool set_ports(struct answers_subject *subject, const char *value, struct problem *problem)
{
	struct net_device *device = &subject->link->config.device;
	char port[WORD_MAX];

	if (answers_link_give(subject, LINK_ANSWER_PORTS) || !*value)
		device->n_ports = 0;
	while (words_next(&value, port))
		if (!add_port(device, port, problem))
			return false;
	return true;
}

static void write_ports(FILE *f, const char *name, const struct answers_subject *subject)
{
	const struct net_device *device = &subject->link->config.device;

	for (size_t i = 0; i < device->n_ports; i++)
		fprintf(f, "%s=%s\n", name, device->ports[i]);
	if (device->n_ports == 0)
		fprintf(f, "%s=\n", name);
}

/* -- addresses ----------------------------------------------------------------------------------
 */

static bool set_dhcp(struct answers_subject *subject, const char *value, struct problem *problem)
{
	if (!answers_parse_families(*value ? value : "no", subject->link->dhcp))
		return false;
	(void)answers_link_give(subject, LINK_ANSWER_DHCP);
	return true;
}

static void write_dhcp(FILE *f, const char *name, const struct answers_subject *subject)
{
	fprintf(f, "%s=%s\n", name, families_word(subject->link->dhcp[0], subject->link->dhcp[1]));
}

static bool set_accept_ra(
	struct answers_subject *subject, const char *value, struct problem *problem)
{
	if (!*value)
		return true;
	if (!answers_parse_switch(value, true, &subject->link->accept_ra))
		return false;
	(void)answers_link_give(subject, LINK_ANSWER_IPV6_RA);
	return true;
}

static void write_accept_ra(FILE *f, const char *name, const struct answers_subject *subject)
{
	fprintf(f, "%s=%s\n", name, subject->link->accept_ra ? "yes" : "no");
}

static bool set_without_ra(
	struct answers_subject *subject, const char *value, struct problem *problem)
{
	if (!answers_parse_choice(value, "no", "solicit", &subject->link->solicit))
		return false;
	(void)answers_link_give(subject, LINK_ANSWER_WITHOUT_RA);
	return true;
}

static void write_without_ra(FILE *f, const char *name, const struct answers_subject *subject)
{
	fprintf(f, "%s=%s\n", name, subject->link->solicit ? "solicit" : "no");
}

/* Add the addresses of a line to their family. */
static bool set_addresses(
	struct answers_subject *subject, const char *value, struct problem *problem)
{
	struct net_config *config = &subject->link->config;
	bool v6 = strchr(value, ':');
	int af = v6 ? AF_INET6 : AF_INET;
	struct net_family found = { 0 }, *family = v6 ? &config->v6 : &config->v4;

	if (!*value) {
		config->v4.n_addresses = config->v6.n_addresses = 0;
		(void)answers_link_give(subject, LINK_ANSWER_ADDRESSES);
		return true;
	}
	if (!validate_addresses(value, af, &found, problem))
		return false;
	if (answers_link_give(subject, v6 ? LINK_ANSWER_ADDRESSES6 : LINK_ANSWER_ADDRESSES4))
		family->n_addresses = 0;
	for (size_t i = 0; i < found.n_addresses; i++)
		if (!validate_add_address(family, &found.addresses[i], af, problem))
			return false;
	return true;
}

static void write_family(FILE *f, const char *name, const struct net_family *family)
{
	char ip[IP_TEXT_MAX];

	for (size_t i = 0; i < family->n_addresses; i++)
		fprintf(f, "%s=%s\n", name, ip_prefix_format(&family->addresses[i], ip));
}

/* A family without addresses is told by an empty value before those of the other one. */
static void write_addresses(FILE *f, const char *name, const struct answers_subject *subject)
{
	const struct net_config *config = &subject->link->config;
	unsigned given = subject->link->given & LINK_ANSWER_ADDRESSES;

	if (given == LINK_ANSWER_ADDRESSES &&
		(config->v4.n_addresses == 0 || config->v6.n_addresses == 0))
		fprintf(f, "%s=\n", name);
	if (given & LINK_ANSWER_ADDRESSES4)
		write_family(f, name, &config->v4);
	if (given & LINK_ANSWER_ADDRESSES6)
		write_family(f, name, &config->v6);
}

/* One gateway for each family; whether addresses cover it is seen where these are known. */
static bool set_gateway(struct answers_subject *subject, const char *value, struct problem *problem)
{
	struct net_config *config = &subject->link->config;
	bool v6 = strchr(value, ':');
	struct net_family found = { .gateway_onlink = true },
			  *family = v6 ? &config->v6 : &config->v4;

	if (!*value) {
		config->v4.gateway = config->v6.gateway = (struct ip_addr){ 0 };
		(void)answers_link_give(subject, LINK_ANSWER_GATEWAYS);
		return true;
	}
	if (!validate_gateway(value, v6 ? AF_INET6 : AF_INET, &found, problem))
		return false;
	if (!answers_link_give(subject, v6 ? LINK_ANSWER_GATEWAY6 : LINK_ANSWER_GATEWAY4) &&
		family->gateway.family != AF_UNSPEC)
		return problem_set(
			problem, _("%s is the second gateway of its family. Keep one."), value);
	family->gateway = found.gateway;
	return true;
}

static void write_gateway(FILE *f, const char *name, const struct answers_subject *subject)
{
	const struct net_config *config = &subject->link->config;
	const struct ip_addr *v4 = &config->v4.gateway, *v6 = &config->v6.gateway;
	unsigned given = subject->link->given & LINK_ANSWER_GATEWAYS;
	char ip[IP_TEXT_MAX];

	if (given == LINK_ANSWER_GATEWAYS && (v4->family == AF_UNSPEC || v6->family == AF_UNSPEC))
		fprintf(f, "%s=\n", name);
	if ((given & LINK_ANSWER_GATEWAY4) && v4->family != AF_UNSPEC)
		fprintf(f, "%s=%s\n", name, ip_format(v4, ip));
	if ((given & LINK_ANSWER_GATEWAY6) && v6->family != AF_UNSPEC)
		fprintf(f, "%s=%s\n", name, ip_format(v6, ip));
}

static bool set_onlink(struct answers_subject *subject, const char *value, struct problem *problem)
{
	struct net_config *config = &subject->link->config;
	bool families[2];

	if (!answers_parse_families(*value ? value : "no", families))
		return false;
	config->v4.gateway_onlink = families[0];
	config->v6.gateway_onlink = families[1];
	(void)answers_link_give(subject, LINK_ANSWER_ONLINK);
	return true;
}

static void write_onlink(FILE *f, const char *name, const struct answers_subject *subject)
{
	const struct net_config *config = &subject->link->config;

	fprintf(f, "%s=%s\n", name,
		families_word(config->v4.gateway_onlink, config->v6.gateway_onlink));
}

const struct answers_key answers_link_keys[] = {
	{ "Network", "Link", N_("the name of an interface, its MAC address, or \"first\""), 0,
		false, false, set_link, write_link },
	{ "Network", "VLAN", N_("a number from 1 to 4094"), LINK_ANSWER_VLAN, false, false,
		set_vlan, write_vlan },
	{ "Network", "Name", N_("the name that the VLAN shall have"), LINK_ANSWER_NAME, false,
		false, set_name, write_name },
	{ "Network", "Bond", N_("active-backup, 802.3ad or balance-alb"), LINK_ANSWER_BOND, false,
		false, set_bond, write_bond },
	{ "Network", "Port", N_("the name of an interface"), LINK_ANSWER_PORTS, true, false,
		set_ports, write_ports },
	{ "Network", "DHCP", N_("yes, ipv4, ipv6 or no"), LINK_ANSWER_DHCP, false, false, set_dhcp,
		write_dhcp },
	{ "Network", "IPv6AcceptRA", N_("yes or no"), LINK_ANSWER_IPV6_RA, false, false,
		set_accept_ra, write_accept_ra },
	{ "Network", "WithoutRA", N_("solicit or no"), LINK_ANSWER_WITHOUT_RA, false, false,
		set_without_ra, write_without_ra },
	{ "Network", "Address", N_("an address with its prefix, such as 192.0.2.10/24"),
		LINK_ANSWER_ADDRESSES, true, false, set_addresses, write_addresses },
	{ "Network", "Gateway", N_("an address, such as 192.0.2.1"), LINK_ANSWER_GATEWAYS, true,
		false, set_gateway, write_gateway },
	{ "Network", "GatewayOnLink", N_("yes, ipv4, ipv6 or no"), LINK_ANSWER_ONLINK, false, false,
		set_onlink, write_onlink },
	{ 0 },
};
