/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Is a value one that a field takes? */

#include <errno.h>

#include "answers_parts.h"
#include "i18n.h"
#include "ip.h"
#include "safe_text.h"
#include "step_def_parts.h"
#include "step_values.h"
#include "util.h"
#include "validate.h"

#define VALUE_SHOWN   40
#define CHOICES_SHOWN 160

/* A value as it may be shown. */
static struct safe_str shown(const char *value)
{
	return safe_text(value, VALUE_SHOWN);
}

/* -- texts --------------------------------------------------------------------------------------
 */

/* Is it text that a line can have? A secret is not shown. */
static bool check_characters(const char *value, struct problem *problem)
{
	char safe[STEP_VALUE_SIZE];

	(void)snprintf(safe, sizeof(safe), "%s", value);
	safe_line(safe, '\0');
	if (streq(safe, value)) {
		explicit_bzero(safe, sizeof(safe));
		return true;
	}
	explicit_bzero(safe, sizeof(safe));
	return problem_set(problem,
		_("There is a character in it that cannot be taken. Use letters, digits and signs "
		  "of the keyboard."));
}

/* Text, or a secret: so many characters. */
static bool take_text(const struct step_field *field, const char *value,
	char ret[static STEP_VALUE_SIZE], struct problem *problem)
{
	size_t length = step_characters(value);

	if (!check_characters(value, problem))
		return false;
	if (field->min > 0 && length < (size_t)field->min)
		return problem_set(problem,
			_("That is too short. Characters: %zu of at least %lld."), length,
			(long long)field->min);
	if (length > (size_t)field->max)
		return problem_set(problem, _("That is too long. Characters: %zu of at most %lld."),
			length, (long long)field->max);
	strcpy(ret, value);
	return true;
}

/* -- numbers ------------------------------------------------------------------------------------
 */

/* A number as the field's kind is written. */
static const char *format_number(
	const struct step_field *field, int64_t number, char buf[static STEP_NUMBER_SIZE])
{
	if (field->kind == STEP_SIZE)
		return step_format_size(number, buf);
	(void)snprintf(buf, STEP_NUMBER_SIZE, "%lld", (long long)number);
	return buf;
}

/* Is a number within the limits of the field? */
static bool take_limited(const struct step_field *field, const char *value, int64_t number,
	char ret[static STEP_VALUE_SIZE], struct problem *problem)
{
	char limit[STEP_NUMBER_SIZE];

	if (number < field->min)
		return problem_set(problem, _("%s is too small: %s is the least that is taken."),
			shown(value).text, format_number(field, field->min, limit));
	if (number > field->max)
		return problem_set(problem, _("%s is too large: %s is the most that is taken."),
			shown(value).text, format_number(field, field->max, limit));
	(void)snprintf(ret, STEP_VALUE_SIZE, "%lld", (long long)number);
	return true;
}

/* A number that the field takes. */
static const char *example_number(
	const struct step_field *field, int64_t otherwise, char buf[static STEP_NUMBER_SIZE])
{
	int64_t number = otherwise;

	if (number < field->min)
		number = field->min;
	if (number > field->max)
		number = field->max;
	return format_number(field, number, buf);
}

/* A whole number. */
static bool take_number(const struct step_field *field, const char *value,
	char ret[static STEP_VALUE_SIZE], struct problem *problem)
{
	char example[STEP_NUMBER_SIZE];
	int64_t number;

	if (!step_parse_number(value, &number))
		return problem_set(problem, _("%s is no whole number. Good would be %s."),
			shown(value).text, example_number(field, 1, example));
	return take_limited(field, value, number, ret, problem);
}

/* Bytes. */
static bool take_size(const struct step_field *field, const char *value,
	char ret[static STEP_VALUE_SIZE], struct problem *problem)
{
	char example[STEP_NUMBER_SIZE];
	int64_t size;

	if (!step_parse_size(value, &size))
		return problem_set(problem,
			_("%s is no size: type a whole number with K, M, G or T behind it. Good "
			  "would be %s."),
			shown(value).text, example_number(field, 512LL << 20, example));
	return take_limited(field, value, size, ret, problem);
}

/* -- words --------------------------------------------------------------------------------------
 */

/* Say which choices there are. */
static bool choice_problem(
	const struct step_field *field, const char *value, struct problem *problem)
{
	char all[CHOICES_SHOWN] = "";
	size_t length = 0;

	for (size_t i = 0; i < field->n_choices; i++) {
		size_t more = strlen(field->choices[i].value) + 2;

		if (length + more + strlen("...") >= sizeof(all)) {
			strcpy(all + length, "...");
			break;
		}
		length += (size_t)snprintf(all + length, sizeof(all) - length, "%s%s",
			field->choices[i].value, i + 1 < field->n_choices ? ", " : "");
	}
	return problem_set(
		problem, _("%s is none of the choices, which are: %s"), shown(value).text, all);
}

/* One of the choices. */
static bool take_choice(const struct step_field *field, const char *value,
	char ret[static STEP_VALUE_SIZE], struct problem *problem)
{
	for (size_t i = 0; i < field->n_choices; i++)
		if (streq(field->choices[i].value, value)) {
			strcpy(ret, value);
			return true;
		}
	return choice_problem(field, value, problem);
}

