/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the network settings are and were. Addresses of the past are nobody's business but that of
 * those who may change them. */

#include <errno.h>

#include "history.h"
#include "i18n.h"
#include "names.h"
#include "netwire.h"
#include "service.h"
#include "util.h"

/* The settings with a number of the history; 0: those that are kept now. */
static int load_settings(
	struct service *service, uint64_t id, struct net_set *ret, sd_bus_error *error)
{
	int r;

	if (id == 0) {
		*ret = *transaction_settings(service->transaction);
		return 0;
	}
	r = history_read(service->apply.root, id, ret);
	if (r == -ENOMEM || r >= 0)
		return r;
	return sd_bus_error_set(error, BUS_ERROR_REFUSED,
		r == -ENOENT ? _("These settings are no longer in the history, which holds the "
				 "last changes only.")
			     : _("These settings cannot be read: their file is damaged."));
}

int method_get_settings(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	_cleanup_free_ struct net_set *set = malloc(sizeof(*set));
	struct service *service = userdata;
	uint64_t id;
	int r;

	r = service_admit(service, message, NEED_LOOK, error);
	if (r < 0)
		return r;
	r = set ? sd_bus_message_read(message, "t", &id) : -ENOMEM;
	if (r < 0)
		return r;
	r = load_settings(service, id, set, error);
	if (r < 0)
		return r;
	r = sd_bus_message_new_method_return(message, &reply);
	if (r < 0)
		return r;
	r = netwire_append(reply, set, NULL);
	if (r < 0)
		return r;
	return sd_bus_message_send(reply);
}

/* a(ttyss) */
static int append_entries(sd_bus_message *reply, const struct history_entry *entries, size_t n)
{
	int r;

	r = sd_bus_message_open_container(reply, 'a', "(ttyss)");
	for (size_t i = 0; i < n && r >= 0; i++)
		r = sd_bus_message_append(reply, "(ttyss)", entries[i].id, entries[i].when,
			(uint8_t)entries[i].outcome, entries[i].origin, entries[i].summary);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

int method_list_history(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_free_ struct history_entry *entries = calloc(HISTORY_MAX, sizeof(*entries));
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	struct service *service = userdata;
	int n, r;

	r = service_admit(service, message, NEED_LOOK, error);
	if (r < 0)
		return r;
	if (!entries)
		return -ENOMEM;
	n = history_list(service->apply.root, entries);
	if (n < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The history cannot be read: %s."), strerror(-n));
	r = sd_bus_message_new_method_return(message, &reply);
	if (r < 0)
		return r;
	r = append_entries(reply, entries, (size_t)n);
	if (r < 0)
		return r;
	return sd_bus_message_send(reply);
}
