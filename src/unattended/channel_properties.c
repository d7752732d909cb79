/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Properties that VMware has asked for when the machine was deployed: guestinfo.ovfEnv, by the
 * program of its guest tools. Everybody in the machine can ask for them, and they stay for its
 * life: nothing secret is taken from there. The program and the XML are a child's affair, which is
 * ended when it takes too long.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include "channels.h"
#include "child.h"
#include "i18n.h"
#include "ovf.h"
#include "textfile.h"
#include "util.h"

#define PROGRAM	   "/usr/bin/vmware-rpctool"
#define LIMIT_USEC (5 * 1000000ULL)
#define XML_MAX	   (256 * 1024)

_Static_assert(sizeof(struct ovf_answers) <= CHILD_REPORT_MAX, "it is a child's report");

/* What the child has told. */
struct told {
	struct ovf_answers answers;
	bool over;
};

/* Start the program, and read what it prints. */
static int ask_program(const char *program, char **ret)
{
	static char name[] = "vmware-rpctool", question[] = "info-get guestinfo.ovfEnv";
	static char *const argv[] = { name, question, NULL }, *const envp[] = { NULL };
	_cleanup_close_ int reader = -1, writer = -1;
	posix_spawn_file_actions_t actions;
	int fds[2], r, status;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	reader = fds[0];
	writer = fds[1];
	r = -posix_spawn_file_actions_init(&actions);
	if (r < 0)
		return r;
	r = -posix_spawn_file_actions_adddup2(&actions, writer, STDOUT_FILENO);
	if (r == 0)
		r = -posix_spawn_file_actions_addopen(
			&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (r == 0)
		r = -posix_spawn(&pid, program, &actions, NULL, argv, envp);
	(void)posix_spawn_file_actions_destroy(&actions);
	if (r < 0)
		return r;
	close(take_fd(&writer));
	r = textfile_read_fd(reader, XML_MAX, ret);
	close(take_fd(&reader)); /* it may have more to say */
	if (waitpid(pid, &status, 0) < 0)
		return -errno;
	/* The machine has no such properties, or is none of VMware's. */
	if (r != -EFBIG && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
		return -ENOENT;
	return r;
}

/* The child: struct ovf_answers, where there are any. */
static bool ask(const void *program, void *report)
{
	_cleanup_free_ char *xml = NULL;
	struct ovf_answers *answers = report;
	int r = ask_program(program, &xml);

	if (r == -ENOENT)
		return true;
	if (r < 0)
		(void)snprintf(answers->problem, sizeof(answers->problem),
			_("The answer of %s is no text, or too long."), (const char *)program);
	else
		ovf_read(xml, answers);
	return true;
}

/* The child has ended. */
static void handle_report(const void *report, void *userdata)
{
	struct told *told = userdata;

	if (report)
		memcpy(&told->answers, report, sizeof(told->answers));
	else
		(void)snprintf(told->answers.problem, sizeof(told->answers.problem),
			_("%s did not answer in time."), PROGRAM);
	told->over = true;
}

/* Have a child ask, and wait for it. */
static int ask_child(struct channel_search *search, const char *program, struct told *told)
{
	static const struct child_work work = {
		.run = ask,
		.report_size = sizeof(struct ovf_answers),
		.limit_usec = LIMIT_USEC,
	};
	sigset_t set;
	int r;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	r = child_start(search->event, &work, program, handle_report, told, NULL);

	while (r >= 0 && !told->over)
		r = sd_event_run(search->event, UINT64_MAX);
	return r;
}

int channel_properties(struct channel_search *search, struct channel_offer *ret)
{
	struct told told = { 0 };
	char program[PATH_MAX], *text;
	int r;

	(void)snprintf(program, sizeof(program), "%s%s", search->root, PROGRAM);
	if (access(program, X_OK) < 0)
		return 0;
	r = ask_child(search, program, &told);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	if (!*told.answers.problem && !*told.answers.text)
		return 0;
	(void)snprintf(ret->source, sizeof(ret->source), "%s", _("the properties of VMware"));
	if (*told.answers.problem) {
		r = answers_complain(
			search->problems, "guestinfo.ovfEnv", 0, "%s", told.answers.problem);
		return r < 0 ? r : 1;
	}
	text = strdup(told.answers.text);
	r = text ? channel_add(ret, "guestinfo.ovfEnv", text, true) : -ENOMEM;
	return r < 0 ? r : 1;
}
