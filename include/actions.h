/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the keys of the dashboard do. */

#include "app.h"

/* Show the dashboard and do what is chosen there, until the customer quits, logs in, or the
 * terminal is gone. The terminal has been taken already. */
void actions_run(struct app *app);

/* May this process change settings now? Asks for root's password where firstbootd wants it, and
 * says why not where it is no. */
bool actions_permit(struct app *app);
