/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The unit behind the web interface ([Web] Unit= of firstboot.conf), followed over PID 1's bus
 * (org.freedesktop.systemd1(5)) without a privilege. Everything is asynchronous.
 */

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

enum unit_phase {
	UNIT_UNKNOWN, /* PID 1 has not answered, or is not systemd */
	UNIT_MISSING, /* there is no such unit, or it is masked */
	UNIT_INACTIVE,
	UNIT_WAITING,  /* to be started, but after another unit: waits_for */
	UNIT_STARTING, /* its own start is under way */
	UNIT_ACTIVE,
	UNIT_RELOADING,
	UNIT_STOPPING,
	UNIT_FAILED,
	UNIT_RESTARTING, /* failed, and will be tried again by itself (auto-restart) */
	UNIT_N_PHASES,
};

struct unit_facts {
	enum unit_phase phase;
	char name[256];
	char waits_for[256]; /* of UNIT_WAITING: the first unit whose job must end before, "" not
				known */
	uint64_t since;	     /* CLOCK_REALTIME, usec, of the phase; 0: not known */
	uint64_t since_monotonic; /* the same in CLOCK_MONOTONIC */
	char result[32]; /* of UNIT_FAILED, UNIT_RESTARTING: "exit-code", "signal", "timeout", ...
			  */
	int exit_code;	 /* CLD_EXITED, CLD_KILLED, CLD_DUMPED of the main process, or of another
			    command (ExecStartPre=) that failed it; 0: none */
	int exit_status; /* status or signal */
	char log[256];	 /* the last line of its journal where it failed, not yet fit to draw */
};

struct unit_state;
typedef void (*unit_state_changed_fn)(struct unit_state *state, void *userdata);

/* Follow unit. The line of the journal comes from firstbootd (GetWebUnitLog), asked once for each
 * failure. */
int unit_state_new(sd_bus *bus, const char *unit, unit_state_changed_fn changed, void *userdata,
	struct unit_state **ret);
struct unit_state *unit_state_free(struct unit_state *state);

/* firstbootd may tell by now what it could not: have the line read if it is missing. */
void unit_state_ask_log(struct unit_state *state);

/* Never NULL; borrowed until the event loop runs. */
const struct unit_facts *unit_state_facts(const struct unit_state *state);
