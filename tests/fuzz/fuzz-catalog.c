/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A catalogue of translations: what is found lies within its bytes, whatever they are. */

#include "fuzz.h"
#include "mo.h"

static const char *const texts[] = { "", "Address", "Back", "Gone", "Yes", "zz", "\xff" };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *copy = fuzz_copy(data, size);
	struct mo mo;

	if (mo_open(copy, size, &mo) < 0)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		const char *found = mo_find(&mo, texts[i]);

		fuzz_assert(!found || (found >= copy && found + strlen(found) < copy + size));
	}
	return 0;
}
