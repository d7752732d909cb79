/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "caller.h"

#include <errno.h>
#include <systemd/sd-login.h>

#include "i18n.h"
#include "util.h"

#define LOGIND	    "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define LOGIND_USEC 1000000

int caller_identify(sd_bus_message *message, uid_t ui_uid, uid_t *ret_uid)
{
	_cleanup_(sd_bus_creds_unrefp) sd_bus_creds *creds = NULL;
	uid_t uid;

	/* No other field: what the library adds from /proc can be raced. */
	if (sd_bus_query_sender_creds(message, SD_BUS_CREDS_EUID, &creds) < 0 ||
		sd_bus_creds_get_euid(creds, &uid) < 0)
		return -EPERM;
	if (uid != 0 && uid != ui_uid)
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

void caller_describe(sd_bus_message *message, uid_t uid, char ret[static CALLER_NAME_SIZE])
{
	_cleanup_(sd_bus_creds_unrefp) sd_bus_creds *creds = NULL;
	const char *account = uid == 0 ? "root" : FIRSTBOOT_USER;
	_cleanup_free_ char *session = NULL;
	pid_t pid;

	if (sd_bus_query_sender_creds(message, SD_BUS_CREDS_PID, &creds) < 0 ||
		sd_bus_creds_get_pid(creds, &pid) < 0 || pid <= 0) {
		(void)snprintf(ret, CALLER_NAME_SIZE, "%s", account);
		return;
	}
	if (find_session(sd_bus_message_get_bus(message), pid, &session) >= 0 &&
		caller_describe_session(session, ret))
		return;
	(void)snprintf(ret, CALLER_NAME_SIZE, _("%s, process %d"), account, (int)pid);
}
