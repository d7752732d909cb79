/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define NCURSES_WIDECHAR 1
#include "keys.h"

#include <curses.h>
#include <stdbool.h>
#include <stdlib.h>

#include "util.h"

#define ESCAPE	     27
#define SEQUENCE_MAX 32 /* no key has as many characters */

/* What xterm, the VT220, the Linux console and rxvt send: characters behind Esc that begin it, and
 * the letter that ends it. None of these means another key elsewhere. */
static const struct {
	const char *begin;
	char end;
	int key;
} lettered[] = {
	{ "[O", 'A', KEY_UP },
	{ "[O", 'B', KEY_DOWN },
	{ "[O", 'C', KEY_RIGHT },
	{ "[O", 'D', KEY_LEFT },
	{ "[O", 'F', KEY_END },
	{ "[O", 'H', KEY_HOME },
	{ "[", 'Z', KEY_BTAB },
	{ "O", 'M', KEY_ENTER },
	{ "O", 'P', KEY_F(1) },
	{ "O", 'Q', KEY_F(2) },
	{ "O", 'R', KEY_F(3) },
	{ "O", 'S', KEY_F(4) },
};

/* "[ number ~", by its number. */
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
};

/* With Shift, Alt or Ctrl, keys that move do as without, and others nothing. */
static bool moves(int key)
{
	static const int moving[] = { KEY_UP, KEY_DOWN, KEY_LEFT, KEY_RIGHT, KEY_HOME, KEY_END,
		KEY_PPAGE, KEY_NPAGE };

	for (size_t i = 0; i < ARRAY_SIZE(moving); i++)
		if (moving[i] == key)
			return true;
	return false;
}

/* The key whose sequence begins and ends so; 0: none. */
static int find_lettered(char begin, char end)
{
	for (size_t i = 0; i < ARRAY_SIZE(lettered); i++)
		if (lettered[i].end == end && strchr(lettered[i].begin, begin))
			return lettered[i].key;
	return 0;
}

/* The key of what stands behind Esc; 0: none that a page has. */
static int find_key(const char *text)
{
	size_t length = strlen(text), number;
	int key;

	if (length < 2)
		return 0;
	/* The Linux console's first five. */
	if (length == 3 && strncmp(text, "[[", 2) == 0 && text[2] >= 'A' && text[2] <= 'E')
		return KEY_F(1 + text[2] - 'A');
	key = find_lettered(text[0], text[length - 1]);
	if (text[0] == '[' && text[length - 1] == '~') {
		number = strtoul(text + 1, NULL, 10);
		key = number < ARRAY_SIZE(numbered) ? numbered[number] : 0;
	}
	return strchr(text, ';') && !moves(key) ? 0 : key;
}

/* Does a sequence end here? Parameters stand below '@'; what begins with two brackets goes on. */
static bool ends(const char *text, size_t length)
{
	return length > 1 && text[length - 1] >= '@' && !(length == 2 && strcmp(text, "[[") == 0);
}

/* Read what stands behind an Esc, if that was no key of its own: what it begins with is there
 * already, for the rest there is as much time as curses gives a sequence. */
static size_t read_sequence(WINDOW *win, char text[static SEQUENCE_MAX])
{
	size_t length = 0;
	wint_t key;

	memset(text, 0, SEQUENCE_MAX);
	while (length < SEQUENCE_MAX - 1 && !ends(text, length) && wget_wch(win, &key) == OK &&
		key >= ' ' && key < 0x7f) {
		if (length == 0 && key != '[' && key != 'O') {
			(void)unget_wch((wchar_t)key);
			break;
		}
		text[length++] = (char)key;
		wtimeout(win, get_escdelay());
	}
	wtimeout(win, 0);
	return length;
}

/* The key that curses has a code for, by what it sends: TERM's names for some are no page's. */
static wint_t name_key(wint_t code)
{
	char *sequence = keybound((int)code, 0);
	int key = sequence && *sequence == ESCAPE ? find_key(sequence + 1) : 0;

	free(sequence);
	return key ? (wint_t)key : code;
}

int keys_read(WINDOW *win, wint_t *ret)
{
	char text[SEQUENCE_MAX];
	int r;

	wtimeout(win, 0);
	do {
		r = wget_wch(win, ret);
		if (r == KEY_CODE_YES)
			*ret = name_key(*ret);
		if (r != OK || *ret != ESCAPE || read_sequence(win, text) == 0)
			return r;
		*ret = (wint_t)find_key(text);
	} while (*ret == 0);
	return KEY_CODE_YES;
}
