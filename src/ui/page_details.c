/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "page_details.h"

#include "details.h"
#include "i18n.h"
#include "page_tests.h"
#include "pager.h"
#include "report.h"
#include "util.h"

static const struct pager_key keys[] = {
	{ 0, 'r', OURS("r"), N_("Support report") },
	{ 0, 't', OURS("t"), N_("Tests") },
	{ 0, 'c', OURS("c"), N_("Containers") },
};

struct page {
	struct app *app;
	struct machine *machine; /* NULL: there is no bus */
	struct details *details;
};

/* Something has changed below. */
static void on_change(struct app *app, void *userdata)
{
	struct page *page = userdata;

	details_changed(page->details);
	pager_wake();
}

/* PID 1 has answered. */
static void on_machine(struct machine *machine, void *userdata)
{
	on_change(NULL, userdata);
}

/* Show the text until the customer goes back. */
static void show(struct page *page)
{
	struct pager pager = {
		.title = _("Details"),
		.event = page->app->event,
		.update = details_update,
		.line = details_line,
		.userdata = page->details,
		.keys = keys,
		.n_keys = ARRAY_SIZE(keys),
	};
	bool unfolded = false;
	int key;

	while ((key = pager_run(&pager)) > 0) {
		if (key == 'c')
			details_unfold(page->details, unfolded = !unfolded);
		else if (key == 'r')
			page_report_run(page->app);
		else if (key == 't')
			page_tests_run(page->app);
		app_on_change(page->app, on_change, page);
		details_changed(page->details);
	}
}

void page_details_run(struct app *app)
{
	struct page page = { .app = app };
	struct details_sources sources = { .app = app };

	if (app->bus)
		(void)machine_new(app->bus, on_machine, &page, &page.machine);
	sources.machine = page.machine;
	if (details_new(&sources, &page.details) >= 0) {
		(void)netlink_read_set_routes(app->nl);
		app_on_change(app, on_change, &page);
		show(&page);
		app_on_change(app, NULL, NULL);
		details_free(page.details);
	}
	machine_free(page.machine);
}
