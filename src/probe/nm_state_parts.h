/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the questions to NetworkManager (nm_state.c) and the reading of its answers
 * (nm_state_read.c) share. */

#include "nm_state.h"

#define NM	NM_STATE_NAME
#define NM_PATH NM_STATE_PATH

/* The objects that tell of a link. */
enum nm_object {
	NM_OBJECT_DEVICE,
	NM_OBJECT_ACTIVE,
	NM_OBJECT_PROFILE,
	NM_OBJECT_DHCP4,
	NM_OBJECT_IP4,
	NM_OBJECT_IP6,
	N_NM_OBJECTS,
};

/* Answers as they come in. */
struct nm_answers {
	char *paths[N_NM_OBJECTS]; /* owned; NULL for none */
	bool managed;
	bool manual[2], own_dns[2];	      /* the profile's, by family */
	struct ip_addr dhcp_addr;	      /* of the lease, as are */
	struct ip_addr dhcp_dns[NET_DNS_MAX]; /* these */
	size_t n_dhcp_dns;
	struct link_state *state;
};

/* Read the answer to GetAll about object. */
int nm_read_properties(sd_bus_message *message, enum nm_object object, struct nm_answers *answers);

/* Read the answer to GetSettings. */
int nm_read_settings(sd_bus_message *message, struct nm_answers *answers);

/* Say where the values are from, once all are in. */
void nm_read_sources(struct nm_answers *answers);

/* Read a property that is a list into answers. */
int nm_read_addresses(sd_bus_message *message, struct nm_answers *answers);
int nm_read_routes(sd_bus_message *message, struct nm_answers *answers);
int nm_read_dns4(sd_bus_message *message, struct nm_answers *answers);
int nm_read_dns6(sd_bus_message *message, struct nm_answers *answers);
int nm_read_domains(sd_bus_message *message, struct nm_answers *answers);

/* Read a property that is an address as text; AF_UNSPEC for none. */
int nm_read_addr(sd_bus_message *message, struct ip_addr *ret);
