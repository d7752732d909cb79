/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "apply.h"
#include "i18n.h"
#include "util.h"

/* An answer to be given from the event loop. */
struct promise {
	sd_event_source *source;
	apply_done_fn done;
	void *userdata;
};

/* Say that nothing was changed. */
static int handle_defer(sd_event_source *source, void *userdata)
{
	_cleanup_free_ struct promise *promise = userdata;
	struct apply_result result = { .ok = true };

	(void)snprintf(result.text, sizeof(result.text), "%s",
		_("This is a dry run: nothing was changed."));
	sd_event_source_disable_unref(promise->source);
	promise->done(&result, promise->userdata);
	return 0;
}

static int answer_later(struct apply *apply, apply_done_fn done, void *userdata)
{
	struct promise *promise = calloc(1, sizeof(*promise));
	int r;

	if (!promise)
		return -ENOMEM;
	promise->done = done;
	promise->userdata = userdata;
	r = sd_event_add_defer(apply->event, &promise->source, handle_defer, promise);
	if (r < 0)
		free(promise);
	return r;
}

/* Any step of a change. */
static int dry_run_step(
	struct apply *apply, const struct apply_change *change, apply_done_fn done, void *userdata)
{
	return answer_later(apply, done, userdata);
}

const struct apply_network_backend apply_dry_run = {
	.name = "dry-run",
	.dry = true,
	.try_change = dry_run_step,
	.keep_change = dry_run_step,
	.take_back = dry_run_step,
};
