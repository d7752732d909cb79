/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The method about the language that the machine speaks. */

#include <errno.h>

#include "atomic_file.h"
#include "i18n.h"
#include "names.h"
#include "service.h"
#include "util.h"

#define LANGUAGES_MAX 64

/* Has it a catalogue, or needs it none? */
static bool is_installed(const char *language)
{
	struct catalog_entry entries[LANGUAGES_MAX];
	size_t n = catalog_list(LOCALEDIR, entries, LANGUAGES_MAX);

	for (size_t i = 0; i < n; i++)
		if (streq(entries[i].language, language))
			return true;
	return *language == '\0';
}

/* Keep it where firstboot.conf's drop-ins are. */
static int keep_language(const char *root, const char *language)
{
	char text[64];

	if (*language == '\0')
		return atomic_remove(root, LANGUAGE_FILE);
	(void)snprintf(text, sizeof(text), "[Console]\nLanguage=%s\n", language);
	return atomic_write(root, LANGUAGE_FILE, text, 0644);
}

int method_set_language(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	char old[CATALOG_LANGUAGE_MAX];
	const char *language;
	int r;

	r = service_admit(service, message, NEED_EDIT, error);
	if (r >= 0)
		r = sd_bus_message_read(message, "s", &language);
	if (r < 0)
		return r;
	if (!is_installed(language))
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The language was not changed. It must be the code of one that is "
			  "installed, such as \"en\" or \"de\"."));
	(void)snprintf(old, sizeof(old), "%s", catalog_language());
	r = keep_language(service->apply.root, language);
	if (r < 0)
		r = sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The language was not changed: %s could not be written: %s."),
			LANGUAGE_FILE, strerror(-r));
	else if (i18n_choose_configured() < 0)
		i18n_choose(language);
	service_record(service, message, RECORD_LANGUAGE, old, language, r, error);
	return r < 0 ? r : sd_bus_reply_method_return(message, "");
}
