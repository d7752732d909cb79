/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "web_ask.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "certificate.h"
#include "http_status.h"
#include "i18n.h"
#include "tls_client.h"
#include "util.h"

#define ANSWER_MAX  8192 /* of an answer, as far as it is read */
#define REQUEST_MAX 2048

struct web_ask {
	struct webcheck check;
	struct ip_addr addr;
	char *host;
	int fd;
	SSL *ssl;			  /* NULL: without TLS */
	int (*step)(struct web_ask *ask); /* what is being done; see handle_io */
	char request[REQUEST_MAX], answer[ANSWER_MAX];
	size_t request_size, sent, received;
	bool seen_tls; /* the first bytes of the handshake were looked at */
	int error;     /* of the start, told from the event loop */
	uint64_t started;
	sd_event *event;
	sd_event_source *io, *timer;
	web_ask_done_fn done;
	void *userdata;
};

struct web_ask *web_ask_free(struct web_ask *ask)
{
	if (!ask)
		return NULL;
	sd_event_source_disable_unref(ask->io);
	sd_event_source_disable_unref(ask->timer);
	SSL_free(ask->ssl);
	closep(&ask->fd);
	sd_event_unref(ask->event);
	free(ask->host);
	free(ask);
	return NULL;
}

static void web_ask_freep(struct web_ask **ask)
{
	web_ask_free(*ask);
}

/* -- how it ends ------------------------------------------------------------------------------ */

/* Answer, once; done may free ask. */
static void finish(struct web_ask *ask, enum web_answer answer, const char *why)
{
	uint64_t now = ask->started;

	ask->io = sd_event_source_disable_unref(ask->io);
	ask->timer = sd_event_source_disable_unref(ask->timer);
	(void)sd_event_now(ask->event, CLOCK_MONOTONIC, &now);
	ask->check.answer = answer;
	ask->check.took_usec = now - ask->started;
	(void)snprintf(ask->check.why, sizeof(ask->check.why), "%s", why ? why : "");
	ask->done(&ask->check, ask->userdata);
}

/* The end by an error of the socket. */
static void finish_errno(struct web_ask *ask, int error)
{
	static const struct {
		int error;
		enum web_answer answer;
	} table[] = {
		{ ECONNREFUSED, WEB_REFUSED },
		{ ETIMEDOUT, WEB_NO_CONNECTION },
		{ ECONNRESET, WEB_CLOSED },
		{ EPIPE, WEB_CLOSED },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].error == error) {
			finish(ask, table[i].answer, "");
			return;
		}
	finish(ask, WEB_UNREACHABLE, strerror(error));
}

/* Has a byte come? */
static bool has_begun(const struct web_ask *ask)
{
	return ask->received > 0 || (ask->ssl && BIO_number_read(SSL_get_rbio(ask->ssl)) > 0 &&
					    !SSL_is_init_finished(ask->ssl));
}

/* -- its course: each step returns 1 when it is done, 0 when it must wait or has ended all ---- */

/* Wait for these events. */
static int wait_for(struct web_ask *ask, uint32_t events)
{
	if (sd_event_source_set_io_events(ask->io, events) < 0)
		finish(ask, WEB_NO_CONNECTION, strerror(ENOMEM));
	return 0;
}

/* What stands behind OpenSSL's last error, in its words. */
static const char *tls_words(void)
{
	const char *words = ERR_reason_error_string(ERR_peek_last_error());

	return words ? words : "TLS";
}

/* OpenSSL could not go on: wait, or tell why. */
static int stop_tls(struct web_ask *ask, int result)
{
	int saved = errno, error = SSL_get_error(ask->ssl, result);

	if (error == SSL_ERROR_WANT_READ)
		return wait_for(ask, EPOLLIN);
	if (error == SSL_ERROR_WANT_WRITE)
		return wait_for(ask, EPOLLOUT);
	if (error == SSL_ERROR_ZERO_RETURN || (error == SSL_ERROR_SYSCALL && saved == 0))
		finish(ask, WEB_CLOSED, "");
	else if (error == SSL_ERROR_SYSCALL)
		finish_errno(ask, saved);
	else
		finish(ask, WEB_TLS_FAILED, tls_words());
	return 0;
}

