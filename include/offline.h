/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Settings in the tree of a machine that does not run (a mounted image, a chroot, what builds one).
 * All texts are made in memory first; then what differs is written, file by file. Nothing outside
 * of the tree is opened: links on the way to a file that is written are refused, those on the way
 * to one that is read lead to where they would if the machine ran.
 */

#include <limits.h>
#include <sys/types.h>

#include "answers.h"
#include "options.h"

#define OFFLINE_PATH_SIZE 192

/* Why something cannot be done. */
struct offline_fault {
	enum exit_status status;
	char text[1024];
};

/* -- the tree -----------------------------------------------------------------------------------
 */

struct offline_tree {
	char root[PATH_MAX]; /* without links */
	bool networkd;	     /* is enabled, or will be at the first start */
	bool nm;	     /* is there, and has what networkd does not have */
};

/* Look at the tree below path. False: settings cannot be made in it, or cannot be read where write
 * is false. */
bool offline_tree_open(
	const char *path, bool write, struct offline_tree *ret, struct offline_fault *fault);

/* Who sets up the links of this machine: "networkd", "NetworkManager", or "none", for which the
 * files of networkd are written. */
const char *offline_tree_manager(const struct offline_tree *tree);

/* -- what is to be written ----------------------------------------------------------------------
 */

enum offline_kind {
	OFFLINE_NONE, /* there is no such file */
	OFFLINE_TEXT,
	OFFLINE_LINK, /* text is its target */
};

struct offline_content {
	enum offline_kind kind;
	char *text;
	mode_t mode; /* of a text */
};

struct offline_file {
	char path[OFFLINE_PATH_SIZE]; /* "/etc/hostname" */
	bool secret;		      /* what it holds is told to nobody */
	struct offline_content old, new;
};

struct offline_plan {
	const struct offline_tree *tree; /* borrowed */
	struct offline_file *files;	 /* that differ, in the order of writing; owned */
	size_t n_files;
	int lock; /* of the passwords; -1: not held */
	char failed[OFFLINE_PATH_SIZE];
	char remark[512]; /* sentences: what is done, but may not be what was meant */
};

/* What is wanted. */
struct offline_wish {
	const struct answers *answers;	   /* without problems */
	const char *hash;		   /* of root's password, NULL for none */
	bool lock;			   /* the passwords, since they are going to be written */
	struct answers_problems *problems; /* what does not fit the tree is added */
};

/* What that means for the tree. False: the fault says why it cannot be done, with EXIT_INVALID
 * where the problems say it. ret is to be done with also then. */
bool offline_plan_make(const struct offline_tree *tree, const struct offline_wish *wish,
	struct offline_plan *ret, struct offline_fault *fault);

/* Write all of it. False: what was written before is as it was again, or the fault names it. */
bool offline_plan_write(struct offline_plan *plan, struct offline_fault *fault);

void offline_plan_done(struct offline_plan *plan);

/* -- and back -----------------------------------------------------------------------------------
 */

/* The settings of the tree, as far as firstboot has made them or could have. */
bool offline_export(
	const struct offline_tree *tree, struct answers *ret, struct offline_fault *fault);
