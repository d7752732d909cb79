/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The URLs of the appliance, each with what is proven of it. Follows addresses, listeners, the
 * vendor's unit, the firewall and the hostname, and has the prober ask again whenever one of them
 * gives a reason to; where a server is not up, ever more rarely, at most once in WEB_RETRY_USEC.
 * When nothing happens nothing wakes up.
 */

#include <stdbool.h>
#include <stddef.h>

#include "firewall.h"
#include "ip.h"
#include "prober.h"
#include "unit_state.h"
#include "url.h"
#include "webcheck.h"

#define WEB_URLS_MAX   16
#define WEB_RETRY_USEC (10 * 1000000ULL)

struct web_url {
	char url[URL_MAX]; /* as it is shown */
	char host[256];	   /* the name in it, "" for an address */
	int ifindex;	   /* the interface that holds the address */
	struct ip_addr addr;
	bool listening; /* something would take a connection to it */
	struct firewall_judgement firewall;
	bool checked; /* check says how it is now, or was until the question under way is answered
		       */
	bool asking;
	uint64_t
		since; /* CLOCK_MONOTONIC, usec: for how long it has been asked without an answer */
	struct webcheck check;
	bool certificate_changed; /* another one than at the last boot */
};

struct web_key {
	struct host_key key;
	bool changed; /* another one than at the last boot */
};

struct app;
struct web;
typedef void (*web_changed_fn)(struct web *web, void *userdata);

/* app: its configuration, tables and bus; borrowed. changed: something below is different. */
int web_new(struct app *app, web_changed_fn changed, void *userdata, struct web **ret);
struct web *web_free(struct web *web);

/* Addresses, links, routes, hostname, configuration or the bus may be different now. Cheap where
 * they are not. */
void web_update(struct web *web);

/* The URLs in the order in which they are shown: those of the advertised interface ([Web]
 * Interface=, else the default route's), else of all. Borrowed until the event loop runs. */
const struct web_url *web_urls(const struct web *web, size_t *ret_n);

/* NULL where no unit is configured. */
const struct unit_facts *web_unit(const struct web *web);

const struct web_key *web_host_keys(const struct web *web, size_t *ret_n);

/* Does anything listen on the web port, but on loopback addresses alone? */
bool web_only_loopback(const struct web *web);
