/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "owner.h"

#include <errno.h>

#include "i18n.h"
#include "rivals.h"
#include "util.h"

#define NETWORKD	   "org.freedesktop.network1"
#define NETWORKD_LINK_PATH "/org/freedesktop/network1/link"
#define NM		   "org.freedesktop.NetworkManager"
#define PROPERTIES	   "org.freedesktop.DBus.Properties"
#define ANSWER_USEC	   (10 * 1000000ULL)

/* A question under way. Lives as long as the slot that the caller has. */
struct search {
	sd_bus *bus;
	sd_bus_slot *slot; /* of the second call and those after it */
	char root[256], ifname[IFNAMSIZ];
	bool networkd, nm; /* it sets up the link */
	bool no_networkd;  /* it does not run */
	owner_done_fn done;
	void *userdata;
};

/* The caller's slot goes: the end of the search, or nobody wants to know any more. */
static void destroy(void *userdata)
{
	struct search *search = userdata;

	sd_bus_slot_unref(search->slot);
	sd_bus_unref(search->bus);
	free(search);
}

/* Send a call that starts no service. */
static int start_call(struct search *search, sd_bus_slot **slot, sd_bus_message *message,
	sd_bus_message_handler_t handler)
{
	int r = sd_bus_message_set_auto_start(message, 0);

	if (r < 0)
		return r;
	return sd_bus_call_async(search->bus, slot, message, handler, search, ANSWER_USEC);
}

/* Both set up the link. networkd does it by a file that somebody has put there for it, where
 * NetworkManager takes every card that is not kept from it. */
static void note_rival_manager(struct owner *owner, const char *ifname)
{
	struct owner_rival *rival;

	if (owner->n_rivals == OWNER_RIVALS_MAX)
		return;
	rival = &owner->rivals[owner->n_rivals++];
	rival->kind = RIVAL_MANAGER;
	(void)snprintf(rival->where, sizeof(rival->where), "NetworkManager");
	(void)snprintf(rival->action, sizeof(rival->action),
		_("These settings go to systemd-networkd. NetworkManager is told to leave %s "
		  "alone, "
		  "by the file %s."),
		ifname, RIVAL_NM_CONF);
}

/* All is known: say so. The caller may free the search with its slot. */
static int finish(struct search *search)
{
	struct owner owner = { .manager = search->networkd ? OWNER_NETWORKD
					  : search->nm	   ? OWNER_NM
							   : OWNER_NONE };

	if (search->networkd && search->nm)
		note_rival_manager(&owner, search->ifname);
	/* What cannot be read is no rival. */
	(void)owner_find_rivals(search->root, search->ifname, &owner);
	search->done(&owner, search->userdata);
	return 0;
}

/* Does nobody have the name that was called? */
static bool is_absent(sd_bus_message *reply)
{
	return sd_bus_message_is_method_error(reply, SD_BUS_ERROR_SERVICE_UNKNOWN) ||
	       sd_bus_message_is_method_error(reply, SD_BUS_ERROR_NAME_HAS_NO_OWNER);
}

/* NetworkManager has said nothing of use: the device is its own all the same where it runs, and
 * networkd does not. It may know a card that was plugged in just now a moment later, and be too
 * busy with hundreds of them to answer. */
static int finish_without_word(struct search *search, sd_bus_message *reply)
{
	search->nm = search->no_networkd && !is_absent(reply);
	return finish(search);
}

/* NetworkManager's word on the device. */
static int on_managed(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct search *search = userdata;
	int managed = 0;

	if (sd_bus_message_is_method_error(reply, NULL))
		return finish_without_word(search, reply);
	(void)sd_bus_message_read(reply, "v", "b", &managed);
	search->nm = managed;
	return finish(search);
}

/* The device that NetworkManager has of this name, if any. */
static int on_device(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	struct search *search = userdata;
	const char *path;
	int r;

	search->slot = sd_bus_slot_unref(search->slot);
	if (sd_bus_message_is_method_error(reply, NULL) ||
		sd_bus_message_read(reply, "o", &path) < 0)
		return finish_without_word(search, reply);
	r = sd_bus_message_new_method_call(search->bus, &message, NM, path, PROPERTIES, "Get");
	if (r >= 0)
		r = sd_bus_message_append(message, "ss", NM ".Device", "Managed");
	if (r >= 0)
		r = start_call(search, &search->slot, message, on_managed);
	return r < 0 ? finish(search) : 0;
}

/* networkd's word on the link; then NetworkManager is asked. */
static int on_administrative(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	struct search *search = userdata;
	const char *state;
	int r;

	search->networkd = !sd_bus_message_is_method_error(reply, NULL) &&
			   sd_bus_message_read(reply, "v", "s", &state) > 0 &&
			   !streq(state, "unmanaged") && !streq(state, "linger");
	search->no_networkd = is_absent(reply);
	r = sd_bus_message_new_method_call(search->bus, &message, NM,
		"/org/freedesktop/NetworkManager", NM, "GetDeviceByIpIface");
	if (r >= 0)
		r = sd_bus_message_append(message, "s", search->ifname);
	if (r >= 0)
		r = start_call(search, &search->slot, message, on_device);
	return r < 0 ? finish(search) : 0;
}

/* Ask networkd. */
static int ask_networkd(struct search *search, int ifindex, sd_bus_slot **ret_slot)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	_cleanup_free_ char *path = NULL;
	char number[12];
	int r;

	(void)snprintf(number, sizeof(number), "%d", ifindex);
	r = sd_bus_path_encode(NETWORKD_LINK_PATH, number, &path);
	if (r >= 0)
		r = sd_bus_message_new_method_call(
			search->bus, &message, NETWORKD, path, PROPERTIES, "Get");
	if (r >= 0)
		r = sd_bus_message_append(message, "ss", NETWORKD ".Link", "AdministrativeState");
	if (r >= 0)
		r = start_call(search, ret_slot, message, on_administrative);
	return r;
}

int owner_find(sd_bus *bus, sd_event *event, const char *root, int ifindex, const char *ifname,
	owner_done_fn done, void *userdata, sd_bus_slot **ret_slot)
{
	struct search *search;
	int r;

	if (strlen(root) >= sizeof(search->root) || strlen(ifname) >= sizeof(search->ifname))
		return -EINVAL;
	search = calloc(1, sizeof(*search));
	if (!search)
		return -ENOMEM;
	search->bus = sd_bus_ref(bus);
	strcpy(search->root, root);
	strcpy(search->ifname, ifname);
	search->done = done;
	search->userdata = userdata;
	r = ask_networkd(search, ifindex, ret_slot);
	if (r < 0)
		destroy(search);
	else
		(void)sd_bus_slot_set_destroy_callback(*ret_slot, destroy);
	return r < 0 ? r : 0;
}
