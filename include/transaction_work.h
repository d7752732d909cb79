/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The inside of transaction.h. A change runs through courses, each a table of works: trying, then
 * keeping or taking back. A work is done at once, or goes on from the event loop by
 * transaction_go_on(), or fails, and its course says what follows from that.
 */

#include "journal.h"
#include "neighbour.h"
#include "netproof.h"
#include "owner.h"
#include "transaction.h"
#include "util.h"

/* 0: done; 1: goes on later; negative errno: failed. */
struct work {
	enum transaction_step step;
	int (*start)(struct transaction *t);
};

struct course {
	const struct work *works; /* up to one without start */
	void (*done)(struct transaction *t);
	void (*failed)(struct transaction *t);
};

/* One question to the cable of a link. */
struct asking {
	struct transaction *owner;
	struct neighbour_probe *probe;
	const struct net_config *config; /* in journal.new */
	enum neighbour_purpose purpose;
};

struct transaction {
	struct apply *apply;
	const struct apply_network_backend *given; /* NULL: chosen for each change */
	transaction_step_fn announce;
	void *announce_userdata;
	struct net_set *settings; /* kept */
	bool unfinished;	  /* a journal is left that could not be ended */

	const struct course *course; /* under way, NULL for none */
	size_t next;		     /* work of the course */
	bool waits;		     /* tried, to be kept or taken back */
	sd_event_source *kick;	     /* begins or goes on with the course */
	struct apply_result result;
	apply_done_fn done, abandon_done;
	void *userdata, *abandon_userdata;

	/* the change */
	struct journal journal; /* its old and new are the change's */
	struct apply_change change;
	const struct apply_network_backend *backend;
	enum history_outcome outcome;
	bool journaled;	     /* the journal is on the disk */
	bool phase_doubtful; /* another phase may be on the disk than in journal */
	bool unsafe, abandoned, recovering, refused, set_up_again;
	bool proven;	   /* by the try */
	bool manager_busy; /* the back end has not yet answered */

	/* what the works wait for */
	size_t looked; /* links whose owner has been asked for */
	enum owner_manager manager;
	char manager_of[IFNAMSIZ];
	sd_bus_slot *owner_slot;
	struct asking askings[NET_LINKS_MAX * 2];
	size_t n_askings, n_answered;
	int (*judge)(struct transaction *t, const struct asking *asking,
		const struct neighbour *all, size_t n); /* negative: the change is refused */
	bool asked_rivals[NET_LINKS_MAX];		/* by the link's place in journal.new */
	struct ip_addr known[NET_LINKS_MAX]; /* gateways that answered before the change */
	size_t n_known;
	struct netproof *proof;
};

/* -- the engine ---------------------------------------------------------------------------------
 */

extern const struct course transaction_trying, transaction_keeping, transaction_taking_back,
	transaction_clearing; /* takes back what a damaged journal left */

/* Begin a course from the event loop. */
void transaction_begin(struct transaction *t, const struct course *course);

/* Let the course go on from the event loop; without one, give the answer. */
void transaction_kick(struct transaction *t);
int transaction_handle_kick(sd_event_source *source, void *userdata);

/* Forget the change; nothing is under way and nothing waits. */
void transaction_forget(struct transaction *t);

/* A work that had returned 1 is over. */
void transaction_go_on(struct transaction *t, bool ok);

/* Give the answer, and forget the change unless it waits. */
void transaction_answer(struct transaction *t, bool ok);

/* Add a sentence to the result. */
void transaction_say(struct transaction *t, const char *format, ...) _printf_(2, 3);

/* Stop what the works wait for, but for the back end. */
void transaction_stop_waiting(struct transaction *t);

/* Call a step of the back end. */
typedef int (*backend_step_fn)(
	struct apply *apply, const struct apply_change *change, apply_done_fn done, void *userdata);
int transaction_call_backend(struct transaction *t, backend_step_fn step);

/* Are the settings asked for those that are kept? They are put into force all the same: another
 * program may have overwritten them. */
bool transaction_is_again(const struct transaction *t);

/* Is the change about the link at this place of journal.new: is it another one than it was, or is
 * it there and set up again? */
bool transaction_link_changes(const struct transaction *t, size_t i);

/* -- the works ----------------------------------------------------------------------------------
 */

int work_check_links(struct transaction *t);
int work_choose_backend(struct transaction *t);
int work_ask_before(struct transaction *t);
int work_journal(struct transaction *t);
int work_manager_try(struct transaction *t);
int work_prove(struct transaction *t);
int work_ask_after(struct transaction *t);

int work_journal_keeping(struct transaction *t);
int work_manager_keep(struct transaction *t);
int work_save(struct transaction *t);
int work_prove_kept(struct transaction *t);

int work_journal_trying(struct transaction *t);
int work_manager_take_back(struct transaction *t);

/* Write the history, remove the journal. */
int work_close(struct transaction *t);
