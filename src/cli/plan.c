/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan.h"

#include <errno.h>

#include "i18n.h"
#include "keymap.h"
#include "plan_parts.h"
#include "reply.h"
#include "safe_text.h"
#include "textfile.h"
#include "util.h"
#include "zone.h"

#define MANAGER_USEC (15 * 1000000ULL)

/* -- what is in force ---------------------------------------------------------------------------
 */

/* What firstboot has set, where we may know. */
static int read_kept(struct plan *plan)
{
	struct reply reply = { .settings = calloc(1, sizeof(*reply.settings)) };
	struct net_drafts *drafts = &plan->drafts;

	if (!reply.settings)
		return -ENOMEM;
	if (plan->app->client)
		reply_wait_plain(&reply,
			client_get_settings(plan->app->client, 0, reply_keep, &reply),
			plan->app->event);
	if (!plan->app->client || reply.outcome != CLIENT_OK) {
		free(reply.settings);
		/* Others are not told; root is, or has no firstbootd. */
		return geteuid() == 0 ? -ENOTCONN : 0;
	}
	drafts->kept = reply.settings;
	memcpy(drafts->advertised, drafts->kept->advertised, sizeof(drafts->advertised));
	return 0;
}

/* The name that stays after a restart; where that is the one wanted, the one of now. */
static void read_hostname(struct plan *plan)
{
	_cleanup_free_ char *text = NULL;
	char *now = plan->now.hostname;

	sysstate_hostname(now);
	if (!(plan->answers->given & ANSWER_HOSTNAME) ||
		textfile_read("", "/etc/hostname", &text) < 0)
		return;
	text[strcspn(text, "\n")] = '\0';
	if (!streq(text, plan->answers->hostname))
		(void)snprintf(now, HOST_NAME_SIZE, "%s", text);
}

/* Everything that is not the network's. */
static void read_now(struct plan *plan)
{
	const struct answers *answers = plan->answers;

	read_hostname(plan);
	zone_read("", plan->now.timezone);
	keymap_read("", plan->now.keymap);
	plan->wanted = plan->now;
	if (answers->given & ANSWER_HOSTNAME)
		memcpy(plan->wanted.hostname, answers->hostname, sizeof(plan->wanted.hostname));
	if (answers->given & ANSWER_TIMEZONE)
		memcpy(plan->wanted.timezone, answers->timezone, sizeof(plan->wanted.timezone));
	/* It may be in force by another of its names. */
	if ((answers->given & ANSWER_KEYMAP) && !keymap_is_set("", answers->keymap))
		memcpy(plan->wanted.keymap, answers->keymap, sizeof(plan->wanted.keymap));
}

/* -- all of it ----------------------------------------------------------------------------------
 */

/* Is the setting of this link another one than it is? What firstboot keeps counts to the last
 * detail, and has to be in force; what others have set counts as far as it shows. */
static bool link_differs(const struct plan *plan, const struct net_draft *draft)
{
	const struct net_drafts *drafts = &plan->drafts;
	const struct net_config *kept =
		drafts->kept ? net_set_find(drafts->kept, draft->wanted.ifname) : NULL;
	struct review_row row;

	if (!draft->touched || drafts_bond_of(drafts, draft->wanted.ifname))
		return false;
	if (kept)
		return !net_config_equal(kept, &draft->wanted) || plan_has_lost(plan, kept);
	return drafts_link_rows(drafts, draft, &row, 1) > 0;
}

/* Does anything of the network change? */
static bool network_differs(const struct plan *plan)
{
	const struct net_drafts *drafts = &plan->drafts;
	const char *kept = drafts->kept ? drafts->kept->advertised : "";

	for (size_t i = 0; i < drafts->n; i++)
		if (link_differs(plan, drafts->links[i]))
			return true;
	return drafts->advertised_touched && !streq(drafts->advertised, kept);
}

/* What would change, for people. */
static void make_rows(struct plan *plan)
{
	const struct {
		const char *subject, *now, *wanted;
	} rows[] = {
		{ _("Hostname"), plan->now.hostname, plan->wanted.hostname },
		{ _("Time zone"), plan->now.timezone, plan->wanted.timezone },
		{ _("Keyboard layout"), plan->now.keymap, plan->wanted.keymap },
	};
	size_t *n = &plan->n_rows;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		*n += review_value(rows[i].subject, rows[i].now, rows[i].wanted, plan->rows + *n,
			REVIEW_ROWS_MAX - *n);
	if (plan->network)
		*n += drafts_rows(&plan->drafts, plan->rows + *n, REVIEW_ROWS_MAX - *n);
}

/* Who sets up the links. */
struct search {
	bool done;
	enum owner_manager manager;
};

static void on_owner(const struct owner *owner, void *userdata)
{
	struct search *search = userdata;

	search->done = true;
	search->manager = owner->manager;
}

static bool is_found(const void *search)
{
	return ((const struct search *)search)->done;
}

/* A link that is there, of those that are to be set up: of a device that is not, one of its parts.
 */
