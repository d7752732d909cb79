/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What networkd tells of a link: its JSON, or its file on a lease. A first byte says which. */

#include "fuzz.h"
#include "inforce.h"
#include "lease.h"
#include "netlink_tables.h"
#include "sysstate.h"
#include "validate.h"

/* Everything is ended, and within its limits. */
static void check_lease(const struct link_lease *lease)
{
	fuzz_assert(memchr(lease->client_id, 0, sizeof(lease->client_id)));
	fuzz_assert(memchr(lease->hostname, 0, sizeof(lease->hostname)));
	fuzz_assert(lease->n_domains <= NET_DOMAINS_MAX);
	for (size_t i = 0; i < lease->n_domains; i++)
		fuzz_assert(memchr(lease->domains[i], 0, DOMAIN_MAX));
}

static void check_state(const struct link_state *state)
{
	check_lease(&state->lease);
	fuzz_assert(memchr(state->administrative, 0, sizeof(state->administrative)));
	fuzz_assert(memchr(state->network_file, 0, sizeof(state->network_file)));
	fuzz_assert(state->n_dns <= NET_DNS_MAX && state->n_ntp <= NET_NTP_MAX);
	fuzz_assert(state->n_domains <= NET_DOMAINS_MAX && state->n_routes <= LINK_ROUTES_MAX);
	fuzz_assert(state->n_origins <= ARRAY_SIZE(state->origins));
	for (size_t i = 0; i < state->n_dns; i++)
		fuzz_assert(ip_size(state->dns[i].family) > 0);
	for (size_t i = 0; i < state->n_origins; i++)
		fuzz_assert(ip_size(state->origins[i].addr.family) > 0);
	for (size_t i = 0; i < state->n_routes; i++) {
		const struct ip_prefix *to = &state->routes[i].route.destination;

		fuzz_assert(ip_size(to->addr.family) > 0);
		fuzz_assert(to->length <= 8 * ip_size(to->addr.family));
	}
}

/* The settings that the link has by this state; what is lost if they are fixed. */
static void check_inforce(const struct link_state *state)
{
	struct link link = { .ifindex = 2, .name = "eth0", .type = 1 };
	static char losses[LEASE_LOSSES_MAX][LEASE_LOSS_SIZE];
	static struct net_config now, wanted;
	struct netlink nl = { 0 };
	struct problem problem;

	fuzz_assert(netlink_put_link(&nl, &link) >= 0);
	inforce_read(&nl, &link, state, &now);
	wanted = now;
	wanted.v4.method = wanted.v6.method = NET_METHOD_STATIC;
	fuzz_assert(lease_losses(&now, &wanted, state, losses) <= LEASE_LOSSES_MAX);
	(void)validate_mtu("1500", &wanted, &wanted.mtu, &problem);
	for (size_t i = 0; i < NETLINK_N_KINDS; i++)
		table_done(&nl.tables[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct link_state state;
	struct link_lease lease = { 0 };
	_cleanup_free_ char *text = NULL;

	if (size < 1)
		return 0;
	text = fuzz_text(data + 1, size - 1);
	if (data[0] % 2) {
		lease_parse(text, &lease);
		check_lease(&lease);
		return 0;
	}
	memset(&state, 0, sizeof(state));
	if (link_state_parse(text, &state) == 0) {
		check_state(&state);
		check_inforce(&state);
	}
	return 0;
}
