/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A change of the network settings, from the wish to its end: check, journal, try, prove, then keep
 * or take back, and the history says which. One at a time. Whatever stops the process or the
 * machine in between, transaction_recover() of the next one ends with the old settings whole or the
 * new ones whole (the journal knows which: old until transaction_keep() was called).
 */

#include "apply.h"
#include "history.h"

/* How far a change has come, in this order; each is announced as it begins. */
enum transaction_step {
	STEP_CHECKING,	/* nobody else uses the addresses */
	STEP_WRITING,	/* the manager takes the settings */
	STEP_ADDRESSES, /* addresses and routes are in the kernel, and nothing of the old ones */
	STEP_GATEWAY,	/* the gateway answers */
	STEP_KEEPING,
	STEP_TAKING_BACK,
	N_TRANSACTION_STEPS,
};

typedef void (*transaction_step_fn)(enum transaction_step step, void *userdata);

struct transaction;

/* backend is chosen anew for each change (owner.h) when it is NULL. step may be NULL. */
int transaction_new(struct apply *apply, const struct apply_network_backend *backend,
	transaction_step_fn step, void *userdata, struct transaction **ret);
struct transaction *transaction_free(struct transaction *transaction);

/* The settings that are kept; an empty set where firstboot has none. Borrowed until the next keep.
 */
const struct net_set *transaction_settings(const struct transaction *transaction);

/* Try new, which has passed validate_net_set(); origin ("tty1", "ssh from 192.0.2.7", "headless")
 * goes into the history. ok: in force, waits for keep or take_back; !ok: taken back already.
 * unsafe: do not probe, do not prove, end with keep. -EBUSY: another one waits. */
int transaction_try(struct transaction *transaction, const struct net_set *new, const char *origin,
	bool unsafe, apply_done_fn done, void *userdata);

int transaction_keep(struct transaction *transaction, apply_done_fn done, void *userdata);

/* expired: nobody has answered in time. */
int transaction_take_back(
	struct transaction *transaction, bool expired, apply_done_fn done, void *userdata);

/* Does a change wait to be kept or taken back, or is one on its way? */
bool transaction_is_open(const struct transaction *transaction);

/* End what an earlier process left. done comes at once (from the event loop) where there is
 * nothing. result->text says what was found and how it ended. */
int transaction_recover(struct transaction *transaction, apply_done_fn done, void *userdata);

/* The process ends: take back a change that waits or is being tried (its own done comes first, with
 * !ok), let one that is being kept or taken back come to its end. done comes from the event loop.
 */
int transaction_abandon(struct transaction *transaction, apply_done_fn done, void *userdata);
