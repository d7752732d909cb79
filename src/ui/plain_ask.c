/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plain_ask.h"

#include <errno.h>
#include <termios.h>
#include <unistd.h>

#include "i18n.h"
#include "lock.h"
#include "page_power.h"
#include "pager_plain.h"
#include "reply.h"
#include "util.h"

#define LINE_MAX_BYTES 64

/* Bytes of the terminal. -ENODATA: there will be none any more. */
static ssize_t read_bytes(char *buf, size_t size)
{
	ssize_t n;

	do
		n = read(STDIN_FILENO, buf, size);
	while (n < 0 && errno == EINTR);
	return n <= 0 ? -ENODATA : n;
}

ssize_t plain_read_line(sd_event *event, char *buf, size_t size)
{
	ssize_t n = pager_wait_input(event), rest;
	char byte = 0;

	if (n >= 0)
		n = read_bytes(buf, size);
	if (n < 0)
		return n;
	rest = n;
	if (buf[n - 1] == '\n')
		return n - 1;
	while (rest > 0 && (size_t)n == size) {
		rest = read_bytes(&byte, 1);
		if (byte == '\n')
			break;
	}
	explicit_bzero(&byte, sizeof(byte));
	return n;
}

ssize_t plain_read_password(sd_event *event, const safe_char *question, struct secret *secret)
{
	struct termios shown, hidden;
	ssize_t n;

	if (tcgetattr(STDIN_FILENO, &shown) < 0)
		return -errno;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) < 0)
		return -errno;
	draw_print(stdout, "%s ", question);
	fflush(stdout);
	n = plain_read_line(event, secret->bytes, SECRET_MAX);
	secret->length = n > 0 ? (size_t)n : 0;
	draw_print(stdout, "\n");
	return tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown) < 0 ? -errno : n;
}

/* The password, once. False: it was not given, or not taken. */
static bool show_password(struct app *app)
{
	struct secret secret;
	struct reply reply = { .outcome = CLIENT_FAILED };

	if (secret_init(&secret) < 0)
		return false;
	lock_begin(app);
	if (plain_read_password(app->event, _("Password of \"root\":"), &secret) > 0)
		reply_wait_plain(&reply,
			client_authenticate(app->client, &secret, reply_keep, &reply), app->event);
	secret_done(&secret);
	if (reply.outcome == CLIENT_OK) {
		lock_opened();
		return true;
	}
	draw_print(stdout, "%s\n", reply.text);
	return false;
}

bool plain_permit(struct app *app)
{
	struct reply state = { 0 };
	int r = app_ask_state(app);

	if (r >= 0)
		r = client_get_state(app->client, reply_keep, &state);
	reply_wait_plain(&state, r, app->event);
	if (state.outcome != CLIENT_OK) {
		draw_print(stdout, "%s\n", state.text);
		return false;
	}
	if (state.unclaimed || state.authenticated)
		return true;
	if (app->conf.authentication == AUTHENTICATION_LOGIN) {
		draw_print(stdout, "%s\n", plain_login_advice());
		return false;
	}
	return show_password(app);
}

const safe_char *plain_login_advice(void)
{
	return _("On this appliance the start screen does not ask for root's password. Choose Log "
		 "in, and type as \"root\": firstboot --reconfigure");
}

/* -- restart and power off --------------------------------------------------------------------- */

/* Ask whether to, where reasons (or "") are against it: only the whole word does it. */
static bool is_sure(struct app *app, const struct power_way *way, const safe_char *reasons)
{
	const safe_char *yes = _("yes");
	char line[LINE_MAX_BYTES];
	ssize_t n;

	if (*reasons)
		draw_print(stdout, "%s\n", reasons);
	draw_print(stdout, "%s\n%s ", translate(way->question), _("Type yes and Enter to do it:"));
	fflush(stdout);
	n = plain_read_line(app->event, line, sizeof(line));
	return n == (ssize_t)safe_length(yes) && strncasecmp(line, safe_bytes(yes), (size_t)n) == 0;
}

/* Make one call to firstbootd about it and wait. */
static void ask_power(
	struct app *app, const struct power_way *way, bool act, bool force, struct reply *reply)
{
	int r = app_ask_state(app);

	*reply = (struct reply){ 0 };
	if (r >= 0 && act)
		r = client_power(app->client, way->what, force, reply_keep, reply);
	else if (r >= 0)
		r = client_get_inhibitors(app->client, way->what, reply_keep, reply);
	reply_wait_plain(reply, r, app->event);
}

/* Restart or power off, past what forbids it where that is wanted. */
static void power(struct app *app, const struct power_way *way)
{
	struct reply reply;
	bool force;

	ask_power(app, way, false, false, &reply);
	force = reply.outcome == CLIENT_BUSY;
	if (!is_sure(app, way, force || reply.outcome == CLIENT_OK ? reply.text : OURS("")))
		return;
	for (;;) {
		ask_power(app, way, true, force, &reply);
		if (reply.outcome == CLIENT_NOT_PERMITTED && app->console) {
			if (!plain_permit(app))
				return;
		} else if (!force &&
			   (reply.outcome == CLIENT_BUSY || reply.outcome == CLIENT_FAILED)) {
			if (!is_sure(app, way, reply.text))
				return;
			force = true;
		} else {
			break;
		}
	}
	draw_print(stdout, "%s\n",
		reply.outcome == CLIENT_OK ? _("The appliance is shutting down now.") : reply.text);
}

void plain_choose_power(struct app *app)
{
	char line[LINE_MAX_BYTES];
	ssize_t n;

	draw_print(stdout, "%s ", _("1 Restart  2 Power off  3 Back\nChoice:"));
	fflush(stdout);
	n = plain_read_line(app->event, line, sizeof(line));
	if (n == 1 && *line >= '1' && *line < '1' + POWER_WAYS)
		power(app, &power_ways[*line - '1']);
}
