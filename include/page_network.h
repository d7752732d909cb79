/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The screens of the network page, a file each. Those that return an answer leave what was chosen
 * in wizard->net.current (the link that they are about); ANSWER_BACK leaves it as it was.
 */

#include "safe_text.h"
#include "wizard.h"

/* -- network_texts.c: settings as the fields show them -- */

/* Fill the fields with settings in force. */
void network_texts_fill(struct net_texts *texts, const struct net_config *config);

/* The texts, and the settings, of one family (AF_INET, AF_INET6). */
size_t network_index(int family);
struct net_family *network_family(struct net_config *config, int family);

/* A hint, with the origin of the value before it where the field still holds that. */
void network_write_hint(
	enum origin origin, bool unchanged, const safe_char *hint, safe_char *buf, size_t size);

/* "VLAN 20 on enp1s0", "bond of enp1s0, enp2s0"; "" for what is there without us. */
void network_write_device(const struct net_device *device, safe_char *buf, size_t size);

/* -- network_cards.c: which link -- */

/* Ask for one of the cards, VLANs and bonds; ret_ifname "" where there is none. ANSWER_EXTRA: more
 * of what can be done, about ret_ifname. */
enum answer network_ask_card(struct wizard *wizard, char ret_ifname[static IFNAMSIZ]);

/* May the customer choose this link? */
bool network_is_offered(const struct wizard *wizard, const struct link *link);

/* The links that are there and are not for the customer to set up: "br0 (bridge), wg0
 * (WireGuard)". At most max of them are named. "" where there are none. */
void network_write_others(const struct wizard *wizard, size_t max, safe_char *buf, size_t size);

/* -- network_method.c, network_fields.c: how it gets its address, and which -- */

/* How IPv4 gets its address; ANSWER_EXTRA: how IPv6 does. *ret_keep: what the network gave shall
 * be its fixed settings. */
enum answer network_ask_method(struct wizard *wizard, bool *ret_keep);

/* How IPv6 gets its address, and which. */
enum answer network_ask_ipv6(struct wizard *wizard);

/* Ask for the fixed addresses of one family (AF_INET, AF_INET6) until they are good; ANSWER_EXTRA
 * is IPv6. What was typed stays in the draft's texts. */
enum answer network_ask_fields(struct wizard *wizard, int family);

/* -- network_more.c and what it leads to -- */

/* What comes after a screen. */
enum network_next {
	NETWORK_MORE,	/* what else can be done, again */
	NETWORK_CARDS,	/* the list of cards */
	NETWORK_METHOD, /* how wizard->net.current gets its address */
	NETWORK_SKIP,	/* the network stays as it is */
	NETWORK_DONE,	/* the page is through */
};

/* Whatever else can be done, about the link ifname where it is about one. */
enum network_next network_ask_more(struct wizard *wizard, const char *ifname);

/* Time servers, MTU and routes. */
enum answer network_ask_details(struct wizard *wizard);

/* network_time.c: time servers alone, of wizard->net.current or, where there is none yet, of the
 * first card; nothing is asked where no program sets the clock by them. */
enum answer network_ask_time(struct wizard *wizard);

/* A VLAN on ifname. */
enum answer network_ask_vlan(struct wizard *wizard, const char *ifname);

/* A bond of several cards; ifname may be one that was chosen before, to be changed. */
enum answer network_ask_bond(struct wizard *wizard, const char *ifname);

/* The link that the web address names. */
enum answer network_ask_web(struct wizard *wizard);

/* A VLAN or bond of ours that shall go. */
enum answer network_ask_removal(struct wizard *wizard);
