/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One step file, line by line. */

#include <errno.h>
#include <stdarg.h>

#include "answers_parts.h"
#include "catalog.h"
#include "nearest.h"
#include "safe_text.h"
#include "step_def_parts.h"
#include "util.h"

#define FIELD	   "Field "
#define LOWER	   "abcdefghijklmnopqrstuvwxyz"
#define UPPER	   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS	   "0123456789"
#define KEY_LENGTH 48

const struct step_key step_keys[] = {
	{ "Title", TAKES_WORD, STEP_WORD_TITLE, STEP_TITLE_LENGTH, true },
	{ "Text", TAKES_LINES, 0, 0, true },
	{ "Apply", TAKES_WORD, STEP_WORD_APPLY, 0, false },
	{ "TimeoutSec", TAKES_WORD, STEP_WORD_TIMEOUT, 0, false },
	{ "Skippable", TAKES_WORD, STEP_WORD_SKIPPABLE, 0, false },
	{ .name = NULL },
};

const struct step_key step_field_keys[] = {
	{ "Type", TAKES_WORD, FIELD_WORD_TYPE, 0, false },
	{ "Label", TAKES_WORD, FIELD_WORD_LABEL, STEP_LABEL_LENGTH, true },
	{ "Help", TAKES_WORD, FIELD_WORD_HELP, STEP_HELP_LENGTH, true },
	{ "Choice", TAKES_CHOICE, 0, 0, true },
	{ "Default", TAKES_WORD, FIELD_WORD_DEFAULT, 0, false },
	{ "Min", TAKES_WORD, FIELD_WORD_MIN, 0, false },
	{ "Max", TAKES_WORD, FIELD_WORD_MAX, 0, false },
	{ "Required", TAKES_WORD, FIELD_WORD_REQUIRED, 0, false },
	{ "VisibleIf", TAKES_WORD, FIELD_WORD_VISIBLE, 0, false },
	{ .name = NULL },
};

void step_complain(struct step_reader *reader, unsigned line, const char *format, ...)
{
	char what[512];
	va_list ap;

	reader->wrong = true;
	va_start(ap, format);
	(void)vsnprintf(what, sizeof(what), format, ap);
	va_end(ap);
	safe_line(what, '?');
	if (reader->complain)
		reader->complain(reader->file, (int)line, what, reader->userdata);
}

/* -- sections -----------------------------------------------------------------------------------
 */

/* Is it a name that a field may have? */
static bool is_field_name(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && length < STEP_NAME_SIZE && strspn(name, LOWER UPPER DIGITS) == length;
}

/* [Field NAME] begins. */
static void begin_field(struct step_reader *reader, const char *name)
{
	struct step_section *field;

	if (!is_field_name(name)) {
		step_complain(reader, reader->lines.line,
			"A field's name has 1 to %d letters and digits.", STEP_NAME_SIZE - 1);
		return;
	}
	for (size_t i = 0; i < reader->n_fields; i++)
		if (streq(reader->fields[i]->name, name)) {
			step_complain(reader, reader->lines.line,
				"There is a field %s already, in line %u.", name,
				reader->fields[i]->line);
			return;
		}
	if (reader->n_fields == STEP_FIELDS_MAX) {
		step_complain(reader, reader->lines.line, "A step has at most %d fields.",
			STEP_FIELDS_MAX);
		return;
	}
	field = calloc(1, sizeof(*field));
	if (!field) {
		reader->lines.r = -ENOMEM;
		return;
	}
	strcpy(field->name, name);
	field->line = reader->lines.line;
	reader->fields[reader->n_fields++] = reader->section = field;
}

/* A section begins. */
static void begin_section(struct ini_reader *lines, const char *section)
{
	struct step_reader *reader = lines->userdata;

	reader->section = NULL;
	if (strncmp(section, FIELD, strlen(FIELD)) == 0) {
		begin_field(reader, section + strlen(FIELD));
	} else if (!streq(section, "Step")) {
		step_complain(reader, lines->line,
			"There is no section [%s]: they are [Step] and [Field NAME].", section);
	} else if (reader->step.line != 0) {
		step_complain(reader, lines->line, "There is a section [Step] already, in line %u.",
			reader->step.line);
	} else {
		reader->section = &reader->step;
		reader->step.line = lines->line;
	}
	reader->in_unknown = !reader->section;
}

/* -- keys ---------------------------------------------------------------------------------------
 */

/* How well a text fits, whose key stands with this language ("": with none). */
static enum step_rank rank(const char *wanted, const char *language)
{
	size_t length = strlen(language), whole = strcspn(wanted, ".@");

	if (length == 0)
		return STEP_RANK_PLAIN;
	if (whole == length && strncmp(wanted, language, length) == 0)
		return STEP_RANK_COUNTRY;
	if (strncmp(wanted, language, length) == 0 && wanted[length] == '_')
		return STEP_RANK_LANGUAGE;
	return STEP_RANK_NONE;
}

/* Take "Name[language]" apart. */
static bool split_key(
	const char *written, char name[static KEY_LENGTH], char language[static KEY_LENGTH])
{
	size_t length = strcspn(written, "[");
	const char *rest = written + length;

	if (strlen(written) >= KEY_LENGTH)
		return false;
	(void)snprintf(name, KEY_LENGTH, "%.*s", (int)length, written);
	*language = '\0';
	if (*rest == '\0')
		return true;
	(void)snprintf(language, KEY_LENGTH, "%.*s", (int)strcspn(rest + 1, "]"), rest + 1);
	return catalog_is_language(language) && streq(rest + 1 + strlen(language), "]");
}

