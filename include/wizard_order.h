/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which steps the wizard asks for, in which order: [Wizard] of firstboot.conf, and the vendor's
 * steps. What follows the review is always the same and no matter of it. */

#include "conf.h"
#include "step_def.h"

#define WIZARD_BUILTIN_MAX 16
#define WIZARD_PLACES_MAX  (STEPS_MAX + WIZARD_BUILTIN_MAX)

/* The steps that are not a vendor's, in the order that they have where nobody says one; a NULL
 * stands at the end. */
extern const char *const wizard_builtin[];

struct wizard_place {
	const char *name;	     /* borrowed */
	const struct step_def *step; /* a vendor's; NULL: one of ours. Borrowed */
	bool skippable;
};

struct wizard_order {
	struct wizard_place all[WIZARD_PLACES_MAX];
	size_t n;
};

/* Those of Steps=, then the vendor's that it does not name, in the order of their files. Where it
 * leaves out what the setup cannot end without, that has a place all the same: the licence text
 * where there is one, and root's login where login says that there is none yet. A name that no step
 * has, or twice the same, and what cannot be skipped, is complained of (complain may be NULL) and
 * passed over. ret borrows from defs. */
void wizard_order_make(const struct conf *conf, const struct step_defs *defs, bool login,
	conf_complain_fn complain, void *userdata, struct wizard_order *ret);

/* Complain of all that is wrong with the steps below root: their files, their programs, [Wizard]
 * and its licence text. -ENOMEM is the only error. */
int wizard_order_check(
	const char *root, const struct conf *conf, conf_complain_fn complain, void *userdata);

/* May the customer leave out this vendor's step? */
bool wizard_may_skip(const struct conf *conf, const struct step_def *step);
