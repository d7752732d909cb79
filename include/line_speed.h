/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How slow a line is: what a moment is elsewhere takes minutes at 300 baud. */

#include <stddef.h>
#include <stdint.h>

/* How long the line of this terminal needs for so many bytes, in usec; 0 where that is no time. */
uint64_t line_speed_usec(int tty, size_t bytes);
