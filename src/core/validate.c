/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "validate.h"

#include <arpa/inet.h>
#include <ctype.h>

#include "i18n.h"
#include "safe_text.h"
#include "util.h"
#include "validate_parts.h"
#include "words.h"

#define LABEL_MAX   63
#define VALUE_SHOWN 40 /* columns of a refused value */

/* What may be said of a name in the Domain Name System. */
enum name_fault {
	NAME_GOOD,
	NAME_EMPTY_LABEL,
	NAME_LONG_LABEL,
	NAME_DASH,
	NAME_UNDERSCORE,
	NAME_CHARACTER,
};

/* Is c one of the ASCII letters and digits, in whatever locale? */
static bool is_ascii_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The first rule of RFC 1123 that a name of labels and dots breaks. */
static enum name_fault name_fault(const char *name)
{
	for (const char *label = name;; label++) {
		size_t length = strcspn(label, ".");

		if (length == 0)
			return NAME_EMPTY_LABEL;
		for (size_t i = 0; i < length; i++)
			if (label[i] == '_')
				return NAME_UNDERSCORE;
			else if (label[i] != '-' && !is_ascii_alnum(label[i]))
				return NAME_CHARACTER;
		if (label[0] == '-' || label[length - 1] == '-')
			return NAME_DASH;
		if (length > LABEL_MAX)
			return NAME_LONG_LABEL;
		label += length;
		if (*label == '\0')
			return NAME_GOOD;
	}
}

/* Write a name that resembles text and breaks no rule: an example for the customer. */
static const char *name_example(const char *text, const char *otherwise, char buf[static 33])
{
	size_t n = 0;

	for (; *text != '\0' && n < 32; text++) {
		if (is_ascii_alnum(*text))
			buf[n++] = (char)tolower((unsigned char)*text);
		else if (*text == '.')
			break;
		else if (n > 0 && buf[n - 1] != '-')
			buf[n++] = '-';
	}
	while (n > 0 && buf[n - 1] == '-')
		n--;
	buf[n] = '\0';
	if (strspn(buf, "0123456789-") == n)
		strcpy(buf, otherwise);
	return buf;
}

/* Say which rule a name breaks. */
static bool name_problem(
	enum name_fault fault, const char *name, const char *example, struct problem *ret)
{
	struct safe_str shown = safe_text(name, VALUE_SHOWN);

	switch (fault) {
	case NAME_GOOD:
		return true;
	case NAME_EMPTY_LABEL:
		return problem_set(ret,
			_("%s has a dot too many: there must be a name between two dots and before "
			  "the first one. Good would be %s."),
			shown.text, example);
	case NAME_LONG_LABEL:
		return problem_set(ret,
			_("%s is too long: between two dots, 63 characters are allowed. Good "
			  "would be %s."),
			shown.text, example);
	case NAME_DASH:
		return problem_set(ret,
			_("%s has a dash in the wrong place: a dash may stand only between letters "
			  "or digits. Good would be %s."),
			shown.text, example);
	case NAME_UNDERSCORE:
		return problem_set(ret,
			_("%s has an underscore, which is not allowed; use a dash. Good would be "
			  "%s."),
			shown.text, example);
	case NAME_CHARACTER:
		break;
	}
	return problem_set(ret,
		_("%s has a character that is not allowed: only the letters a to z, digits, dashes "
		  "and dots are. Good would be %s."),
		shown.text, example);
}

/* Copy text lower-cased, without the white space around it and without a final dot, unless that is
 * size or longer; returns its length. */
static size_t name_normalize(const char *text, char *ret, size_t size)
{
	size_t length;

	text += strspn(text, " \t\r\n");
	length = strlen(text);
	while (length > 0 && strchr(" \t\r\n", text[length - 1]))
		length--;
	if (length > 1 && text[length - 1] == '.')
		length--;
	if (length >= size)
		return length;
	for (size_t i = 0; i < length; i++)
		ret[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 'a' - 'A') : text[i];
	ret[length] = '\0';
	return length;
}

/* Does the name belong to the machine that asks, whichever it is (RFC 6761 section 6.3)? */
static bool is_localhost(const char *name)
{
	static const char *const names[] = { "localhost", "localhost4", "localhost6" };
	size_t label = strcspn(name, "."), length = strlen(name);

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == label && strncmp(name, names[i], label) == 0)
			return true;
	return length > 10 && streq(name + length - 10, ".localhost");
}

