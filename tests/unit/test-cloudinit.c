/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cloudinit.h"

#include "tree.h"

#define SOURCE	 "/run/cloud-init/instance-data.json"
#define NOTE	 "/var/lib/cloud/data/set-hostname"
#define HOSTNAME "/etc/hostname"

/* The machine after the local stage, as it is left by cloud-init 22.4 with a NoCloud seed. */
static void leave(const char *note, const char *hostname)
{
	tree_clear();
	tree_write(
		SOURCE, "{\"v1\": {\"cloud_name\": \"nocloud\", \"local_hostname\": \"cloudy\"}}");
	if (note)
		tree_write(NOTE, note);
	if (hostname)
		tree_write(HOSTNAME, hostname);
}

static void hostname(void)
{
	static const struct {
		const char *note, *hostname;
		bool set;
	} rows[] = {
		{ "{\n \"fqdn\": \"cloudy.example.com\",\n \"hostname\": \"cloudy\"\n}\n",
			"cloudy\n", true },
		{ "{\"fqdn\": \"cloudy.example.com\", \"hostname\": \"cloudy\"}",
			"cloudy.example.com\n", true },
		{ "{\"fqdn\": \"cloudy.example.com\", \"hostname\": \"cloudy\"}", "other\n",
			false },
		{ NULL, "cloudy\n", false },
		{ "{\"hostname\": \"cloudy\"}", NULL, false },
		{ "{\"hostname\": 3}", "3\n", false },
		{ "[\"hostname\"]", "cloudy\n", false },
		{ "{\"hostname\": \"clou", "cloudy\n", false },
		{ "", "", false },
	};
	struct cloudinit found;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		leave(rows[i].note, rows[i].hostname);
		cloudinit_read(tree, &found);
		if (found.hostname != rows[i].set || found.network)
			test_fail("row %zu: %d %d", i, found.hostname, found.network);
	}
}

static void network(void)
{
	static const char *const files[] = {
		"/etc/systemd/network/10-cloud-init-enp1s0.network",
		"/etc/netplan/50-cloud-init.yaml",
		"/etc/NetworkManager/system-connections/cloud-init-enp1s0.nmconnection",
		"/etc/network/interfaces.d/50-cloud-init",
	};
	struct cloudinit found;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		leave(NULL, NULL);
		tree_write(files[i], "");
		cloudinit_read(tree, &found);
		test_assert(found.network && !found.hostname);
	}
	leave(NULL, NULL);
	tree_write("/etc/systemd/network/10-other.network", "");
	cloudinit_read(tree, &found);
	test_assert(!found.network);
}

/* An image that was made by a machine of its own has what that left, but not of this start. */
static void earlier_start(void)
{
	struct cloudinit found;

	tree_clear();
	tree_write(NOTE, "{\"hostname\": \"cloudy\"}");
	tree_write(HOSTNAME, "cloudy\n");
	tree_write("/etc/netplan/50-cloud-init.yaml", "");
	cloudinit_read(tree, &found);
	test_assert(!found.hostname && !found.network);
}

int main(void)
{
	test_run(hostname);
	test_run(network);
	test_run(earlier_start);
	tree_done();
	return test_result();
}
