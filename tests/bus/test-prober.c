/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* prober.h at work, for test_prober.py: asks firstboot-prober as the console does, and tells what
 * came of it. */

#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>

#include "prober.h"
#include "questions.h"
#include "util.h"

#define ASKED_MAX 64

struct asker {
	sd_bus *bus;
	sd_bus_slot *slots[ASKED_MAX];
	size_t n;
	FILE *heard; /* answers since the last "heard" */
	char *text;
	size_t size;
	struct questions questions;
};

/* -- what comes ------------------------------------------------------------------------------- */

static void on_web(int error, const struct webcheck *check, void *userdata)
{
	struct asker *asker = userdata;
	const struct web_certificate *certificate = &check->certificate;

	fprintf(asker->heard, "web %d %d %u %" PRIu64 " %s\n", error, check->answer, check->status,
		check->took_usec, check->why);
	fprintf(asker->heard, "certificate %d %s %d %d %" PRIu64 " %" PRIu64 " ",
		certificate->present, *certificate->sha256 ? certificate->sha256 : "-",
		certificate->self_signed, certificate->names_host, certificate->not_before,
		certificate->not_after);
	/* In hexadecimal: it may be anything. */
	for (const char *p = certificate->name; *p; p++)
		fprintf(asker->heard, "%02x", (unsigned char)*p);
	fputs("\n", asker->heard);
}

static void on_addresses(int error, const struct ip_addr *addrs, size_t n, void *userdata)
{
	struct asker *asker = userdata;
	char text[IP_TEXT_MAX];

	fprintf(asker->heard, "resolved %d", error);
	for (size_t i = 0; i < n; i++)
		fprintf(asker->heard, " %s", ip_format(&addrs[i], text));
	fputs("\n", asker->heard);
}

static void on_keys(int error, const struct host_key *keys, size_t n, void *userdata)
{
	struct asker *asker = userdata;

	fprintf(asker->heard, "keys %d", error);
	for (size_t i = 0; i < n; i++)
		fprintf(asker->heard, " %u,%s,%s", keys[i].bits, keys[i].sha256, keys[i].type);
	fputs("\n", asker->heard);
}

static void on_test(int error, bool good, const char *text, void *userdata)
{
	struct asker *asker = userdata;

	fprintf(asker->heard, "test %d %d %s\n", error, good, text);
}

/* -- what is asked ---------------------------------------------------------------------------- */

/* Where the next question's slot goes. */
static sd_bus_slot **next_slot(struct asker *asker)
{
	sd_bus_slot **slot = &asker->slots[asker->n++ % ASKED_MAX];

	*slot = sd_bus_slot_unref(*slot);
	return slot;
}

/* Say that a question could not be asked. */
static void check(struct asker *asker, int r)
{
	if (r < 0)
		fprintf(asker->heard, "not asked: %s\n", strerror(-r));
}

/* web IFINDEX ADDRESS PORT SCHEME PATH [HOST] */
static void ask_web(void *userdata, const char *argument)
{
	struct asker *asker = userdata;
	char ip[64], scheme[64], path[2048], host[512] = "";
	struct ip_addr addr;
	unsigned port;
	int ifindex;

	if (sscanf(argument, "%d %63s %u %63s %2047s %511s", &ifindex, ip, &port, scheme, path,
		    host) < 5 ||
		ip_parse(ip, &addr) < 0)
		puts("not understood");
	else
		check(asker, prober_check_web(asker->bus, ifindex, &addr, port, scheme, path, host,
				     on_web, asker, next_slot(asker)));
}

static void ask_addresses(void *userdata, const char *argument)
{
	struct asker *asker = userdata;

	check(asker, prober_resolve(asker->bus, argument, on_addresses, asker, next_slot(asker)));
}

static void ask_keys(void *userdata, const char *argument)
{
	struct asker *asker = userdata;

	check(asker, prober_read_host_keys(asker->bus, on_keys, asker, next_slot(asker)));
}

