/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "rooted.h"
#include "util.h"

/* Is it /dev/null (device 1:3 on every Linux)? */
static bool is_null_device(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}

/* Read fd to its end into a buffer of size bytes; returns the number of bytes. */
static ssize_t read_all(int fd, char *buf, size_t size)
{
	size_t length = 0;

	while (length < size) {
		ssize_t n = read(fd, buf + length, size - length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		length += (size_t)n;
	}
	return (ssize_t)length;
}

/* Read what is left of fd; one byte more than max is asked for, to notice that there is more. */
int textfile_read_fd(int fd, size_t max, char **ret)
{
	_cleanup_free_ char *text = malloc(max + 2);
	ssize_t length;

	if (!text)
		return -ENOMEM;
	length = read_all(fd, text, max + 1);
	if (length < 0)
		return (int)length;
	if ((size_t)length > max)
		return -EFBIG;
	text[length] = '\0';
	if (strlen(text) != (size_t)length)
		return -EINVAL;
	*ret = take_ptr(text);
	return 0;
}

/* Read a small file; never blocks on a FIFO or device that stands in its place. */
int textfile_read(const char *root, const char *path, char **ret)
{
	_cleanup_close_ int fd = rooted_open(root, path, O_RDONLY);
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) && !is_null_device(&st))
		return -EINVAL;
	if (st.st_size > TEXTFILE_MAX)
		return -EFBIG;

	return textfile_read_fd(fd, (size_t)st.st_size, ret);
}

/* Collect in memory what write puts into a stream. */
int textfile_compose(void (*write)(FILE *f, const void *what), const void *what, char **ret)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	bool failed;
	FILE *f;

	f = open_memstream(&text, &size);
	if (!f)
		return -ENOMEM;
	write(f, what);
	failed = ferror(f);
	/* At the end the C library may find no memory for the text, and say nothing of it. */
	if (fclose(f) != 0 || failed || !text)
		return -ENOMEM;
	*ret = take_ptr(text);
	return 0;
}

void textfile_put(FILE *f, const char *key, const char *value)
{
	fprintf(f, "%s=", key);
	for (; *value; value++)
		fputc((unsigned char)*value < 0x20 || *value == 0x7f ? '?' : *value, f);
	fputc('\n', f);
}

int textfile_take(const char **cursor, const char *key, size_t size, char *ret)
{
	const char *line = *cursor, *end = strchr(line, '\n');
	size_t length = strlen(key);

	if (!end || strncmp(line, key, length) != 0 || line[length] != '=')
		return -EINVAL;
	line += length + 1;
	if ((size_t)(end - line) >= size)
		return -EINVAL;
	memcpy(ret, line, end - line);
	ret[end - line] = '\0';
	*cursor = end + 1;
	return 0;
}

int textfile_take_number(const char **cursor, const char *key, uint64_t *ret)
{
	const char *after = *cursor;
	char digits[21];
	int r = textfile_take(&after, key, sizeof(digits), digits);

	if (r < 0)
		return r;
	if (!*digits || digits[strspn(digits, "0123456789")])
		return -EINVAL;
	errno = 0;
	*ret = strtoull(digits, NULL, 10);
	if (errno != 0)
		return -EINVAL;
	*cursor = after;
	return 0;
}
