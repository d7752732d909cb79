/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* --export: the settings in force as an answer file, which fed back changes nothing. */

#include <errno.h>

#include "answers.h"
#include "catalog.h"
#include "headless_parts.h"
#include "json_out.h"
#include "keymap.h"
#include "net_drafts.h"
#include "report.h"
#include "step_values.h"
#include "util.h"
#include "validate.h"
#include "zone.h"

/* All that is exported. */
struct export
{
	struct app app;
	struct net_drafts drafts;
	struct answers answers;
};

/* What firstboot has set. Without root nobody tells. */
static int read_kept(struct export *export)
{
	struct reply reply = { .settings = calloc(1, sizeof(*reply.settings)) };

	if (!reply.settings)
		return -ENOMEM;
	reply_wait_plain(&reply, client_get_settings(export->app.client, 0, reply_keep, &reply),
		export->app.event);
	if (reply.outcome == CLIENT_OK)
		export->drafts.kept = reply.settings;
	else
		free(reply.settings);
	return 0;
}

/* Is it one of the links that firstboot sets up? */
static bool is_kept(const struct export *export, const char *ifname)
{
	return export->drafts.kept && net_set_find(export->drafts.kept, ifname);
}

/* Add a link as it is to be set up. */
static int add_link(struct export *export, const struct net_config *config)
{
	const struct net_set *kept = export->drafts.kept;
	int r = answers_add_config(&export->answers, config,
		kept && *kept->advertised && streq(kept->advertised, config->ifname));

	return r == -ENOSPC ? 0 : r;
}

/* A link that others have set up, as far as it shows. One without an address is not. */
static int add_present(struct export *export, const struct link *link)
{
	struct net_draft *draft;
	int r;

	if (is_kept(export, link->name) || drafts_bond_of(&export->drafts, link->name))
		return 0;
	r = drafts_open(&export->drafts, &export->app, link->name, &draft);
	if (r < 0)
		return r == -ENOSPC ? 0 : r;
	if (draft->now.v4.n_addresses == 0 && draft->now.v6.n_addresses == 0)
		return 0;
	export->drafts.current = draft;
	drafts_settle(&export->drafts);
	return add_link(export, &draft->wanted);
}

/* All links. */
static int add_links(struct export *export)
{
	const struct link *links[APP_LINKS_MAX];
	const struct net_set *kept = export->drafts.kept;
	size_t total, n = app_links(&export->app, links, &total);
	int r = 0;

	for (size_t i = 0; kept && i < kept->n_links && r >= 0; i++)
		r = add_link(export, &kept->links[i]);
	for (size_t i = 0; i < n && r >= 0; i++)
		r = add_present(export, links[i]);
	return r;
}

/* What is not the network's; a machine without a name of its own has none to give. */
static void add_host(struct answers *answers)
{
	struct problem problem;
	char name[HOST_NAME_SIZE];

	sysstate_hostname(name);
	if (validate_hostname(name, answers->hostname, &problem))
		answers->given |= ANSWER_HOSTNAME;
	zone_read("", answers->timezone);
	if (*answers->timezone)
		answers->given |= ANSWER_TIMEZONE;
	keymap_read("", answers->keymap);
	if (*answers->keymap)
		answers->given |= ANSWER_KEYMAP;
}

/* -- the vendor's part --------------------------------------------------------------------------
 */

/* The values of a step that was done, but for secrets, which nobody has. */
static int add_values(struct answers *answers, const struct step_def *def, const char *json)
{
	struct step_values values = { 0 };
	struct problem problem;
	int r = 0;

	if (step_values_from_json(def, json, &values, &problem)) {
		r = answers_add_step(answers, def->name);
		for (size_t i = 0; i < def->n_fields && r >= 0; i++)
			if (values.of[i] && def->fields[i].kind != STEP_SECRET)
				r = answers_add_value(answers, def->fields[i].name, values.of[i]);
	}
	step_values_done(def, &values);
	return r;
}

/* What of it was done, as far as there is any. */
static int add_setup(struct export *export)
{
	_cleanup_(step_defs_done) struct step_defs defs = { 0 };
	_cleanup_(reply_setup_done) struct reply_setup setup = { 0 };
	struct reply reply = { .setup = &setup };
	int r = step_defs_load("", catalog_language(), NULL, NULL, &defs);

	if (r < 0 || (defs.n == 0 && !*export->app.conf.eula))
		return r;
	reply_wait_plain(&reply, client_get_setup(export->app.client, reply_keep, &reply),
		export->app.event);
	if (setup.eula_accepted)
		export->answers.given |= ANSWER_EULA;
	for (size_t i = 0; i < setup.n_steps && r >= 0; i++) {
		const struct step_def *def = step_defs_find(&defs, setup.steps[i].name);

		if (def)
			r = add_values(&export->answers, def, setup.steps[i].values);
	}
	return r;
}

/* -- all of it ----------------------------------------------------------------------------------
 */

/* As text. */
static int make_text(struct export *export, char **ret)
{
	size_t size;
	FILE *f;
	int r = read_kept(export);

	if (r >= 0) {
		add_host(&export->answers);
		r = add_links(export);
	}
	if (r >= 0)
		r = add_setup(export);
	if (r < 0)
		return r;
	f = open_memstream(ret, &size);
	if (!f)
		return -ENOMEM;
	draw_print(f, "%s",
		OURS("# Settings in force. Root's password and keys are not in here, nor is any "
		     "secret\n# of a step: see [Root] and [Step NAME] in firstboot.answers(5) for "
		     "how to give\n# them.\n"));
	r = answers_write(f, &export->answers);
	return fclose(f) != 0 ? -ENOMEM : r;
}

int headless_tell_export(const char *text, const struct options *options)
{
	_cleanup_(json_putp) json_object *object = NULL;

	if (!options->json) {
		report_print(stdout, text);
		return outcome_close_output(EXIT_DONE);
	}
	object = json_object_new_object();
	json_put_text(object, "answers", text);
	(void)json_out(object);
	return outcome_close_output(EXIT_DONE);
}

int headless_export(const struct options *options)
{
	_cleanup_free_ struct export *export = calloc(1, sizeof(*export));
	_cleanup_(outcome_done) struct outcome outcome = { 0 };
	_cleanup_free_ char *text = NULL;
	int r = export ? 0 : -ENOMEM, status;

	if (export && headless_begin(&export->app, &outcome))
		r = make_text(export, &text);
	if (r < 0)
		outcome_set(&outcome, EXIT_FAILED,
			_("The settings in force could not be read: %s."),
			safe_text(strerror(-r), 0).text);
	status = outcome.status == EXIT_DONE ? headless_tell_export(text, options)
					     : outcome_tell(&outcome, options);
	if (export) {
		drafts_done(&export->drafts);
		answers_done(&export->answers);
		app_done(&export->app);
	}
	return status;
}
