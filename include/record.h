/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Records in the journal: what firstbootd has changed, could not change, or refused for want of a
 * right; by whom, and from what to what. Never a secret. Each kind is one entry of the table in
 * record.c, with an id that no other kind has, and is explained in data/catalog and firstbootd(8).
 *
 * Only src/helper calls this: libraries do not log. A record that the journal does not take is
 * lost, and that is no error: what it tells of has happened. The kernel's audit gets none, as
 * firstbootd has no power over it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "caller.h"

enum record_kind {
	RECORD_CLAIM,
	RECORD_HOSTNAME,
	RECORD_TIMEZONE,
	RECORD_KEYMAP,
	RECORD_LANGUAGE,
	RECORD_NETWORK_SET, /* in force, waits to be kept */
	RECORD_NETWORK_KEPT,
	RECORD_NETWORK_TAKEN_BACK,
	RECORD_NETWORK_RECOVERED, /* cut off, and ended by a later process */
	RECORD_PASSWORD,
	RECORD_KEY,
	RECORD_WRONG_PASSWORD,
	RECORD_TICKET_GRANTED,
	RECORD_TICKET_DROPPED,
	RECORD_LOGIN,
	RECORD_POWER,
	RECORD_IDENTITY,
	RECORD_REPORT,
	RECORD_STEP,
	RECORD_EULA,
	RECORD_OTHER, /* refused to do what has no kind of its own */
	N_RECORD_KINDS,
};

enum record_result {
	RECORD_DONE,
	RECORD_REFUSED,
	RECORD_FAILED,
};

struct record {
	enum record_kind kind;
	enum record_result result;
	const struct caller *caller; /* described; NULL: firstbootd by itself */
	const char *old, *new;	     /* NULL: there is none */
	const char *why;	     /* a sentence; NULL or "": there is none */
	const char *method;	     /* of the bus; NULL: none was called */
	unsigned omitted;	     /* records like this that were left out since the last one */
};

/* What stands in the table. */
struct record_kind_text {
	const char *action; /* FIRSTBOOT_ACTION= */
	const char *id;	    /* MESSAGE_ID=, 32 digits */
	const char *done;   /* "Hostname set by", a name follows */
	const char *what;   /* "New hostname", "refused to" or "failed for" and a name follow */
	const char *method; /* whose refusal is of this kind, NULL for none */
};
extern const struct record_kind_text record_kinds[N_RECORD_KINDS];

/* Write a record. All texts may be anything: they become one printable line each. */
void record_write(const struct record *record);

/* Refusals of this minute. Whoever may do nothing shall not be able to fill the journal either. */
struct record_refusals {
	uint64_t began; /* usec, of the clock that now is of */
	unsigned n, omitted;
};
#define RECORD_REFUSALS_MAX 20 /* a minute */

/* May one more be recorded? *ret_omitted: how many may not have been since the last that might. */
bool record_refusals_admit(struct record_refusals *refusals, uint64_t now, unsigned *ret_omitted);

/* Record that a method was refused for want of a right. */
void record_refusal(
	const struct caller *caller, const char *method, const char *why, unsigned omitted);
