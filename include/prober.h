/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Calls to firstboot-prober: everything that takes bytes from a network happens there, in a process
 * without a privilege that the bus starts and that ends by itself, so that a hostile answer can do
 * no harm. One function for each method of its table (src/prober/service.c). Asynchronous: done
 * comes once, from the event loop, also when the prober does not answer (error < 0 then, and the
 * rest is empty). What is passed to done is borrowed. Each returns -errno when it cannot be asked
 * at all, and then done does not come. Freeing *ret_slot (sd_bus_slot_unref) forgets the question.
 */

#include <systemd/sd-bus.h>

#include "ip.h"
#include "webcheck.h"

#define PROBER_NAME	 "org.firstboot.Prober1"
#define PROBER_PATH	 "/org/firstboot/Prober1"
#define PROBER_INTERFACE "org.firstboot.Prober1"

/* Ask the web server at addr:port (addr is one of this machine's; ifindex for link-local ones, else
 * 0). host: the name that the URL has, for SNI, Host: and the certificate; "" for the address
 * itself. scheme: "http" or "https". */
typedef void (*prober_web_fn)(int error, const struct webcheck *check, void *userdata);
int prober_check_web(sd_bus *bus, int ifindex, const struct ip_addr *addr, unsigned port,
	const char *scheme, const char *path, const char *host, prober_web_fn done, void *userdata,
	sd_bus_slot **ret_slot);

/* The addresses that a name has for this machine's own resolver (DNS, mDNS, not /etc/hosts). */
#define PROBER_ADDRESSES_MAX 16
typedef void (*prober_resolve_fn)(int error, const struct ip_addr *addrs, size_t n, void *userdata);
int prober_resolve(sd_bus *bus, const char *name, prober_resolve_fn done, void *userdata,
	sd_bus_slot **ret_slot);

/* The host keys of ssh, from /etc/ssh/ssh_host_*_key.pub, as `ssh-keygen -lf` prints them. */
#define PROBER_KEYS_MAX 8
struct host_key {
	char type[16];	 /* "ED25519", "ECDSA", "RSA" */
	char sha256[64]; /* "SHA256:Yx0..." */
	unsigned bits;
};
typedef void (*prober_keys_fn)(int error, const struct host_key *keys, size_t n, void *userdata);
int prober_read_host_keys(sd_bus *bus, prober_keys_fn done, void *userdata, sd_bus_slot **ret_slot);

/* The first certificate in a file in PEM; error says why there is none. */
typedef void (*prober_certificate_fn)(
	int error, const struct web_certificate *certificate, void *userdata);
int prober_read_certificate(sd_bus *bus, const char *path, prober_certificate_fn done,
	void *userdata, sd_bus_slot **ret_slot);

/* The tests that a customer runs; text is the sentence with the result, safe_text() it. */
typedef void (*prober_test_fn)(int error, bool good, const char *text, void *userdata);

/* Does target (an address or a name) answer ICMP echo? */
int prober_ping(sd_bus *bus, const char *target, prober_test_fn done, void *userdata,
	sd_bus_slot **ret_slot);

/* Does target accept TCP connections on port? */
int prober_connect(sd_bus *bus, const char *target, unsigned port, prober_test_fn done,
	void *userdata, sd_bus_slot **ret_slot);

/* Does this name server answer, and with an address for name? */
int prober_ask_dns(sd_bus *bus, const struct ip_addr *server, int ifindex, const char *name,
	prober_test_fn done, void *userdata, sd_bus_slot **ret_slot);

/* Does something answer at addr at all: on a TCP port or, with port 0, a name server (reach.h)?
 * ifindex: for link-local addresses, else 0. text: a phrase with what is wrong, safe_text() it. */
int prober_reach(sd_bus *bus, int ifindex, const struct ip_addr *addr, unsigned port,
	prober_test_fn done, void *userdata, sd_bus_slot **ret_slot);
