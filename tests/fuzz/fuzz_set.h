/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What holds of every set of settings that is accepted: each thing that is made of it is read back
 * as what it was, and nothing in it has begun a line, a section or a specifier of its own. The
 * files are read here anew, by systemd.syntax(7) and not by code of the program. */

#include "fuzz.h"
#include "netfile.h"
#include "resolvconf.h"
#include "settings.h"
#include "textfile.h"
#include "validate.h"

/* Where a reader of a file of systemd's is. */
struct fuzz_line {
	const char *next;
	char section[32], key[64], value[320];
};

/* The next assignment. Aborts at a line that is none, and at a byte that could mean more. */
static inline bool fuzz_next_line(struct fuzz_line *line)
{
	while (*line->next) {
		size_t length = strcspn(line->next, "\n");
		const char *text = line->next, *equals = memchr(text, '=', length);

		line->next += length + 1;
		for (size_t i = 0; i < length; i++)
			fuzz_assert(text[i] >= ' ' && text[i] <= '~' && !strchr("\\%*?!", text[i]));
		if (length == 0 || *text == '#')
			continue;
		if (*text == '[') {
			fuzz_assert(text[length - 1] == ']' && length - 2 < sizeof(line->section));
			(void)snprintf(line->section, sizeof(line->section), "%.*s",
				(int)length - 2, text + 1);
			*line->key = '\0';
			return true;
		}
		fuzz_assert(equals && (size_t)(equals - text) < sizeof(line->key));
		(void)snprintf(line->key, sizeof(line->key), "%.*s", (int)(equals - text), text);
		(void)snprintf(line->value, sizeof(line->value), "%.*s",
			(int)(text + length - equals - 1), equals + 1);
		return true;
	}
	return false;
}

/* Is every section and every key of text among those of a file of the kind? */
static inline void fuzz_check_words(const char *text, bool is_netdev)
{
	static const char *const network[] = { "Match", "Match.Name", "Link", "Link.MTUBytes",
		"Link.RequiredForOnline", "Network", "Network.DHCP", "Network.IPv6AcceptRA",
		"Network.LinkLocalAddressing", "Network.Gateway", "Network.DNS", "Network.Domains",
		"Network.NTP", "Network.Bond", "Network.VLAN", "Address", "Address.Address",
		"Route", "Route.Gateway", "Route.GatewayOnLink", "Route.Metric",
		"Route.Destination", "DHCPv4", "DHCPv4.ClientIdentifier", "DHCPv4.SendHostname",
		"DHCPv4.UseDNS", "DHCPv4.UseNTP", "DHCPv6", "DHCPv6.WithoutRA", "DHCPv6.DUIDType",
		"DHCPv6.UseDNS", "DHCPv6.UseNTP", "IPv6AcceptRA",
		"IPv6AcceptRA.UseAutonomousPrefix", "IPv6AcceptRA.UseDNS", NULL };
	static const char *const netdev[] = { "NetDev", "NetDev.Name", "NetDev.Kind", "VLAN",
		"VLAN.Id", "Bond", "Bond.Mode", "Bond.MIIMonitorSec", "Bond.FailOverMACPolicy",
		NULL };
	struct fuzz_line line = { .next = text };

	while (fuzz_next_line(&line)) {
		const char *const *known = is_netdev ? netdev : network;
		char word[128];

		(void)snprintf(
			word, sizeof(word), "%s%s%s", line.section, *line.key ? "." : "", line.key);
		while (*known && !streq(*known, word))
			known++;
		fuzz_assert(*known);
	}
}

/* Is what the key has in all sections of the name, in order, this list (each item ended by a line
 * end)? key "": one line for each section. */
static inline void fuzz_check_values(
	const char *text, const char *section, const char *key, const char *expected)
{
	struct fuzz_line line = { .next = text };

	while (fuzz_next_line(&line)) {
		size_t length = *key ? strlen(line.value) : 0;

		if (!streq(line.section, section) || !streq(line.key, key))
			continue;
		fuzz_assert(!*key || strncmp(expected, line.value, length) == 0);
		fuzz_assert(expected[length] == '\n');
		expected += length + 1;
	}
	fuzz_assert(*expected == '\0');
}

