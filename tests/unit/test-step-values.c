/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers to the fields of a vendor's step, and the licence text. */

#include <json-c/json.h>
#include <locale.h>

#include "eula.h"
#include "step_values.h"
#include "tree.h"
#include "util.h"

/* A step with a field of every kind. */
static const char every[] = "[Step]\nTitle=T\n"
			    "[Field text]\nLabel=Text\nMin=2\nMax=5\n"
			    "[Field number]\nType=number\nLabel=Number\nMin=-5\nMax=10\n"
			    "[Field choice]\nType=choice\nLabel=Choice\nChoice=a Ah\nChoice=b Beh\n"
			    "[Field on]\nType=switch\nLabel=On\nDefault=yes\n"
			    "[Field secret]\nType=secret\nLabel=Secret\nMin=3\n"
			    "[Field address]\nType=address\nLabel=Address\n"
			    "[Field host]\nType=hostname\nLabel=Host\n"
			    "[Field url]\nType=url\nLabel=Link\n"
			    "[Field size]\nType=size\nLabel=Size\nMin=1M\nMax=4G\n";

static struct step_defs defs;

/* The step of a file's text. */
static const struct step_def *load(const char *text)
{
	step_defs_done(&defs);
	tree_clear();
	tree_write(VENDORDIR "/steps.d/50-one.step", text);
	test_equal_int(step_defs_load(tree, "", NULL, NULL, &defs), 0);
	test_equal_int(defs.n, 1);
	return &defs.all[0];
}

/* What each kind takes, how it keeps it, and what it says else. */
static void test_check(void)
{
	static const char long_name[] =
		"a23456789012345678901234567890123456789012345678901234567890.example";
	static const struct {
		const char *field, *value, *kept, *problem;
	} rows[] = {
		{ "text", " abc\t", "abc", NULL },
		{ "text", "", "", NULL },
		{ "text", "Grüße", "Grüße", NULL },
		{ "text", "a", NULL, "That is too short. Characters: 1 of at least 2." },
		{ "text", "abcdef", NULL, "That is too long. Characters: 6 of at most 5." },
		{ "text", "a\nb", NULL,
			"There is a character in it that cannot be taken. Use letters, digits and "
			"signs of the keyboard." },
		{ "text", "a\xff", NULL,
			"There is a character in it that cannot be taken. Use letters, digits and "
			"signs of the keyboard." },
		{ "number", "007", "7", NULL },
		{ "number", "-5", "-5", NULL },
		{ "number", "-6", NULL, "-6 is too small: -5 is the least that is taken." },
		{ "number", "11", NULL, "11 is too large: 10 is the most that is taken." },
		{ "number", "1.5", NULL, "1.5 is no whole number. Good would be 1." },
		{ "number", "99999999999999999999", NULL,
			"99999999999999999999 is no whole number. Good would be 1." },
		{ "choice", "b", "b", NULL },
		{ "choice", "", "", NULL },
		{ "choice", "Beh", NULL, "Beh is none of the choices, which are: a, b" },
		{ "on", "off", "no", NULL },
		{ "on", "True", "yes", NULL },
		{ "on", "", "yes", NULL },
		{ "on", "maybe", NULL, "maybe is neither yes nor no. Type yes or no." },
		{ "secret", " x ", " x ", NULL },
		{ "secret", "xy", NULL, "That is too short. Characters: 2 of at least 3." },
		{ "address", "2001:DB8::0:1", "2001:db8::1", NULL },
		{ "address", "192.0.2.1/24", NULL,
			"192.0.2.1/24 is no address. Good would be 192.0.2.10 or 2001:db8::10." },
		{ "host", "Log.Example.COM.", "log.example.com", NULL },
		{ "host", "192.0.2.1", "192.0.2.1", NULL },
		{ "host", "LocalHost", "localhost", NULL },
		{ "host", "a_b", NULL,
			"a_b has an underscore, which is not allowed; use a dash. Good would be "
			"a-b." },
		{ "host", long_name, NULL,
			"a234567890123456789012345678901234567... is too long: a hostname has at "
			"most 64 characters, this one has 68. Good would be "
			"a2345678901234567890123456789012." },
		{ "url", "https://x.example/a?b=c", "https://x.example/a?b=c", NULL },
		{ "url", "http://[2001:db8::1]:8080", "http://[2001:db8::1]:8080", NULL },
		{ "url", "https:///a", NULL,
			"https:///a is no link: it begins with http:// or https://, and a name or "
			"an address follows. Good would be https://www.example.com/." },
		{ "url", "https://", NULL,
			"https:// is no link: it begins with http:// or https://, and a name or an "
			"address follows. Good would be https://www.example.com/." },
		{ "url", "ftp://x", NULL,
			"ftp://x is no link: it begins with http:// or https://, and a name or an "
			"address follows. Good would be https://www.example.com/." },
		{ "size", "1M", "1048576", NULL },
		{ "size", "2 g", "2147483648", NULL },
		{ "size", "1048576", "1048576", NULL },
		{ "size", "1K", NULL, "1K is too small: 1M is the least that is taken." },
		{ "size", "1T", NULL, "1T is too large: 4G is the most that is taken." },
		{ "size", "5 GB", NULL,
			"5 GB is no size: type a whole number with K, M, G or T behind it. Good "
			"would be 512M." },
		{ "size", "9999999999T", NULL,
			"9999999999T is no size: type a whole number with K, M, G or T behind it. "
			"Good would be 512M." },
		{ "size", "5 ", NULL, "5 is too small: 1M is the least that is taken." },
	};
	const struct step_def *def = load(every);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *kept = NULL;
		struct problem problem;
		size_t field = step_field_find(def, rows[i].field);
		bool good = step_field_check(&def->fields[field], rows[i].value, &kept, &problem);

		test_equal_str_at(rows[i].value, good ? kept : "(refused)",
			rows[i].kept ? rows[i].kept : "(refused)");
		test_equal_str_at(
			rows[i].value, problem.text, rows[i].problem ? rows[i].problem : "");
	}
}

