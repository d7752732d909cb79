/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "line.h"

#include <limits.h>
#include <string.h>
#include <wctype.h>

#define CTRL(letter) ((letter)&0x1f)

/* Is this byte the second or a later one of a character? */
static bool continues(char byte)
{
	return ((unsigned char)byte & 0xC0) == 0x80;
}

void line_init(struct line *line, char *bytes, size_t size)
{
	size_t length = strnlen(bytes, size - 1);

	bytes[length] = 0;
	*line = (struct line){ .bytes = bytes, .size = size, .length = length, .cursor = length };
}

size_t line_characters(const struct line *line, size_t offset)
{
	size_t n = 0;

	for (size_t i = 0; i < offset; i++)
		n += !continues(line->bytes[i]);
	return n;
}

/* The offset one character before the cursor. */
static size_t before(const struct line *line)
{
	size_t at = line->cursor;

	while (at > 0 && continues(line->bytes[--at]))
		;
	return at;
}

/* The offset one character behind the cursor. */
static size_t behind(const struct line *line)
{
	size_t at = line->cursor;

	while (at < line->length && continues(line->bytes[++at]))
		;
	return at;
}

/* Take out [from, to), cursor to from. What is behind the end is zeroed: it may be secret. */
static void cut(struct line *line, size_t from, size_t to)
{
	size_t removed = to - from;

	memmove(line->bytes + from, line->bytes + to, line->length - to);
	line->length -= removed;
	explicit_bzero(line->bytes + line->length, removed);
	line->cursor = from;
	line->full &= removed == 0;
}

/* Put one character in at the cursor, where it fits. */
static void insert(struct line *line, wint_t key)
{
	char character[MB_LEN_MAX];
	mbstate_t state = { 0 };
	size_t n = wcrtomb(character, (wchar_t)key, &state);

	if (n == (size_t)-1)
		return;
	if (line->length + n >= line->size) {
		line->full = true;
		explicit_bzero(character, sizeof(character));
		return;
	}
	memmove(line->bytes + line->cursor + n, line->bytes + line->cursor,
		line->length - line->cursor);
	memcpy(line->bytes + line->cursor, character, n);
	line->length += n;
	line->cursor += n;
	line->bytes[line->length] = 0;
	explicit_bzero(character, sizeof(character));
}

/* The keys that have a name. */
static bool function_key(struct line *line, wint_t key)
{
	switch (key) {
	case KEY_LEFT:
		line->cursor = before(line);
		return true;
	case KEY_RIGHT:
		line->cursor = behind(line);
		return true;
	case KEY_HOME:
	case KEY_FIND:
		line->cursor = 0;
		return true;
	case KEY_END:
	case KEY_SELECT:
		line->cursor = line->length;
		return true;
	case KEY_BACKSPACE:
		cut(line, before(line), line->cursor);
		return true;
	case KEY_DC:
		cut(line, line->cursor, behind(line));
		return true;
	default:
		return false;
	}
}

/* Keys with Ctrl, and the two codes that terminals send for Backspace. */
static bool control_key(struct line *line, wint_t key)
{
	switch (key) {
	case CTRL('H'):
	case 0x7f:
		return function_key(line, KEY_BACKSPACE);
	case CTRL('A'):
		return function_key(line, KEY_HOME);
	case CTRL('E'):
		return function_key(line, KEY_END);
	case CTRL('U'):
		cut(line, 0, line->length);
		return true;
	default:
		return false;
	}
}

bool line_key(struct line *line, wint_t key, bool is_function)
{
	if (is_function)
		return function_key(line, key);
	if (key < 0x20 || key == 0x7f)
		return control_key(line, key);
	if (iswprint(key))
		insert(line, key);
	return true;
}
