/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "dialogs.h"
#include "edit_lock.h"
#include "form.h"
#include "i18n.h"
#include "language.h"
#include "reply.h"
#include "safe_text.h"
#include "screen.h"
#include "settings_pages.h"
#include "util.h"
#include "wizard.h"

#define PURPOSES_MAX 2048

/* Has an earlier run set the network already? */
static bool network_is_set(struct app *app)
{
	_cleanup_free_ struct net_set *kept = calloc(1, sizeof(*kept));
	struct reply reply = { .settings = kept };

	if (!kept || !app->client)
		return false;
	reply_wait_sentence(&reply, client_get_settings(app->client, 0, reply_keep, &reply),
		_("Reading the settings"));
	return reply.outcome == CLIENT_OK && kept->n_links > 0;
}

/* -- language */

/* The field for it. */
struct languages {
	struct catalog_entry entries[LANGUAGES_MAX];
	struct safe_str names[LANGUAGES_MAX];
	const safe_char *choices[LANGUAGES_MAX];
	size_t now; /* the one that is spoken */
};

/* The languages to choose from, each in its own words. False: there is but one. */
static bool fill_languages(struct languages *languages, struct form_field *field)
{
	size_t n = language_list(languages->entries);

	languages->now = FORM_CHOSEN_NONE;
	for (size_t i = 0; i < n; i++) {
		languages->names[i] = safe_text(languages->entries[i].name, 30);
		languages->choices[i] = languages->names[i].text;
		if (streq(languages->entries[i].language, catalog_language()))
			languages->now = i;
	}
	*field = (struct form_field){
		.label = _("Language"),
		.choices = languages->choices,
		.n_choices = n,
		.chosen = languages->now,
	};
	return n > 1;
}

/* Speak another language from now on, here and wherever this machine says something. */
static void change_language(struct app *app, const char *language)
{
	struct reply reply = { 0 };

	if (!edit_lock_take(app) || !app->client)
		return;
	reply_wait_sentence(&reply, client_set_language(app->client, language, reply_keep, &reply),
		_("Changing the language"));
	if (reply.outcome == CLIENT_OK)
		language_choose(language);
	else
		dialogs_message(_("Not changed"), reply.text);
}

/* -- the page */

/* Go on, or give up what an earlier run has set. */
static enum answer leave(struct wizard *wizard, enum answer answer)
{
	if (answer == ANSWER_BACK || answer == ANSWER_WOKEN)
		return answer;
	/* Not before somebody is there: the page comes by itself. */
	if (!edit_lock_take(wizard->app))
		return ANSWER_WOKEN;
	if (answer == ANSWER_NEXT)
		return answer;
	if (page_emergency_run(wizard->app))
		drafts_done(&wizard->net);
	return ANSWER_WOKEN;
}

/* What has become of the answers that the machine was given for its first boot. */
static void write_given(const struct given *given, safe_char *buf, size_t size)
{
	*buf = '\0';
	if (given->ran && !given->taken)
		(void)safe_format(buf, size, _("\n\nWhat was given by %s could not be used:\n\n%s"),
			safe_text(given->source, 80).text, safe_lines(given->reason).text);
	else if (given->ran)
		(void)safe_format(buf, size,
			_("\n\nWhat was given by %s is in force; only the rest is asked for."),
			safe_text(given->source, 80).text);
}

/* The list of what will be asked for. */
struct purposes {
	safe_char text[PURPOSES_MAX];
	size_t used;
};

static void add_purpose(const safe_char *purpose, void *userdata)
{
	struct purposes *list = userdata;

	if (list->used < sizeof(list->text))
		list->used += (size_t)safe_format(list->text + list->used,
			sizeof(list->text) - list->used, "  - %s\n", purpose);
}

/* What is coming, and that nothing happens yet. */
static enum answer run(struct wizard *wizard)
{
	struct languages languages;
	struct form_field field;
	safe_char text[PURPOSES_MAX + 3072], given[2048];
	struct purposes purposes = { 0 };
	enum answer answer;
	struct form form = {
		.title = wizard->title,
		.text = text,
		.buttons = { _("Next"), _("Later"),
			network_is_set(wizard->app) ? _("Emergency") : NULL },
	};

	if (fill_languages(&languages, &field)) {
		form.fields = &field;
		form.n_fields = form.focus = 1;
	}
	write_given(&wizard->app->given, given, sizeof(given));
	wizard_tell_purposes(wizard, add_purpose, &purposes);
	(void)safe_format(text, sizeof(text),
		_("Welcome to %s.\n\n"
		  "A few questions make it ready for use:\n"
		  "%s\n"
		  "Nothing changes until you have seen a summary and agreed to it.\n\n%s%s"),
		safe_text(wizard->app->conf.product_name, 60).text, purposes.text,
		screen_is_plain()
			? _("A number and Enter choose, Enter alone goes on, b and Enter go back.")
			: _("Enter goes on, Esc goes back one screen, Tab moves."),
		given);
	answer = form_run(&form);
	if (answer == ANSWER_NEXT && field.chosen != languages.now) {
		change_language(wizard->app, languages.entries[field.chosen].language);
		return ANSWER_WOKEN;
	}
	return leave(wizard, answer);
}

const struct page page_welcome = {
	.name = "welcome",
	.title = N_("Welcome"),
	.first_boot_only = true,
	.run = run,
};
