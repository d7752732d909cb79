/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit_log.h"

#include <errno.h>
#include <systemd/sd-journal.h>
#include <systemd/sd-messages.h>
#include <time.h>

#include "boot_id.h"
#include "safe_text.h"
#include "usec.h"
#include "util.h"

#define DATA_MAX    4096 /* of one field: more is neither unpacked nor looked at */
#define ENTRIES_MAX 20	 /* that are looked through for a line with something on it */
#define VALUE_MAX   300	 /* of a field to match: a name and a unit's name */

/* -- one field ----------------------------------------------------------------------------------
 */

void unit_log_clean(const char *text, size_t length, size_t size, char *ret)
{
	size_t end = length, begin;

	while (end > 0 && (unsigned char)text[end - 1] <= ' ')
		end--;
	for (begin = end; begin > 0 && text[begin - 1] != '\n' && text[begin - 1] != '\r';)
		begin--;
	while (begin < end && (unsigned char)text[begin] <= ' ')
		begin++;
	(void)snprintf(ret, size, "%.*s", (int)(end - begin), text + begin);
	safe_line(ret, ' ');
}

/* A field of the entry that the journal stands at; "" where it has none. */
static void read_field(sd_journal *journal, const char *name, size_t size, char *ret)
{
	size_t length, prefix = strlen(name) + 1;
	const void *data;

	*ret = '\0';
	if (sd_journal_get_data(journal, name, &data, &length) < 0 || length < prefix)
		return;
	unit_log_clean((const char *)data + prefix, length - prefix, size, ret);
}

/* -- entries ------------------------------------------------------------------------------------
 */

/* One condition of a search. */
struct condition {
	const char *field, *value;
};

/* Go to the last entry of this boot that meets all conditions. 0: there is none. */
static int find_last(sd_journal *journal, const struct condition *conditions, size_t n)
{
	char match[VALUE_MAX];
	char boot[BOOT_ID_SIZE];
	int r;

	sd_journal_flush_matches(journal);
	r = boot_id_read("", boot);
	if (r < 0)
		return r;
	(void)snprintf(match, sizeof(match), "_BOOT_ID=%s", boot);
	r = sd_journal_add_match(journal, match, 0);
	for (size_t i = 0; i < n && r >= 0; i++) {
		(void)snprintf(
			match, sizeof(match), "%s=%s", conditions[i].field, conditions[i].value);
		r = sd_journal_add_match(journal, match, 0);
	}
	if (r >= 0)
		r = sd_journal_seek_tail(journal);
	return r < 0 ? r : sd_journal_previous(journal);
}

/* The field of the last such entry that has something in it; "" for none. */
static int read_last(sd_journal *journal, const struct condition *conditions, size_t n,
	const char *field, size_t size, char *ret)
{
	int r = find_last(journal, conditions, n);

	*ret = '\0';
	for (int i = 0; r > 0 && !*ret && i < ENTRIES_MAX; i++) {
		read_field(journal, field, size, ret);
		if (!*ret)
			r = sd_journal_previous(journal);
	}
	return r < 0 ? r : 0;
}

/* -- a unit -------------------------------------------------------------------------------------
 */

/* The start of the unit that PID 1 has told of last, "" for none. */
static int read_invocation(
	sd_journal *journal, const char *unit, char ret[static SD_ID128_STRING_MAX])
{
	const struct condition conditions[] = { { "_PID", "1" }, { "UNIT", unit } };

	return read_last(journal, conditions, ARRAY_SIZE(conditions), "INVOCATION_ID",
		SD_ID128_STRING_MAX, ret);
}

/* Has PID 1 told that this start has failed? What the unit wrote itself was written before that. */
static int has_failed(sd_journal *journal, const char *unit, const char *invocation)
{
	const struct condition conditions[] = { { "_PID", "1" }, { "UNIT", unit },
		{ "INVOCATION_ID", invocation },
		{ "MESSAGE_ID", SD_MESSAGE_UNIT_FAILURE_RESULT_STR } };

	return find_last(journal, conditions, ARRAY_SIZE(conditions));
}

/* Wait until journald has written all about the last start's failure, or time is up. */
static int await_failure(
	sd_journal *journal, const char *unit, uint64_t usec, char ret[static SD_ID128_STRING_MAX])
{
	uint64_t now = usec_now(CLOCK_MONOTONIC), end = now + usec;
	int r;

	for (; now < end; now = usec_now(CLOCK_MONOTONIC)) {
		r = read_invocation(journal, unit, ret);
		if (r >= 0 && *ret)
			r = has_failed(journal, unit, ret);
		if (r != 0)
			return r;
		r = sd_journal_wait(journal, end - now);
		if (r < 0)
			return r;
	}
	return 0;
}

/* When PID 1 told last of an earlier start; 0: never. */
static int read_earlier(
	sd_journal *journal, const char *unit, const char *invocation, uint64_t *ret)
{
	const struct condition conditions[] = { { "_PID", "1" }, { "UNIT", unit } };
	int r = find_last(journal, conditions, ARRAY_SIZE(conditions));
	char other[SD_ID128_STRING_MAX];

	*ret = 0;
	for (int i = 0; r > 0 && i < ENTRIES_MAX; i++) {
		read_field(journal, "INVOCATION_ID", sizeof(other), other);
		if (*other && !streq(other, invocation))
			return sd_journal_get_realtime_usec(journal, ret);
		r = sd_journal_previous(journal);
	}
	return r < 0 ? r : 0;
}

