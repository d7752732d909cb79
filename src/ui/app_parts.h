/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Between app.c, which has the event loop and the kernel's tables, and app_bus.c. */

#include "app.h"

/* Something that app.h has, has another value now: tell the screen and the web's checks. */
void app_announce(struct app *app);

/* Let go of the bus and of what hangs on it, and ask nobody again. */
void app_bus_done(struct app *app);
