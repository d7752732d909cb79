/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Which of root's logins came from this console, noted while the appliance is unclaimed: any other
 * one means that somebody has set it up already. The note lies in the state directory, so that it
 * is there after a crash in the middle of the wizard.
 */

#include <stdbool.h>

#include "account.h"
#include "login_key.h"

#define OWN_KEYS_MAX 8

struct own_logins {
	char password[ACCOUNT_MARK_SIZE]; /* the mark of the password that was set; "": none */
	bool pending;			  /* one is being set whose mark is not known yet */
	char keys[OWN_KEYS_MAX][LOGIN_KEY_MAX]; /* "KIND KEY" */
	size_t n_keys;
};

/* What is noted. No note, or one that cannot be read: nothing came from here. */
void own_logins_load(const char *root, struct own_logins *ret);

/* Is it one of the keys? */
bool own_logins_has_key(const struct own_logins *own, const char *key);

/* Add a key. -E2BIG: there are too many. */
int own_logins_add_key(struct own_logins *own, const char *key);

/* Note it, whole on the disk when this returns. Negative errno: the old note stands. */
int own_logins_save(const char *root, const struct own_logins *own);

/* The appliance is claimed: nothing needs to be noted. */
void own_logins_forget(const char *root);
