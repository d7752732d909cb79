/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "conf.h"

#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <stddef.h>

#include "osrelease.h"
#include "textfile.h"
#include "util.h"

#define ETC_DIR	  "/etc/firstboot"
#define MAIN_FILE "/firstboot.conf"
#define DROPINS	  "/firstboot.conf.d"
#define NAMES_MAX 256

/* -- kinds of values: each returns 0, -EINVAL or -ENOMEM and changes field only when it returns 0
 */

/* Replace the string in field by a copy of value. */
static int set_text(const char *value, void *field)
{
	char **text = field, *copy = strdup(value);

	if (!copy)
		return -ENOMEM;
	free(*text);
	*text = copy;
	return 0;
}

/* Is every character one that may stand in a URL without being encoded (RFC 3986)? */
static bool is_url_text(const char *value)
{
	for (const char *p = value; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~' || strchr("\"<>\\^`{|}", *p))
			return false;
	return true;
}

/* A link that a customer can open. */
static int set_url(const char *value, void *field)
{
	bool web = strncmp(value, "http://", 7) == 0 || strncmp(value, "https://", 8) == 0;

	if (*value != '\0' && (!web || !is_url_text(value)))
		return -EINVAL;
	return set_text(value, field);
}

/* http or https. */
static int set_scheme(const char *value, void *field)
{
	if (!streq(value, "http") && !streq(value, "https"))
		return -EINVAL;
	return set_text(value, field);
}

/* The part of a URL behind host and port. */
static int set_path(const char *value, void *field)
{
	if (value[0] != '/' || !is_url_text(value))
		return -EINVAL;
	return set_text(value, field);
}

/* Names of terminals below /dev or patterns of them, separated by blanks. */
static int set_ttys(const char *value, void *field)
{
	for (const char *p = value; *p != '\0'; p++)
		if (!(*p >= 'a' && *p <= 'z') && !(*p >= 'A' && *p <= 'Z') &&
			!(*p >= '0' && *p <= '9') && !strchr(" \t/_-*?", *p))
			return -EINVAL;
	return set_text(value, field);
}

/* A decimal number from min to max. */
static int set_number(const char *value, unsigned min, unsigned max, unsigned *field)
{
	unsigned number = 0;

	if (*value == '\0' || strlen(value) > 5)
		return -EINVAL;
	for (const char *p = value; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			return -EINVAL;
		number = number * 10 + (unsigned)(*p - '0');
	}
	if (number < min || number > max)
		return -EINVAL;
	*field = number;
	return 0;
}

/* A TCP port, 0 for the scheme's own. */
static int set_port(const char *value, void *field)
{
	return set_number(value, 0, 65535, field);
}

/* The fewest characters that a password may have. */
static int set_min_length(const char *value, void *field)
{
	return set_number(value, 8, 64, field);
}

/* A boolean in systemd's words. */
static int set_bool(const char *value, void *field)
{
	static const char *const words[][2] = {
		{ "no", "yes" },
		{ "false", "true" },
		{ "off", "on" },
		{ "0", "1" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		for (int truth = 0; truth < 2; truth++)
			if (strcasecmp(value, words[i][truth]) == 0) {
				*(bool *)field = truth;
				return 0;
			}
	return -EINVAL;
}

/* -- every key there is */

static const struct key {
	const char *section, *name, *normal;
	int (*set)(const char *value, void *field);
	size_t offset;
	const char *wants;
} keys[] = {
	{ "Product", "Name", "", set_text, offsetof(struct conf, product_name), "text" },
	{ "Product", "Version", "", set_text, offsetof(struct conf, product_version), "text" },
	{ "Product", "DocumentationURL", "", set_url, offsetof(struct conf, documentation_url),
		"a link that begins with http:// or https://" },
	{ "Web", "Enabled", "yes", set_bool, offsetof(struct conf, web_enabled), "yes or no" },
	{ "Web", "Scheme", "https", set_scheme, offsetof(struct conf, web_scheme),
		"http or https" },
	{ "Web", "Port", "0", set_port, offsetof(struct conf, web_port),
		"a number from 1 to 65535, or 0 for the port of the scheme" },
	{ "Web", "Path", "/", set_path, offsetof(struct conf, web_path),
		"a path that begins with / and has no characters that need encoding" },
	{ "Password", "MinLength", "12", set_min_length, offsetof(struct conf, password_min_length),
		"a number from 8 to 64" },
	{ "Console", "TTYs", "tty1 ttyS0 hvc0", set_ttys, offsetof(struct conf, console_ttys),
		"names of terminals below /dev" },
};

/* Set one key of conf. */
static int key_set(const struct key *key, const char *value, struct conf *conf)
{
	return key->set(value, (char *)conf + key->offset);
}

/* -- one file */

struct reader {
	const char *file, *next; /* the file's name, what of its text is still to be read */
	int line;
	struct conf *conf;
	conf_complain_fn complain;
	void *userdata;
	int r; /* -ENOMEM once memory ran out */
};

/* Say that a line was not understood. */
static void reader_complain(const struct reader *reader, int line, const char *what)
{
	if (reader->complain)
		reader->complain(reader->file, line, what, reader->userdata);
}

/* Why inih could not take a line of this length, NULL when it can. */
static const char *line_fault(const char *line, size_t length, size_t room)
{
	if (length >= room)
		return "The line is too long.";
	if (length == 0 || *line == '#' || *line == ';' || *line == '\r')
		return NULL;
	if (*line == '[')
		return memchr(line, ']', length) ? NULL : "The section lacks its \"]\".";
	return memchr(line, '=', length) ? NULL : "The line is neither [Section] nor Key=value.";
}

/* Hand the next line to inih. Lines are checked here because inih tells of the first bad one only
 * and reads on in the middle of a long one; without leading blanks it never sees a continuation. */
static char *reader_line(char *buf, int size, void *stream)
{
	struct reader *reader = stream;
	const char *line = reader->next + strspn(reader->next, " \t");
	size_t length = strcspn(line, "\n");
	const char *fault;

	if (*reader->next == '\0')
		return NULL;
	reader->line++;
	reader->next = line + length + (line[length] == '\n');
	fault = line_fault(line, length, (size_t)size - 1);
	if (fault) {
		reader_complain(reader, reader->line, fault);
		length = 0;
	}
	memcpy(buf, line, length);
	memcpy(buf + length, "\n", 2);
	return buf;
}

/* Take one Key=value of a section. */
static int reader_value(void *userdata, const char *section, const char *name, const char *value)
{
	struct reader *reader = userdata;
	char what[256];
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (!streq(keys[i].section, section) || !streq(keys[i].name, name))
			continue;
		r = key_set(&keys[i], *value == '\0' ? keys[i].normal : value, reader->conf);
		if (r == -ENOMEM)
			reader->r = r;
		if (r == -EINVAL) {
			snprintf(what, sizeof(what), "%s= takes %s.", name, keys[i].wants);
			reader_complain(reader, reader->line, what);
		}
		return 1;
	}
	snprintf(what, sizeof(what), "There is no key %s= in section [%s].", name, section);
	reader_complain(reader, reader->line, what);
	return 1;
}

/* Read one file of the configuration into conf. */
static int file_load(const char *root, const char *path, struct reader *reader)
{
	_cleanup_free_ char *text = NULL;
	char what[128];
	int r;

	reader->file = path;
	reader->line = 0;
	r = textfile_read(root, path, &text);
	if (r == -ENOENT || r == -ENOMEM)
		return r == -ENOENT ? 0 : r;
	if (r < 0) {
		snprintf(what, sizeof(what), "The file cannot be read: %s.", strerror(-r));
		reader_complain(reader, 0, what);
		return 0;
	}
	reader->next = text;
	if (ini_parse_stream(reader_line, reader, reader_value, reader) == -2)
		return -ENOMEM;
	return reader->r;
}

/* -- the directories */

struct dropin {
	char *name;
	const char *dir;
};

struct dropins {
	struct dropin entries[NAMES_MAX];
	size_t n;
};

/* Free the names. */
static void dropins_done(struct dropins *dropins)
{
	for (size_t i = 0; i < dropins->n; i++)
		free(dropins->entries[i].name);
}

/* Remember a file, unless one of the same name was found before, which then masks it. */
static int dropins_add(struct dropins *dropins, const char *dir, const char *name)
{
	char *copy;

	for (size_t i = 0; i < dropins->n; i++)
		if (streq(dropins->entries[i].name, name))
			return 0;
	copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	dropins->entries[dropins->n++] = (struct dropin){ .name = copy, .dir = dir };
	return 0;
}

/* Is it a file's name that counts in a .d directory? */
static bool is_dropin_name(const char *name)
{
	size_t length = strlen(name);

	return name[0] != '.' && length > 5 && streq(name + length - 5, ".conf");
}

/* Find the files of one directory. */
static int dropins_scan(
	struct dropins *dropins, const char *root, const char *dir, const struct reader *reader)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *d;
	int r = 0;

	if (snprintf(path, sizeof(path), "%s%s", root, dir) >= (int)sizeof(path))
		return 0;
	d = opendir(path);
	if (!d)
		return errno == ENOMEM ? -ENOMEM : 0;
	while (r == 0 && (entry = readdir(d))) {
		if (!is_dropin_name(entry->d_name))
			continue;
		if (dropins->n == NAMES_MAX) {
			reader_complain(reader, 0, "There are too many drop-in files.");
			break;
		}
		r = dropins_add(dropins, dir, entry->d_name);
	}
	closedir(d);
	return r;
}

/* The order of drop-ins is that of their names, whatever the directory. */
static int dropin_compare(const void *a, const void *b)
{
	return strcmp(((const struct dropin *)a)->name, ((const struct dropin *)b)->name);
}

/* Read the drop-ins of both directories. */
static int dropins_load(const char *root, struct reader *reader)
{
	_cleanup_(dropins_done) struct dropins dropins = { .n = 0 };
	char path[PATH_MAX];
	int r;

	r = dropins_scan(&dropins, root, ETC_DIR DROPINS, reader);
	if (r == 0)
		r = dropins_scan(&dropins, root, VENDORDIR DROPINS, reader);
	if (r < 0)
		return r;
	qsort(dropins.entries, dropins.n, sizeof(dropins.entries[0]), dropin_compare);
	for (size_t i = 0; r == 0 && i < dropins.n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dropins.entries[i].dir,
			dropins.entries[i].name);
		r = file_load(root, path, reader);
	}
	return r;
}

