/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a person, a paste or another program types: a first byte says at which terminal, a second
 * one how large the field is. Keys are taken from curses as the screens take them, and edit a line.
 * A line of 1 MiB is tried once, at the start. */

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>
#include <locale.h>
#include <sys/mman.h>

#include "fuzz.h"
#include "line.h"
#include "screen.h"

#define LONG_LINE (1024 * 1024)

static const char *const terms[] = { "linux", "xterm-256color", "vt220" };
static SCREEN *screens[ARRAY_SIZE(terms)];
static int input = -1;

/* One line of text that can be drawn, whole characters before and behind the cursor. */
static void check_line(const struct line *line)
{
	fuzz_assert(line->length < line->size && line->cursor <= line->length);
	fuzz_assert(strlen(line->bytes) == line->length);
	fuzz_assert(line->cursor == line->length ||
		    ((unsigned char)line->bytes[line->cursor] & 0xc0) != 0x80);
	fuzz_assert(line_characters(line, line->length) <= line->length);
}

/* Type all of it into a field of so many bytes. */
static void type(size_t term, size_t room, const void *keys, size_t size)
{
	_cleanup_free_ char *bytes = calloc(1, room);
	struct line line;
	size_t n = 0;
	wint_t key;
	int r;

	fuzz_assert(bytes && ftruncate(input, 0) == 0 && lseek(input, 0, SEEK_SET) == 0);
	fuzz_assert(pwrite(input, keys, size, 0) == (ssize_t)size);
	(void)set_term(screens[term]);
	line_init(&line, bytes, room);
	/* What is no character counts as no key, with more behind it. */
	while ((r = screen_read(stdscr, &key)) != ERR || lseek(input, 0, SEEK_CUR) < (off_t)size) {
		if (r == ERR)
			continue;
		fuzz_assert(r == OK || r == KEY_CODE_YES);
		(void)line_key(&line, key, r == KEY_CODE_YES);
		if (++n < 4096)
			check_line(&line);
		fuzz_assert(n <= size);
	}
	check_line(&line);
	fuzz_assert(fuzz_is_utf8(line.bytes) && !fuzz_has_control(line.bytes));
	(void)flushinp();
}

/* A line that is longer than any field. */
static void type_long_line(void)
{
	static const char piece[] = "text gr\xc3\xbc\xc3\x9f\x1b[D\x1b[200~\x9b\x7f";
	_cleanup_free_ char *keys = malloc(LONG_LINE);

	fuzz_assert(keys);
	for (size_t i = 0; i < LONG_LINE; i++)
		keys[i] = piece[i % (sizeof(piece) - 1)];
	type(0, 513, keys, LONG_LINE);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	FILE *in, *out = fopen("/dev/null", "w");

	fuzz_assert(setlocale(LC_CTYPE, "C.UTF-8"));
	input = memfd_create("keys", MFD_CLOEXEC);
	in = fdopen(input, "r");
	fuzz_assert(in && out);
	/* Some of them do not say how large they are, and there is none to ask. */
	fuzz_assert(setenv("LINES", "24", 1) == 0 && setenv("COLUMNS", "80", 1) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(terms); i++) {
		screens[i] = newterm(terms[i], out, in);
		fuzz_assert(screens[i]);
		(void)set_escdelay(0);
		(void)typeahead(-1);
		(void)keypad(stdscr, TRUE);
		(void)noecho();
	}
	type_long_line();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size >= 2)
		type(data[0] % ARRAY_SIZE(terms), 1 + (size_t)data[1], data + 2, size - 2);
	return 0;
}
