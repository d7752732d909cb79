/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pager_plain.h"

#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#include "i18n.h"
#include "screen.h"
#include "util.h"

/* What a terminal has that does not tell its size. */
#define ROWS	     24
#define COLUMNS	     80
#define ROWS_MIN     5
#define COLUMNS_MIN  20
#define COLUMNS_MAX  132
#define ROWS_AT_ONCE 3 /* of the page are for the question */

/* The size of a page. */
static struct pager_view find_view(void)
{
	struct pager_view view = { COLUMNS, ROWS - ROWS_AT_ONCE, 0 };
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return view;
	if (size.ws_col >= COLUMNS_MIN)
		view.columns = size.ws_col < COLUMNS_MAX ? size.ws_col : COLUMNS_MAX;
	if (size.ws_row >= ROWS_MIN)
		view.rows = size.ws_row - ROWS_AT_ONCE;
	return view;
}

/* There is something to read, or the terminal is gone, which reading tells. */
static int on_input(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	bool *ready = userdata;

	*ready = true;
	return sd_event_source_set_enabled(source, SD_EVENT_OFF);
}

int pager_wait_input(sd_event *event)
{
	_cleanup_(sd_event_source_disable_unrefp) sd_event_source *input = NULL;
	bool ready = false;
	int r = sd_event_add_io(event, &input, STDIN_FILENO, EPOLLIN, on_input, &ready);

	while (r >= 0 && !ready) {
		r = sd_event_run(event, UINT64_MAX);
		if (r == -EINTR)
			r = 0;
		if (sd_event_get_state(event) == SD_EVENT_FINISHED || screen_ended())
			r = -ECANCELED;
	}
	screen_touch();
	return r < 0 ? -ECANCELED : 0;
}

int pager_read_line(sd_event *event, char *buf, size_t size)
{
	size_t length = 0;
	char byte = 0;
	ssize_t n;

	if (pager_wait_input(event) < 0)
		return -ECANCELED;
	while (byte != '\n') {
		do
			n = read(STDIN_FILENO, &byte, 1);
		while (n < 0 && errno == EINTR);
		if (n <= 0)
			return -ECANCELED;
		if (byte != '\n' && length + 1 < size)
			buf[length++] = byte;
	}
	buf[length] = '\0';
	return 0;
}

/* Print the lines in view, and where that is in the text. */
static void print_page(const struct pager *pager, size_t top, size_t end, size_t n)
{
	bool heading;

	if (top == 0)
		draw_print(stdout, "\n%s\n", pager->title);
	for (size_t i = top; i < end; i++)
		draw_print(stdout, "%s\n", pager->line(i, &heading, pager->userdata));
	draw_print(stdout, _("Lines %zu to %zu of %zu."), n > 0 ? top + 1 : 0, end, n);
	draw_print(stdout, "\n%s%s", end < n ? _("Enter: next page  ") : OURS(""), _("q: back"));
	for (size_t i = 0; i < pager->n_keys; i++)
		draw_print(stdout, "  %c: %s", pager->keys[i].twin, translate(pager->keys[i].text));
	draw_print(stdout, "\n%s ", _("Choice:"));
	(void)fflush(stdout);
}

/* Is this one of the page's keys? */
static bool is_key(const struct pager *pager, char choice)
{
	for (size_t i = 0; i < pager->n_keys; i++)
		if (pager->keys[i].twin == choice)
			return true;
	return false;
}

int pager_print(struct pager *pager)
{
	size_t top = 0;

	for (;;) {
		struct pager_view view = find_view();
		size_t n, end;
		char choice[2];

		view.top = top;
		n = pager->update(&view, pager->userdata);
		top = view.top < n ? view.top : 0;
		end = top + (size_t)view.rows < n ? top + (size_t)view.rows : n;
		print_page(pager, top, end, n);
		if (pager_read_line(pager->event, choice, sizeof(choice)) < 0)
			return -ECANCELED;
		if (is_key(pager, *choice))
			return *choice;
		if (*choice == 'q' || end == n)
			return 0;
		top = end;
	}
}
