/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * systemd-networkd. What is tried stands in /run, under a name that sorts before every other file
 * for the link; what is kept stands in /etc. Removing the first, or a reboot, takes a change back.
 */

#include <dirent.h>
#include <errno.h>

#include "apply.h"
#include "arp.h"
#include "atomic_file.h"
#include "i18n.h"
#include "netfile.h"
#include "netwait.h"
#include "util.h"

#define PENDING_DIR    "/run/systemd/network"
#define PENDING_PREFIX "04-firstboot-pending-"
#define KEPT_DIR       "/etc/systemd/network"
#define KEPT_PREFIX    "05-firstboot-"
#define SUFFIX	       ".network"
#define PATH_SIZE      128
#define RELOAD_USEC    (5 * 1000000ULL)

/* One operation under way. */
struct operation {
	struct apply *apply;
	struct arp_probe *probe;
	struct netwait *wait;
	sd_bus_slot *slot;
	struct apply_result result;
	apply_done_fn done;
	void *userdata;
};

static void operation_freep(struct operation **operation)
{
	if (!*operation)
		return;
	arp_probe_free((*operation)->probe);
	netwait_free((*operation)->wait);
	sd_bus_slot_unref((*operation)->slot);
	free(*operation);
}

static int operation_new(
	struct apply *apply, apply_done_fn done, void *userdata, struct operation **ret)
{
	struct operation *operation = calloc(1, sizeof(*operation));

	if (!operation)
		return -ENOMEM;
	operation->apply = apply;
	operation->done = done;
	operation->userdata = userdata;
	*ret = operation;
	return 0;
}

/* Answer with the result, and end the operation. */
static void operation_finish(struct operation *operation)
{
	_cleanup_(operation_freep) struct operation *owned = operation;

	owned->done(&owned->result, owned->userdata);
}

static const char *pending_path(const char *ifname, char buf[static PATH_SIZE])
{
	(void)snprintf(buf, PATH_SIZE, PENDING_DIR "/" PENDING_PREFIX "%s" SUFFIX, ifname);
	return buf;
}

static const char *kept_path(const char *ifname, char buf[static PATH_SIZE])
{
	(void)snprintf(buf, PATH_SIZE, KEPT_DIR "/" KEPT_PREFIX "%s" SUFFIX, ifname);
	return buf;
}

/* Tell networkd to read its files again. */
static int reload(struct apply *apply, sd_bus_slot **ret_slot,
	sd_bus_message_handler_t handle_reply, void *userdata)
{
	return sd_bus_call_method_async(apply->bus, ret_slot, "org.freedesktop.network1",
		"/org/freedesktop/network1", "org.freedesktop.network1.Manager", "Reload",
		handle_reply, userdata, "");
}

/* -- try ----------------------------------------------------------------------------------------
 */

/* networkd has been told that the pending file is gone. */
static int handle_undone(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct operation *operation = userdata;
	size_t length = strlen(operation->result.text);
	const char *after = sd_bus_message_is_method_error(message, NULL)
				    ? _(" The old settings are untouched, and come into force when "
					"systemd-networkd "
					"runs again.")
				    : _(" The old settings are in force again.");

	(void)snprintf(operation->result.text + length, sizeof(operation->result.text) - length,
		"%s", after);
	operation_finish(operation);
	return 0;
}

/* The cause stands in result.text: take the change back, then answer. */
static void undo(struct operation *operation)
{
	struct apply *apply = operation->apply;
	char path[PATH_SIZE];

	operation->wait = netwait_free(operation->wait);
	operation->slot = sd_bus_slot_unref(operation->slot);
	(void)atomic_remove(apply->root, pending_path(apply->pending.ifname, path));
	apply->pending.ifname[0] = '\0';
	if (reload(apply, &operation->slot, handle_undone, operation) < 0)
		operation_finish(operation);
}

/* The sentence for an outcome of waiting. */
static void describe_outcome(
	const struct netwait_result *waited, const char *ifname, size_t size, char *text)
{
	char addr[IP_TEXT_MAX];

	(void)ip_format(&waited->addr, addr);
	switch (waited->outcome) {
	case NETWAIT_DONE:
		text[0] = '\0';
		break;
	case NETWAIT_NO_CABLE:
		(void)snprintf(text, size,
			_("%s has no cable now; the settings take effect when it is plugged in."),
			ifname);
		break;
	case NETWAIT_NO_LINK:
		(void)snprintf(text, size,
			_("The network card %s has gone while it was being set up."), ifname);
		break;
	case NETWAIT_DUPLICATE:
		(void)snprintf(text, size,
			_("The address %s was not set on %s: another machine on this network uses "
			  "it already. Choose an address that is free."),
			addr, ifname);
		break;
	case NETWAIT_FAILED:
		(void)snprintf(text, size,
			_("systemd-networkd could not set up %s with these settings; "
			  "\"journalctl -u systemd-networkd\" says why."),
			ifname);
		break;
	case NETWAIT_OTHER_FILE:
		(void)snprintf(text, size,
			_("The settings of %s were not changed: systemd-networkd follows %s "
			  "instead of ours."),
			ifname, waited->file);
		break;
	case NETWAIT_TIMEOUT:
		if (*addr)
			(void)snprintf(text, size,
				_("The address %s did not come into force on %s in time."), addr,
				ifname);
		else
			(void)snprintf(text, size,
				_("systemd-networkd was not done with %s in time."), ifname);
		break;
	case NETWAIT_STOPPED:
		(void)snprintf(
			text, size, _("systemd-networkd ended while %s was being set up."), ifname);
		break;
	}
}

