/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The methods about the machine as a whole: claim it, log in to it. */

#include <errno.h>
#include <inttypes.h>

#include "atomic_file.h"
#include "claim.h"
#include "i18n.h"
#include "logins.h"
#include "names.h"
#include "service.h"
#include "util.h"

int service_claim(struct service *service)
{
	int r = claim_close(service->apply.root);

	if (r < 0)
		return r;
	own_logins_forget(service->apply.root);
	(void)sd_bus_emit_signal(service->bus, BUS_PATH, BUS_INTERFACE, "Claimed", NULL);
	return 0;
}

/* Complete, once root's logins are known. */
static void answer_complete(struct service *service, sd_bus_message *call,
	const struct logins *logins, const sd_bus_error *error)
{
	char sentence[400];
	int r;

	if (!logins) {
		service_answer_error(service, error->name, error->message);
		return;
	}
	/* Root has chosen how to come in. */
	if (!logins_suffice(service, logins) &&
		!(service->noted.caller.uid == 0 && (logins->key || logins->password))) {
		service_answer_error(service, BUS_ERROR_REFUSED,
			service->conf->password_mode == PASSWORD_KEY
				? _("The setup is not finished: root has no SSH key to log in with "
				    "yet. \"Settings\" on the start screen takes one.")
				: _("The setup is not finished: root has no password yet. "
				    "\"Settings\" on the start screen sets one."));
		return;
	}
	r = service_claim(service);
	if (r >= 0) {
		service_answer(service);
		return;
	}
	(void)snprintf(sentence, sizeof(sentence),
		_("The setup is not finished: %s could not be written: %s."), STATEDIR "/state",
		strerror(-r));
	service_answer_error(service, BUS_ERROR_FAILED, sentence);
}

/* Hold message until root's logins are known; its record is of this kind. */
static int hold_for_logins(struct service *service, sd_bus_message *message, enum record_kind kind,
	const char *old, const char *new, logins_fn answer)
{
	int r = logins_answer(service, message, answer);

	if (r >= 0)
		service_hold(service, message, kind, old, new);
	return r;
}

int method_complete(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r = service_admit(service, message, NEED_CHANGE, error);

	/* Whose machine it is already is not taken from him for want of a step. */
	if (r >= 0 && claim_is_open(service->apply.root)) {
		r = service_admit_complete(service, error);
		if (r < 0)
			service_record(
				service, message, RECORD_CLAIM, "unclaimed", "claimed", r, error);
	}
	if (r < 0)
		return r;
	return hold_for_logins(service, message, RECORD_CLAIM,
		claim_is_open(service->apply.root) ? "unclaimed" : "claimed", "claimed",
		answer_complete);
}

/* RequestLogin, likewise: let the console's getty start root's login once. */
static void answer_login(struct service *service, sd_bus_message *call, const struct logins *logins,
	const sd_bus_error *error)
{
	char sentence[400], when[32 + CALLER_TTY_SIZE];
	const char *tty = service->noted.caller.tty;
	int r;

	if (!logins) {
		service_answer_error(service, error->name, error->message);
		return;
	}
	if (!logins->password) {
		service_answer_error(service, BUS_ERROR_REFUSED,
			service->conf->password_mode == PASSWORD_KEY
				? _("There is no login here: root has no password on this "
				    "appliance. Log in over ssh, with the key.")
				: _("There is no login yet: root has no password yet. "
				    "\"Settings\" on the start screen sets one."));
		return;
	}
	/* The getty obeys only what is fresh, and of its own terminal. Those of other programs have
	 * none. */
	if (strchr(tty, '/'))
		tty = "";
	(void)snprintf(
		when, sizeof(when), "%" PRIu64 "%s%s\n", service_now(), *tty ? " " : "", tty);
	r = atomic_write(service->apply.root, RUNDIR "/next-login", when, 0600);
	if (r >= 0) {
		/* Whoever sits there next has to show the password again. */
		service_drop_ticket(service, _("Root logs in on the console."));
		service_answer(service);
		return;
	}
	(void)snprintf(sentence, sizeof(sentence),
		_("The login could not be prepared: %s could not be written: %s."),
		RUNDIR "/next-login", strerror(-r));
	service_answer_error(service, BUS_ERROR_FAILED, sentence);
}

int method_request_login(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r = service_admit(service, message, NEED_TRY, error);

	if (r < 0)
		return r;
	r = service_admit_login(service, error);
	if (r < 0) {
		service_record(service, message, RECORD_LOGIN, NULL, NULL, r, error);
		return r;
	}
	return hold_for_logins(service, message, RECORD_LOGIN, NULL, NULL, answer_login);
}
