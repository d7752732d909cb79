/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "step_service.h"

#include <errno.h>

#include "caller.h"
#include "i18n.h"
#include "names.h"
#include "step_answers.h"
#include "step_lines.h"
#include "step_program.h"
#include "usec.h"
#include "util.h"

#define PROGRESS_USEC 100000 /* between two signals */
#define LINES_MAX     1000   /* of a program, in the journal */

/* A step while its program runs. */
struct step_run {
	struct step_service *service;
	sd_bus_message *call;
	struct step_defs defs;
	const struct step_def *def;
	struct step_program *program;
	struct step_lines lines;
	unsigned n_lines;	/* for the journal */
	uint64_t told;		/* when the last signal went, usec */
	sd_event_source *timer; /* of the next one; NULL: nothing is to be told */
};

static struct step_run *run_free(struct step_run *run)
{
	if (!run)
		return NULL;
	step_program_free(run->program);
	sd_event_source_disable_unref(run->timer);
	step_defs_done(&run->defs);
	sd_bus_message_unref(run->call);
	free(run);
	return NULL;
}

static void run_freep(struct step_run **run)
{
	run_free(*run);
}

void step_service_done(struct step_service *service)
{
	service->run = run_free(service->run);
}

/* -- what it says ------------------------------------------------------------------------------ */

/* A line for the journal, which is what standard error leads to. A program that talks without end
 * does not fill it. */
static void handle_line(const char *line, void *userdata)
{
	struct step_run *run = userdata;

	if (++run->n_lines <= LINES_MAX)
		(void)fprintf(stderr, "<6>%s: %s\n", run->def->name, line);
	else if (run->n_lines == LINES_MAX + 1)
		(void)fprintf(stderr, "<5>%s: more than %d lines, the rest is left out\n",
			run->def->name, LINES_MAX);
}

/* Tell the caller alone how far it is. */
static void tell(struct step_run *run)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *signal = NULL;
	sd_bus *bus = run->service->bus;

	run->timer = sd_event_source_disable_unref(run->timer);
	run->told = usec_now(CLOCK_MONOTONIC);
	/* Nobody depends on it. */
	if (sd_bus_message_new_signal(bus, &signal, STEP_PATH, STEP_INTERFACE, "Progress") >= 0 &&
		sd_bus_message_append(signal, "us", run->lines.percent, run->lines.status) >= 0)
		(void)sd_bus_send_to(bus, signal, sd_bus_message_get_sender(run->call), NULL);
}

static int handle_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	tell(userdata);
	return 0;
}

/* Something was written. Of many news in a short time the last ones are told. */
static void handle_output(const char *bytes, size_t n, void *userdata)
{
	struct step_run *run = userdata;
	uint64_t now = usec_now(CLOCK_MONOTONIC);

	if (!step_lines_take(&run->lines, bytes, n) || run->timer)
		return;
	if (now - run->told >= PROGRESS_USEC ||
		sd_event_add_time_relative(run->service->event, &run->timer, CLOCK_MONOTONIC,
			PROGRESS_USEC - (now - run->told), 0, handle_timer, run) < 0)
		tell(run);
}

/* -- its end ----------------------------------------------------------------------------------- */

/* Why it failed, for the customer: what it says itself, before what the kernel says of it. */
static void describe_failure(
	const struct step_run *run, enum step_end end, int status, size_t size, char *ret)
{
	const struct step_lines *lines = &run->lines;
	const char *title = run->def->title;

	if (end == STEP_ENDED_BY_TIME)
		(void)snprintf(ret, size,
			_("\"%s\" was not finished within %u s, and was ended. What it had "
			  "changed by then is changed."),
			title, run->def->seconds);
	else if (lines->message[0] || lines->status[0])
		(void)snprintf(ret, size, _("\"%s\" has failed: %s"), title,
			lines->message[0] ? lines->message : lines->status);
	else if (end == STEP_ENDED_BY_SIGNAL)
		(void)snprintf(ret, size,
			_("\"%s\" has failed: its program was ended by signal %d (%s)."), title,
			status, strsignal(status));
	else
		(void)snprintf(ret, size,
			_("\"%s\" has failed: its program says no more than its exit status, %d."),
			title, status);
}

static void handle_done(enum step_end end, int status, void *userdata)
{
	_cleanup_(run_freep) struct step_run *run = userdata;
	struct step_service *service = run->service;
	char text[STEP_MESSAGE_SIZE + 512];
	int r;

	service->run = NULL;
	service->last_call = usec_now(CLOCK_MONOTONIC);
	step_lines_end(&run->lines);
	if (run->timer)
		tell(run);
	if (end == STEP_ENDED_BY_ITSELF && status == 0) {
		r = sd_bus_reply_method_return(run->call, "s", run->lines.message);
	} else {
		describe_failure(run, end, status, sizeof(text), text);
		r = sd_bus_reply_method_errorf(run->call, BUS_ERROR_FAILED, "%s", text);
	}
	if (r < 0)
		(void)sd_bus_reply_method_errno(run->call, r, NULL);
}

/* -- Run --------------------------------------------------------------------------------------- */

/* What the program reads: the answers without secrets, and what they are of. Neither the name of a
 * step nor that of a language has a character that JSON would write otherwise. */
