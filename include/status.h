/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the dashboard says, as lines: the one source for the screen, for --status and for plain
 * terminals. */

#include <stddef.h>

#include "app.h"
#include "linkhw.h"
#include "safe_text.h"

struct web_url;

#define STATUS_LABEL_MAX 72

enum status_kind {
	STATUS_TITLE,  /* product and version; label: hostname */
	STATUS_LOGO,   /* a row of the vendor's picture, for screens alone */
	STATUS_NOTICE, /* what is still to be done */
	STATUS_INTRO,  /* the sentence above the URLs */
	STATUS_URL,    /* label: interface, where there are several */
	STATUS_ADVICE, /* in place of URLs: the cause that is true */
	STATUS_WEB,    /* label: "Web interface", or "" where it goes on; text: what is proven, in
			  words */
	STATUS_CERTIFICATE, /* label: "Certificate"; key: the fingerprint; text: whose, and until
			       when */
	STATUS_HOST_KEY, /* label: "SSH host key"; key: "ED25519 SHA256:..."; text: what is said of
			    it */
	STATUS_HINT,	 /* and what to do on the dashboard */
	STATUS_LINK, /* label: interface ("" where it goes on); text: state; mac, address, origin */
	STATUS_MORE, /* how many interfaces are not listed */
	STATUS_HELP, /* documentation, support; label: what it is */
};

struct status_line {
	enum status_kind kind;
	safe_char label[STATUS_LABEL_MAX];
	safe_char text[512];
	safe_char key[112]; /* to be compared by the customer: never cut, never broken but where it
			  says so */
	safe_char mac[24];
	safe_char address[64];
	safe_char origin[48];
	size_t more; /* STATUS_MORE: how many */
};

/* The lines for what app knows now, in the order in which they are shown. Caller frees *ret_lines.
 * -ENOMEM. */
int status_build(const struct app *app, struct status_line **ret_lines, size_t *ret_n);

/* The state of an interface in words: "up 1 Gb/s", "no cable", "off". */
void status_format_state(const struct link *link, safe_char *ret, size_t size);

/* The same of a link whose driver has been asked already. */
void status_format_speed(
	const struct link *link, const struct linkhw *hw, safe_char *ret, size_t size);

/* How an address got there, in words: the manager's account where it has one, else by what the
 * kernel knows. */
const safe_char *status_origin(const struct app *app, const struct address *address);

/* The same as a word for programs: "dhcp", "router", "self-assigned", "fixed". */
const char *status_origin_word(const struct app *app, const struct address *address);

/* What is proven of one of web_urls(), and of its certificate, in words. */
void status_say_url(const struct app *app, const struct web_url *url, safe_char *ret, size_t size);
void status_say_certificate(
	const struct app *app, const struct web_url *url, safe_char *ret, size_t size);

/* Its hardware address as switches print it; "" where there is none. */
void status_format_mac(const struct link *link, safe_char *ret, size_t size);

/* Do two of them say the same? */
bool status_equal(const struct status_line *a, size_t n_a, const struct status_line *b, size_t n_b);
