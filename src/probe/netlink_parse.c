/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From rtnetlink(7) messages to rows. */

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <time.h>

#include "netlink_tables.h"
#include "util.h"

/* The highest attributes that are looked at; libnl passes over those above. */
#define LINK_ATTR_MAX	 IFLA_LINKINFO
#define DEVICE_ATTR_MAX	 1 /* IFLA_VLAN_ID, IFLA_BOND_MODE */
#define ADDRESS_ATTR_MAX IFA_FLAGS
#define ROUTE_ATTR_MAX	 RTA_VIA

/* Copy the address in attr; the family stays AF_UNSPEC when it is none of this family's size. */
static void read_ip(struct nlattr *attr, int family, struct ip_addr *ret)
{
	size_t size = ip_size(family);

	if (!attr || size == 0 || (size_t)nla_len(attr) != size)
		return;
	ret->family = family;
	memcpy(ret->bytes, nla_data(attr), size);
}

/* Is there such a prefix: an address with a length that its family has? */
static bool is_prefix(const struct ip_prefix *prefix)
{
	size_t size = ip_size(prefix->addr.family);

	return size > 0 && prefix->length <= 8 * size;
}

/* What a VLAN or a bond tells of itself. */
static void read_device(struct nlattr *data, struct link *ret)
{
	struct nlattr *tb[DEVICE_ATTR_MAX + 1];

	if (nla_parse_nested(tb, DEVICE_ATTR_MAX, data, NULL) < 0)
		return;
	if (streq(ret->kind, "vlan") && tb[IFLA_VLAN_ID] && nla_len(tb[IFLA_VLAN_ID]) >= 2)
		ret->vlan_id = nla_get_u16(tb[IFLA_VLAN_ID]);
	if (streq(ret->kind, "bond") && tb[IFLA_BOND_MODE] && nla_len(tb[IFLA_BOND_MODE]) >= 1)
		ret->bond_mode = nla_get_u8(tb[IFLA_BOND_MODE]);
}

/* What kind of virtual link: the name of its driver in the kernel. */
static void read_kind(struct nlattr *linkinfo, struct link *ret)
{
	struct nlattr *tb[IFLA_INFO_DATA + 1];

	if (nla_parse_nested(tb, IFLA_INFO_DATA, linkinfo, NULL) < 0 || !tb[IFLA_INFO_KIND])
		return;
	nla_strlcpy(ret->kind, tb[IFLA_INFO_KIND], sizeof(ret->kind));
	if (tb[IFLA_INFO_DATA])
		read_device(tb[IFLA_INFO_DATA], ret);
}

/* RTM_NEWLINK, RTM_DELLINK. A bridge tells of its ports in a family of its own, wireless events
 * come without the link's attributes: neither is about the link itself. */
static int parse_link(struct nlmsghdr *message, void *ret_row)
{
	static struct nla_policy policy[LINK_ATTR_MAX + 1] = {
		[IFLA_IFNAME] = { .type = NLA_STRING, .maxlen = IFNAMSIZ },
		[IFLA_MTU] = { .type = NLA_U32 },
		[IFLA_LINK] = { .type = NLA_U32 },
		[IFLA_MASTER] = { .type = NLA_U32 },
		[IFLA_LINKINFO] = { .type = NLA_NESTED },
	};
	const struct ifinfomsg *info = nlmsg_data(message);
	struct nlattr *tb[LINK_ATTR_MAX + 1];
	struct link *ret = ret_row;

	if (nlmsg_parse(message, sizeof(*info), tb, LINK_ATTR_MAX, policy) < 0)
		return 0;
	if (info->ifi_family != AF_UNSPEC || tb[IFLA_WIRELESS] || !tb[IFLA_IFNAME])
		return 0;
	memset(ret, 0, sizeof(*ret));
	ret->ifindex = info->ifi_index;
	ret->type = info->ifi_type;
	ret->flags = info->ifi_flags;
	nla_strlcpy(ret->name, tb[IFLA_IFNAME], sizeof(ret->name));
	if (tb[IFLA_MTU])
		ret->mtu = nla_get_u32(tb[IFLA_MTU]);
	if (tb[IFLA_MASTER])
		ret->master = (int)nla_get_u32(tb[IFLA_MASTER]);
	if (tb[IFLA_LINKINFO])
		read_kind(tb[IFLA_LINKINFO], ret);
	/* A veth's is its other end, which may be another namespace's index. */
	if (tb[IFLA_LINK] && !streq(ret->kind, "veth"))
		ret->lower = (int)nla_get_u32(tb[IFLA_LINK]);
	if (tb[IFLA_ADDRESS] && (size_t)nla_len(tb[IFLA_ADDRESS]) <= sizeof(ret->mac)) {
		ret->mac_len = nla_len(tb[IFLA_ADDRESS]);
		memcpy(ret->mac, nla_data(tb[IFLA_ADDRESS]), ret->mac_len);
	}
	return 1;
}

