/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The reply of a name server (RFC 1035 section 4). Pure. */

#include <stddef.h>
#include <stdint.h>

#include "ip.h"

enum dns_answer {
	DNS_ADDRESS,	/* with an address: *ret_addr */
	DNS_NO_ADDRESS, /* it has the name, but no address of the family asked for */
	DNS_NO_NAME,	/* there is no such name */
	DNS_REFUSED,	/* it answers others, not us */
	DNS_FAILED,	/* it could not find out */
	DNS_GARBAGE,
};

enum dns_answer dns_answer_read(const uint8_t *reply, size_t size, struct ip_addr *ret_addr);
