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

enum answer password_key_ask(struct wizard *wizard)
{
	const bool optional = !wizard->first_boot || wizard->password_set;
	struct form_field field = { .label = _("Public key") };
	safe_char rules[480];
	char key[LOGIN_KEY_MAX];
	struct safe_lines refused;
	struct problem problem;
	struct form form = {
		.title = wizard->title,
		.text = rules,
		.fields = &field,
		.n_fields = 1,
		.buttons = { _("Next"), _("Back") },
	};
	enum answer answer;

	write_rules(wizard, rules, sizeof(rules));
	line_init(&field.line, wizard->key, sizeof(wizard->key));
	for (;;) {
		form.focus = 0;
		answer = form_run(&form);
		if (answer == ANSWER_BACK)
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
