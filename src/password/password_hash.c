/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "password_hash.h"

#include <errno.h>
#include <shadow.h>
#include <time.h>

#include "atomic_file.h"
#include "child.h"
#include "names.h"
#include "shadow_text.h"
#include "textfile.h"
#include "util.h"

#define SHADOW_FILE "/etc/shadow"
#define LIMIT_USEC  (20 * 1000000ULL)
#define DAY_SECONDS (24 * 60 * 60)

/* -- the file -----------------------------------------------------------------------------------
 */

/* Free a text with hashes in it. */
static void clear_textp(char **text)
{
	if (*text)
		explicit_bzero(*text, strlen(*text));
	free(*text);
}

int password_hash_write(const char *root, const char *user, const char *hash)
{
	_cleanup_(clear_textp) char *old = NULL, *new = NULL;
	int r;

	r = file_read(root, SHADOW_FILE, TEXTFILE_MAX, &old);
	if (r >= 0)
		r = shadow_text_set_hash(old, user, hash, (long)(time(NULL) / DAY_SECONDS), &new);
	if (r <= 0)
		return r;
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
