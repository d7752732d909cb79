/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fields with addresses, as customers fill them in. */

#include <errno.h>

#include "i18n.h"
#include "safe_text.h"
#include "util.h"
#include "validate.h"
#include "validate_parts.h"
#include "words.h"

#define VALUE_SHOWN 44 /* columns of a refused value */

/* The name of a family. */
static const char *family_name(int af)
{
	return af == AF_INET6 ? "IPv6" : "IPv4";
}

/* Does text have the four numbers and dots of an IPv4 address, whatever the numbers are? */
static bool is_dotted(const char *text)
{
	size_t dots = 0;

	for (const char *p = text; *p != '\0'; p++)
		dots += *p == '.';
	return dots == 3 && strspn(text, "0123456789.") == strlen(text) && !strstr(text, "..") &&
	       text[0] != '.' && text[strlen(text) - 1] != '.';
}

/* Write a dotted text without the zeros that its numbers begin with; false when it has none. */
static bool strip_zeros(const char *text, char *ret)
{
	bool start = true, found = false;

	for (; *text != '\0'; text++) {
		if (start && text[0] == '0' && text[1] >= '0' && text[1] <= '9') {
			found = true;
			continue;
		}
		*ret++ = *text;
		start = *text == '.';
	}
	*ret = '\0';
	return found;
}

/* What has to stand behind an address in this role: the usual network size, or nothing. */
static const char *usual_size(enum role role, int af)
{
	if (role != ROLE_ADDRESS)
		return "";
	return af == AF_INET6 ? "/64" : "/24";
}

/* Say why word, with the four numbers of head, is no IPv4 address. */
static bool dotted_problem(const char *word, const char *head, enum role role, struct problem *ret)
{
	const char *size = word + strlen(head);
	struct safe_str shown = safe_text(word, VALUE_SHOWN);
	char stripped[WORD_MAX], full[2 * WORD_MAX];
	struct ip_prefix prefix;
	struct ip_addr addr;

	if (!strip_zeros(head, stripped) || ip_parse(stripped, &addr) < 0)
		return problem_set(ret,
			_("%s has a number above 255: each of the four goes from 0 to 255. Good "
			  "would be %s."),
			shown.text, role_example(role, AF_INET));
	snprintf(full, sizeof(full), "%s%s", stripped, size);
	if (role != ROLE_ADDRESS || ip_prefix_parse(full, &prefix) < 0)
		size = usual_size(role, AF_INET);
	return problem_set(ret,
		_("%s has a number that begins with 0, which some programs read as octal. Type "
		  "%s%s if that is meant."),
		shown.text, stripped, size);
}

/* Say why word is no address of this family. */
static bool syntax_problem(const char *word, int af, enum role role, struct problem *ret)
{
	const char *example = role_example(role, af);
	struct safe_str shown = safe_text(word, VALUE_SHOWN);
	char head[WORD_MAX];
	struct ip_addr addr;
	bool parsed;

	snprintf(head, sizeof(head), "%.*s", (int)strcspn(word, "/-%"), word);
	parsed = ip_parse(head, &addr) == 0;
	if (parsed && addr.family != af)
		return problem_set(ret,
			_("%s is an %s address, but an %s address is asked for here, such as "
			  "%s."),
			shown.text, family_name(addr.family), family_name(af), example);
	/* What stands around the address is not worth mending. */
	if (parsed && !validate_check_role(&addr, role, ret))
		return false;
	if (parsed && strchr(word, '-'))
		return problem_set(ret, _("%s is a range. Type one address, such as %s%s."),
			shown.text, head, usual_size(role, af));
	if (parsed && strchr(word, '%'))
		return problem_set(ret,
			_("%s names a network card behind the %%. Type the address alone: %s%s."),
			shown.text, head, usual_size(role, af));
	if (af == AF_INET && is_dotted(head))
		return dotted_problem(word, head, role, ret);
	return problem_set(ret, _("%s is not an %s address. One looks like %s."), shown.text,
		family_name(af), example);
}

/* Say what is wrong with the prefix of an address, unless no prefix would make it a good one. */
static bool prefix_problem(int r, const char *word, int af, struct problem *ret)
{
	unsigned usual = af == AF_INET6 ? 64 : 24, max = af == AF_INET6 ? 128 : 32;
	size_t length = strcspn(word, "/ ");
	struct safe_str shown = safe_text(word, VALUE_SHOWN);
	const char *mask = word + length + strspn(word + length, "/ ");
	char head[WORD_MAX];
	struct ip_addr addr;

	(void)snprintf(head, sizeof(head), "%.*s", (int)length, word);
	if (ip_parse(head, &addr) == 0 && !validate_check_role(&addr, ROLE_ADDRESS, ret))
		return false;
	if (r == -ENODATA)
		return problem_set(ret,
			_("%s lacks the size of its network behind a slash. Often it is %.*s/%u."),
			shown.text, (int)length, word, usual);
	if (strchr(mask, '.'))
		return problem_set(ret,
			_("%s is not a netmask: a netmask is like 255.255.255.0, which is the same "
			  "as %.*s/24."),
			safe_text(mask, VALUE_SHOWN).text, (int)length, word);
	return problem_set(ret,
		_("%s has a wrong network size: behind the slash, a number from 1 to %u stands, "
		  "such as %.*s/%u."),
		shown.text, max, (int)length, word, usual);
}

