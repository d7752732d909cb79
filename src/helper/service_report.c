/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A support report, put where root finds it. */

#include <errno.h>
#include <time.h>

#include "i18n.h"
#include "names.h"
#include "report_store.h"
#include "request.h"
#include "service.h"
#include "util.h"

int method_save_report(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	_cleanup_free_ char *text = NULL;
	char path[REPORT_PATH_SIZE];
	struct timespec now;
	int r;

	r = service_admit(service, message, NEED_LOCK, error);
	if (r < 0)
		return r;
	r = request_read_report(message, &text, error);
	if (r < 0)
		return r;
	/* Cannot fail: the clock exists and the pointer is good. */
	(void)clock_gettime(CLOCK_REALTIME, &now);
	r = report_store(service->apply.root, (uint64_t)now.tv_sec * 1000000, text, path);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The report was not saved in " REPORTS_DIR ": %s."), strerror(-r));
	return sd_bus_reply_method_return(message, "s", path);
}
