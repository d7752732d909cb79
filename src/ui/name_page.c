/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "name_page.h"

#include <errno.h>

#include "actions.h"
#include "dialogs.h"
#include "i18n.h"
#include "review_table.h"
#include "screen.h"
#include "util.h"

#define TEXT_MAX 480

enum answer name_page_ask(const struct name_page *page, const safe_char *title,
	const struct names_list *names, bool optional, char value[static PICK_NAME_SIZE])
{
	safe_char text[TEXT_MAX];
	struct pick pick = {
		.title = title,
		.text = text,
		.label = translate(page->label),
		.hint = translate(page->hint),
		.unknown = translate(page->unknown),
		.names = names,
		.is_other = page->is_installed,
		.optional = optional,
	};
	enum answer answer;

	(void)safe_format(text, sizeof(text), "%s%s%s%s", translate(page->text),
		optional ? _(" Leave the field empty to keep what there is.") : OURS(""),
		page->describe ? OURS("\n\n") : OURS(""),
		page->describe ? page->describe() : OURS(""));
	(void)snprintf(pick.value, sizeof(pick.value), "%s", value);
	answer = pick_run(&pick);
	(void)snprintf(value, PICK_NAME_SIZE, "%s", pick.value);
	return answer;
}

bool name_page_apply(const struct name_page *page, struct app *app, const safe_char *title,
	const char *name, struct reply *reply)
{
	do {
		*reply = (struct reply){ 0 };
		reply_wait_sentence(reply,
			app->client ? page->set(app->client, name, reply_keep, reply) : -ENOTCONN,
			translate(page->working));
	} while (reply->outcome == CLIENT_NOT_PERMITTED && actions_permit(app));
	screen_flush_input();
	if (reply->outcome == CLIENT_OK)
		return true;
	dialogs_message(title, reply->text);
	return false;
}

/* Show old and new. False: the customer goes back. */
static bool review(const struct name_page *page, const char *name)
{
	char now[PICK_NAME_SIZE];
	struct review_row row;

	page->read("", now);
	return review_value(safe_bytes(translate(page->subject)),
		       *now ? now : safe_bytes(_("none")), name, &row, 1) > 0 &&
	       review_table_ask(_(" Review "), &row, 1,
		       page->after ? translate(page->after) : NULL) == ANSWER_NEXT;
}

/* Make what was chosen so. False: another one shall be chosen. */
static bool settle(
	const struct name_page *page, struct app *app, const safe_char *title, const char *name)
{
	struct reply reply = { 0 };
	bool changed = !page->is_set("", name);

	if (changed && (!review(page, name) || !name_page_apply(page, app, title, name, &reply)))
		return false;
	return page->done(app, title, name, reply.text, changed);
}

void name_page_run(const struct name_page *page, struct app *app)
{
	_cleanup_(names_done) struct names_list names = { 0 };
	char wanted[PICK_NAME_SIZE];
	safe_char title[SAFE_TEXT_MAX];

	(void)safe_format(title, sizeof(title), " %s ", translate(page->title));
	if (page->list("", &names) < 0) {
		dialogs_message(title, translate(page->missing));
		return;
	}
	page->read("", wanted);
	while (!screen_ended() && name_page_ask(page, title, &names, false, wanted) == ANSWER_NEXT)
		if (settle(page, app, title, wanted))
			return;
}
