/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The vendor's part of the setup in an image: his licence can be accepted, his steps are left to
 * the machine. */

#include <errno.h>
#include <time.h>

#include "conf.h"
#include "eula.h"
#include "i18n.h"
#include "offline_parts.h"
#include "setup_store.h"
#include "usec.h"

/* -- the licence text ---------------------------------------------------------------------------
 */

/* The record of the agreement, unless there is one. */
static int put_eula(
	struct offline_plan *plan, const struct offline_wish *wish, const struct conf *conf)
{
	const char *root = plan->tree->root;
	_cleanup_free_ char *record = NULL;
	char file[PATH_MAX];
	int r;

	if (!*conf->eula || setup_has_eula(root, conf))
		return 0;
	r = eula_find(root, conf->eula, "", file);
	if (r >= 0)
		r = setup_compose_eula(root, conf, file, usec_now(CLOCK_REALTIME), &record);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return offline_complain(wish, answers_place_of(wish->answers, ANSWER_EULA),
			_("The image does not have the licence text %s, so that nobody can have "
			  "accepted it."),
			conf->eula);
	/* Of the text, which may be long, no difference is told. */
	return offline_put_private(plan, SETUP_EULA, record, 0600, true);
}

int offline_eula(struct offline_plan *plan, const struct offline_wish *wish)
{
	struct conf conf;
	int r = conf_load(plan->tree->root, NULL, NULL, &conf);

	if (r < 0)
		return r;
	r = put_eula(plan, wish, &conf);
	conf_done(&conf);
	return r;
}

int offline_read_eula(struct offline_plan *plan, struct answers *ret)
{
	struct conf conf;
	int r = conf_load(plan->tree->root, NULL, NULL, &conf);

	if (r < 0)
		return r;
	if (setup_has_eula(plan->tree->root, &conf))
		ret->given |= ANSWER_EULA;
	conf_done(&conf);
	return 0;
}

/* -- steps --------------------------------------------------------------------------------------
 */

int offline_steps(struct offline_plan *plan, const struct offline_wish *wish)
{
	const struct answers *answers = wish->answers;
	int r = 0;

	for (size_t i = 0; i < answers->n_steps && r >= 0; i++)
		r = offline_complain(wish, answers->steps[i]->place,
			_("The step %s cannot be done in an image, of which nothing is run. Leave "
			  "the section to the first start of the machine (firstboot-headless(8))."),
			answers->steps[i]->name);
	return r;
}

/* -- the end ------------------------------------------------------------------------------------
 */

/* Add a sentence to what is remarked. */
static void remark(struct offline_plan *plan, const char *sentence)
{
	size_t length = strlen(plan->remark);

	(void)snprintf(plan->remark + length, sizeof(plan->remark) - length, "%s%s",
		length > 0 ? " " : "", sentence);
}

/* Is nothing left? */
static bool is_settled(struct offline_plan *plan, const struct offline_wish *wish,
	const struct conf *conf, const struct step_defs *defs)
{
	const char *root = plan->tree->root;
	const struct step_def *missing = setup_find_missing(root, conf, defs);
	bool lacks_eula =
		*conf->eula && !(wish->answers->given & ANSWER_EULA) && !setup_has_eula(root, conf);
	char sentence[256];

	if (lacks_eula)
		remark(plan,
			_("The machine will still ask for its licence ([Eula] Accept=yes accepts "
			  "it)."));
	if (missing) {
		(void)snprintf(sentence, sizeof(sentence),
			_("The machine will still ask for the step \"%.100s\"."), missing->title);
		remark(plan, sentence);
	}
	return !lacks_eula && !missing;
}

int offline_ends_setup(struct offline_plan *plan, const struct offline_wish *wish)
{
	_cleanup_(step_defs_done) struct step_defs defs = { 0 };
	struct conf conf;
	int r = step_defs_load(plan->tree->root, "", NULL, NULL, &defs);

	if (r >= 0)
		r = conf_load(plan->tree->root, NULL, NULL, &conf);
	if (r < 0)
		return r;
	r = is_settled(plan, wish, &conf, &defs);
	conf_done(&conf);
	return r;
}
