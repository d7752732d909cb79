/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>

#include "atomic_file.h"
#include "rooted.h"
#include "textfile.h"
#include "tree.h"
#include "util.h"

/* What is read at path, or "errno NUMBER". */
static const char *read_below(const char *path)
{
	static char said[256];
	_cleanup_free_ char *text = NULL;
	int r = textfile_read(tree, path, &text);

	if (r < 0)
		(void)snprintf(said, sizeof(said), "errno %d", -r);
	else
		(void)snprintf(said, sizeof(said), "%s", text);
	return said;
}

/* Links lead to where they would if the tree were the machine. */
static void test_links(void)
{
	tree_clear();
	tree_write("/etc/passwd", "of the tree\n");
	tree_link("/absolute", "/etc/passwd");
	tree_link("/upwards", "../../../../../../etc/passwd");
	tree_link("/folder", "/etc");
	tree_link("/nowhere", "/etc/hostname");
	tree_link("/loop", "/loop");
	test_equal_str(read_below("/etc/passwd"), "of the tree\n");
	test_equal_str(read_below("/absolute"), "of the tree\n");
	test_equal_str(read_below("/upwards"), "of the tree\n");
	test_equal_str(read_below("/folder/passwd"), "of the tree\n");
	test_equal_str(read_below("/../../../../etc/passwd"), "of the tree\n");
	test_equal_str(read_below("/nowhere"), "errno 2");
	test_equal_str(read_below("/loop"), "errno 40");
}

/* Nor do the links of proc(5) lead out. */
static void test_magic_links(void)
{
	tree_clear();
	tree_link("/self", "/proc/self/root");
	test_equal_str(read_below("/self/etc/passwd"), "errno 2");
	test_equal_int(rooted_open("/", "/proc/self/root/etc", O_RDONLY), -ELOOP);
}

static void test_types(void)
{
	tree_clear();
	tree_write("/etc/file", "");
	if (mkfifo(tree_path("/etc/fifo"), 0644) < 0)
		test_fail("mkfifo: %s", strerror(errno));
	test_equal_int(rooted_type(tree, "/etc"), S_IFDIR);
	test_equal_int(rooted_type(tree, "/etc/file"), S_IFREG);
	test_equal_int(rooted_type(tree, "/etc/fifo"), S_IFIFO);
	test_equal_int(rooted_type(tree, "/etc/none"), -ENOENT);
	test_equal_int(rooted_type("", "/"), S_IFDIR);
	test_equal_str(read_below("/etc/fifo"), "errno 22");
}

/* A lock is one for others as well, and no file outside of the tree. */
static void test_lock(void)
{
	_cleanup_close_ int first = -1, second = -1;

	tree_clear();
	tree_write("/etc/file", "");
	tree_link("/etc/link", "/tmp/firstboot-tree-none");
	first = file_lock(tree, "/etc/.pwd.lock");
	test_assert(first >= 0);
	second = file_lock(tree, "/etc/.pwd.lock");
	test_equal_int(second, -EAGAIN);
	test_equal_int(file_lock(tree, "/etc/link"), -ELOOP);
	test_equal_int(file_lock(tree, "/none/.pwd.lock"), -ENOENT);
}

/* What is new below a root belongs to whom its folder belongs, what is replaced to whom it did. */
static void test_owners(void)
{
	struct stat st;

	if (geteuid() != 0)
		return;
	tree_clear();
	tree_write_mode("/etc/shadow", "old\n", 0640);
	test_equal_int(chown(tree_path("/etc/shadow"), 1234, 42), 0);
	test_equal_int(chown(tree_path("/etc"), 1234, 1234), 0);
	test_equal_int(atomic_write(tree, "/etc/shadow", "new\n", 0640), 0);
	test_equal_int(stat(tree_path("/etc/shadow"), &st), 0);
	test_assert(st.st_uid == 1234 && st.st_gid == 42 && (st.st_mode & 07777) == 0640);
	test_equal_int(atomic_write(tree, "/etc/a/b/file", "new\n", 0600), 0);
	test_equal_int(stat(tree_path("/etc/a/b/file"), &st), 0);
	test_assert(st.st_uid == 1234 && st.st_gid == 1234);
	test_equal_int(stat(tree_path("/etc/a/b"), &st), 0);
	test_assert(st.st_uid == 1234 && (st.st_mode & 07777) == 0700);
	test_equal_int(stat(tree_path("/etc/a"), &st), 0);
	test_assert(st.st_uid == 1234 && (st.st_mode & 07777) == 0755);
}

int main(void)
{
	test_run(test_links);
	test_run(test_magic_links);
	test_run(test_types);
	test_run(test_lock);
	test_run(test_owners);
	tree_done();
	return test_result();
}
