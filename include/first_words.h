/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a console says at once, before PAM, logind and login(1) have had their time: the start
 * screen comes after them. */

#include "conf.h"

/* Say on standard output, the terminal of this name, what appliance it is, and that the start
 * screen follows: in the place and the colours in which that shows the product. As a line where the
 * terminal may have no screen; nothing where somebody has it read to them. Never waits for a
 * terminal that does not take it. */
void first_words(const struct conf *conf, const char *tty);
