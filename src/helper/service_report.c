/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A support report, put where root finds it. */

#include <errno.h>

#include "i18n.h"
#include "names.h"
#include "report_store.h"
#include "request.h"
#include "service.h"
#include "usec.h"
#include "util.h"

int method_save_report(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	_cleanup_free_ char *text = NULL;
	char path[REPORT_PATH_SIZE];
	int r;

	r = service_admit(service, message, NEED_LOCK, error);
	if (r < 0)
		return r;
	r = request_read_report(message, &text, error);
	if (r < 0)
		return r;
	r = report_store(service->apply.root, usec_now(CLOCK_REALTIME), text, path);
	if (r < 0)
		r = sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The report was not saved in %s: %s."), REPORTS_DIR, strerror(-r));
	service_record(service, message, RECORD_REPORT, NULL, r < 0 ? NULL : path, r, error);
	if (r < 0)
		return r;
	return sd_bus_reply_method_return(message, "s", path);
}
