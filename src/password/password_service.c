/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "password_service.h"

#include <errno.h>

#include "account.h"
#include "caller.h"
#include "i18n.h"
#include "names.h"
#include "pam_child.h"
#include "password_hash.h"
#include "password_order.h"
#include "root_keys.h"
#include "safe_text.h"
#include "sealed.h"
#include "usec.h"
#include "util.h"

#define ROOT "" /* of the machine itself */

/* A call that PAM works for. */
struct task {
	struct password_service *service;
	sd_bus_message *call;
	int made; /* Make: the password in a memfd, else -1 */
};

/* -- leave and answers ------------------------------------------------------------------------ */

/* The bus lets in nobody else; this asks again. */
static int admit(struct password_service *service, sd_bus_message *message, sd_bus_error *error)
{
	uid_t uid;

	service->last_call = usec_now(CLOCK_MONOTONIC);
	if (caller_identify(message, 0, &uid) < 0)
		return sd_bus_error_set(error, BUS_ERROR_NOT_PERMITTED,
			_("Nothing was changed: this account may not ask for root's password."));
	return 0;
}

static void task_freep(struct task **task)
{
	if (!*task)
		return;
	(*task)->service->n_open--;
	(*task)->service->last_call = usec_now(CLOCK_MONOTONIC);
	closep(&(*task)->made);
	sd_bus_message_unref((*task)->call);
	free(*task);
}

/* Begin what PAM is needed for. task is handed over. */
static int start(struct task *task, enum pam_task what, const struct password_order *order,
	const struct quality_rules *rules, pam_done_fn done)
{
	const struct pam_order pam = { what, "root", order->bytes, order->length, rules };

	return pam_child_start(task->service->event, &pam, done, task);
}

/* A task for message; NULL: no memory. */
static struct task *task_new(struct password_service *service, sd_bus_message *message)
{
	struct task *task = calloc(1, sizeof(*task));

	if (!task)
		return NULL;
	*task = (struct task){ service, sd_bus_message_ref(message), -1 };
	service->n_open++;
	return task;
}

/* Answer with an error. What modules say in their own language may have been cut in a character. */
static void refuse(struct task *task, const char *name, const char *text)
{
	char sentence[600];

	(void)snprintf(sentence, sizeof(sentence), "%s", text);
	safe_utf8(sentence);
	(void)sd_bus_reply_method_errorf(task->call, name, "%s", sentence);
}

/* Not done, for a reason of the machine's. */
static int fail(sd_bus_error *error, int r)
{
	return sd_bus_error_setf(error, BUS_ERROR_FAILED,
		_("The password could not be looked at: %s. Nothing was changed."), strerror(-r));
}

/* -- Verify, Check, Set, Make ----------------------------------------------------------------- */

static void handle_verified(enum pam_outcome outcome, const char *text, void *userdata)
{
	_cleanup_(task_freep) struct task *task = userdata;

	if (outcome == PAM_OUTCOME_OK)
		(void)sd_bus_reply_method_return(task->call, "");
	else
		refuse(task,
			outcome == PAM_OUTCOME_DENIED ? BUS_ERROR_WRONG_PASSWORD : BUS_ERROR_FAILED,
			text);
}

static void handle_checked(enum pam_outcome outcome, const char *text, void *userdata)
{
	_cleanup_(task_freep) struct task *task = userdata;

	if (outcome == PAM_OUTCOME_FAILED)
		refuse(task, BUS_ERROR_FAILED, text);
	else
		(void)sd_bus_reply_method_return(task->call, "bs", outcome == PAM_OUTCOME_OK, text);
}

/* Set or made, or not. */
static void handle_set(enum pam_outcome outcome, const char *text, void *userdata)
{
	_cleanup_(task_freep) struct task *task = userdata;
	char mark[ACCOUNT_MARK_SIZE], sentence[560];

	if (outcome != PAM_OUTCOME_OK) {
		(void)snprintf(
			sentence, sizeof(sentence), _("Root's password was not changed. %s"), text);
		refuse(task, outcome == PAM_OUTCOME_DENIED ? BUS_ERROR_REFUSED : BUS_ERROR_FAILED,
			sentence);
	} else if (account_mark(ROOT, "root", mark) <= 0) {
		refuse(task, BUS_ERROR_FAILED,
			_("Root's password was set, but /etc/shadow holds none now."));
	} else if (task->made >= 0) {
		(void)sd_bus_reply_method_return(task->call, "sh", mark, task->made);
	} else {
		(void)sd_bus_reply_method_return(task->call, "s", mark);
	}
}

