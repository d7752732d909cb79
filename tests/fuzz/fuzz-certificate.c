/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A certificate as it comes in a handshake (DER): two bytes say what was asked for. */

#include <openssl/err.h>

#include "certificate.h"
#include "fuzz.h"
#include "safe_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ip_addr addr = { .family = AF_INET, .bytes = { 192, 0, 2, 1 } };
	struct web_certificate found;
	const unsigned char *at;
	struct safe_str drawn;
	X509 *x509;

	if (size < 2)
		return 0;
	at = data + 2;
	x509 = d2i_X509(NULL, &at, (long)size - 2);
	ERR_clear_error();
	if (!x509)
		return 0;
	if (data[1] % 2)
		addr.family = AF_INET6;
	certificate_read(x509, data[0] % 2 ? "box.example.com" : "", &addr, &found);
	X509_free(x509);
	ERR_clear_error();
	fuzz_assert(found.present && strlen(found.sha256) == 32 * 3 - 1);
	fuzz_assert(memchr(found.name, 0, sizeof(found.name)));
	drawn = safe_text(found.name, 40);
	fuzz_assert(fuzz_is_utf8(drawn.text) && !fuzz_has_control(drawn.text));
	return 0;
}
