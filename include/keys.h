/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the keys of a terminal send that TERM does not know of. */

/* Have curses know it. Else such a key would be an Esc, which leaves the page, and letters, which
 * choose there. After each screen_start(). */
void keys_add(void);