static const struct link *find_present(const struct plan *plan)
{
	const struct net_drafts *drafts = &plan->drafts;
	const struct link *link = NULL;

	for (size_t i = 0; i < drafts->n && !link; i++) {
		const struct net_config *wanted = &drafts->links[i]->wanted;

		link = netlink_link_by_name(plan->app->nl, wanted->ifname);
		for (size_t j = 0; j < wanted->device.n_ports && !link; j++)
			link = netlink_link_by_name(plan->app->nl, wanted->device.ports[j]);
	}
	return link;
}

/* Who would be asked to set the links up; all of them have the same. */
static void find_manager(struct plan *plan)
{
	_cleanup_(sd_bus_slot_unrefp) sd_bus_slot *slot = NULL;
	const struct link *link = find_present(plan);
	struct search search = { .manager = OWNER_NONE };

	if (!plan->app->bus || !link)
		return;
	if (owner_find(plan->app->bus, plan->app->event, "", link->ifindex, link->name, on_owner,
		    &search, &slot) >= 0)
		(void)app_wait(plan->app, MANAGER_USEC, is_found, &search);
	plan->manager = search.manager;
}

/* Time zone and keyboard layout: are they ones that this machine has? */
static void fit_place(struct plan_fit *fit)
{
	const struct plan *plan = fit->plan;

	if (!streq(plan->now.timezone, plan->wanted.timezone) &&
		!zone_is_installed("", plan->wanted.timezone))
		plan_complain(fit, answers_place_of(plan->answers, ANSWER_TIMEZONE),
			_("\"%s\" is no time zone that this machine knows; those are below "
			  "/usr/share/zoneinfo."),
			plan->wanted.timezone);
	if (!streq(plan->now.keymap, plan->wanted.keymap) &&
		!keymap_is_installed("", plan->wanted.keymap))
		plan_complain(fit, answers_place_of(plan->answers, ANSWER_KEYMAP),
			_("\"%s\" is no keyboard layout that this machine has; those come with "
			  "kbd, or with Debian's keyboard-configuration and console-setup."),
			plan->wanted.keymap);
}

int plan_make(const struct answers *answers, struct app *app, struct plan *ret,
	struct answers_problems *problems)
{
	struct plan_fit fit = { .plan = ret, .problems = problems };
	size_t before = problems->n;
	int r;

	*ret = (struct plan){ .app = app, .answers = answers };
	r = read_kept(ret);
	if (r < 0)
		return r;
	read_now(ret);
	fit_place(&fit);
	plan_fit_links(&fit);
	plan_fit_setup(&fit);
	plan_fit_secret(&fit);
	if (fit.r < 0 || problems->n > before)
		return fit.r < 0 ? fit.r : 0;
	plan_find_new_keys(ret);
	ret->network = network_differs(ret);
	if (ret->network) {
		find_manager(ret);
		plan_find_cut(ret, ret->cut);
	}
	make_rows(ret);
	return 0;
}

bool plan_is_empty(const struct plan *plan)
{
	for (size_t i = 0; i < plan->answers->n_keys; i++)
		if (plan->new_keys[i])
			return false;
	for (size_t i = 0; i < plan->setup.n_steps; i++)
		if (plan->setup.steps[i].due)
			return false;
	return !plan->network && plan->n_rows == 0 && !*plan->setup.eula;
}

bool plan_gives_login(const struct plan *plan)
{
	return plan->answers->given & (ANSWER_PASSWORD | ANSWER_KEYS);
}

bool plan_ends_setup(const struct plan *plan)
{
	return plan->app->unclaimed && plan_gives_login(plan) && !plan_lacks_eula(plan) &&
	       !plan_find_missing(plan);
}

/* Whoever gives root a login expects the setup to end. */
static void warn_of_setup(const struct plan *plan, struct outcome *outcome)
{
	const struct step_def *missing = plan_find_missing(plan);
	safe_char text[2 * SAFE_TEXT_MAX + 320];

	if (!plan->app->unclaimed || !plan_gives_login(plan))
		return;
	if (plan_lacks_eula(plan))
		outcome_warn(outcome, (const safe_char *)_("The setup does not end with that: the "
							   "licence of this appliance has not "
							   "been accepted ([Eula] Accept=yes)."));
	if (!missing)
		return;
	(void)safe_format(text, sizeof(text),
		(const safe_char *)_("The setup does not end with that: the step \"%s\" has not "
				     "been done ([Step "
				     "%s])."),
		safe_text(missing->title, 0).text, safe_text(missing->name, 0).text);
	outcome_warn(outcome, text);
}

void plan_warn(const struct plan *plan, struct outcome *outcome)
{
	safe_char text[SAFE_TEXT_MAX + 320];

	warn_of_setup(plan, outcome);
	if (!*plan->cut)
		return;
	(void)safe_format(text, sizeof(text),
		(const safe_char *)_(
			"This session of ssh goes through %s, and the new settings take "
			"that way away: the session will hang. Keep the change from a "
			"new session by \"firstboot --confirm\", else it is taken back."),
		safe_text(plan->cut, IFNAMSIZ).text);
	outcome_warn(outcome, text);
}

void plan_done(struct plan *plan)
{
	drafts_done(&plan->drafts);
	plan_setup_done(&plan->setup);
	secret_done(&plan->hash);
	*plan = (struct plan){ 0 };
}
