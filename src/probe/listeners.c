/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "listeners.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <stddef.h>
#include <sys/socket.h>

#include "route_get.h"
#include "sockdiag.h"
#include "util.h"

/* Different ones; workers that share an address (SO_REUSEPORT) count once. */
#define LISTENERS_MAX 64

struct listener_set {
	struct sockdiag found[LISTENERS_MAX];
	size_t n;
};

struct listeners {
	unsigned port;
	struct listener_set set;
	char places[128]; /* see listeners_places() */
	int fd;		  /* tells when a socket goes */
	sd_event_source *io;
	listeners_changed_fn changed;
	void *userdata;
};

struct listeners *listeners_free(struct listeners *listeners)
{
	if (!listeners)
		return NULL;
	sd_event_source_disable_unref(listeners->io);
	closep(&listeners->fd);
	free(listeners);
	return NULL;
}

static void listeners_freep(struct listeners **listeners)
{
	listeners_free(*listeners);
}

/* -- who listens ------------------------------------------------------------------------------ */

static bool contains(const struct listener_set *set, const struct sockdiag *one)
{
	for (size_t i = 0; i < set->n; i++)
		if (ip_equal(&set->found[i].local, &one->local) &&
			set->found[i].ifindex == one->ifindex &&
			set->found[i].v6only == one->v6only)
			return true;
	return false;
}

/* A listener of the kernel's answer. */
static void add_listener(const struct sockdiag *found, void *userdata)
{
	struct listener_set *set = userdata;

	if (set->n < LISTENERS_MAX && !contains(set, found))
		set->found[set->n++] = *found;
}

/* The same ones, in whatever order? */
static bool equal(const struct listener_set *a, const struct listener_set *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (!contains(b, &a->found[i]))
			return false;
	return a->n == b->n;
}

/* Put the listeners into words. */
static void tell_places(struct listeners *listeners)
{
	char text[IP_TEXT_MAX], device[IF_NAMESIZE] = "";
	int before = 0;
	size_t length = 0;

	listeners->places[0] = '\0';
	for (size_t i = 0; i < listeners->set.n && length < sizeof(listeners->places); i++) {
		const struct sockdiag *found = &listeners->set.found[i];
		const char *place = found->ifindex != 0
					    ? if_indextoname((unsigned)found->ifindex, device)
					    : ip_format(&found->local, text);

		/* One that takes both families on a device is two. */
		if (!place || (found->ifindex != 0 && found->ifindex == before))
			continue;
		before = found->ifindex;
		length += (size_t)snprintf(listeners->places + length,
			sizeof(listeners->places) - length, "%s%s", length > 0 ? ", " : "", place);
	}
}

const char *listeners_places(const struct listeners *listeners)
{
	return listeners->places;
}

int listeners_look(struct listeners *listeners)
{
	struct listener_set now = { .n = 0 };
	int r = sockdiag_dump(listeners->port, SOCKDIAG_LISTENING, add_listener, &now);

	if (r < 0)
		return r;
	r = !equal(&now, &listeners->set);
	listeners->set = now;
	if (r > 0)
		tell_places(listeners);
	return r;
}

static bool is_any(const struct ip_addr *addr)
{
	static const uint8_t zero[16];

	return memcmp(addr->bytes, zero, ip_size(addr->family)) == 0;
}

/* Would it take a connection to addr? */
static bool takes(const struct sockdiag *listener, const struct ip_addr *addr, int ifindex)
{
	if (listener->ifindex != 0 && listener->ifindex != ifindex)
		return false;
	if (!is_any(&listener->local))
		return ip_equal(&listener->local, addr);
	return listener->local.family == addr->family ||
	       (listener->local.family == AF_INET6 && !listener->v6only);
}

bool listeners_have(const struct listeners *listeners, const struct ip_addr *addr, int ifindex)
{
	for (size_t i = 0; i < listeners->set.n; i++)
		if (takes(&listeners->set.found[i], addr, ifindex))
			return true;
	return false;
}

