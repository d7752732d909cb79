/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The vendor's part of the set-up: its licence text and its steps. */

#include "i18n.h"
#include "names.h"
#include "service.h"
#include "util.h"

int method_get_setup(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	int r = service_admit(userdata, message, NEED_NOTHING, error);

	return r < 0 ? r : sd_bus_reply_method_return(message, "ba(ss)", 0, 0);
}

int method_accept_eula(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	int r = service_admit(userdata, message, NEED_EDIT, error);

	return r < 0 ? r : sd_bus_reply_method_return(message, "");
}

int method_run_step(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r = service_admit(service, message, NEED_EDIT, error);
	int values, secrets;
	const char *name;

	if (r >= 0)
		r = sd_bus_message_read(message, "shh", &name, &values, &secrets);
	if (r >= 0)
		r = sd_bus_emit_signal(
			service->bus, BUS_PATH, BUS_INTERFACE, "StepProgress", "sus", name, 50, "");
	return r < 0 ? r : sd_bus_reply_method_return(message, "bs", 1, "");
}
