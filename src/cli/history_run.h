/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app.h"
#include "options.h"
#include "outcome.h"
#include "review.h"

/* --history, --history N. Returns the exit status. */
int history_run(const struct options *options);

/* The settings of a change; id 0: those that are kept now. False: outcome says why not. */
bool history_fetch(struct app *app, uint64_t id, struct net_set *ret, struct outcome *outcome);

/* An array of what differs, the two sides under these keys. Caller puts it; NULL: no memory. */
json_object *history_rows_to_json(
	const struct review_row *rows, size_t n, const char *now, const char *wanted);
