/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The keyboard layout of the console, with a line to try it in: before a password is typed blindly.
 */

#include "dialogs.h"
#include "i18n.h"
#include "keymap.h"
#include "name_page.h"
#include "screen.h"
#include "settings_pages.h"
#include "util.h"
#include "wizard.h"

/* A layout with a variant, or another name of one that is listed. */
static bool is_installed(const char *name)
{
	return keymap_is_installed("", name);
}

/* A line to try it in. ANSWER_BACK: it is not the right one. */
static enum answer ask(const safe_char *title, const char *keymap)
{
	struct field field = {
		.label = _("Try it"),
		.hint = _("Letters, digits and signs such as @ / - are shown here, and go "
			  "nowhere."),
	};
	safe_char text[400];
	size_t focus = 0;
	enum answer answer;

	(void)safe_format(text, sizeof(text),
		_("The layout is %s. \"Next\" keeps it, \"Back\" chooses another one. Over ssh and "
		  "on a serial line your own keyboard's holds."),
		safe_text(keymap, 0).text);
	do
		answer = dialogs_form(title, text, &field, 1, NULL, &focus);
	while (answer == ANSWER_WOKEN);
	return answer;
}

/* What is kept of a page when a layout was good: its name alone. */
static const struct name_page keeping = {
	.working = N_("Setting the keyboard layout"),
	.set = client_set_keymap,
};

/* What leads back from one that was not. */
static const struct name_page giving_up = {
	.working = N_("Setting the keyboard layout"),
	.set = client_try_keymap,
};

/* Where the console does not have it at once, there is nothing to try. The one before is back
 * before another one is chosen. */
static bool is_tried(struct app *app, const safe_char *title, const char *keymap,
	const safe_char *note, bool changed)
{
	struct reply reply;
	bool good = true;

	if (*note)
		dialogs_message(title, note);
	else
		good = ask(title, keymap) == ANSWER_NEXT;
	if (!changed)
		return good;
	if (good)
		return name_page_apply(&keeping, app, title, keymap, &reply);
	(void)name_page_apply(&giving_up, app, title, "", &reply);
	return false;
}

static const struct name_page keyboard_page = {
	.title = N_("Keyboard"),
	.subject = N_("Keyboard layout"),
	.text = N_("Which keyboard is at the console of this appliance?"),
	.label = N_("Layout"),
	.hint = N_("Its short name, mostly that of the country, such as us, de or fr. The "
		   "next screen has a line to try it in."),
	.unknown = N_("This machine has no layout with that in its name. Names are short, "
		      "such as us, de or fr."),
	.missing = N_("This machine has no keyboard layouts to choose from: its image lacks "
		      "the keymaps of \"kbd\", or Debian's packages "
		      "\"keyboard-configuration\" and \"console-setup\"."),
	.working = N_("Setting the keyboard layout"),
	.after = N_("A password that was chosen with the old layout may need other keys then."),
	.list = keymap_list,
	.read = keymap_read,
	.is_installed = is_installed,
	.is_set = keymap_is_set,
	.set = client_try_keymap,
	.done = is_tried,
};

void page_keyboard_run(struct app *app)
{
	name_page_run(&keyboard_page, app);
}

/* Are there layouts to choose from? */
static bool is_due(const struct wizard *wizard)
{
	_cleanup_(names_done) struct names_list keymaps = { 0 };

	return keymap_list("", &keymaps) >= 0;
}

/* Have it in force at once, and tried. */
static bool settle(struct wizard *wizard, const char *keymap)
{
	struct reply reply = { 0 };
	bool changed = !keymap_is_set("", keymap);

	if (changed && !name_page_apply(&keyboard_page, wizard->app, wizard->title, keymap, &reply))
		return false;
	return is_tried(wizard->app, wizard->title, keymap, reply.text, changed);
}

/* In the wizard: the one page that does something before the review, because a password that is
 * typed blindly with another layout is lost. */
static enum answer run(struct wizard *wizard)
{
	_cleanup_(names_done) struct names_list keymaps = { 0 };
	char wanted[KEYMAP_NAME_SIZE];

	if (keymap_list("", &keymaps) < 0)
		return ANSWER_NEXT;
	keymap_read("", wanted);
	while (!screen_ended()) {
		enum answer answer = name_page_ask(
			&keyboard_page, wizard->title, &keymaps, wizard->place->skippable, wanted);

		if (answer != ANSWER_NEXT)
			return answer;
		if (settle(wizard, wanted))
			return ANSWER_NEXT;
	}
	return ANSWER_BACK;
}

const struct page page_keyboard = {
	.name = "keyboard",
	.title = N_("Keyboard"),
	.purpose = N_("the keyboard at its console"),
	.is_due = is_due,
	.run = run,
};