/* The wait after a try is over. */
static void handle_tried(const struct netwait_result *waited, void *userdata)
{
	struct operation *operation = userdata;
	struct apply_result *result = &operation->result;

	describe_outcome(
		waited, operation->apply->pending.ifname, sizeof(result->text), result->text);
	result->ok = waited->outcome == NETWAIT_DONE || waited->outcome == NETWAIT_NO_CABLE;
	result->proven = waited->outcome == NETWAIT_DONE;
	if (result->ok)
		operation_finish(operation);
	else
		undo(operation);
}

/* networkd answered the Reload of a try. */
static int handle_reloaded(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct operation *operation = userdata;
	const sd_bus_error *failure = sd_bus_message_get_error(message);

	operation->slot = sd_bus_slot_unref(operation->slot);
	if (!failure && netwait_look(operation->wait) >= 0)
		return 0;
	(void)snprintf(operation->result.text, sizeof(operation->result.text),
		_("The network settings were not changed: systemd-networkd does not answer (%s)."),
		failure && failure->message ? failure->message : strerror(ENOMEM));
	undo(operation);
	return 0;
}

/* Put config into /run and start to wait for it. On failure the file is gone again. */
static int start_try(struct operation *operation)
{
	_cleanup_free_ char *text = NULL;
	struct apply *apply = operation->apply;
	char path[PATH_SIZE];
	int r;

	r = netfile_render(&apply->pending, &text);
	if (r < 0)
		return r;
	(void)pending_path(apply->pending.ifname, path);
	r = netwait_new(apply->event, apply->bus, &apply->pending, path,
		apply->network_timeout_usec, handle_tried, operation, &operation->wait);
	if (r < 0)
		return r;
	r = atomic_write(apply->root, path, text, 0644);
	if (r < 0)
		return r;
	r = reload(apply, &operation->slot, handle_reloaded, operation);
	if (r < 0)
		(void)atomic_remove(apply->root, path);
	return r;
}

/* Nobody or somebody has answered for the addresses; nothing has been changed yet. */
static void handle_probed(const struct ip_addr *taken, void *userdata)
{
	struct operation *operation = userdata;
	struct apply_result *result = &operation->result;
	struct apply *apply = operation->apply;
	char addr[IP_TEXT_MAX];
	int r = 0;

	operation->probe = arp_probe_free(operation->probe);
	if (!taken)
		r = start_try(operation);
	if (!taken && r >= 0)
		return;
	if (taken)
		(void)snprintf(result->text, sizeof(result->text),
			_("The address %s was not set on %s: another machine on this network uses "
			  "it already. Choose an address that is free. The old settings are still "
			  "in force."),
			ip_format(taken, addr), apply->pending.ifname);
	else
		(void)snprintf(result->text, sizeof(result->text),
			_("The network settings of %s were not changed: %s."),
			apply->pending.ifname, strerror(-r));
	apply->pending.ifname[0] = '\0';
	operation_finish(operation);
}

static int networkd_try(
	struct apply *apply, const struct net_config *config, apply_done_fn done, void *userdata)
{
	_cleanup_(operation_freep) struct operation *operation = NULL;
	int r;

	r = operation_new(apply, done, userdata, &operation);
	if (r < 0)
		return r;
	apply->pending = *config;
	r = arp_probe_new(apply->event, config->ifname, &config->v4, handle_probed, operation,
		&operation->probe);
	if (r == 0)
		r = start_try(operation);
	if (r < 0) {
		apply->pending.ifname[0] = '\0';
		return r;
	}
	(void)take_ptr(operation);
	return 0;
}

/* -- keep, take back, recover --------------------------------------------------------------------
 */

/* networkd follows the file in /etc now, or said why not. */
static void handle_kept(const struct netwait_result *waited, void *userdata)
{
	struct operation *operation = userdata;
	struct apply_result *result = &operation->result;

	if (!result->text[0])
		describe_outcome(waited, operation->apply->pending.ifname, sizeof(result->text),
			result->text);
	result->proven = waited->outcome == NETWAIT_DONE;
	operation->apply->pending.ifname[0] = '\0';
	operation_finish(operation);
}

