/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "nm_state_parts.h"
#include "usec.h"
#include "util.h"

#define NM_GENERATED	       UINT32_C(0x2) /* a profile that nobody wrote */
#define DEVICE_STATE_PREPARE   40
#define DEVICE_STATE_ACTIVATED 100
#define DEVICE_STATE_FAILED    120

/* -- properties ---------------------------------------------------------------------------------
 */

typedef int (*read_fn)(sd_bus_message *message, struct nm_answers *answers);

static int read_managed(sd_bus_message *message, struct nm_answers *answers)
{
	int managed;
	int r = sd_bus_message_read(message, "v", "b", &managed);

	answers->managed = r > 0 && managed;
	return r;
}

/* NMDeviceState in networkd's words. Without a cable the link has what it can have. */
static int read_device_state(sd_bus_message *message, struct nm_answers *answers)
{
	char *words = answers->state->administrative;
	uint32_t state;
	int r = sd_bus_message_read(message, "v", "u", &state);

	if (r < 0)
		return r;
	if (state == DEVICE_STATE_ACTIVATED)
		strcpy(words, "configured");
	else if (state == DEVICE_STATE_FAILED)
		strcpy(words, "failed");
	else if (state >= DEVICE_STATE_PREPARE)
		strcpy(words, "configuring");
	else
		strcpy(words, "pending");
	return 0;
}

/* The path of another object. */
static int read_path(sd_bus_message *message, struct nm_answers *answers, enum nm_object object)
{
	const char *path;
	int r = sd_bus_message_read(message, "v", "o", &path);

	if (r < 0 || streq(path, "/"))
		return r;
	free(answers->paths[object]);
	answers->paths[object] = strdup(path);
	return answers->paths[object] ? 0 : -ENOMEM;
}

static int read_active(sd_bus_message *message, struct nm_answers *answers)
{
	return read_path(message, answers, NM_OBJECT_ACTIVE);
}

static int read_profile(sd_bus_message *message, struct nm_answers *answers)
{
	return read_path(message, answers, NM_OBJECT_PROFILE);
}

static int read_dhcp4(sd_bus_message *message, struct nm_answers *answers)
{
	return read_path(message, answers, NM_OBJECT_DHCP4);
}

static int read_ip4(sd_bus_message *message, struct nm_answers *answers)
{
	return read_path(message, answers, NM_OBJECT_IP4);
}

static int read_ip6(sd_bus_message *message, struct nm_answers *answers)
{
	return read_path(message, answers, NM_OBJECT_IP6);
}

/* The file of the profile. One that NetworkManager has made up has a file, too, which is none of
 * anybody's settings; its flags come before the file. */
static int read_filename(sd_bus_message *message, struct nm_answers *answers)
{
	char *file = answers->state->network_file;
	const char *text;
	int r = sd_bus_message_read(message, "v", "s", &text);

	if (r >= 0 && strlen(text) < sizeof(answers->state->network_file))
		strcpy(file, text);
	return r;
}

static int read_flags(sd_bus_message *message, struct nm_answers *answers)
{
	uint32_t flags;
	int r = sd_bus_message_read(message, "v", "u", &flags);

	if (r >= 0 && (flags & NM_GENERATED))
		answers->state->network_file[0] = '\0';
	return r;
}

static int read_gateway4(sd_bus_message *message, struct nm_answers *answers)
{
	return nm_read_addr(message, &answers->state->gateway4);
}

static int read_gateway6(sd_bus_message *message, struct nm_answers *answers)
{
	return nm_read_addr(message, &answers->state->gateway6);
}

/* -- the lease ----------------------------------------------------------------------------------
 */

/* The next of the words that blanks separate, and past it; NULL: there is none. */
static const char *next_word(const char **text, size_t *ret_length)
{
	const char *word = *text + strspn(*text, " ");

	*ret_length = strcspn(word, " ");
	*text = word + *ret_length;
	return *word ? word : NULL;
}

static void take_ntp(struct link_state *state, const char *value)
{
	const char *word;
	size_t length;

	while (state->n_ntp < NET_NTP_MAX && (word = next_word(&value, &length)))
		if (length < DOMAIN_MAX)
			memcpy(state->ntp[state->n_ntp++], word, length);
}

static void take_dns(struct nm_answers *answers, const char *value)
{
	char text[IP_TEXT_MAX];
	const char *word;
	size_t length;

	while (answers->n_dhcp_dns < NET_DNS_MAX && (word = next_word(&value, &length))) {
		(void)snprintf(text, sizeof(text), "%.*s", (int)length, word);
		if (ip_parse(text, &answers->dhcp_dns[answers->n_dhcp_dns]) == 0)
			answers->n_dhcp_dns++;
	}
}

