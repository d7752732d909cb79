/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json_out.h"

#include <errno.h>
#include <time.h>

#include "textfile.h"

#define REPLACEMENT 0xfffdU

/* -- writing ------------------------------------------------------------------------------------
 */

/* How many bytes follow the first one of a character; -1: it is none. */
static int count_more(unsigned char first)
{
	if (first < 0x80)
		return 0;
	if (first < 0xc2 || first > 0xf4)
		return -1;
	return first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
}

/* Decode the character at *text strictly, and move past it. */
static uint32_t next_character(const unsigned char **text)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = *text;
	int more = count_more(*p);
	uint32_t c = *p;

	(*text)++;
	if (more < 0)
		return REPLACEMENT;
	if (more > 0)
		c &= 0x3fU >> more;
	for (int i = 1; i <= more; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return REPLACEMENT;
		c = c << 6 | (p[i] & 0x3fU);
	}
	if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return REPLACEMENT;
	*text += more;
	return c;
}

/* One character; those beyond the first plane are two escapes. */
static void write_character(FILE *f, uint32_t c)
{
	if (c < 0x7f)
		draw_print(f, "%c", (char)c);
	else if (c < 0x10000)
		draw_print(f, "\\u%04x", (unsigned)c);
	else
		draw_print(f, "\\u%04x\\u%04x", (unsigned)(0xd800 + ((c - 0x10000) >> 10)),
			(unsigned)(0xdc00 + ((c - 0x10000) & 0x3ff)));
}

/* The object, whose strings hold all that is not ASCII. */
static void write_object(FILE *f, const void *what)
{
	const unsigned char *next = (const unsigned char *)what;

	while (*next)
		write_character(f, next_character(&next));
}

char *json_out_text(json_object *object)
{
	const char *text = json_object_to_json_string_ext(
		object, JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE);
	safe_char *written;

	if (!text || draw_compose(write_object, text, &written) < 0)
		return NULL;
	return (char *)written;
}

int json_out(json_object *object)
{
	_cleanup_free_ char *text = object ? json_out_text(object) : NULL;

	if (!text)
		return -ENOMEM;
	draw_print(stdout, "%s\n", (const safe_char *)text);
	if (fflush(stdout) != 0 || ferror(stdout))
		return errno > 0 ? -errno : -EIO;
	return 0;
}

/* -- building -----------------------------------------------------------------------------------
 */

void json_put(json_object *object, const char *key, json_object *value)
{
	if (json_object_object_add(object, key, value) < 0)
		json_object_put(value);
}

void json_put_text(json_object *object, const char *key, const char *value)
{
	json_put(object, key, json_object_new_string(value));
}

void json_put_bool(json_object *object, const char *key, bool value)
{
	json_put(object, key, json_object_new_boolean(value));
}

void json_put_number(json_object *object, const char *key, uint64_t value)
{
	json_put(object, key, json_object_new_int64((int64_t)value));
}

void json_put_id(json_object *object, const char *key, uint64_t value)
{
	char text[20];

	(void)snprintf(text, sizeof(text), "%016llx", (unsigned long long)value);
	json_put_text(object, key, text);
}

void json_put_given(json_object *object, const char *key, const char *value)
{
	json_put(object, key, value && *value ? json_object_new_string(value) : NULL);
}

void json_put_time(json_object *object, const char *key, uint64_t usec)
{
	time_t when = (time_t)(usec / 1000000);
	char text[40];
	struct tm tm;

	if (usec == 0 || !gmtime_r(&when, &tm) ||
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		json_put(object, key, NULL);
	else
		json_put_text(object, key, text);
}

void json_add(json_object *array, json_object *value)
{
	if (json_object_array_add(array, value) < 0)
		json_object_put(value);
}
