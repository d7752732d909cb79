/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Network settings in words, for lines of progress. */

#include <stdbool.h>
#include <stddef.h>

#include "netconf.h"
#include "safe_text.h"

/* A list of words in a text of so many bytes, the rest as "...". */
struct word_list {
	safe_char *buf;
	size_t size, length;
};

/* Begin one in buf. */
struct word_list word_list_begin(safe_char *buf, size_t size);

/* Add a word; the same one again is left out. */
void word_list_add(struct word_list *list, const safe_char *word);

/* "192.0.2.10/24 2001:db8::10/64": the fixed addresses of a link, or of all, with or without their
 * prefixes; "" for none. */
void network_words_addresses(
	const struct net_config *config, bool prefixes, struct word_list *list);

/* The gateways of fixed addresses. */
void network_words_gateways(const struct net_config *config, struct word_list *list);

/* May addresses of it come from the network? */
bool network_is_automatic(const struct net_config *config);
