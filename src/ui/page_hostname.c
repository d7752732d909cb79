/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "i18n.h"
#include "util.h"
#include "validate.h"
#include "wizard.h"

/* The name of the machine. */
static enum answer run(struct wizard *wizard)
{
	struct field field = {
		.label = _("Hostname"),
		.hint = _("Letters, digits and dashes, such as appliance01 or "
			  "appliance01.example.com."),
	};
	struct safe_lines refused;
	struct problem problem;
	size_t focus = 0;
	enum answer answer;

	memcpy(field.value, wizard->hostname, sizeof(field.value));
	for (;;) {
		answer = dialogs_form(wizard->title,
			_("What is this appliance called? Its name is shown on this screen and in "
			  "the network."),
			&field, 1, wizard->place->skippable ? _("Skip") : NULL, &focus);
		memcpy(wizard->hostname, field.value, sizeof(wizard->hostname));
		if (answer == ANSWER_BACK)
			return answer;
		if (answer == ANSWER_EXTRA) {
			memcpy(wizard->wanted.hostname, wizard->now.hostname,
				sizeof(wizard->wanted.hostname));
			return answer;
		}
		if (answer != ANSWER_NEXT)
			continue;
		if (validate_hostname(field.value, wizard->wanted.hostname, &problem))
			return answer;
		refused = safe_lines(problem.text);
		field.problem = refused.text;
		focus = 0;
	}
}

const struct page page_hostname = {
	.name = "hostname",
	.title = N_("Hostname"),
	.purpose = N_("its name"),
	.run = run,
};