static int compose_input(const struct step_run *run, const struct step_values *values, char **ret)
{
	_cleanup_free_ char *open = NULL;
	int r = step_values_to_json(run->def, values, false, &open);

	if (r < 0)
		return r;
	if (asprintf(ret, "{\"step\":\"%s\",\"language\":\"%s\",\"values\":%s}\n", run->def->name,
		    catalog_language(), open) < 0)
		return -ENOMEM;
	return 0;
}

/* A memory file of text that is read from its beginning. */
static int open_text(const char *text)
{
	_cleanup_close_ int fd = step_answers_seal(text);

	if (fd < 0)
		return fd;
	return lseek(fd, 0, SEEK_SET) < 0 ? -errno : take_fd(&fd);
}

/* Likewise of the secrets; *ret is -1 where there are none. */
static int open_secrets(const struct step_def *def, const struct step_values *values, int *ret)
{
	_cleanup_(step_answers_clearp) char *secrets = NULL;
	int r = step_values_to_json(def, values, true, &secrets);

	*ret = -1;
	if (r < 0 || streq(secrets, "{}"))
		return r;
	*ret = open_text(secrets);
	return *ret < 0 ? *ret : 0;
}

/* Start the program of the step with these answers. */
static int start(struct step_run *run, const struct step_values *values)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_close_ int input = -1, secrets = -1;
	int r;

	r = compose_input(run, values, &text);
	if (r >= 0)
		r = input = open_text(text);
	if (r >= 0)
		r = open_secrets(run->def, values, &secrets);
	if (r < 0)
		return r;
	return step_program_start(run->service->event,
		&(struct step_order){
			.path = run->def->apply,
			.input = input,
			.secrets = secrets,
			.seconds = run->def->seconds,
			.said = handle_output,
			.done = handle_done,
			.userdata = run,
		},
		&run->program);
}

/* Is the step of this name there, with a program that may be run? */
static int find_step(struct step_run *run, const char *name, sd_bus_error *error)
{
	struct problem problem;
	int r = step_defs_load("", catalog_language(), NULL, NULL, &run->defs);

	if (r < 0)
		return r;
	run->def = step_defs_find(&run->defs, name);
	if (!run->def || !run->def->apply[0])
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("Nothing was done: there is no such step with a program."));
	if (!step_def_check_program("", run->def, &problem))
		return sd_bus_error_setf(error, BUS_ERROR_FAILED, _("\"%s\" was not done. %s"),
			run->def->title, problem.text);
	return 0;
}

/* Read the answers, and start with them. */
static int begin(struct step_run *run, int values_fd, int secrets_fd, sd_bus_error *error)
{
	struct step_values values = { 0 };
	struct problem problem;
	int r;

	if (!step_answers_read(run->def, values_fd, secrets_fd, &values, &problem)) {
		r = sd_bus_error_setf(error, BUS_ERROR_REFUSED, _("\"%s\" was not done. %s"),
			run->def->title, problem.text);
	} else {
		r = start(run, &values);
		if (r < 0)
			r = sd_bus_error_setf(error, BUS_ERROR_FAILED,
				_("\"%s\" was not done: its program could not be started: %s."),
				run->def->title, strerror(-r));
	}
	step_values_done(run->def, &values);
	return r;
}

/* The bus lets in nobody but root; this asks again. One program runs at a time. */
static int admit(struct step_service *service, sd_bus_message *message, sd_bus_error *error)
{
	uid_t uid;

	service->last_call = usec_now(CLOCK_MONOTONIC);
	if (caller_identify(message, 0, &uid) < 0)
		return sd_bus_error_set(error, BUS_ERROR_NOT_PERMITTED,
			_("Nothing was done: this account may not run a step."));
	if (service->run)
		return sd_bus_error_set(
			error, BUS_ERROR_BUSY, _("Nothing was done: another step is under way."));
	return 0;
}

static int method_run(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_(run_freep) struct step_run *run = NULL;
	struct step_service *service = userdata;
	int values_fd, secrets_fd, r;
	const char *name;

	r = admit(service, message, error);
	/* The language of the screens may have been chosen since we were started. */
	if (r >= 0)
		r = i18n_choose_configured();
	if (r >= 0)
		r = sd_bus_message_read(message, "shh", &name, &values_fd, &secrets_fd);
	if (r < 0)
		return r;
	run = calloc(1, sizeof(*run));
	if (!run)
		return -ENOMEM;
	*run = (struct step_run){
		.service = service,
		.call = sd_bus_message_ref(message),
		.lines = { .other = handle_line, .userdata = run, .percent = STEP_PERCENT_UNKNOWN },
	};
	r = find_step(run, name, error);
	if (r >= 0)
		r = begin(run, values_fd, secrets_fd, error);
	if (r < 0)
		return r;
	service->run = take_ptr(run);
	return 1;
}

/* Without SD_BUS_VTABLE_UNPRIVILEGED: root's alone by sd-bus's own word, too. */
static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("Run", SD_BUS_ARGS("s", name, "h", values, "h", secrets),
		SD_BUS_RESULT("s", message), method_run, SD_BUS_VTABLE_SENSITIVE),
	SD_BUS_SIGNAL_WITH_ARGS("Progress", SD_BUS_ARGS("u", percent, "s", text), 0),
	SD_BUS_VTABLE_END,
};

int step_service_init(struct step_service *service)
{
	service->last_call = usec_now(CLOCK_MONOTONIC);
	return sd_bus_add_object_vtable(
		service->bus, NULL, STEP_PATH, STEP_INTERFACE, vtable, service);
}
