/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What answers about a link make of its settings. */

#include "answers_parts.h"
#include "i18n.h"
#include "util.h"
#include "validate_parts.h"

bool answers_link_is_name(const struct answers_link *link)
{
	return !strchr(link->link, ':') && !streq(link->link, "first");
}

/* -- do the keys go together? -------------------------------------------------------------------
 */

/* Is what the link is made of said in one way? */
static bool check_device(const struct answers_link *link, struct problem *problem)
{
	unsigned given = link->given;

	if ((given & LINK_ANSWER_NAME) && !(given & LINK_ANSWER_VLAN))
		return problem_set(
			problem, _("Name= is the name of a VLAN, and VLAN= is missing."));
	if ((given & LINK_ANSWER_VLAN) && (given & (LINK_ANSWER_BOND | LINK_ANSWER_PORTS)))
		return problem_set(problem,
			_("VLAN= and Bond= make two links. Give each a section of its own."));
	if ((given & LINK_ANSWER_PORTS) && link->config.device.n_ports == 0)
		return problem_set(problem, _("A bond needs a network card: Port= is empty."));
	if ((given & (LINK_ANSWER_BOND | LINK_ANSWER_PORTS)) && !answers_link_is_name(link))
		return problem_set(problem,
			_("A bond is a link of its own, whose name stands in Link=, such as "
			  "bond0."));
	return true;
}

/* Is IPv6 asked for in one way? */
static bool check_v6(const struct answers_link *link, struct problem *problem)
{
	unsigned given = link->given;
	bool fixed = (given & LINK_ANSWER_ADDRESSES6) && link->config.v6.n_addresses > 0;
	bool dhcp = (given & LINK_ANSWER_DHCP) && link->dhcp[1];
	bool no_dhcp = (given & LINK_ANSWER_DHCP) && !link->dhcp[1];
	bool routers = (given & LINK_ANSWER_IPV6_RA) && link->accept_ra;
	bool no_routers = (given & LINK_ANSWER_IPV6_RA) && !link->accept_ra;
	bool solicit = (given & LINK_ANSWER_WITHOUT_RA) && link->solicit;

	if (fixed && (dhcp || routers || solicit))
		return problem_set(problem,
			_("IPv6 has either fixed addresses or automatic ones: remove its Address=, "
			  "or %s."),
			dhcp	  ? _("write DHCP=ipv4 or DHCP=no")
			: routers ? "IPv6AcceptRA=yes"
				  : "WithoutRA=solicit");
	if (dhcp && no_routers)
		return problem_set(problem,
			_("DHCP= asks for automatic IPv6, and IPv6AcceptRA=no refuses it. Write "
			  "DHCP=ipv4 or DHCP=no, or remove IPv6AcceptRA=."));
	if (solicit && (no_dhcp || no_routers))
		return problem_set(problem,
			_("WithoutRA=solicit asks for DHCPv6, which DHCP= or IPv6AcceptRA= "
			  "refuses. Write DHCP=ipv6 or DHCP=yes, or remove WithoutRA=."));
	return true;
}

bool answers_link_check(const struct answers_link *link, struct problem *problem)
{
	bool fixed4 = (link->given & LINK_ANSWER_ADDRESSES4) && link->config.v4.n_addresses > 0;

	*problem = (struct problem){ 0 };
	if (fixed4 && (link->given & LINK_ANSWER_DHCP) && link->dhcp[0])
		return problem_set(problem,
			_("IPv4 has either fixed addresses or automatic ones: remove its Address=, "
			  "or %s."),
			_("write DHCP=ipv6 or DHCP=no"));
	return check_device(link, problem) && check_v6(link, problem);
}

/* -- fields -------------------------------------------------------------------------------------
 */

/* The fields that go with each bit. */
#define FIELD(bit, member)                                                                         \
	{                                                                                          \
		bit, offsetof(struct answers_link, member),                                        \
			sizeof(((struct answers_link *)0)->member)                                 \
	}
