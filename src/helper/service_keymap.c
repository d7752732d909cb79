/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The keyboard layout. One that is tried is in force at once; what was in force before stands in a
 * file until the new one is kept, so that it comes back where the one who tries it has gone, or
 * this process. */

#include <errno.h>

#include "atomic_file.h"
#include "i18n.h"
#include "names.h"
#include "service.h"

#define BEFORE STATEDIR "/keymap-before"

void keymap_trial_done(struct keymap_trial *trial)
{
	sd_bus_slot_unref(trial->watch);
	*trial = (struct keymap_trial){ 0 };
}

/* What is in force stays. */
static void keep(struct service *service)
{
	(void)atomic_remove(service->apply.root, BEFORE);
	keymap_trial_done(&service->trial);
}

/* -- back to what was in force ----------------------------------------------------------------- */

/* Begin to put it back. -ENOENT: nothing is tried. */
static int put_back(struct service *service, apply_done_fn done)
{
	_cleanup_free_ char *before = NULL;
	int r = file_read(service->apply.root, BEFORE, KEYMAP_TEXT_MAX, &before);

	return r < 0 ? r : apply_keymap_back(&service->apply, before, done, service);
}

/* It is back, or cannot be had, and nobody waits for that. */
static void handle_back(const struct apply_result *result, void *userdata)
{
	struct service *service = userdata;

	record_write(&(struct record){
		.kind = RECORD_KEYMAP,
		.result = result->ok ? RECORD_DONE : RECORD_FAILED,
		.new = service->trial.before[0] ? service->trial.before : NULL,
		.why = result->ok ? NULL : result->text,
	});
	service->last_call = service_now();
	keep(service);
}

void service_keymap_recover(struct service *service)
{
	service->trial.ending = put_back(service, handle_back) >= 0;
}

/* The connection that tried a layout has gone. */
static int handle_gone(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;

	service->trial.watch = sd_bus_slot_unref(service->trial.watch);
	service->trial.owner[0] = '\0';
	service_keymap_recover(service);
	return 0;
}

/* It is back, or cannot be had: say so. */
static void answer_back(const struct apply_result *result, void *userdata)
{
	keep(userdata);
	service_answer_note(result, userdata);
}

/* Is the sender the one who tries? */
static bool is_tester(const struct service *service, sd_bus_message *message)
{
	const char *sender = sd_bus_message_get_sender(message);

	return service->trial.owner[0] && sender && streq(sender, service->trial.owner);
}

/* Who has tried a layout may always give it up, whoever owns the appliance by now. */
static int give_up(struct service *service, sd_bus_message *message, sd_bus_error *error)
{
	char tried[KEYMAP_NAME_SIZE];
	int r = service_admit(service, message, NEED_NOTHING, error);

	if (r < 0)
		return r;
	if (!is_tester(service, message))
		return sd_bus_reply_method_return(message, "s", "");
	if (service_is_working(service))
		return sd_bus_error_set(error, BUS_ERROR_BUSY,
			_("Nothing was changed: another change is under way. Try again when it is "
			  "done."));
	keymap_read(service->apply.root, tried);
	r = put_back(service, answer_back);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The keyboard layout was not changed to \"%s\": %s."),
			service->trial.before, strerror(-r));
	service_hold(service, message, RECORD_KEYMAP, tried, service->trial.before);
	return 1;
}

/* -- SetKeymap, TryKeymap ---------------------------------------------------------------------- */

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

/* Note what is in force, before the first layout that the sender tries. */
static int begin_trial(struct service *service, sd_bus_message *message)
{
	_cleanup_(keymap_trial_done) struct keymap_trial trial = { 0 };
	_cleanup_free_ char *before = NULL;
	int r;

	if (is_tester(service, message))
		return 0;
	if (service->trial.owner[0])
		return -EBUSY;
	r = apply_keymap_read(service->apply.root, &before);
	if (r >= 0)
		r = service_watch(service, message, handle_gone, &trial.watch);
	if (r >= 0)
		r = atomic_write(service->apply.root, BEFORE, before, 0600);
	if (r < 0)
		return r;
	keymap_read(service->apply.root, trial.before);
	memcpy(trial.owner, service->caller.name, sizeof(trial.owner));
	service->trial = trial;
	trial = (struct keymap_trial){ 0 };
	return 0;
}

/* The layout is in force, to stay. */
static void answer_set(const struct apply_result *result, void *userdata)
{
	if (result->ok)
		keep(userdata);
	service_answer_note(result, userdata);
}

/* Have a layout in force, to stay or to be tried. */
static int set(struct service *service, sd_bus_message *message, const char *keymap, bool to_stay,
	sd_bus_error *error)
{
	char old[KEYMAP_NAME_SIZE];
	int r = check_keymap(service->apply.root, keymap, error);

	if (r < 0)
		return r;
	if (to_stay && is_tester(service, message) && keymap_is_set(service->apply.root, keymap)) {
		keep(service);
		return sd_bus_reply_method_return(message, "s", "");
	}
	keymap_read(service->apply.root, old);
	r = to_stay ? 0 : begin_trial(service, message);
	if (r >= 0)
		r = apply_keymap(&service->apply, keymap,
			to_stay ? answer_set : service_answer_note, service);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The keyboard layout was not changed to \"%s\": %s."), keymap,
			strerror(-r));
	service_hold(service, message, RECORD_KEYMAP, old, keymap);
	return 1;
}

int method_set_keymap(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const char *keymap;
	int r = service_admit(userdata, message, NEED_EDIT, error);

	if (r >= 0)
		r = sd_bus_message_read(message, "s", &keymap);
	return r < 0 ? r : set(userdata, message, keymap, true, error);
}

int method_try_keymap(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const char *keymap;
	int r = sd_bus_message_read(message, "s", &keymap);

	if (r < 0)
		return r;
	if (!*keymap)
		return give_up(userdata, message, error);
	r = service_admit(userdata, message, NEED_EDIT, error);
	return r < 0 ? r : set(userdata, message, keymap, false, error);
}
