/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "netfile.h"

#include <errno.h>

#include "textfile.h"
#include "util.h"

#define HEADER                                                                                     \
	"# Written by firstboot; what is changed here is lost when settings are saved again.\n"    \
	"# Own settings belong into a drop-in directory of this file's name and \".d\".\n"

/* -- writing */

/* The gateway to write, NULL for none. */
static const struct ip_addr *family_gateway(const struct net_family *family)
{
	if (family->method != NET_METHOD_STATIC || family->gateway.family == AF_UNSPEC)
		return NULL;
	return &family->gateway;
}

/* Gateway= in [Network] for a gateway that the addresses cover. */
static void render_gateway(FILE *f, const struct net_family *family)
{
	const struct ip_addr *gateway = family_gateway(family);
	char ip[IP_TEXT_MAX];

	if (gateway && !family->gateway_onlink)
		fprintf(f, "Gateway=%s\n", ip_format(gateway, ip));
}

/* A [Route] section for a gateway that they do not cover. */
static void render_onlink(FILE *f, const struct net_family *family)
{
	const struct ip_addr *gateway = family_gateway(family);
	char ip[IP_TEXT_MAX];

	if (gateway && family->gateway_onlink)
		fprintf(f, "\n[Route]\nGateway=%s\nGatewayOnLink=yes\n", ip_format(gateway, ip));
}

/* An [Address] section each. Without DuplicateAddressDetection=ipv4: networkd 252 aborts when a
 * link is set up anew while such a check is under way, and drops the address for 6 s at each
 * reload. */
static void render_addresses(FILE *f, const struct net_family *family)
{
	char ip[IP_TEXT_MAX];

	if (family->method != NET_METHOD_STATIC)
		return;
	for (size_t i = 0; i < family->n_addresses; i++)
		fprintf(f, "\n[Address]\nAddress=%s\n",
			ip_prefix_format(&family->addresses[i], ip));
}

/* Own name servers replace those of a lease: who types them beside "automatic" does not want half
 * of the questions to go elsewhere, and systemd-resolved would ask any of them. Without own ones, a
 * lease's are used. */
static void render_use_dns(FILE *f, const struct net_config *config)
{
	if (config->n_dns == 0)
		return;
	if (config->v4.method == NET_METHOD_AUTO)
		fputs("\n[DHCPv4]\nUseDNS=no\n", f);
	if (config->v6.method == NET_METHOD_AUTO)
		fputs("\n[DHCPv6]\nUseDNS=no\n\n[IPv6AcceptRA]\nUseDNS=no\n", f);
}

/* The [Network] section. DHCPv6 starts when a router advertisement asks for it, so that DHCP= is
 * about IPv4 alone. */
static void render_network(FILE *f, const struct net_config *config)
{
	char ip[IP_TEXT_MAX];

	fprintf(f, "\n[Network]\nDHCP=%s\nIPv6AcceptRA=%s\nLinkLocalAddressing=%s\n",
		config->v4.method == NET_METHOD_AUTO ? "ipv4" : "no",
		config->v6.method == NET_METHOD_AUTO ? "yes" : "no",
		config->v6.method == NET_METHOD_OFF ? "no" : "ipv6");
	render_gateway(f, &config->v4);
	render_gateway(f, &config->v6);
	for (size_t i = 0; i < config->n_dns; i++)
		fprintf(f, "DNS=%s\n", ip_format(&config->dns[i], ip));
	for (size_t i = 0; i < config->n_domains; i++)
		fprintf(f, "Domains=%s\n", config->domains[i]);
}

/* Can no value have begun a line, continued one, or named a specifier? */
static bool is_clean(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++)
		if ((*p < ' ' && *p != '\n') || *p >= 0x7f || *p == '\\' || *p == '%')
			return false;
	return true;
}

/* The sections of the file. */
static void render(FILE *f, const void *what)
{
	const struct net_config *config = what;

	fprintf(f, HEADER "\n[Match]\nName=%s\n", config->ifname);
	render_network(f, config);
	render_addresses(f, &config->v4);
	render_addresses(f, &config->v6);
	render_onlink(f, &config->v4);
	render_onlink(f, &config->v6);
	render_use_dns(f, config);
}

/* Is it one word, as every name in a file of ours is? */
static bool is_word(const char *name, size_t size)
{
	size_t length = strnlen(name, size);

	return length > 0 && length < size && strcspn(name, " \t\n\r") == length;
}

