/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lease.h"

#include <time.h>

#include "textfile.h"
#include "usec.h"
#include "util.h"

#define LEASES "/run/systemd/netif/leases"

void lease_print_id(const uint8_t *id, size_t n, char ret[static 3 * LEASE_ID_MAX + 1])
{
	ret[0] = '\0';
	if (n > LEASE_ID_MAX)
		return;
	for (size_t i = 0; i < n; i++)
		(void)sprintf(ret + (i ? 3 * i - 1 : 0), "%s%02x", i ? ":" : "", id[i]);
}

/* -- networkd's file -------------------------------------------------------------------------- */

/* A number of seconds. Later releases write "30min", but tell the times over the bus. */
static void take_seconds(const char *value, uint32_t *ret)
{
	char *end;
	unsigned long number = strtoul(value, &end, 10);

	if (*ret == 0 && end > value && *end == '\0' && number < UINT32_MAX)
		*ret = (uint32_t)number;
}

static void take_lifetime(const char *value, struct link_lease *ret)
{
	take_seconds(value, &ret->lifetime_s);
}

static void take_renew(const char *value, struct link_lease *ret)
{
	take_seconds(value, &ret->renew_s);
}

static void take_rebind(const char *value, struct link_lease *ret)
{
	take_seconds(value, &ret->rebind_s);
}

static void take_mtu(const char *value, struct link_lease *ret)
{
	take_seconds(value, &ret->mtu);
}

/* An identifier in hexadecimal digits. */
static void take_id(const char *value, struct link_lease *ret)
{
	size_t size = strspn(value, "0123456789abcdefABCDEF");
	uint8_t id[LEASE_ID_MAX];
	char digits[3] = "";

	if (ret->client_id[0] != '\0' || value[size] != '\0' || size % 2 != 0 ||
		size / 2 > sizeof(id))
		return;
	for (size_t i = 0; i < size / 2; i++) {
		memcpy(digits, value + 2 * i, 2);
		id[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	lease_print_id(id, size / 2, ret->client_id);
}

/* Domains with spaces between them; each is told once. */
static void take_domains(const char *value, struct link_lease *ret)
{
	_cleanup_free_ char *words = strdup(value);
	char *rest = words;

	for (char *word = strsep(&rest, " "); word; word = strsep(&rest, " ")) {
		size_t i = 0;

		while (i < ret->n_domains && !streq(ret->domains[i], word))
			i++;
		if (*word && i == ret->n_domains && i < NET_DOMAINS_MAX &&
			strlen(word) < DOMAIN_MAX)
			strcpy(ret->domains[ret->n_domains++], word);
	}
}

/* One line. */
static void take_line(const char *line, struct link_lease *ret)
{
	static const struct {
		const char *key;
		void (*take)(const char *value, struct link_lease *ret);
	} keys[] = {
		{ "LIFETIME=", take_lifetime },
		{ "T1=", take_renew },
		{ "T2=", take_rebind },
		{ "MTU=", take_mtu },
		{ "CLIENTID=", take_id },
		{ "DOMAINNAME=", take_domains },
		{ "DOMAIN_SEARCH_LIST=", take_domains },
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (strncmp(line, keys[i].key, strlen(keys[i].key)) == 0)
			keys[i].take(line + strlen(keys[i].key), ret);
}

void lease_parse(const char *text, struct link_lease *ret)
{
	_cleanup_free_ char *lines = strdup(text);
	char *rest = lines;

	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n"))
		take_line(line, ret);
}

/* -- the rest --------------------------------------------------------------------------------- */

/* Fill in the one of three that follows from the others, and turn them into the time of day. The
 * difference of the clocks is rounded, so that the same answer gives the same times again. */
static void complete_times(struct link_lease *lease)
{
	const int64_t second = 1000000;
	int64_t shift = (int64_t)usec_now(CLOCK_REALTIME) - (int64_t)usec_now(CLOCK_BOOTTIME);
	uint64_t lifetime = (uint64_t)lease->lifetime_s * 1000000;

	shift = (shift + second / 2) / second * second;
	if (lease->obtained == 0 && lifetime > 0 && lease->ends > lifetime)
		lease->obtained = lease->ends - lifetime;
	if (lifetime == 0 && lease->obtained > 0 && lease->ends > lease->obtained)
		lease->lifetime_s = (uint32_t)((lease->ends - lease->obtained) / 1000000);
	if (lease->obtained > 0)
		lease->obtained += (uint64_t)shift;
	if (lease->ends > 0)
		lease->ends += (uint64_t)shift;
}

/* Take a time from before where it is as good as the same. */
static void keep_time(uint64_t before, uint64_t *time)
{
	const uint64_t exactness = 2 * 1000000;

	if (before < *time + exactness && *time < before + exactness)
		*time = before;
}

void lease_keep_times(const struct link_lease *before, struct link_lease *lease)
{
	keep_time(before->obtained, &lease->obtained);
	keep_time(before->ends, &lease->ends);
}

/* Does the link's file say that no name is sent? */
static bool hides_hostname(const char *network_file)
{
	static const char *const lines[] = { "\nSendHostname=no\n", "\nSendHostname=false\n",
		"\nSendHostname=off\n", "\nSendHostname=0\n" };
	_cleanup_free_ char *text = NULL;

	if (*network_file == '\0' || textfile_read("", network_file, &text) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		if (strstr(text, lines[i]))
			return true;
	return false;
}

/* The name that goes to the server: this machine's, unless it has none of its own. */
static void complete_hostname(struct link_state *state)
{
	char *name = state->lease.hostname;

	sysstate_hostname(state->lease.hostname);
	if (streq(name, "(none)") || strncmp(name, "localhost", strlen("localhost")) == 0 ||
		hides_hostname(state->network_file))
		memset(name, 0, sizeof(state->lease.hostname));
}

void lease_complete(int ifindex, struct link_state *state)
{
	_cleanup_free_ char *text = NULL;
	char path[sizeof(LEASES) + 12];

	if (!state->dhcp4)
		return;
	(void)snprintf(path, sizeof(path), LEASES "/%d", ifindex);
	if (textfile_read("", path, &text) >= 0)
		lease_parse(text, &state->lease);
	complete_times(&state->lease);
	complete_hostname(state);
}
