/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* surroundings.h at work, for test_surroundings.py: brings the machine in line with the settings of
 * one link, or with none.
 *
 * usage: test-surroundings [LINK DNS DOMAINS NTP] */

#include "surroundings.h"

#include <stdio.h>

#include "util.h"
#include "validate.h"

/* The settings that the words tell; false: they are no good. */
static bool read_words(char **words, struct net_set *set)
{
	struct net_config config;
	struct problem problem;

	net_config_init(&config, words[0]);
	return validate_dns(words[1], &config, &problem) &&
	       validate_domains(words[2], &config, &problem) &&
	       validate_ntp(words[3], &config, &problem) && net_set_put(set, &config) == 0;
}

int main(int argc, char **argv)
{
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	struct apply apply = { .root = "" };
	struct net_set set = { 0 };
	char remark[512];

	if ((argc != 1 && argc != 5) || (argc == 5 && !read_words(argv + 1, &set)))
		return 2;
	if (sd_bus_open_system(&bus) < 0)
		return 1;
	apply.bus = bus;
	surroundings_follow(&apply, &set, remark, sizeof(remark));
	/* systemd does not listen to a caller that is gone. Where it does not run, this fails. */
	(void)sd_bus_call_method(bus, "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
		"org.freedesktop.DBus.Peer", "Ping", NULL, NULL, NULL);
	puts(remark);
	return 0;
}
