/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Ask firstbootd for network settings, as the console does, from a shell.
 *
 * usage: netset try [replace] [unsafe] <SETTINGS   the text of settings.h; "ID PROVEN NOTE"
 *        netset keep ID
 *        netset back ID
 *        netset show [ID]                          the settings kept now, or in the history
 *        netset history                            "ID OUTCOME ORIGIN: SUMMARY", newest first
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "names.h"
#include "netlink.h"
#include "netwire.h"
#include "settings.h"
#include "util.h"

#define CALL_USEC (90 * 1000000ULL)
#define TEXT_SIZE 65536

/* Say what failed, for the shell. */
static int complain(int r, const char *what)
{
	(void)fprintf(stderr, "netset: %s: %s\n", what, strerror(-r));
	return r;
}

/* The index of every link that is there. */
static int find_links(const struct net_set *set, int ret[static NET_LINKS_MAX])
{
	_cleanup_(netlink_freep) struct netlink *nl = NULL;
	int r;

	r = netlink_new(&nl);
	if (r >= 0)
		r = netlink_read_links(nl);
	for (size_t i = 0; r >= 0 && i < set->n_links; i++) {
		const struct link *link = netlink_link_by_name(nl, set->links[i].ifname);

		ret[i] = link ? link->ifindex : 0;
	}
	return r;
}

/* The settings on standard input. */
static int read_settings(struct net_set *ret)
{
	static char text[TEXT_SIZE];
	size_t n = fread(text, 1, sizeof(text) - 1, stdin);

	text[n] = '\0';
	return settings_parse(text, ret);
}

/* Send a message; its answer. */
static int ask(sd_bus *bus, sd_bus_message *message, sd_bus_message **ret)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = sd_bus_call(bus, message, CALL_USEC, &error, ret);
	if (r < 0)
		(void)fprintf(stderr, "%s: %s\n", error.name, error.message);
	return r;
}

static int message_new(sd_bus *bus, const char *member, sd_bus_message **ret)
{
	return sd_bus_message_new_method_call(bus, ret, BUS_NAME, BUS_PATH, BUS_INTERFACE, member);
}

/* try */
static int try_settings(sd_bus *bus, int argc, char **argv)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL, *reply = NULL;
	static struct net_set set;
	int ifindexes[NET_LINKS_MAX] = { 0 }, proven, r;
	uint64_t id, left;
	uint32_t flags = 0;
	const char *note;

	for (int i = 0; i < argc; i++)
		flags |= streq(argv[i], "replace") ? NET_CHANGE_REPLACE : NET_CHANGE_UNSAFE;
	r = read_settings(&set);
	if (r < 0)
		return complain(r, "standard input");
	r = find_links(&set, ifindexes);
	if (r < 0)
		return complain(r, "links");
	r = message_new(bus, "SetNetwork", &message);
	if (r >= 0)
		r = netwire_append(message, &set, ifindexes);
	if (r >= 0)
		r = sd_bus_message_append(message, "uu", flags, 0);
	if (r >= 0)
		r = ask(bus, message, &reply);
	if (r >= 0)
		r = sd_bus_message_read(reply, "tbts", &id, &proven, &left, &note);
	if (r >= 0)
		(void)printf("%" PRIu64 " %s %s\n", id, proven ? "proven" : "unproven", note);
	return r;
}

/* keep, back */
static int end(sd_bus *bus, const char *member, const char *id)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL, *reply = NULL;
	int r;

	r = message_new(bus, member, &message);
	if (r >= 0)
		r = sd_bus_message_append(message, "t", strtoull(id, NULL, 10));
	return r < 0 ? r : ask(bus, message, &reply);
}

/* show */
static int show(sd_bus *bus, const char *id)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL, *reply = NULL;
	_cleanup_free_ char *text = NULL;
	static struct net_set set;
	int r;

	r = message_new(bus, "GetSettings", &message);
	if (r >= 0)
		r = sd_bus_message_append(message, "t", strtoull(id, NULL, 10));
	if (r >= 0)
		r = ask(bus, message, &reply);
	if (r >= 0)
		r = netwire_read(reply, &set, NULL);
	if (r >= 0)
		r = settings_render(&set, &text);
	if (r >= 0)
		(void)fputs(text, stdout);
	return r;
}

/* history */
static int list(sd_bus *bus)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL, *reply = NULL;
	uint64_t id, when;
	uint8_t outcome;
	const char *origin, *summary;
	int r;

	r = message_new(bus, "ListHistory", &message);
	if (r >= 0)
		r = ask(bus, message, &reply);
	if (r >= 0)
		r = sd_bus_message_enter_container(reply, 'a', "(ttyss)");
	while (r >= 0 && (r = sd_bus_message_read(
				  reply, "(ttyss)", &id, &when, &outcome, &origin, &summary)) > 0)
		(void)printf("%" PRIu64 " %u %s: %s\n", id, outcome, origin, summary);
	return r;
}

int main(int argc, char **argv)
{
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	const char *verb = argc > 1 ? argv[1] : "", *id = argc > 2 ? argv[2] : "0";
	int r;

	r = sd_bus_open_system(&bus);
	if (r < 0)
		complain(r, "system bus");
	else if (streq(verb, "try"))
		r = try_settings(bus, argc - 2, argv + 2);
	else if (streq(verb, "keep"))
		r = end(bus, "Confirm", id);
	else if (streq(verb, "back"))
		r = end(bus, "Revert", id);
	else if (streq(verb, "show"))
		r = show(bus, id);
	else if (streq(verb, "history"))
		r = list(bus);
	else
		r = complain(-EINVAL, verb);
	return r < 0 ? 1 : 0;
}
