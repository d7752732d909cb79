/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "web_words.h"

#include <time.h>

#include "i18n.h"
#include "util.h"
#include "web_fill.h"

/* Is there a listener for it? */
enum listen { LISTEN_NO, LISTEN_LOOPBACK, LISTEN_ELSEWHERE, LISTEN_YES };

/* What came of asking, beyond enum web_answer; WEB_ANSWERED is a good answer. */
enum {
	PROOF_PENDING = WEB_N_ANSWERS, /* not yet answered */
	PROOF_UNKNOWN,		       /* cannot be asked */
	PROOF_ERROR,		       /* an answer that says that something is wrong */
	PROOF_HTTP,		       /* HTTP where HTTPS was asked for */
};

enum {
	CERTIFICATE_FINE,
	CERTIFICATE_OTHER_NAME,
	CERTIFICATE_EXPIRED,
	CERTIFICATE_NOT_YET,
};

#define NO_UNIT	   UNIT_N_PHASES
#define NOT_JUDGED FIREWALL_N_VERDICTS
#define ANY	   (-1)

/* What a sentence is chosen by. */
struct situation {
	int listen, phase, firewall, proof, certificate;
};

/* The sentences: the first whose situation holds is said. In braces stands what web_fill() puts
 * there.
 */
static const struct {
	struct situation when;
	const safe_char *text;
} sentences[] = {
	/* Nobody can connect, whatever else is true. */
	{ { LISTEN_LOOPBACK, ANY, ANY, ANY, ANY },
		N_("listens on {loopback} only: other machines cannot reach it. The web server's "
		   "own settings decide where it listens.") },
	{ { LISTEN_ELSEWHERE, ANY, ANY, ANY, ANY },
		N_("listens on {places} only, not here. The web server's own settings decide where "
		   "it listens.") },
	{ { LISTEN_NO, UNIT_WAITING, ANY, ANY, ANY },
		N_("nothing listens on port {served} yet: {unit} waits for {waits for}{since "
		   "unit}") },
	{ { LISTEN_NO, UNIT_STARTING, ANY, ANY, ANY },
		N_("nothing listens on port {served} yet: {unit} is starting{since unit}") },
	{ { LISTEN_NO, UNIT_RELOADING, ANY, ANY, ANY },
		N_("nothing listens on port {served}: {unit} is reading its settings "
		   "again{since unit}") },
	{ { LISTEN_NO, UNIT_STOPPING, ANY, ANY, ANY },
		N_("nothing listens on port {served}: {unit} is stopping{since unit}") },
	{ { LISTEN_NO, UNIT_FAILED, ANY, ANY, ANY },
		N_("{unit} failed{at unit}{how}{log}. Restart the appliance to try again.") },
	{ { LISTEN_NO, UNIT_RESTARTING, ANY, ANY, ANY },
		N_("{unit} failed{at unit}{how}{log}. It will be tried again by itself.") },
	{ { LISTEN_NO, UNIT_INACTIVE, ANY, ANY, ANY },
		N_("nothing listens on port {served}: {unit} is stopped{since unit}. Restart the "
		   "appliance to start it.") },
	{ { LISTEN_NO, UNIT_MISSING, ANY, ANY, ANY },
		N_("nothing listens on port {served}: {unit} does not exist here, or may not be "
		   "started") },
	{ { LISTEN_NO, UNIT_ACTIVE, ANY, ANY, ANY }, N_("nothing listens on port {served}{since}, "
							"although {unit} is active{since unit}") },
	{ { LISTEN_NO, UNIT_UNKNOWN, ANY, ANY, ANY },
		N_("nothing listens on port {served}{since}; the state of {unit} is not known") },
	{ { LISTEN_NO, ANY, ANY, ANY, ANY },
		N_("nothing listens on port {served}{since}: the web server does not run, or "
		   "listens on another port") },

	/* Others cannot connect. */
	{ { LISTEN_YES, ANY, FIREWALL_CLOSED, WEB_ANSWERED, ANY },
		N_("answers, but the firewall{where} lets nobody in on port {port}") },
	{ { LISTEN_YES, ANY, FIREWALL_CLOSED, ANY, ANY },
		N_("listens, but the firewall{where} lets nobody in on port {port}") },

	/* It does not do what it is there for. */
	{ { LISTEN_YES, UNIT_STARTING, ANY, PROOF_PENDING, ANY },
		N_("takes connections, but has not answered yet: {unit} is starting{since unit}") },
	{ { LISTEN_YES, ANY, ANY, PROOF_PENDING, ANY },
		N_("takes connections; being asked whether it answers") },
	{ { LISTEN_YES, ANY, ANY, PROOF_UNKNOWN, ANY },
		N_("takes connections on port {port}; whether it answers is not known, since "
		   "firstboot-prober does not run") },
	{ { LISTEN_YES, ANY, ANY, WEB_NO_CONNECTION, ANY },
		N_("does not take connections on port {port}{since}: no answer in {limit} s") },
	{ { LISTEN_YES, ANY, ANY, WEB_UNREACHABLE, ANY },
		N_("cannot be reached by this appliance itself{since}{why}") },
	{ { LISTEN_YES, ANY, ANY, WEB_NO_TLS, ANY },
		N_("answers with something else than HTTPS{since}") },
	{ { LISTEN_YES, ANY, ANY, PROOF_HTTP, ANY },
		N_("speaks HTTP, not HTTPS, on port {port}: browsers will not show "
		   "{scheme}://...") },
	{ { LISTEN_YES, ANY, ANY, WEB_TLS_FAILED, ANY },
		N_("takes connections, but HTTPS fails{since}{why}") },
	{ { LISTEN_YES, UNIT_STARTING, ANY, WEB_SILENT, ANY },
		N_("accepts connections, but does not answer yet: {unit} is starting{since "
		   "unit}") },
	{ { LISTEN_YES, ANY, ANY, WEB_SILENT, ANY },
		N_("accepts connections, but does not answer{since}") },
	{ { LISTEN_YES, ANY, ANY, WEB_SLOW, ANY },
		N_("begins to answer, but does not come to the point within {limit} s{since}") },
	{ { LISTEN_YES, ANY, ANY, WEB_GARBAGE, ANY },
		N_("answers with something else than HTTP{since}") },
	{ { LISTEN_YES, ANY, ANY, WEB_CLOSED, ANY },
		N_("accepts connections, but closes them without an answer{since}") },
	{ { LISTEN_YES, ANY, ANY, PROOF_ERROR, ANY },
		N_("answers with an error (HTTP {status}){since}") },

	/* It answers, but not everybody, or not well. */
	{ { LISTEN_YES, ANY, FIREWALL_SOME, WEB_ANSWERED, ANY },
		N_("answering{by}, but the firewall{where} lets only some senders in on port "
		   "{port}") },
	{ { LISTEN_YES, ANY, ANY, WEB_ANSWERED, CERTIFICATE_EXPIRED },
		N_("answering{by}, but its certificate expired on {last day}: browsers will "
		   "warn") },
	{ { LISTEN_YES, ANY, ANY, WEB_ANSWERED, CERTIFICATE_NOT_YET },
		N_("answering{by}, but its certificate is valid only from {first day} on, and "
		   "today is {today}: browsers will warn") },
	{ { LISTEN_YES, ANY, ANY, WEB_ANSWERED, CERTIFICATE_OTHER_NAME },
		N_("answering{by}, but its certificate is for {certificate}, not for {hosts}: "
		   "browsers will warn") },
	{ { LISTEN_YES, UNIT_FAILED, ANY, WEB_ANSWERED, ANY },
		N_("answering, although {unit} failed{at unit}{how}{log}") },
	{ { LISTEN_YES, ANY, FIREWALL_UNKNOWN, WEB_ANSWERED, ANY },
		N_("answering{by}; whether the firewall lets others in is not known") },
	{ { LISTEN_YES, ANY, ANY, ANY, ANY }, N_("answering{by}") },
};

