/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The last lines of the journal of the vendor's unit, for who has shown root's password and has no
 * shell to read them in. */

#include <errno.h>
#include <sys/mman.h>

#include "child.h"
#include "i18n.h"
#include "names.h"
#include "service.h"
#include "unit_log.h"
#include "util.h"

#define LIMIT_USEC (10 * 1000000ULL)
#define LINES_SIZE (UNIT_JOURNAL_LINES * sizeof(struct unit_log_line))

/* The journal is read by a child, which a slow disk or a broken file can hold up; its lines come
 * through memory that both have. */
struct journal_child {
	struct service *service;
	sd_bus_message *call;
	struct unit_log_line *lines; /* LINES_SIZE bytes, shared */
	struct child *child;
};

static void journal_child_freep(struct journal_child **child)
{
	if (!*child)
		return;
	(*child)->service->journal_child = NULL;
	child_free((*child)->child);
	if ((*child)->lines)
		(void)munmap((*child)->lines, LINES_SIZE);
	sd_bus_message_unref((*child)->call);
	free(*child);
}

void journal_child_done(struct service *service)
{
	journal_child_freep(&service->journal_child);
}

/* The child's work: how many lines there are. */
static bool read_lines(const void *what, void *report)
{
	const struct journal_child *child = what;
	int *n = report;

	*n = unit_log_lines(child->service->conf->web_unit, child->lines, UNIT_JOURNAL_LINES);
	return *n >= 0;
}

/* Answer with so many lines. */
static int reply_lines(sd_bus_message *call, struct unit_log_line *lines, size_t n)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	int r;

	r = sd_bus_message_new_method_return(call, &reply);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "(ts)");
	for (size_t i = 0; i < n && r >= 0; i++) {
		lines[i].text[UNIT_LOG_TEXT - 1] = '\0';
		r = sd_bus_message_append(reply, "(ts)", lines[i].when, lines[i].text);
	}
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	return r < 0 ? r : sd_bus_message_send(reply);
}

/* The child has ended. */
static void handle_lines(const void *report, void *userdata)
{
	_cleanup_(journal_child_freep) struct journal_child *child = userdata;
	const int *n = report;

	child->child = NULL;
	if (!n || *n < 0 || *n > UNIT_JOURNAL_LINES ||
		reply_lines(child->call, child->lines, (size_t)*n) < 0)
		service_reply_error(child->call, BUS_ERROR_FAILED, "%s",
			_("The journal of this machine could not be read."));
}

/* Start to read. */
static int start_child(struct service *service, sd_bus_message *message)
{
	static const struct child_work work = { read_lines, sizeof(int), LIMIT_USEC };
	_cleanup_(journal_child_freep) struct journal_child *child = calloc(1, sizeof(*child));
	void *lines;
	int r;

	if (!child)
		return -ENOMEM;
	child->service = service;
	child->call = sd_bus_message_ref(message);
	lines = mmap(NULL, LINES_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (lines == MAP_FAILED)
		return -errno;
	child->lines = lines;
	r = child_start(service->event, &work, child, handle_lines, child, &child->child);
	if (r < 0)
		return r;
	service->journal_child = take_ptr(child);
	return 0;
}

int method_get_web_unit_journal(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r;

	r = service_admit(service, message, NEED_LOCK, error);
	if (r < 0)
		return r;
	if (!*service->conf->web_unit)
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The vendor has not said which unit serves the web interface."));
	if (service->journal_child)
		return sd_bus_error_set(error, BUS_ERROR_BUSY,
			_("The journal of this machine is being read already."));
	r = start_child(service, message);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The journal of this machine could not be read: %s."), strerror(-r));
	return 1;
}
