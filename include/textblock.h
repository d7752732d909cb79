/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Lines of ours in a file of somebody else's. They stand between two marks, which tell enough to
 * make the file what it was, byte for byte, when they go. */

enum textblock_place {
	TEXTBLOCK_FIRST, /* before all other lines */
	TEXTBLOCK_LAST,	 /* behind them */
};

/* text without our lines. NULL stands for "no file": in text, and in *ret where we made the file
 * and nothing else is in it. Caller frees. -EINVAL: one of the marks is gone. -ENOMEM. */
int textblock_remove(const char *text, char **ret);

/* text, where none of ours are in it, with lines (each with its line end) between marks. */
int textblock_add(const char *text, enum textblock_place place, const char *lines, char **ret);
