/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the start screen cannot find out about the web interface by itself: what its unit has
 * logged, and which public keys were shown before. */

#include <errno.h>

#include "child.h"
#include "i18n.h"
#include "names.h"
#include "noted_keys.h"
#include "service.h"
#include "unit_log.h"
#include "util.h"

#define LOG_SIZE    256
#define SETTLE_USEC 500000
#define LIMIT_USEC  (5 * 1000000ULL)
#define CALLS_MAX   4 /* consoles that ask at the same time */

/* -- the journal, read by a child: a slow disk or a broken file must not hold the others up ------
 */

struct log_child {
	struct service *service;
	sd_bus_message *calls[CALLS_MAX];
	size_t n_calls;
	struct child *child;
};

static void log_child_freep(struct log_child **child)
{
	if (!*child)
		return;
	(*child)->service->log_child = NULL;
	child_free((*child)->child);
	for (size_t i = 0; i < (*child)->n_calls; i++)
		sd_bus_message_unref((*child)->calls[i]);
	free(*child);
}

void log_child_done(struct service *service)
{
	log_child_freep(&service->log_child);
}

/* The child's work. */
static bool read_log(const void *unit, void *line)
{
	return unit_log_last(unit, SETTLE_USEC, LOG_SIZE, line) >= 0;
}

/* The child has ended: pass its line on to everybody who asked meanwhile. */
static void handle_line(const void *report, void *userdata)
{
	_cleanup_(log_child_freep) struct log_child *child = userdata;
	const char *line = report;

	child->child = NULL;
	for (size_t i = 0; i < child->n_calls; i++)
		if (!line || line[LOG_SIZE - 1] != '\0')
			service_reply_error(child->calls[i], BUS_ERROR_FAILED, "%s",
				_("The journal of this machine could not be read."));
		else
			service_reply(child->calls[i], "s", line);
}

/* Start to read. */
static int start_child(struct service *service)
{
	static const struct child_work work = { read_log, LOG_SIZE, LIMIT_USEC };
	_cleanup_(log_child_freep) struct log_child *child = calloc(1, sizeof(*child));
	int r;

	if (!child)
		return -ENOMEM;
	child->service = service;
	r = child_start(
		service->event, &work, service->conf->web_unit, handle_line, child, &child->child);
	if (r < 0)
		return r;
	service->log_child = take_ptr(child);
	return 0;
}

int method_get_web_unit_log(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	struct log_child *child;
	int r;

	r = service_admit(service, message, NEED_FACT, error);
	if (r < 0)
		return r;
	if (!*service->conf->web_unit)
		return sd_bus_reply_method_return(message, "s", "");
	r = service->log_child ? 0 : start_child(service);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The journal of this machine could not be read: %s."), strerror(-r));
	child = service->log_child;
	if (child->n_calls == CALLS_MAX)
		return sd_bus_error_set(error, BUS_ERROR_BUSY,
			_("The journal of this machine is being read already."));
	child->calls[child->n_calls++] = sd_bus_message_ref(message);
	return 1;
}

/* -- keys ---------------------------------------------------------------------------------------
 */

/* Read one key. 0: there is none any more. */
static int read_key(sd_bus_message *message, struct noted_key *ret)
{
	const char *what, *digest;
	int r;

	r = sd_bus_message_read(message, "(ss)", &what, &digest);
	if (r <= 0)
		return r;
	if (strlen(what) >= sizeof(ret->what) || strlen(digest) >= sizeof(ret->digest))
		return -EINVAL;
	(void)snprintf(ret->what, sizeof(ret->what), "%s", what);
	(void)snprintf(ret->digest, sizeof(ret->digest), "%s", digest);
	return noted_key_is_valid(ret) ? 1 : -EINVAL;
}

/* Read all keys, at most NOTED_KEYS_MAX. */
static int read_keys(
	sd_bus_message *message, struct noted_key keys[static NOTED_KEYS_MAX], size_t *ret_n)
{
	struct noted_key key;
	size_t n = 0;
	int r;

	r = sd_bus_message_enter_container(message, 'a', "(ss)");
	if (r < 0)
		return r;
	while ((r = read_key(message, &key)) > 0) {
		if (n == NOTED_KEYS_MAX)
			return -E2BIG;
		keys[n++] = key;
	}
	if (r < 0)
		return r;
	*ret_n = n;
	return sd_bus_message_exit_container(message);
}

/* The answer: an array of booleans, which sd-bus takes as ints. */
static int reply_changed(sd_bus_message *message, const bool *changed, size_t n)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	int r;

	r = sd_bus_message_new_method_return(message, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "b");
	for (size_t i = 0; i < n && r >= 0; i++)
		r = sd_bus_message_append(reply, "b", (int)changed[i]);
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	return r < 0 ? r : sd_bus_message_send(reply);
}

int method_note_keys(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct noted_key keys[NOTED_KEYS_MAX];
	bool changed[NOTED_KEYS_MAX];
	struct service *service = userdata;
	size_t n = 0;
	int r;

	r = service_admit(service, message, NEED_FACT, error);
	if (r < 0)
		return r;
	r = read_keys(message, keys, &n);
	if (r == -EINVAL || r == -E2BIG)
		return sd_bus_error_setf(error, BUS_ERROR_REFUSED,
			_("The keys were not noted: at most %d, with short names and printable "
			  "text."),
			NOTED_KEYS_MAX);
	if (r < 0)
		return r;
	r = noted_keys_note(service->apply.root, keys, n, changed);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The keys were not noted: %s: %s."), STATEDIR "/keys", strerror(-r));
	return reply_changed(message, changed, n);
}
