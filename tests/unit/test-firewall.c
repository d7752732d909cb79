/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rulesets as programs make them, recorded by tests/bus/test_firewall_programs.py, which holds the
 * same verdicts against real connections; and those rulesets damaged by chance. */

#include "firewall.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "test.h"
#include "util.h"

#define N_PACKETS 8

static const unsigned ports[N_PACKETS / 2] = { 22, 80, 443, 8443 };
static const char letters[FIREWALL_N_VERDICTS + 1] = "?-OSC";

/* Recorded rulesets. */
static const char *const names[] = { "empty", "nft-workstation", "nft-server", "nft-redirect",
	"nft-order", "firewalld-public", "firewalld-https", "firewalld-rich", "firewalld-zones",
	"firewalld-forward", "ufw-https", "iptables", "iptables-multiport", "iptables-docker",
	"netavark" };

/* -- the machinery ------------------------------------------------------------------------------
 */

/* A ruleset as lines, most of them one table, chain, set or rule each. */
struct text {
	char *bytes; /* the lines as strings, one behind the other */
	const char **lines;
	size_t n;
};

static void text_done(struct text *text)
{
	free(text->bytes);
	free(text->lines);
}

/* Read a recorded ruleset. */
static struct text text_read(const char *name)
{
	struct text text = { 0 };
	char path[256];
	_cleanup_fclose_ FILE *f = NULL;
	size_t size;

	(void)snprintf(path, sizeof(path), UNIT_DIR "/firewall/%s.json", name);
	f = fopen(path, "re");
	text.bytes = calloc(1, 1 << 17);
	text.lines = calloc(1 << 12, sizeof(*text.lines));
	if (!f || !text.bytes || !text.lines) {
		test_fail("%s cannot be read", path);
		exit(1);
	}
	size = fread(text.bytes, 1, (1 << 17) - 1, f);
	for (size_t i = 0; i < size && text.n < 1 << 12; i++) {
		if (i == 0 || text.bytes[i - 1] == '\0')
			text.lines[text.n++] = text.bytes + i;
		if (text.bytes[i] == '\n')
			text.bytes[i] = '\0';
	}
	return text;
}

/* Put the lines together again, mended where the last entry has a comma; caller frees. */
static char *text_join(const struct text *text)
{
	char *json = NULL;
	size_t size;
	_cleanup_fclose_ FILE *f = open_memstream(&json, &size);

	for (size_t i = 0; f && i < text->n; i++) {
		size_t length = strlen(text->lines[i]);
		bool last = i + 2 == text->n;

		if (length > 0 && i > 0 && i + 1 < text->n && text->lines[i][length - 1] == ',')
			length--;
		fprintf(f, "%.*s%s\n", (int)length, text->lines[i],
			i > 0 && i + 1 < text->n && !last ? "," : "");
	}
	if (!f || fclose(take_ptr(f)) != 0)
		exit(1);
	return json;
}

/* Judge connections to all ports over IPv4 and IPv6. */
static int judge(const char *json, struct firewall_judgement ret[static N_PACKETS])
{
	struct firewall_packet packets[N_PACKETS];

	for (size_t i = 0; i < N_PACKETS; i++) {
		packets[i] = (struct firewall_packet){ .iifname = "m0",
			.dport = ports[i % ARRAY_SIZE(ports)],
			.iifgroup = 0,
			.iiftype = 1 };
		if (ip_parse(i < ARRAY_SIZE(ports) ? "10.0.0.1" : "fd00::1", &packets[i].daddr) < 0)
			exit(1);
	}
	return firewall_judge(json, strlen(json), packets, N_PACKETS, ret);
}

/* The verdicts as a row of letters, "" for what is no ruleset. */
static const char *judge_letters(const char *json, char ret[static N_PACKETS + 2])
{
	struct firewall_judgement judgements[N_PACKETS];
	char *p = ret;

	if (judge(json, judgements) < 0)
		return "";
	for (size_t i = 0; i < N_PACKETS; i++) {
		if (i == ARRAY_SIZE(ports))
			*p++ = ' ';
		*p++ = letters[judgements[i].verdict];
	}
	*p = '\0';
	return ret;
}

/* Numbers by chance, the same ones each time (xorshift). */
static uint32_t chance(uint32_t below)
{
	static uint32_t state = 20241;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % below;
}

/* -- as recorded --------------------------------------------------------------------------------
 */

