/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The links that answers name, as drafts of what is wanted beside what is in force. */

#include <errno.h>

#include "i18n.h"
#include "link_find.h"
#include "plan_parts.h"
#include "safe_text.h"
#include "util.h"
#include "validate.h"

#define CARDS_TEXT_MAX 256

/* What the section of a link says does not fit. */
#define complain(fit, link, ...) plan_complain((fit), (link)->place, __VA_ARGS__)

/* "enp1s0 (52:54:00:12:34:56), enp2s0 (...)": the cards that there are. */
static void write_cards(const struct app *app, char ret[static CARDS_TEXT_MAX])
{
	const struct link *links[APP_LINKS_MAX];
	size_t total, n = app_links(app, links, &total), length = 0;

	*ret = '\0';
	for (size_t i = 0; i < n && length < CARDS_TEXT_MAX; i++) {
		const uint8_t *mac = links[i]->mac;

		length += (size_t)snprintf(ret + length, CARDS_TEXT_MAX - length,
			"%s%s (%02x:%02x:%02x:%02x:%02x:%02x)", i > 0 ? ", " : "", links[i]->name,
			mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	}
}

/* Say that there is no such card, and which there are. */
static void complain_missing(struct plan_fit *fit, const struct answers_link *link)
{
	char cards[CARDS_TEXT_MAX];

	write_cards(fit->plan->app, cards);
	if (*cards)
		complain(fit, link, _("There is no network card \"%s\" here. There are: %s."),
			link->link, cards);
	else
		complain(fit, link, _("This machine has no network card."));
}

/* The interface that a Link= stands for; a bond, or what is kept, may not be there. */
static bool find_name(
	struct plan_fit *fit, const struct answers_link *answer, char ret[static IFNAMSIZ])
{
	const struct plan *plan = fit->plan;
	const struct link *link = link_find(plan->app->nl, answer->link);
	bool may_be_away =
		answers_link_is_name(answer) &&
		((answer->given & (LINK_ANSWER_BOND | LINK_ANSWER_PORTS)) ||
			(plan->drafts.kept && net_set_find(plan->drafts.kept, answer->link)));

	if (link) {
		memcpy(ret, link->name, IFNAMSIZ);
		return true;
	}
	if (!may_be_away) {
		complain_missing(fit, answer);
		return false;
	}
	(void)snprintf(ret, IFNAMSIZ, "%.15s", answer->link);
	return true;
}

/* A draft of a device that is not there: kept, or still to be made. */
static int open_away(struct plan *plan, const char *name, const struct net_device *device,
	struct net_draft **ret)
{
	const struct net_config *kept =
		plan->drafts.kept ? net_set_find(plan->drafts.kept, name) : NULL;
	int r = drafts_add(&plan->drafts, name, device, NULL, ret);

	if (r == 0 && kept)
		(*ret)->now = (*ret)->filled = (*ret)->wanted = *kept;
	return r;
}

/* The draft of where a section's settings go. */
static struct net_draft *open_draft(
	struct plan_fit *fit, const struct answers_link *answer, const char *ifname)
{
	struct plan *plan = fit->plan;
	struct net_device device;
	struct net_draft *draft;
	char name[IFNAMSIZ];
	int r;

	answers_find_device(answer, ifname, name, &device);
	draft = drafts_find(&plan->drafts, name);
	if (draft && draft->touched) {
		complain(fit, answer, _("There are two sections for %s."), name);
		return NULL;
	}
	r = netlink_link_by_name(plan->app->nl, name)
		    ? drafts_open(&plan->drafts, plan->app, name, &draft)
		    : open_away(plan, name, &device, &draft);
	if (r == -ENOSPC)
		complain(
			fit, answer, _("More than %d interfaces cannot be set up."), NET_LINKS_MAX);
	else if (r < 0)
		fit->r = r;
	return r < 0 ? NULL : draft;
}

/* Is a device asked for in the place of something else of that name? */
static bool is_foreign(const struct answers_link *answer, const struct net_draft *draft)
{
	return (answer->given & LINK_ANSWER_DEVICE) && draft->ifindex > 0 &&
	       draft->now.device.kind == NET_DEVICE_EXISTING;
}

/* What a link is to have that nothing is said of: what firstboot has set; else what is in force,
 * without what the network gives by itself. */
static void begin(struct plan *plan, struct net_draft *draft)
{
	const struct net_config *kept =
		plan->drafts.kept ? net_set_find(plan->drafts.kept, draft->wanted.ifname) : NULL;

	plan->drafts.current = draft;
	if (kept)
		draft->wanted = *kept;
	else
		drafts_settle(&plan->drafts);
}

/* A VLAN takes the addresses of a card that has no settings of its own: it gets those that it has.
 */
static void hold_parent(struct plan *plan, const struct net_device *device)
{
	const char *parent = device->ports[0];
	struct net_draft *draft;

	if (device->kind != NET_DEVICE_VLAN || drafts_bond_of(&plan->drafts, parent) ||
		(plan->drafts.kept && net_set_find(plan->drafts.kept, parent)) ||
		drafts_open(&plan->drafts, plan->app, parent, &draft) < 0 || draft->touched)
		return;
	begin(plan, draft);
	draft->touched = true;
}

/* Which link the web address names. */
static void advertise(struct plan *plan, const struct answers_link *answer, const char *name)
{
	struct net_drafts *drafts = &plan->drafts;

	if (!(answer->given & LINK_ANSWER_ADVERTISED))
		return;
	if (answer->advertised)
		(void)snprintf(drafts->advertised, sizeof(drafts->advertised), "%.15s", name);
	else if (streq(drafts->advertised, name))
		*drafts->advertised = '\0';
	drafts->advertised_touched = true;
}

/* One section. */
static void fit_link(struct plan_fit *fit, const struct answers_link *answer)
{
	struct net_draft *draft;
	struct problem problem;
	char ifname[IFNAMSIZ];

	if (!find_name(fit, answer, ifname))
		return;
	draft = open_draft(fit, answer, ifname);
	if (!draft)
		return;
	if (is_foreign(answer, draft)) {
		complain(fit, answer, _("There is a %s already, which firstboot has not made."),
			draft->now.ifname);
		return;
	}
	begin(fit->plan, draft);
	if (!answers_merge(answer, &draft->wanted, &draft->wanted, &problem)) {
		complain(fit, answer, "%s", problem.text);
		return;
	}
	/* Whether that fits beside all others is asked when all are known. */
	draft->touched = true;
	advertise(fit->plan, answer, draft->wanted.ifname);
}

/* Add the parents of VLANs. */
static void hold_parents(struct plan *plan)
{
	size_t n = plan->drafts.n;

	for (size_t i = 0; i < n; i++)
		if (plan->drafts.links[i]->touched)
			hold_parent(plan, &plan->drafts.links[i]->wanted.device);
}

/* Does one link do by itself? One that is off may, beside others. */
static bool does_alone(const struct net_config *config, struct problem *ret)
{
	_cleanup_free_ struct net_set *alone = calloc(1, sizeof(*alone));

	if (!alone || (config->v4.method == NET_METHOD_OFF && config->v6.method == NET_METHOD_OFF))
		return true;
	(void)net_set_put(alone, config);
	return validate_net_set(alone, ret);
}

/* The section that a draft was made by; NULL: none. */
static const struct answers_link *section_of(
	const struct plan *plan, const struct net_draft *draft, const struct net_draft *const *made)
{
	for (size_t i = 0; i < plan->answers->n_links; i++)
		if (made[i] == draft)
			return plan->answers->links[i];
	return NULL;
}

/* Say which section is wrong; where each does by itself, it is all of them together. */
static void judge(
	struct plan_fit *fit, const struct net_draft *const *made, const struct problem *together)
{
	const struct plan *plan = fit->plan;
	const struct answers_link *last = plan->answers->links[plan->answers->n_links - 1];
	bool found = false;
	struct problem problem;

	for (size_t i = 0; i < plan->drafts.n; i++) {
		const struct net_draft *draft = plan->drafts.links[i];
		const struct answers_link *section = section_of(plan, draft, made);

		if (!section || does_alone(&draft->wanted, &problem))
			continue;
		complain(fit, section, "%s", problem.text);
		found = true;
	}
	if (!found)
		complain(fit, last, "%s", together->text);
}

void plan_fit_links(struct plan_fit *fit)
{
	struct plan *plan = fit->plan;
	const struct net_draft *made[NET_LINKS_MAX] = { NULL };
	size_t before = fit->problems->n;
	struct problem problem;

	for (size_t i = 0; i < plan->answers->n_links && fit->r >= 0; i++) {
		plan->drafts.current = NULL;
		fit_link(fit, plan->answers->links[i]);
		made[i] = plan->drafts.current;
	}
	if (fit->r < 0 || fit->problems->n > before || plan->answers->n_links == 0)
		return;
	hold_parents(plan);
	if (!drafts_take(&plan->drafts, &problem))
		judge(fit, made, &problem);
}
