/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "arp.h"

#include <errno.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/if_ether.h>
#include <netpacket/packet.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "util.h"

#define ROUNDS	   3
#define ROUND_USEC 300000ULL

struct arp_probe {
	int fd, ifindex;
	uint8_t mac[ETH_ALEN];
	struct ip_addr addresses[NET_ADDRESSES_MAX];
	size_t n_addresses;
	unsigned rounds; /* sent so far */
	sd_event_source *io, *timer;
	arp_done_fn done;
	void *userdata;
};

struct arp_probe *arp_probe_free(struct arp_probe *probe)
{
	if (!probe)
		return NULL;
	sd_event_source_disable_unref(probe->io);
	sd_event_source_disable_unref(probe->timer);
	if (probe->fd >= 0)
		close(probe->fd);
	free(probe);
	return NULL;
}

static void arp_probe_freep(struct arp_probe **probe)
{
	arp_probe_free(*probe);
}

/* Answer, once. */
static void finish(struct arp_probe *probe, const struct ip_addr *taken)
{
	struct ip_addr copy = taken ? *taken : (struct ip_addr){ 0 };

	probe->io = sd_event_source_disable_unref(probe->io);
	probe->timer = sd_event_source_disable_unref(probe->timer);
	probe->done(taken ? &copy : NULL, probe->userdata);
}

/* Broadcast "who has addr", from nobody. */
static int send_probe(const struct arp_probe *probe, const struct ip_addr *addr)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ARP),
		.sll_ifindex = probe->ifindex,
		.sll_halen = ETH_ALEN,
		.sll_addr = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
	};
	struct ether_arp packet = {
		.ea_hdr = {
			.ar_hrd = htons(ARPHRD_ETHER),
			.ar_pro = htons(ETH_P_IP),
			.ar_hln = ETH_ALEN,
			.ar_pln = 4,
			.ar_op = htons(ARPOP_REQUEST),
		},
	};

	memcpy(packet.arp_sha, probe->mac, ETH_ALEN);
	memcpy(packet.arp_tpa, addr->bytes, 4);
	if (sendto(probe->fd, &packet, sizeof(packet), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		return -errno;
	return 0;
}

/* Which of our addresses does packet claim for another machine? One that answers for it, or one
 * that asks for it in the same way as we do. */
static const struct ip_addr *claimed_address(
	const struct arp_probe *probe, const struct ether_arp *packet)
{
	static const uint8_t nobody[4];
	const uint8_t *claim =
		memcmp(packet->arp_spa, nobody, 4) == 0 ? packet->arp_tpa : packet->arp_spa;

	if (packet->ea_hdr.ar_pro != htons(ETH_P_IP) || packet->ea_hdr.ar_hln != ETH_ALEN ||
		packet->ea_hdr.ar_pln != 4 || memcmp(packet->arp_sha, probe->mac, ETH_ALEN) == 0)
		return NULL;
	for (size_t i = 0; i < probe->n_addresses; i++)
		if (memcmp(probe->addresses[i].bytes, claim, 4) == 0)
			return &probe->addresses[i];
	return NULL;
}

/* An ARP packet has come. */
static int handle_packet(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct arp_probe *probe = userdata;
	const struct ip_addr *taken;
	struct ether_arp packet;
	ssize_t n = recv(fd, &packet, sizeof(packet), MSG_DONTWAIT);

	if (n != (ssize_t)sizeof(packet))
		return n < 0 && errno != EAGAIN && errno != EINTR ? -errno : 0;
	taken = claimed_address(probe, &packet);
	if (taken)
		finish(probe, taken);
	return 0;
}

/* Time for the next round, or for the verdict. */
static int handle_round(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct arp_probe *probe = userdata;
	int r;

	if (probe->rounds == ROUNDS) {
		finish(probe, NULL);
		return 0;
	}
	/* A packet that cannot be sent (the cable was just pulled) is one that nobody answers. */
	for (size_t i = 0; i < probe->n_addresses; i++)
		(void)send_probe(probe, &probe->addresses[i]);
	probe->rounds++;
	r = sd_event_source_set_time_relative(source, ROUND_USEC);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* Index and MAC of the interface. Returns 0 when nobody can be asked there. */
static int examine_link(struct arp_probe *probe, const char *ifname)
{
	struct ifreq request = { 0 };

	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", ifname);
	if (ioctl(probe->fd, SIOCGIFFLAGS, &request) < 0)
		return -errno;
	if (!(request.ifr_flags & IFF_UP) || !(request.ifr_flags & IFF_RUNNING) ||
		(request.ifr_flags & (IFF_NOARP | IFF_LOOPBACK)))
		return 0;
	if (ioctl(probe->fd, SIOCGIFHWADDR, &request) < 0)
		return -errno;
	if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		return 0;
	memcpy(probe->mac, request.ifr_hwaddr.sa_data, ETH_ALEN);
	if (ioctl(probe->fd, SIOCGIFINDEX, &request) < 0)
		return -errno;
	probe->ifindex = request.ifr_ifindex;
	return 1;
}

/* The socket, for this link alone. Returns 0 when nobody can be asked there. */
static int open_socket(struct arp_probe *probe, const char *ifname)
{
	struct sockaddr_ll here = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP) };
	int r;

	probe->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (probe->fd < 0)
		return -errno;
	r = examine_link(probe, ifname);
	if (r <= 0)
		return r;
	here.sll_ifindex = probe->ifindex;
	return bind(probe->fd, (struct sockaddr *)&here, sizeof(here)) < 0 ? -errno : 1;
}

int arp_probe_new(sd_event *event, const char *ifname, const struct net_family *family,
	arp_done_fn done, void *userdata, struct arp_probe **ret)
{
	_cleanup_(arp_probe_freep) struct arp_probe *probe = NULL;
	int r;

	if (family->method != NET_METHOD_STATIC || family->n_addresses == 0)
		return 0;
	probe = calloc(1, sizeof(*probe));
	if (!probe)
		return -ENOMEM;
	probe->done = done;
	probe->userdata = userdata;
	for (size_t i = 0; i < family->n_addresses; i++)
		probe->addresses[probe->n_addresses++] = family->addresses[i].addr;
	r = open_socket(probe, ifname);
	if (r <= 0)
		return r;
	r = sd_event_add_io(event, &probe->io, probe->fd, EPOLLIN, handle_packet, probe);
	if (r < 0)
		return r;
	r = sd_event_add_time_relative(
		event, &probe->timer, CLOCK_MONOTONIC, 0, 1, handle_round, probe);
	if (r < 0)
		return r;
	*ret = take_ptr(probe);
	return 1;
}
