/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What firstbootd asks firstboot-password: it touches neither shadow(5) nor root's home itself.
 * Secrets go on as the memfds that they came in. Whenever root's logins are looked at while the
 * appliance is unclaimed, and one is there that did not come from this console (cloud-init, a
 * credential, the image), the appliance is claimed.
 */

#include "own_logins.h"
#include "service.h"

/* PAM's child has 20 s. */
#define LOGINS_USEC (23 * 1000000ULL)

struct logins {
	bool password; /* root has one that can match */
	bool key;      /* root has an SSH key to log in with */
	bool foreign;  /* one of them was not set from this console while unclaimed */
};

/* Has root what the vendor wants: a password, or with Mode=key a key? */
bool logins_suffice(const struct service *service, const struct logins *logins);

/* Called once the logins are known, or not (NULL, and error says why): answer call. */
typedef void (*logins_fn)(struct service *service, sd_bus_message *call,
	const struct logins *logins, const sd_bus_error *error);

/* Look at them; whoever waits is answered, and the appliance is claimed where it has to be. One
 * look at a time. */
int logins_look(struct service *service);

/* Answer call when they are known. Returns 1; negative errno: not asked. */
int logins_answer(struct service *service, sd_bus_message *call, logins_fn answer);

/* Ask for something that changes or verifies; one at a time, for the call that is held. types are
 * those of sd_bus_message_append(3). */
int logins_ask(struct service *service, const char *member, sd_bus_message_handler_t answer,
	const char *types, ...);

/* Likewise with the secret that message carries, which is held with this kind of record. Returns 1;
 * negative with the sentence in error. */
int logins_pass_on(struct service *service, sd_bus_message *message, const char *member,
	sd_bus_message_handler_t answer, enum record_kind kind, sd_bus_error *error);

/* What an error reply says, as an error of ours. Negative errno. */
int logins_refuse(sd_bus_message *reply, sd_bus_error *error);

/* Answer the call that is held with it. */
void logins_answer_refusal(struct service *service, sd_bus_message *reply);
