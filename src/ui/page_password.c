/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>

#include "i18n.h"
#include "password_field.h"
#include "password_modes.h"
#include "reply.h"
#include "screen.h"
#include "util.h"
#include "wizard.h"

/* May the password stay what it is? */
static bool may_be_empty(const struct wizard *wizard)
{
	return !wizard->first_boot || wizard->password_set || wizard->password.length > 0 ||
	       given_has_page(&wizard->app->given, page_password.name);
}

/* The rules, before the first key. */
static void write_rules(const struct wizard *wizard, safe_char *buf, size_t size)
{
	const safe_char *keep = OURS("");
	unsigned classes = wizard->app->conf.password_min_classes;
	safe_char kinds[120] = "";

	if (classes > 1)
		(void)safe_format(kinds, sizeof(kinds),
			_(" of %u kinds (small letters, capitals, digits, others)"), classes);
	if (wizard->password.length > 0)
		keep = _(" You have typed one already: leave both fields empty to keep it.");
	else if (may_be_empty(wizard))
		keep = _(" Leave both fields empty to keep the password that it has.");
	(void)safe_format(buf, size,
		_("Choose the password for \"root\": at least %u characters%s; a sentence is fine. "
		  "You will need it to log in and to change settings here.%s"),
		wizard->app->conf.password_min_length, kinds, keep);
}

/* The rules take it, but there is something to be known of it. False: the customer would rather
 * have another one. */
static bool accept_remark(
	const struct wizard *wizard, const safe_char *remark, safe_char *problem, size_t size)
{
	if (!*remark)
		return true;
	(void)safe_format(problem, size, "%s", remark);
	return dialogs_confirm(wizard->title, remark, _("Take it"), _("Another one"), true) ==
	       ANSWER_NEXT;
}

/* Would firstbootd take it? False: problem says why not. */
static bool check(struct wizard *wizard, const struct secret *typed, const struct secret *again,
	safe_char *problem, size_t size)
{
	struct client *client = wizard->app->client;
	struct reply reply = { 0 };
	const safe_char *text = reply.text;
	int r = -ENOTCONN;

	if (typed->length != again->length ||
		memcmp(typed->bytes, again->bytes, typed->length) != 0) {
		text = _("The two are not the same. Type both again.");
	} else if (typed->length == 0) {
		text = _("Type a password, twice.");
	} else {
		if (client)
			r = client_check_password(client, typed, reply_keep, &reply);
		reply_wait_sentence(&reply, r, _("Checking the password"));
		/* What was typed meanwhile is not for the fields that are empty now. */
		screen_flush_input();
		if (reply.outcome == CLIENT_OK)
			return accept_remark(wizard, text, problem, size);
	}
	(void)safe_format(problem, size, "%s", text);
	return false;
}

/* Ask until there is a password that would be taken. */
static enum answer ask(struct wizard *wizard, struct secret *typed, struct secret *again)
{
	safe_char rules[640], problem[512] = "";

	write_rules(wizard, rules, sizeof(rules));
	for (;;) {
		enum answer answer =
			password_ask(wizard->title, rules, *problem ? problem : NULL, typed, again);

		if (answer != ANSWER_NEXT)
			return answer;
		if (typed->length == 0 && again->length == 0 && may_be_empty(wizard))
			return answer;
		if (check(wizard, typed, again, problem, sizeof(problem))) {
			memcpy(wizard->password.bytes, typed->bytes, typed->length + 1);
			wizard->password.length = typed->length;
			return answer;
		}
		secret_clear(typed);
		secret_clear(again);
	}
}

/* Two fields for one that the customer chooses. */
static enum answer ask_typed(struct wizard *wizard)
{
	struct secret typed = { 0 }, again = { 0 };
	enum answer answer = ANSWER_BACK;

	if (secret_init(&typed) < 0 || secret_init(&again) < 0)
		dialogs_message(wizard->title,
			_("There is no memory that can be kept safe for a password. Give the "
			  "machine more memory and start it again."));
	else
		answer = ask(wizard, &typed, &again);
	secret_done(&typed);
	secret_done(&again);
	return answer;
}

/* Root's password, or what stands in for it. */
static enum answer run(struct wizard *wizard)
{
	switch (wizard->app->conf.password_mode) {
	case PASSWORD_KEY:
		return password_key_ask(wizard);
	case PASSWORD_RANDOM:
		if (wizard->first_boot && !wizard->password_set)
			return password_random_announce(wizard);
		break;
	case PASSWORD_ASK:
		break;
	}
	return ask_typed(wizard);
}

const struct page page_password = {
	.name = "password",
	.title = N_("Password"),
	.run = run,
};
