/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A packet in the midst of a rule: what the walk through chains (firewall_walk.c) and the
 * statements of rules (firewall_statement.c) have in common. */

#include "firewall_parts.h"

/* A packet in the midst of a rule. */
struct step {
	struct walk *walk;
	const struct firewall_chain *chain;
	struct flow flow;
	bool over; /* it does not go on to the next statement */
	unsigned depth;
	struct flows *next, *accepted, *returned; /* where it goes from here */
	json_object *rest; /* the rule's statements, and which of them this is */
	size_t index;
};

/* Add a way; one that is certain outdoes the same in doubt. */
void firewall_add_flow(struct walk *walk, struct flows *flows, const struct flow *flow);

/* Is this a verdict? Then it is carried out. */
bool firewall_run_verdict(
	struct step *step, const struct flow *flow, const char *name, json_object *body);

/* Carry out one statement; one that is not known may do anything. */
void firewall_run_statement(struct step *step, json_object *statement);
