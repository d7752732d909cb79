/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "service.h"

#include <errno.h>
#include <time.h>

#include "caller.h"
#include "claim.h"
#include "delay.h"
#include "i18n.h"
#include "logins.h"
#include "names.h"
#include "netwire.h"
#include "usec.h"
#include "util.h"

#define MINUTE_USEC (60 * 1000000ULL)

/* -- leave to do things -------------------------------------------------------------------------
 */

uint64_t service_now(void)
{
	return usec_now(CLOCK_BOOTTIME);
}

/* May this caller change the machine without showing root's password (again)? */
static bool has_right(struct service *service, sd_bus_message *message, uid_t uid)
{
	const char *sender = sd_bus_message_get_sender(message);

	if (uid == 0 || claim_is_open(service->apply.root))
		return true;
	if (sender && auth_holds(&service->auth, sender, service_now()))
		return true;
	if (sender && streq(service->auth.owner, sender))
		service_drop_ticket(service, _("Its time is over."));
	return false;
}

/* Count a call that costs. False: too many of the kind in this minute. */
static bool within_rate(struct service *service, enum rate rate)
{
	static const unsigned per_minute[RATE_N] = {
		[RATE_CHANGES] = 30,
		/* Some consoles, with some addresses each, whenever something happens there. */
		[RATE_FACTS] = 240,
	};
	uint64_t now = service_now();

	if (rate == RATE_NONE)
		return true;
	if (now - service->minutes[rate].began >= MINUTE_USEC) {
		service->minutes[rate].began = now;
		service->minutes[rate].calls = 0;
	}
	return ++service->minutes[rate].calls <= per_minute[rate];
}

/* Has the sender called last, too? */
static bool is_known(const struct service *service, sd_bus_message *message)
{
	const char *sender = sd_bus_message_get_sender(message);

	return sender && streq(sender, service->caller.name);
}

/* The sender's uid. The bus is asked about each connection once: it never gives the name of one
 * that has gone to another. */
static int identify(struct service *service, sd_bus_message *message, uid_t *ret_uid)
{
	const char *sender = sd_bus_message_get_sender(message);
	int n, r;

	if (!sender)
		return -EPERM;
	if (is_known(service, message)) {
		*ret_uid = service->caller.uid;
		return 0;
	}
	r = caller_identify(message, service->ui_uid, ret_uid);
	if (r < 0)
		return r;
	service->caller = (struct caller){ .uid = *ret_uid };
	n = snprintf(service->caller.name, sizeof(service->caller.name), "%s", sender);
	/* A name cut short could be another's. */
	if (n < 0 || (size_t)n >= sizeof(service->caller.name))
		service->caller.name[0] = '\0';
	return 0;
}

const struct caller *service_caller(struct service *service, sd_bus_message *message)
{
	if (!service->caller.who[0])
		caller_describe(message, &service->caller);
	return &service->caller;
}

/* Answer that the sender may not do that, and record it. */
static int refuse(
	struct service *service, sd_bus_message *message, const char *why, sd_bus_error *error)
{
	const char *method = sd_bus_message_get_member(message);
	struct caller stranger = { 0 };
	unsigned omitted;

	if (record_refusals_admit(&service->refusals, service_now(), &omitted)) {
		if (!is_known(service, message)) {
			stranger.uid = caller_uid(message);
			caller_describe(message, &stranger);
		}
		record_refusal(stranger.who[0] ? &stranger : service_caller(service, message),
			method ? method : "?", why, omitted);
	}
	return sd_bus_error_set(error, BUS_ERROR_NOT_PERMITTED, why);
}

bool service_is_working(const struct service *service)
{
	return service->call || service->recovering || service->ending || service->trial.ending ||
	       (transaction_is_open(service->transaction) && service->change.id == 0);
}

