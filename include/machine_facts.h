/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What is to be known of the machine beside its network: what PID 1 says over the bus
 * (org.freedesktop.systemd1(5)), asked once and without a privilege, and what stands in files. What
 * is not told stays empty.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

#include "netconf.h"

#define FAILED_UNITS_MAX 32

struct machine_facts {
	bool answered;		 /* PID 1 has said what it has to say, or that it does not */
	char systemd[64];	 /* its version */
	char virtualization[32]; /* "kvm", "vmware", "" for none or not known */
	char state[32];		 /* "running", "degraded", "starting", ... */
	char failed[FAILED_UNITS_MAX][64]; /* units, not fit to draw */
	size_t n_failed;		   /* of all; the first FAILED_UNITS_MAX are in failed */
};

struct machine;
typedef void (*machine_changed_fn)(struct machine *machine, void *userdata);

/* changed: something below is different. bus is borrowed, attached to an event loop. */
int machine_new(sd_bus *bus, machine_changed_fn changed, void *userdata, struct machine **ret);
struct machine *machine_free(struct machine *machine);
const struct machine_facts *machine_facts(const struct machine *machine);

/* -- from files ----------------------------------------------------------------------------------
 */

/* The name servers that programs use. */
struct dns_in_force {
	char manager[24]; /* "systemd-resolved", "NetworkManager", ... by whom resolv.conf is
			     written; "" not known */
	struct ip_addr servers[NET_DNS_MAX]; /* behind the stub where there is one */
	size_t n_servers;
	bool stub; /* programs ask systemd-resolved's stub, which asks these */
	char domains[NET_DOMAINS_MAX][DOMAIN_MAX]; /* not fit to draw */
	size_t n_domains;
};

/* Below root. Never fails: no file, no servers. */
void machine_read_dns(const char *root, struct dns_in_force *ret);

/* How the boot before this one ended, by wtmp(5). */
enum boot_end {
	BOOT_END_UNKNOWN,  /* no such file, or this is the first boot in it */
	BOOT_END_SHUTDOWN, /* in order */
	BOOT_END_CUT,	   /* without a shutdown: power cut, reset, crash */
};
enum boot_end machine_last_end(void);
