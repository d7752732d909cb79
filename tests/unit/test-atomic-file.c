/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "account.h"
#include "atomic_file.h"
#include "claim.h"
#include "test.h"
#include "util.h"

static char root[] = "/tmp/test-atomic-file.XXXXXX";

/* path below root, in a buffer of its own */
static const char *below(const char *path)
{
	static char full[512];

	(void)snprintf(full, sizeof(full), "%s%s", root, path);
	return full;
}

/* How many files are in the folder? */
static int count_files(const char *folder)
{
	DIR *dir = opendir(below(folder));
	int n = 0;

	if (!dir)
		return -1;
	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2;
}

/* Put text into path as anybody would. */
static void plant(const char *path, const char *text, mode_t mode)
{
	int fd = open(below(path), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, mode);

	test_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	test_assert(fchmod(fd, mode) == 0);
	close(fd);
}

/* The file at path holds text. */
static void test_text(const char *path, const char *text)
{
	_cleanup_free_ char *found = NULL;

	test_equal_int(file_read(root, path, 1000, &found), 0);
	test_equal_str(found ? found : "(none)", text);
}

static void write_and_replace(void)
{
	struct stat st;

	test_equal_int(atomic_write(root, "/etc/new/folder/file", "one\n", 0640), 0);
	test_text("/etc/new/folder/file", "one\n");
	test_assert(stat(below("/etc/new/folder/file"), &st) == 0);
	test_equal_int(st.st_mode & 07777, 0640);
	test_assert(stat(below("/etc/new/folder"), &st) == 0);
	test_equal_int(st.st_mode & 07777, 0755);
	test_equal_int(atomic_write(root, "/etc/new/folder/file", "", 0600), 0);
	test_text("/etc/new/folder/file", "");
	test_equal_int(count_files("/etc/new/folder"), 1);
}

static void symbolic_links(void)
{
	_cleanup_free_ char *text = NULL;

	plant("/target", "untouched", 0644);
	test_assert(symlink("../target", below("/etc/link")) == 0);
	test_assert(symlink("new", below("/etc/linked")) == 0);
	test_equal_int(file_read(root, "/etc/link", 100, &text), -ELOOP);
	test_equal_int(atomic_write(root, "/etc/linked/file", "x", 0644), -ENOTDIR);
	test_equal_int(atomic_write(root, "/etc/link", "mine", 0644), 0);
	test_text("/etc/link", "mine");
	test_text("/target", "untouched");
	test_equal_int(atomic_write(root, "/etc/../escaped", "x", 0644), -EINVAL);
	test_equal_int(atomic_write(root, "/", "x", 0644), -EINVAL);
}

/* What cannot be replaced stands, and nothing is left beside it. */
static void failure(void)
{
	int before;

	test_assert(mkdir(below("/etc/folder"), 0755) == 0);
	test_equal_int(atomic_write(root, "/etc/folder/inside", "x", 0644), 0);
	before = count_files("/etc");
	test_assert(atomic_write(root, "/etc/folder", "x", 0644) < 0);
	test_text("/etc/folder/inside", "x");
	test_equal_int(count_files("/etc"), before);
}

