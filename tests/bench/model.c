/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "model.h"
#include "util.h"

enum { GROUND, ESCAPE, SEQUENCE, CHARSET, COMMAND };

/* The number within the bounds that is nearest to n. */
static int clamp(int n, int low, int high)
{
	return n < low ? low : n > high ? high : n;
}

/* Fill cells with blanks. */
static void blank(struct model *model, int row, int from, int to)
{
	if (from < to)
		memset(&model->cells[row][from], ' ', to - from);
}

void model_init(struct model *model)
{
	*model = (struct model){ .bottom = MODEL_ROWS - 1 };
	for (int row = 0; row < MODEL_ROWS; row++)
		blank(model, row, 0, MODEL_COLUMNS);
}

/* Move the lines from row to the bottom of the scrolling region down by n (up: negative). */
static void scroll(struct model *model, int row, int n)
{
	int last = model->bottom, count = clamp(n < 0 ? -n : n, 0, last - row + 1);
	int kept = last - row + 1 - count;
	int from = n < 0 ? row + count : row, to = n < 0 ? row : row + count;

	memmove(model->cells[to], model->cells[from], kept * sizeof(model->cells[0]));
	for (int i = 0; i < count; i++)
		blank(model, n < 0 ? last - i : row + i, 0, MODEL_COLUMNS);
}

/* Go down a line. */
static void feed(struct model *model)
{
	if (model->row == model->bottom)
		scroll(model, model->top, -1);
	else
		model->row = clamp(model->row + 1, 0, MODEL_ROWS - 1);
}

/* Write one cell. */
static void put(struct model *model, char c)
{
	if (model->column == MODEL_COLUMNS) {
		model->column = 0;
		feed(model);
	}
	model->cells[model->row][model->column++] = c;
}

/* Move the rest of the line right by n (left: negative). */
static void shift(struct model *model, int n)
{
	int at = clamp(model->column, 0, MODEL_COLUMNS - 1);
	int count = clamp(n < 0 ? -n : n, 0, MODEL_COLUMNS - at);
	char *line = model->cells[model->row];
	int kept = MODEL_COLUMNS - at - count;

	memmove(&line[n < 0 ? at : at + count], &line[n < 0 ? at + count : at], kept);
	if (n < 0)
		blank(model, model->row, at + kept, MODEL_COLUMNS);
	else
		blank(model, model->row, at, at + count);
}

/* Erase in display: behind the cursor, before it, all. */
static void erase_display(struct model *model, int what)
{
	for (int row = 0; row < MODEL_ROWS; row++) {
		int from = what > 0 || row > model->row ? 0 : model->column;
		int to = what == 1 && row == model->row ? model->column + 1 : MODEL_COLUMNS;

		if ((what == 0 && row < model->row) || (what == 1 && row > model->row))
			continue;
		blank(model, row, from, clamp(to, 0, MODEL_COLUMNS));
	}
}

/* Erase in line, likewise. */
static void erase_line(struct model *model, int what)
{
	int end = what == 1 ? model->column + 1 : MODEL_COLUMNS;

	blank(model, model->row, what == 0 ? model->column : 0, clamp(end, 0, MODEL_COLUMNS));
}

/* Put the cursor somewhere on the screen. */
static void go(struct model *model, int row, int column)
{
	model->row = clamp(row, 0, MODEL_ROWS - 1);
	model->column = clamp(column, 0, MODEL_COLUMNS - 1);
}

/* Set the scrolling region. */
static void set_region(struct model *model, int top, int bottom)
{
	model->top = clamp(top, 0, MODEL_ROWS - 1);
	model->bottom = clamp(bottom, model->top, MODEL_ROWS - 1);
	go(model, 0, 0);
}

/* Obey a control sequence; those about colour change nothing here. */
static void obey(struct model *model, char final)
{
	int first = model->parameters[0], n = first ? first : 1;
	int second = model->parameters[1];

	switch (final) {
	case 'A':
		go(model, model->row - n, model->column);
		break;
	case 'B':
		go(model, model->row + n, model->column);
		break;
	case 'C':
		go(model, model->row, model->column + n);
		break;
	case 'D':
		go(model, model->row, model->column - n);
		break;
	case 'G':
		go(model, model->row, n - 1);
		break;
	case 'd':
		go(model, n - 1, model->column);
		break;
	case 'H':
		go(model, n - 1, (second ? second : 1) - 1);
		break;
	case 'J':
		erase_display(model, first);
		break;
	case 'K':
		erase_line(model, first);
		break;
	case 'X':
		blank(model, model->row, model->column, clamp(model->column + n, 0, MODEL_COLUMNS));
		break;
	case 'L':
		scroll(model, model->row, n);
		break;
	case 'M':
		scroll(model, model->row, -n);
		break;
	case '@':
		shift(model, n);
		break;
	case 'P':
		shift(model, -n);
		break;
	case 'r':
		set_region(model, n - 1, second ? second - 1 : MODEL_ROWS - 1);
		break;
	default:
		break;
	}
}

/* A control character. */
static void control(struct model *model, char c)
{
	switch (c) {
	case '\r':
		model->column = 0;
		break;
	case '\n':
		feed(model);
		break;
	case '\b':
		go(model, model->row, model->column - 1);
		break;
	case '\t':
		go(model, model->row, (model->column / 8 + 1) * 8);
		break;
	case 27:
		model->state = ESCAPE;
		break;
	default:
		break;
	}
}

/* What follows ESC. */
static void escape(struct model *model, char c)
{
	model->state = GROUND;
	if (c == '[') {
		model->state = SEQUENCE;
		model->n_parameters = 0;
		memset(model->parameters, 0, sizeof(model->parameters));
	} else if (c == ']') {
		model->state = COMMAND;
	} else if (strchr("()%#", c)) {
		model->state = CHARSET;
	} else if (c == '7') {
		model->saved_row = model->row;
		model->saved_column = model->column;
	} else if (c == '8') {
		go(model, model->saved_row, model->saved_column);
	} else if (c == 'M' && model->row == model->top) {
		scroll(model, model->top, 1);
	} else if (c == 'M') {
		go(model, model->row - 1, model->column);
	}
}

/* What follows ESC [. */
static void sequence(struct model *model, char c)
{
	int last = clamp(model->n_parameters, 0, (int)ARRAY_SIZE(model->parameters) - 1);

	if (c >= '0' && c <= '9') {
		model->parameters[last] = clamp(model->parameters[last] * 10 + c - '0', 0, 9999);
	} else if (c == ';') {
		model->n_parameters++;
	} else if (c >= '@') {
		model->state = GROUND;
		obey(model, c);
	}
}

/* A byte outside of escape sequences: the first byte of a UTF-8 character stands for all of it. */
static void ground(struct model *model, char c)
{
	unsigned char byte = c;

	if (byte < 0x20)
		control(model, c);
	else if (byte < 0x7f)
		put(model, c);
	else if (byte >= 0xc0)
		put(model, '?');
}

void model_write(struct model *model, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		switch (model->state) {
		case ESCAPE:
			escape(model, bytes[i]);
			break;
		case SEQUENCE:
			sequence(model, bytes[i]);
			break;
		case CHARSET:
			model->state = GROUND;
			break;
		case COMMAND:
			model->state = bytes[i] == '\a' ? GROUND : COMMAND;
			break;
		default:
			ground(model, bytes[i]);
			break;
		}
}

bool model_shows(const struct model *model, const char *text)
{
	for (int row = 0; row < MODEL_ROWS; row++)
		if (strstr(model->cells[row], text))
			return true;
	return false;
}
