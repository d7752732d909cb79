/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is said of a URL in each situation that it may be in. */

#include "web_words.h"

#include <locale.h>
#include <signal.h>
#include <time.h>

#include "test.h"
#include "util.h"

#define DAY 86400ULL

/* One situation, and what is to be read. */
struct row {
	const char *expected;
	const char *unit; /* NULL: none is configured */
	enum unit_phase phase;
	bool deaf; /* nothing listens */
	bool loopback;
	bool elsewhere;
	bool unasked;
	int error;
	enum web_answer answer;
	unsigned status; /* 0: 200 */
	bool judged;
	enum firewall_verdict verdict;
	enum { NONE, FINE, OTHER, EXPIRED, FUTURE } certificate;
	const char *result;
	int exit_code, exit_status;
	const char *log, *why, *waits_for;
	bool seen; /* it was better before */
};

#define UNIT   .unit = "acme-web.service"
#define OPEN   .judged = true, .verdict = FIREWALL_OPEN
#define CLOSED .judged = true, .verdict = FIREWALL_CLOSED
#define STAMP  "2025-03-04 14:02"

static const struct row rows[] = {
	/* Nothing listens. */
	{ "nothing listens on port 8443: the web server does not run, or "
	  "listens on another port",
		.deaf = true },
	{ "nothing listens on port 8443 since " STAMP ": the web server does not run, or "
	  "listens on another port",
		.deaf = true, .seen = true },
	{ "nothing listens on port 8443 yet: acme-web.service waits for acme-db.service "
	  "since " STAMP,
		UNIT, UNIT_WAITING, .deaf = true, .waits_for = "acme-db.service" },
	{ "nothing listens on port 8443 yet: acme-web.service waits for another service "
	  "since " STAMP,
		UNIT, UNIT_WAITING, .deaf = true },
	{ "nothing listens on port 8443 yet: acme-web.service is starting since " STAMP, UNIT,
		UNIT_STARTING, .deaf = true },
	{ "nothing listens on port 8443: acme-web.service is reading its settings again "
	  "since " STAMP,
		UNIT, UNIT_RELOADING, .deaf = true },
	{ "nothing listens on port 8443: acme-web.service is stopping since " STAMP, UNIT,
		UNIT_STOPPING, .deaf = true },
	{ "acme-web.service failed at " STAMP " with exit status 3: \"cannot open database\". "
	  "Restart the appliance to try again.",
		UNIT, UNIT_FAILED, .deaf = true, .result = "exit-code", .exit_code = CLD_EXITED,
		.exit_status = 3, .log = "cannot open database" },
	{ "acme-web.service failed at " STAMP " by signal 9. Restart the appliance to try again.",
		UNIT, UNIT_FAILED, .deaf = true, .result = "signal", .exit_code = CLD_KILLED,
		.exit_status = 9 },
	{ "acme-web.service failed at " STAMP
	  ", because it took too long. Restart the appliance to "
	  "try again.",
		UNIT, UNIT_FAILED, .deaf = true, .result = "timeout", .exit_code = CLD_KILLED,
		.exit_status = 15 },
	{ "acme-web.service failed at " STAMP
	  ", because memory ran out: \"?[2J?\". It will be tried "
	  "again by itself.",
		UNIT, UNIT_RESTARTING, .deaf = true, .result = "oom-kill", .log = "\033[2J\a" },
	{ "nothing listens on port 8443: acme-web.service is stopped since " STAMP
	  ". Restart the appliance to start it.",
		UNIT, UNIT_INACTIVE, .deaf = true },
	{ "nothing listens on port 8443: acme-web.service does not exist here, or may not be "
	  "started",
		UNIT, UNIT_MISSING, .deaf = true },
	{ "nothing listens on port 8443, although acme-web.service is active since " STAMP, UNIT,
		UNIT_ACTIVE, .deaf = true },
	{ "nothing listens on port 8443; the state of acme-web.service is not known", UNIT,
		UNIT_UNKNOWN, .deaf = true },
	{ "listens on 127.0.0.1 only: other machines cannot reach it. The web server's own "
	  "settings "
	  "decide where it listens.",
		UNIT, UNIT_ACTIVE, .deaf = true, .loopback = true, CLOSED },
	{ "listens on 198.51.100.7, enp2s0 only, not here. The web server's own settings decide "
	  "where it listens.",
		UNIT, UNIT_ACTIVE, .deaf = true, .elsewhere = true },
	{ "nothing listens on port 8443: the web server does not run, or "
	  "listens on another port",
		.answer = WEB_REFUSED },

	/* The firewall. */
	{ "answers, but the firewall (inet filter input) lets nobody in on port 8443", UNIT,
		UNIT_ACTIVE, CLOSED, .certificate = OTHER },
	{ "listens, but the firewall (inet filter input) lets nobody in on port 8443", CLOSED,
		.answer = WEB_SILENT },
	{ "listens, but the firewall (inet filter input) lets nobody in on port 8443", CLOSED,
		.status = 500 },
	{ "listens, but the firewall (inet filter input) lets nobody in on port 8443", CLOSED,
		.unasked = true },

	/* It does not answer as it should. */
	{ "takes connections; being asked whether it answers", OPEN, .unasked = true },
	{ "takes connections, but has not answered yet: acme-web.service is starting since " STAMP,
		UNIT, UNIT_STARTING, .unasked = true },
	{ "takes connections on port 8443; whether it answers is not known, since firstboot-prober "
	  "does not run",
		UNIT, UNIT_ACTIVE, OPEN, .error = -2 },
	{ "does not take connections on port 8443: no answer in 5 s", OPEN,
		.answer = WEB_NO_CONNECTION },
	{ "cannot be reached by this appliance itself: No route to host", OPEN,
		.answer = WEB_UNREACHABLE, .why = "No route to host" },
	{ "speaks HTTP, not HTTPS, on port 8443: browsers will not show https://...", OPEN,
		.answer = WEB_NO_TLS, .why = "HTTP" },
	{ "answers with something else than HTTPS", OPEN, .answer = WEB_NO_TLS },
	{ "takes connections, but HTTPS fails: ?[31mhandshake failure", OPEN,
		.answer = WEB_TLS_FAILED, .why = "\033[31mhandshake failure" },
	{ "accepts connections, but does not answer", OPEN, .answer = WEB_SILENT },
	{ "accepts connections, but does not answer since " STAMP, OPEN, .answer = WEB_SILENT,
		.seen = true },
	{ "accepts connections, but does not answer yet: acme-web.service is starting since " STAMP,
		UNIT, UNIT_STARTING, OPEN, .answer = WEB_SILENT },
	{ "begins to answer, but does not come to the point within 5 s", OPEN, .answer = WEB_SLOW },
	{ "answers with something else than HTTP", OPEN, .answer = WEB_GARBAGE },
	{ "accepts connections, but closes them without an answer", OPEN, .answer = WEB_CLOSED },
	{ "answers with an error (HTTP 500)", OPEN, .status = 500, .certificate = OTHER },
	{ "answers with an error (HTTP 404)", UNIT, UNIT_ACTIVE, OPEN, .status = 404 },

	/* It answers. */
	{ "answering (acme-web.service, since " STAMP
	  "), but the firewall (inet filter input) lets "
	  "only some senders in on port 8443",
		UNIT, UNIT_ACTIVE, .judged = true, .verdict = FIREWALL_SOME, .certificate = OTHER },
	{ "answering, but its certificate expired on 2025-03-03: browsers will warn", OPEN,
		.certificate = EXPIRED },
	{ "answering, but its certificate is valid only from 2025-03-05 on, and today is "
	  "2025-03-04: "
	  "browsers will warn",
		OPEN, .certificate = FUTURE },
	{ "answering, but its certificate is for other.example.com, not for 192.0.2.10: browsers "
	  "will "
	  "warn",
		OPEN, .certificate = OTHER },
	{ "answering, although acme-web.service failed at " STAMP " with exit status 1", UNIT,
		UNIT_FAILED, OPEN, .exit_code = CLD_EXITED, .exit_status = 1 },
	{ "answering (acme-web.service, since " STAMP
	  "); whether the firewall lets others in is not "
	  "known",
		UNIT, UNIT_ACTIVE, .judged = true },
	{ "answering (acme-web.service, since " STAMP ")", UNIT, UNIT_ACTIVE, OPEN,
		.certificate = FINE },
	{ "answering (acme-web.service, since " STAMP ")", UNIT, UNIT_ACTIVE },
	{ "answering", UNIT, UNIT_UNKNOWN, OPEN },
	{ "answering", OPEN },
	{ "answering", .judged = true, .verdict = FIREWALL_NONE },
	{ "answering", OPEN, .status = 302 },
	{ "answering", OPEN, .status = 401 },
	{ "answering", OPEN, .status = 403 },
	{ "answers with an error (HTTP 402)", OPEN, .status = 402 },
	{ "answers with an error (HTTP 503)", OPEN, .status = 503 },
};

