/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The machine without a screen. */

#include "app.h"
#include "options.h"

/* --status, --json, --watch. Returns the exit status. */
int status_run(const struct options *options);

/* app_init(), and app_finish_init(); a signal that ends a program ends this one, too. */
int status_open(struct app *app);

/* Why nothing can be said of this machine. Returns the exit status. */
int status_tell_error(int r, const struct options *options);
