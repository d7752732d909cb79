/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "auth.h"

#include <stdio.h>

#include "util.h"

#define DELAY_FIRST_USEC 1000000ULL
#define DELAY_MAX_USEC	 (30 * 1000000ULL)

void auth_grant(struct auth *auth, const char *unique_name, uint64_t now)
{
	int n = snprintf(auth->owner, sizeof(auth->owner), "%s", unique_name);

	/* A name cut short could be another's. */
	if (n < 0 || (size_t)n >= sizeof(auth->owner)) {
		auth_drop(auth);
		return;
	}
	auth->issued = auth->used = now;
	auth->failures = 0;
	auth->not_before = 0;
}

void auth_drop(struct auth *auth)
{
	auth->owner[0] = '\0';
}

bool auth_holds(const struct auth *auth, const char *unique_name, uint64_t now)
{
	if (!auth->owner[0] || !streq(auth->owner, unique_name))
		return false;
	if (now < auth->used || now - auth->used >= auth->idle_usec)
		return false;
	return now - auth->issued < AUTH_ABSOLUTE_USEC;
}

void auth_touch(struct auth *auth, const char *unique_name, uint64_t now)
{
	if (auth_holds(auth, unique_name, now))
		auth->used = now;
}

uint64_t auth_delay(unsigned failures)
{
	uint64_t delay = failures > 0 ? DELAY_FIRST_USEC : 0;

	for (unsigned i = 1; i < failures && delay < DELAY_MAX_USEC; i++)
		delay *= 2;
	return delay < DELAY_MAX_USEC ? delay : DELAY_MAX_USEC;
}

void auth_failed(struct auth *auth, uint64_t now)
{
	auth->failures++;
	auth->not_before = now + auth_delay(auth->failures);
}

uint64_t auth_wait(const struct auth *auth, uint64_t now)
{
	return now < auth->not_before ? auth->not_before - now : 0;
}
