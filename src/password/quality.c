/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "quality.h"

#include <errno.h>
#include <limits.h>
#include <pwquality.h>

#include "i18n.h"
#include "util.h"

#define NAME_MIN 4

/* What cracklib says when it has no dictionary; it would refuse every password then. */
#define NO_DICTIONARY "error loading dictionary"

static void free_settings(pwquality_settings_t **settings)
{
	if (*settings)
		pwquality_free_settings(*settings);
}

/* Characters of UTF-8 text; a byte that is no UTF-8 counts as one. */
static size_t count_characters(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		if (((unsigned char)*text & 0xc0) != 0x80)
			n++;
	return n;
}

/* Ask the library, and once more without a dictionary where none is installed. */
static int ask_library(
	pwquality_settings_t *settings, const char *user, const char *password, void **ret_aux)
{
	int code = pwquality_check(settings, password, NULL, user, ret_aux);

	if (code != PWQ_ERROR_CRACKLIB_CHECK || !*ret_aux || !streq(*ret_aux, NO_DICTIONARY))
		return code;
	*ret_aux = NULL;
	code = pwquality_set_int_value(settings, PWQ_SETTING_DICT_CHECK, 0);
	return code < 0 ? code : pwquality_check(settings, password, NULL, user, ret_aux);
}

/* Of how many kinds are the characters: small letters, capitals, digits and others? */
static unsigned count_classes(const char *text)
{
	bool lower = false, upper = false, digit = false, other = false;

	for (; *text; text++) {
		lower = lower || (*text >= 'a' && *text <= 'z');
		upper = upper || (*text >= 'A' && *text <= 'Z');
		digit = digit || (*text >= '0' && *text <= '9');
		other = other ||
			!((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
				(*text >= '0' && *text <= '9'));
	}
	return (unsigned)lower + upper + digit + other;
}

/* Does the password hold a name that everybody knows here? Names of a few letters may be parts of
 * any word. */
static bool holds_name(const char *password, const char *name)
{
	return strlen(name) >= NAME_MIN && strcasestr(password, name);
}

/* The first label of the hostname. */
static void read_hostname(char ret[static HOST_NAME_MAX + 1])
{
	if (gethostname(ret, HOST_NAME_MAX) < 0)
		*ret = '\0';
	ret[HOST_NAME_MAX] = '\0';
	ret[strcspn(ret, ".")] = '\0';
}

/* Our own rules. */
static bool check_own(
	const char *password, const struct quality_rules *rules, size_t size, char *text)
{
	char hostname[HOST_NAME_MAX + 1];
	size_t length = count_characters(password);

	if (length < rules->min_length) {
		(void)snprintf(text, size,
			_("Characters in the password: %zu. It must have at least %u; a sentence "
			  "is "
			  "fine."),
			length, rules->min_length);
		return false;
	}
	if (count_classes(password) < rules->min_classes) {
		(void)snprintf(text, size,
			_("Kinds of characters in the password: %u. It needs at least %u of these: "
			  "small letters, capital letters, digits, others."),
			count_classes(password), rules->min_classes);
		return false;
	}
	read_hostname(hostname);
	if (holds_name(password, rules->product) || holds_name(password, hostname)) {
		(void)snprintf(text, size, "%s",
			_("The password holds the name of this machine or of the product, which "
			  "is the first that others try."));
		return false;
	}
	return true;
}

int quality_check(const char *user, const char *password, const struct quality_rules *rules,
	size_t size, char *text)
{
	_cleanup_(free_settings) pwquality_settings_t *settings = pwquality_default_settings();
	char words[PWQ_MAX_ERROR_MESSAGE_LEN];
	void *aux = NULL;
	int code;

	if (!settings)
		return -ENOMEM;
	if (!check_own(password, rules, size, text))
		return 0;
	code = pwquality_read_config(settings, NULL, &aux);
	if (code < 0 && code != PWQ_ERROR_CFGFILE_OPEN) {
		(void)snprintf(text, size, _("The rules for passwords cannot be read: %s."),
			pwquality_strerror(words, sizeof(words), code, aux));
		return -EINVAL;
	}
	if (!rules->dictionary)
		(void)pwquality_set_int_value(settings, PWQ_SETTING_DICT_CHECK, 0);
	code = ask_library(settings, user, password, &aux);
	if (code < 0) {
		(void)snprintf(
			text, size, "%s.", pwquality_strerror(words, sizeof(words), code, aux));
		return code <= PWQ_ERROR_TOO_SIMILAR ? 0 : -EINVAL;
	}
	(void)snprintf(text, size, "%s",
		is_ascii(password) ? ""
				   : _("It has characters that not every keyboard has: on another "
				       "one, and before the machine has set up its own, it may "
				       "be impossible to type."));
	return 1;
}
