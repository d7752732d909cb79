/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The network: what firstbootd would write and keep for the same settings. */

#include <errno.h>
#include <time.h>

#include "history.h"
#include "i18n.h"
#include "journal.h"
#include "netfile.h"
#include "networkd_change.h"
#include "nm_keyfile.h"
#include "nm_links.h"
#include "offline_parts.h"
#include "settings.h"
#include "usec.h"
#include "validate.h"

/* The settings of the tree, and what becomes of them. */
struct sets {
	struct net_set old, new;
};

/* -- the settings -------------------------------------------------------------------------------
 */

/* What firstboot has set in the tree before; zeros for nothing. */
static int read_kept(struct offline_plan *plan, struct net_set *ret)
{
	_cleanup_free_ char *text = NULL;
	int r = offline_read(plan, SETTINGS_PATH, &text);

	*ret = (struct net_set){ 0 };
	if (r < 0 || !text)
		return r;
	r = settings_parse(text, ret);
	if (r < 0)
		(void)snprintf(plan->failed, sizeof(plan->failed), "%s", SETTINGS_PATH);
	return r;
}

/* The settings of a link before these answers: those that are kept, else automatic ones. */
static void begin_config(
	const struct net_set *set, const struct answers_link *link, struct net_config *ret)
{
	const struct net_config *kept;
	struct net_device device;
	char name[IFNAMSIZ];

	answers_find_device(link, link->link, name, &device);
	kept = net_set_find(set, name);
	if (kept)
		*ret = *kept;
	else
		net_config_init(ret, name);
	if (device.kind != NET_DEVICE_EXISTING || !kept)
		ret->device = device;
}

/* Where what all of them are about stands. */
static struct answers_place last_place(const struct offline_wish *wish)
{
	return wish->answers->links[wish->answers->n_links - 1]->place;
}

/* Add what one section says. */
static int merge_link(
	struct net_set *set, const struct answers_link *link, const struct offline_wish *wish)
{
	struct net_config config;
	struct problem problem;
	int r;

	if (!answers_link_is_name(link))
		return offline_complain(wish, link->place,
			_("Link=%s cannot be used for an image, which has no network cards yet. "
			  "Give the name that the card will have."),
			link->link);
	begin_config(set, link, &config);
	if (!answers_merge(link, &config, &config, &problem))
		return offline_complain(wish, link->place, "%s", problem.text);
	r = net_set_put(set, &config);
	if (r < 0)
		return offline_complain(
			wish, link->place, _("There can be %d links at most."), NET_LINKS_MAX);
	if (link->given & LINK_ANSWER_ADVERTISED) {
		if (link->advertised)
			memcpy(set->advertised, config.ifname, sizeof(set->advertised));
		else if (streq(set->advertised, config.ifname))
			set->advertised[0] = '\0';
	}
	return 0;
}

/* The settings wanted. Whether they fit each other only those of a whole can tell. */
static int make_sets(struct offline_plan *plan, const struct offline_wish *wish, struct sets *sets)
{
	size_t problems = wish->problems->n;
	struct problem problem;
	int r = read_kept(plan, &sets->old);

	sets->new = sets->old;
	for (size_t i = 0; i < wish->answers->n_links && r >= 0; i++)
		r = merge_link(&sets->new, wish->answers->links[i], wish);
	if (r >= 0 && problems == wish->problems->n && !validate_net_set(&sets->new, &problem))
		r = offline_complain(wish, last_place(wish), "%s", problem.text);
	return r;
}

/* -- the files ----------------------------------------------------------------------------------
 */

/* Those of systemd-networkd: as they are for new, none for what has left it. */
static int put_netfiles(
	struct offline_plan *plan, const struct net_set *old, const struct net_set *new)
{
	_cleanup_(networkd_plan_done) struct networkd_plan files = { 0 };
	const struct apply_change change = { .old = old, .new = new };
	char path[NETWORKD_PATH_SIZE];
	int r = networkd_plan_init(&files, plan->tree->root, &change);

	for (size_t i = 0; i < files.new.n &&r >= 0; i++)
		r = offline_put(plan, networkd_kept_path(&files.new.files[i], path),
			files.new.files[i].text);
	for (size_t i = 0; i < files.old.n && r >= 0; i++) {
		const struct netfile *file = &files.old.files[i];

		if (!netfiles_find(&files.new, file->ifname, file->is_netdev))
			r = offline_put(plan, networkd_kept_path(file, path), NULL);
	}
	return r;
}

/* What a keyfile says of a key of ours, "" for nothing. */
static void find_data(const char *text, const char *key, size_t size, char *ret)
{
	size_t length = strlen(key);

	*ret = '\0';
	for (; text && *text; text += strcspn(text, "\n"), text += *text == '\n')
		if (strncmp(text, key, length) == 0 && text[length] == '=')
			(void)snprintf(ret, size, "%.*s", (int)strcspn(text + length + 1, "\n"),
				text + length + 1);
}

