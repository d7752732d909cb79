/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ini_reader.h"

#include <errno.h>
#include <ini.h>

#include "i18n.h"
#include "util.h"

#define SECTION_MAX 50 /* of inih */
#define BLANKS	    " \t\r"

/* Why a line is none, NULL where it is one. */
static const char *line_fault(const struct ini_reader *reader, const char *line, size_t length)
{
	const char *fault = reader->check ? reader->check(line, length) : NULL;

	if (fault)
		return fault;
	if (length == 0 || *line == '#' || *line == ';' || *line == '\r')
		return NULL;
	if (*line == '[')
		return memchr(line, ']', length) ? NULL : N_("The section lacks its \"]\".");
	return memchr(line, '=', length) ? NULL
					 : N_("The line is neither [Section] nor Key=value.");
}

/* Keep the value of a line that inih would not take whole, and give it the key alone. Returns
 * the length of what it is given, 0 when that is not possible either. */
static size_t shorten(struct ini_reader *reader, const char *line, size_t length, size_t room)
{
	size_t key = strcspn(line, "=:") + 1, blanks;

	if (length > reader->line_max || *line == '[' || key >= room)
		return 0;
	blanks = strspn(line + key, BLANKS);
	while (length > key + blanks && strchr(BLANKS, line[length - 1]))
		length--;
	reader->long_value = strndup(line + key + blanks, length - key - blanks);
	if (!reader->long_value)
		reader->r = -ENOMEM;
	return key;
}

/* Tell of a section, as inih does not. */
static void begin_section(struct ini_reader *reader, const char *line)
{
	char name[SECTION_MAX];

	if (!reader->begin_section || *line != '[')
		return;
	(void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(line + 1, "]"), line + 1);
	reader->begin_section(reader, name);
}

/* Would inih not take all of the value? */
static bool is_long(const struct ini_reader *reader, const char *line, size_t length, size_t room)
{
	return length > 0 && !strchr("#;\r", *line) &&
	       (length >= room || (reader->whole && *line != '['));
}

/* Hand the next line to inih. Lines are checked here because inih tells of the first bad one only
 * and reads on in the middle of a long one; without leading blanks it never sees a continuation. */
static char *next_line(char *buf, int size, void *stream)
{
	struct ini_reader *reader = stream;
	const char *line = reader->next + strspn(reader->next, " \t");
	size_t length = strcspn(line, "\n"), room = (size_t)size - 1;
	const char *fault;

	if (*reader->next == '\0' || reader->r < 0)
		return NULL;
	freep(&reader->long_value);
	reader->long_value = NULL;
	reader->line++;
	reader->next = line + length + (line[length] == '\n');
	fault = line_fault(reader, line, length);
	if (!fault && is_long(reader, line, length, room)) {
		length = shorten(reader, line, length, room);
		fault = length == 0 ? N_("The line is too long.") : NULL;
	}
	if (fault || length >= room)
		length = 0;
	if (fault)
		reader->complain(reader, fault);
	else
		begin_section(reader, line);
	memcpy(buf, line, length);
	memcpy(buf + length, "\n", 2);
	return buf;
}

/* Take one Key=value of a section. */
static int take_value(void *userdata, const char *section, const char *key, const char *value)
{
	struct ini_reader *reader = userdata;

	if (reader->r == 0)
		reader->r = reader->take_value(
			reader, section, key, reader->long_value ? reader->long_value : value);
	return 1;
}

int ini_reader_run(struct ini_reader *reader, const char *text)
{
	int r;

	reader->next = text;
	reader->line = 0;
	reader->r = 0;
	r = ini_parse_stream(next_line, reader, take_value, reader);
	freep(&reader->long_value);
	reader->long_value = NULL;
	return r == -2 ? -ENOMEM : reader->r;
}