/* Is word meant as a netmask, and never as an address? */
static bool is_netmask(const char *word)
{
	struct ip_prefix prefix;
	char full[WORD_MAX + 8];

	if (!is_dotted(word))
		return false;
	snprintf(full, sizeof(full), "0.0.0.0/%s", word);
	return ip_prefix_parse(full, &prefix) == 0 || strncmp(word, "255.", 4) == 0 ||
	       strncmp(word, "0.", 2) == 0;
}

/* What to put between two words that are one address with its prefix; NULL when they are not. */
static const char *glue(const char *word, const char *next)
{
	const char *slash = strchr(word, '/');

	if (slash ? slash[1] == '\0' : next[0] == '/')
		return "";
	return !slash && is_netmask(next) ? "/" : NULL;
}

/* Copy the next address of a list into ret, together with a prefix or netmask that is written
 * behind it with white space between. */
bool validate_next_prefix(const char **text, char ret[static WORD_MAX])
{
	char next[WORD_MAX];
	const char *peek, *between;
	size_t length;

	if (!words_next(text, ret))
		return false;
	for (peek = *text; words_next(&peek, next) && (between = glue(ret, next)); *text = peek) {
		length = strlen(ret);
		if (length + strlen(between) + strlen(next) >= WORD_MAX)
			break;
		stpcpy(stpcpy(ret + length, between), next);
	}
	return true;
}

/* The family that a word is written in, good or not. */
static int word_family(const char *word)
{
	return strchr(word, ':') && strspn(word, "0123456789.:") < strlen(word) ? AF_INET6
										: AF_INET;
}

/* Refuse a prefix where a single address belongs. */
static bool check_single(const char *word, enum role role, struct problem *ret)
{
	struct ip_prefix prefix;
	char ip[IP_TEXT_MAX];

	if (!strchr(word, '/') || ip_prefix_parse(word, &prefix) < 0)
		return true;
	ip_format(&prefix.addr, ip);
	if (role == ROLE_GATEWAY)
		return problem_set(ret,
			_("%s has a network size, which a gateway does not need. Type %s."), word,
			ip);
	return problem_set(ret,
		_("%s has a network size, which a name server does not need. Type %s."), word, ip);
}

/* Are all words of text addresses that a host can have? */
bool validate_addresses(
	const char *text, int family, struct net_family *ret_family, struct problem *ret)
{
	struct net_family found = { 0 };
	struct ip_prefix prefix;
	char word[WORD_MAX];
	int r;

	*ret = (struct problem){ 0 };
	while (validate_next_prefix(&text, word)) {
		r = ip_prefix_parse(word, &prefix);
		if (r == -EINVAL || (strchr(word, ':') ? AF_INET6 : AF_INET) != family)
			return syntax_problem(word, family, ROLE_ADDRESS, ret);
		if (r < 0 || prefix.length == 0)
			return prefix_problem(r, word, family, ret);
		if (!validate_add_address(&found, &prefix, family, ret))
			return false;
	}
	if (found.n_addresses == 0)
		return problem_set(ret, _("Type the address of this machine, such as %s."),
			role_example(ROLE_ADDRESS, family));
	memcpy(ret_family->addresses, found.addresses, sizeof(found.addresses));
	ret_family->n_addresses = found.n_addresses;
	return true;
}

/* Is text empty, or one gateway for the addresses in family? */
bool validate_gateway(const char *text, int af, struct net_family *family, struct problem *ret)
{
	struct net_family inside = *family;
	char word[WORD_MAX], second[WORD_MAX];
	struct ip_addr addr;
	struct problem unused;

	*ret = (struct problem){ 0 };
	if (!words_next(&text, word)) {
		family->gateway = (struct ip_addr){ .family = AF_UNSPEC };
		family->gateway_onlink = false;
		return true;
	}
	if (!check_single(word, ROLE_GATEWAY, ret))
		return false;
	if (ip_parse(word, &addr) < 0 || addr.family != af)
		return syntax_problem(word, af, ROLE_GATEWAY, ret);
	if (words_next(&text, second))
		return problem_set(ret, _("Only one gateway can be used. Keep %s or %s."), word,
			safe_text(second, VALUE_SHOWN).text);
	if (!validate_check_gateway(family, &addr, af, ret))
		return false;

	/* What was insisted on for one gateway is not carried over to one that needs no such thing.
	 */
	inside.gateway_onlink = false;
	if (validate_check_gateway(&inside, &addr, af, &unused))
		family->gateway_onlink = false;
	family->gateway = addr;
	return true;
}

/* Are all words of text name servers? */
bool validate_dns(const char *text, struct net_config *config, struct problem *ret)
{
	struct net_config found = { 0 };
	struct ip_addr addr;
	char word[WORD_MAX];

	*ret = (struct problem){ 0 };
	while (words_next(&text, word)) {
		if (!check_single(word, ROLE_DNS, ret))
			return false;
		if (ip_parse(word, &addr) < 0)
			return syntax_problem(word, word_family(word), ROLE_DNS, ret);
		if (!validate_add_dns(&found, &addr, ret))
			return false;
	}
	memcpy(config->dns, found.dns, sizeof(config->dns));
	config->n_dns = found.n_dns;
	return true;
}
