/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whatever is typed, each field either takes it or answers in whole, harmless sentences, and the
 * settings that it leaves behind are good. */

#include <stdint.h>

#include "alone.h"
#include "settings.h"
#include "test.h"
#include "util.h"
#include "validate.h"

#define ROUNDS	 10000
#define N_FIELDS 10

static uint64_t random_state = 1442695040888963407u;

/* The next number below n of a fixed sequence (xorshift). */
static unsigned random_below(unsigned n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)(random_state >> 32) % n;
}

/* Make a text of pieces that are near to what a field takes. */
static const char *random_text(char buf[static 600])
{
	static const char *const pieces[] = { "192.0.2.", "10", "0", "255", "255.255.", "/", "/24",
		".", ":", "::", "2001:db8:", "fe80:", "ff", " ", ",", ";", "\t", "-", "%", "_",
		"localhost", "example", " via ", " metric ", "1500", "10.0.0.0/8", "a", "z",
		"\x1b[2J", "\n", "\xff", "\xc3\xbc", "%s%n", "01", "[Match]", "\\",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };

	buf[0] = '\0';
	for (unsigned n = random_below(10); n > 0; n--)
		strcat(buf, pieces[random_below(ARRAY_SIZE(pieces))]);
	return buf;
}

/* Check what is said of a refused text. */
static void check_sentence(const char *text, const struct problem *problem)
{
	size_t length = strlen(problem->text);

	if (length == 0 || length + 1 >= sizeof(problem->text) || problem->text[length - 1] != '.')
		test_fail("\"%s\": no whole sentence: \"%s\"", text, problem->text);
	for (const char *p = problem->text; *p != '\0'; p++)
		if (*p < ' ' || *p > '~') {
			test_fail("\"%s\": odd bytes in \"%s\"", text, problem->text);
			break;
		}
}

/* A name that is taken once is taken again as it is. */
static void test_names(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		char text[600], name[HOST_NAME_SIZE], again[HOST_NAME_SIZE];
		struct problem problem;

		random_text(text);
		if (!validate_hostname(text, name, &problem)) {
			check_sentence(text, &problem);
			continue;
		}
		if (!validate_hostname(name, again, &problem) || !streq(name, again))
			test_fail("\"%s\" became \"%s\", which is not taken", text, name);
	}
}

/* Fill a field of config; refused text leaves it as it was. */
static void type_into(struct net_config *config, unsigned field, const char *text)
{
	struct problem problem;
	bool good = true;

	switch (field) {
	case 0:
		good = validate_addresses(text, AF_INET, &config->v4, &problem);
		break;
	case 1:
		good = validate_addresses(text, AF_INET6, &config->v6, &problem);
		break;
	case 2:
		good = validate_gateway(text, AF_INET, &config->v4, &problem);
		break;
	case 3:
		good = validate_gateway(text, AF_INET6, &config->v6, &problem);
		break;
	case 4:
		good = validate_dns(text, config, &problem);
		break;
	case 5:
		good = validate_domains(text, config, &problem);
		break;
	case 6:
		good = validate_ntp(text, config, &problem);
		break;
	case 7:
		good = validate_routes(text, config, &problem);
		break;
	case 8:
		good = validate_mtu(text, config, &config->mtu, &problem);
		break;
	case 9:
		good = validate_vlan_id(text, &config->device.vlan_id, &problem);
		break;
	}
	if (!good)
		check_sentence(text, &problem);
}

/* Settings that are good stay so, whatever is typed after the addresses. */
static void test_fields(void)
{
	static struct net_set set, again;
	struct net_config start, *config = &set.links[0];
	struct problem problem;
	unsigned typed = 0;

	net_config_init(&start, "enp1s0");
	start.v4.method = start.v6.method = NET_METHOD_STATIC;
	test_assert(validate_addresses("192.0.2.10/24", AF_INET, &start.v4, &problem));
	test_assert(validate_addresses("2001:db8::10/64", AF_INET6, &start.v6, &problem));
	set.n_links = 1;
	for (int i = 0; i < ROUNDS; i++) {
		_cleanup_free_ char *kept = NULL;
		char text[600];

		*config = start;
		for (unsigned field = 0; field < N_FIELDS; field++)
			type_into(config, field, random_text(text));
		typed += !net_config_equal(config, &start);
		if (!validate_alone(config, &problem) || !validate_net_set(&set, &problem))
			test_fail("taken by the fields, but: %s", problem.text);
		else if (settings_render(&set, &kept) < 0 || settings_parse(kept, &again) < 0 ||
			 !net_set_equal(&set, &again))
			test_fail("lost on the way:\n%s", kept ? kept : "(nothing)");
	}
	if (typed < 500)
		test_fail("only %u texts were taken", typed);
}

int main(void)
{
	test_run(test_names);
	test_run(test_fields);
	return test_result();
}
