/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The vendor's part of the setup: how far it is. */

#include "status_json.h"
#include "util.h"
#include "words.h"

/* Was the step done? */
static bool is_done(const struct reply_setup *setup, const char *name)
{
	for (size_t i = 0; i < setup->n_steps; i++)
		if (streq(setup->steps[i].name, name))
			return true;
	return false;
}

/* What only firstbootd knows; null where it does not answer. */
static json_object *make_known(const struct waiting *waiting, bool value)
{
	return waiting->setup_known ? json_object_new_boolean(value) : NULL;
}

static json_object *make_step(
	const struct app *app, const struct waiting *waiting, const struct step_def *def)
{
	json_object *step = json_object_new_object();

	json_put_text(step, "name", def->name);
	json_put_text(step, "title", def->title);
	json_put_bool(step, "skippable",
		def->skippable || words_have(app->conf.wizard_skippable, def->name));
	json_put(step, "done", make_known(waiting, is_done(&waiting->setup, def->name)));
	return step;
}

json_object *status_json_setup(const struct app *app, const struct waiting *waiting)
{
	json_object *setup = json_object_new_object(), *eula = NULL,
		    *steps = json_object_new_array();

	if (*app->conf.eula) {
		eula = json_object_new_object();
		json_put_text(eula, "file", app->conf.eula);
		json_put(eula, "accepted", make_known(waiting, waiting->setup.eula_accepted));
	}
	json_put(setup, "eula", eula);
	for (size_t i = 0; i < waiting->defs.n; i++)
		json_add(steps, make_step(app, waiting, &waiting->defs.all[i]));
	json_put(setup, "steps", steps);
	return setup;
}
