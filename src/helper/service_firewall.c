/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the machine's own firewall lets in. Reading it takes CAP_NET_ADMIN, so the start screen asks
 * here; it is told verdicts, never rules. */

#include <errno.h>

#include "firewall_child.h"
#include "i18n.h"
#include "names.h"
#include "safe_text.h"
#include "service.h"
#include "util.h"

#define WAITING_MAX 32
/* After a look there is none for so many times as long as it took: whoever asks without end gets a
 * tenth of a processor, or somewhat more where the ruleset is huge. */
#define REST_FACTOR   9
#define REST_MAX_USEC (4 * 1000000ULL)

struct waiting {
	sd_bus_message *call;
	struct firewall_question question;
};

struct judging {
	struct service *service;
	struct waiting waiting[WAITING_MAX];
	size_t n, n_asked; /* the first n_asked are those that the child answers */
	struct firewall_child *child;
	uint64_t began, rested; /* service_now() */
	sd_event_source *rest;
};

void judging_done(struct service *service)
{
	struct judging *judging = service->judging;

	if (!judging)
		return;
	firewall_child_free(judging->child);
	sd_event_source_disable_unref(judging->rest);
	for (size_t i = 0; i < judging->n; i++)
		sd_bus_message_unref(judging->waiting[i].call);
	free(judging);
	service->judging = NULL;
}

bool judging_is_busy(const struct service *service)
{
	return service->judging && service->judging->n > 0;
}

/* Take the first n out of the queue. */
static void forget(struct judging *judging, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sd_bus_message_unref(judging->waiting[i].call);
	judging->n -= n;
	memmove(judging->waiting, judging->waiting + n, judging->n * sizeof(*judging->waiting));
}

static void look(struct judging *judging);

/* The child has judged: answer those who asked, and go on with those who have come meanwhile. */
static void handle_judged(const struct firewall_judgement *judgements, void *userdata)
{
	struct judging *judging = userdata;
	uint64_t now = service_now(), rest = REST_FACTOR * (now - judging->began);

	judging->child = NULL;
	judging->rested = now + (rest < REST_MAX_USEC ? rest : REST_MAX_USEC);
	for (size_t i = 0; i < judging->n_asked; i++) {
		char where[sizeof(judgements[i].where)];

		(void)snprintf(where, sizeof(where), "%s", judgements[i].where);
		safe_utf8(where);
		service_reply(judging->waiting[i].call, "usq", (uint32_t)judgements[i].verdict,
			where, (uint16_t)judgements[i].dport);
	}
	forget(judging, judging->n_asked);
	judging->n_asked = 0;
	look(judging);
}

/* Have the first of those who wait answered. */
static int start_child(struct judging *judging)
{
	struct firewall_question questions[FIREWALL_PACKETS_MAX];
	size_t n = judging->n < ARRAY_SIZE(questions) ? judging->n : ARRAY_SIZE(questions);
	int r;

	for (size_t i = 0; i < n; i++)
		questions[i] = judging->waiting[i].question;
	judging->began = service_now();
	r = firewall_child_start(
		judging->service->event, questions, n, handle_judged, judging, &judging->child);
	if (r >= 0)
		judging->n_asked = n;
	return r;
}

/* It has rested for long enough. */
static int handle_rested(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct judging *judging = userdata;

	judging->rest = sd_event_source_disable_unref(judging->rest);
	look(judging);
	return 0;
}

/* Look at the firewall, now or when it has rested, if anybody waits for it. */
static void look(struct judging *judging)
{
	int r;

	if (judging->n == 0 || judging->child || judging->rest)
		return;
	if (service_now() < judging->rested)
		r = sd_event_add_time(judging->service->event, &judging->rest, CLOCK_BOOTTIME,
			judging->rested, 1000, handle_rested, judging);
	else
		r = start_child(judging);
	if (r >= 0)
		return;
	for (size_t i = 0; i < judging->n; i++)
		service_reply_error(judging->waiting[i].call, BUS_ERROR_FAILED,
			_("The firewall could not be looked at: %s."), strerror(-r));
	forget(judging, judging->n);
}

/* Read what is asked. */
static int read_question(sd_bus_message *message, struct firewall_question *ret)
{
	const void *bytes;
	uint16_t port;
	size_t size;
	int r;

	r = sd_bus_message_read(message, "i", &ret->ifindex);
	if (r >= 0)
		r = sd_bus_message_read_array(message, 'y', &bytes, &size);
	if (r >= 0)
		r = sd_bus_message_read(message, "q", &port);
	if (r < 0)
		return r;
	if (ret->ifindex <= 0 || !ip_from_bytes(bytes, size, &ret->daddr) || port == 0)
		return -EINVAL;
	ret->dport = port;
	return 0;
}

int method_judge_port(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct firewall_question question = { 0 };
	struct service *service = userdata;
	struct judging *judging;
	int r;

	r = service_admit(service, message, NEED_NOTHING, error);
	if (r < 0)
		return r;
	r = read_question(message, &question);
	if (r == -EINVAL)
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("This is no interface, address and port to ask for."));
	if (r < 0)
		return r;
	if (!service->judging) {
		service->judging = calloc(1, sizeof(*service->judging));
		if (!service->judging)
			return -ENOMEM;
		service->judging->service = service;
	}
	judging = service->judging;
	if (judging->n == WAITING_MAX)
		return sd_bus_error_set(error, BUS_ERROR_BUSY,
			_("Too many wait for a look at the firewall already."));
	judging->waiting[judging->n++] = (struct waiting){
		.call = sd_bus_message_ref(message),
		.question = question,
	};
	look(judging);
	return 1;
}

int method_watch_firewall(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_close_ int fd = -1;
	int r;

	r = service_admit(userdata, message, NEED_FACT, error);
	if (r < 0)
		return r;
	fd = firewall_watch();
	if (fd < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("Changes of the firewall cannot be followed: %s."), strerror(-fd));
	return sd_bus_reply_method_return(message, "h", fd);
}
