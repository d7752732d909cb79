/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The fields of fixed addresses. */

#include "i18n.h"
#include "page_network.h"
#include "util.h"
#include "validate.h"

enum { ADDRESS, GATEWAY, DNS, DOMAINS, N_FIELDS };

#define HINT_MAX 256

/* One showing of the fields. */
struct sheet_of_fields {
	struct field fields[N_FIELDS];
	safe_char hints[N_FIELDS][HINT_MAX];
	struct net_texts untouched;
};

/* Take the fields into config, the first refused one in *ret_at. */
static bool take_fields(const struct net_texts *texts, int af, struct net_config *config,
	struct problem *problem, size_t *ret_at)
{
	size_t i = network_index(af);
	struct net_family family = { .method = NET_METHOD_STATIC };

	*ret_at = ADDRESS;
	if (!validate_addresses(texts->address[i], af, &family, problem))
		return false;
	family.gateway_onlink = *texts->onlink[i] && streq(texts->onlink[i], texts->gateway[i]);
	*ret_at = GATEWAY;
	if (!validate_gateway(texts->gateway[i], af, &family, problem))
		return false;
	*ret_at = DNS;
	if (!validate_dns(texts->dns, config, problem))
		return false;
	*ret_at = DOMAINS;
	if (!validate_domains(texts->domains, config, problem))
		return false;
	*network_family(config, af) = family;
	return true;
}

/* What is typed so far, and what each field is for. */
static void make_fields(const struct net_draft *draft, int af, struct sheet_of_fields *sheet)
{
	size_t i = network_index(af);
	const struct net_texts *texts = &draft->texts, *old = &sheet->untouched;
	const struct net_origins *origins = &draft->origins;
	const struct {
		const safe_char *label, *hint;
		const char *value, *old;
		enum origin origin;
	} rows[N_FIELDS] = {
		[ADDRESS] = { af == AF_INET ? _("IP address") : _("IPv6 address"),
			af == AF_INET ? _("With its prefix or netmask: 192.0.2.10/24, or "
					  "192.0.2.10 255.255.255.0.")
				      : _("With its prefix: 2001:db8::10/64."),
			texts->address[i], old->address[i], origins->address[i] },
		[GATEWAY] = { _("Gateway"), _("The router to other networks; empty for none."),
			texts->gateway[i], old->gateway[i], origins->gateway[i] },
		[DNS] = { _("DNS servers"),
			_("The servers that know names; several with blanks between."), texts->dns,
			old->dns, origins->dns },
		[DOMAINS] = { _("Search domains"), _("May be empty. Such as example.com."),
			texts->domains, old->domains, origins->domains },
	};

	for (size_t at = 0; at < N_FIELDS; at++) {
		struct field *field = &sheet->fields[at];

		*field = (struct field){ .label = rows[at].label, .hint = sheet->hints[at] };
		memcpy(field->value, rows[at].value, FIELD_MAX);
		network_write_hint(rows[at].origin, streq(rows[at].value, rows[at].old),
			rows[at].hint, sheet->hints[at], HINT_MAX);
	}
}

/* Keep what was typed. */
static void keep_fields(struct net_texts *texts, int af, const struct field fields[static N_FIELDS])
{
	size_t i = network_index(af);

	memcpy(texts->address[i], fields[ADDRESS].value, FIELD_MAX);
	memcpy(texts->gateway[i], fields[GATEWAY].value, FIELD_MAX);
	memcpy(texts->dns, fields[DNS].value, FIELD_MAX);
	memcpy(texts->domains, fields[DOMAINS].value, FIELD_MAX);
}

/* What stands above the fields. */
static const safe_char *explanation(const struct net_draft *draft, int af)
{
	const struct net_family *family = af == AF_INET6 ? &draft->filled.v6 : &draft->filled.v4;

	if (family->n_addresses == 0)
		return _("Type what the administrator of your network has assigned.");
	if (net_family_is_automatic(family))
		return _("Taken from what the network gives now; change what you need.");
	return _("These are the settings in force; change what you need.");
}

/* Put a refusal below its field; what the customer may insist on says how. */
static void show_problem(
	const struct problem *problem, struct field *field, safe_char *buf, size_t size)
{
	(void)safe_format(buf, size, "%s%s", safe_lines(problem->text).text,
		problem->overridable ? _(" F6, or the button \"Use it\", takes it all the same.")
				     : OURS(""));
	field->problem = buf;
}

/* Show the fields once, and keep what was typed. */
static enum answer show_fields(struct wizard *wizard, int family, struct sheet_of_fields *sheet,
	const struct problem *problem, size_t *focus)
{
	struct net_draft *draft = wizard->net.current;
	const safe_char *ipv6 = family == AF_INET ? _("IPv6...") : NULL;
	safe_char text[sizeof(problem->text) + 128];
	enum answer answer;

	make_fields(draft, family, sheet);
	if (*problem->text)
		show_problem(problem, &sheet->fields[*focus], text, sizeof(text));
	answer = dialogs_form(wizard->title, explanation(draft, family), sheet->fields, N_FIELDS,
		problem->overridable ? _("Use it") : ipv6, focus);
	keep_fields(&draft->texts, family, sheet->fields);
	return answer;
}

enum answer network_ask_fields(struct wizard *wizard, int family)
{
	struct net_draft *draft = wizard->net.current;
	_cleanup_free_ struct sheet_of_fields *sheet = malloc(sizeof(*sheet));
	size_t focus = ADDRESS, i = network_index(family);
	struct problem problem = { 0 };

	if (!sheet)
		return ANSWER_BACK;
	network_texts_fill(&sheet->untouched, &draft->filled);
	for (;;) {
		enum answer answer = show_fields(wizard, family, sheet, &problem, &focus);

		if (answer == ANSWER_WOKEN)
			continue;
		if (answer == ANSWER_BACK || (answer == ANSWER_EXTRA && !problem.overridable))
			return answer;
		if (answer == ANSWER_EXTRA)
			memcpy(draft->texts.onlink[i], draft->texts.gateway[i], FIELD_MAX);
		if (take_fields(&draft->texts, family, &draft->wanted, &problem, &focus))
			return ANSWER_NEXT;
	}
}
