/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The colours of the terminal. Curses starts them with the first box, because a start screen has
 * none unless the vendor says otherwise. One terminal, so one static state.
 */

#define NCURSES_WIDECHAR 1
#include "theme.h"

#include <curses.h>

#include "util.h"

#define PAIR_FIRST   1 /* of the roles; 0 is the terminal's own */
#define PAIR_CODE    (PAIR_FIRST + THEME_ROLES)
#define PAIRS_NEEDED (PAIR_CODE + 1)

static const struct {
	int weight;  /* in its colours, beside theirs */
	int plain;   /* in the terminal's own */
	bool stands; /* out by its colours, whatever these are */
} styles[THEME_ROLES] = {
	[THEME_TEXT] = { A_NORMAL, A_NORMAL, false },
	[THEME_TITLE] = { A_NORMAL, A_BOLD, false },
	[THEME_SELECTED] = { A_NORMAL, A_REVERSE, false },
	[THEME_FIELD] = { A_NORMAL, A_NORMAL, true },
	[THEME_ACTIVE_FIELD] = { A_NORMAL, A_REVERSE, true },
	[THEME_HINT] = { A_BOLD, A_BOLD, true },
	[THEME_BAR] = { A_NORMAL, A_REVERSE, false },
};

static struct {
	struct theme_pair pairs[THEME_ROLES];
	bool started, coloured;
	int looks[THEME_ROLES]; /* attributes, once they are started */
	int text, bar;		/* of the start screen */
} theme = { .bar = A_REVERSE };

/* Does the vendor want these as they are without a word? */
static bool is_normal(enum theme_role role)
{
	return theme_is_normal(theme.pairs, role);
}

void theme_use(const struct theme_pair pairs[static THEME_ROLES])
{
	memcpy(theme.pairs, pairs, sizeof(theme.pairs));
}

/* Make a pair of curses'; its attributes. */
static int make_pair(struct theme_pair pair, short number)
{
	if (init_pair(number, pair.text % THEME_BRIGHT, pair.ground) == ERR)
		return A_NORMAL;
	return COLOR_PAIR(number) | (pair.text >= THEME_BRIGHT ? A_BOLD : A_NORMAL);
}

/* Have the terminal's colours, or what stands for them. */
static void start(void)
{
	bool own_ground;

	if (theme.started)
		return;
	theme.started = true;
	theme.coloured = has_colors() && start_color() != ERR && COLOR_PAIRS >= PAIRS_NEEDED;
	/* The terminal's own colours may be dark on light: what is normal is left to it as a whole.
	 */
	own_ground = !is_normal(THEME_TEXT) || use_default_colors() == ERR;
	for (short role = 0; role < THEME_ROLES; role++) {
		bool pair = own_ground || styles[role].stands || !is_normal(role);

		theme.looks[role] = styles[role].plain;
		if (theme.coloured && pair)
			theme.looks[role] =
				make_pair(theme.pairs[role], (short)(PAIR_FIRST + role)) |
				styles[role].weight;
	}
}

void theme_start_screen(void)
{
	bool own_text = !is_normal(THEME_TEXT), own_bar = !is_normal(THEME_BAR);

	if ((!own_text && !own_bar) || !has_colors())
		return;
	start();
	if (!theme.coloured)
		return;
	if (own_text) {
		theme_paper(stdscr);
		theme.text = theme.looks[THEME_TEXT];
		(void)attrset(theme.text);
	}
	/* The reverse of the vendor's text is not what the bar is without a word. */
	theme.bar = theme.looks[THEME_BAR];
}

int theme_look(enum theme_role role)
{
	start();
	return theme.looks[role];
}

void theme_paper(WINDOW *win)
{
	/* Without the weight of a bright text: curses would add it to whatever stands on it. */
	chtype ground = (chtype)theme_look(THEME_TEXT) & A_COLOR;

	wbkgdset(win, (chtype)' ' | ground);
}

int theme_text(void)
{
	return theme.text;
}

int theme_bar(void)
{
	return theme.bar;
}

int theme_code(void)
{
	start();
	return theme.coloured
		       ? make_pair((struct theme_pair){ COLOR_WHITE, COLOR_BLACK }, PAIR_CODE)
		       : (int)A_NORMAL;
}