/* Nothing, where something is required; and what is too long. */
static void test_required(void)
{
	const struct step_def *def =
		load("[Step]\nTitle=T\n[Field a]\nLabel=Name\nRequired=yes\n[Field b]\nType=choice"
		     "\nLabel=Kind\nRequired=yes\nChoice=x\n[Field "
		     "c]\nType=switch\nLabel=C\nRequired=yes\n");
	char *kept = NULL, longest[STEP_VALUE_SIZE + 1];
	struct problem problem;

	test_assert(!step_field_check(&def->fields[0], " ", &kept, &problem));
	test_equal_str(problem.text, "\"Name\" must not be left empty.");
	test_assert(!step_field_check(&def->fields[1], "", &kept, &problem));
	test_equal_str(problem.text, "Choose one of the entries of \"Kind\".");
	test_assert(step_field_check(&def->fields[2], "", &kept, &problem));
	test_equal_str(kept, "no");
	free(kept);
	memset(longest, 'x', sizeof(longest));
	longest[STEP_VALUE_SIZE] = '\0';
	test_assert(!step_field_check(&def->fields[0], longest, &kept, &problem));
	test_equal_str(problem.text, "That is too long: at most 1023 bytes are taken.");
	longest[STEP_VALUE_SIZE - 1] = '\0';
	test_assert(step_field_check(&def->fields[0], longest, &kept, &problem));
	free(kept);
}

/* -- several fields -----------------------------------------------------------------------------
 */

static const char conditional[] =
	"[Step]\nTitle=T\n[Field on]\nType=switch\nLabel=On\n"
	"[Field kind]\nType=choice\nLabel=Kind\nChoice=x\nChoice=y\nVisibleIf=on=1\n"
	"[Field deep]\nLabel=Deep\nVisibleIf=kind=x\nRequired=yes\n"
	"[Field key]\nType=secret\nLabel=Key\nVisibleIf=on=yes\n"
	"[Field room]\nType=size\nLabel=Room\nVisibleIf=on=no\nDefault=1M\n"
	"[Field n]\nType=number\nLabel=N\n";

/* Set a field by its name. */
static void set(
	const struct step_def *def, struct step_values *values, const char *name, const char *value)
{
	test_equal_int(step_values_set(values, step_field_find(def, name), value), 0);
}

