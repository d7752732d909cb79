/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "wizard.h"

#include "i18n.h"
#include "safe_text.h"
#include "screen.h"
#include "util.h"

static const struct page *const all_pages[] = {
	&page_welcome,
	&page_network,
	&page_hostname,
	&page_password,
	&page_review,
	&page_apply,
	&page_done,
};

/* Pages that a list of names may leave out. */
static bool is_optional(const struct page *page)
{
	return page == &page_network || page == &page_hostname || page == &page_password;
}

/* Does this run show the page? */
static bool is_wanted(const struct page *page, bool first_boot, const char *const *names)
{
	if (page->first_boot_only && !first_boot)
		return false;
	if (!names || !is_optional(page))
		return true;
	for (; *names; names++)
		if (streq(*names, page->name))
			return true;
	return false;
}

/* The pages of this run, in order; returns how many. */
static size_t choose_pages(bool first_boot, const char *const *names,
	const struct page *ret[static ARRAY_SIZE(all_pages)])
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(all_pages); i++)
		if (is_wanted(all_pages[i], first_boot, names))
			ret[n++] = all_pages[i];
	return n;
}

/* "Network 2 of 5"; the pages that follow the review ask nothing and have no number. */
static void write_title(struct wizard *wizard, const struct page *const *pages, size_t n, size_t at)
{
	size_t numbered = n - 2;

	if (at < numbered)
		(void)safe_format(wizard->title, sizeof(wizard->title), _(" %s %zu of %zu "),
			translate(pages[at]->title), at + 1, numbered);
	else
		(void)safe_format(
			wizard->title, sizeof(wizard->title), " %s ", translate(pages[at]->title));
}

/* What firstboot has set is known now: screens that follow begin with it. */
static void on_settings(const struct client_result *result, void *userdata)
{
	struct wizard *wizard = userdata;
	struct net_drafts *drafts = &wizard->net;

	if (result->outcome != CLIENT_OK || !result->settings)
		return;
	if (!drafts->kept)
		drafts->kept = malloc(sizeof(*drafts->kept));
	if (!drafts->kept)
		return;
	*drafts->kept = *result->settings;
	if (!drafts->advertised_touched)
		memcpy(drafts->advertised, drafts->kept->advertised, sizeof(drafts->advertised));
}

/* What the fields begin with, where nothing was typed in an earlier run. */
static int wizard_begin(struct wizard *wizard, struct app *app, bool first_boot)
{
	bool again = wizard->app;

	wizard->app = app;
	wizard->first_boot = first_boot;
	wizard->backwards = false;
	if (app->client)
		(void)client_get_settings(app->client, 0, on_settings, wizard);
	sysstate_hostname(wizard->now.hostname);
	memcpy(wizard->wanted.hostname, wizard->now.hostname, sizeof(wizard->wanted.hostname));
	if (!again && !streq(wizard->now.hostname, "localhost") &&
		!streq(wizard->now.hostname, "(none)"))
		(void)snprintf(wizard->hostname, sizeof(wizard->hostname), "%s",
			safe_bytes(safe_text(wizard->now.hostname, 0).text));
	return secret_init(&wizard->password);
}

/* The page after this one that has something to ask: not what the answers for the first boot have
 * said, which is come to by going back from the review. */
static size_t next_page(const struct wizard *wizard, const struct page *const *pages, size_t at)
{
	size_t next = at + 1;

	if (pages[at] == &page_network && wizard->hurry && !wizard->first_boot)
		while (pages[next] != &page_review)
			next++;
	while (wizard->first_boot && given_has_page(&wizard->app->given, pages[next]->name))
		next++;
	return next;
}

/* Go from page to page as the answers say. */
static enum wizard_result run_pages(
	struct wizard *wizard, const struct page *const *pages, size_t n)
{
	size_t at = 0, before_review = 0;

	while (at < n) {
		enum answer answer;

		write_title(wizard, pages, n, at);
		answer = pages[at]->run(wizard);
		if (answer == ANSWER_WOKEN)
			continue;
		wizard->backwards = answer == ANSWER_BACK;
		if (answer != ANSWER_BACK) {
			size_t next = next_page(wizard, pages, at);

			if (next < n && pages[next] == &page_review)
				before_review = at;
			at = next;
			continue;
		}
		if (at == 0 || screen_ended())
			return WIZARD_LEFT;
		if (!pages[at]->no_return)
			at = pages[at] == &page_review ? before_review : at - 1;
	}
	return WIZARD_DONE;
}

enum wizard_result wizard_run(
	struct wizard *wizard, struct app *app, bool first_boot, const char *const *names)
{
	const struct page *pages[ARRAY_SIZE(all_pages)];
	size_t n = choose_pages(first_boot, names, pages);
	enum wizard_result result = WIZARD_LEFT;

	if (wizard_begin(wizard, app, first_boot) < 0)
		dialogs_message(_("Not enough memory"),
			_("There is no memory that can be kept safe for a password. Give the "
			  "machine more memory and start it again."));
	else
		result = run_pages(wizard, pages, n);
	secret_done(&wizard->password);
	if (result == WIZARD_DONE)
		wizard_done(wizard);
	return result;
}

void wizard_done(struct wizard *wizard)
{
	drafts_done(&wizard->net);
	*wizard = (struct wizard){ 0 };
}