/* The last line that the unit has written itself since then. Of what a short-lived process wrote
 * journald may know the unit alone, not which start of it. */
static int read_own(sd_journal *journal, const char *unit, const char *invocation, uint64_t earlier,
	size_t size, char *ret)
{
	const struct condition conditions[] = { { "_SYSTEMD_UNIT", unit } };
	int r = find_last(journal, conditions, ARRAY_SIZE(conditions));
	char of[SD_ID128_STRING_MAX];
	uint64_t when;

	*ret = '\0';
	for (int i = 0; r > 0 && i < ENTRIES_MAX; i++) {
		read_field(journal, "_SYSTEMD_INVOCATION_ID", sizeof(of), of);
		r = sd_journal_get_realtime_usec(journal, &when);
		if (r < 0)
			return r;
		if (*of && *invocation ? !streq(of, invocation) : when <= earlier)
			return 0;
		read_field(journal, "MESSAGE", size, ret);
		if (*ret)
			return 0;
		r = sd_journal_previous(journal);
	}
	return r < 0 ? r : 0;
}

/* Why this start's program could not be run. The copy of PID 1 that says so is gone by the time
 * that journald asks which unit it is of; nobody else may write as root. */
static int read_spawn(
	sd_journal *journal, const char *unit, const char *invocation, size_t size, char *ret)
{
	const struct condition conditions[] = { { "_UID", "0" }, { "UNIT", unit },
		{ "INVOCATION_ID", invocation }, { "MESSAGE_ID", SD_MESSAGE_SPAWN_FAILED_STR } };

	return read_last(journal, conditions, ARRAY_SIZE(conditions), "MESSAGE", size, ret);
}

/* -- many lines ---------------------------------------------------------------------------------
 */

/* Go behind the last entry of unit or about it. */
static int seek_lines(sd_journal *journal, const char *unit)
{
	char own[VALUE_MAX], about[VALUE_MAX];
	int r;

	(void)snprintf(own, sizeof(own), "_SYSTEMD_UNIT=%s", unit);
	(void)snprintf(about, sizeof(about), "UNIT=%s", unit);
	r = sd_journal_add_match(journal, own, 0);
	if (r >= 0)
		r = sd_journal_add_disjunction(journal);
	if (r >= 0)
		r = sd_journal_add_match(journal, "_PID=1", 0);
	if (r >= 0)
		r = sd_journal_add_match(journal, about, 0);
	return r < 0 ? r : sd_journal_seek_tail(journal);
}

/* Put the lines of the entry at hand before ret[*at], the last one first, while there is room. */
static int take_entry(sd_journal *journal, struct unit_log_line *ret, size_t *at)
{
	static const char prefix[] = "MESSAGE=";
	const char *text;
	const void *data;
	uint64_t when;
	size_t length;
	int r = sd_journal_get_realtime_usec(journal, &when);

	if (r < 0)
		return r;
	if (sd_journal_get_data(journal, "MESSAGE", &data, &length) < 0 ||
		length < sizeof(prefix) - 1)
		return 0;
	text = (const char *)data + sizeof(prefix) - 1;
	length -= sizeof(prefix) - 1;
	while (*at > 0 && length > 0) {
		struct unit_log_line *line = &ret[*at - 1];

		unit_log_clean(text, length, sizeof(line->text), line->text);
		line->when = when;
		*at -= *line->text != '\0';
		while (length > 0 && (unsigned char)text[length - 1] <= ' ')
			length--;
		while (length > 0 && text[length - 1] != '\n' && text[length - 1] != '\r')
			length--;
	}
	return 0;
}

int unit_log_lines(const char *unit, struct unit_log_line *ret, size_t max)
{
	_cleanup_(sd_journal_closep) sd_journal *journal = NULL;
	size_t at = max;
	int r;

	r = sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY);
	if (r >= 0)
		r = sd_journal_set_data_threshold(journal, DATA_MAX);
	if (r >= 0)
		r = seek_lines(journal, unit);
	while (r >= 0 && at > 0 && (r = sd_journal_previous(journal)) > 0)
		r = take_entry(journal, ret, &at);
	if (r < 0)
		return r;
	memmove(ret, ret + at, (max - at) * sizeof(*ret));
	return (int)(max - at);
}

/* -- one line -----------------------------------------------------------------------------------
 */

int unit_log_last(const char *unit, uint64_t usec, size_t size, char *ret)
{
	_cleanup_(sd_journal_closep) sd_journal *journal = NULL;
	char invocation[SD_ID128_STRING_MAX] = "";
	const struct condition managers[] = { { "_PID", "1" }, { "UNIT", unit } };
	uint64_t earlier = 0;
	int r;

	*ret = '\0';
	r = sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY);
	if (r >= 0)
		r = sd_journal_set_data_threshold(journal, DATA_MAX);
	if (r >= 0)
		r = await_failure(journal, unit, usec, invocation);
	if (r >= 0)
		r = read_earlier(journal, unit, invocation, &earlier);
	if (r >= 0)
		r = read_own(journal, unit, invocation, earlier, size, ret);
	if (r >= 0 && !*ret && *invocation)
		r = read_spawn(journal, unit, invocation, size, ret);
	if (r >= 0 && !*ret)
		r = read_last(journal, managers, ARRAY_SIZE(managers), "MESSAGE", size, ret);
	return r < 0 ? r : 0;
}
