/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "journal.h"

#include <errno.h>
#include <inttypes.h>

#include "atomic_file.h"
#include "settings.h"
#include "textfile.h"
#include "util.h"

#define JOURNAL_MAX (1024 * 1024)

static const char *const phases[] = {
	[JOURNAL_TRYING] = "trying",
	[JOURNAL_KEEPING] = "keeping",
};

/* A journal and its two sets as text. */
struct journal_text {
	const struct journal *journal;
	char *old, *new;
};

static void journal_text_done(struct journal_text *text)
{
	free(text->old);
	free(text->new);
}

/* A head of lines, then both sets, whose lengths the head tells. */
static void write_journal(FILE *f, const void *what)
{
	const struct journal_text *text = what;
	const struct journal *journal = text->journal;

	textfile_put(f, "Phase", phases[journal->phase]);
	fprintf(f, "Id=%" PRIu32 "\nBegan=%" PRIu64 "\n", journal->id, journal->began);
	textfile_put(f, "Backend", journal->backend);
	textfile_put(f, "Origin", journal->origin);
	fprintf(f, "Old=%zu\nNew=%zu\n%s%s", strlen(text->old), strlen(text->new), text->old,
		text->new);
}

int journal_write(const char *root, const struct journal *journal)
{
	_cleanup_(journal_text_done) struct journal_text text = { .journal = journal };
	_cleanup_free_ char *whole = NULL;
	int r;

	r = settings_render(journal->old, &text.old);
	if (r < 0)
		return r;
	r = settings_render(journal->new, &text.new);
	if (r < 0)
		return r;
	r = textfile_compose(write_journal, &text, &whole);
	if (r < 0)
		return r;
	return atomic_write(root, JOURNAL_PATH, whole, 0600);
}

/* The phase by its word. */
static int read_phase(const char **cursor, enum journal_phase *ret)
{
	char word[16];
	int r = textfile_take(cursor, "Phase", sizeof(word), word);

	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(phases); i++) {
		if (!streq(word, phases[i]))
			continue;
		*ret = (enum journal_phase)i;
		return 0;
	}
	return -EINVAL;
}

/* The set in the first length bytes of text. */
static int read_set(const char *text, size_t length, struct net_set **ret)
{
	_cleanup_free_ struct net_set *set = calloc(1, sizeof(*set));
	_cleanup_free_ char *copy = strndup(text, length);
	int r;

	if (!set || !copy)
		return -ENOMEM;
	r = settings_parse(copy, set);
	if (r < 0)
		return r;
	*ret = take_ptr(set);
	return 0;
}

/* Everything but the sets; *cursor stops at the first of them. */
static int read_head(
	const char **cursor, struct journal *journal, uint64_t *ret_old, uint64_t *ret_new)
{
	uint64_t id;
	int r;

	r = read_phase(cursor, &journal->phase);
	if (r >= 0)
		r = textfile_take_number(cursor, "Id", &id);
	if (r >= 0)
		r = textfile_take_number(cursor, "Began", &journal->began);
	if (r >= 0)
		r = textfile_take(cursor, "Backend", sizeof(journal->backend), journal->backend);
	if (r >= 0)
		r = textfile_take(cursor, "Origin", sizeof(journal->origin), journal->origin);
	if (r >= 0)
		r = textfile_take_number(cursor, "Old", ret_old);
	if (r >= 0)
		r = textfile_take_number(cursor, "New", ret_new);
	if (r < 0)
		return r;
	journal->id = (uint32_t)id;
	return id > UINT32_MAX ? -EINVAL : 0;
}

int journal_read(const char *root, struct journal *ret)
{
	_cleanup_(journal_done) struct journal journal = { 0 };
	_cleanup_free_ char *text = NULL;
	uint64_t length, old = 0, new = 0;
	const char *cursor;
	int r;

	r = file_read(root, JOURNAL_PATH, JOURNAL_MAX, &text);
	if (r < 0)
		return r == -EFBIG || r == -ELOOP ? -EINVAL : r;
	cursor = text;
	r = read_head(&cursor, &journal, &old, &new);
	if (r < 0)
		return r;
	length = strlen(cursor);
	if (old > length || new != length - old)
		return -EINVAL;
	r = read_set(cursor, old, &journal.old);
	if (r >= 0)
		r = read_set(cursor + old, new, &journal.new);
	if (r < 0)
		return r;
	*ret = journal;
	journal = (struct journal){ 0 };
	return 0;
}

int journal_remove(const char *root)
{
	return atomic_remove(root, JOURNAL_PATH);
}

void journal_done(struct journal *journal)
{
	free(journal->old);
	free(journal->new);
	*journal = (struct journal){ 0 };
}
