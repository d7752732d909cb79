/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The methods about what the machine is called, and about where and for whom it stands. */

#include <errno.h>

#include "atomic_file.h"
#include "i18n.h"
#include "keymap.h"
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

/* Answer with what is not well all the same, or why it was not done. */
static void answer_note(const struct apply_result *result, void *userdata)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	struct service *service = userdata;

	if (!result->ok) {
		service_answer_error(service, BUS_ERROR_FAILED, result->text);
		return;
	}
	service_record_held(service, RECORD_DONE, result->text);
	call = service_release(service);
	service_reply(call, "s", result->text);
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
	r = apply_timezone(&service->apply, zone, answer_note, service);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The time zone was not changed to \"%s\": %s."), zone, strerror(-r));
	service_hold(service, message, RECORD_TIMEZONE, old, zone);
	return 1;
}

/* -- SetKeymap ---------------------------------------------------------------------------------
 */

/* Is it one that the machine has? */
static int check_keymap(const char *root, const char *keymap, sd_bus_error *error)
{
	_cleanup_(names_done) struct names_list list = { 0 };

	if (keymap_is_installed(root, keymap))
		return 0;
	if (keymap_list(root, &list) == -ENOENT)
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The keyboard layout was not changed. This machine has none to choose "
			  "from: its image lacks the keymaps of \"kbd\", or Debian's packages "
			  "\"keyboard-configuration\" and \"console-setup\"."));
	return sd_bus_error_set(error, BUS_ERROR_REFUSED,
		_("The keyboard layout was not changed. It must be the name of one that this "
		  "machine has, such as \"us\" or \"de\"."));
}

int method_set_keymap(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	char old[KEYMAP_NAME_SIZE];
	const char *keymap;
	int r;

	r = service_admit(service, message, NEED_EDIT, error);
	if (r >= 0)
		r = sd_bus_message_read(message, "s", &keymap);
	if (r < 0)
		return r;
	r = check_keymap(service->apply.root, keymap, error);
	if (r < 0)
		return r;
	keymap_read(service->apply.root, old);
	r = apply_keymap(&service->apply, keymap, answer_note, service);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The keyboard layout was not changed to \"%s\": %s."), keymap,
			strerror(-r));
	service_hold(service, message, RECORD_KEYMAP, old, keymap);
	return 1;
}
