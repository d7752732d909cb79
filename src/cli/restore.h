/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "options.h"

/* --restore N. Returns the exit status. */
int restore_run(const struct options *options);
