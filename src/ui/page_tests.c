/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "page_tests.h"

#include "dialogs.h"
#include "form.h"
#include "i18n.h"
#include "machine_tests.h"
#include "screen.h"
#include "status.h"
#include "util.h"
#include "visit.h"

#define PORT_MAX 65535

/* What was typed is kept for the next time. */
static safe_char last_host[FIELD_MAX], last_port[FIELD_MAX];

/* Print what came of them (textfile.h). */
static void print_tests(FILE *file, const void *tests)
{
	machine_tests_print(file, tests);
}

/* Make the tests, with words while they last, and show the sentences. */
static void run_tests(struct app *app, const safe_char *title, const safe_char *working,
	struct machine_tests *tests)
{
	_cleanup_free_ safe_char *text = NULL;

	machine_tests_start(app, tests);
	reply_wait_sentence(&tests->over, 0, working);
	machine_tests_stop(tests);
	if (screen_ended())
		return;
	if (draw_compose(print_tests, tests, &text) >= 0)
		dialogs_message(title, text);
}

static void test_gateway(struct app *app)
{
	struct machine_tests tests;

	machine_tests_gateways(app, &tests);
	run_tests(app, _(" Gateway "), _("Asking the gateway..."), &tests);
}

static void test_name_servers(struct app *app)
{
	struct machine_tests tests;

	machine_tests_name_servers(app, &tests);
	run_tests(app, _(" Name servers "), _("Asking the name servers..."), &tests);
}

/* -- a host ----------------------------------------------------------------------------------- */

/* 1 to 65535, or nothing, which is 0. */
static bool parse_port(const char *text, unsigned *ret)
{
	char *end;
	unsigned long value;

	*ret = 0;
	text += strspn(text, " ");
	if (!*text)
		return true;
	if (strspn(text, "0123456789") == 0)
		return false;
	value = strtoul(text, &end, 10);
	if (end[strspn(end, " ")] || value == 0 || value > PORT_MAX)
		return false;
	*ret = (unsigned)value;
	return true;
}

static void test_host(struct app *app)
{
	struct field fields[] = {
		{ .label = _("Host"),
			.hint = _("A name or an address, such as www.example.com or "
				  "192.0.2.1.") },
		{ .label = _("TCP port"),
			.hint = _("Empty, or the number of a service, such as "
				  "443.") },
	};
	struct machine_tests tests;
	enum answer answer;
	size_t focus = 0;
	unsigned port;

	memcpy(fields[0].value, last_host, sizeof(last_host));
	memcpy(fields[1].value, last_port, sizeof(last_port));
	for (;;) {
		answer = dialogs_form(_(" Test a host "), _("Which machine shall be asked?"),
			fields, ARRAY_SIZE(fields), NULL, &focus);
		memcpy(last_host, fields[0].value, sizeof(last_host));
		memcpy(last_port, fields[1].value, sizeof(last_port));
		if (answer == ANSWER_BACK)
			return;
		if (answer != ANSWER_NEXT)
			continue;
		fields[0].problem = fields[1].problem = NULL;
		if (!*fields[0].value) {
			fields[0].problem = _("Type a name or an address, such as 192.0.2.1.");
			focus = 0;
		} else if (!parse_port(fields[1].value, &port)) {
			fields[1].problem = _("A port is a number from 1 to 65535, such as 443.");
			focus = 1;
		} else {
			machine_tests_host(fields[0].value, port, &tests);
			run_tests(app, _(" Test a host "), _("Asking the host..."), &tests);
			return;
		}
	}
}

/* -- the web interface from outside ----------------------------------------------------------- */

/* The URL that is shown first, for whoever has it before their eyes no more. */
static void find_url(const struct app *app, char *ret, size_t size)
{
	struct status_line *lines = NULL;
	size_t n = 0;

	*ret = '\0';
	if (status_build(app, &lines, &n) < 0)
		return;
	for (size_t i = 0; i < n && !*ret; i++)
		if (lines[i].kind == STATUS_URL)
			(void)snprintf(ret, size, "%s", safe_bytes(lines[i].text));
	free(lines);
}

/* What the box says. */
struct box {
	struct visit visit;
	unsigned seconds; /* that are shown */
	safe_char text[1024];
};

static const safe_char *write_visit(int columns, void *userdata)
{
	struct box *box = userdata;
	char url[512];

	find_url(box->visit.app, url, sizeof(url));
	(void)safe_format(box->text, sizeof(box->text),
		_("Open this address in a browser on another computer now:\n\n%s\n\nWaiting for "
		  "it (%u s of %u s)."),
		*url ? safe_lines(url).text : _("(this machine has no address yet)"), box->seconds,
		VISIT_SECONDS);
	return box->text;
}

/* Somebody has come, time is up, or the second is another one. */
static void handle_visit(struct visit *visit)
{
	struct box *box = (struct box *)(void *)visit; /* its first member */
	unsigned seconds = visit_seconds(visit);

	if (!visit->over && (seconds == box->seconds || screen_is_plain()))
		return;
	box->seconds = seconds;
	screen_wake();
}

static void test_visit(struct app *app)
{
	struct box box = { 0 };
	struct form form = {
		.title = _(" Reached from outside? "),
		.write_text = write_visit,
		.userdata = &box,
		.buttons = { _("Stop") },
	};
	enum answer answer = ANSWER_WOKEN;
	safe_char text[256];

	if (visit_start(&box.visit, app, handle_visit) < 0)
		return;
	while (!box.visit.over && answer == ANSWER_WOKEN)
		answer = form_run(&form);
	visit_stop(&box.visit);
	if (!box.visit.over || screen_ended())
		return;
	(void)safe_format(text, sizeof(text), _("%s has reached the web interface (TCP port %u)."),
		box.visit.who, box.visit.port);
	dialogs_message(form.title, *box.visit.who ? text : box.visit.cause);
}

/* -- the menu --------------------------------------------------------------------------------- */

static const struct item {
	const safe_char *key, *text;
	void (*run)(struct app *app);
	bool web_only;
} items[] = {
	{ OURS("1"), N_("Gateway: is it there?"), test_gateway, false },
	{ OURS("2"), N_("Name servers: do they answer?"), test_name_servers, false },
	{ OURS("3"), N_("Another machine: is it there?"), test_host, false },
	{ OURS("4"), N_("Web interface: from outside"), test_visit, true },
};

/* Choose one. False: the customer leaves. */
static bool choose(const struct app *app, size_t *selected)
{
	struct choice choices[ARRAY_SIZE(items)];
	enum answer answer;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(items); i++)
		if (!items[i].web_only || app->conf.web_enabled)
			choices[n++] = (struct choice){ items[i].key, translate(items[i].text) };
	do
		answer = dialogs_menu(_(" Tests "), _("What shall be tested? Nothing is changed."),
			choices, n, _("OK"), NULL, selected);
	while (answer == ANSWER_WOKEN);
	return answer == ANSWER_NEXT && *selected < n;
}

void page_tests_run(struct app *app)
{
	size_t selected = 0;

	while (!screen_ended() && choose(app, &selected))
		items[selected].run(app);
}
