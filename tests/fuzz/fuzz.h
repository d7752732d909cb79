/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the targets have in common. A target is a function of any bytes that must not crash, and
 * aborts where one of its properties does not hold. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* What holds whatever comes in. */
#define fuzz_assert(expression)                                                                    \
	do {                                                                                       \
		if (!(expression)) {                                                               \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #expression);   \
			abort();                                                                   \
		}                                                                                  \
	} while (false)

/* Bytes that are taken from the front; behind their end there are zeros. */
struct fuzz_bytes {
	const uint8_t *at;
	size_t left;
};

static inline uint8_t fuzz_byte(struct fuzz_bytes *bytes)
{
	if (bytes->left == 0)
		return 0;
	bytes->left--;
	return *bytes->at++;
}

/* A number below n, which is at most 256. */
static inline unsigned fuzz_below(struct fuzz_bytes *bytes, unsigned n)
{
	return fuzz_byte(bytes) % n;
}

static inline uint32_t fuzz_u32(struct fuzz_bytes *bytes)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++)
		value = value << 8 | fuzz_byte(bytes);
	return value;
}

/* The next bytes, up to a NUL or size - 1 of them, as a string in ret. */
static inline void fuzz_string(struct fuzz_bytes *bytes, char *ret, size_t size)
{
	size_t n = 0;
	uint8_t c;

	while (n < size - 1 && bytes->left > 0 && (c = fuzz_byte(bytes)) != '\0')
		ret[n++] = (char)c;
	ret[n] = '\0';
}

/* All bytes up to the first NUL, as a string of its own, whose end is the end of its memory. Caller
 * frees. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = size > 0 ? strndup((const char *)data, size) : strdup("");

	if (!text)
		abort();
	return text;
}

/* The bytes in memory of their own. Caller frees. */
static inline void *fuzz_copy(const uint8_t *data, size_t size)
{
	void *copy = malloc(size > 0 ? size : 1);

	if (!copy)
		abort();
	if (size > 0)
		memcpy(copy, data, size);
	return copy;
}

/* The bytes of the character at p by RFC 3629, section 4; 0: it is none. */
static inline size_t fuzz_utf8(const unsigned char *p)
{
	static const struct {
		uint8_t first, last, low, high; /* of the first byte, of the second */
		uint8_t size;
	} forms[] = { { 0x01, 0x7f, 0, 0, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 } };

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (p[0] < forms[i].first || p[0] > forms[i].last)
			continue;
		if (forms[i].size > 1 && (p[1] < forms[i].low || p[1] > forms[i].high))
			return 0;
		for (size_t j = 2; j < forms[i].size; j++)
			if ((p[j] & 0xc0) != 0x80)
				return 0;
		return forms[i].size;
	}
	return 0;
}

/* Is text, of whichever type its bytes are, valid UTF-8? */
static inline bool fuzz_is_utf8(const void *text)
{
	const unsigned char *p = text;

	for (size_t n; *p; p += n) {
		n = fuzz_utf8(p);
		if (n == 0)
			return false;
	}
	return true;
}

/* Has text a control character, of ASCII or of U+0080 to U+009F? */
static inline bool fuzz_has_control(const void *text)
{
	for (const unsigned char *p = text; *p; p++)
		if (*p < 0x20 || *p == 0x7f || (p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f))
			return true;
	return false;
}
