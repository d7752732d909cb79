/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the local stage of cloud-init has set at this start of the machine. */

#include <stdbool.h>

struct cloudinit {
	bool active; /* it has a source of data */
	bool hostname, network;
};

/* What cannot be read is false: all of it where cloud-init has not run. */
void cloudinit_read(const char *root, struct cloudinit *ret);
