/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * TERM is often not the terminal that is there: a serial line's is "vt220" whatever is at its end,
 * and a KVM sends what its own window does. These are xterm's, the VT220's, the Linux console's and
 * rxvt's sequences, none of which means another key elsewhere.
 */

#include "keys.h"

#include <curses.h>
#include <stdio.h>

#include "util.h"

#define KEY_NONE      KEY_F(60) /* no page offers it */
#define MODIFIERS_END 9		/* from 2, Shift, to 8, all of Shift, Alt and Ctrl */

static const struct {
	const char *sequence;
	int key;
} plain[] = {
	{ "\033OA", KEY_UP },
	{ "\033OB", KEY_DOWN },
	{ "\033OC", KEY_RIGHT },
	{ "\033OD", KEY_LEFT },
	{ "\033OF", KEY_END },
	{ "\033OH", KEY_HOME },
	{ "\033OM", KEY_ENTER },
	{ "\033OP", KEY_F(1) },
	{ "\033OQ", KEY_F(2) },
	{ "\033OR", KEY_F(3) },
	{ "\033OS", KEY_F(4) },
	{ "\033[A", KEY_UP },
	{ "\033[B", KEY_DOWN },
	{ "\033[C", KEY_RIGHT },
	{ "\033[D", KEY_LEFT },
	{ "\033[F", KEY_END },
	{ "\033[H", KEY_HOME },
	{ "\033[I", KEY_NONE }, /* the window comes to the front, and goes */
	{ "\033[O", KEY_NONE },
	{ "\033[Z", KEY_BTAB },
	{ "\033[[A", KEY_F(1) },
	{ "\033[[B", KEY_F(2) },
	{ "\033[[C", KEY_F(3) },
	{ "\033[[D", KEY_F(4) },
	{ "\033[[E", KEY_F(5) },
	{ "\033[200~", KEY_NONE }, /* around what is pasted */
	{ "\033[201~", KEY_NONE },
};

/* The key of "ESC [ number ~", by its number. */
static const int numbered[] = {
	[1] = KEY_HOME,
	[2] = KEY_IC,
	[3] = KEY_DC,
	[4] = KEY_END,
	[5] = KEY_PPAGE,
	[6] = KEY_NPAGE,
	[7] = KEY_HOME,
	[8] = KEY_END,
	[11] = KEY_F(1),
	[12] = KEY_F(2),
	[13] = KEY_F(3),
	[14] = KEY_F(4),
	[15] = KEY_F(5),
	[17] = KEY_F(6),
	[18] = KEY_F(7),
	[19] = KEY_F(8),
	[20] = KEY_F(9),
	[21] = KEY_F(10),
	[23] = KEY_F(11),
	[24] = KEY_F(12),
	[25] = KEY_NONE,
	[26] = KEY_NONE,
	[28] = KEY_NONE,
	[29] = KEY_NONE,
	[31] = KEY_NONE,
	[32] = KEY_NONE,
	[33] = KEY_NONE,
	[34] = KEY_NONE,
};

/* The key of "ESC [ 1 ; modifier letter", by its letter. With Shift, Alt or Ctrl, keys that move do
 * as without, and those with a number nothing. */
static const struct {
	char letter;
	int key;
} modified[] = {
	{ 'A', KEY_UP },
	{ 'B', KEY_DOWN },
	{ 'C', KEY_RIGHT },
	{ 'D', KEY_LEFT },
	{ 'F', KEY_END },
	{ 'H', KEY_HOME },
	{ 'P', KEY_NONE },
	{ 'Q', KEY_NONE },
	{ 'R', KEY_NONE },
	{ 'S', KEY_NONE },
};

/* Add one that TERM lacks, or has under a name that no page knows. */
static void add(const char *sequence, int key)
{
	int known = key_defined(sequence);

	if (known == 0 || known == KEY_FIND || known == KEY_SELECT || known > KEY_MAX)
		(void)define_key(sequence, key);
}

/* Those with Shift, Alt or Ctrl, which TERM may have under names that no page knows. */
static void add_modified(int modifier)
{
	char sequence[16];

	for (size_t i = 0; i < ARRAY_SIZE(modified); i++) {
		(void)snprintf(
			sequence, sizeof(sequence), "\033[1;%d%c", modifier, modified[i].letter);
		(void)define_key(sequence, modified[i].key);
	}
	for (size_t i = 0; i < ARRAY_SIZE(numbered); i++) {
		bool moves = numbered[i] == KEY_PPAGE || numbered[i] == KEY_NPAGE;

		if (numbered[i] == 0)
			continue;
		(void)snprintf(sequence, sizeof(sequence), "\033[%zu;%d~", i, modifier);
		(void)define_key(sequence, moves ? numbered[i] : KEY_NONE);
	}
}

void keys_add(void)
{
	char sequence[16];

	for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
		add(plain[i].sequence, plain[i].key);
	for (size_t i = 0; i < ARRAY_SIZE(numbered); i++) {
		(void)snprintf(sequence, sizeof(sequence), "\033[%zu~", i);
		if (numbered[i] != 0)
			add(sequence, numbered[i]);
	}
	for (int modifier = 2; modifier < MODIFIERS_END; modifier++)
		add_modified(modifier);
}
