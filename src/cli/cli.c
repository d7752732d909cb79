/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firstboot: the start screen and the settings, for whoever has a shell. */

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <wchar.h>

#include "actions.h"
#include "audit.h"
#include "box.h"
#include "edit_lock.h"
#include "i18n.h"
#include "plain.h"
#include "qr.h"
#include "report.h"
#include "screen.h"
#include "settings_pages.h"
#include "syscall_filter.h"
#include "util.h"
#include "wizard.h"

enum {
	EXIT_USAGE = 2,
	EXIT_NOT_PERMITTED = 4,
};

#define SERVICES_USEC 1000000

/* Options of later versions: known, so that the refusal is a sentence. */
#define LATER 1000

static const struct option options[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ "status", no_argument, NULL, 's' },
	{ "report", no_argument, NULL, 'p' },
	{ "reconfigure", no_argument, NULL, 'r' },
	{ "answers", optional_argument, NULL, LATER },
	{ "set", optional_argument, NULL, LATER },
	{ "check", no_argument, NULL, LATER },
	{ "export", no_argument, NULL, LATER },
	{ "confirm", no_argument, NULL, LATER },
	{ "revert", no_argument, NULL, LATER },
	{ "history", no_argument, NULL, LATER },
	{ "json", no_argument, NULL, LATER },
	{ "root", required_argument, NULL, 'R' },
	{ "audit", no_argument, NULL, 'a' },
	{ "dry-run", no_argument, NULL, LATER },
	{ "reset-claim", no_argument, NULL, LATER },
	{ 0 },
};

/* Emergency, whatever comes of it. */
static void run_emergency(struct app *app)
{
	(void)page_emergency_run(app);
}

/* The pages; run NULL: one of the wizard's. */
static const struct {
	const char *name;
	void (*run)(struct app *app);
} pages[] = {
	{ "network", NULL },
	{ "hostname", NULL },
	{ "password", NULL },
	{ "history", page_history_run },
	{ "dhcp", page_dhcp_run },
	{ "emergency", run_emergency },
	{ "copy", page_clone_run },
};

#define PAGES_MAX ARRAY_SIZE(pages)

/* What the arguments ask for. */
struct request {
	int mode;			  /* 0: the start screen, else an option's value */
	const char *pages[PAGES_MAX + 1]; /* the wizard's, as they were named */
	size_t n_pages;
	bool others[PAGES_MAX]; /* the other pages[], in their order */
	bool any_other;
	const char *root; /* of --audit, "" for this machine */
};

/* One sentence on standard error. */
_printf_(2, 3) static int complain_raw(int status, const char *format, ...)
{
	va_list ap;

	draw_print(stderr, "firstboot: ");
	va_start(ap, format);
	draw_print_list(stderr, format, ap);
	va_end(ap);
	draw_print(stderr, "\n");
	return status;
}

#define complain(status, format, ...)                                                              \
	complain_raw((status), (const char *)(format)SAFE_ARGUMENTS(__VA_ARGS__))

/* Standard output may be a full disk: a text that is not whole is no success. */
static int close_output(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	return complain(EXIT_FAILURE, _("The output could not be written: %s."),
		safe_text(strerror(errno), 0).text);
}

/* What can be asked for. */
static int print_help(void)
{
	draw_print(stdout, "%s",
		_("Usage: firstboot [OPTION]\n"
		  "Show where the web interface of this appliance is, or change its settings.\n"
		  "\n"
		  "  (no option)                 the start screen\n"
		  "  --status                    what it says, as plain lines\n"
		  "  --report                    all that support may ask for, without secrets\n"
		  "  --reconfigure [PAGE]...     change settings; PAGE is network, hostname,\n"
		  "                              password, history (of the network), dhcp (how\n"
		  "                              servers know this machine), emergency (automatic\n"
		  "                              addresses) or copy (a new identity); root only\n"
		  "  --audit [--root=DIR]        judge what keeps the console closed, on this\n"
		  "                              machine or in the image below DIR\n"
		  "  --help                      this text\n"
		  "  --version                   the version\n"
		  "\n"
		  "Exit status: 0 done, 1 failed, 2 wrong arguments or no terminal, 4 not "
		  "permitted.\n"));
	return close_output(EXIT_SUCCESS);
}