/* How long a certificate has been, or will be, good. */
static int judge_certificate(const struct web_certificate *certificate, uint64_t now)
{
	if (!certificate->present)
		return CERTIFICATE_FINE;
	if (now / 1000000 > certificate->not_after)
		return CERTIFICATE_EXPIRED;
	if (now / 1000000 < certificate->not_before)
		return CERTIFICATE_NOT_YET;
	return certificate->names_host ? CERTIFICATE_FINE : CERTIFICATE_OTHER_NAME;
}

/* What came of asking. */
static int judge_proof(const struct web_url *url)
{
	if (!url->checked)
		return PROOF_PENDING;
	if (url->error < 0)
		return PROOF_UNKNOWN;
	if (url->check.answer == WEB_ANSWERED && !web_url_serves(url))
		return PROOF_ERROR;
	if (url->check.answer == WEB_NO_TLS && streq(url->check.why, "HTTP"))
		return PROOF_HTTP;
	return (int)url->check.answer;
}

/* Everything that a sentence is chosen by. */
static struct situation judge(const struct web_facts *facts)
{
	const struct web_url *url = facts->url;
	bool refused = url->checked && url->error == 0 && url->check.answer == WEB_REFUSED;
	struct situation now = { .listen = url->listening && !refused ? LISTEN_YES : LISTEN_NO };

