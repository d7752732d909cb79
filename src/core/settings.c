/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "settings.h"

#include <errno.h>

#include "netconf_write.h"
#include "settings_words.h"
#include "textfile.h"
#include "util.h"

const char *const settings_methods[] = {
	[NET_METHOD_OFF] = "off",
	[NET_METHOD_AUTO] = "automatic",
	[NET_METHOD_STATIC] = "static",
	[NET_METHOD_DHCP] = "dhcp",
};
const char *const settings_kinds[] = {
	[NET_DEVICE_EXISTING] = "existing",
	[NET_DEVICE_VLAN] = "vlan",
	[NET_DEVICE_BOND] = "bond",
};
const char *const settings_modes[] = {
	[NET_BOND_ACTIVE_BACKUP] = "active-backup",
	[NET_BOND_802_3AD] = "802.3ad",
	[NET_BOND_BALANCE_ALB] = "balance-alb",
};

/* What the link is made of. */
static void render_device(FILE *f, const struct net_device *device)
{
	if (device->kind == NET_DEVICE_EXISTING)
		return;
	fprintf(f, "Kind=%s\n", settings_kinds[device->kind]);
	if (device->kind == NET_DEVICE_VLAN)
		fprintf(f, "Id=%u\n", device->vlan_id);
	else
		fprintf(f, "Mode=%s\n", settings_modes[device->bond_mode]);
	for (size_t i = 0; i < device->n_ports; i++)
		fprintf(f, "Port=%s\n", device->ports[i]);
}

/* One family. What a lease has given is none of the settings. */
static void render_family(FILE *f, const char *section, const struct net_family *family)
{
	char ip[IP_TEXT_MAX];

	fprintf(f, "\n[%s]\nMethod=%s\n", section, settings_methods[family->method]);
	if (family->method != NET_METHOD_STATIC)
		return;
	for (size_t i = 0; i < family->n_addresses; i++)
		fprintf(f, "Address=%s\n", ip_prefix_format(&family->addresses[i], ip));
	if (family->gateway.family == AF_UNSPEC)
		return;
	fprintf(f, "Gateway=%s\n", ip_format(&family->gateway, ip));
	if (family->gateway_onlink)
		fputs("GatewayOnLink=yes\n", f);
}

/* Names and addresses of servers. */
static void render_servers(FILE *f, const struct net_config *config)
{
	if (config->n_dns + config->n_domains + config->n_ntp > 0)
		fputs("\n[Network]\n", f);
	netconf_write_servers(f, config);
}

/* What DHCP servers are told. */
static void render_dhcp(FILE *f, const struct net_config *config)
{
	if (config->dhcp_by_mac || config->dhcp_anonymous)
		fputs("\n[DHCP]\n", f);
	if (config->dhcp_by_mac)
		fputs("ClientIdentifier=mac\n", f);
	if (config->dhcp_anonymous)
		fputs("SendHostname=no\n", f);
}

/* The sections of a link. */
static void render_link(FILE *f, const struct net_config *config)
{
	fprintf(f, "\n[Link]\nName=%s\n", config->ifname);
	render_device(f, &config->device);
	if (config->mtu != 0)
		fprintf(f, "MTUBytes=%u\n", config->mtu);
	render_family(f, "IPv4", &config->v4);
	render_family(f, "IPv6", &config->v6);
	render_servers(f, config);
	netconf_write_routes(f, config);
	render_dhcp(f, config);
}

/* The whole text. */
static void render(FILE *f, const void *what)
{
	const struct net_set *set = what;

	fputs(SETTINGS_HEADER, f);
	if (*set->advertised != '\0')
		fprintf(f, "\n[Set]\nAdvertised=%s\n", set->advertised);
	for (size_t i = 0; i < set->n_links; i++)
		render_link(f, &set->links[i]);
}

/* Is it one word of visible characters? */
static bool is_word(const char *name, size_t size)
{
	size_t length = strnlen(name, size);

	if (length == 0 || length == size)
		return false;
	for (size_t i = 0; i < length; i++)
		if (name[i] <= ' ' || name[i] > '~')
			return false;
	return true;
}

/* Are all of a list? */
static bool are_words(const char *names, size_t size, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!is_word(names + i * size, size))
			return false;
	return true;
}

/* Does a link have nothing that could not be written: no odd name, no number without a word? */
bool settings_link_is_writable(const struct net_config *config)
{
	const struct net_device *device = &config->device;

	return is_word(config->ifname, sizeof(config->ifname)) &&
	       are_words(device->ports[0], sizeof(device->ports[0]), device->n_ports) &&
	       are_words(config->domains[0], DOMAIN_MAX, config->n_domains) &&
	       are_words(config->ntp[0], DOMAIN_MAX, config->n_ntp) &&
	       (unsigned)config->v4.method < N_SETTINGS_METHODS &&
	       (unsigned)config->v6.method < N_SETTINGS_METHODS &&
	       (unsigned)device->kind < N_SETTINGS_KINDS &&
	       (unsigned)device->bond_mode < N_SETTINGS_MODES;
}

/* Render a set, and refuse what could not have passed validate_net_set(). */
int settings_render(const struct net_set *set, char **ret)
{
	if (*set->advertised != '\0' && !is_word(set->advertised, sizeof(set->advertised)))
		return -EINVAL;
	for (size_t i = 0; i < set->n_links; i++)
		if (!settings_link_is_writable(&set->links[i]))
			return -EINVAL;
	return textfile_compose(render, set, ret);
}
