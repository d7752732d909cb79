/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "delay.h"

#include <errno.h>

#include "atomic_file.h"
#include "boot_id.h"
#include "textfile.h"
#include "util.h"

#define DELAY_FILE   STATEDIR "/delay"
#define FAILURES_MAX 1000

/* What a file holds. */
struct kept {
	char boot[BOOT_ID_SIZE];
	uint64_t failures, not_before;
};

static int read_kept(const char *root, struct kept *ret)
{
	_cleanup_free_ char *text = NULL;
	const char *cursor;
	int r = file_read(root, DELAY_FILE, TEXTFILE_MAX, &text);

	if (r < 0)
		return r;
	cursor = text;
	r = textfile_take(&cursor, "boot", sizeof(ret->boot), ret->boot);
	if (r >= 0)
		r = textfile_take_number(&cursor, "failures", &ret->failures);
	if (r >= 0)
		r = textfile_take_number(&cursor, "not_before", &ret->not_before);
	if (r < 0)
		return r;
	return ret->failures <= FAILURES_MAX && !*cursor ? 0 : -EINVAL;
}

/* Which boot this is; "" where that cannot be told. */
static void read_boot(const char *root, char ret[static BOOT_ID_SIZE])
{
	if (boot_id_read(root, ret) < 0)
		*ret = '\0';
}

void delay_load(const char *root, uint64_t now, struct auth *auth)
{
	char boot[BOOT_ID_SIZE];
	struct kept kept;
	uint64_t longest;
	int r = read_kept(root, &kept);

	if (r == -ENOENT)
		return;
	if (r < 0) {
		auth->failures = FAILURES_MAX;
		auth->not_before = now + auth_delay(FAILURES_MAX);
		return;
	}
	auth->failures = (unsigned)kept.failures;
	longest = auth_delay(auth->failures);
	read_boot(root, boot);
	if (*boot && !streq(boot, kept.boot))
		auth->not_before = longest;
	else
		auth->not_before =
			kept.not_before < now + longest ? kept.not_before : now + longest;
}

/* The lines of a file. */
static void write_kept(FILE *f, const void *what)
{
	const struct kept *kept = what;

	textfile_put(f, "boot", kept->boot);
	fprintf(f, "failures=%llu\nnot_before=%llu\n", (unsigned long long)kept->failures,
		(unsigned long long)kept->not_before);
}

int delay_save(const char *root, const struct auth *auth)
{
	_cleanup_free_ char *text = NULL;
	struct kept kept = { .failures = auth->failures, .not_before = auth->not_before };
	int r;

	if (auth->failures == 0)
		return atomic_remove(root, DELAY_FILE);
	if (kept.failures > FAILURES_MAX)
		kept.failures = FAILURES_MAX;
	read_boot(root, kept.boot);
	r = textfile_compose(write_kept, &kept, &text);
	return r < 0 ? r : atomic_write(root, DELAY_FILE, text, 0600);
}
