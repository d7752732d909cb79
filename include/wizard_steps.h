/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The vendor's part of a run of the wizard: the steps, what is answered to them, and whether the
 * licence text is agreed to. */

#include "app.h"
#include "progress.h"
#include "reply.h"
#include "review.h"
#include "secret.h"
#include "step_def.h"
#include "step_values.h"
#include "wizard_order.h"

#define WIZARD_MESSAGES_MAX 2048

struct wizard_step {
	const struct step_def *def; /* borrowed from defs */
	struct step_values typed;   /* as its page was left, good or not */
	struct step_values wanted;  /* as the definition keeps them; a mark in place of a secret */
	struct secret secrets[STEP_FIELDS_MAX]; /* those of wanted */
	struct step_values kept;		/* with which it was done, without secrets */
	bool done;				/* it was done at some time, */
	bool changed;  /* when the vendor's program or file was another one */
	bool answered; /* wanted holds what was asked for in this run */
};

struct wizard_steps {
	struct step_defs defs;
	struct wizard_step all[STEPS_MAX];
	struct wizard_order order;
	bool eula_accepted;			 /* in force */
	bool eula_agreed;			 /* asked for */
	char eula_file[4096];			 /* PATH_MAX */
	safe_char messages[WIZARD_MESSAGES_MAX]; /* that programs have left at their ends */
};

/* The steps that this machine has, in the language of the screens. -ENOMEM. */
int wizard_steps_new(const struct app *app, struct wizard_steps **ret);
struct wizard_steps *wizard_steps_free(struct wizard_steps *steps);

/* Take over what was answered to the same steps in another language; from is empty afterwards. */
void wizard_steps_take(struct wizard_steps *steps, struct wizard_steps *from);

/* Ask firstbootd what of it was done. A machine without any of it is not asked. */
void wizard_steps_ask(struct wizard_steps *steps, struct app *app);

/* No secret stays behind. */
void wizard_steps_clear(struct wizard_steps *steps);

/* That of a definition. */
struct wizard_step *wizard_steps_of(struct wizard_steps *steps, const struct step_def *def);

/* Was it answered, otherwise than it was done already? */
bool wizard_step_is_due(const struct wizard_step *step);

/* What is wanted, with the secrets themselves. Borrowed from the step. */
struct step_values wizard_step_values(const struct wizard_step *step);

/* Forget the secrets. */
void wizard_step_clear(struct wizard_step *step);

/* Leave it as it is. */
void wizard_step_skip(struct wizard_step *step);

/* What would change, as rows; returns how many. */
size_t wizard_steps_rows(const struct wizard_steps *steps, struct review_row *rows, size_t max);

/* Is any of the steps due? */
bool wizard_steps_are_due(const struct wizard_steps *steps);

/* Have a step done, at this line of progress. False: it is not, and reply->text says why. */
bool wizard_step_apply(struct wizard_steps *steps, struct wizard_step *step, struct client *client,
	struct progress *progress, size_t line, struct reply *reply);

/* How a value is shown and typed: a size in the largest unit that is even. */
struct safe_str wizard_step_show(const struct step_field *field, const char *value);