static void reading(void)
{
	_cleanup_free_ char *text = NULL;
	int fd;

	plant("/ten", "0123456789", 0644);
	test_equal_int(file_read(root, "/ten", 9, &text), -EFBIG);
	test_equal_int(file_read(root, "/ten", 10, &text), 0);
	test_equal_str(text, "0123456789");
	fd = open(below("/nul"), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	test_assert(fd >= 0 && write(fd, "a\0b", 3) == 3);
	close(fd);
	freep(&text);
	text = NULL;
	test_equal_int(file_read(root, "/nul", 10, &text), -EINVAL);
	test_equal_int(file_read(root, "/none", 10, &text), -ENOENT);
	test_equal_int(file_read(root, "/etc", 10, &text), -EINVAL);
	test_assert(mkfifo(below("/fifo"), 0644) == 0);
	test_equal_int(file_read(root, "/fifo", 10, &text), -EINVAL);
}

/* A file in the place of another has its label. (Anybody may be allowed none.) */
static void label(void)
{
	char found[32] = "";

	plant("/labelled", "old", 0644);
	if (setxattr(below("/labelled"), "security.selinux", "a:b:c", 6, 0) < 0) {
		test_assert(errno == EPERM || errno == ENOTSUP);
		return;
	}
	test_equal_int(atomic_write(root, "/labelled", "new", 0644), 0);
	test_equal_int(getxattr(below("/labelled"), "security.selinux", found, sizeof(found)), 6);
	test_equal_str(found, "a:b:c");
}

static void removing(void)
{
	plant("/gone", "", 0644);
	test_equal_int(atomic_remove(root, "/gone"), 0);
	test_equal_int(atomic_remove(root, "/gone"), 0);
	test_equal_int(atomic_remove(root, "/no/such/folder/file"), 0);
	test_assert(atomic_remove(root, "/etc") < 0);
}

static void claim(void)
{
	static const char *const closed[] = { "", "claimed\n", "unclaimed\n\n", "unclaimed ",
		"Unclaimed\n", "unclaimedunclaimed\n", "xunclaimed\n" };

	test_assert(!claim_is_open(root));
	test_equal_int(atomic_write(root, STATEDIR "/state", "unclaimed\n", 0600), 0);
	test_assert(claim_is_open(root));
	for (size_t i = 0; i < ARRAY_SIZE(closed); i++) {
		plant(STATEDIR "/state", closed[i], 0600);
		test_assert(!claim_is_open(root));
	}
	plant(STATEDIR "/state", "unclaimed", 0600);
	test_assert(claim_is_open(root));
	/* A NUL behind the word, as a broken disk may leave it. */
	test_assert(truncate(below(STATEDIR "/state"), sizeof("unclaimed")) == 0);
	test_assert(!claim_is_open(root));
	plant(STATEDIR "/state", "unclaimed\n", 0620);
	test_assert(!claim_is_open(root));
	plant(STATEDIR "/state", "unclaimed\n", 0600);
	test_equal_int(claim_close(root), 0);
	test_assert(!claim_is_open(root));
	test_text(STATEDIR "/state", "claimed\n");
}

static void passwords(void)
{
	static const struct {
		const char *hash;
		int usable;
		const char *mark;
	} rows[] = { { "", 0, "" }, { "*", 0, "" }, { "!", 0, "" }, { "!*", 0, "" },
		{ "!!", 0, "" }, { "!$y$j9T$x$y", 0, "" }, { "x", 0, "" }, { "$nonsense$x", 0, "" },
		{ "$y$j9T$lTRBXmo6zArAHMEQWJUp4/$5MR3lJ1NJQK2FdjXOTf/okMABPqtxw6NewGkSijw1n2", 1,
			"$y$j9T$lTRBXmo6zArAHMEQWJUp4/" },
		{ "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 1,
			"$2b$05$CCCCCCCCCCCCCCCCCCCCC." },
		{ "$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc."
		  "eoxqOmSuNp2xS0ktL3nh/",
			1, "$6$saltsalt" } };
	char text[256], mark[ACCOUNT_MARK_SIZE];

	test_equal_int(account_mark(root, "root", mark), -ENOENT);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		(void)snprintf(text, sizeof(text),
			"daemon:*:1:0:99999:7:::\nroot:%s:1:0:99999:7:::\nrooty:%s:1::::::\n",
			rows[i].hash, rows[8].hash);
		plant("/etc/shadow", text, 0600);
		test_equal_int(account_mark(root, "root", mark), rows[i].usable);
		test_equal_str(mark, rows[i].mark);
	}
	test_equal_int(account_mark(root, "nobody", mark), 0);
}

int main(void)
{
	char command[600];

	if (!mkdtemp(root))
		return 1;
	test_run(write_and_replace);
	test_run(symbolic_links);
	test_run(failure);
	test_run(reading);
	test_run(label);
	test_run(removing);
	test_run(claim);
	test_run(passwords);
	(void)snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command) == 0 ? test_result() : 1;
}
