/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "page_tests_plain.h"

#include <errno.h>

#include "i18n.h"
#include "machine_tests.h"
#include "pager_plain.h"
#include "util.h"
#include "visit.h"

#define LINE_MAX_BYTES 300

/* Ask for a line. False: the terminal is gone. */
static bool read_line(const struct app *app, const safe_char *question, char *buf, size_t size)
{
	draw_print(stdout, "%s ", question);
	(void)fflush(stdout);
	return pager_read_line(app->event, buf, size) >= 0;
}

/* Run the event loop until *done, or until it ends. */
static void wait_for(struct app *app, const bool *done)
{
	int r = 0;

	while (!*done && r >= 0 && sd_event_get_state(app->event) != SD_EVENT_FINISHED) {
		r = sd_event_run(app->event, UINT64_MAX);
		if (r == -EINTR)
			r = 0;
	}
}

static void run_tests(struct app *app, struct machine_tests *tests)
{
	machine_tests_start(app, tests);
	wait_for(app, &tests->over.done);
	machine_tests_stop(tests);
	machine_tests_print(stdout, tests);
	draw_print(stdout, "\n");
}

static void test_host(struct app *app)
{
	char host[LINE_MAX_BYTES], text[LINE_MAX_BYTES];
	struct machine_tests tests;
	unsigned port;

	if (!read_line(app, _("Name or address:"), host, sizeof(host)) || !*host ||
		!read_line(app, _("TCP port, or nothing:"), text, sizeof(text)))
		return;
	if (!page_tests_parse_port(text, &port)) {
		draw_print(stdout, "%s\n", _("A port is a number from 1 to 65535, such as 443."));
		return;
	}
	machine_tests_host(host, port, &tests);
	run_tests(app, &tests);
}

/* Lines do not count seconds. */
static void ignore_change(struct visit *visit)
{
}

static void test_visit(struct app *app)
{
	struct visit visit;
	char url[512];

	page_tests_find_url(app, url, sizeof(url));
	if (visit_start(&visit, app, ignore_change) < 0)
		return;
	if (!visit.over) {
		draw_print(stdout,
			_("Open %s in a browser on another computer now; it is waited for, %u "
			  "seconds at most.\n"),
			safe_text(url, 0).text, VISIT_SECONDS);
		(void)fflush(stdout);
	}
	wait_for(app, &visit.over);
	visit_stop(&visit);
	if (*visit.who)
		draw_print(stdout, _("%s has reached the web interface (TCP port %u).\n"),
			visit.who, visit.port);
	else
		draw_print(stdout, "%s\n", visit.cause);
}

/* Do what a line chooses. False: go back. */
static bool choose(struct app *app, char choice)
{
	struct machine_tests tests;

	switch (choice) {
	case '1':
		machine_tests_gateways(app, &tests);
		run_tests(app, &tests);
		return true;
	case '2':
		machine_tests_name_servers(app, &tests);
		run_tests(app, &tests);
		return true;
	case '3':
		test_host(app);
		return true;
	case '4':
		if (app->conf.web_enabled)
			test_visit(app);
		return true;
	default:
		return false;
	}
}

void page_tests_plain(struct app *app)
{
	char line[8];

	do {
		draw_print(stdout, "\n%s  %s  %s", _("1 Gateway"), _("2 Name servers"),
			_("3 Another machine"));
		if (app->conf.web_enabled)
			draw_print(stdout, "  %s", _("4 Web interface from outside"));
		draw_print(stdout, "  %s\n", _("q Back"));
	} while (read_line(app, _("Choice:"), line, sizeof(line)) && choose(app, *line));
}