/* What is to be said of a ruleset. */
static const char *find_verdicts(const char *name, char ret[static N_PACKETS + 2])
{
	_cleanup_fclose_ FILE *f = fopen(UNIT_DIR "/firewall/verdicts", "re");
	char line[256], found[64], four[8], six[8];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%63s %7s %7s", found, four, six) == 3 && streq(found, name)) {
			(void)snprintf(ret, N_PACKETS + 2, "%.4s %.4s", four, six);
			return ret;
		}
	return "none";
}

static void test_recorded(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct text text = text_read(names[i]);
		_cleanup_free_ char *json = text_join(&text);
		char said[N_PACKETS + 2] = "", expected[N_PACKETS + 2] = "";

		test_equal_str_at(
			names[i], judge_letters(json, said), find_verdicts(names[i], expected));
		text_done(&text);
	}
}

/* -- what decides -------------------------------------------------------------------------------
 */

#define CHAIN(name, hook, priority, policy)                                                        \
	"{\"chain\": {\"family\": \"inet\", \"table\": \"t\", \"name\": \"" name                   \
	"\", \"type\": \"filter\", \"hook\": \"" hook "\", \"prio\": " #priority                   \
	", \"policy\": \"" policy "\"}}"
#define RULE(chain, expr)                                                                          \
	"{\"rule\": {\"family\": \"inet\", \"table\": \"t\", \"chain\": \"" chain                  \
	"\", \"expr\": [" expr "]}}"
#define RULESET(entries) "{\"nftables\": [" entries "]}"
#define DPORT(port)                                                                                \
	"{\"match\": {\"op\": \"==\", \"left\": {\"payload\": {\"protocol\": \"tcp\", "            \
	"\"field\": \"dport\"}}, \"right\": " #port "}}"
#define FIB(flags, type)                                                                           \
	"{\"match\": {\"op\": \"==\", \"left\": {\"fib\": {\"result\": \"type\", "                 \
	"\"flags\": " flags "}}, \"right\": \"" type "\"}}"
#define VERDICT(name) "{\"" name "\": null}"

static const struct {
	const char *json, *verdicts, *where; /* where: of the first packet, port 22 */
} cases[] = {
	{ RULESET(""), "---- ----", "" },
	{ RULESET(CHAIN("a", "input", 0, "drop")), "CCCC CCCC", "inet t a" },
	{ RULESET(CHAIN("a", "output", 0, "drop")), "---- ----", "" },
	{ RULESET(CHAIN("a", "input", 0, "drop") "," RULE("a", DPORT(443) "," VERDICT("accept"))),
		"CCOC CCOC", "inet t a" },
	/* To accept is the last word of its chain, not of all. */
	{ RULESET(CHAIN("a", "input", 0, "accept") "," RULE("a", VERDICT("accept")) "," CHAIN(
		  "b", "input", 10, "accept") "," RULE("b", DPORT(22) "," VERDICT("drop"))),
		"COOO COOO", "inet t b" },
	/* The first in the order of priority that drops has done it. */
	{ RULESET(CHAIN("b", "input", -10, "drop") "," CHAIN("a", "input", 10, "drop")),
		"CCCC CCCC", "inet t b" },
	{ RULESET(CHAIN("a", "input", 0, "accept") "," RULE("a", "{\"novelty\": 1}")), "???? ????",
		"inet t a" },
	/* One flag may stand without a list: nobody else has an address of this machine's. */
	{ RULESET(CHAIN("a", "input", 0, "accept") "," RULE(
		  "a", FIB("[\"saddr\"]", "local") "," VERDICT("drop"))),
		"OOOO OOOO", "" },
	{ RULESET(CHAIN("a", "input", 0, "accept") "," RULE(
		  "a", FIB("\"saddr\"", "local") "," VERDICT("drop"))),
		"OOOO OOOO", "" },
	{ RULESET(CHAIN("a", "input", 0, "accept") "," RULE(
		  "a", FIB("\"daddr\"", "local") "," VERDICT("drop"))),
		"CCCC CCCC", "inet t a" },
};

static void test_deciders(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct firewall_judgement judgements[N_PACKETS] = { 0 };
		char said[N_PACKETS + 2] = "";

		test_equal_str_at(
			cases[i].json, judge_letters(cases[i].json, said), cases[i].verdicts);
		test_equal_int(judge(cases[i].json, judgements), 0);
		test_equal_str_at(cases[i].json, judgements[0].where, cases[i].where);
	}
}

