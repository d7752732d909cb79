/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "textblock.h"

#include <errno.h>
#include <stdbool.h>

#include "util.h"

#define END "# firstboot: end\n"

/* How the lines begin, by what has to be undone beside them. */
enum { PLAIN, NEW_FILE, OPEN_LINE };
static const char *const begins[] = {
	[PLAIN] = "# firstboot: begin\n",
	[NEW_FILE] = "# firstboot: begin, in a file of its own\n",
	[OPEN_LINE] = "# firstboot: begin, behind a line without end\n",
};

/* The line that is mark, in text; NULL: there is none. */
static const char *find_line(const char *text, const char *mark)
{
	const char *at = text;

	while ((at = strstr(at, mark))) {
		if (at == text || at[-1] == '\n')
			return at;
		at++;
	}
	return NULL;
}

/* The first line of ours, and which mark it is. */
static const char *find_begin(const char *text, size_t *ret_which)
{
	for (size_t i = 0; i < ARRAY_SIZE(begins); i++) {
		const char *at = find_line(text, begins[i]);

		if (at) {
			*ret_which = i;
			return at;
		}
	}
	return NULL;
}

/* What stands before our lines and what stands behind them. */
static int cut(const char *text, const char *begin, size_t which, char **ret)
{
	const char *end = find_line(begin, END);
	size_t before = (size_t)(begin - text);

	if (!end)
		return -EINVAL;
	end += strlen(END);
	if (which == OPEN_LINE && before > 0 && !*end)
		before--;
	if (which == NEW_FILE && before == 0 && !*end) {
		*ret = NULL;
		return 0;
	}
	return asprintf(ret, "%.*s%s", (int)before, text, end) < 0 ? -ENOMEM : 0;
}

int textblock_remove(const char *text, char **ret)
{
	const char *begin;
	size_t which = PLAIN;

	if (!text) {
		*ret = NULL;
		return 0;
	}
	begin = find_begin(text, &which);
	if (begin)
		return cut(text, begin, which, ret);
	if (find_line(text, END))
		return -EINVAL;
	*ret = strdup(text);
	return *ret ? 0 : -ENOMEM;
}

int textblock_add(const char *text, enum textblock_place place, const char *lines, char **ret)
{
	size_t length = text ? strlen(text) : 0;
	bool open = length > 0 && text[length - 1] != '\n';
	int r;

	if (!text)
		r = asprintf(ret, "%s%s%s", begins[NEW_FILE], lines, END);
	else if (place == TEXTBLOCK_FIRST)
		r = asprintf(ret, "%s%s%s%s", begins[PLAIN], lines, END, text);
	else
		r = asprintf(ret, "%s%s%s%s%s", text, open ? "\n" : "",
			begins[open ? OPEN_LINE : PLAIN], lines, END);
	return r < 0 ? -ENOMEM : 0;
}
