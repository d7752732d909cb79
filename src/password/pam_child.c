/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pam_child.h"

#include <errno.h>
#include <security/pam_appl.h>

#include "child.h"
#include "i18n.h"
#include "quality.h"
#include "util.h"

#define OUR_SERVICE "firstboot"
#define LIMIT_USEC  (20 * 1000000ULL)
#define TEXT_SIZE   512

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

/* The whole task, with a copy of the secret that has a NUL byte behind it. */
static bool run_task(const void *what, void *userdata)
{
	const struct pam_order *order = what;
	struct report *report = userdata;
	char *password = strndup(order->secret, order->length);
	int r;

	if (!password)
		return false;
	if (order->rules) {
		r = quality_check(
			order->user, password, order->rules, sizeof(report->text), report->text);
		if (r <= 0) {
			report->outcome = r == 0 ? PAM_OUTCOME_DENIED : PAM_OUTCOME_FAILED;
			return true;
		}
	}
	if (order->task == PAM_TASK_CHECK)
		report->outcome = PAM_OUTCOME_OK;
	else
		run_pam(order->task, order->user, password, report);
	return true;
}

/* -- in the parent ------------------------------------------------------------------------------
 */

struct pam_child {
	pam_done_fn done;
	void *userdata;
};

/* The child has ended: pass on what it reported. */
static void handle_report(const void *from, void *userdata)
{
	_cleanup_free_ struct pam_child *child = userdata;
	struct report report = { .outcome = PAM_OUTCOME_FAILED };

	if (from)
		report = *(const struct report *)from;
	else
		(void)snprintf(report.text, sizeof(report.text), "%s",
			_("The password service of this machine ended without an answer."));
	report.text[sizeof(report.text) - 1] = '\0';
	child->done(report.outcome, report.text, child->userdata);
}

int pam_child_start(
	sd_event *event, const struct pam_order *order, pam_done_fn done, void *userdata)
{
	static const struct child_work work = { run_task, sizeof(struct report), LIMIT_USEC };
	_cleanup_free_ struct pam_child *child = calloc(1, sizeof(*child));
	int r;

	if (!child)
		return -ENOMEM;
	child->done = done;
	child->userdata = userdata;
	r = child_start(event, &work, order, handle_report, child, NULL);
	if (r < 0)
		return r;
	(void)take_ptr(child);
	return 0;
}
