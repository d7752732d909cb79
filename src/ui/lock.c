/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One terminal, so one static state. */

#include "lock.h"

#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "auth.h"
#include "i18n.h"
#include "screen.h"
#include "tty_name.h"
#include "usec.h"
#include "util.h"

#define ACTIVE	      "/sys/class/tty/tty0/active"
#define DEV	      "/dev/"
#define ACCURACY_USEC (USEC_PER_SEC / 10)

static struct {
	struct app *app;   /* borrowed; NULL: nothing is watched */
	int active;	   /* -1: not known which virtual terminal is shown */
	char terminal[16]; /* ours, as the kernel names it */
	sd_event_source *timer, *switches;
	uint64_t opened; /* CLOCK_BOOTTIME, usec; 0: the password was not shown yet */
	bool away;	 /* from the start screen */
	enum lock_why why;
} lock = { .active = -1 };

/* Watch nothing any more. */
static void disarm(void)
{
	lock.timer = sd_event_source_disable_unref(lock.timer);
	lock.switches = sd_event_source_disable_unref(lock.switches);
	lock.app = NULL;
	lock.opened = 0;
}

/* Nobody waits for this answer: where firstbootd has gone, the right has gone with it. */
static void handle_locked(const struct client_result *result, void *userdata)
{
}

/* Close what is open. */
static void close_up(enum lock_why why)
{
	if (lock.app->client)
		(void)client_lock(lock.app->client, handle_locked, NULL);
	disarm();
	if (!lock.away)
		return;
	lock.why = why;
	screen_lead_back();
}

/* When it locks if no key comes. */
static uint64_t find_end(enum lock_why *ret_why)
{
	uint64_t idle = screen_touched() + lock.app->conf.idle_lock_seconds * USEC_PER_SEC;

	*ret_why = LOCK_IDLE;
	if (lock.opened == 0 || idle <= lock.opened + AUTH_ABSOLUTE_USEC)
		return idle;
	*ret_why = LOCK_TIME;
	return lock.opened + AUTH_ABSOLUTE_USEC;
}

/* Perhaps it is time, perhaps somebody has pressed a key since the timer was set. */
static int handle_time(sd_event_source *source, uint64_t usec, void *userdata)
{
	enum lock_why why;
	uint64_t end;
	int r;

	/* What firstbootd is at is not disturbed; the customer waits for it, too. */
	if (screen_is_working())
		screen_touch();
	end = find_end(&why);
	if (screen_is_working() && end <= usec)
		end = usec + USEC_PER_SEC;
	if (end <= usec) {
		close_up(why);
		return 0;
	}
	r = sd_event_source_set_time(source, end);
	return r < 0 ? r : sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* Is our virtual terminal the one that is shown? Where that cannot be read it is. Reading it also
 * takes the event away. */
static bool is_shown(void)
{
	char name[sizeof(lock.terminal)];
	ssize_t n = pread(lock.active, name, sizeof(name) - 1, 0);

	if (n <= 0)
		return true;
	name[n] = '\0';
	name[strcspn(name, "\n")] = '\0';
	return streq(name, lock.terminal);
}

/* Another one is shown, or ours again. */
static int handle_switch(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	if (!is_shown())
		close_up(LOCK_SWITCHED);
	return 0;
}

void lock_prepare(void)
{
	const char *name = ttyname(STDIN_FILENO);
	size_t prefix = strlen(DEV);

	if (!name || !tty_name_is_virtual(name) || strlen(name + prefix) >= sizeof(lock.terminal))
		return;
	memcpy(lock.terminal, name + prefix, strlen(name + prefix) + 1);
	lock.active = open(ACTIVE, O_RDONLY | O_CLOEXEC);
}

void lock_begin(struct app *app)
{
	if (lock.app)
		return;
	lock.app = app;
	screen_touch();
	/* Without a timer or an event there is still firstbootd, which ends the right by itself. */
	if (sd_event_add_time_relative(app->event, &lock.timer, CLOCK_BOOTTIME, 0, ACCURACY_USEC,
		    handle_time, NULL) < 0)
		lock.timer = NULL;
	if (lock.active < 0)
		return;
	if (sd_event_add_io(
		    app->event, &lock.switches, lock.active, EPOLLPRI, handle_switch, NULL) < 0)
		lock.switches = NULL;
	(void)handle_switch(NULL, lock.active, 0, NULL);
}

void lock_opened(void)
{
	lock.opened = usec_now(CLOCK_BOOTTIME);
}

void lock_enter_pages(void)
{
	lock.away = true;
	lock.why = LOCK_NOT;
}

enum lock_why lock_leave_pages(void)
{
	lock.away = false;
	screen_is_back();
	if (lock.app && lock.opened == 0)
		disarm();
	return lock.why;
}

const safe_char *lock_sentence(void)
{
	return _("15 minutes ago root's password was typed here. It has to be typed again; what "
		 "was not applied until now is forgotten.");
}
