/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "terminal.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>

#include "language.h"
#include "line_speed.h"
#include "read_aloud.h"
#include "screen.h"
#include "tty_name.h"
#include "usec.h"
#include "util.h"

#define DEV_PSEUDO    "/dev/pts/"
#define SIZE_COLUMNS  80 /* of a terminal that does not answer: nobody has switched it on yet */
#define SIZE_ROWS     24
#define SIZE_MAX_EACH 999
#define ANSWER_USEC   3000000 /* what comes later would be keys */
#define WAITING_BYTES 512     /* of a boot's last words may be sent before the question */

/* The size had to be asked for. */
static bool asked;

/* Is this a virtual console that somebody has read to them? */
static bool is_read_aloud(void)
{
	const char *name = ttyname(STDIN_FILENO);

	return name && tty_name_is_virtual(name) && read_aloud("");
}

/* Has the terminal rows, but no columns? That is how some say that they have no screen. */
static bool has_no_width(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col == 0 && size.ws_row > 0;
}

/* Are lines what is needed here? */
static bool wants_lines(const struct conf *conf)
{
	switch (conf->plain) {
	case LINES_ALWAYS:
		return true;
	case LINES_NEVER:
		return !screen_can_move();
	case LINES_AUTO:
		break;
	}
	return has_no_width() || is_read_aloud() || !screen_can_move();
}

/* -- the size ---------------------------------------------------------------------------------- */

/* Read an answer, "ESC [ rows ; columns R", before the time is up. Whatever comes before it was
 * typed too early. */
static bool read_answer(unsigned *ret_rows, unsigned *ret_columns)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	uint64_t end = usec_now(CLOCK_MONOTONIC) + ANSWER_USEC +
		       line_speed_usec(STDOUT_FILENO, WAITING_BYTES),
		 now;
	char text[64];
	size_t length = 0;

	while ((now = usec_now(CLOCK_MONOTONIC)) < end) {
		char *escape, *stop = NULL;

		if (poll(&input, 1, (int)((end - now) / 1000) + 1) <= 0)
			continue;
		if (length == sizeof(text) - 1)
			length = 0;
		if (read(STDIN_FILENO, text + length, 1) != 1)
			return false;
		text[++length] = '\0';
		escape = text[length - 1] == 'R' ? strrchr(text, '\033') : NULL;
		if (!escape || escape[1] != '[')
			continue;
		*ret_rows = (unsigned)strtoul(escape + 2, &stop, 10);
		*ret_columns = *stop == ';' ? (unsigned)strtoul(stop + 1, &stop, 10) : 0;
		return stop == text + length - 1;
	}
	return false;
}

/* Have a letter of two bytes written, and see whether the cursor has gone by one cell or by two.
 * False: nobody answers. */
static bool ask_characters(bool *ret_unicode)
{
	static const char question[] = "\r\303\251\033[6n", away[] = "\r\033[K";
	unsigned row, column;

	if (write(STDOUT_FILENO, question, sizeof(question) - 1) != sizeof(question) - 1 ||
		!read_answer(&row, &column))
		return false;
	*ret_unicode = column != 3;
	return write(STDOUT_FILENO, away, sizeof(away) - 1) == sizeof(away) - 1;
}

/* The terminal's characters are ASCII: nothing else is sent to it, which needs words in English. */
static void be_ascii(const struct conf *conf)
{
	if (setlocale(LC_CTYPE, "C"))
		language_choose(conf->language);
}

/* Have the cursor go as far as it can, and say where it is. */
static bool ask_size(unsigned *ret_rows, unsigned *ret_columns)
{
	static const char question[] = "\0337\033[r\033[999;999H\033[6n\0338";

	if (write(STDOUT_FILENO, question, sizeof(question) - 1) != sizeof(question) - 1)
		return false;
	return read_answer(ret_rows, ret_columns) && *ret_rows > 0 && *ret_columns > 0 &&
	       *ret_rows <= SIZE_MAX_EACH && *ret_columns <= SIZE_MAX_EACH;
}

/* Ask, and take what is answered; at first what such terminals are, else. conf is for the first
 * time. */
static void learn_size(const struct conf *conf)
{
	unsigned rows, columns;
	struct termios before, raw;
	bool answered, unicode = true;

	if (tcgetattr(STDIN_FILENO, &before) < 0)
		return;
	raw = before;
	raw.c_iflag &= ~(tcflag_t)(IXON | ICRNL);
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	if (tcsetattr(STDIN_FILENO, TCSANOW, &raw) < 0)
		return;
	answered = (!conf || ask_characters(&unicode)) && ask_size(&rows, &columns);
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &before);
	if (answered)
		screen_set_size((int)rows, (int)columns);
	else if (conf)
		screen_set_size(SIZE_ROWS, SIZE_COLUMNS);
	if (!unicode)
		be_ascii(conf);
}

/* Is this the end of a wire, whose terminal cannot tell the kernel how large it is? */
static bool is_wire(void)
{
	const char *name = ttyname(STDIN_FILENO);

	return name && !tty_name_is_virtual(name) &&
	       strncmp(name, DEV_PSEUDO, strlen(DEV_PSEUDO)) != 0;
}

/* Does the terminal know neither rows nor columns? agetty(8) makes 24x80 of that. */
static bool has_no_size(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return false;
	return (size.ws_col == 0 && size.ws_row == 0) ||
	       (size.ws_col == SIZE_COLUMNS && size.ws_row == SIZE_ROWS && is_wire());
}

void terminal_look_again(void)
{
	if (asked)
		learn_size(NULL);
}

int terminal_start(sd_event *event, const struct conf *conf, bool lines)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return -ENOTTY;
	if (lines || wants_lines(conf))
		return screen_start_plain(event);
	if (has_no_size()) {
		asked = true;
		learn_size(conf);
	}
	return screen_start(event);
}
