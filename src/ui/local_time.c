/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "local_time.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "i18n.h"
#include "usec.h"

/* Is this a time of today? */
static bool is_today(const struct tm *when)
{
	time_t now = time(NULL);
	struct tm today;

	return localtime_r(&now, &today) && today.tm_year == when->tm_year &&
	       today.tm_yday == when->tm_yday;
}

/* Write it in one of the forms; 0: it does not fit. */
static size_t write_time(const struct tm *when, enum local_time_form form, char *buf)
{
	if (form == LOCAL_TIME_FULL)
		return strftime(buf, LOCAL_TIME_MAX, "%Y-%m-%d %H:%M:%S", when);
	if (is_today(when))
		return i18n_format_time(I18N_TIME, when, buf, LOCAL_TIME_MAX);
	if (form == LOCAL_TIME_SHORT)
		return i18n_format_time(I18N_SHORT_DAY, when, buf, LOCAL_TIME_MAX);
	return i18n_format_time(I18N_MOMENT, when, buf, LOCAL_TIME_MAX);
}

uint64_t local_time_boot(void)
{
	uint64_t real = usec_now(CLOCK_REALTIME), boot = usec_now(CLOCK_BOOTTIME);

	return (real / USEC_PER_SEC - boot / USEC_PER_SEC) * USEC_PER_SEC;
}

const safe_char *local_time_format(
	uint64_t usec, enum local_time_form form, safe_char buf[static LOCAL_TIME_MAX])
{
	char text[LOCAL_TIME_MAX];
	time_t seconds = (time_t)(usec / 1000000);
	struct tm when;

	if (usec == 0 || !localtime_r(&seconds, &when) || write_time(&when, form, text) == 0)
		(void)snprintf(text, LOCAL_TIME_MAX, "-");
	(void)safe_format(buf, LOCAL_TIME_MAX, "%s", safe_text(text, 0).text);
	return buf;
}
