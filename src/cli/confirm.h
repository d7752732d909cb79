/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "options.h"

/* --confirm, --revert. Returns the exit status. */
int confirm_run(const struct options *options);
