/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "noted_keys.h"

#include <errno.h>

#include "atomic_file.h"
#include "boot_id.h"
#include "textfile.h"
#include "util.h"

#define NOTES	   STATEDIR "/keys"
#define NOTES_SIZE (NOTED_KEYS_MAX * 400)

/* One key, of the last boot that noted it and of the one before. */
struct note {
	struct noted_key key;
	char boot[BOOT_ID_SIZE];				  /* that noted key */
	char earlier[sizeof(((struct noted_key *)NULL)->digest)]; /* "" for none */
};

struct notes {
	struct note notes[NOTED_KEYS_MAX];
	size_t n;
};

/* -- the file -----------------------------------------------------------------------------------
 */

static void write_notes(FILE *f, const void *what)
{
	const struct notes *notes = what;

	for (size_t i = 0; i < notes->n; i++) {
		textfile_put(f, "KEY", notes->notes[i].key.what);
		textfile_put(f, "BOOT", notes->notes[i].boot);
		textfile_put(f, "DIGEST", notes->notes[i].key.digest);
		textfile_put(f, "EARLIER", notes->notes[i].earlier);
	}
}

/* Printable ASCII alone? */
static bool is_printable(const char *text)
{
	for (const char *p = text; *p; p++)
		if (*p < ' ' || *p > '~')
			return false;
	return true;
}

bool noted_key_is_valid(const struct noted_key *key)
{
	return *key->what && *key->digest && is_printable(key->what) && is_printable(key->digest);
}

/* Read one note and move behind it. */
static int take_note(const char **cursor, struct note *ret)
{
	int r = textfile_take(cursor, "KEY", sizeof(ret->key.what), ret->key.what);

	if (r >= 0)
		r = textfile_take(cursor, "BOOT", sizeof(ret->boot), ret->boot);
	if (r >= 0)
		r = textfile_take(cursor, "DIGEST", sizeof(ret->key.digest), ret->key.digest);
	if (r >= 0)
		r = textfile_take(cursor, "EARLIER", sizeof(ret->earlier), ret->earlier);
	if (r < 0)
		return r;
	return noted_key_is_valid(&ret->key) && *ret->boot && is_printable(ret->earlier) ? 0
											 : -EINVAL;
}

/* What was noted; nothing where that is not whole. Caller frees *ret_text, which is what was read.
 */
static int recall_notes(const char *root, struct notes *ret, char **ret_text)
{
	const char *cursor;
	int r = file_read(root, NOTES, NOTES_SIZE, ret_text);

	ret->n = 0;
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return 0;
	for (cursor = *ret_text; *cursor; ret->n++)
		if (ret->n == NOTED_KEYS_MAX || take_note(&cursor, &ret->notes[ret->n]) < 0) {
			ret->n = 0;
			break;
		}
	return 0;
}

/* -- noting -------------------------------------------------------------------------------------
 */

/* The note for this key: its own, a new one, or in place of one that this boot has not seen. NULL:
 * there is no room. */
static struct note *find_place(struct notes *notes, const char *what, const char *boot)
{
	for (size_t i = 0; i < notes->n; i++)
		if (streq(notes->notes[i].key.what, what))
			return &notes->notes[i];
	if (notes->n < NOTED_KEYS_MAX) {
		notes->notes[notes->n] = (struct note){ 0 };
		return &notes->notes[notes->n++];
	}
	for (size_t i = 0; i < notes->n; i++)
		if (!streq(notes->notes[i].boot, boot)) {
			notes->notes[i] = (struct note){ 0 };
			return &notes->notes[i];
		}
	return NULL;
}

/* Note one key. Is it another than the last earlier boot had? */
static bool note_key(struct notes *notes, const struct noted_key *key, const char *boot)
{
	struct note *note = find_place(notes, key->what, boot);

	if (!note)
		return false;
	if (!streq(note->boot, boot)) {
		memcpy(note->earlier, note->key.digest, sizeof(note->earlier));
		(void)snprintf(note->boot, sizeof(note->boot), "%s", boot);
	}
	note->key = *key;
	return *note->earlier && !streq(note->earlier, key->digest);
}

int noted_keys_note(const char *root, const struct noted_key *keys, size_t n, bool *ret_changed)
{
	_cleanup_free_ char *old = NULL, *text = NULL;
	struct notes notes;
	char boot[BOOT_ID_SIZE];
	int r;

	memset(ret_changed, 0, n * sizeof(*ret_changed));
	r = boot_id_read(root, boot);
	if (r >= 0)
		r = recall_notes(root, &notes, &old);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		ret_changed[i] = note_key(&notes, &keys[i], boot);
	r = textfile_compose(write_notes, &notes, &text);
	if (r < 0 || (old && streq(old, text)))
		return r;
	return atomic_write(root, NOTES, text, 0600);
}
