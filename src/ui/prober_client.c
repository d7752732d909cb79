/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "prober.h"

#include <errno.h>
#include <stdarg.h>

#include "util.h"

/* What the prober itself allows, and as much again for its start on a busy machine. */
#define CALL_USEC (2 * WEBCHECK_USEC)

/* What is too long is cut, within a character even: all of it is made fit before it is drawn. */
#define KEEP(array, text) (void)snprintf(array, sizeof(array), "%s", text)

/* Who asked. */
struct asker {
	union {
		prober_web_fn web;
		prober_resolve_fn resolve;
		prober_keys_fn keys;
		prober_certificate_fn certificate;
		prober_test_fn test;
	} done;
	void *userdata;
};

/* A call that has no arguments yet. */
static int begin(sd_bus *bus, const char *member, sd_bus_message **ret)
{
	return sd_bus_message_new_method_call(
		bus, ret, PROBER_NAME, PROBER_PATH, PROBER_INTERFACE, member);
}

/* Send a call; handler gets a copy of asker. */
static int ask(sd_bus *bus, sd_bus_message *call, sd_bus_message_handler_t handler,
	const struct asker *asker, sd_bus_slot **ret_slot)
{
	_cleanup_(sd_bus_slot_unrefp) sd_bus_slot *slot = NULL;
	_cleanup_free_ struct asker *copy = malloc(sizeof(*copy));
	int r;

	if (!copy)
		return -ENOMEM;
	*copy = *asker;
	r = sd_bus_call_async(bus, &slot, call, handler, copy, CALL_USEC);
	if (r < 0)
		return r;
	r = sd_bus_slot_set_destroy_callback(slot, free);
	if (r < 0)
		return r;
	take_ptr(copy);
	*ret_slot = take_ptr(slot);
	return 0;
}

/* Call a method with the arguments that types describe, as sd_bus_message_append(3) takes them. */
static int ask_simply(sd_bus *bus, const char *member, sd_bus_message_handler_t handler,
	const struct asker *asker, sd_bus_slot **ret_slot, const char *types, ...)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	va_list ap;
	int r;

	r = begin(bus, member, &call);
	if (r < 0)
		return r;
	va_start(ap, types);
	r = sd_bus_message_appendv(call, types, ap);
	va_end(ap);
	if (r < 0)
		return r;
	return ask(bus, call, handler, asker, ret_slot);
}

/* The error in a reply, 0 for none. */
static int reply_error(sd_bus_message *reply)
{
	int error = sd_bus_message_get_errno(reply);

	return error > 0 ? -error : 0;
}

/* -- CheckWeb --------------------------------------------------------------------------------- */

/* A fingerprint is compared letter by letter: it has no others than these. */
static bool is_fingerprint(const char *text)
{
	size_t length = strlen(text);

	return length < sizeof(((struct web_certificate *)NULL)->sha256) &&
	       strspn(text, "0123456789ABCDEF:") == length;
}

/* The certificate, where there is one. */
static int read_certificate(sd_bus_message *reply, struct web_certificate *ret)
{
	int present, self_signed, names_host, r;
	const char *sha256, *name;

	r = sd_bus_message_read(reply, "bsbbtts", &present, &sha256, &self_signed, &names_host,
		&ret->not_before, &ret->not_after, &name);
	if (r < 0)
		return r;
	if (!is_fingerprint(sha256))
		return -EBADMSG;
	ret->present = present;
	ret->self_signed = self_signed;
	ret->names_host = names_host;
	KEEP(ret->sha256, sha256);
	KEEP(ret->name, name);
	return 0;
}

static int read_check(sd_bus_message *reply, struct webcheck *ret)
{
	uint32_t answer, status;
	const char *why;
	int r;

	r = sd_bus_message_read(reply, "uuts", &answer, &status, &ret->took_usec, &why);
	if (r < 0)
		return r;
	if (answer >= WEB_N_ANSWERS)
		return -EBADMSG;
	ret->answer = (enum web_answer)answer;
	if (ret->answer == WEB_ANSWERED && (status < 100 || status > 999))
		return -EBADMSG;
	ret->status = ret->answer == WEB_ANSWERED ? status : 0;
	KEEP(ret->why, why);
	return read_certificate(reply, &ret->certificate);
}

