/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "wizard.h"

#include "catalog.h"
#include "edit_lock.h"
#include "i18n.h"
#include "safe_text.h"
#include "screen.h"
#include "util.h"

#define PAGES_MAX    (WIZARD_PLACES_MAX + 3)
#define LANGUAGE_MAX 16

/* Those that firstboot.conf puts into an order. */
static const struct page *const asked[] = {
	&page_welcome,
	&page_eula,
	&page_keyboard,
	&page_network,
	&page_hostname,
	&page_time,
	&page_password,
	&page_ssh_keys,
};

/* Those that follow, always; from the first of them on nothing is asked any more. */
static const struct page *const last[] = { &page_review, &page_apply, &page_done };

/* The pages of a run. */
struct pages {
	struct {
		const struct page *page;
		struct wizard_place place;
	} all[PAGES_MAX];
	size_t n;
	size_t review; /* the place of the review: so many have a number */
};

/* One of ours by its name; NULL: there is none. */
static const struct page *find_page(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(asked); i++)
		if (streq(asked[i]->name, name))
			return asked[i];
	return NULL;
}

bool wizard_has_page(const char *name)
{
	const struct page *page = find_page(name);

	return page && !page->first_boot_only;
}

/* Put a page at the end, where this run has anything to ask on it. */
static void add_page(struct pages *pages, const struct wizard *wizard, const struct page *page,
	const struct wizard_place *place)
{
	if (pages->n == PAGES_MAX || (page->first_boot_only && !wizard->first_boot) ||
		(page->is_due && !page->is_due(wizard)))
		return;
	pages->all[pages->n].page = page;
	pages->all[pages->n++].place = *place;
}

/* The page of a name, ours or a vendor's. */
static void add_named(struct pages *pages, const struct wizard *wizard, const char *name)
{
	const struct page *page = find_page(name);
	struct wizard_place place = { .name = name };

	if (!page)
		place.step = step_defs_find(&wizard->steps->defs, name);
	if (page || place.step)
		add_page(pages, wizard, page ? page : &page_step, &place);
}

/* The pages of this run, in order: of these names, or those of firstboot.conf. */
static void choose_pages(const struct wizard *wizard, const char *const *names, struct pages *ret)
{
	const struct wizard_order *order = &wizard->steps->order;

	*ret = (struct pages){ 0 };
	if (names) {
		add_named(ret, wizard, page_welcome.name);
		add_named(ret, wizard, page_eula.name);
	}
	for (; names && *names; names++)
		add_named(ret, wizard, *names);
	for (size_t i = 0; !names && i < order->n; i++) {
		const struct wizard_place *place = &order->all[i];

		add_page(ret, wizard, place->step ? &page_step : find_page(place->name), place);
	}
	ret->review = ret->n;
	for (size_t i = 0; i < ARRAY_SIZE(last); i++) {
		ret->all[ret->n].page = last[i];
		ret->all[ret->n++].place = (struct wizard_place){ .name = last[i]->name };
	}
}

/* How a page is called. */
static struct safe_str name_page(const struct page *page, const struct wizard_place *place)
{
	return place->step ? safe_text(place->step->title, 40)
			   : safe_cut(translate(page->title), 0);
}

/* "Network 2 of 5"; the pages that follow the review ask nothing and have no number. */
static void write_title(struct wizard *wizard, const struct pages *pages, size_t at)
{
	struct safe_str name = name_page(pages->all[at].page, &pages->all[at].place);

	if (at <= pages->review)
		(void)safe_format(wizard->title, sizeof(wizard->title), _(" %s %zu of %zu "),
			name.text, at + 1, pages->review + 1);
	else
		(void)safe_format(wizard->title, sizeof(wizard->title), " %s ", name.text);
}

/* What a page is for. */
static const safe_char *find_purpose(const struct wizard *wizard, const struct page *page)
{
	static const safe_char *const logins[] = {
		[PASSWORD_ASK] = N_("the password of \"root\", its administrator"),
		[PASSWORD_RANDOM] = N_("a password for \"root\", its administrator"),
		[PASSWORD_KEY] = N_("an SSH key for \"root\", its administrator"),
	};

	return page == &page_password ? logins[wizard->app->conf.password_mode] : page->purpose;
}

void wizard_tell_purposes(const struct wizard *wizard,
	void (*tell)(const safe_char *purpose, void *userdata), void *userdata)
{
	struct pages pages;

	choose_pages(wizard, NULL, &pages);
	for (size_t i = 0; i < pages.review; i++) {
		const struct step_def *step = pages.all[i].place.step;
		const safe_char *purpose = find_purpose(wizard, pages.all[i].page);

		if (step)
			tell(safe_text(step->title, 0).text, userdata);
		else if (purpose)
			tell(translate(purpose), userdata);
	}
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
	int r;

	wizard->app = app;
	wizard->first_boot = first_boot;
	wizard->backwards = wizard->to_start = wizard->editing = false;
	if (app->client)
		(void)client_get_settings(app->client, 0, on_settings, wizard);
	sysstate_hostname(wizard->now.hostname);
	memcpy(wizard->wanted.hostname, wizard->now.hostname, sizeof(wizard->wanted.hostname));
	zone_read("", wizard->now.zone);
	if (!again)
		memcpy(wizard->wanted.zone, wizard->now.zone, sizeof(wizard->wanted.zone));
	if (!again && !streq(wizard->now.hostname, "localhost") &&
		!streq(wizard->now.hostname, "(none)"))
		(void)snprintf(wizard->hostname, sizeof(wizard->hostname), "%s",
			safe_bytes(safe_text(wizard->now.hostname, 0).text));
	r = wizard->steps ? 0 : wizard_steps_new(app, &wizard->steps);
	return r < 0 ? r : secret_init(&wizard->password);
}

