/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The terminal, taken and given back. SIGWINCH is an event of the loop rather than taken by curses'
 * handler: a size that changes just before the loop sleeps is not missed that way.
 */

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <term.h>

#include "font.h"
#include "i18n.h"
#include "outlet.h"
#include "paint.h"
#include "screen_parts.h"
#include "theme.h"
#include "util.h"

/* Bytes of one key arrive together on a virtual console; a serial line or a network may part them.
 */
#define ESCAPE_MS_CONSOLE 25
#define ESCAPE_MS_OTHER	  100

/* What texts are written for where nothing is drawn. */
#define PLAIN_COLUMNS 80
#define PLAIN_ROWS    24

struct screen_state screen;

/* The terminal is gone. */
int screen_gone(void)
{
	screen.ended = true;
	return sd_event_exit(screen.event, 0);
}

/* The terminal has something to read, or is gone. */
static int handle_input(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	screen.typed = true;
	return revents & (EPOLLHUP | EPOLLERR) ? screen_gone() : 0;
}

/* The terminal has another size: tell curses, which queues KEY_RESIZE. */
static int handle_resize(
	sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row == 0 || size.ws_col == 0)
		return 0;
	resizeterm(size.ws_row < SCREEN_MAX_ROWS ? size.ws_row : SCREEN_MAX_ROWS,
		size.ws_col < SCREEN_MAX_COLUMNS ? size.ws_col : SCREEN_MAX_COLUMNS);
	return 0;
}

void screen_set_size(int height, int width)
{
	screen.told_rows = height < SCREEN_MAX_ROWS ? height : SCREEN_MAX_ROWS;
	screen.told_columns = width < SCREEN_MAX_COLUMNS ? width : SCREEN_MAX_COLUMNS;
	if (screen.started && (LINES != screen.told_rows || COLS != screen.told_columns))
		resizeterm(screen.told_rows, screen.told_columns);
}

/* Attach the terminal to the event loop. */
static int attach(sd_event *event)
{
	sigset_t signals;
	int r;

	sigemptyset(&signals);
	sigaddset(&signals, SIGWINCH);
	sigaddset(&signals, SIGCONT);
	if (sigprocmask(SIG_BLOCK, &signals, &screen.mask_before) < 0)
		return -errno;
	screen.event = sd_event_ref(event);
	r = sd_event_add_signal(event, &screen.resize, SIGWINCH, handle_resize, NULL);
	if (r >= 0)
		r = paint_attach(event, screen_gone);
	if (r >= 0)
		r = sd_event_add_io(
			event, &screen.input, STDIN_FILENO, EPOLLIN, handle_input, NULL);
	if (r >= 0)
		r = sd_event_source_set_enabled(screen.input, SD_EVENT_OFF);
	return r;
}

/* Undo attach(), whole or in part. */
static void detach(void)
{
	paint_detach();
	screen.input = sd_event_source_disable_unref(screen.input);
	screen.resize = sd_event_source_disable_unref(screen.resize);
	screen.event = sd_event_unref(screen.event);
	(void)sigprocmask(SIG_SETMASK, &screen.mask_before, NULL);
}

bool screen_can_move(void)
{
	static bool asked, capable;
	int err;

	/* The entry of TERM in the terminfo database is read from a file each time. */
	if (!asked && setupterm(NULL, STDOUT_FILENO, &err) == OK) {
		capable = cursor_address && clear_screen && !generic_type;
		del_curterm(cur_term);
	}
	asked = true;
	return capable;
}

/* Has the font of this virtual console what curses sends there for the lines of a frame? Where it
 * is no virtual console, nobody can tell. */
static bool font_has_lines(void)
{
	static const wchar_t frame[] = L"\u2500\u2502\u250c\u2510\u2514\u2518\u251c\u2524";

	return !font_is_ours() || !i18n_has_unicode() || font_has(frame, ARRAY_SIZE(frame) - 1);
}

/* Lines of characters that every terminal has, where this one cannot draw any: curses would send
 * Unicode's in their place, whatever the terminal is. */
static void make_lines(void)
{
	static const char lines_of_ascii[][2] = { { 'q', '-' }, { 'x', '|' }, { 'l', '+' },
		{ 'k', '+' }, { 'm', '+' }, { 'j', '+' }, { 't', '+' }, { 'u', '+' }, { 'v', '+' },
		{ 'w', '+' }, { 'n', '+' } };
	bool drawn = acs_chars && font_has_lines();

	/* The first eight are those of a frame; they stand in pairs with what is sent. */
	for (size_t i = 0; i < 8 && drawn; i++) {
		const char *at = acs_chars;

		while (*at && *at != lines_of_ascii[i][0])
			at += at[1] ? 2 : 1;
		drawn = *at;
	}
	for (size_t i = 0; i < ARRAY_SIZE(lines_of_ascii) && !drawn; i++)
		acs_map[(unsigned char)lines_of_ascii[i][0]] = (chtype)lines_of_ascii[i][1];
}

/* Until curses has come back to the screen once it sends each movement of the cursor by itself, for
 * programs that use it in part: dozens of writes for a menu, each of which the terminal's reader
 * wakes up for. Afterwards a drawing is one. */