/* The port that a connection ends at. */
static void check_dport(const char *name, size_t packet, unsigned expected)
{
	struct text text = text_read(name);
	_cleanup_free_ char *json = text_join(&text);
	struct firewall_judgement judgements[N_PACKETS] = { 0 };

	test_equal_int(judge(json, judgements), 0);
	if (judgements[packet].dport != expected)
		test_fail("%s: %zu ends at %u", name, packet, judgements[packet].dport);
	text_done(&text);
}

static void test_ports(void)
{
	check_dport("empty", 2, 443);
	check_dport("nft-server", 2, 443);
	check_dport("nft-redirect", 2, 8443);
	check_dport("nft-redirect", 6, 8443);
	check_dport("nft-redirect", 0, 22);
	check_dport("firewalld-forward", 2, 8443);
	/* Never in, and not known. */
	check_dport("nft-redirect", 1, 0);
	check_dport("netavark", 1, 0);
}

static void test_no_rulesets(void)
{
	static const char *const texts[] = { "", "{", "[]", "null", "{}", "{\"nftables\": 1}",
		"{\"nftables\": [{\"rule\": {\"chain\": \"missing\", \"expr\": [{}]}}]}" };
	struct firewall_judgement judgements[N_PACKETS];

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		test_equal_int(judge(texts[i], judgements), -EINVAL);
}

/* -- damaged by chance --------------------------------------------------------------------------
 */

#define N_MUTATIONS 12000

/* What stands in rulesets, and what does not. */
static const char *const tokens[] = { "null", "true", "0", "-1", "443", "22", "65536",
	"18446744073709551616", "1e99", "\"\"", "\"*\"", "\"@ways\"", "\"@services\"", "\"m0\"",
	"\"input\"", "\"prerouting\"", "\"ingress\"", "\"inet\"", "\"ip6\"", "\"drop\"", "\"nat\"",
	"\"10.0.0.0\"", "\"fd00::\"", "[]", "{}", "[443, 22]", "{\"range\": [1, 443]}",
	"{\"range\": [443]}", "{\"prefix\": {\"addr\": \"10.0.0.0\", \"len\": 99}}",
	"{\"set\": [22, {\"range\": [80, 443]}]}", "{\"set\": []}", "{\"concat\": []}",
	"{\"|\": [1, 2]}", "{\"accept\": null}", "{\"drop\": null}",
	"{\"jump\": {\"target\": \"input\"}}", "{\"goto\": {\"target\": \"tcp_in\"}}",
	"{\"elem\": {\"val\": 443, \"timeout\": 1}}", "{\"meta\": {\"key\": \"mark\"}}",
	"{\"ct\": {\"key\": \"state\"}}", "{\"payload\": {\"protocol\": \"tcp\"}}",
	"{\"map\": {\"key\": 1, \"data\": {\"set\": [[1, 2]]}}}",
	"{\"&\": [{\"meta\": {\"key\": \"mark\"}}, 255]}", "{\"redirect\": {\"port\": 22}}",
	"{\"dnat\": {\"addr\": \"10.0.0.1\"}}", "{\"vmap\": {\"key\": 1, \"data\": \"@ways\"}}" };

/* The length of the value that begins at text, as far as it has an end there. */
static size_t value_length(const char *text)
{
	size_t i = 0, depth = 0;

	do {
		if (text[i] == '"')
			i += 1 + strcspn(text + i + 1, "\"");
		else if (text[i] == '{' || text[i] == '[')
			depth++;
		else if ((text[i] == '}' || text[i] == ']') && depth > 0)
			depth--;
		else if (depth == 0)
			i += strcspn(text + i + 1, ",}] ");
		if (text[i] != '\0')
			i++;
	} while (depth > 0 && text[i] != '\0');
	return i;
}

/* Put something else in the place of a value of a line; caller frees. */
static char *mutate_line(const char *line)
{
	size_t at = chance((uint32_t)strlen(line) + 1), length;
	char *changed;

	at += strcspn(line + at, " [");
	at += strspn(line + at, " [");
	length = value_length(line + at);
	if (asprintf(&changed, "%.*s%s%s", (int)at, line, tokens[chance(ARRAY_SIZE(tokens))],
		    line + at + (line[at] ? length : 0)) < 0)
		exit(1);
	return changed;
}

