/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "redact.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <strings.h>

#include "textfile.h"
#include "util.h"

#define NAME_MAX_LENGTH 128 /* what is longer is no name */
#define RANDOM_MIN	16  /* characters of what looks like a secret by itself */
#define TYPED_MIN	4   /* of what people type behind "password" */
#define CRYPT_MIN	12
#define WIREGUARD_KEY	44 /* 32 bytes in base64 */

#define BASE64	   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
#define NAME_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
#define BLANKS	   " \t\r"

/* Names that hold one of these are those of secrets. */
static const char *const parts[] = {
	"apikey",
	"authoriz",
	"communit",
	"cookie",
	"credential",
	"kennwort",
	"passphrase",
	"passw",
	"presharedkey",
	"privatekey",
	"psk",
	"pwd",
	"secret",
	"token",
};

/* So are those that have one of these between their hyphens, dots and underscores. */
static const char *const words[] = {
	"auth",
	"keys",
	"otp",
	"pass",
	"pin",
	"private",
	"puk",
	"shared",
};

/* What goes on in the lines that follow. */
enum state {
	STATE_NONE,
	STATE_PEM,	/* until the line with its end */
	STATE_QUOTE,	/* until the quote is closed */
	STATE_INDENTED, /* as long as they stand further in than the name did */
	STATE_NEXT,	/* the next line, after a backslash */
};

struct reader {
	FILE *out;
	enum state state;
	size_t indent; /* of the line with the name */
	bool list;     /* the value may be a list whose items stand no further in */
	char quote;
};

/* -- names -- */

/* Does a name end in "key", or in "key" and a number? */
static bool ends_in_key(const char *name, size_t length)
{
	while (length > 0 && isdigit((unsigned char)name[length - 1]))
		length--;
	return length >= 3 && strncasecmp(name + length - 3, "key", 3) == 0;
}

/* Is one of the words between its hyphens on the list? */
static bool has_word(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t length = strlen(words[i]);

		for (const char *at = name; (at = strcasestr(at, words[i])); at++) {
			bool begins = at == name || strchr("_.-", at[-1]);

			if (begins && (at[length] == '\0' || strchr("_.-", at[length])))
				return true;
		}
	}
	return false;
}

/* How sure a name is that of a secret. */
enum name { NAME_OTHER, NAME_LIKELY, NAME_SECRET };

static enum name judge_name(const char *start, size_t length)
{
	char name[NAME_MAX_LENGTH];

	if (length == 0 || length >= sizeof(name))
		return NAME_OTHER;
	memcpy(name, start, length);
	name[length] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (strcasestr(name, parts[i]))
			return NAME_SECRET;
	if ((length == 6 && strcasecmp(name, "bearer") == 0) ||
		(length == 5 && strcasecmp(name, "basic") == 0))
		return NAME_LIKELY;
	return ends_in_key(name, length) || has_word(name) ? NAME_LIKELY : NAME_OTHER;
}

/* Where the value begins that belongs to the name before end; NULL: that was no name of a setting.
 * first: the name begins the line, where ifupdown and others have only blanks between the two. */
static const char *find_value(const char *start, const char *end, bool first)
{
	const char *at = end + strspn(end, "\"'\\" BLANKS);

	if (*at == '=' || *at == ':' || *at == '>') {
		at += strspn(at, "=:>");
		return at + strspn(at, BLANKS);
	}
	if ((first || *start == '-') && at > end && *at != '\0' && strchr(BLANKS, *end))
		return at;
	return NULL;
}

/* -- what looks like a secret by itself -- */

/* A hash of crypt(5): "$id$" and more. */
static size_t crypt_length(const char *at)
{
	size_t id, length;

	if (*at != '$')
		return 0;
	id = strspn(at + 1, "0123456789abcdefghijklmnopqrstuvwxyz-");
	if (id == 0 || id > 12 || at[1 + id] != '$')
		return 0;
	length = strspn(at, BASE64 "$.=,-_");
	return length >= CRYPT_MIN ? length : 0;
}

/* A key of WireGuard's, alone: the padding tells it from fingerprints. */
static size_t wireguard_length(const char *at)
{
	size_t length = strspn(at, BASE64);

	if (length != WIREGUARD_KEY - 1 || at[length] != '=' || at[length + 1] == '=')
		return 0;
	return WIREGUARD_KEY;
}

/* A JSON web token: three parts, the first of which begins with an object. */
static size_t jwt_length(const char *at)
{
	size_t length = strspn(at, NAME_CHARS "=");

	return strncmp(at, "eyJ", 3) == 0 && length > RANDOM_MIN && memchr(at, '.', length) ? length
											    : 0;
}

/* What follows a secret's name without a sign in between: only where it is no word of a language.
 */
static size_t random_length(const char *at, size_t least)
{
	size_t length = strcspn(at, "\"'<>,;" BLANKS);
	bool other = false, letter = false;

	for (size_t i = 0; i + 1 < length; i++) {
		other |= !isalpha((unsigned char)at[i]) && at[i] != '-';
		letter |= isalpha((unsigned char)at[i]) != 0;
	}
	other |= length > 0 && isdigit((unsigned char)at[length - 1]);
	return length >= least && other && letter ? length : 0;
}

/* The user's part of a URL, at its beginning. */
static size_t userinfo_length(const char *at)
{
	size_t length = strcspn(at, "/?#\"'<>" BLANKS), user = 0;

	for (size_t i = 0; i < length; i++)
		if (at[i] == '@')
			user = i;
	return user;
}

