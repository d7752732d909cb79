/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is to be known of the machine, for who is asked about it on the telephone. */

#include "app.h"

/* Show the details until the customer goes back, or the terminal is gone. */
void page_details_run(struct app *app);
