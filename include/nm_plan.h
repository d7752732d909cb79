/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Which calls to NetworkManager bring a change forward, from what it has now (nm_links.h): decided
 * here, made by apply_nm.c. What has been done already is not planned again, so that a later
 * process, or a NetworkManager that was started anew, is brought to the same end.
 */

#include "nm_links.h"

enum nm_step { NM_STEP_TRY, NM_STEP_KEEP, NM_STEP_TAKE_BACK };

enum nm_call_kind {
	NM_CALL_CHECKPOINT,	   /* NetworkManager goes back by itself if we are no more */
	NM_CALL_FORGET_CHECKPOINT, /* it does not */
	NM_CALL_WRITE,		   /* the profile of link says role */
	NM_CALL_ACTIVATE,	   /* our profile, on its link */
	NM_CALL_ACTIVATE_PREVIOUS, /* the one before ours */
	NM_CALL_DELETE,		   /* our profile */
	NM_CALL_DELETE_DEVICE,	   /* a device that a profile had made */
	N_NM_CALLS,
};

struct nm_call {
	enum nm_call_kind kind;
	struct nm_link *link; /* borrowed */
	struct nm_role role;
	bool to_disk;
	bool idle;	   /* NetworkManager leaves the profile alone */
	bool optional;	   /* the others are made when it is refused, too */
	bool or_in_memory; /* the disk may refuse: it has what is wanted already */
};

struct nm_plan {
	struct nm_call *calls; /* owned */
	size_t n_calls;
};

int nm_plan_make(enum nm_step step, struct nm_links *links, struct nm_plan *ret);
void nm_plan_done(struct nm_plan *plan);

/* One line a call, for the tests. Caller frees. */
int nm_plan_render(const struct nm_plan *plan, char **ret);
