/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Waiting for firstbootd, with words. */

#include <stdbool.h>
#include <stdint.h>

#include "client.h"

/* An answer, kept beyond the callback. Pass work_done and this as done and userdata of a client_*
 * call; it must live until work_wait() has returned. */
struct work {
	bool done;
	enum client_outcome outcome;
	char text[320];
	uint64_t txid;
	bool proven;
};

void work_done(const struct client_result *result, void *userdata);

/* Draw what is going on; called after 300 ms, then once a second. */
typedef void (*work_paint_fn)(unsigned seconds, void *userdata);

/* Run the event loop until the answer is there. started is what the client_* call returned.
 * Keys are not read meanwhile. */
void work_wait(struct work *work, int started, work_paint_fn paint, void *userdata);

/* A work_paint_fn that shows one sentence (userdata, a string). */
void work_paint_sentence(unsigned seconds, void *userdata);
