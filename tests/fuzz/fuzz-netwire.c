/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The settings of SetNetwork as they come over the bus: the bytes are the body of the message. */

#include "fuzz.h"
#include "fuzz_bus.h"
#include "fuzz_set.h"
#include "netwire.h"

static struct fuzz_bus fb;

/* A call has come: read its settings, and use them where they are right. */
static int handle_message(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	static struct net_set set;
	static int ifindexes[NET_LINKS_MAX];
	struct problem problem;

	if (netwire_read(message, &set, ifindexes) < 0)
		return 1;
	fuzz_assert(set.n_links <= NET_LINKS_MAX);
	if (validate_net_set(&set, &problem))
		fuzz_check_set(&set);
	else
		fuzz_assert(*problem.text && !fuzz_has_control(problem.text));
	return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (fb.bus && !fuzz_bus_hear(&fb, NULL))
		fuzz_bus_close(&fb);
	if (!fb.bus) {
		fuzz_bus_open(&fb);
		fuzz_assert(sd_bus_add_filter(fb.bus, NULL, handle_message, NULL) >= 0);
	}
	fuzz_bus_call(&fb, NETWIRE_SET "u", data, size);
	return 0;
}
