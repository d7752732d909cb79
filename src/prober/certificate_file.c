/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The first certificate in a file, which anybody may have named: what is read of it is public. */

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include "certificate.h"
#include "textfile.h"
#include "util.h"

/* Nobody is asked for the password of a file. */
static int no_password(char *buf, int size, int writing, void *userdata)
{
	return -1;
}

/* Take text apart. */
static int parse(const char *text, struct web_certificate *ret)
{
	BIO *bio = BIO_new_mem_buf(text, -1);
	X509 *x509;

	if (!bio)
		return -ENOMEM;
	x509 = PEM_read_bio_X509(bio, NULL, no_password, NULL);
	BIO_free(bio);
	ERR_clear_error();
	if (!x509)
		return -EBADMSG;
	certificate_read(x509, "", NULL, ret);
	X509_free(x509);
	return 0;
}

int certificate_read_file(const char *path, struct web_certificate *ret)
{
	/* A pipe must not keep us. */
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	_cleanup_free_ char *text = NULL;
	struct stat st;
	int r;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EBADMSG;
	r = textfile_read_fd(fd, TEXTFILE_MAX, &text);
	if (r == -EINVAL)
		return -EBADMSG;
	return r < 0 ? r : parse(text, ret);
}
