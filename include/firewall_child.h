/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One look at the machine's own firewall, by a child: it reads the ruleset with libnftables(3),
 * judges it (firewall.h), and reports no more than verdicts. So what a ruleset of any size costs,
 * and what goes wrong over it, ends with the child.
 */

#include <stdint.h>
#include <systemd/sd-event.h>

#include "firewall.h"

#define FIREWALL_PACKETS_MAX 16

struct firewall_question {
	int ifindex; /* where the packet comes in */
	struct ip_addr daddr;
	unsigned dport;
};

struct firewall_child;

/* A judgement for each question, in their order; the child is freed afterwards. */
typedef void (*firewall_done_fn)(const struct firewall_judgement *judgements, void *userdata);

/* Start it, with at most FIREWALL_PACKETS_MAX questions; done is called once from the event loop.
 * Negative errno: not started. */
int firewall_child_start(sd_event *event, const struct firewall_question *questions, size_t n,
	firewall_done_fn done, void *userdata, struct firewall_child **ret);

/* End it without an answer. */
struct firewall_child *firewall_child_free(struct firewall_child *child);

/* The ruleset as libnftables-json(5); caller frees. -EOPNOTSUPP: built without libnftables, or
 * there are rules that it does not see or does not tell all about; -EIO: it failed. */
int firewall_list(char **ret);

/* A descriptor that becomes readable whenever the rules of this network namespace change, and can
 * do nothing else whoever holds it. Negative errno. */
int firewall_watch(void);
