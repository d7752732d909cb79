/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "catalog.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "mo.h"
#include "util.h"

#define NONE	    "en" /* what the program's texts are written in */
#define NONE_NAME   "English"
#define LETTERS_MAX 2048 /* bytes; a language of Chinese letters has hundreds of three each */

/* A catalogue that was used once stays, and with it the texts that were handed out. */
struct catalog {
	struct catalog *next;
	char *path;
	char language[CATALOG_LANGUAGE_MAX];
	char letters[LETTERS_MAX];
	struct mo mo;
};

static struct catalog *catalogs;
static const struct catalog *in_use;

/* Map a file of these bytes. */
static int map_file(const char *path, struct mo *ret)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	void *data;
	int r;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size == 0)
		return -EINVAL;
	data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return -errno;
	r = mo_open(data, (size_t)st.st_size, ret);
	if (r < 0)
		(void)munmap(data, (size_t)st.st_size);
	return r;
}

/* Read the catalogue at path, which it takes over. */
static int load(char *path, const char *language, struct catalog **ret)
{
	_cleanup_free_ struct catalog *catalog = calloc(1, sizeof(*catalog));
	int r;

	if (!catalog)
		return -ENOMEM;
	r = map_file(path, &catalog->mo);
	if (r < 0)
		return r;
	catalog->path = path;
	strcpy(catalog->language, language);
	mo_field(&catalog->mo, "X-Letters", catalog->letters, sizeof(catalog->letters));
	catalog->next = catalogs;
	catalogs = catalog;
	*ret = take_ptr(catalog);
	return 0;
}

/* The catalogue of exactly this language. */
static int get(const char *dir, const char *language, const struct catalog **ret)
{
	_cleanup_free_ char *path = NULL;
	struct catalog *catalog = catalogs;
	int r;

	if (asprintf(&path, "%s/%s/LC_MESSAGES/firstboot.mo", dir, language) < 0)
		return -ENOMEM;
	while (catalog && !streq(catalog->path, path))
		catalog = catalog->next;
	if (!catalog) {
		r = load(path, language, &catalog);
		if (r < 0)
			return r;
		path = NULL;
	}
	*ret = catalog;
	return 0;
}

/* Is it the code of a language (ISO 639), perhaps with a country's (ISO 3166)? */
bool catalog_is_language(const char *text)
{
	size_t letters = strspn(text, "abcdefghijklmnopqrstuvwxyz");
	const char *country = text + letters;

	if (letters < 2 || letters > 3)
		return false;
	return *country == '\0' || (*country == '_' && strlen(country) == 3 &&
					   strspn(country + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 2);
}

int catalog_use(const char *dir, const char *language)
{
	char first[CATALOG_LANGUAGE_MAX];
	size_t length = strcspn(language, "_");
	int r;

	if (*language != '\0' && !catalog_is_language(language))
		return -ENOENT;
	memcpy(first, language, length);
	first[length] = '\0';
	if (*first == '\0' || streq(first, NONE)) {
		in_use = NULL;
		return 0;
	}
	r = get(dir, language, &in_use);
	return r == -ENOENT && language[length] != '\0' ? get(dir, first, &in_use) : r;
}

const char *catalog_language(void)
{
	return in_use ? in_use->language : NONE;
}

const char *catalog_letters(void)
{
	return in_use ? in_use->letters : "";
}

/* By code. */
static int compare(const void *a, const void *b)
{
	const struct catalog_entry *one = a, *other = b;

	return strcmp(one->language, other->language);
}

size_t catalog_list(const char *dir, struct catalog_entry *ret, size_t max)
{
	DIR *folder = opendir(dir);
	size_t n = 0;

	if (max > 0)
		ret[n++] = (struct catalog_entry){ NONE, NONE_NAME };
	for (struct dirent *entry; folder && n < max && (entry = readdir(folder));) {
		const struct catalog *catalog;

		if (!catalog_is_language(entry->d_name) || streq(entry->d_name, NONE) ||
			get(dir, entry->d_name, &catalog) < 0)
			continue;
		strcpy(ret[n].language, entry->d_name);
		mo_field(&catalog->mo, "X-Name", ret[n].name, sizeof(ret[n].name));
		if (ret[n].name[0] == '\0')
			strcpy(ret[n].name, entry->d_name);
		n++;
	}
	if (folder)
		(void)closedir(folder);
	qsort(ret, n, sizeof(*ret), compare);
	return n;
}

const char *catalog_find(const char *text)
{
	/* The catalogue's head stands at "". */
	const char *translation = in_use && *text != '\0' ? mo_find(&in_use->mo, text) : NULL;

	return translation && *translation != '\0' ? translation : text;
}
