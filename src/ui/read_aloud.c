/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "read_aloud.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "util.h"

#define WORD_SIZE     64
#define BRLTTY_CGROUP "/sys/fs/cgroup/system.slice/brltty.service"

/* The line in a file of the kernel's. False: there is none. */
static bool read_word(const char *path, char ret[static WORD_SIZE])
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, ret, WORD_SIZE - 1);

	if (n <= 0)
		return false;
	ret[n] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
	return true;
}

/* Has speakup something to speak with? The module may be there without. */
static bool has_synthesizer(const char *root)
{
	char path[PATH_MAX], name[WORD_SIZE];

	(void)snprintf(path, sizeof(path), "%s/sys/accessibility/speakup/synth", root);
	return read_word(path, name) && *name && !streq(name, "none");
}

/* Is this folder of /proc that of a brltty? */
static bool is_brltty(const char *root, const char *folder)
{
	char path[PATH_MAX], name[WORD_SIZE];

	if (*folder < '1' || *folder > '9')
		return false;
	(void)snprintf(path, sizeof(path), "%s/proc/%s/comm", root, folder);
	return read_word(path, name) && streq(name, "brltty");
}

/* Does brltty run? /run does not tell: what it makes there comes after it has said that it is
 * ready, with some kinds of displays alone, and stays when it has ended. */
static bool brltty_runs(const char *root)
{
	char path[PATH_MAX];
	struct dirent *entry;
	bool found = false;
	DIR *processes;

	(void)snprintf(path, sizeof(path), "%s/proc", root);
	processes = opendir(path);
	if (!processes)
		return false;
	while (!found && (entry = readdir(processes)))
		found = is_brltty(root, entry->d_name);
	(void)closedir(processes);
	return found;
}

bool read_aloud_by_service(const char *root)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s" BRLTTY_CGROUP, root);
	return has_synthesizer(root) || access(path, F_OK) == 0;
}

bool read_aloud(const char *root)
{
	return has_synthesizer(root) || brltty_runs(root);
}
