/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "resolvconf.h"

#include "textfile.h"

/* The lines of the file. */
static void write_lines(FILE *f, const void *what)
{
	const struct net_config *config = what;
	char ip[IP_TEXT_MAX];

	fputs(RESOLVCONF_HEAD, f);
	for (size_t i = 0; i < config->n_domains; i++)
		fprintf(f, "%s%s", i == 0 ? "search " : " ", config->domains[i]);
	if (config->n_domains > 0)
		fputc('\n', f);
	for (size_t i = 0; i < config->n_dns; i++)
		fprintf(f, "nameserver %s\n", ip_format(&config->dns[i], ip));
}

/* Write the name servers and search domains of config as resolv.conf(5). */
int resolvconf_render(const struct net_config *config, char **ret)
{
	return textfile_compose(write_lines, config, ret);
}