/* Which firstboot this is. */
static int print_version(void)
{
	draw_print(stdout, "firstboot %s\n", OURS(VERSION));
	return close_output(EXIT_SUCCESS);
}

/* Have the services answered? */
static bool is_settled(const void *app)
{
	return app_is_settled(app);
}

/* Read the machine without a screen, and give the lines. */
static int read_status(struct app *app, struct status_line **ret_lines, size_t *ret_n)
{
	int r = app_init(app);

	if (r >= 0)
		r = app_finish_init(app);
	/* What the services say makes the lines better, no more. */
	if (r >= 0)
		r = app_wait(app, SERVICES_USEC, is_settled, app);
	if (r >= 0)
		r = status_build(app, ret_lines, ret_n);
	return r;
}

/* What the start screen says, as plain lines; needs neither a terminal nor firstbootd. */
static int print_status(void)
{
	_cleanup_free_ struct status_line *lines = NULL;
	struct app app;
	size_t n;
	int r;

	r = read_status(&app, &lines, &n);
	app_done(&app);
	if (r < 0)
		return complain(EXIT_FAILURE, _("The state of this machine could not be read: %s."),
			safe_text(strerror(-r), 0).text);
	plain_print(stdout, lines, n);
	return close_output(EXIT_SUCCESS);
}

/* The support report; likewise. */
static int print_report(void)
{
	_cleanup_free_ char *text = NULL;
	struct app app;
	int r = app_init(&app);

	if (r >= 0)
		r = app_finish_init(&app);
	if (r >= 0)
		r = report_make(&app, &text);
	app_done(&app);
	if (r < 0)
		return complain(EXIT_FAILURE, _("The state of this machine could not be read: %s."),
			safe_text(strerror(-r), 0).text);
	report_print(stdout, text);
	return close_output(EXIT_SUCCESS);
}

/* The pages that are asked for, one after the other. */
static void reconfigure(struct app *app, const struct request *request)
{
	_cleanup_(wizard_done) struct wizard wizard = { 0 };
	bool with_wizard = request->n_pages > 0 || !request->any_other;

	/* The wizard of the first boot takes the edit lock itself. */
	if (!(app->unclaimed && with_wizard) && !edit_lock_take(app))
		return;
	if (with_wizard)
		wizard_run(&wizard, app, app->unclaimed, request->n_pages ? request->pages : NULL);
	for (size_t i = 0; i < PAGES_MAX; i++)
		if (request->others[i])
			pages[i].run(app);
	edit_lock_drop(app);
}

/* Take the terminal and show the start screen, or the pages that are asked for. */
static int show(struct app *app, const struct request *request)
{
	int r = screen_start(app->event);

	if (r == -EOPNOTSUPP && request->mode != 'r')
		return plain_run(app);
	if (r < 0)
		return r;
	if (request->mode != 'r') {
		actions_run(app);
	} else {
		box_product(app_product(app).text);
		r = app_finish_init(app);
		if (r >= 0 && actions_permit(app))
			reconfigure(app, request);
	}
	screen_stop();
	return r;
}

/* The screens of the console keep its rules here, too. What loads code comes before: the library of
 * the QR code, and the conversion of characters where the locale has a set of its own. */
static int enter_filter(void)
{
	qr_load();
	(void)btowc('a');
	return syscall_filter_enter(SYSCALL_FILTER_CONSOLE);
}

