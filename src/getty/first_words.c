/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Root writes here: nothing that comes from others than the vendor and the catalogues, and all of
 * it as safe_char, of which no control character is left (safe_text.h). On a virtual console it is
 * the beginning of the start screen, as dashboard.c and theme.c draw it: the same first row in the
 * same colours, so that nothing jumps when curses takes over.
 */

#include "first_words.h"

#include <fcntl.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "language.h"
#include "line_speed.h"
#include "product.h"
#include "read_aloud.h"
#include "safe_words.h"
#include "screen.h"
#include "tty_name.h"
#include "util.h"

#define HOST_CELLS  20 /* of the first row may be the hostname's and the gaps' */
#define COLOURS_MAX 24
#define TEXT_MAX    (SCREEN_MAX_COLUMNS + 3 * SAFE_TEXT_MAX)

enum look {
	LOOK_NONE,
	LOOK_LINE,
	LOOK_SCREEN,
};

/* Can more than a line be shown on a virtual console of this size? */
static bool has_screen(const struct winsize *size)
{
	const char *term = getenv("TERM");

	return (!term || streq(term, "linux")) && size->ws_col >= SCREEN_MIN_COLUMNS &&
	       size->ws_row >= SCREEN_MIN_ROWS;
}

/* How it shall be said. To who has the console read to them it would only come before what
 * matters, and what matters says it again. */
static enum look find_look(const struct conf *conf, const char *tty, const struct winsize *size)
{
	if (!tty_name_is_virtual(tty) || conf->plain == LINES_ALWAYS)
		return LOOK_LINE;
	if (conf->plain == LINES_AUTO && read_aloud_by_service(""))
		return LOOK_NONE;
	return has_screen(size) ? LOOK_SCREEN : LOOK_LINE;
}

/* Is the product in ASCII? */
static bool has_ascii_product(const struct conf *conf)
{
	return is_ascii(conf->product_name) && is_ascii(conf->product_version);
}

/* The language that the start screen finds, which is told none by an environment (PID 1's may be
 * older than the machine's choice); and the characters of a virtual console. Where all is in ASCII,
 * nobody waits for a locale to be read from the disk. */
static void choose_language(const struct conf *conf)
{
	static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
		(void)unsetenv(variables[i]);
	i18n_choose(conf->language);
	if (*catalog_letters() == '\0' && has_ascii_product(conf))
		return;
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	language_choose(conf->language);
}

/* The control sequence that begins a pair of colours. */
static void start_colours(safe_char ret[static COLOURS_MAX], struct theme_pair pair)
{
	(void)safe_format(ret, COLOURS_MAX, "\033[0;%d;3%d;4%dm", pair.text / THEME_BRIGHT,
		pair.text % THEME_BRIGHT, pair.ground);
}

/* Text and bar, as theme.c has curses draw them: normal ones are the terminal's own, and the
 * reverse. */
static void find_colours(const struct conf *conf, safe_char ret_text[static COLOURS_MAX],
	safe_char ret_bar[static COLOURS_MAX])
{
	bool own_text = !theme_is_normal(conf->theme, THEME_TEXT);

	(void)safe_format(ret_text, COLOURS_MAX, "\033[0m");
	(void)safe_format(ret_bar, COLOURS_MAX, "\033[0;7m");
	if (own_text)
		start_colours(ret_text, conf->theme[THEME_TEXT]);
	if (own_text || !theme_is_normal(conf->theme, THEME_BAR))
		start_colours(ret_bar, conf->theme[THEME_BAR]);
}

/* An empty screen in the vendor's colours, its first row, and the sentence where the start screen's
 * first one will stand. The cursor is left below it, for who else may write. */
static void compose_screen(const struct conf *conf, int columns, safe_char ret[static TEXT_MAX])
{
	int width = columns < SCREEN_MAX_COLUMNS ? columns : SCREEN_MAX_COLUMNS;
	safe_char text[COLOURS_MAX], bar[COLOURS_MAX];
	struct safe_str product, sentence;

	choose_language(conf);
	product = safe_cut(product_title(conf).text, width - HOST_CELLS);
	sentence = safe_cut(_("Opening the start screen ..."), width - 4);
	find_colours(conf, text, bar);
	(void)safe_format(ret, TEXT_MAX, "%s\033[H\033[J%s%*s\r %s%s\n\n  %s\n\n\033[0m", text, bar,
		width, OURS(""), product.text, text, sentence.text);
}

/* One line, in few bytes. Nobody knows yet which characters there are behind a wire, so it is in
 * those that every terminal has, without a word where the product's name is. */
static void compose_line(const struct conf *conf, safe_char ret[static TEXT_MAX])
{
	struct safe_str product = product_title(conf);

	if (has_ascii_product(conf))
		(void)safe_format(ret, TEXT_MAX, "\n%s ...\n", product.text);
	else
		(void)safe_format(ret, TEXT_MAX, "\n%s\n", OURS("Opening the start screen ..."));
}

/* Write what the terminal takes now. A slow line gets the time that it needs: agetty(8) and
 * login(1) throw away what has not been sent. */
static void say(const safe_char *text)
{
	int flags = fcntl(STDOUT_FILENO, F_GETFL);
	ssize_t n;

	if (flags < 0 || fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK) < 0)
		return;
	n = write(STDOUT_FILENO, text, safe_length(text));
	(void)fcntl(STDOUT_FILENO, F_SETFL, flags);
	if (n > 0)
		(void)usleep((useconds_t)line_speed_usec(STDOUT_FILENO, (size_t)n));
}

void first_words(const struct conf *conf, const char *tty)
{
	safe_char text[TEXT_MAX];
	struct winsize size;

	if (!conf->product_name || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return;
	switch (find_look(conf, tty, &size)) {
	case LOOK_SCREEN:
		compose_screen(conf, size.ws_col, text);
		break;
	case LOOK_LINE:
		compose_line(conf, text);
		break;
	case LOOK_NONE:
		return;
	}
	say(text);
}
