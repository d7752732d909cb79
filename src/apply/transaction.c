/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What can be asked of a transaction, and how it begins. */

#include <errno.h>
#include <sys/random.h>
#include <time.h>

#include "atomic_file.h"
#include "i18n.h"
#include "settings.h"
#include "transaction_work.h"
#include "usec.h"

#define SETTINGS_MAX (512 * 1024)

/* -- the wish -----------------------------------------------------------------------------------
 */

/* A copy of set on the heap. */
static struct net_set *copy_set(const struct net_set *set)
{
	struct net_set *copy = malloc(sizeof(*copy));

	if (copy)
		*copy = *set;
	return copy;
}

/* Describe the change for the journal. */
static int fill_journal(struct transaction *t, const struct net_set *new, const char *origin)
{
	t->journal.began = usec_now(CLOCK_REALTIME);
	t->journal.old = copy_set(t->settings);
	t->journal.new = copy_set(new);
	(void)snprintf(t->journal.origin, sizeof(t->journal.origin), "%s", origin);
	if (!t->journal.old || !t->journal.new)
		return -ENOMEM;
	if (getrandom(&t->journal.id, sizeof(t->journal.id), 0) != sizeof(t->journal.id))
		return -EIO;
	return 0;
}

/* The change as the back end knows it. */
static void point_change(struct transaction *t)
{
	t->change = (struct apply_change){
		.old = t->journal.old,
		.new = t->journal.new,
		.id = t->journal.id,
	};
}

int transaction_try(struct transaction *t, const struct net_set *new, const char *origin,
	bool unsafe, apply_done_fn done, void *userdata)
{
	int r;

	if (transaction_is_open(t))
		return -EBUSY;
	r = fill_journal(t, new, origin);
	if (r < 0) {
		transaction_forget(t);
		return r;
	}
	point_change(t);
	t->unsafe = unsafe;
	t->backend = t->given;
	t->done = done;
	t->userdata = userdata;
	transaction_begin(t, &transaction_trying);
	return 0;
}

/* Begin the end of a change that waits. */
static int begin_end(
	struct transaction *t, const struct course *course, apply_done_fn done, void *userdata)
{
	if (!t->waits || t->course)
		return -EBUSY;
	t->done = done;
	t->userdata = userdata;
	transaction_begin(t, course);
	return 0;
}

int transaction_keep(struct transaction *t, apply_done_fn done, void *userdata)
{
	return begin_end(t, &transaction_keeping, done, userdata);
}

int transaction_take_back(struct transaction *t, bool expired, apply_done_fn done, void *userdata)
{
	int r = begin_end(t, &transaction_taking_back, done, userdata);

	if (r == 0)
		t->outcome = expired ? HISTORY_EXPIRED : HISTORY_TAKEN_BACK;
	return r;
}

int transaction_abandon(struct transaction *t, apply_done_fn done, void *userdata)
{
	t->abandon_done = done;
	t->abandon_userdata = userdata;
	if (t->waits && !t->course) {
		t->outcome = HISTORY_RECOVERED_OLD;
		transaction_begin(t, &transaction_taking_back);
	} else if (!t->course) {
		transaction_kick(t);
	} else if (t->course == &transaction_trying && !t->abandoned) {
		t->abandoned = true;
		transaction_say(t, _("The network settings were not changed: firstbootd ends."));
		transaction_stop_waiting(t);
		if (!t->manager_busy)
			transaction_kick(t);
	}
	return 0;
}

bool transaction_is_open(const struct transaction *t)
{
	return t->course || t->waits;
}

/* -- what an earlier process left ---------------------------------------------------------------
 */

/* Where atomic_write() may have been cut off, and on what. */
static const struct {
	const char *folder, *prefix;
} swept[] = {
	{ STATEDIR, "" },
	{ STATEDIR "/history", "" },
	{ STATEDIR "/reports", "" },
	{ STATEDIR "/steps", "" },
	{ "/etc/systemd/network", "05-firstboot-" },
	{ "/run/systemd/network", "04-firstboot-pending-" },
	{ "/etc", "dhcpcd.conf" },
	{ "/etc", "hosts" },
	{ "/etc", "machine-id" },
	{ "/etc", "resolv.conf" },
	{ "/etc", "timezone" },
	{ "/etc/NetworkManager/conf.d", "90-firstboot" },
	{ "/etc/chrony/conf.d", "firstboot" },
	{ "/etc/chrony/sources.d", "firstboot" },
	{ "/etc/cloud/cloud.cfg.d", "99-firstboot" },
	{ "/etc/default", "keyboard" },
	{ "/etc/default", "networking" },
	{ "/etc/firstboot/firstboot.conf.d", "90-advertised" },
	{ "/etc/firstboot/firstboot.conf.d", "91-language" },
	{ "/etc/systemd/timesyncd.conf.d", "50-firstboot" },
};

