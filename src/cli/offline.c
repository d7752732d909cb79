/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "headless.h"

int offline_run(const struct options *options)
{
	outcome_complain(OURS("not available yet"));
	return EXIT_FAILED;
}
