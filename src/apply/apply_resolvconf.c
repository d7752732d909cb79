/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "apply.h"
#include "atomic_file.h"
#include "resolvconf.h"
#include "util.h"

#define RESOLVED    "org.freedesktop.resolve1"
#define RESOLV_CONF "/etc/resolv.conf"

static void strv_freep(char ***list)
{
	for (char **s = *list; s && *s; s++)
		free(*s);
	free(*list);
}

static bool strv_contains(char **list, const char *text)
{
	for (; list && *list; list++)
		if (streq(*list, text))
			return true;
	return false;
}

/* Does systemd-resolved run, or come when it is called? */
static int resolved_exists(sd_bus *bus)
{
	_cleanup_(strv_freep) char **running = NULL, **startable = NULL;
	int r = sd_bus_list_names(bus, &running, &startable);

	if (r < 0)
		return r;
	return strv_contains(running, RESOLVED) || strv_contains(startable, RESOLVED);
}

int apply_resolvconf(struct apply *apply, const struct net_config *config)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_close_ int old = -1;
	int r;

	if (config->n_dns == 0)
		return 0;
	r = resolved_exists(apply->bus);
	if (r != 0)
		return r < 0 ? r : 0;
	old = file_open(apply->root, RESOLV_CONF);
	/* A symbolic link: somebody else's job. */
	if (old == -ELOOP)
		return 0;
	if (old < 0 && old != -ENOENT)
		return old;
	r = resolvconf_render(config, &text);
	if (r < 0)
		return r;
	return atomic_write(apply->root, RESOLV_CONF, text, 0644);
}
