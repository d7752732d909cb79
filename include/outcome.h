/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * How a run of firstboot without a screen ends, told once, at its end: with --json as one object on
 * standard output (data/schema/result.schema.json), else what was done there; and a line of reason
 * on standard error for each status but EXIT_DONE.
 */

#include <json-c/json.h>

#include "options.h"
#include "safe_text.h"

struct answers_problems;

struct outcome {
	enum exit_status status;
	safe_char text[1024];  /* a sentence or two */
	bool changed;	       /* something on the machine was */
	json_object *changes;  /* of the plan (plan.h): array, owned, may be NULL */
	json_object *warnings; /* array of strings, owned, may be NULL */
	size_t n_told;	       /* the first of them that were told on standard error already */
	json_object *steps;    /* vendor's steps that were done: array, owned, may be NULL */
	const struct answers_problems *problems; /* borrowed, may be NULL */
	const char *manager;	  /* of an image: who will set up its links; NULL: this machine */
	uint64_t txid, usec_left; /* of a change that waits to be confirmed; 0: none does */
};

/* Set status and text: (outcome, how, format, ...); see safe_format(). Returns status. */
#define outcome_set(outcome, how, ...)                                                             \
	((void)safe_format((outcome)->text, sizeof((outcome)->text), __VA_ARGS__),                 \
		(outcome)->status = (how))

/* Add a sentence that does not keep it from being done. */
void outcome_warn(struct outcome *outcome, const safe_char *text);

/* Tell those that were not told yet, before the end. */
void outcome_tell_warnings(struct outcome *outcome);

/* Add what the program of a vendor's step has said at its end, "" for nothing. */
void outcome_add_step(
	struct outcome *outcome, const char *name, const safe_char *message, bool unchanged);

/* Tell all of it, and return the exit status of the process: EXIT_FAILED where it cannot be told
 * (standard output is full). */
int outcome_tell(struct outcome *outcome, const struct options *options);

void outcome_done(struct outcome *outcome);

/* Sentences as one line on standard error, behind "firstboot: ". */
void outcome_complain(const safe_char *text);

/* What "result" says for a status: "done", "failed", ... */
const char *outcome_word(enum exit_status status);

/* Tell that standard output has taken all that was printed; else EXIT_FAILED with a sentence:
 * a text that is not whole is no success. */
int outcome_close_output(int status);

/* It has not, with this errno. Returns EXIT_FAILED. */
int outcome_untold(int error);
