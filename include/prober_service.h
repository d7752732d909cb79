/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * firstboot-prober on the bus. service.c holds the table of methods; the files beside it do the
 * work. A call is answered when its question is: at most PROBER_INQUIRIES_MAX are open at a time,
 * each has a time limit of its own.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#define PROBER_INQUIRIES_MAX 16

struct inquiry;

struct prober {
	sd_event *event;
	sd_bus *bus;
	uid_t ui_uid;	    /* who may ask besides root */
	uint64_t last_call; /* CLOCK_MONOTONIC, usec: when something was asked or answered */
	struct inquiry *inquiries;
	size_t n_inquiries;
};

/* CLOCK_MONOTONIC, usec. */
uint64_t prober_now(void);

/* Put the object on prober->bus, not yet the name. The fields above are the caller's to set. */
int prober_init(struct prober *prober);

/* Forget every inquiry; none is answered any more. */
void prober_done(struct prober *prober);
