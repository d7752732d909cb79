/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* sysstate.h and inforce.h at work, for test_sysstate.py: follows the system bus and answers
 * questions. */

#include "inforce.h"
#include "lease.h"
#include "linkhw.h"
#include "origin.h"
#include "questions.h"
#include "util.h"

struct watcher {
	struct netlink *nl;
	struct sysstate *sysstate;
	unsigned changes;
	struct questions questions;
};

/* Count what would be a repaint. */
static void on_change(struct sysstate *state, void *userdata)
{
	struct watcher *watcher = userdata;

	watcher->changes++;
}

/* The tables follow by themselves. */
static void on_netlink(struct netlink *nl, void *userdata)
{
}

/* query INDEX: ask networkd. */
static void query(void *userdata, const char *argument)
{
	struct watcher *watcher = userdata;
	int r = sysstate_query_link(watcher->sysstate, atoi(argument));

	if (r < 0)
		puts(strerror(-r));
}

/* link INDEX: what networkd has said. */
static void print_link(void *userdata, const char *argument)
{
	struct watcher *watcher = userdata;
	const struct link_state *state = sysstate_link(watcher->sysstate, atoi(argument));
	char text[IP_TEXT_MAX];

	if (!state)
		return;
	printf("known %d\nadministrative %s\nfile %s\ndhcp4 %d\n", state->known,
		state->administrative, state->network_file, state->dhcp4);
	printf("server %s\n", ip_format(&state->dhcp_server, text));
	for (size_t i = 0; i < state->n_origins; i++)
		printf("origin %s %s\n", ip_format(&state->origins[i].addr, text),
			state->origins[i].source);
	for (size_t i = 0; i < state->n_dns; i++)
		printf("dns %s %s\n", ip_format(&state->dns[i], text), state->dns_sources[i]);
}

/* One family of what is in force. */
static void print_family(const char *name, const struct net_family *family)
{
	static const char *const methods[] = {
		[NET_METHOD_OFF] = "off",
		[NET_METHOD_AUTO] = "auto",
		[NET_METHOD_STATIC] = "static",
		[NET_METHOD_DHCP] = "dhcp",
	};
	char text[IP_TEXT_MAX];

	printf("%s-method %s\n", name, methods[family->method]);
	for (size_t i = 0; i < family->n_addresses; i++)
		printf("%s-address %s\n", name, ip_prefix_format(&family->addresses[i], text));
	if (family->gateway.family)
		printf("%s-gateway %s%s\n", name, ip_format(&family->gateway, text),
			family->gateway_onlink ? " onlink" : "");
}

/* inforce INDEX: the settings that the link has now. */
static void print_inforce(void *userdata, const char *argument)
{
	struct watcher *watcher = userdata;
	const struct link *link = netlink_link_by_index(watcher->nl, atoi(argument));
	struct net_config config;
	char text[IP_TEXT_MAX];

	if (!link)
		return;
	inforce_read(watcher->nl, link, sysstate_link(watcher->sysstate, link->ifindex), &config);
	print_family("v4", &config.v4);
	print_family("v6", &config.v6);
	for (size_t i = 0; i < config.n_dns; i++)
		printf("dns %s\n", ip_format(&config.dns[i], text));
	for (size_t i = 0; i < config.n_domains; i++)
		printf("domain %s\n", config.domains[i]);
	for (size_t i = 0; i < config.n_ntp; i++)
		printf("ntp %s\n", config.ntp[i]);
	for (size_t i = 0; i < config.n_routes; i++) {
		printf("route %s", ip_prefix_format(&config.routes[i].destination, text));
		printf(" %s %u\n", ip_format(&config.routes[i].gateway, text),
			config.routes[i].metric);
	}
	if (config.mtu)
		printf("mtu %u\n", config.mtu);
	if (config.dhcp_by_mac)
		printf("by-mac yes\n");
}

