/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "i18n.h"
#include "names.h"
#include "util.h"

#define CALL_USEC    (25 * 1000000ULL)
#define NETWORK_USEC (60 * 1000000ULL)

struct call;

/* Fill result from a good reply. Negative errno: the reply is not what the table promises. */
typedef int (*read_fn)(sd_bus_message *reply, struct client_result *result);

/* One method of firstbootd's table, as this side sees it. */
struct method {
	const char *member;
	uint64_t timeout_usec;
	read_fn read; /* NULL: the reply is empty */
};

struct client {
	sd_bus *bus; /* owned reference */
	struct call *calls;
};

/* A call under way. */
struct call {
	struct client *client;
	struct call *next;
	sd_bus_slot *slot;
	const struct method *method;
	client_done_fn done;
	void *userdata;
};

static const struct {
	const char *name;
	enum client_outcome outcome;
} errors[] = {
	{ BUS_ERROR_REFUSED, CLIENT_REFUSED },
	{ BUS_ERROR_NOT_PERMITTED, CLIENT_NOT_PERMITTED },
	{ BUS_ERROR_WRONG_PASSWORD, CLIENT_WRONG_PASSWORD },
	{ BUS_ERROR_TOO_SOON, CLIENT_TOO_SOON },
	{ BUS_ERROR_BUSY, CLIENT_BUSY },
	{ BUS_ERROR_FAILED, CLIENT_FAILED },
};

/* GetState: what firstbootd knows of the claim and of this caller. */
static int read_state(sd_bus_message *reply, struct client_result *result)
{
	const char *phase;
	int authenticated, login, r;

	r = sd_bus_message_read(reply, "sbb", &phase, &authenticated, &login);
	if (r < 0)
		return r;
	result->unclaimed = streq(phase, "unclaimed");
	result->authenticated = authenticated;
	result->login = login;
	return 0;
}

/* Authenticate: false is a wrong password. */
static int read_authenticated(sd_bus_message *reply, struct client_result *result)
{
	int ok, r;

	r = sd_bus_message_read(reply, "b", &ok);
	if (r < 0)
		return r;
	result->authenticated = ok;
	if (!ok) {
		result->outcome = CLIENT_WRONG_PASSWORD;
		result->text = _("This is not root's password.");
	}
	return 0;
}

/* CheckPassword: whether the rules would take it, and if not, why. */
static int read_checked(sd_bus_message *reply, struct client_result *result)
{
	const char *reason;
	int ok, r;

	r = sd_bus_message_read(reply, "bs", &ok, &reason);
	if (r < 0)
		return r;
	result->text = reason;
	if (!ok)
		result->outcome = CLIENT_REFUSED;
	return 0;
}

/* SetNetwork: the change to confirm, and how far it is proven. */
static int read_network(sd_bus_message *reply, struct client_result *result)
{
	int proven, r;

	r = sd_bus_message_read(reply, "tbs", &result->txid, &proven, &result->text);
	if (r < 0)
		return r;
	result->proven = proven;
	return 0;
}

static const struct method get_state = { "GetState", CALL_USEC, read_state };
static const struct method authenticate = { "Authenticate", CALL_USEC, read_authenticated };
static const struct method check_password = { "CheckPassword", CALL_USEC, read_checked };
static const struct method set_root_password = { "SetRootPassword", CALL_USEC, NULL };
static const struct method set_hostname = { "SetHostname", CALL_USEC, NULL };
static const struct method set_network = { "SetNetwork", NETWORK_USEC, read_network };
static const struct method confirm_change = { "Confirm", NETWORK_USEC, NULL };
static const struct method revert_change = { "Revert", NETWORK_USEC, NULL };
static const struct method complete = { "Complete", CALL_USEC, NULL };
static const struct method power = { "Power", CALL_USEC, NULL };
static const struct method request_login = { "RequestLogin", CALL_USEC, NULL };

/* Take the call out of its client's list and free it. */
static void call_free(struct call *call)
{
	for (struct call **p = &call->client->calls; *p; p = &(*p)->next)
		if (*p == call) {
			*p = call->next;
			break;
		}
	sd_bus_slot_unref(call->slot);
	free(call);
}