static const struct {
	unsigned bit;
	size_t offset, size;
} fields[] = {
	FIELD(LINK_ANSWER_VLAN, config.device.vlan_id),
	FIELD(LINK_ANSWER_NAME, config.ifname),
	FIELD(LINK_ANSWER_BOND, config.device.bond_mode),
	FIELD(LINK_ANSWER_PORTS, config.device.ports),
	FIELD(LINK_ANSWER_PORTS, config.device.n_ports),
	FIELD(LINK_ANSWER_DHCP, dhcp),
	FIELD(LINK_ANSWER_IPV6_RA, accept_ra),
	FIELD(LINK_ANSWER_WITHOUT_RA, solicit),
	FIELD(LINK_ANSWER_ADDRESSES4, config.v4.addresses),
	FIELD(LINK_ANSWER_ADDRESSES4, config.v4.n_addresses),
	FIELD(LINK_ANSWER_ADDRESSES6, config.v6.addresses),
	FIELD(LINK_ANSWER_ADDRESSES6, config.v6.n_addresses),
	FIELD(LINK_ANSWER_GATEWAY4, config.v4.gateway),
	FIELD(LINK_ANSWER_GATEWAY6, config.v6.gateway),
	FIELD(LINK_ANSWER_ONLINK, config.v4.gateway_onlink),
	FIELD(LINK_ANSWER_ONLINK, config.v6.gateway_onlink),
	FIELD(LINK_ANSWER_DNS, config.dns),
	FIELD(LINK_ANSWER_DNS, config.n_dns),
	FIELD(LINK_ANSWER_DOMAINS, config.domains),
	FIELD(LINK_ANSWER_DOMAINS, config.n_domains),
	FIELD(LINK_ANSWER_NTP, config.ntp),
	FIELD(LINK_ANSWER_NTP, config.n_ntp),
	FIELD(LINK_ANSWER_MTU, config.mtu),
	FIELD(LINK_ANSWER_ROUTES, config.routes),
	FIELD(LINK_ANSWER_ROUTES, config.n_routes),
	FIELD(LINK_ANSWER_CLIENT_ID, config.dhcp_by_mac),
	FIELD(LINK_ANSWER_SEND_HOSTNAME, config.dhcp_anonymous),
	FIELD(LINK_ANSWER_ADVERTISED, advertised),
};

/* What is copied as it is. */
#define LINK_ANSWER_PLAIN                                                                          \
	(LINK_ANSWER_DNS | LINK_ANSWER_DOMAINS | LINK_ANSWER_NTP | LINK_ANSWER_MTU |               \
		LINK_ANSWER_ROUTES | LINK_ANSWER_CLIENT_ID | LINK_ANSWER_SEND_HOSTNAME)

void answers_link_copy(struct answers_link *to, const struct answers_link *from, unsigned mask)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (from->given & mask & fields[i].bit)
			memcpy((char *)to + fields[i].offset, (const char *)from + fields[i].offset,
				fields[i].size);
	to->given |= from->given & mask;
}

/* -- the device ---------------------------------------------------------------------------------
 */

void answers_find_device(const struct answers_link *link, const char *ifname,
	char ret_name[static IFNAMSIZ], struct net_device *ret_device)
{
	const struct net_device *device = &link->config.device;
	struct net_device found = { 0 };

	(void)snprintf(ret_name, IFNAMSIZ, "%.15s", ifname);
	if (link->given & LINK_ANSWER_VLAN) {
		found = (struct net_device){
			.kind = NET_DEVICE_VLAN, .n_ports = 1, .vlan_id = device->vlan_id
		};
		(void)snprintf(found.ports[0], IFNAMSIZ, "%.15s", ifname);
		if (link->given & LINK_ANSWER_NAME)
			memcpy(ret_name, link->config.ifname, IFNAMSIZ);
		else
			(void)net_vlan_name(found.ports[0], found.vlan_id, ret_name);
	} else if (link->given & LINK_ANSWER_DEVICE) {
		found = *device;
		found.kind = NET_DEVICE_BOND;
	}
	*ret_device = found;
}

/* What the link shall be made of. */
static bool merge_device(
	const struct answers_link *link, struct net_device *device, struct problem *problem)
{
	const struct net_device *wanted = &link->config.device;
	unsigned given = link->given;

	if (given & LINK_ANSWER_VLAN) {
		if (answers_link_is_name(link) || device->kind != NET_DEVICE_VLAN)
			*device = (struct net_device){ .n_ports = 1 };
		if (answers_link_is_name(link))
			(void)snprintf(device->ports[0], IFNAMSIZ, "%.15s", link->link);
		device->kind = NET_DEVICE_VLAN;
		device->vlan_id = wanted->vlan_id;
	}
	if (!(given & (LINK_ANSWER_BOND | LINK_ANSWER_PORTS)))
		return true;
	if (device->kind != NET_DEVICE_BOND &&
		(given & LINK_ANSWER_DEVICE) != (LINK_ANSWER_BOND | LINK_ANSWER_PORTS))
		return problem_set(problem,
			_("%s is no bond yet: to make it one, both Bond= and Port= are needed."),
			link->link);
	device->kind = NET_DEVICE_BOND;
	if (given & LINK_ANSWER_BOND)
		device->bond_mode = wanted->bond_mode;
	if (given & LINK_ANSWER_PORTS) {
		memcpy(device->ports, wanted->ports, sizeof(device->ports));
		device->n_ports = wanted->n_ports;
	}
	return true;
}

/* -- the families -------------------------------------------------------------------------------
 */

/* How IPv4 shall get its addresses. */
static enum net_method merge_method4(const struct answers_link *link, enum net_method now)
{
	bool addresses = link->given & LINK_ANSWER_ADDRESSES4;