static void ask_ping(void *userdata, const char *argument)
{
	struct asker *asker = userdata;

	check(asker, prober_ping(asker->bus, argument, on_test, asker, next_slot(asker)));
}

/* connect PORT TARGET */
static void ask_connect(void *userdata, const char *argument)
{
	struct asker *asker = userdata;
	const char *target = strchr(argument, ' ');

	if (target)
		check(asker, prober_connect(asker->bus, target + 1, (unsigned)atoi(argument),
				     on_test, asker, next_slot(asker)));
}

/* dns SERVER IFINDEX [NAME] */
static void ask_dns(void *userdata, const char *argument)
{
	struct asker *asker = userdata;
	char ip[64], name[512] = "";
	struct ip_addr server;
	int ifindex;

	if (sscanf(argument, "%63s %d %511s", ip, &ifindex, name) < 2 || ip_parse(ip, &server) < 0)
		puts("not understood");
	else
		check(asker, prober_ask_dns(asker->bus, &server, ifindex, name, on_test, asker,
				     next_slot(asker)));
}

/* reach PORT IFINDEX ADDRESS */
static void ask_reach(void *userdata, const char *argument)
{
	struct asker *asker = userdata;
	struct ip_addr addr;
	unsigned port;
	char ip[64];
	int ifindex;

	if (sscanf(argument, "%u %d %63s", &port, &ifindex, ip) < 3 || ip_parse(ip, &addr) < 0)
		puts("not understood");
	else
		check(asker, prober_reach(asker->bus, ifindex, &addr, port, on_test, asker,
				     next_slot(asker)));
}

/* forget: do not want to hear of anything that was asked. */
static void forget(void *userdata, const char *argument)
{
	struct asker *asker = userdata;

	for (size_t i = 0; i < ASKED_MAX; i++)
		asker->slots[i] = sd_bus_slot_unref(asker->slots[i]);
}

/* heard: what has come since. */
static void print_heard(void *userdata, const char *argument)
{
	struct asker *asker = userdata;

	fflush(asker->heard);
	fwrite(asker->text, 1, asker->size, stdout);
	rewind(asker->heard);
	fflush(asker->heard);
}

static const struct question table[] = {
	{ "web", ask_web },
	{ "resolve", ask_addresses },
	{ "keys", ask_keys },
	{ "ping", ask_ping },
	{ "connect", ask_connect },
	{ "dns", ask_dns },
	{ "reach", ask_reach },
	{ "forget", forget },
	{ "heard", print_heard },
	{ NULL, NULL },
};

/* As the console's account. */
static int become_console(void)
{
	const struct passwd *entry = getpwnam(FIRSTBOOT_USER);

	if (!entry)
		return -ENOENT;
	if (setgroups(0, NULL) < 0 || setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) < 0 ||
		setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) < 0)
		return -errno;
	return 0;
}

static int run(struct asker *asker, sd_event *event)
{
	int r = become_console();

	if (r >= 0)
		r = sd_bus_open_system(&asker->bus);
	if (r >= 0)
		r = sd_bus_attach_event(asker->bus, event, SD_EVENT_PRIORITY_NORMAL);
	if (r >= 0)
		r = questions_attach(event, &asker->questions);
	return r < 0 ? r : sd_event_loop(event);
}

int main(void)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	struct asker asker = { .questions = { table, &asker } };
	int r = sd_event_new(&event);

	asker.heard = open_memstream(&asker.text, &asker.size);
	if (!asker.heard)
		return 1;
	if (r >= 0)
		r = run(&asker, event);
	forget(&asker, NULL);
	sd_bus_flush_close_unref(asker.bus);
	fclose(asker.heard);
	free(asker.text);
	if (r < 0)
		fprintf(stderr, "test-prober: %s\n", strerror(-r));
	return r != 0;
}
