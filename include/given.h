/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the unattended start has left for the consoles in /run/firstboot-headless: which answers it
 * was given, and why it could not take them. Written by firstboot --unattended, read by whoever
 * likes; no secrets.
 */

#include <stdbool.h>
#include <stddef.h>

#define GIVEN_DIR "/run/firstboot-headless"

/* What answers were about: bits of given.what. */
enum given_what {
	GIVEN_NETWORK = 1 << 0,
	GIVEN_HOSTNAME = 1 << 1,
	GIVEN_TIMEZONE = 1 << 2,
	GIVEN_KEYMAP = 1 << 3,
	GIVEN_LOGIN = 1 << 4, /* of root, in whatever way */
	GIVEN_EULA = 1 << 5,  /* accepted */
	GIVEN_KEYS = 1 << 6,  /* of root */
};

struct given {
	bool ran;	   /* there were answers at all */
	bool taken;	   /* and they are in force */
	char source[128];  /* where they came from, as a phrase */
	unsigned what;	   /* enum given_what */
	char steps[1024];  /* vendor's steps that were answered: names, by spaces */
	char reason[2048]; /* not taken: why, a line each */
};

/* Zeros where there is nothing. -ENOMEM. */
int given_read(const char *root, struct given *ret);

/* -errno: not written. */
int given_write(const char *root, const struct given *given);

/* Has this been given, so that the page of the wizard with this name, or of the vendor's step, need
 * not ask for it? */
bool given_has_page(const struct given *given, const char *page);

/* Leave the reason for login prompts (agetty's /run/issue.d), or take it away again. -errno. */
int given_write_issue(const char *root, const struct given *given);
