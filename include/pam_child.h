/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Root's password: checking its quality, verifying it, setting it. PAM modules may block for
 * seconds and must not share a process with the bus, so each conversation runs in a child of its
 * own, which reports one outcome and one sentence through a pipe.
 *
 * Whatever happens the child's copy of the password dies with it; the caller's copy is the caller's
 * to clear.
 */

#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-event.h>

#include "quality.h"

enum pam_task {
	PAM_TASK_VERIFY, /* pam_authenticate and pam_acct_mgmt of the service "firstboot" */
	PAM_TASK_SET,	 /* quality (libpwquality), then pam_chauthtok of the service "firstboot" */
	PAM_TASK_CHECK,	 /* quality only; changes nothing */
};

enum pam_outcome {
	PAM_OUTCOME_OK,	    /* PAM_TASK_CHECK: text is a remark on the password, or "" */
	PAM_OUTCOME_DENIED, /* wrong password, or refused by a rule; text says which in the
			       library's own words */
	PAM_OUTCOME_FAILED, /* PAM or the machine is at fault; text says what */
};

typedef void (*pam_done_fn)(enum pam_outcome outcome, const char *text, void *userdata);

/* What is to be done; borrowed while pam_child_start() runs. */
struct pam_order {
	enum pam_task task;
	const char *user, *secret; /* length bytes, not NUL-terminated */
	size_t length;
	const struct quality_rules *rules; /* NULL: the password has to please PAM alone */
};

/* Start it; done is called once from the event loop. Negative errno: not started. */
int pam_child_start(
	sd_event *event, const struct pam_order *order, pam_done_fn done, void *userdata);
