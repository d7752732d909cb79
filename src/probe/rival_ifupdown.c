/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* interfaces(5) of ifupdown: which file has a stanza for a link. */

#include <fnmatch.h>
#include <glob.h>
#include <limits.h>

#include "rivals.h"
#include "textfile.h"
#include "util.h"

#define INTERFACES "/etc/network/interfaces"
#define DEPTH_MAX  5
#define NAME_SIZE  128

struct search {
	const char *ifname;
	size_t size;
	char *where;
	int depth;
};

static bool visit_file(const char *root, const char *path, void *userdata);

/* Is the word, a name or a pattern "/GLOB" of interfaces(5), about the link? */
static bool word_matches(const char *word, const char *ifname)
{
	char name[NAME_SIZE];

	/* What follows "=" is a stanza's name for it, what follows a second "/" are options. */
	(void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
	if (*name != '/')
		return streq(name, ifname);
	name[1 + strcspn(name + 1, "/")] = '\0';
	return fnmatch(name + 1, ifname, 0) == 0;
}

/* Follow the files that a pattern names; relative ones begin in /etc/network. */
static bool visit_pattern(const char *root, const char *pattern, struct search *search)
{
	char full[PATH_MAX];
	bool go_on = true;
	glob_t found;

	if (snprintf(full, sizeof(full), "%s%s%s", root, *pattern == '/' ? "" : "/etc/network/",
		    pattern) >= (int)sizeof(full) ||
		glob(full, 0, NULL, &found) != 0)
		return true;
	for (size_t i = 0; i < found.gl_pathc && go_on; i++)
		go_on = visit_file(root, found.gl_pathv[i] + strlen(root), search);
	globfree(&found);
	return go_on;
}

/* A line that leads to other files. */
static bool visit_source(const char *root, bool folder, const char *word, struct search *search)
{
	char path[PATH_MAX];

	if (!folder)
		return visit_pattern(root, word, search);
	return snprintf(path, sizeof(path), "%s/*", word) >= (int)sizeof(path) ||
	       visit_pattern(root, path, search);
}

/* One line, its continuations included. False: it is about the link. */
static bool visit_line(const char *root, char *line, struct search *search)
{
	char *rest = line, *keyword = NULL, *word;

	while ((word = strsep(&rest, " \t"))) {
		bool source = keyword && strncmp(keyword, "source", 6) == 0;
		bool once = keyword && streq(keyword, "iface");

		if (!*word)
			continue;
		if (!keyword) {
			keyword = word;
			if (*word == '#' || (strncmp(word, "source", 6) != 0 &&
						    strncmp(word, "allow-", 6) != 0 &&
						    !streq(word, "auto") && !streq(word, "iface")))
				return true;
		} else if (source) {
			if (!visit_source(root, streq(keyword, "source-directory"), word, search))
				return false;
		} else if (word_matches(word, search->ifname)) {
			return false;
		} else if (once) {
			return true;
		}
	}
	return true;
}

/* Join the lines that end in a backslash with those behind them. */
static void join_lines(char *text)
{
	for (char *p = text; (p = strstr(p, "\\\n"));)
		p[0] = p[1] = ' ';
}

/* One file. False: it has a stanza for the link. */
static bool visit_file(const char *root, const char *path, void *userdata)
{
	_cleanup_free_ char *text = NULL;
	struct search *search = userdata;
	char *rest, *line;
	bool go_on = true;

	if (search->depth >= DEPTH_MAX || textfile_read(root, path, &text) < 0)
		return true;
	join_lines(text);
	rest = text;
	search->depth++;
	while (go_on && (line = strsep(&rest, "\n"))) {
		go_on = visit_line(root, line, search);
		if (!go_on && !*search->where)
			(void)snprintf(search->where, search->size, "%s", path);
	}
	search->depth--;
	return go_on;
}

bool rival_ifupdown(const char *root, const char *ifname, size_t size, char *ret_where)
{
	struct search search = { .ifname = ifname, .size = size, .where = ret_where };

	*ret_where = '\0';
	if (!rival_file_exists(root, "/usr/sbin/ifup") && !rival_file_exists(root, "/sbin/ifup"))
		return false;
	return !visit_file(root, INTERFACES, &search);
}
