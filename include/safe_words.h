/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The program's own words, as text that is safe (safe_text.h): _() translates them where they
 * stand, N_() marks them in a table, OURS() is for what stays as it is in every language. Each
 * takes a literal, and nothing else stands beside "". */

#include "i18n.h"
#include "safe_text.h"

#undef _
#undef N_
#define OURS(literal) ((const safe_char *)("" literal))
#define N_(literal)   OURS(literal)
#if ENABLE_NLS
#define _(literal) ((const safe_char *)catalog_find("" literal))
#else
#define _(literal) OURS(literal)
#endif

/* Those of a table, where they stand as N_(). */
static inline const safe_char *translate(const safe_char *msgid)
{
#if ENABLE_NLS
	return (const safe_char *)catalog_find(safe_bytes(msgid));
#else
	return msgid;
#endif
}
