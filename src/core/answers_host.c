/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The keys of an answer file that are about the machine itself. */

#include "answers_parts.h"
#include "i18n.h"
#include "keymap.h"
#include "util.h"
#include "validate.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS	"0123456789"

/* Note that a value is given. */
static void give(struct answers_subject *subject, unsigned bit)
{
	subject->answers->given |= bit;
	subject->answers->seen |= bit;
	subject->answers->places[__builtin_ctz(bit)] = subject->place;
}

/* Keep value in a field of size bytes. */
static bool keep(const char *value, size_t size, char *ret)
{
	if (strlen(value) >= size)
		return false;
	memcpy(ret, value, strlen(value) + 1);
	return true;
}

static bool set_hostname(
	struct answers_subject *subject, const char *value, struct problem *problem)
{
	if (!*value || !validate_hostname(value, subject->answers->hostname, problem))
		return false;
	give(subject, ANSWER_HOSTNAME);
	return true;
}

static void write_hostname(FILE *f, const char *name, const struct answers_subject *subject)
{
	fprintf(f, "%s=%s\n", name, subject->answers->hostname);
}

/* Can it be the name of a file below /usr/share/zoneinfo, by timedated's rule? */
static bool set_timezone(
	struct answers_subject *subject, const char *value, struct problem *problem)
{
	if (!*value || value[strspn(value, LETTERS DIGITS "-_+/")] || *value == '/' ||
		value[strlen(value) - 1] == '/' || strstr(value, "//") ||
		!keep(value, ANSWERS_TIMEZONE_MAX, subject->answers->timezone))
		return false;
	give(subject, ANSWER_TIMEZONE);
	return true;
}

static void write_timezone(FILE *f, const char *name, const struct answers_subject *subject)
{
	fprintf(f, "%s=%s\n", name, subject->answers->timezone);
}

/* Can it be the name of a file of the console's keyboards? */
static bool set_keymap(struct answers_subject *subject, const char *value, struct problem *problem)
{
	if (!keymap_check_name(value) || !keep(value, ANSWERS_KEYMAP_MAX, subject->answers->keymap))
		return false;
	give(subject, ANSWER_KEYMAP);
	return true;
}

static void write_keymap(FILE *f, const char *name, const struct answers_subject *subject)
{
	fprintf(f, "%s=%s\n", name, subject->answers->keymap);
}

/* Keep one of the three ways to root's password. */
static bool keep_password(
	struct answers_subject *subject, enum answers_password kind, const char *value)
{
	struct answers *answers = subject->answers;

	if (!keep(value, sizeof(answers->password_text), answers->password_text))
		return false;
	answers->password = kind;
	give(subject, ANSWER_PASSWORD);
	return true;
}

static bool set_hash(struct answers_subject *subject, const char *value, struct problem *problem)
{
	return answers_check_hash(value, problem) && keep_password(subject, PASSWORD_HASH, value);
}

/* A hash has no place in what anybody may print. */
static void write_hash(FILE *f, const char *name, const struct answers_subject *subject)
{
	if (subject->answers->password == PASSWORD_HASH)
		fprintf(f, "# %s= is given, and a secret that is not shown.\n", name);
}

/* The name of a file in a folder of credentials, by systemd's rule, and none that is hidden. */
static bool set_credential(
	struct answers_subject *subject, const char *value, struct problem *problem)
{
	if (!*value || *value == '.' || strlen(value) >= ANSWERS_CREDENTIAL_MAX ||
		value[strspn(value, LETTERS DIGITS "-_.@")])
		return false;
	return keep_password(subject, PASSWORD_CREDENTIAL, value);
}

static void write_credential(FILE *f, const char *name, const struct answers_subject *subject)
{
	if (subject->answers->password == PASSWORD_CREDENTIAL)
		fprintf(f, "%s=%s\n", name, subject->answers->password_text);
}

/* A path that means the same wherever it is asked from. */
static bool set_file(struct answers_subject *subject, const char *value, struct problem *problem)
{
	size_t length = strlen(value);

	if (*value != '/' || strstr(value, "//") || strstr(value, "/./") || strstr(value, "/../") ||
		value[length - 1] == '/' || streq(value + length - 2, "/.") ||
		(length > 2 && streq(value + length - 3, "/..")))
		return false;
	return keep_password(subject, PASSWORD_FILE, value);
}

static void write_file(FILE *f, const char *name, const struct answers_subject *subject)
{
	if (subject->answers->password == PASSWORD_FILE)
		fprintf(f, "%s=%s\n", name, subject->answers->password_text);
}

/* A key in the list; the first one of a run takes the place of those before. */
static bool set_key(struct answers_subject *subject, const char *value, struct problem *problem)
{
	struct answers *answers = subject->answers;
	char key[LOGIN_KEY_MAX];

	if (*value && !login_key_check(value, key, problem))
		return false;
	if (!*value || !(answers->seen & ANSWER_KEYS))
		answers->n_keys = 0;
	give(subject, ANSWER_KEYS);
	if (!*value)
		return true;
	for (size_t i = 0; i < answers->n_keys; i++)
		if (streq(answers->keys[i], key))
			return problem_set(problem, _("This key stands there twice."));
	if (answers->n_keys == ANSWERS_KEYS_MAX)
		return problem_set(problem, _("More than %d keys do not fit."), ANSWERS_KEYS_MAX);
	memcpy(answers->keys[answers->n_keys++], key, sizeof(key));
	return true;
}

static void write_keys(FILE *f, const char *name, const struct answers_subject *subject)
{
	const struct answers *answers = subject->answers;

	for (size_t i = 0; i < answers->n_keys; i++)
		fprintf(f, "%s=%s\n", name, answers->keys[i]);
	if (answers->n_keys == 0)
		fprintf(f, "%s=\n", name);
}

static bool set_accept(struct answers_subject *subject, const char *value, struct problem *problem)
{
	if (!streq(value, "yes"))
		return false;
	give(subject, ANSWER_EULA);
	return true;
}

static void write_accept(FILE *f, const char *name, const struct answers_subject *subject)
{
	fprintf(f, "%s=yes\n", name);
}

const struct answers_key answers_host_keys[] = {
	{ "Host", "Hostname", N_("the name of this machine, such as appliance01.example.com"),
		ANSWER_HOSTNAME, false, false, set_hostname, write_hostname },
	{ "Host", "Timezone", N_("the name of a time zone, such as Europe/Sofia or UTC"),
		ANSWER_TIMEZONE, false, false, set_timezone, write_timezone },
	{ "Host", "Keymap", N_("the name of a keyboard layout of the console, such as us"),
		ANSWER_KEYMAP, false, false, set_keymap, write_keymap },
	{ "Root", "PasswordHash", N_("a hash of crypt(5), and never a plain password"),
		ANSWER_PASSWORD, false, true, set_hash, write_hash },
	{ "Root", "PasswordCredential",
		N_("the name of a credential that holds a hash of crypt(5)"), ANSWER_PASSWORD,
		false, false, set_credential, write_credential },
	{ "Root", "PasswordFile", N_("the path of a file that holds a hash of crypt(5)"),
		ANSWER_PASSWORD, false, false, set_file, write_file },
	{ "Root", "SSHAuthorizedKey", N_("a public key of SSH, as in a file that ends in .pub"),
		ANSWER_KEYS, true, false, set_key, write_keys },
	{ "Eula", "Accept", N_("yes: there is nothing to set up where the licence is not accepted"),
		ANSWER_EULA, false, false, set_accept, write_accept },
	{ 0 },
};
