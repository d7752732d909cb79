/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Restart and power off, and what stands in the way. Who calls has its answer when logind has
 * answered; nothing else waits for that, since a restart may be what helps. */

#include <errno.h>
#include <signal.h>

#include "hindrances.h"
#include "i18n.h"
#include "names.h"
#include "safe_text.h"
#include "service.h"
#include "util.h"

#define LOGIND		"org.freedesktop.login1"
#define SKIP_INHIBITORS (UINT64_C(1) << 4) /* logind's flag, of systemd 257 */
#define WAITING_MAX	32
#define WAIT_USEC	(7 * 1000000ULL)

/* What can be asked for. */
static const struct kind {
	const char *what, *can, *member, *member_with_flags, *target;
} kinds[] = {
	{ "reboot", "CanReboot", "Reboot", "RebootWithFlags", "reboot.target" },
	{ "poweroff", "CanPowerOff", "PowerOff", "PowerOffWithFlags", "poweroff.target" },
};

/* Whom to tell to shut down, and how: one after the other until one does, where it is forced. */
enum way {
	WAY_SKIP_INHIBITORS, /* logind; from systemd 257 it heeds them for root, too */
	WAY_LOGIND,
	WAY_MANAGER, /* PID 1, where logind does not answer */
	WAY_N,
};

/* A call under way. */
struct power {
	struct service *service;
	struct power *next;
	sd_bus_message *call;
	struct caller caller; /* whose; described where it acts */
	sd_bus_slot *slot;    /* of the question under way */
	const struct kind *kind;
	bool act; /* Power, not GetInhibitors */
	bool force;
	enum way way;
	struct hindrances hindrances;
};

/* -- the course of a call -----------------------------------------------------------------------
 */

static void power_freep(struct power **power)
{
	if (!*power)
		return;
	for (struct power **p = &(*power)->service->powers; *p; p = &(*p)->next)
		if (*p == *power) {
			*p = (*p)->next;
			break;
		}
	sd_bus_slot_unref((*power)->slot);
	sd_bus_message_unref((*power)->call);
	free(*power);
}

void powers_done(struct service *service)
{
	while (service->powers) {
		struct power *power = service->powers;

		power_freep(&power);
	}
}

/* Record what came of an order. */
static void record_power(const struct power *power, enum record_result result, const char *why)
{
	record_write(&(struct record){
		.kind = RECORD_POWER,
		.result = result,
		.caller = &power->caller,
		.new = power->kind->what,
		.why = why,
	});
}

/* Answer with an error, and forget the call. */
static void refuse(struct power *power, const char *name, const char *consequence, const char *why)
{
	char sentence[600];

	(void)snprintf(sentence, sizeof(sentence), "%s %s", consequence, why);
	safe_utf8(sentence);
	if (power->act)
		record_power(power, service_judge_error(name), sentence);
	service_reply_error(power->call, name, "%s", sentence);
	power_freep(&power);
}

/* Send a question; handle has power until it passes it on. */
static int ask(struct power *power, sd_bus_message *question, sd_bus_message_handler_t handle)
{
	return sd_bus_call_async(
		power->service->bus, &power->slot, question, handle, power, WAIT_USEC);
}

/* A question to logind's manager object. */
static int new_question(struct power *power, const char *member, sd_bus_message **ret)
{
	return sd_bus_message_new_method_call(power->service->bus, ret, LOGIND,
		"/org/freedesktop/login1", LOGIND ".Manager", member);
}

static int ask_logind(struct power *power, const char *member, sd_bus_message_handler_t handle)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *question = NULL;
	int r = new_question(power, member, &question);

	return r < 0 ? r : ask(power, question, handle);
}

/* Has nobody answered in time? Then nobody will the next time. */
static bool is_silence(sd_bus_message *answer)
{
	return sd_bus_message_is_method_error(answer, SD_BUS_ERROR_NO_REPLY) > 0;
}

/* -- shutting down ------------------------------------------------------------------------------
 */

/* Let PID 1 tell on the console how far it is: the start screen had its messages kept off. */
static void show_status(void)
{
	(void)kill(1, SIGRTMIN + 20);
}

/* The message that shuts down on one of the ways. */
static int new_order(struct power *power, sd_bus_message **ret)
{
	int r;

	if (power->way == WAY_MANAGER) {
		r = sd_bus_message_new_method_call(power->service->bus, ret,
			"org.freedesktop.systemd1", "/org/freedesktop/systemd1",
			"org.freedesktop.systemd1.Manager", "StartUnit");
		return r < 0 ? r
			     : sd_bus_message_append(
				       *ret, "ss", power->kind->target, "replace-irreversibly");
	}
	if (power->way == WAY_LOGIND) {
		r = new_question(power, power->kind->member, ret);
		return r < 0 ? r : sd_bus_message_append(*ret, "b", 0);
	}
	r = new_question(power, power->kind->member_with_flags, ret);
	return r < 0 ? r : sd_bus_message_append(*ret, "t", SKIP_INHIBITORS);
}

static int handle_told(sd_bus_message *message, void *userdata, sd_bus_error *error);

/* Try the next way, or give up because of why. */
static void shut_down(struct power *power, const char *why)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *order = NULL;
	int r = -ENOTSUP;

	if (power->way < WAY_N)
		r = new_order(power, &order);
	if (r >= 0)
		r = ask(power, order, handle_told);
	if (r < 0)
		refuse(power, BUS_ERROR_FAILED, _("This machine was not restarted or powered off:"),
			why ? why : strerror(-r));
}

