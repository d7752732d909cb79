/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "resolvconf.h"

#include <errno.h>

#include "util.h"

/* Write the name servers and search domains of config as resolv.conf(5). */
int resolvconf_render(const struct net_config *config, char **ret)
{
	_cleanup_free_ char *text = NULL;
	char ip[IP_TEXT_MAX];
	size_t size;
	FILE *f;
	bool failed;

	f = open_memstream(&text, &size);
	if (!f)
		return -ENOMEM;
	fputs("# Written by firstboot; what is changed here is lost when settings are saved "
	      "again.\n",
		f);
	for (size_t i = 0; i < config->n_domains; i++)
		fprintf(f, "%s%s", i == 0 ? "search " : " ", config->domains[i]);
	if (config->n_domains > 0)
		fputc('\n', f);
	for (size_t i = 0; i < config->n_dns; i++)
		fprintf(f, "nameserver %s\n", ip_format(&config->dns[i], ip));
	failed = ferror(f);
	if (fclose(f) != 0 || failed)
		return -ENOMEM;
	*ret = take_ptr(text);
	return 0;
}
