/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "progress.h"

#include <systemd/sd-event.h>

#include "form.h"
#include "form_sheet.h"
#include "i18n.h"
#include "screen.h"
#include "util.h"
#include "wrap.h"

#define TEXT_MAX     4096
#define QUARTER	     25
#define STATE_COLS   9 /* "working", "waiting" and their gap */
#define SLOW_SECONDS 5
#define HINT_ROWS    3
#define WIDTH_MAX    74
#define BAR_MAX	     50
#define BAR_WORDS    8 /* the brackets and "100 %" */

/* Where the list is written to: the end of a text, for so many columns. */
struct sink {
	safe_char *buf;
	size_t size, length;
	int columns;
};

/* Add one row. */
static void add_row(struct sink *sink, const safe_char *state, const safe_char *text, size_t length)
{
	int n = safe_format(sink->buf + sink->length, sink->size - sink->length, "%-*s%.*s\n",
		wrap_field(state, STATE_COLS), state, (int)length, text);

	if (n > 0 && sink->length + (size_t)n < sink->size)
		sink->length += (size_t)n;
}

/* Add a line, its further rows below its words. */
static void add_line(struct sink *sink, const safe_char *state, const safe_char *text)
{
	struct wrap_row rows[8];
	size_t n = wrap_text(text, sink->columns - STATE_COLS, rows, ARRAY_SIZE(rows));

	for (size_t i = 0; i < n; i++)
		add_row(sink, i == 0 ? state : OURS(""), rows[i].text, rows[i].length);
}

/* How a line's state is called. */
static const safe_char *state_word(enum progress_state state)
{
	switch (state) {
	case PROGRESS_HIDDEN:
		break;
	case PROGRESS_WAITING:
		return _("waiting");
	case PROGRESS_WORKING:
		return _("working");
	case PROGRESS_DONE:
		return _("done");
	case PROGRESS_WARNING:
		return _("warning");
	case PROGRESS_FAILED:
		return _("failed");
	}
	return OURS("");
}

/* Seconds since the present line began. */
static unsigned seconds_since(const struct progress *progress)
{
	uint64_t now;

	if (!screen_event() || sd_event_now(screen_event(), CLOCK_MONOTONIC, &now) < 0)
		return 0;
	return progress->since > 0 && now > progress->since
		       ? (unsigned)((now - progress->since) / 1000000)
		       : 0;
}

/* "[#####     ]  50 %" below the line. */
static void write_bar(struct sink *sink, unsigned percent)
{
	int room = sink->columns - STATE_COLS - BAR_WORDS, filled;
	safe_char text[WIDTH_MAX + 32];
	int used = 0;

	if (room > BAR_MAX)
		room = BAR_MAX;
	if (room < 1)
		return;
	filled = room * (int)percent / 100;
	text[used++] = '[';
	for (int i = 0; i < room; i++)
		text[used++] = i < filled ? '#' : ' ';
	(void)safe_format(text + used, sizeof(text) - (size_t)used, _("] %3u %%"), percent);
	add_row(sink, OURS(""), text, safe_length(text));
}

/* One line that has begun. */
static void write_line(
	struct sink *sink, const struct progress_line *line, const struct progress *progress)
{
	bool over = line->state == PROGRESS_DONE || line->state == PROGRESS_WARNING;
	safe_char text[PROGRESS_LINE_MAX + 32];
	unsigned seconds = line->state == PROGRESS_WORKING ? seconds_since(progress) : 0;

	if (seconds > 0)
		(void)safe_format(text, sizeof(text), _("%s (%u s)"), line->working, seconds);
	else
		(void)safe_format(text, sizeof(text), "%s", over ? line->done : line->working);
	add_line(sink, state_word(line->state), text);
	if (line->state == PROGRESS_WORKING && line->percent > 0)
		write_bar(sink, line->percent);
}

