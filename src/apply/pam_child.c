/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pam_child.h"

#include <errno.h>
#include <fcntl.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <sys/wait.h>

#include "i18n.h"
#include "quality.h"
#include "util.h"

#define OUR_SERVICE  "firstboot"
#define TIMEOUT_USEC (20 * 1000000ULL)
#define TEXT_SIZE    512

/* What the child writes into the pipe: less than PIPE_BUF, so whole or not at all. */
struct report {
	enum pam_outcome outcome;
	char text[TEXT_SIZE];
};

/* -- in the child -------------------------------------------------------------------------------
 */

/* What the conversation answers with, and the last thing that a module said. */
struct talk {
	const char *password;
	char said[TEXT_SIZE / 2];
};

/* Answer one message of a module. */
static int answer_message(struct talk *talk, const struct pam_message *message, char **ret)
{
	*ret = NULL;
	switch (message->msg_style) {
	case PAM_PROMPT_ECHO_OFF:
		*ret = strdup(talk->password);
		return *ret ? PAM_SUCCESS : PAM_BUF_ERR;
	case PAM_ERROR_MSG:
	case PAM_TEXT_INFO:
		(void)snprintf(talk->said, sizeof(talk->said), "%s", message->msg);
		return PAM_SUCCESS;
	default:
		return PAM_CONV_ERR;
	}
}

/* The conversation function of pam_conv(3): every hidden question is about the one password. */
static int converse(
	int n, const struct pam_message **messages, struct pam_response **ret, void *userdata)
{
	struct pam_response *answers;

	if (n <= 0 || n > PAM_MAX_NUM_MSG)
		return PAM_CONV_ERR;
	answers = calloc((size_t)n, sizeof(*answers));
	if (!answers)
		return PAM_BUF_ERR;
	for (int i = 0; i < n; i++) {
		int code = answer_message(userdata, messages[i], &answers[i].resp);

		if (code != PAM_SUCCESS) {
			while (i-- > 0)
				free(answers[i].resp);
			free(answers);
			return code;
		}
	}
	*ret = answers;
	return PAM_SUCCESS;
}

/* Which outcome a PAM code is, and the sentence for it. */
static void describe_code(
	pam_handle_t *pam, int code, const struct talk *talk, struct report *report)
{
	switch (code) {
	case PAM_SUCCESS:
		report->outcome = PAM_OUTCOME_OK;
		return;
	case PAM_AUTH_ERR:
	case PAM_USER_UNKNOWN:
	case PAM_PERM_DENIED:
		report->outcome = PAM_OUTCOME_DENIED;
		(void)snprintf(report->text, sizeof(report->text), "%s",
			_("This is not root's password."));
		return;
	case PAM_MAXTRIES:
	case PAM_ACCT_EXPIRED:
	case PAM_NEW_AUTHTOK_REQD:
		report->outcome = PAM_OUTCOME_DENIED;
		break;
	default:
		report->outcome = PAM_OUTCOME_FAILED;
		break;
	}
	(void)snprintf(report->text, sizeof(report->text), "%s (%s).",
		talk->said[0] ? talk->said : _("The password service refused"),
		pam_strerror(pam, code));
}

/* One PAM transaction. */
static void run_pam(
	enum pam_task task, const char *user, const char *password, struct report *report)
{
	struct talk talk = { .password = password };
	const struct pam_conv conversation = { .conv = converse, .appdata_ptr = &talk };
	pam_handle_t *pam = NULL;
	int code;

	code = pam_start(OUR_SERVICE, user, &conversation, &pam);
	if (code == PAM_SUCCESS && task == PAM_TASK_SET)
		code = pam_chauthtok(pam, 0);
	if (code == PAM_SUCCESS && task == PAM_TASK_VERIFY)
		code = pam_authenticate(pam, PAM_DISALLOW_NULL_AUTHTOK);
	if (code == PAM_SUCCESS && task == PAM_TASK_VERIFY)
		code = pam_acct_mgmt(pam, PAM_DISALLOW_NULL_AUTHTOK);
	describe_code(pam, code, &talk, report);
	if (pam)
		(void)pam_end(pam, code);
}

