/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * firstbootd on the bus. service.c holds the table of methods, which is the whole of what can be
 * asked of root; the files beside it hold the methods that take longer than one call.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "apply.h"
#include "auth.h"
#include "caller.h"
#include "conf.h"
#include "keymap.h"
#include "record.h"
#include "step_def.h"
#include "transaction.h"
#include "util.h"

/* Who is changing settings with forms; see service_edit.c. */
struct edit {
	char owner[64]; /* unique bus name, "" for nobody */
	char who[CALLER_NAME_SIZE];
	uint64_t since; /* CLOCK_REALTIME, usec */
	uint64_t used;	/* when the owner last called, service_now() */
	sd_bus_slot *watch;
	sd_event_source *timer;
};

void edit_done(struct edit *edit);

/* Who tries a keyboard layout; see service_keymap.c. */
struct keymap_trial {
	char owner[64]; /* unique bus name, "" for nobody */
	char before[KEYMAP_NAME_SIZE];
	bool ending; /* what was in force before is being put back, for nobody */
	sd_bus_slot *watch;
};

void keymap_trial_done(struct keymap_trial *trial);

/* What is counted a minute. */
enum rate {
	RATE_NONE,
	RATE_CHANGES,
	RATE_FACTS,
	RATE_N,
};

#define NOTED_VALUE_SIZE 512

/* What its record will say of a call that is answered later. */
struct noted {
	enum record_kind kind; /* N_RECORD_KINDS: no record */
	struct caller caller;
	char old[NOTED_VALUE_SIZE], new[NOTED_VALUE_SIZE]; /* "": there is none */
};

struct service {
	sd_event *event;
	sd_bus *bus;
	const struct conf *conf;		     /* borrowed */
	const struct apply_network_backend *network; /* NULL: chosen for each change */
	uid_t ui_uid;

	struct apply
		apply; /* its confirm_usec is how long the change under way waits for an answer */
	uint64_t confirm_usec; /* the vendor's, where a change does not say how long */
	struct transaction *transaction;
	bool recovering; /* a change that an earlier process left is being ended */
	bool ending;	 /* the process ends as soon as no change is open */
	struct auth auth;
	struct caller caller; /* who called last */
	struct record_refusals refusals;
	struct edit edit;
	struct keymap_trial trial;
	sd_bus_slot *ticket;	     /* watches the connection that holds the ticket */
	struct caller ticket_holder; /* who that is */
	sd_bus_message *call;	     /* the change under way, not yet answered; NULL for none */
	struct noted noted;	     /* what that is */
	uint64_t last_call;	     /* when a method was last called, usec */
	struct log_child *log_child; /* reads the journal for GetWebUnitLog; NULL: none does */
	struct journal_child *journal_child; /* likewise for GetWebUnitJournal */
	struct judging *judging;	     /* callers of JudgePort; NULL: there were none yet */
	struct login_query *queries;	     /* who waits to know root's logins */
	sd_bus_slot *looking;		     /* the look at them under way */
	sd_bus_slot *asked;	/* what firstboot-password does for the call under way */
	struct step_task *step; /* the step that is done for the call under way; NULL: none is */
	bool delay_unsaved;	/* the delay after wrong passwords is in memory alone */
	struct power *powers;	/* calls about shutting down, not yet answered */
	struct {
		uint64_t began;
		unsigned calls;
	} minutes[RATE_N]; /* what is counted */
	struct {
		uint64_t id;	 /* 0: no network change waits to be confirmed */
		uint64_t ending; /* the last one that began to end */
		bool keeping;	 /* by being kept */
		bool ended;	 /* by the end of the process */
		char maker[64];	 /* unique bus name that may not keep it (NET_CHANGE_ASK), or "" */
		uint64_t deadline;
		char links[160];				   /* "enp1s0, bond0" */
		char old[NOTED_VALUE_SIZE], new[NOTED_VALUE_SIZE]; /* for its records */
		sd_event_source *timer;
	} change;
};

/* Put the object on service->bus, not yet the name. The fields of the first block are set by the
 * caller. */
int service_init(struct service *service);
void service_done(struct service *service);

/* Is there something that must not be forgotten: a change, an editor, a ticket, a delay after wrong
 * passwords? */
bool service_is_busy(const struct service *service);

/* Load the settings and end what an earlier process left; nothing is changed until that is over.
 * Call it once the name is ours: another firstbootd would have its change taken away. */
int service_recover(struct service *service);

/* Put back the keyboard layout that was in force before one was tried, if any still is. */
void service_keymap_recover(struct service *service);

/* The process is to end: take back a network change that waits, then leave the event loop. */
int service_end(struct service *service);

/* Forget calls that are not answered yet. */
void powers_done(struct service *service);
void log_child_done(struct service *service);
void journal_child_done(struct service *service);
void judging_done(struct service *service);
void logins_done(struct service *service);
void step_task_done(struct service *service);