/* Everything that is drawn on a terminal. */
static int run_screen(const struct request *request)
{
	struct app app;
	int r;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return complain(EXIT_USAGE, "%s",
			request->mode == 'r'
				? _("--reconfigure needs a terminal to ask on.")
				: _("The start screen needs a terminal; --status prints what it "
				    "says."));
	if (request->mode == 'r' && geteuid() != 0)
		return complain(EXIT_NOT_PERMITTED, "%s",
			_("Only root may change settings: run it with sudo, or on the console."));
	r = enter_filter();
	if (r < 0)
		return complain(EXIT_FAILURE, _("The start screen could not be shown: %s."),
			safe_text(strerror(-r), 0).text);
	r = app_init(&app);
	if (r >= 0)
		r = show(&app, request);
	app_done(&app);
	if (r == -EOPNOTSUPP)
		return complain(EXIT_USAGE,
			_("The terminal \"%s\" cannot move its cursor; settings need one that can, "
			  "such as vt220 or xterm."),
			safe_text(getenv("TERM"), 0).text);
	if (r < 0)
		return complain(EXIT_FAILURE, _("The start screen could not be shown: %s."),
			safe_text(strerror(-r), 0).text);
	return EXIT_SUCCESS;
}

/* Add a page by its name. */
static int add_page(struct request *request, const char *name)
{
	for (size_t i = 0; i < PAGES_MAX; i++) {
		if (!streq(name, pages[i].name))
			continue;
		if (pages[i].run) {
			request->others[i] = request->any_other = true;
			return 0;
		}
		for (size_t j = 0; j < request->n_pages; j++)
			if (request->pages[j] == pages[i].name)
				return 0;
		request->pages[request->n_pages++] = pages[i].name;
		return 0;
	}
	return complain(EXIT_USAGE,
		_("\"%s\" is no page of settings; there are network, hostname, password, history, "
		  "dhcp, emergency and copy."),
		safe_text(name, 0).text);
}

/* The words after --reconfigure. */
static int parse_pages(int argc, char **argv, struct request *request)
{
	if (optind < argc && request->mode != 'r')
		return complain(EXIT_USAGE,
			_("\"%s\" is not understood; firstboot --help lists what is."),
			safe_text(argv[optind], 0).text);
	for (int i = optind; i < argc; i++) {
		int r = add_page(request, argv[i]);

		if (r != 0)
			return r;
	}
	return 0;
}

/* Take the arguments apart. Returns 0, or the exit status of a refusal. */
static int parse(int argc, char **argv, struct request *request)
{
	int index = 0;

	opterr = 0;
	for (;;) {
		int c = getopt_long(argc, argv, "hV", options, &index);

		if (c == -1)
			break;
		if (c == LATER)
			return complain(EXIT_USAGE,
				_("--%s is not available in this version (%s)."),
				safe_text(options[index].name, 0).text, OURS(VERSION));
		if (c == '?')
			return complain(EXIT_USAGE,
				_("\"%s\" is not understood; firstboot --help lists what is."),
				safe_text(argv[optind > 1 ? optind - 1 : 1], 0).text);
		if (c == 'R') {
			request->root = optarg;
			continue;
		}
		if (request->mode != 0 && request->mode != c)
			return complain(EXIT_USAGE, "%s",
				_("Only one of --status, --report, --reconfigure, --audit, --help "
				  "and "
				  "--version can be given."));
		request->mode = c;
	}
	if (*request->root && request->mode != 'a')
		return complain(EXIT_USAGE, "%s", _("--root goes with --audit alone."));
	return parse_pages(argc, argv, request);
}

int main(int argc, char **argv)
{
	struct request request = { .root = "" };
	int r;

	i18n_init();
	r = parse(argc, argv, &request);
	if (r != 0)
		return r;
	switch (request.mode) {
	case 'h':
		return print_help();
	case 'V':
		return print_version();
	case 's':
		return print_status();
	case 'p':
		return print_report();
	case 'a':
		return close_output(audit_print(request.root));
	default:
		return run_screen(&request);
	}
}
