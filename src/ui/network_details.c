/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What few need: time servers, the size of packets, routes. */

#include "i18n.h"
#include "page_network.h"
#include "safe_text.h"
#include "util.h"
#include "validate.h"

enum { NTP, MTU, ROUTES, N_FIELDS };

#define HINT_MAX 256

/* A metric is nothing that is typed here: a route that was there before keeps its own. */
static void keep_metrics(const struct net_config *before, struct net_config *config)
{
	for (size_t i = 0; i < config->n_routes; i++)
		for (size_t j = 0; j < before->n_routes; j++)
			if (ip_prefix_equal(&before->routes[j].destination,
				    &config->routes[i].destination) &&
				ip_equal(&before->routes[j].gateway, &config->routes[i].gateway))
				config->routes[i].metric = before->routes[j].metric;
}

/* Take the fields into the draft, the first refused one in *ret_at. */
static bool take_fields(struct net_draft *draft, struct problem *problem, size_t *ret_at)
{
	struct net_config found = draft->wanted;

	*ret_at = NTP;
	if (!validate_ntp(draft->texts.ntp, &found, problem))
		return false;
	*ret_at = MTU;
	if (!validate_mtu(draft->texts.mtu, &found, &found.mtu, problem))
		return false;
	*ret_at = ROUTES;
	if (!validate_routes(draft->texts.routes, &found, problem))
		return false;
	keep_metrics(&draft->filled, &found);
	draft->wanted = found;
	return true;
}

/* What is typed so far, and what each field is for. */
static void make_fields(const struct net_draft *draft, const struct net_texts *old,
	struct field fields[static N_FIELDS], safe_char hints[static N_FIELDS][HINT_MAX])
{
	const struct net_texts *texts = &draft->texts;
	const struct {
		const safe_char *label, *hint;
		const char *value, *old;
		enum origin origin;
	} rows[N_FIELDS] = {
		[NTP] = { _("Time servers"),
			_("(NTP) Names or addresses, with blanks between; empty for none."),
			texts->ntp, old->ntp, draft->origins.ntp },
		[MTU] = { _("Packet size"),
			_("(MTU) In bytes, such as 1400; empty for the card's own."), texts->mtu,
			old->mtu, draft->origins.mtu },
		[ROUTES] = { _("Routes"),
			_("To networks behind other routers, with commas between: 10.0.0.0/8 via "
			  "192.0.2.254."),
			texts->routes, old->routes, draft->origins.routes },
	};

	for (size_t at = 0; at < N_FIELDS; at++) {
		fields[at] = (struct field){ .label = rows[at].label, .hint = hints[at] };
		memcpy(fields[at].value, rows[at].value, FIELD_MAX);
		network_write_hint(rows[at].origin, streq(rows[at].value, rows[at].old),
			rows[at].hint, hints[at], HINT_MAX);
	}
}

/* Show the fields once, and keep what was typed. */
static enum answer show_fields(struct wizard *wizard, const struct net_texts *old,
	const struct problem *problem, size_t *focus)
{
	struct net_draft *draft = wizard->net.current;
	struct field fields[N_FIELDS];
	safe_char hints[N_FIELDS][HINT_MAX], text[320], refused[sizeof(problem->text)];
	enum answer answer;

	make_fields(draft, old, fields, hints);
	if (*problem->text) {
		(void)safe_format(refused, sizeof(refused), "%s", safe_lines(problem->text).text);
		fields[*focus].problem = refused;
	}
	(void)safe_format(text, sizeof(text),
		_("Few networks need any of these. All may be empty. For %s:"),
		safe_text(draft->wanted.ifname, 0).text);
	answer = dialogs_form(wizard->title, text, fields, N_FIELDS, NULL, focus);
	memcpy(draft->texts.ntp, fields[NTP].value, FIELD_MAX);
	memcpy(draft->texts.mtu, fields[MTU].value, FIELD_MAX);
	memcpy(draft->texts.routes, fields[ROUTES].value, FIELD_MAX);
	return answer;
}

enum answer network_ask_details(struct wizard *wizard)
{
	struct net_draft *draft = wizard->net.current;
	_cleanup_free_ struct net_texts *old = malloc(sizeof(*old));
	struct problem problem = { 0 };
	size_t focus = NTP;

	if (!old)
		return ANSWER_BACK;
	network_texts_fill(old, &draft->filled);
	for (;;) {
		enum answer answer = show_fields(wizard, old, &problem, &focus);

		if (answer == ANSWER_BACK)
			return answer;
		if (answer == ANSWER_NEXT && take_fields(draft, &problem, &focus))
			return answer;
	}
}
