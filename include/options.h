/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The command line of firstboot(1), and how it ends. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum exit_status {
	EXIT_DONE = 0,	 /* or nothing to change */
	EXIT_FAILED = 1, /* everything is as before */
	EXIT_USAGE = 2,
	EXIT_INVALID = 3, /* the answers; nothing was changed */
	EXIT_NOT_PERMITTED = 4,
	EXIT_NO_SERVICE = 5, /* one that is needed does not answer */
	EXIT_TAKEN_BACK = 6, /* not confirmed in time */
	N_EXIT_STATUSES,
};

enum mode {
	MODE_SCREEN, /* the start screen */
	MODE_STATUS,
	MODE_REPORT,
	MODE_RECONFIGURE,
	MODE_CHECK,
	MODE_CHECK_STEPS,
	MODE_EXPORT,
	MODE_CONFIRM,
	MODE_REVERT,
	MODE_HISTORY,
	MODE_RESTORE,
	MODE_UNATTENDED, /* of firstboot-headless.service: answers from wherever they are */
	MODE_AUDIT,
	MODE_HELP,
	MODE_VERSION,
	N_MODES,
};

#define OPTIONS_WORDS_MAX 64
#define OPTIONS_SETS_MAX  64

/* The limits of --timeout, seconds: those of a change that waits to be kept. */
#define OPTIONS_TIMEOUT_MIN 10
#define OPTIONS_TIMEOUT_MAX 3600

struct options {
	enum mode mode;
	const char
		*words[OPTIONS_WORDS_MAX]; /* the pages of --reconfigure, files of --check-steps */
	size_t n_words;
	const char *answers; /* a path, "-" for standard input, NULL for none */
	const char *sets[OPTIONS_SETS_MAX];
	size_t n_sets;
	const char *root; /* "" for this machine */
	uint64_t id;	  /* of --history and --restore; 0: none */
	unsigned timeout; /* seconds */
	bool timeout_given, json, watch, no_rollback, quiet, plain;
};

struct outcome;

/* Take the arguments apart. EXIT_DONE, or EXIT_USAGE with a sentence in outcome. Where there is
 * nothing else to be told, json says all the same whether that is wanted. */
enum exit_status options_parse(int argc, char **argv, struct options *ret, struct outcome *outcome);

/* Is it to be done without a screen: are there answers? */
bool options_are_headless(const struct options *options);

/* The summary of --help: every option, from the table that takes them apart. */
void options_print_help(void);
