/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A vendor's steps of the wizard (firstboot.steps(5)): files "NN-NAME.step" in steps.d below the
 * vendor directory and below /etc/firstboot, by the rules of dropins.h. Reading one looks at
 * nothing but its text. Texts are in the language asked for, where the file has them so
 * ("Title[de]="), else as they stand without one.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "problem.h"

#define STEPS_MAX	  32
#define STEP_NAME_SIZE	  32 /* of a step and of a field: [a-z0-9-] and [A-Za-z0-9] */
#define STEP_FIELDS_MAX	  24
#define STEP_CHOICES_MAX  64
#define STEP_VALUE_SIZE	  1024
#define STEP_SECONDS	  60 /* how long its program may run, where the file does not say */
#define STEP_SECONDS_MAX  3600
#define STEP_NO_CONDITION SIZE_MAX

enum step_field_kind {
	STEP_TEXT,     /* min, max: characters */
	STEP_NUMBER,   /* min, max: what it may be; whole, may be negative */
	STEP_CHOICE,   /* one of choices */
	STEP_SWITCH,   /* yes or no, in systemd's words; kept as "yes" or "no" */
	STEP_SECRET,   /* not shown, not kept; min, max: characters */
	STEP_ADDRESS,  /* of IPv4 or IPv6, without a prefix */
	STEP_HOSTNAME, /* a name or an address of a host, by the rules of validate_hostname() */
	STEP_URL,      /* http:// or https:// */
	STEP_SIZE,     /* bytes, with K M G T (1024); min, max: bytes; kept as bytes */
	N_STEP_FIELD_KINDS,
};

struct step_choice {
	char *value, *label; /* owned */
};

struct step_field {
	char name[STEP_NAME_SIZE];
	enum step_field_kind kind;
	char *label, *help, *normal; /* owned; help and normal (the default) may be "" */
	struct step_choice *choices; /* owned */
	size_t n_choices;
	int64_t min, max; /* INT64_MIN, INT64_MAX: no limit */
	bool required;	  /* "" is refused while it is visible */
	size_t condition; /* the field that decides whether this one is asked, an earlier one; or
			     STEP_NO_CONDITION */
	char *condition_value; /* which it has to have; owned */
};

struct step_def {
	char name[STEP_NAME_SIZE];
	char *path;		   /* of its file, without root; owned */
	char *title, *text;	   /* owned; text may be "", and may have lines */
	struct step_field *fields; /* owned */
	size_t n_fields;
	char *apply;	  /* path of its program; owned; "": values are kept, and nothing is run */
	unsigned seconds; /* that it may run */
	bool skippable;	  /* the customer may leave it out */
};

struct step_defs {
	struct step_def *all; /* owned; in the order of the names of their files */
	size_t n;
};

/* Told of every line that is wrong: file, line (0: the whole file), what. */
typedef void (*step_complain_fn)(const char *file, int line, const char *what, void *userdata);

/* The steps below root ("" for the machine itself). A file with anything wrong in it is complained
 * of, all of it, and left out: half a step would do half its work. So is one that others than the
 * owner of the tree may write. That its program is there, root's own and can be run is
 * step_def_check_program()'s. complain may be NULL. -ENOMEM, and -EMFILE and -ENFILE where no
 * descriptor is left to look with, are the only errors. */
int step_defs_load(const char *root, const char *language, step_complain_fn complain,
	void *userdata, struct step_defs *ret);

/* Likewise one file, wherever it is and whoever may write it: on the machine where a package is
 * built. *ret has no path where anything is wrong. */
int step_def_load(
	const char *path, step_complain_fn complain, void *userdata, struct step_def *ret);

/* The step of this name; NULL: there is none. */
const struct step_def *step_defs_find(const struct step_defs *defs, const char *name);

/* Its field; STEP_FIELDS_MAX: there is none. */
size_t step_field_find(const struct step_def *def, const char *name);

/* Is the program below root a file of root's in steps.d of the vendor directory, which nobody else
 * may write, nor any folder above it? A sentence says why not. */
bool step_def_check_program(const char *root, const struct step_def *def, struct problem *problem);

void step_def_done(struct step_def *def);
void step_defs_done(struct step_defs *defs);
