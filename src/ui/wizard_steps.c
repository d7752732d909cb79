/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "wizard_steps.h"

#include <errno.h>

#include "catalog.h"
#include "i18n.h"
#include "util.h"

int wizard_steps_new(const struct app *app, struct wizard_steps **ret)
{
	_cleanup_free_ struct wizard_steps *steps = calloc(1, sizeof(*steps));
	int r;

	if (!steps)
		return -ENOMEM;
	r = step_defs_load("", catalog_language(), NULL, NULL, &steps->defs);
	if (r < 0)
		return r;
	for (size_t i = 0; i < steps->defs.n; i++)
		steps->all[i].def = &steps->defs.all[i];
	wizard_order_make(&app->conf, &steps->defs, app->login, NULL, NULL, &steps->order);
	*ret = take_ptr(steps);
	return 0;
}

struct wizard_steps *wizard_steps_free(struct wizard_steps *steps)
{
	if (!steps)
		return NULL;
	for (size_t i = 0; i < steps->defs.n; i++) {
		struct wizard_step *step = &steps->all[i];

		wizard_step_skip(step);
		step_values_done(step->def, &step->kept);
	}
	step_defs_done(&steps->defs);
	free(steps);
	return NULL;
}

/* Do two definitions ask for the same, in whatever words? */
static bool asks_the_same(const struct step_def *a, const struct step_def *b)
{
	bool same = a->n_fields == b->n_fields;

	for (size_t i = 0; same && i < a->n_fields; i++)
		same = a->fields[i].kind == b->fields[i].kind &&
		       streq(a->fields[i].name, b->fields[i].name);
	return same;
}

void wizard_steps_take(struct wizard_steps *steps, struct wizard_steps *from)
{
	steps->eula_agreed = from->eula_agreed;
	memcpy(steps->eula_file, from->eula_file, sizeof(steps->eula_file));
	for (size_t i = 0; i < from->defs.n; i++) {
		struct wizard_step *old = &from->all[i];
		const struct step_def *def = step_defs_find(&steps->defs, old->def->name);
		struct wizard_step *step = def ? wizard_steps_of(steps, def) : NULL;

		if (!step || !asks_the_same(def, old->def))
			continue;
		*step = *old;
		*old = (struct wizard_step){ .def = old->def };
		step->def = def;
	}
}

/* Take in one that was done. */
static void take_done(struct wizard_steps *steps, const struct reply_step *done)
{
	const struct step_def *def = step_defs_find(&steps->defs, done->name);
	struct wizard_step *step = def ? wizard_steps_of(steps, def) : NULL;
	struct problem problem;

	if (!step)
		return;
	step_values_done(def, &step->kept);
	step->done = true;
	step->changed = done->changed;
	/* Of an earlier version of the step: it is done, and nothing is known of its values. */
	if (!step_values_from_json(def, done->values, &step->kept, &problem))
		step_values_done(def, &step->kept);
}

void wizard_steps_ask(struct wizard_steps *steps, struct app *app)
{
	_cleanup_(reply_setup_done) struct reply_setup setup = { 0 };
	struct reply reply = { .setup = &setup };

	if (!app->client || (steps->defs.n == 0 && !*app->conf.eula))
		return;
	reply_wait_sentence(&reply, client_get_setup(app->client, reply_keep, &reply),
		_("Reading the settings"));
	if (reply.outcome != CLIENT_OK)
		return;
	steps->eula_accepted = setup.eula_accepted;
	for (size_t i = 0; i < setup.n_steps; i++)
		take_done(steps, &setup.steps[i]);
}

struct step_values wizard_step_values(const struct wizard_step *step)
{
	struct step_values values = step->wanted;

	for (size_t i = 0; i < step->def->n_fields; i++)
		if (values.of[i] && step->secrets[i].bytes)
			values.of[i] = step->secrets[i].bytes;
	return values;
}

void wizard_step_clear(struct wizard_step *step)
{
	for (size_t i = 0; i < step->def->n_fields; i++) {
		secret_done(&step->secrets[i]);
		if (step->def->fields[i].kind == STEP_SECRET)
			(void)step_values_set(&step->wanted, i, NULL);
	}
}

void wizard_steps_clear(struct wizard_steps *steps)
{
	for (size_t i = 0; steps && i < steps->defs.n; i++) {
		struct wizard_step *step = &steps->all[i];

		wizard_step_clear(step);
		step->answered = false;
	}
}

struct wizard_step *wizard_steps_of(struct wizard_steps *steps, const struct step_def *def)
{
	return &steps->all[def - steps->defs.all];
}