static int on_check(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error)
{
	struct asker asker = *(struct asker *)userdata;
	struct webcheck check = { 0 };
	int r = reply_error(reply);

	if (r == 0)
		r = read_check(reply, &check);
	if (r < 0)
		check = (struct webcheck){ 0 };
	asker.done.web(r < 0 ? r : 0, &check, asker.userdata);
	return 0;
}

/* A call about a port of an address. -EINVAL: there is no such port. */
static int begin_port(sd_bus *bus, const char *method, int ifindex, const struct ip_addr *addr,
	unsigned port, sd_bus_message **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	int r;

	if (port > UINT16_MAX)
		return -EINVAL;
	r = begin(bus, method, &call);
	if (r < 0)
		return r;
	r = sd_bus_message_append(call, "i", (int32_t)ifindex);
	if (r < 0)
		return r;
	r = sd_bus_message_append_array(call, 'y', addr->bytes, ip_size(addr->family));
	if (r < 0)
		return r;
	r = sd_bus_message_append(call, "q", (uint16_t)port);
	if (r < 0)
		return r;
	*ret = take_ptr(call);
	return 0;
}

int prober_check_web(sd_bus *bus, int ifindex, const struct ip_addr *addr, unsigned port,
	const char *scheme, const char *path, const char *host, prober_web_fn done, void *userdata,
	sd_bus_slot **ret_slot)
{
	const struct asker asker = { .done.web = done, .userdata = userdata };
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	int r;

	r = begin_port(bus, "CheckWeb", ifindex, addr, port, &call);
	if (r < 0)
		return r;
	r = sd_bus_message_append(call, "sss", scheme, path, host);
	if (r < 0)
		return r;
	return ask(bus, call, on_check, &asker, ret_slot);
}

/* -- Resolve ---------------------------------------------------------------------------------- */

/* At most so many as PROBER_ADDRESSES_MAX; what is no address is an error. */
static int read_addresses(sd_bus_message *reply, struct ip_addr *ret, size_t *ret_n)
{
	size_t size, n = 0;
	const void *bytes;
	int r;

	r = sd_bus_message_enter_container(reply, 'a', "ay");
	while (r >= 0 && (r = sd_bus_message_at_end(reply, 0)) == 0) {
		r = sd_bus_message_read_array(reply, 'y', &bytes, &size);
		if (r < 0)
			break;
		if (n == PROBER_ADDRESSES_MAX || !ip_from_bytes(bytes, size, &ret[n++]))
			return -EBADMSG;
	}
	*ret_n = n;
	return r;
}

static int on_addresses(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error)
{
	struct asker asker = *(struct asker *)userdata;
	struct ip_addr addrs[PROBER_ADDRESSES_MAX];
	int r = reply_error(reply);
	size_t n = 0;

	if (r == 0)
		r = read_addresses(reply, addrs, &n);
	asker.done.resolve(r < 0 ? r : 0, addrs, r < 0 ? 0 : n, asker.userdata);
	return 0;
}

int prober_resolve(sd_bus *bus, const char *name, prober_resolve_fn done, void *userdata,
	sd_bus_slot **ret_slot)
{
	const struct asker asker = { .done.resolve = done, .userdata = userdata };

	return ask_simply(bus, "Resolve", on_addresses, &asker, ret_slot, "s", name);
}

/* -- ReadCertificate -------------------------------------------------------------------------- */

static int on_certificate(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error)
{
	struct asker asker = *(struct asker *)userdata;
	struct web_certificate certificate = { 0 };
	int r = reply_error(reply);

	if (r == 0)
		r = read_certificate(reply, &certificate);
	if (r < 0)
		certificate = (struct web_certificate){ 0 };
	asker.done.certificate(r < 0 ? r : 0, &certificate, asker.userdata);
	return 0;
}

int prober_read_certificate(sd_bus *bus, const char *path, prober_certificate_fn done,
	void *userdata, sd_bus_slot **ret_slot)
{
	const struct asker asker = { .done.certificate = done, .userdata = userdata };

	return ask_simply(bus, "ReadCertificate", on_certificate, &asker, ret_slot, "s", path);
}

