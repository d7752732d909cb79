/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Says of each line "SECTION<tab>KEY<tab>VALUE" whether an answer file may say so: "yes", or "no"
 * with the reason behind a tab. */

#include "answers.h"
#include "util.h"

/* What is wrong with a section that has this one line, "" where nothing is. */
static void judge(const char *section, const char *key, const char *value)
{
	static struct answers answers;
	struct answers_problems problems = { 0 };
	char text[ANSWERS_LINE_MAX + 128];
	bool is_link = streq(key, "Link") || !streq(section, "Network");

	(void)snprintf(text, sizeof(text), "[%s]\n%s%s=%s\n", section,
		is_link ? "" : "Link=enp1s0\n", key, value);
	if (answers_read(text, "line", &answers, &problems) < 0)
		abort();
	if (problems.n == 0)
		puts("yes");
	else
		printf("no\t%s\n", problems.all[0].text);
	answers_problems_done(&problems);
	answers_done(&answers);
}

int main(void)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0) {
		char *rest = line, *section, *key;

		line[strcspn(line, "\n")] = '\0';
		section = strsep(&rest, "\t");
		key = strsep(&rest, "\t");
		if (!rest)
			return 1;
		judge(section, key, rest);
	}
	return ferror(stdin) || fflush(stdout) != 0;
}