/* What is still to come, on one line. */
static void write_waiting(struct sink *sink, const struct progress *progress)
{
	safe_char text[PROGRESS_LINE_MAX] = "";
	size_t length = 0;

	for (size_t i = 0; i < progress->n; i++) {
		if (progress->lines[i].state != PROGRESS_WAITING || length >= sizeof(text))
			continue;
		length += (size_t)safe_format(text + length, sizeof(text) - length, "%s%s",
			length > 0 ? OURS(", ") : OURS(""), progress->lines[i].name);
	}
	if (length > 0)
		add_line(sink, state_word(PROGRESS_WAITING), text);
}

/* The list from its line first on. */
static void write_from(const struct progress *progress, size_t first, struct sink *sink)
{
	sink->length = 0;
	*sink->buf = 0;
	for (size_t i = first; i < progress->n; i++)
		if (progress->lines[i].state > PROGRESS_WAITING)
			write_line(sink, &progress->lines[i], progress);
	write_waiting(sink, progress);
}

/* Rows of a text. */
static int count_rows(const safe_char *text)
{
	int rows = 0;

	for (; *text; text++)
		rows += *text == '\n';
	return rows;
}

/* The list for at most so many rows: what was done first is left out first. */
static void write_list(const struct progress *progress, int rows, safe_char *buf, size_t size)
{
	int columns = COLS - SHEET_FRAME_COLS;
	struct sink sink = {
		.buf = buf, .size = size, .columns = columns < WIDTH_MAX ? columns : WIDTH_MAX
	};

	for (size_t first = 0; first <= progress->n; first++) {
		write_from(progress, first, &sink);
		if (count_rows(buf) <= rows || progress->lines[first].state != PROGRESS_DONE)
			break;
	}
}

size_t progress_add(struct progress *progress, const safe_char *name, const safe_char *working,
	const safe_char *done)
{
	struct progress_line *line;

	if (progress->n == PROGRESS_MAX)
		return PROGRESS_NONE;
	line = &progress->lines[progress->n];
	*line = (struct progress_line){ .state = PROGRESS_WAITING, .name = name };
	(void)safe_format(line->working, sizeof(line->working), "%s", working);
	(void)safe_format(line->done, sizeof(line->done), "%s", done);
	return progress->n++;
}

/* Print the lines that are over now and were not before; on a terminal of lines also what is being
 * done. */
static void tell(struct progress *progress)
{
	bool plain = screen_is_plain();

	for (size_t i = 0; i < progress->n && !progress->quiet; i++) {
		struct progress_line *line = &progress->lines[i];
		bool over = line->state == PROGRESS_DONE || line->state == PROGRESS_WARNING;

		if (line->state == line->told ||
			line->state < (plain ? PROGRESS_WORKING : PROGRESS_DONE))
			continue;
		line->told = line->state;
		draw_print(plain ? stdout : stderr, "%-*s%s\n",
			wrap_field(state_word(line->state), STATE_COLS), state_word(line->state),
			over ? line->done : line->working);
	}
	(void)fflush(stdout);
}

/* Those before at have been passed; what never began was not necessary. */
static void end_earlier(struct progress *progress, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		struct progress_line *line = &progress->lines[i];

		if (line->state == PROGRESS_WAITING)
			line->state = PROGRESS_HIDDEN;
		else if (line->state == PROGRESS_WORKING)
			line->state = PROGRESS_DONE;
	}
}

void progress_set(
	struct progress *progress, size_t at, enum progress_state state, const safe_char *text)
{
	struct progress_line *line;

	if (at >= progress->n)
		return;
	line = &progress->lines[at];
	end_earlier(progress, at);
	if (state == PROGRESS_WORKING && line->state != PROGRESS_WORKING &&
		(!screen_event() ||
			sd_event_now(screen_event(), CLOCK_MONOTONIC, &progress->since) < 0))
		progress->since = 0;
	line->state = state;
	if (text) {
		(void)safe_format(line->working, sizeof(line->working), "%s", text);
		(void)safe_format(line->done, sizeof(line->done), "%s", text);
	}
	/* Nothing may follow that paints. */
	if (screen_is_plain() && state > PROGRESS_WORKING)
		tell(progress);
}