/* Was this brought by the answers for the first boot? It is asked for only by going back. */
static bool is_given(const struct wizard *wizard, const struct wizard_place *place)
{
	return wizard->first_boot && given_has_page(&wizard->app->given, place->name);
}

/* The first page from this place on that has something to ask. */
static size_t find_asking(const struct wizard *wizard, const struct pages *pages, size_t at)
{
	while (at < pages->review && is_given(wizard, &pages->all[at].place))
		at++;
	return at;
}

/* The page after this one that has something to ask. */
static size_t next_page(const struct wizard *wizard, const struct pages *pages, size_t at)
{
	if (pages->all[at].page == &page_network && wizard->hurry && !wizard->first_boot)
		return pages->review;
	return find_asking(wizard, pages, at + 1);
}

/* Have nobody else change things meanwhile. False: somebody does, and the customer will not wait.
 */
static bool begin_editing(struct wizard *wizard)
{
	if (wizard->first_boot && !wizard->editing)
		wizard->editing = edit_lock_take(wizard->app);
	return wizard->editing || !wizard->first_boot;
}

/* Show the page; the first one that somebody answers begins the changes: not before, since it may
 * have come by itself. */
static enum answer run_page(struct wizard *wizard, const struct pages *pages, size_t at)
{
	enum answer answer;

	wizard->place = &pages->all[at].place;
	wizard->step =
		wizard->place->step ? wizard_steps_of(wizard->steps, wizard->place->step) : NULL;
	write_title(wizard, pages, at);
	answer = pages->all[at].page->run(wizard);
	if (answer == ANSWER_BACK || answer == ANSWER_WOKEN || begin_editing(wizard))
		return answer;
	return ANSWER_WOKEN;
}

/* The page before this one. */
static size_t page_before(
	struct wizard *wizard, const struct pages *pages, size_t at, size_t before_review)
{
	if (wizard->to_start)
		at = 0;
	else if (at == pages->review)
		at = before_review;
	else if (!pages->all[at].page->no_return)
		at--;
	wizard->to_start = false;
	return at;
}

/* The customer has chosen another language: the steps are read again in it. */
static int follow_language(
	struct wizard *wizard, const char *const *names, char *language, struct pages *pages)
{
	struct wizard_steps *steps;
	int r;

	if (streq(language, catalog_language()))
		return 0;
	r = wizard_steps_new(wizard->app, &steps);
	if (r < 0)
		return r;
	(void)snprintf(language, LANGUAGE_MAX, "%s", catalog_language());
	wizard_steps_take(steps, wizard->steps);
	wizard_steps_free(wizard->steps);
	wizard->steps = steps;
	wizard_steps_ask(steps, wizard->app);
	choose_pages(wizard, names, pages);
	return 0;
}

/* Go from page to page as the answers say. */
static enum wizard_result run_pages(
	struct wizard *wizard, const char *const *names, struct pages *pages)
{
	char language[LANGUAGE_MAX];
	size_t at = find_asking(wizard, pages, 0), before_review = 0;

	(void)snprintf(language, sizeof(language), "%s", catalog_language());
	while (at < pages->n) {
		enum answer answer = run_page(wizard, pages, at);

		(void)follow_language(wizard, names, language, pages);
		if (answer == ANSWER_WOKEN)
			continue;
		wizard->backwards = answer == ANSWER_BACK;
		if (answer != ANSWER_BACK) {
			size_t next = next_page(wizard, pages, at);

			if (next == pages->review)
				before_review = at;
			at = next;
			continue;
		}
		if (at == 0 || screen_ended())
			return WIZARD_LEFT;
		at = page_before(wizard, pages, at, before_review);
	}
	return WIZARD_DONE;
}

/* The pages that there are, from the first to the last. */
static enum wizard_result run(struct wizard *wizard, const char *const *names)
{
	struct pages pages;

	wizard_steps_ask(wizard->steps, wizard->app);
	choose_pages(wizard, names, &pages);
	return run_pages(wizard, names, &pages);
}

enum wizard_result wizard_run(
	struct wizard *wizard, struct app *app, bool first_boot, const char *const *names)
{
	enum wizard_result result = WIZARD_LEFT;

	if (wizard_begin(wizard, app, first_boot) < 0)
		dialogs_message(_("Not enough memory"),
			_("There is no memory that can be kept safe for a password. Give the "
			  "machine more memory and start it again."));
	else
		result = run(wizard, names);
	secret_done(&wizard->password);
	wizard_steps_clear(wizard->steps);
	if (result == WIZARD_DONE)
		wizard_done(wizard);
	return result;
}

void wizard_claimed(void *userdata)
{
	struct wizard *wizard = userdata;

	wizard->overtaken = !wizard->completed;
	if (wizard->overtaken && !wizard->applying)
		screen_lead_back();
}

void wizard_done(struct wizard *wizard)
{
	drafts_done(&wizard->net);
	wizard_steps_free(wizard->steps);
	*wizard = (struct wizard){ 0 };
}
