/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What comes from other machines, and what the prober reads: a first byte says which. */

#include <errno.h>

#include "dns_answer.h"
#include "fuzz.h"
#include "host_keys.h"
#include "http_status.h"
#include "login_key.h"
#include "neighbour_packet.h"

/* An address comes with an answer that has one. */
static void check_dns(const uint8_t *reply, size_t size)
{
	struct ip_addr addr = { 0 };

	if (dns_answer_read(reply, size, &addr) == DNS_ADDRESS)
		fuzz_assert(addr.family == AF_INET || addr.family == AF_INET6);
}

/* However the answer is parted, it says the same: what is known or garbage stays so. */
static void check_http(const char *data, size_t size)
{
	unsigned status = 0, whole = 0;
	enum http_status end = http_status_parse(data, size, &whole), r;

	if (end == HTTP_KNOWN)
		fuzz_assert(whole == 101 || (whole >= 200 && whole <= 999));
	for (size_t n = 0; n < size && n < 256; n++) {
		_cleanup_free_ char *part = fuzz_copy((const uint8_t *)data, n);

		r = http_status_parse(part, n, &status);
		fuzz_assert(r == HTTP_PARTIAL || r == end);
		fuzz_assert(r != HTTP_KNOWN || status == whole);
	}
}

/* As ssh-keygen would say it. */
static void check_key(const char *line)
{
	struct host_key key;
	int r = host_key_parse(line, &key);

	fuzz_assert(r == 0 || r == -EBADMSG);
	if (r < 0)
		return;
	fuzz_assert(key.bits > 0 && strncmp(key.sha256, "SHA256:", 7) == 0);
	fuzz_assert(strlen(key.sha256) == 50 && !fuzz_has_control(key.sha256));
	fuzz_assert(
		streq(key.type, "RSA") || streq(key.type, "ECDSA") || streq(key.type, "ED25519"));
}

/* A line that goes into authorized_keys is one, and is taken as it was left. */
static void check_login_key(const char *line)
{
	char key[LOGIN_KEY_MAX], again[LOGIN_KEY_MAX], found[LOGIN_KEY_MAX];
	struct problem problem = { 0 };

	if (!login_key_check(line, key, &problem)) {
		fuzz_assert(*problem.text && !fuzz_has_control(problem.text));
		return;
	}
	fuzz_assert(*key && !fuzz_has_control(key) && fuzz_is_utf8(key));
	fuzz_assert(login_key_check(key, again, &problem) && streq(key, again));
	fuzz_assert(login_key_find(key, found) && strncmp(key, found, strlen(found)) == 0);
}

/* An address of the family that was asked for. */
static void check_neighbour(int family, const uint8_t *packet, size_t size)
{
	static const uint8_t from[6] = { 2, 0, 0, 0, 0, 9 };
	struct neighbour found;
	int r = neighbour_read(family, packet, size, from, &found);

	fuzz_assert(r == 0 || r == -EBADMSG);
	fuzz_assert(r < 0 || found.addr.family == family);
}

/* A question is right for the one who reads it, and what is asked fits into the packet. */
static void check_question(int family, const uint8_t *data, size_t size)
{
	struct ip_addr target = { .family = family }, source = { .family = family };
	uint8_t packet[NEIGHBOUR_PACKET_MAX], to[6];
	struct sock_filter filter[NEIGHBOUR_FILTER_MAX];
	struct neighbour all[NEIGHBOURS_MAX] = { 0 };
	size_t n = size % (NEIGHBOURS_MAX + 1);

	memcpy(target.bytes, data, size < 16 ? size : 16);
	for (size_t i = 0; i < n; i++)
		all[i].addr = target;
	fuzz_assert(neighbour_question(&target, to, &source, packet, to) <= sizeof(packet));
	fuzz_assert(
		neighbour_filter(family, all, n, NEIGHBOUR_RIVAL, filter) <= NEIGHBOUR_FILTER_MAX);
	fuzz_assert(neighbour_filter(family, all, n, NEIGHBOUR_GATEWAY, filter) <=
		    NEIGHBOUR_FILTER_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ void *copy = NULL;
	_cleanup_free_ char *text = NULL;

	if (size < 1)
		return 0;
	copy = fuzz_copy(data + 1, size - 1);
	switch (data[0] % 6) {
	case 0:
		check_dns(copy, size - 1);
		break;
	case 1:
		check_http(copy, size - 1);
		break;
	case 2:
		text = fuzz_text(data + 1, size - 1);
		check_key(text);
		break;
	case 3:
		check_neighbour(AF_INET, copy, size - 1);
		check_question(AF_INET, copy, size - 1);
		break;
	case 5:
		text = fuzz_text(data + 1, size - 1);
		check_login_key(text);
		break;
	case 4:
		check_neighbour(AF_INET6, copy, size - 1);
		check_question(AF_INET6, copy, size - 1);
		break;
	}
	return 0;
}