/* The rest of a method whose argument is a password that somebody has typed. */
static int take_typed(sd_bus_message *message, struct password_service *service, enum pam_task what,
	const struct quality_rules *rules, pam_done_fn done, sd_bus_error *error)
{
	_cleanup_(password_order_done) struct password_order order = { 0 };
	_cleanup_(task_freep) struct task *task = NULL;
	int r = password_order_read(message, &order, error);

	if (r < 0)
		return r;
	task = task_new(service, message);
	r = task ? start(task, what, &order, rules, done) : -ENOMEM;
	if (r < 0)
		return fail(error, r);
	(void)take_ptr(task);
	return 1;
}

static int method_verify(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	char mark[ACCOUNT_MARK_SIZE];
	int r = admit(userdata, message, error);

	if (r < 0)
		return r;
	if (account_mark(ROOT, "root", mark) == 0)
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("Root has no password on this machine. Log in over ssh with root's key, "
			  "and change settings with \"firstboot --reconfigure\"."));
	return take_typed(message, userdata, PAM_TASK_VERIFY, NULL, handle_verified, error);
}

static int method_check(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct password_service *service = userdata;
	int r = admit(service, message, error);

	if (r < 0)
		return r;
	return take_typed(message, service, PAM_TASK_CHECK, &service->rules, handle_checked, error);
}

static int method_set(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct password_service *service = userdata;
	int r = admit(service, message, error);

	if (r < 0)
		return r;
	return take_typed(message, service, PAM_TASK_SET, &service->rules, handle_set, error);
}

/* No rule of ours: nobody guesses it. PAM's own rules are asked. */
static int method_make(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_(password_order_done) struct password_order order = { 0 };
	_cleanup_(task_freep) struct task *task = NULL;
	struct password_service *service = userdata;
	int r = admit(service, message, error);

	if (r < 0)
		return r;
	r = password_order_make(service->rules.min_length, &order);
	if (r < 0)
		return fail(error, r);
	task = task_new(service, message);
	r = task ? sealed_memfd("firstboot-secret", order.bytes, order.length) : -ENOMEM;
	if (r >= 0) {
		task->made = r;
		r = start(task, PAM_TASK_SET, &order, NULL, handle_set);
	}
	if (r < 0)
		return fail(error, r);
	(void)take_ptr(task);
	return 1;
}

/* -- SetHash ---------------------------------------------------------------------------------- */

/* The hash is in /etc/shadow, or is not. */
static void handle_hash(int r, void *userdata)
{
	_cleanup_(task_freep) struct task *task = userdata;
	char mark[ACCOUNT_MARK_SIZE], sentence[200];

	if (r == -EBUSY) {
		refuse(task, BUS_ERROR_FAILED,
			_("Root's password was not changed: another program has /etc/shadow locked "
			  "(/etc/.pwd.lock). Try again in a minute."));
	} else if (r < 0) {
		(void)snprintf(sentence, sizeof(sentence),
			_("Root's password was not changed: /etc/shadow could not be written: "
			  "%s."),
			strerror(-r));
		refuse(task, BUS_ERROR_FAILED, sentence);
	} else if (account_mark(ROOT, "root", mark) <= 0) {
		refuse(task, BUS_ERROR_FAILED,
			_("Root's password was set, but /etc/shadow holds none now."));
	} else {
		(void)sd_bus_reply_method_return(task->call, "sb", mark, r);
	}
}

/* Is what was sent a hash? order has a page of its own, longer than any secret. */
static bool check_hash(struct password_order *order, struct problem *problem)
{
	order->bytes[order->length] = '\0';
	return account_check_hash(order->bytes, problem);
}

