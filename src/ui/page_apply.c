/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The steps in their order. A step that has succeeded moves what was wanted into what is in force,
 * so that it is not due any more when the customer tries again, or comes back after a change.
 */

#include <time.h>

#include "actions.h"
#include "i18n.h"
#include "names.h"
#include "network_change.h"
#include "password_modes.h"
#include "reply.h"
#include "settings_pages.h"
#include "util.h"
#include "wizard.h"

/* All of it. */
struct applying {
	struct wizard *wizard;
	struct progress progress;
	struct net_set set;
	struct network_change change;
	size_t vendor_lines[STEPS_MAX]; /* of progress, of each of the vendor's steps */
	struct reply reply;		/* of the step that failed */
	bool network_failed;		/* it was the network's */
};

struct step {
	const safe_char *name, *working, *done; /* NULL: has lines of its own, which plan adds */
	void (*plan)(struct applying *applying);
	bool (*is_due)(const struct wizard *wizard);
	/* Do it. False: not done, reply->text says why. */
	bool (*run)(struct applying *applying);
};

/* Wait for firstbootd's answer to a call. True: it is done. */
static bool wait_for(struct applying *applying, int started)
{
	reply_wait(&applying->reply, started, progress_paint, &applying->progress);
	return applying->reply.outcome == CLIENT_OK;
}

/* -- network -- */

/* Say what will happen. */
static void network_plan(struct applying *applying)
{
	int ifindexes[NET_LINKS_MAX];
	struct wizard *wizard = applying->wizard;
	uint32_t flags;

	drafts_change(&wizard->net, wizard->app, &applying->set, ifindexes, &flags);
	if (wizard->unsafe)
		flags |= NET_CHANGE_UNSAFE;
	applying->change = (struct network_change){ .app = wizard->app,
		.set = &applying->set,
		.flags = flags,
		.progress = &applying->progress };
	network_change_plan(&applying->change);
}

/* Try the settings, prove and keep them. */
static bool network_run(struct applying *applying)
{
	struct wizard *wizard = applying->wizard;

	applying->network_failed = !network_change_run(&applying->change);
	applying->reply = applying->change.reply;
	if (applying->network_failed)
		return false;
	(void)safe_format(wizard->remark, sizeof(wizard->remark), "%s", applying->change.remark);
	drafts_applied(&wizard->net);
	return true;
}

/* -- hostname -- */

/* Is there another name to give? */
static bool hostname_is_due(const struct wizard *wizard)
{
	return !streq(wizard->now.hostname, wizard->wanted.hostname);
}

/* Give it. */
static bool hostname_run(struct applying *applying)
{
	struct wizard *wizard = applying->wizard;

	if (!wait_for(applying, client_set_hostname(wizard->app->client, wizard->wanted.hostname,
					reply_keep, &applying->reply)))
		return false;
	memcpy(wizard->now.hostname, wizard->wanted.hostname, sizeof(wizard->now.hostname));
	return true;
}

/* -- time zone -- */

/* Was another one chosen? */
static bool zone_is_due(const struct wizard *wizard)
{
	return !streq(wizard->now.zone, wizard->wanted.zone);
}

/* Go by it, our own screens, too. */
static bool zone_run(struct applying *applying)
{
	struct wizard *wizard = applying->wizard;

	if (!wait_for(applying, client_set_timezone(wizard->app->client, wizard->wanted.zone,
					reply_keep, &applying->reply)))
		return false;
	memcpy(wizard->now.zone, wizard->wanted.zone, sizeof(wizard->now.zone));
	tzset();
	return true;
}

/* -- licence -- */

/* Is it agreed to, and that not yet noted? */
static bool eula_is_due(const struct wizard *wizard)
{
	return wizard->steps->eula_agreed && !wizard->steps->eula_accepted;
}

/* Note it. */
static bool eula_run(struct applying *applying)
{
	struct wizard *wizard = applying->wizard;

	if (!wait_for(applying, client_accept_eula(wizard->app->client, wizard->steps->eula_file,
					reply_keep, &applying->reply)))
		return false;
	wizard->steps->eula_accepted = true;
	return true;
}

