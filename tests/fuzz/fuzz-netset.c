/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Settings of any kind, made from the bytes one field after another. Those that are accepted go
 * through everything that is made of them, the bus included. */

#include <systemd/sd-bus.h>

#include "fuzz.h"
#include "fuzz_bus.h"
#include "fuzz_set.h"
#include "netwire.h"
#include "nm_message.h"
#include "review.h"

static struct fuzz_bus fb;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	fuzz_bus_open(&fb);
	return 0;
}

/* Mostly one that a machine could have. */
static struct ip_addr take_addr(struct fuzz_bytes *from, int af)
{
	struct ip_addr addr = { .family = af };
	unsigned how = fuzz_below(from, 8);

	if (how == 0)
		addr.family = fuzz_byte(from);
	if (af == AF_INET)
		memcpy(addr.bytes, (const uint8_t[]){ 192, 0, 2 }, 3);
	else
		memcpy(addr.bytes, (const uint8_t[]){ 0x20, 1, 0x0d, 0xb8 }, 4);
	if (how < 2)
		for (size_t i = 0; i < sizeof(addr.bytes); i++)
			addr.bytes[i] = fuzz_byte(from);
	else
		addr.bytes[af == AF_INET ? 3 : 15] = fuzz_byte(from);
	return addr;
}

static struct ip_prefix take_prefix(struct fuzz_bytes *from, int af)
{
	struct ip_addr addr = take_addr(from, af);
	uint8_t length = fuzz_byte(from);

	return (struct ip_prefix){ addr, length < 200 ? length % (8 * ip_size(af) + 1) : length };
}

/* Mostly a name that there can be; else whatever the bytes say. */
static void take_name(struct fuzz_bytes *from, char *ret, size_t size)
{
	static const char *const good[] = { "eth0", "eth1", "bond0", "vlan10", "example.com",
		"a.b-c.example.org", "ntp_1.example", "2001:db8::1", "enp1s0.5" };
	unsigned how = fuzz_below(from, 16);

	if (how < ARRAY_SIZE(good) && strlen(good[how]) < size)
		strcpy(ret, good[how]);
	else
		fuzz_string(from, ret, size);
}

static struct net_family take_family(struct fuzz_bytes *from, int af)
{
	struct net_family family = { .method = (enum net_method)fuzz_below(from, 5) };

	family.n_addresses = fuzz_below(from, NET_ADDRESSES_MAX + 1);
	for (size_t i = 0; i < family.n_addresses; i++)
		family.addresses[i] = take_prefix(from, af);
	if (fuzz_below(from, 2))
		family.gateway = take_addr(from, af);
	family.gateway_onlink = fuzz_below(from, 2);
	/* What a lease has given may stand there, too: that is right in itself. */
	for (size_t i = 0; family.method != NET_METHOD_STATIC && i < family.n_addresses; i++) {
		family.addresses[i].addr.family = af;
		family.addresses[i].length = (uint8_t)(4 * ip_size(af));
	}
	if (family.method != NET_METHOD_STATIC && family.gateway.family != AF_UNSPEC)
		family.gateway.family = af;
	return family;
}

static void take_device(struct fuzz_bytes *from, struct net_device *device)
{
	device->kind = (enum net_device_kind)fuzz_below(from, 4);
	device->n_ports = device->kind == NET_DEVICE_VLAN ? 1 : fuzz_below(from, NET_PORTS_MAX + 1);
	if (device->kind == NET_DEVICE_EXISTING)
		device->n_ports = 0;
	for (size_t i = 0; i < device->n_ports; i++)
		take_name(from, device->ports[i], IFNAMSIZ);
	device->vlan_id = (uint16_t)(fuzz_byte(from) << 8 | fuzz_byte(from));
	if (device->kind == NET_DEVICE_BOND)
		device->bond_mode = (enum net_bond_mode)fuzz_below(from, 4);
}

