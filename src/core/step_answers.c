/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "step_answers.h"

#include <errno.h>

#include "i18n.h"
#include "names.h"
#include "sealed.h"
#include "util.h"

void step_answers_clearp(char **text)
{
	if (*text)
		explicit_bzero(*text, strlen(*text));
	free(*text);
}

int step_answers_seal(const char *json)
{
	return sealed_memfd("firstboot-step", json, strlen(json));
}

/* The text of such a file, whose offset is the sender's to move. -EINVAL: it is none. */
static int read_text(int fd, char **ret)
{
	_cleanup_(step_answers_clearp) char *text = NULL;
	size_t size = 0;

	if (!sealed_check(fd, &size) || size < 1 || size > STEP_JSON_MAX)
		return -EINVAL;
	text = calloc(1, size + 1);
	if (!text)
		return -ENOMEM;
	if (pread(fd, text, size, 0) != (ssize_t)size)
		return -EIO;
	if (strlen(text) != size)
		return -EINVAL;
	*ret = take_ptr(text);
	return 0;
}

/* Read one of the two. */
static bool read_object(
	const struct step_def *def, int fd, struct step_values *values, struct problem *problem)
{
	_cleanup_(step_answers_clearp) char *text = NULL;
	int r = read_text(fd, &text);

	if (r == -EINVAL)
		return problem_set(problem,
			_("The answers must come in sealed memory files of 1 to %d bytes of text."),
			STEP_JSON_MAX);
	if (r < 0)
		return problem_set(problem, _("The answers could not be read: %s."), strerror(-r));
	return step_values_from_json(def, text, values, problem);
}

bool step_answers_read(const struct step_def *def, int values_fd, int secrets_fd,
	struct step_values *ret, struct problem *problem)
{
	size_t field;

	if (!read_object(def, values_fd, ret, problem) ||
		!read_object(def, secrets_fd, ret, problem))
		return false;
	if (step_values_complete(def, ret) < 0)
		return problem_set(problem, _("There is not enough memory."));
	return step_values_check(def, ret, &field, problem);
}
