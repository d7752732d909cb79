/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "quality.h"

#include <errno.h>
#include <pwquality.h>

#include "i18n.h"
#include "util.h"

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

int quality_check(
	const char *user, const char *password, unsigned min_length, size_t size, char *text)
{
	_cleanup_(free_settings) pwquality_settings_t *settings = pwquality_default_settings();
	char words[PWQ_MAX_ERROR_MESSAGE_LEN];
	void *aux = NULL;
	size_t length = count_characters(password);
	int code;

	if (!settings)
		return -ENOMEM;
	if (length < min_length) {
		(void)snprintf(text, size,
			_("The password has %zu characters. It must have at least %u; a sentence "
			  "is "
			  "fine."),
			length, min_length);
		return 0;
	}
	code = pwquality_read_config(settings, NULL, &aux);
	if (code < 0 && code != PWQ_ERROR_CFGFILE_OPEN) {
		(void)snprintf(text, size, _("The rules for passwords cannot be read: %s."),
			pwquality_strerror(words, sizeof(words), code, aux));
		return -EINVAL;
	}
	code = ask_library(settings, user, password, &aux);
	if (code >= 0)
		return 1;
	(void)snprintf(text, size, "%s.", pwquality_strerror(words, sizeof(words), code, aux));
	return code <= PWQ_ERROR_TOO_SIMILAR ? 0 : -EINVAL;
}