/* Which fields are visible, as letters. */
static const char *visible(const struct step_def *def, const struct step_values *values)
{
	static char names[STEP_FIELDS_MAX * STEP_NAME_SIZE];

	*names = '\0';
	for (size_t i = 0; i < def->n_fields; i++)
		if (step_field_is_visible(def, i, values)) {
			strcat(names, def->fields[i].name);
			strcat(names, " ");
		}
	return names;
}

/* Answers decide which fields are asked. */
static void test_visible(void)
{
	const struct step_def *def = load(conditional);
	struct step_values values = { 0 };
	struct problem problem = { .text = "" };
	size_t field = 0;

	test_equal_str(visible(def, &values), "on room n ");
	test_assert(step_values_check(def, &values, &field, &problem));
	set(def, &values, "kind", "x");
	test_equal_str(visible(def, &values), "on room n ");
	set(def, &values, "on", "TRUE");
	test_equal_str(visible(def, &values), "on kind deep key n ");
	test_assert(!step_values_check(def, &values, &field, &problem));
	test_equal_int(field, 2);
	test_equal_str(problem.text, "\"Deep\" must not be left empty.");
	set(def, &values, "kind", NULL);
	test_equal_str(visible(def, &values), "on kind key n ");
	test_assert(step_values_check(def, &values, &field, &problem));
	set(def, &values, "n", "x");
	test_assert(!step_values_check(def, &values, &field, &problem));
	test_equal_int(field, 5);
	step_values_done(def, &values);
	test_equal_int(step_values_complete(def, &values), 0);
	test_equal_str(values.of[0], "no");
	test_equal_str(values.of[4], "1048576");
	test_equal_str(values.of[5], "");
	step_values_done(def, &values);
}

/* What is written differently can be the same; what is not asked does not count; nor can two
 * secrets be told apart. */
static void test_equal(void)
{
	const struct step_def *def = load(conditional);
	struct step_values a = { 0 }, b = { 0 };

	test_assert(step_values_equal(def, &a, &b));
	set(def, &a, "on", "off");
	set(def, &a, "room", "1024K");
	set(def, &a, "deep", "hidden");
	set(def, &a, "key", "hidden");
	test_assert(step_values_equal(def, &a, &b));
	test_assert(step_values_equal(def, &b, &a));
	set(def, &a, "room", "2M");
	test_assert(!step_values_equal(def, &a, &b));
	set(def, &a, "on", "yes");
	test_assert(!step_values_equal(def, &a, &b));
	set(def, &b, "on", "yes");
	test_assert(!step_values_equal(def, &a, &b));
	test_assert(!step_values_equal(def, &b, &a));
	set(def, &a, "key", NULL);
	test_assert(step_values_equal(def, &a, &b));
	set(def, &a, "key", "");
	test_assert(!step_values_equal(def, &a, &b));
	set(def, &a, "key", "same");
	set(def, &b, "key", "same");
	test_assert(!step_values_equal(def, &a, &b));
	step_values_done(def, &a);
	step_values_done(def, &b);
}

/* The visible ones as JSON, secrets by themselves. */
static void test_to_json(void)
{
	const struct step_def *def = load(conditional);
	struct step_values values = { 0 };
	char *text;

	test_equal_int(step_values_to_json(def, &values, false, &text), 0);
	test_equal_str(text, "{\"on\":false,\"room\":1048576,\"n\":null}");
	free(text);
	test_equal_int(step_values_to_json(def, &values, true, &text), 0);
	test_equal_str(text, "{}");
	free(text);
	set(def, &values, "on", "on");
	set(def, &values, "kind", "x");
	set(def, &values, "deep", "\"ä\\/\" ");
	set(def, &values, "key", "s\"e'c ");
	set(def, &values, "n", "-3");
	test_equal_int(step_values_to_json(def, &values, false, &text), 0);
	test_equal_str(text, "{\"on\":true,\"kind\":\"x\",\"deep\":\"\\\"ä\\\\/\\\"\",\"n\":-3}");
	free(text);
	test_equal_int(step_values_to_json(def, &values, true, &text), 0);
	test_equal_str(text, "{\"key\":\"s\\\"e'c \"}");
	free(text);
	/* One that is to be emptied, and one of which nothing is said. */
	set(def, &values, "key", "");
	test_equal_int(step_values_to_json(def, &values, true, &text), 0);
	test_equal_str(text, "{\"key\":\"\"}");
	free(text);
	set(def, &values, "key", NULL);
	test_equal_int(step_values_complete(def, &values), 0);
	test_equal_int(step_values_to_json(def, &values, true, &text), 0);
	test_equal_str(text, "{}");
	free(text);
	step_values_done(def, &values);
}

