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

enum pam_task {
	PAM_TASK_VERIFY, /* pam_authenticate and pam_acct_mgmt of the service "firstboot" */
	PAM_TASK_SET,	 /* quality (libpwquality), then pam_chauthtok of the service "firstboot" */
	PAM_TASK_CHECK,	 /* quality only; changes nothing */
};

enum pam_outcome {
	PAM_OUTCOME_OK,
	PAM_OUTCOME_DENIED, /* wrong password, or refused by a rule; text says which in the
			       library's own words */
	PAM_OUTCOME_FAILED, /* PAM or the machine is at fault; text says what */
};

typedef void (*pam_done_fn)(enum pam_outcome outcome, const char *text, void *userdata);

/* Start it; done is called once from the event loop. secret is length bytes, not NUL-terminated.
 * min_length in characters is our own rule beside libpwquality's. Negative errno: not started. */
int pam_child_start(sd_event *event, enum pam_task task, const char *user, const char *secret,
	size_t length, unsigned min_length, pam_done_fn done, void *userdata);

/* Can user log in with a password: is there a hash in shadow(5) that crypt(3) could match? -errno
 * when it cannot be read. */
int account_has_password(const char *root, const char *user);
