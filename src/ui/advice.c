/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "advice.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdarg.h>

#include "i18n.h"
#include "inforce.h"
#include "safe_text.h"
#include "util.h"

/* What a cause is looked for in. */
struct scene {
	const struct app *app;
	const struct link *links[APP_LINKS_MAX];
	size_t n, total;
};

/* Fill the answer. */
_printf_(3, 4) static bool say_raw(
	struct advice *ret, const safe_char *hint, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	(void)safe_format_list(ret->cause, sizeof(ret->cause), format, ap);
	va_end(ap);
	ret->hint = hint;
	return true;
}

#define say(ret, hint, ...) say_raw((ret), (hint), SAFE_FORMAT(__VA_ARGS__))

/* An address of this link with all of these flags and this scope; NULL for none. */
static const struct address *find_address(
	const struct app *app, const struct link *link, uint32_t flags, int scope)
{
	const struct address *addresses;
	size_t n;

	addresses = netlink_addresses_of(app->nl, link->ifindex, &n);
	for (size_t i = 0; i < n; i++)
		if ((addresses[i].flags & flags) == flags && addresses[i].scope == scope)
			return &addresses[i];
	return NULL;
}

/* The machine has no network card. */
static bool find_no_card(const struct scene *scene, struct advice *ret)
{
	if (scene->n > 0)
		return false;
	return say(ret, OURS(""), "%s",
		_("No address: this appliance has no network card. Add one in the settings of the "
		  "virtual machine."));
}

/* Duplicate address detection has found another owner. */
static bool find_duplicate(const struct scene *scene, struct advice *ret)
{
	char text[IP_TEXT_MAX];

	for (size_t i = 0; i < scene->n; i++) {
		const struct address *address = find_address(
			scene->app, scene->links[i], IFA_F_DADFAILED, RT_SCOPE_UNIVERSE);

		if (address)
			return say(ret, _("Press F2 to set another address."),
				_("No address: another device on the network already uses %s."),
				safe_text(ip_format(&address->ip.addr, text), 0).text);
	}
	return false;
}

/* Duplicate address detection is under way. */
static bool find_checking(const struct scene *scene, struct advice *ret)
{
	char text[IP_TEXT_MAX];

	for (size_t i = 0; i < scene->n; i++) {
		const struct address *address = find_address(
			scene->app, scene->links[i], IFA_F_TENTATIVE, RT_SCOPE_UNIVERSE);

		if (address && (scene->links[i]->flags & IFF_LOWER_UP))
			return say(ret, OURS(""),
				_("Checking that no other device on the network uses %s."),
				safe_text(ip_format(&address->ip.addr, text), 0).text);
	}
	return false;
}

/* All that is left is an address whose time is over. */
static bool find_replaced(const struct scene *scene, struct advice *ret)
{
	char text[IP_TEXT_MAX];

	for (size_t i = 0; i < scene->n; i++) {
		const struct address *address = find_address(
			scene->app, scene->links[i], IFA_F_DEPRECATED, RT_SCOPE_UNIVERSE);

		if (address && (scene->links[i]->flags & IFF_LOWER_UP))
			return say(ret, _("Press F2 to set an address by hand."),
				_("No address: %s on %s is being replaced, but the network has not "
				  "given a new one yet."),
				safe_text(ip_format(&address->ip.addr, text), 0).text,
				safe_text(scene->links[i]->name, IFNAMSIZ).text);
	}
	return false;
}

/* Is the link told to get its addresses by DHCP, as far as is known? */
static bool asks_dhcp(const struct app *app, const struct link *link)
{
	const struct link_state *state =
		app->sysstate ? sysstate_link(app->sysstate, link->ifindex) : NULL;
	struct net_config config;

	if (!state || !state->known || streq(state->administrative, "unmanaged"))
		return false;
	inforce_read(app->nl, link, state, &config);
	return config.v4.method == NET_METHOD_AUTO;
}

/* A cable is there, but no address that a URL may hold. */
static bool find_plugged(const struct scene *scene, struct advice *ret)
{
	const safe_char *hint = _("Press F2 to set an address by hand.");
	const struct link *link = NULL;
	const struct address *own;
	struct safe_str name;
	char text[IP_TEXT_MAX];

	for (size_t i = 0; i < scene->n && !link; i++)
		if (scene->links[i]->flags & IFF_LOWER_UP)
			link = scene->links[i];
	if (!link)
		return false;
	name = safe_text(link->name, IFNAMSIZ);
	own = find_address(scene->app, link, 0, RT_SCOPE_LINK);
	if (own && own->ip.addr.family == AF_INET)
		return say(ret, hint,
			_("No address yet: %s is plugged in and has only given itself %s, because "
			  "no DHCP server has answered."),
			name.text, safe_text(ip_format(&own->ip.addr, text), 0).text);
	if (asks_dhcp(scene->app, link))
		return say(ret, hint,
			_("No address yet: %s is plugged in, but no DHCP server has answered."),
			name.text);
	return say(ret, hint,
		_("No address: %s is plugged in, but nothing has given it an address."), name.text);
}

/* Every card is switched off. */
static bool find_off(const struct scene *scene, struct advice *ret)
{
	for (size_t i = 0; i < scene->n; i++)
		if (scene->links[i]->flags & IFF_UP)
			return false;
	return say(ret, _("Press F2 to set it up."),
		_("No address: the network card %s is switched off."),
		safe_text(scene->links[0]->name, IFNAMSIZ).text);
}

/* No card has a cable: all that is left. */
static bool find_unplugged(const struct scene *scene, struct advice *ret)
{
	if (scene->total > 1)
		return say(ret, OURS(""), "%s",
			_("No address: none of the network cards has a cable. Plug one in, or "
			  "connect a network card in the settings of the virtual machine."));
	return say(ret, OURS(""),
		_("No address: the network card %s has no cable. Plug one in, or connect the card "
		  "in the settings of the virtual machine."),
		safe_text(scene->links[0]->name, IFNAMSIZ).text);
}

/* The causes, in the order in which they are looked for; the last is always true. */
static bool (*const causes[])(const struct scene *scene, struct advice *ret) = {
	find_no_card,
	find_duplicate,
	find_checking,
	find_replaced,
	find_plugged,
	find_off,
	find_unplugged,
};

void advice_find(const struct app *app, struct advice *ret)
{
	struct scene scene = { .app = app };
	size_t n_known;

	*ret = (struct advice){ .hint = OURS("") };
	netlink_links(app->nl, &n_known);
	if (n_known == 0)
		return;
	scene.n = app_links(app, scene.links, &scene.total);
	for (size_t i = 0; i < ARRAY_SIZE(causes); i++)
		if (causes[i](&scene, ret))
			return;
}