/* What is written is read again, by us and by others. */
static void test_round(void)
{
	const struct step_def *def = load(conditional);
	struct step_values values = { 0 }, again = { 0 };
	char longest[STEP_VALUE_SIZE], *text, *secrets;
	struct problem problem = { .text = "" };
	json_object *object;

	memset(longest, '"', sizeof(longest));
	longest[STEP_VALUE_SIZE - 1] = '\0';
	set(def, &values, "on", "yes");
	set(def, &values, "kind", "x");
	set(def, &values, "deep", longest);
	set(def, &values, "key", longest);
	test_equal_int(step_values_to_json(def, &values, false, &text), 0);
	test_equal_int(step_values_to_json(def, &values, true, &secrets), 0);
	object = json_tokener_parse(secrets);
	test_equal_str(json_object_get_string(json_object_object_get(object, "key")), longest);
	json_object_put(object);
	test_assert(step_values_from_json(def, text, &again, &problem));
	test_assert(step_values_from_json(def, secrets, &again, &problem));
	test_equal_str(problem.text, "");
	test_equal_str(again.of[3], longest);
	set(def, &values, "key", NULL);
	set(def, &again, "key", NULL);
	test_assert(step_values_equal(def, &values, &again));
	free(text);
	free(secrets);
	step_values_done(def, &values);
	step_values_done(def, &again);
}

/* What others may send, and what is said of it. */
static void test_from_json(void)
{
	static const char no[] =
		"The answers of the step are no JSON object of texts, whole numbers, true and "
		"false. Nothing was done with them.";
	static const struct {
		const char *json, *field, *value, *problem;
	} rows[] = {
		{ " {} ", NULL, NULL, NULL },
		{ "{ \"n\" : 5 , \"on\" : true }\n", "n", "5", NULL },
		{ "{\"n\":\"5\",\"on\":true}", "on", "yes", NULL },
		{ "{\"n\":null}", "n", "", NULL },
		{ "{\"deep\":\"\"}", "deep", "", NULL },
		{ "{\"deep\":\"\\u00e4\\ud83d\\ude00\\u20AC\\/\"}", "deep", "ä😀€/", NULL },
		{ "{\"room\":\"5G\"}", "room", "5368709120", NULL },
		{ "{\"room\":2048}", "room", "2048", NULL },
		{ "", NULL, NULL, no },
		{ "[]", NULL, NULL, no },
		{ "{", NULL, NULL, no },
		{ "{\"n\"", NULL, NULL, no },
		{ "{\"n\":", NULL, NULL, no },
		{ "{\"n\":}", NULL, NULL, no },
		{ "{\"n\":5", NULL, NULL, no },
		{ "{\"n\":5,}", NULL, NULL, no },
		{ "{\"n\":5}x", NULL, NULL, no },
		{ "{\"n\":5.5}", NULL, NULL, no },
		{ "{\"n\":true}", NULL, NULL, no },
		{ "{\"on\":1}", NULL, NULL, no },
		{ "{\"on\":{}}", NULL, NULL, no },
		{ "{\"deep\":5}", NULL, NULL, no },
		{ "{\"deep\":\"\\u0000\"}", NULL, NULL, no },
		{ "{\"deep\":\"\\ud83d\"}", NULL, NULL, no },
		{ "{\"deep\":\"\\udc00\"}", NULL, NULL, no },
		{ "{\"deep\":\"\\udc00\\udc00\"}", NULL, NULL, no },
		{ "{\"deep\":\"\\x\"}", NULL, NULL, no },
		{ "{\"deep\":\"a\nb\"}", NULL, NULL, no },
		{ "{\"deep\":\"abc", NULL, NULL, no },
		{ "{\"deep\":\"\\", NULL, NULL, no },
		{ "{\"none\":1}", NULL, NULL, "The step one has no field none." },
		{ "{\"n\":\"x\"}", NULL, NULL, "x is no whole number. Good would be 1." },
		{ "{\"deep\":\"a\\nb\"}", NULL, NULL,
			"There is a character in it that cannot be taken. Use letters, digits and "
			"signs of the keyboard." },
	};
	const struct step_def *def = load(conditional);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct step_values values = { 0 };
		struct problem problem = { .text = "" };
		bool good = step_values_from_json(def, rows[i].json, &values, &problem);

		test_equal_str_at(rows[i].json, good ? "" : problem.text,
			rows[i].problem ? rows[i].problem : "");
		if (good && rows[i].field)
			test_equal_str_at(rows[i].json,
				values.of[step_field_find(def, rows[i].field)], rows[i].value);
		step_values_done(def, &values);
	}
}

