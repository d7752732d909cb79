/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "mo.h"

#include <byteswap.h>
#include <errno.h>

#include "util.h"

#define MAGIC	 0x950412deU
#define REVISION 4 /* places of the header's numbers */
#define N	 8
#define TABLES	 12
#define HEADER	 28
#define ENTRY	 8 /* of a table: length and place of a text */

/* The number at a place, which has four bytes. */
static uint32_t number_at(const struct mo *mo, size_t place)
{
	uint32_t number;

	memcpy(&number, mo->data + place, sizeof(number));
	return mo->swapped ? bswap_32(number) : number;
}

/* Does a table of n entries lie within the bytes? */
static bool has_table(const struct mo *mo, uint32_t place)
{
	return place <= mo->size && mo->n <= (mo->size - place) / ENTRY;
}

/* The text of an entry, which ends within the bytes, or NULL. */
static const char *text_at(const struct mo *mo, uint32_t table, uint32_t i)
{
	size_t entry = table + (size_t)i * ENTRY;
	uint32_t length = number_at(mo, entry), place = number_at(mo, entry + 4);

	if (place >= mo->size || length >= mo->size - place || mo->data[place + length] != '\0')
		return NULL;
	return mo->data + place;
}

int mo_open(const void *data, size_t size, struct mo *ret)
{
	struct mo mo = { .data = data, .size = size };
	const char *head;

	if (size < HEADER || size > UINT32_MAX)
		return -EINVAL;
	mo.swapped = number_at(&mo, 0) == bswap_32(MAGIC);
	if (number_at(&mo, 0) != MAGIC || number_at(&mo, REVISION) >> 16 > 1)
		return -EINVAL;
	mo.n = number_at(&mo, N);
	mo.originals = number_at(&mo, TABLES);
	mo.translations = number_at(&mo, TABLES + 4);
	if (!has_table(&mo, mo.originals) || !has_table(&mo, mo.translations))
		return -EINVAL;
	head = mo_find(&mo, "");
	if (!head || !strstr(head, "charset=UTF-8"))
		return -EINVAL;
	*ret = mo;
	return 0;
}

/* The texts are sorted by strcmp(). */
const char *mo_find(const struct mo *mo, const char *text)
{
	uint32_t low = 0, high = mo->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const char *original = text_at(mo, mo->originals, middle);
		int order = original ? strcmp(text, original) : 0;

		if (!original)
			return NULL;
		if (order == 0)
			return text_at(mo, mo->translations, middle);
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

void mo_field(const struct mo *mo, const char *name, char *ret, size_t size)
{
	const char *line = mo_find(mo, "");
	size_t length = strlen(name);

	ret[0] = '\0';
	for (; line && *line != '\0'; line += strspn(line, "\n")) {
		if (strncmp(line, name, length) == 0 && strncmp(line + length, ": ", 2) == 0) {
			line += length + 2;
			(void)snprintf(ret, size, "%.*s", (int)strcspn(line, "\n"), line);
			return;
		}
		line += strcspn(line, "\n");
	}
}
