/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "step_lines.h"

#include "names.h"
#include "safe_text.h"
#include "util.h"

/* Is this the word, with "=" behind it? Then what follows, else NULL. */
static const char *match(const char *line, const char *word)
{
	size_t length = strlen(word);

	return strncmp(line, word, length) == 0 && line[length] == '=' ? line + length + 1 : NULL;
}

/* A percentage: one to three digits, and not more than 100. */
static bool parse_percent(const char *text, uint32_t *ret)
{
	size_t length = strlen(text);
	uint32_t value;

	if (length < 1 || length > 3 || text[strspn(text, "0123456789")])
		return false;
	value = (uint32_t)strtoul(text, NULL, 10);
	if (value > 100)
		return false;
	*ret = value;
	return true;
}

/* Keep as much of a text as has room; a character that is cut in two goes whole. */
static void keep(char *ret, size_t size, const char *text)
{
	size_t length = strlen(text);

	if (length >= size) {
		length = size - 1;
		while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
			length--;
	}
	memcpy(ret, text, length);
	ret[length] = '\0';
}

/* A line is whole. Is it news of how far the program is? */
static bool take_line(struct step_lines *lines)
{
	const char *text = lines->line;

	lines->line[lines->length] = '\0';
	lines->length = 0;
	safe_line(lines->line, ' ');
	if ((text = match(lines->line, "PROGRESS")) && parse_percent(text, &lines->percent))
		return true;
	if ((text = match(lines->line, "STATUS"))) {
		keep(lines->status, sizeof(lines->status), text);
		return true;
	}
	if ((text = match(lines->line, "MESSAGE")))
		keep(lines->message, sizeof(lines->message), text);
	else if (lines->line[0])
		lines->other(lines->line, lines->userdata);
	return false;
}

bool step_lines_take(struct step_lines *lines, const char *bytes, size_t n)
{
	bool news = false;

	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\n')
			news |= take_line(lines);
		else if (lines->length < sizeof(lines->line) - 1)
			lines->line[lines->length++] = bytes[i] ? bytes[i] : ' ';
	}
	return news;
}

void step_lines_end(struct step_lines *lines)
{
	if (lines->length > 0)
		(void)take_line(lines);
}
