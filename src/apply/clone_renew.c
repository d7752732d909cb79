/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A machine that is a copy gets an identity of its own. */

#include <errno.h>
#include <systemd/sd-id128.h>

#include "atomic_file.h"
#include "clone.h"
#include "i18n.h"
#include "rivals.h"
#include "ssh_keys.h"
#include "util.h"

#define MACHINE_ID	"/etc/machine-id"
#define DBUS_MACHINE_ID "/var/lib/dbus/machine-id"

struct renewal {
	struct apply *apply;
	uint32_t what;
	sd_event_source *defer;
	apply_done_fn done;
	void *userdata;
};

static void renewal_freep(struct renewal **renewal)
{
	if (*renewal)
		sd_event_source_disable_unref((*renewal)->defer);
	free(*renewal);
}

/* -- machine-id and what is derived from it -----------------------------------------------------
 */

/* Where DHCP clients note leases and what they call themselves to servers. networkd's are in /run,
 * of this boot. */
static const struct {
	const char *folder, *suffix;
} dhcp_files[] = {
	{ "/var/lib/NetworkManager", ".lease" },
	{ "/var/lib/dhcp", ".leases" },
	{ "/var/lib/dhclient", ".leases" },
	{ "/var/lib/dhclient", ".lease" },
	{ "/var/lib/dhcpcd", ".lease" },
	{ "/var/lib/dhcpcd", ".lease6" },
	{ "/var/lib/dhcpcd", "/duid" },
};

static bool visit_lease(const char *root, const char *path, void *userdata)
{
	int *r = userdata;
	int removed = atomic_remove(root, path);

	if (removed < 0)
		*r = removed;
	return true;
}

/* Remove the leases of the original. */
static int remove_leases(const char *root)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(dhcp_files); i++) {
		const char *suffix = dhcp_files[i].suffix;

		(void)rival_visit_folder(
			root, dhcp_files[i].folder, suffix + (*suffix == '/'), visit_lease, &r);
	}
	return r;
}

/* A new machine-id, also where D-Bus has a copy of the old one. */
static int renew_machine_id(const char *root)
{
	_cleanup_close_ int dbus = -1;
	char text[SD_ID128_STRING_MAX + 1];
	sd_id128_t id;
	int r;

	r = sd_id128_randomize(&id);
	if (r < 0)
		return r;
	(void)sd_id128_to_string(id, text);
	(void)strcat(text, "\n");
	r = atomic_write(root, MACHINE_ID, text, 0444);
	if (r < 0)
		return r;
	dbus = file_open(root, DBUS_MACHINE_ID);
	return dbus < 0 ? 0 : atomic_write(root, DBUS_MACHINE_ID, text, 0444);
}

/* -- in order: what takes long and may fail comes first -----------------------------------------
 */

/* Answer, and forget about it. */
static void finish(struct renewal *renewal, bool ok, const char *sentence, const char *cause)
{
	struct apply_result result = { .ok = ok };

	(void)snprintf(result.text, sizeof(result.text), "%s%s%s%s", sentence, cause ? " " : "",
		cause ? cause : "", cause ? "." : "");
	renewal->done(&result, renewal->userdata);
	renewal_freep(&renewal);
}

/* The host keys are new, or were not wanted: the rest. */
static void renew_rest(struct renewal *renewal)
{
	const char *root = renewal->apply->root;
	bool id = renewal->what & CLONE_MACHINE_ID;
	int r;

	r = id ? renew_machine_id(root) : 0;
	if (r < 0) {
		finish(renewal, false,
			renewal->what & CLONE_SSH_KEYS
				? _("The SSH host keys are new, but /etc/machine-id could not be "
				    "replaced:")
				: _("Nothing was changed: /etc/machine-id could not be replaced:"),
			strerror(-r));
		return;
	}
	r = id ? remove_leases(root) : 0;
	if (r < 0) {
		finish(renewal, false,
			_("/etc/machine-id is new, but leases of the original could not be "
			  "removed:"),
			strerror(-r));
		return;
	}
	r = clone_accept(root);
	if (r < 0) {
		finish(renewal, false,
			_("The identity is new, but firstboot could not note it and will ask "
			  "again:"),
			strerror(-r));
		return;
	}
	finish(renewal, true,
		id ? _("Restart this machine to put its new machine-id and DHCP identity into "
		       "force.")
		   : "",
		NULL);
}

/* sshd goes on with the keys that it has read until it is told. */
static void reload_sshd(struct apply *apply)
{
	static const char *const units[] = { "sshd.service", "ssh.service" };

	for (size_t i = 0; i < ARRAY_SIZE(units) && apply->bus && !*apply->root; i++)
		(void)sd_bus_call_method_async(apply->bus, NULL, "org.freedesktop.systemd1",
			"/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
			"TryRestartUnit", NULL, NULL, "ss", units[i], "replace");
}

static void handle_keys(int r, void *userdata)
{
	struct renewal *renewal = userdata;

	if (r < 0) {
		finish(renewal, false,
			_("Nothing was changed: new SSH host keys could not be made:"),
			r == -EPROTO ? _("ssh-keygen has failed") : strerror(-r));
		return;
	}
	reload_sshd(renewal->apply);
	renew_rest(renewal);
}

/* The answer comes from the event loop also where nothing is to be waited for. */
static int handle_defer(sd_event_source *source, void *userdata)
{
	renew_rest(userdata);
	return 0;
}

int clone_renew(struct apply *apply, uint32_t what, apply_done_fn done, void *userdata)
{
	_cleanup_(renewal_freep) struct renewal *renewal = calloc(1, sizeof(*renewal));
	int r;

	if (!renewal)
		return -ENOMEM;
	/* Without keys there is nothing that a copy could share; sshd's unit makes them. */
	if ((what & CLONE_SSH_KEYS) && !ssh_keys_exist(apply->root))
		what &= ~(uint32_t)CLONE_SSH_KEYS;
	renewal->apply = apply;
	renewal->what = what;
	renewal->done = done;
	renewal->userdata = userdata;
	if (what & CLONE_SSH_KEYS)
		r = ssh_keys_renew(apply->event, apply->root, handle_keys, renewal);
	else
		r = sd_event_add_defer(apply->event, &renewal->defer, handle_defer, renewal);
	if (r < 0)
		return r;
	(void)take_ptr(renewal);
	return 0;
}
