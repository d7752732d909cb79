/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The fields of the network page. */

#include "wizard.h"

/* Fill the fields with settings in force. */
void network_texts_fill(struct net_texts *texts, const struct net_config *config);

/* Ask for the fixed address of one family (AF_INET, AF_INET6) until it is good; ANSWER_NEXT leaves
 * it in the draft, ANSWER_EXTRA is IPv6. What was typed stays in its texts. */
enum answer network_ask_fields(struct wizard *wizard, int family);

/* Ask how IPv6 gets its address, and which; ANSWER_BACK leaves it as it was. */
enum answer network_ask_ipv6(struct wizard *wizard);

/* Take out of config what the network gives by itself: addresses of a family that is not fixed, and
 * name servers where neither is. */
void network_forget_given(struct net_config *config);