/* -- the whole */

/* Fill what the vendor left open from os-release. */
static int conf_complete(const char *root, struct conf *conf)
{
	_cleanup_free_ char *text = NULL, *name = NULL, *url = NULL;
	int r;

	if (*conf->product_name != '\0' && *conf->documentation_url != '\0')
		return 0;
	r = osrelease_read(root, &text);
	if (r == 0)
		r = osrelease_get(text, "PRETTY_NAME", &name);
	if (r == 0)
		r = osrelease_get(text, "DOCUMENTATION_URL", &url);
	if (r == 0 && *conf->product_name == '\0')
		r = set_text(*name != '\0' ? name : "Linux", &conf->product_name);
	if (r == 0 && *conf->documentation_url == '\0')
		r = set_url(url, &conf->documentation_url);
	return r == -EINVAL ? 0 : r;
}

/* Read the configuration below root. */
int conf_load(const char *root, conf_complain_fn complain, void *userdata, struct conf *ret)
{
	_cleanup_(conf_done) struct conf conf = { 0 };
	struct reader reader = { .conf = &conf, .complain = complain, .userdata = userdata };
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(keys); i++)
		r = key_set(&keys[i], keys[i].normal, &conf);
	if (r == 0)
		r = file_load(root, VENDORDIR MAIN_FILE, &reader);
	if (r == 0)
		r = file_load(root, ETC_DIR MAIN_FILE, &reader);
	if (r == 0)
		r = dropins_load(root, &reader);
	if (r == 0)
		r = conf_complete(root, &conf);
	if (r < 0)
		return r;
	*ret = conf;
	conf = (struct conf){ 0 };
	return 0;
}

/* Free what conf_load() filled. */
void conf_done(struct conf *conf)
{
	free(conf->product_name);
	free(conf->product_version);
	free(conf->documentation_url);
	free(conf->web_scheme);
	free(conf->web_path);
	free(conf->console_ttys);
	*conf = (struct conf){ 0 };
}
