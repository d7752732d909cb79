/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "apply.h"
#include "atomic_file.h"
#include "hosts.h"
#include "i18n.h"
#include "util.h"

#define HOSTNAMED      "org.freedesktop.hostname1"
#define HOSTNAMED_PATH "/org/freedesktop/hostname1"
#define HOSTS	       "/etc/hosts"
#define HOSTS_MAX      (1024 * 1024)

/* A change of the hostname under way: ask for the old one, set the new one, write /etc/hosts, and
 * set the old one again when that fails. */
struct rename {
	struct apply *apply;
	char hostname[HOST_NAME_SIZE], old[HOST_NAME_SIZE];
	sd_bus_slot *slot;
	struct apply_result result;
	apply_done_fn done;
	void *userdata;
};

static void rename_freep(struct rename **rename)
{
	if (!*rename)
		return;
	sd_bus_slot_unref((*rename)->slot);
	free(*rename);
}

/* Answer with the result, and end. */
static void rename_finish(struct rename *rename)
{
	_cleanup_(rename_freep) struct rename *owned = rename;

	owned->done(&owned->result, owned->userdata);
}

/* Answer that hostnamed did not do it. */
static void rename_fail(struct rename *rename, const sd_bus_error *error, int r)
{
	(void)snprintf(rename->result.text, sizeof(rename->result.text),
		_("The hostname was not changed to \"%s\": systemd-hostnamed says: %s."),
		rename->hostname, error && error->message ? error->message : strerror(-r));
	rename_finish(rename);
}

/* Send SetStaticHostname(name). */
static int set_static(struct rename *rename, const char *name, sd_bus_message_handler_t handle)
{
	rename->slot = sd_bus_slot_unref(rename->slot);
	return sd_bus_call_method_async(rename->apply->bus, &rename->slot, HOSTNAMED,
		HOSTNAMED_PATH, HOSTNAMED, "SetStaticHostname", handle, rename, "sb", name, 0);
}

/* /etc/hosts has the old name, hostnamed the new one. */
static void confess_half(struct rename *rename, const char *why)
{
	(void)snprintf(rename->result.text, sizeof(rename->result.text),
		_("The hostname was changed to \"%s\", but /etc/hosts could not be written, and "
		  "systemd-hostnamed does not take the old name back: %s. Set the hostname again."),
		rename->hostname, why);
	rename_finish(rename);
}

/* hostnamed was asked to take the old name back. */
static int handle_undone(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const sd_bus_error *failure = sd_bus_message_get_error(message);

	if (failure)
		confess_half(userdata, failure->message ? failure->message : failure->name);
	else
		rename_finish(userdata);
	return 0;
}

/* Put the new name into /etc/hosts. */
static int write_hosts(struct rename *rename)
{
	_cleanup_free_ char *old = NULL, *text = NULL;
	const char *root = rename->apply->root;
	int r;

	r = file_read(root, HOSTS, HOSTS_MAX, &old);
	if (r < 0 && r != -ENOENT)
		return r;
	r = hosts_set_hostname(old, rename->hostname, &text);
	if (r < 0)
		return r;
	return atomic_write(root, HOSTS, text, 0644);
}

/* hostnamed has the new name. */
static int handle_set(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct rename *rename = userdata;
	int r;

	if (sd_bus_message_is_method_error(message, NULL)) {
		rename_fail(rename, sd_bus_message_get_error(message), 0);
		return 0;
	}
	r = write_hosts(rename);
	rename->result.ok = r == 0;
	if (r == 0) {
		rename_finish(rename);
		return 0;
	}
	(void)snprintf(rename->result.text, sizeof(rename->result.text),
		_("The hostname was not changed to \"%s\": /etc/hosts could not be written: %s."),
		rename->hostname, strerror(-r));
	r = set_static(rename, rename->old, handle_undone);
	if (r < 0)
		confess_half(rename, strerror(-r));
	return 0;
}

/* hostnamed told the old name. */
static int handle_old(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct rename *rename = userdata;
	const char *old;
	int r;

	if (sd_bus_message_is_method_error(message, NULL)) {
		rename_fail(rename, sd_bus_message_get_error(message), 0);
		return 0;
	}
	r = sd_bus_message_read(message, "v", "s", &old);
	if (r < 0) {
		rename_fail(rename, NULL, r);
		return 0;
	}
	(void)snprintf(rename->old, sizeof(rename->old), "%s", old);
	r = set_static(rename, rename->hostname, handle_set);
	if (r < 0)
		rename_fail(rename, NULL, r);
	return 0;
}

int apply_hostname(struct apply *apply, const char *hostname, apply_done_fn done, void *userdata)
{
	_cleanup_(rename_freep) struct rename *rename = calloc(1, sizeof(*rename));
	int r;

	if (!rename)
		return -ENOMEM;
	rename->apply = apply;
	rename->done = done;
	rename->userdata = userdata;
	(void)snprintf(rename->hostname, sizeof(rename->hostname), "%s", hostname);
	r = sd_bus_call_method_async(apply->bus, &rename->slot, HOSTNAMED, HOSTNAMED_PATH,
		"org.freedesktop.DBus.Properties", "Get", handle_old, rename, "ss", HOSTNAMED,
		"StaticHostname");
	if (r < 0)
		return r;
	(void)take_ptr(rename);
	return 0;
}
