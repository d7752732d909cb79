/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Would this machine's own firewall let a new TCP connection in? Judged from the ruleset as
 * libnftables-json(5) prints it: the packet is walked through the chains of the hooks prerouting
 * and input in the order of their priority (nft(8)), with what is not known of it (who sends it)
 * left open: a rule that asks for that may match or not, and both ways are followed.
 */

#include <stddef.h>

#include "ip.h"

enum firewall_verdict {
	FIREWALL_UNKNOWN, /* cannot be read, or has rules that are not understood here */
	FIREWALL_NONE,	  /* no rules at all */
	FIREWALL_OPEN,	  /* lets it in, whoever sends it */
	FIREWALL_SOME,	  /* from some senders or at some times only */
	FIREWALL_CLOSED,
	FIREWALL_N_VERDICTS,
};

struct firewall_packet {
	const char *iifname; /* where it comes in */
	struct ip_addr daddr;
	unsigned dport;
};

struct firewall_judgement {
	enum firewall_verdict verdict;
	char where[128]; /* "inet filter input" of the rule or policy that decided, "" for none */
};

/* json: the answer to "list ruleset". -EINVAL: not such JSON; -ENOMEM. */
int firewall_judge(const char *json, size_t size, const struct firewall_packet *packet,
	struct firewall_judgement *ret);
