/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "outcome.h"

#include <errno.h>

#include "answers.h"
#include "json_out.h"

/* -- on standard error --------------------------------------------------------------------------
 */

void outcome_complain(const safe_char *text)
{
	draw_print(stderr, "firstboot: ");
	for (size_t length; *text; text += length) {
		length = safe_until(text, "\n");
		draw_print(
			stderr, "%.*s%s", (int)length, text, text[length] ? OURS(" ") : OURS(""));
		while (text[length] == '\n')
			length++;
	}
	draw_print(stderr, "\n");
}

/* Each thing that is wrong with the answers, where it stands. */
static void complain_of_problems(const struct answers_problems *problems)
{
	for (size_t i = 0; i < problems->n; i++) {
		const struct answers_problem *problem = &problems->all[i];
		struct safe_str file = safe_text(problem->file, 0);
		struct safe_lines text = safe_lines(problem->text);

		if (problem->line > 0)
			draw_print(stderr, "%s:%u: %s\n", file.text, problem->line, text.text);
		else
			draw_print(stderr, "%s: %s\n", file.text, text.text);
	}
}

void outcome_tell_warnings(struct outcome *outcome)
{
	size_t n = outcome->warnings ? json_object_array_length(outcome->warnings) : 0;

	for (; outcome->n_told < n; outcome->n_told++)
		outcome_complain(safe_lines(json_object_get_string(json_object_array_get_idx(
						    outcome->warnings, outcome->n_told)))
					 .text);
}

/* -- as JSON ------------------------------------------------------------------------------------
 */

const char *outcome_word(enum exit_status status)
{
	static const char *const words[N_EXIT_STATUSES] = {
		[EXIT_DONE] = "done",
		[EXIT_FAILED] = "failed",
		[EXIT_USAGE] = "usage",
		[EXIT_INVALID] = "invalid",
		[EXIT_NOT_PERMITTED] = "not-permitted",
		[EXIT_NO_SERVICE] = "no-service",
		[EXIT_TAKEN_BACK] = "taken-back",
	};

	return words[status];
}

static json_object *make_problems(const struct answers_problems *problems)
{
	json_object *array = json_object_new_array();

	for (size_t i = 0; problems && i < problems->n; i++) {
		json_object *one = json_object_new_object();

		json_put_text(one, "file", problems->all[i].file);
		json_put(one, "line",
			problems->all[i].line ? json_object_new_int64(problems->all[i].line)
					      : NULL);
		json_put_text(one, "message", problems->all[i].text);
		json_add(array, one);
	}
	return array;
}

/* The change that waits to be kept. */
static json_object *make_pending(const struct outcome *outcome)
{
	json_object *pending;

	if (outcome->txid == 0)
		return NULL;
	pending = json_object_new_object();
	json_put_id(pending, "id", outcome->txid);
	json_put_number(pending, "seconds_left", outcome->usec_left / 1000000);
	return pending;
}

/* An array of others', or an empty one. */
static json_object *borrow_array(json_object *array)
{
	return array ? json_object_get(array) : json_object_new_array();
}

static int write_json(const struct outcome *outcome)
{
	_cleanup_(json_putp) json_object *object = json_object_new_object();

	json_put_number(object, "status", outcome->status);
	json_put_text(object, "result", outcome_word(outcome->status));
	json_put_bool(object, "changed", outcome->changed);
	json_put_text(object, "message", safe_bytes(outcome->text));
	json_put(object, "changes", borrow_array(outcome->changes));
	json_put(object, "steps", borrow_array(outcome->steps));
	json_put(object, "warnings", borrow_array(outcome->warnings));
	json_put(object, "problems", make_problems(outcome->problems));
	json_put(object, "pending", make_pending(outcome));
	json_put_given(object, "manager", outcome->manager);
	return json_out(object);
}

/* -- at the end ---------------------------------------------------------------------------------
 */

void outcome_warn(struct outcome *outcome, const safe_char *text)
{
	if (!outcome->warnings)
		outcome->warnings = json_object_new_array();
	if (outcome->warnings)
		json_add(outcome->warnings, json_object_new_string(safe_bytes(text)));
}

void outcome_add_step(
	struct outcome *outcome, const char *name, const safe_char *message, bool unchanged)
{
	json_object *one = json_object_new_object();

	if (!outcome->steps)
		outcome->steps = json_object_new_array();
	json_put_text(one, "name", name);
	json_put_bool(one, "unchanged", unchanged);
	json_put_text(one, "message", safe_bytes(message));
	if (outcome->steps)
		json_add(outcome->steps, one);
	else
		json_object_put(one);
}

/* What the programs of vendor's steps have said, a line each. */
static void print_steps(json_object *steps)
{
	size_t n = steps ? json_object_array_length(steps) : 0;

	for (size_t i = 0; i < n; i++) {
		json_object *one = json_object_array_get_idx(steps, i);
		const char *name = json_object_get_string(json_object_object_get(one, "name"));
		const char *message =
			json_object_get_string(json_object_object_get(one, "message"));

		if (*message)
			draw_print(stdout, "%s: %s\n", safe_text(name, 0).text,
				safe_lines(message).text);
	}
}

int outcome_untold(int error)
{
	struct outcome outcome = { 0 };

	outcome_set(&outcome, EXIT_FAILED, _("The output could not be written: %s."),
		safe_text(strerror(error), 0).text);
	outcome_complain(outcome.text);
	return EXIT_FAILED;
}

int outcome_close_output(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	return outcome_untold(errno);
}

int outcome_tell(struct outcome *outcome, const struct options *options)
{
	int r = 0;

	if (!options->quiet || outcome->status != EXIT_DONE)
		outcome_tell_warnings(outcome);
	if (outcome->problems)
		complain_of_problems(outcome->problems);
	if (outcome->status != EXIT_DONE)
		outcome_complain(outcome->text);
	if (options->json)
		r = write_json(outcome);
	else if (outcome->status == EXIT_DONE && !options->quiet && *outcome->text)
		draw_print(stdout, "%s\n", outcome->text);
	if (outcome->status == EXIT_DONE && !options->json && !options->quiet)
		print_steps(outcome->steps);
	return r < 0 ? outcome_untold(-r) : outcome_close_output((int)outcome->status);
}

void outcome_done(struct outcome *outcome)
{
	json_object_put(outcome->changes);
	json_object_put(outcome->warnings);
	json_object_put(outcome->steps);
	*outcome = (struct outcome){ 0 };
}
