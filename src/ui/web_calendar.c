/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is said of days and times of day becomes another at midnight, when a certificate's time
 * begins or ends, and when somebody sets the clock (TFD_TIMER_CANCEL_ON_SET of
 * timerfd_create(2)). */

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>

#include "usec.h"
#include "util.h"
#include "web_parts.h"
#include "web_words.h"

#define LAG_NSEC 20000000 /* time(2) is behind by up to a tick of the kernel's */

void web_set_calendar(struct web *web)
{
	uint64_t next = web_words_expire(web->urls, web->n, usec_now(CLOCK_REALTIME));
	struct itimerspec at = { .it_value = { (time_t)(next / 1000000), LAG_NSEC } };

	if (!web->calendar || next == web->next_day)
		return;
	web->next_day = next;
	(void)timerfd_settime(sd_event_source_get_io_fd(web->calendar),
		TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &at, NULL);
}

/* Another day, or another clock. */
static int on_calendar(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct web *web = userdata;
	uint64_t expired;

	if (read(fd, &expired, sizeof(expired)) < 0 && errno == EAGAIN)
		return 0;
	web->next_day = 0;
	web_announce(web);
	return 0;
}

int web_watch_calendar(struct web *web)
{
	_cleanup_close_ int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	int r;

	if (fd < 0)
		return -errno;
	r = sd_event_add_io(web->app->event, &web->calendar, fd, EPOLLIN, on_calendar, web);
	if (r < 0)
		return r;
	r = sd_event_source_set_io_fd_own(web->calendar, true);
	if (r >= 0)
		take_fd(&fd);
	return r;
}
