/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "caller.h"

#include <errno.h>

#include "util.h"

int caller_identify(sd_bus_message *message, uid_t ui_uid, uid_t *ret_uid)
{
	_cleanup_(sd_bus_creds_unrefp) sd_bus_creds *creds = NULL;
	uid_t uid;

	/* No other field: what the library adds from /proc can be raced. */
	if (sd_bus_query_sender_creds(message, SD_BUS_CREDS_EUID, &creds) < 0 ||
		sd_bus_creds_get_euid(creds, &uid) < 0)
		return -EPERM;
	if (uid != 0 && uid != ui_uid)
		return -EPERM;
	*ret_uid = uid;
	return 0;
}