/* The outcome and the sentence for an error reply. */
static void read_error(sd_bus_message *reply, struct client_result *result)
{
	const sd_bus_error *error = sd_bus_message_get_error(reply);

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (sd_bus_error_has_name(error, errors[i].name)) {
			result->outcome = errors[i].outcome;
			result->text = error->message ? error->message : "";
			return;
		}
	if (sd_bus_error_has_name(error, SD_BUS_ERROR_ACCESS_DENIED)) {
		result->outcome = CLIENT_NOT_PERMITTED;
		result->text = _("This account may not change settings; log in as \"root\".");
		return;
	}
	result->outcome = CLIENT_UNREACHABLE;
	result->text = _("The settings service (firstbootd) does not answer. Try again in a "
			 "minute; if that does not help, restart the appliance.");
}

/* A reply, an error or a timeout has come: tell who asked. */
static int on_reply(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error)
{
	struct call *call = userdata;
	client_done_fn done = call->done;
	void *done_userdata = call->userdata;
	struct client_result result = { .outcome = CLIENT_OK, .text = "" };

	if (sd_bus_message_is_method_error(reply, NULL)) {
		read_error(reply, &result);
	} else if (call->method->read && call->method->read(reply, &result) < 0) {
		result = (struct client_result){ .outcome = CLIENT_UNREACHABLE,
			.text = _("The settings service (firstbootd) gave an answer that "
				  "this program does not understand.") };
	}
	call_free(call);
	done(&result, done_userdata);
	return 0;
}

/* Hand over the bus of the caller, who keeps it attached to an event loop. */
int client_new(sd_bus *bus, struct client **ret)
{
	struct client *client = calloc(1, sizeof(*client));

	if (!client)
		return -ENOMEM;
	client->bus = sd_bus_ref(bus);
	*ret = client;
	return 0;
}

/* Forget every call under way; none is answered any more. */
struct client *client_free(struct client *client)
{
	if (!client)
		return NULL;
	while (client->calls)
		call_free(client->calls);
	sd_bus_unref(client->bus);
	free(client);
	return NULL;
}

/* Begin a message for a method of firstbootd. */
static int message_new(struct client *client, const struct method *method, sd_bus_message **ret)
{
	return sd_bus_message_new_method_call(
		client->bus, ret, BUS_NAME, BUS_PATH, BUS_INTERFACE, method->member);
}

/* Send what was built. */
static int message_send(struct client *client, const struct method *method, sd_bus_message *message,
	client_done_fn done, void *userdata)
{
	struct call *call = calloc(1, sizeof(*call));
	int r;

	if (!call)
		return -ENOMEM;
	*call = (struct call){
		.client = client, .method = method, .done = done, .userdata = userdata
	};
	r = sd_bus_call_async(
		client->bus, &call->slot, message, on_reply, call, method->timeout_usec);
	if (r < 0) {
		free(call);
		return r;
	}
	call->next = client->calls;
	client->calls = call;
	return 0;
}

/* Call a method with the arguments that types describe, as sd_bus_message_append(3) takes them. */
static int call_method(struct client *client, const struct method *method, client_done_fn done,
	void *userdata, const char *types, ...)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	va_list ap;
	int r;

	r = message_new(client, method, &message);
	if (r < 0)
		return r;
	va_start(ap, types);
	r = sd_bus_message_appendv(message, types, ap);
	va_end(ap);
	if (r < 0)
		return r;
	return message_send(client, method, message, done, userdata);
}

/* Call a method whose one argument is a secret. */
static int call_with_secret(struct client *client, const struct method *method,
	const struct secret *secret, client_done_fn done, void *userdata)
{
	_cleanup_close_ int fd = secret_to_memfd(secret);

	if (fd < 0)
		return fd;
	return call_method(client, method, done, userdata, "h", fd);
}

int client_get_state(struct client *client, client_done_fn done, void *userdata)
{
	return call_method(client, &get_state, done, userdata, "");
}

int client_authenticate(
	struct client *client, const struct secret *secret, client_done_fn done, void *userdata)
{
	return call_with_secret(client, &authenticate, secret, done, userdata);
}

