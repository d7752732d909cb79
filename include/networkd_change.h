/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What a change means for systemd-networkd: its files, its devices, and when it has taken them.
 *
 * A change that is tried stands in /run, under names that sort before every other file for the
 * link, and that no earlier try had: what networkd still says of an earlier one is never taken for
 * an answer about this one. What is kept stands in /etc; a file there whose link leaves the set is
 * put aside for the time of the try, since nothing in /run could stand in for "no file".
 */

#include "apply.h"
#include "netfile.h"

#define NETWORKD_PATH_SIZE 128

/* -- files ------------------------------------------------------------------------------------- */

struct networkd_plan {
	const char *root;
	const struct apply_change *change;
	struct netfiles old, new;
};

int networkd_plan_init(
	struct networkd_plan *plan, const char *root, const struct apply_change *change);
void networkd_plan_done(struct networkd_plan *plan);

/* Is this file of plan->new to be written: is it another one than it was, or about a part of a
 * device that is made anew? networkd looks for that device when it reads the file, and reads no
 * file that is as it was. When nothing at all is,
 * one whose link is there, since a file of another name makes networkd set that up again, or one
 * that differs from what is on the disk: the same settings again put right what another hand has
 * changed. */
bool networkd_file_changes(const struct networkd_plan *plan, const struct netfile *file);

/* Where a file is tried, and where it is kept. */
const char *networkd_pending_path(const struct networkd_plan *plan, const struct netfile *file,
	char buf[static NETWORKD_PATH_SIZE]);
const char *networkd_kept_path(const struct netfile *file, char buf[static NETWORKD_PATH_SIZE]);

/* Is this the path of a file of ours, tried or kept? */
bool networkd_path_is_ours(const char *path);

/* Write what is tried, put aside what leaves. */
int networkd_write_pending(const struct networkd_plan *plan);

/* Write what is kept, remove what leaves, and all that is pending. */
int networkd_write_kept(const struct networkd_plan *plan);

/* Undo either, from wherever it was cut off. */
int networkd_restore(const struct networkd_plan *plan);

/* Has the change been tried, in this run of the machine or in a way that outlasts a restart? */
bool networkd_was_tried(const struct networkd_plan *plan);

/* The first file of ours that another hand has changed and that the change leaves alone; NULL for
 * none. */
const struct netfile *networkd_find_drift(const struct networkd_plan *plan);

/* -- devices ----------------------------------------------------------------------------------- */

enum networkd_drop {
	NETWORKD_DROP_GONE,   /* devices of from that to does not have */
	NETWORKD_DROP_REMADE, /* and those that it has, made of something else */
};

/* Remove VLANs and bonds of ours from the kernel, which networkd does not; their ports are free
 * then. Those that are not there, or are of another kind, are left alone. VLANs that are remade are
 * there again afterwards, bonds not yet. Waits until networkd (bus) has noticed. */
int networkd_drop_devices(sd_bus *bus, const struct net_set *from, const struct net_set *to,
	enum networkd_drop which);

/* Is ifname a part of a device that is made anew, by the change or when that is taken back? */
bool networkd_port_is_remade(const struct apply_change *change, const char *ifname);

/* -- MTUs -------------------------------------------------------------------------------------- */

/* Note the own MTU of links that get one from the settings and had none from them, before they do.
 */
int networkd_note_mtus(const char *root, const struct net_set *from, const struct net_set *to);

/* Give their own MTU back to links that had one from the settings and have none from them any more;
 * all of them, whatever becomes of one. */
int networkd_reset_mtus(const char *root, const struct net_set *from, const struct net_set *to);

/* -- waiting ----------------------------------------------------------------------------------- */

enum networkd_outcome {
	NETWORKD_TAKEN,
	NETWORKD_UNANSWERED, /* networkd does not answer; file says why */
	NETWORKD_NO_LINK,    /* there is no such link */
	NETWORKD_FAILED,     /* networkd gave up on it */
	NETWORKD_OTHER_FILE, /* time is up, and another file rules the link */
	NETWORKD_SILENT,     /* time is up, and networkd has said nothing of it */
	NETWORKD_STOPPED,    /* networkd has left the bus */
};

struct networkd_result {
	enum networkd_outcome outcome;
	char ifname[IFNAMSIZ];
	char file[256]; /* what rules it now */
};

typedef void (*networkd_done_fn)(const struct networkd_result *result, void *userdata);

enum networkd_goal { NETWORKD_TRY, NETWORKD_KEEP, NETWORKD_TAKE_BACK };

struct networkd_wait;

/* Prepare to wait until networkd follows the files of plan, pending, kept or those of before, and
 * none of ours for links that leave. Before the files are written, so that it is known which. */
int networkd_wait_new(struct apply *apply, const struct networkd_plan *plan,
	enum networkd_goal goal, networkd_done_fn done, void *userdata, struct networkd_wait **ret);
struct networkd_wait *networkd_wait_free(struct networkd_wait *wait);

/* Tell networkd to read its files again, and wait. done comes once, from the event loop; free the
 * wait in it or later. */
int networkd_wait_start(struct networkd_wait *wait);
