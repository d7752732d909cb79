/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "client_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "i18n.h"
#include "names.h"
#include "util.h"

/* A call under way. */
struct client_call {
	struct client *client;
	struct client_call *next;
	sd_bus_slot *slot;
	const struct client_method *method;
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
static int read_state(sd_bus_message *reply, struct client_result *result, void **ret_data)
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
static int read_authenticated(sd_bus_message *reply, struct client_result *result, void **ret_data)
{
	int ok, r;

	r = sd_bus_message_read(reply, "b", &ok);
	if (r < 0)
		return r;
	result->authenticated = ok;
	if (!ok) {
		result->outcome = CLIENT_WRONG_PASSWORD;
		result->text = safe_bytes(_("This is not root's password."));
	}
	return 0;
}

/* CheckPassword: whether the rules would take it, and if not, why. */
static int read_checked(sd_bus_message *reply, struct client_result *result, void **ret_data)
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

/* SetRootPasswordHash, AddRootKey: whether anything is another one now. */
static int read_changed(sd_bus_message *reply, struct client_result *result, void **ret_data)
{
	int changed, r;

	r = sd_bus_message_read(reply, "b", &changed);
	if (r < 0)
		return r;
	result->unchanged = !changed;
	return 0;
}

int client_read_note(sd_bus_message *reply, struct client_result *result, void **ret_data)
{
	return sd_bus_message_read(reply, "s", &result->text);
}

int client_read_fd(sd_bus_message *reply, struct client_result *result, void **ret_data)
{
	int fd, r;

	r = sd_bus_message_read(reply, "h", &fd);
	if (r < 0)
		return r;
	result->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return result->fd < 0 ? -errno : 0;
}

static const struct client_method get_state = { "GetState", CLIENT_CALL_USEC, read_state };
static const struct client_method authenticate = { "Authenticate", CLIENT_CALL_USEC,
	read_authenticated };
static const struct client_method lock = { "Lock", CLIENT_CALL_USEC, NULL };
static const struct client_method check_password = { "CheckPassword", CLIENT_CALL_USEC,
	read_checked };
static const struct client_method set_root_password = { "SetRootPassword", CLIENT_CALL_USEC, NULL };
static const struct client_method make_root_password = { "MakeRootPassword", CLIENT_CALL_USEC,
	client_read_fd };
static const struct client_method set_root_hash = { "SetRootPasswordHash", CLIENT_CALL_USEC,
	read_changed };
static const struct client_method add_root_key = { "AddRootKey", CLIENT_CALL_USEC, read_changed };
static const struct client_method set_hostname = { "SetHostname", CLIENT_CALL_USEC, NULL };
static const struct client_method set_timezone = { "SetTimezone", CLIENT_CALL_USEC,
	client_read_note };
static const struct client_method set_keymap = { "SetKeymap", CLIENT_CALL_USEC, client_read_note };
static const struct client_method try_keymap = { "TryKeymap", CLIENT_CALL_USEC, client_read_note };
static const struct client_method set_language = { "SetLanguage", CLIENT_CALL_USEC, NULL };
static const struct client_method complete = { "Complete", CLIENT_CALL_USEC, NULL };
static const struct client_method request_login = { "RequestLogin", CLIENT_CALL_USEC, NULL };

/* Take the call out of its client's list and free it. */
static void call_free(struct client_call *call)
{
	for (struct client_call **p = &call->client->calls; *p; p = &(*p)->next)
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
		result->text =
			safe_bytes(_("This account may not change settings; log in as \"root\"."));
		return;
	}
	result->outcome = CLIENT_UNREACHABLE;
	result->text =
		safe_bytes(_("The settings service (firstbootd) does not answer. Try again in a "
			     "minute; if that does not help, restart the appliance."));
}

