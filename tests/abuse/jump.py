# SPDX-License-Identifier: LGPL-2.1-or-later
"""A clock that jumps, for one program: a machine's own clocks belong to everybody on it."""
import machine

LIBRARY, OFFSET = '/run/jump.so', '/run/jump'
SOURCE = r'''#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <time.h>
int clock_gettime(clockid_t id, struct timespec *t)
{
	int (*real)(clockid_t, struct timespec *) = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	int r = real(id, t);
	FILE *f = (id == CLOCK_REALTIME) == WALL ? fopen("/run/jump", "r") : 0;
	long n = 0;
	if (f) { if (fscanf(f, "%ld", &n) == 1) t->tv_sec += n; fclose(f); }
	return r;
}
'''


def make(wall):
    """The library that tells another time, of the wall clock or of all the others; the variable that has a program load it."""
    with open('/run/jump.c', 'w', encoding='ascii') as file:
        file.write(SOURCE)
    machine.run('gcc', '-shared', '-fPIC', f'-DWALL={int(wall)}', '-o', LIBRARY, '/run/jump.c', '-ldl')
    to(0)
    return {'LD_PRELOAD': LIBRARY}


def to(seconds):
    with open(OFFSET, 'w', encoding='ascii') as file:
        file.write(str(seconds))
