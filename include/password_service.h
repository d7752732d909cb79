/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * firstboot-password on the bus: everything that touches root's logins, shadow(5), PAM and root's
 * authorized_keys, and nothing else. password_service.c holds the table of methods. It is called by
 * root alone, which is firstbootd: who may ask for what is decided there.
 */

#include <stdint.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "conf.h"
#include "quality.h"

struct password_service {
	sd_event *event;
	sd_bus *bus;
	const struct conf *conf; /* borrowed */
	struct quality_rules rules;
	unsigned n_open;    /* calls not yet answered */
	uint64_t last_call; /* CLOCK_MONOTONIC, usec */
};

/* Put the object on service->bus, not yet the name. The fields above "rules" are the caller's to
 * set. */
int password_service_init(struct password_service *service);
