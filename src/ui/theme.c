/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The vendor's colours. curses' screen stays without colours, as it was started, unless the vendor
 * says otherwise; libdialog has its own from dialogrc, whose names are put under roles here. One
 * terminal, so one static state.
 */

#define NCURSES_WIDECHAR 1
#include "theme.h"

#include <curses.h>
#include <dialog.h>

#include "util.h"

/* Pairs of curses that libdialog, which counts from 1, does not come to; the last is the QR code's.
 */
#define PAIR_BAR  62
#define PAIR_TEXT 61
#define N_BASE	  8

static const struct theme_pair normal[THEME_ROLES] = {
	[THEME_TEXT] = { 7, 0 },
	[THEME_TITLE] = { 15, 0 },
	[THEME_SELECTED] = { 0, 7 },
	[THEME_FIELD] = { 15, 4 },
	[THEME_ACTIVE_FIELD] = { 0, 6 },
	[THEME_HINT] = { 11, 0 },
	[THEME_BAR] = { 0, 7 },
};

/* What of dialogrc(5) has which colours; the rest is the role of THEME_TEXT. */
static const struct {
	const char *prefix;
	enum theme_role role;
} roles[] = {
	{ "title_", THEME_TITLE },
	{ "position_", THEME_TITLE },
	{ "searchbox_title_", THEME_TITLE },
	{ "tag_selected_", THEME_SELECTED },
	{ "tag_key_selected_", THEME_SELECTED },
	{ "tag_", THEME_TITLE },
	{ "uarrow_", THEME_TITLE },
	{ "darrow_", THEME_TITLE },
	{ "gauge_", THEME_TITLE },
	{ "button_active_", THEME_SELECTED },
	{ "button_key_active_", THEME_SELECTED },
	{ "button_label_active_", THEME_SELECTED },
	{ "item_selected_", THEME_SELECTED },
	{ "check_selected_", THEME_SELECTED },
	{ "itemhelp_", THEME_HINT },
	{ "form_active_", THEME_ACTIVE_FIELD },
	{ "form_text_", THEME_FIELD },
};

static struct {
	struct theme_pair pairs[THEME_ROLES];
	bool own; /* the vendor's, not all the normal ones */
	int bar;  /* attributes */
} theme = { .bar = A_REVERSE };

/* Does the vendor want these as they are without a word? */
static bool is_normal(enum theme_role role)
{
	return theme.pairs[role].text == normal[role].text &&
	       theme.pairs[role].ground == normal[role].ground;
}

void theme_use(const struct theme_pair pairs[static THEME_ROLES])
{
	memcpy(theme.pairs, pairs, sizeof(theme.pairs));
	theme.own = false;
	for (unsigned role = 0; role < THEME_ROLES; role++)
		theme.own = theme.own || !is_normal(role);
}

/* Make a pair of curses' of a role; its attributes. */
static int make_pair(enum theme_role role, short number)
{
	const struct theme_pair *pair = &theme.pairs[role];

	if (init_pair(number, pair->text % N_BASE, pair->ground) == ERR)
		return A_NORMAL;
	return COLOR_PAIR(number) | (pair->text >= N_BASE ? A_BOLD : A_NORMAL);
}

void theme_start_screen(void)
{
	if (!theme.own || !has_colors() || start_color() == ERR || COLOR_PAIRS <= PAIR_BAR)
		return;
	if (!is_normal(THEME_TEXT))
		(void)wbkgd(stdscr, (chtype)' ' | (chtype)make_pair(THEME_TEXT, PAIR_TEXT));
	/* The reverse of the vendor's text is not what the bar is without a word. */
	if (!is_normal(THEME_BAR) || !is_normal(THEME_TEXT))
		theme.bar = make_pair(THEME_BAR, PAIR_BAR);
}

/* The role of a name in dialogrc. */
static enum theme_role find_role(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(roles); i++)
		if (strncmp(name, roles[i].prefix, strlen(roles[i].prefix)) == 0)
			return roles[i].role;
	return THEME_TEXT;
}

void theme_start_dialogs(void)
{
	if (!theme.own || !has_colors())
		return;
	for (int i = 0; i < dlg_color_count(); i++) {
		DIALOG_COLORS *colors = &dlg_color_table[i];
		const struct theme_pair *pair = &theme.pairs[find_role(colors->name)];

		colors->fg = pair->text % N_BASE;
		colors->bg = pair->ground;
		colors->hilite = pair->text >= N_BASE;
	}
	dlg_color_setup();
	theme_start_screen();
}

int theme_bar(void)
{
	return theme.bar;
}
