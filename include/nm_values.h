/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What each key of a profile of ours says, made from the settings. The table of them stands in
 * nm_profile.c. */

#include "nm_profile.h"

/* What a value is made from. */
struct nm_source {
	const char *ifname;
	const struct nm_role *role;
	const struct net_config *config; /* of the role; NULL for a port */
	const struct net_family *family; /* of the row; NULL where it is about none */
	int af;
	const char *text; /* of the row; NULL where it has none */
	bool autoconnect;
	const char *previous, *digest;
};

/* Add the values of a key; none: it is left out. */
typedef int (*nm_collect_fn)(const struct nm_source *source, struct nm_item *item);

int nm_put_text(const struct nm_source *source, struct nm_item *item);
int nm_put_id(const struct nm_source *source, struct nm_item *item);
int nm_put_uuid(const struct nm_source *source, struct nm_item *item);
int nm_put_ifname(const struct nm_source *source, struct nm_item *item);
int nm_put_type(const struct nm_source *source, struct nm_item *item);
int nm_put_autoconnect(const struct nm_source *source, struct nm_item *item);
int nm_put_master(const struct nm_source *source, struct nm_item *item);
int nm_put_slave_type(const struct nm_source *source, struct nm_item *item);
int nm_put_autoconnect_slaves(const struct nm_source *source, struct nm_item *item);
int nm_put_data(const struct nm_source *source, struct nm_item *item);
int nm_put_mtu(const struct nm_source *source, struct nm_item *item);
int nm_put_vlan_parent(const struct nm_source *source, struct nm_item *item);
int nm_put_vlan_id(const struct nm_source *source, struct nm_item *item);
int nm_put_vlan_flags(const struct nm_source *source, struct nm_item *item);
int nm_put_bond_options(const struct nm_source *source, struct nm_item *item);
int nm_put_method(const struct nm_source *source, struct nm_item *item);
int nm_put_addresses(const struct nm_source *source, struct nm_item *item);
int nm_put_gateway(const struct nm_source *source, struct nm_item *item);
int nm_put_routes(const struct nm_source *source, struct nm_item *item);
int nm_put_dns(const struct nm_source *source, struct nm_item *item);
int nm_put_domains(const struct nm_source *source, struct nm_item *item);
int nm_put_ignore_dns(const struct nm_source *source, struct nm_item *item);
int nm_put_dhcp_timeout(const struct nm_source *source, struct nm_item *item);
int nm_put_client_id(const struct nm_source *source, struct nm_item *item);
int nm_put_duid(const struct nm_source *source, struct nm_item *item);
int nm_put_send_hostname(const struct nm_source *source, struct nm_item *item);
int nm_put_addr_gen_mode(const struct nm_source *source, struct nm_item *item);
