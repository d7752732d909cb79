/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the vendor lets the console do. The configuration is read for each such call: what has been
 * forbidden is forbidden from then on, whatever the caller believes it to be. */

#include <errno.h>

#include "i18n.h"
#include "names.h"
#include "service.h"
#include "util.h"

/* The configuration as it is now. What cannot be read permits nothing. */
static int load(struct service *service, struct conf *ret, sd_bus_error *error)
{
	int r = conf_load(service->apply.root, NULL, NULL, ret);

	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("Nothing was done: firstboot.conf cannot be read: %s."), strerror(-r));
	return 0;
}

int service_admit_login(struct service *service, sd_bus_error *error)
{
	_cleanup_(conf_done) struct conf conf = { 0 };
	int r = load(service, &conf, error);

	if (r < 0)
		return r;
	switch (conf.shell) {
	case SHELL_LOGIN:
		return 0;
	case SHELL_RESTRICTED:
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("Nobody logs in at the console of this appliance. What can be done there "
			  "is behind \"Rescue\" on the start screen."));
	case SHELL_OFF:
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("Nobody logs in at the console of this appliance."));
	}
	return -EINVAL;
}

int service_admit_password(struct service *service, sd_bus_error *error)
{
	_cleanup_(conf_done) struct conf conf = { 0 };
	int r;

	/* The sender was identified when it was admitted. */
	if (service->caller.uid == 0)
		return 0;
	r = load(service, &conf, error);
	if (r < 0 || conf.authentication == AUTHENTICATION_CONSOLE)
		return r;
	return sd_bus_error_set(error, BUS_ERROR_NOT_PERMITTED,
		_("The start screen of this appliance does not take root's password. Log in as "
		  "\"root\" and type: firstboot --reconfigure"));
}
