/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Both signs hang on an epoll of their own: a wait on it takes the edge of the cells away without a
 * turn of the event loop, while the events of inotify stay until they are read.
 */

#include "damage.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "line_speed.h"
#include "usec.h"
#include "util.h"

/* A text often comes in several writes. */
#define QUIET_USEC    (USEC_PER_SEC / 8)
#define ACCURACY_USEC (USEC_PER_SEC / 100)

/* Between two repaints, so that who writes without end is read, and no line is always busy. */
#define GAP_USEC USEC_PER_SEC

struct damage {
	int tty; /* borrowed */
	int signs, writers, cells;
	sd_event_source *source, *timer;
	uint64_t repainted; /* CLOCK_MONOTONIC, usec */
	damage_fn damaged;
	void *userdata;
};

/* How long the line needs for all cells, in usec; 0 where that is no time. */
static uint64_t full_screen_usec(int tty)
{
	struct winsize size;

	if (ioctl(tty, TIOCGWINSZ, &size) < 0)
		return 0;
	return line_speed_usec(tty, (size_t)size.ws_row * size.ws_col);
}

/* The moment has come. */
static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct damage *damage = userdata;

	damage->repainted = usec;
	damage->damaged(damage->userdata);
	return 0;
}

/* Repaint when it is quiet, and the line has had as much time for others as for us. */
static int schedule(struct damage *damage)
{
	uint64_t now, due, gap = 2 * full_screen_usec(damage->tty);
	int enabled, r;

	r = sd_event_source_get_enabled(damage->timer, &enabled);
	if (r < 0 || enabled != SD_EVENT_OFF)
		return r;
	r = sd_event_now(sd_event_source_get_event(damage->timer), CLOCK_MONOTONIC, &now);
	if (r < 0)
		return r;
	if (gap < GAP_USEC)
		gap = GAP_USEC;
	due = now + QUIET_USEC;
	if (damage->repainted && due < damage->repainted + gap)
		due = damage->repainted + gap;
	r = sd_event_source_set_time(damage->timer, due);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(damage->timer, SD_EVENT_ONESHOT);
}

/* Somebody else has written. */
static int on_sign(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct damage *damage = userdata;
	char events[4096];

	damage_settle(damage);
	while (read(damage->writers, events, sizeof(events)) > 0)
		;
	return schedule(damage);
}

/* Hear of whoever closes the terminal after it was open for writing. */
static int watch_writers(struct damage *damage)
{
	struct epoll_event event = { .events = EPOLLIN };
	const char *name = ttyname(damage->tty);

	damage->writers = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (!name || damage->writers < 0 ||
		inotify_add_watch(damage->writers, name, IN_CLOSE_WRITE) < 0)
		return -errno;
	if (epoll_ctl(damage->signs, EPOLL_CTL_ADD, damage->writers, &event) < 0)
		return -errno;
	return 0;
}

int damage_new(sd_event *event, int tty, damage_fn damaged, void *userdata, struct damage **ret)
{
	struct damage *damage = malloc(sizeof(*damage));
	int r;

	if (!damage)
		return -ENOMEM;
	*damage = (struct damage){
		.tty = tty, .writers = -1, .cells = -1, .damaged = damaged, .userdata = userdata
	};
	damage->signs = epoll_create1(EPOLL_CLOEXEC);
	r = damage->signs < 0 ? -errno : watch_writers(damage);
	if (r >= 0)
		r = sd_event_add_io(
			event, &damage->source, damage->signs, EPOLLIN, on_sign, damage);
	/* Before whatever else has happened is drawn. */
	if (r >= 0)
		r = sd_event_source_set_priority(damage->source, SD_EVENT_PRIORITY_IMPORTANT);
	if (r >= 0)
		r = sd_event_add_time(
			event, &damage->timer, CLOCK_MONOTONIC, 0, ACCURACY_USEC, on_timer, damage);
	if (r >= 0)
		r = sd_event_source_set_enabled(damage->timer, SD_EVENT_OFF);
	if (r < 0) {
		damage_free(damage);
		return r;
	}
	*ret = damage;
	return 0;
}

struct damage *damage_free(struct damage *damage)
{
	if (!damage)
		return NULL;
	sd_event_source_disable_unref(damage->source);
	sd_event_source_disable_unref(damage->timer);
	closep(&damage->cells);
	closep(&damage->writers);
	closep(&damage->signs);
	free(damage);
	return NULL;
}

int damage_watch_cells(struct damage *damage, int fd)
{
	/* Only read(2) would take the state away, so that a level would stay for ever. */
	struct epoll_event event = { .events = EPOLLPRI | EPOLLET };

	if (epoll_ctl(damage->signs, EPOLL_CTL_ADD, fd, &event) < 0) {
		int r = -errno;

		close(fd);
		return r;
	}
	/* Closing it ends what was followed before. */
	closep(&damage->cells);
	damage->cells = fd;
	damage_settle(damage);
	return 0;
}

void damage_settle(struct damage *damage)
{
	struct epoll_event seen[2];

	if (damage)
		(void)epoll_wait(damage->signs, seen, ARRAY_SIZE(seen), 0);
}
