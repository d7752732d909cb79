/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What came of asking a web server of this machine: how far it got, and whom its certificate names.
 * The prober finds it out (prober.h), the start screen says it. */

#include <stdbool.h>
#include <stdint.h>

/* Of connect, handshake, request and answer together. */
#define WEBCHECK_USEC (5 * 1000000ULL)

enum web_answer {
	WEB_ANSWERED,	   /* with the status line of HTTP: status */
	WEB_REFUSED,	   /* nothing listens there (ECONNREFUSED) */
	WEB_NO_CONNECTION, /* no answer to the connection in time */
	WEB_UNREACHABLE,   /* the kernel has no way there: why */
	WEB_NO_TLS,	   /* connected, but what came back is no TLS; why "HTTP": but that */
	WEB_TLS_FAILED,	   /* the handshake failed: why */
	WEB_SILENT,	   /* connected, not a byte in time */
	WEB_SLOW,	   /* began to answer, and had not told its status in time */
	WEB_GARBAGE,	   /* what came back is no HTTP */
	WEB_CLOSED,	   /* closed the connection without an answer */
	WEB_N_ANSWERS,
};

/* What was presented in the handshake; nothing of it is verified but what is said here. */
struct web_certificate {
	bool present;
	char sha256[96]; /* as browsers and `openssl x509 -fingerprint -sha256` print it:
			    "3F:A9:..." */
	bool self_signed;
	bool names_host; /* the address or name asked for is among its names (RFC 9110 4.3.4, RFC
			    9525) */
	uint64_t not_before, not_after; /* CLOCK_REALTIME, s */
	char name[128]; /* its first DNS name or address, else its common name; not yet fit to draw
			 */
};

struct webcheck {
	enum web_answer answer;
	unsigned status; /* 100 to 999, of WEB_ANSWERED, else 0 */
	uint64_t took_usec;
	char why[128];			    /* of others' making, not yet fit to draw; "" mostly */
	struct web_certificate certificate; /* also where there was no answer after the handshake */
};
