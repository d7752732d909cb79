/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The arguments of SetNetwork, and what they make of the settings that are kept. */

#include <errno.h>

#include "i18n.h"
#include "names.h"
#include "netwire.h"
#include "request.h"
#include "util.h"
#include "validate.h"

/* What was sent. */
struct request_network {
	struct net_set set;
	int ifindexes[NET_LINKS_MAX];
	uint32_t flags, seconds;
};

/* Answer that nothing was changed, and why. */
static int refuse(sd_bus_error *error, const char *format, ...) _printf_(2, 3);
static int refuse(sd_bus_error *error, const char *format, ...)
{
	char reason[640];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(reason, sizeof(reason), format, ap);
	va_end(ap);
	return sd_bus_error_setf(
		error, BUS_ERROR_REFUSED, _("The network settings were not changed. %s"), reason);
}

/* How long, and whether at all, the change is to wait to be confirmed. */
static int check_waiting(const struct request_network *request, sd_bus_error *error)
{
	const uint32_t both = NET_CHANGE_UNSAFE | NET_CHANGE_ASK, seconds = request->seconds;

	if ((request->flags & both) == both)
		return refuse(error, _("The request asks to wait for a confirmation, and not to."));
	if (seconds != 0 && (seconds < CONFIRM_SECONDS_MIN || seconds > CONFIRM_SECONDS_MAX))
		return refuse(error,
			_("They may wait to be confirmed for %d to %d seconds, not for %u."),
			CONFIRM_SECONDS_MIN, CONFIRM_SECONDS_MAX, seconds);
	return 0;
}

/* The arguments as they are. */
static int read_arguments(
	sd_bus_message *message, struct request_network *request, sd_bus_error *error)
{
	int r;

	r = netwire_read(message, &request->set, request->ifindexes);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return refuse(error,
			_("The request holds an address of a wrong length, a kind of setting that "
			  "there is not, or more values than are allowed."));
	r = sd_bus_message_read(message, "uu", &request->flags, &request->seconds);
	if (r < 0)
		return r;
	if ((request->flags & ~(NET_CHANGE_REPLACE | NET_CHANGE_UNSAFE | NET_CHANGE_ASK)) != 0)
		return refuse(error, _("The request asks for something unknown."));
	return check_waiting(request, error);
}

/* The settings that would be kept: put the links into those of now, or in their place. */
static int merge(const struct request_network *request, const struct net_set *kept,
	struct net_set *ret, sd_bus_error *error)
{
	const struct net_set *sent = &request->set;
	bool replace = request->flags & NET_CHANGE_REPLACE;

	if (sent->n_links == 0 && !replace)
		return refuse(error, _("The request names no network card."));
	for (size_t i = 0; i < sent->n_links; i++)
		if (net_set_find(sent, sent->links[i].ifname) != &sent->links[i])
			return refuse(error, _("The request names a network card twice."));
	*ret = replace ? *sent : *kept;
	if (replace)
		return 0;
	for (size_t i = 0; i < sent->n_links; i++)
		if (net_set_put(ret, &sent->links[i]) < 0)
			return refuse(error,
				_("They would be those of more than %d links, which is too many."),
				NET_LINKS_MAX);
	if (sent->advertised[0])
		memcpy(ret->advertised, sent->advertised, sizeof(ret->advertised));
	return 0;
}

/* A card must have this index and this name at this moment: it may have been renamed since the
 * caller looked. */
static int check_card(const char *ifname, int ifindex, sd_bus_error *error)
{
	int now = (int)if_nametoindex(ifname);
	char name[IFNAMSIZ] = "";

	if (now == 0)
		return refuse(error, _("There is no network card called %s."), ifname);
	/* The kernel finds a card by its other names as well, by which it could be set up twice. */
	if (now != ifindex || !if_indextoname((unsigned)ifindex, name) || !streq(name, ifname))
		return refuse(error,
			_("Network card number %d is no longer called %s. Choose the card again."),
			ifindex, ifname);
	return 0;
}

/* Is each link what the caller takes it for? A device may not be there yet, and a link whose
 * settings stay as they are may be away. */
static int check_links(
	const struct request_network *request, const struct net_set *kept, sd_bus_error *error)
{
	for (size_t i = 0; i < request->set.n_links; i++) {
		const struct net_config *config = &request->set.links[i];
		const struct net_config *known = net_set_find(kept, config->ifname);
		bool may_be_away = config->device.kind != NET_DEVICE_EXISTING ||
				   (known && net_config_equal(known, config));
		int r;

		if (request->ifindexes[i] == 0 && may_be_away)
			continue;
		r = check_card(config->ifname, request->ifindexes[i], error);
		if (r < 0)
			return r;
	}
	return 0;
}

int request_read_network(sd_bus_message *message, const struct net_set *kept,
	struct request_change *ret, sd_bus_error *error)
{
	_cleanup_free_ struct request_network *request = malloc(sizeof(*request));
	_cleanup_free_ struct net_set *set = malloc(sizeof(*set));
	struct problem problem;
	int r;

	if (!request || !set)
		return -ENOMEM;
	r = read_arguments(message, request, error);
	if (r < 0)
		return r;
	r = merge(request, kept, set, error);
	if (r < 0)
		return r;
	if (!validate_net_set(set, &problem))
		return refuse(error, "%s", problem.text);
	r = check_links(request, kept, error);
	if (r < 0)
		return r;
	*ret = (struct request_change){ take_ptr(set), request->flags, request->seconds };
	return 0;
}

void request_change_done(struct request_change *change)
{
	free(change->set);
	*change = (struct request_change){ 0 };
}
