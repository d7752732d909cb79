/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The plan of all settings, and the way back to answers. */

#include <errno.h>
#include <stdarg.h>

#include "i18n.h"
#include "offline_parts.h"

/* In the order of a machine that runs, each with what has to be given. */
static const struct {
	unsigned given; /* enum host_answer */
	bool links, steps;
	int (*put)(struct offline_plan *plan, const struct offline_wish *wish);
	int (*read)(struct offline_plan *plan, struct answers *ret);
} parts[] = {
	{ ANSWER_HOSTNAME, false, false, offline_hostname, offline_read_hostname },
	{ ANSWER_TIMEZONE, false, false, offline_timezone, offline_read_timezone },
	{ ANSWER_KEYMAP, false, false, offline_keymap, offline_read_keymap },
	{ ANSWER_KEYS, false, false, offline_keys, offline_read_keys },
	{ ANSWER_PASSWORD, false, false, offline_password, NULL },
	{ 0, true, false, offline_network, offline_read_network },
	{ ANSWER_EULA, false, false, offline_eula, offline_read_eula },
	{ 0, false, true, offline_steps, NULL },
	{ ANSWER_KEYS | ANSWER_PASSWORD, false, false, offline_claim, NULL },
};

int offline_complain(
	const struct offline_wish *wish, struct answers_place place, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list args;
	int r;

	va_start(args, format);
	r = vasprintf(&text, format, args);
	va_end(args);
	return r < 0 ? -ENOMEM
		     : answers_complain(wish->problems, answers_file_of(wish->answers, place),
			       place.line, "%s", text);
}

/* Is the part asked for? */
static bool is_given(size_t part, const struct answers *answers)
{
	return (answers->given & parts[part].given) ||
	       (parts[part].links && answers->n_links > 0) ||
	       (parts[part].steps && answers->n_steps > 0);
}

/* Say which file stood in the way. */
static bool say_failed(const struct offline_plan *plan, int r, struct offline_fault *fault)
{
	enum exit_status status = r == -EACCES || r == -EPERM ? EXIT_NOT_PERMITTED : EXIT_FAILED;

	return offline_refuse(fault, status, _("%s%s cannot be used: %s."),
		*plan->failed ? plan->tree->root : "",
		*plan->failed ? plan->failed : _("The image"), offline_why(r));
}

bool offline_plan_make(const struct offline_tree *tree, const struct offline_wish *wish,
	struct offline_plan *ret, struct offline_fault *fault)
{
	int r = 0;

	*ret = (struct offline_plan){ .tree = tree, .lock = -1 };
	for (size_t i = 0; i < ARRAY_SIZE(parts) && r >= 0; i++)
		if (is_given(i, wish->answers))
			r = parts[i].put(ret, wish);
	if (r < 0)
		return say_failed(ret, r, fault);
	if (wish->problems->n > 0)
		return offline_refuse(fault, EXIT_INVALID,
			_("Nothing was changed: not all answers fit the image."));
	return true;
}

bool offline_export(
	const struct offline_tree *tree, struct answers *ret, struct offline_fault *fault)
{
	_cleanup_(offline_plan_done) struct offline_plan plan = { .tree = tree, .lock = -1 };
	int r = 0;

	*ret = (struct answers){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(parts) && r >= 0; i++)
		if (parts[i].read)
			r = parts[i].read(&plan, ret);
	return r < 0 ? say_failed(&plan, r, fault) : true;
}
