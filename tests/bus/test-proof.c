/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * neighbour.h, reach.h and netproof.h at work, for test_proof.py: begins what it is told to, one at
 * a time, and "result" tells how it ended, with the time that it took in milliseconds.
 */

#include <errno.h>
#include <stdarg.h>
#include <time.h>

#include "neighbour.h"
#include "netproof.h"
#include "questions.h"
#include "reach.h"
#include "settings.h"
#include "textfile.h"
#include "util.h"

struct prover {
	sd_event *event;
	struct neighbour_probe *probe;
	struct reach *reach;
	struct netproof *proof;
	uint64_t begun;
	char result[4096];
	struct questions questions;
};

/* Now, in milliseconds. */
static uint64_t now_msec(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Add a line to the result. */
_printf_(2, 3) static void say(struct prover *prover, const char *format, ...)
{
	size_t used = strlen(prover->result);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(prover->result + used, sizeof(prover->result) - used, format, arguments);
	va_end(arguments);
}

/* The last line of each result. */
static void say_end(struct prover *prover)
{
	say(prover, "took %llu\n", (unsigned long long)(now_msec() - prover->begun));
}

/* The next word of a line, or "". */
static const char *next_word(char **rest)
{
	char *word = strsep(rest, " ");

	return word ? word : "";
}

/* Forget the one before. */
static void begin(struct prover *prover)
{
	prover->probe = neighbour_probe_free(prover->probe);
	prover->reach = reach_free(prover->reach);
	prover->proof = netproof_free(prover->proof);
	prover->result[0] = '\0';
	prover->begun = now_msec();
}

/* A beginning that leads to nothing is the result. */
static void check(struct prover *prover, int r)
{
	if (r < 0)
		say(prover, "error %s\n", strerrorname_np(-r));
}

static void on_neighbours(const struct neighbour *all, size_t n, void *userdata)
{
	struct prover *prover = userdata;
	char text[IP_TEXT_MAX];

	for (size_t i = 0; i < n; i++) {
		const uint8_t *m = all[i].mac;

		say(prover, "%s %02x:%02x:%02x:%02x:%02x:%02x\n", ip_format(&all[i].addr, text),
			m[0], m[1], m[2], m[3], m[4], m[5]);
	}
	say_end(prover);
	prover->probe = neighbour_probe_free(prover->probe);
}

/* ask rival|gateway IFNAME ADDRESS... */
static void ask(void *userdata, const char *argument)
{
	struct prover *prover = userdata;
	_cleanup_free_ char *line = strdup(argument);
	char *rest = line;
	enum neighbour_purpose purpose =
		streq(next_word(&rest), "rival") ? NEIGHBOUR_RIVAL : NEIGHBOUR_GATEWAY;
	const char *ifname = next_word(&rest);
	struct ip_addr addrs[NEIGHBOURS_MAX];
	size_t n = 0;
	int r;

	begin(prover);
	while (rest && n < NEIGHBOURS_MAX && ip_parse(next_word(&rest), &addrs[n]) == 0)
		n++;
	r = neighbour_probe_new(prover->event, NULL, ifname, addrs, n, purpose, on_neighbours,
		prover, &prover->probe);
	check(prover, r);
	if (r == 0)
		say(prover, "nobody\n");
}

static void on_reach(bool answered, const char *why, void *userdata)
{
	struct prover *prover = userdata;

	say(prover, "answered %d\nwhy %s\n", answered, why);
	say_end(prover);
	prover->reach = reach_free(prover->reach);
}

/* tcp ADDRESS PORT MSEC, dns ADDRESS IFINDEX MSEC */
static void reach(struct prover *prover, const char *argument, bool dns)
{
	_cleanup_free_ char *line = strdup(argument);
	char *rest = line;
	struct ip_addr addr = { 0 };
	int number, r = ip_parse(next_word(&rest), &addr);
	uint64_t usec;

	begin(prover);
	number = atoi(next_word(&rest));
	usec = strtoull(next_word(&rest), NULL, 10) * 1000;
	if (r == 0 && dns)
		r = reach_dns(prover->event, &addr, number, usec, on_reach, prover, &prover->reach);
	else if (r == 0)
		r = reach_tcp(prover->event, &addr, 0, (unsigned)number, usec, on_reach, prover,
			&prover->reach);
	check(prover, r);
}

static void reach_a_port(void *userdata, const char *argument)
{
	reach(userdata, argument, false);
}

static void reach_a_server(void *userdata, const char *argument)
{
	reach(userdata, argument, true);
}

static void on_proof(const struct netproof_result *result, void *userdata)
{
	static const char *const outcomes[] = {
		[NETPROOF_HOLDS] = "holds",
		[NETPROOF_NO_CABLE] = "no-cable",
		[NETPROOF_NO_LEASE] = "no-lease",
		[NETPROOF_LEFTOVER] = "leftover",
		[NETPROOF_MISSING] = "missing",
		[NETPROOF_DUPLICATE] = "duplicate",
		[NETPROOF_NO_LINK] = "no-link",
	};
	static const char *const things[] = {
		[NETPROOF_ADDRESS] = "address",
		[NETPROOF_GATEWAY] = "gateway",
		[NETPROOF_ROUTE] = "route",
		[NETPROOF_MTU] = "mtu",
		[NETPROOF_DEVICE] = "device",
		[NETPROOF_PORT] = "port",
	};
	struct prover *prover = userdata;
	char text[IP_TEXT_MAX];

	say(prover, "outcome %s\nlink %s\nthing %s\naddr %s\n", outcomes[result->outcome],
		result->ifname, things[result->thing], ip_format(&result->addr, text));
	say_end(prover);
	prover->proof = netproof_free(prover->proof);
}

/* Read a set of settings. */
static int read_set(const char *path, struct net_set *ret)
{
	_cleanup_free_ char *text = NULL;
	int r = textfile_read("", path, &text);

	return r < 0 ? r : settings_parse(text, ret);
}

/* prove OLD-FILE NEW-FILE MSEC */
static void prove(void *userdata, const char *argument)
{
	static struct net_set old, new;
	struct prover *prover = userdata;
	_cleanup_free_ char *line = strdup(argument);
	char *rest = line;
	int r;

	begin(prover);
	r = read_set(next_word(&rest), &old);
	if (r == 0)
		r = read_set(next_word(&rest), &new);
	if (r == 0)
		r = netproof_new(prover->event, &old, &new,
			strtoull(next_word(&rest), NULL, 10) * 1000, on_proof, prover,
			&prover->proof);
	check(prover, r);
}

/* What has come of it, nothing while it goes on. */
static void print_result(void *userdata, const char *argument)
{
	struct prover *prover = userdata;

	fputs(prover->result, stdout);
}

static const struct question table[] = {
	{ "ask", ask },
	{ "tcp", reach_a_port },
	{ "dns", reach_a_server },
	{ "prove", prove },
	{ "result", print_result },
	{ NULL, NULL },
};

int main(void)
{
	static struct prover prover = { .questions = { table, &prover } };
	int r = sd_event_new(&prover.event);

	if (r >= 0)
		r = questions_attach(prover.event, &prover.questions);
	if (r >= 0)
		r = sd_event_loop(prover.event);
	begin(&prover);
	sd_event_unref(prover.event);
	if (r < 0)
		fprintf(stderr, "test-proof: %s\n", strerror(-r));
	return r != 0;
}
