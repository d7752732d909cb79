/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who sets the clock by time servers, now or after the next start, by the files below root ("" for
 * the machine itself). Chrony where both are there: Debian's package of it keeps the other away. */

enum timeservice { TIMESERVICE_NONE, TIMESERVICE_TIMESYNCD, TIMESERVICE_CHRONY };

enum timeservice timeservice_find(const char *root);
