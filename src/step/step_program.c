/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "step_program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include "usec.h"
#include "util.h"

#define EXIT_NOT_EXECUTED 203	       /* as systemd.exec(5) has it */
#define REST_MAX	  (256 * 1024) /* of what is still in the pipe at its end */

struct step_program {
	struct step_order order;
	pid_t pid; /* 0: it has ended */
	int output;
	bool late;
	sd_event_source *output_source, *exit_source, *timer;
};

/* -- the child --------------------------------------------------------------------------------- */

/* What every program may expect, whoever has started us. */
static void reset_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	for (int number = 1; number < NSIG; number++)
		(void)signal(number, SIG_DFL);
}

/* Have the descriptors that it is promised, and no other. None of ours is below STEP_SECRETS_FD,
 * where standard input, output and error are. */
static bool settle_descriptors(const struct step_order *order, int output)
{
	unsigned first = order->secrets < 0 ? STEP_SECRETS_FD : STEP_SECRETS_FD + 1;

	if (dup2(order->input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0)
		return false;
	if (order->secrets == STEP_SECRETS_FD ? fcntl(STEP_SECRETS_FD, F_SETFD, 0) < 0
		: order->secrets >= 0	      ? dup2(order->secrets, STEP_SECRETS_FD) < 0
					      : false)
		return false;
	return close_range(first, ~0U, 0) == 0;
}

/* The child becomes the program, or says why not in a word that the program could have said. */
static _Noreturn void become_program(const struct step_order *order, int output)
{
	char secrets[sizeof(STEP_SECRETS_VARIABLE) + 16];
	char *const arguments[] = { (char *)(uintptr_t)order->path, NULL };
	char *const environment[] = {
		(char[]){ "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
		(char[]){ "LANG=C.UTF-8" }, order->secrets < 0 ? NULL : secrets, NULL
	};

	(void)snprintf(secrets, sizeof(secrets), STEP_SECRETS_VARIABLE "=%d", STEP_SECRETS_FD);
	reset_signals();
	if (setsid() < 0 || chdir("/") < 0 || !settle_descriptors(order, output))
		_exit(EXIT_NOT_EXECUTED);
	(void)execve(order->path, arguments, environment);
	(void)dprintf(STDOUT_FILENO, "MESSAGE=%s: %s.\n", order->path, strerror(errno));
	_exit(EXIT_NOT_EXECUTED);
}

/* -- the parent -------------------------------------------------------------------------------- */

/* End all of its group. As long as it is not reaped, its number is nobody else's. */
static void end_group(const struct step_program *program)
{
	if (program->pid <= 0)
		return;
	(void)kill(program->pid, SIGKILL);
	(void)kill(-program->pid, SIGKILL);
}

struct step_program *step_program_free(struct step_program *program)
{
	if (!program)
		return NULL;
	end_group(program);
	sd_event_source_disable_unref(program->output_source);
	sd_event_source_disable_unref(program->exit_source);
	sd_event_source_disable_unref(program->timer);
	if (program->pid > 0)
		while (waitpid(program->pid, NULL, 0) < 0 && errno == EINTR)
			;
	closep(&program->output);
	free(program);
	return NULL;
}

/* Pass on what it has written. Returns how much that was; 0: there is no more to come. */
static ssize_t pass_on(const struct step_program *program)
{
	char bytes[4096];
	ssize_t n = read(program->output, bytes, sizeof(bytes));

	if (n < 0)
		return errno == EINTR ? 1 : -errno;
	if (n > 0)
		program->order.said(bytes, (size_t)n, program->order.userdata);
	return n;
}

/* It has written something, or nobody has the other end any more. */
static int handle_output(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct step_program *program = userdata;
	ssize_t n = pass_on(program);

	if (n > 0 || n == -EAGAIN)
		return 0;
	return sd_event_source_set_enabled(source, SD_EVENT_OFF);
}

/* It has ended, and its group is ended. What has left the group may hold the pipe open, and write
 * to it without end. */
static int handle_exit(sd_event_source *source, const siginfo_t *info, void *userdata)
{
	struct step_program *program = userdata;
	enum step_end end = program->late		  ? STEP_ENDED_BY_TIME
			    : info->si_code == CLD_EXITED ? STEP_ENDED_BY_ITSELF
							  : STEP_ENDED_BY_SIGNAL;
	size_t rest = 0;
	ssize_t n;

	end_group(program);
	/* The event loop reaps it. */
	program->pid = 0;
	while (rest < REST_MAX && (n = pass_on(program)) > 0)
		rest += (size_t)n;
	program->order.done(end, info->si_status, program->order.userdata);
	return 0;
}

/* Its time is over; handle_exit() reports it. */
static int handle_time(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct step_program *program = userdata;

	program->late = true;
	end_group(program);
	return 0;
}

/* Start the child. */
static int fork_program(struct step_program *program)
{
	_cleanup_close_ int output = -1;
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	program->output = fds[0];
	output = fds[1];
	/* This end alone: the program writes to a pipe as it knows them. */
	if (fcntl(program->output, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		become_program(&program->order, output);
	program->pid = pid;
	return 0;
}

static void step_program_freep(struct step_program **program)
{
	step_program_free(*program);
}

int step_program_start(sd_event *event, const struct step_order *order, struct step_program **ret)
{
	_cleanup_(step_program_freep) struct step_program *program = calloc(1, sizeof(*program));
	int r;

	if (!program)
		return -ENOMEM;
	*program = (struct step_program){ .order = *order, .output = -1 };
	r = fork_program(program);
	if (r >= 0)
		r = sd_event_add_io(event, &program->output_source, program->output, EPOLLIN,
			handle_output, program);
	if (r >= 0)
		r = sd_event_add_child(
			event, &program->exit_source, program->pid, WEXITED, handle_exit, program);
	if (r >= 0)
		r = sd_event_add_time_relative(event, &program->timer, CLOCK_MONOTONIC,
			order->seconds * USEC_PER_SEC, 0, handle_time, program);
	if (r < 0)
		return r;
	*ret = take_ptr(program);
	return 0;
}
