/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Keys, and what runs while there are none. Standard input is a source of the loop only while
 * somebody waits for a key, else keys that are typed while a page works would keep the loop awake.
 */

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>

#include "draw.h"
#include "keys.h"
#include "outlet.h"
#include "paint.h"
#include "safe_words.h"
#include "screen_parts.h"
#include "usec.h"
#include "util.h"

#define CTRL_L 0x0c

bool screen_too_small(void)
{
	return COLS < SCREEN_MIN_COLUMNS || LINES < SCREEN_MIN_ROWS;
}

/* Say that nothing can be drawn here, in as few cells as there are. */
static void say_too_small(void)
{
	safe_char text[80];

	(void)safe_format(text, sizeof(text), _("Too small: %dx%d, needs %dx%d"), COLS, LINES,
		SCREEN_MIN_COLUMNS, SCREEN_MIN_ROWS);
	clear();
	draw_text(stdscr, 0, 0, text, (size_t)COLS);
	refresh();
}

/* One turn of the event loop, as long as it takes until something happens. */
static void run_once(void)
{
	int r;

	paint_settle();
	r = sd_event_run(screen.event, UINT64_MAX);
	if ((r < 0 && r != -EINTR) || sd_event_get_state(screen.event) == SD_EVENT_FINISHED)
		screen.ended = true;
}

/* Have the event loop end its sleep for a key; while the terminal holds what leads to it, for that.
 */
static int await_turn(void)
{
	return outlet_is_held() ? outlet_await()
				: sd_event_source_set_enabled(screen.input, SD_EVENT_ONESHOT);
}

/* Whether the one who waits for a key shall stop waiting, without one. What is shown in its place
 * must not wait for the terminal: all that happens until then is shown at once. */
static bool take_interruption(void)
{
	bool woken = screen.woken && !outlet_is_held();

	if (woken)
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

/* Is it a key that ends, stops, holds or quotes elsewhere? Here it does nothing. */
static bool is_for_terminal(wint_t key)
{
	static const char keys[] = "\x03\x04\x0f\x11\x13\x16\x19\x1a\x1c";

	return key > 0 && key < ' ' && strchr(keys, (int)key);
}

int screen_read(WINDOW *win, wint_t *ret)
{
	bool small = false;
	int r;

	for (;;) {
		if (screen.led_back)
			return ERR;
		/* A key leads to a drawing, which must not wait for the terminal: the key does. */
		r = outlet_is_held() ? ERR : keys_read(win, ret);
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
		if (!screen.started || take_interruption() || await_turn() < 0)
			return ERR;
		run_once();
		if (screen.ended)
			return ERR;
	}
}

int screen_await_input(void)
{
	screen.typed = false;
	while (!screen.typed) {
		if (take_interruption())
			return screen_ended() ? -ECANCELED : -EINTR;
		if (await_turn() < 0)
			return -ECANCELED;
		run_once();
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
		(void)screen_gone();
		return -ECANCELED;
	}
	return n;
}

int screen_get_key(void)
{
	wint_t key;
	int r;

	r = screen_read(stdscr, &key);
	if (r == ERR)
		return -ECANCELED;
	/* Letters that have the number of a function key are no key that any screen offers. */
	if (r == OK && key >= KEY_MIN && key <= KEY_MAX)
		return 0xFFFD;
	return (int)key;
}

bool screen_wait(const bool *done)
{
	screen.working = true;
	while (!*done && !screen.ended)
		run_once();
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
