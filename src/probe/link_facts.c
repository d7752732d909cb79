/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "link_facts.h"

#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "netlink_tables.h"
#include "util.h"

/* The list of alternative names. */
static void read_altnames(struct nlattr *list, struct link_facts *ret)
{
	struct nlattr *name;
	int left;

	nla_for_each_nested(name, list, left)
	{
		if (nla_type(name) != IFLA_ALT_IFNAME || ret->n_altnames == LINK_ALTNAMES_MAX)
			continue;
		nla_strlcpy(ret->altnames[ret->n_altnames++], name, ALTIFNAMSIZ);
	}
}

/* The answer. */
static int take_answer(struct nl_msg *msg, void *userdata)
{
	struct link_facts *ret = userdata;
	struct nlmsghdr *message = nlmsg_hdr(msg);
	struct nlattr *tb[IFLA_PERM_ADDRESS + 1], *mac;

	if (message->nlmsg_type != RTM_NEWLINK ||
		nlmsg_parse(message, sizeof(struct ifinfomsg), tb, IFLA_PERM_ADDRESS, NULL) < 0)
		return NL_OK;
	if (tb[IFLA_PROP_LIST])
		read_altnames(tb[IFLA_PROP_LIST], ret);
	mac = tb[IFLA_PERM_ADDRESS];
	if (mac && (size_t)nla_len(mac) <= sizeof(ret->permanent_mac)) {
		ret->permanent_mac_len = (uint8_t)nla_len(mac);
		memcpy(ret->permanent_mac, nla_data(mac), ret->permanent_mac_len);
	}
	return NL_OK;
}

/* One question, one answer; the socket belongs to nobody in between. */
static void ask_kernel(struct netlink *nl, int ifindex, struct link_facts *ret)
{
	struct {
		struct ifinfomsg info;
		struct nlattr attr;
		uint32_t mask;
	} question = {
		.info.ifi_index = ifindex,
		.attr = { .nla_len = sizeof(question.attr) + sizeof(question.mask),
			.nla_type = IFLA_EXT_MASK },
		.mask = RTEXT_FILTER_SKIP_STATS,
	};

	if (nl_socket_modify_cb(nl->requests, NL_CB_VALID, NL_CB_CUSTOM, take_answer, ret) < 0 ||
		nl_send_simple(nl->requests, RTM_GETLINK, 0, &question, sizeof(question)) < 0)
		return;
	(void)nl_recvmsgs_default(nl->requests); /* the answer, or why not */
	(void)nl_wait_for_ack(nl->requests);
}

void link_facts_read(struct netlink *nl, const struct link *link, struct link_facts *ret)
{
	memset(ret, 0, sizeof(*ret));
	ask_kernel(nl, link->ifindex, ret);
	linkhw_read(link->name, &ret->hw);
}