static void gather_output(void)
{
	endwin();
	reset_prog_mode();
}

/* Set curses up. */
static int start_curses(void)
{
	const char *term = getenv("TERM");

	use_env(FALSE);
	use_tioctl(TRUE);
	set_escdelay(term && streq(term, "linux") ? ESCAPE_MS_CONSOLE : ESCAPE_MS_OTHER);
	if (!initscr())
		return -EOPNOTSUPP;
	/* Else a key that waits would leave a drawing half done. */
	if (typeahead(-1) == ERR || raw() == ERR || noecho() == ERR || keypad(stdscr, TRUE) == ERR)
		return -EIO;
	theme_start_screen();
	make_lines();
	if (screen.told_rows > 0)
		resize_term(screen.told_rows, screen.told_columns);
	if (LINES > SCREEN_MAX_ROWS || COLS > SCREEN_MAX_COLUMNS)
		handle_resize(NULL, NULL, NULL);
	gather_output();
	return 0;
}

/* Give the terminal back at exit(3), too. */
static int stop_at_exit(void)
{
	static bool at_exit;

	if (!at_exit && atexit(screen_stop) != 0)
		return -ENOMEM;
	at_exit = true;
	return 0;
}

int screen_start(sd_event *event)
{
	int r;

	if (screen.started)
		return 0;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
		tcgetattr(STDIN_FILENO, &screen.before) < 0)
		return -ENOTTY;
	if (!screen_can_move())
		return -EOPNOTSUPP;
	r = stop_at_exit();
	if (r < 0)
		return r;
	r = attach(event);
	if (r >= 0) {
		screen.started = true;
		r = start_curses();
	}
	if (r < 0) {
		screen_stop();
		detach();
	}
	return r < 0 ? r : 0;
}

/* Lines are typed and shown by the kernel; no key of its own stops us or our output. */
static int enter_lines(void)
{
	struct termios mode = screen.before;

	mode.c_iflag &= ~(tcflag_t)(IXON | IXOFF | INLCR | IGNCR);
	mode.c_iflag |= ICRNL | (MB_CUR_MAX > 1 ? IUTF8 : 0);
	mode.c_oflag |= OPOST | ONLCR;
	mode.c_lflag &= ~(tcflag_t)(ISIG | IEXTEN);
	mode.c_lflag |= ICANON | ECHO | ECHOE | ECHOK;
	mode.c_cc[VEOF] = mode.c_cc[VEOL] = _POSIX_VDISABLE;
	return tcsetattr(STDIN_FILENO, TCSANOW, &mode) < 0 ? -errno : 0;
}

/* Have what is printed wait for the terminal in our place. */
static int lead_lines(void)
{
	FILE *stream = outlet_stream();

	if (!stream)
		return -ENOMEM;
	(void)fflush(stdout);
	screen.stdout_before = stdout;
	stdout = stream;
	return paint_attach_lines(screen.event, screen_gone);
}

/* Give back what screen_start_plain() has taken, whole or in part. */
static void stop_plain(void)
{
	screen.plain = false;
	if (screen.stdout_before) {
		(void)fclose(stdout);
		stdout = take_ptr(screen.stdout_before);
	}
	if (screen.ended)
		outlet_drop();
	paint_detach();
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &screen.before);
	screen.input = sd_event_source_disable_unref(screen.input);
	screen.event = sd_event_unref(screen.event);
}

int screen_start_plain(sd_event *event)
{
	int r;

	if (screen.started || screen.plain)
		return 0;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
		tcgetattr(STDIN_FILENO, &screen.before) < 0)
		return -ENOTTY;
	r = stop_at_exit();
	if (r < 0)
		return r;
	screen.event = sd_event_ref(event);
	r = sd_event_add_io(event, &screen.input, STDIN_FILENO, EPOLLIN, handle_input, NULL);
	if (r >= 0)
		r = sd_event_source_set_enabled(screen.input, SD_EVENT_OFF);
	if (r >= 0)
		r = enter_lines();
	if (r >= 0)
		r = lead_lines();
	if (r < 0) {
		stop_plain();
		return r;
	}
	screen.plain = true;
	COLS = PLAIN_COLUMNS;
	LINES = PLAIN_ROWS;
	return 0;
}

bool screen_is_plain(void)
{
	return screen.plain;
}

void screen_do_without(sd_event *event)
{
	screen.event = event;
}

bool screen_is_started(void)
{
	return screen.started;
}

void screen_stop(void)
{
	/* Whoever holds the output back must not hold us back as well. */
	bool held = outlet_is_held();

	if (screen.plain)
		stop_plain();
	if (!screen.started)
		return;
	screen.started = false;
	if (held)
		outlet_drop();
	if (stdscr && !isendwin() && !held) {
		curs_set(1);
		endwin();
	}
	(void)tcsetattr(STDIN_FILENO, outlet_is_held() ? TCSANOW : TCSADRAIN, &screen.before);
	detach();
}

void screen_abandon(void)
{
	screen.ended = true;
	screen_stop();
}
