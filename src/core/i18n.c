/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "i18n.h"

#include <langinfo.h>
#include <locale.h>

#include "conf.h"
#include "osrelease.h"
#include "textfile.h"
#include "util.h"

/* The part of a locale's name that is the language ("de_DE.UTF-8" is "de_DE"), "" for one without,
 * such as "C.UTF-8". */
static void language_of(const char *locale, char ret[static CATALOG_LANGUAGE_MAX])
{
	size_t length = strcspn(locale, ".@");

	ret[0] = '\0';
	if (length >= CATALOG_LANGUAGE_MAX)
		return;
	memcpy(ret, locale, length);
	ret[length] = '\0';
	if (!catalog_is_language(ret))
		ret[0] = '\0';
}

/* The locale that the environment names, NULL where it names none. */
static const char *environment_locale(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value != '\0')
			return value;
	}
	return NULL;
}

/* The language that the machine was set up with. */
static void machine_language(char ret[static CATALOG_LANGUAGE_MAX])
{
	static const char *const files[] = { "/etc/locale.conf", "/etc/default/locale" };

	ret[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(files) && ret[0] == '\0'; i++) {
		_cleanup_free_ char *text = NULL, *value = NULL;

		if (textfile_read("", files[i], &text) >= 0 &&
			osrelease_get(text, "LANG", &value) >= 0)
			language_of(value, ret);
	}
}

bool i18n_has_unicode(void)
{
	return streq(nl_langinfo(CODESET), "UTF-8");
}

void i18n_choose(const char *configured)
{
	char language[CATALOG_LANGUAGE_MAX];
	const char *locale = environment_locale();

	if (*configured != '\0')
		language_of(configured, language);
	else if (locale)
		language_of(locale, language);
	else
		machine_language(language);
	if (catalog_use(LOCALEDIR, language) < 0)
		(void)catalog_use(LOCALEDIR, "");
}

int i18n_choose_configured(void)
{
	_cleanup_(conf_done) struct conf conf = { 0 };
	int r = conf_load("", NULL, NULL, &conf);

	if (r >= 0)
		i18n_choose(conf.language);
	return r;
}

/* The characters of a locale that is named but not installed: all of UTF-8 have the same ones. */
static void take_characters(void)
{
	const char *locale = environment_locale();
	const char *charset = locale ? strchr(locale, '.') : NULL;

	if (charset &&
		(strncasecmp(charset, ".UTF-8", 6) == 0 || strncasecmp(charset, ".utf8", 5) == 0))
		(void)setlocale(LC_CTYPE, "C.UTF-8");
}

/* The other categories would only cost time. */
void i18n_init(void)
{
	if (!setlocale(LC_CTYPE, ""))
		take_characters();
	if (i18n_has_unicode())
		i18n_choose("");
}

size_t i18n_format_time(enum i18n_time form, const struct tm *when, char *buf, size_t size)
{
	switch (form) {
	case I18N_TIME:
		return strftime(buf, size, _("%H:%M"), when);
	case I18N_SHORT_DAY:
		return strftime(buf, size, _("%m-%d"), when);
	case I18N_DAY:
		return strftime(buf, size, _("%Y-%m-%d"), when);
	case I18N_MOMENT:
		break;
	}
	return strftime(buf, size, _("%Y-%m-%d %H:%M"), when);
}
