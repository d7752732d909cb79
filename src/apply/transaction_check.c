/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The works before anything is changed: are the links there, who sets them up, does another machine
 * use the addresses? And the questions to the cable, which are asked again after the change. */

#include <errno.h>

#include "i18n.h"
#include "transaction_ask.h"

#define OWNER_DEPTH 3 /* a VLAN of a bond of cards */

bool transaction_link_changes(const struct transaction *t, size_t i)
{
	const struct net_config *config = &t->journal.new->links[i];
	const struct net_config *old = net_set_find(t->journal.old, config->ifname);

	if (!old || !net_config_equal(old, config))
		return true;
	return transaction_is_again(t) && if_nametoindex(config->ifname) > 0;
}

bool transaction_is_again(const struct transaction *t)
{
	return net_set_equal(t->journal.old, t->journal.new);
}

/* -- links --------------------------------------------------------------------------------------
 */

/* Refuse: nothing has been changed. */
#define refuse(t, ...) (transaction_say((t), __VA_ARGS__), -ECANCELED)

/* Is there such a link, or will the change make it? */
static bool link_will_exist(const struct transaction *t, const char *ifname)
{
	const struct net_config *config = net_set_find(t->journal.new, ifname);

	return (config && config->device.kind != NET_DEVICE_EXISTING) || if_nametoindex(ifname) > 0;
}

/* A device that is to be made must have a name of its own and something to be made of. */
static int check_device(struct transaction *t, const struct net_config *config)
{
	const struct net_config *old = net_set_find(t->journal.old, config->ifname);

	if ((!old || old->device.kind == NET_DEVICE_EXISTING) && if_nametoindex(config->ifname) > 0)
		return refuse(t,
			_("The network settings were not changed: there is a network device called "
			  "%s already. Choose another name for the new one."),
			config->ifname);
	for (size_t i = 0; i < config->device.n_ports; i++)
		if (!link_will_exist(t, config->device.ports[i]))
			return refuse(t,
				_("The network settings were not changed: %s is to be made of %s, "
				  "and there is no such network card."),
				config->ifname, config->device.ports[i]);
	return 0;
}

int work_check_links(struct transaction *t)
{
	if (t->unfinished)
		return refuse(t,
			_("The network settings were not changed: an earlier change could not be "
			  "brought to its end. Make room on the disk, then restart this machine."));
	for (size_t i = 0; i < t->journal.new->n_links; i++) {
		const struct net_config *config = &t->journal.new->links[i];
		int r = 0;

		if (!transaction_link_changes(t, i))
			continue;
		if (config->device.kind != NET_DEVICE_EXISTING)
			r = check_device(t, config);
		else if (if_nametoindex(config->ifname) == 0)
			r = refuse(t,
				_("The network settings were not changed: there is no network card "
				  "called %s."),
				config->ifname);
		if (r < 0)
			return r;
	}
	return 0;
}

/* -- who sets them up ---------------------------------------------------------------------------
 */

/* The card that the link at the end of this name's ports is. */
static const char *bottom_of(const struct transaction *t, const char *ifname)
{
	for (int depth = 0; depth < OWNER_DEPTH; depth++) {
		const struct net_config *config = net_set_find(t->journal.new, ifname);

		if (!config)
			config = net_set_find(t->journal.old, ifname);
		if (!config || config->device.kind == NET_DEVICE_EXISTING ||
			config->device.n_ports == 0)
			break;
		ifname = config->device.ports[0];
	}
	return ifname;
}

/* The next link that the change is about: those that are set, then those that are given back. NULL
 * at the end. */
static const char *next_link(struct transaction *t)
{
	const struct net_set *old = t->journal.old, *new = t->journal.new;

	while (t->looked < new->n_links + old->n_links) {
		size_t i = t->looked++;

		if (i < new->n_links && transaction_link_changes(t, i))
			return new->links[i].ifname;
		if (i >= new->n_links && !net_set_find(new, old->links[i - new->n_links].ifname))
			return old->links[i - new->n_links].ifname;
	}
	return NULL;
}

static int look_on(struct transaction *t);

/* Somebody, or nobody, sets up a link. */
static void handle_owner(const struct owner *owner, void *userdata)
{
	struct transaction *t = userdata;
	const char *ifname = t->manager_of;
	int r;

	t->owner_slot = sd_bus_slot_unref(t->owner_slot);
	if (owner->manager != OWNER_NONE && t->manager != OWNER_NONE &&
		owner->manager != t->manager) {
		transaction_say(t,
			_("The network settings were not changed: %s is set up by another network "
			  "service than the others. Change it by itself."),
			ifname);
		transaction_go_on(t, false);
		return;
	}
	if (owner->manager != OWNER_NONE)
		t->manager = owner->manager;
	r = look_on(t);
	if (r <= 0)
		transaction_go_on(t, r == 0);
}

/* Ask for the owner of the next link; choose when all have been asked for. */
static int look_on(struct transaction *t)
{
	const char *ifname;

	while ((ifname = next_link(t))) {
		const char *card = bottom_of(t, ifname);
		int ifindex = (int)if_nametoindex(card), r;

		if (ifindex == 0)
			continue;
		(void)snprintf(t->manager_of, sizeof(t->manager_of), "%s", ifname);
		r = owner_find(t->apply->bus, t->apply->event, t->apply->root, ifindex, card,
			handle_owner, t, &t->owner_slot);
		return r < 0 ? r : 1;
	}
	t->backend = t->manager == OWNER_NM ? &apply_nm : &apply_networkd;
	return 0;
}

