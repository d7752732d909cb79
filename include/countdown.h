/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The question whether to keep a change that is not proven, while the time for the answer runs. */

#include <stdint.h>

#include "client.h"
#include "safe_text.h"

enum countdown_end {
	COUNTDOWN_KEEP,
	COUNTDOWN_TAKE_BACK,
	COUNTDOWN_EXPIRED,
	COUNTDOWN_ENDED, /* somebody else has answered */
};

/* Ask, for usec from now. cause: sentences that say what is not proven. */
enum countdown_end countdown_run(
	struct client *client, const safe_char *title, const safe_char *cause, uint64_t usec);
