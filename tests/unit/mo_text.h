/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Catalogues as msgfmt(1) writes them, of texts in pairs, sorted. */

#include <byteswap.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define MO_SIZE_MAX 4096
#define MO_HEAD                                                                                    \
	"X-Letters: \u00fc\u00df\n"                                                                \
	"Content-Type: text/plain; charset=UTF-8\n"                                                \
	"X-Name: Deutsch"

/* Append a number, at most up to MO_SIZE_MAX. */
static inline size_t mo_put(uint8_t *bytes, size_t at, uint32_t number, bool swapped)
{
	number = swapped ? bswap_32(number) : number;
	memcpy(bytes + at, &number, sizeof(number));
	return at + sizeof(number);
}

/* The size of the catalogue in ret. */
static inline size_t mo_make(const char *const (*pairs)[2], uint32_t n, bool swapped, uint8_t *ret)
{
	const uint32_t head[] = { 0x950412de, 0, n, 28, 28 + n * 8, 0, 28 + n * 16 };
	size_t at = 0, end = 28 + (size_t)n * 16;

	for (size_t i = 0; i < sizeof(head) / sizeof(*head); i++)
		at = mo_put(ret, at, head[i], swapped);
	for (int side = 0; side < 2; side++)
		for (uint32_t i = 0; i < n; i++) {
			size_t length = strlen(pairs[i][side]);

			at = mo_put(ret, at, (uint32_t)length, swapped);
			at = mo_put(ret, at, (uint32_t)end, swapped);
			memcpy(ret + end, pairs[i][side], length + 1);
			end += length + 1;
		}
	return end;
}
