/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A bus of two ends in this process: one is sd-bus, as a server without a daemon, at the other one
 * the target writes the bytes of D-Bus messages (D-Bus specification, "Message Protocol"). */

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <systemd/sd-bus.h>

#include "fuzz.h"
#include "names.h"

#define FUZZ_BUS_MESSAGE_MAX 65536
#define FUZZ_BUS_HEARD_MAX   262144

struct fuzz_bus {
	sd_bus *bus;
	int peer;
	uint8_t heard[FUZZ_BUS_HEARD_MAX + 1]; /* what came back last */
};

/* Where a message is put together; little endian. */
struct fuzz_message {
	uint8_t bytes[FUZZ_BUS_MESSAGE_MAX];
	size_t n;
};

static inline void fuzz_put_bytes(struct fuzz_message *m, const void *bytes, size_t n)
{
	fuzz_assert(m->n + n <= sizeof(m->bytes));
	if (n > 0)
		memcpy(m->bytes + m->n, bytes, n);
	m->n += n;
}

static inline void fuzz_put_align(struct fuzz_message *m, size_t to)
{
	while (m->n % to)
		m->bytes[m->n++] = 0;
}

static inline void fuzz_put_u32(struct fuzz_message *m, uint32_t value)
{
	fuzz_put_align(m, 4);
	fuzz_put_bytes(m, &value, sizeof(value));
}

/* A field of the header that is a string, a path ('o') or a signature ('g'). */
static inline void fuzz_put_field(struct fuzz_message *m, uint8_t code, char type, const char *text)
{
	const uint8_t head[] = { code, 1, (uint8_t)type, 0 };
	uint8_t length = (uint8_t)strlen(text);

	fuzz_put_align(m, 8);
	fuzz_put_bytes(m, head, sizeof(head));
	if (type == 'g')
		fuzz_put_bytes(m, &length, 1);
	else
		fuzz_put_u32(m, (uint32_t)strlen(text));
	fuzz_put_bytes(m, text, strlen(text) + 1);
}

/* A method call to firstbootd's object with this body; fds: how many descriptors come with it. */
static inline void fuzz_put_call(struct fuzz_message *m, const char *sender, const char *interface,
	const char *member, const char *signature, const void *body, size_t size, uint32_t fds)
{
	static uint32_t serial;
	const uint8_t head[] = { 'l', 1, 0, 1 }, unix_fds[] = { 9, 1, 'u', 0 };
	uint32_t fields;

	m->n = 0;
	fuzz_put_bytes(m, head, sizeof(head));
	fuzz_put_u32(m, (uint32_t)size);
	fuzz_put_u32(m, ++serial);
	fuzz_put_u32(m, 0);
	fuzz_put_field(m, 1, 'o', BUS_PATH);
	fuzz_put_field(m, 2, 's', interface);
	fuzz_put_field(m, 3, 's', member);
	fuzz_put_field(m, 7, 's', sender);
	if (*signature)
		fuzz_put_field(m, 8, 'g', signature);
	if (fds > 0) {
		fuzz_put_align(m, 8);
		fuzz_put_bytes(m, unix_fds, sizeof(unix_fds));
		fuzz_put_u32(m, fds);
	}
	fields = (uint32_t)m->n - 16;
	memcpy(m->bytes + 12, &fields, sizeof(fields));
	fuzz_put_align(m, 8);
	fuzz_put_bytes(m, body, size);
}

/* Close the descriptors that came with a piece. */
static inline void fuzz_bus_close_fds(struct msghdr *head)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(head); c; c = CMSG_NXTHDR(head, c))
		for (size_t i = 0;
			c->cmsg_type == SCM_RIGHTS && i < (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
			i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
			close(fd);
		}
}

/* Hear what came back, whole messages, and count the returns of methods. False: the other end has
 * closed the connection. */