/* Bytes at the beginning of a word that have to go. */
static size_t secret_length(const char *at)
{
	static size_t (*const looks[])(
		const char *at) = { crypt_length, wireguard_length, jwt_length };

	for (size_t i = 0; i < ARRAY_SIZE(looks); i++) {
		size_t length = looks[i](at);

		if (length > 0)
			return length;
	}
	return 0;
}

/* -- lines -- */

static size_t indentation(const char *line)
{
	return strspn(line, " \t");
}

/* Does a quote that begins at value end on this line? Backslashes hide one. */
static bool quote_ends(const char *at, char quote)
{
	for (; *at; at++) {
		if (*at == '\\' && at[1])
			at++;
		else if (*at == quote)
			return true;
	}
	return false;
}

/* A secret's value was left out: does it go on in the next lines? */
static void follow_value(struct reader *reader, const char *line, const char *value)
{
	size_t length = strlen(value);

	reader->indent = indentation(line);
	while (length > 0 && strchr(BLANKS, value[length - 1]))
		length--;
	if ((*value == '"' || *value == '\'') && !quote_ends(value + 1, *value)) {
		reader->state = STATE_QUOTE;
		reader->quote = *value;
	} else if (length > 0 && value[length - 1] == '\\') {
		reader->state = STATE_NEXT;
	} else {
		/* Values that go on, and lists and blocks, stand further in. */
		reader->state = STATE_INDENTED;
		reader->list = length == 0;
	}
}

/* Put what is before at, and a word in the place of the rest. */
static void put_removed(struct reader *reader, const char *line, const char *at)
{
	(void)fprintf(reader->out, "%.*s%s", (int)(at - line), line, REDACTED);
}

/* A name begins at *at: put it, or leave its value out. True: the line is over. */
static bool take_name(struct reader *reader, const char *line, const char **at)
{
	size_t length = strspn(*at, NAME_CHARS), random;
	const char *end = *at + length, *value = NULL;
	enum name name = judge_name(*at, length);

	if (name != NAME_OTHER)
		value = find_value(*at, end, *at == line + indentation(line));
	if (value) {
		put_removed(reader, *at, value);
		follow_value(reader, line, value);
		return true;
	}
	(void)fprintf(reader->out, "%.*s", (int)length, *at);
	*at = end;
	value = end + strspn(end, BLANKS);
	if (name == NAME_OTHER || value == end)
		return false;
	random = random_length(value, name == NAME_SECRET ? TYPED_MIN : RANDOM_MIN);
	if (random > 0) {
		put_removed(reader, end, value);
		*at = value + random;
	}
	return false;
}

/* A line that is not within a secret. */
static void take_line(struct reader *reader, const char *line)
{
	const char *at = line, *pem = strstr(line, "-----BEGIN ");
	bool begins = true; /* a word */

	if (pem) {
		put_removed(reader, line, pem);
		reader->state = strstr(pem, "-----END ") ? STATE_NONE : STATE_PEM;
		return;
	}
	while (*at) {
		size_t length = begins ? secret_length(at) : 0;

		begins = !strchr(BASE64 "$", *at);
		if (length == 0 && strncmp(at, "://", 3) == 0 && userinfo_length(at + 3) > 0) {
			(void)fputs("://", reader->out);
			at += 3;
			length = userinfo_length(at);
		}
		if (length > 0) {
			(void)fputs(REDACTED, reader->out);
			at += length;
			begins = false;
		} else if (strchr(NAME_CHARS, *at)) {
			if (take_name(reader, line, &at))
				return;
			begins = false;
		} else {
			(void)fputc(*at++, reader->out);
		}
	}
}

/* Is this line an item of a list of YAML's that stands right below its name? */
static bool is_item(const struct reader *reader, const char *line)
{
	const char *at = line + indentation(line);

	return indentation(line) == reader->indent && at[0] == '-' &&
	       (at[1] == '\0' || strchr(BLANKS, at[1]));
}

/* Is this line a part of the secret that began above? Moves on where that ends here. */
static bool goes_on(struct reader *reader, const char *line)
{
	bool blank = line[strspn(line, BLANKS)] == '\0';
	size_t length = strlen(line);

	switch (reader->state) {
	case STATE_NONE:
		return false;
	case STATE_PEM:
		if (strstr(line, "-----END "))
			reader->state = STATE_NONE;
		return true;
	case STATE_QUOTE:
		if (quote_ends(line, reader->quote))
			reader->state = STATE_NONE;
		return true;
	case STATE_NEXT:
		if (length == 0 || line[length - 1] != '\\')
			reader->state = STATE_NONE;
		return true;
	case STATE_INDENTED:
		if (blank)
			return false;
		if (indentation(line) > reader->indent || (reader->list && is_item(reader, line)))
			return true;
		reader->state = STATE_NONE;
		return false;
	}
	return false;
}

static void take(struct reader *reader, const char *line)
{
	if (goes_on(reader, line))
		(void)fputs(REDACTED, reader->out);
	else
		take_line(reader, line);
}

/* All lines; the last one may have no end. */
static void take_text(FILE *out, const void *what)
{
	struct reader reader = { .out = out };
	char *rest = *(char *const *)what;

	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
		take(&reader, line);
		if (rest)
			(void)fputc('\n', out);
	}
}

int redact(const char *text, char **ret)
{
	_cleanup_free_ char *copy = strdup(text);

	if (!copy)
		return -ENOMEM;
	return textfile_compose(take_text, &copy, ret);
}
