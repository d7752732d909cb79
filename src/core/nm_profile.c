/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nm_values.h"

#include <errno.h>

#include "util.h"

/* Ahead of every profile that does not say otherwise. */
#define PRIORITY "100"
/* It is tried again as often as it fails. */
#define RETRIES "0"
/* The link is up as soon as one family is. */
#define MAY_FAIL "true"

/* -- the table ----------------------------------------------------------------------------------
 */

/* Every key of ours. A row without a value is left out; one with a family is for links that have
 * addresses. */
static const struct {
	const char *section, *key;
	enum nm_type type;
	int af;
	nm_collect_fn collect;
	const char *text;
} rows[] = {
	{ "connection", "id", NM_STRING, AF_UNSPEC, nm_put_id, NULL },
	{ "connection", "uuid", NM_STRING, AF_UNSPEC, nm_put_uuid, NULL },
	{ "connection", "type", NM_STRING, AF_UNSPEC, nm_put_type, NULL },
	{ "connection", "interface-name", NM_STRING, AF_UNSPEC, nm_put_ifname, NULL },
	{ "connection", "autoconnect", NM_BOOL, AF_UNSPEC, nm_put_autoconnect, NULL },
	{ "connection", "autoconnect-priority", NM_INT32, AF_UNSPEC, nm_put_text, PRIORITY },
	{ "connection", "autoconnect-retries", NM_INT32, AF_UNSPEC, nm_put_text, RETRIES },
	{ "connection", "autoconnect-slaves", NM_INT32, AF_UNSPEC, nm_put_autoconnect_slaves,
		NULL },
	{ "connection", "master", NM_STRING, AF_UNSPEC, nm_put_master, NULL },
	{ "connection", "slave-type", NM_STRING, AF_UNSPEC, nm_put_slave_type, NULL },
	{ "802-3-ethernet", "mtu", NM_UINT32, AF_UNSPEC, nm_put_mtu, NULL },
	{ "vlan", "parent", NM_STRING, AF_UNSPEC, nm_put_vlan_parent, NULL },
	{ "vlan", "id", NM_UINT32, AF_UNSPEC, nm_put_vlan_id, NULL },
	{ "vlan", "flags", NM_UINT32, AF_UNSPEC, nm_put_vlan_flags, NULL },
	{ "bond", "options", NM_DICT, AF_UNSPEC, nm_put_bond_options, NULL },
	{ "ipv4", "method", NM_STRING, AF_INET, nm_put_method, NULL },
	{ "ipv4", "address-data", NM_ADDRESSES, AF_INET, nm_put_addresses, NULL },
	{ "ipv4", "gateway", NM_STRING, AF_INET, nm_put_gateway, NULL },
	{ "ipv4", "route-data", NM_ROUTES, AF_INET, nm_put_routes, NULL },
	{ "ipv4", "dns", NM_DNS4, AF_INET, nm_put_dns, NULL },
	{ "ipv4", "dns-search", NM_STRINGS, AF_INET, nm_put_domains, NULL },
	{ "ipv4", "ignore-auto-dns", NM_BOOL, AF_INET, nm_put_ignore_dns, NULL },
	{ "ipv4", "may-fail", NM_BOOL, AF_INET, nm_put_text, MAY_FAIL },
	{ "ipv4", "dhcp-timeout", NM_INT32, AF_INET, nm_put_dhcp_timeout, NULL },
	{ "ipv4", "dhcp-client-id", NM_STRING, AF_INET, nm_put_client_id, NULL },
	{ "ipv4", "dhcp-send-hostname", NM_BOOL, AF_INET, nm_put_send_hostname, NULL },
	{ "ipv6", "method", NM_STRING, AF_INET6, nm_put_method, NULL },
	{ "ipv6", "address-data", NM_ADDRESSES, AF_INET6, nm_put_addresses, NULL },
	{ "ipv6", "gateway", NM_STRING, AF_INET6, nm_put_gateway, NULL },
	{ "ipv6", "route-data", NM_ROUTES, AF_INET6, nm_put_routes, NULL },
	{ "ipv6", "dns", NM_DNS6, AF_INET6, nm_put_dns, NULL },
	{ "ipv6", "dns-search", NM_STRINGS, AF_INET6, nm_put_domains, NULL },
	{ "ipv6", "ignore-auto-dns", NM_BOOL, AF_INET6, nm_put_ignore_dns, NULL },
	{ "ipv6", "may-fail", NM_BOOL, AF_INET6, nm_put_text, MAY_FAIL },
	{ "ipv6", "addr-gen-mode", NM_INT32, AF_INET6, nm_put_addr_gen_mode, NULL },
	{ "ipv6", "dhcp-timeout", NM_INT32, AF_INET6, nm_put_dhcp_timeout, NULL },
	{ "ipv6", "dhcp-duid", NM_STRING, AF_INET6, nm_put_duid, NULL },
	{ "ipv6", "dhcp-send-hostname", NM_BOOL, AF_INET6, nm_put_send_hostname, NULL },
	{ "user", "data", NM_DICT, AF_UNSPEC, nm_put_data, NULL },
};

