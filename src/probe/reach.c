/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "reach.h"

#include <arpa/nameser.h>
#include <errno.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "i18n.h"
#include "util.h"

/* A datagram may be lost: a name server is asked so often within the time. */
#define DNS_TRIES 3

/* Our own address may still be on its way: for so long a server is not asked from none. */
#define SOURCE_WAITS 8
#define SOURCE_USEC  250000

/* A question: header, name, type and class. */
#define DNS_QUERY_MAX (NS_HFIXEDSZ + NS_MAXCDNAME + NS_QFIXEDSZ)

#define DNS_RECURSION 0x0100 /* of the flags: RFC 1035 section 4.1.1 */

struct reach {
	int fd;
	union ip_socket_address to;
	socklen_t to_size;
	uint8_t query[DNS_QUERY_MAX], reply[NS_PACKETSZ];
	size_t query_size, reply_size;
	unsigned tries;	     /* left, of a name server */
	unsigned waits;	     /* left, for an address to ask it from */
	uint64_t pause_usec; /* between two */
	int error;	     /* of the start, told from the event loop */
	sd_event_source *io, *timer;
	reach_done_fn done;
	void *userdata;
};

struct reach *reach_free(struct reach *reach)
{
	if (!reach)
		return NULL;
	sd_event_source_disable_unref(reach->io);
	sd_event_source_disable_unref(reach->timer);
	closep(&reach->fd);
	free(reach);
	return NULL;
}

static void reach_freep(struct reach **reach)
{
	reach_free(*reach);
}

const char *reach_error_words(int error)
{
	static const struct {
		int error;
		const char *words;
	} table[] = {
		{ ETIMEDOUT, N_("no answer") },
		{ ECONNREFUSED, N_("connection refused") },
		{ ECONNRESET, N_("connection refused") },
		{ ENETUNREACH, N_("no route to that network") },
		{ EHOSTUNREACH, N_("that machine cannot be reached") },
		{ EACCES, N_("forbidden by a firewall") },
		{ EPERM, N_("forbidden by a firewall") },
		{ EADDRNOTAVAIL, N_("this machine has no address to ask from") },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].error == error)
			return _(table[i].words);
	return strerror(error);
}

/* Answer, once; done may free reach. error 0: something answered. */
static void finish(struct reach *reach, int error)
{
	reach->io = sd_event_source_disable_unref(reach->io);
	reach->timer = sd_event_source_disable_unref(reach->timer);
	reach->done(error == 0, error == 0 ? "" : reach_error_words(error), reach->userdata);
}

/* -- both ------------------------------------------------------------------------------------- */

/* A socket that is connected to one machine, so that its refusal arrives, too. A connection that
 * cannot even be begun is told later, like one that is refused. */
static int open_socket(
	struct reach *reach, int type, const struct ip_addr *addr, unsigned port, int ifindex)
{
	reach->to_size = ip_to_socket(addr, port, ifindex, &reach->to);
	if (reach->to_size == 0 || port > UINT16_MAX)
		return -EINVAL;
	reach->fd = socket(addr->family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (reach->fd < 0)
		return -errno;
	if (connect(reach->fd, &reach->to.any, reach->to_size) < 0 && errno != EINPROGRESS)
		reach->error = errno;
	return 0;
}

/* Wait for what happens, and with a clock that goes off for the first time in usec. */
static int start(struct reach *reach, sd_event *event, uint64_t usec,
	sd_event_time_handler_t on_time, uint32_t events, sd_event_io_handler_t on_io)
{
	int r = sd_event_add_time_relative(
		event, &reach->timer, CLOCK_MONOTONIC, usec, 1, on_time, reach);

	if (r < 0 || !on_io)
		return r;
	return sd_event_add_io(event, &reach->io, reach->fd, events, on_io, reach);
}

/* An empty one. */
static struct reach *new_reach(reach_done_fn done, void *userdata)
{
	struct reach *reach = calloc(1, sizeof(*reach));