/* Would programs take the name for an IPv4 address? inet_aton(3) knows the short and the
 * hexadecimal forms, too. */
static bool is_address_like(const char *name)
{
	struct in_addr addr;

	return strspn(name, "0123456789.") == strlen(name) || inet_aton(name, &addr) != 0;
}

/* Is text a name that a host may have? */
bool validate_hostname(const char *text, char ret_name[static HOST_NAME_SIZE], struct problem *ret)
{
	char name[HOST_NAME_SIZE], example[33];
	enum name_fault fault;
	size_t length;

	*ret = (struct problem){ 0 };
	name_example(text, "appliance01", example);
	length = name_normalize(text, name, sizeof(name));
	if (length >= sizeof(name))
		return problem_set(ret,
			_("%s is too long: a hostname has at most 64 characters, this one has %zu. "
			  "Good would be %s."),
			safe_text(text, VALUE_SHOWN).text, length, example);
	if (*name == '\0')
		return problem_set(ret, _("Type a name for this machine, such as %s."), example);
	fault = name_fault(name);
	if (fault != NAME_GOOD)
		return name_problem(fault, name, example, ret);
	if (is_localhost(name))
		return problem_set(ret,
			_("Every machine is called %s to itself, so that name cannot tell this one "
			  "from others. Good would be %s."),
			name, "appliance01");
	if (is_address_like(name))
		return problem_set(ret,
			_("%s would be taken for an address: a hostname needs a letter. Good would "
			  "be %s."),
			name, "appliance01");
	strcpy(ret_name, name);
	return true;
}

/* Is word a domain to search in? Underscores are in use there, and do no harm. */
static bool check_domain(const char *word, char ret_name[static DOMAIN_MAX], struct problem *ret)
{
	char name[DOMAIN_MAX];
	const char *last;
	enum name_fault fault;

	if (name_normalize(word, name, sizeof(name)) >= sizeof(name))
		return problem_set(ret,
			_("%s is too long: a domain has at most 253 characters. A search domain "
			  "looks like %s."),
			safe_text(word, VALUE_SHOWN).text, "example.com");
	if (*name == '\0')
		return problem_set(ret,
			_("A search domain is empty. A search domain looks like %s."),
			"example.com");
	for (char *p = name; (p = strchr(p, '_')); p++)
		*p = 'x';
	fault = name_fault(name);
	name_normalize(word, name, sizeof(name));
	if (fault != NAME_GOOD)
		return name_problem(fault, name, "example.com", ret);
	if (is_localhost(name))
		return problem_set(ret,
			_("%s is every machine's name for itself and cannot be searched. A search "
			  "domain looks like %s."),
			safe_text(name, VALUE_SHOWN).text, "example.com");
	last = strrchr(name, '.');
	last = last ? last + 1 : name;
	if (strspn(last, "0123456789") == strlen(last))
		return problem_set(ret,
			_("%s ends in a number, as no domain does. A search domain looks like %s."),
			safe_text(name, VALUE_SHOWN).text, "example.com");
	strcpy(ret_name, name);
	return true;
}

/* Add a domain that is not yet in the list. */
bool validate_add_domain(struct net_config *config, const char *word, struct problem *ret)
{
	char name[DOMAIN_MAX];

	if (!check_domain(word, name, ret))
		return false;
	for (size_t i = 0; i < config->n_domains; i++)
		if (streq(config->domains[i], name))
			return problem_set(ret, _("%s stands there twice. Remove one of the two."),
				safe_text(name, VALUE_SHOWN).text);
	if (config->n_domains == NET_DOMAINS_MAX)
		return problem_set(ret, _("More than %d search domains do not fit. Remove %s."),
			NET_DOMAINS_MAX, safe_text(name, VALUE_SHOWN).text);
	strcpy(config->domains[config->n_domains++], name);
	return true;
}

/* Are all words of text domains to search in? */
bool validate_domains(const char *text, struct net_config *config, struct problem *ret)
{
	struct net_config found = { 0 };
	char word[WORD_MAX];

	*ret = (struct problem){ 0 };
	while (words_next(&text, word))
		if (!validate_add_domain(&found, word, ret))
			return false;
	memcpy(config->domains, found.domains, sizeof(config->domains));
	config->n_domains = found.n_domains;
	return true;
}

