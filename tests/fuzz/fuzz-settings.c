/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The text of settings, as the journal and the history keep it. */

#include "fuzz.h"
#include "fuzz_set.h"
#include "settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = fuzz_text(data, size), *again = NULL;
	static struct net_set set;
	struct problem problem;

	if (settings_parse(text, &set) < 0)
		return 0;
	/* What is taken is what would be written. */
	fuzz_assert(settings_render(&set, &again) == 0 && streq(text, again));
	fuzz_check_networkd(&set, false);
	if (validate_net_set(&set, &problem))
		fuzz_check_set(&set);
	return 0;
}
