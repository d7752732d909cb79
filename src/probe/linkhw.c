/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Driver, speed and duplex of an interface, by SIOCETHTOOL. */

#include <linux/ethtool.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "linkhw.h"
#include "util.h"

/* The kernel tells how many words its bit maps have, at most this many. */
#define LINK_MODE_WORDS_MAX 127

/* Put one ethtool question. */
static int ask(int fd, const char *ifname, void *question)
{
	struct ifreq request = { .ifr_data = question };

	strncpy(request.ifr_name, ifname, sizeof(request.ifr_name) - 1);
	return ioctl(fd, SIOCETHTOOL, &request);
}

/* The driver's name. */
static void read_driver(int fd, const char *ifname, struct linkhw *ret)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };

	if (ask(fd, ifname, &info) == 0)
		memcpy(ret->driver, info.driver, strnlen(info.driver, sizeof(ret->driver) - 1));
}

/* Speed and duplex in force. The first answer is the negated number of words in the bit maps, the
 * second, asked with that number, is the settings. */
static void read_speed(int fd, const char *ifname, struct linkhw *ret)
{
	union {
		struct ethtool_link_settings settings;
		uint32_t room[sizeof(struct ethtool_link_settings) / 4 + 3 * LINK_MODE_WORDS_MAX];
	} link = { .settings.cmd = ETHTOOL_GLINKSETTINGS };

	if (ask(fd, ifname, &link) < 0 || link.settings.link_mode_masks_nwords >= 0)
		return;
	link.settings = (struct ethtool_link_settings){
		.cmd = ETHTOOL_GLINKSETTINGS,
		.link_mode_masks_nwords = -link.settings.link_mode_masks_nwords,
	};
	if (ask(fd, ifname, &link) < 0)
		return;
	if (link.settings.speed != (uint32_t)SPEED_UNKNOWN)
		ret->speed_mbps = link.settings.speed;
	if (link.settings.duplex == DUPLEX_HALF)
		ret->duplex = LINKHW_HALF_DUPLEX;
	else if (link.settings.duplex == DUPLEX_FULL)
		ret->duplex = LINKHW_FULL_DUPLEX;
}

void linkhw_read(const char *ifname, struct linkhw *ret)
{
	/* Any socket will do; of IP the start screen may have none. */
	_cleanup_close_ int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	*ret = (struct linkhw){ 0 };
	if (fd < 0)
		return;
	read_driver(fd, ifname, ret);
	read_speed(fd, ifname, ret);
}

bool linkhw_read_mac(const char *ifname, uint8_t ret[static ETH_ALEN])
{
	static const uint8_t none[ETH_ALEN];
	_cleanup_close_ int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	union {
		struct ethtool_perm_addr head;
		uint8_t room[sizeof(struct ethtool_perm_addr) + 32];
	} question = { .head = { .cmd = ETHTOOL_GPERMADDR, .size = 32 } };

	if (fd < 0 || ask(fd, ifname, &question) < 0 || question.head.size != ETH_ALEN)
		return false;
	memcpy(ret, question.head.data, ETH_ALEN);
	return memcmp(ret, none, ETH_ALEN) != 0;
}
