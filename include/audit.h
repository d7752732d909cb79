/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Is everything in place that keeps the console closed: the account that it logs in by itself, the
 * getty, login, and what else gives a person at the keyboard a way around them? Reads files alone,
 * so that it judges an image that is not running as well; changes nothing.
 */

/* rule: its short name; cause: a sentence, what is so and in which file; mend: what to do, NULL
 * where it is no fault but worth knowing, and does not count. Borrowed. */
typedef void (*audit_found_fn)(
	const char *rule, const char *cause, const char *mend, void *userdata);

/* Judge the tree below root ("" for this machine). Returns the number of findings, or -ENOMEM. A
 * file that cannot be read is a finding. */
int audit_run(const char *root, audit_found_fn found, void *userdata);

/* Print the findings on standard output, and how many there are. Returns the exit status: 0 only
 * where there are none. */
int audit_print(const char *root);
