/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Questions on a terminal that cannot move its cursor, which more than one page asks. */

#include <sys/types.h>

#include "app.h"
#include "safe_text.h"
#include "secret.h"

/* Wait for a line and read it without its end, which is no string; what is too much of it is left
 * out. Returns its length, or negative: the terminal is gone, or the customer is led back. */
ssize_t plain_read_line(sd_event *event, char *buf, size_t size);

/* The same without showing what is typed, behind a question. */
ssize_t plain_read_password(sd_event *event, const safe_char *question, struct secret *secret);

/* May this process change settings now? Asks for root's password where firstbootd wants it, once,
 * and says why not where it is no. */
bool plain_permit(struct app *app);

/* How to change something where the start screen does not take root's password. */
const safe_char *plain_login_advice(void);

/* Choose between restart and power off, and do it. */
void plain_choose_power(struct app *app);
