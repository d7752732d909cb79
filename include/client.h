/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Calls to firstbootd, one function for each method of its table (src/helper/service.c).
 * Asynchronous: done comes once, from the event loop. result is borrowed during done.
 */

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "firewall.h"
#include "history.h"
#include "netconf.h"
#include "noted_keys.h"
#include "secret.h"

enum client_outcome {
	CLIENT_OK,
	CLIENT_REFUSED,	      /* the value; text says which rule */
	CLIENT_NOT_PERMITTED, /* needs root's password, or is not for this account */
	CLIENT_WRONG_PASSWORD,
	CLIENT_TOO_SOON,
	CLIENT_BUSY,
	CLIENT_FAILED,	    /* tried and taken back */
	CLIENT_UNREACHABLE, /* firstbootd does not answer: nothing is known, everything is closed */
};

/* A line of a unit's journal. */
struct client_line {
	uint64_t when; /* CLOCK_REALTIME, usec */
	const char *text;
};

/* A vendor's step that was done. */
struct client_step {
	const char *name;
	const char *values; /* JSON, without its secrets (step_values.h) */
	bool changed;	    /* its file or program is another one since */
};

struct client_result {
	enum client_outcome outcome;
	const char *text; /* a sentence for the customer, never NULL */
	bool unchanged;	  /* SetRootPasswordHash, AddRootKey, RunStep: it was so already */
	/* GetState */
	bool unclaimed;
	bool authenticated; /* this connection may change things now */
	bool login;	    /* root has a password to log in with */
	/* SetNetwork, GetStatus */
	uint64_t txid; /* 0: kept already, or no change waits */
	bool proven;
	uint64_t usec_left; /* until it is taken back */
	/* GetSettings: borrowed */
	const struct net_set *settings;
	/* ListHistory: borrowed, the newest first */
	const struct history_entry *history;
	size_t n_history;
	/* GetWebUnitJournal: borrowed, the oldest first */
	const struct client_line *lines;
	size_t n_lines;
	/* BeginEdit, GetStatus */
	bool granted;
	const char *editor;	/* who is editing: "tty1", "ssh from 192.0.2.7", "" for nobody */
	uint64_t editing_since; /* CLOCK_REALTIME, usec */
	/* GetIdentity */
	bool copy; /* this machine looks like a copy; text says why */
	/* JudgePort: text says which rule or policy */
	enum firewall_verdict firewall;
	unsigned dport; /* that the packet ends at, 0: not known */
	/* WatchFirewall, WatchScreen, MakeRootPassword: the caller's own from now on, -1 for none
	 */
	int fd;
	/* GetSetup: borrowed */
	bool eula_accepted;
	const struct client_step *steps;
	size_t n_steps;
	/* NoteKeys: changed[i] for each key that was noted */
	const bool *changed;
	size_t n_changed;
};

struct client;
typedef void (*client_done_fn)(const struct client_result *result, void *userdata);

/* bus is borrowed and attached to an event loop by the caller. */
int client_new(sd_bus *bus, struct client **ret);
struct client *client_free(struct client *client);

int client_get_state(struct client *client, client_done_fn done, void *userdata);
int client_authenticate(
	struct client *client, const struct secret *secret, client_done_fn done, void *userdata);
/* Give the right back that client_authenticate() has brought. */
int client_lock(struct client *client, client_done_fn done, void *userdata);
int client_check_password(
	struct client *client, const struct secret *secret, client_done_fn done, void *userdata);
int client_set_root_password(
	struct client *client, const struct secret *secret, client_done_fn done, void *userdata);
/* result->fd: a memfd with the password (secret_from_memfd()). */
int client_make_root_password(struct client *client, client_done_fn done, void *userdata);
/* A hash of crypt(5) in place of a password; for root alone. */
int client_set_root_hash(
	struct client *client, const struct secret *hash, client_done_fn done, void *userdata);
int client_add_root_key(
	struct client *client, const char *line, client_done_fn done, void *userdata);
int client_set_hostname(
	struct client *client, const char *hostname, client_done_fn done, void *userdata);
/* Both with a remark in text, "" for none. */
int client_set_timezone(
	struct client *client, const char *zone, client_done_fn done, void *userdata);
int client_set_keymap(
	struct client *client, const char *keymap, client_done_fn done, void *userdata);
/* Likewise until it is set, or given up (""), or this connection ends: then the one before is back.
 */
int client_try_keymap(
	struct client *client, const char *keymap, client_done_fn done, void *userdata);
/* Both with a remark in text, "" for none. */
int client_confirm(struct client *client, uint64_t txid, client_done_fn done, void *userdata);
int client_revert(struct client *client, uint64_t txid, client_done_fn done, void *userdata);
int client_complete(struct client *client, client_done_fn done, void *userdata);

/* -- the vendor's part of the wizard --------------------------------------------------------------
 */

/* Whether the licence text is accepted, and the steps that were done: result->steps. */
int client_get_setup(struct client *client, client_done_fn done, void *userdata);

/* The customer has agreed to the text in file (eula_find()). */
int client_accept_eula(
	struct client *client, const char *file, client_done_fn done, void *userdata);

