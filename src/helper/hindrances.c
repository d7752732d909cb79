/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hindrances.h"

#include <pwd.h>
#include <stdarg.h>
#include <systemd/sd-login.h>

#include "caller.h"
#include "i18n.h"
#include "safe_text.h"
#include "sentence.h"
#include "util.h"

#define SENTENCES_MAX 6

void hindrances_add(struct hindrances *hindrances, bool blocks, const char *format, ...)
{
	va_list args;

	if (hindrances->n++ >= SENTENCES_MAX && !blocks)
		return;
	va_start(args, format);
	if (blocks)
		sentence_add(hindrances->blocks, sizeof(hindrances->blocks), format, args);
	else
		sentence_add(hindrances->notes, sizeof(hindrances->notes), format, args);
	va_end(args);
}

void hindrances_join(const struct hindrances *hindrances, size_t size, char *ret)
{
	(void)snprintf(ret, size, "%s%s%s", hindrances->blocks,
		*hindrances->blocks && *hindrances->notes ? " " : "", hindrances->notes);
	safe_utf8(ret);
}

void hindrances_add_own(
	struct hindrances *hindrances, const struct service *service, sd_bus_message *call)
{
	char editing[CALLER_NAME_SIZE + 128];

	if (service_is_working(service))
		hindrances_add(hindrances, true,
			_("A change of the settings is being made at this moment."));
	if (service_describe_editor(service, call, sizeof(editing), editing))
		hindrances_add(hindrances, true, _("It would be cut off: %s."), editing);
	if (service->change.id != 0)
		hindrances_add(hindrances, false,
			_("The network settings of %s are not kept yet; the old ones come back."),
			service->change.links);
}

/* One inhibitor lock that is about shutting down. */
static void add_inhibitor(
	struct hindrances *hindrances, const char *who, const char *why, const char *mode)
{
	struct safe_str name = safe_text(who, 40), reason = safe_text(why, 100);

	if (streq(mode, "block"))
		hindrances_add(
			hindrances, true, _("\"%s\" forbids it now: %s."), name.text, reason.text);
	else if (streq(mode, "block-weak"))
		hindrances_add(
			hindrances, true, _("\"%s\" asks not to: %s."), name.text, reason.text);
	else
		hindrances_add(hindrances, false, _("\"%s\" may delay it a little: %s."), name.text,
			reason.text);
}

/* Is word one of those that colons separate? */
static bool has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *p = words; p; p = strchr(p, ':')) {
		p += *p == ':';
		if (strncmp(p, word, length) == 0 && (p[length] == ':' || !p[length]))
			return true;
	}
	return false;
}

int hindrances_add_locks(struct hindrances *hindrances, sd_bus_message *reply)
{
	const char *what, *who, *why, *mode;
	int r;

	r = sd_bus_message_enter_container(reply, 'a', "(ssssuu)");
	if (r < 0)
		return r;
	while ((r = sd_bus_message_read(reply, "(ssssuu)", &what, &who, &why, &mode, NULL, NULL)) >
		0)
		if (has_word(what, "shutdown"))
			add_inhibitor(hindrances, who, why, mode);
	return r;
}

/* Somebody who is logged in, but for the start screen and for whoever asks. */
static void add_session(
	struct hindrances *hindrances, const char *session, uid_t ui_uid, const char *caller)
{
	_cleanup_free_ char *class = NULL;
	char origin[CALLER_NAME_SIZE];
	const struct passwd *entry;
	uid_t uid;

	if (sd_session_get_uid(session, &uid) < 0 || uid == ui_uid ||
		sd_session_get_class(session, &class) < 0 || !streq(class, "user") ||
		!caller_describe_session(session, origin) || streq(origin, caller))
		return;
	entry = getpwuid(uid);
	hindrances_add(hindrances, false, _("\"%s\" is logged in (%s)."),
		safe_text(entry ? entry->pw_name : "?", 32).text, origin);
}

void hindrances_add_sessions(struct hindrances *hindrances, const struct service *service,
	sd_bus_message *call, const struct caller *asking)
{
	struct caller caller = *asking;
	char **sessions = NULL;
	int n = sd_get_sessions(&sessions);

	caller_describe(call, &caller);
	for (int i = 0; i < n; i++) {
		add_session(hindrances, sessions[i], service->ui_uid, caller.who);
		free(sessions[i]);
	}
	free(sessions);
}
