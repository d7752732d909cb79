/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Hashes of passwords, by their form (crypt(5)). */

#include "answers.h"
#include "i18n.h"
#include "util.h"

#define HASH_CHARACTERS "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* The kinds that are not broken: how one begins, how many parts follow, and how long the last one
 * is, which a hash that was cut in a copy does not have. */
static const struct {
	const char *prefix;
	size_t parts_min, parts_max, last;
} kinds[] = {
	{ "$y$", 3, 3, 43 },  /* yescrypt */
	{ "$gy$", 3, 3, 43 }, /* gost-yescrypt */
	{ "$7$", 2, 2, 43 },  /* scrypt */
	{ "$2b$", 2, 2, 53 }, /* bcrypt */
	{ "$2a$", 2, 2, 53 }, { "$2y$", 2, 2, 53 },
	{ "$6$", 2, 3, 86 }, /* SHA-512; the first of three is "rounds=" */
	{ "$5$", 2, 3, 43 }, /* SHA-256 */
};

/* The part of hash that begins with its kind; -1: it is of none. */
static int find_kind(const char *hash)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strncmp(hash, kinds[i].prefix, strlen(kinds[i].prefix)) == 0)
			return (int)i;
	return -1;
}

/* Are its parts as many and as long as they have to be? */
static bool is_whole(const char *hash, int kind)
{
	const char *part = hash + strlen(kinds[kind].prefix);
	size_t n = 1;

	for (const char *next; (next = strchr(part, '$')); part = next + 1) {
		if (next == part)
			return false;
		n++;
	}
	return n >= kinds[kind].parts_min && n <= kinds[kind].parts_max &&
	       strlen(part) == kinds[kind].last && part[strspn(part, HASH_CHARACTERS)] == '\0';
}

/* It is never quoted: what was meant for a hash may be the password. */
bool answers_check_hash(const char *hash, struct problem *problem)
{
	int kind = find_kind(hash);

	*problem = (struct problem){ 0 };
	if (strlen(hash) >= ANSWERS_HASH_MAX || hash[strspn(hash, HASH_CHARACTERS "$=,")] ||
		(kind >= 0 && !is_whole(hash, kind)))
		return problem_set(problem,
			_("This is no whole hash of a password. A hash is made by \"mkpasswd -m "
			  "yescrypt\" or \"openssl passwd -6\", and is copied with all of its "
			  "characters."));
	if (*hash == '\0' || *hash == '!' || *hash == '*')
		return problem_set(problem,
			_("A password that is locked or empty would leave nobody to log in. Give "
			  "a hash, or no such line."));
	if (kind < 0)
		return problem_set(problem,
			_("This is no hash of a kind that is safe today ($y$, $gy$, $7$, $2b$, "
			  "$6$, $5$), and a plain password is not taken. A hash is made by "
			  "\"mkpasswd -m yescrypt\" or \"openssl passwd -6\"."));
	return true;
}
