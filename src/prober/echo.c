/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "echo.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>

#include "route_get.h"
#include "util.h"

#define PAUSE_USEC  (1000000ULL)
#define UNUSED_PORT 33434 /* as traceroute(8) has it */

/* What a reply begins with: type, code, checksum, number of ours, sequence. */
struct icmp_echo {
	uint8_t type, code;
	uint16_t checksum, id, sequence;
};

struct echo {
	sd_event *event;
	struct ip_addr addr;
	int ifindex;
	int fd;
	bool icmp;
	int error; /* of the start, told from the event loop */
	uint64_t started;
	unsigned sent;
	sd_event_source *io, *timer;
	echo_done_fn done;
	void *userdata;
};

struct echo *echo_free(struct echo *echo)
{
	if (!echo)
		return NULL;
	sd_event_source_disable_unref(echo->io);
	sd_event_source_disable_unref(echo->timer);
	sd_event_unref(echo->event);
	closep(&echo->fd);
	free(echo);
	return NULL;
}

static void echo_freep(struct echo **echo)
{
	echo_free(*echo);
}

/* Answer, once; done may free echo. */
static void finish(struct echo *echo, enum echo_answer answer, int error)
{
	uint64_t now = echo->started;

	echo->io = sd_event_source_disable_unref(echo->io);
	echo->timer = sd_event_source_disable_unref(echo->timer);
	(void)sd_event_now(echo->event, CLOCK_MONOTONIC, &now);
	echo->done(answer, error, now - echo->started, echo->userdata);
}

/* The end by an error of the socket: without echo, a refusal is what was hoped for. */
static void finish_errno(struct echo *echo, int error)
{
	if (error == ECONNREFUSED && !echo->icmp)
		finish(echo, ECHO_ANSWERED, 0);
	else
		finish(echo, ECHO_ERROR, error);
}

/* Nothing has come: what does the kernel know of it? */
static void finish_silent(struct echo *echo)
{
	struct route_answer route;

	if (route_get(&echo->addr, echo->ifindex, &route) >= 0 && route.onlink &&
		route_get_neighbour(&echo->addr, route.ifindex) > 0)
		finish(echo, ECHO_NEIGHBOUR, 0);
	else
		finish(echo, echo->icmp ? ECHO_SILENT : ECHO_UNASKED, 0);
}

/* Is it the reply to an echo? The kernel hands out those to our own number alone. */
static bool is_reply(const struct echo *echo, const struct icmp_echo *reply, ssize_t n)
{
	if (!echo->icmp)
		return n >= 0;
	return n >= (ssize_t)sizeof(*reply) &&
	       reply->type == (echo->addr.family == AF_INET ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY);
}

/* A reply has come, or an error. */
static int handle_io(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct echo *echo = userdata;
	struct icmp_echo reply;
	ssize_t n = recv(fd, &reply, sizeof(reply), MSG_DONTWAIT);

	if (n < 0 && errno != EAGAIN && errno != EINTR)
		finish_errno(echo, errno);
	else if (n >= 0 && is_reply(echo, &reply, n))
		finish(echo, ECHO_ANSWERED, 0);
	return 0;
}

/* Time to ask, again, or to give up. */
static int handle_time(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct echo *echo = userdata;
	const struct icmp_echo query = {
		.type = echo->addr.family == AF_INET ? ICMP_ECHO : ICMP6_ECHO_REQUEST,
		.sequence = htons((uint16_t)echo->sent),
	};
	int r;

	if (echo->error) {
		finish_errno(echo, echo->error);
		return 0;
	}
	if (echo->sent == ECHO_USEC / PAUSE_USEC) {
		finish_silent(echo);
		return 0;
	}
	echo->sent++;
	if (send(echo->fd, &query, sizeof(query), 0) < 0 && errno != EAGAIN) {
		finish_errno(echo, errno);
		return 0;
	}
	r = sd_event_source_set_time_relative(source, PAUSE_USEC);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* A socket for echo where the kernel lets us, else for datagrams. */
static int open_socket(struct echo *echo)
{
	const int family = echo->addr.family, flags = SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
	union ip_socket_address to;
	socklen_t size;

	echo->fd = socket(family, flags, family == AF_INET ? IPPROTO_ICMP : (int)IPPROTO_ICMPV6);
	echo->icmp = echo->fd >= 0;
	if (!echo->icmp)
		echo->fd = socket(family, flags, 0);
	if (echo->fd < 0)
		return -errno;
	size = ip_to_socket(&echo->addr, echo->icmp ? 0 : UNUSED_PORT, echo->ifindex, &to);
	if (connect(echo->fd, &to.any, size) < 0)
		echo->error = errno;
	return 0;
}

int echo_new(sd_event *event, const struct ip_addr *addr, int ifindex, echo_done_fn done,
	void *userdata, struct echo **ret)
{
	_cleanup_(echo_freep) struct echo *echo = calloc(1, sizeof(*echo));
	int r;

	if (!echo)
		return -ENOMEM;
	*echo = (struct echo){ .event = sd_event_ref(event),
		.addr = *addr,
		.ifindex = ifindex,
		.fd = -1,
		.done = done,
		.userdata = userdata };
	r = open_socket(echo);
	if (r < 0)
		return r;
	r = sd_event_now(event, CLOCK_MONOTONIC, &echo->started);
	if (r < 0)
		return r;
	r = sd_event_add_time(
		event, &echo->timer, CLOCK_MONOTONIC, echo->started, 1, handle_time, echo);
	if (r >= 0)
		r = sd_event_add_io(event, &echo->io, echo->fd, EPOLLIN, handle_io, echo);
	if (r < 0)
		return r;
	*ret = take_ptr(echo);
	return 0;
}
