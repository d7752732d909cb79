/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Text that is fit to be drawn, as a type of its own. DHCP, interface aliases, hostnames,
 * os-release and vendor files may hold escape sequences, cursor movements and direction overrides;
 * what comes out of here is valid UTF-8 of printable characters.
 *
 * A byte of it is a safe_char, which the compiler converts neither from nor to a char
 * (-Werror=pointer-sign, for the whole project). There are three ways to one:
 *
 *   safe_text(), safe_lines()   from text that the program did not write
 *   _("..."), N_(), OURS()      from text that it did write: they take literals alone (draw_only.h)
 *   safe_format()               from both of these and numbers: a char * among them does not
 * compile
 *
 * What draws takes nothing else (draw.h).
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

typedef signed char safe_char;

#define SAFE_TEXT_MAX  256
#define SAFE_LINES_MAX 1024

/* On one line, at most SAFE_TEXT_MAX - 1 bytes. */
struct safe_str {
	safe_char text[SAFE_TEXT_MAX];
};

/* Sentences: the same with line ends. */
struct safe_lines {
	safe_char text[SAFE_LINES_MAX];
};

/* At most max_columns cells of untrusted (NULL counts as empty; max_columns 0 means no limit but
 * the buffer's). What cannot be drawn becomes '?', what does not fit is cut and ends in "...".
 * Needs setlocale(LC_CTYPE). */
struct safe_str safe_text(const char *untrusted, int max_columns);

/* The same of sentences, as firstbootd sends them: line ends stay. */
struct safe_lines safe_lines(const char *untrusted);

/* As safe_text(), of what is safe already and only too long. */
struct safe_str safe_cut(const safe_char *text, int max_columns);

/* Make text valid UTF-8 where it stands: each byte that belongs to no character becomes '?', as of
 * one that was cut in two. The bus takes nothing else. */
void safe_utf8(char *text);

/* Likewise, and each byte of a control character (below U+0020, U+007F to U+009F) becomes mark: one
 * line that leaves a terminal as it is. */
void safe_line(char *text, char mark);

/* strlen(3), strcmp(3), strcspn(3) and strstr(3) of it. */
size_t safe_length(const safe_char *text);
bool safe_equal(const safe_char *a, const safe_char *b);
size_t safe_until(const safe_char *text, const char *reject);
const safe_char *safe_find(const safe_char *text, const safe_char *part);

/* Its bytes, for whoever sends or stores them. */
static inline const char *safe_bytes(const safe_char *text)
{
	return (const char *)text;
}

/* -- putting it together ----------------------------------------------------------------------- */

/* An argument of a format: a number, or text that is safe. A char * has no place in this list. */
#define SAFE_ARGUMENT(argument)                                                                    \
	((void)sizeof(_Generic((argument), bool : 1, char : 1, signed char : 1, unsigned char : 1, \
		 short : 1, unsigned short : 1, int : 1, unsigned : 1, long : 1,                   \
		 unsigned long : 1, long long : 1, unsigned long long : 1, double : 1,             \
		 safe_char * : 1, const safe_char * : 1)),                                         \
		(argument))

/* SAFE_ARGUMENT() of each of up to 16, with a comma in front. An empty one ends them: in C17 a
 * macro must be given something for its "...". */
/* clang-format off */
#define SAFE_ARGUMENTS(...) __VA_OPT__(SAFE_ARGUMENTS_16(__VA_ARGS__))
#define SAFE_ARGUMENTS_16(a, ...) , SAFE_ARGUMENT(a) __VA_OPT__(SAFE_ARGUMENTS_15(__VA_ARGS__))
#define SAFE_ARGUMENTS_15(a, ...) , SAFE_ARGUMENT(a) __VA_OPT__(SAFE_ARGUMENTS_14(__VA_ARGS__))
#define SAFE_ARGUMENTS_14(a, ...) , SAFE_ARGUMENT(a) __VA_OPT__(SAFE_ARGUMENTS_13(__VA_ARGS__))
#define SAFE_ARGUMENTS_13(a, ...) , SAFE_ARGUMENT(a) __VA_OPT__(SAFE_ARGUMENTS_12(__VA_ARGS__))
#define SAFE_ARGUMENTS_12(a, ...) , SAFE_ARGUMENT(a) __VA_OPT__(SAFE_ARGUMENTS_11(__VA_ARGS__))
#define SAFE_ARGUMENTS_11(a, ...) , SAFE_ARGUMENT(a) __VA_OPT__(SAFE_ARGUMENTS_10(__VA_ARGS__))
#define SAFE_ARGUMENTS_10(a, ...) , SAFE_ARGUMENT(a) __VA_OPT__(SAFE_ARGUMENTS_9(__VA_ARGS__))
#define SAFE_ARGUMENTS_9(a, ...) , SAFE_ARGUMENT(a) __VA_OPT__(SAFE_ARGUMENTS_8(__VA_ARGS__))
#define SAFE_ARGUMENTS_8(a, ...) , SAFE_ARGUMENT(a) __VA_OPT__(SAFE_ARGUMENTS_7(__VA_ARGS__))
#define SAFE_ARGUMENTS_7(a, ...) , SAFE_ARGUMENT(a) __VA_OPT__(SAFE_ARGUMENTS_6(__VA_ARGS__))
#define SAFE_ARGUMENTS_6(a, ...) , SAFE_ARGUMENT(a) __VA_OPT__(SAFE_ARGUMENTS_5(__VA_ARGS__))
#define SAFE_ARGUMENTS_5(a, ...) , SAFE_ARGUMENT(a) __VA_OPT__(SAFE_ARGUMENTS_4(__VA_ARGS__))
#define SAFE_ARGUMENTS_4(a, ...) , SAFE_ARGUMENT(a) __VA_OPT__(SAFE_ARGUMENTS_3(__VA_ARGS__))
#define SAFE_ARGUMENTS_3(a, ...) , SAFE_ARGUMENT(a) __VA_OPT__(SAFE_ARGUMENTS_2(__VA_ARGS__))
#define SAFE_ARGUMENTS_2(a, ...) , SAFE_ARGUMENT(a) __VA_OPT__(SAFE_ARGUMENTS_1(__VA_ARGS__))
#define SAFE_ARGUMENTS_1(a, ...) , SAFE_ARGUMENT(a)
#define SAFE_FORMAT_ENDED(format, ...) (const char *)(format)SAFE_ARGUMENTS(__VA_ARGS__)
/* clang-format on */

/* A format and what it is for, as arguments of a call. The format is the program's own: a literal,
 * or _(). */
#define SAFE_FORMAT(...) SAFE_FORMAT_ENDED(__VA_ARGS__, )

/* snprintf(3) into safe_char[size]: (ret, size, format, ...). */
#define safe_format(ret, size, ...) safe_format_raw((ret), (size), SAFE_FORMAT(__VA_ARGS__))

/* What stands behind it, and vsnprintf(3): for macros like it alone. */
int safe_format_raw(safe_char *ret, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int safe_format_list(safe_char *ret, size_t size, const char *format, va_list arguments)
	__attribute__((format(printf, 3, 0)));