static inline bool fuzz_bus_hear(struct fuzz_bus *fb, unsigned *ret_returns)
{
	uint8_t *bytes = fb->heard;
	char control[CMSG_SPACE(16 * sizeof(int))];
	size_t n = 0;
	ssize_t got;

	do {
		struct iovec io = { bytes + n, FUZZ_BUS_HEARD_MAX - n };
		struct msghdr head = { .msg_iov = &io,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof(control) };

		got = recvmsg(fb->peer, &head, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		if (got > 0) {
			n += (size_t)got;
			fuzz_bus_close_fds(&head);
		}
	} while (got > 0 && n < FUZZ_BUS_HEARD_MAX);
	for (size_t at = 0; ret_returns && at + 16 <= n;) {
		uint32_t body, fields;

		memcpy(&body, bytes + at + 4, sizeof(body));
		memcpy(&fields, bytes + at + 12, sizeof(fields));
		*ret_returns += bytes[at + 1] == 2;
		at += 16 + ((fields + 7) & ~7U) + body;
	}
	return got < 0 && errno == EAGAIN;
}

/* Let sd-bus take what has come, until there is no more. */
static inline void fuzz_bus_process(struct fuzz_bus *fb)
{
	while (fb->bus && sd_bus_process(fb->bus, NULL) > 0)
		;
}

/* Send bytes, with a descriptor (-1: none). */
static inline void fuzz_bus_send(struct fuzz_bus *fb, const void *bytes, size_t size, int fd)
{
	struct iovec io = { (void *)bytes, size };
	char control[CMSG_SPACE(sizeof(int))] = "";
	struct msghdr head = { .msg_iov = &io, .msg_iovlen = 1 };

	if (fd >= 0) {
		struct cmsghdr *c;

		head.msg_control = control;
		head.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&head);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(int));
	}
	(void)sendmsg(fb->peer, &head, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Connect both ends, and go through the greeting. */
static inline void fuzz_bus_open(struct fuzz_bus *fb)
{
	static const char greeting[] =
		"\0AUTH ANONYMOUS 66757a7a\r\nNEGOTIATE_UNIX_FD\r\nBEGIN\r\n";
	const int size = 4 * 1024 * 1024;
	sd_id128_t id = { { 1 } };
	int fds[2];

	fuzz_assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) == 0);
	(void)setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	fuzz_assert(sd_bus_new(&fb->bus) >= 0);
	fuzz_assert(sd_bus_set_fd(fb->bus, fds[0], fds[0]) >= 0);
	fuzz_assert(sd_bus_set_server(fb->bus, true, id) >= 0);
	fuzz_assert(sd_bus_set_anonymous(fb->bus, true) >= 0);
	fuzz_assert(sd_bus_set_trusted(fb->bus, true) >= 0);
	fuzz_assert(sd_bus_negotiate_fds(fb->bus, true) >= 0);
	fb->peer = fds[1];
	fuzz_assert(sd_bus_start(fb->bus) >= 0);
	fuzz_bus_send(fb, greeting, sizeof(greeting) - 1, -1);
	fuzz_bus_process(fb);
	fuzz_assert(fuzz_bus_hear(fb, NULL) && sd_bus_is_open(fb->bus) > 0);
}

static inline void fuzz_bus_close(struct fuzz_bus *fb)
{
	close(fb->peer);
	fb->bus = sd_bus_close_unref(fb->bus);
}

/* Call a method with this body, on a connection that stays open from one call to the next as long
 * as the messages are right. */
static inline void fuzz_bus_call(
	struct fuzz_bus *fb, const char *signature, const void *body, size_t size)
{
	static struct fuzz_message message;

	if (size > sizeof(message.bytes) - 1024)
		return;
	fuzz_put_call(&message, ":1.7", BUS_INTERFACE, "Call", signature, body, size, 0);
	fuzz_bus_send(fb, message.bytes, message.n, -1);
	fuzz_bus_process(fb);
}
