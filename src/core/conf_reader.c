/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One file of the configuration, line by line. */

#include <errno.h>

#include "conf_parts.h"
#include "ini_reader.h"
#include "nearest.h"
#include "rooted.h"
#include "textfile.h"
#include "util.h"

/* Say that a line was not understood. */
void conf_complain(const struct conf_reader *reader, int line, const char *what)
{
	if (reader->complain)
		reader->complain(reader->file, line, what, reader->userdata);
}

void conf_complain_key(
	const struct conf_reader *reader, const char *section, const char *name, const char *what)
{
	int line;
	const char *file = conf_place(reader->conf, section, name, &line);

	if (reader->complain)
		reader->complain(file, line, what, reader->userdata);
}

/* -- what may have been meant -------------------------------------------------------------------
 */

/* The key that may have been meant, those of the section before others. */
static const struct conf_key *find_near(const char *section, const char *name)
{
	struct nearest search = nearest_begin(name);

	for (const struct conf_key *key = conf_keys; key->name; key++)
		nearest_try(&search, key->name, !streq(key->section, section), key);
	return nearest_found(&search);
}

void conf_complain_unknown(
	const struct conf_reader *reader, int line, const char *section, const char *name)
{
	const struct conf_key *near = find_near(section, name);
	char what[384];
	int n;

	n = snprintf(what, sizeof(what), "There is no key %s= in section [%s].", name, section);
	if (near && n > 0 && (size_t)n < sizeof(what))
		(void)snprintf(what + n, sizeof(what) - (size_t)n,
			streq(near->section, section) ? " Is %s= meant?" : " Is %s= of [%s] meant?",
			near->name, near->section);
	conf_complain(reader, line, what);
}

/* -- a file -------------------------------------------------------------------------------------
 */

/* A line is no line at all. */
static void reader_fault(struct ini_reader *lines, const char *what)
{
	conf_complain(lines->userdata, (int)lines->line, what);
}

/* Note that a key has its value from this line. */
static int set_place(struct conf_place *place, const char *file, unsigned line)
{
	char *copy = strdup(file);

	if (!copy)
		return -ENOMEM;
	free(place->file);
	*place = (struct conf_place){ copy, (int)line };
	return 0;
}

/* Take one Key=value of a section. */
static int reader_value(
	struct ini_reader *lines, const char *section, const char *name, const char *value)
{
	struct conf_reader *reader = lines->userdata;
	const struct conf_key *key = conf_key_find(section, name);
	char what[384];
	int r;

	if (!key) {
		conf_complain_unknown(reader, (int)lines->line, section, name);
		return 0;
	}
	r = conf_key_set(key, value, reader->conf);
	if (r == -EINVAL)
		snprintf(what, sizeof(what), "%s= takes %s.", name, key->wants);
	else if (r == -ERANGE)
		snprintf(what, sizeof(what),
			"%s=%s is too hard to read: the contrast of the two is less than 4.5 to 1.",
			name, value);
	else if (r == 0)
		r = set_place(&reader->conf->places[key - conf_keys], reader->file, lines->line);
	if (r == -EINVAL || r == -ERANGE)
		conf_complain(reader, (int)lines->line, what);
	return r == -ENOMEM ? r : 0;
}

/* Read one file of the configuration into conf. */
int conf_read_file(const char *root, const char *path, struct conf_reader *reader)
{
	struct ini_reader lines = {
		.take_value = reader_value,
		.complain = reader_fault,
		.userdata = reader,
	};
	_cleanup_free_ char *text = NULL;
	char what[128];
	int r;

	reader->file = path;
	if (rooted_is_anybodys(root, path)) {
		conf_complain(reader, 0, "Others than root may write it, so it is not read.");
		return 0;
	}
	r = textfile_read(root, path, &text);
	if (r == -ENOENT || r == -ENOMEM)
		return r == -ENOENT ? 0 : r;
	if (r < 0) {
		snprintf(what, sizeof(what), "The file cannot be read: %s.", strerror(-r));
		conf_complain(reader, 0, what);
		return 0;
	}
	return ini_reader_run(&lines, text);
}