/* One option, in NetworkManager's names for them. */
static void take_option(struct nm_answers *answers, const char *key, const char *value)
{
	struct link_state *state = answers->state;
	struct link_lease *lease = &state->lease;

	if (streq(key, "ip_address"))
		state->dhcp4 = ip_parse(value, &answers->dhcp_addr) == 0;
	else if (streq(key, "dhcp_server_identifier"))
		(void)ip_parse(value, &state->dhcp_server);
	else if (streq(key, "dhcp_lease_time"))
		lease->lifetime_s = (uint32_t)strtoul(value, NULL, 10);
	else if (streq(key, "expiry"))
		lease->ends = strtoull(value, NULL, 10) * USEC_PER_SEC;
	else if (streq(key, "dhcp_renewal_time"))
		lease->renew_s = (uint32_t)strtoul(value, NULL, 10);
	else if (streq(key, "dhcp_rebinding_time"))
		lease->rebind_s = (uint32_t)strtoul(value, NULL, 10);
	else if (streq(key, "interface_mtu"))
		lease->mtu = (uint32_t)strtoul(value, NULL, 10);
	else if (streq(key, "ntp_servers"))
		take_ntp(state, value);
	else if (streq(key, "domain_name_servers"))
		take_dns(answers, value);
	else if (streq(key, "dhcp_client_identifier") && strlen(value) < sizeof(lease->client_id))
		strcpy(lease->client_id, value);
}

