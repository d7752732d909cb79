/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan.h"

#include <errno.h>

#include "hosts.h"
#include "i18n.h"
#include "json_out.h"
#include "keymap.h"
#include "names.h"
#include "plan_parts.h"
#include "reply.h"
#include "safe_text.h"
#include "textfile.h"
#include "util.h"
#include "zone.h"

#define KEYS_FILE    "/root/.ssh/authorized_keys"
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
		return 0;
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
	if (answers->given & ANSWER_KEYMAP)
		memcpy(plan->wanted.keymap, answers->keymap, sizeof(plan->wanted.keymap));
}

/* -- root's keys --------------------------------------------------------------------------------
 */

/* Is it the same key, whatever is said behind it? */
static bool is_key(const char *found, const char *key)
{
	size_t length = strlen(found);

	return strncmp(found, key, length) == 0 && (key[length] == '\0' || key[length] == ' ');
}

/* Does a line of authorized_keys have it? */
static bool has_key(const char *text, const char *key)
{
	while (text && *text) {
		size_t length = strcspn(text, "\n");
		char line[LOGIN_KEY_MAX], found[LOGIN_KEY_MAX];

		(void)snprintf(line, sizeof(line), "%.*s", (int)length, text);
		if (length < sizeof(line) && login_key_find(line, found) && is_key(found, key))
			return true;
		text += length + (text[length] == '\n');
	}
	return false;
}

/* Which of the keys are still to be added. */
static void find_new_keys(struct plan *plan)
{
	_cleanup_free_ char *text = NULL;

	(void)textfile_read("", KEYS_FILE, &text);
	for (size_t i = 0; i < plan->answers->n_keys; i++)
		plan->new_keys[i] = !has_key(text, plan->answers->keys[i]);
}

/* What it would be with them. */
static int add_keys(const struct plan *plan, json_object *changes)
{
	_cleanup_free_ char *old = NULL, *text = NULL;
	size_t size;
	bool any = false;
	FILE *f;

	for (size_t i = 0; i < plan->answers->n_keys; i++)
		any |= plan->new_keys[i];
	if (!any)
		return 0;
	(void)textfile_read("", KEYS_FILE, &old);
	f = open_memstream(&text, &size);
	if (!f)
		return -ENOMEM;
	fprintf(f, "%s%s", old ? old : "", old && *old && old[strlen(old) - 1] != '\n' ? "\n" : "");
	for (size_t i = 0; i < plan->answers->n_keys; i++)
		if (plan->new_keys[i])
			fprintf(f, "%s\n", plan->answers->keys[i]);
	if (fclose(f) != 0)
		return -ENOMEM;
	return plan_add_file(changes, KEYS_FILE, old, text, false);
}

/* -- all of it ----------------------------------------------------------------------------------
 */

/* Is the setting of this link another one than it is? What firstboot keeps counts to the last
 * detail, what others have set as far as it shows. */
static bool link_differs(const struct net_drafts *drafts, const struct net_draft *draft)
{
	const struct net_config *kept =
		drafts->kept ? net_set_find(drafts->kept, draft->wanted.ifname) : NULL;
	struct review_row row;

	if (!draft->touched || drafts_bond_of(drafts, draft->wanted.ifname))
		return false;
	if (kept)
		return !net_config_equal(kept, &draft->wanted);
	return drafts_link_rows(drafts, draft, &row, 1) > 0;
}

