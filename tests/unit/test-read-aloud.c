/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "read_aloud.h"

#include "tree.h"

#define SYNTH "/sys/accessibility/speakup/synth"

static void test_nobody_reads(void)
{
	tree_clear();
	test_assert(!read_aloud(tree));
	tree_write("/proc/version", "brltty\n");
	tree_write("/proc/1/comm", "systemd\n");
	tree_write("/proc/self/comm", "brltty\n");
	tree_write("/proc/20/comm", "brltty-atb\n");
	(void)tree_path("/proc/30/fd/");
	test_assert(!read_aloud(tree));
}

/* The module is there, and has nothing to speak with. */
static void test_speakup(void)
{
	tree_clear();
	tree_write(SYNTH, "none\n");
	test_assert(!read_aloud(tree));
	tree_write(SYNTH, "");
	test_assert(!read_aloud(tree));
	tree_write(SYNTH, "soft\n");
	test_assert(read_aloud(tree));
}

/* What an earlier one has left is not one that runs. */
static void test_brltty(void)
{
	tree_clear();
	(void)tree_path("/run/brltty/usbfs/");
	tree_write("/run/brltty.pid", "4321\n");
	test_assert(!read_aloud(tree));
	tree_write("/proc/1/comm", "systemd\n");
	tree_write("/proc/4321/comm", "brltty\n");
	test_assert(read_aloud(tree));
}

/* Who looks at services alone sees speakup, and a brltty that PID 1 runs now. */
static void test_by_service(void)
{
	tree_clear();
	tree_write("/proc/4321/comm", "brltty\n");
	(void)tree_path("/sys/fs/cgroup/system.slice/brltty-udev.service/");
	test_assert(!read_aloud_by_service(tree));
	(void)tree_path("/sys/fs/cgroup/system.slice/brltty.service/");
	test_assert(read_aloud_by_service(tree));
	tree_clear();
	tree_write(SYNTH, "none\n");
	test_assert(!read_aloud_by_service(tree));
	tree_write(SYNTH, "soft\n");
	test_assert(read_aloud_by_service(tree));
}

int main(void)
{
	test_run(test_nobody_reads);
	test_run(test_speakup);
	test_run(test_brltty);
	test_run(test_by_service);
	tree_done();
	return test_result();
}