int work_choose_backend(struct transaction *t)
{
	return t->backend ? 0 : look_on(t);
}

/* -- questions to the cable ---------------------------------------------------------------------
 */

static int judge_before(
	struct transaction *t, const struct asking *asking, const struct neighbour *all, size_t n);

/* Are all questions about rivals answered? Before the change nobody waits for a silent gateway any
 * longer than for a rival. */
static bool rivals_are_known(struct transaction *t)
{
	bool asked = false;

	for (size_t i = 0; i < t->n_askings; i++) {
		if (t->askings[i].purpose != NEIGHBOUR_RIVAL)
			continue;
		if (t->askings[i].probe)
			return false;
		asked = true;
	}
	return asked && t->judge == judge_before;
}

/* An answer, or none. */
static void handle_neighbours(const struct neighbour *all, size_t n, void *userdata)
{
	struct asking *asking = userdata;
	struct transaction *t = asking->owner;
	int r = t->judge(t, asking, all, n);

	asking->probe = neighbour_probe_free(asking->probe);
	t->n_answered++;
	if (r >= 0 && t->n_answered < t->n_askings && !rivals_are_known(t))
		return;
	transaction_stop_waiting(t);
	transaction_go_on(t, r >= 0);
}

int transaction_ask(struct transaction *t, const struct net_config *config,
	enum neighbour_purpose purpose, const struct ip_addr *addrs, size_t n)
{
	struct asking *asking = &t->askings[t->n_askings];
	int r;

	if (n == 0)
		return 0;
	if (t->n_askings == ARRAY_SIZE(t->askings))
		return -ENOSPC;
	*asking = (struct asking){ .owner = t, .config = config, .purpose = purpose };
	r = neighbour_probe_new(t->apply->event, t->apply->bus, config->ifname, addrs, n, purpose,
		handle_neighbours, asking, &asking->probe);
	if (r > 0)
		t->n_askings++;
	return r;
}

/* The fixed addresses of family that the link has not had from us before. */
static size_t new_addresses(
	const struct net_family *family, const struct net_family *old, struct ip_addr *ret)
{
	size_t n = 0;

	if (family->method != NET_METHOD_STATIC)
		return 0;
	for (size_t i = 0; i < family->n_addresses; i++) {
		bool had = false;

		for (size_t j = 0; old && old->method == NET_METHOD_STATIC && j < old->n_addresses;
			j++)
			had = had || ip_equal(&family->addresses[i].addr, &old->addresses[j].addr);
		if (!had)
			ret[n++] = family->addresses[i].addr;
	}
	return n;
}

size_t transaction_new_addresses(
	const struct transaction *t, const struct net_config *config, struct ip_addr *ret)
{
	const struct net_config *old =
		transaction_is_again(t) ? NULL : net_set_find(t->journal.old, config->ifname);
	size_t n = new_addresses(&config->v4, old ? &old->v4 : NULL, ret);

	return n + new_addresses(&config->v6, old ? &old->v6 : NULL, ret + n);
}

int transaction_judge_rival(
	struct transaction *t, const struct asking *asking, const struct neighbour *all, size_t n)
{
	char addr[IP_TEXT_MAX];

	for (size_t i = 0; i < n; i++) {
		const uint8_t *mac = all[i].mac;

		if (!all[i].answered)
			continue;
		return refuse(t,
			_("The address %s was not set on %s: another machine on this network uses "
			  "it already (its MAC is %02x:%02x:%02x:%02x:%02x:%02x). Choose an "
			  "address "
			  "that is free."),
			ip_format(&all[i].addr, addr), asking->config->ifname, mac[0], mac[1],
			mac[2], mac[3], mac[4], mac[5]);
	}
	return 0;
}

/* A rival refuses the change; a gateway that answers now is remembered. */
static int judge_before(
	struct transaction *t, const struct asking *asking, const struct neighbour *all, size_t n)
{
	if (asking->purpose == NEIGHBOUR_RIVAL)
		return transaction_judge_rival(t, asking, all, n);
	for (size_t i = 0; i < n; i++)
		if (all[i].answered && t->n_known < ARRAY_SIZE(t->known))
			t->known[t->n_known++] = all[i].addr;
	return 0;
}

size_t transaction_gateways(const struct net_config *config, struct ip_addr *ret)
{
	const struct net_family *families[] = { &config->v4, &config->v6 };
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		if (families[i]->method == NET_METHOD_STATIC &&
			families[i]->gateway.family != AF_UNSPEC)
			ret[n++] = families[i]->gateway;
	return n;
}

/* Both questions about a link. */
static int ask_about(struct transaction *t, size_t i)
{
	const struct net_config *config = &t->journal.new->links[i];
	struct ip_addr addrs[NEIGHBOURS_MAX];
	int r;

	if (if_nametoindex(config->ifname) == 0)
		return 0;
	r = transaction_ask(
		t, config, NEIGHBOUR_RIVAL, addrs, transaction_new_addresses(t, config, addrs));
	if (r < 0)
		return r;
	t->asked_rivals[i] = r > 0;
	return transaction_ask(
		t, config, NEIGHBOUR_GATEWAY, addrs, transaction_gateways(config, addrs));
}

int work_ask_before(struct transaction *t)
{
	int r = 0;

	t->n_askings = t->n_answered = 0;
	t->judge = judge_before;
	for (size_t i = 0; !t->unsafe && r >= 0 && i < t->journal.new->n_links; i++)
		if (transaction_link_changes(t, i))
			r = ask_about(t, i);
	return r < 0 ? r : t->n_askings > 0;
}
