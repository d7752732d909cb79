/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "clone.h"

#include <fcntl.h>
#include <signal.h>

#include "atomic_file.h"
#include "ssh_keys.h"
#include "tree.h"
#include "util.h"

#define UUID "/sys/class/dmi/id/product_uuid"

/* -- is it a copy? ------------------------------------------------------------------------------
 */

/* Plug in a card whose address is its own (or was set: no permanent one). */
static void plug(const char *name, const char *mac, bool permanent)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "/sys/class/net/%s/device/uevent", name);
	tree_write(path, "");
	(void)snprintf(path, sizeof(path), "/sys/class/net/%s/address", name);
	tree_write(path, mac);
	(void)snprintf(path, sizeof(path), "/sys/class/net/%s/addr_assign_type", name);
	tree_write(path, permanent ? "0\n" : "3\n");
}

static void unplug_all(void)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/sys/class/net", tree);
	(void)nftw(path, tree_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A machine of one card that has been noted. */
static void new_machine(void)
{
	char why[64] = "";

	tree_clear();
	tree_write_mode(UUID, "4C4C4544-0042-3510-8051-C7C04F4B3732\n", 0400);
	plug("enp1s0", "52:54:00:12:34:56\n", true);
	test_equal_int(clone_check(tree, why, sizeof(why)), 0);
	test_equal_str(why, "");
}

static void test_check(const char *label, int expected, const char *expected_why)
{
	char why[64] = "";

	test_equal_int(clone_check(tree, why, sizeof(why)), expected);
	test_equal_str_at(label, why, expected_why);
}

static void noted(void)
{
	struct stat st;

	new_machine();
	test_equal_str(tree_read(STATEDIR "/identity"),
		"# By this firstboot knows the machine again.\n"
		"UUID=4C4C4544-0042-3510-8051-C7C04F4B3732\nMAC=52:54:00:12:34:56\n");
	test_assert(stat(tree_path(STATEDIR "/identity"), &st) == 0);
	test_equal_int(st.st_mode & 07777, 0600);
	test_check("again", 0, "");
}

static void copies(void)
{
	new_machine();
	tree_write(UUID, "4c4c4544-0042-3510-8051-c7c04f4b3732\n");
	test_check("the same in small letters", 0, "");
	tree_write(UUID, "00000000-1111-2222-3333-444444444444\n");
	test_check("UUID", 1, "another machine UUID");
	test_check("it is said until it is answered", 1, "another machine UUID");
	test_equal_int(clone_accept(tree), 0);
	test_check("accepted", 0, "");

	unplug_all();
	plug("enp1s0", "52:54:00:99:99:99\n", true);
	test_check("all cards", 1, "other hardware addresses");
	tree_write(UUID, "00000000-1111-2222-3333-555555555555\n");
	test_check("both", 1, "another machine UUID and other hardware addresses");
}

/* What happens to one and the same machine. */
static void no_copies(void)
{
	new_machine();
	plug("enp2s0", "52:54:00:12:34:57\n", true);
	test_check("a card was added", 0, "");
	unplug_all();
	plug("enp2s0", "52:54:00:12:34:57\n", true);
	test_check("and the first one removed later", 0, "");
	unplug_all();
	test_check("there is none", 0, "");
	test_assert(remove(tree_path(UUID)) == 0);
	plug("enp3s0", "52:54:00:12:34:58\n", true);
	test_check("no UUID any more", 0, "");
}

/* Addresses that do not tell one card from another do not count. */
static void addresses_that_were_set(void)
{
	new_machine();
	unplug_all();
	plug("enp1s0", "02:00:00:00:00:01\n", false);
	test_check("set by an operator", 0, "");

	new_machine();
	plug("enp2s0", "52:54:00:12:34:57\n", true);
	test_check("two cards", 0, "");
	unplug_all();
	plug("enp1s0", "52:54:00:12:34:56\n", false);
	plug("enp2s0", "52:54:00:12:34:56\n", false);
	tree_write("/sys/class/net/enp2s0/bonding_slave/perm_hwaddr", "52:54:00:12:34:57\n");
	tree_write("/sys/class/net/enp1s0/bonding_slave/perm_hwaddr", "52:54:00:12:34:56\n");
	tree_write("/sys/class/net/bond0/address", "52:54:00:12:34:56\n");
	tree_write("/sys/class/net/bond0/addr_assign_type", "0\n");
	test_check("in a bond", 0, "");
	test_assert(strstr(
		tree_read(STATEDIR "/identity"), "MAC=52:54:00:12:34:56\nMAC=52:54:00:12:34:57\n"));
}

static void garbled(void)
{
	new_machine();
	tree_write(STATEDIR "/identity", "");
	test_check("empty", 0, "");
	tree_write(STATEDIR "/identity", "MAC=\nUUID\n=\nMAC=x=y\n");
	test_check("garbled", 1, "other hardware addresses");
	test_assert(remove(tree_path(STATEDIR "/identity")) == 0);
	test_assert(mkdir(tree_path(STATEDIR "/identity"), 0755) == 0);
	test_equal_int(clone_check(tree, (char[64]){ 0 }, 64), -EINVAL);
}

/* -- an identity of its own ---------------------------------------------------------------------
 */

#define OLD_ID	"0123456789abcdef0123456789abcdef\n"
#define RSA	"/etc/ssh/ssh_host_rsa_key"
#define ED25519 "/etc/ssh/ssh_host_ed25519_key"
#define DSA	"/etc/ssh/ssh_host_dsa_key"

static struct apply_result answer;

static void handle_done(const struct apply_result *result, void *userdata)
{
	answer = *result;
	(void)sd_event_exit(userdata, 0);
}

/* Renew, and wait for the answer. Returns what clone_renew() did. */
static int renew(uint32_t what)
{
	struct apply apply = { .root = tree };
	int r;

	answer = (struct apply_result){ 0 };
	test_equal_int(sd_event_new(&apply.event), 0);
	r = clone_renew(&apply, what, handle_done, apply.event);
	if (r >= 0)
		test_equal_int(sd_event_loop(apply.event), 0);
	sd_event_unref(apply.event);
	return r;
}

/* A copy, as it is when it has started. */
static void new_copy(void)
{
	new_machine();
	tree_write(UUID, "00000000-1111-2222-3333-444444444444\n");
	tree_write_mode("/etc/machine-id", OLD_ID, 0444);
	tree_write_mode("/var/lib/dbus/machine-id", OLD_ID, 0644);
	tree_write("/var/lib/NetworkManager/internal-1-enp1s0.lease", "ADDRESS=192.0.2.9\n");
	tree_write("/var/lib/NetworkManager/timestamps", "x\n");
	tree_write("/var/lib/dhcp/dhclient.enp1s0.leases", "default-duid \"x\";\n");
	tree_write("/var/lib/dhcpcd/duid", "00:01\n");
	tree_write(RSA, "old rsa\n");
	tree_write(RSA ".pub", "old rsa\n");
	tree_write_mode(ED25519, "old ed25519\n", 0600);
	tree_write(DSA, "old dsa\n");
	tree_write(DSA ".pub", "old dsa\n");
	tree_write("/etc/ssh/sshd_config", "Port 22\n");
	(void)tree_path(RUNDIR "/");
}

/* Is it 32 small hexadecimal digits and a line end, and not the old one? */
static bool is_new_id(const char *text)
{
	return strlen(text) == 33 && strspn(text, "0123456789abcdef") == 32 && text[32] == '\n' &&
	       !streq(text, OLD_ID);
}

static void machine_id(void)
{
	char id[64];

	new_copy();
	test_equal_int(renew(CLONE_MACHINE_ID), 0);
	test_assert(answer.ok);
	test_assert(strstr(answer.text, "Restart this machine"));
	(void)snprintf(id, sizeof(id), "%s", tree_read("/etc/machine-id"));
	test_assert(is_new_id(id));
	test_equal_str(tree_read("/var/lib/dbus/machine-id"), id);
	test_equal_str(tree_read("/var/lib/NetworkManager/internal-1-enp1s0.lease"), "(none)");
	test_equal_str(tree_read("/var/lib/NetworkManager/timestamps"), "x\n");
	test_equal_str(tree_read("/var/lib/dhcp/dhclient.enp1s0.leases"), "(none)");
	test_equal_str(tree_read("/var/lib/dhcpcd/duid"), "(none)");
	test_equal_str(tree_read(RSA), "old rsa\n");
	test_check("noted", 0, "");
}

/* A link in the place of D-Bus' copy leads to the new one by itself, and stays a link. */
static void linked_machine_id(void)
{
	struct stat st;

	new_copy();
	test_assert(remove(tree_path("/var/lib/dbus/machine-id")) == 0);
	tree_link("/var/lib/dbus/machine-id", "/etc/machine-id");
	test_equal_int(renew(CLONE_MACHINE_ID), 0);
	test_assert(answer.ok);
	test_assert(lstat(tree_path("/var/lib/dbus/machine-id"), &st) == 0 && S_ISLNK(st.st_mode));
}

/* A key is a private one that nobody else may read, with its public half. */
static void test_key(const char *path, const char *type)
{
	char public[128];
	struct stat st;

	test_assert(strncmp(tree_read(path), "-----BEGIN OPENSSH PRIVATE KEY-----\n", 36) == 0);
	test_assert(stat(tree_path(path), &st) == 0);
	test_equal_int(st.st_mode & 07777, 0600);
	(void)snprintf(public, sizeof(public), "%s.pub", path);
	test_assert(strncmp(tree_read(public), type, strlen(type)) == 0);
	test_assert(stat(tree_path(public), &st) == 0);
	test_equal_int(st.st_mode & 07777, 0644);
}

static void ssh_keys(void)
{
	new_copy();
	tree_write(RUNDIR "/host-keys/etc/ssh/ssh_host_rsa_key.left", "x");
	test_equal_int(renew(CLONE_SSH_KEYS), 0);
	test_equal_str(answer.text, "");
	test_assert(answer.ok);
	test_key(RSA, "ssh-rsa ");
	test_key(ED25519, "ssh-ed25519 ");
	test_equal_str(tree_read("/etc/ssh/ssh_host_ecdsa_key"), "(none)");
	test_equal_str(tree_read(DSA), "(none)");
	test_equal_str(tree_read(DSA ".pub"), "(none)");
	test_equal_str(tree_read("/etc/ssh/sshd_config"), "Port 22\n");
	test_equal_str(tree_read("/etc/machine-id"), OLD_ID);
	test_assert(access(tree_path(RUNDIR "/host-keys"), F_OK) < 0);
	test_check("noted", 0, "");
}

/* No two copies get the same. */
static void both(void)
{
	_cleanup_free_ char *first = NULL;

	new_copy();
	test_equal_int(renew(CLONE_MACHINE_ID | CLONE_SSH_KEYS), 0);
	test_assert(answer.ok);
	test_assert(is_new_id(tree_read("/etc/machine-id")));
	first = strdup(tree_read(ED25519));
	test_equal_int(renew(CLONE_SSH_KEYS), 0);
	test_assert(answer.ok);
	test_assert(first && !streq(first, tree_read(ED25519)));
}

/* Nothing is made for a machine that has none. */
static void no_ssh(void)
{
	new_machine();
	tree_write("/etc/ssh/sshd_config", "Port 22\n");
	test_assert(!ssh_keys_exist(tree));
	test_equal_int(renew(CLONE_SSH_KEYS), 0);
	test_assert(answer.ok);
	test_assert(access(tree_path(RSA), F_OK) < 0);
}

/* What fails before anything is changed changes nothing. */
static void failures(void)
{
	new_copy();
	tree_write(RUNDIR "/host-keys/etc/ssh/in/the/way", "x");
	test_equal_int(renew(CLONE_MACHINE_ID | CLONE_SSH_KEYS), -EEXIST);
	test_equal_str(tree_read(RSA), "old rsa\n");
	test_equal_str(tree_read("/etc/machine-id"), OLD_ID);

	new_copy();
	test_assert(remove(tree_path("/etc/machine-id")) == 0);
	tree_write("/etc/machine-id/folder", "x");
	test_equal_int(renew(CLONE_MACHINE_ID), 0);
	test_assert(!answer.ok);
	test_equal_str(answer.text,
		"Nothing was changed: /etc/machine-id could not be replaced: Is "
		"a directory.");
	test_check("asked again", 1, "another machine UUID");
}

int main(void)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	test_run(noted);
	test_run(copies);
	test_run(no_copies);
	test_run(addresses_that_were_set);
	test_run(garbled);
	test_run(machine_id);
	test_run(linked_machine_id);
	test_run(ssh_keys);
	test_run(both);
	test_run(no_ssh);
	test_run(failures);
	tree_done();
	return test_result();
}