	if (addresses && link->config.v4.n_addresses > 0)
		return NET_METHOD_STATIC;
	if ((link->given & LINK_ANSWER_DHCP) && link->dhcp[0])
		return NET_METHOD_AUTO;
	if ((link->given & LINK_ANSWER_DHCP) && now == NET_METHOD_AUTO)
		return NET_METHOD_OFF;
	return addresses && now == NET_METHOD_STATIC ? NET_METHOD_OFF : now;
}

/* The same of IPv6, but for WithoutRA=. */
static enum net_method merge_routers(const struct answers_link *link, enum net_method now)
{
	bool addresses = link->given & LINK_ANSWER_ADDRESSES6;
	bool dhcp = link->given & LINK_ANSWER_DHCP;

	if (addresses && link->config.v6.n_addresses > 0)
		return NET_METHOD_STATIC;
	if (dhcp && (link->dhcp[1] || now == NET_METHOD_DHCP))
		now = NET_METHOD_AUTO; /* routers alone, where DHCPv6 is taken away */
	if (addresses && now == NET_METHOD_STATIC)
		now = NET_METHOD_OFF;
	if (!(link->given & LINK_ANSWER_IPV6_RA))
		return now;
	if (!link->accept_ra)
		return now == NET_METHOD_STATIC ? now : NET_METHOD_OFF;
	return now == NET_METHOD_DHCP ? now : NET_METHOD_AUTO;
}

static bool merge_method6(const struct answers_link *link, enum net_method now,
	enum net_method *ret, struct problem *problem)
{
	*ret = merge_routers(link, now);
	if (!(link->given & LINK_ANSWER_WITHOUT_RA))
		return true;
	if (!link->solicit) {
		*ret = *ret == NET_METHOD_DHCP ? NET_METHOD_AUTO : *ret;
		return true;
	}
	if (*ret != NET_METHOD_AUTO && *ret != NET_METHOD_DHCP)
		return problem_set(problem,
			_("WithoutRA=solicit asks for DHCPv6, and IPv6 is not automatic here. "
			  "Write DHCP=ipv6 or DHCP=yes, too."));
	*ret = NET_METHOD_DHCP;
	return true;
}

/* The addresses and the gateway of a family; bits: those that are about it. */
static bool merge_family(const struct answers_link *link, unsigned bits, enum net_method method,
	const struct net_family *answer, struct net_family *family, struct problem *problem)
{
	unsigned given = link->given & bits;
	char ip[IP_TEXT_MAX];

	if (method != NET_METHOD_STATIC || family->method != NET_METHOD_STATIC)
		*family = (struct net_family){ .method = method };
	if (method != NET_METHOD_STATIC)
		return !(given & LINK_ANSWER_GATEWAYS) || answer->gateway.family == AF_UNSPEC ||
		       problem_set(problem,
			       _("Gateway=%s goes with fixed addresses of its family: Address= is "
				 "missing, or DHCP=no is."),
			       ip_format(&answer->gateway, ip));
	if (given & LINK_ANSWER_ADDRESSES) {
		memcpy(family->addresses, answer->addresses, sizeof(family->addresses));
		family->n_addresses = answer->n_addresses;
	}
	if (given & LINK_ANSWER_GATEWAYS) {
		family->gateway = answer->gateway;
		family->gateway_onlink = false;
	}
	if ((given & LINK_ANSWER_ONLINK) && family->gateway.family != AF_UNSPEC)
		family->gateway_onlink = answer->gateway_onlink;
	return true;
}

static bool merge_families(
	const struct answers_link *link, struct net_config *config, struct problem *problem)
{
	enum net_method method4 = merge_method4(link, config->v4.method), method6;

	return merge_method6(link, config->v6.method, &method6, problem) &&
	       merge_family(link,
		       LINK_ANSWER_ADDRESSES4 | LINK_ANSWER_GATEWAY4 | LINK_ANSWER_ONLINK, method4,
		       &link->config.v4, &config->v4, problem) &&
	       merge_family(link,
		       LINK_ANSWER_ADDRESSES6 | LINK_ANSWER_GATEWAY6 | LINK_ANSWER_ONLINK, method6,
		       &link->config.v6, &config->v6, problem);
}

/* -- the whole ----------------------------------------------------------------------------------
 */

/* Add to what can be right, though it is unusual, how to insist on it. */
static bool allow_insisting(struct problem *problem)
{
	struct problem why = *problem;

	if (!problem->overridable)
		return false;
	problem_set(problem, _("%s If it is meant, add GatewayOnLink=yes."), why.text);
	problem->overridable = true;
	return false;
}

bool answers_merge(const struct answers_link *link, const struct net_config *config,
	struct net_config *ret, struct problem *problem)
{
	struct answers_link merged = { .config = *config };

	if (!answers_link_check(link, problem) ||
		!merge_device(link, &merged.config.device, problem) ||
		!merge_families(link, &merged.config, problem))
		return false;
	answers_link_copy(&merged, link, LINK_ANSWER_PLAIN);
	if (!validate_check_config(&merged.config, problem))
		return allow_insisting(problem);
	*ret = merged.config;
	return true;
}
