/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct {
	sd_event *event; /* borrowed; NULL: everything is written as it comes */
	sd_event_source *source;
	outlet_fn ready, gone;
	char *kept;
	size_t length;
} outlet;

/* write(2) itself, for as long as the terminal takes something; how much it has taken. One that is
 * gone takes everything. */
static size_t push(const char *bytes, size_t length)
{
	size_t done = 0;

	while (done < length) {
		ssize_t n = syscall(SYS_write, STDOUT_FILENO, bytes + done, length - done);

		if (n < 0 && errno == EAGAIN)
			return done;
		if (n < 0 && errno != EINTR)
			return length;
		if (n > 0)
			done += (size_t)n;
	}
	return done;
}

/* The same without waiting. Who else has this terminal may have this very descriptor of it, so it
 * is not left in that mode. */
static size_t push_now(const char *bytes, size_t length)
{
	int flags = fcntl(STDOUT_FILENO, F_GETFL);
	size_t done;

	if (flags < 0 || fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK) < 0)
		return push(bytes, length);
	done = push(bytes, length);
	(void)fcntl(STDOUT_FILENO, F_SETFL, flags);
	return done;
}

void outlet_drop(void)
{
	free(outlet.kept);
	outlet.kept = NULL;
	outlet.length = 0;
}

/* Keep it for later. */
static int keep(const char *bytes, size_t length)
{
	char *grown = realloc(outlet.kept, outlet.length + length);

	if (!grown)
		return -ENOMEM;
	memcpy(grown + outlet.length, bytes, length);
	outlet.kept = grown;
	outlet.length += length;
	return outlet_await();
}

/* Take what is written. */
static ssize_t take(const char *bytes, size_t length)
{
	size_t done = outlet.length > 0 ? 0 : push_now(bytes, length);

	if (done < length && keep(bytes + done, length - done) < 0)
		return -1;
	return (ssize_t)length;
}

/* In place of the C library's, for curses alone: who writes elsewhere finds it unchanged. */
__attribute__((visibility("default"))) ssize_t write(int fd, const void *buf, size_t size)
{
	if (fd == STDOUT_FILENO && outlet.event)
		return take(buf, size);
	return syscall(SYS_write, fd, buf, size);
}

/* Give the terminal more of what is kept. */
static void go_on(void)
{
	size_t done = push_now(outlet.kept, outlet.length);

	outlet.length -= done;
	memmove(outlet.kept, outlet.kept + done, outlet.length);
	if (outlet.length == 0)
		outlet_drop();
}

/* The terminal takes output, or is gone. */
static int on_output(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	int r;

	if (revents & (EPOLLHUP | EPOLLERR))
		return outlet.gone();
	if (outlet.length > 0)
		go_on();
	if (outlet_is_held())
		return 0;
	r = sd_event_source_set_enabled(source, SD_EVENT_OFF);
	return r < 0 ? r : outlet.ready();
}

bool outlet_is_held(void)
{
	struct pollfd output = { .fd = STDOUT_FILENO, .events = POLLOUT };

	/* A terminal that is gone holds nothing. */
	return outlet.event && (outlet.length > 0 || poll(&output, 1, 0) == 0);
}

int outlet_await(void)
{
	return sd_event_source_set_enabled(outlet.source, SD_EVENT_ON);
}

/* As fopencookie(3) wants it. */
static ssize_t write_stream(void *cookie, const char *buf, size_t size)
{
	return write(STDOUT_FILENO, buf, size);
}

FILE *outlet_stream(void)
{
	FILE *stream = fopencookie(NULL, "w", (cookie_io_functions_t){ .write = write_stream });

	if (stream)
		(void)setvbuf(stream, NULL, _IOLBF, 0);
	return stream;
}

int outlet_attach(sd_event *event, outlet_fn ready, outlet_fn gone)
{
	/* A level might be there without there being room for the next character. */
	int r = sd_event_add_io(
		event, &outlet.source, STDOUT_FILENO, EPOLLOUT | EPOLLET, on_output, NULL);

	if (r >= 0)
		r = sd_event_source_set_enabled(outlet.source, SD_EVENT_OFF);
	if (r < 0)
		return r;
	outlet.event = event;
	outlet.ready = ready;
	outlet.gone = gone;
	return 0;
}

void outlet_detach(void)
{
	sigset_t none, before;

	outlet.source = sd_event_source_disable_unref(outlet.source);
	outlet.event = NULL;
	if (outlet.length == 0)
		return;
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, &before);
	(void)push(outlet.kept, outlet.length);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	outlet_drop();
}
