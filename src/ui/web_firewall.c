/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What firstbootd says of the firewall: asked for all URLs at once, again whenever the rules
 * change.
 */

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "util.h"
#include "web_parts.h"

/* Are these of the same address of the same interface? */
static bool is_same(const struct web_url *url, const struct ip_addr *addr, int ifindex)
{
	return url->ifindex == ifindex && ip_equal(&url->addr, addr);
}

/* The rules are others. What the kernel says of them is read away. */
static int on_rules(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct web *web = userdata;
	char byte;
	ssize_t n;

	do
		n = recv(fd, &byte, sizeof(byte), MSG_DONTWAIT);
	while (n >= 0 || errno == ENOBUFS || errno == EINTR);
	if (errno != EAGAIN)
		web->firewall_changes = sd_event_source_disable_unref(web->firewall_changes);
	schedule_event(&web->firewall, web_now(web), WEB_FIREWALL_GAP_USEC);
	web_arm(web);
	return 0;
}

/* firstbootd has given the descriptor that tells of changes, or has none. Rules that changed before
 * it was there are asked for now. */
static void on_watch(const struct client_result *result, void *userdata)
{
	struct web *web = userdata;
	int fd = result->fd;

	if (result->outcome != CLIENT_OK || fd < 0)
		return;
	web->firewall_changes = sd_event_source_disable_unref(web->firewall_changes);
	if (sd_event_add_io(web->app->event, &web->firewall_changes, fd, EPOLLIN, on_rules, web) <
		0) {
		close(fd);
		return;
	}
	(void)sd_event_source_set_io_fd_own(web->firewall_changes, true);
	schedule_event(&web->firewall, web_now(web), WEB_FIREWALL_GAP_USEC);
	web_arm(web);
}

void web_watch_firewall(struct web *web)
{
	web->firewall_changes = sd_event_source_disable_unref(web->firewall_changes);
	if (web->bus && web->config.enabled)
		(void)client_watch_firewall(web->app->client, on_watch, web);
}

/* Give this judgement to the URLs of the address. */
static bool take_judgement(
	const struct web_judging *judging, const struct firewall_judgement *judgement)
{
	struct web *web = judging->web;
	bool different = false;

	for (size_t i = 0; i < web->n; i++) {
		struct web_url *url = &web->urls[i];

		if (!is_same(url, &judging->addr, judging->ifindex))
			continue;
		different |=
			!url->judged || memcmp(&url->firewall, judgement, sizeof(*judgement)) != 0;
		url->judged = true;
		url->firewall = *judgement;
	}
	return different;
}

/* The port that all addresses' connections end at, as far as that is known; the web port where it
 * is not. */
static unsigned find_served(const struct web *web)
{
	unsigned served = 0;

	for (size_t i = 0; i < web->n; i++) {
		unsigned dport = web->urls[i].judged ? web->urls[i].firewall.dport : 0;

		if (dport == 0 || dport == served)
			continue;
		if (served != 0)
			return web->config.port;
		served = dport;
	}
	return served != 0 ? served : web->config.port;
}

/* firstbootd has judged an address, or cannot. */
static void on_judged(const struct client_result *result, void *userdata)
{
	const struct web_judging *judging = userdata;
	struct web *web = judging->web;
	struct firewall_judgement judgement;
	bool different;

	/* It is compared as bytes. */
	memset(&judgement, 0, sizeof(judgement));
	if (result->outcome == CLIENT_OK) {
		judgement.verdict = result->firewall;
		judgement.dport = result->dport;
		(void)snprintf(judgement.where, sizeof(judgement.where), "%s", result->text);
	}
	web->n_judgings--;
	different = take_judgement(judging, &judgement);
	if (web->n_judgings == 0 && find_served(web) != web->served) {
		web_follow_listeners(web, find_served(web));
		different = true;
	}
	if (different)
		web_announce(web);
	web_arm(web);
}

/* Is this the first of the URLs with its address? */
static bool is_first(const struct web *web, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (is_same(&web->urls[j], &web->urls[i].addr, web->urls[i].ifindex))
			return false;
	return true;
}

void web_judge(struct web *web, uint64_t now)
{
	static const struct firewall_judgement unknown = { .verdict = FIREWALL_UNKNOWN };

	if (web->n_judgings > 0 || !schedule_is_due(&web->firewall, now))
		return;
	schedule_begin(&web->firewall, now);
	for (size_t i = 0; i < web->n && web->config.enabled; i++) {
		struct web_judging *judging = &web->judgings[i];
		const struct web_url *url = &web->urls[i];

		if (!is_first(web, i))
			continue;
		*judging = (struct web_judging){ web, url->addr, url->ifindex };
		if (web->bus && client_judge_port(web->app->client, url->ifindex, &url->addr,
					web->config.port, on_judged, judging) >= 0)
			web->n_judgings++;
		else if (take_judgement(judging, &unknown))
			web_announce(web);
	}
	schedule_end(&web->firewall, now, true);
}
