/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the unattended start has left for the consoles in /run/firstboot-headless: which answers it
 * was given, and why it could not take them. Written by firstboot --unattended, read by whoever
 * likes; no secrets.
 */

#include <stdbool.h>

#include "answers.h"
#include "safe_text.h"

struct given {
	bool ran;	    /* there were answers at all */
	bool taken;	    /* and they are in force */
	char source[128];   /* where they came from, as a phrase */
	unsigned given;	    /* enum answer */
	bool network;	    /* they had a [Network] section */
	char reason[4096];  /* not taken: why, a line each */
};

/* Zeros where there is nothing. -ENOMEM. */
int given_read(struct given *ret);

/* -errno: not written. */
int given_write(const struct given *given);
