/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "login_key.h"

#include <stdint.h>
#include <strings.h>

#include "i18n.h"
#include "util.h"

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 8192
#define BLANKS	     " \t"

/* What is still to be read of a decoded key. */
struct blob {
	const uint8_t *at;
	size_t left;
};

/* A kind of key: its name, and the rest of a blob that begins with that name. */
struct kind {
	const char *name;
	bool (*check)(struct blob *blob, const struct kind *kind, struct problem *problem);
	const char *curve; /* ECDSA */
	size_t size;	   /* of the point */
	bool on_security_key;
};

/* A line taken apart; the parts are the line's own. */
struct parts {
	const char *kind, *base64, *comment;
	size_t kind_length, base64_length;
};

/* -- blobs ------------------------------------------------------------------------------------ */

/* A string of RFC 4251 section 5: its length in four bytes, then so many. */
static bool take_string(struct blob *blob, struct blob *ret)
{
	size_t length;

	if (blob->left < 4)
		return false;
	length = (size_t)blob->at[0] << 24 | (size_t)blob->at[1] << 16 | (size_t)blob->at[2] << 8 |
		 blob->at[3];
	if (length > blob->left - 4)
		return false;
	*ret = (struct blob){ .at = blob->at + 4, .left = length };
	blob->at += 4 + length;
	blob->left -= 4 + length;
	return true;
}

static bool is_word(const struct blob *blob, const char *word)
{
	return blob->left == strlen(word) && memcmp(blob->at, word, blob->left) == 0;
}

/* The bits of a positive number, 0 for one that is not written as RFC 4251 has it. */
static size_t count_bits(const struct blob *number)
{
	struct blob n = *number;
	size_t bits;

	if (n.left > 1 && n.at[0] == 0 && (n.at[1] & 0x80) != 0) {
		n.at++;
		n.left--;
	} else if (n.left == 0 || n.at[0] == 0 || (n.at[0] & 0x80) != 0) {
		return 0;
	}
	bits = n.left * 8;
	for (uint8_t top = n.at[0]; (top & 0x80) == 0; top <<= 1)
		bits--;
	return bits;
}

/* -- kinds ------------------------------------------------------------------------------------ */

static bool refuse_damaged(struct problem *problem)
{
	return problem_set(problem,
		_("This is no whole SSH key: something is missing, or was added. Paste the line "
		  "once more, all of it."));
}

/* What a security key adds: the name of the application that it was made for. */
static bool take_application(struct blob *blob, const struct kind *kind, struct problem *problem)
{
	struct blob application;

	if (kind->on_security_key && (!take_string(blob, &application) || application.left == 0))
		return refuse_damaged(problem);
	return blob->left == 0 || refuse_damaged(problem);
}

static bool check_ed25519(struct blob *blob, const struct kind *kind, struct problem *problem)
{
	struct blob point;

	if (!take_string(blob, &point) || point.left != kind->size)
		return refuse_damaged(problem);
	return take_application(blob, kind, problem);
}

/* An uncompressed point of the curve that the kind names. */
static bool check_ecdsa(struct blob *blob, const struct kind *kind, struct problem *problem)
{
	struct blob curve, point;

	if (!take_string(blob, &curve) || !is_word(&curve, kind->curve) ||
		!take_string(blob, &point) || point.left != kind->size || point.at[0] != 4)
		return refuse_damaged(problem);
	return take_application(blob, kind, problem);
}

static bool check_rsa(struct blob *blob, const struct kind *kind, struct problem *problem)
{
	struct blob exponent, modulus;
	size_t bits;

	if (!take_string(blob, &exponent) || !take_string(blob, &modulus) || blob->left != 0 ||
		count_bits(&exponent) < 2 || (exponent.at[exponent.left - 1] & 1) == 0)
		return refuse_damaged(problem);
	bits = count_bits(&modulus);
	if (bits == 0)
		return refuse_damaged(problem);
	if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX)
		return problem_set(problem,
			_("This RSA key has %zu bits; %d to %d are taken. \"ssh-keygen -t "
			  "ed25519\" "
			  "makes a shorter and stronger one."),
			bits, RSA_BITS_MIN, RSA_BITS_MAX);
	return true;
}

static const struct kind kinds[] = {
	{ "ssh-ed25519", check_ed25519, NULL, 32, false },
	{ "ecdsa-sha2-nistp256", check_ecdsa, "nistp256", 65, false },
	{ "ecdsa-sha2-nistp384", check_ecdsa, "nistp384", 97, false },
	{ "ecdsa-sha2-nistp521", check_ecdsa, "nistp521", 133, false },
	{ "ssh-rsa", check_rsa, NULL, 0, false },
	{ "sk-ssh-ed25519@openssh.com", check_ed25519, NULL, 32, true },
	{ "sk-ecdsa-sha2-nistp256@openssh.com", check_ecdsa, "nistp256", 65, true },
};

static const struct kind *find_kind(const struct parts *parts)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strlen(kinds[i].name) == parts->kind_length &&
			memcmp(kinds[i].name, parts->kind, parts->kind_length) == 0)
			return &kinds[i];
	return NULL;
}

