/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "headless.h"

int headless_run(const struct options *options)
{
	outcome_complain(OURS("not available yet"));
	return EXIT_FAILED;
}
