/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * firstboot-step on the bus: runs the programs of a vendor's steps, one at a time, and nothing
 * else. It is called by root alone, which is firstbootd; what is to be run it looks up itself.
 */

#include <stdint.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

struct step_service {
	sd_event *event;
	sd_bus *bus;
	struct step_run *run; /* NULL: none */
	uint64_t last_call;   /* CLOCK_MONOTONIC, usec */
};

/* Put the object on service->bus, not yet the name. The fields above "run" are the caller's to set.
 * Negative errno. */
int step_service_init(struct step_service *service);

/* End what runs. */
void step_service_done(struct step_service *service);