/* -- the licence text ---------------------------------------------------------------------------
 */

/* The text in the language of whoever reads, else as it stands. */
static void test_eula_find(void)
{
	static const struct {
		const char *path, *language, *found;
	} rows[] = {
		{ "/x/eula.txt", "", "/x/eula.txt" },
		{ "/x/eula.txt", "de", "/x/eula.de.txt" },
		{ "/x/eula.txt", "de_AT", "/x/eula.de_AT.txt" },
		{ "/x/eula.txt", "de_AT.UTF-8", "/x/eula.de_AT.txt" },
		{ "/x/eula.txt", "de_DE", "/x/eula.de.txt" },
		{ "/x/eula.txt", "fr", "/x/eula.txt" },
		{ "/x/eula.txt", "../eula", "/x/eula.txt" },
		{ "/x.y/EULA", "de", "/x.y/EULA.de" },
		{ "/x/only.txt", "", NULL },
		{ "/x/only.txt", "de", "/x/only.de.txt" },
		{ "/x/folder", "", NULL },
		{ "", "de", NULL },
	};
	static const char *const files[] = { "/x/eula.txt", "/x/eula.de.txt", "/x/eula.de_AT.txt",
		"/x.y/EULA", "/x.y/EULA.de", "/x/only.de.txt", "/x/folder/file" };

	tree_clear();
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		tree_write(files[i], "Terms\n");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char found[PATH_MAX] = "untouched";
		int r = eula_find(tree, rows[i].path, rows[i].language, found);

		test_equal_int(r, rows[i].found ? 0 : -ENOENT);
		test_equal_str_at(rows[i].path, found, rows[i].found ? rows[i].found : "untouched");
	}
}

/* Which files are the text in some language. */
static void test_eula_translations(void)
{
	static const struct {
		const char *path, *file;
		bool is;
	} rows[] = {
		{ "/x/eula.txt", "/x/eula.txt", true },
		{ "/x/eula.txt", "/x/eula.de.txt", true },
		{ "/x/eula.txt", "/x/eula.de_AT.txt", true },
		{ "/x.y/EULA", "/x.y/EULA.de", true },
		{ "/x/eula.txt", "/x/eula..txt", false },
		{ "/x/eula.txt", "/x/eula.de.text", false },
		{ "/x/eula.txt", "/x/eula.d.txt", false },
		{ "/x/eula.txt", "/x/eula.de_at.txt", false },
		{ "/x/eula.txt", "/x/eula.de/x.txt", false },
		{ "/x/eula.txt", "/x/eula.txt.de", false },
		{ "/x/eula.txt", "/y/eula.de.txt", false },
		{ "/x/eula.txt", "/x/eula", false },
		{ "/x/eula.txt", "", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (eula_is_translation(rows[i].path, rows[i].file) != rows[i].is)
			test_fail("%s of %s", rows[i].file, rows[i].path);
}

int main(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	test_run(test_check);
	test_run(test_required);
	test_run(test_visible);
	test_run(test_equal);
	test_run(test_to_json);
	test_run(test_round);
	test_run(test_from_json);
	test_run(test_eula_find);
	test_run(test_eula_translations);
	step_defs_done(&defs);
	tree_done();
	return test_result();
}