/* yes or no. */
static bool take_switch(const struct step_field *field, const char *value,
	char ret[static STEP_VALUE_SIZE], struct problem *problem)
{
	bool on;

	if (!answers_parse_switch(value, false, &on))
		return problem_set(
			problem, _("%s is neither yes nor no. Type yes or no."), shown(value).text);
	strcpy(ret, on ? "yes" : "no");
	return true;
}

/* -- names --------------------------------------------------------------------------------------
 */

/* An address, in its usual form. */
static bool take_address(const struct step_field *field, const char *value,
	char ret[static STEP_VALUE_SIZE], struct problem *problem)
{
	char text[IP_TEXT_MAX];
	struct ip_addr addr;

	if (ip_parse(value, &addr) < 0)
		return problem_set(problem, _("%s is no address. Good would be %s or %s."),
			shown(value).text, "192.0.2.10", "2001:db8::10");
	strcpy(ret, ip_format(&addr, text));
	return true;
}

/* A name or an address of a host. */
static bool take_hostname(const struct step_field *field, const char *value,
	char ret[static STEP_VALUE_SIZE], struct problem *problem)
{
	char name[HOST_NAME_SIZE], text[IP_TEXT_MAX];
	struct ip_addr addr;

	if (ip_parse(value, &addr) == 0) {
		strcpy(ret, ip_format(&addr, text));
		return true;
	}
	/* Whoever asks may mean this machine, which cannot be called so. */
	if (strcasecmp(value, "localhost") != 0 && !validate_hostname(value, name, problem))
		return false;
	strcpy(ret, strcasecmp(value, "localhost") == 0 ? "localhost" : name);
	return true;
}

/* A link that a browser would open. */
static bool take_url(const struct step_field *field, const char *value,
	char ret[static STEP_VALUE_SIZE], struct problem *problem)
{
	const char *host = strstr(value, "://");
	bool good = strncmp(value, "http://", 7) == 0 || strncmp(value, "https://", 8) == 0;

	for (const char *p = value; good && *p != '\0'; p++)
		good = *p > ' ' && *p <= '~' && !strchr("\"<>\\^`{|}", *p);
	if (!good || strchr("/?#:@", host[3]))
		return problem_set(problem,
			_("%s is no link: it begins with http:// or https://, and a name or an "
			  "address follows. Good would be %s."),
			shown(value).text, "https://www.example.com/");
	strcpy(ret, value);
	return true;
}

/* -- the whole ----------------------------------------------------------------------------------
 */

typedef bool (*take_fn)(const struct step_field *field, const char *value,
	char ret[static STEP_VALUE_SIZE], struct problem *problem);

static const take_fn takers[N_STEP_FIELD_KINDS] = {
	[STEP_TEXT] = take_text,
	[STEP_NUMBER] = take_number,
	[STEP_CHOICE] = take_choice,
	[STEP_SWITCH] = take_switch,
	[STEP_SECRET] = take_text,
	[STEP_ADDRESS] = take_address,
	[STEP_HOSTNAME] = take_hostname,
	[STEP_URL] = take_url,
	[STEP_SIZE] = take_size,
};

/* Nothing: a switch has its default then, and every other field nothing, where it may. */
static bool take_nothing(
	const struct step_field *field, char ret[static STEP_VALUE_SIZE], struct problem *problem)
{
	strcpy(ret, field->kind == STEP_SWITCH ? field->normal : "");
	if (!field->required || *ret != '\0')
		return true;
	if (field->kind == STEP_CHOICE)
		return problem_set(problem, _("Choose one of the entries of \"%s\"."),
			safe_text(field->label, VALUE_SHOWN).text);
	return problem_set(problem, _("\"%s\" must not be left empty."),
		safe_text(field->label, VALUE_SHOWN).text);
}

bool step_field_take(const struct step_field *field, const char *value,
	char ret[static STEP_VALUE_SIZE], struct problem *problem)
{
	char plain[STEP_VALUE_SIZE];
	size_t length = strlen(value);
	bool good;

	*problem = (struct problem){ 0 };
	if (field->kind != STEP_SECRET) {
		size_t blanks = strspn(value, " \t");

		value += blanks;
		length -= blanks;
		while (length > 0 && strchr(" \t", value[length - 1]))
			length--;
	}
	if (length >= STEP_VALUE_SIZE)
		return problem_set(problem, _("That is too long: at most %d bytes are taken."),
			STEP_VALUE_SIZE - 1);
	if (length == 0)
		return take_nothing(field, ret, problem);
	memcpy(plain, value, length);
	plain[length] = '\0';
	good = takers[field->kind](field, plain, ret, problem);
	explicit_bzero(plain, sizeof(plain));
	return good;
}

bool step_field_check(
	const struct step_field *field, const char *value, char **ret, struct problem *problem)
{
	char kept[STEP_VALUE_SIZE];
	bool good = step_field_take(field, value, kept, problem);

	if (good && ret) {
		*ret = strdup(kept);
		good = *ret || problem_set(problem, _("There is not enough memory."));
	}
	explicit_bzero(kept, sizeof(kept));
	return good;
}