/* 2025-03-04 14:02:05 UTC. */
static const uint64_t now = 1741096925;

/* The certificate of a row. */
static void set_certificate(const struct row *row, struct web_certificate *ret)
{
	ret->present = row->certificate != NONE;
	ret->names_host = row->certificate != OTHER;
	ret->not_before = row->certificate == FUTURE ? now + DAY : now - 10 * DAY;
	ret->not_after = row->certificate == EXPIRED ? now - DAY : now + 10 * DAY;
	strcpy(ret->name, "other.example.com");
}

/* The sentence for a row. */
static void say(const struct row *row, char *ret, size_t size)
{
	struct web_url url = {
		.listening = !row->deaf, .judged = row->judged, .error = row->error
	};
	struct unit_facts unit = { .phase = row->phase, .since = now * 1000000 };
	struct web_facts facts = {
		.url = &url,
		.port = 8443,
		.served = 8443,
		.https = true,
		.hosts = (const safe_char *)"192.0.2.10",
	};

	url.checked = !row->unasked && !row->deaf;
	url.since = row->seen ? now * 1000000 : 0;
	url.firewall.verdict = row->verdict;
	strcpy(url.firewall.where, "inet filter input");
	url.check.answer = row->answer;
	url.check.status = row->status ? row->status : row->answer == WEB_ANSWERED ? 200 : 0;
	strcpy(url.check.why, row->why ? row->why : "");
	set_certificate(row, &url.check.certificate);
	unit.exit_code = row->exit_code;
	unit.exit_status = row->exit_status;
	strcpy(unit.name, row->unit ? row->unit : "");
	strcpy(unit.result, row->result ? row->result : "");
	strcpy(unit.log, row->log ? row->log : "");
	strcpy(unit.waits_for, row->waits_for ? row->waits_for : "");
	facts.unit = row->unit ? &unit : NULL;
	facts.loopback = row->loopback ? "127.0.0.1" : NULL;
	facts.places = row->elsewhere ? "198.51.100.7, enp2s0" : "";
	facts.now = now * 1000000;
	web_words(&facts, (safe_char *)ret, size);
}