/* Is word the name of a machine that may be asked for the time? */
static bool check_server_name(
	const char *word, char ret_name[static DOMAIN_MAX], struct problem *ret)
{
	char name[DOMAIN_MAX];
	enum name_fault fault;

	if (name_normalize(word, name, sizeof(name)) >= sizeof(name))
		return problem_set(ret,
			_("%s is too long: a name has at most 253 characters. A time server looks "
			  "like %s."),
			safe_text(word, VALUE_SHOWN).text, "ntp.example.com");
	fault = name_fault(name);
	if (fault != NAME_GOOD)
		return name_problem(fault, name, "ntp.example.com", ret);
	if (is_localhost(name))
		return problem_set(ret,
			_("%s is this machine itself, which cannot tell itself the time. A time "
			  "server looks like %s."),
			safe_text(name, VALUE_SHOWN).text, "ntp.example.com");
	if (is_address_like(name))
		return problem_set(ret,
			_("%s is neither an address nor a name. A time server looks like %s or "
			  "%s."),
			safe_text(name, VALUE_SHOWN).text, "192.0.2.123", "ntp.example.com");
	strcpy(ret_name, name);
	return true;
}

/* Is word an address or a name of a time server? An address is written in its usual way. */
static bool check_ntp(const char *word, char ret_name[static DOMAIN_MAX], struct problem *ret)
{
	char ip[IP_TEXT_MAX];
	struct ip_addr addr;

	if (ip_parse(word, &addr) < 0 && strchr(word, ':'))
		return problem_set(ret,
			_("%s is not an IPv6 address. A time server looks like %s or %s."),
			safe_text(word, VALUE_SHOWN).text, "2001:db8::123", "ntp.example.com");
	if (ip_parse(word, &addr) < 0)
		return check_server_name(word, ret_name, ret);
	if (!validate_check_role(&addr, ROLE_NTP, ret))
		return false;
	strcpy(ret_name, ip_format(&addr, ip));
	return true;
}

/* Add a time server that is not yet in the list. */
bool validate_add_ntp(struct net_config *config, const char *word, struct problem *ret)
{
	char name[DOMAIN_MAX];

	if (!check_ntp(word, name, ret))
		return false;
	for (size_t i = 0; i < config->n_ntp; i++)
		if (streq(config->ntp[i], name))
			return problem_set(ret, _("%s stands there twice. Remove one of the two."),
				safe_text(name, VALUE_SHOWN).text);
	if (config->n_ntp == NET_NTP_MAX)
		return problem_set(ret, _("More than %d time servers do not fit. Remove %s."),
			NET_NTP_MAX, safe_text(name, VALUE_SHOWN).text);
	strcpy(config->ntp[config->n_ntp++], name);
	return true;
}

/* Are all words of text time servers? */
bool validate_ntp(const char *text, struct net_config *config, struct problem *ret)
{
	struct net_config found = { 0 };
	char word[WORD_MAX];

	*ret = (struct problem){ 0 };
	while (words_next(&text, word))
		if (!validate_add_ntp(&found, word, ret))
			return false;
	memcpy(config->ntp, found.ntp, sizeof(config->ntp));
	config->n_ntp = found.n_ntp;
	return true;
}

/* Is text a name that a file and a Name= line can bear? */
bool validate_ifname(const char *text, struct problem *ret)
{
	static const char *const taken[] = { ".", "..", "all", "default", "lo" };
	size_t length = strlen(text);
	bool good = length > 0 && length < IFNAMSIZ && strspn(text, "0123456789") < length;

	*ret = (struct problem){ 0 };
	for (size_t i = 0; good && i < length; i++)
		good = is_ascii_alnum(text[i]) || strchr("._-", text[i]);
	for (size_t i = 0; good && i < ARRAY_SIZE(taken); i++)
		good = !streq(text, taken[i]);
	if (good)
		return true;
	return problem_set(ret,
		_("%s is no network card that can be set up here: its name must have 1 to 15 "
		  "letters, digits, dots, dashes or underscores, as %s has."),
		safe_text(text, VALUE_SHOWN).text, "enp1s0");
}
