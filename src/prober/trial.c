/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trial.h"

#include <errno.h>
#include <stdarg.h>

#include "arguments.h"
#include "dns_answer.h"
#include "echo.h"
#include "i18n.h"
#include "lookup.h"
#include "reach.h"
#include "safe_text.h"
#include "util.h"

#define SHOWN_COLUMNS 64 /* of a name */

struct trial {
	struct trial_terms terms;
	struct ip_addr addr; /* who is asked, once that is known */
	int ifindex;
	int (*go_on)(struct trial *trial); /* what is done with addr */
	char shown[SAFE_TEXT_MAX + IP_TEXT_MAX];
	bool ipv6; /* the second question of a name server */
	struct lookup *lookup;
	struct echo *echo;
	struct reach *reach;
	trial_done_fn done;
	void *userdata;
};

struct trial *trial_free(struct trial *trial)
{
	if (!trial)
		return NULL;
	lookup_free(trial->lookup);
	echo_free(trial->echo);
	reach_free(trial->reach);
	free(trial);
	return NULL;
}

static void trial_freep(struct trial **trial)
{
	trial_free(*trial);
}

/* Answer, once, with a sentence; done may free trial. */
static void _printf_(3, 4) finish(struct trial *trial, bool good, const char *format, ...)
{
	char text[TRIAL_TEXT_MAX];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	safe_utf8(text);
	trial->done(good, text, trial->userdata);
}

/* Milliseconds in words: "0.4 ms". */
static const char *format_ms(uint64_t usec, char buf[static 32])
{
	(void)snprintf(
		buf, 32, _("%u.%u ms"), (unsigned)(usec / 1000), (unsigned)(usec / 100 % 10));
	return buf;
}

/* -- whom to ask ------------------------------------------------------------------------------ */

/* What cannot be begun is told like what fails. */
static void go_on(struct trial *trial)
{
	int r = trial->go_on(trial);

	if (r < 0)
		finish(trial, false, _("%s could not be asked: %s."), trial->shown, strerror(-r));
}

/* The name has addresses, or has none. */
static void handle_lookup(int error, const struct ip_addr *addrs, size_t n, void *userdata)
{
	struct trial *trial = userdata;
	char ip[IP_TEXT_MAX];

	if (error == -EAGAIN || error == -ETIMEDOUT) {
		finish(trial, false, _("No name server has answered when it was asked for %s."),
			trial->shown);
	} else if (error < 0) {
		finish(trial, false, _("The name %s could not be looked up: %s."), trial->shown,
			strerror(-error));
	} else if (n == 0) {
		finish(trial, false, _("There is no address for the name %s."), trial->shown);
	} else {
		size_t length = strlen(trial->shown);

		trial->addr = addrs[0];
		(void)snprintf(trial->shown + length, sizeof(trial->shown) - length, " (%s)",
			ip_format(&trial->addr, ip));
		trial->lookup = lookup_free(trial->lookup);
		go_on(trial);
	}
}

/* A trial of somebody who may have to be looked up first. */
static int begin(const struct trial_terms *terms, int (*what)(struct trial *trial),
	trial_done_fn done, void *userdata, struct trial **ret)
{
	_cleanup_(trial_freep) struct trial *trial = calloc(1, sizeof(*trial));
	int r;

	if (!trial)
		return -ENOMEM;
	trial->terms = *terms;
	trial->go_on = what;
	trial->done = done;
	trial->userdata = userdata;
	(void)snprintf(trial->shown, sizeof(trial->shown), "%s",
		safe_text(terms->target, SHOWN_COLUMNS).text);
	if (arguments_target(terms->target, &trial->addr, &trial->ifindex))
		r = what(trial);
	else if (arguments_name(terms->target))
		r = lookup_new(terms->event, terms->bus, terms->target, LOOKUP_HERE, handle_lookup,
			trial, &trial->lookup);
	else
		r = -EINVAL;
	if (r < 0)
		return r;
	*ret = take_ptr(trial);
	return 0;
}

/* -- ping ------------------------------------------------------------------------------------- */

static void handle_echo(enum echo_answer answer, int error, uint64_t took_usec, void *userdata)
{
	struct trial *trial = userdata;
	char ms[32];

	switch (answer) {
	case ECHO_ANSWERED:
		finish(trial, true, _("%s answers (%s)."), trial->shown, format_ms(took_usec, ms));
		break;
	case ECHO_NEIGHBOUR:
		finish(trial, true, _("%s is there, but does not answer pings."), trial->shown);
		break;
	case ECHO_ERROR:
		finish(trial, false, _("%s cannot be reached: %s."), trial->shown,
			reach_error_words(error));
		break;
	case ECHO_SILENT:
		finish(trial, false, _("%s has not answered three pings."), trial->shown);
		break;
	case ECHO_UNASKED:
		finish(trial, false,
			_("%s gives no sign of life. (This machine may send no pings, so a UDP "
			  "packet was sent.)"),
			trial->shown);
		break;
	}
}

