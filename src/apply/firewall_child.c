/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "firewall_child.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "textfile.h"
#include "util.h"

#define LIMIT_USEC   (5 * 1000000ULL) /* until it is ended, with what it waits for */
#define LIMIT_CPU    2		      /* seconds of work */
#define LIMIT_MEMORY (512UL << 20)

/* What the child writes into the pipe: less than PIPE_BUF, so whole or not at all. */
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
static void answer(const struct firewall_question *questions, size_t n, struct report *report)
{
	_cleanup_free_ char *json = NULL;

	if (firewall_list(&json) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		struct firewall_judgement judgement;
		struct firewall_packet packet;
		char ifname[IF_NAMESIZE];

		if (make_packet(&questions[i], ifname, &packet) &&
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

/* The child: no descriptor of the parent's but the pipe. */
static _Noreturn void child_main(const struct firewall_question *questions, size_t n, int pipe_fd)
{
	struct report report = { 0 };
	sigset_t none;

	sigemptyset(&none);
	if (sigprocmask(SIG_SETMASK, &none, NULL) < 0 || dup2(pipe_fd, 3) < 0 ||
		close_range(4, ~0U, 0) < 0 || !set_limits())
		_exit(1);
	answer(questions, n, &report);
	_exit(write(3, &report, sizeof(report)) == sizeof(report) ? 0 : 1);
}

/* -- in the parent ------------------------------------------------------------------------------
 */

struct firewall_child {
	pid_t pid; /* 0: it has ended */
	int pipe_fd;
	sd_event_source *exit_source, *timer;
	firewall_done_fn done;
	void *userdata;
};

struct firewall_child *firewall_child_free(struct firewall_child *child)
{
	if (!child)
		return NULL;
	sd_event_source_disable_unref(child->exit_source);
	sd_event_source_disable_unref(child->timer);
	if (child->pid > 0) {
		(void)kill(child->pid, SIGKILL);
		(void)waitpid(child->pid, NULL, 0);
	}
	if (child->pipe_fd >= 0)
		close(child->pipe_fd);
	free(child);
	return NULL;
}

static void firewall_child_freep(struct firewall_child **child)
{
	firewall_child_free(*child);
}

/* The child has ended: pass on what it reported. */
static int handle_exit(sd_event_source *source, const siginfo_t *info, void *userdata)
{
	_cleanup_(firewall_child_freep) struct firewall_child *child = userdata;
	struct report report;

	child->pid = 0;
	if (read(child->pipe_fd, &report, sizeof(report)) != sizeof(report))
		report = (struct report){ 0 };
	child->done(report.judgements, child->userdata);
	return 0;
}

/* It takes too long; its end is reported by handle_exit(). */
static int handle_limit(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct firewall_child *child = userdata;

	(void)kill(child->pid, SIGKILL);
	return 0;
}

static int fork_child(
	struct firewall_child *child, const struct firewall_question *questions, size_t n)
{
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	child->pipe_fd = fds[0];
	pid = fork();
	if (pid == 0)
		child_main(questions, n, fds[1]);
	close(fds[1]);
	if (pid < 0)
		return -errno;
	child->pid = pid;
	return 0;
}

int firewall_child_start(sd_event *event, const struct firewall_question *questions, size_t n,
	firewall_done_fn done, void *userdata, struct firewall_child **ret)
{
	_cleanup_(firewall_child_freep) struct firewall_child *child = calloc(1, sizeof(*child));
	int r;

	if (!child)
		return -ENOMEM;
	*child = (struct firewall_child){ .pipe_fd = -1, .done = done, .userdata = userdata };
	r = fork_child(child, questions, n);
	if (r >= 0)
		r = sd_event_add_child(
			event, &child->exit_source, child->pid, WEXITED, handle_exit, child);
	if (r >= 0)
		r = sd_event_add_time_relative(
			event, &child->timer, CLOCK_MONOTONIC, LIMIT_USEC, 0, handle_limit, child);
	if (r < 0)
		return r;
	*ret = take_ptr(child);
	return 0;
}
