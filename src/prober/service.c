/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "prober_service.h"

#include <errno.h>

#include "arguments.h"
#include "certificate.h"
#include "host_keys.h"
#include "inquiry.h"
#include "lookup.h"
#include "prober.h"
#include "reach.h"
#include "route_get.h"
#include "trial.h"
#include "util.h"
#include "web_ask.h"

/* Refuse arguments that break a rule. */
static int refuse(sd_bus_error *error, const char *text)
{
	return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS, text);
}

/* The work of a question could not be begun: it is forgotten, the caller gets the error. */
static int give_up(struct inquiry *inquiry, int r)
{
	inquiry_free(inquiry);
	return r;
}

/* An array of bytes that is an address. */
static int read_address(sd_bus_message *message, struct ip_addr *ret, sd_bus_error *error)
{
	const void *bytes;
	size_t size;
	int r = sd_bus_message_read_array(message, 'y', &bytes, &size);

	if (r < 0)
		return r;
	return ip_from_bytes(bytes, size, ret) ? 0 : refuse(error, "This is no address.");
}

/* -- CheckWeb --------------------------------------------------------------------------------- */

/* Everything that CheckWeb is given, judged. */
static int read_web_target(sd_bus_message *message, struct web_target *ret, sd_bus_error *error)
{
	const char *scheme;
	struct route_answer route;
	int r = sd_bus_message_read(message, "i", &ret->ifindex);

	if (r >= 0)
		r = read_address(message, &ret->addr, error);
	if (r >= 0)
		r = sd_bus_message_read(
			message, "qsss", &ret->port, &scheme, &ret->path, &ret->host);
	if (r < 0)
		return r;
	ret->tls = streq(scheme, "https");
	if (!ret->tls && !streq(scheme, "http"))
		return refuse(error, "The scheme is neither http nor https.");
	if (!arguments_port(ret->port))
		return refuse(error, "This is no port.");
	if (!arguments_path(ret->path))
		return refuse(error, "This is no path.");
	if (*ret->host && !arguments_name(ret->host))
		return refuse(error, "This is no name.");
	if (route_get(&ret->addr, ip_is_link_local(&ret->addr) ? ret->ifindex : 0, &route) < 0 ||
		!route.local)
		return refuse(error, "This machine does not have that address.");
	return 0;
}

static void answer_web(const struct webcheck *check, void *userdata)
{
	const struct web_certificate *certificate = &check->certificate;

	inquiry_answer(userdata, "uutsbsbbtts", (uint32_t)check->answer, (uint32_t)check->status,
		check->took_usec, check->why, (int)certificate->present, certificate->sha256,
		(int)certificate->self_signed, (int)certificate->names_host,
		certificate->not_before, certificate->not_after, certificate->name);
}

static void free_web(void *work)
{
	web_ask_free(work);
}

static int method_check_web(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct web_target target = { 0 };
	struct inquiry *inquiry;
	struct web_ask *ask;
	int r;

	r = inquiry_new(userdata, message, error, &inquiry);
	if (r < 0)
		return r;
	r = read_web_target(message, &target, error);
	if (r < 0)
		return give_up(inquiry, r);
	r = web_ask_new(inquiry->prober->event, &target, answer_web, inquiry, &ask);
	if (r < 0)
		return give_up(inquiry, r);
	inquiry->work = ask;
	inquiry->free_work = free_web;
	return 1;
}

/* -- ReadHostKeys ----------------------------------------------------------------------------- */

