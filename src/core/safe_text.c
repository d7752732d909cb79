/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "safe_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>
#include <wctype.h>

#include "util.h"

#define INVALID	      UINT32_MAX
#define DOTS	      3 /* columns and bytes of "..." */
#define COMBINING_MAX 2

/* What the C library calls printable, but what shows nothing, changes the direction of what stands
 * around it, or means something in one font only. */
static const struct range {
	uint32_t first, last;
} hidden[] = {
	{ 0x00ad, 0x00ad },    /* soft hyphen */
	{ 0x034f, 0x034f },    /* grapheme joiner */
	{ 0x061c, 0x061c },    /* Arabic letter mark */
	{ 0x115f, 0x1160 },    /* Hangul fillers */
	{ 0x17b4, 0x17b5 },    /* Khmer inherent vowels */
	{ 0x180b, 0x180f },    /* Mongolian selectors */
	{ 0x200b, 0x200f },    /* zero width, direction marks */
	{ 0x2028, 0x202e },    /* separators, direction embeddings and overrides */
	{ 0x2060, 0x206f },    /* joiners, direction isolates */
	{ 0x2800, 0x2800 },    /* blank Braille pattern */
	{ 0x3164, 0x3164 },    /* Hangul filler */
	{ 0xe000, 0xf8ff },    /* private use */
	{ 0xfdd0, 0xfdef },    /* noncharacters */
	{ 0xfe00, 0xfe0f },    /* variation selectors */
	{ 0xfeff, 0xfeff },    /* byte order mark */
	{ 0xffa0, 0xffa0 },    /* Hangul filler */
	{ 0xfff0, 0xfffb },    /* interlinear annotations */
	{ 0xfffe, 0xffff },    /* noncharacters */
	{ 0x1bca0, 0x1bca3 },  /* shorthand format controls */
	{ 0x1d173, 0x1d17a },  /* musical format controls */
	{ 0xe0000, 0x10ffff }, /* tags, selectors, private use */
};

/* How many bytes follow this first one; 0 when it is none. */
static int utf8_more(unsigned char first)
{
	if (first < 0xc0 || first >= 0xf8)
		return 0;
	return first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
}

/* Decode the character at *text strictly (no overlong forms, surrogates or values above 10ffff) and
 * move past it; INVALID moves past one byte and the continuation bytes that belong to it. */
static uint32_t utf8_next(const unsigned char **text)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = *text;
	int more = utf8_more(*p), i;
	uint32_t c = *p++;

	if (c < 0x80) {
		*text = p;
		return c;
	}
	c &= 0x3fu >> more;
	for (i = 0; i < more && (*p & 0xc0) == 0x80; i++)
		c = c << 6 | (*p++ & 0x3f);
	*text = p;
	if (i < more || more == 0 || c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return INVALID;
	return c;
}

void safe_utf8(char *text)
{
	const unsigned char *next = (const unsigned char *)text;

	while (*next != '\0') {
		char *start = text + (next - (const unsigned char *)text);

		if (utf8_next(&next) == INVALID)
			memset(start, '?', (size_t)((const char *)next - start));
	}
}

void safe_line(char *text, char mark)
{
	safe_utf8(text);
	for (char *p = text; *p; p++) {
		unsigned char first = (unsigned char)p[0], second = (unsigned char)p[1];

		/* U+0080 to U+009F take two bytes. */
		if (first == 0xc2 && second < 0xa0) {
			p[0] = p[1] = mark;
			p++;
		} else if (first < 0x20 || first == 0x7f) {
			*p = mark;
		}
	}
}

/* The columns of a character that may be drawn, else -1. */
static int safe_width(uint32_t c)
{
	if (c == INVALID || !iswprint((wint_t)c))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(hidden); i++)
		if (c >= hidden[i].first && c <= hidden[i].last)
			return -1;
	return wcwidth((wchar_t)c);
}

/* The text that is being made, and the place behind which "..." still fits. */
struct builder {
	safe_char *text;
	size_t size, length, columns, max_columns;
	size_t mark; /* cut here to end in "..." */
};

/* Append one character of size bytes; false when it does not fit any more. */
static bool builder_add(struct builder *b, const void *bytes, size_t size, size_t width)
{
	if (b->length + size >= b->size || b->columns + width > b->max_columns)
		return false;
	memcpy(b->text + b->length, bytes, size);
	b->length += size;
	b->columns += width;
	if (b->length + DOTS < b->size && b->columns + DOTS <= b->max_columns)
		b->mark = b->length;
	return true;
}

/* Append what of a line of untrusted can be drawn, and return its end; NULL where it did not fit.
 */
static const unsigned char *builder_add_line(struct builder *b, const unsigned char *next, char end)
{
	int combining = COMBINING_MAX; /* none may stand at the beginning */
	bool fits = true;

	while (fits && *next != '\0' && *next != (unsigned char)end) {
		const unsigned char *start = next;
		int width = safe_width(utf8_next(&next));

		if (width == 0 && combining++ >= COMBINING_MAX)
			continue;
		if (width != 0)
			combining = width > 0 ? 0 : COMBINING_MAX;
		fits = width < 0 ? builder_add(b, "?", 1, 1)
				 : builder_add(b, start, (size_t)(next - start), (size_t)width);
	}
	return fits ? next : NULL;
}

/* The end of the text, after dots where it was cut. */
static void builder_end(struct builder *b, bool cut)
{
	if (cut) {
		b->length = b->mark;
		for (size_t i = 0; i < DOTS && (i < b->max_columns); i++)
			b->text[b->length++] = '.';
	}
	b->text[b->length] = '\0';
}

/* Make untrusted text fit to be drawn in max_columns. */
struct safe_str safe_text(const char *untrusted, int max_columns)
{
	struct safe_str str = { 0 };
	struct builder b = {
		.text = str.text,
		.size = sizeof(str.text),
		.max_columns = max_columns > 0 ? (size_t)max_columns : SIZE_MAX,
	};

	builder_end(&b,
		!builder_add_line(&b, (const unsigned char *)(untrusted ? untrusted : ""), '\0'));
	return str;
}

struct safe_lines safe_lines(const char *untrusted)
{
	const unsigned char *next = (const unsigned char *)(untrusted ? untrusted : "");
	struct safe_lines lines = { 0 };
	struct builder b = {
		.text = lines.text, .size = sizeof(lines.text), .max_columns = SIZE_MAX
	};

	while ((next = builder_add_line(&b, next, '\n')) && *next == '\n')
		if (!builder_add(&b, next++, 1, 0))
			break;
	builder_end(&b, !next || *next != '\0');
	return lines;
}

struct safe_str safe_cut(const safe_char *text, int max_columns)
{
	return safe_text(safe_bytes(text), max_columns);
}

size_t safe_length(const safe_char *text)
{
	return strlen(safe_bytes(text));
}

bool safe_equal(const safe_char *a, const safe_char *b)
{
	return streq(safe_bytes(a), safe_bytes(b));
}

size_t safe_until(const safe_char *text, const char *reject)
{
	return strcspn(safe_bytes(text), reject);
}

const safe_char *safe_find(const safe_char *text, const safe_char *part)
{
	return (const safe_char *)strstr(safe_bytes(text), safe_bytes(part));
}

int safe_format_list(safe_char *ret, size_t size, const char *format, va_list arguments)
{
	return vsnprintf((char *)ret, size, format, arguments);
}

int safe_format_raw(safe_char *ret, size_t size, const char *format, ...)
{
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = safe_format_list(ret, size, format, arguments);
	va_end(arguments);
	return n;
}
