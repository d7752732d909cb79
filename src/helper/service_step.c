/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A vendor's step is done: what was answered is checked here, the program is run by firstboot-step,
 * and the answers are kept. */

#include <errno.h>

#include "bus_watch.h"
#include "i18n.h"
#include "names.h"
#include "service.h"
#include "setup_digest.h"
#include "setup_store.h"
#include "step_answers.h"
#include "usec.h"
#include "util.h"

/* What firstboot-step may take besides the program's time: it is started by the bus. */
#define START_USEC (30 * USEC_PER_SEC)

/* The step that is being done for the call that is held. */
struct step_task {
	struct service *service;
	struct step_defs defs;
	const struct step_def *def;
	char *kept;			/* the answers without secrets */
	char digest[SETUP_DIGEST_SIZE]; /* of what the step is made of */
	sd_bus_slot *call, *progress;
};

static struct step_task *task_free(struct step_task *task)
{
	if (!task)
		return NULL;
	sd_bus_slot_unref(task->call);
	sd_bus_slot_unref(task->progress);
	free(task->kept);
	step_defs_done(&task->defs);
	free(task);
	return NULL;
}

static void task_freep(struct step_task **task)
{
	task_free(*task);
}

void step_task_done(struct service *service)
{
	service->step = task_free(service->step);
}

int service_load_steps(struct service *service, struct step_defs *ret)
{
	return step_defs_load(service->apply.root, catalog_language(), NULL, NULL, ret);
}

/* -- its end ----------------------------------------------------------------------------------- */

/* The error that firstboot-step has answered with, or that there is no answer. */
static void answer_failure(struct service *service, sd_bus_message *reply)
{
	const sd_bus_error *said = sd_bus_message_get_error(reply);
	const char *title = service->step->def->title;
	char text[400];

	if (sd_bus_error_has_name(said, BUS_ERROR_FAILED) ||
		sd_bus_error_has_name(said, BUS_ERROR_REFUSED) ||
		sd_bus_error_has_name(said, BUS_ERROR_BUSY)) {
		service_answer_error(service, said->name, said->message);
		return;
	}
	(void)snprintf(text, sizeof(text),
		_("Whether \"%s\" was done is not known: the service that runs its program "
		  "(firstboot-step) has not answered. It can be done again."),
		title);
	service_answer_error(service, BUS_ERROR_FAILED, text);
}

/* The step is done: remember that, and answer with what its program has said. */
static void answer_done(struct service *service, const char *text)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	const struct step_task *task = service->step;
	char sentence[400];
	int r = setup_keep_step(service->apply.root, task->def, task->kept, task->digest);

	if (r < 0) {
		(void)snprintf(sentence, sizeof(sentence),
			_("\"%s\" was done, but %s/%s.json could not be written: %s. It will be "
			  "asked for again."),
			task->def->title, SETUP_STEPS, task->def->name, strerror(-r));
		service_answer_error(service, BUS_ERROR_FAILED, sentence);
		return;
	}
	service_record_held(service, RECORD_DONE, text);
	call = service_release(service);
	service_reply(call, "bs", 1, text);
}

/* firstboot-step has answered. */
static int handle_run(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	const char *text;

	if (sd_bus_message_is_method_error(reply, NULL) ||
		sd_bus_message_read(reply, "s", &text) < 0)
		answer_failure(service, reply);
	else
		answer_done(service, text);
	step_task_done(service);
	return 0;
}

/* The program has come so far: tell the consoles. */
static int handle_progress(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	const char *text;
	uint32_t percent;

	if (sd_bus_message_read(message, "us", &percent, &text) >= 0)
		(void)sd_bus_emit_signal(service->bus, BUS_PATH, BUS_INTERFACE, "StepProgress",
			"sus", service->step->def->name, percent, text);
	return 0;
}

/* -- RunStep ----------------------------------------------------------------------------------- */

