/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the wizard's page of root's password is where the vendor wants no typed one (Mode= of
 * firstboot.conf): a password that the machine makes, or an SSH key. */

#include "dialogs.h"
#include "wizard.h"

/* Mode=random, at first boot: say that one will be made. */
enum answer password_random_announce(struct wizard *wizard);

/* Show one that was made until the customer has it written down. False: the screen has ended. */
bool password_random_show(const struct wizard *wizard, const struct secret *made);

/* Mode=key: ask for a public key until there is one that would be taken. */
enum answer password_key_ask(struct wizard *wizard);