	if (!reach)
		return NULL;
	reach->fd = -1;
	reach->done = done;
	reach->userdata = userdata;
	return reach;
}

/* -- a name server ---------------------------------------------------------------------------- */

/* The question for name, "." for the root. The number is random, so that nobody answers who does
 * not see it. */
static int make_query(struct reach *reach, const char *name, unsigned type, unsigned flags)
{
	uint8_t *p = reach->query + NS_INT16SZ, *wire = reach->query + NS_HFIXEDSZ;

	if (getrandom(reach->query, NS_INT16SZ, 0) != NS_INT16SZ)
		return -errno;
	NS_PUT16(flags, p);
	NS_PUT16(1, p); /* questions */
	if (ns_name_pton(name, wire, NS_MAXCDNAME) < 0)
		return -EINVAL;
	p = wire;
	while (*p > 0) /* labels, each behind its length */
		p += 1 + *p;
	p++;
	NS_PUT16(type, p);
	NS_PUT16(ns_c_in, p);
	reach->query_size = (size_t)(p - reach->query);
	return 0;
}

/* Is this what there is to say while an address of ours is still on its way? */
static bool may_pass(int error)
{
	return error == 0 || error == ENETUNREACH || error == EHOSTUNREACH ||
	       error == EADDRNOTAVAIL;
}

/* Is a server elsewhere asked from an address that is for the link alone, as there was no other? */
static bool has_poor_source(const struct reach *reach)
{
	union ip_socket_address from;
	socklen_t size = sizeof(from);

	return reach->to.any.sa_family == AF_INET6 &&
	       !IN6_IS_ADDR_LINKLOCAL(&reach->to.v6.sin6_addr) &&
	       getsockname(reach->fd, &from.any, &size) == 0 &&
	       IN6_IS_ADDR_LINKLOCAL(&from.v6.sin6_addr);
}

/* Is there an address now to ask from? What was chosen when there was none is chosen again. */
static bool find_source(struct reach *reach)
{
	static const struct sockaddr none = { .sa_family = AF_UNSPEC };

	if (reach->error || has_poor_source(reach)) {
		(void)connect(reach->fd, &none, sizeof(none));
		reach->error = connect(reach->fd, &reach->to.any, reach->to_size) < 0 ? errno : 0;
	}
	return !reach->error && !has_poor_source(reach);
}

/* Time to ask, again, or to give up. */
static int handle_dns_time(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct reach *reach = userdata;
	bool waits = !find_source(reach) && may_pass(reach->error) && reach->waits > 0;
	int r;

	if (!waits && (reach->error || reach->tries == 0)) {
		finish(reach, reach->error ? reach->error : ETIMEDOUT);
		return 0;
	}
	if (waits) {
		reach->waits--;
	} else {
		reach->tries--;
		if (send(reach->fd, reach->query, reach->query_size, 0) < 0 && errno != EAGAIN) {
			finish(reach, errno);
			return 0;
		}
	}
	r = sd_event_source_set_time_relative(source, waits ? SOURCE_USEC : reach->pause_usec);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* A datagram or an error has come. What is no reply to our question is passed over. */
static int handle_dns_reply(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct reach *reach = userdata;
	ssize_t n = recv(fd, reach->reply, sizeof(reach->reply), MSG_DONTWAIT);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		finish(reach, errno);
	} else if (n >= NS_HFIXEDSZ && memcmp(reach->reply, reach->query, NS_INT16SZ) == 0 &&
		   (reach->reply[2] & 0x80)) {
		reach->reply_size = (size_t)n;
		finish(reach, 0);
	}
	return 0;
}

const uint8_t *reach_reply(const struct reach *reach, size_t *ret_size)
{
	*ret_size = reach->reply_size;
	return reach->reply;
}

/* Ask a name server one question. */
static int ask_dns(sd_event *event, const struct ip_addr *server, int ifindex, const char *name,
	unsigned type, unsigned flags, uint64_t usec, reach_done_fn done, void *userdata,
	struct reach **ret)
{
	_cleanup_(reach_freep) struct reach *reach = new_reach(done, userdata);
	int r;

	if (!reach)
		return -ENOMEM;
	r = make_query(reach, name, type, flags);
	if (r < 0)
		return r;
	r = open_socket(reach, SOCK_DGRAM, server, NS_DEFAULTPORT, ifindex);
	if (r < 0)
		return r;
	reach->tries = DNS_TRIES;
	reach->waits = SOURCE_WAITS;
	reach->pause_usec = usec / DNS_TRIES;
	r = start(reach, event, 0, handle_dns_time, EPOLLIN, handle_dns_reply);
	if (r < 0)
		return r;
	*ret = take_ptr(reach);
	return 0;
}

/* Every server has an answer or a refusal for who serves the root. */
int reach_dns(sd_event *event, const struct ip_addr *server, int ifindex, uint64_t usec,
	reach_done_fn done, void *userdata, struct reach **ret)
{
	return ask_dns(event, server, ifindex, ".", ns_t_ns, 0, usec, done, userdata, ret);
}

int reach_dns_name(sd_event *event, const struct ip_addr *server, int ifindex, const char *name,
	bool ipv6, uint64_t usec, reach_done_fn done, void *userdata, struct reach **ret)
{
	return ask_dns(event, server, ifindex, name, ipv6 ? ns_t_aaaa : ns_t_a, DNS_RECURSION, usec,
		done, userdata, ret);
}

/* -- a port ----------------------------------------------------------------------------------- */

/* Time is up, or there never was a connection. */
static int handle_tcp_time(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct reach *reach = userdata;

	finish(reach, reach->error ? reach->error : ETIMEDOUT);
	return 0;
}

/* The connection stands, or is refused. */
static int handle_tcp(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct reach *reach = userdata;
	int error = 0;
	socklen_t size = sizeof(error);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		error = errno;
	finish(reach, error);
	return 0;
}

int reach_tcp(sd_event *event, const struct ip_addr *addr, int ifindex, unsigned port,
	uint64_t usec, reach_done_fn done, void *userdata, struct reach **ret)
{
	_cleanup_(reach_freep) struct reach *reach = new_reach(done, userdata);
	int r;

	if (!reach)
		return -ENOMEM;
	r = open_socket(reach, SOCK_STREAM, addr, port, ifindex);
	if (r < 0)
		return r;
	/* Where it is known already how it ends, the clock tells. */
	r = start(reach, event, reach->error ? 0 : usec, handle_tcp_time, EPOLLOUT,
		reach->error ? NULL : handle_tcp);
	if (r < 0)
		return r;
	*ret = take_ptr(reach);
	return 0;
}
