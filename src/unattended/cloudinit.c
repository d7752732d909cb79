/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cloudinit.h"

#include <glob.h>
#include <json-c/json.h>
#include <limits.h>

#include "textfile.h"
#include "util.h"

/* Written at each start, once a source of data is known. */
#define SOURCE_FILE "/run/cloud-init/instance-data.json"

/* The name that it has set, for as long as the machine lives. */
#define HOSTNAME_NOTE "/var/lib/cloud/data/set-hostname"

/* What it writes of the network, for whichever manager there is. */
static const char *const network_files[] = {
	"/etc/systemd/network/10-cloud-init-*",
	"/run/systemd/network/10-cloud-init-*",
	"/etc/netplan/50-cloud-init.yaml",
	"/etc/NetworkManager/system-connections/cloud-init-*",
	"/etc/network/interfaces.d/50-cloud-init*",
	"/etc/sysconfig/network-scripts/ifcfg-*.cloud-init",
};

/* Is there a file with a name like this? */
static bool exists(const char *root, const char *pattern)
{
	char path[PATH_MAX];
	glob_t found;
	bool any;

	if (snprintf(path, sizeof(path), "%s%s", root, pattern) >= (int)sizeof(path))
		return false;
	any = glob(path, GLOB_NOSORT, NULL, &found) == 0;
	globfree(&found);
	return any;
}

/* Is the name in the note the one that /etc/hostname has? One that was set by an earlier owner of
 * this disk, or that somebody has changed since, is not its work. */
static bool has_hostname(const char *root)
{
	static const char *const keys[] = { "hostname", "fqdn" };
	_cleanup_free_ char *note = NULL, *hostname = NULL;
	json_object *object, *value;
	bool same = false;

	if (textfile_read(root, HOSTNAME_NOTE, &note) < 0 ||
		textfile_read(root, "/etc/hostname", &hostname) < 0)
		return false;
	hostname[strcspn(hostname, "\n")] = '\0';
	object = json_tokener_parse(note);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (json_object_is_type(object, json_type_object) &&
			json_object_object_get_ex(object, keys[i], &value) &&
			json_object_is_type(value, json_type_string))
			same |= streq(json_object_get_string(value), hostname);
	json_object_put(object);
	return same;
}

void cloudinit_read(const char *root, struct cloudinit *ret)
{
	*ret = (struct cloudinit){ 0 };
	if (!exists(root, SOURCE_FILE))
		return;
	ret->active = true;
	ret->hostname = has_hostname(root);
	for (size_t i = 0; i < ARRAY_SIZE(network_files); i++)
		ret->network |= exists(root, network_files[i]);
}
