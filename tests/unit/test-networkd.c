/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The files of a change for networkd: where they are after each step, from wherever the step before
 * was cut off. */

#include <errno.h>
#include <sys/stat.h>

#include "atomic_file.h"
#include "networkd_change.h"
#include "settings.h"
#include "test.h"
#include "util.h"

#define HEAD   "# Network settings of firstboot; not to be edited.\n"
#define V6_OFF "\n[IPv6]\nMethod=off\n"
#define CARD(name, address)                                                                        \
	"\n[Link]\nName=" name "\n\n[IPv4]\nMethod=static\nAddress=" address "\n" V6_OFF
#define VLAN(id)                                                                                   \
	"\n[Link]\nName=enp1s0.5\nKind=vlan\nId=" id                                               \
	"\nPort=enp1s0\n\n[IPv4]\nMethod=automatic\n" V6_OFF

#define ETC	"/etc/systemd/network/05-firstboot-"
#define PENDING "/run/systemd/network/04-firstboot-pending-"

static char root[] = "/tmp/test-networkd.XXXXXX";

/* A change between two sets, and its plan. */
static struct {
	struct net_set old, new;
	struct apply_change change;
	struct networkd_plan plan;
} it;

static void plan(const char *old, const char *new)
{
	networkd_plan_done(&it.plan);
	test_equal_int(settings_parse(old, &it.old), 0);
	test_equal_int(settings_parse(new, &it.new), 0);
	it.change = (struct apply_change){ .old = &it.old, .new = &it.new, .id = 0xa };
	test_equal_int(networkd_plan_init(&it.plan, root, &it.change), 0);
}

/* Add a name to the list. */
static int list_name(int dir, const char *name, void *userdata)
{
	char *list = userdata;
	size_t length = strlen(list);

	(void)snprintf(list + length, 1024 - length, "%s ", name);
	return 0;
}

/* The folder holds these names and no other, in whatever order. */
static void test_folder(const char *label, const char *folder, const char *names)
{
	char found[1024] = "", copy[1024], *save = NULL;
	size_t expected = 0;

	test_equal_int(folder_walk(root, folder, list_name, found), 0);
	(void)snprintf(copy, sizeof(copy), "%s", names);
	for (char *name = strtok_r(copy, " ", &save); name; name = strtok_r(NULL, " ", &save)) {
		expected += strlen(name) + 1;
		if (!strstr(found, name))
			test_fail("%s: %s lacks %s, it has %s", label, folder, name, found);
	}
	if (strlen(found) != expected)
		test_fail("%s: %s has %s, not %s", label, folder, found, names);
}

static void test_files(const char *label, const char *kept, const char *pending)
{
	test_folder(label, "/etc/systemd/network", kept);
	test_folder(label, "/run/systemd/network", pending);
}

/* Is this word in the file? */
static bool has(const char *path, const char *word)
{
	_cleanup_free_ char *text = NULL;

	return file_read(root, path, 10000, &text) == 0 && strstr(text, word);
}

#define TEN    HEAD CARD("enp1s0", "192.0.2.10/24")
#define ELEVEN HEAD CARD("enp1s0", "192.0.2.11/24")
#define BOTH   TEN CARD("enp2s0", "198.51.100.10/24")

static void one_link(void)
{
	plan(HEAD, TEN);
	test_assert(!networkd_was_tried(&it.plan));
	test_equal_int(networkd_write_pending(&it.plan), 0);
	test_assert(networkd_was_tried(&it.plan));
	test_files("tried", "", "04-firstboot-pending-enp1s0-0000000a.network");
	test_equal_int(networkd_write_kept(&it.plan), 0);
	test_files("kept", "05-firstboot-enp1s0.network", "");
	plan(TEN, ELEVEN);
	test_equal_int(networkd_write_pending(&it.plan), 0);
	test_assert(has(ETC "enp1s0.network", "192.0.2.10/24"));
	test_equal_int(networkd_restore(&it.plan), 0);
	test_files("taken back", "05-firstboot-enp1s0.network", "");
	test_assert(has(ETC "enp1s0.network", "192.0.2.10/24"));
	/* Keeping that was cut off behind the file. */
	test_equal_int(networkd_write_kept(&it.plan), 0);
	test_assert(has(ETC "enp1s0.network", "192.0.2.11/24"));
	test_equal_int(networkd_restore(&it.plan), 0);
	test_assert(has(ETC "enp1s0.network", "192.0.2.10/24"));
}

/* Only what changes is written; what leaves goes aside and comes back as it was. */
static void leaving(void)
{
	plan(TEN, BOTH);
	test_equal_int(networkd_write_pending(&it.plan), 0);
	test_files("a second", "05-firstboot-enp1s0.network",
		"04-firstboot-pending-enp2s0-0000000a.network");
	test_equal_int(networkd_write_kept(&it.plan), 0);
	test_equal_int(atomic_write(root, ETC "enp2s0.network", "edited", 0644), 0);
	plan(BOTH, TEN);
	test_equal_int(networkd_write_pending(&it.plan), 0);
	test_files("leaving", "05-firstboot-enp1s0.network 05-firstboot-enp2s0.network.aside", "");
	test_assert(networkd_was_tried(&it.plan));
	test_equal_int(networkd_restore(&it.plan), 0);
	test_equal_int(networkd_restore(&it.plan), 0);
	test_files("back", "05-firstboot-enp1s0.network 05-firstboot-enp2s0.network", "");
	test_assert(has(ETC "enp2s0.network", "edited"));
	test_equal_int(networkd_write_pending(&it.plan), 0);
	test_equal_int(networkd_write_kept(&it.plan), 0);
	test_files("gone", "05-firstboot-enp1s0.network", "");
	/* Keeping that was cut off behind the removal. */
	test_equal_int(networkd_restore(&it.plan), 0);
	test_files("again", "05-firstboot-enp1s0.network 05-firstboot-enp2s0.network", "");
	test_assert(has(ETC "enp2s0.network", "198.51.100.10/24"));
	test_equal_int(atomic_remove(root, ETC "enp2s0.network"), 0);
}

