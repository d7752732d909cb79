/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "record.h"

#include <stdarg.h>
#include <sys/uio.h>

/* The place in the source says nothing to who reads the journal. */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "util.h"

#define FIELDS_MAX  14
#define FIELD_SIZE  1100
#define MINUTE_USEC (60 * 1000000ULL)

const struct record_kind_text record_kinds[N_RECORD_KINDS] = {
	[RECORD_CLAIM] = { "claim", "cb2f6ab06113496791fc62ddc28ff4c0", "Appliance claimed by",
		"Claim of the appliance", "Complete" },
	[RECORD_HOSTNAME] = { "hostname", "56ee776e51304e2284222f198cab7f08", "Hostname set by",
		"New hostname", "SetHostname" },
	[RECORD_TIMEZONE] = { "timezone", "a646833b4bf343c0a4fe8c9fe8234534", "Time zone set by",
		"New time zone", "SetTimezone" },
	[RECORD_KEYMAP] = { "keymap", "19d79157ea1744ba99f9c2af55773bec", "Keyboard layout set by",
		"New keyboard layout", "SetKeymap" },
	[RECORD_LANGUAGE] = { "language", "a9e143364df6486a949f8b93d0b5ae52", "Language set by",
		"New language", "SetLanguage" },
	[RECORD_NETWORK_SET] = { "network-set", "fb48e2f9aab9469c8531157a3ca18e90",
		"Network settings put on trial by", "New network settings", "SetNetwork" },
	[RECORD_NETWORK_KEPT] = { "network-kept", "8eaaee32bf724242ae3752d8d6bb4832",
		"Network settings kept by", "Keeping of network settings", "Confirm" },
	[RECORD_NETWORK_TAKEN_BACK] = { "network-taken-back", "9d5256841b704b38b10a1633ddf55795",
		"Network settings taken back by", "Taking back of network settings", "Revert" },
	[RECORD_NETWORK_RECOVERED] = { "network-recovered", "b10470a462c14399b0a75df6b65173d7",
		"Network change that was cut off ended by",
		"End of a network change that was cut off", NULL },
	[RECORD_PASSWORD] = { "password", "4931518fe5d74dc38151f2e783db8578",
		"Root's password set by", "New password for root", "SetRootPassword" },
	[RECORD_KEY] = { "key", "783d83e83fd0463da5b57bba999eac66", "SSH key for root added by",
		"SSH key for root", "AddRootKey" },
	[RECORD_WRONG_PASSWORD] = { "wrong-password", "f031e3a410524a04a20c5950ebd8062e", NULL,
		"Right to change settings", "Authenticate" },
	[RECORD_TICKET_GRANTED] = { "ticket-granted", "7f968f301d9141f4af75195a3ae51e07",
		"Right to change settings granted to", "Right to change settings", NULL },
	[RECORD_TICKET_DROPPED] = { "ticket-dropped", "5d3e3ff452de44f8b3e8dc46bf67f50d",
		"Right to change settings ended for", NULL, NULL },
	[RECORD_LOGIN] = { "login", "368ca66fa00f427e982f7353229156ee",
		"Log-in as root on the console asked for by", "Log-in as root on the console",
		"RequestLogin" },
	[RECORD_POWER] = { "power", "e62ab35de98a45dfa76fc1c0efa3f4d5",
		"Restart or power-off ordered by", "Restart or power-off", "Power" },
	[RECORD_IDENTITY] = { "identity", "e31877af80ae49a3a97e937be383ee19",
		"Identity of the machine settled by", "New identity of the machine",
		"RenewIdentity" },
	[RECORD_REPORT] = { "report", "dac4eafe42b54d5e92afa53b6be52107", "Support report saved by",
		"Support report", "SaveReport" },
	[RECORD_STEP] = { "step", "4a471febd00d4a129cfbf555787987f7", "Step of the set-up done by",
		"Step of the set-up", "RunStep" },
	[RECORD_EULA] = { "eula", "c555c0e9d0574a54994ce2b7fd759a54", "Licence accepted by",
		"Acceptance of the licence", "AcceptEula" },
	[RECORD_OTHER] = { "other", "6b2572353fa94c2fbf0893460f94b598", NULL, "Another request",
		NULL },
};

/* What came of it, and the words between what it is and whom. */
static const struct {
	const char *word, *phrase, *priority;
} results[] = {
	[RECORD_DONE] = { "done", NULL, "5" },
	[RECORD_REFUSED] = { "refused", "refused to", "4" },
	[RECORD_FAILED] = { "failed", "failed for", "4" },
};