/* The time at which so many seconds are over. */
static uint64_t time_after(uint32_t seconds)
{
	struct timespec now;

	if (seconds == UINT32_MAX || clock_gettime(CLOCK_BOOTTIME, &now) < 0)
		return UINT64_MAX;
	return (uint64_t)now.tv_sec + seconds;
}

/* RTM_NEWADDR, RTM_DELADDR. IFA_LOCAL is ours where it stands, IFA_ADDRESS the peer's then. */
static int parse_address(struct nlmsghdr *message, void *ret_row)
{
	static struct nla_policy policy[ADDRESS_ATTR_MAX + 1] = {
		[IFA_FLAGS] = { .type = NLA_U32 },
		[IFA_CACHEINFO] = { .minlen = sizeof(struct ifa_cacheinfo) },
	};
	const struct ifaddrmsg *info = nlmsg_data(message);
	struct nlattr *tb[ADDRESS_ATTR_MAX + 1];
	struct address *ret = ret_row;

	if (nlmsg_parse(message, sizeof(*info), tb, ADDRESS_ATTR_MAX, policy) < 0)
		return 0;
	memset(ret, 0, sizeof(*ret));
	ret->ifindex = (int)info->ifa_index;
	ret->scope = info->ifa_scope;
	ret->flags = tb[IFA_FLAGS] ? nla_get_u32(tb[IFA_FLAGS]) : info->ifa_flags;
	ret->ip.length = info->ifa_prefixlen;
	read_ip(tb[tb[IFA_LOCAL] ? IFA_LOCAL : IFA_ADDRESS], info->ifa_family, &ret->ip.addr);
	ret->valid_s = ret->preferred_s = UINT32_MAX;
	if (tb[IFA_CACHEINFO]) {
		const struct ifa_cacheinfo *lifetime = nla_data(tb[IFA_CACHEINFO]);

		ret->valid_s = lifetime->ifa_valid;
		ret->preferred_s = lifetime->ifa_prefered;
	}
	ret->expires = time_after(ret->valid_s);
	return is_prefix(&ret->ip);
}

/* The way out of a route with several: the first. */
static void read_multipath(struct nlattr *attr, struct route *ret)
{
	struct rtnexthop *hop = nla_data(attr);
	struct nlattr *tb[ROUTE_ATTR_MAX + 1];

	if (!RTNH_OK(hop, nla_len(attr)))
		return;
	ret->ifindex = hop->rtnh_ifindex;
	if (nla_parse(tb, ROUTE_ATTR_MAX, (void *)(hop + 1), hop->rtnh_len - (int)RTNH_LENGTH(0),
		    NULL) >= 0)
		read_ip(tb[RTA_GATEWAY], ret->destination.addr.family, &ret->gateway);
}

/* An IPv4 route may have its gateway in IPv6 (RFC 5549). */
static void read_via(struct nlattr *attr, struct ip_addr *ret)
{
	const struct rtvia *via = nla_data(attr);
	size_t size = ip_size(via->rtvia_family);

	if (size == 0 || (size_t)nla_len(attr) != sizeof(*via) + size)
		return;
	ret->family = via->rtvia_family;
	memcpy(ret->bytes, via->rtvia_addr, size);
}