/* Somebody was told to shut down, and has answered. */
static int handle_told(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const sd_bus_error *failure = sd_bus_message_get_error(message);
	_cleanup_(power_freep) struct power *power = userdata;
	char why[300];

	power->slot = sd_bus_slot_unref(power->slot);
	if (!failure) {
		show_status();
		record_power(power, RECORD_DONE, NULL);
		service_reply(power->call, "");
		return 0;
	}
	(void)snprintf(why, sizeof(why), "%s.",
		safe_text(failure->message ? failure->message : failure->name, 0).text);
	if (!power->force)
		power->way = WAY_N;
	else if (is_silence(message) && power->way < WAY_MANAGER)
		power->way = WAY_MANAGER;
	else
		power->way++;
	shut_down(take_ptr(power), why);
	return 0;
}

/* -- finding out --------------------------------------------------------------------------------
 */

/* All is known: say it, or go on. */
static int conclude(struct power *power)
{
	const struct hindrances *hindrances = &power->hindrances;
	_cleanup_(power_freep) struct power *owned = NULL;
	char text[HINDRANCES_TEXT_MAX];

	hindrances_join(hindrances, sizeof(text), text);
	if (power->act && *hindrances->blocks) {
		refuse(power, BUS_ERROR_BUSY, _("This machine was not restarted or powered off."),
			text);
		return 0;
	}
	if (power->act) {
		shut_down(power, NULL);
		return 0;
	}
	owned = power;
	service_reply(power->call, "bs", (int)(*hindrances->blocks != '\0'), text);
	return 0;
}

/* logind has listed the inhibitor locks, or said nothing. */
static int handle_list(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct power *power = userdata;

	power->slot = sd_bus_slot_unref(power->slot);
	if (sd_bus_message_is_method_error(message, NULL) ||
		hindrances_add_locks(&power->hindrances, message) < 0)
		hindrances_add(&power->hindrances, !power->act,
			_("The login manager (systemd-logind) does not answer: what is under way "
			  "is not known."));
	else if (!power->act)
		hindrances_add_sessions(
			&power->hindrances, power->service, power->call, &power->caller);
	return conclude(power);
}

/* logind has said whether it could. */
static int handle_can(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct power *power = userdata;
	const char *answer;
	int r;

	if (is_silence(message))
		return handle_list(message, power, error);
	power->slot = sd_bus_slot_unref(power->slot);
	if (!sd_bus_message_is_method_error(message, NULL) &&
		sd_bus_message_read(message, "s", &answer) > 0 &&
		(streq(answer, "na") || streq(answer, "no")))
		hindrances_add(&power->hindrances, false,
			_("The login manager says that this machine cannot do that by itself."));
	r = ask_logind(power, "ListInhibitors", handle_list);
	if (r < 0)
		refuse(power, BUS_ERROR_FAILED, _("This is not known:"), strerror(-r));
	return 0;
}

/* -- the methods --------------------------------------------------------------------------------
 */

/* Keep a call about this kind of shutting down. */
static int power_new(struct service *service, sd_bus_message *message, const char *what,
	sd_bus_error *error, struct power **ret)
{
	const struct kind *kind = NULL;
	struct power *power;
	unsigned waiting = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (streq(what, kinds[i].what))
			kind = &kinds[i];
	if (!kind)
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("This machine can be told to \"reboot\" or \"poweroff\", nothing else."));
	for (const struct power *p = service->powers; p; p = p->next)
		waiting++;
	if (waiting >= WAITING_MAX)
		return sd_bus_error_set(error, BUS_ERROR_BUSY,
			_("Too many wait for an answer about shutting down already."));
	power = calloc(1, sizeof(*power));
	if (!power)
		return -ENOMEM;
	*power = (struct power){ .service = service,
		.next = service->powers,
		.call = sd_bus_message_ref(message),
		.caller = service->caller,
		.kind = kind };
	service->powers = power;
	*ret = power;
	return 0;
}

int method_get_inhibitors(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_(power_freep) struct power *power = NULL;
	struct service *service = userdata;
	const char *what;
	int r;

	r = service_admit(service, message, NEED_FACT, error);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "s", &what);
	if (r < 0)
		return r;
	r = power_new(service, message, what, error, &power);
	if (r < 0)
		return r;
	hindrances_add_own(&power->hindrances, service, message);
	r = ask_logind(power, power->kind->can, handle_can);
	if (r < 0)
		return r;
	(void)take_ptr(power);
	return 1;
}

int method_power(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_(power_freep) struct power *power = NULL;
	struct service *service = userdata;
	const char *what;
	int force, r;

	/* Not alone: what is under way is one of the reasons, and may be why it is needed. */
	r = service_admit(service, message, NEED_LOCK, error);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "sb", &what, &force);
	if (r < 0)
		return r;
	r = power_new(service, message, what, error, &power);
	if (r < 0)
		return r;
	power->caller = *service_caller(service, message);
	power->act = true;
	power->force = force;
	power->way = force ? WAY_SKIP_INHIBITORS : WAY_LOGIND;
	if (force) {
		shut_down(take_ptr(power), NULL);
		return 1;
	}
	hindrances_add_own(&power->hindrances, service, message);
	r = ask_logind(power, "ListInhibitors", handle_list);
	if (r < 0)
		return r;
	(void)take_ptr(power);
	return 1;
}
