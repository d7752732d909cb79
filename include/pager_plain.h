/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The pager of a terminal that cannot move its cursor: pages, and Enter in between. */

#include "pager.h"

/* As pager_run(); keys are typed as a line. */
int pager_print(struct pager *pager);