/* What another hand has changed is told of, left alone by other changes, and put right by the same
 * settings again. */
static void drift(void)
{
	plan(TEN, BOTH);
	test_assert(!networkd_find_drift(&it.plan));
	test_equal_int(atomic_write(root, ETC "enp1s0.network", "edited", 0644), 0);
	test_assert(networkd_find_drift(&it.plan) &&
		    streq(networkd_find_drift(&it.plan)->ifname, "enp1s0"));
	test_equal_int(networkd_write_pending(&it.plan), 0);
	test_equal_int(networkd_write_kept(&it.plan), 0);
	test_assert(has(ETC "enp1s0.network", "edited"));
	plan(BOTH, BOTH);
	test_equal_int(networkd_write_pending(&it.plan), 0);
	test_files("the same", "05-firstboot-enp1s0.network 05-firstboot-enp2s0.network",
		"04-firstboot-pending-enp1s0-0000000a.network");
	test_equal_int(networkd_write_kept(&it.plan), 0);
	test_assert(has(ETC "enp1s0.network", "192.0.2.10/24"));
	test_assert(!networkd_find_drift(&it.plan));
}

/* The number of a file, 0 for none. */
static ino_t number_of(const char *path)
{
	_cleanup_close_ int fd = file_open(root, path);
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 ? st.st_ino : 0;
}

/* A device has two files, and its parent's says so. Where the device is made anew, the parent's
 * file is, too, there and back: networkd reads it again. */
static void device(void)
{
	ino_t number;

	plan(BOTH, BOTH VLAN("5"));
	test_equal_int(networkd_write_pending(&it.plan), 0);
	test_files("a VLAN", "05-firstboot-enp1s0.network 05-firstboot-enp2s0.network",
		"04-firstboot-pending-enp1s0-0000000a.network "
		"04-firstboot-pending-enp1s0.5-0000000a.netdev "
		"04-firstboot-pending-enp1s0.5-0000000a.network");
	test_equal_int(networkd_write_kept(&it.plan), 0);
	plan(BOTH VLAN("5"), BOTH VLAN("6"));
	test_equal_int(networkd_write_pending(&it.plan), 0);
	test_files("another id",
		"05-firstboot-enp1s0.network 05-firstboot-enp1s0.5.netdev "
		"05-firstboot-enp1s0.5.network 05-firstboot-enp2s0.network",
		"04-firstboot-pending-enp1s0-0000000a.network "
		"04-firstboot-pending-enp1s0.5-0000000a.netdev");
	number = number_of(ETC "enp1s0.network");
	test_equal_int(networkd_restore(&it.plan), 0);
	test_assert(number_of(ETC "enp1s0.network") != number);
	test_assert(networkd_port_is_remade(&it.change, "enp1s0"));
	test_assert(!networkd_port_is_remade(&it.change, "enp2s0"));
	plan(BOTH VLAN("5"), BOTH);
	test_equal_int(networkd_write_pending(&it.plan), 0);
	test_files("the VLAN leaves",
		"05-firstboot-enp1s0.network 05-firstboot-enp1s0.5.netdev.aside "
		"05-firstboot-enp1s0.5.network.aside 05-firstboot-enp2s0.network",
		"04-firstboot-pending-enp1s0-0000000a.network");
	test_equal_int(networkd_write_kept(&it.plan), 0);
	test_files(
		"the VLAN is gone", "05-firstboot-enp1s0.network 05-firstboot-enp2s0.network", "");
}

/* Pending files of other tries go, other files stay. */
static void strangers(void)
{
	static const char *const stay[] = { "/run/systemd/network/05-firstboot-x.network",
		"/run/systemd/network/10-netplan-enp1s0.network" };

	for (size_t i = 0; i < ARRAY_SIZE(stay); i++)
		test_equal_int(atomic_write(root, stay[i], "", 0644), 0);
	test_equal_int(atomic_write(root, PENDING "enp9s0-12345678.network", "", 0644), 0);
	plan(BOTH, BOTH);
	test_equal_int(networkd_restore(&it.plan), 0);
	test_folder("strangers", "/run/systemd/network",
		"05-firstboot-x.network 10-netplan-enp1s0.network");
	test_assert(networkd_path_is_ours(PENDING "enp9s0-12345678.network"));
	test_assert(networkd_path_is_ours(ETC "enp9s0.network"));
	test_assert(!networkd_path_is_ours(stay[1]));
	test_assert(!networkd_path_is_ours(""));
}

int main(void)
{
	char command[600];

	if (!mkdtemp(root))
		return 1;
	test_run(one_link);
	test_run(leaving);
	test_run(drift);
	test_run(device);
	test_run(strangers);
	networkd_plan_done(&it.plan);
	(void)snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command) == 0 ? test_result() : 1;
}