static void take_services(struct fuzz_bytes *from, struct net_config *config)
{
	config->n_dns = fuzz_below(from, NET_DNS_MAX + 1);
	for (size_t i = 0; i < config->n_dns; i++)
		config->dns[i] = take_addr(from, fuzz_below(from, 2) ? AF_INET : AF_INET6);
	config->n_domains = fuzz_below(from, NET_DOMAINS_MAX + 1);
	for (size_t i = 0; i < config->n_domains; i++)
		take_name(from, config->domains[i], DOMAIN_MAX);
	config->n_ntp = fuzz_below(from, NET_NTP_MAX + 1);
	for (size_t i = 0; i < config->n_ntp; i++)
		take_name(from, config->ntp[i], DOMAIN_MAX);
	config->mtu = fuzz_below(from, 2) ? fuzz_u32(from) % 10000 : 0;
	config->n_routes = fuzz_below(from, NET_ROUTES_MAX + 1);
	for (size_t i = 0; i < config->n_routes; i++) {
		int af = fuzz_below(from, 2) ? AF_INET : AF_INET6;

		config->routes[i].destination = take_prefix(from, af);
		if (fuzz_below(from, 2))
			config->routes[i].gateway = take_addr(from, af);
		config->routes[i].metric = fuzz_below(from, 2) ? fuzz_u32(from) : 0;
	}
	config->dhcp_by_mac = fuzz_below(from, 2);
	config->dhcp_anonymous = fuzz_below(from, 2);
}

static void take_set(struct fuzz_bytes *from, struct net_set *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (fuzz_below(from, 2))
		take_name(from, ret->advertised, IFNAMSIZ);
	for (unsigned n = 1 + fuzz_below(from, 4); ret->n_links < n; ret->n_links++) {
		struct net_config *config = &ret->links[ret->n_links];

		take_name(from, config->ifname, IFNAMSIZ);
		take_device(from, &config->device);
		config->v4 = take_family(from, AF_INET);
		config->v6 = take_family(from, AF_INET6);
		take_services(from, config);
	}
}

/* Over the bus it comes as it was sent, whether it is right or not. */
static void check_wire(const struct net_set *set, bool good)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	static struct net_set again;
	int r;

	fuzz_assert(sd_bus_message_new_method_call(fb.bus, &message, NULL, "/", "a.B", "C") >= 0);
	r = netwire_append(message, set, NULL);
	fuzz_assert(r >= 0 || !good);
	if (r < 0)
		return;
	fuzz_assert(sd_bus_message_seal(message, 1, 0) >= 0);
	r = netwire_read(message, &again, NULL);
	fuzz_assert(r == 0 || !good);
	fuzz_assert(!good || net_set_equal(set, &again));
}

/* The profile of NetworkManager's: one line a key, and it goes over the bus. */
static void check_profile(const struct net_config *config)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	_cleanup_(nm_settings_done) struct nm_settings settings = { .n_items = 0 };
	const struct nm_role role = { .config = config };
	_cleanup_free_ char *text = NULL;
	size_t lines = 0;

	fuzz_assert(nm_profile_compose(config->ifname, &role, true, "", &settings) == 0);
	for (size_t i = 0; i < settings.n_items; i++)
		lines += !streq(settings.items[i].section, "user");
	fuzz_assert(nm_settings_render(&settings, &text) == 0);
	for (const char *p = text; *p; p++) {
		lines -= *p == '\n';
		fuzz_assert(*p == '\n' || (*p >= ' ' && *p <= '~'));
	}
	fuzz_assert(lines == 0);
	fuzz_assert(sd_bus_message_new_method_call(fb.bus, &message, NULL, "/", "a.B", "C") >= 0);
	fuzz_assert(nm_message_append(message, &settings) >= 0);
}

/* The rows of the review: text that can be drawn. */
static void check_review(const struct net_set *set)
{
	static struct review_row rows[REVIEW_ROWS_MAX];
	struct net_config was;
	size_t n;

	net_config_init(&was, set->links[0].ifname);
	n = review_link(&was, &set->links[0], rows, REVIEW_ROWS_MAX);
	for (size_t i = 0; i < n; i++)
		fuzz_assert(!fuzz_has_control(rows[i].subject) && !fuzz_has_control(rows[i].now) &&
			    !fuzz_has_control(rows[i].wanted));
	(void)review_sets(set, set, rows, REVIEW_ROWS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_bytes from = { data, size };
	static struct net_set set;
	struct problem problem;
	bool good;

	take_set(&from, &set);
	good = validate_net_set(&set, &problem);
	check_wire(&set, good);
	if (!good) {
		fuzz_assert(*problem.text && !fuzz_has_control(problem.text));
		fuzz_check_networkd(&set, false);
		return 0;
	}
	fuzz_check_set(&set);
	for (size_t i = 0; i < set.n_links; i++)
		check_profile(&set.links[i]);
	check_review(&set);
	return 0;
}
