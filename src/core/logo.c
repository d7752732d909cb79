/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "logo.h"

#include <errno.h>
#include <stdlib.h>

#include "safe_text.h"
#include "textfile.h"
#include "util.h"

/* More than the longest picture that is one. */
#define FILE_MAX (LOGO_ROWS * LOGO_COLUMNS * 8)

/* Where the account of the console may read. */
static bool is_readable_place(const char *path)
{
	static const char *const places[] = { "/usr/", "/etc/", "/run/" };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (strncmp(path, places[i], strlen(places[i])) == 0)
			return true;
	return false;
}

/* Characters of UTF-8 text, for a locale that knows no others than ASCII. */
static size_t count_characters(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* What is wrong with one row; NULL for nothing. */
static const char *judge_row(const char *row)
{
	struct safe_str whole = safe_text(row, 0), cut = safe_text(row, LOGO_COLUMNS);
	bool ascii = count_characters(row) == strlen(row);

	if (MB_CUR_MAX == 1 && !ascii)
		return count_characters(row) > LOGO_COLUMNS
			       ? "A row of the picture has more than 60 columns."
			       : NULL;
	if (!safe_equal(whole.text, cut.text) || strlen(row) >= SAFE_TEXT_MAX)
		return "A row of the picture has more than 60 columns.";
	return streq(safe_bytes(whole.text), row)
		       ? NULL
		       : "The picture has a character that cannot be drawn; tabs are among them.";
}

/* Take blanks from the end of each row, and empty rows from the end of all. */
static void trim(char *text)
{
	char *to = text;

	for (char *from = text, *end; *from != '\0'; from = end) {
		size_t length = strcspn(from, "\n");

		end = from + length + (from[length] == '\n');
		while (length > 0 && strchr(" \r", from[length - 1]))
			length--;
		memmove(to, from, length);
		to += length;
		*to++ = '\n';
	}
	while (to > text && to[-1] == '\n' && (to == text + 1 || to[-2] == '\n'))
		to--;
	*to = '\0';
}

/* Is every row of a text that is trimmed one of a picture? The number of the first that is not, 0
 * for none. */
static int find_fault(char *text, const char **ret_why)
{
	int line = 1;

	for (char *row = text; *row != '\0'; line++) {
		char *end = strchr(row, '\n');

		*end = '\0';
		*ret_why = line > LOGO_ROWS ? "The picture has more than 6 rows." : judge_row(row);
		*end = '\n';
		if (*ret_why)
			return line;
		row = end + 1;
	}
	return 0;
}

int logo_read(const char *root, const char *path, char **ret, int *ret_line, const char **ret_why)
{
	_cleanup_free_ char *file = NULL, *text = NULL;
	int r;

	*ret_line = 0;
	*ret_why = "The picture must lie below /usr, /etc or /run, where the console may read.";
	if (!is_readable_place(path))
		return -EINVAL;
	r = textfile_read(root, path, &file);
	if (r == -ENOMEM)
		return r;
	*ret_why = "The picture cannot be read: it is not there, or is no text that everybody may "
		   "read.";
	if (r < 0)
		return -EINVAL;
	*ret_why = "The picture has more than 6 rows of 60 columns.";
	if (strlen(file) > FILE_MAX)
		return -EINVAL;
	/* A last row without its end gets one. */
	if (asprintf(&text, "%s\n", file) < 0)
		return -ENOMEM;
	trim(text);
	*ret_line = find_fault(text, ret_why);
	if (*ret_line > 0)
		return -EINVAL;
	*ret = take_ptr(text);
	return 0;
}