/* The key of this name in a section; NULL: there is none. */
static const struct step_key *find_key(const struct step_key *keys, const char *name)
{
	for (; keys->name; keys++)
		if (streq(keys->name, name))
			return keys;
	return NULL;
}

/* Say that there is no such key, and which one may be meant. */
static void unknown_key(struct step_reader *reader, const struct step_key *keys,
	const char *written, const char *section)
{
	struct nearest search = nearest_begin(written);
	const char *meant;

	for (; keys->name; keys++)
		nearest_try(&search, keys->name, false, keys->name);
	meant = nearest_found(&search);
	if (meant)
		step_complain(reader, reader->lines.line,
			"There is no key %s= in section [%s]. Is %s= meant?", written, section,
			meant);
	else
		step_complain(reader, reader->lines.line, "There is no key %s= in section [%s].",
			written, section);
}

/* Has the section had this key, in this language? Notes it else. -ENOMEM. */
static int note_seen(struct names_list *seen, const char *key, bool *ret_again)
{
	*ret_again = false;
	for (size_t i = 0; i < seen->n; i++)
		if (streq(seen->all[i], key)) {
			*ret_again = true;
			return 0;
		}
	return names_add(seen, key, strlen(key)) == -ENOMEM ? -ENOMEM : 0;
}

/* -- values -------------------------------------------------------------------------------------
 */

/* Take one value of a key that may stand there. */
static int keep_value(struct step_reader *reader, const struct step_key *key, const char *written,
	const char *value, enum step_rank as)
{
	bool again;
	int r;

	if (key->takes == TAKES_CHOICE)
		return step_keep_choice(reader, value, as);
	r = note_seen(&reader->section->seen, written, &again);
	if (r < 0)
		return r;
	if (key->takes == TAKES_LINES)
		return step_keep_line(reader, value, as);
	if (again)
		step_complain(reader, reader->lines.line,
			"%s= stands there twice. Remove one of the two lines.", written);
	else if (key->longest > 0 && step_characters(value) > key->longest)
		step_complain(reader, reader->lines.line, "%s= takes at most %zu characters.",
			written, key->longest);
	else
		return step_keep_word(
			&reader->section->words[key->word], value, as, reader->lines.line);
	return 0;
}

/* Take one Key=value. */
static int take_value(
	struct ini_reader *lines, const char *section, const char *written, const char *value)
{
	struct step_reader *reader = lines->userdata;
	const struct step_key *keys =
		reader->section == &reader->step ? step_keys : step_field_keys;
	char name[KEY_LENGTH], language[KEY_LENGTH];
	const struct step_key *key = NULL;

	if (reader->in_unknown)
		return 0;
	if (!reader->section) {
		step_complain(reader, lines->line, "%s= stands before the first section.", written);
		return 0;
	}
	if (split_key(written, name, language))
		key = find_key(keys, name);
	if (!key)
		unknown_key(reader, keys, written, section);
	else if (*language && !key->translated)
		step_complain(reader, lines->line, "%s= is the same in every language.", name);
	else
		return keep_value(reader, key, written, value, rank(reader->language, language));
	return 0;
}

/* -- the whole ----------------------------------------------------------------------------------
 */

/* Does a tab stand within a value? Around one it does not count. */
static bool has_tab(const char *value, const char *end)
{
	while (end > value && strchr(" \t\r", end[-1]))
		end--;
	while (value < end && (*value == ' ' || *value == '\t'))
		value++;
	return memchr(value, '\t', (size_t)(end - value)) != NULL;
}

/* Why a line cannot be taken at all. */
static const char *check_line(const char *line, size_t length)
{
	const char *fault = answers_line_fault(line, length);
	size_t key = strspn(line, LOWER UPPER DIGITS "-_[]");

	if (fault || length == 0 || strchr("#;[\r", *line))
		return fault;
	if (length > STEP_LINE_MAX)
		return "The line is too long.";
	key += strspn(line + key, " \t");
	if (line[key] != '=')
		return "The line is neither [Section] nor Key=value.";
	return has_tab(line + key + 1, line + length) ? "The line has a control character." : NULL;
}

/* A line is no line at all. */
static void line_fault(struct ini_reader *lines, const char *what)
{
	step_complain(lines->userdata, lines->line, "%s", what);
}

int step_reader_run(struct step_reader *reader, const char *text)
{
	reader->lines = (struct ini_reader){
		.check = check_line,
		.begin_section = begin_section,
		.take_value = take_value,
		.complain = line_fault,
		.userdata = reader,
		.line_max = STEP_LINE_MAX,
		.whole = true,
	};
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0) /* a byte order mark */
		text += 3;
	return ini_reader_run(&reader->lines, text);
}

/* Free what is in a section. */
static void section_done(struct step_section *section)
{
	for (size_t i = 0; i < STEP_WORDS_MAX; i++)
		free(section->words[i].text);
	for (size_t i = 0; i < section->n_choices; i++) {
		free(section->choices[i].value);
		free(section->choices[i].label.text);
	}
	free(section->text.text);
	names_done(&section->seen);
}

void step_reader_done(struct step_reader *reader)
{
	section_done(&reader->step);
	for (size_t i = 0; i < reader->n_fields; i++) {
		section_done(reader->fields[i]);
		free(reader->fields[i]);
	}
}
