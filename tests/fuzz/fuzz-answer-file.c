/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An answer file; behind each NUL, a word of --set. */

#include "answers.h"
#include "answers_parts.h"
#include "fuzz.h"
#include "fuzz_set.h"

/* What is wrong is told in sentences that may be shown anywhere. */
static void check_problems(const struct answers_problems *problems)
{
	fuzz_assert(problems->n <= ANSWERS_PROBLEMS_MAX + 1);
	for (size_t i = 0; i < problems->n; i++) {
		const struct answers_problem *problem = &problems->all[i];

		fuzz_assert(*problem->file && *problem->text);
		fuzz_assert(fuzz_is_utf8(problem->text) && !fuzz_has_control(problem->text));
	}
}

static void write_all(FILE *f, const void *what)
{
	fuzz_assert(answers_write(f, what) == 0);
}

/* One line of what is written: nothing of a value has become a section, a key or a comment. */
static void check_line(const char *line, char section[static 16])
{
	char name[32];

	fuzz_assert(fuzz_is_utf8(line) && !fuzz_has_control(line));
	if (strncmp(line, "[Step ", 6) == 0) {
		fuzz_assert(sscanf(line, "[Step %31[a-z0-9-]]", name) == 1);
		fuzz_assert(streq(line + 6 + strlen(name), "]"));
		(void)strcpy(section, "Step");
		return;
	}
	if (*line == '[') {
		fuzz_assert(sscanf(line, "[%15[A-Za-z]]", section) == 1);
		fuzz_assert(answers_section_exists(section) && line[strlen(section) + 2] == '\0');
		return;
	}
	if (*line == '\0' || strncmp(line, "# PasswordHash= ", 16) == 0)
		return;
	fuzz_assert(sscanf(line, "%31[A-Za-z0-9]=", name) == 1);
	fuzz_assert(line[strlen(name)] == '=' &&
		    (streq(section, "Step") || answers_key_find(section, name)));
}

/* There are as many sections as there have to be. */
static void check_text(const char *text, const struct answers *answers)
{
	_cleanup_free_ char *copy = strdup(text);
	char section[16] = "", *rest = copy;
	size_t n_links = 0, n_others = 0;

	fuzz_assert(copy);
	for (char *line; (line = strsep(&rest, "\n"));) {
		check_line(line, section);
		n_links += streq(line, "[Network]");
		n_others += *line == '[' && !streq(line, "[Network]");
	}
	fuzz_assert(n_links == answers->n_links && n_others <= 3 + answers->n_steps);
}

/* What is taken can be written, and read again, and means the same. */
static void check_again(const struct answers *answers)
{
	_cleanup_free_ char *text = NULL, *twice = NULL;
	struct answers_problems problems = { 0 };
	static struct answers again;

	fuzz_assert(textfile_compose(write_all, answers, &text) == 0);
	check_text(text, answers);
	fuzz_assert(!answers_have_secret(answers) || !strstr(text, answers->password_text));
	fuzz_assert(answers_read(text, "again", &again, &problems) == 0);
	fuzz_assert(problems.n == 0);
	if (!answers_have_secret(answers)) {
		fuzz_assert(textfile_compose(write_all, &again, &twice) == 0);
		fuzz_assert(streq(text, twice));
	}
	answers_problems_done(&problems);
	answers_done(&again);
}

/* What is made of a card's settings is what firstbootd would take, and can be written. */
static void check_merge(const struct answers_link *link)
{
	static struct net_set set;
	struct net_device device;
	struct problem problem = { .text = "" };
	char name[IFNAMSIZ];

	memset(&set, 0, sizeof(set));
	answers_find_device(link, answers_link_is_name(link) ? link->link : "eth0", name, &device);
	fuzz_assert(strnlen(name, sizeof(name)) < sizeof(name) && *name);
	net_config_init(&set.links[0], name);
	set.links[0].device = device;
	set.n_links = 1;
	if (!answers_merge(link, &set.links[0], &set.links[0], &problem)) {
		fuzz_assert(*problem.text && !fuzz_has_control(problem.text));
		return;
	}
	if (validate_net_set(&set, &problem))
		fuzz_check_set(&set);
}

/* Do the keys of each section go together? Words of a command line are judged when all are there,
 * by answers_merge(). */
static bool go_together(const struct answers *answers)
{
	struct problem problem;

	for (size_t i = 0; i < answers->n_links; i++) {
		struct net_config config;

		if (answers_link_check(answers->links[i], &problem))
			continue;
		net_config_init(&config, "eth0");
		fuzz_assert(*problem.text);
		fuzz_assert(!answers_merge(answers->links[i], &config, &config, &problem));
		return false;
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct answers answers;
	struct answers_problems problems = { 0 };

	for (size_t at = 0, n = 0; at <= size; n++) {
		_cleanup_free_ char *text = fuzz_text(data + at, size - at);

		at += strlen(text) + 1;
		fuzz_assert((n == 0 ? answers_read(text, "file", &answers, &problems)
				    : answers_set(text, &answers, &problems)) == 0);
	}
	check_problems(&problems);
	if (problems.n == 0 && go_together(&answers)) {
		check_again(&answers);
		for (size_t i = 0; i < answers.n_links; i++)
			check_merge(answers.links[i]);
	}
	answers_problems_done(&problems);
	answers_done(&answers);
	return 0;
}