/* Print what is being done, and how far it is. */
static void print_working(FILE *f, const safe_char *text, unsigned percent)
{
	const safe_char *word = state_word(PROGRESS_WORKING);

	if (percent <= 100)
		draw_print(f, "%-*s%s: %u %%\n", wrap_field(word, STATE_COLS), word, text, percent);
	else
		draw_print(f, "%-*s%s\n", wrap_field(word, STATE_COLS), word, text);
	(void)fflush(f);
}

/* Print how far a line has come, each quarter of it once: a bar would be drawn again and again. */
static void tell_percent(struct progress_line *line)
{
	unsigned quarters = line->percent / QUARTER;

	if (quarters <= line->told_quarters || line->percent >= 100)
		return;
	line->told_quarters = quarters;
	print_working(stdout, line->working, line->percent);
}

void progress_percent(struct progress *progress, size_t at, unsigned percent)
{
	if (at >= progress->n)
		return;
	progress->lines[at].percent = percent < 100 ? percent : 100;
	if (screen_is_plain() && !progress->quiet)
		tell_percent(&progress->lines[at]);
}

void progress_say(const struct progress *progress, const safe_char *text, unsigned percent)
{
	if (!progress->quiet)
		print_working(stderr, text, percent);
}

void progress_fail(struct progress *progress)
{
	for (size_t i = 0; i < progress->n; i++)
		if (progress->lines[i].state == PROGRESS_WORKING)
			progress->lines[i].state = PROGRESS_FAILED;
}

void progress_warn(struct progress *progress, const safe_char *text)
{
	for (size_t i = 0; i < progress->n; i++)
		if (progress->lines[i].state == PROGRESS_WORKING)
			progress_set(progress, i, PROGRESS_WARNING, text);
}

/* Is there something to be said of how long it takes? */
static bool is_slow(const struct progress *progress)
{
	for (size_t i = 0; i < progress->n; i++)
		if (progress->lines[i].state == PROGRESS_WORKING && progress->lines[i].foreign)
			return false;
	return seconds_since(progress) >= SLOW_SECONDS;
}

void progress_paint(unsigned seconds, void *userdata)
{
	struct progress *progress = userdata;
	bool slow = is_slow(progress);
	safe_char text[TEXT_MAX];
	enum answer unused;

	if (!screen_is_started()) {
		tell(progress);
		return;
	}
	if (!box_begin(&unused))
		return;
	write_list(progress, LINES - box_top() - SHEET_FRAME_ROWS - (slow ? HINT_ROWS : 0), text,
		sizeof(text));
	form_paint(progress->title, text,
		slow ? _("This can take up to a minute: the new settings are tried before they are "
			 "kept.")
		     : NULL);
}

/* The list and the reason, for a box of any size. */
struct failure {
	const struct progress *progress;
	const safe_char *reason;
	safe_char text[TEXT_MAX + 1024];
};

/* Write them: on a small screen the reason comes first. */
static const safe_char *write_failure(int columns, void *userdata)
{
	struct failure *failure = userdata;
	safe_char list[TEXT_MAX];

	write_list(failure->progress, PROGRESS_MAX * 2, list, sizeof(list));
	if (box_top() > 0)
		(void)safe_format(
			failure->text, sizeof(failure->text), "%s\n%s", list, failure->reason);
	else
		(void)safe_format(
			failure->text, sizeof(failure->text), "%s\n\n%s", failure->reason, list);
	return failure->text;
}

enum answer progress_ask_again(struct progress *progress, const safe_char *reason, bool emergency)
{
	struct failure failure = { .progress = progress, .reason = reason };
	struct form form = {
		.title = progress->title,
		.write_text = write_failure,
		.userdata = &failure,
		.buttons = { _("Try again"), _("Back"), emergency ? _("Emergency") : NULL },
		.weighty = true,
	};
	enum answer answer;

	screen_flush_input();
	do
		answer = form_run(&form);
	while (answer == ANSWER_WOKEN);
	return answer;
}
