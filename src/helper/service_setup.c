/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The vendor's part of the set-up: what of it is done, and its licence text. */

#include <errno.h>

#include "i18n.h"
#include "names.h"
#include "service.h"
#include "setup_digest.h"
#include "setup_store.h"
#include "usec.h"
#include "util.h"

/* -- GetSetup ---------------------------------------------------------------------------------- */

/* Add the steps that were done, in their order. */
static int append_steps(
	struct service *service, const struct step_defs *defs, sd_bus_message *reply)
{
	int r = sd_bus_message_open_container(reply, 'a', "(ss)");

	for (size_t i = 0; i < defs->n && r >= 0; i++) {
		_cleanup_free_ char *json = NULL;

		r = setup_read_step(service->apply.root, &defs->all[i], &json);
		if (r == -ENOMEM)
			return r;
		/* One that cannot be read is done again. */
		r = r < 0 ? 0 : sd_bus_message_append(reply, "(ss)", defs->all[i].name, json);
	}
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* Add those of which the vendor has made something else since. */
static int append_changed(
	struct service *service, const struct step_defs *defs, sd_bus_message *reply)
{
	const char *root = service->apply.root;
	int r = sd_bus_message_open_container(reply, 'a', "s");

	for (size_t i = 0; i < defs->n && r >= 0; i++)
		if (setup_digest_differs(root, &defs->all[i]))
			r = sd_bus_message_append(reply, "s", defs->all[i].name);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* Compose the answer to GetSetup, and send it. */
static int reply_setup(
	struct service *service, const struct step_defs *defs, sd_bus_message *message)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	int r = sd_bus_message_new_method_return(message, &reply);

	if (r >= 0)
		r = sd_bus_message_append(
			reply, "b", (int)setup_has_eula(service->apply.root, service->conf));
	if (r >= 0)
		r = append_steps(service, defs, reply);
	if (r >= 0)
		r = append_changed(service, defs, reply);
	return r < 0 ? r : sd_bus_message_send(reply);
}

int method_get_setup(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_(step_defs_done) struct step_defs defs = { 0 };
	struct service *service = userdata;
	int r;

	r = service_admit(service, message, NEED_NOTHING, error);
	if (r >= 0)
		r = service_load_steps(service, &defs);
	return r < 0 ? r : reply_setup(service, &defs, message);
}

/* -- AcceptEula -------------------------------------------------------------------------------- */

/* Remember that the text in file was agreed to. */
static int keep_eula(struct service *service, const char *file, sd_bus_error *error)
{
	bool written;
	int r = setup_keep_eula(
		service->apply.root, service->conf, file, usec_now(CLOCK_REALTIME), &written);

	if (r >= 0)
		return 0;
	if (r == -EPERM && !written)
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The licence was not accepted: this is not the licence text of this "
			  "appliance."));
	if (written)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The licence was not accepted: %s could not be written: %s."), SETUP_EULA,
			strerror(-r));
	return sd_bus_error_setf(error, BUS_ERROR_FAILED,
		_("The licence was not accepted: its text could not be read: %s."), strerror(-r));
}

int method_accept_eula(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	const char *file;
	int r;

	r = service_admit(service, message, NEED_EDIT, error);
	if (r >= 0)
		r = sd_bus_message_read(message, "s", &file);
	if (r < 0)
		return r;
	r = keep_eula(service, file, error);
	service_record(service, message, RECORD_EULA, NULL, file, r, error);
	return r < 0 ? r : sd_bus_reply_method_return(message, "");
}

/* -- Complete ---------------------------------------------------------------------------------- */

int service_admit_complete(struct service *service, sd_bus_error *error)
{
	_cleanup_(step_defs_done) struct step_defs defs = { 0 };
	const struct step_def *missing;
	int r;

	if (service->conf->eula[0] && !setup_has_eula(service->apply.root, service->conf))
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The setup is not finished: the licence of this appliance has not been "
			  "accepted yet. \"Settings\" on the start screen shows it."));
	r = service_load_steps(service, &defs);
	if (r < 0)
		return r;
	missing = setup_find_missing(service->apply.root, service->conf, &defs);
	if (!missing)
		return 0;
	return sd_bus_error_setf(error, BUS_ERROR_REFUSED,
		_("The setup is not finished: \"%s\" has not been done yet. \"Settings\" on the "
		  "start screen has it."),
		missing->title);
}