/* The attributes of a route. */
static void read_route(struct nlattr *tb[static ROUTE_ATTR_MAX + 1], struct route *ret)
{
	int family = ret->destination.addr.family;

	if (tb[RTA_MULTIPATH])
		read_multipath(tb[RTA_MULTIPATH], ret);
	if (tb[RTA_OIF])
		ret->ifindex = (int)nla_get_u32(tb[RTA_OIF]);
	if (tb[RTA_VIA])
		read_via(tb[RTA_VIA], &ret->gateway);
	if (tb[RTA_PRIORITY])
		ret->metric = nla_get_u32(tb[RTA_PRIORITY]);
	read_ip(tb[RTA_GATEWAY], family, &ret->gateway);
	read_ip(tb[RTA_PREFSRC], family, &ret->source);
	read_ip(tb[RTA_DST], family, &ret->destination.addr);
}

/* RTM_NEWROUTE, RTM_DELROUTE: unicast routes of the main table. */
static int parse_route(struct nlmsghdr *message, struct route *ret)
{
	static struct nla_policy policy[ROUTE_ATTR_MAX + 1] = {
		[RTA_TABLE] = { .type = NLA_U32 },
		[RTA_OIF] = { .type = NLA_U32 },
		[RTA_PRIORITY] = { .type = NLA_U32 },
		[RTA_MULTIPATH] = { .minlen = sizeof(struct rtnexthop) },
		[RTA_VIA] = { .minlen = sizeof(struct rtvia) },
	};
	const struct rtmsg *info = nlmsg_data(message);
	struct nlattr *tb[ROUTE_ATTR_MAX + 1];

	if (nlmsg_parse(message, sizeof(*info), tb, ROUTE_ATTR_MAX, policy) < 0 ||
		ip_size(info->rtm_family) == 0)
		return 0;
	if ((tb[RTA_TABLE] ? nla_get_u32(tb[RTA_TABLE]) : info->rtm_table) != RT_TABLE_MAIN)
		return 0;
	memset(ret, 0, sizeof(*ret));
	ret->destination.addr.family = info->rtm_family;
	ret->destination.length = info->rtm_dst_len;
	ret->protocol = info->rtm_protocol;
	read_route(tb, ret);
	return ret->ifindex > 0 && is_prefix(&ret->destination);
}

/* A default route. What is none is told by the header: there may be thousands. */
static int parse_default_route(struct nlmsghdr *message, void *ret_row)
{
	const struct rtmsg *info = nlmsg_data(message);
	struct default_route *ret = ret_row;
	struct route route;

	if (!nlmsg_valid_hdr(message, sizeof(*info)) || info->rtm_dst_len != 0 ||
		info->rtm_type != RTN_UNICAST || !parse_route(message, &route))
		return 0;
	memset(ret, 0, sizeof(*ret));
	ret->ifindex = route.ifindex;
	ret->gateway = route.gateway;
	ret->metric = route.metric;
	ret->family = route.destination.addr.family;
	return 1;
}

/* A route that somebody has set. */
static int parse_set_route(struct nlmsghdr *message, void *ret_row)
{
	const struct rtmsg *info = nlmsg_data(message);

	if (!nlmsg_valid_hdr(message, sizeof(*info)) || info->rtm_type != RTN_UNICAST)
		return 0;
	switch (info->rtm_protocol) {
	case RTPROT_BOOT:
	case RTPROT_STATIC:
	case RTPROT_RA:
	case RTPROT_DHCP:
		return parse_route(message, ret_row);
	default:
		return 0;
	}
}

int netlink_parse(enum netlink_kind kind, struct nlmsghdr *message, void *ret_row)
{
	static int (*const parse[NETLINK_N_KINDS])(struct nlmsghdr *, void *) = {
		[NETLINK_LINKS] = parse_link,
		[NETLINK_ADDRESSES] = parse_address,
		[NETLINK_ROUTES] = parse_default_route,
		[NETLINK_SET_ROUTES] = parse_set_route,
	};

	return parse[kind](message, ret_row);
}
