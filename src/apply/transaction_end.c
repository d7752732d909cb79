/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The works that end a change: kept or taken back, noted in the history, and the journal gone. */

#include <errno.h>

#include "atomic_file.h"
#include "i18n.h"
#include "settings.h"
#include "surroundings.h"
#include "transaction_work.h"

/* -- keep ---------------------------------------------------------------------------------------
 */

/* Give the journal another phase. */
static int write_phase(struct transaction *t, enum journal_phase phase)
{
	enum journal_phase before = t->journal.phase;
	int r;

	if ((phase == before && !t->phase_doubtful) || t->backend->dry)
		return 0;
	t->journal.phase = phase;
	r = journal_write(t->apply->root, &t->journal);
	/* Even a phase whose folder could not be synced may be there after a power cut. */
	t->phase_doubtful = r < 0;
	if (r < 0)
		t->journal.phase = before;
	return r;
}

int work_journal_keeping(struct transaction *t)
{
	int r;

	if (!t->recovering)
		t->outcome = t->proven ? HISTORY_KEPT_PROVEN : HISTORY_KEPT_UNPROVEN;
	r = write_phase(t, JOURNAL_KEEPING);
	if (r < 0)
		transaction_say(t,
			_("The network settings were not kept: %s. They stay in force until they "
			  "are kept or taken back."),
			strerror(-r));
	return r;
}

int work_manager_keep(struct transaction *t)
{
	int r = transaction_call_backend(t, t->backend->keep_change);

	if (r < 0)
		transaction_say(t, _("The network settings were not kept: %s."), strerror(-r));
	return r;
}

/* Write the kept settings for the next process. */
static int write_settings(struct transaction *t)
{
	_cleanup_free_ char *text = NULL;
	int r = settings_render(t->settings, &text);

	return r < 0 ? r : atomic_write(t->apply->root, SETTINGS_PATH, text, 0600);
}

int work_save(struct transaction *t)
{
	char remark[256] = "";
	int r;

	if (t->backend->dry)
		return 0;
	*t->settings = *t->journal.new;
	r = write_settings(t);
	if (r < 0) {
		/* The journal stays, so that the next start does this again. */
		t->unfinished = true;
		transaction_say(t,
			_("The network settings are kept, but firstboot could not note them in "
			  "%s: %s. It tries again at its next start."),
			SETTINGS_PATH, strerror(-r));
	}
	surroundings_follow(t->apply, t->settings, remark, sizeof(remark));
	if (remark[0])
		transaction_say(t, "%s", remark);
	return 0;
}

/* -- take back ----------------------------------------------------------------------------------
 */

int work_journal_trying(struct transaction *t)
{
	/* A failure leaves the phase of before: what is taken back now would be kept again after a
	 * power failure in the next moments. Better than not to take it back. */
	(void)write_phase(t, JOURNAL_TRYING);
	return 0;
}

int work_manager_take_back(struct transaction *t)
{
	int r = transaction_call_backend(t, t->backend->take_back);

	if (r < 0)
		transaction_say(t,
			_("The change could not be taken back: %s. A restart of this machine takes "
			  "it back."),
			strerror(-r));
	return r;
}

/* -- the history --------------------------------------------------------------------------------
 */

/* Say which links the change is about. */
static void summarize(const struct transaction *t, struct history_entry *entry)
{
	const struct net_set *old = t->journal.old, *new = t->journal.new;

	for (size_t i = 0; i < new->n_links; i++)
		if (transaction_link_changes(t, i))
			history_summarize(entry, new->links[i].ifname, &new->links[i]);
	for (size_t i = 0; i < old->n_links; i++)
		if (!net_set_find(new, old->links[i].ifname))
			history_summarize(entry, old->links[i].ifname, NULL);
}

/* Has a process that was cut off after that noted this change already? */
static bool is_noted(const struct transaction *t)
{
	_cleanup_free_ struct history_entry *entries = calloc(HISTORY_MAX, sizeof(*entries));

	return entries && history_list(t->apply->root, entries) > 0 &&
	       entries[0].when == t->journal.began;
}

/* Note the change in the history. */
static int note(struct transaction *t)
{
	struct history_entry entry = { .when = t->journal.began, .outcome = t->outcome };

	if (t->recovering && is_noted(t))
		return 0;
	(void)snprintf(entry.origin, sizeof(entry.origin), "%s", t->journal.origin);
	summarize(t, &entry);
	return history_add(t->apply->root, &entry, t->journal.new);
}

int work_close(struct transaction *t)
{
	int r;

	if (t->backend->dry)
		return 0;
	r = note(t);
	if (r < 0)
		transaction_say(t, _("The change is missing in the history: %s."), strerror(-r));
	if (t->unfinished)
		return 0;
	r = journal_remove(t->apply->root);
	if (r < 0) {
		t->unfinished = true;
		transaction_say(t,
			_("The journal of the change could not be removed: %s. Restart this "
			  "machine."),
			strerror(-r));
	}
	return 0;
}
