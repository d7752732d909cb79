/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers as a file, and settings as answers. */

#include <errno.h>

#include "answers_parts.h"
#include "util.h"

/* -- settings -----------------------------------------------------------------------------------
 */

/* What the link is made of. */
static void add_device(struct answers_link *link, const struct net_config *config)
{
	const struct net_device *device = &config->device;
	char name[IFNAMSIZ];

	switch (device->kind) {
	case NET_DEVICE_EXISTING:
		return;
	case NET_DEVICE_VLAN:
		(void)snprintf(link->link, sizeof(link->link), "%s", device->ports[0]);
		link->given |= LINK_ANSWER_VLAN;
		if (!streq(net_vlan_name(device->ports[0], device->vlan_id, name), config->ifname))
			link->given |= LINK_ANSWER_NAME;
		return;
	case NET_DEVICE_BOND:
		break;
	}
	link->given |= LINK_ANSWER_BOND | LINK_ANSWER_PORTS;
}

/* How the families get their addresses. Those of one that has none are said to be gone, which can
 * only be said of both at once. */
static void add_families(struct answers_link *link)
{
	struct net_config *config = &link->config;
	struct net_family *families[] = { &config->v4, &config->v6 };
	unsigned given = LINK_ANSWER_DHCP;

	link->dhcp[0] = net_family_is_automatic(&config->v4);
	link->dhcp[1] = net_family_is_automatic(&config->v6);
	link->solicit = config->v6.method == NET_METHOD_DHCP;
	given |= link->solicit ? LINK_ANSWER_WITHOUT_RA : 0;
	given |= config->v6.method == NET_METHOD_OFF ? LINK_ANSWER_IPV6_RA : 0;
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		struct net_family *family = families[i];
		bool fixed = family->method == NET_METHOD_STATIC;
		unsigned addresses = i == 0 ? LINK_ANSWER_ADDRESSES4 : LINK_ANSWER_ADDRESSES6;
		unsigned gateway = i == 0 ? LINK_ANSWER_GATEWAY4 : LINK_ANSWER_GATEWAY6;
		bool has_gateway = fixed && family->gateway.family != AF_UNSPEC;

		if (!fixed)
			*family = (struct net_family){ .method = family->method };
		if (!has_gateway)
			family->gateway_onlink = false;
		given |= fixed				    ? addresses
			 : family->method == NET_METHOD_OFF ? LINK_ANSWER_ADDRESSES
							    : 0;
		given |= has_gateway ? gateway : fixed ? LINK_ANSWER_GATEWAYS : 0;
		given |= family->gateway_onlink ? LINK_ANSWER_ONLINK : 0;
	}
	link->given |= given;
}

int answers_add_config(struct answers *answers, const struct net_config *config, bool advertised)
{
	struct answers_link *link;
	int r = answers_link_add(answers, config->ifname, &link);

	if (r < 0)
		return r;
	link->config = *config;
	link->advertised = advertised;
	link->given = LINK_ANSWER_DNS | LINK_ANSWER_DOMAINS | LINK_ANSWER_NTP | LINK_ANSWER_MTU |
		      LINK_ANSWER_ROUTES | LINK_ANSWER_CLIENT_ID | LINK_ANSWER_SEND_HOSTNAME |
		      LINK_ANSWER_ADVERTISED;
	add_device(link, config);
	add_families(link);
	return 0;
}

/* -- a file -------------------------------------------------------------------------------------
 */

/* The keys of the machine, below their sections. */
static void write_host(FILE *f, const struct answers_subject *subject)
{
	const char *section = "";

	for (const struct answers_key *key = answers_host_keys; key->name; key++) {
		if (!(subject->answers->given & key->bit))
			continue;
		if (!streq(section, key->section))
			fprintf(f, "%s[%s]\n", *section ? "\n" : "", key->section);
		section = key->section;
		key->write(f, key->name, subject);
	}
	if (*section && subject->answers->n_links > 0)
		fputc('\n', f);
}

static void write_link(FILE *f, const struct answers_subject *subject)
{
	const struct answers_key *key;

	fputs("[Network]\n", f);
	for (size_t i = 0; (key = answers_key(i)); i++)
		if (streq(key->section, "Network") &&
			(key->bit == 0 || (subject->link->given & key->bit)))
			key->write(f, key->name, subject);
}

int answers_write(FILE *f, const struct answers *answers)
{
	/* What writes changes nothing. */
	struct answers_subject subject = { .answers = (struct answers *)answers };

	write_host(f, &subject);
	for (size_t i = 0; i < answers->n_links; i++) {
		if (i > 0)
			fputc('\n', f);
		subject.link = answers->links[i];
		write_link(f, &subject);
	}
	answers_steps_write(f, answers);
	return ferror(f) ? -EIO : 0;
}
