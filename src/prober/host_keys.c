/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "host_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include "util.h"

#define PATTERN	 "/etc/ssh/ssh_host_*_key.pub"
#define FILE_MAX 16384 /* sshd itself takes no longer line */

/* The kinds of keys, in the order in which they are told. bits 0: the key itself says. */
static const struct {
	const char *name, *type;
	unsigned bits;
} kinds[] = {
	{ "ssh-ed25519", "ED25519", 256 },
	{ "ecdsa-sha2-nistp256", "ECDSA", 256 },
	{ "ecdsa-sha2-nistp384", "ECDSA", 384 },
	{ "ecdsa-sha2-nistp521", "ECDSA", 521 },
	{ "ssh-rsa", "RSA", 0 },
};

/* Which of them a line is of; ARRAY_SIZE(kinds) for none. */
static size_t find_kind(const char *line, size_t length)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strlen(kinds[i].name) == length && memcmp(kinds[i].name, line, length) == 0)
			break;
	return i;
}

/* -- a key ------------------------------------------------------------------------------------ */

/* The next string of a blob (RFC 4251 section 5): its bytes, *blob and *size behind it. NULL: there
 * is none. */
static const uint8_t *next_string(const uint8_t **blob, size_t *size, size_t *ret_length)
{
	const uint8_t *p = *blob;
	size_t length;

	if (*size < 4)
		return NULL;
	length = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
	if (length > *size - 4)
		return NULL;
	*blob += 4 + length;
	*size -= 4 + length;
	*ret_length = length;
	return p + 4;
}

/* The bits of an RSA key's modulus, 0 where there is none. */
static unsigned rsa_bits(const uint8_t *blob, size_t size)
{
	const uint8_t *number = NULL;
	size_t length = 0;
	unsigned bits;

	/* Its name, the exponent, the modulus. */
	for (int i = 0; i < 3; i++) {
		number = next_string(&blob, &size, &length);
		if (!number)
			return 0;
	}
	while (length > 0 && *number == 0) {
		number++;
		length--;
	}
	if (length == 0)
		return 0;
	bits = (unsigned)length * 8;
	for (unsigned top = *number; !(top & 0x80); top <<= 1)
		bits--;
	return bits;
}

/* Take base64 apart. Returns the size, 0 for what is none. */
static size_t decode(const char *text, size_t length, uint8_t ret[static FILE_MAX])
{
	int n;

	/* The function would take white space around it, and counts padding in. */
	if (length == 0 || length % 4 != 0 || length > FILE_MAX)
		return 0;
	n = EVP_DecodeBlock(ret, (const unsigned char *)text, (int)length);
	if (n < 3)
		return 0;
	return (size_t)n - (text[length - 1] == '=') - (text[length - 2] == '=');
}

/* The digest of a key in base64 without padding. */
static int make_digest(const uint8_t *blob, size_t size, char *ret, size_t ret_size)
{
	unsigned char digest[EVP_MAX_MD_SIZE], text[2 * EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (!EVP_Digest(blob, size, digest, &n, EVP_sha256(), NULL))
		return -ENOMEM;
	(void)EVP_EncodeBlock(text, digest, (int)n);
	(void)snprintf(ret, ret_size, "SHA256:%.*s", (int)strcspn((char *)text, "="), text);
	return 0;
}

int host_key_parse(const char *line, struct host_key *ret)
{
	size_t length = strcspn(line, " \t"), size, n = 0;
	size_t kind = find_kind(line, length);
	const uint8_t *name, *p;
	uint8_t blob[FILE_MAX];

	if (kind == ARRAY_SIZE(kinds))
		return -EBADMSG;
	line += length + strspn(line + length, " \t");
	size = decode(line, strcspn(line, " \t\r\n"), blob);
	p = blob;
	n = size;
	name = next_string(&p, &n, &length);
	if (!name || find_kind((const char *)name, length) != kind)
		return -EBADMSG;
	*ret = (struct host_key){ .bits = kinds[kind].bits ? kinds[kind].bits
							   : rsa_bits(blob, size) };
	if (ret->bits == 0)
		return -EBADMSG;
	(void)snprintf(ret->type, sizeof(ret->type), "%s", kinds[kind].type);
	return make_digest(blob, size, ret->sha256, sizeof(ret->sha256));
}

/* -- their files ------------------------------------------------------------------------------ */

/* The one key in a file. */
static int read_file(const char *path, struct host_key *ret)
{
	/* A pipe must not keep us, a link must not lead elsewhere. */
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char text[FILE_MAX + 1];
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EBADMSG;
	n = read(fd, text, FILE_MAX);
	if (n < 0)
		return -errno;
	if (n == FILE_MAX)
		return -EFBIG;
	text[n] = '\0';
	return host_key_parse(text, ret);
}

/* Where a key stands among the others. */
static size_t rank(const struct host_key *key)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (streq(kinds[i].type, key->type))
			break;
	return i;
}

/* By kind, then as the files are sorted. */
static int compare(const void *a, const void *b)
{
	size_t ra = rank(a), rb = rank(b);

	return ra < rb ? -1 : ra > rb;
}

int host_keys_read(struct host_key ret[static PROBER_KEYS_MAX])
{
	glob_t paths = { 0 };
	size_t n = 0;
	int r = glob(PATTERN, 0, NULL, &paths);

	if (r == GLOB_NOSPACE)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < paths.gl_pathc && n < PROBER_KEYS_MAX; i++)
		if (read_file(paths.gl_pathv[i], &ret[n]) == 0)
			n++;
	globfree(&paths);
	qsort(ret, n, sizeof(*ret), compare);
	return (int)n;
}
