/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "line_speed.h"
#include "usec.h"

#include <termios.h>

#include "util.h"

/* A start bit and a stop bit are sent, too. */
#define BITS_PER_BYTE 10

/* Speeds at which a full screen takes longer than a moment. */
static const struct {
	speed_t speed;
	unsigned baud;
} slow_lines[] = {
	{ B300, 300 },
	{ B600, 600 },
	{ B1200, 1200 },
	{ B2400, 2400 },
	{ B4800, 4800 },
	{ B9600, 9600 },
	{ B19200, 19200 },
};

uint64_t line_speed_usec(int tty, size_t bytes)
{
	struct termios termios;

	if (tcgetattr(tty, &termios) < 0)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(slow_lines); i++)
		if (cfgetospeed(&termios) == slow_lines[i].speed)
			return USEC_PER_SEC * BITS_PER_BYTE * bytes / slow_lines[i].baud;
	return 0;
}
