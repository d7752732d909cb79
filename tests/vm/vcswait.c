/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * vcswait TEXT...: wait until tty1 has shown each of the ASCII texts; print when it first did, in
 * microseconds of the monotonic clock.
 *
 * vcswait --whole COMMAND...: let a shell write on tty1, with one command after the other; print
 * for how many milliseconds it did not show what it had shown before, or that it was never damaged,
 * or for more than 5 s.
 */

#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 5000
#define QUIET_MS    300

static uint32_t cells[32768], before[32768];
static char text[32768];

/* Fill text with what is on the screen. */
static int read_screen(int fd)
{
	ssize_t n = pread(fd, cells, sizeof(cells) - sizeof(*cells), 0) / (ssize_t)sizeof(*cells);

	for (ssize_t i = 0; i < n; i++)
		text[i] = cells[i] < 128 ? (char)cells[i] : '?';
	text[n < 0 ? 0 : n] = '\0';
	return n < 0 ? -1 : 0;
}

static long long now_usec(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* Wait for each of the texts. */
static int wait_for_texts(struct pollfd *p, char **texts, int n)
{
	int left = n;

	while (left > 0) {
		if (read_screen(p->fd) < 0)
			return 1;
		for (int i = 0; i < n; i++) {
			if (!texts[i] || !strstr(text, texts[i]))
				continue;
			printf("%s %lld\n", texts[i], now_usec());
			fflush(stdout);
			texts[i] = NULL;
			left--;
		}
		if (left > 0 && poll(p, 1, -1) < 0)
			return 1;
	}
	return 0;
}

/* Wait until it is (or is no longer) as it was; what was changed and changed back between two looks
 * was not seen. */
static bool wait_whole(struct pollfd *p, bool whole, int ms)
{
	long long end = now_usec() + ms * 1000LL;

	for (;;) {
		if (read_screen(p->fd) < 0)
			return false;
		if ((memcmp(cells, before, sizeof(cells)) == 0) == whole)
			return true;
		if (now_usec() >= end)
			return false;
		(void)poll(p, 1, (int)((end - now_usec()) / 1000) + 1);
	}
}

/* Let one command write. */
static int damage_screen(struct pollfd *p, char *command)
{
	long long begun;
	pid_t pid;

	/* What the one before has left is not taken for this one's. */
	while (wait_whole(p, false, QUIET_MS))
		if (!wait_whole(p, true, PATIENCE_MS))
			return printf("damaged before\n");
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || !wait_whole(p, false, PATIENCE_MS))
		return printf("never damaged\n");
	begun = now_usec();
	if (wait_whole(p, true, PATIENCE_MS))
		printf("%lld\n", (now_usec() - begun) / 1000);
	else
		printf("damaged for good\n");
	return waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	struct pollfd p = { .fd = open("/dev/vcsu1", O_RDONLY), .events = POLLPRI };
	struct sched_param first = { .sched_priority = 1 };

	/* Before who repairs the screen: what is repaired at once was damaged, too. */
	if (p.fd < 0 || read_screen(p.fd) < 0 ||
		sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first) < 0)
		return 1;
	if (argc < 2 || strcmp(argv[1], "--whole") != 0)
		return wait_for_texts(&p, argv + 1, argc - 1);
	memcpy(before, cells, sizeof(cells));
	for (int i = 2; i < argc; i++)
		if (damage_screen(&p, argv[i]) < 0)
			return 1;
	return 0;
}
