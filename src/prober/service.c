/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "prober_service.h"

#include <errno.h>

#include "arguments.h"
#include "host_keys.h"
#include "own_address.h"
#include "prober.h"
#include "question.h"
#include "util.h"
#include "web_ask.h"

/* Refuse arguments that break a rule. */
static int refuse(sd_bus_error *error, const char *text)
{
	return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS, text);
}

/* The work of a question could not be begun: it is forgotten, the caller gets the error. */
static int give_up(struct question *question, int r)
{
	question_free(question);
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
	return arguments_address(bytes, size, ret) ? 0 : refuse(error, "This is no address.");
}

/* -- CheckWeb --------------------------------------------------------------------------------- */

/* Everything that CheckWeb is given, judged. */
static int read_web_target(sd_bus_message *message, struct web_target *ret, sd_bus_error *error)
{
	const char *scheme;
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
	if (own_address_check(&ret->addr, ip_is_link_local(&ret->addr) ? ret->ifindex : 0) <= 0)
		return refuse(error, "This machine does not have that address.");
	return 0;
}

static void answer_web(const struct webcheck *check, void *userdata)
{
	const struct web_certificate *certificate = &check->certificate;

	question_answer(userdata, "uutsbsbbtts", (uint32_t)check->answer, (uint32_t)check->status,
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
	struct question *question;
	struct web_ask *ask;
	int r;

	r = question_new(userdata, message, error, &question);
	if (r < 0)
		return r;
	r = read_web_target(message, &target, error);
	if (r < 0)
		return give_up(question, r);
	r = web_ask_new(question->prober->event, &target, answer_web, question, &ask);
	if (r < 0)
		return give_up(question, r);
	question->work = ask;
	question->free_work = free_web;
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
	struct question *question;
	int n, r;

	r = question_new(userdata, message, error, &question);
	if (r < 0)
		return r;
	n = r = host_keys_read(keys);
	if (r >= 0)
		r = sd_bus_message_new_method_return(message, &reply);
	if (r >= 0)
		r = append_keys(reply, keys, (size_t)n);
	if (r < 0)
		return give_up(question, r);
	question_send(question, reply);
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
	SD_BUS_METHOD_WITH_ARGS("ReadHostKeys", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(ssu)", keys),
		method_read_host_keys, SD_BUS_VTABLE_UNPRIVILEGED),
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
	while (prober->questions)
		question_free(prober->questions);
}
