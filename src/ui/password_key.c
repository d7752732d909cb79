/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "form.h"
#include "i18n.h"
#include "login_key.h"
#include "password_modes.h"
#include "util.h"

/* What is asked for, before the first key. */
static void write_rules(const struct wizard *wizard, safe_char *buf, size_t size)
{
	const safe_char *keep = OURS("");

	if (!wizard->first_boot || wizard->password_set)
		keep = _(" Leave the field empty to add none to those that there are.");
	(void)safe_format(buf, size,
		_("Root has no password here, but logs in over ssh with a key. Paste your public "
		  "key: the one line in your file .ssh/id_ed25519.pub or of such a name.%s"),
		keep);
}

/* Ask for a key until there is one that would be taken, or none where that may be. */
static enum answer ask(struct wizard *wizard, const safe_char *rules, bool optional, bool skippable)
{
	struct form_field field = { .label = _("Public key") };
	char key[LOGIN_KEY_MAX];
	struct safe_lines refused;
	struct problem problem;
	struct form form = {
		.title = wizard->title,
		.text = rules,
		.fields = &field,
		.n_fields = 1,
		.buttons = { _("Next"), _("Back"), skippable ? _("Skip") : NULL },
	};
	enum answer answer;

	line_init(&field.line, wizard->key, sizeof(wizard->key));
	for (;;) {
		form.focus = 0;
		answer = form_run(&form);
		if (answer == ANSWER_BACK || answer == ANSWER_EXTRA)
			return answer;
		if (answer != ANSWER_NEXT)
			continue;
		if (!*wizard->key && optional)
			return answer;
		if (login_key_check(wizard->key, key, &problem))
			break;
		refused = safe_lines(problem.text);
		field.problem = refused.text;
	}
	(void)snprintf(wizard->key, sizeof(wizard->key), "%s", key);
	return answer;
}

enum answer password_key_ask(struct wizard *wizard)
{
	safe_char rules[480];

	write_rules(wizard, rules, sizeof(rules));
	return ask(wizard, rules, !wizard->first_boot || wizard->password_set, false);
}

/* Where a password is asked for, a key may come besides. */
static bool is_due(const struct wizard *wizard)
{
	return wizard->app->conf.password_mode != PASSWORD_KEY || !wizard->first_boot;
}

/* A key beside the password. */
static enum answer run(struct wizard *wizard)
{
	enum answer answer = ask(wizard,
		_("Root can log in over ssh with a key, too. Paste your public key: the one line "
		  "in your file .ssh/id_ed25519.pub or of such a name. Leave the field empty to "
		  "add none."),
		true, wizard->place->skippable);

	if (answer == ANSWER_EXTRA)
		*wizard->key = '\0';
	return answer;
}

const struct page page_ssh_keys = {
	.name = "ssh-keys",
	.title = N_("SSH key"),
	.purpose = N_("an SSH key for \"root\", if you have one"),
	.is_due = is_due,
	.run = run,
};
