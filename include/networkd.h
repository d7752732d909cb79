/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What the operations on systemd-networkd share. A change that is tried stands in /run, under a
 * name that sorts before every other file for the link, and that no earlier try had: what networkd
 * still says of an earlier one is never taken for an answer about this one. What is kept stands in
 * /etc.
 */

#include "apply.h"
#include "arp.h"
#include "netwait.h"
#include "util.h"

#define NETWORKD_PENDING_DIR "/run/systemd/network"
#define NETWORKD_PATH_SIZE   128

/* One operation under way. */
struct operation {
	struct apply *apply;
	struct arp_probe *probe;
	struct netwait *wait;
	sd_bus_slot *slot;
	struct apply_result result;
	apply_done_fn done;
	void *userdata;
};

int operation_new(struct apply *apply, apply_done_fn done, void *userdata, struct operation **ret);
void operation_freep(struct operation **operation);

/* Answer with the result, and end the operation. */
void operation_finish(struct operation *operation);

/* Add to the sentences of the result. */
void operation_say(struct operation *operation, const char *format, ...) _printf_(2, 3);

/* Say what became of the wait for networkd and the kernel; nothing when all went well. */
void operation_say_outcome(struct operation *operation, const struct netwait_result *waited);

/* The file of the change that apply has tried, and the one that keeps it. */
const char *networkd_pending_path(const struct apply *apply, char buf[static NETWORKD_PATH_SIZE]);
const char *networkd_kept_path(const struct apply *apply, char buf[static NETWORKD_PATH_SIZE]);

/* Is this the name of a pending file, of whichever try? */
bool networkd_is_pending(const char *name);

/* Tell networkd to read its files again: an answer to handle_reply, or waited for here. */
int networkd_reload(struct apply *apply, sd_bus_slot **ret_slot,
	sd_bus_message_handler_t handle_reply, void *userdata);
int networkd_reload_and_wait(struct apply *apply);

/* The other half of apply_old_networkd (apply.h). */
int networkd_keep(struct apply *apply, apply_done_fn done, void *userdata);
int networkd_take_back(struct apply *apply, apply_done_fn done, void *userdata);
int networkd_recover(struct apply *apply);
