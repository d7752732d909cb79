/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Work that may hang, crash or never have enough, done by a child of this process: whatever comes
 * over it ends with the child. It reports one block of bytes through a pipe, or nothing.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#define CHILD_REPORT_MAX 4096 /* PIPE_BUF: whole or not at all */

struct child_work {
	/* In the child, where no signal is blocked and no descriptor is open but 0 to 2 and the
	 * pipe: fill report, which is zero. False: there is nothing to report. */
	bool (*run)(const void *what, void *report);
	size_t report_size;
	uint64_t limit_usec; /* until it is ended, with what it waits for */
};

struct child;

/* It has ended. report: report_size bytes, borrowed; NULL: there is none. The child is freed
 * afterwards. */
typedef void (*child_done_fn)(const void *report, void *userdata);

/* Start it; done is called once from the event loop, which SIGCHLD must be blocked for. work is
 * borrowed until then, what is not. ret may be NULL. Negative errno: not started. */
int child_start(sd_event *event, const struct child_work *work, const void *what,
	child_done_fn done, void *userdata, struct child **ret);

/* End it without an answer. */
struct child *child_free(struct child *child);