/* Both families' fixed addresses, each on a line. */
static inline void fuzz_put_addresses(FILE *f, const void *what)
{
	const struct net_config *config = what;
	const struct net_family *families[] = { &config->v4, &config->v6 };
	char ip[IP_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		for (size_t j = 0;
			families[i]->method == NET_METHOD_STATIC && j < families[i]->n_addresses;
			j++)
			fprintf(f, "%s\n", ip_prefix_format(&families[i]->addresses[j], ip));
}

static inline void fuzz_put_dns(FILE *f, const void *what)
{
	const struct net_config *config = what;
	char ip[IP_TEXT_MAX];

	for (size_t i = 0; i < config->n_dns; i++)
		fprintf(f, "%s\n", ip_format(&config->dns[i], ip));
}

static inline void fuzz_put_domains(FILE *f, const void *what)
{
	const struct net_config *config = what;

	for (size_t i = 0; i < config->n_domains; i++)
		fprintf(f, "%s\n", config->domains[i]);
}

static inline void fuzz_put_ntp(FILE *f, const void *what)
{
	const struct net_config *config = what;

	for (size_t i = 0; i < config->n_ntp; i++)
		fprintf(f, "%s\n", config->ntp[i]);
}

static inline void fuzz_put_destinations(FILE *f, const void *what)
{
	const struct net_config *config = what;
	char ip[IP_TEXT_MAX];

	for (size_t i = 0; i < config->n_routes; i++)
		fprintf(f, "%s\n", ip_prefix_format(&config->routes[i].destination, ip));
}

static inline void fuzz_put_name(FILE *f, const void *what)
{
	fprintf(f, "%s\n", (const char *)what);
}

static inline void fuzz_put_vlan_id(FILE *f, const void *what)
{
	const struct net_config *config = what;

	if (config->device.kind == NET_DEVICE_VLAN)
		fprintf(f, "%u\n", config->device.vlan_id);
}

/* Has the file what the settings of its link say, and all of it? */
static inline void fuzz_check_file(const struct netfile *file, const struct net_set *set)
{
	static const struct net_config none;
	static const struct {
		const char *section, *key;
		void (*put)(FILE *f, const void *what);
	} lists[] = {
		{ "Address", "Address", fuzz_put_addresses },
		{ "Network", "DNS", fuzz_put_dns },
		{ "Network", "Domains", fuzz_put_domains },
		{ "Network", "NTP", fuzz_put_ntp },
		{ "Route", "Destination", fuzz_put_destinations },
		{ "VLAN", "Id", fuzz_put_vlan_id },
	};
	const char *head = file->is_netdev ? "NetDev" : "Match";
	const struct net_config *config = net_set_find(set, file->ifname);
	_cleanup_free_ char *name = NULL;

	fuzz_check_words(file->text, file->is_netdev);
	fuzz_assert(textfile_compose(fuzz_put_name, file->ifname, &name) == 0);
	fuzz_check_values(file->text, head, "", "\n");
	fuzz_check_values(file->text, head, "Name", name);
	fuzz_check_values(file->text, "Network", "", file->is_netdev ? "" : "\n");
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		_cleanup_free_ char *expected = NULL;
		bool of_netdev = streq(lists[i].section, "VLAN");

		if (of_netdev != file->is_netdev)
			continue;
		fuzz_assert(
			textfile_compose(lists[i].put, config ? config : &none, &expected) == 0);
		fuzz_check_values(file->text, lists[i].section, lists[i].key, expected);
	}
}

/* The files of networkd's, where there are any: whole: they must be what the settings say. */
static inline void fuzz_check_networkd(const struct net_set *set, bool whole)
{
	static struct netfiles files;
	int r = netfiles_render(set, &files);

	fuzz_assert(r == 0 || !whole);
	for (size_t i = 0; r == 0 && i < files.n; i++)
		if (whole)
			fuzz_check_file(&files.files[i], set);
		else
			fuzz_check_words(files.files[i].text, files.files[i].is_netdev);
	if (r == 0)
		netfiles_done(&files);
}

/* All that is made of a set that has passed validate_net_set(). */
static inline void fuzz_check_set(const struct net_set *set)
{
	_cleanup_free_ char *text = NULL;
	static struct net_set again;

	fuzz_assert(settings_render(set, &text) == 0);
	fuzz_assert(settings_parse(text, &again) == 0);
	fuzz_check_networkd(set, true);
	for (size_t i = 0; i < set->n_links; i++) {
		_cleanup_free_ char *resolvconf = NULL;
		size_t lines = 1 + set->links[i].n_dns + (set->links[i].n_domains > 0);

		fuzz_assert(resolvconf_render(&set->links[i], NULL, &resolvconf) == 0);
		for (const char *p = resolvconf; *p; p++)
			lines -= *p == '\n';
		fuzz_assert(lines == 0 && !strpbrk(resolvconf, "\r\t\x1b"));
	}
}
