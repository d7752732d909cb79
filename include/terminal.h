/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How the terminal is spoken to: as a screen, or in plain lines. */

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "conf.h"

/* Take it (screen.h). lines: plain ones were asked for. What does not know its size is asked for it
 * before, and whether its characters are UTF-8: a serial line cannot tell. -ENOTTY. */
int terminal_start(sd_event *event, const struct conf *conf, bool lines);

/* Its size may be another one by now: where the terminal had to be asked, ask it again. */
void terminal_look_again(void);
