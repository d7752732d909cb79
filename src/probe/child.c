/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/wait.h>

#include "util.h"

#define PIPE_FD 3 /* in the child */

_Static_assert(CHILD_REPORT_MAX <= PIPE_BUF, "a report is written whole or not at all");

struct child {
	const struct child_work *work;
	pid_t pid; /* 0: it has ended */
	int pipe_fd;
	sd_event_source *exit_source, *timer;
	child_done_fn done;
	void *userdata;
};

/* The child: signals as libraries expect them, no descriptor of the parent's but the pipe. */
static _Noreturn void child_main(const struct child_work *work, const void *what, int pipe_fd)
{
	_Alignas(max_align_t) char report[CHILD_REPORT_MAX] = { 0 };
	sigset_t none;

	sigemptyset(&none);
	if (sigprocmask(SIG_SETMASK, &none, NULL) < 0 || dup2(pipe_fd, PIPE_FD) < 0 ||
		close_range(PIPE_FD + 1, ~0U, 0) < 0 || !work->run(what, report))
		_exit(1);
	_exit(write(PIPE_FD, report, work->report_size) == (ssize_t)work->report_size ? 0 : 1);
}

struct child *child_free(struct child *child)
{
	if (!child)
		return NULL;
	sd_event_source_disable_unref(child->exit_source);
	sd_event_source_disable_unref(child->timer);
	if (child->pid > 0) {
		(void)kill(child->pid, SIGKILL);
		while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	closep(&child->pipe_fd);
	free(child);
	return NULL;
}

static void child_freep(struct child **child)
{
	child_free(*child);
}

/* It has ended: pass on what it reported. */
static int handle_exit(sd_event_source *source, const siginfo_t *info, void *userdata)
{
	_Alignas(max_align_t) char report[CHILD_REPORT_MAX];
	_cleanup_(child_freep) struct child *child = userdata;
	const size_t size = child->work->report_size;

	child->pid = 0;
	child->done(read(child->pipe_fd, report, size) == (ssize_t)size ? report : NULL,
		child->userdata);
	return 0;
}

/* It takes too long; its end is reported by handle_exit(). */
static int handle_limit(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct child *child = userdata;

	(void)kill(child->pid, SIGKILL);
	return 0;
}

static int fork_child(struct child *child, const void *what)
{
	const struct child_work *work = child->work;
	_cleanup_close_ int writer = -1;
	int fds[2];
	pid_t pid;

	/* Nonblocking: what the work has left running may hold the other end open for ever. */
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	child->pipe_fd = fds[0];
	writer = fds[1];
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		/* The parent's notes on it are nothing to work with. */
		child_free(child);
		child_main(work, what, writer);
	}
	child->pid = pid;
	return 0;
}

int child_start(sd_event *event, const struct child_work *work, const void *what,
	child_done_fn done, void *userdata, struct child **ret)
{
	_cleanup_(child_freep) struct child *child = calloc(1, sizeof(*child));
	int r;

	if (!child)
		return -ENOMEM;
	*child = (struct child){ .work = work, .pipe_fd = -1, .done = done, .userdata = userdata };
	if (work->report_size > CHILD_REPORT_MAX)
		return -EINVAL;
	r = fork_child(child, what);
	if (r >= 0)
		r = sd_event_add_child(
			event, &child->exit_source, child->pid, WEXITED, handle_exit, child);
	if (r >= 0)
		r = sd_event_add_time_relative(event, &child->timer, CLOCK_MONOTONIC,
			work->limit_usec, 0, handle_limit, child);
	if (r < 0)
		return r;
	if (ret)
		*ret = child;
	(void)take_ptr(child);
	return 0;
}