/* networkd answered the Reload of a keep. The file is written: what comes now is a remark. */
static int handle_keep_reloaded(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct operation *operation = userdata;
	const struct netwait_result stopped = { .outcome = NETWAIT_STOPPED };

	operation->slot = sd_bus_slot_unref(operation->slot);
	if (sd_bus_message_is_method_error(message, NULL) || netwait_look(operation->wait) < 0)
		handle_kept(&stopped, operation);
	return 0;
}

/* Write the file in /etc. On failure the pending one is still in force. */
static int write_kept(struct apply *apply, const char *text)
{
	char path[PATH_SIZE];
	int r;

	r = atomic_write(apply->root, kept_path(apply->pending.ifname, path), text, 0644);
	if (r < 0)
		return r;
	/* Both files say the same: should removing fail, the next start of firstbootd removes it.
	 */
	(void)atomic_remove(apply->root, pending_path(apply->pending.ifname, path));
	return 0;
}

static int networkd_keep(struct apply *apply, apply_done_fn done, void *userdata)
{
	_cleanup_(operation_freep) struct operation *operation = NULL;
	_cleanup_free_ char *text = NULL;
	char path[PATH_SIZE];
	int r;

	r = netfile_render(&apply->pending, &text);
	if (r < 0)
		return r;
	r = operation_new(apply, done, userdata, &operation);
	if (r < 0)
		return r;
	r = netwait_new(apply->event, apply->bus, &apply->pending,
		kept_path(apply->pending.ifname, path), apply->network_timeout_usec, handle_kept,
		operation, &operation->wait);
	if (r < 0)
		return r;
	r = write_kept(apply, text);
	if (r < 0)
		return r;
	operation->result.ok = true;
	r = apply_resolvconf(apply, &apply->pending);
	if (r < 0)
		(void)snprintf(operation->result.text, sizeof(operation->result.text),
			_("The network settings are kept, but the DNS servers could not be "
			  "written to /etc/resolv.conf: %s."),
			strerror(-r));
	r = reload(apply, &operation->slot, handle_keep_reloaded, operation);
	if (r < 0)
		return r;
	(void)take_ptr(operation);
	return 0;
}

/* networkd has been told that the change is taken back. */
static int handle_taken_back(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct operation *operation = userdata;

	operation->result.ok = true;
	if (sd_bus_message_is_method_error(message, NULL))
		(void)snprintf(operation->result.text, sizeof(operation->result.text), "%s",
			_("The change is taken back, but systemd-networkd does not answer; the old "
			  "settings come into force when it runs again."));
	operation_finish(operation);
	return 0;
}

static int networkd_take_back(struct apply *apply, apply_done_fn done, void *userdata)
{
	_cleanup_(operation_freep) struct operation *operation = NULL;
	char path[PATH_SIZE];
	int r;

	r = operation_new(apply, done, userdata, &operation);
	if (r < 0)
		return r;
	r = atomic_remove(apply->root, pending_path(apply->pending.ifname, path));
	if (r < 0)
		return r;
	apply->pending.ifname[0] = '\0';
	r = reload(apply, &operation->slot, handle_taken_back, operation);
	if (r < 0)
		return r;
	(void)take_ptr(operation);
	return 0;
}

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* Reload without an event loop: at the start and at the end of the process. networkd drops the
 * request of a connection that has gone, so that the answer must be waited for. */
static int reload_and_wait(struct apply *apply)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r;

	r = sd_bus_message_new_method_call(apply->bus, &message, "org.freedesktop.network1",
		"/org/freedesktop/network1", "org.freedesktop.network1.Manager", "Reload");
	if (r < 0)
		return r;
	return sd_bus_call(apply->bus, message, RELOAD_USEC, NULL, NULL);
}

/* Is this the name of a pending file? */
static bool is_pending(const char *name)
{
	size_t length = strlen(name), suffix = strlen(SUFFIX);

	return strncmp(name, PENDING_PREFIX, strlen(PENDING_PREFIX)) == 0 && length > suffix &&
	       streq(name + length - suffix, SUFFIX);
}

static int networkd_recover(struct apply *apply)
{
	_cleanup_(closedirp) DIR *dir = NULL;
	char path[PATH_SIZE + NAME_MAX];
	struct dirent *entry;
	int r, found = 0;

	(void)snprintf(path, sizeof(path), "%s" PENDING_DIR, apply->root);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while ((entry = readdir(dir))) {
		if (!is_pending(entry->d_name))
			continue;
		(void)snprintf(path, sizeof(path), PENDING_DIR "/%s", entry->d_name);
		r = atomic_remove(apply->root, path);
		if (r < 0)
			return r;
		found = 1;
	}
	apply->pending.ifname[0] = '\0';
	if (!found)
		return 0;
	/* Where networkd does not run it has nothing to forget. */
	(void)reload_and_wait(apply);
	return 1;
}

const struct apply_network_backend apply_networkd = {
	.name = "systemd-networkd",
	.try = networkd_try,
	.keep = networkd_keep,
	.take_back = networkd_take_back,
	.recover = networkd_recover,
};
