/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job_news.h"

#include "bus_watch.h"
#include "unit_state_parts.h"
#include "util.h"

/* PID 1 sends signals only where somebody wants them; nobody can start it. */
static int subscribe(sd_bus *bus, struct job_news *news)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	int r = sd_bus_message_new_method_call(
		bus, &call, SYSTEMD1, SYSTEMD1_PATH, MANAGER, "Subscribe");

	if (r >= 0)
		r = sd_bus_message_set_auto_start(call, 0);
	if (r < 0)
		return r;
	news->subscription = sd_bus_slot_unref(news->subscription);
	return sd_bus_call_async(bus, &news->subscription, call, bus_ignore_answer, NULL, 0);
}

/* PID 1 has come to the bus, or gone from it: it does both when it is executed anew. */
static int handle_owner(sd_bus_message *signal, void *userdata, sd_bus_error *error)
{
	struct job_news *news = userdata;
	const char *name, *from, *to;

	if (sd_bus_message_read(signal, "sss", &name, &from, &to) < 0 || !*to)
		return 0;
	return subscribe(sd_bus_message_get_bus(signal), news);
}

int job_news_watch(
	sd_bus *bus, sd_bus_message_handler_t handle, void *userdata, struct job_news *ret)
{
	int r;

	if (ret->jobs)
		return 0;
	r = sd_bus_match_signal_async(bus, &ret->jobs, SYSTEMD1, SYSTEMD1_PATH, MANAGER,
		"JobRemoved", handle, bus_ignore_answer, userdata);
	if (r >= 0)
		r = bus_watch_owner(bus, SYSTEMD1, handle_owner, ret, &ret->owner);
	if (r >= 0)
		r = subscribe(bus, ret);
	if (r < 0)
		job_news_done(ret);
	return r;
}

void job_news_done(struct job_news *news)
{
	sd_bus_slot_unref(news->subscription);
	sd_bus_slot_unref(news->owner);
	sd_bus_slot_unref(news->jobs);
	*news = (struct job_news){ 0 };
}
