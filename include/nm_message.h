/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Profiles of NetworkManager's on the bus. */

#include <systemd/sd-bus.h>

#include "nm_profile.h"

/* Append settings as a{sa{sv}}. */
int nm_message_append(sd_bus_message *message, const struct nm_settings *settings);

/* Read what nm_profile_compose() left in a profile, from GetSettings' answer: each "" where there
 * is nothing of the kind. */
int nm_message_read_data(sd_bus_message *message, char ret_digest[static NM_DIGEST_SIZE],
	char ret_previous[static NM_UUID_SIZE]);
