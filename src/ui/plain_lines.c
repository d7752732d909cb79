/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plain_lines.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "i18n.h"
#include "screen.h"
#include "util.h"
#include "wrap.h"

#define COLUMNS	     80 /* of a terminal that does not tell */
#define COLUMNS_MIN  20
#define COLUMNS_MAX  132
#define ROWS_MAX     400
#define NUMBER_CHARS 4

/* The question that waits for an answer; NULL: none does. */
static safe_char *asked;

/* Whatever is printed now, no question stands at the end any more. */
static void forget_question(void)
{
	free(take_ptr(asked));
}

int plain_columns(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < COLUMNS_MIN)
		return COLUMNS;
	return size.ws_col < COLUMNS_MAX ? size.ws_col : COLUMNS_MAX;
}

/* Print text in rows, and end the last one. The last column stays free: some terminals would begin
 * a new line of their own. */
static void print_rows(const safe_char *text)
{
	_cleanup_free_ struct wrap_row *rows = calloc(ROWS_MAX, sizeof(*rows));
	size_t n = rows ? wrap_text(text, plain_columns() - 1, rows, ROWS_MAX) : 0;

	for (size_t i = 0; i < n; i++)
		draw_print(stdout, "%.*s\n", (int)rows[i].length, rows[i].text);
	(void)fflush(stdout);
}

void plain_say(const safe_char *text)
{
	/* What was asked has no end of line yet. */
	if (asked)
		draw_print(stdout, "\n");
	forget_question();
	print_rows(text);
}

/* A prompt behind whatever stands there. */
static void prompt_for(const safe_char *prompt)
{
	draw_print(stdout, "%s ", prompt);
	(void)fflush(stdout);
}

void plain_ask(safe_char *text, const safe_char *prompt)
{
	if (!text)
		text = (safe_char *)calloc(1, 1);
	if (text && asked && safe_equal(asked, text)) {
		free(text);
		return;
	}
	plain_say(text ? text : OURS(""));
	prompt_for(prompt);
	asked = text;
}

bool plain_is_asked(void)
{
	return asked;
}

void plain_refuse(const safe_char *prompt)
{
	draw_print(stdout, "%s\n", _("Type one of the numbers and Enter."));
	prompt_for(prompt);
}

/* Read away the rest of a line that is too long. */
static void drain_line(void)
{
	char byte;

	while (screen_read_plain(&byte, 1) == 1 && byte != '\n')
		;
	explicit_bzero(&byte, sizeof(byte));
}

/* Read a line as a string. -EMSGSIZE: it is too long; -EILSEQ: there is something in it that is no
 * text; -EINTR, -ECANCELED: as screen_read_plain(). */
static ssize_t read_line(char *buf, size_t size)
{
	ssize_t n = screen_read_plain(buf, size);

	if (n < 0)
		return n;
	forget_question();
	if (buf[n - 1] != '\n') {
		if ((size_t)n == size)
			drain_line();
		explicit_bzero(buf, (size_t)n);
		return -EMSGSIZE;
	}
	buf[--n] = '\0';
	for (ssize_t i = 0; i < n; i++)
		if ((unsigned char)buf[i] < ' ' || buf[i] == 0x7f)
			return -EILSEQ;
	return mbstowcs(NULL, buf, 0) == (size_t)-1 ? -EILSEQ : n;
}

/* What a line that was read says. */
static enum plain_kind judge(struct plain_choice *choice)
{
	char *end, *word = choice->word;
	size_t length;

	memmove(word, word + strspn(word, " "), strlen(word + strspn(word, " ")) + 1);
	for (length = strlen(word); length > 0 && word[length - 1] == ' '; length--)
		word[length - 1] = '\0';
	if (!*word)
		return PLAIN_ENTER;
	if (streq(word, "b") || streq(word, "q"))
		return PLAIN_BACK;
	if (length > NUMBER_CHARS || strspn(word, "0123456789") != length)
		return PLAIN_WORD;
	choice->number = strtoul(word, &end, 10);
	return choice->number > 0 ? PLAIN_NUMBER : PLAIN_WORD;
}

enum plain_kind plain_choose(struct plain_choice *ret)
{
	ssize_t n;

	*ret = (struct plain_choice){ 0 };
	n = read_line(ret->word, sizeof(ret->word));
	if (n == -EINTR)
		return PLAIN_WOKEN;
	if (n == -ECANCELED)
		return PLAIN_BACK;
	if (n >= 0)
		return judge(ret);
	memcpy(ret->word, "?", sizeof("?"));
	return PLAIN_WORD;
}

/* Show what is typed from now on, or do not. */
static void show_typing(bool on)
{
	struct termios mode;

	if (tcgetattr(STDIN_FILENO, &mode) < 0)
		return;
	mode.c_lflag = on ? mode.c_lflag | ECHO : mode.c_lflag & ~(tcflag_t)ECHO;
	(void)tcsetattr(STDIN_FILENO, on ? TCSANOW : TCSAFLUSH, &mode);
}

/* A line, whoever wakes us meanwhile: they are heard afterwards. */
static ssize_t await_line(char *buf, size_t size)
{
	bool woken = false;
	ssize_t n;

	while ((n = read_line(buf, size)) == -EINTR)
		woken = true;
	if (woken)
		screen_wake();
	return n;
}

/* One try. */
static ssize_t try_value(const safe_char *prompt, char *buf, size_t size, bool hidden)
{
	ssize_t n;

	/* Before the question: whoever sees it may type. */
	if (hidden)
		show_typing(false);
	prompt_for(prompt);
	n = await_line(buf, size);
	if (hidden) {
		show_typing(true);
		draw_print(stdout, "\n");
	}
	return n;
}

ssize_t plain_read_value(const safe_char *prompt, char *buf, size_t size, bool hidden)
{
	safe_char text[160];
	ssize_t n;

	forget_question();
	while ((n = try_value(prompt, buf, size, hidden)) < 0 && n != -ECANCELED) {
		explicit_bzero(buf, size);
		(void)safe_format(text, sizeof(text),
			_("This is too long: at most %zu characters are taken."), size - 1);
		plain_say(n == -EMSGSIZE
				  ? text
				  : _("There was something in it that is no text, such as an "
				      "arrow key. Type it again."));
	}
	if (n < 0)
		explicit_bzero(buf, size);
	return n;
}
