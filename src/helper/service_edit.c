/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The edit lock: who changes settings with forms tells so, and everybody else who wants to change
 * something is told who that is. It is a connection's, and ends with it, or when nothing is heard
 * of it for long. Nobody who only looks is blocked. */

#include <errno.h>
#include <time.h>

#include "caller.h"
#include "i18n.h"
#include "names.h"
#include "service.h"
#include "usec.h"
#include "util.h"

/* Who edits now; "" for nobody. */
static const char *editor(const struct service *service)
{
	return service->edit.owner[0] ? service->edit.who : "";
}

/* Is the sender the one who edits? */
static bool is_editor(const struct service *service, sd_bus_message *message)
{
	const char *sender = sd_bus_message_get_sender(message);

	return service->edit.owner[0] && sender && streq(sender, service->edit.owner);
}

/* Tell the consoles. */
static void announce(struct service *service)
{
	(void)sd_bus_emit_signal(
		service->bus, BUS_PATH, BUS_INTERFACE, "Edit", "s", editor(service));
}

void edit_done(struct edit *edit)
{
	sd_bus_slot_unref(edit->watch);
	sd_event_source_disable_unref(edit->timer);
	*edit = (struct edit){ 0 };
}

/* Nobody edits any more. */
static void end_edit(struct service *service)
{
	edit_done(&service->edit);
	service->last_call = service_now();
	announce(service);
}

/* The editor's connection has gone. */
static int handle_editor_gone(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	end_edit(userdata);
	return 0;
}

/* The editor may have gone away from the keyboard. */
static int handle_editor_silent(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct service *service = userdata;
	uint64_t silent = service_now() - service->edit.used;
	int r;

	if (silent >= AUTH_ABSOLUTE_USEC) {
		end_edit(service);
		return 0;
	}
	r = sd_event_source_set_time_relative(source, AUTH_ABSOLUTE_USEC - silent);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

void service_edit_touch(struct service *service, sd_bus_message *message)
{
	if (is_editor(service, message))
		service->edit.used = service_now();
}

/* The time of day; with its date unless that is today. */
static void write_time(uint64_t usec, char *buf, size_t size)
{
	time_t now = time(NULL), then = (time_t)(usec / 1000000);
	struct tm a, b;
	bool today = localtime_r(&then, &a) && localtime_r(&now, &b) && a.tm_year == b.tm_year &&
		     a.tm_yday == b.tm_yday;

	if (i18n_format_time(today ? I18N_TIME : I18N_MOMENT, &a, buf, size) == 0)
		buf[0] = '\0';
}

bool service_describe_editor(
	const struct service *service, sd_bus_message *message, size_t size, char *ret)
{
	char since[32];

	if (!service->edit.owner[0] || is_editor(service, message))
		return false;
	write_time(service->edit.since, since, sizeof(since));
	(void)snprintf(ret, size, _("somebody else (%s) has been changing settings since %s"),
		service->edit.who, since);
	return true;
}

int service_edit_admit(struct service *service, sd_bus_message *message, sd_bus_error *error)
{
	char editing[CALLER_NAME_SIZE + 128];

	if (!service_describe_editor(service, message, sizeof(editing), editing))
		return 0;
	return sd_bus_error_setf(error, BUS_ERROR_BUSY,
		_("Nothing was changed: %s. Try again when that has ended."), editing);
}

/* Make the sender the editor. */
static int begin_edit(struct service *service, sd_bus_message *message)
{
	_cleanup_(edit_done) struct edit edit = { .used = service_now() };
	int r;

	r = service_watch(service, message, handle_editor_gone, &edit.watch);
	if (r < 0)
		return r;
	r = sd_event_add_time_relative(service->event, &edit.timer, CLOCK_BOOTTIME,
		AUTH_ABSOLUTE_USEC, 0, handle_editor_silent, service);
	if (r < 0)
		return r;
	(void)snprintf(edit.who, sizeof(edit.who), "%s", service_caller(service, message)->who);
	edit.since = usec_now(CLOCK_REALTIME);
	memcpy(edit.owner, service->caller.name, sizeof(edit.owner));
	service->edit = edit;
	edit = (struct edit){ 0 };
	announce(service);
	return 0;
}

int method_begin_edit(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r;

	r = service_admit(service, message, NEED_LOCK, error);
	if (r < 0)
		return r;
	if (!service->edit.owner[0]) {
		r = begin_edit(service, message);
		if (r < 0)
			return r;
	}
	return sd_bus_reply_method_return(message, "bst", (int)is_editor(service, message),
		editor(service), service->edit.since);
}

int method_end_edit(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r;

	r = service_admit(service, message, NEED_NOTHING, error);
	if (r < 0)
		return r;
	if (is_editor(service, message))
		end_edit(service);
	return sd_bus_reply_method_return(message, "");
}
