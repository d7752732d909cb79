/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* --status: once, or again whenever something changes. */

#include "status_run.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>

#include "outcome.h"
#include "plain.h"
#include "status_json.h"
#include "web.h"

/* What the services say makes the lines better, no more; a program would rather wait for it. */
#define LINES_USEC 1000000
#define JSON_USEC  WEBCHECK_USEC

/* A run of it. */
struct run {
	const struct options *options;
	struct app app;
	struct waiting waiting;
	struct status_line *lines; /* owned; what was told last */
	size_t n_lines;
	json_object *object; /* owned; likewise */
	sd_event_source *due;
	sigset_t ends; /* the signals that end it */
	bool shown;    /* something was told */
	int status;
};

/* -- telling ------------------------------------------------------------------------------------
 */

/* The lines, unless they are what was told last. -errno. */
static int tell_lines(struct run *run)
{
	struct status_line *lines;
	size_t n;
	int r = status_build(&run->app, &lines, &n);

	if (r < 0)
		return r;
	if (run->shown && status_equal(lines, n, run->lines, run->n_lines)) {
		free(lines);
		return 0;
	}
	if (run->shown)
		draw_print(stdout, "\n");
	free(run->lines);
	run->lines = lines;
	run->n_lines = n;
	plain_print(stdout, lines, n);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : -(errno ? errno : EIO);
}

/* Likewise as an object. */
static int tell_object(struct run *run)
{
	json_object *object = status_json_make(&run->app, &run->waiting);

	if (!object)
		return -ENOMEM;
	if (run->shown && json_object_equal(object, run->object)) {
		json_object_put(object);
		return 0;
	}
	json_object_put(run->object);
	run->object = object;
	return json_out(object);
}

/* Tell it in the form that was asked for. */
static int tell(struct run *run)
{
	int r = run->options->json ? tell_object(run) : tell_lines(run);

	run->shown = true;
	return r;
}

int status_tell_error(int r, const struct options *options)
{
	struct outcome outcome = { 0 };

	outcome_set(&outcome, EXIT_FAILED, _("The state of this machine could not be read: %s."),
		safe_text(strerror(-r), 0).text);
	return outcome_tell(&outcome, options);
}

/* Why it could not be told. */
static int tell_error(int r, const struct options *options)
{
	return ferror(stdout) ? outcome_untold(-r) : status_tell_error(r, options);
}

/* -- following ----------------------------------------------------------------------------------
 */

/* A reader that does not read holds us up, and no event comes through: leave from there. */
static void leave(int signo)
{
	_exit(EXIT_DONE);
}

/* Several things that change at a time are told in one. */
static int on_due(sd_event_source *source, void *userdata)
{
	struct run *run = userdata;
	int r;

	(void)sigprocmask(SIG_UNBLOCK, &run->ends, NULL);
	r = tell(run);
	(void)sigprocmask(SIG_BLOCK, &run->ends, NULL);
	/* A reader that has gone has seen enough. */
	if (r < 0 && r != -EPIPE)
		run->status = tell_error(r, run->options);
	return r < 0 ? sd_event_exit(run->app.event, 0) : 0;
}

static void on_change(struct app *app, void *userdata)
{
	struct run *run = userdata;

	waiting_update(&run->waiting, app);
	if (run->due)
		(void)sd_event_source_set_enabled(run->due, SD_EVENT_ONESHOT);
}

static void on_waiting(void *userdata)
{
	struct run *run = userdata;

	if (run->due)
		(void)sd_event_source_set_enabled(run->due, SD_EVENT_ONESHOT);
}

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *si, void *userdata)
{
	struct run *run = userdata;

	return sd_event_exit(run->app.event, 0);
}

/* Nobody reads any more. */
static int on_closed(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct run *run = userdata;

	return sd_event_exit(run->app.event, 0);
}

/* What ends it, beside the signals that app has: Ctrl-C, or a reader that goes. */
static int watch_ends(struct run *run)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

	sigemptyset(&run->ends);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaddset(&run->ends, signals[i]);
		(void)signal(signals[i], leave);
	}
	if (sigprocmask(SIG_BLOCK, &run->ends, NULL) < 0)
		return -errno;
	/* A file cannot be polled, and is not closed by others. */
	(void)sd_event_add_io(run->app.event, NULL, STDOUT_FILENO, 0, on_closed, run);
	return sd_event_add_signal(run->app.event, NULL, SIGINT, on_signal, run);
}

/* Tell it again whenever something changes. */
static int follow(struct run *run)
{
	int r = sd_event_add_defer(run->app.event, &run->due, on_due, run);

	if (r >= 0)
		r = sd_event_source_set_priority(run->due, SD_EVENT_PRIORITY_IDLE);
	if (r >= 0)
		r = sd_event_loop(run->app.event);
	run->due = sd_event_source_disable_unref(run->due);
	return r;
}

/* -- the whole ----------------------------------------------------------------------------------
 */

int status_open(struct app *app)
{
	sigset_t set;
	int r = app_init(app);

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	if (r >= 0 && sigprocmask(SIG_UNBLOCK, &set, NULL) < 0)
		r = -errno;
	return r < 0 ? r : app_finish_init(app);
}

/* Has everybody answered? */
static bool is_settled(const void *what)
{
	const struct run *run = what;

	return app_is_settled(&run->app) && run->waiting.answered;
}

/* Read the machine and tell how it is; with --watch, from then on. */
static int run_status(struct run *run)
{
	int r = status_open(&run->app);

	if (r < 0)
		return r;
	if (run->options->watch)
		r = watch_ends(run);
	app_on_change(&run->app, on_change, run);
	waiting_begin(&run->waiting, &run->app, on_waiting, run);
	if (r >= 0)
		r = app_wait(
			&run->app, run->options->json ? JSON_USEC : LINES_USEC, is_settled, run);
	/* Ended before anything was told. */
	if (r == -ESTALE)
		return 0;
	if (r >= 0 && run->options->watch)
		return follow(run);
	return r < 0 ? r : tell(run);
}

int status_run(const struct options *options)
{
	struct run run = { .options = options };
	int r = run_status(&run);

	waiting_done(&run.waiting);
	app_done(&run.app);
	free(run.lines);
	json_object_put(run.object);
	return r < 0 ? tell_error(r, options) : run.status;
}