/* Until the status is known. */
static int step_receive(struct web_ask *ask)
{
	char *to = ask->answer + ask->received;
	size_t room = sizeof(ask->answer) - ask->received;
	enum http_status status;
	ssize_t n;

	if (ask->ssl) {
		ERR_clear_error();
		errno = 0;
		n = SSL_read(ask->ssl, to, (int)room);
		if (n <= 0)
			return stop_tls(ask, (int)n);
	} else {
		n = recv(ask->fd, to, room, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return wait_for(ask, EPOLLIN);
		if (n <= 0) {
			finish_errno(ask, n < 0 ? errno : ECONNRESET);
			return 0;
		}
	}
	ask->received += (size_t)n;
	status = http_status_parse(ask->answer, ask->received, &ask->check.status);
	if (status == HTTP_KNOWN) {
		finish(ask, WEB_ANSWERED, "");
		return 0;
	}
	ask->check.status = 0;
	if (status == HTTP_GARBAGE || ask->received == sizeof(ask->answer)) {
		finish(ask, WEB_GARBAGE, "");
		return 0;
	}
	return 1;
}

/* Until the request is sent. */
static int step_send(struct web_ask *ask)
{
	const char *from = ask->request + ask->sent;
	size_t size = ask->request_size - ask->sent;
	ssize_t n;

	if (ask->ssl) {
		ERR_clear_error();
		errno = 0;
		n = SSL_write(ask->ssl, from, (int)size);
		if (n <= 0)
			return stop_tls(ask, (int)n);
	} else {
		n = send(ask->fd, from, size, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return wait_for(ask, EPOLLOUT);
		if (n < 0) {
			finish_errno(ask, errno);
			return 0;
		}
	}
	ask->sent += (size_t)n;
	if (ask->sent == ask->request_size)
		ask->step = step_receive;
	return 1;
}

/* Before OpenSSL takes the first bytes: are they TLS at all? */
static int look_at_tls(struct web_ask *ask)
{
	enum tls_sight sight;
	int r = tls_client_look(ask->ssl, &sight);

	if (r == -EAGAIN || r == -EINTR)
		return 1;
	if (r < 0) {
		finish_errno(ask, -r);
		return 0;
	}
	if (sight != TLS_SIGHT_TLS) {
		finish(ask, WEB_NO_TLS, sight == TLS_SIGHT_HTTP ? "HTTP" : "");
		return 0;
	}
	ask->seen_tls = true;
	return 1;
}

/* Until the handshake is over. */
static int step_handshake(struct web_ask *ask)
{
	X509 *x509;
	int r;

	if (!ask->seen_tls && look_at_tls(ask) == 0)
		return 0;
	ERR_clear_error();
	errno = 0;
	r = SSL_connect(ask->ssl);
	/* It is there before the handshake ends, and some end badly. */
	x509 = SSL_get1_peer_certificate(ask->ssl);
	if (x509 && !ask->check.certificate.present)
		certificate_read(x509, ask->host, &ask->addr, &ask->check.certificate);
	X509_free(x509);
	if (r != 1)
		return stop_tls(ask, r);
	/* We bear it to tell of it; who manages the appliance has a browser. */
	if (SSL_version(ask->ssl) < TLS1_2_VERSION) {
		finish(ask, WEB_TLS_FAILED, _("browsers refuse a TLS as old as the server's"));
		return 0;
	}
	ask->step = step_send;
	return 1;
}

/* Until the connection stands. */
static int step_connect(struct web_ask *ask)
{
	int error = 0;
	socklen_t size = sizeof(error);

	if (getsockopt(ask->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		error = errno;
	if (error) {
		finish_errno(ask, error);
		return 0;
	}
	ask->step = ask->ssl ? step_handshake : step_send;
	return 1;
}

/* The socket can go on. Whoever sends without a pause is heard for one piece at a time. */
static int handle_io(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct web_ask *ask = userdata;

	while (ask->step(ask) > 0)
		;
	return 0;
}

/* Time is up, or it is known already that there is no way. */
static int handle_time(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct web_ask *ask = userdata;

	if (ask->error)
		finish_errno(ask, ask->error);
	else if (ask->step == step_connect)
		finish(ask, WEB_NO_CONNECTION, "");
	else
		finish(ask, has_begun(ask) ? WEB_SLOW : WEB_SILENT, "");
	return 0;
}

/* -- its start -------------------------------------------------------------------------------- */

/* GET over HTTP/1.1 (RFC 9112 section 3); the port is said where it is not the scheme's own. */
static int make_request(struct web_ask *ask, const struct web_target *target)
{
	const bool brackets = !*target->host && target->addr.family == AF_INET6;
	char ip[IP_TEXT_MAX], port[8] = "";
	int n;

	if (target->port != (target->tls ? 443 : 80))
		(void)snprintf(port, sizeof(port), ":%u", target->port);
	n = snprintf(ask->request, sizeof(ask->request),
		"GET %.*s HTTP/1.1\r\n"
		"Host: %s%s%s%s\r\n"
		"User-Agent: firstboot/" VERSION "\r\n"
		"Accept: */*\r\n"
		"Connection: close\r\n\r\n",
		(int)strcspn(target->path, "#"), target->path, brackets ? "[" : "",
		*target->host ? target->host : ip_format(&target->addr, ip), brackets ? "]" : "",
		port);
	if (n < 0 || (size_t)n >= sizeof(ask->request))
		return -EMSGSIZE;
	ask->request_size = (size_t)n;
	return 0;
}

/* A connection that cannot even be begun is told later, like one that is refused. */
static int open_socket(struct web_ask *ask, const struct web_target *target)
{
	union ip_socket_address to;
	socklen_t size = ip_to_socket(&target->addr, target->port, target->ifindex, &to);

	ask->fd = socket(to.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (ask->fd < 0)
		return -errno;
	if (connect(ask->fd, &to.any, size) < 0 && errno != EINPROGRESS)
		ask->error = errno;
	return 0;
}

/* Hear of the socket and of the clock. */
static int listen_to(struct web_ask *ask)
{
	int r = sd_event_now(ask->event, CLOCK_MONOTONIC, &ask->started);

	if (r < 0)
		return r;
	r = sd_event_add_time_relative(ask->event, &ask->timer, CLOCK_MONOTONIC,
		ask->error ? 0 : WEBCHECK_USEC, 1, handle_time, ask);
	if (r < 0 || ask->error)
		return r;
	/* Whoever sends without a pause must not keep the clock from going off. */
	r = sd_event_source_set_priority(ask->timer, SD_EVENT_PRIORITY_IMPORTANT);
	if (r < 0)
		return r;
	return sd_event_add_io(ask->event, &ask->io, ask->fd, EPOLLOUT, handle_io, ask);
}

int web_ask_new(sd_event *event, const struct web_target *target, web_ask_done_fn done,
	void *userdata, struct web_ask **ret)
{
	_cleanup_(web_ask_freep) struct web_ask *ask = calloc(1, sizeof(*ask));
	int r;

	if (!ask)
		return -ENOMEM;
	ask->fd = -1;
	ask->event = sd_event_ref(event);
	ask->addr = target->addr;
	ask->step = step_connect;
	ask->done = done;
	ask->userdata = userdata;
	ask->host = strdup(target->host);
	if (!ask->host)
		return -ENOMEM;
	r = make_request(ask, target);
	if (r < 0)
		return r;
	r = open_socket(ask, target);
	if (r < 0)
		return r;
	r = target->tls ? tls_client_new(ask->fd, ask->host, &ask->ssl) : 0;
	if (r < 0)
		return r;
	r = listen_to(ask);
	if (r < 0)
		return r;
	*ret = take_ptr(ask);
	return 0;
}
