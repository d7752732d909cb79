/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "caller.h"

#include <errno.h>
#include <pwd.h>
#include <systemd/sd-login.h>

#include "i18n.h"
#include "util.h"
#include "words.h"

#define LOGIND	    "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define LOGIND_USEC 1000000

uid_t caller_uid(sd_bus_message *message)
{
	_cleanup_(sd_bus_creds_unrefp) sd_bus_creds *creds = NULL;
	uid_t uid;

	/* No other field: what the library adds from /proc can be raced. */
	if (sd_bus_query_sender_creds(message, SD_BUS_CREDS_EUID, &creds) < 0 ||
		sd_bus_creds_get_euid(creds, &uid) < 0)
		return CALLER_NOBODY;
	return uid;
}

int caller_identify(sd_bus_message *message, uid_t ui_uid, uid_t *ret_uid)
{
	uid_t uid = caller_uid(message);

	if (uid == CALLER_NOBODY || (uid != 0 && uid != ui_uid))
		return -EPERM;
	*ret_uid = uid;
	return 0;
}

/* Is it a terminal's name, an address, a host's name? Whoever rules the reverse zone of an address
 * chooses the last of these. */
static bool is_plain(const char *text)
{
	size_t length = strlen(text);

	return length > 0 && length <= 64 &&
	       strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
			    "./:%_-") == length;
}

/* The session that logind has the process in. (/proc would tell as well, but it is closed to a
 * service without powers over other processes.) */
static int find_session(sd_bus *bus, pid_t pid, char **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL, *reply = NULL;
	const char *path;
	int r;

	r = sd_bus_message_new_method_call(
		bus, &message, LOGIND, LOGIND_PATH, LOGIND ".Manager", "GetSessionByPID");
	if (r >= 0)
		r = sd_bus_message_set_auto_start(message, false);
	if (r >= 0)
		r = sd_bus_message_append(message, "u", (uint32_t)pid);
	if (r >= 0)
		r = sd_bus_call(bus, message, LOGIND_USEC, NULL, &reply);
	if (r >= 0)
		r = sd_bus_message_read(reply, "o", &path);
	if (r < 0)
		return r;
	r = sd_bus_path_decode(path, LOGIND_PATH "/session", ret);
	return r == 0 ? -ENXIO : r;
}

bool caller_describe_session(const char *session, char ret[static CALLER_NAME_SIZE])
{
	_cleanup_free_ char *service = NULL, *host = NULL, *tty = NULL;

	if (sd_session_get_remote_host(session, &host) >= 0 && is_plain(host)) {
		bool known = sd_session_get_service(session, &service) >= 0 && is_plain(service) &&
			     !streq(service, "sshd");

		(void)snprintf(ret, CALLER_NAME_SIZE, _("%.40s from %.64s"),
			known ? service : "ssh", host);
		return true;
	}
	if (sd_session_get_tty(session, &tty) < 0 || !is_plain(tty))
		return false;
	(void)snprintf(ret, CALLER_NAME_SIZE, "%s", tty);
	return true;
}

/* The process of the sender, 0 where it has gone. */
static pid_t find_process(sd_bus_message *message)
{
	_cleanup_(sd_bus_creds_unrefp) sd_bus_creds *creds = NULL;
	pid_t pid;

	if (sd_bus_query_sender_creds(message, SD_BUS_CREDS_PID, &creds) < 0 ||
		sd_bus_creds_get_pid(creds, &pid) < 0 || pid < 0)
		return 0;
	return pid;
}

/* The terminal of a session, whether a person sits there or at another machine. */
static void find_tty(const char *session, char ret[static CALLER_TTY_SIZE])
{
	_cleanup_free_ char *tty = NULL;

	if (sd_session_get_tty(session, &tty) >= 0 && is_plain(tty) &&
		strlen(tty) < CALLER_TTY_SIZE)
		(void)strcpy(ret, tty);
}

bool caller_may_be_at(const struct caller *caller, const char *ttys)
{
	return !caller->tty[0] || words_match(ttys, caller->tty);
}

/* The name of an account, or its number. */
static void name_account(uid_t uid, size_t size, char *ret)
{
	const struct passwd *entry = getpwuid(uid);

	if (entry && is_plain(entry->pw_name))
		(void)snprintf(ret, size, "%s", entry->pw_name);
	else
		(void)snprintf(ret, size, _("account %u"), uid);
}

void caller_describe(sd_bus_message *message, struct caller *caller)
{
	_cleanup_free_ char *session = NULL;
	char account[72]; /* as long as is_plain() lets a name be, and more */

	name_account(caller->uid, sizeof(account), account);
	caller->tty[0] = '\0';
	caller->pid = find_process(message);
	if (caller->pid == 0) {
		(void)snprintf(caller->who, CALLER_NAME_SIZE, "%s", account);
		return;
	}
	if (find_session(sd_bus_message_get_bus(message), caller->pid, &session) >= 0) {
		find_tty(session, caller->tty);
		if (caller_describe_session(session, caller->who))
			return;
	}
	(void)snprintf(caller->who, CALLER_NAME_SIZE, _("%.70s, process %d"), account, caller->pid);
}
