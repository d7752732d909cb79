/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The keyboard layout of the console, with a line to try it in: before a password is typed blindly.
 */

#include <errno.h>

#include "actions.h"
#include "dialogs.h"
#include "i18n.h"
#include "keymap.h"
#include "pick.h"
#include "reply.h"
#include "review_table.h"
#include "screen.h"
#include "settings_pages.h"
#include "util.h"

#define TITLE _(" Keyboard ")

/* A layout with a variant, or another name of one that is listed. */
static bool is_installed(const char *name)
{
	return keymap_is_installed("", name);
}

/* Ask which layout it shall be. */
static enum answer ask(const struct names_list *keymaps, char value[static KEYMAP_NAME_SIZE])
{
	struct pick pick = {
		.title = TITLE,
		.text = _("Which keyboard is at the console of this appliance?"),
		.label = _("Layout"),
		.hint = _("Its short name, mostly that of the country, such as us, de or fr. The "
			  "next screen has a line to try it in."),
		.unknown = _("This machine has no layout with that in its name. Names are short, "
			     "such as us, de or fr."),
		.names = keymaps,
		.is_other = is_installed,
	};
	enum answer answer;

	(void)snprintf(pick.value, sizeof(pick.value), "%s", value);
	answer = pick_run(&pick);
	(void)snprintf(value, KEYMAP_NAME_SIZE, "%s", pick.value);
	return answer;
}

/* Show old and new. */
static bool review(const char *now, const char *wanted)
{
	struct review_row row;

	return review_value(safe_bytes(_("Keyboard layout")), *now ? now : safe_bytes(_("none")),
		       wanted, &row, 1) > 0 &&
	       review_table_ask(_(" Review "), &row, 1,
		       _("A password that was chosen with the old layout may need other keys "
			 "then.")) == ANSWER_NEXT;
}

/* Have firstbootd set it. False: it is not, which was said. */
static bool apply(struct app *app, const char *keymap, struct reply *reply)
{
	do {
		*reply = (struct reply){ 0 };
		reply_wait_sentence(reply,
			app->client ? client_set_keymap(app->client, keymap, reply_keep, reply)
				    : -ENOTCONN,
			_("Setting the keyboard layout"));
	} while (reply->outcome == CLIENT_NOT_PERMITTED && actions_permit(app));
	screen_flush_input();
	if (reply->outcome == CLIENT_OK)
		return true;
	dialogs_message(TITLE, reply->text);
	return false;
}

/* A line to try it in. ANSWER_BACK: it is not the right one. */
static enum answer try(const char *keymap)
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
		answer = dialogs_form(TITLE, text, &field, 1, NULL, &focus);
	while (answer == ANSWER_WOKEN);
	return answer;
}

/* Where the console does not have it at once, there is nothing to try. */
static bool is_tried(const char *keymap, const safe_char *note)
{
	if (!*note)
		return try(keymap) == ANSWER_NEXT;
	dialogs_message(TITLE, note);
	return true;
}

void page_keyboard_run(struct app *app)
{
	_cleanup_(names_done) struct names_list keymaps = { 0 };
	char now[KEYMAP_NAME_SIZE], wanted[KEYMAP_NAME_SIZE];
	struct reply reply;

	if (keymap_list("", &keymaps) < 0) {
		dialogs_message(TITLE,
			_("This machine has no keyboard layouts to choose from: its image lacks "
			  "the keymaps of \"kbd\", or Debian's packages "
			  "\"keyboard-configuration\" and \"console-setup\"."));
		return;
	}
	keymap_read("", wanted);
	while (!screen_ended() && ask(&keymaps, wanted) == ANSWER_NEXT) {
		reply = (struct reply){ 0 };
		keymap_read("", now);
		if (!keymap_is_set("", wanted) &&
			(!review(now, wanted) || !apply(app, wanted, &reply)))
			continue;
		if (is_tried(wanted, reply.text))
			return;
	}
}
