/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "neighbour.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <sys/socket.h>

#include "names.h"
#include "neighbour_packet.h"
#include "netlink.h"
#include "util.h"

#define BORROW_USEC (15 * 1000000ULL)

/* How often is asked, and how long is waited for an answer each time. */
static const struct {
	unsigned rounds;
	uint64_t usec;
} pace[] = {
	[NEIGHBOUR_RIVAL] = { 4, 375000 },
	[NEIGHBOUR_GATEWAY] = { 5, 1000000 },
};

/* The socket of one family. */
struct channel {
	struct neighbour_probe *probe;
	int family, fd;
	sd_event_source *io;
};

struct neighbour_probe {
	sd_bus *bus; /* borrowed while it is made */
	struct channel channels[2];
	int ifindex;
	uint8_t mac[ETH_ALEN];
	enum neighbour_purpose purpose;
	struct neighbour all[NEIGHBOURS_MAX];
	struct ip_addr sources[NEIGHBOURS_MAX]; /* ask from here, AF_UNSPEC: from nobody */
	size_t n;
	unsigned rounds; /* sent so far */
	sd_event_source *timer;
	neighbour_done_fn done;
	void *userdata;
};

struct neighbour_probe *neighbour_probe_free(struct neighbour_probe *probe)
{
	if (!probe)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(probe->channels); i++) {
		sd_event_source_disable_unref(probe->channels[i].io);
		closep(&probe->channels[i].fd);
	}
	sd_event_source_disable_unref(probe->timer);
	free(probe);
	return NULL;
}

static void neighbour_probe_freep(struct neighbour_probe **probe)
{
	neighbour_probe_free(*probe);
}

/* Answer, once; done may free probe. */
static void finish(struct neighbour_probe *probe)
{
	for (size_t i = 0; i < ARRAY_SIZE(probe->channels); i++)
		probe->channels[i].io = sd_event_source_disable_unref(probe->channels[i].io);
	probe->timer = sd_event_source_disable_unref(probe->timer);
	probe->done(probe->all, probe->n, probe->userdata);
}

/* -- asking ----------------------------------------------------------------------------------- */

/* The socket for a family. */
static const struct channel *find_channel(const struct neighbour_probe *probe, int family)
{
	return &probe->channels[family == AF_INET6];
}

/* Ask for an address. A packet that cannot be sent (the cable was just pulled) is one that nobody
 * answers. */
static void send_question(const struct neighbour_probe *probe, size_t i)
{
	const struct ip_addr *target = &probe->all[i].addr;
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(target->family == AF_INET ? ETH_P_ARP : ETH_P_IPV6),
		.sll_ifindex = probe->ifindex,
		.sll_halen = ETH_ALEN,
	};
	uint8_t packet[NEIGHBOUR_PACKET_MAX];
	size_t size =
		neighbour_question(target, probe->mac, &probe->sources[i], packet, to.sll_addr);

	(void)sendto(find_channel(probe, target->family)->fd, packet, size, 0,
		(struct sockaddr *)&to, sizeof(to));
}