bool listeners_only_loopback(const struct listeners *listeners)
{
	for (size_t i = 0; i < listeners->set.n; i++)
		if (!ip_is_loopback(&listeners->set.found[i].local))
			return false;
	return listeners->set.n > 0;
}

/* -- when one goes ---------------------------------------------------------------------------- */

/* Sockets of ours have gone, or the kernel lost count: look what is left. */
static int handle_gone(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct listeners *listeners = userdata;
	char message[512];

	while (recv(fd, message, sizeof(message), MSG_DONTWAIT) >= 0 || errno == ENOBUFS ||
		errno == EINTR)
		;
	/* Where the kernel cannot be asked now, the next look tells. */
	if (listeners_look(listeners) > 0)
		listeners->changed(listeners, listeners->userdata);
	return 0;
}

/* Let nothing wake us but listeners of this port: a socket of its own port that is connected to
 * nothing. */
static int filter_messages(int fd, unsigned port)
{
	const unsigned sport = NLMSG_HDRLEN + offsetof(struct inet_diag_msg, id.idiag_sport);
	const unsigned dport = NLMSG_HDRLEN + offsetof(struct inet_diag_msg, id.idiag_dport);
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, sport),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 0, 3),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, dport),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog program = { ARRAY_SIZE(code), code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ? -errno
											   : 0;
}

/* Hear of TCP sockets that go. */
static int open_events(struct listeners *listeners, sd_event *event)
{
	static const int groups[] = { SKNLGRP_INET_TCP_DESTROY, SKNLGRP_INET6_TCP_DESTROY };
	const struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	int r;

	listeners->fd =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);
	if (listeners->fd < 0)
		return -errno;
	/* A socket without a number of its own is taken for the kernel's and told nothing. */
	if (bind(listeners->fd, (const struct sockaddr *)&any, sizeof(any)) < 0)
		return -errno;
	/* First: a group once joined brings everything. */
	r = filter_messages(listeners->fd, listeners->port);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (setsockopt(listeners->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &groups[i],
			    sizeof(groups[i])) < 0)
			return -errno;
	return sd_event_add_io(
		event, &listeners->io, listeners->fd, EPOLLIN, handle_gone, listeners);
}

int listeners_new(sd_event *event, unsigned port, listeners_changed_fn changed, void *userdata,
	struct listeners **ret)
{
	_cleanup_(listeners_freep) struct listeners *listeners = NULL;
	int r;

	if (port == 0 || port > UINT16_MAX)
		return -EINVAL;
	listeners = calloc(1, sizeof(*listeners));
	if (!listeners)
		return -ENOMEM;
	*listeners = (struct listeners){
		.port = port, .fd = -1, .changed = changed, .userdata = userdata
	};
	r = open_events(listeners, event);
	if (r < 0)
		return r;
	*ret = take_ptr(listeners);
	return 0;
}

/* -- visitors --------------------------------------------------------------------------------- */

struct visitors {
	struct ip_addr *addrs;
	size_t n, max;
};

/* A connection of the kernel's answer: who is at its other end, if that is another machine. */
static void add_visitor(const struct sockdiag *found, void *userdata)
{
	struct visitors *visitors = userdata;
	struct route_answer route;

	if (visitors->n == visitors->max || ip_is_loopback(&found->remote) ||
		ip_equal(&found->remote, &found->local))
		return;
	for (size_t i = 0; i < visitors->n; i++)
		if (ip_equal(&visitors->addrs[i], &found->remote))
			return;
	/* Where there is no way back (any more), it is not ours either. */
	if (route_get(&found->remote, found->ifindex, &route) < 0 || !route.local)
		visitors->addrs[visitors->n++] = found->remote;
}

int listeners_visitors(unsigned port, struct ip_addr *ret, size_t max)
{
	struct visitors visitors = { .addrs = ret, .max = max };
	int r = sockdiag_dump(port, SOCKDIAG_CONNECTED, add_visitor, &visitors);

	return r < 0 ? r : (int)visitors.n;
}
