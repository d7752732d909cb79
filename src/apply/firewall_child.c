/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "firewall_child.h"

#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <sys/resource.h>

#include "child.h"
#include "syscall_filter.h"
#include "util.h"

#define LIMIT_USEC   (5 * 1000000ULL)
#define LIMIT_CPU    2 /* seconds of work */
#define LIMIT_MEMORY (512UL << 20)

struct task {
	const struct firewall_question *questions;
	size_t n;
};

struct report {
	struct firewall_judgement judgements[FIREWALL_PACKETS_MAX];
};

/* -- in the child -------------------------------------------------------------------------------
 */

/* A number of a link in /sys, or fallback. */
static int read_number(const char *ifname, const char *name, int fallback)
{
	char path[80], text[16];
	_cleanup_fclose_ FILE *f = NULL;

	(void)snprintf(path, sizeof(path), "/sys/class/net/%s/%s", ifname, name);
	f = fopen(path, "re");
	return f && fgets(text, sizeof(text), f) ? atoi(text) : fallback;
}

/* Do other links receive for this one? So it is when that cannot be seen. */
static bool is_stacked(const char *ifname)
{
	char path[80];
	struct dirent *entry;
	bool stacked = false;
	DIR *dir;

	(void)snprintf(path, sizeof(path), "/sys/class/net/%s", ifname);
	dir = opendir(path);
	if (!dir)
		return true;
	while ((entry = readdir(dir)))
		stacked |= strncmp(entry->d_name, "lower_", 6) == 0 ||
			   streq(entry->d_name, "brif") || streq(entry->d_name, "bonding");
	(void)closedir(dir);
	return stacked;
}

/* The packet that a question is about. False: there is no such link. */
static bool make_packet(const struct firewall_question *question, char ifname[static IF_NAMESIZE],
	struct firewall_packet *ret)
{
	if (!if_indextoname((unsigned)question->ifindex, ifname))
		return false;
	*ret = (struct firewall_packet){
		.iifname = ifname,
		.daddr = question->daddr,
		.dport = question->dport,
		.iifgroup = read_number(ifname, "netdev_group", -1),
		.iiftype = (unsigned)read_number(ifname, "type", 0),
		.stacked = is_stacked(ifname),
	};
	return true;
}

/* Answer all questions; what cannot be answered stays not known. */
static void answer(const struct task *task, struct report *report)
{
	_cleanup_free_ char *json = NULL;

	if (firewall_list(&json) < 0)
		return;
	for (size_t i = 0; i < task->n; i++) {
		struct firewall_judgement judgement;
		struct firewall_packet packet;
		char ifname[IF_NAMESIZE];

		if (make_packet(&task->questions[i], ifname, &packet) &&
			firewall_judge(json, strlen(json), &packet, 1, &judgement) >= 0)
			report->judgements[i] = judgement;
	}
}

/* Hold it within bounds. */
static bool set_limits(void)
{
	const struct rlimit cpu = { LIMIT_CPU, LIMIT_CPU }, core = { 0, 0 };

#ifndef __SANITIZE_ADDRESS__
	/* The sanitizer's shadow alone is larger. */
	const struct rlimit memory = { LIMIT_MEMORY, LIMIT_MEMORY };

	if (setrlimit(RLIMIT_AS, &memory) < 0)
		return false;
#endif
	return setrlimit(RLIMIT_CPU, &cpu) >= 0 && setrlimit(RLIMIT_CORE, &core) >= 0;
}

/* The child's work. */
static bool run_task(const void *what, void *report)
{
	if (!set_limits() || syscall_filter_enter(SYSCALL_FILTER_NO_EXEC) < 0)
		return false;
	answer(what, report);
	return true;
}

/* -- in the parent ------------------------------------------------------------------------------
 */

struct firewall_child {
	struct child *child;
	firewall_done_fn done;
	void *userdata;
};

struct firewall_child *firewall_child_free(struct firewall_child *child)
{
	if (!child)
		return NULL;
	child_free(child->child);
	free(child);
	return NULL;
}

/* Pass on what it reported. */
static void handle_report(const void *report, void *userdata)
{
	static const struct report unknown;
	_cleanup_free_ struct firewall_child *child = userdata;
	const struct report *judged = report ? report : &unknown;

	child->done(judged->judgements, child->userdata);
}

int firewall_child_start(sd_event *event, const struct firewall_question *questions, size_t n,
	firewall_done_fn done, void *userdata, struct firewall_child **ret)
{
	static const struct child_work work = { run_task, sizeof(struct report), LIMIT_USEC };
	const struct task task = { questions, n };
	_cleanup_free_ struct firewall_child *child = calloc(1, sizeof(*child));
	int r;

	if (!child)
		return -ENOMEM;
	child->done = done;
	child->userdata = userdata;
	r = child_start(event, &work, &task, handle_report, child, &child->child);
	if (r < 0)
		return r;
	*ret = take_ptr(child);
	return 0;
}