/* -- ReadHostKeys ----------------------------------------------------------------------------- */

/* One key. Returns 0 at the end of the array. */
static int read_key(sd_bus_message *reply, struct host_key *ret)
{
	const char *type, *sha256;
	uint32_t bits;
	int r;

	r = sd_bus_message_read(reply, "(ssu)", &type, &sha256, &bits);
	if (r <= 0)
		return r;
	if (strlen(type) >= sizeof(ret->type) || strlen(sha256) >= sizeof(ret->sha256))
		return -EBADMSG;
	KEEP(ret->type, type);
	KEEP(ret->sha256, sha256);
	ret->bits = bits;
	return 1;
}

static int read_keys(sd_bus_message *reply, struct host_key *ret, size_t *ret_n)
{
	struct host_key key;
	int r;

	*ret_n = 0;
	r = sd_bus_message_enter_container(reply, 'a', "(ssu)");
	while (r >= 0 && (r = read_key(reply, &key)) > 0) {
		if (*ret_n == PROBER_KEYS_MAX)
			return -EBADMSG;
		ret[(*ret_n)++] = key;
	}
	return r;
}

static int on_keys(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error)
{
	struct asker asker = *(struct asker *)userdata;
	struct host_key keys[PROBER_KEYS_MAX];
	int r = reply_error(reply);
	size_t n = 0;

	if (r == 0)
		r = read_keys(reply, keys, &n);
	asker.done.keys(r < 0 ? r : 0, keys, r < 0 ? 0 : n, asker.userdata);
	return 0;
}

int prober_read_host_keys(sd_bus *bus, prober_keys_fn done, void *userdata, sd_bus_slot **ret_slot)
{
	const struct asker asker = { .done.keys = done, .userdata = userdata };

	return ask_simply(bus, "ReadHostKeys", on_keys, &asker, ret_slot, "");
}

/* -- the tests that a customer runs ----------------------------------------------------------- */

static int on_test(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error)
{
	struct asker asker = *(struct asker *)userdata;
	int good = 0, r = reply_error(reply);
	const char *text = "";

	if (r == 0)
		r = sd_bus_message_read(reply, "bs", &good, &text);
	asker.done.test(r < 0 ? r : 0, r >= 0 && good, r < 0 ? "" : text, asker.userdata);
	return 0;
}

int prober_ping(sd_bus *bus, const char *target, prober_test_fn done, void *userdata,
	sd_bus_slot **ret_slot)
{
	const struct asker asker = { .done.test = done, .userdata = userdata };

	return ask_simply(bus, "Ping", on_test, &asker, ret_slot, "s", target);
}

int prober_connect(sd_bus *bus, const char *target, unsigned port, prober_test_fn done,
	void *userdata, sd_bus_slot **ret_slot)
{
	const struct asker asker = { .done.test = done, .userdata = userdata };

	if (port > UINT16_MAX)
		return -EINVAL;
	return ask_simply(bus, "Connect", on_test, &asker, ret_slot, "sq", target, (uint16_t)port);
}

int prober_ask_dns(sd_bus *bus, const struct ip_addr *server, int ifindex, const char *name,
	prober_test_fn done, void *userdata, sd_bus_slot **ret_slot)
{
	const struct asker asker = { .done.test = done, .userdata = userdata };
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	int r;

	r = begin(bus, "AskDns", &call);
	if (r < 0)
		return r;
	r = sd_bus_message_append_array(call, 'y', server->bytes, ip_size(server->family));
	if (r < 0)
		return r;
	r = sd_bus_message_append(call, "is", (int32_t)ifindex, name);
	if (r < 0)
		return r;
	return ask(bus, call, on_test, &asker, ret_slot);
}

int prober_reach(sd_bus *bus, int ifindex, const struct ip_addr *addr, unsigned port,
	prober_test_fn done, void *userdata, sd_bus_slot **ret_slot)
{
	const struct asker asker = { .done.test = done, .userdata = userdata };
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	int r;

	r = begin_port(bus, "Reach", ifindex, addr, port, &call);
	if (r < 0)
		return r;
	return ask(bus, call, on_test, &asker, ret_slot);
}
