/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The methods about root's password and key. What they carry goes on to firstboot-password, which
 * alone looks at it. */

#include <errno.h>

#include "claim.h"
#include "i18n.h"
#include "logins.h"
#include "names.h"
#include "service.h"
#include "util.h"

/* -- CheckPassword ---------------------------------------------------------------------------- */

/* The quality of a password is known. */
static int handle_checked(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	const char *text;
	int ok, r;

	if (sd_bus_message_is_method_error(reply, NULL)) {
		logins_answer_refusal(userdata, reply);
		return 0;
	}
	r = sd_bus_message_read(reply, "bs", &ok, &text);
	call = service_release(userdata);
	if (r < 0)
		(void)sd_bus_reply_method_errno(call, r, NULL);
	else
		service_reply(call, "bs", ok, text);
	return 0;
}

int method_check_password(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	int r = service_admit(userdata, message, NEED_CHANGE, error);

	return r < 0 ? r
		     : logins_pass_on(
			       userdata, message, "Check", handle_checked, N_RECORD_KINDS, error);
}

/* -- SetRootPassword, MakeRootPassword -------------------------------------------------------- */

/* A password of root's is about to be set from here, if nobody owns the machine yet. */
static int note_pending(struct service *service, bool pending, const char *mark)
{
	struct own_logins own;

	if (!claim_is_open(service->apply.root))
		return 0;
	own_logins_load(service->apply.root, &own);
	own.pending = pending;
	if (mark)
		(void)snprintf(own.password, sizeof(own.password), "%s", mark);
	return own_logins_save(service->apply.root, &own);
}

/* It was set; the reply begins with its mark. */
static int note_set(struct service *service, sd_bus_message *reply)
{
	const char *mark;
	int r = sd_bus_message_read(reply, "s", &mark);

	/* Where that is not noted, what was noted before counts, and that is enough. */
	if (r >= 0)
		(void)note_pending(service, false, mark);
	return r;
}

/* Has firstboot-password refused to set it? Then whoever asked is told why. */
static bool take_refusal(struct service *service, sd_bus_message *reply)
{
	if (!sd_bus_message_is_method_error(reply, NULL))
		return false;
	(void)note_pending(service, false, NULL);
	logins_answer_refusal(service, reply);
	return true;
}

/* Root's password was set, or not. */
static int handle_password_set(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;

	if (take_refusal(service, reply))
		return 0;
	(void)note_set(service, reply);
	service_answer(service);
	return 0;
}

/* Likewise of one that was made, which goes on to who has called. */
static int handle_password_made(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	struct service *service = userdata;
	int fd, r;

	if (take_refusal(service, reply))
		return 0;
	r = note_set(service, reply);
	if (r >= 0)
		r = sd_bus_message_read(reply, "h", &fd);
	service_record_held(service, RECORD_DONE, NULL);
	call = service_release(service);
	if (r < 0)
		(void)sd_bus_reply_method_errno(call, r, NULL);
	else
		service_reply(call, "h", fd);
	return 0;
}

/* May a password be set, by the vendor's word and by what can be noted? */
static int admit_password(struct service *service, sd_bus_message *message, sd_bus_error *error)
{
	int r = service_admit(service, message, NEED_EDIT, error);

	if (r < 0)
		return r;
	if (service->conf->password_mode == PASSWORD_KEY)
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("Root's password was not changed: root has none on this appliance, but "
			  "SSH keys."));
	r = note_pending(service, true, NULL);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("Root's password was not changed: %s could not be written: %s."),
			STATEDIR "/logins", strerror(-r));
	return 0;
}

/* Have the secret in message set by a method of firstboot-password's. */
static int set_password(struct service *service, sd_bus_message *message, const char *method,
	sd_bus_message_handler_t handle, sd_bus_error *error)
{
	int r = admit_password(service, message, error);

	if (r < 0)
		return r;
	r = logins_pass_on(service, message, method, handle, RECORD_PASSWORD, error);
	if (r < 0)
		(void)note_pending(service, false, NULL);
	return r;
}

int method_set_root_password(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	return set_password(userdata, message, "Set", handle_password_set, error);
}

int method_make_root_password(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r;

	if (service->conf->password_mode != PASSWORD_RANDOM)
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("No password was made: on this appliance it is chosen by whoever sets it "
			  "up."));
	r = admit_password(service, message, error);
	if (r < 0)
		return r;
	r = logins_ask(service, "Make", handle_password_made, "");
	if (r < 0) {
		(void)note_pending(service, false, NULL);
		return sd_bus_error_setf(
			error, BUS_ERROR_FAILED, _("No password was made: %s."), strerror(-r));
	}
	service_hold(service, message, RECORD_PASSWORD, NULL, NULL);
	return 1;
}

/* -- SetRootPasswordHash ---------------------------------------------------------------------- */

/* Answer what was held with whether anything was changed; nothing needs no record. */
static void answer_changed(struct service *service, int changed)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;

	if (changed)
		service_record_held(service, RECORD_DONE, NULL);
	call = service_release(service);
	service_reply(call, "b", changed);
}

/* Root's hash was set, or not. */
static int handle_hash_set(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int changed, r;

	if (take_refusal(service, reply))
		return 0;
	r = note_set(service, reply);
	if (r >= 0)
		r = sd_bus_message_read(reply, "b", &changed);
	answer_changed(service, r < 0 || changed);
	return 0;
}

int method_set_root_password_hash(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	return set_password(userdata, message, "SetHash", handle_hash_set, error);
}

/* -- AddRootKey ------------------------------------------------------------------------------- */

/* Root's key was added, or not. */
static int handle_key_added(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	int changed;

	if (sd_bus_message_is_method_error(reply, NULL))
		logins_answer_refusal(userdata, reply);
	else
		answer_changed(userdata, sd_bus_message_read(reply, "b", &changed) < 0 || changed);
	return 0;
}

/* The key is about to be added from here; where that is cut off, it is not there. */
static int note_key(struct service *service, const char *key)
{
	struct own_logins own;
	char bare[LOGIN_KEY_MAX];
	int r;

	if (!claim_is_open(service->apply.root))
		return 0;
	if (!login_key_find(key, bare))
		return -EINVAL;
	own_logins_load(service->apply.root, &own);
	r = own_logins_add_key(&own, bare);
	return r < 0 ? r : own_logins_save(service->apply.root, &own);
}

int method_add_root_key(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	char key[LOGIN_KEY_MAX];
	struct problem problem;
	const char *line;
	int r;

	r = service_admit(service, message, NEED_EDIT, error);
	if (r >= 0)
		r = sd_bus_message_read(message, "s", &line);
	if (r < 0)
		return r;
	/* Root itself may give itself as many ways in as it likes. */
	if (service->conf->password_mode != PASSWORD_KEY &&
		service_caller(service, message)->uid != 0)
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The key was not added: root logs in with a password on this "
			  "appliance."));
	if (!login_key_check(line, key, &problem))
		return sd_bus_error_setf(
			error, BUS_ERROR_REFUSED, _("The key was not added. %s"), problem.text);
	r = note_key(service, key);
	if (r >= 0)
		r = logins_ask(service, "AddKey", handle_key_added, "s", key);
	if (r < 0)
		return sd_bus_error_setf(
			error, BUS_ERROR_FAILED, _("The key was not added: %s."), strerror(-r));
	service_hold(service, message, RECORD_KEY, NULL, key);
	return 1;
}
