/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One terminal, so one static state. SIGWINCH is taken as an event of the loop rather than by
 * curses' handler: a size that changes just before the loop sleeps is not missed that way. Standard
 * input is a source of the loop only while somebody waits for a key, else keys that are typed while
 * a page works would keep the loop awake.
 */

#define NCURSES_WIDECHAR 1
#include "screen.h"

#include <curses.h>
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>

#include "draw.h"
#include "paint.h"
#include "safe_words.h"
#include "theme.h"
#include "usec.h"
#include "util.h"

#define CTRL_L	    0x0c
#define MIN_COLUMNS 40
#define MIN_ROWS    12

/* Bytes of one key arrive together on a virtual console; a serial line or a network may part them.
 */
#define ESCAPE_MS_CONSOLE 25
#define ESCAPE_MS_OTHER	  100

/* A terminal that says it is larger is drawn on in part: curses keeps 84 bytes for each cell. */
#define MAX_COLUMNS 500
#define MAX_ROWS    200

/* What texts are written for where nothing is drawn. */
#define PLAIN_COLUMNS 80
#define PLAIN_ROWS    24

typedef int (*wget_wch_fn)(WINDOW *win, wint_t *ret);

static struct {
	bool started, plain, typed, woken, ended, led_back, working;
	int told_rows, told_columns; /* as screen_set_size() has been told; 0: as the kernel says */
	uint64_t touched;
	void (*again)(void *userdata);
	void *again_userdata;
	sd_event *event;
	sd_event_source *input, *resize;
	struct termios before;
	sigset_t mask_before;
} screen;

/* The terminal is gone. */
static int handle_gone(void)
{
	screen.ended = true;
	return sd_event_exit(screen.event, 0);
}

/* The terminal has something to read, or is gone. */
static int handle_input(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	screen.typed = true;
	return revents & (EPOLLHUP | EPOLLERR) ? handle_gone() : 0;
}

/* The terminal has another size: tell curses, which queues KEY_RESIZE. */
static int handle_resize(
	sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row == 0 || size.ws_col == 0)
		return 0;
	resizeterm(size.ws_row < MAX_ROWS ? size.ws_row : MAX_ROWS,
		size.ws_col < MAX_COLUMNS ? size.ws_col : MAX_COLUMNS);
	return 0;
}

void screen_set_size(int height, int width)
{
	screen.told_rows = height < MAX_ROWS ? height : MAX_ROWS;
	screen.told_columns = width < MAX_COLUMNS ? width : MAX_COLUMNS;
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
		r = paint_attach(event, handle_gone);
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
	int err;
	bool capable;

	if (setupterm(NULL, STDOUT_FILENO, &err) != OK)
		return false;
	capable = cursor_address && clear_screen && !generic_type;
	del_curterm(cur_term);
	return capable;
}

/* Lines of characters that every terminal has, where this one cannot draw any: curses would send
 * Unicode's in their place, whatever the terminal is. */
static void make_lines(void)
{
	static const char lines_of_ascii[][2] = { { 'q', '-' }, { 'x', '|' }, { 'l', '+' },
		{ 'k', '+' }, { 'm', '+' }, { 'j', '+' }, { 't', '+' }, { 'u', '+' }, { 'v', '+' },
		{ 'w', '+' }, { 'n', '+' } };
	bool drawn = acs_chars;

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

/* Set curses up the way that our screens and libdialog's both want it. */
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
	if (LINES > MAX_ROWS || COLS > MAX_COLUMNS)
		handle_resize(NULL, NULL, NULL);
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
	return tcsetattr(STDIN_FILENO, TCSADRAIN, &mode) < 0 ? -errno : 0;
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
	r = sd_event_add_io(event, &screen.input, STDIN_FILENO, EPOLLIN, handle_input, NULL);
	if (r >= 0)
		r = sd_event_source_set_enabled(screen.input, SD_EVENT_OFF);
	if (r >= 0)
		r = enter_lines();
	if (r < 0) {
		screen.input = sd_event_source_disable_unref(screen.input);
		return r;
	}
	screen.event = sd_event_ref(event);
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

/* Give back what screen_start_plain() has taken. */
static void stop_plain(void)
{
	screen.plain = false;
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &screen.before);
	screen.input = sd_event_source_disable_unref(screen.input);
	screen.event = sd_event_unref(screen.event);
}

void screen_stop(void)
{
	/* Whoever holds the output back must not hold us back as well. */
	bool held = paint_is_held();

	if (screen.plain)
		stop_plain();
	if (!screen.started)
		return;
	screen.started = false;
	if (stdscr && !isendwin() && !held) {
		curs_set(1);
		endwin();
	}
	(void)tcsetattr(STDIN_FILENO, held ? TCSANOW : TCSADRAIN, &screen.before);
	detach();
}

bool screen_too_small(void)
{
	return COLS < MIN_COLUMNS || LINES < MIN_ROWS;
}

/* Say that nothing can be drawn here, in as few cells as there are. */
static void say_too_small(void)
{
	safe_char text[80];

	(void)safe_format(text, sizeof(text), _("Too small: %dx%d, needs %dx%d"), COLS, LINES,
		MIN_COLUMNS, MIN_ROWS);
	clear();
	draw_text(stdscr, 0, 0, text, (size_t)COLS);
	refresh();
}

/* A key that is there already, by curses' own wget_wch(); ERR for none. */
static int read_key_now(WINDOW *win, wint_t *ret)
{
	static wget_wch_fn curses_wget_wch;
	int delay = wgetdelay(win);
	int r;

	if (!curses_wget_wch) {
		void *symbol = dlsym(RTLD_NEXT, "wget_wch");

		memcpy(&curses_wget_wch, &symbol, sizeof(symbol));
	}
	wtimeout(win, 0);
	r = curses_wget_wch(win, ret);
	wtimeout(win, delay);
	return r;
}

