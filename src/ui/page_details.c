/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "page_details.h"

#include "details.h"
#include "i18n.h"
#include "pager.h"
#include "screen.h"
#include "util.h"

static const struct pager_key keys[] = {
	{ 0, 'c', "c", N_("Containers") },
};

/* Something has changed below. */
static void on_change(struct app *app, void *userdata)
{
	details_changed(userdata);
	if (screen_event())
		pager_wake();
}

void page_details_run(struct app *app)
{
	struct pager pager = {
		.title = _("Details"),
		.update = details_update,
		.line = details_line,
		.keys = keys,
		.n_keys = ARRAY_SIZE(keys),
	};
	struct details *details;
	bool unfolded = false;
	int key;

	if (details_new(app, &details) < 0)
		return;
	pager.userdata = details;
	(void)netlink_read_set_routes(app->nl);
	app_on_change(app, on_change, details);
	while ((key = pager_run(&pager)) > 0) {
		if (key == 'c')
			details_unfold(details, unfolded = !unfolded);
		details_changed(details);
	}
	app_on_change(app, NULL, NULL);
	details_free(details);
}
