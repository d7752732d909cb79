/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hosts.h"

#include <errno.h>

#include "util.h"

#define OWN_ADDRESS "127.0.1.1"
#define NO_FILE	    "127.0.0.1 localhost\n::1 localhost\n"

/* Does the line begin with this address, and nothing longer? */
static bool line_has_address(const char *line, const char *address)
{
	size_t length = strlen(address);

	line += strspn(line, " \t");
	return strncmp(line, address, length) == 0 && strchr(" \t\r\n#", line[length]);
}

/* Does the line name a loopback address? */
static bool line_is_loopback(const char *line)
{
	return strncmp(line + strspn(line, " \t"), "127.", 4) == 0 || line_has_address(line, "::1");
}

/* The beginning of the next line, or the end of the text. */
static const char *line_end(const char *line)
{
	line += strcspn(line, "\n");
	return *line == '\n' ? line + 1 : line;
}

/* Where the own line stands or has to go: text is kept up to *ret_from and on from *ret_to. */
static void find_place(const char *text, const char **ret_from, const char **ret_to)
{
	const char *place = NULL, *end;

	for (const char *line = text; *line != '\0'; line = end) {
		end = line_end(line);
		if (line_has_address(line, OWN_ADDRESS)) {
			*ret_from = line;
			*ret_to = end;
			return;
		}
		if (line_is_loopback(line))
			place = end;
	}
	*ret_from = *ret_to = place ? place : text + strlen(text);
}

/* Change the machine's own name in a hosts file. */
int hosts_set_hostname(const char *text, const char *hostname, char **ret)
{
	size_t label = strcspn(hostname, ".");
	const char *from, *to, *newline;
	bool dotted = hostname[label] != '\0';
	char *result;

	if (!text || *text == '\0')
		text = NO_FILE;
	find_place(text, &from, &to);
	newline = from > text && from[-1] != '\n' ? "\n" : "";
	if (asprintf(&result, "%.*s%s" OWN_ADDRESS " %s%s%.*s\n%s", (int)(from - text), text,
		    newline, hostname, dotted ? " " : "", dotted ? (int)label : 0, hostname,
		    to) < 0)
		return -ENOMEM;
	*ret = result;
	return 0;
}