_Static_assert(ARRAY_SIZE(rows) <= NM_ITEMS_MAX, "a row has no place");

/* Go through the table. */
static int compose(struct nm_source *source, struct nm_settings *ret)
{
	const struct net_config *config = source->role->config;
	int r = 0;

	source->config = config;
	*ret = (struct nm_settings){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(rows) && r == 0; i++) {
		struct nm_item *item = &ret->items[ret->n_items];

		if (rows[i].af != AF_UNSPEC && !config)
			continue;
		source->af = rows[i].af;
		source->text = rows[i].text;
		source->family = !config || !rows[i].af	  ? NULL
				 : rows[i].af == AF_INET6 ? &config->v6
							  : &config->v4;
		*item = (struct nm_item){ rows[i].section, rows[i].key, rows[i].type, NULL, 0 };
		r = rows[i].collect(source, item);
		ret->n_items += item->values != NULL;
	}
	return r;
}

int nm_profile_compose(const char *ifname, const struct nm_role *role, bool autoconnect,
	const char *previous, struct nm_settings *ret)
{
	char digest[NM_DIGEST_SIZE] = "";
	struct nm_source source = { .ifname = ifname,
		.role = role,
		.autoconnect = autoconnect,
		.previous = previous,
		.digest = digest };
	int r = autoconnect ? nm_role_digest(ifname, role, digest) : 0;

	if (r < 0) {
		*ret = (struct nm_settings){ 0 };
		return r;
	}
	return compose(&source, ret);
}

void nm_settings_done(struct nm_settings *settings)
{
	for (size_t i = 0; i < settings->n_items; i++) {
		for (size_t k = 0; k < settings->items[i].n_values; k++)
			free(settings->items[i].values[k]);
		free(settings->items[i].values);
	}
	settings->n_items = 0;
}

int nm_settings_render(const struct nm_settings *settings, char **ret)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return -ENOMEM;
	for (size_t i = 0; i < settings->n_items; i++) {
		const struct nm_item *item = &settings->items[i];

		if (streq(item->section, "user"))
			continue;
		fprintf(f, "%s.%s", item->section, item->key);
		for (size_t k = 0; k < item->n_values; k++)
			fprintf(f, "%s%s", k == 0 ? " " : ", ", item->values[k]);
		fputc('\n', f);
	}
	if (fclose(f) != 0)
		return -ENOMEM;
	*ret = take_ptr(text);
	return 0;
}

/* -- names that follow from a text --------------------------------------------------------------
 */

/* FNV-1a (64 bits), begun with a basis. */
static uint64_t hash(uint64_t basis, const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		basis = (basis ^ *p) * UINT64_C(0x100000001b3);
	return basis;
}

#define BASIS UINT64_C(0xcbf29ce484222325)

int nm_role_digest(const char *ifname, const struct nm_role *role, char ret[static NM_DIGEST_SIZE])
{
	struct nm_source source = {
		.ifname = ifname, .role = role, .autoconnect = true, .previous = "", .digest = ""
	};
	struct nm_settings settings;
	_cleanup_free_ char *text = NULL;
	int r = compose(&source, &settings);

	if (r == 0)
		r = nm_settings_render(&settings, &text);
	nm_settings_done(&settings);
	if (r == 0)
		(void)snprintf(
			ret, NM_DIGEST_SIZE, "%016llx", (unsigned long long)hash(BASIS, text));
	return r;
}

/* Of version 8, whose bits are the maker's own (RFC 9562 section 5.8). */
void nm_profile_uuid(const char *ifname, char ret[static NM_UUID_SIZE])
{
	uint64_t high = hash(hash(BASIS, "firstboot profile of "), ifname);
	uint64_t low = hash(hash(BASIS, "link "), ifname);

	(void)snprintf(ret, NM_UUID_SIZE, "%08x-%04x-8%03x-%04x-%012llx", (unsigned)(high >> 32),
		(unsigned)(high >> 16) & 0xffff, (unsigned)high & 0xfff,
		(unsigned)(low >> 48 & 0x3fff) | 0x8000,
		(unsigned long long)(low & 0xffffffffffff));
}