/* The profile of a link. One that says the same stays as it is, in NetworkManager's own writing;
 * the profile that the link had before ours is known from it alone. */
static int put_profile(struct offline_plan *plan, const struct nm_link *link)
{
	_cleanup_(nm_settings_done) struct nm_settings settings = { 0 };
	_cleanup_free_ char *old = NULL, *text = NULL;
	char path[NM_KEYFILE_PATH_SIZE], digest[NM_DIGEST_SIZE], previous[NM_UUID_SIZE];
	int r;

	nm_keyfile_path(link->ifname, path);
	if (nm_role_is_none(&link->new))
		return offline_put(plan, path, NULL);
	r = offline_read(plan, path, &old);
	if (r < 0)
		return r;
	find_data(old, NM_DATA_DIGEST, sizeof(digest), digest);
	find_data(old, NM_DATA_PREVIOUS, sizeof(previous), previous);
	if (streq(digest, link->new_digest))
		return 0;
	r = nm_profile_compose(link->ifname, &link->new, true, previous, &settings);
	if (r >= 0)
		r = nm_keyfile_render(&settings, &text);
	return r < 0 ? r : offline_put_private(plan, path, text, 0600, false);
}

/* Those of NetworkManager, likewise. */
static int put_profiles(
	struct offline_plan *plan, const struct net_set *old, const struct net_set *new)
{
	const struct apply_change change = { .old = old, .new = new };
	_cleanup_(nm_links_done) struct nm_links links = { 0 };
	int r = nm_links_make(&change, &links);

	for (size_t i = 0; i < links.n_links && r >= 0; i++)
		r = put_profile(plan, &links.links[i]);
	return r;
}

/* What firstbootd keeps of its own: the settings, and that they were set. */
static int put_state(struct offline_plan *plan, const struct sets *sets)
{
	struct history_entry entry = { .when = usec_now(CLOCK_REALTIME),
		.outcome = HISTORY_KEPT_UNPROVEN,
		.origin = "firstboot --root" };
	_cleanup_free_ char *settings = NULL, *text = NULL;
	char path[HISTORY_PATH_SIZE];
	int r = settings_render(&sets->new, &settings);

	if (r >= 0)
		r = offline_put_private(plan, SETTINGS_PATH, settings, 0600, false);
	if (r < 0 || net_set_equal(&sets->old, &sets->new))
		return r;
	for (size_t i = 0; i < sets->new.n_links; i++) {
		const struct net_config *new = &sets->new.links[i];
		const struct net_config *old = net_set_find(&sets->old, new->ifname);

		if (!old || !net_config_equal(old, new))
			history_summarize(&entry, new->ifname, new);
	}
	r = history_make(plan->tree->root, &entry, &sets->new, path, &text);
	return r < 0 ? r : offline_put_private(plan, path, text, 0600, false);
}

/* All of them. Another manager may have been there at the last time. */
static int put_files(struct offline_plan *plan, const struct sets *sets)
{
	static const struct net_set nothing;
	bool profiles = plan->tree->nm && !plan->tree->networkd;
	int r;

	r = put_netfiles(plan, &sets->old, profiles ? &nothing : &sets->new);
	if (r >= 0)
		r = put_profiles(plan, &sets->old, profiles ? &sets->new : &nothing);
	if (r >= 0)
		r = offline_surroundings(plan, &sets->new);
	return r < 0 ? r : put_state(plan, sets);
}

int offline_network(struct offline_plan *plan, const struct offline_wish *wish)
{
	_cleanup_free_ struct sets *sets = calloc(1, sizeof(*sets));
	size_t problems = wish->problems->n;
	int r;

	if (!sets)
		return -ENOMEM;
	if (offline_exists(plan->tree, JOURNAL_PATH))
		return offline_complain(wish, last_place(wish),
			_("A change of the network was cut off in the image: %s is there. Start it "
			  "once, or remove that file."),
			JOURNAL_PATH);
	r = make_sets(plan, wish, sets);
	if (r < 0 || problems < wish->problems->n)
		return r;
	if (!plan->tree->networkd && !plan->tree->nm)
		(void)snprintf(plan->remark, sizeof(plan->remark),
			_("Nothing in the image sets up the network: systemd-networkd is not "
			  "enabled, NetworkManager is not there. The files are those of "
			  "systemd-networkd."));
	return put_files(plan, sets);
}

int offline_read_network(struct offline_plan *plan, struct answers *ret)
{
	_cleanup_free_ struct net_set *set = calloc(1, sizeof(*set));
	int r = set ? read_kept(plan, set) : -ENOMEM;

	for (size_t i = 0; r >= 0 && i < set->n_links; i++)
		r = answers_add_config(
			ret, &set->links[i], streq(set->advertised, set->links[i].ifname));
	return r;
}