/* The keys as "a(ssu)". */
static int append_keys(sd_bus_message *reply, const struct host_key *keys, size_t n)
{
	int r = sd_bus_message_open_container(reply, 'a', "(ssu)");

	for (size_t i = 0; i < n && r >= 0; i++)
		r = sd_bus_message_append(
			reply, "(ssu)", keys[i].type, keys[i].sha256, (uint32_t)keys[i].bits);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int method_read_host_keys(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	struct host_key keys[PROBER_KEYS_MAX];
	struct inquiry *inquiry;
	int n, r;

	r = inquiry_new(userdata, message, error, &inquiry);
	if (r < 0)
		return r;
	n = r = host_keys_read(keys);
	if (r >= 0)
		r = sd_bus_message_new_method_return(message, &reply);
	if (r >= 0)
		r = append_keys(reply, keys, (size_t)n);
	if (r < 0)
		return give_up(inquiry, r);
	inquiry_send(inquiry, reply);
	return 1;
}

/* -- ReadCertificate -------------------------------------------------------------------------- */

static int method_read_certificate(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct web_certificate certificate;
	struct inquiry *inquiry;
	const char *path;
	int r;

	r = inquiry_new(userdata, message, error, &inquiry);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "s", &path);
	if (r >= 0 && (path[0] != '/' || strlen(path) >= PATH_MAX))
		r = refuse(error, "This is no path.");
	if (r >= 0)
		r = certificate_read_file(path, &certificate);
	if (r < 0)
		return give_up(inquiry, r);
	inquiry_answer(inquiry, "bsbbtts", (int)certificate.present, certificate.sha256,
		(int)certificate.self_signed, (int)certificate.names_host, certificate.not_before,
		certificate.not_after, certificate.name);
	return 1;
}

/* -- Resolve ---------------------------------------------------------------------------------- */

/* The addresses as "aay". */
static int append_addresses(sd_bus_message *reply, const struct ip_addr *addrs, size_t n)
{
	int r = sd_bus_message_open_container(reply, 'a', "ay");

	for (size_t i = 0; i < n && r >= 0; i++)
		r = sd_bus_message_append_array(
			reply, 'y', addrs[i].bytes, ip_size(addrs[i].family));
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static void answer_lookup(int error, const struct ip_addr *addrs, size_t n, void *userdata)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	struct inquiry *inquiry = userdata;

	if (error >= 0)
		error = sd_bus_message_new_method_return(inquiry->call, &reply);
	if (error >= 0)
		error = append_addresses(reply, addrs, n);
	if (error < 0)
		inquiry_fail(inquiry, error);
	else
		inquiry_send(inquiry, reply);
}

static void free_lookup(void *work)
{
	lookup_free(work);
}

static int method_resolve(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct inquiry *inquiry;
	struct lookup *lookup;
	const char *name;
	int r;

	r = inquiry_new(userdata, message, error, &inquiry);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "s", &name);
	if (r >= 0 && !arguments_name(name))
		r = refuse(error, "This is no name.");
	if (r >= 0)
		r = lookup_new(inquiry->prober->event, inquiry->prober->bus, name, LOOKUP_OTHERS,
			answer_lookup, inquiry, &lookup);
	if (r < 0)
		return give_up(inquiry, r);
	inquiry->work = lookup;
	inquiry->free_work = free_lookup;
	return 1;
}

/* -- the tests that a customer runs ----------------------------------------------------------- */

static void answer_trial(bool good, const char *text, void *userdata)
{
	inquiry_answer(userdata, "bs", (int)good, text);
}

static void free_trial(void *work)
{
	trial_free(work);
}

/* What all of them need: the texts are those of the message, which the inquiry keeps. */
static struct trial_terms make_terms(const struct inquiry *inquiry)
{
	return (struct trial_terms){ .event = inquiry->prober->event, .bus = inquiry->prober->bus };
}

/* The end of a method: the trial is under way, or was not to be. */
static int keep_trial(struct inquiry *inquiry, int r, struct trial *trial)
{
	if (r < 0)
		return give_up(inquiry, r);
	inquiry->work = trial;
	inquiry->free_work = free_trial;
	return 1;
}

static int method_ping(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct trial *trial = NULL;
	struct inquiry *inquiry;
	struct trial_terms terms;
	int r;

	r = inquiry_new(userdata, message, error, &inquiry);
	if (r < 0)
		return r;
	terms = make_terms(inquiry);
	r = sd_bus_message_read(message, "s", &terms.target);
	if (r >= 0)
		r = trial_ping(&terms, answer_trial, inquiry, &trial);
	return keep_trial(inquiry, r, trial);
}

