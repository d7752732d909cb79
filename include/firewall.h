/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Would this machine's own firewall let a new TCP connection in? Judged from the ruleset as
 * libnftables-json(5) prints it: the packet is walked through the chains of the hooks ingress,
 * prerouting and input in the order of their priority (nft(8)), with what is not known of it (who
 * sends it) left open: a rule that asks for that may match or not, and both ways are followed.
 *
 * The sender is another machine whose packets come the way that the answers go: a filter of
 * reverse paths lets it pass, and it has no address that nobody has, as 127.0.0.1.
 * What is no rule of nftables is not looked at: eBPF, tc, rp_filter, the firewall of the network.
 */

#include <stdbool.h>
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
	const char *iifname;  /* where it comes in */
	struct ip_addr daddr; /* one of that link's own */
	unsigned dport;
	int iifgroup;	  /* of the link, -1: not known */
	unsigned iiftype; /* ARPHRD_*, 0: not known */
	bool stacked;	  /* other links receive for this one: it is a VLAN, bond, bridge ... */
};

struct firewall_judgement {
	enum firewall_verdict verdict;
	unsigned
		dport; /* that it has when it is in; 0: not known, it never is, or different ones */
	char where[128]; /* "inet filter input" of the rule or policy that decided, "" for none */
};

/* Judge each of n packets. json: the answer to "list ruleset". -EINVAL: not such JSON; -ENOMEM. */
int firewall_judge(const char *json, size_t size, const struct firewall_packet *packets, size_t n,
	struct firewall_judgement *ret);