/* Time for the next round, or for the verdict. */
static int handle_round(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct neighbour_probe *probe = userdata;
	int r;

	if (probe->rounds == pace[probe->purpose].rounds) {
		finish(probe);
		return 0;
	}
	for (size_t i = 0; i < probe->n; i++)
		if (!probe->all[i].answered)
			send_question(probe, i);
	probe->rounds++;
	r = sd_event_source_set_time_relative(source, pace[probe->purpose].usec);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* -- answers ---------------------------------------------------------------------------------- */

/* Take in what a packet says. Returns true when nothing more is to be waited for. */
static bool take_claim(struct neighbour_probe *probe, const struct neighbour *claim)
{
	bool all = true, any = false;

	if (memcmp(claim->mac, probe->mac, ETH_ALEN) == 0 ||
		(!claim->answered && probe->purpose != NEIGHBOUR_RIVAL))
		return false;
	for (size_t i = 0; i < probe->n; i++) {
		if (ip_equal(&probe->all[i].addr, &claim->addr) && !probe->all[i].answered) {
			probe->all[i].answered = true;
			memcpy(probe->all[i].mac, claim->mac, ETH_ALEN);
		}
		any |= probe->all[i].answered;
		all &= probe->all[i].answered;
	}
	return probe->purpose == NEIGHBOUR_RIVAL ? any : all;
}

/* A packet has come. */
static int handle_packet(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct channel *channel = userdata;
	struct sockaddr_ll from = { 0 };
	socklen_t from_size = sizeof(from);
	struct neighbour claim;
	uint8_t packet[1500];
	ssize_t n = recvfrom(fd, packet, sizeof(packet), MSG_DONTWAIT | MSG_TRUNC,
		(struct sockaddr *)&from, &from_size);

	/* An error says that the link went down, or is gone: nobody will answer. */
	if (n < 0 || (size_t)n > sizeof(packet))
		return 0;
	if (neighbour_read(channel->family, packet, (size_t)n, from.sll_addr, &claim) >= 0 &&
		take_claim(channel->probe, &claim))
		finish(channel->probe);
	return 0;
}

/* -- beginning -------------------------------------------------------------------------------- */

/* Let the card hear the groups in which a family's answers come: to all nodes, and what others who
 * want the same addresses ask. */
static void join_groups(const struct neighbour_probe *probe, int fd)
{
	struct packet_mreq group = {
		.mr_ifindex = probe->ifindex,
		.mr_type = PACKET_MR_MULTICAST,
		.mr_alen = ETH_ALEN,
		.mr_address = { 0x33, 0x33, [5] = 1 },
	};

	(void)setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &group, sizeof(group));
	if (probe->purpose != NEIGHBOUR_RIVAL)
		return;
	for (size_t i = 0; i < probe->n; i++) {
		if (probe->all[i].addr.family != AF_INET6)
			continue;
		group.mr_address[2] = 0xff;
		memcpy(&group.mr_address[3], &probe->all[i].addr.bytes[13], 3);
		(void)setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &group, sizeof(group));
	}
}

/* Ask for a socket, which takes as long as firstboot-cable takes to start. */
static int borrow_socket(sd_bus *bus)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *question = NULL, *reply = NULL;
	int fd, r;

	r = sd_bus_message_new_method_call(
		bus, &question, CABLE_NAME, CABLE_PATH, CABLE_INTERFACE, "Open");
	if (r >= 0)
		r = sd_bus_call(bus, question, BORROW_USEC, NULL, &reply);
	if (r >= 0)
		r = sd_bus_message_read(reply, "h", &fd);
	if (r < 0)
		return r;
	fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return fd < 0 ? -errno : fd;
}

/* A socket for packets that is bound to nothing yet, and hears nothing. */
static int open_socket(sd_bus *bus)
{
	int fd;

	if (bus)
		return borrow_socket(bus);
	fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return fd < 0 ? -errno : fd;
}

/* Open the socket of a family, for this link alone. The filter comes before the packets. */
static int open_channel(struct neighbour_probe *probe, sd_event *event, int family)
{
	struct channel *channel = &probe->channels[family == AF_INET6];
	struct sock_filter code[NEIGHBOUR_FILTER_MAX];
	struct sock_fprog program = { .filter = code };
	struct sockaddr_ll here = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(family == AF_INET ? ETH_P_ARP : ETH_P_IPV6),
		.sll_ifindex = probe->ifindex,
	};

	program.len = (unsigned short)neighbour_filter(
		family, probe->all, probe->n, probe->purpose, code);
	channel->fd = open_socket(probe->bus);
	if (channel->fd < 0)
		return channel->fd;
	if (setsockopt(channel->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ||
		bind(channel->fd, (struct sockaddr *)&here, sizeof(here)) < 0)
		return -errno;
	if (family == AF_INET6)
		join_groups(probe, channel->fd);
	return sd_event_add_io(event, &channel->io, channel->fd, EPOLLIN, handle_packet, channel);
}

