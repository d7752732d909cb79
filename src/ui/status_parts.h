/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files of status.h share. */

#include "status.h"
#include "util.h"

/* The lines so far, and what they are made from. */
struct status_builder {
	const struct app *app;
	struct status_line *lines;
	size_t n, allocated;
};

/* Another line of this kind, empty. NULL: no memory. */
struct status_line *status_add(struct status_builder *b, enum status_kind kind);

/* Another line with this label and this text, as safe_format() makes it. -ENOMEM. */
#define status_add_text(b, kind, label, ...)                                                       \
	status_add_text_raw((b), (kind), (label), SAFE_FORMAT(__VA_ARGS__))

/* What stands behind it. */
_printf_(4, 5) int status_add_text_raw(struct status_builder *b, enum status_kind kind,
	const safe_char *label, const char *format, ...);

/* The URLs below their sentence and, where wanted, what is proven of them; nothing where there is
 * none. */
int status_build_web(struct status_builder *b, bool proofs, size_t *ret_n_urls);

/* All interfaces that are shown. */
int status_build_links(struct status_builder *b);

/* Addresses that are there but cannot be used, because another device has them, too; the advice
 * says so where there is no other one. */
int status_build_duplicates(struct status_builder *b);
