/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "networkd.h"

#include <errno.h>
#include <stdarg.h>

#include "i18n.h"
#include "util.h"

#define NETWORKD       "org.freedesktop.network1"
#define NETWORKD_PATH  "/org/freedesktop/network1"
#define PENDING_PREFIX "04-firstboot-pending-"
#define KEPT_PREFIX    "/etc/systemd/network/05-firstboot-"
#define SUFFIX	       ".network"
#define RELOAD_USEC    (5 * 1000000ULL)

/* -- operations ---------------------------------------------------------------------------------
 */

int operation_new(struct apply *apply, apply_done_fn done, void *userdata, struct operation **ret)
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

void operation_freep(struct operation **operation)
{
	if (!*operation)
		return;
	arp_probe_free((*operation)->probe);
	netwait_free((*operation)->wait);
	sd_bus_slot_unref((*operation)->slot);
	free(*operation);
}

void operation_finish(struct operation *operation)
{
	_cleanup_(operation_freep) struct operation *owned = operation;

	owned->done(&owned->result, owned->userdata);
}

void operation_say(struct operation *operation, const char *format, ...)
{
	char *text = operation->result.text;
	size_t length = strlen(text), size = sizeof(operation->result.text);
	va_list args;

	if (length > 0 && length + 1 < size)
		text[length++] = ' ';
	va_start(args, format);
	(void)vsnprintf(text + length, size - length, format, args);
	va_end(args);
}

void operation_say_outcome(struct operation *operation, const struct netwait_result *waited)
{
	const char *ifname = operation->apply->pending.ifname;
	char addr[IP_TEXT_MAX];

	(void)ip_format(&waited->addr, addr);
	switch (waited->outcome) {
	case NETWAIT_DONE:
		break;
	case NETWAIT_NO_CABLE:
		operation_say(operation,
			_("%s has no cable now; the settings take effect when it is plugged in."),
			ifname);
		break;
	case NETWAIT_NO_LINK:
		operation_say(operation,
			_("The network card %s has gone while it was being set up."), ifname);
		break;
	case NETWAIT_DUPLICATE:
		operation_say(operation,
			_("The address %s was not set on %s: another machine on this network uses "
			  "it already. Choose an address that is free."),
			addr, ifname);
		break;
	case NETWAIT_FAILED:
		operation_say(operation,
			_("systemd-networkd could not set up %s with these settings; "
			  "\"journalctl -u systemd-networkd\" says why."),
			ifname);
		break;
	case NETWAIT_OTHER_FILE:
		operation_say(operation,
			_("The settings of %s were not changed: systemd-networkd follows %s "
			  "instead of ours."),
			ifname, waited->file);
		break;
	case NETWAIT_TIMEOUT:
		if (*addr)
			operation_say(operation,
				_("The address %s did not come into force on %s in time."), addr,
				ifname);
		else
			operation_say(operation,
				_("systemd-networkd was not done with %s in time."), ifname);
		break;
	case NETWAIT_STOPPED:
		operation_say(
			operation, _("systemd-networkd ended while %s was being set up."), ifname);
		break;
	}
}

/* -- files --------------------------------------------------------------------------------------
 */

const char *networkd_pending_path(const struct apply *apply, char buf[static NETWORKD_PATH_SIZE])
{
	(void)snprintf(buf, NETWORKD_PATH_SIZE,
		NETWORKD_PENDING_DIR "/" PENDING_PREFIX "%s-%08x" SUFFIX, apply->pending.ifname,
		apply->pending_id);
	return buf;
}

const char *networkd_kept_path(const struct apply *apply, char buf[static NETWORKD_PATH_SIZE])
{
	(void)snprintf(buf, NETWORKD_PATH_SIZE, KEPT_PREFIX "%s" SUFFIX, apply->pending.ifname);
	return buf;
}

bool networkd_is_pending(const char *name)
{
	size_t length = strlen(name), suffix = strlen(SUFFIX);

	return strncmp(name, PENDING_PREFIX, strlen(PENDING_PREFIX)) == 0 && length > suffix &&
	       streq(name + length - suffix, SUFFIX);
}

/* -- networkd itself ----------------------------------------------------------------------------
 */

int networkd_reload(struct apply *apply, sd_bus_slot **ret_slot,
	sd_bus_message_handler_t handle_reply, void *userdata)
{
	return sd_bus_call_method_async(apply->bus, ret_slot, NETWORKD, NETWORKD_PATH,
		NETWORKD ".Manager", "Reload", handle_reply, userdata, "");
}

int networkd_reload_and_wait(struct apply *apply)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r;

	r = sd_bus_message_new_method_call(
		apply->bus, &message, NETWORKD, NETWORKD_PATH, NETWORKD ".Manager", "Reload");
	if (r < 0)
		return r;
	return sd_bus_call(apply->bus, message, RELOAD_USEC, NULL, NULL);
}