/* The options, each a text. */
static int read_options(sd_bus_message *message, struct nm_answers *answers)
{
	struct link_lease *lease = &answers->state->lease;
	uint64_t lifetime;
	const char *key, *value;
	int r = sd_bus_message_enter_container(message, 'v', "a{sv}");

	if (r > 0)
		r = sd_bus_message_enter_container(message, 'a', "{sv}");
	while (r > 0 && (r = sd_bus_message_read(message, "{sv}", &key, "s", &value)) > 0)
		take_option(answers, key, value);
	lifetime = lease->lifetime_s * USEC_PER_SEC;
	lease->obtained = lease->ends > lifetime ? lease->ends - lifetime : 0;
	if (r >= 0)
		r = sd_bus_message_exit_container(message);
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

/* -- tables -------------------------------------------------------------------------------------
 */

static const struct {
	enum nm_object object;
	const char *name;
	read_fn read;
} properties[] = {
	{ NM_OBJECT_DEVICE, "Managed", read_managed },
	{ NM_OBJECT_DEVICE, "State", read_device_state },
	{ NM_OBJECT_DEVICE, "ActiveConnection", read_active },
	{ NM_OBJECT_DEVICE, "Dhcp4Config", read_dhcp4 },
	{ NM_OBJECT_DEVICE, "Ip4Config", read_ip4 },
	{ NM_OBJECT_DEVICE, "Ip6Config", read_ip6 },
	{ NM_OBJECT_ACTIVE, "Connection", read_profile },
	{ NM_OBJECT_PROFILE, "Filename", read_filename },
	{ NM_OBJECT_PROFILE, "Flags", read_flags },
	{ NM_OBJECT_DHCP4, "Options", read_options },
	{ NM_OBJECT_IP4, "Gateway", read_gateway4 },
	{ NM_OBJECT_IP4, "AddressData", nm_read_addresses },
	{ NM_OBJECT_IP4, "RouteData", nm_read_routes },
	{ NM_OBJECT_IP4, "NameserverData", nm_read_dns4 },
	{ NM_OBJECT_IP4, "Searches", nm_read_domains },
	{ NM_OBJECT_IP4, "Domains", nm_read_domains },
	{ NM_OBJECT_IP6, "Gateway", read_gateway6 },
	{ NM_OBJECT_IP6, "AddressData", nm_read_addresses },
	{ NM_OBJECT_IP6, "RouteData", nm_read_routes },
	{ NM_OBJECT_IP6, "Nameservers", nm_read_dns6 },
	{ NM_OBJECT_IP6, "Searches", nm_read_domains },
	{ NM_OBJECT_IP6, "Domains", nm_read_domains },
};

/* One property, or none of interest. */
static int read_property(sd_bus_message *message, const char *name, enum nm_object object,
	struct nm_answers *answers)
{
	for (size_t i = 0; i < ARRAY_SIZE(properties); i++)
		if (properties[i].object == object && streq(properties[i].name, name))
			return properties[i].read(message, answers);
	return sd_bus_message_skip(message, "v");
}

int nm_read_properties(sd_bus_message *message, enum nm_object object, struct nm_answers *answers)
{
	const char *name;
	int r = sd_bus_message_enter_container(message, 'a', "{sv}");

	while (r >= 0 && (r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
		r = sd_bus_message_read(message, "s", &name);
		if (r >= 0)
			r = read_property(message, name, object, answers);
		if (r >= 0)
			r = sd_bus_message_exit_container(message);
	}
	return r;
}

/* How a family is set, and whether a lease's name servers are left out of use. */
static int read_section(sd_bus_message *message, bool v6, struct nm_answers *answers)
{
	const char *key, *method;
	int own, r = sd_bus_message_enter_container(message, 'a', "{sv}");

	while (r >= 0 && (r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
		r = sd_bus_message_read(message, "s", &key);
		if (r >= 0 && streq(key, "method")) {
			r = sd_bus_message_read(message, "v", "s", &method);
			answers->manual[v6] = r >= 0 && streq(method, "manual");
		} else if (r >= 0 && streq(key, "ignore-auto-dns")) {
			r = sd_bus_message_read(message, "v", "b", &own);
			answers->own_dns[v6] = r >= 0 && own;
		} else if (r >= 0) {
			r = sd_bus_message_skip(message, "v");
		}
		if (r >= 0)
			r = sd_bus_message_exit_container(message);
	}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

int nm_read_settings(sd_bus_message *message, struct nm_answers *answers)
{
	const char *section;
	int r = sd_bus_message_enter_container(message, 'a', "{sa{sv}}");

	while (r >= 0 && (r = sd_bus_message_enter_container(message, 'e', "sa{sv}")) > 0) {
		r = sd_bus_message_read(message, "s", &section);
		if (r >= 0)
			r = streq(section, "ipv4") || streq(section, "ipv6")
				    ? read_section(message, streq(section, "ipv6"), answers)
				    : sd_bus_message_skip(message, "a{sv}");
		if (r >= 0)
			r = sd_bus_message_exit_container(message);
	}
	return r;
}

/* Where values of a family come from, but for what a lease is known to have given. */
static const char *family_source(const struct nm_answers *answers, int family)
{
	bool v6 = family == AF_INET6;

	if (answers->manual[v6])
		return "static";
	return v6 ? "NDisc" : "DHCPv4";
}

/* Where a name server comes from: beside those of a lease there may be fixed ones. */
static const char *dns_source(const struct nm_answers *answers, const struct ip_addr *server)
{
	if (answers->own_dns[server->family == AF_INET6])
		return "static";
	for (size_t i = 0; i < answers->n_dhcp_dns; i++)
		if (ip_equal(&answers->dhcp_dns[i], server))
			return "DHCPv4";
	return server->family == AF_INET6 ? family_source(answers, AF_INET6) : "static";
}

void nm_read_sources(struct nm_answers *answers)
{
	const bool own_dns = answers->own_dns[0] || answers->own_dns[1];
	struct link_state *state = answers->state;

	for (size_t i = 0; i < state->n_origins; i++) {
		const struct ip_addr *addr = &state->origins[i].addr;
		const char *source = ip_equal(addr, &answers->dhcp_addr) ? "DHCPv4"
				     : ip_is_link_local(addr)
					     ? "foreign"
					     : family_source(answers, addr->family);

		/* A fixed address beside a lease. */
		if (addr->family == AF_INET && streq(source, "DHCPv4") &&
			!ip_equal(addr, &answers->dhcp_addr))
			source = "static";
		strcpy(state->origins[i].source, source);
	}
	for (size_t i = 0; i < state->n_routes; i++)
		strcpy(state->routes[i].source,
			family_source(answers, state->routes[i].route.destination.addr.family));
	if (state->gateway4.family != AF_UNSPEC)
		strcpy(state->gateway_source[0], family_source(answers, AF_INET));
	if (state->gateway6.family != AF_UNSPEC)
		strcpy(state->gateway_source[1], family_source(answers, AF_INET6));
	for (size_t i = 0; i < state->n_dns; i++)
		strcpy(state->dns_sources[i], dns_source(answers, &state->dns[i]));
	if (state->n_dns > 0)
		strcpy(state->dns_source,
			own_dns ? "static" : family_source(answers, state->dns[0].family));
	if (state->n_domains > 0)
		strcpy(state->domains_source, own_dns || !state->dhcp4 ? "static" : "DHCPv4");
	if (state->n_ntp > 0)
		strcpy(state->ntp_source, "DHCPv4");
}
