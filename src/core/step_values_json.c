/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Answers as JSON. What is written may be of secrets, and so nothing of it passes through memory
 * that is not cleared, as that of a library's objects would be.
 */

#include <errno.h>
#include <inttypes.h>

#include "i18n.h"
#include "safe_text.h"
#include "step_def_parts.h"
#include "step_values.h"
#include "util.h"

#define NAME_SHOWN  40
#define ESCAPE_SIZE 6 /* \u0000 */
#define MARKS_SIZE  8 /* quotes, colon, comma */

/* -- writing ------------------------------------------------------------------------------------
 */

/* Append a string with its quotes. Returns its end. */
static char *put_text(char *at, const char *text)
{
	*at++ = '"';
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			*at++ = '\\';
		if (c < 0x20 || c == 0x7f)
			at += sprintf(at, "\\u%04x", c);
		else
			*at++ = (char)c;
	}
	*at++ = '"';
	return at;
}

/* Append the value of a field. */
static char *put_value(char *at, const struct step_field *field, const char *value)
{
	if (field->kind == STEP_NUMBER || field->kind == STEP_SIZE)
		return stpcpy(at, *value ? value : "null");
	if (field->kind == STEP_SWITCH)
		return stpcpy(at, streq(value, "yes") ? "true" : "false");
	return put_text(at, value);
}

/* Does the field belong into this object? */
static bool is_wanted(
	const struct step_def *def, const struct step_values *values, size_t i, bool secrets)
{
	bool secret = def->fields[i].kind == STEP_SECRET;

	return secret == secrets && step_field_is_visible(def, i, values) &&
	       (!secret || values->of[i]);
}

size_t step_values_json_size(
	const struct step_def *def, const struct step_values *values, bool secrets)
{
	size_t size = sizeof("{}");

	for (size_t i = 0; i < def->n_fields; i++)
		if (is_wanted(def, values, i, secrets))
			size += STEP_NAME_SIZE + MARKS_SIZE +
				ESCAPE_SIZE * (secrets ? strlen(step_values_get(def, values, i))
						       : STEP_VALUE_SIZE);
	return size;
}

void step_values_put_json(
	const struct step_def *def, const struct step_values *values, bool secrets, char *text)
{
	char *at = stpcpy(text, "{");

	for (size_t i = 0; i < def->n_fields; i++) {
		char kept[STEP_VALUE_SIZE];
		struct problem problem;

		if (!is_wanted(def, values, i, secrets) ||
			!step_field_take(
				&def->fields[i], step_values_get(def, values, i), kept, &problem))
			continue;
		if (at > text + 1)
			*at++ = ',';
		at = put_text(at, def->fields[i].name);
		*at++ = ':';
		at = put_value(at, &def->fields[i], kept);
		explicit_bzero(kept, sizeof(kept));
	}
	strcpy(at, "}");
}

int step_values_to_json(
	const struct step_def *def, const struct step_values *values, bool secrets, char **ret)
{
	char *text = malloc(step_values_json_size(def, values, secrets));

	if (!text)
		return -ENOMEM;
	step_values_put_json(def, values, secrets, text);
	*ret = text;
	return 0;
}

/* -- reading ------------------------------------------------------------------------------------
 */

/* What is left to read. */
struct cursor {
	const char *at;
};

/* Take one character, behind blanks. */
static bool take(struct cursor *cursor, char wanted)
{
	cursor->at += strspn(cursor->at, " \t\r\n");
	if (*cursor->at != wanted)
		return false;
	cursor->at++;
	return true;
}

/* Four hexadecimal digits. */
static bool take_hex(struct cursor *cursor, uint32_t *ret)
{
	static const char digits[] = "0123456789abcdef";

	*ret = 0;
	for (size_t i = 0; i < 4; i++) {
		char c = *cursor->at;
		const char *digit =
			c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;

		if (!digit)
			return false;
		*ret = *ret << 4 | (uint32_t)(digit - digits);
		cursor->at++;
	}
	return true;
}

