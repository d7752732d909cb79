/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the machine is called, and what time it is there. */

#include <errno.h>
#include <sys/stat.h>

#include "atomic_file.h"
#include "hosts.h"
#include "i18n.h"
#include "offline_parts.h"
#include "rooted.h"
#include "validate.h"
#include "zone.h"

#define HOSTNAME  "/etc/hostname"
#define HOSTS	  "/etc/hosts"
#define LOCALTIME "/etc/localtime"
#define TIMEZONE  "/etc/timezone" /* Debian's */
#define ZONES	  "../usr/share/zoneinfo/"

/* -- hostname -----------------------------------------------------------------------------------
 */

int offline_hostname(struct offline_plan *plan, const struct offline_wish *wish)
{
	const char *hostname = wish->answers->hostname;
	_cleanup_free_ char *old = NULL, *hosts = NULL;
	char text[HOST_NAME_SIZE + 1];
	int r;

	(void)snprintf(text, sizeof(text), "%s\n", hostname);
	r = offline_put(plan, HOSTNAME, text);
	if (r >= 0)
		r = offline_read(plan, HOSTS, &old);
	if (r >= 0)
		r = hosts_set_hostname(old, hostname, &hosts);
	return r < 0 ? r : offline_put(plan, HOSTS, hosts);
}

/* The first line that is none of comments, as hostname(5) reads it. */
int offline_read_hostname(struct offline_plan *plan, struct answers *ret)
{
	_cleanup_free_ char *text = NULL;
	struct problem problem;
	char *rest, *line;
	int r = offline_read(plan, HOSTNAME, &text);

	rest = text;
	while (r >= 0 && rest && (line = strsep(&rest, "\n"))) {
		if (!*line || *line == '#')
			continue;
		if (validate_hostname(line, ret->hostname, &problem))
			ret->given |= ANSWER_HOSTNAME;
		break;
	}
	return r;
}

/* -- time zone ----------------------------------------------------------------------------------
 */

int offline_timezone(struct offline_plan *plan, const struct offline_wish *wish)
{
	const char *zone = wish->answers->timezone, *root = plan->tree->root;
	char target[sizeof(ZONES) + ZONE_NAME_SIZE], now[ZONE_NAME_SIZE], text[ZONE_NAME_SIZE + 1];
	bool has_rules;
	int r = 0;

	(void)snprintf(target, sizeof(target), ZONES "%s", zone);
	if (!zone_is_installed(root, zone))
		return offline_complain(wish, answers_place_of(wish->answers, ANSWER_TIMEZONE),
			_("The image does not know the time zone \"%s\": it has no such file as "
			  "%s."),
			zone, target + strlen(".."));
	zone_read(root, now);
	has_rules = rooted_type(root, target + strlen("..")) == S_IFREG; /* UTC may have none */
	if (!streq(now, zone))
		r = has_rules ? offline_put_link(plan, LOCALTIME, target)
			      : offline_put(plan, LOCALTIME, NULL);
	(void)snprintf(text, sizeof(text), "%s\n", zone);
	if (r >= 0 && offline_exists(plan->tree, TIMEZONE))
		r = offline_put(plan, TIMEZONE, text);
	return r;
}

int offline_read_timezone(struct offline_plan *plan, struct answers *ret)
{
	zone_read(plan->tree->root, ret->timezone);
	if (*ret->timezone)
		ret->given |= ANSWER_TIMEZONE;
	return 0;
}