static int ping(struct trial *trial)
{
	return echo_new(
		trial->terms.event, &trial->addr, trial->ifindex, handle_echo, trial, &trial->echo);
}

int trial_ping(
	const struct trial_terms *terms, trial_done_fn done, void *userdata, struct trial **ret)
{
	return begin(terms, ping, done, userdata, ret);
}

/* -- connect ---------------------------------------------------------------------------------- */

static void handle_connected(bool answered, const char *why, void *userdata)
{
	struct trial *trial = userdata;

	if (answered)
		finish(trial, true, _("%s takes connections on TCP port %u."), trial->shown,
			trial->terms.port);
	else
		finish(trial, false, _("%s takes no connection on TCP port %u: %s."), trial->shown,
			trial->terms.port, why);
}

static int open_connection(struct trial *trial)
{
	return reach_tcp(trial->terms.event, &trial->addr, trial->ifindex, trial->terms.port,
		REACH_USEC, handle_connected, trial, &trial->reach);
}

int trial_connect(
	const struct trial_terms *terms, trial_done_fn done, void *userdata, struct trial **ret)
{
	return begin(terms, open_connection, done, userdata, ret);
}

/* -- name servers ----------------------------------------------------------------------------- */

/* What it has answered when it was asked for a name. */
static void judge_answer(struct trial *trial)
{
	static const struct {
		bool good;
		const char *words;
	} table[] = {
		[DNS_ADDRESS] = { true, N_("%s answers: %s has the address %s.") },
		[DNS_NO_ADDRESS] = { true, N_("%s answers: %s has no address.") },
		[DNS_NO_NAME] = { true, N_("%s answers: there is no name %s.") },
		[DNS_REFUSED] = { false, N_("%s answers, but refuses to look up %s for this "
					    "machine.") },
		[DNS_FAILED] = { false, N_("%s answers, but could not find out about %s.") },
		[DNS_GARBAGE] = { false, N_("%s answers, but what it said about %s is no reply "
					    "of a name server.") },
	};
	struct ip_addr addr = { 0 };
	enum dns_answer answer;
	const uint8_t *reply;
	char ip[IP_TEXT_MAX];
	size_t size;

	reply = reach_reply(trial->reach, &size);
	answer = dns_answer_read(reply, size, &addr);
	if (answer == DNS_NO_ADDRESS && !trial->ipv6) {
		trial->ipv6 = true;
		trial->reach = reach_free(trial->reach);
		go_on(trial);
		return;
	}
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	finish(trial, table[answer].good, _(table[answer].words), trial->shown, trial->terms.target,
		ip_format(&addr, ip));
#pragma GCC diagnostic pop
}

static void handle_dns(bool answered, const char *why, void *userdata)
{
	struct trial *trial = userdata;

	if (!answered)
		finish(trial, false, _("%s does not serve names: %s."), trial->shown, why);
	else if (*trial->terms.target)
		judge_answer(trial);
	else
		finish(trial, true, _("%s answers."), trial->shown);
}

static int ask_name(struct trial *trial)
{
	const struct trial_terms *terms = &trial->terms;

	if (!*terms->target)
		return reach_dns(terms->event, &trial->addr, trial->ifindex, REACH_USEC, handle_dns,
			trial, &trial->reach);
	return reach_dns_name(terms->event, &trial->addr, trial->ifindex, terms->target,
		trial->ipv6, REACH_USEC, handle_dns, trial, &trial->reach);
}

int trial_ask_dns(const struct trial_terms *terms, const struct ip_addr *server, int ifindex,
	trial_done_fn done, void *userdata, struct trial **ret)
{
	_cleanup_(trial_freep) struct trial *trial = calloc(1, sizeof(*trial));
	int r;

	if (!trial)
		return -ENOMEM;
	*trial = (struct trial){ .terms = *terms,
		.addr = *server,
		.ifindex = ifindex,
		.go_on = ask_name,
		.done = done,
		.userdata = userdata };
	(void)ip_format(server, trial->shown);
	r = ask_name(trial);
	if (r < 0)
		return r;
	*ret = take_ptr(trial);
	return 0;
}
