/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* --root: the settings of an image. */

#include "offline.h"

#include <errno.h>

#include "headless_parts.h"
#include "json_out.h"
#include "plan_parts.h"
#include "textdiff.h"

/* A run with answers. */
struct run {
	const struct options *options;
	struct outcome outcome;
	struct answers answers;
	struct answers_problems problems;
	struct offline_tree tree;
	struct offline_plan files;
	struct plan *plan; /* holds root's hash alone */
};

static void fail(struct run *run, const struct offline_fault *fault)
{
	outcome_set(&run->outcome, fault->status, "%s", safe_lines(fault->text).text);
	run->outcome.problems = fault->status == EXIT_INVALID ? &run->problems : NULL;
}

static void fail_errno(struct run *run, int r)
{
	outcome_set(&run->outcome, EXIT_FAILED, _("Nothing was changed: %s."),
		safe_text(strerror(-r), 0).text);
}

/* -- what is changed ----------------------------------------------------------------------------
 */

static const char *action_of(const struct offline_file *file)
{
	return file->new.kind == OFFLINE_NONE	? "remove"
	       : file->old.kind == OFFLINE_NONE ? "create"
						: "change";
}

/* Is it a link, or was it one? */
static bool is_link(const struct offline_file *file)
{
	return file->old.kind == OFFLINE_LINK || file->new.kind == OFFLINE_LINK;
}

/* Add a file to the changes. */
static int add_change(struct run *run, const struct offline_file *file)
{
	_cleanup_free_ char *diff = NULL;
	json_object *one;
	int r = file->secret ? 0 : textdiff_make(file->old.text, file->new.text, &diff);

	if (r == -ENOMEM)
		return r;
	one = json_object_new_object();
	json_put_text(one, "kind", is_link(file) ? "link" : "file");
	json_put_text(one, "path", file->path);
	json_put_text(one, "action", action_of(file));
	json_put_text(one, "diff", diff ? diff : "");
	json_add(run->outcome.changes, one);
	return one ? 0 : -ENOMEM;
}

static int add_changes(struct run *run)
{
	int r = 0;

	run->outcome.changes = json_object_new_array();
	for (size_t i = 0; i < run->files.n_files && r >= 0; i++)
		r = add_change(run, &run->files.files[i]);
	return r;
}

/* -- apply and check ----------------------------------------------------------------------------
 */

/* Root's hash, from wherever the answers say that it is. */
static bool read_hash(struct run *run)
{
	struct plan_fit fit = { .plan = run->plan, .problems = &run->problems };

	run->plan->answers = &run->answers;
	plan_fit_secret(&fit);
	if (fit.r < 0)
		fail_errno(run, fit.r);
	else if (run->problems.n > 0)
		headless_refuse(&run->problems, &run->outcome);
	return fit.r >= 0 && run->problems.n == 0;
}

/* All texts. */
static bool make_files(struct run *run)
{
	const struct offline_wish wish = {
		.answers = &run->answers,
		.hash = run->plan->hash.length > 0 ? run->plan->hash.bytes : NULL,
		.lock = run->options->mode == MODE_RECONFIGURE,
		.problems = &run->problems,
	};
	struct offline_fault fault;
	int r;

	if (!offline_plan_make(&run->tree, &wish, &run->files, &fault)) {
		fail(run, &fault);
		return false;
	}
	if (*run->files.remark)
		outcome_warn(&run->outcome, safe_lines(run->files.remark).text);
	r = add_changes(run);
	if (r < 0)
		fail_errno(run, r);
	return r >= 0;
}

/* Write them, or say what would be written. */
static void finish(struct run *run)
{
	struct offline_fault fault;

	if (run->files.n_files == 0) {
		outcome_set(&run->outcome, EXIT_DONE, "%s", OURS("unchanged"));
	} else if (run->options->mode == MODE_CHECK) {
		if (!run->options->json)
			plan_print(run->outcome.changes);
	} else if (!offline_plan_write(&run->files, &fault)) {
		fail(run, &fault);
	} else {
		run->outcome.changed = true;
		outcome_set(&run->outcome, EXIT_DONE, _("Done in %s, files: %zu (%s)."),
			safe_text(run->tree.root, 0).text, run->files.n_files,
			safe_text(offline_tree_manager(&run->tree), 0).text);
	}
}

static void read_and_run(struct run *run)
{
	int r;

	if (!headless_read_answers(run->options, &run->answers, &run->problems, &run->outcome))
		return;
	run->outcome.manager = offline_tree_manager(&run->tree);
	run->plan = calloc(1, sizeof(*run->plan));
	r = run->plan ? 0 : -ENOMEM;
	if (r < 0)
		fail_errno(run, r);
	else if (read_hash(run) && make_files(run))
		finish(run);
	offline_plan_done(&run->files);
	if (run->plan)
		secret_done(&run->plan->hash);
	free(run->plan);
}

/* -- export -------------------------------------------------------------------------------------
 */

static void write_answers(FILE *f, const void *what)
{
	draw_print(f, "%s",
		OURS("# Settings of an image. Root's password is not in here: see [Root] in\n"
		     "# firstboot.answers(5) for how to give it.\n"));
	(void)answers_write(f, what);
}

/* Its own outcome is told with what it says. */
static int export(struct run *run)
{
	_cleanup_free_ safe_char *text = NULL;
	struct offline_fault fault;
	int r;

	if (!offline_export(&run->tree, &run->answers, &fault)) {
		fail(run, &fault);
		return outcome_tell(&run->outcome, run->options);
	}
	r = draw_compose(write_answers, &run->answers, &text);
	if (r >= 0)
		return headless_tell_export(safe_bytes(text), run->options);
	fail_errno(run, r);
	return outcome_tell(&run->outcome, run->options);
}

int offline_run(const struct options *options)
{
	struct run run = { .options = options, .files.lock = -1 };
	struct offline_fault fault;
	int status;

	if (!offline_tree_open(options->root, options->mode == MODE_RECONFIGURE, &run.tree, &fault))
		fail(&run, &fault);
	else if (options->mode != MODE_EXPORT)
		read_and_run(&run);
	status = run.outcome.status == EXIT_DONE && options->mode == MODE_EXPORT
			 ? export(&run)
			 : outcome_tell(&run.outcome, options);
	answers_done(&run.answers);
	answers_problems_done(&run.problems);
	outcome_done(&run.outcome);
	return status;
}
