/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app.h"
#include "options.h"
#include "outcome.h"

/* --history, --history N. Returns the exit status. */
int history_run(const struct options *options);

/* The settings of a change; id 0: those that are kept now. False: outcome says why not. */
bool history_fetch(struct app *app, uint64_t id, struct net_set *ret, struct outcome *outcome);
