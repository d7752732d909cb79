/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http_status.h"

#include "util.h"

#define SWITCHING_PROTOCOLS 101
#define FIRST_FINAL	    200

/* The beginning of a status line: '0' stands for a digit, '1' for one that is not 0. */
static const char pattern[] = "HTTP/0.0 100";
#define PATTERN_SIZE (sizeof(pattern) - 1)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Do the first bytes of a line fit the pattern, as many as there are? */
static bool fits_pattern(const char *line, size_t size)
{
	for (size_t i = 0; i < size && i < PATTERN_SIZE; i++) {
		bool digit = is_digit(pattern[i]);

		if (digit ? !is_digit(line[i]) : line[i] != pattern[i])
			return false;
		if (pattern[i] == '1' && line[i] == '0')
			return false;
	}
	return true;
}

/* May c stand in a reason phrase: a tab, or what is no control character? */
static bool is_phrase(char c)
{
	return c == '\t' || ((unsigned char)c >= ' ' && c != '\x7f');
}

/* One status line at the start of data: its status, and in *ret_end how far it goes. */
static enum http_status parse_line(
	const char *data, size_t size, unsigned *ret_status, size_t *ret_end)
{
	size_t end = PATTERN_SIZE;

	if (!fits_pattern(data, size))
		return HTTP_GARBAGE;
	if (size <= PATTERN_SIZE)
		return HTTP_PARTIAL;
	if (!memchr(" \r\n", data[end], 3))
		return HTTP_GARBAGE;
	while (end < size && is_phrase(data[end]))
		end++;
	if (end < size && data[end] == '\r')
		end++;
	if (end == size)
		return HTTP_PARTIAL;
	if (data[end] != '\n')
		return HTTP_GARBAGE;
	*ret_status = (unsigned)(data[PATTERN_SIZE - 3] - '0') * 100 +
		      (unsigned)(data[PATTERN_SIZE - 2] - '0') * 10 +
		      (unsigned)(data[PATTERN_SIZE - 1] - '0');
	*ret_end = end + 1;
	return HTTP_KNOWN;
}

/* How far the header goes that begins at from, its empty line included; 0: further than there is.
 */
static size_t skip_header(const char *data, size_t size, size_t from)
{
	for (size_t line = from; line < size;) {
		const char *end = memchr(data + line, '\n', size - line);
		size_t next;

		if (!end)
			return 0;
		next = (size_t)(end - data) + 1;
		if (next - line == 1 || (next - line == 2 && data[line] == '\r'))
			return next;
		line = next;
	}
	return 0;
}

enum http_status http_status_parse(const char *data, size_t size, unsigned *ret_status)
{
	size_t at = 0, end = 0;
	enum http_status r;

	for (;;) {
		r = parse_line(data + at, size - at, ret_status, &end);
		if (r != HTTP_KNOWN || *ret_status >= FIRST_FINAL ||
			*ret_status == SWITCHING_PROTOCOLS)
			return r;
		at = skip_header(data, size, at + end);
		if (at == 0)
			return HTTP_PARTIAL;
	}
}
