/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "i18n.h"
#include "page_network.h"
#include "safe_text.h"
#include "util.h"
#include "validate.h"

enum { ADDRESS, GATEWAY, DNS, DOMAINS, N_FIELDS };

/* The texts of one family. */
static size_t index_of(int family)
{
	return family == AF_INET6;
}

/* The settings of one family. */
static struct net_family *family_of(struct net_config *config, int family)
{
	return family == AF_INET6 ? &config->v6 : &config->v4;
}

/* Write a word behind the others. */
static void append(char buf[static FIELD_MAX], const char *word)
{
	size_t length = strlen(buf);

	(void)snprintf(buf + length, FIELD_MAX - length, "%s%s", length > 0 ? " " : "", word);
}

/* Fill the fields of one family. */
static void fill_family(const struct net_family *family, char address[static FIELD_MAX],
	char gateway[static FIELD_MAX])
{
	char ip[IP_TEXT_MAX];

	for (size_t i = 0; i < family->n_addresses; i++)
		append(address, ip_prefix_format(&family->addresses[i], ip));
	if (family->gateway.family != AF_UNSPEC)
		append(gateway, ip_format(&family->gateway, ip));
}

void network_texts_fill(struct net_texts *texts, const struct net_config *config)
{
	char ip[IP_TEXT_MAX];

	*texts = (struct net_texts){ 0 };
	fill_family(&config->v4, texts->address[0], texts->gateway[0]);
	fill_family(&config->v6, texts->address[1], texts->gateway[1]);
	if (config->v4.gateway_onlink)
		memcpy(texts->onlink[0], texts->gateway[0], FIELD_MAX);
	if (config->v6.gateway_onlink)
		memcpy(texts->onlink[1], texts->gateway[1], FIELD_MAX);
	for (size_t i = 0; i < config->n_dns; i++)
		append(texts->dns, ip_format(&config->dns[i], ip));
	for (size_t i = 0; i < config->n_domains; i++)
		append(texts->domains, safe_text(config->domains[i], 0).text);
}

/* What the network gives is not ours to ask for. */
static void forget_given(struct net_family *family)
{
	if (family->method != NET_METHOD_STATIC)
		*family = (struct net_family){ .method = family->method };
}

/* Take the fields into config, the first refused one in *ret_at. */
static bool take_fields(const struct net_texts *texts, int af, struct net_config *config,
	struct problem *problem, size_t *ret_at)
{
	size_t i = index_of(af);
	struct net_family family = { 0 };

	*ret_at = ADDRESS;
	if (!validate_addresses(texts->address[i], af, &family, problem))
		return false;
	family.method = NET_METHOD_STATIC;
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
	*family_of(config, af) = family;
	network_forget_given(config);
	return true;
}

/* The fields with what was typed so far. */
static void make_fields(const struct net_texts *texts, int af, struct field fields[static N_FIELDS])
{
	size_t i = index_of(af);

	fields[ADDRESS] = (struct field){ .label = af == AF_INET ? _("IP address")
								 : _("IPv6 address"),
		.hint = af == AF_INET
				? _("With its prefix or netmask: 192.0.2.10/24, or 192.0.2.10 "
				    "255.255.255.0.")
				: _("With its prefix: 2001:db8::10/64.") };
	fields[GATEWAY] = (struct field){ .label = _("Gateway"),
		.hint = _("The router to other networks; empty for none.") };
	fields[DNS] = (struct field){ .label = _("DNS servers"),
		.hint = _("The servers that know names; several with blanks between.") };
	fields[DOMAINS] = (struct field){ .label = _("Search domains"),
		.hint = _("May be empty. Such as example.com.") };
	memcpy(fields[ADDRESS].value, texts->address[i], FIELD_MAX);
	memcpy(fields[GATEWAY].value, texts->gateway[i], FIELD_MAX);
	memcpy(fields[DNS].value, texts->dns, FIELD_MAX);
	memcpy(fields[DOMAINS].value, texts->domains, FIELD_MAX);
}

