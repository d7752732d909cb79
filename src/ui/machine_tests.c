/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine_tests.h"

#include <errno.h>

#include "i18n.h"
#include "safe_text.h"
#include "util.h"

#define RESOLV_CONF "/etc/resolv.conf"

/* -- which there are -------------------------------------------------------------------------- */

/* One more, where there is room. */
static struct machine_test *add(
	struct machine_tests *tests, enum machine_test_kind kind, const safe_char *advice)
{
	struct machine_test *test;

	if (tests->n == MACHINE_TESTS_MAX)
		return NULL;
	test = &tests->tests[tests->n++];
	*test = (struct machine_test){ .kind = kind, .advice = advice };
	return test;
}

/* Is the server among them? */
static bool contains(const struct machine_tests *tests, const struct ip_addr *server, int ifindex)
{
	for (size_t i = 0; i < tests->n; i++)
		if (ip_equal(&tests->tests[i].server, server) && tests->tests[i].ifindex == ifindex)
			return true;
	return false;
}

void machine_tests_gateways(const struct app *app, struct machine_tests *ret)
{
	size_t n;
	const struct default_route *routes = netlink_default_routes(app->nl, &n);

	*ret = (struct machine_tests){ .none = N_("This machine has no gateway, so it reaches "
						  "nobody but its own network. Settings has a "
						  "field for it.") };
	for (size_t i = 0; i < n; i++) {
		const struct link *link = netlink_link_by_index(app->nl, routes[i].ifindex);
		bool scoped = ip_is_link_local(&routes[i].gateway) &&
			      routes[i].gateway.family == AF_INET6 && link;
		char ip[IP_TEXT_MAX];
		struct machine_test *test;

		if (routes[i].gateway.family == AF_UNSPEC ||
			contains(ret, &routes[i].gateway, routes[i].ifindex))
			continue;
		test = add(ret, TEST_PING,
			N_("Check the cable and the switch, and whether address and gateway are "
			   "those that you were given. Almost every router answers pings."));
		if (!test)
			return;
		test->server = routes[i].gateway;
		test->ifindex = routes[i].ifindex;
		(void)snprintf(test->target, sizeof(test->target), "%s%s%s",
			ip_format(&routes[i].gateway, ip), scoped ? "%" : "",
			scoped ? link->name : "");
	}
}

/* A name that the vendor counts on: the host of the documentation's URL; "" where there is none, or
 * an address, of which no name server is asked. */
static void find_name(const struct app *app, char *ret, size_t size)
{
	const char *url = app->conf.documentation_url, *host = strstr(url, "://");
	struct ip_addr addr;

	*ret = '\0';
	if (!host)
		return;
	host += strlen("://");
	(void)snprintf(ret, size, "%.*s", (int)strcspn(host, "/:?#@["), host);
	if (ip_parse(ret, &addr) == 0)
		*ret = '\0';
}

static void add_server(const struct app *app, struct machine_tests *tests,
	const struct ip_addr *server, int ifindex)
{
	struct machine_test *test;

	ifindex = ip_is_link_local(server) ? ifindex : 0;
	if (contains(tests, server, ifindex))
		return;
	test = add(tests, TEST_DNS,
		N_("Check whether the name servers are those that you were given, and whether a "
		   "firewall between lets port 53 through."));
	if (!test)
		return;
	test->server = *server;
	test->ifindex = ifindex;
	find_name(app, test->target, sizeof(test->target));
}

/* The servers that the C library asks (resolv.conf(5)). */
static void add_resolv_conf(const struct app *app, struct machine_tests *tests)
{
	_cleanup_fclose_ FILE *file = fopen(RESOLV_CONF, "re");
	char line[256], text[64];
	struct ip_addr server;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "nameserver %63s", text) == 1 && ip_parse(text, &server) == 0)
			add_server(app, tests, &server, 0);
}

