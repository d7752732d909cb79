/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* libdialog has the frames and the colours. What else it draws keeps memory (list.h), or is in its
 * language, not ours. */

#define NCURSES_WIDECHAR 1
#include "box.h"

#include <dialog.h>

#include "safe_text.h"
#include "screen.h"
#include "theme.h"
#include "util.h"

#define THEME	       DATADIR "/dialogrc"
#define ROWS_FOR_TITLE 16 /* fewer rows than this are all for the dialog */
#define TITLE_ROWS     2

static struct safe_str product;

void box_product(const safe_char *name)
{
	product = safe_cut(name, 0);
}

int box_top(void)
{
	return *product.text && !screen_is_plain() && LINES >= ROWS_FOR_TITLE ? TITLE_ROWS : 0;
}

/* libdialog's settings for the next dialog: its defaults are not ours. */
static void set_vars(void)
{
	dialog_vars = (DIALOG_VARS){
		.keep_tite = TRUE,
		.backtitle = box_top() > 0 ? (char *)product.text : NULL,
	};
}

/* Set libdialog up, once; later than the first screen, because it reads files. */
static bool start_libdialog(void)
{
	static bool started;

	if (started)
		return true;
	/* It exits when the file has an error, and looks into the home directory without one. */
	if (setenv("DIALOGRC", access(THEME, R_OK) == 0 ? THEME : "/dev/null", 1) < 0)
		return false;
	dialog_state.no_mouse = TRUE;
	set_vars();
	init_dialog(stdin, stdout);
	theme_start_dialogs();
	started = raw() != ERR;
	return started;
}

bool box_begin(enum answer *ret)
{
	*ret = ANSWER_BACK;
	if (screen_ended() || (!screen_is_plain() && !start_libdialog()))
		return false;
	if (screen_is_plain())
		return true;
	while (screen_too_small()) {
		if (screen_get_key() < 0) {
			*ret = screen_ended() ? ANSWER_BACK : ANSWER_WOKEN;
			return false;
		}
	}
	set_vars();
	dlg_clear();
	dlg_put_backtitle();
	return true;
}
