/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Is this machine a copy of another, and shall it get an identity of its own? */

#include <errno.h>

#include "clone.h"
#include "i18n.h"
#include "names.h"
#include "service.h"
#include "util.h"

int method_get_identity(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	char why[160] = "";
	int r;

	r = service_admit(service, message, NEED_NOTHING, error);
	if (r < 0)
		return r;
	r = clone_check(service->apply.root, why, sizeof(why));
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("Whether this machine is a copy could not be found out: %s."),
			strerror(-r));
	return sd_bus_reply_method_return(message, "bs", r > 0, r > 0 ? why : "");
}

int method_renew_identity(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	static const char *const values[] = { "no copy", "machine-id", "SSH host keys",
		"machine-id, SSH host keys" };
	struct service *service = userdata;
	uint32_t what;
	int r;

	r = service_admit(service, message, NEED_EDIT, error);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "u", &what);
	if (r < 0)
		return r;
	if ((what & ~(uint32_t)(CLONE_MACHINE_ID | CLONE_SSH_KEYS)) != 0)
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The identity was not renewed: the request asks for something unknown."));
	if (what == 0) {
		r = clone_accept(service->apply.root);
		service_record(service, message, RECORD_IDENTITY, NULL, values[0], r, error);
		if (r >= 0)
			return sd_bus_reply_method_return(message, "");
	} else {
		r = clone_renew(&service->apply, what, service_answer_result, service);
	}
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The identity was not renewed: %s."), strerror(-r));
	service_hold(service, message, RECORD_IDENTITY, NULL, values[what]);
	return 1;
}