/* -- the vendor's steps -- */

/* Is any to be done? */
static bool vendor_is_due(const struct wizard *wizard)
{
	return wizard_steps_are_due(wizard->steps);
}

/* A line for each. */
static void vendor_plan(struct applying *applying)
{
	struct wizard_steps *steps = applying->wizard->steps;

	for (size_t i = 0; i < steps->defs.n; i++) {
		struct safe_str title = safe_text(steps->defs.all[i].title, 0);

		applying->vendor_lines[i] = PROGRESS_NONE;
		if (wizard_step_is_due(&steps->all[i]))
			applying->vendor_lines[i] = progress_add(
				&applying->progress, _("further steps"), title.text, title.text);
	}
}

/* Have them done, one after the other. */
static bool vendor_run(struct applying *applying)
{
	struct wizard *wizard = applying->wizard;
	struct wizard_steps *steps = wizard->steps;

	for (size_t i = 0; i < steps->defs.n; i++) {
		struct wizard_step *step = &steps->all[i];
		size_t line = applying->vendor_lines[i];

		if (!wizard_step_is_due(step))
			continue;
		applying->reply = (struct reply){ 0 };
		progress_set(&applying->progress, line, PROGRESS_WORKING, NULL);
		progress_paint(0, &applying->progress);
		if (!wizard_step_apply(steps, step, wizard->app->client, &applying->progress, line,
			    &applying->reply))
			return false;
		progress_set(&applying->progress, line, PROGRESS_DONE,
			safe_text(step->def->title, 0).text);
	}
	return true;
}

/* -- password -- */

/* Is there a password to set, or to make? */
static bool password_is_due(const struct wizard *wizard)
{
	return wizard->password.length > 0 || wizard->make_password;
}

/* Have one made, and show it, before the appliance is claimed: as long as it is not, another one
 * can be made. */
static bool make_password(struct applying *applying)
{
	struct wizard *wizard = applying->wizard;

	applying->reply.secret = &wizard->password;
	if (!wait_for(applying,
		    client_make_root_password(wizard->app->client, reply_keep, &applying->reply)))
		return false;
	return password_random_show(wizard, &wizard->password);
}

/* Set it, and forget it. */
static bool password_run(struct applying *applying)
{
	struct wizard *wizard = applying->wizard;
	bool done = wizard->make_password
			    ? make_password(applying)
			    : wait_for(applying,
				      client_set_root_password(wizard->app->client,
					      &wizard->password, reply_keep, &applying->reply));

	if (!done)
		return false;
	secret_clear(&wizard->password);
	wizard->make_password = false;
	wizard->password_set = true;
	wizard->app->login = true;
	return true;
}

/* -- key -- */

/* Was a key given that is not yet added? */
static bool key_is_due(const struct wizard *wizard)
{
	return *wizard->key;
}

/* Add it. */
static bool key_run(struct applying *applying)
{
	struct wizard *wizard = applying->wizard;

	if (!wait_for(applying, client_add_root_key(wizard->app->client, wizard->key, reply_keep,
					&applying->reply)))
		return false;
	*wizard->key = '\0';
	wizard->password_set = true;
	wizard->app->login = true;
	return true;
}

/* -- claim -- */

/* Is the appliance still to be claimed? */
static bool complete_is_due(const struct wizard *wizard)
{
	return wizard->first_boot && !wizard->completed;
}

/* Claim it: from now on a change needs root's password. */
static bool complete_run(struct applying *applying)
{
	struct wizard *wizard = applying->wizard;

	if (!wait_for(applying, client_complete(wizard->app->client, reply_keep, &applying->reply)))
		return false;
	wizard->completed = true;
	wizard->app->unclaimed = false;
	return true;
}

/* -- all -- */

