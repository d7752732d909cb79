/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A list (list.h) in plain lines. */

#include "list.h"

/* As list_run(). A number or a tag chooses an item, or ticks it. */
enum answer list_plain_run(struct list *list);