/* Whom a question for target comes from: an address of the link that is past duplicate detection,
 * for IPv4 one in the target's network. Whoever looks for a rival has no IPv4 address yet. */
static struct ip_addr find_source(
	const struct neighbour_probe *probe, const struct netlink *nl, const struct ip_addr *target)
{
	size_t n;
	const struct address *a = netlink_addresses(nl, &n), *end = a + n;

	for (; a < end; a++) {
		if (a->ifindex != probe->ifindex || a->ip.addr.family != target->family ||
			(a->flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)))
			continue;
		if (target->family == AF_INET6 ? ip_is_link_local(&a->ip.addr)
					       : probe->purpose == NEIGHBOUR_GATEWAY &&
							 ip_in_prefix(target, &a->ip))
			return a->ip.addr;
	}
	return (struct ip_addr){ 0 };
}

/* Look at the link and its addresses. Returns 0 when nobody can be asked there. */
static int examine_link(struct neighbour_probe *probe, const struct netlink *nl, const char *ifname)
{
	const struct link *link = netlink_link_by_name(nl, ifname);

	if (!link)
		return -ENODEV;
	if (!(link->flags & IFF_UP) || !(link->flags & IFF_LOWER_UP) ||
		(link->flags & (IFF_NOARP | IFF_LOOPBACK)) || link->type != ARPHRD_ETHER ||
		link->mac_len != ETH_ALEN)
		return 0;
	probe->ifindex = link->ifindex;
	memcpy(probe->mac, link->mac, ETH_ALEN);
	for (size_t i = 0; i < probe->n; i++)
		probe->sources[i] = find_source(probe, nl, &probe->all[i].addr);
	return 1;
}

/* Read the kernel's tables once. */
static int read_link(struct neighbour_probe *probe, const char *ifname)
{
	_cleanup_(netlink_freep) struct netlink *nl = NULL;
	int r = netlink_new(&nl);

	if (r >= 0)
		r = netlink_read_links(nl);
	if (r >= 0)
		r = netlink_read_addresses(nl);
	return r < 0 ? r : examine_link(probe, nl, ifname);
}

/* Open what is needed for the addresses in question. */
static int open_channels(struct neighbour_probe *probe, sd_event *event)
{
	int r = 0;

	for (size_t i = 0; i < probe->n && r >= 0; i++)
		if (find_channel(probe, probe->all[i].addr.family)->fd < 0)
			r = open_channel(probe, event, probe->all[i].addr.family);
	if (r < 0)
		return r;
	return sd_event_add_time_relative(
		event, &probe->timer, CLOCK_MONOTONIC, 0, 1, handle_round, probe);
}

int neighbour_probe_new(sd_event *event, sd_bus *bus, const char *ifname,
	const struct ip_addr *addrs, size_t n, enum neighbour_purpose purpose,
	neighbour_done_fn done, void *userdata, struct neighbour_probe **ret)
{
	_cleanup_(neighbour_probe_freep) struct neighbour_probe *probe = NULL;
	int r;

	if (n > NEIGHBOURS_MAX)
		return -E2BIG;
	probe = calloc(1, sizeof(*probe));
	if (!probe)
		return -ENOMEM;
	probe->channels[0] = (struct channel){ .probe = probe, .family = AF_INET, .fd = -1 };
	probe->channels[1] = (struct channel){ .probe = probe, .family = AF_INET6, .fd = -1 };
	probe->bus = bus;
	probe->purpose = purpose;
	probe->done = done;
	probe->userdata = userdata;
	for (size_t i = 0; i < n; i++)
		if (ip_size(addrs[i].family) > 0)
			probe->all[probe->n++].addr = addrs[i];
	if (probe->n == 0)
		return 0;
	r = read_link(probe, ifname);
	if (r <= 0)
		return r;
	r = open_channels(probe, event);
	if (r < 0)
		return r;
	*ret = take_ptr(probe);
	return 1;
}
