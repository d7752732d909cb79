/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What changes the machine. Each operation runs on the event loop, answers once through done, and
 * leaves everything as it was when it fails; the sentence in the result names the setting, the
 * cause and what was left unchanged. Negative errno: not started, done will not be called.
 */

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "netconf.h"

struct apply_result {
	bool ok;
	bool proven;	/* network: in the kernel exactly as asked, and the gateway answers */
	char text[512]; /* !ok: why, for the customer; ok: a remark, or "" */
};

typedef void (*apply_done_fn)(const struct apply_result *result, void *userdata);

/* Where the operations act. bus is borrowed and attached to event; root is "" for the machine
 * itself, else an offline tree. */
struct apply {
	sd_event *event;
	sd_bus *bus;
	const char *root;
	uint64_t network_timeout_usec;
	uint64_t confirm_usec; /* how long a change may wait to be kept; 0: not known */
};

/* -- network: who sets up the links (transaction.h decides what) --------------------------------
 */

/* One change: from the settings that are kept to those that are wanted. Borrowed by a back end
 * until it has answered. */
struct apply_change {
	const struct net_set *old, *new;
	uint32_t id; /* another one for each change */
};

/*
 * A manager of links. Each step may be done again by a later process that knows the change from the
 * journal, whatever came of it in an earlier one.
 *
 * try_change() puts new into force so that a reboot does not keep it, and answers when the manager
 * has taken it (not: when addresses are there); !ok undoes nothing. keep_change() makes it
 * permanent, whole on the disk when it answers; after a reboot it stands in for try_change(), too.
 * take_back() restores old, from wherever the change had come.
 */
struct apply_network_backend {
	const char *name;
	bool dry; /* changes nothing, so that there is nothing to note or to prove either */
	int (*try_change)(struct apply *apply, const struct apply_change *change,
		apply_done_fn done, void *userdata);
	int (*keep_change)(struct apply *apply, const struct apply_change *change,
		apply_done_fn done, void *userdata);
	int (*take_back)(struct apply *apply, const struct apply_change *change, apply_done_fn done,
		void *userdata);
	/* Set up the links of a kept change anew, because the kernel does not have what they say;
	 * may be NULL. */
	int (*set_up_again)(struct apply *apply, const struct apply_change *change,
		apply_done_fn done, void *userdata);
};

extern const struct apply_network_backend apply_networkd; /* systemd-networkd */
extern const struct apply_network_backend apply_nm;	  /* NetworkManager */
extern const struct apply_network_backend apply_dry_run;  /* changes nothing and says so */

/* -- the others ---------------------------------------------------------------------------------
 */

/* Static hostname through hostnamed, then /etc/hosts in step; taken back when the second half
 * fails. */
int apply_hostname(struct apply *apply, const char *hostname, apply_done_fn done, void *userdata);

/* The time zone through timedated, and /etc/timezone in step where there is one. */
int apply_timezone(struct apply *apply, const char *zone, apply_done_fn done, void *userdata);

/* The keyboard layout of the virtual consoles. */
int apply_keymap(struct apply *apply, const char *keymap, apply_done_fn done, void *userdata);

/* What is in force, in the words of what has it (at most KEYMAP_TEXT_MAX bytes), and back to that.
 * Caller frees. */
#define KEYMAP_TEXT_MAX 65536
int apply_keymap_read(const char *root, char **ret);
int apply_keymap_back(struct apply *apply, const char *before, apply_done_fn done, void *userdata);