/* The whole task; fills report. */
static void run_task(enum pam_task task, const char *user, const char *password,
	unsigned min_length, struct report *report)
{
	int r;

	if (task != PAM_TASK_VERIFY) {
		r = quality_check(user, password, min_length, sizeof(report->text), report->text);
		if (r <= 0) {
			report->outcome = r == 0 ? PAM_OUTCOME_DENIED : PAM_OUTCOME_FAILED;
			return;
		}
	}
	if (task == PAM_TASK_CHECK)
		report->outcome = PAM_OUTCOME_OK;
	else
		run_pam(task, user, password, report);
}

/* The child: signals as a module expects them, no descriptor of the parent's but the pipe. */
static _Noreturn void child_main(enum pam_task task, const char *user, const char *password,
	unsigned min_length, int pipe_fd)
{
	struct report report = { .outcome = PAM_OUTCOME_FAILED };
	sigset_t none;

	sigemptyset(&none);
	if (sigprocmask(SIG_SETMASK, &none, NULL) < 0 || dup2(pipe_fd, 3) < 0 ||
		close_range(4, ~0U, 0) < 0)
		_exit(1);
	run_task(task, user, password, min_length, &report);
	_exit(write(3, &report, sizeof(report)) == sizeof(report) ? 0 : 1);
}

/* -- in the parent ------------------------------------------------------------------------------
 */

struct pam_child {
	pid_t pid;
	int pipe_fd;
	sd_event_source *exit_source, *timer;
	pam_done_fn done;
	void *userdata;
};

static void pam_child_freep(struct pam_child **child)
{
	if (!*child)
		return;
	sd_event_source_disable_unref((*child)->exit_source);
	sd_event_source_disable_unref((*child)->timer);
	if ((*child)->pipe_fd >= 0)
		close((*child)->pipe_fd);
	free(*child);
}

/* The child has ended: pass on what it reported. */
static int handle_exit(sd_event_source *source, const siginfo_t *info, void *userdata)
{
	_cleanup_(pam_child_freep) struct pam_child *child = userdata;
	struct report report = { 0 };

	if (read(child->pipe_fd, &report, sizeof(report)) != sizeof(report)) {
		report.outcome = PAM_OUTCOME_FAILED;
		(void)snprintf(report.text, sizeof(report.text), "%s",
			_("The password service of this machine ended without an answer."));
	}
	report.text[sizeof(report.text) - 1] = '\0';
	child->done(report.outcome, report.text, child->userdata);
	return 0;
}

/* The child hangs in a module; its end is reported by handle_exit(). */
static int handle_timeout(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct pam_child *child = userdata;

	(void)kill(child->pid, SIGKILL);
	return 0;
}

/* Fork; the child keeps a copy of the secret with a NUL byte behind it. */
static int fork_child(enum pam_task task, const char *user, const char *secret, size_t length,
	unsigned min_length, pid_t *ret_pid)
{
	int fds[2];
	pid_t pid;

	/* Nonblocking: what a module has left running may hold the other end open for ever. */
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	pid = fork();
	if (pid < 0) {
		int r = -errno;

		close(fds[0]);
		close(fds[1]);
		return r;
	}
	if (pid == 0) {
		char *password = strndup(secret, length);

		if (!password)
			_exit(1);
		child_main(task, user, password, min_length, fds[1]);
	}
	close(fds[1]);
	*ret_pid = pid;
	return fds[0];
}

int pam_child_start(sd_event *event, enum pam_task task, const char *user, const char *secret,
	size_t length, unsigned min_length, pam_done_fn done, void *userdata)
{
	_cleanup_(pam_child_freep) struct pam_child *child = calloc(1, sizeof(*child));
	int r;

	if (!child)
		return -ENOMEM;
	child->pipe_fd = -1;
	child->done = done;
	child->userdata = userdata;
	r = sd_event_add_time_relative(
		event, &child->timer, CLOCK_MONOTONIC, TIMEOUT_USEC, 0, handle_timeout, child);
	if (r < 0)
		return r;
	child->pipe_fd = fork_child(task, user, secret, length, min_length, &child->pid);
	if (child->pipe_fd < 0)
		return child->pipe_fd;
	r = sd_event_add_child(event, &child->exit_source, child->pid, WEXITED, handle_exit, child);
	if (r < 0) {
		(void)kill(child->pid, SIGKILL);
		(void)waitpid(child->pid, NULL, 0);
		return r;
	}
	(void)take_ptr(child);
	return 0;
}
