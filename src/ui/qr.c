/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qr.h"

#include <dlfcn.h>
#include <errno.h>
#include <qrencode.h>

#include "util.h"

/* What is used of libqrencode. */
static struct {
	bool tried;
	QRcode *(*encode)(int size, const unsigned char *data, int version, QRecLevel level);
	void (*free)(QRcode *code);
} library;

/* Copy the address of a function; false when there is none. */
static bool load_function(void *handle, const char *name, void *ret)
{
	void *symbol = dlsym(handle, name);

	memcpy(ret, &symbol, sizeof(symbol));
	return symbol;
}

/* Load the library, once. */
static bool load(void)
{
	void *handle;

	if (library.tried)
		return library.encode;
	library.tried = true;
	handle = dlopen(QRENCODE_LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!handle)
		return false;
	if (load_function(handle, "QRcode_free", &library.free) &&
		load_function(handle, "QRcode_encodeData", &library.encode))
		return true;
	library.encode = NULL;
	(void)dlclose(handle);
	return false;
}

void qr_load(void)
{
	(void)load();
}

int qr_encode(const char *text, enum qr_level level, struct qr *ret)
{
	static const QRecLevel levels[QR_N_LEVELS] = {
		[QR_LEVEL_M] = QR_ECLEVEL_M,
		[QR_LEVEL_L] = QR_ECLEVEL_L,
	};
	QRcode *code;
	int side;

	if (!load())
		return -EOPNOTSUPP;
	/* Bytes as they are: a path has upper and lower case. */
	code = library.encode((int)strlen(text), (const unsigned char *)text, 0, levels[level]);
	if (!code)
		return errno == ERANGE ? -E2BIG : -errno;
	side = code->width;
	if (side <= QR_SIDE_MAX) {
		ret->side = side;
		for (int y = 0; y < side; y++)
			for (int x = 0; x < side; x++)
				ret->dark[y][x] = code->data[y * side + x] & 1;
	}
	library.free(code);
	return side <= QR_SIDE_MAX ? 0 : -E2BIG;
}