/* The back end of this name. */
static const struct apply_network_backend *find_backend(const char *name)
{
	static const struct apply_network_backend *const all[] = { &apply_networkd, &apply_nm,
		&apply_dry_run };

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (streq(all[i]->name, name))
			return all[i];
	return NULL;
}

/* A journal that nobody can read: whatever is pending is taken back to the kept settings. As all of
 * their files may have been put aside, they are taken for such that the change left out. */
static int begin_clearing(struct transaction *t)
{
	static const struct net_set nothing;
	int r = fill_journal(t, t->settings, "");

	if (r < 0)
		return r;
	point_change(t);
	t->change.new = &nothing;
	t->backend = t->given ? t->given : &apply_networkd;
	transaction_say(t, _("The journal of the change was damaged."));
	transaction_begin(t, &transaction_clearing);
	return 0;
}

int transaction_recover(struct transaction *t, apply_done_fn done, void *userdata)
{
	const char *root = t->apply->root;
	int r;

	if (transaction_is_open(t))
		return -EBUSY;
	for (size_t i = 0; i < ARRAY_SIZE(swept); i++)
		(void)atomic_sweep(root, swept[i].folder, swept[i].prefix);
	t->done = done;
	t->userdata = userdata;
	t->unfinished = false;
	r = journal_read(root, &t->journal);
	if (r == -ENOENT) {
		transaction_kick(t);
		return 0;
	}
	if (r == -ENOMEM)
		return r;
	t->recovering = t->journaled = true;
	t->outcome = HISTORY_RECOVERED_OLD;
	t->backend = r >= 0 ? find_backend(t->journal.backend) : NULL;
	if (!t->backend)
		return begin_clearing(t);
	point_change(t);
	if (t->journal.phase == JOURNAL_KEEPING)
		t->outcome = HISTORY_RECOVERED_NEW;
	transaction_begin(t, t->journal.phase == JOURNAL_KEEPING ? &transaction_keeping
								 : &transaction_taking_back);
	return 0;
}

/* -- start and end ------------------------------------------------------------------------------
 */

/* The settings that are kept. What is not there or damaged is as if nothing were ours: files that
 * no set explains stay until their link is set anew. */
static int load_settings(struct transaction *t)
{
	_cleanup_free_ char *text = NULL;
	int r;

	t->settings = calloc(1, sizeof(*t->settings));
	if (!t->settings)
		return -ENOMEM;
	r = file_read(t->apply->root, SETTINGS_PATH, SETTINGS_MAX, &text);
	if (r >= 0)
		r = settings_parse(text, t->settings);
	if (r < 0)
		memset(t->settings, 0, sizeof(*t->settings));
	return r == -ENOMEM ? r : 0;
}

int transaction_new(struct apply *apply, const struct apply_network_backend *backend,
	transaction_step_fn step, void *userdata, struct transaction **ret)
{
	struct transaction *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return -ENOMEM;
	t->apply = apply;
	t->given = backend;
	t->announce = step;
	t->announce_userdata = userdata;
	r = load_settings(t);
	if (r >= 0)
		r = sd_event_add_defer(apply->event, &t->kick, transaction_handle_kick, t);
	if (r >= 0)
		r = sd_event_source_set_enabled(t->kick, SD_EVENT_OFF);
	if (r < 0) {
		transaction_free(t);
		return r;
	}
	*ret = t;
	return 0;
}

struct transaction *transaction_free(struct transaction *t)
{
	if (!t)
		return NULL;
	transaction_forget(t);
	sd_event_source_disable_unref(t->kick);
	free(t->settings);
	free(t);
	return NULL;
}

const struct net_set *transaction_settings(const struct transaction *t)
{
	return t->settings;
}
