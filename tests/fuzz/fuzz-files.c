/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files of others that are read or changed: os-release, hosts(5), and those that lines of ours
 * stand in. A first byte says which. */

#include <errno.h>

#include "fuzz.h"
#include "hosts.h"
#include "osrelease.h"
#include "textblock.h"
#include "textfile.h"

/* The value of a key is of one line. */
static void check_osrelease(const char *text)
{
	static const char *const keys[] = { "PRETTY_NAME", "DOCUMENTATION_URL", "ID", "" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		_cleanup_free_ char *value = NULL;

		fuzz_assert(osrelease_get(text, keys[i], &value) == 0);
		fuzz_assert(!strchr(value, '\n') && strlen(value) <= strlen(text));
	}
}

/* The lines of a text that are not the machine's own. */
static void put_others(FILE *f, const void *what)
{
	const char *text = what;

	while (*text) {
		const char *end = strchrnul(text, '\n'), *word = text + strspn(text, " \t");

		if (strncmp(word, "127.0.1.1", 9) != 0 || !strchr(" \t\r\n#", word[9]))
			fprintf(f, "%.*s\n", (int)(end - text), text);
		text = *end ? end + 1 : end;
	}
}

/* The own line is there once more or in the place of another; a second time nothing changes. */
static void check_hosts(const char *text)
{
	_cleanup_free_ char *first = NULL, *second = NULL, *was = NULL, *is = NULL;

	fuzz_assert(hosts_set_hostname(text, "box.example.com", &first) == 0);
	fuzz_assert(strstr(first, "127.0.1.1 box.example.com box\n"));
	fuzz_assert(hosts_set_hostname(first, "box.example.com", &second) == 0);
	fuzz_assert(streq(first, second));
	if (!*text)
		return;
	fuzz_assert(textfile_compose(put_others, text, &was) == 0);
	fuzz_assert(textfile_compose(put_others, first, &is) == 0);
	fuzz_assert(streq(was, is));
}

/* Is one of our marks its last line, only without an end? */
static bool ends_in_mark(const char *text)
{
	_cleanup_free_ char *closed = NULL, *without = NULL;

	fuzz_assert(asprintf(&closed, "%s\n", text) >= 0);
	return textblock_remove(closed, &without) < 0 || !without || !streq(without, closed);
}

/* A block that is added and taken out leaves the file as it was, byte for byte. */
static void check_textblock(const char *text, enum textblock_place place)
{
	_cleanup_free_ char *without = NULL, *with = NULL, *again = NULL;
	int r = textblock_remove(text, &without);

	fuzz_assert(r == 0 || r == -EINVAL);
	if (r < 0 || !without || !streq(without, text) || ends_in_mark(text))
		return;
	fuzz_assert(textblock_add(text, place, "one\ntwo\n", &with) == 0);
	fuzz_assert(strstr(with, "one\ntwo\n"));
	fuzz_assert(textblock_remove(with, &again) == 0);
	fuzz_assert(again && streq(again, text));
}

/* Lines that are written are read back, each as one. */
static void put_line(FILE *f, const void *what)
{
	textfile_put(f, "Key", what);
	fputs("Next=5\n", f);
}

static void check_textfile(const char *text)
{
	_cleanup_free_ char *lines = NULL;
	const char *cursor = NULL;
	char value[256] = "";
	uint64_t number = 0;
	int r;

	fuzz_assert(textfile_compose(put_line, text, &lines) == 0);
	cursor = lines;
	r = textfile_take(&cursor, "Key", sizeof(value), value);
	fuzz_assert((r == 0) == (strlen(text) < sizeof(value)));
	if (r == 0) {
		fuzz_assert(strlen(value) == strlen(text) && !strchr(value, '\n'));
		fuzz_assert(textfile_take_number(&cursor, "Next", &number) == 0 && number == 5);
		fuzz_assert(*cursor == '\0');
	}
	cursor = text;
	while (textfile_take(&cursor, "Key", sizeof(value), value) == 0 ||
		textfile_take_number(&cursor, "Id", &number) == 0)
		fuzz_assert(cursor > text && cursor <= text + strlen(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = NULL;

	if (size < 1)
		return 0;
	text = fuzz_text(data + 1, size - 1);
	switch (data[0] % 4) {
	case 0:
		check_osrelease(text);
		break;
	case 1:
		check_hosts(text);
		break;
	case 2:
		check_textblock(text, TEXTBLOCK_FIRST);
		check_textblock(text, TEXTBLOCK_LAST);
		break;
	case 3:
		check_textfile(text);
		break;
	}
	return 0;
}
