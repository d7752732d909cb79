/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The methods about the machine as a whole: claim it, log in to it. */

#include <errno.h>

#include "atomic_file.h"
#include "claim.h"
#include "i18n.h"
#include "names.h"
#include "pam_child.h"
#include "service.h"
#include "util.h"

/* Is there a password to log in with? Else a sentence that begins with consequence. */
static int require_password(struct service *service, const char *consequence, sd_bus_error *error)
{
	int r = account_has_password(service->apply.root, "root");

	if (r > 0)
		return 0;
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("%s: /etc/shadow cannot be read: %s."), consequence, strerror(-r));
	return sd_bus_error_setf(error, BUS_ERROR_REFUSED,
		_("%s: root has no password yet. \"Settings\" on the start screen sets "
		  "one."),
		consequence);
}

/* Claim the machine for who has set its password. */
static int complete(struct service *service, sd_bus_error *error)
{
	int r;

	r = require_password(service, _("The setup is not finished"), error);
	if (r < 0)
		return r;
	r = claim_close(service->apply.root);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The setup is not finished: " STATEDIR "/state could not be written: "
			  "%s."),
			strerror(-r));
	return 0;
}

int method_complete(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	const char *old;
	int r;

	r = service_admit(service, message, NEED_CHANGE, error);
	if (r < 0)
		return r;
	old = claim_is_open(service->apply.root) ? "unclaimed" : "claimed";
	r = complete(service, error);
	service_record(service, message, RECORD_CLAIM, old, r < 0 ? NULL : "claimed", r, error);
	return r < 0 ? r : sd_bus_reply_method_return(message, "");
}

/* Let the console's getty start root's login once. */
static int prepare_login(struct service *service, sd_bus_error *error)
{
	int r;

	r = require_password(service, _("There is no login yet"), error);
	if (r < 0)
		return r;
	r = atomic_write(service->apply.root, RUNDIR "/next-login", "", 0600);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The login could not be prepared: " RUNDIR "/next-login could not be "
			  "written: %s."),
			strerror(-r));
	return 0;
}

int method_request_login(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r;

	r = service_admit(service, message, NEED_TRY, error);
	if (r < 0)
		return r;
	r = prepare_login(service, error);
	service_record(service, message, RECORD_LOGIN, NULL, NULL, r, error);
	if (r < 0)
		return r;
	/* Whoever sits there next has to show the password again. */
	service_drop_ticket(service, _("Root logs in on the console."));
	return sd_bus_reply_method_return(message, "");
}