/* Have a vendor's step done with these answers (step_values_to_json()); text is what its program
 * says at the end, or why it failed. Takes as long as the program. secrets: "" for none. */
int client_run_step(struct client *client, const char *name, const char *values,
	const char *secrets, client_done_fn done, void *userdata);

/* How far it is: percent, or STEP_PERCENT_UNKNOWN, and what it is doing, "" for not said. One
 * listener at a time, NULL for none. */
typedef void (*client_progress_fn)(uint32_t percent, const char *text, void *userdata);
int client_on_progress(struct client *client, client_progress_fn progress, void *userdata);

/* The language of the screens from now on, and of what firstbootd says; "" for the locale's. */
int client_set_language(
	struct client *client, const char *language, client_done_fn done, void *userdata);

/* what: "reboot", "poweroff". CLIENT_BUSY: something stands in the way, which text names; force
 * does it all the same. */
int client_power(
	struct client *client, const char *what, bool force, client_done_fn done, void *userdata);
int client_request_login(struct client *client, client_done_fn done, void *userdata);

/* -- changes of the network --------------------------------------------------------------------
 */

/* Who else wants to change something is told who is at it; ends with client_end_edit() or with the
 * connection. */
int client_begin_edit(struct client *client, client_done_fn done, void *userdata);
int client_end_edit(struct client *client, client_done_fn done, void *userdata);

/* Try settings of some links, or of all (NET_CHANGE_REPLACE); ifindexes as netwire_append();
 * seconds: how long the change waits to be confirmed, whatever becomes of this connection; 0: as
 * long as the vendor says. */
int client_try_network(struct client *client, const struct net_set *set, const int *ifindexes,
	uint32_t flags, uint32_t seconds, client_done_fn done, void *userdata);

/* The change that waits to be kept or taken back, whoever made it (text: its links), and who edits.
 */
int client_get_status(struct client *client, client_done_fn done, void *userdata);

/* What firstboot has set: now (id 0), or with an entry of the history. */
int client_get_settings(struct client *client, uint64_t id, client_done_fn done, void *userdata);
int client_list_history(struct client *client, client_done_fn done, void *userdata);

int client_get_identity(struct client *client, client_done_fn done, void *userdata);
/* what: enum clone_renewal; 0: it is no copy, keep everything. */
int client_renew_identity(
	struct client *client, uint32_t what, client_done_fn done, void *userdata);

/* firstbootd has begun a step (enum transaction_step) of somebody's change. One listener at a time,
 * NULL for none. */
typedef void (*client_step_fn)(unsigned step, void *userdata);
int client_on_step(struct client *client, client_step_fn step, void *userdata);

/* A change begins to wait to be kept; likewise. client_get_status() says which. */
typedef void (*client_wait_fn)(void *userdata);
int client_on_wait(struct client *client, client_wait_fn wait, void *userdata);

/* The change txid that waited is kept or taken back (enum change_end of names.h); likewise. */
typedef void (*client_end_fn)(uint64_t txid, unsigned end, void *userdata);
int client_on_end(struct client *client, client_end_fn end, void *userdata);

/* Somebody has begun (editor: who) or ended ("") to edit; likewise. */
typedef void (*client_edit_fn)(const char *editor, void *userdata);
int client_on_edit(struct client *client, client_edit_fn edit, void *userdata);

/* The appliance has been claimed, by whomever; likewise. */
typedef void (*client_claim_fn)(void *userdata);
int client_on_claim(struct client *client, client_claim_fn claim, void *userdata);

/* -- facts for the dashboard ---------------------------------------------------------------------
 */

/* Would the machine's firewall let new TCP connections in here? */
int client_judge_port(struct client *client, int ifindex, const struct ip_addr *addr, unsigned port,
	client_done_fn done, void *userdata);

/* A descriptor that becomes readable whenever the firewall's rules change; what can be read from it
 * says nothing, read it until EAGAIN and judge again. Opened by firstbootd, since joining
 * nfnetlink's group takes CAP_NET_ADMIN, so that nothing of root's has to stay and watch. */
int client_watch_firewall(struct client *client, client_done_fn done, void *userdata);

/* Remember public keys that are shown, and learn which of them differ from those of the boot
 * before (noted_keys.h): result->changed. */
int client_note_keys(struct client *client, const struct noted_key *keys, size_t n,
	client_done_fn done, void *userdata);

/* What stands in the way of a restart or of powering off, or is to be known before, as sentences in
 * text, "" for nothing. CLIENT_BUSY: it would be refused. */
int client_get_inhibitors(
	struct client *client, const char *what, client_done_fn done, void *userdata);

/* The last lines of the journal of the vendor's unit, UNIT_JOURNAL_LINES (names.h) at most. */
int client_get_unit_journal(struct client *client, client_done_fn done, void *userdata);

/* Have a support report (at most REPORT_MAX bytes, names.h) saved where root finds it: text is
 * where.
 */
int client_save_report(
	struct client *client, const char *report, client_done_fn done, void *userdata);

/* What can be polled (EPOLLPRI | EPOLLET) for changes of the cells of this virtual terminal. */
int client_watch_screen(struct client *client, int tty, client_done_fn done, void *userdata);