/* Leave a line out, or have it elsewhere. */
static void move_line(struct text *text)
{
	size_t from = 1 + chance((uint32_t)text->n - 2), to = 1 + chance((uint32_t)text->n - 2);
	const char *line = text->lines[from];

	if (chance(2) == 0) {
		text->lines[from] = text->lines[to];
		text->lines[to] = line;
	} else if (text->n > 3) {
		memmove(text->lines + from, text->lines + from + 1,
			(text->n - from - 1) * sizeof(*text->lines));
		text->n--;
	}
}

/* Judge what is left after some damage. True: it was still a ruleset. */
static bool try_mutation(const struct text *original)
{
	struct text text = { .n = original->n,
		.lines = memcpy(calloc(original->n, sizeof(char *)), original->lines,
			original->n * sizeof(char *)) };
	struct firewall_judgement judgements[N_PACKETS];
	_cleanup_free_ char *json = NULL, *line = NULL;
	int r;

	if (chance(3) == 0)
		move_line(&text);
	if (chance(4) != 0) {
		size_t i = chance((uint32_t)text.n);

		line = mutate_line(text.lines[i]);
		text.lines[i] = line;
	}
	json = text_join(&text);
	if (chance(20) == 0)
		json[chance((uint32_t)strlen(json))] = (char)chance(256);
	r = judge(json, judgements);
	test_assert(r == 0 || r == -EINVAL);
	for (size_t i = 0; r == 0 && i < N_PACKETS; i++)
		if ((unsigned)judgements[i].verdict >= FIREWALL_N_VERDICTS ||
			!memchr(judgements[i].where, '\0', sizeof(judgements[i].where)))
			test_fail("verdict %d of %s", (int)judgements[i].verdict, json);
	free(text.lines);
	return r == 0;
}

/* Whatever a ruleset looks like, there is an answer. */
static void test_mutations(void)
{
	size_t n_judged = 0;
	struct text texts[ARRAY_SIZE(names)];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		texts[i] = text_read(names[i]);
	for (size_t i = 0; i < N_MUTATIONS; i++) {
		/* Large ones less often. */
		size_t which = i % 64 == 0 ? chance(ARRAY_SIZE(names)) : 1 + chance(3);

		n_judged += try_mutation(&texts[which]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		text_done(&texts[i]);
	/* Else it is the parser of JSON that was tried. */
	test_assert(n_judged > N_MUTATIONS / 2);
	test_assert(n_judged < N_MUTATIONS);
}

/* -- rules left out -----------------------------------------------------------------------------
 */

/* Leave each rule that holds word out in turn: no verdict "from" may become another than it was or
 * one of "to". */
static size_t leave_out(const char *name, const char *word, char from, const char *to)
{
	struct text text = text_read(name);
	_cleanup_free_ char *whole = text_join(&text);
	char before[N_PACKETS + 2] = "", after[N_PACKETS + 2] = "";
	size_t n = 0;

	judge_letters(whole, before);
	for (size_t i = 1; i + 1 < text.n; i++) {
		const char *line = text.lines[i];
		_cleanup_free_ char *json = NULL;

		if (strncmp(line, "{\"rule\"", 7) != 0 || !strstr(line, word))
			continue;
		/* Something that does nothing in its place. */
		text.lines[i] = "{\"counter\": {}}";
		json = text_join(&text);
		test_equal_int((int)strlen(judge_letters(json, after)), N_PACKETS + 1);
		for (size_t j = 0; j < N_PACKETS + 1; j++)
			if (before[j] == from && strchr(to, after[j]))
				test_fail("%s: %s without %s", after, name, line);
		text.lines[i] = line;
		n++;
	}
	text_done(&text);
	return n;
}

/* Without a rule that lets in nothing opens; without one that keeps out nothing closes. */
static void test_left_out(void)
{
	size_t n_accept = 0, n_drop = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		n_accept += leave_out(names[i], "{\"accept\": null}", 'C', "OS-");
		n_drop += leave_out(names[i], "{\"drop\": null}", 'O', "SC");
		n_drop += leave_out(names[i], "{\"reject\": ", 'O', "SC");
	}
	test_assert(n_accept > 50);
	test_assert(n_drop > 15);
}

int main(void)
{
	test_run(test_recorded);
	test_run(test_deciders);
	test_run(test_ports);
	test_run(test_no_rulesets);
	test_run(test_mutations);
	test_run(test_left_out);
	return test_result();
}
