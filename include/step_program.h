/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One program of a vendor's while it runs: a process group of its own, an environment of its own,
 * the folder /, no descriptor but standard input, output and error, and that of the secrets.
 */

#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-event.h>

/* The descriptor of the secrets, and the variable that names it. */
#define STEP_SECRETS_FD	      3
#define STEP_SECRETS_VARIABLE "FIRSTBOOT_SECRETS_FD"

enum step_end {
	STEP_ENDED_BY_ITSELF, /* status: its exit status */
	STEP_ENDED_BY_SIGNAL, /* status: which */
	STEP_ENDED_BY_TIME,   /* it had no more */
};

struct step_order {
	const char *path;
	int input;	  /* its standard input */
	int secrets;	  /* -1: it has none */
	unsigned seconds; /* that it may run, with all of its group */

	/* What it has written to standard output. */
	void (*said)(const char *bytes, size_t n, void *userdata);
	/* It has ended, and so has its group; called once, at last. */
	void (*done)(enum step_end end, int status, void *userdata);
	void *userdata;
};

struct step_program;

/* Start it, on an event loop that SIGCHLD is blocked for. order is copied; its descriptors are not
 * needed any more. Negative errno: not started. */
int step_program_start(sd_event *event, const struct step_order *order, struct step_program **ret);

/* End it and its group, without a word. */
struct step_program *step_program_free(struct step_program *program);