static const struct step all_steps[] = {
	{ NULL, NULL, NULL, network_plan, wizard_changes_network, network_run },
	{ N_("hostname"), N_("setting the hostname"), N_("hostname set"), NULL, hostname_is_due,
		hostname_run },
	{ N_("time zone"), N_("setting the time zone"), N_("time zone set"), NULL, zone_is_due,
		zone_run },
	{ N_("licence"), N_("noting that the licence is agreed to"),
		N_("it is noted that the licence is agreed to"), NULL, eula_is_due, eula_run },
	{ NULL, NULL, NULL, vendor_plan, vendor_is_due, vendor_run },
	{ N_("root's password"), N_("setting root's password"), N_("root's password set"), NULL,
		password_is_due, password_run },
	{ N_("root's SSH key"), N_("adding root's SSH key"), N_("root's SSH key added"), NULL,
		key_is_due, key_run },
	{ N_("end of the setup"), N_("ending the setup"), N_("the setup is ended"), NULL,
		complete_is_due, complete_run },
};

/* Do one step, its line is given. False: it failed, and reply says why. */
static bool run_step(struct applying *applying, const struct step *step, size_t line)
{
	bool done;

	applying->reply = (struct reply){ 0 };
	progress_set(&applying->progress, line, PROGRESS_WORKING, NULL);
	progress_paint(0, &applying->progress);
	if (!applying->wizard->app->client)
		reply_unreachable(&applying->reply);
	done = applying->wizard->app->client && step->run(applying);
	if (done)
		progress_set(&applying->progress, line, PROGRESS_DONE, NULL);
	else
		progress_fail(&applying->progress);
	return done;
}

/* Do all steps that are due. False: one failed. */
static bool run_steps(struct applying *applying)
{
	const struct step *due[ARRAY_SIZE(all_steps)];
	size_t lines[ARRAY_SIZE(all_steps)], n = 0;

	applying->progress = (struct progress){ .title = applying->wizard->title };
	applying->network_failed = false;
	for (size_t i = 0; i < ARRAY_SIZE(all_steps); i++) {
		const struct step *step = &all_steps[i];

		if (!step->is_due(applying->wizard))
			continue;
		lines[n] = PROGRESS_NONE;
		if (step->name)
			lines[n] = progress_add(&applying->progress, translate(step->name),
				translate(step->working), translate(step->done));
		else
			step->plan(applying);
		due[n++] = step;
	}
	for (size_t i = 0; i < n; i++)
		if (!run_step(applying, due[i], lines[i]))
			return false;
	return true;
}

/* All cards automatic in place of what was wanted of them. */
static void run_emergency(struct wizard *wizard)
{
	if (page_emergency_run(wizard->app))
		drafts_done(&wizard->net);
}

/* Make it so. Root's password may have to be shown again: what it opened closes after a while. */
static enum answer apply(struct applying *applying)
{
	struct wizard *wizard = applying->wizard;

	while (!run_steps(applying)) {
		if (wizard->overtaken)
			return ANSWER_BACK;
		if (applying->reply.outcome == CLIENT_NOT_PERMITTED && actions_permit(wizard->app))
			continue;
		switch (progress_ask_again(
			&applying->progress, applying->reply.text, applying->network_failed)) {
		case ANSWER_EXTRA:
			run_emergency(wizard);
			return ANSWER_BACK;
		case ANSWER_BACK:
			return ANSWER_BACK;
		case ANSWER_NEXT:
		case ANSWER_WOKEN:
			break;
		}
	}
	return ANSWER_NEXT;
}

/* The page. */
static enum answer run(struct wizard *wizard)
{
	struct applying *applying = calloc(1, sizeof(*applying));
	enum answer answer;

	if (!applying) {
		dialogs_message(wizard->title,
			_("Nothing was changed: there is no memory left. Restart the appliance."));
		return ANSWER_BACK;
	}
	applying->wizard = wizard;
	wizard->applying = true;
	answer = apply(applying);
	wizard->applying = false;
	free(applying);
	if (wizard->overtaken)
		wizard_claimed(wizard);
	return answer;
}

const struct page page_apply = {
	.name = "apply",
	.title = N_("Applying"),
	.run = run,
};