/* What each need is made of. */
static const struct {
	bool right;	/* root's password shown, root, or nobody's machine */
	bool unlocked;	/* nobody else edits */
	bool alone;	/* nothing else is under way */
	enum rate rate; /* so many a minute, but for root */
} needs[] = {
	[NEED_NOTHING] = { 0 },
	[NEED_FACT] = { .rate = RATE_FACTS },
	[NEED_LOOK] = { .right = true },
	[NEED_LOCK] = { .right = true, .rate = RATE_CHANGES },
	[NEED_TRY] = { .alone = true, .rate = RATE_CHANGES },
	[NEED_CHANGE] = { .right = true, .alone = true, .rate = RATE_CHANGES },
	[NEED_EDIT] = { .right = true, .unlocked = true, .alone = true, .rate = RATE_CHANGES },
};

int service_admit(
	struct service *service, sd_bus_message *message, enum need need, sd_bus_error *error)
{
	uid_t uid;
	int r;

	if (identify(service, message, &uid) < 0)
		return refuse(service, message,
			_("Nothing was changed: this account may not change settings."), error);
	service->last_call = service_now();
	if (has_right(service, message, uid))
		service_edit_touch(service, message);
	else if (needs[need].right)
		return refuse(service, message,
			_("Nothing was changed: root's password is needed first."), error);
	/* Its account has no business anywhere else, whatever ssh or cron would let it do. */
	if (needs[need].right && uid != 0 &&
		!caller_may_be_at(service_caller(service, message), service->conf->console_ttys))
		return refuse(service, message,
			_("Nothing was changed: this account may change settings on the console "
			  "only."),
			error);
	r = needs[need].unlocked ? service_edit_admit(service, message, error) : 0;
	if (r < 0)
		return r;
	if (needs[need].alone && service_is_working(service))
		return sd_bus_error_set(error, BUS_ERROR_BUSY,
			_("Nothing was changed: another change is under way. Try again when it is "
			  "done."));
	if (uid != 0 && !within_rate(service, needs[need].rate))
		return sd_bus_error_set(error, BUS_ERROR_TOO_SOON,
			_("Nothing was changed: there were too many requests. Try again in a "
			  "minute."));
	if (needs[need].rate == RATE_CHANGES)
		auth_touch(&service->auth, sd_bus_message_get_sender(message), service_now());
	return 0;
}

int service_watch(struct service *service, sd_bus_message *message, sd_bus_message_handler_t gone,
	sd_bus_slot **ret)
{
	_cleanup_(sd_bus_slot_unrefp) sd_bus_slot *slot = NULL;
	char match[200];
	uid_t uid;
	int r;

	(void)snprintf(match, sizeof(match),
		"type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
		"member='NameOwnerChanged',arg0='%s'",
		sd_bus_message_get_sender(message));
	r = sd_bus_add_match(service->bus, &slot, match, gone, service);
	if (r < 0)
		return r;
	/* It may have gone before we began to watch it. */
	r = caller_identify(message, service->ui_uid, &uid);
	if (r < 0)
		return r;
	*ret = take_ptr(slot);
	return 0;
}

/* -- methods ------------------------------------------------------------------------------------
 */

/* GetState, once root's logins are known, which may have claimed the appliance. */
static void answer_state(struct service *service, sd_bus_message *call, const struct logins *logins,
	const sd_bus_error *error)
{
	uid_t uid;

	if (!logins)
		service_reply_error(call, error->name, "%s", error->message);
	else if (identify(service, call, &uid) >= 0)
		service_reply(call, "sbb",
			claim_is_open(service->apply.root) ? "unclaimed" : "claimed",
			(int)has_right(service, call, uid), (int)logins_suffice(service, logins));
	else
		service_reply_error(call, BUS_ERROR_NOT_PERMITTED, "%s",
			_("Nothing was changed: this account may not change settings."));
}

static int method_get_state(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	int r = service_admit(userdata, message, NEED_NOTHING, error);

	return r < 0 ? r : logins_answer(userdata, message, answer_state);
}

/* -- life ---------------------------------------------------------------------------------------
 */

bool service_is_busy(const struct service *service)
{
	const struct auth *auth = &service->auth;
	uint64_t now = service_now();

	if (service_is_working(service) || service->powers || service->log_child ||
		service->journal_child || service->looking || judging_is_busy(service) ||
		service->change.id != 0 || service->edit.owner[0] || service->trial.owner[0])
		return true;
	if (auth->owner[0] && auth_holds(auth, auth->owner, now))
		return true;
	/* The count of wrong passwords must outlive the patience of who types them. */
	return service->delay_unsaved && auth->failures > 0 &&
	       now < auth->not_before + AUTH_ABSOLUTE_USEC;
}

