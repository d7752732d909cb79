/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The answer file that an image may hold. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "channels.h"
#include "i18n.h"
#include "util.h"

#define PLACE "/etc/firstboot/" CHANNEL_FILE_NAME

int channel_file(struct channel_search *search, struct channel_offer *ret)
{
	char path[PATH_MAX];
	int fd, r;

	(void)snprintf(path, sizeof(path), "%s%s", search->root, PLACE);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0;
	(void)snprintf(ret->source, sizeof(ret->source), _("the file %s"), PLACE);
	if (fd < 0)
		r = answers_complain(
			search->problems, PLACE, 0, _("This cannot be read: %s."), strerror(errno));
	else
		r = channel_read_fd(search, fd, PLACE, true, ret);
	return r < 0 ? r : 1;
}