static int method_connect(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct trial *trial = NULL;
	struct inquiry *inquiry;
	struct trial_terms terms;
	uint16_t port = 0;
	int r;

	r = inquiry_new(userdata, message, error, &inquiry);
	if (r < 0)
		return r;
	terms = make_terms(inquiry);
	r = sd_bus_message_read(message, "sq", &terms.target, &port);
	terms.port = port;
	if (r >= 0 && !arguments_port(port))
		r = refuse(error, "This is no port.");
	if (r >= 0)
		r = trial_connect(&terms, answer_trial, inquiry, &trial);
	return keep_trial(inquiry, r, trial);
}

static int method_ask_dns(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct trial *trial = NULL;
	struct inquiry *inquiry;
	struct trial_terms terms;
	struct ip_addr server;
	int32_t ifindex;
	int r;

	r = inquiry_new(userdata, message, error, &inquiry);
	if (r < 0)
		return r;
	terms = make_terms(inquiry);
	r = read_address(message, &server, error);
	if (r >= 0)
		r = sd_bus_message_read(message, "is", &ifindex, &terms.target);
	if (r >= 0 && *terms.target && !arguments_name(terms.target))
		r = refuse(error, "This is no name.");
	if (r >= 0)
		r = trial_ask_dns(&terms, &server, ifindex, answer_trial, inquiry, &trial);
	return keep_trial(inquiry, r, trial);
}

/* -- Reach ------------------------------------------------------------------------------------ */

static void answer_reach(bool answered, const char *why, void *userdata)
{
	inquiry_answer(userdata, "bs", (int)answered, why);
}

static void free_reach(void *work)
{
	reach_free(work);
}

static int method_reach(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct inquiry *inquiry;
	struct ip_addr server;
	struct reach *reach;
	uint16_t port = 0;
	int32_t ifindex;
	int r;

	r = inquiry_new(userdata, message, error, &inquiry);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "i", &ifindex);
	if (r >= 0)
		r = read_address(message, &server, error);
	if (r >= 0)
		r = sd_bus_message_read(message, "q", &port);
	if (r >= 0 && port == 0)
		r = reach_dns(inquiry->prober->event, &server, ifindex, REACH_USEC, answer_reach,
			inquiry, &reach);
	else if (r >= 0)
		r = reach_tcp(inquiry->prober->event, &server, ifindex, port, REACH_USEC,
			answer_reach, inquiry, &reach);
	if (r < 0)
		return give_up(inquiry, r);
	inquiry->work = reach;
	inquiry->free_work = free_reach;
	return 1;
}

/* -- the table -------------------------------------------------------------------------------- */

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("CheckWeb",
		SD_BUS_ARGS(
			"i", ifindex, "ay", address, "q", port, "s", scheme, "s", path, "s", host),
		SD_BUS_RESULT("u", answer, "u", status, "t", took_usec, "s", why, "b",
			certificate_present, "s", sha256, "b", self_signed, "b", names_host, "t",
			not_before, "t", not_after, "s", name),
		method_check_web, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Resolve", SD_BUS_ARGS("s", name), SD_BUS_RESULT("aay", addresses),
		method_resolve, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ReadCertificate", SD_BUS_ARGS("s", path),
		SD_BUS_RESULT("b", present, "s", sha256, "b", self_signed, "b", names_host, "t",
			not_before, "t", not_after, "s", name),
		method_read_certificate, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ReadHostKeys", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(ssu)", keys),
		method_read_host_keys, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Ping", SD_BUS_ARGS("s", target),
		SD_BUS_RESULT("b", good, "s", text), method_ping, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Connect", SD_BUS_ARGS("s", target, "q", port),
		SD_BUS_RESULT("b", good, "s", text), method_connect, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("AskDns", SD_BUS_ARGS("ay", server, "i", ifindex, "s", name),
		SD_BUS_RESULT("b", good, "s", text), method_ask_dns, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Reach", SD_BUS_ARGS("i", ifindex, "ay", address, "q", port),
		SD_BUS_RESULT("b", answered, "s", why), method_reach, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END,
};

int prober_init(struct prober *prober)
{
	prober->last_call = prober_now();
	return sd_bus_add_object_vtable(
		prober->bus, NULL, PROBER_PATH, PROBER_INTERFACE, vtable, prober);
}

void prober_done(struct prober *prober)
{
	while (prober->inquiries)
		inquiry_free(prober->inquiries);
}
