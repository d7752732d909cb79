/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "font.h"

#include <errno.h>
#include <linux/kd.h>
#include <sys/ioctl.h>

#include "util.h"

/* The characters that the font has, or 0 where this is no virtual console. ret must be freed. */
static unsigned short read_font(struct unipair **ret)
{
	struct unimapdesc map = { 0 };

	*ret = NULL;
	if (ioctl(STDOUT_FILENO, GIO_UNIMAP, &map) == 0 || errno != ENOMEM || map.entry_ct == 0)
		return 0;
	map.entries = calloc(map.entry_ct, sizeof(*map.entries));
	if (!map.entries || ioctl(STDOUT_FILENO, GIO_UNIMAP, &map) < 0) {
		free(map.entries);
		return 0;
	}
	*ret = map.entries;
	return map.entry_ct;
}

bool font_is_ours(void)
{
	char type;

	return ioctl(STDOUT_FILENO, KDGKBTYPE, &type) == 0;
}

bool font_has(const wchar_t *characters, size_t n)
{
	_cleanup_free_ struct unipair *pairs = NULL;
	unsigned short n_pairs = read_font(&pairs);

	for (size_t i = 0; i < n; i++) {
		unsigned short at = 0;

		while (at < n_pairs && pairs[at].unicode != characters[i])
			at++;
		if (at == n_pairs)
			return false;
	}
	return true;
}
