/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The steps in their order: the network first, since it alone may fail although all was judged
 * before, or be taken back; nothing else has been done then. */

#include "headless_parts.h"
#include "names.h"
#include "util.h"

bool headless_wait_for(struct applying *run, int started)
{
	reply_wait(&run->reply, started, progress_paint, &run->progress);
	return run->reply.outcome == CLIENT_OK;
}

/* -- the steps ----------------------------------------------------------------------------------
 */

static bool hostname_is_due(const struct applying *run)
{
	return !streq(run->plan->now.hostname, run->plan->wanted.hostname);
}

static bool set_hostname(struct applying *run)
{
	return headless_wait_for(run, client_set_hostname(run->app->client,
					      run->plan->wanted.hostname, reply_keep, &run->reply));
}

static bool timezone_is_due(const struct applying *run)
{
	return !streq(run->plan->now.timezone, run->plan->wanted.timezone);
}

static bool set_timezone(struct applying *run)
{
	return headless_wait_for(run, client_set_timezone(run->app->client,
					      run->plan->wanted.timezone, reply_keep, &run->reply));
}

static bool keymap_is_due(const struct applying *run)
{
	return !streq(run->plan->now.keymap, run->plan->wanted.keymap);
}

static bool set_keymap(struct applying *run)
{
	return headless_wait_for(run, client_set_keymap(run->app->client, run->plan->wanted.keymap,
					      reply_keep, &run->reply));
}

static bool keys_are_due(const struct applying *run)
{
	for (size_t i = 0; i < run->plan->answers->n_keys; i++)
		if (run->plan->new_keys[i])
			return true;
	return false;
}

static bool add_keys(struct applying *run)
{
	bool unchanged = true;

	for (size_t i = 0; i < run->plan->answers->n_keys; i++) {
		run->reply = (struct reply){ 0 };
		if (run->plan->new_keys[i] &&
			!headless_wait_for(
				run, client_add_root_key(run->app->client,
					     run->plan->answers->keys[i], reply_keep, &run->reply)))
			return false;
		unchanged = unchanged && (!run->plan->new_keys[i] || run->reply.unchanged);
	}
	run->reply.unchanged = unchanged;
	return true;
}

static bool hash_is_due(const struct applying *run)
{
	return run->plan->hash.length > 0;
}

static bool set_hash(struct applying *run)
{
	return headless_wait_for(run,
		client_set_root_hash(run->app->client, &run->plan->hash, reply_keep, &run->reply));
}

static bool network_is_due(const struct applying *run)
{
	return run->plan->network;
}

void headless_tell_waiting(const struct network_change *change)
{
	unsigned seconds = (unsigned)(change->reply.usec_left / 1000000);
	safe_char text[REMARK_MAX + 256];

	(void)safe_format(text, sizeof(text),
		_("%s%sThe new network settings wait to be confirmed: \"firstboot --confirm\" "
		  "within "
		  "%u seconds keeps them, else they are taken back."),
		change->doubt, *change->doubt ? OURS(" ") : OURS(""), seconds);
	outcome_complain(text);
}

/* Try, prove and keep. */
static bool set_network(struct applying *run)
{
	bool kept = network_change_run(&run->change);

	run->reply = run->change.reply;
	run->reply.unchanged = false;
	if (kept && *run->change.remark)
		outcome_warn(run->outcome, run->change.remark);
	return kept;
}

/* Root can log in afterwards. */
static bool claim_is_due(const struct applying *run)
{
	return run->claim && plan_ends_setup(run->plan);
}

static bool set_claim(struct applying *run)
{
	return headless_wait_for(run, client_complete(run->app->client, reply_keep, &run->reply));
}

/* The lines of a change, and what it is. */
static void plan_network(struct applying *run)
{
	const struct options *options = run->options;
	int ifindexes[NET_LINKS_MAX];
	uint32_t flags;

	drafts_change(&run->plan->drafts, run->app, &run->set, ifindexes, &flags);
	if (options->no_rollback)
		flags |= NET_CHANGE_UNSAFE;
	else if (*run->plan->cut)
		flags |= NET_CHANGE_ASK;
	run->change = (struct network_change){ .app = run->app,
		.set = &run->set,
		.flags = flags,
		.progress = &run->progress,
		.seconds = options->timeout_given ? options->timeout : 0,
		.awaits = headless_tell_waiting,
		.alone = options->mode == MODE_UNATTENDED };
	network_change_plan(&run->change);
}

const struct step headless_steps[N_HEADLESS_STEPS] = {
	{ PLAN_NETWORK, N_("network"), NULL, NULL, network_is_due, set_network, plan_network },
	{ PLAN_HOSTNAME, N_("hostname"), N_("setting the hostname"), N_("hostname set"),
		hostname_is_due, set_hostname, NULL },
	{ PLAN_TIMEZONE, N_("time zone"), N_("setting the time zone"), N_("time zone set"),
		timezone_is_due, set_timezone, NULL },
	{ PLAN_KEYMAP, N_("keyboard layout"), N_("setting the keyboard layout"),
		N_("keyboard layout set"), keymap_is_due, set_keymap, NULL },
	{ PLAN_EULA, N_("licence"), N_("accepting the licence"), N_("licence accepted"),
		headless_eula_is_due, headless_accept_eula, NULL },
	{ PLAN_STEP, N_("vendor's steps"), NULL, NULL, headless_vendor_is_due, headless_run_vendor,
		headless_plan_vendor },
	{ PLAN_KEYS, N_("root's SSH key"), N_("adding root's SSH key"), N_("root's SSH key added"),
		keys_are_due, add_keys, NULL },
	{ PLAN_PASSWORD, N_("root's password"), N_("setting root's password"),
		N_("root's password set"), hash_is_due, set_hash, NULL },
	{ PLAN_CLAIM, N_("end of the setup"), N_("ending the setup"), N_("the setup is ended"),
		claim_is_due, set_claim, NULL },
};
