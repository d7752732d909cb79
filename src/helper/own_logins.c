/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "own_logins.h"

#include <errno.h>

#include "atomic_file.h"
#include "textfile.h"
#include "util.h"

#define NOTE_FILE STATEDIR "/logins"

/* Read all lines of a note, in their order. */
static int parse(const char *text, struct own_logins *ret)
{
	char pending[4];
	int r = textfile_take(&text, "password", sizeof(ret->password), ret->password);

	if (r >= 0)
		r = textfile_take(&text, "pending", sizeof(pending), pending);
	while (r >= 0 && *text && ret->n_keys < OWN_KEYS_MAX)
		r = textfile_take(&text, "key", LOGIN_KEY_MAX, ret->keys[ret->n_keys++]);
	if (r < 0)
		return r;
	ret->pending = streq(pending, "yes");
	return 0;
}

bool own_logins_has_key(const struct own_logins *own, const char *key)
{
	for (size_t i = 0; i < own->n_keys; i++)
		if (streq(own->keys[i], key))
			return true;
	return false;
}

int own_logins_add_key(struct own_logins *own, const char *key)
{
	if (own_logins_has_key(own, key))
		return 0;
	if (own->n_keys == OWN_KEYS_MAX)
		return -E2BIG;
	(void)snprintf(own->keys[own->n_keys++], LOGIN_KEY_MAX, "%s", key);
	return 0;
}

void own_logins_load(const char *root, struct own_logins *ret)
{
	_cleanup_free_ char *text = NULL;

	*ret = (struct own_logins){ 0 };
	if (file_read(root, NOTE_FILE, TEXTFILE_MAX, &text) < 0 || parse(text, ret) < 0)
		*ret = (struct own_logins){ 0 };
}

static void write_note(FILE *f, const void *what)
{
	const struct own_logins *own = what;

	textfile_put(f, "password", own->password);
	textfile_put(f, "pending", own->pending ? "yes" : "no");
	for (size_t i = 0; i < own->n_keys; i++)
		textfile_put(f, "key", own->keys[i]);
}

int own_logins_save(const char *root, const struct own_logins *own)
{
	_cleanup_free_ char *text = NULL;
	int r = textfile_compose(write_note, own, &text);

	return r < 0 ? r : atomic_write(root, NOTE_FILE, text, 0600);
}

void own_logins_forget(const char *root)
{
	(void)atomic_remove(root, NOTE_FILE);
}
