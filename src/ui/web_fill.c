/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "web_fill.h"

#include <signal.h>
#include <time.h>

#include "i18n.h"
#include "local_time.h"
#include "util.h"

#define NAME_COLUMNS 64 /* of a unit's or a certificate's name */
#define LOG_COLUMNS  100

/* How a unit failed, by its Result= (systemd.exec(5)). */
static const struct {
	const char *result, *text;
} failures[] = {
	{ "core-dump", N_(" with a crash") },
	{ "oom-kill", N_(", because memory ran out") },
	{ "protocol", N_(", because it did not start as it should") },
	{ "resources", N_(", because it could not be started") },
	{ "start-limit-hit", N_(", because it ended too often") },
	{ "timeout", N_(", because it took too long") },
	{ "watchdog", N_(", because it hung") },
};

static struct safe_str number(unsigned value)
{
	struct safe_str safe;

	(void)snprintf(safe.text, sizeof(safe.text), "%u", value);
	return safe;
}

/* The unit, or one of which nothing is known. */
static const struct unit_facts *unit_of(const struct web_facts *facts)
{
	static const struct unit_facts none;

	return facts->unit ? facts->unit : &none;
}

/* " since 14:02", or nothing where it is not known. */
static struct safe_str since(const char *format, uint64_t usec)
{
	char time[LOCAL_TIME_MAX], text[SAFE_TEXT_MAX] = " ";
	struct safe_str safe = { "" };

	if (usec == 0)
		return safe;
	(void)snprintf(
		text, sizeof(text), "%s%s", format, local_time_format(usec, LOCAL_TIME_NEAR, time));
	return safe_text(text, 0);
}

/* How the unit failed. */
static struct safe_str fill_how(const struct web_facts *facts)
{
	const struct unit_facts *unit = unit_of(facts);
	struct safe_str safe = { "" };

	for (size_t i = 0; i < ARRAY_SIZE(failures); i++)
		if (streq(unit->result, failures[i].result))
			return safe_text(_(failures[i].text), 0);
	if (unit->exit_code == CLD_EXITED)
		(void)snprintf(
			safe.text, sizeof(safe.text), _(" with exit status %d"), unit->exit_status);
	else if (unit->exit_code == CLD_KILLED || unit->exit_code == CLD_DUMPED)
		(void)snprintf(safe.text, sizeof(safe.text), _(" by signal %d"), unit->exit_status);
	return safe;
}

/* Something between two others, or nothing where it is empty. */
static struct safe_str between(const char *before, const char *text, int columns, const char *after)
{
	struct safe_str safe = safe_text(text, columns), whole = { "" };

	if (*safe.text)
		(void)snprintf(whole.text, sizeof(whole.text), "%s%s%s", before, safe.text, after);
	return whole;
}

/* Who answers, and since when: " (acme-web.service, since 14:02)". */
static struct safe_str fill_by(const struct web_facts *facts)
{
	const struct unit_facts *unit = unit_of(facts);
	struct safe_str name, when, whole = { "" };

	if (unit->phase != UNIT_ACTIVE && unit->phase != UNIT_RELOADING)
		return whole;
	name = safe_text(unit->name, NAME_COLUMNS);
	when = since(_(", since "), unit->since);
	(void)snprintf(whole.text, sizeof(whole.text), " (%.150s%.50s)", name.text, when.text);
	return whole;
}

/* The day of a time in s. */
static struct safe_str day(uint64_t seconds)
{
	time_t when = (time_t)seconds;
	struct safe_str text = { "?" };
	struct tm tm;

	if (localtime_r(&when, &tm))
		(void)strftime(text.text, sizeof(text.text), "%Y-%m-%d", &tm);
	return text;
}

static struct safe_str fill_loopback(const struct web_facts *facts)
{
	return safe_text(facts->loopback, 0);
}

static struct safe_str fill_port(const struct web_facts *facts)
{
	return number(facts->port);
}

static struct safe_str fill_unit(const struct web_facts *facts)
{
	return safe_text(unit_of(facts)->name, NAME_COLUMNS);
}

static struct safe_str fill_waits_for(const struct web_facts *facts)
{
	return safe_text(
		*unit_of(facts)->waits_for ? unit_of(facts)->waits_for : _("another service"),
		NAME_COLUMNS);
}

static struct safe_str fill_since_unit(const struct web_facts *facts)
{
	return since(_(" since "), unit_of(facts)->since);
}

static struct safe_str fill_at_unit(const struct web_facts *facts)
{
	return since(_(" at "), unit_of(facts)->since);
}

static struct safe_str fill_since_seen(const struct web_facts *facts)
{
	return since(_(" since "), facts->url->since);
}

static struct safe_str fill_log(const struct web_facts *facts)
{
	return between(": \"", unit_of(facts)->log, LOG_COLUMNS, "\"");
}

static struct safe_str fill_where(const struct web_facts *facts)
{
	return between(" (", facts->url->firewall.where, NAME_COLUMNS, ")");
}

static struct safe_str fill_why(const struct web_facts *facts)
{
	return between(": ", facts->url->check.why, LOG_COLUMNS, "");
}

static struct safe_str fill_scheme(const struct web_facts *facts)
{
	return safe_text(facts->https ? "https" : "http", 0);
}

static struct safe_str fill_limit(const struct web_facts *facts)
{
	return number(WEBCHECK_USEC / 1000000);
}

static struct safe_str fill_status(const struct web_facts *facts)
{
	return number(facts->url->check.status);
}

static struct safe_str fill_certificate(const struct web_facts *facts)
{
	return safe_text(*facts->url->check.certificate.name ? facts->url->check.certificate.name
							     : _("nobody"),
		NAME_COLUMNS);
}

static struct safe_str fill_hosts(const struct web_facts *facts)
{
	return safe_text(facts->hosts, 0);
}

static struct safe_str fill_first_day(const struct web_facts *facts)
{
	return day(facts->url->check.certificate.not_before);
}

static struct safe_str fill_last_day(const struct web_facts *facts)
{
	return day(facts->url->check.certificate.not_after);
}

static struct safe_str fill_today(const struct web_facts *facts)
{
	return day(facts->now / 1000000);
}

static struct safe_str fill_signer(const struct web_facts *facts)
{
	return safe_text(facts->url->check.certificate.self_signed ? _("self-signed, ") : "", 0);
}

static const struct {
	const char *word;
	struct safe_str (*fill)(const struct web_facts *facts);
} words[] = {
	{ "at unit", fill_at_unit },
	{ "by", fill_by },
	{ "certificate", fill_certificate },
	{ "first day", fill_first_day },
	{ "hosts", fill_hosts },
	{ "how", fill_how },
	{ "last day", fill_last_day },
	{ "limit", fill_limit },
	{ "log", fill_log },
	{ "loopback", fill_loopback },
	{ "port", fill_port },
	{ "scheme", fill_scheme },
	{ "signer", fill_signer },
	{ "since", fill_since_seen },
	{ "since unit", fill_since_unit },
	{ "status", fill_status },
	{ "today", fill_today },
	{ "unit", fill_unit },
	{ "waits for", fill_waits_for },
	{ "where", fill_where },
	{ "why", fill_why },
};

struct safe_str web_fill(const struct web_facts *facts, const char *word, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strlen(words[i].word) == length && memcmp(words[i].word, word, length) == 0)
			return words[i].fill(facts);
	return (struct safe_str){ "?" };
}
