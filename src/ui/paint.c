/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define NCURSES_WIDECHAR 1
#include "paint.h"

#include <curses.h>
#include <signal.h>
#include <stdint.h>
#include <term.h>
#include <unistd.h>

#include "damage.h"
#include "outlet.h"

#define GAP_USEC      50000ULL
#define ACCURACY_USEC 1000

static struct {
	sd_event *event; /* borrowed; NULL while nothing can be drawn on */
	sd_event_source *timer, *resume;
	struct damage *damage; /* NULL where the terminal cannot be watched */
	paint_fn draw;	       /* NULL: nothing waits to be drawn */
	void *userdata;
	bool again;	/* all of the screen waits */
	uint64_t drawn; /* CLOCK_MONOTONIC, usec */
} paint;

/* Others may have changed the modes that curses believes the terminal to be in, too. */
void paint_again(void)
{
	int cursor = curs_set(0);

	paint.again = false;
	if (exit_attribute_mode)
		putp(exit_attribute_mode);
	if (keypad_xmit)
		putp(keypad_xmit);
	(void)curs_set(1);
	(void)curs_set(cursor == 0 ? 0 : 1);
	clearok(curscr, TRUE);
	wrefresh(curscr);
}

/* Draw what waits, or have the event loop come back when that is possible. */
static int draw_waiting(void)
{
	paint_fn draw = paint.draw;
	uint64_t now = 0;

	if (!draw && !paint.again)
		return 0;
	if (outlet_is_held())
		return outlet_await();
	(void)sd_event_now(paint.event, CLOCK_MONOTONIC, &now);
	if (now < paint.drawn + GAP_USEC) {
		(void)sd_event_source_set_time(paint.timer, paint.drawn + GAP_USEC);
		return sd_event_source_set_enabled(paint.timer, SD_EVENT_ONESHOT);
	}
	paint.drawn = now;
	paint.draw = NULL;
	if (draw)
		draw(paint.userdata);
	if (paint.again)
		paint_again();
	return 0;
}

void paint_soon(paint_fn draw, void *userdata)
{
	paint.draw = draw;
	paint.userdata = userdata;
	if (paint.event)
		(void)draw_waiting();
}

/* Enough time has passed since the last drawing. */
static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	return draw_waiting();
}

/* Others have written on the terminal. */
static void on_damage(void *userdata)
{
	paint.again = true;
	(void)draw_waiting();
}

/* We were stopped for a while; whoever had the terminal meanwhile may have drawn. */
static int on_resume(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	on_damage(NULL);
	return 0;
}

int paint_attach_lines(sd_event *event, paint_gone_fn gone)
{
	int r;

	paint.event = event;
	r = outlet_attach(event, draw_waiting, gone);
	if (r >= 0)
		r = sd_event_add_time(
			event, &paint.timer, CLOCK_MONOTONIC, 0, ACCURACY_USEC, on_timer, NULL);
	if (r >= 0)
		r = sd_event_source_set_enabled(paint.timer, SD_EVENT_OFF);
	return r;
}

int paint_attach(sd_event *event, paint_gone_fn gone)
{
	int r = paint_attach_lines(event, gone);

	if (r >= 0)
		r = sd_event_add_signal(event, &paint.resume, SIGCONT, on_resume, NULL);
	/* Where the terminal's name is hidden from us there is still Ctrl-L. */
	if (r >= 0)
		(void)damage_new(event, STDOUT_FILENO, on_damage, NULL, &paint.damage);
	return r;
}

void paint_detach(void)
{
	outlet_detach();
	paint.damage = damage_free(paint.damage);
	paint.timer = sd_event_source_disable_unref(paint.timer);
	paint.resume = sd_event_source_disable_unref(paint.resume);
	paint.draw = NULL;
	paint.again = false;
	paint.event = NULL;
}

int paint_watch_cells(int fd)
{
	if (paint.damage)
		return damage_watch_cells(paint.damage, fd);
	close(fd);
	return 0;
}

void paint_settle(void)
{
	damage_settle(paint.damage);
}
