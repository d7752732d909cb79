/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "logins.h"

#include <errno.h>
#include <stdarg.h>

#include "claim.h"
#include "i18n.h"
#include "names.h"
#include "request.h"
#include "safe_text.h"
#include "util.h"

/* A slow machine takes many seconds to start it while it boots. The console waits 25 s for us, who
 * may have to be started before that. */
#define LOOK_USEC (20 * 1000000ULL)

/* A caller who waits to know root's logins. */
struct login_query {
	struct login_query *next;
	sd_bus_message *call;
	logins_fn answer;
};

/* -- questions -------------------------------------------------------------------------------- */

static void query_free(struct login_query *query)
{
	sd_bus_message_unref(query->call);
	free(query);
}

void logins_done(struct service *service)
{
	while (service->queries) {
		struct login_query *query = service->queries;

		service->queries = query->next;
		query_free(query);
	}
	service->looking = sd_bus_slot_unref(service->looking);
	service->asked = sd_bus_slot_unref(service->asked);
}

/* Read the reply to Logins. */
static int read_logins(sd_bus_message *reply, const struct own_logins *own, struct logins *ret)
{
	const char *mark, *key;
	int r = sd_bus_message_read(reply, "s", &mark);

	if (r >= 0)
		r = sd_bus_message_enter_container(reply, 'a', "s");
	if (r < 0)
		return r;
	ret->password = *mark;
	ret->foreign = *mark && !own->pending && !streq(mark, own->password);
	while ((r = sd_bus_message_read(reply, "s", &key)) > 0) {
		ret->key = true;
		ret->foreign |= !own_logins_has_key(own, key);
	}
	return r;
}

/* Somebody else has given root a login: nobody is to take the appliance by its console any more. */
static int claim_if_foreign(
	struct service *service, const struct logins *logins, sd_bus_error *error)
{
	int r;

	if (!logins->foreign || !claim_is_open(service->apply.root))
		return 0;
	r = service_claim(service);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The appliance has an owner, but %s could not be written: %s."),
			STATEDIR "/state", strerror(-r));
	record_write(&(struct record){
		.kind = RECORD_CLAIM,
		.result = RECORD_DONE,
		.old = "unclaimed",
		.new = "claimed",
		.why = _("Root has a password or an SSH key that did not come from the console."),
	});
	return 0;
}

/* The answer has come, or has not. */
static int handle_logins(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	_cleanup_(sd_bus_error_free) sd_bus_error wrong = SD_BUS_ERROR_NULL;
	struct service *service = userdata;
	struct login_query *query = take_ptr(service->queries), *next;
	struct own_logins own;
	struct logins logins = { 0 };
	int r;

	service->looking = sd_bus_slot_unref(service->looking);
	own_logins_load(service->apply.root, &own);
	if (sd_bus_message_is_method_error(reply, NULL))
		r = logins_refuse(reply, &wrong);
	else
		r = read_logins(reply, &own, &logins);
	if (r < 0 && !sd_bus_error_is_set(&wrong))
		(void)sd_bus_error_set(&wrong, BUS_ERROR_FAILED,
			_("The password service of this machine (firstboot-password) gave an "
			  "answer that is not understood."));
	if (r >= 0)
		r = claim_if_foreign(service, &logins, &wrong);
	service->last_call = service_now();
	for (; query; query = next) {
		next = query->next;
		query->answer(service, query->call, r < 0 ? NULL : &logins, &wrong);
		query_free(query);
	}
	return 0;
}

int logins_look(struct service *service)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *question = NULL;
	int r;

	if (service->looking)
		return 0;
	r = sd_bus_message_new_method_call(service->bus, &question, PASSWORD_NAME, PASSWORD_PATH,
		PASSWORD_INTERFACE, "Logins");
	if (r < 0)
		return r;
	return sd_bus_call_async(
		service->bus, &service->looking, question, handle_logins, service, LOOK_USEC);
}

int logins_answer(struct service *service, sd_bus_message *call, logins_fn answer)
{
	struct login_query **last = &service->queries, *query;
	int r = logins_look(service);

	if (r < 0)
		return r;
	query = calloc(1, sizeof(*query));
	if (!query)
		return -ENOMEM;
	*query = (struct login_query){ .call = sd_bus_message_ref(call), .answer = answer };
	while (*last)
		last = &(*last)->next;
	*last = query;
	return 1;
}

int logins_ask(struct service *service, const char *member, sd_bus_message_handler_t answer,
	const char *types, ...)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *question = NULL;
	va_list ap;
	int r;

	r = sd_bus_message_new_method_call(
		service->bus, &question, PASSWORD_NAME, PASSWORD_PATH, PASSWORD_INTERFACE, member);
	if (r >= 0)
		r = sd_bus_message_sensitive(question);
	va_start(ap, types);
	if (r >= 0)
		r = sd_bus_message_appendv(question, types, ap);
	va_end(ap);
	service->asked = sd_bus_slot_unref(service->asked);
	if (r >= 0)
		r = sd_bus_call_async(
			service->bus, &service->asked, question, answer, service, LOGINS_USEC);
	return r;
}

int logins_pass_on(struct service *service, sd_bus_message *message, const char *member,
	sd_bus_message_handler_t answer, enum record_kind kind, sd_bus_error *error)
{
	int fd, r;

	r = request_take_secret(message, &fd, error);
	if (r < 0)
		return r;
	r = logins_ask(service, member, answer, "h", fd);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The password could not be looked at: %s. Nothing was changed."),
			strerror(-r));
	service_hold(service, message, kind, NULL, NULL);
	return 1;
}

bool logins_suffice(const struct service *service, const struct logins *logins)
{
	return service->conf->password_mode == PASSWORD_KEY ? logins->key : logins->password;
}

/* -- what went wrong -------------------------------------------------------------------------- */

int logins_refuse(sd_bus_message *reply, sd_bus_error *error)
{
	static const char *const ours[] = { BUS_ERROR_REFUSED, BUS_ERROR_WRONG_PASSWORD,
		BUS_ERROR_FAILED };
	const sd_bus_error *said = sd_bus_message_get_error(reply);

	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		if (sd_bus_error_has_name(said, ours[i]))
			return sd_bus_error_copy(error, said);
	return sd_bus_error_set(error, BUS_ERROR_FAILED,
		_("The password service of this machine (firstboot-password) does not answer. "
		  "Nothing was changed."));
}

void logins_answer_refusal(struct service *service, sd_bus_message *reply)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;

	(void)logins_refuse(reply, &error);
	service_answer_error(service, error.name, error.message);
}
