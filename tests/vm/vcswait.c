/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vcswait TEXT: wait until tty1 shows an ASCII text; print the monotonic time in microseconds. */

#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	static uint32_t cells[32768];
	static char text[32768];
	struct pollfd p = { .fd = open("/dev/vcsu1", O_RDONLY), .events = POLLPRI };
	struct timespec now;

	if (argc != 2 || p.fd < 0)
		return 2;

	for (;;) {
		ssize_t n = pread(p.fd, cells, sizeof(cells) - sizeof(*cells), 0) / 4;

		clock_gettime(CLOCK_MONOTONIC, &now);
		if (n < 0)
			return 1;
		for (ssize_t i = 0; i < n; i++)
			text[i] = cells[i] < 128 ? (char)cells[i] : '?';
		text[n] = '\0';
		if (strstr(text, argv[1]))
			break;
		if (poll(&p, 1, 30000) <= 0)
			return 1;
	}

	printf("%lld\n", now.tv_sec * 1000000LL + now.tv_nsec / 1000);
	return 0;
}
