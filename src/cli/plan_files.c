/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What would be written: the files of systemd-networkd or the profiles of NetworkManager, rendered
 * as firstbootd does it. */

#include <errno.h>

#include "atomic_file.h"
#include "json_out.h"
#include "networkd_change.h"
#include "nm_links.h"
#include "plan_parts.h"
#include "settings.h"
#include "surroundings.h"
#include "textdiff.h"
#include "transaction_work.h"
#include "util.h"

#define FILE_SIZE (64 * 1024)

int plan_add_file(
	json_object *changes, const char *path, const char *old, const char *text, bool is_profile)
{
	_cleanup_free_ char *diff = NULL;
	json_object *one;
	int r = textdiff_make(old, text, &diff);

	if (r == -ENOMEM)
		return r;
	if (r == 0 && !*diff && !old == !text)
		return 0;
	one = json_object_new_object();
	json_put_text(one, "kind", is_profile ? "profile" : "file");
	json_put_text(one, "path", path);
	json_put_text(one, "action", !text ? "remove" : !old ? "create" : "change");
	json_put_text(one, "diff", diff ? diff : "");
	json_add(changes, one);
	return one ? 0 : -ENOMEM;
}

int plan_add_call(json_object *changes, const char *service, const char *method, const char *what)
{
	json_object *one = json_object_new_object();

	json_put_text(one, "kind", "call");
	json_put_text(one, "service", service);
	json_put_text(one, "method", method);
	json_put_text(one, "argument", what);
	json_add(changes, one);
	return one ? 0 : -ENOMEM;
}

/* A file as it is on the disk, NULL where there is none or it is not for us to read. */
static char *read_file(const char *path)
{
	char *text = NULL;

	return file_read("", path, FILE_SIZE, &text) >= 0 ? text : NULL;
}

/* -- systemd-networkd ---------------------------------------------------------------------------
 */

/* What is written or goes. */
static int add_netfiles(const struct networkd_plan *files, json_object *changes)
{
	char path[NETWORKD_PATH_SIZE];
	int r = 0;

	for (size_t i = 0; i < files->new.n &&r == 0; i++) {
		const struct netfile *file = &files->new.files[i];
		_cleanup_free_ char *old = NULL;

		if (!networkd_file_changes(files, file))
			continue;
		old = read_file(networkd_kept_path(file, path));
		r = plan_add_file(changes, path, old, file->text, false);
	}
	for (size_t i = 0; i < files->old.n && r == 0; i++) {
		const struct netfile *file = &files->old.files[i];

		if (!netfiles_find(&files->new, file->ifname, file->is_netdev))
			r = plan_add_file(
				changes, networkd_kept_path(file, path), file->text, NULL, false);
	}
	return r;
}

static int add_networkd(const struct apply_change *change, json_object *changes)
{
	struct networkd_plan *files = calloc(1, sizeof(*files));
	int r = files ? networkd_plan_init(files, "", change) : -ENOMEM;

	if (r >= 0) {
		r = add_netfiles(files, changes);
		networkd_plan_done(files);
	}
	free(files);
	if (r == 0)
		r = plan_add_call(changes, "org.freedesktop.network1", "Reload", "");
	return r;
}

/* -- NetworkManager -----------------------------------------------------------------------------
 */

/* What a profile says; NULL: there is none. */
static int render_role(const char *ifname, const struct nm_role *role, char **ret)
{
	struct nm_settings settings = { 0 };
	int r;

	*ret = NULL;
	if (nm_role_is_none(role))
		return 0;
	r = nm_profile_compose(ifname, role, true, "", &settings);
	if (r == 0)
		r = nm_settings_render(&settings, ret);
	nm_settings_done(&settings);
	return r;
}

/* The profile of one link. */
static int add_profile(const struct nm_link *link, json_object *changes)
{
	_cleanup_free_ char *old = NULL, *text = NULL;
	char name[IFNAMSIZ + 16];
	int r = render_role(link->ifname, &link->old, &old);

	if (r == 0)
		r = render_role(link->ifname, &link->new, &text);
	if (r < 0)
		return r;
	(void)snprintf(name, sizeof(name), "firstboot-%s", link->ifname);
	if (streq(old ? old : "", text ? text : ""))
		return link->again && text
			       ? plan_add_call(changes, NM_NAME, "ActivateConnection", name)
			       : 0;
	r = plan_add_file(changes, name, old, text, true);
	if (r == 0)
		r = plan_add_call(changes, NM_NAME,
			!text ? "Delete"
			: old ? "Update2"
			      : "AddConnection2",
			name);
	if (r == 0 && text)
		r = plan_add_call(changes, NM_NAME, "ActivateConnection", name);
	return r;
}

static int add_nm(const struct apply_change *change, json_object *changes)
{
	struct nm_links links;
	int r = nm_links_make(change, &links);

	if (r < 0)
		return r;
	for (size_t i = 0; i < links.n_links && r == 0; i++)
		r = add_profile(&links.links[i], changes);
	nm_links_done(&links);
	return r;
}

/* -- all of it ----------------------------------------------------------------------------------
 */

/* What firstboot remembers of it; only root may read that. */
static int add_settings(const struct net_set *new, json_object *changes)
{
	_cleanup_free_ char *old = NULL, *text = NULL;
	int r = settings_render(new, &text);

	if (r < 0)
		return r;
	old = read_file(SETTINGS_PATH);
	return plan_add_file(changes, SETTINGS_PATH, old, text, false);
}

/* The changes that are added to, and what went wrong. */
struct sink {
	json_object *changes;
	int r;
};

static void on_file(const char *path, const char *old, const char *text, void *userdata)
{
	struct sink *sink = userdata;

	if (sink->r == 0)
		sink->r = plan_add_file(sink->changes, path, old, text, false);
}

static void on_call(const char *method, const char *unit, void *userdata)
{
	struct sink *sink = userdata;

	if (sink->r == 0)
		sink->r = plan_add_call(sink->changes, "org.freedesktop.systemd1", method, unit);
}

/* What follows from it for others. */
static int add_surroundings(
	const struct plan *plan, const struct net_set *new, json_object *changes)
{
	struct sink sink = { .changes = changes };
	struct apply apply = { .event = plan->app->event, .bus = plan->app->bus, .root = "" };
	struct surroundings_plan told = { .file = on_file,
		.call = on_call,
		.userdata = &sink,
		.networkd = plan->manager == OWNER_NETWORKD };

	surroundings_foresee(&apply, new, &told);
	return sink.r;
}

int plan_add_network(const struct plan *plan, json_object *changes)
{
	_cleanup_free_ struct net_set *new = calloc(1, sizeof(*new)),
				      *none = calloc(1, sizeof(*none));
	struct apply_change change = { .new = new,
		.old = plan->drafts.kept ? plan->drafts.kept : none };
	int r = new &&none ? drafts_whole(&plan->drafts, new) : -ENOMEM;

	if (r < 0)
		return r;
	r = plan->manager == OWNER_NM ? add_nm(&change, changes) : add_networkd(&change, changes);
	if (r == 0)
		r = add_settings(new, changes);
	return r < 0 ? r : add_surroundings(plan, new, changes);
}