/* -- lines ------------------------------------------------------------------------------------ */

/* The value of a character of base64 (RFC 4648 section 4), or -1. */
static int digit_value(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* Decode; the padding is as long as it has to be, and no bit is left over. */
static bool decode(const struct parts *parts, uint8_t ret[static LOGIN_KEY_MAX], size_t *ret_size)
{
	size_t length = parts->base64_length, size = 0, padding = 0;
	uint32_t bits = 0;

	if (length == 0 || length % 4 != 0)
		return false;
	while (padding < 2 && parts->base64[length - 1 - padding] == '=')
		padding++;
	for (size_t i = 0; i < length; i++) {
		int value = i < length - padding ? digit_value(parts->base64[i]) : 0;

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		if (i % 4 != 3)
			continue;
		for (int shift = 16; shift >= 0; shift -= 8)
			ret[size++] = (uint8_t)(bits >> shift);
		bits = 0;
	}
	*ret_size = size - padding;
	for (size_t i = *ret_size; i < size; i++)
		if (ret[i] != 0)
			return false;
	return true;
}

/* The words of a line that begins with the kind of the key. */
static struct parts split(const char *line)
{
	struct parts parts = { .kind = line };

	parts.kind_length = strcspn(line, BLANKS);
	parts.base64 = line + parts.kind_length;
	parts.base64 += strspn(parts.base64, BLANKS);
	parts.base64_length = strcspn(parts.base64, BLANKS);
	parts.comment = parts.base64 + parts.base64_length;
	parts.comment += strspn(parts.comment, BLANKS);
	return parts;
}

/* Is it a key of its kind? */
static bool check_parts(const struct parts *parts, struct problem *problem)
{
	const struct kind *kind = find_kind(parts);
	uint8_t bytes[LOGIN_KEY_MAX];
	struct blob blob = { .at = bytes }, name;

	if (!kind)
		return problem_set(problem,
			_("This is no SSH key that is taken here: the line has to begin with "
			  "ssh-ed25519, ecdsa-sha2-..., ssh-rsa, sk-ssh-ed25519@openssh.com or "
			  "sk-ecdsa-sha2-nistp256@openssh.com, as in a file that ends in .pub."));
	if (parts->base64_length >= LOGIN_KEY_MAX || !decode(parts, bytes, &blob.left) ||
		!take_string(&blob, &name) || !is_word(&name, kind->name))
		return refuse_damaged(problem);
	return kind->check(&blob, kind, problem);
}

/* Where the key begins behind the options of a line (sshd(8)); NULL: it does not, or they have a
 * command run. */
static const char *skip_options(const char *line)
{
	static const char command[] = "command=";
	bool quoted = false, begins = true;

	for (; *line && (quoted || !strchr(BLANKS, *line)); line++) {
		if (begins && strncasecmp(line, command, strlen(command)) == 0)
			return NULL;
		begins = !quoted && *line == ',';
		if (line[0] == '\\' && line[1] == '"')
			line++;
		else if (*line == '"')
			quoted = !quoted;
	}
	return line + strspn(line, BLANKS);
}

bool login_key_find(const char *line, char ret[static LOGIN_KEY_MAX])
{
	struct problem unused;
	struct parts parts;

	line += strspn(line, BLANKS);
	if (*line == '#')
		return false;
	parts = split(line);
	if (!find_kind(&parts)) {
		line = skip_options(line);
		if (!line)
			return false;
		parts = split(line);
	}
	if (!check_parts(&parts, &unused))
		return false;
	return snprintf(ret, LOGIN_KEY_MAX, "%.*s %.*s", (int)parts.kind_length, parts.kind,
		       (int)parts.base64_length, parts.base64) < LOGIN_KEY_MAX;
}

/* A comment is for people: printable ASCII, whatever the terminal that it is read on. */
static bool check_comment(const char *comment, struct problem *problem)
{
	for (const char *c = comment; *c; c++)
		if (*c < ' ' || *c > '~')
			return problem_set(problem,
				_("What stands behind the key holds characters other than letters, "
				  "digits and signs of ASCII. Leave it out."));
	return true;
}

bool login_key_check(const char *line, char ret[static LOGIN_KEY_MAX], struct problem *problem)
{
	struct parts parts;
	size_t length;
	int n;

	line += strspn(line, BLANKS);
	parts = split(line);
	if (!check_parts(&parts, problem))
		return false;
	length = strlen(parts.comment);
	while (length > 0 && strchr(BLANKS, parts.comment[length - 1]))
		length--;
	n = snprintf(ret, LOGIN_KEY_MAX, "%.*s %.*s%s%.*s", (int)parts.kind_length, parts.kind,
		(int)parts.base64_length, parts.base64, length > 0 ? " " : "", (int)length,
		parts.comment);
	if (n >= LOGIN_KEY_MAX)
		return problem_set(problem, _("This line is too long."));
	return check_comment(ret + strlen(ret) - length, problem);
}