static int method_set_hash(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_(password_order_done) struct password_order order = { 0 };
	_cleanup_(task_freep) struct task *task = NULL;
	struct password_service *service = userdata;
	struct problem problem;
	int r = admit(service, message, error);

	if (r >= 0)
		r = password_order_read(message, &order, error);
	if (r < 0)
		return r;
	if (!check_hash(&order, &problem))
		return sd_bus_error_setf(error, BUS_ERROR_REFUSED,
			_("Root's password was not changed. %s"), problem.text);
	task = task_new(service, message);
	r = task ? password_hash_start(
			   service->event, "root", order.bytes, order.length, handle_hash, task)
		 : -ENOMEM;
	if (r < 0)
		return fail(error, r);
	(void)take_ptr(task);
	return 1;
}

/* -- Logins, AddKey --------------------------------------------------------------------------- */

static int append_key(const char *key, void *userdata)
{
	return sd_bus_message_append(userdata, "s", key);
}

static int method_logins(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	char mark[ACCOUNT_MARK_SIZE];
	int r = admit(userdata, message, error);

	if (r < 0)
		return r;
	r = account_mark(ROOT, "root", mark);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("/etc/shadow cannot be read: %s."), strerror(-r));
	r = sd_bus_message_new_method_return(message, &reply);
	if (r >= 0)
		r = sd_bus_message_append(reply, "s", mark);
	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "s");
	if (r < 0)
		return r;
	r = root_keys_walk(ROOT, append_key, reply);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("Root's SSH keys cannot be read: %s."), strerror(-r));
	r = sd_bus_message_close_container(reply);
	return r < 0 ? r : sd_bus_message_send(reply);
}

static int method_add_key(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	char key[LOGIN_KEY_MAX];
	struct problem problem;
	const char *line;
	int r = admit(userdata, message, error);

	if (r >= 0)
		r = sd_bus_message_read(message, "s", &line);
	if (r < 0)
		return r;
	if (!login_key_check(line, key, &problem))
		return sd_bus_error_setf(
			error, BUS_ERROR_REFUSED, _("The key was not added. %s"), problem.text);
	r = root_keys_add(ROOT, key);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The key was not added to root's authorized_keys: %s."), strerror(-r));
	return sd_bus_reply_method_return(message, "b", r);
}

/* -- the table -------------------------------------------------------------------------------- */

/* Without SD_BUS_VTABLE_UNPRIVILEGED: root's alone by sd-bus's own word, too. */
static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("Logins", SD_BUS_NO_ARGS, SD_BUS_RESULT("s", password, "as", keys),
		method_logins, 0),
	SD_BUS_METHOD_WITH_ARGS("Verify", SD_BUS_ARGS("h", password), SD_BUS_NO_RESULT,
		method_verify, SD_BUS_VTABLE_SENSITIVE),
	SD_BUS_METHOD_WITH_ARGS("Check", SD_BUS_ARGS("h", password),
		SD_BUS_RESULT("b", ok, "s", remark), method_check, SD_BUS_VTABLE_SENSITIVE),
	SD_BUS_METHOD_WITH_ARGS("Set", SD_BUS_ARGS("h", password), SD_BUS_RESULT("s", mark),
		method_set, SD_BUS_VTABLE_SENSITIVE),
	SD_BUS_METHOD_WITH_ARGS("Make", SD_BUS_NO_ARGS, SD_BUS_RESULT("s", mark, "h", password),
		method_make, SD_BUS_VTABLE_SENSITIVE),
	SD_BUS_METHOD_WITH_ARGS("SetHash", SD_BUS_ARGS("h", hash),
		SD_BUS_RESULT("s", mark, "b", changed), method_set_hash, SD_BUS_VTABLE_SENSITIVE),
	SD_BUS_METHOD_WITH_ARGS(
		"AddKey", SD_BUS_ARGS("s", line), SD_BUS_RESULT("b", changed), method_add_key, 0),
	SD_BUS_VTABLE_END,
};

int password_service_init(struct password_service *service)
{
	service->rules = (struct quality_rules){
		.min_length = service->conf->password_min_length,
		.min_classes = service->conf->password_min_classes,
		.dictionary = service->conf->password_dictionary,
		.product = service->conf->product_name,
	};
	service->last_call = usec_now(CLOCK_MONOTONIC);
	return sd_bus_add_object_vtable(
		service->bus, NULL, PASSWORD_PATH, PASSWORD_INTERFACE, vtable, service);
}
