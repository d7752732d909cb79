/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firstboot.answers(5) has every key in its section, each with its type, an example, its default
 * and what it is given to, and no other key. Its examples are taken, and the README's. */

#include <ctype.h>

#include "answers_text.h"
#include "src/core/answers_parts.h"

#define ENTRY_MAX 4096

static char *manual;

/* The entry of a key: from behind its line to the next one, or to the end of the list. */
static bool find_entry(const struct answers_key *key, char ret[static ENTRY_MAX])
{
	char head[64], line[64], title[16] = "";
	const char *section, *begin, *end, *next;

	for (size_t i = 0; key->section[i]; i++)
		title[i] = (char)toupper((unsigned char)key->section[i]);
	(void)snprintf(head, sizeof(head), "\n.Sh THE [%s] SECTION\n", title);
	(void)snprintf(line, sizeof(line), "\n.It Cm %s=\n", key->name);
	section = strstr(manual, head);
	begin = section ? strstr(section, line) : NULL;
	next = section ? strstr(section + strlen(head), "\n.Sh ") : NULL;
	if (!begin || !next || begin > next)
		return false;
	begin += strlen(line);
	end = strstr(begin, "\n.It Cm ");
	if (!end || end > next)
		end = next;
	(void)snprintf(ret, ENTRY_MAX, "%.*s", (int)(end - begin), begin);
	return true;
}

/* Is there a line that begins with a word, with something behind it? */
static bool has_line(const char *entry, const char *word)
{
	char head[32];
	const char *found;

	(void)snprintf(head, sizeof(head), "\n%s", word);
	found = strstr(entry, head);
	return found && strlen(found) > strlen(head) + 4;
}

static void test_keys(void)
{
	static const char *const words[] = { "Type:", "Example:", "Default:" };
	const struct answers_key *key;
	size_t n = 0, documented = 0;

	for (; (key = answers_key(n)); n++) {
		char entry[ENTRY_MAX];
		const char *type;

		if (!find_entry(key, entry)) {
			test_fail("[%s] lacks %s=", key->section, key->name);
			continue;
		}
		for (size_t i = 0; i < ARRAY_SIZE(words); i++)
			if (!has_line(entry, words[i]))
				test_fail("%s= lacks %s", key->name, words[i]);
		if (!strstr(entry, "networkd:") && !strstr(entry, "Set by") &&
			!strstr(entry, "Written into") && !strstr(entry, "Added to") &&
			!strstr(entry, "on the machine") && !strstr(entry, "of firstboot's own"))
			test_fail("%s= lacks what it is given to", key->name);
		type = strstr(entry, "\nType:");
		if (type && key->list != (memmem(type, strcspn(type + 1, "\n"), "list", 4) != NULL))
			test_fail("%s= is %s list", key->name, key->list ? "a" : "no");
	}
	for (const char *p = manual; (p = strstr(p, "\n.It Cm ")); p++)
		documented++;
	test_equal_int((long long)documented, (long long)n);
}

/* Does each section do on a machine that nobody has set up? */
static void check_links(void)
{
	for (size_t i = 0; i < answers.n_links; i++) {
		const struct answers_link *link = answers.links[i];
		struct net_config config = { .mtu = 0 };
		struct net_device device;
		struct problem problem = { .text = "" };
		char name[IFNAMSIZ];

		answers_find_device(
			link, answers_link_is_name(link) ? link->link : "eth0", name, &device);
		net_config_init(&config, name);
		config.device = device;
		test_assert(answers_merge(link, &config, &config, &problem));
		test_equal_str(problem.text, "");
	}
}

static void test_examples(void)
{
	static const char begin[] = "\n.Bd -literal -offset indent\n";
	size_t n = 0;

	for (const char *p = manual; (p = strstr(p, begin)); n++) {
		_cleanup_free_ char *text = NULL;
		const char *end;

		p += strlen(begin);
		end = strstr(p, "\n.Ed\n");
		text = end ? strndup(p, (size_t)(end + 1 - p)) : NULL;
		if (!text) {
			test_fail("an example has no end");
			return;
		}
		test_equal_str_at(text, read_text(text), "");
		test_assert(answers.n_links > 0 || answers.n_steps > 0);
		check_links();
	}
	test_equal_int((long long)n, 5);
}

/* The lines of the README's answer file, without what moves them in. */
static char *find_in_readme(const char *readme)
{
	const char *at = strstr(readme, "\n    [Host]\n");
	char *text = at ? calloc(1, strlen(at)) : NULL;
	size_t length = 0;

	while (text && at && strncmp(at + 1, "    ", 4) == 0) {
		size_t n;

		at += 5;
		n = strcspn(at, "\n");
		memcpy(text + length, at, n);
		length += n;
		text[length++] = '\n';
		at = strchr(at, '\n');
	}
	return text;
}

static void test_readme(void)
{
	_cleanup_free_ char *readme = NULL, *text = NULL;

	if (textfile_read(DATA_DIR "/..", "/README.md", &readme) < 0) {
		test_fail("there is no README.md");
		return;
	}
	text = find_in_readme(readme);
	if (!text) {
		test_fail("it has no answer file");
		return;
	}
	test_equal_str_at(text, read_text(text), "");
	test_equal_int((long long)answers.n_links, 1);
	check_links();
}

int main(void)
{
	if (textfile_read(DATA_DIR, "/man/firstboot.answers.5", &manual) < 0) {
		test_fail("there is no manual page");
		return test_result();
	}
	test_run(test_keys);
	test_run(test_examples);
	test_run(test_readme);
	answers_done(&answers);
	answers_problems_done(&problems);
	free(manual);
	return test_result();
}
