/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A vendor's step done by firstbootd, with what its program says of how far it is. */

#include <errno.h>

#include "names.h"
#include "util.h"
#include "wizard_steps.h"

/* One under way. */
struct running {
	const struct wizard_step *step;
	struct progress *progress;
	size_t line;
};

/* The program has said something: it stands on its line. */
static void handle_progress(uint32_t percent, const char *text, void *userdata)
{
	const struct running *running = userdata;
	safe_char words[PROGRESS_LINE_MAX];

	(void)safe_format(words, sizeof(words), "%s%s%s",
		safe_text(running->step->def->title, 0).text, *text ? OURS(": ") : OURS(""),
		safe_text(text, 0).text);
	progress_set(running->progress, running->line, PROGRESS_WORKING, words);
	if (percent != STEP_PERCENT_UNKNOWN)
		progress_percent(running->progress, running->line, percent);
	progress_paint(0, running->progress);
}

/* What firstbootd gets. */
static int write_answers(
	const struct wizard_step *step, char **ret_values, struct secret *ret_secrets)
{
	const struct step_values values = wizard_step_values(step);
	int r = secret_init_size(ret_secrets, step_values_json_size(step->def, &values, true));

	if (r < 0)
		return r;
	step_values_put_json(step->def, &values, true, ret_secrets->bytes);
	return step_values_to_json(step->def, &values, false, ret_values);
}

/* Ask firstbootd, and wait for as long as it takes. */
static void call(const struct running *running, struct client *client, struct reply *reply)
{
	_cleanup_free_ char *values = NULL;
	struct secret secrets = { 0 };
	int r = write_answers(running->step, &values, &secrets);

	(void)client_on_progress(client, handle_progress, (void *)(uintptr_t)running);
	if (r >= 0)
		r = client_run_step(
			client, running->step->def->name, values, secrets.bytes, reply_keep, reply);
	secret_done(&secrets);
	reply_wait(reply, r, progress_paint, running->progress);
	(void)client_on_progress(client, NULL, NULL);
}

/* What the program has left to say, for the last page. */
static void keep_message(
	struct wizard_steps *steps, const struct wizard_step *step, const struct reply *reply)
{
	size_t used = safe_length(steps->messages);

	if (*reply->text && !reply->unchanged)
		(void)safe_format(steps->messages + used, sizeof(steps->messages) - used,
			"\n%s: %s\n", safe_text(step->def->title, 0).text, reply->text);
}

/* It is done so now: nothing is due any more, and no secret is kept. */
static void settle(struct wizard_step *step)
{
	struct step_values *kept = &step->kept;

	step_values_done(step->def, kept);
	for (size_t i = 0; i < step->def->n_fields; i++)
		if (step->def->fields[i].kind != STEP_SECRET &&
			step_field_is_visible(step->def, i, &step->wanted))
			(void)step_values_set(kept, i, step->wanted.of[i]);
	wizard_step_skip(step);
	step->done = true;
	step->changed = false;
}

bool wizard_step_apply(struct wizard_steps *steps, struct wizard_step *step, struct client *client,
	struct progress *progress, size_t line, struct reply *reply)
{
	struct running running = { .step = step, .progress = progress, .line = line };

	if (line < progress->n)
		progress->lines[line].foreign = true;
	call(&running, client, reply);
	if (reply->outcome != CLIENT_OK)
		return false;
	keep_message(steps, step, reply);
	settle(step);
	return true;
}
