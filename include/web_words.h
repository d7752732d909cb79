/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is proven of a URL, as a sentence: the first cause that stops the customer, then what to do.
 * Pure: everything that it says is in its arguments. */

#include "safe_text.h"
#include "web.h"

struct web_facts {
	const struct web_url *url;
	const struct unit_facts *unit; /* NULL: none is configured */
	const char *loopback;	       /* see web_only_loopback() */
	const char *places;	       /* see web_listens_on() */
	unsigned port, served;	       /* the URL's, and see web_served_port() */
	bool https;
	const safe_char
		*hosts; /* the addresses and names that this is said of, as the URL has them */
	uint64_t now;	/* CLOCK_REALTIME, usec */
};

void web_words(const struct web_facts *facts, safe_char *ret, size_t size);

/* Of its certificate: "self-signed, valid to 2027-11-21". */
void web_words_certificate(const struct web_facts *facts, safe_char *ret, size_t size);

/* When something of all this becomes another by the time alone (CLOCK_REALTIME, usec): at the next
 * midnight, or where a certificate begins or ends to be valid. */
uint64_t web_words_expire(const struct web_url *urls, size_t n, uint64_t now);
