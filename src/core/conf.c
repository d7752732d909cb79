/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "conf.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>

#include "conf_parts.h"
#include "osrelease.h"
#include "util.h"

#define ETC_DIR	  "/etc/firstboot"
#define MAIN_FILE "/firstboot.conf"
#define DROPINS	  "/firstboot.conf.d"
#define NAMES_MAX 256

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
	struct dropins *dropins, const char *root, const char *dir, struct conf_reader *reader)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *d;
	int r = 0;

	reader->file = dir;
	if (snprintf(path, sizeof(path), "%s%s", root, dir) >= (int)sizeof(path))
		return 0;
	d = opendir(path);
	if (!d && errno == ENOMEM)
		return -ENOMEM;
	if (!d) {
		if (errno != ENOENT)
			conf_complain(reader, 0, "The directory cannot be read.");
		return 0;
	}
	while (r == 0 && (entry = readdir(d))) {
		if (!is_dropin_name(entry->d_name))
			continue;
		if (dropins->n == NAMES_MAX) {
			conf_complain(reader, 0, "There are too many drop-in files.");
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
static int dropins_load(const char *root, struct conf_reader *reader)
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
		r = conf_read_file(root, path, reader);
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
		r = conf_set_text(*name != '\0' ? name : "Linux", &conf->product_name);
	if (r == 0 && *conf->documentation_url == '\0')
		r = conf_set_url(url, &conf->documentation_url);
	return r == -EINVAL ? 0 : r;
}

/* Read the configuration below root. */
int conf_load(const char *root, conf_complain_fn complain, void *userdata, struct conf *ret)
{
	_cleanup_(conf_done) struct conf conf = { 0 };
	struct conf_reader reader = { .conf = &conf, .complain = complain, .userdata = userdata };
	int r = 0;

	for (const struct conf_key *key = conf_keys; r == 0 && key->name; key++)
		r = conf_key_set(key, key->normal, &conf);
	if (r == 0)
		r = conf_read_file(root, VENDORDIR MAIN_FILE, &reader);
	if (r == 0)
		r = conf_read_file(root, ETC_DIR MAIN_FILE, &reader);
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
	free(conf->web_interface);
	free(conf->web_unit);
	free(conf->console_ttys);
	*conf = (struct conf){ 0 };
}