static void test_sentences(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[400];

		say(&rows[i], text, sizeof(text));
		test_equal_str_at(rows[i].expected, text, rows[i].expected);
	}
}

/* Is what is said of this situation a whole sentence, and none of success where there is none? */
static bool is_sound(const struct row *row)
{
	bool good = !row->deaf && !row->unasked && row->answer == WEB_ANSWERED;
	char text[400];

	say(row, text, sizeof(text));
	if (strlen(text) > 8 && !strpbrk(text, "{}?") && !strstr(text, "  ") &&
		!strstr(text, " ,") &&
		(strncmp(text, "answer", strlen("answer")) != 0 || good ||
			strstr(text, "something else")))
		return true;
	test_fail("said: \"%s\"", text);
	return false;
}

/* All values of the last four, whatever stands before them. */
static bool are_sound(struct row *row)
{
	for (unsigned bits = 0; bits < 16; bits++) {
		row->deaf = bits & 1;
		row->loopback = bits & 2;
		row->unasked = bits & 4;
		row->judged = bits & 8;
		if (!is_sound(row))
			return false;
	}
	return true;
}

static void test_every_combination(void)
{
	struct row row = { .log = "", .why = "because", .result = "exit-code" };
	bool sound = true;

	for (row.phase = 0; row.phase <= UNIT_N_PHASES; row.phase++) {
		row.unit = row.phase < UNIT_N_PHASES ? "acme-web.service" : NULL;
		for (row.answer = 0; row.answer < WEB_N_ANSWERS; row.answer++)
			for (row.verdict = 0; row.verdict < FIREWALL_N_VERDICTS; row.verdict++)
				sound = sound && are_sound(&row);
	}
}

/* What does not fit is cut, nothing is written behind it. */
static void test_small_buffer(void)
{
	char text[16];

	for (size_t size = 1; size <= sizeof(text); size++) {
		memset(text, 'x', sizeof(text));
		say(&rows[2], text, size);
		test_assert(strlen(text) == size - 1);
		test_assert(size == sizeof(text) || text[size] == 'x');
	}
}

static void test_certificates(void)
{
	struct web_url url = { .check.certificate = { .present = true,
				       .not_before = now - DAY,
				       .not_after = now + DAY,
				       .self_signed = true } };
	struct web_facts facts = { .url = &url, .now = now * 1000000 };
	char text[128];

	web_words_certificate(&facts, (safe_char *)text, sizeof(text));
	test_equal_str(text, "self-signed, valid to 2025-03-05");
	url.check.certificate.self_signed = false;
	facts.now = (now + 2 * DAY) * 1000000;
	web_words_certificate(&facts, (safe_char *)text, sizeof(text));
	test_equal_str(text, "expired on 2025-03-05");
	facts.now = (now - 2 * DAY) * 1000000;
	web_words_certificate(&facts, (safe_char *)text, sizeof(text));
	test_equal_str(text, "not valid before 2025-03-03");
}

/* The words are others at midnight, and where a certificate's time turns. */
static void test_expiry(void)
{
	const uint64_t midnight = now - now % DAY + DAY;
	struct web_url urls[2] = { 0 };

	test_equal_int(web_words_expire(NULL, 0, now * 1000000), midnight * 1000000);
	test_equal_int(web_words_expire(NULL, 0, midnight * 1000000), (midnight + DAY) * 1000000);
	urls[1].check.certificate = (struct web_certificate){
		.present = true, .not_before = now + 60, .not_after = now + 90
	};
	test_equal_int(web_words_expire(urls, 2, now * 1000000), (now + 60) * 1000000);
	test_equal_int(web_words_expire(urls, 2, (now + 60) * 1000000), (now + 91) * 1000000);
	test_equal_int(web_words_expire(urls, 2, (now + 91) * 1000000), midnight * 1000000);
	urls[1].check.certificate.present = false;
	test_equal_int(web_words_expire(urls, 2, now * 1000000), midnight * 1000000);
}

int main(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	setenv("TZ", "UTC", 1);
	tzset();
	test_run(test_sentences);
	test_run(test_every_combination);
	test_run(test_small_buffer);
	test_run(test_certificates);
	test_run(test_expiry);
	return test_result();
}
