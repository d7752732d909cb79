/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tls_client.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* What TLS begins with (RFC 8446 section 5.1): a handshake or an alert, and 3 for its version. */
#define TLS_ALERT     0x15
#define TLS_HANDSHAKE 0x16

/* Everything that a client may be so kind as to bear. */
static SSL_CTX *make_context(void)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	if (!context)
		return NULL;
	SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_IGNORE_UNEXPECTED_EOF |
					     SSL_OP_NO_RENEGOTIATION);
	/* One record at a time, else whoever sends tickets without an end is never left. */
	SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
	if (SSL_CTX_set_min_proto_version(context, TLS1_VERSION) &&
		SSL_CTX_set_max_proto_version(context, 0) &&
		SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0"))
		return context;
	SSL_CTX_free(context);
	return NULL;
}

int tls_client_new(int fd, const char *host, SSL **ret)
{
	SSL_CTX *context = make_context();
	BIO *nothing = BIO_new(BIO_s_mem());
	SSL *ssl = context ? SSL_new(context) : NULL;
	int r = -ENOMEM;

	if (nothing && ssl && SSL_set_fd(ssl, fd) &&
		(!*host || SSL_set_tlsext_host_name(ssl, host))) {
		SSL_set0_rbio(ssl, nothing);
		nothing = NULL;
		*ret = ssl;
		ssl = NULL;
		r = 0;
	}
	SSL_free(ssl);
	BIO_free(nothing);
	SSL_CTX_free(context);
	return r;
}

/* Have OpenSSL read from the socket, and no longer from nothing. */
static void open_ears(SSL *ssl)
{
	BIO *bio = SSL_get_wbio(ssl);

	(void)BIO_up_ref(bio);
	SSL_set0_rbio(ssl, bio);
}

int tls_client_look(SSL *ssl, enum tls_sight *ret)
{
	unsigned char first[5];
	ssize_t n = recv(SSL_get_wfd(ssl), first, sizeof(first), MSG_PEEK | MSG_DONTWAIT);

	if (n < 0)
		return -errno;
	if (n == 0)
		return -ECONNRESET;
	if ((first[0] == TLS_HANDSHAKE || first[0] == TLS_ALERT) && (n == 1 || first[1] == 3)) {
		open_ears(ssl);
		*ret = TLS_SIGHT_TLS;
	} else {
		*ret = n == sizeof(first) && memcmp(first, "HTTP/", sizeof(first)) == 0
			       ? TLS_SIGHT_HTTP
			       : TLS_SIGHT_OTHER;
	}
	return 0;
}