/* lease INDEX: what is known of the lease, what would be lost, and where the values are from. */
static void print_lease(void *userdata, const char *argument)
{
	struct watcher *watcher = userdata;
	const struct link *link = netlink_link_by_index(watcher->nl, atoi(argument));
	const struct link_state *state = sysstate_link(watcher->sysstate, atoi(argument));
	char losses[LEASE_LOSSES_MAX][LEASE_LOSS_SIZE];
	struct net_origins origins;
	struct net_config config, fixed;
	size_t n;

	if (!link || !state)
		return;
	printf("id %s\nname %s\nobtained %llu\nends %llu\ntimes %u %u %u\n", state->lease.client_id,
		state->lease.hostname, (unsigned long long)state->lease.obtained / 1000000,
		(unsigned long long)state->lease.ends / 1000000, state->lease.lifetime_s,
		state->lease.renew_s, state->lease.rebind_s);
	inforce_read(watcher->nl, link, state, &config);
	fixed = config;
	fixed.v4.method = fixed.v6.method = NET_METHOD_STATIC;
	n = lease_losses(&config, &fixed, state, losses);
	for (size_t i = 0; i < n; i++)
		printf("loss %s\n", losses[i]);
	origin_read(&config, state, &origins);
	printf("from-address %s\nfrom-gateway %s\nfrom-dns %s\nfrom-ntp %s\nfrom-domains %s\n"
	       "from-mtu %s\nfrom-routes %s\nfrom-file %s\n",
		origin_words(origins.address[0]), origin_words(origins.gateway[0]),
		origin_words(origins.dns), origin_words(origins.ntp), origin_words(origins.domains),
		origin_words(origins.mtu), origin_words(origins.routes), origins.file);
}

/* hardware NAME: driver and speed. */
static void print_hardware(void *userdata, const char *argument)
{
	struct linkhw hardware;

	linkhw_read(argument, &hardware);
	printf("driver %s\nspeed %u\n", hardware.driver, hardware.speed_mbps);
}

/* The name of the machine. */
static void print_hostname(void *userdata, const char *argument)
{
	char name[HOST_NAME_SIZE];

	sysstate_hostname(name);
	printf("hostname %s\n", name);
}

/* How often the callback was called. */
static void print_changes(void *userdata, const char *argument)
{
	struct watcher *watcher = userdata;

	printf("changes %u\n", watcher->changes);
}

static const struct question table[] = {
	{ "query", query },
	{ "link", print_link },
	{ "inforce", print_inforce },
	{ "lease", print_lease },
	{ "hardware", print_hardware },
	{ "hostname", print_hostname },
	{ "changes", print_changes },
	{ NULL, NULL },
};

/* Read and follow the kernel's tables. */
static int start_netlink(struct watcher *watcher, sd_event *event)
{
	int r = netlink_new(&watcher->nl);

	if (r >= 0)
		r = netlink_read_addresses(watcher->nl);
	if (r >= 0)
		r = netlink_read_links(watcher->nl);
	if (r >= 0)
		r = netlink_read_routes(watcher->nl);
	if (r < 0)
		return r;
	return netlink_attach(watcher->nl, event, on_netlink, watcher);
}

/* Follow the bus, too, and answer. */
static int run(struct watcher *watcher, sd_event *event, sd_bus *bus)
{
	int r = sd_bus_attach_event(bus, event, SD_EVENT_PRIORITY_NORMAL);

	if (r >= 0)
		r = start_netlink(watcher, event);
	if (r >= 0)
		r = sysstate_new(bus, on_change, watcher, &watcher->sysstate);
	if (r >= 0)
		r = questions_attach(event, &watcher->questions);
	return r < 0 ? r : sd_event_loop(event);
}

int main(void)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	struct watcher watcher = { .questions = { table, &watcher } };
	int r = sd_event_new(&event);

	if (r >= 0)
		r = sd_bus_open_system(&bus);
	if (r >= 0)
		r = run(&watcher, event, bus);
	sysstate_free(watcher.sysstate);
	netlink_free(watcher.nl);
	if (r < 0)
		fprintf(stderr, "test-sysstate: %s\n", strerror(-r));
	return r != 0;
}
