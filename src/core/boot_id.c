/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "boot_id.h"

#include <errno.h>

#include "textfile.h"
#include "util.h"

#define KERNEL_FILE "/proc/sys/kernel/random/boot_id"

int boot_id_read(const char *root, char ret[static BOOT_ID_SIZE])
{
	_cleanup_free_ char *text = NULL;
	const char *from = NULL;
	char id[BOOT_ID_SIZE];
	size_t n = 0;

	if (textfile_read(root, KERNEL_FILE, &text) >= 0)
		from = text;
	else
		from = getenv("BOOT_ID");
	/* The kernel writes it with dashes. */
	for (; from && *from && *from != '\n' && n < BOOT_ID_SIZE; from++)
		if (*from != '-')
			id[n++] = *from;
	if (n != BOOT_ID_SIZE - 1)
		return -ENOENT;
	id[n] = '\0';
	if (strspn(id, "0123456789abcdef") != n)
		return -ENOENT;
	memcpy(ret, id, sizeof(id));
	return 0;
}