	if (now.listen == LISTEN_NO && facts->loopback)
		now.listen = LISTEN_LOOPBACK;
	else if (!url->listening && *facts->places)
		now.listen = LISTEN_ELSEWHERE;
	now.phase = facts->unit ? (int)facts->unit->phase : (int)NO_UNIT;
	now.firewall = url->judged ? (int)url->firewall.verdict : (int)NOT_JUDGED;
	now.proof = judge_proof(url);
	now.certificate = judge_certificate(&url->check.certificate, facts->now);
	return now;
}

static bool matches(int wanted, int actual)
{
	return wanted == ANY || wanted == actual;
}

/* The first sentence for a situation; the last is for all that are left. */
static const safe_char *choose(const struct situation *now)
{
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(sentences) &&
		!(matches(sentences[i].when.listen, now->listen) &&
			matches(sentences[i].when.phase, now->phase) &&
			matches(sentences[i].when.firewall, now->firewall) &&
			matches(sentences[i].when.proof, now->proof) &&
			matches(sentences[i].when.certificate, now->certificate)))
		i++;
	return translate(sentences[i].text);
}

/* The sentence with what its words in braces stand for. */
static void expand(
	const struct web_facts *facts, const safe_char *text, safe_char *ret, size_t size)
{
	size_t used = 0;

	*ret = '\0';
	while (*text && used < size) {
		size_t plain = safe_until(text, "{"), word;

		used += (size_t)safe_format(ret + used, size - used, "%.*s", (int)plain, text);
		text += plain;
		if (!*text || used >= size)
			break;
		word = safe_until(++text, "}");
		used += (size_t)safe_format(
			ret + used, size - used, "%s", web_fill(facts, text, word).text);
		text += word + (text[word] == '}');
	}
}

void web_words(const struct web_facts *facts, safe_char *ret, size_t size)
{
	struct situation now = judge(facts);

	expand(facts, choose(&now), ret, size);
}

void web_words_certificate(const struct web_facts *facts, safe_char *ret, size_t size)
{
	static const safe_char *const texts[] = {
		[CERTIFICATE_FINE] = N_("{signer}valid to {last day}"),
		[CERTIFICATE_OTHER_NAME] = N_("{signer}valid to {last day}"),
		[CERTIFICATE_EXPIRED] = N_("{signer}expired on {last day}"),
		[CERTIFICATE_NOT_YET] = N_("{signer}not valid before {first day}"),
	};
	int state = judge_certificate(&facts->url->check.certificate, facts->now);

	expand(facts, translate(texts[state]), ret, size);
}

/* The beginning of the next day, s. */
static uint64_t next_midnight(uint64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm tm;

	if (!localtime_r(&when, &tm))
		return seconds + 86400;
	tm.tm_mday++;
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_isdst = -1;
	when = mktime(&tm);
	return (uint64_t)when > seconds ? (uint64_t)when : seconds + 86400;
}

uint64_t web_words_expire(const struct web_url *urls, size_t n, uint64_t now)
{
	uint64_t seconds = now / 1000000, next = next_midnight(seconds);

	for (size_t i = 0; i < n; i++) {
		const struct web_certificate *certificate = &urls[i].check.certificate;
		/* The last second of it is still good. */
		const uint64_t turns[] = { certificate->not_before, certificate->not_after + 1 };

		for (size_t j = 0; certificate->present && j < ARRAY_SIZE(turns); j++)
			if (turns[j] > seconds && turns[j] < next)
				next = turns[j];
	}
	return next * 1000000;
}