int client_check_password(
	struct client *client, const struct secret *secret, client_done_fn done, void *userdata)
{
	return call_with_secret(client, &check_password, secret, done, userdata);
}

int client_set_root_password(
	struct client *client, const struct secret *secret, client_done_fn done, void *userdata)
{
	return call_with_secret(client, &set_root_password, secret, done, userdata);
}

int client_set_hostname(
	struct client *client, const char *hostname, client_done_fn done, void *userdata)
{
	return call_method(client, &set_hostname, done, userdata, "s", hostname);
}

/* An address as bytes; none as no bytes. */
static int append_address(sd_bus_message *message, const struct ip_addr *addr)
{
	return sd_bus_message_append_array(message, 'y', addr->bytes, ip_size(addr->family));
}

/* The addresses of one family with their prefix lengths. */
static int append_prefixes(sd_bus_message *message, const struct net_family *family)
{
	int r;

	r = sd_bus_message_open_container(message, 'a', "(ayy)");
	for (size_t i = 0; i < family->n_addresses && r >= 0; i++) {
		r = sd_bus_message_open_container(message, 'r', "ayy");
		if (r >= 0)
			r = append_address(message, &family->addresses[i].addr);
		if (r >= 0)
			r = sd_bus_message_append(message, "y", family->addresses[i].length);
		if (r >= 0)
			r = sd_bus_message_close_container(message);
	}
	return r < 0 ? r : sd_bus_message_close_container(message);
}

/* One family, as BUS_FAMILY_SIGNATURE has it. */
static int append_family(sd_bus_message *message, const struct net_family *family)
{
	int r;

	r = sd_bus_message_open_container(message, 'r', "ya(ayy)ayb");
	if (r < 0)
		return r;
	r = sd_bus_message_append(message, "y", (uint8_t)family->method);
	if (r < 0)
		return r;
	r = append_prefixes(message, family);
	if (r < 0)
		return r;
	r = append_address(message, &family->gateway);
	if (r < 0)
		return r;
	r = sd_bus_message_append(message, "b", (int)family->gateway_onlink);
	if (r < 0)
		return r;
	return sd_bus_message_close_container(message);
}

/* Name servers and search domains. */
static int append_names(sd_bus_message *message, const struct net_config *config)
{
	int r;

	r = sd_bus_message_open_container(message, 'a', "ay");
	for (size_t i = 0; i < config->n_dns && r >= 0; i++)
		r = append_address(message, &config->dns[i]);
	if (r >= 0)
		r = sd_bus_message_close_container(message);
	if (r >= 0)
		r = sd_bus_message_open_container(message, 'a', "s");
	for (size_t i = 0; i < config->n_domains && r >= 0; i++)
		r = sd_bus_message_append(message, "s", config->domains[i]);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

int client_set_network(struct client *client, int ifindex, const struct net_config *config,
	client_done_fn done, void *userdata)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r;

	r = message_new(client, &set_network, &message);
	if (r < 0)
		return r;
	r = sd_bus_message_append(message, "is", ifindex, config->ifname);
	if (r >= 0)
		r = append_family(message, &config->v4);
	if (r >= 0)
		r = append_family(message, &config->v6);
	if (r >= 0)
		r = append_names(message, config);
	if (r < 0)
		return r;
	return message_send(client, &set_network, message, done, userdata);
}

int client_confirm(struct client *client, uint64_t txid, client_done_fn done, void *userdata)
{
	return call_method(client, &confirm_change, done, userdata, "t", txid);
}

int client_revert(struct client *client, uint64_t txid, client_done_fn done, void *userdata)
{
	return call_method(client, &revert_change, done, userdata, "t", txid);
}

int client_complete(struct client *client, client_done_fn done, void *userdata)
{
	return call_method(client, &complete, done, userdata, "");
}

int client_power(struct client *client, const char *what, client_done_fn done, void *userdata)
{
	return call_method(client, &power, done, userdata, "s", what);
}

int client_request_login(struct client *client, client_done_fn done, void *userdata)
{
	return call_method(client, &request_login, done, userdata, "");
}
