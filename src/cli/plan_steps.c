/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The vendor's steps that answers are given to. */

#include "i18n.h"
#include "plan_parts.h"

void plan_fit_steps(struct plan_fit *fit)
{
	const struct answers *answers = fit->plan->answers;

	for (size_t i = 0; i < answers->n_steps; i++)
		plan_complain(fit, answers->steps[i]->place,
			_("There is no step %s on this appliance."), answers->steps[i]->name);
}