/* Does anybody wait for JudgePort? */
bool judging_is_busy(const struct service *service);

/* -- for the methods -----------------------------------------------------------------------------
 */

enum need {
	NEED_NOTHING, /* any caller that the bus lets in */
	NEED_FACT,    /* likewise, but it costs: so many a minute, beside the changes */
	NEED_LOOK,    /* the right to change the machine, but changes nothing */
	NEED_LOCK,    /* as before, so many a minute */
	NEED_TRY,     /* changes nothing, but costs: one at a time, so many a minute */
	NEED_CHANGE,  /* the right, one at a time, so many a minute */
	NEED_EDIT,    /* as before, and that nobody else edits */
};

/* CLOCK_BOOTTIME, usec: a delay is not cut short by setting the clock, nor by a suspend. */
uint64_t service_now(void);

/* May the sender do that now? 0, or negative with the sentence in error. */
int service_admit(
	struct service *service, sd_bus_message *message, enum need need, sd_bus_error *error);

/* Does the vendor let root log in at the console? Else negative, with the sentence in error. */
int service_admit_login(struct service *service, sd_bus_error *error);

/* Does the vendor let the sender, who has been admitted, show root's password? Likewise. */
int service_admit_password(struct service *service, sd_bus_error *error);

/* Have gone called when the sender's connection has gone; *ret watches it. -EPERM: it has. */
int service_watch(struct service *service, sd_bus_message *message, sd_bus_message_handler_t gone,
	sd_bus_slot **ret);

/* Is something under way that a change would disturb? A change that waits for its answer is not. */
bool service_is_working(const struct service *service);

/* Does somebody else than the sender edit? Then who it is, and since when, as a phrase. */
bool service_describe_editor(
	const struct service *service, sd_bus_message *message, size_t size, char *ret);

/* Does somebody else edit? Then -EBUSY or such, with the sentence in error. */
int service_edit_admit(struct service *service, sd_bus_message *message, sd_bus_error *error);

/* The sender has called: if it is the editor, that goes on. */
void service_edit_touch(struct service *service, sd_bus_message *message);

/* The sender, described. Borrowed until somebody else calls. */
const struct caller *service_caller(struct service *service, sd_bus_message *message);

/* Keep message to be answered later; nothing else is admitted meanwhile. The answer writes a record
 * of this kind, unless that is N_RECORD_KINDS. old and new may be NULL. */
void service_hold(struct service *service, sd_bus_message *message, enum record_kind kind,
	const char *old, const char *new);

/* Write the record of what was held, before it is released. */
void service_record_held(struct service *service, enum record_result result, const char *why);

/* Write a record of a call that is answered at once, with r and, if that is negative, error. */
void service_record(struct service *service, sd_bus_message *message, enum record_kind kind,
	const char *old, const char *new, int r, const sd_bus_error *error);

/* What an error of this name says of the result. */
enum record_result service_judge_error(const char *name);

/* Nobody has the ticket any more, because of why. */
void service_drop_ticket(struct service *service, const char *why);

/* The vendor's steps, in the language of the machine. */
int service_load_steps(struct service *service, struct step_defs *ret);

/* Is the vendor's part of the set-up done, so that it may end? Likewise. */
int service_admit_complete(struct service *service, sd_bus_error *error);

/* The appliance has an owner from now on. Negative errno: not noted, it has none. */
int service_claim(struct service *service);

/* Answer a call later. Where there is no memory for that, with an error that needs less. */
void service_reply(sd_bus_message *call, const char *types, ...);
void service_reply_error(sd_bus_message *call, const char *name, const char *format, ...)
	_printf_(3, 4);

/* Answer what was held: with an empty reply, or with an error. */
void service_answer(struct service *service);
void service_answer_error(struct service *service, const char *name, const char *text);

/* The message that was held, to be answered by the caller, who unrefs it. */
sd_bus_message *service_release(struct service *service);

/* Answer with the result of an operation; likewise with what is not well all the same. */
void service_answer_result(const struct apply_result *result, void *service);
void service_answer_note(const struct apply_result *result, void *service);

int method_authenticate(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_lock(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_check_password(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_set_root_password(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_make_root_password(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_set_root_password_hash(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_add_root_key(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_set_hostname(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_set_timezone(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_set_keymap(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_try_keymap(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_set_language(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_begin_edit(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_end_edit(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_set_network(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_confirm(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_revert(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_get_settings(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_list_history(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_get_identity(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_renew_identity(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_complete(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_power(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_request_login(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_get_inhibitors(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_get_web_unit_log(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_get_web_unit_journal(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_judge_port(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_save_report(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_note_keys(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_watch_firewall(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_watch_screen(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_follow_leases(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_get_setup(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_accept_eula(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_run_step(sd_bus_message *message, void *userdata, sd_bus_error *error);
int method_get_status(sd_bus_message *message, void *userdata, sd_bus_error *error);