void machine_tests_name_servers(const struct app *app, struct machine_tests *ret)
{
	const struct link *links[APP_LINKS_MAX];
	size_t total, n = app_links(app, links, &total);

	*ret = (struct machine_tests){ .none = N_("This machine has no name servers, so names "
						  "such as example.com mean nothing to it. "
						  "Settings has a field for them.") };
	for (size_t i = 0; app->sysstate && i < n; i++) {
		const struct link_state *state = sysstate_link(app->sysstate, links[i]->ifindex);

		for (size_t j = 0; state && j < state->n_dns; j++)
			add_server(app, ret, &state->dns[j], links[i]->ifindex);
	}
	if (ret->n == 0)
		add_resolv_conf(app, ret);
}

void machine_tests_host(const char *host, unsigned port, struct machine_tests *ret)
{
	struct machine_test *test;

	*ret = (struct machine_tests){ .none = OURS("") };
	test = add(ret, TEST_PING,
		N_("It may be switched off, or a firewall may drop pings: test one of its TCP "
		   "ports."));
	(void)snprintf(test->target, sizeof(test->target), "%s", host);
	if (port == 0)
		return;
	test = add(ret, TEST_CONNECT,
		N_("Check whether the service runs there, and whether a firewall between lets "
		   "the port through."));
	(void)snprintf(test->target, sizeof(test->target), "%s", host);
	test->port = port;
}

/* -- asking ----------------------------------------------------------------------------------- */

/* One is over. */
static void end(struct machine_test *test)
{
	test->done = true;
	if (--test->all->waiting == 0)
		test->all->over.done = true;
}

/* The prober has an answer, or has none. */
static void handle_answer(int error, bool good, const char *text, void *userdata)
{
	struct machine_test *test = userdata;

	test->good = error == 0 && good;
	if (error == -EINVAL)
		(void)safe_format(test->text, sizeof(test->text),
			_("%s is neither a name nor an address. Good would be 192.0.2.1 or "
			  "www.example.com."),
			safe_text(test->target, 0).text);
	else if (error < 0)
		(void)safe_format(test->text, sizeof(test->text),
			_("The test could not be made: %s. Try again in a minute."),
			safe_text(strerror(-error), 0).text);
	else
		(void)safe_format(test->text, sizeof(test->text), "%s", safe_text(text, 0).text);
	end(test);
}

/* Ask for one. */
static int ask(sd_bus *bus, struct machine_test *test)
{
	switch (test->kind) {
	case TEST_PING:
		return prober_ping(bus, test->target, handle_answer, test, &test->slot);
	case TEST_CONNECT:
		return prober_connect(
			bus, test->target, test->port, handle_answer, test, &test->slot);
	case TEST_DNS:
		return prober_ask_dns(bus, &test->server, test->ifindex, test->target,
			handle_answer, test, &test->slot);
	}
	return -EINVAL;
}

void machine_tests_start(struct app *app, struct machine_tests *tests)
{
	tests->waiting = tests->n;
	tests->over.done = tests->n == 0;
	for (size_t i = 0; i < tests->n; i++) {
		struct machine_test *test = &tests->tests[i];
		int r;

		test->all = tests;
		r = app->bus ? ask(app->bus, test) : -ENOTCONN;
		if (r < 0)
			handle_answer(r, false, "", test);
	}
}

void machine_tests_stop(struct machine_tests *tests)
{
	for (size_t i = 0; i < tests->n; i++)
		tests->tests[i].slot = sd_bus_slot_unref(tests->tests[i].slot);
}

void machine_tests_print(FILE *file, const struct machine_tests *tests)
{
	if (tests->n == 0)
		draw_print(file, "%s", translate(tests->none));
	for (size_t i = 0; i < tests->n; i++) {
		const struct machine_test *test = &tests->tests[i];

		draw_print(file, "%s%s", i > 0 ? OURS("\n\n") : OURS(""),
			test->done ? test->text : _("The test was not ended."));
		if (test->done && !test->good)
			draw_print(file, " %s", translate(test->advice));
	}
}
