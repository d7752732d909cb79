/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What firstbootd's settings look like on a terminal: the start screen, and the pages. */

#include <stdbool.h>
#include <stddef.h>

#include "options.h"
#include "safe_text.h"

bool screens_have_page(const char *name);

/* "network, hostname, ..." */
void screens_list_pages(safe_char *ret, size_t size);

/* The start screen, or the pages of --reconfigure. Returns the exit status. */
int screens_run(const struct options *options);
