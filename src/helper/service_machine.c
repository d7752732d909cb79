/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The methods about the machine as a whole: claim it, end its run, log in to it. */

#include <errno.h>
#include <signal.h>

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

int method_complete(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r;

	r = service_admit(service, message, NEED_CHANGE, error);
	if (r < 0)
		return r;
	r = require_password(service, _("The setup is not finished"), error);
	if (r < 0)
		return r;
	r = claim_close(service->apply.root);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The setup is not finished: " STATEDIR "/state could not be written: "
			  "%s."),
			strerror(-r));
	return sd_bus_reply_method_return(message, "");
}

/* What Power may be asked for, and logind's method for it. */
static const struct {
	const char *what, *member;
} powers[] = {
	{ "reboot", "Reboot" },
	{ "poweroff", "PowerOff" },
};

/* Let PID 1 tell on the console how far it is: the start screen had its messages kept off. */
static void show_status(void)
{
	(void)kill(1, SIGRTMIN + 20);
}

/* logind answered. */
static int handle_power(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const sd_bus_error *failure = sd_bus_message_get_error(message);
	char sentence[400];

	if (!failure) {
		show_status();
		service_answer(userdata);
		return 0;
	}
	(void)snprintf(sentence, sizeof(sentence),
		_("This machine was not restarted or powered off: %s."),
		failure->message ? failure->message : failure->name);
	service_answer_error(userdata, BUS_ERROR_FAILED, sentence);
	return 0;
}

int method_power(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	const char *what, *member = NULL;
	int r;

	r = service_admit(service, message, NEED_CHANGE, error);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "s", &what);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(powers); i++)
		if (streq(what, powers[i].what))
			member = powers[i].member;
	if (!member)
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("This machine can be told to \"reboot\" or \"poweroff\", nothing else."));
	r = sd_bus_call_method_async(service->bus, NULL, "org.freedesktop.login1",
		"/org/freedesktop/login1", "org.freedesktop.login1.Manager", member, handle_power,
		service, "b", 0);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("This machine was not restarted or powered off: %s."), strerror(-r));
	service_hold(service, message);
	return 1;
}

int method_request_login(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r;

	r = service_admit(service, message, NEED_TRY, error);
	if (r < 0)
		return r;
	r = require_password(service, _("There is no login yet"), error);
	if (r < 0)
		return r;
	r = atomic_write(service->apply.root, RUNDIR "/next-login", "", 0600);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The login could not be prepared: " RUNDIR "/next-login could not be "
			  "written: %s."),
			strerror(-r));
	/* Whoever sits there next has to show the password again. */
	auth_drop(&service->auth);
	return sd_bus_reply_method_return(message, "");
}
