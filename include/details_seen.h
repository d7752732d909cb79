/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is asked of a link only while somebody looks at it: its facts, and its manager's account. */

#include "app.h"
#include "link_facts.h"

/* Links that are kept: more than fit on a screen. */
#define DETAILS_SEEN_MAX 64

/* All zero: none. */
struct details_seen {
	struct {
		struct link link; /* as it was when it was asked; ifindex 0: free */
		struct link_facts facts;
	} links[DETAILS_SEEN_MAX];
	size_t next;
};

/* The facts of a link in view, asked for where it is new there or another than it was; borrowed
 * until the next call. Its manager's account comes to app->sysstate. */
const struct link_facts *details_seen_look(
	struct details_seen *seen, struct app *app, const struct link *link);

/* Let go of the links that nobody else follows. */
void details_seen_forget(struct details_seen *seen, struct app *app);