/* What stands behind "\u", perhaps with the second half of a pair. */
static bool take_code(struct cursor *cursor, uint32_t *ret)
{
	uint32_t low;

	if (!take_hex(cursor, ret) || *ret == 0 || (*ret >= 0xdc00 && *ret < 0xe000))
		return false;
	if (*ret < 0xd800 || *ret >= 0xe000)
		return true;
	if (cursor->at[0] != '\\' || cursor->at[1] != 'u')
		return false;
	cursor->at += 2;
	if (!take_hex(cursor, &low) || low < 0xdc00 || low >= 0xe000)
		return false;
	*ret = 0x10000 + ((*ret - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

/* Write a character as UTF-8. Returns its bytes. */
static size_t put_code(uint32_t c, char ret[static 4])
{
	static const struct {
		uint32_t limit, first;
	} forms[] = { { 0x80, 0 }, { 0x800, 0xc0 }, { 0x10000, 0xe0 }, { 0x110000, 0xf0 } };
	size_t more = 0;

	while (c >= forms[more].limit)
		more++;
	for (size_t i = more; i > 0; i--, c >>= 6)
		ret[i] = (char)(0x80 | (c & 0x3f));
	ret[0] = (char)(forms[more].first | c);
	return more + 1;
}

/* One character of a string, as bytes. */
static bool take_character(struct cursor *cursor, char ret[static 4], size_t *ret_length)
{
	static const char escapes[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char *escape;
	uint32_t code;

	*ret_length = 1;
	if ((unsigned char)*cursor->at < 0x20)
		return false;
	*ret = *cursor->at++;
	if (*ret != '\\')
		return true;
	if (*cursor->at == 'u') {
		cursor->at++;
		if (!take_code(cursor, &code))
			return false;
		*ret_length = put_code(code, ret);
		return true;
	}
	escape = *cursor->at ? strchr(escapes, *cursor->at) : NULL;
	if (!escape)
		return false;
	*ret = meant[escape - escapes];
	cursor->at++;
	return true;
}

/* A string of less than size bytes. */
static bool take_string(struct cursor *cursor, char *ret, size_t size)
{
	size_t n = 0;

	if (!take(cursor, '"'))
		return false;
	while (*cursor->at != '"') {
		char bytes[4];
		size_t length;

		if (!take_character(cursor, bytes, &length) || n + length >= size)
			return false;
		memcpy(ret + n, bytes, length);
		n += length;
	}
	ret[n] = '\0';
	cursor->at++;
	return true;
}

/* A value of a field, as text. */
static bool take_value(
	struct cursor *cursor, const struct step_field *field, char ret[static STEP_VALUE_SIZE])
{
	size_t length;

	cursor->at += strspn(cursor->at, " \t\r\n");
	if (*cursor->at == '"')
		return take_string(cursor, ret, STEP_VALUE_SIZE);
	length = strspn(cursor->at, "-0123456789abcdefghijklmnopqrstuvwxyz");
	if (length == 0 || length >= STEP_VALUE_SIZE)
		return false;
	memcpy(ret, cursor->at, length);
	ret[length] = '\0';
	cursor->at += length;
	if (streq(ret, "null")) {
		*ret = '\0';
		return true;
	}
	if (field->kind == STEP_SWITCH) {
		bool on = streq(ret, "true"), off = streq(ret, "false");

		strcpy(ret, on ? "yes" : "no");
		return on || off;
	}
	return (field->kind == STEP_NUMBER || field->kind == STEP_SIZE) &&
	       ret[strspn(ret, "-0123456789")] == '\0';
}

/* Say that it is no such object. */
static bool no_object(struct problem *problem)
{
	return problem_set(problem,
		_("The answers of the step are no JSON object of texts, whole numbers, true and "
		  "false. Nothing was done with them."));
}

/* Take "name": value. */
static bool take_member(struct cursor *cursor, const struct step_def *def,
	struct step_values *values, struct problem *problem)
{
	char name[STEP_NAME_SIZE], value[STEP_VALUE_SIZE], kept[STEP_VALUE_SIZE];
	const struct step_field *field;
	size_t place;
	bool good;

	if (!take_string(cursor, name, sizeof(name)) || !take(cursor, ':'))
		return no_object(problem);
	place = step_field_find(def, name);
	if (place == STEP_FIELDS_MAX)
		return problem_set(problem, _("The step %s has no field %s."), def->name,
			safe_text(name, NAME_SHOWN).text);
	field = &def->fields[place];
	if (!take_value(cursor, field, value)) {
		explicit_bzero(value, sizeof(value));
		return no_object(problem);
	}
	/* Whether nothing will do is seen when all is known. */
	strcpy(kept, "");
	good = *value == '\0' || step_field_take(field, value, kept, problem);
	if (good && step_values_set(values, place, kept) < 0)
		good = problem_set(problem, _("There is not enough memory."));
	explicit_bzero(value, sizeof(value));
	explicit_bzero(kept, sizeof(kept));
	return good;
}

bool step_values_from_json(const struct step_def *def, const char *json, struct step_values *values,
	struct problem *problem)
{
	struct cursor cursor = { json };
	bool more;

	if (!take(&cursor, '{'))
		return no_object(problem);
	more = !take(&cursor, '}');
	while (more) {
		if (!take_member(&cursor, def, values, problem))
			return false;
		more = take(&cursor, ',');
		if (!more && !take(&cursor, '}'))
			return no_object(problem);
	}
	cursor.at += strspn(cursor.at, " \t\r\n");
	return *cursor.at == '\0' || no_object(problem);
}
