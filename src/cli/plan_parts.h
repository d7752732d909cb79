/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files of a plan have in common. */

#include "plan.h"

/* What is wrong with the answers that are fitted to the machine. */
struct plan_fit {
	struct plan *plan;
	struct answers_problems *problems;
	int r; /* -ENOMEM */
};

/* Note a problem: of what stands in this place of the answers. */
#define plan_complain(fit, place, ...)                                                             \
	((fit)->r = (fit)->r < 0 ? (fit)->r                                                        \
				 : answers_complain((fit)->problems,                               \
					   answers_file_of((fit)->plan->answers, (place)),         \
					   (place).line, __VA_ARGS__))

/* plan_links.c: the links that the answers name, as drafts. */
void plan_fit_links(struct plan_fit *fit);

/* plan_secret.c: root's hash, from wherever it is. */
void plan_fit_secret(struct plan_fit *fit);

/* plan_steps.c: the vendor's licence text and steps. */
void plan_fit_setup(struct plan_fit *fit);
void plan_setup_done(struct plan_setup *setup);

/* plan_keys.c: which of root's keys are still to be added, and the file with them. */
void plan_find_new_keys(struct plan *plan);
int plan_add_keys(const struct plan *plan, json_object *changes);

/* plan_ssh.c: the link whose change would cut this session of ssh; "": none. */
void plan_find_cut(const struct plan *plan, char ret[static IFNAMSIZ]);

/* The link that this session of ssh goes through; NULL: there is none, or it is not known. */
const struct link *plan_find_session_link(const struct app *app);

/* plan_lost.c: does the kernel lack an address or a gateway that this link is set up to have? */
bool plan_has_lost(const struct plan *plan, const struct net_config *config);

/* plan_files.c: add what would be written, and asked of whom, to an array. */
int plan_add_network(const struct plan *plan, json_object *changes);

/* One file: text is NULL where there is or will be none. Nothing where they are the same. -ENOMEM.
 */
int plan_add_file(
	json_object *changes, const char *path, const char *old, const char *text, bool is_profile);

/* One call of a service's method. */
int plan_add_call(json_object *changes, const char *service, const char *method, const char *what);