/* Render config and refuse what could not have passed validate_net_config(). */
int netfile_render(const struct net_config *config, char **ret)
{
	_cleanup_free_ char *text = NULL;
	int r;

	if (!is_word(config->ifname, sizeof(config->ifname)))
		return -EINVAL;
	for (size_t i = 0; i < config->n_domains; i++)
		if (!is_word(config->domains[i], sizeof(config->domains[i])))
			return -EINVAL;
	r = textfile_compose(render, config, &text);
	if (r < 0)
		return r;
	if (!is_clean(text))
		return -EINVAL;
	*ret = take_ptr(text);
	return 0;
}

/* -- reading back */

/* The family of config that addr belongs to. */
static struct net_family *family_of(struct net_config *config, const struct ip_addr *addr)
{
	return addr->family == AF_INET ? &config->v4 : &config->v6;
}

/* The interface. */
static int parse_name(struct net_config *config, const char *value)
{
	if (strlen(value) >= sizeof(config->ifname))
		return -EINVAL;
	strcpy(config->ifname, value);
	return 0;
}

/* IPv4 is automatic, or may be fixed by addresses that follow. */
static int parse_dhcp(struct net_config *config, const char *value)
{
	config->v4.method = streq(value, "ipv4") ? NET_METHOD_AUTO : NET_METHOD_OFF;
	return 0;
}

/* IPv6 is automatic, or may be fixed by addresses that follow. */
static int parse_accept_ra(struct net_config *config, const char *value)
{
	config->v6.method = streq(value, "yes") ? NET_METHOD_AUTO : NET_METHOD_OFF;
	return 0;
}

/* A gateway that the addresses cover. */
static int parse_gateway(struct net_config *config, const char *value)
{
	struct ip_addr addr;
	int r = ip_parse(value, &addr);

	if (r == 0)
		family_of(config, &addr)->gateway = addr;
	return r;
}

/* A gateway that they do not cover. */
static int parse_route_gateway(struct net_config *config, const char *value)
{
	struct ip_addr addr;
	int r = ip_parse(value, &addr);

	if (r == 0) {
		family_of(config, &addr)->gateway = addr;
		family_of(config, &addr)->gateway_onlink = true;
	}
	return r;
}

/* A fixed address makes its family a fixed one. */
static int parse_address(struct net_config *config, const char *value)
{
	struct net_family *family;
	struct ip_prefix prefix;
	int r = ip_prefix_parse(value, &prefix);

	if (r < 0)
		return -EINVAL;
	family = family_of(config, &prefix.addr);
	if (family->n_addresses == NET_ADDRESSES_MAX)
		return -EINVAL;
	family->method = NET_METHOD_STATIC;
	family->addresses[family->n_addresses++] = prefix;
	return 0;
}

/* A name server. */
static int parse_dns(struct net_config *config, const char *value)
{
	if (config->n_dns == NET_DNS_MAX || ip_parse(value, &config->dns[config->n_dns]) < 0)
		return -EINVAL;
	config->n_dns++;
	return 0;
}

/* A search domain. */
static int parse_domain(struct net_config *config, const char *value)
{
	if (config->n_domains == NET_DOMAINS_MAX || strlen(value) >= DOMAIN_MAX)
		return -EINVAL;
	strcpy(config->domains[config->n_domains++], value);
	return 0;
}

/* The lines that say something about a config; the others follow from these. */
static const struct {
	const char *section, *key;
	int (*parse)(struct net_config *config, const char *value);
} lines[] = {
	{ "[Match]", "Name=", parse_name },
	{ "[Network]", "DHCP=", parse_dhcp },
	{ "[Network]", "IPv6AcceptRA=", parse_accept_ra },
	{ "[Network]", "Gateway=", parse_gateway },
	{ "[Network]", "DNS=", parse_dns },
	{ "[Network]", "Domains=", parse_domain },
	{ "[Address]", "Address=", parse_address },
	{ "[Route]", "Gateway=", parse_route_gateway },
};

/* Take one line of a section. */
static int parse_line(struct net_config *config, const char *section, const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		if (streq(section, lines[i].section) &&
			strncmp(line, lines[i].key, strlen(lines[i].key)) == 0)
			return lines[i].parse(config, line + strlen(lines[i].key));
	return 0;
}

/* Read back a file of ours. Whether it is one is decided at the end, by rendering what was read:
 * only the very same text is taken. */
int netfile_parse(const char *text, struct net_config *ret)
{
	_cleanup_free_ char *copy = strdup(text), *again = NULL;
	struct net_config config = { 0 };
	const char *section = "";
	char *next = copy, *line;
	int r;

	if (!copy)
		return -ENOMEM;
	while ((line = strsep(&next, "\n"))) {
		if (*line == '[')
			section = line;
		r = parse_line(&config, section, line);
		if (r < 0)
			return r;
	}
	r = netfile_render(&config, &again);
	if (r < 0)
		return r;
	if (!streq(text, again))
		return -EINVAL;
	*ret = config;
	return 0;
}