/* A reply, an error or a timeout has come: tell who asked. */
static int on_reply(sd_bus_message *reply, void *userdata, sd_bus_error *ret_error)
{
	struct client_call *call = userdata;
	client_done_fn done = call->done;
	void *done_userdata = call->userdata;
	struct client_result result = { .outcome = CLIENT_OK, .text = "", .editor = "", .fd = -1 };
	_cleanup_free_ void *data = NULL;

	if (sd_bus_message_is_method_error(reply, NULL)) {
		read_error(reply, &result);
	} else if (call->method->read && call->method->read(reply, &result, &data) < 0) {
		result = (struct client_result){ .outcome = CLIENT_UNREACHABLE,
			.editor = "",
			.fd = -1,
			.text = safe_bytes(
				_("The settings service (firstbootd) gave an answer that "
				  "this program does not understand.")) };
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
	client_ears_done(&client->ears);
	while (client->calls)
		call_free(client->calls);
	sd_bus_unref(client->bus);
	free(client);
	return NULL;
}

/* Begin a message for a method of firstbootd. */
int client_message_new(
	struct client *client, const struct client_method *method, sd_bus_message **ret)
{
	return sd_bus_message_new_method_call(
		client->bus, ret, BUS_NAME, BUS_PATH, BUS_INTERFACE, method->member);
}

/* Send what was built. */
int client_message_send(struct client *client, const struct client_method *method,
	sd_bus_message *message, client_done_fn done, void *userdata)
{
	struct client_call *call = calloc(1, sizeof(*call));
	int r;

	if (!call)
		return -ENOMEM;
	*call = (struct client_call){
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
int client_call(struct client *client, const struct client_method *method, client_done_fn done,
	void *userdata, const char *types, ...)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	va_list ap;
	int r;

	r = client_message_new(client, method, &message);
	if (r < 0)
		return r;
	va_start(ap, types);
	r = sd_bus_message_appendv(message, types, ap);
	va_end(ap);
	if (r < 0)
		return r;
	return client_message_send(client, method, message, done, userdata);
}

/* Call a method whose one argument is a secret. */
static int call_with_secret(struct client *client, const struct client_method *method,
	const struct secret *secret, client_done_fn done, void *userdata)
{
	_cleanup_close_ int fd = secret_to_memfd(secret);

	if (fd < 0)
		return fd;
	return client_call(client, method, done, userdata, "h", fd);
}

int client_get_state(struct client *client, client_done_fn done, void *userdata)
{
	return client_call(client, &get_state, done, userdata, "");
}

int client_authenticate(
	struct client *client, const struct secret *secret, client_done_fn done, void *userdata)
{
	return call_with_secret(client, &authenticate, secret, done, userdata);
}

int client_lock(struct client *client, client_done_fn done, void *userdata)
{
	return client_call(client, &lock, done, userdata, "");
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

int client_make_root_password(struct client *client, client_done_fn done, void *userdata)
{
	return client_call(client, &make_root_password, done, userdata, "");
}

int client_set_root_hash(
	struct client *client, const struct secret *hash, client_done_fn done, void *userdata)
{
	return call_with_secret(client, &set_root_hash, hash, done, userdata);
}

int client_add_root_key(
	struct client *client, const char *line, client_done_fn done, void *userdata)
{
	return client_call(client, &add_root_key, done, userdata, "s", line);
}

int client_set_hostname(
	struct client *client, const char *hostname, client_done_fn done, void *userdata)
{
	return client_call(client, &set_hostname, done, userdata, "s", hostname);
}

int client_set_timezone(
	struct client *client, const char *zone, client_done_fn done, void *userdata)
{
	return client_call(client, &set_timezone, done, userdata, "s", zone);
}

int client_set_keymap(
	struct client *client, const char *keymap, client_done_fn done, void *userdata)
{
	return client_call(client, &set_keymap, done, userdata, "s", keymap);
}

int client_try_keymap(
	struct client *client, const char *keymap, client_done_fn done, void *userdata)
{
	return client_call(client, &try_keymap, done, userdata, "s", keymap);
}

int client_set_language(
	struct client *client, const char *language, client_done_fn done, void *userdata)
{
	return client_call(client, &set_language, done, userdata, "s", language);
}

int client_complete(struct client *client, client_done_fn done, void *userdata)
{
	return client_call(client, &complete, done, userdata, "");
}

int client_request_login(struct client *client, client_done_fn done, void *userdata)
{
	return client_call(client, &request_login, done, userdata, "");
}
