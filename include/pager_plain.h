/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The pager of a terminal that cannot move its cursor: pages, and Enter in between. */

#include "pager.h"

/* Run the event loop until something can be read from the terminal. -ECANCELED: it is over, or the
 * customer is led back (screen.h). */
int pager_wait_input(sd_event *event);

/* Wait for a line that is typed, and read it without its end; what is too much of it is left out.
 * -ECANCELED: as above. */
int pager_read_line(sd_event *event, char *buf, size_t size);

/* As pager_run(); keys are typed as a line. */
int pager_print(struct pager *pager);
