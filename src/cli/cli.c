/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firstboot: the start screen and the settings, for whoever has a shell. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>

#include "audit.h"
#include "confirm.h"
#include "headless.h"
#include "history_run.h"
#include "i18n.h"
#include "outcome.h"
#include "report.h"
#include "restore.h"
#include "screens.h"
#include "status_run.h"
#include "steps_check.h"

static int print_help(const struct options *options)
{
	options_print_help();
	return outcome_close_output(EXIT_DONE);
}

/* Which firstboot this is. */
static int print_version(const struct options *options)
{
	draw_print(stdout, "firstboot %s\n", OURS(VERSION));
	return outcome_close_output(EXIT_DONE);
}

/* The support report; needs neither a terminal nor firstbootd. */
static int print_report(const struct options *options)
{
	_cleanup_free_ char *text = NULL;
	struct app app;
	int r = status_open(&app);

	if (r >= 0)
		r = report_make(&app, &text);
	app_done(&app);
	if (r < 0)
		return status_tell_error(r, options);
	report_print(stdout, text);
	return outcome_close_output(EXIT_DONE);
}

static int audit(const struct options *options)
{
	return outcome_close_output(audit_print(options->root));
}

/* What is done on this machine, or to an image. */
static int run_headless(const struct options *options)
{
	return *options->root ? offline_run(options) : headless_run(options);
}

/* On pages, or by answers. */
static int reconfigure(const struct options *options)
{
	return options_are_headless(options) ? run_headless(options) : screens_run(options);
}

static int (*const modes[N_MODES])(const struct options *options) = {
	[MODE_SCREEN] = screens_run,
	[MODE_STATUS] = status_run,
	[MODE_REPORT] = print_report,
	[MODE_RECONFIGURE] = reconfigure,
	[MODE_CHECK] = run_headless,
	[MODE_EXPORT] = run_headless,
	[MODE_CONFIRM] = confirm_run,
	[MODE_REVERT] = confirm_run,
	[MODE_HISTORY] = history_run,
	[MODE_RESTORE] = restore_run,
	[MODE_UNATTENDED] = unattended_run,
	[MODE_CHECK_STEPS] = steps_check_run,
	[MODE_AUDIT] = audit,
	[MODE_HELP] = print_help,
	[MODE_VERSION] = print_version,
};

/* A stream that is closed must stay so, and fail: whatever is opened first would take its place. */
static void occupy_streams(void)
{
	static const int wrong_way[] = { O_WRONLY, O_RDONLY, O_RDONLY };

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)open("/dev/null", wrong_way[fd]);
}

int main(int argc, char **argv)
{
	struct outcome outcome = { 0 };
	struct options options;

	occupy_streams();
	i18n_init();
	/* A reader that has gone is an error of writing, not the end of a change under way. */
	(void)signal(SIGPIPE, SIG_IGN);
	if (options_parse(argc, argv, &options, &outcome) != EXIT_DONE)
		return outcome_tell(&outcome, &options);
	return modes[options.mode](&options);
}
