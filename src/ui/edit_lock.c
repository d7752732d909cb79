/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "edit_lock.h"

#include <errno.h>

#include "dialogs.h"
#include "form.h"
#include "i18n.h"
#include "local_time.h"
#include "reply.h"
#include "screen.h"
#include "util.h"

/* Ask firstbootd for it. */
static void ask(struct app *app, struct reply *reply)
{
	*reply = (struct reply){ 0 };
	reply_wait_sentence(reply,
		app->client ? client_begin_edit(app->client, reply_keep, reply) : -ENOTCONN,
		_("Asking the settings service"));
}

/* Somebody has begun or ended to change settings. */
static void handle_edit(const char *editor, void *userdata)
{
	bool *changed = userdata;

	*changed = true;
	screen_wake();
}

/* Who is at it, and since when. */
static void write_editor(const struct reply *reply, safe_char *buf, size_t size)
{
	safe_char since[LOCAL_TIME_MAX];

	(void)safe_format(buf, size,
		_("%s has been changing settings since %s.\n\nOnly one can do so at a time. This "
		  "goes on by itself as soon as they have finished."),
		*reply->editor ? reply->editor : _("Somebody else"),
		local_time_format(reply->editing_since, LOCAL_TIME_NEAR, since));
}

/* Show who has it until that changes. ANSWER_BACK: the customer leaves. */
static enum answer show_editor(const struct reply *reply, const bool *changed)
{
	safe_char text[512];
	struct form form = {
		.title = _(" Settings "),
		.text = text,
		.buttons = { _("Wait"), _("Leave") },
	};
	enum answer answer;

	write_editor(reply, text, sizeof(text));
	screen_flush_input();
	do
		answer = form_run(&form);
	while (answer == ANSWER_WOKEN && !*changed);
	return answer;
}

/* Ask and wait in turn. */
static bool take(struct app *app, bool *changed)
{
	struct reply reply;

	for (;;) {
		*changed = false;
		ask(app, &reply);
		if (reply.outcome != CLIENT_OK) {
			screen_flush_input();
			dialogs_message(_(" Settings "), reply.text);
			return false;
		}
		if (reply.granted)
			return true;
		if (show_editor(&reply, changed) == ANSWER_BACK)
			return false;
	}
}

bool edit_lock_take(struct app *app)
{
	bool changed = false, taken;

	if (app->client)
		(void)client_on_edit(app->client, handle_edit, &changed);
	taken = take(app, &changed);
	if (app->client)
		(void)client_on_edit(app->client, NULL, NULL);
	return taken;
}

/* Nobody waits for this answer. */
static void handle_dropped(const struct client_result *result, void *userdata)
{
}

void edit_lock_drop(struct app *app)
{
	if (app->client)
		(void)client_end_edit(app->client, handle_dropped, NULL);
}
