/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files about keyboard layouts have in common. */

#include <stdbool.h>

#include "names_list.h"

/* Add the layouts of XKB. */
int keymap_add_layouts(const char *root, struct names_list *list);

/* Has a layout of XKB this variant? */
bool keymap_has_variant(const char *root, const char *layout, const char *variant);
