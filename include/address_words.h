/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is to be said of an address beside where it came from, in a customer's words. */

#include "netlink.h"
#include "safe_text.h"

/* "being checked", "used by another device", ...; "" where there is nothing to say. Translated. */
const safe_char *address_words(enum address_kind kind);
