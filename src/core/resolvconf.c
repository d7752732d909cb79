/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "resolvconf.h"

#include "textfile.h"

/* What the file is made of. */
struct lines {
	const struct net_config *config;
	char (*zones)[IFNAMSIZ]; /* or NULL */
};

/* One server. */
static void write_server(FILE *f, const struct ip_addr *server, const char *zone)
{
	bool zoned = ip_needs_zone(server);
	char ip[IP_TEXT_MAX];

	if (zoned && !zone)
		return;
	fprintf(f, "nameserver %s%s%s\n", ip_format(server, ip), zoned ? "%" : "",
		zoned ? zone : "");
}

/* The lines of the file. */
static void write_lines(FILE *f, const void *what)
{
	const struct lines *lines = what;
	const struct net_config *config = lines->config;

	fputs(RESOLVCONF_HEAD, f);
	for (size_t i = 0; i < config->n_domains; i++)
		fprintf(f, "%s%s", i == 0 ? "search " : " ", config->domains[i]);
	if (config->n_domains > 0)
		fputc('\n', f);
	for (size_t i = 0; i < config->n_dns; i++)
		write_server(f, &config->dns[i], lines->zones ? lines->zones[i] : NULL);
}

/* Write the name servers and search domains of config as resolv.conf(5). */
int resolvconf_render(const struct net_config *config, char (*zones)[IFNAMSIZ], char **ret)
{
	const struct lines lines = { config, zones };

	return textfile_compose(write_lines, &lines, ret);
}
