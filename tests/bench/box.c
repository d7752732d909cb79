/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The least that a curses program can do: a box with a URL that never changes. */

#include <locale.h>
#include <ncurses.h>
#include <stdlib.h>

int main(void)
{
	setlocale(LC_ALL, "");
	if (!initscr())
		return EXIT_FAILURE;
	raw();
	noecho();
	curs_set(0);
	start_color();
	init_pair(1, COLOR_WHITE, COLOR_BLUE);
	bkgd(COLOR_PAIR(1));
	box(stdscr, 0, 0);
	mvprintw(3, 4, "Manage this appliance from a web browser at");
	mvprintw(5, 8, "https://10.77.0.5/");
	refresh();
	while (getch() != 'q')
		;
	endwin();
	return EXIT_SUCCESS;
}