/* A record's fields. */
struct fields {
	struct iovec iov[FIELDS_MAX];
	char text[FIELDS_MAX][FIELD_SIZE];
	size_t n;
};

/* Make text one line that every terminal shows as it is. It may be longer than what safe_text()
 * makes, and has its letters: those of the C locale, which is firstbootd's. */
static void make_line(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

/* Add a field, as far as it has room. */
static void add(struct fields *fields, const char *format, ...) _printf_(2, 3);
static void add(struct fields *fields, const char *format, ...)
{
	char *text = fields->text[fields->n];
	va_list args;

	if (fields->n == FIELDS_MAX)
		return;
	va_start(args, format);
	(void)vsnprintf(text, FIELD_SIZE, format, args);
	va_end(args);
	make_line(text);
	fields->iov[fields->n++] = (struct iovec){ text, strlen(text) };
}

/* The sentence for people. */
static void add_message(struct fields *fields, const struct record *record)
{
	const struct record_kind_text *kind = &record_kinds[record->kind];
	bool done = record->result == RECORD_DONE && kind->done;
	bool changed = record->old || record->new;

	add(fields, "MESSAGE=%s%s%s %s%s%s%s%s%s%s", done ? kind->done : kind->what,
		done ? "" : " ", done ? "" : results[record->result].phrase,
		record->caller ? record->caller->who : "firstbootd", changed ? ": " : "",
		record->old ? record->old : "", record->old && record->new ? " -> " : "",
		record->new ? record->new : "", record->why && *record->why ? ". " : "",
		record->why ? record->why : "");
}

/* Who it was. From the process's number the journal adds what the kernel says of it, its login uid
 * among that. */
static void add_caller(struct fields *fields, const struct caller *caller)
{
	if (!caller) {
		add(fields, "FIRSTBOOT_WHO=firstbootd");
		return;
	}
	add(fields, "FIRSTBOOT_WHO=%s", caller->who);
	if (caller->tty[0])
		add(fields, "FIRSTBOOT_TTY=%s", caller->tty);
	if (caller->uid != CALLER_NOBODY)
		add(fields, "FIRSTBOOT_UID=%u", caller->uid);
	if (caller->pid > 0)
		add(fields, "OBJECT_PID=%d", caller->pid);
}

void record_write(const struct record *record)
{
	const struct record_kind_text *kind = &record_kinds[record->kind];
	struct fields fields = { .n = 0 };

	add_message(&fields, record);
	add(&fields, "MESSAGE_ID=%s", kind->id);
	add(&fields, "PRIORITY=%s", results[record->result].priority);
	add(&fields, "FIRSTBOOT_ACTION=%s", kind->action);
	add(&fields, "FIRSTBOOT_RESULT=%s", results[record->result].word);
	add_caller(&fields, record->caller);
	if (record->old)
		add(&fields, "FIRSTBOOT_OLD=%s", record->old);
	if (record->new)
		add(&fields, "FIRSTBOOT_NEW=%s", record->new);
	if (record->why && *record->why)
		add(&fields, "FIRSTBOOT_WHY=%s", record->why);
	if (record->method)
		add(&fields, "FIRSTBOOT_METHOD=%s", record->method);
	if (record->omitted > 0)
		add(&fields, "FIRSTBOOT_OMITTED=%u", record->omitted);
	(void)sd_journal_sendv(fields.iov, (int)fields.n);
}

bool record_refusals_admit(struct record_refusals *refusals, uint64_t now, unsigned *ret_omitted)
{
	if (now - refusals->began >= MINUTE_USEC) {
		refusals->began = now;
		refusals->n = 0;
	}
	if (refusals->n == RECORD_REFUSALS_MAX) {
		refusals->omitted++;
		return false;
	}
	refusals->n++;
	*ret_omitted = refusals->omitted;
	refusals->omitted = 0;
	return true;
}

void record_refusal(
	const struct caller *caller, const char *method, const char *why, unsigned omitted)
{
	struct record record = {
		.kind = RECORD_OTHER,
		.result = RECORD_REFUSED,
		.caller = caller,
		.method = method,
		.why = why,
		.omitted = omitted,
	};

	for (size_t i = 0; i < ARRAY_SIZE(record_kinds); i++)
		if (record_kinds[i].method && streq(record_kinds[i].method, method))
			record.kind = (enum record_kind)i;
	record_write(&record);
}
