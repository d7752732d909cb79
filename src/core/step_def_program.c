/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* May a step's program be run? */

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "i18n.h"
#include "rooted.h"
#include "step_def_parts.h"
#include "util.h"

/* Is what is at path a folder that only the owner of the tree can have changed? */
static bool check_folder(const char *root, const char *path, struct problem *problem)
{
	struct stat st;
	int r = rooted_stat(root, path, &st);

	if (r < 0)
		return problem_set(problem, "%s: %s.", path, strerror(-r));
	if (!S_ISDIR(st.st_mode))
		return problem_set(problem, _("%s is no folder, but leads elsewhere."), path);
	if (rooted_is_open(root, &st))
		return problem_set(problem,
			_("Others than root may write the folder %s, so nothing in it is run."),
			path);
	return true;
}

/* Is the program one that may be run? */
static bool check_program(const char *root, const char *path, struct problem *problem)
{
	struct stat st;
	int r = rooted_stat(root, path, &st);

	if (r == -ENOENT)
		return problem_set(problem, _("There is no program %s."), path);
	if (r < 0)
		return problem_set(problem, "%s: %s.", path, strerror(-r));
	if (!S_ISREG(st.st_mode))
		return problem_set(problem, _("The program %s is no regular file."), path);
	if (rooted_is_open(root, &st))
		return problem_set(problem,
			_("Others than root may write the program %s, so it is not run."), path);
	if (!(st.st_mode & S_IXUSR))
		return problem_set(
			problem, _("The program %s may not be run: its mode lacks x."), path);
	return true;
}

bool step_def_check_program(const char *root, const struct step_def *def, struct problem *problem)
{
	char path[STEP_VALUE_SIZE];

	if (strncmp(def->apply, STEPS_VENDOR "/", strlen(STEPS_VENDOR "/")) != 0)
		return problem_set(
			problem, _("The program %s is not in %s."), def->apply, STEPS_VENDOR);
	(void)snprintf(path, sizeof(path), "%s", def->apply);
	for (char *slash = path; (slash = strchr(slash + 1, '/'));) {
		bool good;

		*slash = '\0';
		good = check_folder(root, path, problem);
		*slash = '/';
		if (!good)
			return false;
	}
	return check_program(root, def->apply, problem);
}
