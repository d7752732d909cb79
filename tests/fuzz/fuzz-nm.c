/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What NetworkManager answers: a first byte says about which object, the rest is the body of the
 * message. */

#include "fuzz.h"
#include "fuzz_bus.h"
#include "nm_message.h"
#include "nm_state_parts.h"

#define SETTINGS (N_NM_OBJECTS)	    /* of a profile, as the state reads them */
#define DATA	 (N_NM_OBJECTS + 1) /* what a change left in a profile */

static struct fuzz_bus fb;
static unsigned kind;

/* Everything is ended, and within its limits. */
static void check_state(const struct link_state *state)
{
	fuzz_assert(memchr(state->administrative, 0, sizeof(state->administrative)));
	fuzz_assert(memchr(state->network_file, 0, sizeof(state->network_file)));
	fuzz_assert(memchr(state->lease.client_id, 0, sizeof(state->lease.client_id)));
	fuzz_assert(memchr(state->lease.hostname, 0, sizeof(state->lease.hostname)));
	fuzz_assert(state->n_dns <= NET_DNS_MAX && state->n_ntp <= NET_NTP_MAX);
	fuzz_assert(state->n_domains <= NET_DOMAINS_MAX && state->n_routes <= LINK_ROUTES_MAX);
	fuzz_assert(state->n_origins <= ARRAY_SIZE(state->origins));
	for (size_t i = 0; i < state->n_domains; i++)
		fuzz_assert(memchr(state->domains[i], 0, DOMAIN_MAX));
	for (size_t i = 0; i < state->n_ntp; i++)
		fuzz_assert(memchr(state->ntp[i], 0, DOMAIN_MAX));
	for (size_t i = 0; i < state->n_dns; i++)
		fuzz_assert(ip_size(state->dns[i].family) > 0);
	for (size_t i = 0; i < state->n_routes; i++) {
		const struct ip_prefix *to = &state->routes[i].route.destination;

		fuzz_assert(ip_size(to->addr.family) > 0);
		fuzz_assert(to->length <= 8 * ip_size(to->addr.family));
	}
}

static int handle_message(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	char digest[NM_DIGEST_SIZE], previous[NM_UUID_SIZE];
	static struct link_state state;
	struct nm_answers answers = { .state = &state };

	memset(&state, 0, sizeof(state));
	if (kind == DATA)
		(void)nm_message_read_data(message, digest, previous);
	else if (kind == SETTINGS)
		(void)nm_read_settings(message, &answers);
	else
		(void)nm_read_properties(message, (enum nm_object)kind, &answers);
	if (kind == DATA)
		fuzz_assert(
			memchr(digest, 0, sizeof(digest)) && memchr(previous, 0, sizeof(previous)));
	nm_read_sources(&answers);
	check_state(&state);
	for (size_t i = 0; i < N_NM_OBJECTS; i++)
		free(answers.paths[i]);
	return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	if (fb.bus && !fuzz_bus_hear(&fb, NULL))
		fuzz_bus_close(&fb);
	if (!fb.bus) {
		fuzz_bus_open(&fb);
		fuzz_assert(sd_bus_add_filter(fb.bus, NULL, handle_message, NULL) >= 0);
	}
	kind = data[0] % (DATA + 1);
	fuzz_bus_call(&fb, kind >= SETTINGS ? "a{sa{sv}}" : "a{sv}", data + 1, size - 1);
	return 0;
}
