/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which files a set of settings needs. */

#include <errno.h>

#include "netfile.h"
#include "netfile_parts.h"
#include "settings_words.h"
#include "textfile.h"
#include "util.h"

/* Can no value have begun a line, continued one, or named a specifier or a pattern? */
static bool is_clean(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++)
		if ((*p < ' ' && *p != '\n') || *p >= 0x7f || strchr("\\%*?!", *p))
			return false;
	return true;
}

/* Does the text say what was meant? */
static int check_text(const char *text, bool is_netdev, const void *what)
{
	if (!is_clean(text))
		return -EINVAL;
	return is_netdev ? netfile_check_netdev(text, what) : netfile_check_network(text, what);
}

/* Add a file. */
static int add_file(struct netfiles *files, const char *ifname, bool is_netdev, const void *what)
{
	_cleanup_free_ char *text = NULL;
	struct netfile *file;
	int r;

	if (files->n == NETFILES_MAX)
		return -EINVAL;
	r = textfile_compose(is_netdev ? netfile_write_netdev : netfile_write_network, what, &text);
	if (r < 0)
		return r;
	r = check_text(text, is_netdev, what);
	if (r < 0)
		return r;
	file = &files->files[files->n++];
	memcpy(file->ifname, ifname, strlen(ifname) + 1);
	file->is_netdev = is_netdev;
	file->text = take_ptr(text);
	return 0;
}

/* Add the .network file of a link that has no settings of its own: not a second time, as two VLANs
 * may stand on it. */
static int add_port(struct netfiles *files, const struct net_set *set, const char *ifname,
	const struct net_config *device)
{
	struct netfile_link link = {
		.set = set,
		.ifname = ifname,
		.bond = device->device.kind == NET_DEVICE_BOND ? device->ifname : NULL,
	};

	if (net_set_find(set, ifname))
		return link.bond ? -EINVAL : 0;
	if (netfiles_find(files, ifname, false))
		return link.bond ? -EINVAL : 0;
	return add_file(files, ifname, false, &link);
}

/* Add all files of a link. */
static int add_link(
	struct netfiles *files, const struct net_set *set, const struct net_config *config)
{
	struct netfile_link link = { .set = set, .ifname = config->ifname, .config = config };
	int r;

	if (!settings_link_is_writable(config) ||
		(config->device.kind == NET_DEVICE_VLAN && config->device.n_ports != 1))
		return -EINVAL;
	r = add_file(files, config->ifname, false, &link);
	if (r < 0 || config->device.kind == NET_DEVICE_EXISTING)
		return r;
	r = add_file(files, config->ifname, true, config);
	for (size_t i = 0; i < config->device.n_ports && r == 0; i++)
		r = add_port(files, set, config->device.ports[i], config);
	return r;
}

/* By name, and the device before what it is given. */
static int compare_files(const void *a, const void *b)
{
	const struct netfile *left = a, *right = b;
	int order = strcmp(left->ifname, right->ifname);

	return order != 0 ? order : (int)right->is_netdev - (int)left->is_netdev;
}

/* All files of a set. */
int netfiles_render(const struct net_set *set, struct netfiles *ret)
{
	_cleanup_(netfiles_done) struct netfiles files = { .n = 0 };
	int r;

	for (size_t i = 0; i < set->n_links; i++) {
		r = add_link(&files, set, &set->links[i]);
		if (r < 0)
			return r;
	}
	if (files.n > 0)
		qsort(files.files, files.n, sizeof(files.files[0]), compare_files);
	*ret = files;
	files.n = 0;
	return 0;
}

/* Free the texts. */
void netfiles_done(struct netfiles *files)
{
	for (size_t i = 0; i < files->n; i++)
		free(files->files[i].text);
	files->n = 0;
}

/* The file of that link and kind, or NULL. */
const struct netfile *netfiles_find(
	const struct netfiles *files, const char *ifname, bool is_netdev)
{
	for (size_t i = 0; i < files->n; i++)
		if (files->files[i].is_netdev == is_netdev && streq(files->files[i].ifname, ifname))
			return &files->files[i];
	return NULL;
}
