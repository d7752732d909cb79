/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The machine's own ruleset, as libnftables-json(5) prints it. */

#include <errno.h>

#include "firewall.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct firewall_packet packets[] = {
		{ "eth0", { AF_INET, { 192, 0, 2, 10 } }, 443, -1, 1, false },
		{ "br0", { AF_INET6, { 0x20, 1, 0x0d, 0xb8, [15] = 1 } }, 8443, 0, 0, true },
	};
	struct firewall_judgement found[ARRAY_SIZE(packets)], alone;
	_cleanup_free_ char *json = fuzz_copy(data, size);
	int r = firewall_judge(json, size, packets, ARRAY_SIZE(packets), found);

	fuzz_assert(r == 0 || r == -EINVAL);
	if (r < 0)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(packets); i++) {
		fuzz_assert(found[i].verdict < FIREWALL_N_VERDICTS);
		fuzz_assert(memchr(found[i].where, 0, sizeof(found[i].where)));
	}
	/* Judged alone, it comes to the same. */
	fuzz_assert(firewall_judge(json, size, &packets[1], 1, &alone) == 0);
	fuzz_assert(alone.verdict == found[1].verdict && streq(alone.where, found[1].where));
	return 0;
}