/* Is there anything that it would do or keep? */
static bool has_work(const struct wizard_step *step)
{
	for (size_t i = 0; i < step->def->n_fields; i++)
		if (step_field_is_visible(step->def, i, &step->wanted))
			return true;
	return *step->def->apply != '\0';
}

bool wizard_step_is_due(const struct wizard_step *step)
{
	return step->answered && has_work(step) &&
	       !(step->done && !step->changed &&
		       step_values_equal(step->def, &step->wanted, &step->kept));
}

void wizard_step_skip(struct wizard_step *step)
{
	step->answered = false;
	wizard_step_clear(step);
	step_values_done(step->def, &step->typed);
	step_values_done(step->def, &step->wanted);
}

bool wizard_steps_are_due(const struct wizard_steps *steps)
{
	for (size_t i = 0; i < steps->defs.n; i++)
		if (wizard_step_is_due(&steps->all[i]))
			return true;
	return false;
}

/* "5G" of 5368709120. */
static struct safe_str show_size(const char *value)
{
	static const char units[] = { '\0', 'K', 'M', 'G', 'T' };
	char text[32];
	char *end;
	unsigned long long bytes;
	size_t unit = 0;

	errno = 0;
	bytes = strtoull(value, &end, 10);
	if (errno != 0 || *end || bytes == 0)
		return safe_text(value, 0);
	for (; bytes % 1024 == 0 && unit + 1 < ARRAY_SIZE(units); unit++)
		bytes /= 1024;
	(void)snprintf(text, sizeof(text), unit ? "%llu%c" : "%llu", bytes, units[unit]);
	return safe_text(text, 0);
}

struct safe_str wizard_step_show(const struct step_field *field, const char *value)
{
	switch (field->kind) {
	case STEP_SIZE:
		return show_size(value);
	case STEP_CHOICE:
		for (size_t i = 0; i < field->n_choices; i++)
			if (streq(field->choices[i].value, value))
				return safe_text(field->choices[i].label, 0);
		break;
	case STEP_SWITCH:
		return safe_cut(streq(value, "yes") ? _("yes") : _("no"), 0);
	case STEP_SECRET:
		return safe_cut(_("set"), 0);
	case STEP_TEXT:
	case STEP_NUMBER:
	case STEP_ADDRESS:
	case STEP_HOSTNAME:
	case STEP_URL:
	case N_STEP_FIELD_KINDS:
		break;
	}
	return safe_text(value, 0);
}

/* A cell of the review: what a field has among values. */
static struct safe_str show_cell(
	const struct wizard_step *step, const struct step_values *values, size_t i, bool given)
{
	const char *value = values->of[i];

	if (given && value && *value && step_field_is_visible(step->def, i, values))
		return wizard_step_show(&step->def->fields[i], value);
	return safe_cut(_("none"), 0);
}

/* The row of one field; a secret that is given always counts. */
static size_t field_row(
	const struct wizard_step *step, size_t i, struct review_row *rows, size_t max)
{
	const struct step_field *field = &step->def->fields[i];
	struct safe_str now = show_cell(step, &step->kept, i, step->done);
	struct safe_str wanted = show_cell(step, &step->wanted, i, true);
	bool emptied = field->kind == STEP_SECRET && step->wanted.of[i] && !*step->wanted.of[i];
	safe_char subject[2 * SAFE_TEXT_MAX];

	(void)safe_format(subject, sizeof(subject), "%s: %s", safe_text(step->def->title, 24).text,
		safe_text(field->label, 32).text);
	return review_value(safe_bytes(subject), safe_bytes(now.text),
		safe_bytes(emptied ? _("emptied") : wanted.text), rows, max);
}

/* The rows of a step. What does not differ in any field is there as a whole. */
static size_t step_rows(const struct wizard_step *step, struct review_row *rows, size_t max)
{
	size_t n = 0;

	if (!wizard_step_is_due(step))
		return 0;
	for (size_t i = 0; i < step->def->n_fields; i++)
		n += field_row(step, i, rows + n, max - n);
	if (n == 0)
		n = review_value(safe_bytes(safe_text(step->def->title, 48).text),
			safe_bytes(step->done ? _("done") : _("not done")),
			safe_bytes(step->done ? _("done again") : _("done")), rows, max);
	return n;
}

size_t wizard_steps_rows(const struct wizard_steps *steps, struct review_row *rows, size_t max)
{
	size_t n = 0;

	if (steps->eula_agreed && !steps->eula_accepted)
		n = review_value(safe_bytes(_("Licence")), safe_bytes(_("not agreed to")),
			safe_bytes(_("agreed to")), rows, max);
	for (size_t i = 0; i < steps->defs.n; i++)
		n += step_rows(&steps->all[i], rows + n, max - n);
	return n;
}