/* One turn of the event loop. Returns 0 when there was nothing in that time. */
static int run_once(uint64_t usec)
{
	int r;

	paint_settle();
	r = sd_event_run(screen.event, usec);
	if ((r < 0 && r != -EINTR) || sd_event_get_state(screen.event) == SD_EVENT_FINISHED)
		screen.ended = true;
	return r;
}

/* Let the event loop run until something happens, at most delay milliseconds (negative: for ever).
 * False: it is over. */
static bool run_events(int delay, bool *ret_timeout)
{
	uint64_t usec = delay < 0 ? UINT64_MAX : (uint64_t)delay * 1000;
	int r;

	r = paint_is_held() ? paint_await()
			    : sd_event_source_set_enabled(screen.input, SD_EVENT_ONESHOT);
	if (r >= 0)
		r = run_once(usec);
	*ret_timeout = r == 0;
	return !screen.ended;
}

/* Whether the one who waits for a key shall stop waiting, without one. */
static bool take_interruption(void)
{
	bool woken = screen.woken;

	screen.woken = false;
	return woken || screen_ended();
}

/* Is this a key for the one who waits? Not on a screen that is too small. */
static bool key_counts(int r, wint_t key, bool *small)
{
	if (screen_too_small()) {
		if (!*small || (r == KEY_CODE_YES && key == KEY_RESIZE))
			say_too_small();
		*small = true;
		return false;
	}
	*small = false;
	return r != ERR;
}

/* Somebody doubts what stands on the screen. */
static void draw_again(void)
{
	paint_again();
	if (screen.again)
		screen.again(screen.again_userdata);
}

void screen_on_again(void (*again)(void *userdata), void *userdata)
{
	screen.again = again;
	screen.again_userdata = userdata;
}

/* Is it a key that ends, stops, holds or quotes elsewhere? To libdialog ^D would be Enter, and ^V
 * put the next key into a text, whatever it is. */
static bool is_for_terminal(wint_t key)
{
	static const char keys[] = "\x03\x04\x0f\x11\x13\x16\x19\x1a\x1c";

	return key > 0 && key < ' ' && strchr(keys, (int)key);
}

/* In place of curses': the same, but runs the event loop while there is no key. It is called from
 * libdialog, and must be visible for a libdialog that is a shared library. */
__attribute__((visibility("default"))) int wget_wch(WINDOW *win, wint_t *ret)
{
	bool small = false, timeout = false;
	int delay = wgetdelay(win);
	int r;

	for (;;) {
		if (screen.led_back)
			return ERR;
		/* A key leads to a drawing, which must not wait for the terminal: the key does. */
		r = paint_is_held() ? ERR : read_key_now(win, ret);
		if (r == OK || (r == KEY_CODE_YES && *ret != KEY_RESIZE))
			screen_touch();
		if (r == OK && *ret == CTRL_L) {
			draw_again();
			continue;
		}
		if (r == OK && is_for_terminal(*ret))
			continue;
		if (key_counts(r, *ret, &small))
			return r;
		if (r != ERR)
			continue;
		if (!screen.started || delay == 0 || timeout || take_interruption())
			return ERR;
		if (!run_events(delay, &timeout))
			return ERR;
		timeout = timeout && delay > 0;
	}
}

int screen_await_input(void)
{
	screen.typed = false;
	while (!screen.typed) {
		if (take_interruption())
			return screen_ended() ? -ECANCELED : -EINTR;
		if (sd_event_source_set_enabled(screen.input, SD_EVENT_ONESHOT) < 0)
			return -ECANCELED;
		(void)run_once(UINT64_MAX);
	}
	screen_touch();
	return 0;
}

ssize_t screen_read_plain(char *buf, size_t size)
{
	ssize_t n;
	int r = screen_await_input();

	if (r < 0)
		return r;
	do
		n = read(STDIN_FILENO, buf, size);
	while (n < 0 && errno == EINTR);
	if (n <= 0) {
		(void)handle_gone();
		return -ECANCELED;
	}
	return n;
}

int screen_read(wint_t *ret)
{
	int r = wget_wch(stdscr, ret);

	return r == ERR ? -ECANCELED : r;
}

int screen_get_key(void)
{
	wint_t key;
	int r;

	r = screen_read(&key);
	if (r < 0)
		return r;
	/* Letters that have the number of a function key are no key that any screen offers. */
	if (r == OK && key >= KEY_MIN && key <= KEY_MAX)
		return 0xFFFD;
	return (int)key;
}

bool screen_wait(const bool *done)
{
	screen.working = true;
	while (!*done && !screen.ended)
		(void)run_once(UINT64_MAX);
	screen.working = false;
	screen_touch();
	return *done;
}

bool screen_is_working(void)
{
	return screen.working;
}

void screen_lead_back(void)
{
	screen.led_back = true;
}

void screen_is_back(void)
{
	screen.led_back = false;
}

void screen_touch(void)
{
	screen.touched = usec_now(CLOCK_BOOTTIME);
}

uint64_t screen_touched(void)
{
	return screen.touched;
}

void screen_wake(void)
{
	screen.woken = true;
}

sd_event *screen_event(void)
{
	return screen.event;
}

bool screen_ended(void)
{
	return screen.ended || screen.led_back;
}

void screen_flush_input(void)
{
	if (screen.started)
		flushinp();
	(void)tcflush(STDIN_FILENO, TCIFLUSH);
}
