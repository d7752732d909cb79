/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* These functions of libcrypto need neither its set-up nor memory, of which there may be none; what
 * has come in their place needs a lot of both. They are not for security here. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "setup_digest.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <sys/stat.h>

#include "rooted.h"
#include "setup_store.h"
#include "textfile.h"
#include "util.h"

/* Add the length of a regular file and its beginning, which of most files is all of it: firstbootd
 * does nothing else meanwhile, and is asked by whoever may look. */
static bool add_file(const char *root, const char *path, SHA256_CTX *context)
{
	_cleanup_close_ int fd = rooted_open(root, path, O_RDONLY);
	size_t left = SETUP_DIGEST_BYTES;
	char bytes[16384];
	uint64_t length;
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	length = (uint64_t)st.st_size;
	(void)SHA256_Update(context, &length, sizeof(length));
	while (left > 0 &&
		(n = read(fd, bytes, left < sizeof(bytes) ? left : sizeof(bytes))) != 0) {
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			(void)SHA256_Update(context, bytes, (size_t)n);
			left -= (size_t)n;
		}
	}
	return true;
}

/* Add what a step is made of. */
static bool add_step(const char *root, const struct step_def *def, SHA256_CTX *context)
{
	return add_file(root, def->path, context) &&
	       (!def->apply[0] || add_file(root, def->apply, context));
}

void setup_digest_make(
	const char *root, const struct step_def *def, char ret[static SETUP_DIGEST_SIZE])
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	SHA256_CTX context;
	bool whole;

	(void)SHA256_Init(&context);
	whole = add_step(root, def, &context);
	(void)SHA256_Final(digest, &context);
	*ret = '\0';
	for (size_t i = 0; whole && i < sizeof(digest); i++)
		(void)snprintf(ret + 2 * i, 3, "%02x", digest[i]);
}

bool setup_digest_differs(const char *root, const struct step_def *def)
{
	_cleanup_free_ char *kept = NULL;
	char path[SETUP_STEP_PATH_SIZE], digest[SETUP_DIGEST_SIZE];

	setup_step_path(def, SETUP_DIGEST, path);
	if (!def->apply[0] || textfile_read(root, path, &kept) < 0 || !kept[0])
		return false;
	setup_digest_make(root, def, digest);
	return digest[0] && !streq(kept, digest);
}