/* Send what firstboot-step needs. */
static int send_run(struct step_task *task, int values_fd, int secrets_fd)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	struct service *service = task->service;
	int r;

	r = sd_bus_match_signal_async(service->bus, &task->progress, STEP_NAME, STEP_PATH,
		STEP_INTERFACE, "Progress", handle_progress, bus_ignore_answer, service);
	if (r >= 0)
		r = sd_bus_message_new_method_call(
			service->bus, &message, STEP_NAME, STEP_PATH, STEP_INTERFACE, "Run");
	if (r >= 0)
		r = sd_bus_message_sensitive(message);
	if (r >= 0)
		r = sd_bus_message_append(message, "shh", task->def->name, values_fd, secrets_fd);
	if (r < 0)
		return r;
	return sd_bus_call_async(service->bus, &task->call, message, handle_run, service,
		task->def->seconds * USEC_PER_SEC + START_USEC);
}

/* Have firstboot-step run the program with these answers. */
static int run_program(struct step_task *task, const char *secrets)
{
	_cleanup_close_ int values_fd = step_answers_seal(task->kept);
	_cleanup_close_ int secrets_fd = step_answers_seal(secrets);

	if (values_fd < 0 || secrets_fd < 0)
		return values_fd < 0 ? values_fd : secrets_fd;
	return send_run(task, values_fd, secrets_fd);
}

/* Were these the answers of the last time, to the step as it was then, and has nobody to know
 * secrets? */
static bool is_unchanged(const struct step_task *task, const char *secrets)
{
	const char *root = task->service->apply.root;
	_cleanup_free_ char *before = NULL;

	return streq(secrets, "{}") && setup_read_step(root, task->def, &before) >= 0 &&
	       streq(before, task->kept) && !setup_digest_differs(root, task->def);
}

/* Check the answers, and have them as they are kept, and their secrets; the caller's. */
static int take_answers(struct step_task *task, int values_fd, int secrets_fd, char **ret_secrets,
	sd_bus_error *error)
{
	struct step_values values = { 0 };
	struct problem problem;
	int r;

	if (step_answers_read(task->def, values_fd, secrets_fd, &values, &problem)) {
		r = step_values_to_json(task->def, &values, false, &task->kept);
		if (r >= 0)
			r = step_values_to_json(task->def, &values, true, ret_secrets);
	} else {
		r = sd_bus_error_setf(error, BUS_ERROR_REFUSED, _("\"%s\" was not done. %s"),
			task->def->title, problem.text);
	}
	step_values_done(task->def, &values);
	return r;
}

/* The task of the step that message names; its descriptors are the message's. */
static int read_call(struct service *service, sd_bus_message *message, struct step_task **ret,
	int fds[static 2], sd_bus_error *error)
{
	_cleanup_(task_freep) struct step_task *task = calloc(1, sizeof(*task));
	const char *name;
	int r;

	if (!task)
		return -ENOMEM;
	task->service = service;
	r = sd_bus_message_read(message, "shh", &name, &fds[0], &fds[1]);
	if (r >= 0)
		r = service_load_steps(service, &task->defs);
	if (r < 0)
		return r;
	task->def = step_defs_find(&task->defs, name);
	if (!task->def)
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("Nothing was done: this appliance has no step of this name."));
	*ret = take_ptr(task);
	return 0;
}

/* Begin what is to be done for message, which is held from then on. */
static int begin(struct service *service, sd_bus_message *message, struct step_task **task,
	const char *secrets, sd_bus_error *error)
{
	const struct step_def *def = (*task)->def;
	int r;

	if (is_unchanged(*task, secrets))
		return sd_bus_reply_method_return(message, "bs", 0, "");
	/* Of what is about to be run: another program that comes meanwhile has not been. */
	setup_digest_make(service->apply.root, def, (*task)->digest);
	r = def->apply[0] ? run_program(*task, secrets) : 0;
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED, _("\"%s\" was not done: %s."),
			def->title, strerror(-r));
	service_hold(service, message, RECORD_STEP, NULL, def->name);
	service->step = take_ptr(*task);
	if (!def->apply[0]) {
		answer_done(service, "");
		step_task_done(service);
	}
	return 1;
}

int method_run_step(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_(task_freep) struct step_task *task = NULL;
	_cleanup_(step_answers_clearp) char *secrets = NULL;
	struct service *service = userdata;
	int fds[2], r;

	r = service_admit(service, message, NEED_EDIT, error);
	if (r >= 0)
		r = read_call(service, message, &task, fds, error);
	if (r >= 0)
		r = take_answers(task, fds[0], fds[1], &secrets, error);
	return r < 0 ? r : begin(service, message, &task, secrets, error);
}
