/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* OpenSSL's side of a connection to a server that is asked whether it answers. It bears any
 * version, cipher and certificate: what is wrong with them is for others to say. */

#include <openssl/ssl.h>

/* What a server's first bytes are. */
enum tls_sight {
	TLS_SIGHT_TLS,
	TLS_SIGHT_HTTP,
	TLS_SIGHT_OTHER,
};

/* A client on the connection fd, which stays the caller's and does not block; host is the name that
 * the server is told (RFC 6066 section 3), "" for none. It is deaf until its first words are sent
 * and tls_client_look() was called, else both could happen within one call of OpenSSL. -ENOMEM.
 * Caller calls SSL_free(). */
int tls_client_new(int fd, const char *host, SSL **ret);

/* Look at the server's first bytes, and let OpenSSL hear them if they are TLS. -EAGAIN or -EINTR:
 * there are none yet; -ECONNRESET: it has hung up; otherwise -errno of recv(2). */
int tls_client_look(SSL *ssl, enum tls_sight *ret);
