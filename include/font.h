/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the kernel's own console can show: it has 256 or 512 characters at a time. */

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

/* Is standard output a virtual console, whose font can be asked? */
bool font_is_ours(void);

/* Has the font of the virtual console all of these? */
bool font_has(const wchar_t *characters, size_t n);
