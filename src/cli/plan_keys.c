/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Root's keys: those that are added to the others. */

#include <errno.h>

#include "plan_parts.h"
#include "textfile.h"
#include "util.h"

#define KEYS_FILE "/root/.ssh/authorized_keys"

/* Is it the same key, whatever is said behind it? */
static bool is_key(const char *found, const char *key)
{
	size_t length = strlen(found);

	return strncmp(found, key, length) == 0 && (key[length] == '\0' || key[length] == ' ');
}

/* Does a line of authorized_keys have it? */
static bool has_key(const char *text, const char *key)
{
	while (text && *text) {
		size_t length = strcspn(text, "\n");
		char line[LOGIN_KEY_MAX], found[LOGIN_KEY_MAX];

		(void)snprintf(line, sizeof(line), "%.*s", (int)length, text);
		if (length < sizeof(line) && login_key_find(line, found) && is_key(found, key))
			return true;
		text += length + (text[length] == '\n');
	}
	return false;
}

void plan_find_new_keys(struct plan *plan)
{
	_cleanup_free_ char *text = NULL;

	(void)textfile_read("", KEYS_FILE, &text);
	for (size_t i = 0; i < plan->answers->n_keys; i++)
		plan->new_keys[i] = !has_key(text, plan->answers->keys[i]);
}

int plan_add_keys(const struct plan *plan, json_object *changes)
{
	_cleanup_free_ char *old = NULL, *text = NULL;
	size_t size;
	bool any = false;
	FILE *f;

	for (size_t i = 0; i < plan->answers->n_keys; i++)
		any |= plan->new_keys[i];
	if (!any)
		return 0;
	(void)textfile_read("", KEYS_FILE, &old);
	f = open_memstream(&text, &size);
	if (!f)
		return -ENOMEM;
	fprintf(f, "%s%s", old ? old : "", old && *old && old[strlen(old) - 1] != '\n' ? "\n" : "");
	for (size_t i = 0; i < plan->answers->n_keys; i++)
		if (plan->new_keys[i])
			fprintf(f, "%s\n", plan->answers->keys[i]);
	if (fclose(f) != 0)
		return -ENOMEM;
	return plan_add_file(changes, KEYS_FILE, old, text, false);
}
