/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The one table of options: what takes them apart, what is said of them, and what they go with. */

#include "options.h"
#include "safe_text.h"

/* One option: it says what is to be done (a mode), or how. */
struct option_entry {
	const char *name;
	enum mode mode;	      /* that it asks for; MODE_SCREEN: none, it goes with others */
	char letter;	      /* of the short one, 0: none */
	const char *argument; /* as --help names it; in brackets: may be left out; NULL: none */
	unsigned modes;	      /* bits of the modes that it goes with */
	const char *excludes; /* an option that it does not go with */
	bool repeated;	      /* may be given more than once */
	bool headless;	      /* goes with --reconfigure only where there are answers */
	/* Take its argument. EXIT_DONE, or EXIT_USAGE with a sentence in outcome. */
	enum exit_status (*take)(
		struct options *options, const char *argument, struct outcome *outcome);
	const safe_char *help; /* at most two lines; NULL: --help leaves it out */
};

extern const struct option_entry option_entries[];
extern const size_t n_option_entries;

/* The option that asks for a mode; NULL for MODE_SCREEN. */
const struct option_entry *option_of_mode(enum mode mode);
