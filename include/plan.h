/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What answers would change on this machine: the settings wanted beside those in force. */

#include <json-c/json.h>
#include <limits.h>

#include "answers.h"
#include "app.h"
#include "net_drafts.h"
#include "outcome.h"
#include "owner.h"
#include "reply.h"
#include "review.h"
#include "secret.h"
#include "step_def.h"

/* A vendor's step that is answered. */
struct plan_step {
	const struct step_def *def;
	bool due;      /* it was not done with these answers, or is given a secret */
	bool done;     /* it was done now */
	char *values;  /* JSON (step_values.h); owned */
	char *secrets; /* likewise; "": none. Cleared */
};

/* The vendor's part: its licence text and its steps. */
struct plan_setup {
	struct step_defs defs;		   /* that there are */
	struct reply_setup kept;	   /* what was done before, as far as that matters */
	char eula[PATH_MAX];		   /* the text that is to be accepted; "": none */
	struct plan_step steps[STEPS_MAX]; /* in their order */
	size_t n_steps;
};

struct plan {
	struct app *app;	       /* borrowed; settled (app_is_answered()) */
	const struct answers *answers; /* borrowed */
	struct net_drafts drafts;      /* of the links that answers name */
	bool network;		       /* they differ from what is in force */
	enum owner_manager manager;    /* who would be asked to set them up */
	char cut[IFNAMSIZ]; /* the change takes away what this session of ssh goes through: the
			       address on this link, or the way to it; "": it does not */
	struct {
		char hostname[HOST_NAME_SIZE], timezone[ANSWERS_TIMEZONE_MAX],
			keymap[ANSWERS_KEYMAP_MAX];
	} now, wanted;
	bool new_keys[ANSWERS_KEYS_MAX]; /* root cannot log in with this one yet, or nobody knows */
	struct secret hash;		 /* root's password; length 0: none is given */
	struct plan_setup setup;
	struct review_row rows[REVIEW_ROWS_MAX]; /* what would change, for people */
	size_t n_rows;
};

/* Fit answers, which have no problems, to the machine: each Link= is found, hashes are read from
 * where they are, settings that firstbootd would refuse are problems. 0; -ENOTCONN: firstbootd does
 * not answer root; -ENOMEM. */
int plan_make(const struct answers *answers, struct app *app, struct plan *ret,
	struct answers_problems *problems);

/* Is there nothing to do, as far as that can be known without trying? Root's hash is not known to
 * anybody but firstboot-password, which says "unchanged" when it is asked to set the same. */
bool plan_is_empty(const struct plan *plan);

/* The parts of a plan, in the order in which they are done. */
#define PLAN_HOSTNAME "hostname"
#define PLAN_TIMEZONE "timezone"
#define PLAN_KEYMAP   "keymap"
#define PLAN_EULA     "eula"
#define PLAN_STEP     "step"
#define PLAN_KEYS     "keys"
#define PLAN_PASSWORD "password"
#define PLAN_NETWORK  "network"
#define PLAN_CLAIM    "claim"

/* Is root's login given, so that the machine has an owner afterwards? */
bool plan_gives_login(const struct plan *plan);

/* What keeps the setup from its end, whatever is done of the plan: nobody has accepted the licence;
 * a step that the customer may not leave out (NULL: none). */
bool plan_lacks_eula(const struct plan *plan);
const struct step_def *plan_find_missing(const struct plan *plan);

/* Does the setup end with the plan? */
bool plan_ends_setup(const struct plan *plan);

/* Every file with its difference and every call, for --check: as objects, and those on standard
 * output. -ENOMEM, -EINVAL. */
int plan_to_json(const struct plan *plan, json_object **ret);
void plan_print(const json_object *changes);

/* What is not an error, but should be known before. */
void plan_warn(const struct plan *plan, struct outcome *outcome);

void plan_done(struct plan *plan);
