/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a support report quotes: some text, then a line with a secret, then more text. A first byte
 * says in which manner the secret is told, a second one how long what stands before it is. */

#include "fuzz.h"
#include "redact.h"

#define SECRET "hVx9Qz7w"

static const char *const lines[] = {
	"password=" SECRET,
	"  password: " SECRET,
	"wpa-psk " SECRET,
	"\t\"psk\": \"" SECRET "\",",
	"export API_KEY='" SECRET "'",
	"Authorization: Basic " SECRET,
	"PrivateKey = " SECRET,
	"community " SECRET,
	"curl https://admin:" SECRET "@example.com/",
	"root:$6$salt$" SECRET "abcdefghijklmnop:19000::::::",
	"auth-token=" SECRET,
	"    password: \"two words and " SECRET,
	"passwd = some \\\"" SECRET "\\\" words",
};

/* How many lines there are. */
static size_t count(const char *text)
{
	size_t n = 0;

	for (; (text = strchr(text, '\n')); text++)
		n++;
	return n;
}

/* Each line stays one, and what was taken out once needs no second time. */
static void check_text(const char *text)
{
	_cleanup_free_ char *clean = NULL;

	fuzz_assert(redact(text, &clean) == 0);
	fuzz_assert(count(text) == count(clean));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *before = NULL, *behind = NULL, *whole = NULL, *clean = NULL;
	size_t cut;

	if (size < 2)
		return 0;
	cut = data[1] < size - 2 ? data[1] : size - 2;
	before = fuzz_text(data + 2, cut);
	behind = fuzz_text(data + 2 + cut, size - 2 - cut);
	if (strstr(before, SECRET) || strstr(behind, SECRET))
		return 0;
	fuzz_assert(asprintf(&whole, "%s\n%s\n%s", before, lines[data[0] % ARRAY_SIZE(lines)],
			    behind) >= 0);
	fuzz_assert(redact(whole, &clean) == 0);
	fuzz_assert(!strstr(clean, SECRET));
	check_text(whole);
	check_text(behind);
	return 0;
}
