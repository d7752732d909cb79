/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "password_hash.h"

#include <errno.h>
#include <shadow.h>
#include <time.h>

#include "atomic_file.h"
#include "child.h"
#include "names.h"
#include "textfile.h"
#include "util.h"

#define SHADOW_FILE "/etc/shadow"
#define LIMIT_USEC  (20 * 1000000ULL)
#define DAY_SECONDS (24 * 60 * 60)

/* -- the file -----------------------------------------------------------------------------------
 */

/* The line of user in text; NULL: there is none. */
static const char *find_line(const char *text, const char *user)
{
	size_t length = strlen(user);

	while (strncmp(text, user, length) != 0 || text[length] != ':') {
		text = strchr(text, '\n');
		if (!text)
			return NULL;
		text++;
	}
	return text;
}

/* What stands behind so many colons of a line; NULL: it has not so many. */
static const char *find_field(const char *line, unsigned n)
{
	for (; n > 0; n--) {
		line += strcspn(line, ":\n");
		if (*line != ':')
			return NULL;
		line++;
	}
	return line;
}

/* Text with another hash in line, which is part of it, and the day of today. A machine whose clock
 * was never set has no day: 0 would have every login ask for another password. */
static int compose(const char *text, const char *line, const char *hash, char **ret)
{
	const char *old = find_field(line, 1), *rest = find_field(line, 3);
	long day = (long)(time(NULL) / DAY_SECONDS);
	char date[24] = "";

	if (!old || !rest)
		return -EBADMSG;
	if (day > 0)
		(void)snprintf(date, sizeof(date), "%ld", day);
	return asprintf(ret, "%.*s%s:%s:%s", (int)(old - text), text, hash, date, rest) < 0
		       ? -ENOMEM
		       : 0;
}

/* Free a text with hashes in it. */
static void clear_textp(char **text)
{
	if (*text)
		explicit_bzero(*text, strlen(*text));
	free(*text);
}

/* Is it the hash of this line already? */
static bool is_hash(const char *line, const char *hash)
{
	const char *now = find_field(line, 1);
	size_t length = strlen(hash);

	return now && strncmp(now, hash, length) == 0 && now[length] == ':';
}

int password_hash_write(const char *root, const char *user, const char *hash)
{
	_cleanup_(clear_textp) char *old = NULL, *new = NULL;
	const char *line;
	int r;

	if (!*hash || strpbrk(hash, ":\n"))
		return -EINVAL;
	r = file_read(root, SHADOW_FILE, TEXTFILE_MAX, &old);
	if (r < 0)
		return r;
	line = find_line(old, user);
	if (!line)
		return -ENOENT;
	if (is_hash(line, hash))
		return 0;
	r = compose(old, line, hash, &new);
	if (r >= 0)
		r = atomic_replace(root, SHADOW_FILE, new);
	return r < 0 ? r : 1;
}

/* -- the child ----------------------------------------------------------------------------------
 */

struct order {
	const char *user, *hash;
	size_t length;
};

struct hashing {
	password_hash_fn done;
	void *userdata;
};

/* In the child. */
static bool run(const void *what, void *report)
{
	const struct order *order = what;
	char hash[SECRET_MAX + 1];
	int *r = report;

	if (order->length > SECRET_MAX)
		return false;
	memcpy(hash, order->hash, order->length);
	hash[order->length] = '\0';
	if (lckpwdf() < 0) {
		*r = -EBUSY;
		return true;
	}
	*r = password_hash_write("", order->user, hash);
	(void)ulckpwdf();
	return true;
}

/* The child has ended. */
static void handle_report(const void *report, void *userdata)
{
	_cleanup_free_ struct hashing *hashing = userdata;

	hashing->done(report ? *(const int *)report : -EIO, hashing->userdata);
}

int password_hash_start(sd_event *event, const char *user, const char *hash, size_t length,
	password_hash_fn done, void *userdata)
{
	static const struct child_work work = { run, sizeof(int), LIMIT_USEC };
	const struct order order = { user, hash, length };
	_cleanup_free_ struct hashing *hashing = calloc(1, sizeof(*hashing));
	int r;

	if (!hashing)
		return -ENOMEM;
	*hashing = (struct hashing){ done, userdata };
	r = child_start(event, &work, &order, handle_report, hashing, NULL);
	if (r < 0)
		return r;
	(void)take_ptr(hashing);
	return 0;
}
