/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vcswait TEXT...: wait until tty1 has shown each of the ASCII texts; print when it first did, in
 * microseconds of the monotonic clock. */

#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint32_t cells[32768];
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

int main(int argc, char **argv)
{
	struct pollfd p = { .fd = open("/dev/vcsu1", O_RDONLY), .events = POLLPRI };
	struct timespec now;
	int left = argc - 1;

	while (left > 0) {
		if (p.fd < 0 || read_screen(p.fd) < 0)
			return 1;
		clock_gettime(CLOCK_MONOTONIC, &now);
		for (int i = 1; i < argc; i++) {
			if (!argv[i] || !strstr(text, argv[i]))
				continue;
			printf("%s %lld\n", argv[i], now.tv_sec * 1000000LL + now.tv_nsec / 1000);
			fflush(stdout);
			argv[i] = NULL;
			left--;
		}
		if (left > 0 && poll(&p, 1, -1) < 0)
			return 1;
	}

	return 0;
}
