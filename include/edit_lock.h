/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One at a time changes settings, over all consoles and sessions. */

#include "app.h"

/* Wait until nobody else changes settings, saying who does. False: the customer does not want to
 * wait. */
bool edit_lock_take(struct app *app);

/* Let others change settings. */
void edit_lock_drop(struct app *app);
