/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a certificate says of itself. */

#include <openssl/x509.h>

#include "ip.h"
#include "webcheck.h"

/* Read it; nothing is trusted, and nothing of it is verified but what struct web_certificate says.
 * host: the name that was asked for, "" for addr itself; neither: nothing was asked for. A common
 * name counts for neither (RFC 9525 section 6.3). */
void certificate_read(
	X509 *x509, const char *host, const struct ip_addr *addr, struct web_certificate *ret);

/* The same of the first certificate in a file in PEM. -EBADMSG: there is none in it, or it is no
 * file; else what open(2) and read(2) say. */
int certificate_read_file(const char *path, struct web_certificate *ret);
