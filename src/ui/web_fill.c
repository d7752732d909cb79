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
	const char *result;
	const safe_char *text;
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

	(void)safe_format(safe.text, sizeof(safe.text), "%u", value);
	return safe;
}

/* The unit, or one of which nothing is known. */
static const struct unit_facts *unit_of(const struct web_facts *facts)
{
	static const struct unit_facts none;

	return facts->unit ? facts->unit : &none;
}

/* " since 14:02", or nothing where it is not known. */
static struct safe_str since(const safe_char *format, uint64_t usec)
{
	safe_char time[LOCAL_TIME_MAX], text[SAFE_TEXT_MAX] = " ";
	struct safe_str safe = { "" };

	if (usec == 0)
		return safe;
	(void)safe_format(
		text, sizeof(text), "%s%s", format, local_time_format(usec, LOCAL_TIME_NEAR, time));
	return safe_cut(text, 0);
}

/* How the unit failed. */
static struct safe_str fill_how(const struct web_facts *facts)
{
	const struct unit_facts *unit = unit_of(facts);
	struct safe_str safe = { "" };

	for (size_t i = 0; i < ARRAY_SIZE(failures); i++)
		if (streq(unit->result, failures[i].result))
			return safe_cut(translate(failures[i].text), 0);
	if (unit->exit_code == CLD_EXITED)
		(void)safe_format(
			safe.text, sizeof(safe.text), _(" with exit status %d"), unit->exit_status);
	else if (unit->exit_code == CLD_KILLED || unit->exit_code == CLD_DUMPED)
		(void)safe_format(
			safe.text, sizeof(safe.text), _(" by signal %d"), unit->exit_status);
	return safe;
}

/* Something between two others, or nothing where it is empty. */
static struct safe_str between(
	const safe_char *before, const char *text, int columns, const safe_char *after)
{
	struct safe_str safe = safe_text(text, columns), whole = { "" };

	if (*safe.text)
		(void)safe_format(
			whole.text, sizeof(whole.text), "%s%s%s", before, safe.text, after);
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
	(void)safe_format(whole.text, sizeof(whole.text), " (%.150s%.50s)", name.text, when.text);
	return whole;
}

/* The day of a time in s. */
static struct safe_str day(uint64_t seconds)
{
	time_t when = (time_t)seconds;
	char text[32] = "?";
	struct tm tm;

	if (localtime_r(&when, &tm))
		(void)i18n_format_time(I18N_DAY, &tm, text, sizeof(text));
	return safe_text(text, 0);
}

static struct safe_str fill_loopback(const struct web_facts *facts)
{
	return safe_text(facts->loopback, 0);
}

/* The wildcard of a family is every address of it. */
static struct safe_str name_place(const char *place, size_t length)
{
	char text[IP_TEXT_MAX];

	(void)snprintf(text, sizeof(text), "%.*s", (int)length, place);
	return safe_text(streq(text, "0.0.0.0") ? "IPv4" : streq(text, "::") ? "IPv6" : text, 0);
}

static struct safe_str fill_places(const struct web_facts *facts)
{
	struct safe_str places = { "" };
	size_t used = 0;

	for (const char *place = facts->places; *place && used < sizeof(places.text);) {
		size_t length = strcspn(place, ",");

		used += (size_t)safe_format(places.text + used, sizeof(places.text) - used, "%s%s",
			used ? OURS(", ") : OURS(""), name_place(place, length).text);
		place += length + strspn(place + length, ", ");
	}
	return places;
}

static struct safe_str fill_port(const struct web_facts *facts)
{
	return number(facts->port);
}

static struct safe_str fill_served(const struct web_facts *facts)
{
	return number(facts->served);
}

static struct safe_str fill_unit(const struct web_facts *facts)
{
	return safe_text(unit_of(facts)->name, NAME_COLUMNS);
}

static struct safe_str fill_waits_for(const struct web_facts *facts)
{
	return safe_text(*unit_of(facts)->waits_for ? unit_of(facts)->waits_for
						    : safe_bytes(_("another service")),
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
	return between(OURS(": \""), unit_of(facts)->log, LOG_COLUMNS, OURS("\""));
}

static struct safe_str fill_where(const struct web_facts *facts)
{
	return between(OURS(" ("), facts->url->firewall.where, NAME_COLUMNS, OURS(")"));
}

static struct safe_str fill_why(const struct web_facts *facts)
{
	return between(OURS(": "), facts->url->check.why, LOG_COLUMNS, OURS(""));
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
							     : safe_bytes(_("nobody")),
		NAME_COLUMNS);
}

static struct safe_str fill_hosts(const struct web_facts *facts)
{
	return safe_cut(facts->hosts, 0);
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
	return safe_cut(
		facts->url->check.certificate.self_signed ? _("self-signed, ") : OURS(""), 0);
}

static const struct {
	const safe_char *word;
	struct safe_str (*fill)(const struct web_facts *facts);
} words[] = {
	{ OURS("at unit"), fill_at_unit },
	{ OURS("by"), fill_by },
	{ OURS("certificate"), fill_certificate },
	{ OURS("first day"), fill_first_day },
	{ OURS("hosts"), fill_hosts },
	{ OURS("how"), fill_how },
	{ OURS("last day"), fill_last_day },
	{ OURS("limit"), fill_limit },
	{ OURS("log"), fill_log },
	{ OURS("loopback"), fill_loopback },
	{ OURS("places"), fill_places },
	{ OURS("port"), fill_port },
	{ OURS("scheme"), fill_scheme },
	{ OURS("served"), fill_served },
	{ OURS("signer"), fill_signer },
	{ OURS("since"), fill_since_seen },
	{ OURS("since unit"), fill_since_unit },
	{ OURS("status"), fill_status },
	{ OURS("today"), fill_today },
	{ OURS("unit"), fill_unit },
	{ OURS("waits for"), fill_waits_for },
	{ OURS("where"), fill_where },
	{ OURS("why"), fill_why },
};

struct safe_str web_fill(const struct web_facts *facts, const safe_char *word, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (safe_length(words[i].word) == length &&
			memcmp(words[i].word, word, length) == 0)
			return words[i].fill(facts);
	return (struct safe_str){ "?" };
}
