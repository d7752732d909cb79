/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * DHCP clients that ifupdown has started for a link: they would put its old address back with each
 * renewal of the lease. They are killed, since on any other signal they remove every address of the
 * link, the new ones, too.
 */

#include <errno.h>
#include <signal.h>

#include "atomic_file.h"
#include "surroundings_parts.h"

#define NAME_FILE_MAX 64

/* Where they note their process, and what that is called. */
static const struct {
	const char *before, *behind, *name;
} clients[] = {
	{ "/run/dhclient.", ".pid", "dhclient" },
	{ "/run/dhclient6.", ".pid", "dhclient" },
	{ "/run/dhcpcd/", ".pid", "dhcpcd" },
	{ "/run/dhcpcd/", "-4.pid", "dhcpcd" },
	{ "/run/dhcpcd/", "-6.pid", "dhcpcd" },
};

/* Is the process a program of this name? Another one may have the number by now. */
static bool is_program(long pid, const char *name)
{
	_cleanup_free_ char *text = NULL;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
	return file_read("", path, NAME_FILE_MAX, &text) >= 0 &&
	       strncmp(text, name, strlen(name)) == 0 && text[strlen(name)] == '\n';
}

/* The process that a file names; 0: none. */
static long read_pid(const char *path)
{
	_cleanup_free_ char *text = NULL;
	long pid;

	if (file_read("", path, NAME_FILE_MAX, &text) < 0)
		return 0;
	pid = strtol(text, NULL, 10);
	return pid > 1 ? pid : 0;
}

/* End the clients of one link. */
static int end_clients(const char *ifname)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(clients); i++) {
		char path[64];
		long pid;

		(void)snprintf(
			path, sizeof(path), "%s%s%s", clients[i].before, ifname, clients[i].behind);
		pid = read_pid(path);
		if (pid > 0 && is_program(pid, clients[i].name) && kill((pid_t)pid, SIGKILL) < 0 &&
			errno != ESRCH)
			r = -errno;
	}
	return r;
}

int follow_dhcp_clients(struct surroundings *s)
{
	int r = 0;

	for (size_t i = 0; i < s->n_links && !*s->root && !s->plan; i++) {
		int ended = end_clients(s->links[i]);

		if (ended < 0)
			r = ended;
	}
	return r;
}
