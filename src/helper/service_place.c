/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The methods about what the machine is called, and about where and for whom it stands. */

#include <errno.h>

#include "atomic_file.h"
#include "i18n.h"
#include "names.h"
#include "service.h"
#include "util.h"
#include "validate.h"
#include "zone.h"

#define BLANKS " \t\r\n\v\f"

/* -- SetHostname -------------------------------------------------------------------------------
 */

/* The hostname of now, as hostnamed keeps it. */
static void read_hostname(const char *root, char ret[static HOST_NAME_SIZE])
{
	_cleanup_free_ char *text = NULL;

	ret[0] = '\0';
	if (file_read(root, "/etc/hostname", 4096, &text) >= 0)
		(void)snprintf(ret, HOST_NAME_SIZE, "%.*s", (int)strcspn(text, "\n"), text);
}

int method_set_hostname(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	char old[HOST_NAME_SIZE], name[HOST_NAME_SIZE];
	struct problem problem;
	const char *text;
	int r;

	r = service_admit(service, message, NEED_EDIT, error);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "s", &text);
	if (r < 0)
		return r;
	/* What a person types may have blanks around it, what a program sends may not. */
	if (text[strcspn(text, BLANKS)] != '\0')
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The hostname was not changed. There are blanks or line ends in it."));
	if (!validate_hostname(text, name, &problem))
		return sd_bus_error_setf(error, BUS_ERROR_REFUSED,
			_("The hostname was not changed. %s"), problem.text);
	read_hostname(service->apply.root, old);
	r = apply_hostname(&service->apply, name, service_answer_result, service);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The hostname was not changed to \"%s\": %s."), name, strerror(-r));
	service_hold(service, message, RECORD_HOSTNAME, old, name);
	return 1;
}

/* -- SetTimezone -------------------------------------------------------------------------------
 */

int method_set_timezone(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	char old[ZONE_NAME_SIZE];
	const char *zone;
	int r;

	r = service_admit(service, message, NEED_EDIT, error);
	if (r >= 0)
		r = sd_bus_message_read(message, "s", &zone);
	if (r < 0)
		return r;
	if (!zone_is_installed(service->apply.root, zone))
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The time zone was not changed. It must be the name of one that this "
			  "machine knows, such as \"Europe/Sofia\" or \"UTC\"."));
	zone_read(service->apply.root, old);
	r = apply_timezone(&service->apply, zone, service_answer_note, service);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The time zone was not changed to \"%s\": %s."), zone, strerror(-r));
	service_hold(service, message, RECORD_TIMEZONE, old, zone);
	return 1;
}