/* Everything that can be asked of root. */
static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("GetState", SD_BUS_NO_ARGS,
		SD_BUS_RESULT("s", phase, "b", authenticated, "b", login), method_get_state,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetStatus", SD_BUS_NO_ARGS,
		SD_BUS_RESULT("t", pending_txid, "t", usec_left, "s", links, "s", editor, "t",
			editing_since),
		method_get_status, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Authenticate", SD_BUS_ARGS("h", password),
		SD_BUS_RESULT("b", granted), method_authenticate,
		SD_BUS_VTABLE_UNPRIVILEGED | SD_BUS_VTABLE_SENSITIVE),
	SD_BUS_METHOD_WITH_ARGS(
		"Lock", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, method_lock, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("CheckPassword", SD_BUS_ARGS("h", password),
		SD_BUS_RESULT("b", ok, "s", reason), method_check_password,
		SD_BUS_VTABLE_UNPRIVILEGED | SD_BUS_VTABLE_SENSITIVE),
	SD_BUS_METHOD_WITH_ARGS("SetRootPassword", SD_BUS_ARGS("h", password), SD_BUS_NO_RESULT,
		method_set_root_password, SD_BUS_VTABLE_UNPRIVILEGED | SD_BUS_VTABLE_SENSITIVE),
	SD_BUS_METHOD_WITH_ARGS("MakeRootPassword", SD_BUS_NO_ARGS, SD_BUS_RESULT("h", password),
		method_make_root_password, SD_BUS_VTABLE_UNPRIVILEGED | SD_BUS_VTABLE_SENSITIVE),
	/* Root's alone: nobody can tell whether it is a good one. */
	SD_BUS_METHOD_WITH_ARGS("SetRootPasswordHash", SD_BUS_ARGS("h", hash),
		SD_BUS_RESULT("b", changed), method_set_root_password_hash,
		SD_BUS_VTABLE_SENSITIVE),
	SD_BUS_METHOD_WITH_ARGS("AddRootKey", SD_BUS_ARGS("s", line), SD_BUS_RESULT("b", changed),
		method_add_root_key, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("SetHostname", SD_BUS_ARGS("s", hostname), SD_BUS_NO_RESULT,
		method_set_hostname, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("SetTimezone", SD_BUS_ARGS("s", timezone), SD_BUS_RESULT("s", note),
		method_set_timezone, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("SetKeymap", SD_BUS_ARGS("s", keymap), SD_BUS_RESULT("s", note),
		method_set_keymap, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("TryKeymap", SD_BUS_ARGS("s", keymap), SD_BUS_RESULT("s", note),
		method_try_keymap, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("SetLanguage", SD_BUS_ARGS("s", language), SD_BUS_NO_RESULT,
		method_set_language, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("BeginEdit", SD_BUS_NO_ARGS,
		SD_BUS_RESULT("b", granted, "s", editor, "t", since), method_begin_edit,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("EndEdit", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, method_end_edit,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("SetNetwork",
		SD_BUS_ARGS("a" NETWIRE_LINK, links, "s", advertised, "u", flags, "u", seconds),
		SD_BUS_RESULT("t", txid, "b", proven, "t", usec_left, "s", note),
		method_set_network, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Confirm", SD_BUS_ARGS("t", txid), SD_BUS_RESULT("s", note),
		method_confirm, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Revert", SD_BUS_ARGS("t", txid), SD_BUS_RESULT("s", note),
		method_revert, SD_BUS_VTABLE_UNPRIVILEGED),
	/* Root's alone. */
	SD_BUS_METHOD_WITH_ARGS(
		"FollowLeases", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, method_follow_leases, 0),
	SD_BUS_METHOD_WITH_ARGS("GetSettings", SD_BUS_ARGS("t", id),
		SD_BUS_RESULT("a" NETWIRE_LINK, links, "s", advertised), method_get_settings,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("ListHistory", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(ttyss)", changes),
		method_list_history, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetIdentity", SD_BUS_NO_ARGS, SD_BUS_RESULT("b", copy, "s", why),
		method_get_identity, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("RenewIdentity", SD_BUS_ARGS("u", what), SD_BUS_NO_RESULT,
		method_renew_identity, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Complete", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, method_complete,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("Power", SD_BUS_ARGS("s", what, "b", force), SD_BUS_NO_RESULT,
		method_power, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("RequestLogin", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT,
		method_request_login, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetInhibitors", SD_BUS_ARGS("s", what),
		SD_BUS_RESULT("b", blocked, "s", sentences), method_get_inhibitors,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetWebUnitLog", SD_BUS_NO_ARGS, SD_BUS_RESULT("s", line),
		method_get_web_unit_log, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetWebUnitJournal", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(ts)", lines),
		method_get_web_unit_journal, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("NoteKeys", SD_BUS_ARGS("a(ss)", keys),
		SD_BUS_RESULT("ab", changed), method_note_keys, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("JudgePort", SD_BUS_ARGS("i", ifindex, "ay", address, "q", port),
		SD_BUS_RESULT("u", verdict, "s", where, "q", dport), method_judge_port,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("WatchFirewall", SD_BUS_NO_ARGS, SD_BUS_RESULT("h", changes),
		method_watch_firewall, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("WatchScreen", SD_BUS_ARGS("h", terminal),
		SD_BUS_RESULT("h", cells), method_watch_screen, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("SaveReport", SD_BUS_ARGS("h", text), SD_BUS_RESULT("s", path),
		method_save_report, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("GetSetup", SD_BUS_NO_ARGS,
		SD_BUS_RESULT("b", eula_accepted, "a(ss)", steps, "as", changed), method_get_setup,
		SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("AcceptEula", SD_BUS_ARGS("s", file), SD_BUS_NO_RESULT,
		method_accept_eula, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD_WITH_ARGS("RunStep", SD_BUS_ARGS("s", name, "h", values, "h", secrets),
		SD_BUS_RESULT("b", changed, "s", text), method_run_step,
		SD_BUS_VTABLE_UNPRIVILEGED | SD_BUS_VTABLE_SENSITIVE),
	SD_BUS_SIGNAL_WITH_ARGS("StepProgress", SD_BUS_ARGS("s", name, "u", percent, "s", text), 0),
	SD_BUS_SIGNAL_WITH_ARGS("Step", SD_BUS_ARGS("u", step), 0),
	SD_BUS_SIGNAL_WITH_ARGS("ChangeWaits", SD_BUS_ARGS("t", txid), 0),
	SD_BUS_SIGNAL_WITH_ARGS("ChangeEnded", SD_BUS_ARGS("t", txid, "y", end), 0),
	SD_BUS_SIGNAL_WITH_ARGS("Edit", SD_BUS_ARGS("s", editor), 0),
	SD_BUS_SIGNAL("Claimed", NULL, 0),
	SD_BUS_VTABLE_END,
};

int service_init(struct service *service)
{
	service->auth.idle_usec = service->conf->idle_lock_seconds * USEC_PER_SEC;
	delay_load(service->apply.root, service_now(), &service->auth);
	service->apply.event = service->event;
	service->apply.bus = service->bus;
	service->confirm_usec = service->apply.confirm_usec;
	service->last_call = service_now();
	return sd_bus_add_object_vtable(
		service->bus, NULL, BUS_PATH, BUS_INTERFACE, vtable, service);
}

void service_done(struct service *service)
{
	service->ticket = sd_bus_slot_unref(service->ticket);
	edit_done(&service->edit);
	keymap_trial_done(&service->trial);
	powers_done(service);
	log_child_done(service);
	journal_child_done(service);
	judging_done(service);
	logins_done(service);
	step_task_done(service);
	service->transaction = transaction_free(service->transaction);
	service->call = sd_bus_message_unref(service->call);
	service->change.timer = sd_event_source_disable_unref(service->change.timer);
}
