/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The URLs of the appliance, each with what is proven of it. Follows addresses, listeners, the
 * vendor's unit, the firewall and the hostname, and has the prober ask again whenever one of them
 * gives a reason to; where a server is not up, ever more rarely (schedule.h). When nothing happens
 * nothing wakes up.
 */

#include <stdbool.h>
#include <stddef.h>

#include "firewall.h"
#include "ip.h"
#include "prober.h"
#include "unit_state.h"
#include "url.h"
#include "webcheck.h"

#define WEB_URLS_MAX 16

struct app;

struct web_url {
	char url[URL_MAX]; /* as it is shown */
	char host[256];	   /* the name in it, "" for an address */
	int ifindex;	   /* the interface that holds the address */
	struct ip_addr addr;
	bool listening; /* something would take a connection to it, or that cannot be known */
	bool judged;	/* firewall is known, as far as it can be */
	struct firewall_judgement firewall;
	bool checked;	/* check or error says how it is, or was before the question under way */
	int error;	/* why the prober could not be asked, or 0 */
	uint64_t since; /* CLOCK_REALTIME, usec: when it was seen to become unreachable, 0: it never
			   was reachable */
	struct webcheck check;
	bool certificate_changed; /* another one than at the last boot */
};

/* The URLs for the addresses that app has now, nothing of them proven: those of the interface of
 * [Web] Interface=, else of the default routes', else of all. Returns how many. */
size_t web_find_urls(const struct app *app, struct web_url ret[static WEB_URLS_MAX]);

/* Did it answer as a server does that is at work? */
bool web_url_serves(const struct web_url *url);

struct web_key {
	struct host_key key;
	bool changed; /* another one than at the last boot */
};

struct web;
typedef void (*web_changed_fn)(struct web *web, void *userdata);

/* app: its configuration, tables and bus; borrowed. changed: something below is different. */
int web_new(struct app *app, web_changed_fn changed, void *userdata, struct web **ret);
struct web *web_free(struct web *web);

/* Addresses, links, routes, hostname, configuration or the bus may be different now. Cheap where
 * they are not. */
void web_update(struct web *web);

/* firstbootd answers, after it did not: ask it for what it could not tell. */
void web_ask_service(struct web *web);

/* Somebody looks at the screen: ask again about what was asked long ago, which may have changed
 * without an event (a server that hangs). */
void web_look_again(struct web *web);

/* Has everything been answered that was asked since web_new()? */
bool web_is_settled(const struct web *web);

/* The URLs in the order in which they are shown, those with names behind those with addresses.
 * Borrowed until the event loop runs. */
const struct web_url *web_urls(const struct web *web, size_t *ret_n);

/* NULL where no unit is configured. Borrowed until the event loop runs. */
const struct unit_facts *web_unit(const struct web *web);

const struct web_key *web_host_keys(const struct web *web, size_t *ret_n);

/* The certificate in the file that the configuration names; NULL where none is named, or it has not
 * been looked at. Borrowed until the event loop runs. */
struct web_filed {
	const char *path;
	int error;			    /* why it cannot be read, or 0 */
	struct web_certificate certificate; /* not present: not known yet, or an error */
};
const struct web_filed *web_filed(const struct web *web);

/* Is what a URL presents another certificate than the file's? */
bool web_is_another_certificate(const struct web *web, const struct web_url *url);

/* The loopback address that the web port is listened on, where it is on no other: "127.0.0.1" or
 * "::1"; NULL otherwise. */
const char *web_only_loopback(const struct web *web);

/* Where the web port is listened on; "" where nowhere. Borrowed until the event loop runs. */
const char *web_listens_on(const struct web *web);

/* The port that connections to the web port end at: another one where the firewall redirects. */
unsigned web_served_port(const struct web *web);
