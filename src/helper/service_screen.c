/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Let the start screen know when its cells change. */

#include <errno.h>
#include <fcntl.h>
#include <linux/major.h>
#include <linux/vt.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "i18n.h"
#include "names.h"
#include "service.h"
#include "util.h"

/* The number of the virtual terminal that fd is, which proves that the caller could open it: on a
 * descriptor of O_PATH, which proves nothing, isatty(3) fails. -EINVAL: it is none. */
static int virtual_terminal(int fd)
{
	struct stat st;

	if (!isatty(fd) || fstat(fd, &st) < 0 || major(st.st_rdev) != TTY_MAJOR ||
		minor(st.st_rdev) < MIN_NR_CONSOLES || minor(st.st_rdev) > MAX_NR_CONSOLES)
		return -EINVAL;
	return (int)minor(st.st_rdev);
}

/* What can be polled for changes of the cells, but neither read nor written, by access mode 3 of
 * open(2): only root opens it, and who gets it learns no letter of them. */
static int open_cells(int terminal)
{
	char path[32];
	int fd;

	(void)snprintf(path, sizeof(path), "/dev/vcsa%d", terminal);
	fd = open(path, O_ACCMODE | O_CLOEXEC | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

int method_watch_screen(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_close_ int cells = -1;
	int terminal, fd, r;

	r = service_admit(userdata, message, NEED_FACT, error);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "h", &fd);
	if (r < 0)
		return r;
	terminal = virtual_terminal(fd);
	if (terminal < 0)
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The screen is not watched: it is no virtual terminal."));
	cells = open_cells(terminal);
	if (cells < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The screen is not watched: /dev/vcsa%d cannot be opened: %s."), terminal,
			strerror(-cells));
	return sd_bus_reply_method_return(message, "h", cells);
}