/* Keep what was typed. */
static void keep_fields(struct net_texts *texts, int af, const struct field fields[static N_FIELDS])
{
	size_t i = index_of(af);

	memcpy(texts->address[i], fields[ADDRESS].value, FIELD_MAX);
	memcpy(texts->gateway[i], fields[GATEWAY].value, FIELD_MAX);
	memcpy(texts->dns, fields[DNS].value, FIELD_MAX);
	memcpy(texts->domains, fields[DOMAINS].value, FIELD_MAX);
}

/* What stands above the fields. */
static const char *explanation(const struct wizard *wizard, int af)
{
	const struct net_config *now = &wizard->net.current->now;
	const struct net_family *family = af == AF_INET6 ? &now->v6 : &now->v4;

	if (family->n_addresses == 0)
		return _("Type what the administrator of your network has assigned.");
	if (family->method == NET_METHOD_AUTO)
		return _("Taken from what the network gives now; change what you need.");
	return _("These are the settings in force; change what you need.");
}

/* Put a refusal below its field; what the customer may insist on says how. */
static void show_problem(const struct problem *problem, struct field *field, char *buf, size_t size)
{
	(void)snprintf(buf, size, "%s%s", problem->text,
		problem->overridable ? _(" F6, or the button \"Use it\", takes it all the same.")
				     : "");
	field->problem = buf;
}

enum answer network_ask_fields(struct wizard *wizard, int family)
{
	const char *ipv6 = family == AF_INET ? _("IPv6...") : NULL;
	struct net_draft *draft = wizard->net.current;
	struct net_texts *texts = &draft->texts;
	struct problem problem = { 0 };
	struct field fields[N_FIELDS];
	char text[sizeof(problem.text) + 128];
	size_t focus = ADDRESS;

	for (;;) {
		enum answer answer;

		make_fields(texts, family, fields);
		if (*problem.text)
			show_problem(&problem, &fields[focus], text, sizeof(text));
		answer = dialogs_form(wizard->title, explanation(wizard, family), fields, N_FIELDS,
			problem.overridable ? _("Use it") : ipv6, &focus);
		keep_fields(texts, family, fields);
		if (answer == ANSWER_WOKEN)
			continue;
		if (answer == ANSWER_BACK || (answer == ANSWER_EXTRA && !problem.overridable))
			return answer;
		if (answer == ANSWER_EXTRA)
			memcpy(texts->onlink[index_of(family)], texts->gateway[index_of(family)],
				FIELD_MAX);
		if (take_fields(texts, family, &draft->wanted, &problem, &focus))
			return ANSWER_NEXT;
	}
}

enum answer network_ask_ipv6(struct wizard *wizard)
{
	static const enum net_method methods[] = { NET_METHOD_AUTO, NET_METHOD_STATIC,
		NET_METHOD_OFF };
	const struct choice choices[] = {
		{ _("Automatic"), _("if the network has it") },
		{ _("Fixed"), _("one assigned to you") },
		{ _("Off"), _("no IPv6 on this card") },
	};
	struct net_family *v6 = &wizard->net.current->wanted.v6;
	size_t selected = v6->method == NET_METHOD_AUTO	    ? 0
			  : v6->method == NET_METHOD_STATIC ? 1
							    : 2;

	for (;;) {
		enum answer answer = dialogs_menu(wizard->title,
			_("How does IPv6 get its address? Leave it automatic if in doubt."),
			choices, ARRAY_SIZE(choices), _("Next"), NULL, &selected);

		if (answer == ANSWER_WOKEN)
			continue;
		if (answer == ANSWER_BACK || selected >= ARRAY_SIZE(methods))
			return ANSWER_BACK;
		if (methods[selected] != NET_METHOD_STATIC) {
			*v6 = (struct net_family){ .method = methods[selected] };
			return ANSWER_NEXT;
		}
		if (network_ask_fields(wizard, AF_INET6) == ANSWER_NEXT)
			return ANSWER_NEXT;
	}
}

void network_forget_given(struct net_config *config)
{
	forget_given(&config->v4);
	forget_given(&config->v6);
	if (config->v4.method == NET_METHOD_STATIC || config->v6.method == NET_METHOD_STATIC)
		return;
	config->n_dns = 0;
	config->n_domains = 0;
}