/* Does anything of the network change? */
static bool network_differs(const struct net_drafts *drafts)
{
	const char *kept = drafts->kept ? drafts->kept->advertised : "";

	for (size_t i = 0; i < drafts->n; i++)
		if (link_differs(drafts, drafts->links[i]))
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

int plan_make(const struct answers *answers, const char *file, struct app *app, struct plan *ret,
	struct answers_problems *problems)
{
	struct plan_fit fit = { .plan = ret, .file = file ? file : "--set", .problems = problems };
	size_t before = problems->n;
	int r;

	*ret = (struct plan){ .app = app, .answers = answers };
	r = read_kept(ret);
	if (r < 0)
		return r;
	read_now(ret);
	if (!zone_is_installed("", ret->wanted.timezone) && (answers->given & ANSWER_TIMEZONE))
		plan_complain(&fit, fit.file, 0,
			_("\"%s\" is no time zone that this machine knows; those are below "
			  "/usr/share/zoneinfo."),
			answers->timezone);
	plan_fit_links(&fit);
	plan_fit_secret(&fit);
	if (fit.r < 0 || problems->n > before)
		return fit.r < 0 ? fit.r : 0;
	find_new_keys(ret);
	ret->network = network_differs(&ret->drafts);
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
	return !plan->network && plan->n_rows == 0;
}

void plan_warn(const struct plan *plan, struct outcome *outcome)
{
	safe_char text[SAFE_TEXT_MAX + 320];

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
	secret_done(&plan->hash);
	*plan = (struct plan){ 0 };
}

/* -- as objects ---------------------------------------------------------------------------------
 */

/* The hostname: hostnamed writes one file, firstbootd the other. */
static int add_hostname(const struct plan *plan, json_object *changes)
{
	_cleanup_free_ char *name = NULL, *hosts = NULL, *new_hosts = NULL;
	char line[HOST_NAME_SIZE + 1];
	int r;

	if (streq(plan->now.hostname, plan->wanted.hostname))
		return 0;
	(void)snprintf(line, sizeof(line), "%s\n", plan->wanted.hostname);
	(void)textfile_read("", "/etc/hostname", &name);
	(void)textfile_read("", "/etc/hosts", &hosts);
	r = plan_add_call(
		changes, "org.freedesktop.hostname1", "SetStaticHostname", plan->wanted.hostname);
	if (r == 0)
		r = plan_add_file(changes, "/etc/hostname", name, line, false);
	if (r == 0)
		r = hosts_set_hostname(hosts, plan->wanted.hostname, &new_hosts);
	return r < 0 ? r : plan_add_file(changes, "/etc/hosts", hosts, new_hosts, false);
}

/* systemd's services write these; Debian has the name of the zone in a file as well. */
static int add_timezone(const struct plan *plan, json_object *changes)
{
	_cleanup_free_ char *old = NULL;
	char line[ANSWERS_TIMEZONE_MAX + 1];
	int r;

	if (streq(plan->now.timezone, plan->wanted.timezone))
		return 0;
	r = plan_add_call(
		changes, "org.freedesktop.timedate1", "SetTimezone", plan->wanted.timezone);
	(void)snprintf(line, sizeof(line), "%s\n", plan->wanted.timezone);
	if (r < 0 || textfile_read("", "/etc/timezone", &old) < 0)
		return r;
	return plan_add_file(changes, "/etc/timezone", old, line, false);
}

static int add_keymap(const struct plan *plan, json_object *changes)
{
	if (streq(plan->now.keymap, plan->wanted.keymap))
		return 0;
	return plan_add_call(
		changes, "org.freedesktop.locale1", "SetVConsoleKeyboard", plan->wanted.keymap);
}

/* Root's hash goes over the bus alone. */
static int add_hash(const struct plan *plan, json_object *changes)
{
	return plan->hash.length > 0
		       ? plan_add_call(changes, BUS_NAME, "SetRootPasswordHash", "root")
		       : 0;
}

static int add_network(const struct plan *plan, json_object *changes)
{
	return plan->network ? plan_add_network(plan, changes) : 0;
}

/* It is somebody's from then on. */
static int add_claim(const struct plan *plan, json_object *changes)
{
	return plan->app->unclaimed && (plan->answers->given & (ANSWER_PASSWORD | ANSWER_KEYS))
		       ? plan_add_call(changes, BUS_NAME, "Complete", "")
		       : 0;
}

/* The parts, in the order in which they are done. */
static const struct {
	const char *name;
	int (*add)(const struct plan *plan, json_object *changes);
} parts[] = {
	{ PLAN_HOSTNAME, add_hostname },
	{ PLAN_TIMEZONE, add_timezone },
	{ PLAN_KEYMAP, add_keymap },
	{ PLAN_KEYS, add_keys },
	{ PLAN_PASSWORD, add_hash },
	{ PLAN_NETWORK, add_network },
	{ PLAN_CLAIM, add_claim },
};

int plan_to_json(const struct plan *plan, json_object **ret)
{
	json_object *changes = json_object_new_array();
	size_t done = 0;
	int r = changes ? 0 : -ENOMEM;

	for (size_t i = 0; i < ARRAY_SIZE(parts) && r >= 0; i++) {
		r = parts[i].add(plan, changes);
		for (; done < json_object_array_length(changes); done++)
			json_put_text(
				json_object_array_get_idx(changes, done), "part", parts[i].name);
	}
	if (r < 0) {
		json_object_put(changes);
		return r;
	}
	*ret = changes;
	return 0;
}
