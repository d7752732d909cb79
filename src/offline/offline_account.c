/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who may be root there, and whom the machine belongs to. */

#include <errno.h>
#include <time.h>

#include "atomic_file.h"
#include "claim.h"
#include "i18n.h"
#include "offline_parts.h"
#include "shadow_text.h"

#define PASSWD	    "/etc/passwd"
#define SHADOW	    "/etc/shadow"
#define LOCK	    "/etc/.pwd.lock"
#define KEYS	    "/root/.ssh/authorized_keys"
#define DAY_SECONDS (24L * 60 * 60)

/* -- keys ---------------------------------------------------------------------------------------
 */

/* Does a text of authorized_keys let this key in? */
static bool has_key(const char *text, const char *key)
{
	char line[LOGIN_KEY_MAX], wanted[LOGIN_KEY_MAX], found[LOGIN_KEY_MAX];

	if (!login_key_find(key, wanted))
		return false;
	for (; text && *text; text += strcspn(text, "\n"), text += *text == '\n') {
		int n = snprintf(line, sizeof(line), "%.*s", (int)strcspn(text, "\n"), text);

		if (n >= 0 && (size_t)n < sizeof(line) && login_key_find(line, found) &&
			streq(found, wanted))
			return true;
	}
	return false;
}

/* Add a line to *text. */
static int add_line(char **text, const char *line)
{
	const char *old = *text ? *text : "";
	size_t length = strlen(old);
	char *new;

	if (asprintf(&new, "%s%s%s\n", old, length > 0 && old[length - 1] != '\n' ? "\n" : "",
		    line) < 0)
		return -ENOMEM;
	free(*text);
	*text = new;
	return 0;
}

int offline_keys(struct offline_plan *plan, const struct offline_wish *wish)
{
	const struct answers *answers = wish->answers;
	_cleanup_free_ char *text = NULL;
	int r = offline_read(plan, KEYS, &text);

	for (size_t i = 0; i < answers->n_keys && r >= 0; i++)
		if (!has_key(text, answers->keys[i]))
			r = add_line(&text, answers->keys[i]);
	if (r < 0 || answers->n_keys == 0)
		return r;
	return offline_put_private(plan, KEYS, text, 0600, false);
}

int offline_read_keys(struct offline_plan *plan, struct answers *ret)
{
	_cleanup_free_ char *text = NULL;
	struct problem problem;
	char *rest, *line;
	int r = offline_read(plan, KEYS, &text);

	rest = text;
	while (r >= 0 && rest && (line = strsep(&rest, "\n")) && ret->n_keys < ANSWERS_KEYS_MAX)
		if (login_key_check(line, ret->keys[ret->n_keys], &problem))
			ret->n_keys++;
	if (ret->n_keys > 0)
		ret->given |= ANSWER_KEYS;
	return r;
}

/* -- password -----------------------------------------------------------------------------------
 */

/* Does root's password stand in etc/shadow? */
static int check_passwd(struct offline_plan *plan, const struct offline_wish *wish)
{
	_cleanup_free_ char *passwd = NULL;
	char field[2] = "";
	int r = offline_read(plan, PASSWD, &passwd);

	if (r < 0)
		return r;
	if (!passwd || shadow_text_hash(passwd, "root", sizeof(field), field) < 0 ||
		!streq(field, "x"))
		return offline_complain(wish, answers_place_of(wish->answers, ANSWER_PASSWORD),
			_("Root's password was not set: %s of the image does not say that it "
			  "stands "
			  "in %s."),
			PASSWD, SHADOW);
	return 1;
}

/* The text of shadow(5) with the hash. */
static int put_hash(struct offline_plan *plan, const struct offline_wish *wish, const char *shadow)
{
	_cleanup_free_ char *text = NULL;
	int r = shadow_text_set_hash(shadow, "root", wish->hash, time(NULL) / DAY_SECONDS, &text);

	if (r == -ENOENT)
		return offline_complain(wish, answers_place_of(wish->answers, ANSWER_PASSWORD),
			_("Root's password was not set: %s of the image has no line for root."),
			SHADOW);
	if (r > 0)
		r = offline_put_private(plan, SHADOW, text, 0, true);
	if (text)
		explicit_bzero(text, strlen(text));
	return r;
}

int offline_password(struct offline_plan *plan, const struct offline_wish *wish)
{
	_cleanup_free_ char *shadow = NULL;
	int r = check_passwd(plan, wish);

	if (r <= 0)
		return r;
	if (wish->lock) {
		plan->lock = file_lock(plan->tree->root, LOCK);
		if (plan->lock < 0) {
			(void)snprintf(plan->failed, sizeof(plan->failed), "%s", LOCK);
			return plan->lock;
		}
	}
	r = offline_read(plan, SHADOW, &shadow);
	if (r >= 0)
		r = put_hash(plan, wish, shadow ? shadow : "");
	if (shadow)
		explicit_bzero(shadow, strlen(shadow));
	return r;
}

/* -- claim --------------------------------------------------------------------------------------
 */

int offline_claim(struct offline_plan *plan, const struct offline_wish *wish)
{
	int r;

	if ((!wish->hash && wish->answers->n_keys == 0) || !claim_is_open(plan->tree->root))
		return 0;
	r = offline_ends_setup(plan, wish);
	if (r <= 0)
		return r;
	r = offline_put_private(plan, CLAIM_FILE, CLAIM_CLAIMED, 0600, false);
	return r < 0 ? r : offline_put_private(plan, CLAIM_MARK, "", 0600, false);
}
