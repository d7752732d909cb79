/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Tests of the network that a customer runs, by way of firstboot-prober: which they are, and what
 * came of them in sentences. */

#include <stdio.h>

#include "app.h"
#include "prober.h"
#include "reply.h"
#include "safe_text.h"

#define MACHINE_TESTS_MAX 16

enum machine_test_kind {
	TEST_PING,    /* target */
	TEST_CONNECT, /* target and port */
	TEST_DNS,     /* server, asked for target or just whether it answers */
};

struct machine_test {
	enum machine_test_kind kind;
	char target[300];
	unsigned port;
	struct ip_addr server;
	int ifindex;
	const safe_char *advice; /* what to do where it fails; a text to be translated */

	bool done, good;
	safe_char text[512]; /* the sentence */
	struct machine_tests *all;
	sd_bus_slot *slot;
};

struct machine_tests {
	struct machine_test tests[MACHINE_TESTS_MAX];
	size_t n;
	const safe_char *none; /* what to say where there is nothing to test */
	size_t waiting;	       /* those that are not over */
	struct reply over;     /* done: all of them are */
};

/* The gateways of the default routes. */
void machine_tests_gateways(const struct app *app, struct machine_tests *ret);

/* The name servers, as the managers of the links know them, else as in /etc/resolv.conf. */
void machine_tests_name_servers(const struct app *app, struct machine_tests *ret);

/* A host, and one of its ports where that is not 0. */
void machine_tests_host(const char *host, unsigned port, struct machine_tests *ret);

/* Begin all at once; they answer from the event loop. tests must stay until machine_tests_stop().
 */
void machine_tests_start(struct app *app, struct machine_tests *tests);
void machine_tests_stop(struct machine_tests *tests);

/* A paragraph for each: the sentence, and what to do. */
void machine_tests_print(FILE *file, const struct machine_tests *tests);
