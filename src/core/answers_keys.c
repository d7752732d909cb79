/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Find a key, take its value, and say what may have been meant. */

#include "answers_parts.h"
#include "i18n.h"
#include "nearest.h"
#include "safe_text.h"
#include "util.h"

#define NAME_SHOWN  40
#define VALUE_SHOWN 60

const struct answers_key *answers_key(size_t i)
{
	static const struct answers_key *const tables[] = { answers_host_keys, answers_link_keys,
		answers_server_keys };

	for (size_t table = 0; table < ARRAY_SIZE(tables); table++)
		for (const struct answers_key *key = tables[table]; key->name; key++)
			if (i-- == 0)
				return key;
	return NULL;
}

const struct answers_key *answers_key_find(const char *section, const char *name)
{
	const struct answers_key *key;

	for (size_t i = 0; (key = answers_key(i)); i++)
		if (streq(key->section, section) && streq(key->name, name))
			return key;
	return NULL;
}

bool answers_section_exists(const char *section)
{
	const struct answers_key *key;

	for (size_t i = 0; (key = answers_key(i)); i++)
		if (streq(key->section, section))
			return true;
	return false;
}

/* -- what may have been meant -------------------------------------------------------------------
 */

bool answers_unknown_section(const char *section, struct problem *problem)
{
	const struct answers_key *key;
	struct safe_str shown = safe_text(section, NAME_SHOWN);
	struct nearest search = nearest_begin(section);

	for (size_t i = 0; (key = answers_key(i)); i++)
		nearest_try(&search, key->section, false, key);
	key = nearest_found(&search);
	if (key)
		return problem_set(problem, _("There is no section [%s]. Is [%s] meant?"),
			shown.text, key->section);
	return problem_set(problem,
		_("There is no section [%s]: they are [Host], [Network], [Root], [Eula] and [Step "
		  "NAME]."),
		shown.text);
}

/* The key that may have been meant, those of the section before others. */
static const struct answers_key *find_near(const char *section, const char *name)
{
	struct nearest search = nearest_begin(name);
	const struct answers_key *key;

	for (size_t i = 0; (key = answers_key(i)); i++)
		nearest_try(&search, key->name, !streq(key->section, section), key);
	return nearest_found(&search);
}

bool answers_unknown_key(const char *section, const char *name, struct problem *problem)
{
	const struct answers_key *near = find_near(section, name);
	struct safe_str shown = safe_text(name, NAME_SHOWN);

	if (!near)
		return problem_set(problem,
			*section ? _("There is no key %s= in section [%s].")
				 : _("%s= stands before the first section."),
			shown.text, section);
	if (!*section)
		return problem_set(problem,
			_("%s= stands before the first section. Is %s= of [%s] meant?"), shown.text,
			near->name, near->section);
	if (!streq(near->section, section))
		return problem_set(problem,
			_("There is no key %s= in section [%s]. Is %s= of [%s] meant?"), shown.text,
			section, near->name, near->section);
	return problem_set(problem, _("There is no key %s= in section [%s]. Is %s= meant?"),
		shown.text, section, near->name);
}

/* -- words --------------------------------------------------------------------------------------
 */

/* A word for both families, or for one of them. */
bool answers_parse_families(const char *value, bool ret[static 2])
{
	static const struct {
		const char *word;
		bool v4, v6;
	} words[] = {
		{ "yes", true, true },
		{ "no", false, false },
		{ "true", true, true },
		{ "false", false, false },
		{ "y", true, true },
		{ "n", false, false },
		{ "t", true, true },
		{ "f", false, false },
		{ "on", true, true },
		{ "off", false, false },
		{ "1", true, true },
		{ "0", false, false },
		{ "ipv4", true, false },
		{ "ipv6", false, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcasecmp(value, words[i].word) == 0) {
			ret[0] = words[i].v4;
			ret[1] = words[i].v6;
			return true;
		}
	return false;
}

/* yes or no, in systemd's words; nothing is what is normal. */
bool answers_parse_switch(const char *value, bool normal, bool *ret)
{
	bool families[2] = { normal, normal };

	if (*value && (!answers_parse_families(value, families) || families[0] != families[1]))
		return false;
	*ret = families[0];
	return true;
}

/* One of two words; nothing is the first. */
bool answers_parse_choice(const char *value, const char *no, const char *yes, bool *ret)
{
	*ret = streq(value, yes);
	return *ret || !*value || streq(value, no);
}

/* -- values -------------------------------------------------------------------------------------
 */

/* Is there a value already that this one would take the place of? */
static bool is_taken(const struct answers_key *key, const struct answers_subject *subject)
{
	unsigned seen =
		streq(key->section, "Network") ? subject->link->seen : subject->answers->seen;

	return !key->list && (seen & key->bit) != 0;
}

bool answers_key_set(const struct answers_key *key, struct answers_subject *subject,
	const char *value, struct problem *problem)
{
	struct problem why = { .text = "" };
	const char *rule = _(key->wants);

	if (is_taken(key, subject))
		return problem_set(problem,
			_("What %s= sets is set already, and takes one value. Remove one of the "
			  "two lines."),
			key->name);
	if (key->set(subject, value, &why))
		return true;
	if (*why.text)
		return problem_set(problem, "%s=: %s", key->name, why.text);
	if (*value == '\0' || key->secret)
		return problem_set(problem, _("%s= takes %s."), key->name, rule);
	return problem_set(problem, _("%s= takes %s. It is no such thing: %s"), key->name, rule,
		safe_text(value, VALUE_SHOWN).text);
}

/* Note that a value is given. Returns true for the first one of this run, which takes the place of
 * those before. */
bool answers_link_give(struct answers_subject *subject, unsigned bit)
{
	bool first = (subject->link->seen & bit) != bit;

	subject->link->given |= bit;
	subject->link->seen |= bit;
	return first;
}
