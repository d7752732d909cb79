/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a start screen that somebody has taken over would leave behind for root's session, for
 * tests/abuse.
 *
 * As login shell it leaves processes of every kind that hold the terminal, hands the terminal's
 * descriptor to who waits for it, and has root's login come once /run/leftover/go is there. With
 * "receive" it waits for that descriptor, as another account that nobody kills. With "type", as
 * root, it types standard input on /dev/tty1.
 *
 * Each of them tries for ever what could reach root's session, and writes "WHO WHAT ERRNO
 * MILLISECONDS" to /run/leftover/log whenever an attempt ends otherwise than the last one of its
 * kind.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define FOLDER "/run/leftover/"

enum { TRY_TYPE, TRY_PASTE, TRY_WRITE, TRY_REOPEN, TRY_CELLS, TRIES };

static const char *const names[TRIES] = { "TIOCSTI", "TIOCLINUX", "write", "reopen", "vcs" };

/* Open and close; 0 or errno. */
static int try_open(const char *path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* One attempt; 0 or errno. */
static int attempt(int what, int tty)
{
	/* What is selected is nothing, at the screen's corner; pasting it would type it. */
	char paste = 3;

	switch (what) {
	case TRY_TYPE:
		return ioctl(tty, TIOCSTI, "x") < 0 ? errno : 0;
	case TRY_PASTE:
		return ioctl(tty, TIOCLINUX, &paste) < 0 ? errno : 0;
	case TRY_WRITE:
		return write(tty, "LEFTOVER", 8) < 0 ? errno : 0;
	case TRY_REOPEN:
		return try_open("/dev/tty1");
	default:
		return try_open("/dev/vcs1");
	}
}

/* Milliseconds since the machine was started. */
static long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000L + time.tv_nsec / 1000000;
}

/* Try everything for ever. */
static void stay(const char *who, int tty)
{
	int log = open(FOLDER "log", O_WRONLY | O_APPEND);
	int last[TRIES];

	memset(last, -1, sizeof(last));
	for (int i = SIGHUP; i <= SIGRTMAX; i++)
		signal(i, SIG_IGN);
	for (;;) {
		for (int i = 0; i < TRIES; i++) {
			int r = attempt(i, tty);

			if (r != last[i])
				dprintf(log, "%s %s %d %ld\n", who, names[i], r, now());
			last[i] = r;
		}
		usleep(20000);
	}
}

/* Give the terminal to who waits for it. */
static void pass_on(const char *path, int tty)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_DGRAM, 0);
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec nothing = { "x", 1 };
	struct msghdr message = { .msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = &nothing,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(&control.header), &tty, sizeof(int));
	if (sendmsg(sock, &message, 0) < 0)
		perror("sendmsg");
	close(sock);
}

/* Wait for it. */
static int receive(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_DGRAM, 0), tty = -1;
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec one = { &byte, 1 };
	struct msghdr message = { .msg_iov = &one,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	if (bind(sock, (struct sockaddr *)&at, sizeof(at)) < 0 || chmod(path, 0666) < 0 ||
		recvmsg(sock, &message, 0) < 0)
		return -1;
	if (CMSG_FIRSTHDR(&message))
		memcpy(&tty, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
	return tty;
}

/* Leave one of each kind. */
static void leave(void)
{
	if (fork() == 0)
		stay("fork", 0);
	if (fork() == 0) {
		if (fork() == 0)
			stay("double-fork", 0);
		_exit(0);
	}
	if (fork() == 0) {
		setsid();
		stay("setsid", 0);
	}
	if (fork() == 0) {
		int tty = receive(FOLDER "own");

		setsid();
		stay("passed", tty);
	}
	while (access(FOLDER "own", F_OK) < 0)
		usleep(10000);
	pass_on(FOLDER "own", 0);
	pass_on(FOLDER "other", 0);
}

/* Type what comes. */
static int type(void)
{
	int tty = open("/dev/tty1", O_RDWR | O_NOCTTY);
	char byte;

	while (read(0, &byte, 1) == 1)
		if (ioctl(tty, TIOCSTI, &byte) < 0)
			return 1;
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "receive") == 0)
		stay("other", receive(FOLDER "other"));
	if (argc > 1 && strcmp(argv[1], "type") == 0)
		return type();
	signal(SIGHUP, SIG_IGN);
	leave();
	while (access(FOLDER "go", F_OK) < 0)
		usleep(10000);
	execl("/usr/bin/busctl", "busctl", "call", "org.firstboot.Firstboot1",
		"/org/firstboot/Firstboot1", "org.firstboot.Firstboot1", "RequestLogin", NULL);
	return 1;
}
