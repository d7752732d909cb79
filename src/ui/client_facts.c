/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What firstbootd knows for the dashboard, and shutting down. */

#include <errno.h>
#include <stdlib.h>

#include "client_parts.h"
#include "sealed.h"
#include "util.h"

/* SaveReport: where it is. */
static int read_path(sd_bus_message *reply, struct client_result *result, void **ret_data)
{
	return sd_bus_message_read(reply, "s", &result->text);
}

/* GetInhibitors: sentences, and whether Power would be refused because of them. */
static int read_inhibitors(sd_bus_message *reply, struct client_result *result, void **ret_data)
{
	int blocked, r;

	r = sd_bus_message_read(reply, "bs", &blocked, &result->text);
	if (r < 0)
		return r;
	if (blocked)
		result->outcome = CLIENT_BUSY;
	return 0;
}

/* NoteKeys: which of them are others than before. */
static int read_changed(sd_bus_message *reply, struct client_result *result, void **ret_data)
{
	bool *changed = calloc(NOTED_KEYS_MAX, sizeof(*changed));
	size_t n = 0;
	int one, r;

	if (!changed)
		return -ENOMEM;
	*ret_data = changed;
	r = sd_bus_message_enter_container(reply, 'a', "b");
	if (r < 0)
		return r;
	while (n < NOTED_KEYS_MAX && (r = sd_bus_message_read(reply, "b", &one)) > 0)
		changed[n++] = one;
	if (r < 0)
		return r;
	result->changed = changed;
	result->n_changed = n;
	return 0;
}

/* JudgePort: what the firewall would do, and which of its chains. */
static int read_judgement(sd_bus_message *reply, struct client_result *result, void **ret_data)
{
	uint32_t verdict;
	uint16_t dport;
	int r;

	r = sd_bus_message_read(reply, "usq", &verdict, &result->text, &dport);
	if (r < 0)
		return r;
	if (verdict >= FIREWALL_N_VERDICTS)
		return -EINVAL;
	result->firewall = (enum firewall_verdict)verdict;
	result->dport = dport;
	return 0;
}

/* GetWebUnitJournal: lines, whose texts are the reply's. */
static int read_journal(sd_bus_message *reply, struct client_result *result, void **ret_data)
{
	struct client_line *lines = calloc(UNIT_JOURNAL_LINES, sizeof(*lines));
	size_t n = 0;
	int r;

	if (!lines)
		return -ENOMEM;
	*ret_data = lines;
	r = sd_bus_message_enter_container(reply, 'a', "(ts)");
	while (r >= 0 && n < UNIT_JOURNAL_LINES &&
		(r = sd_bus_message_read(reply, "(ts)", &lines[n].when, &lines[n].text)) > 0)
		n++;
	if (r < 0)
		return r;
	result->lines = lines;
	result->n_lines = n;
	return 0;
}

static const struct client_method get_journal = { "GetWebUnitJournal", CLIENT_CALL_USEC,
	read_journal };
static const struct client_method judge_port = { "JudgePort", CLIENT_CALL_USEC, read_judgement };
static const struct client_method save_report = { "SaveReport", CLIENT_CALL_USEC, read_path };
static const struct client_method note_keys = { "NoteKeys", CLIENT_CALL_USEC, read_changed };
static const struct client_method get_inhibitors = { "GetInhibitors", CLIENT_CALL_USEC,
	read_inhibitors };
static const struct client_method watch_firewall = { "WatchFirewall", CLIENT_CALL_USEC,
	client_read_fd };
static const struct client_method watch_screen = { "WatchScreen", CLIENT_CALL_USEC,
	client_read_fd };
static const struct client_method power = { "Power", CLIENT_CALL_USEC, NULL };

int client_judge_port(struct client *client, int ifindex, const struct ip_addr *addr, unsigned port,
	client_done_fn done, void *userdata)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r;

	r = client_message_new(client, &judge_port, &message);
	if (r >= 0)
		r = sd_bus_message_append(message, "i", ifindex);
	if (r >= 0)
		r = sd_bus_message_append_array(message, 'y', addr->bytes, ip_size(addr->family));
	if (r >= 0)
		r = sd_bus_message_append(message, "q", (uint16_t)port);
	return r < 0 ? r : client_message_send(client, &judge_port, message, done, userdata);
}

int client_watch_firewall(struct client *client, client_done_fn done, void *userdata)
{
	return client_call(client, &watch_firewall, done, userdata, "");
}

int client_watch_screen(struct client *client, int tty, client_done_fn done, void *userdata)
{
	return client_call(client, &watch_screen, done, userdata, "h", tty);
}

int client_note_keys(struct client *client, const struct noted_key *keys, size_t n,
	client_done_fn done, void *userdata)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r;

	if (n > NOTED_KEYS_MAX)
		return -E2BIG;
	r = client_message_new(client, &note_keys, &message);
	if (r >= 0)
		r = sd_bus_message_open_container(message, 'a', "(ss)");
	for (size_t i = 0; i < n && r >= 0; i++)
		r = sd_bus_message_append(message, "(ss)", keys[i].what, keys[i].digest);
	if (r >= 0)
		r = sd_bus_message_close_container(message);
	return r < 0 ? r : client_message_send(client, &note_keys, message, done, userdata);
}

int client_get_inhibitors(
	struct client *client, const char *what, client_done_fn done, void *userdata)
{
	return client_call(client, &get_inhibitors, done, userdata, "s", what);
}

int client_get_unit_journal(struct client *client, client_done_fn done, void *userdata)
{
	return client_call(client, &get_journal, done, userdata, "");
}

int client_power(
	struct client *client, const char *what, bool force, client_done_fn done, void *userdata)
{
	return client_call(client, &power, done, userdata, "sb", what, (int)force);
}

int client_save_report(
	struct client *client, const char *report, client_done_fn done, void *userdata)
{
	_cleanup_close_ int fd = sealed_memfd("firstboot-report", report, strlen(report));

	if (fd < 0)
		return fd;
	return client_call(client, &save_report, done, userdata, "h", fd);
}
