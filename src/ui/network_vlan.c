/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A VLAN on a card: its number. Its address is asked for as that of any card. */

#include <errno.h>

#include "i18n.h"
#include "page_network.h"
#include "safe_text.h"
#include "util.h"
#include "validate.h"

/* A draft for it. A draft that was made before goes on. */
static bool make(struct wizard *wizard, const char *port, uint16_t id, struct problem *problem)
{
	struct net_device device = { .kind = NET_DEVICE_VLAN, .n_ports = 1, .vlan_id = id };
	struct net_draft *draft;
	char name[IFNAMSIZ];
	int r;

	net_vlan_name(port, id, name);
	(void)snprintf(device.ports[0], sizeof(device.ports[0]), "%s", port);
	if (netlink_link_by_name(wizard->app->nl, name))
		return problem_set(problem,
			(const char *)_(
				"There is a %s already: go back and choose it in the list, or type "
				"another number."),
			safe_text(name, 0).text);
	r = drafts_add(&wizard->net, name, &device, NULL, &draft);
	if (r == -EEXIST)
		draft = drafts_find(&wizard->net, name);
	else if (r < 0)
		return problem_set(problem, (const char *)_("There is no room for another VLAN."));
	wizard->net.current = draft;
	return true;
}

enum answer network_ask_vlan(struct wizard *wizard, const char *ifname)
{
	struct field field = { .label = _("VLAN number"),
		.hint = _("1 to 4094, as the administrator of your network says. The switch must "
			  "know it, too.") };
	struct problem problem;
	struct safe_lines refused;
	safe_char text[320];
	char port[IFNAMSIZ];
	size_t focus = 0;
	uint16_t id;

	memcpy(field.value, wizard->net.vlan, FIELD_MAX);
	(void)snprintf(port, sizeof(port), "%.15s", ifname);
	(void)safe_format(text, sizeof(text),
		_("A VLAN is a network of its own on the cable of %s. Which number has it?"),
		safe_text(port, 0).text);
	for (;;) {
		enum answer answer = dialogs_form(wizard->title, text, &field, 1, NULL, &focus);

		memcpy(wizard->net.vlan, field.value, FIELD_MAX);
		if (answer == ANSWER_BACK)
			return answer;
		if (answer != ANSWER_NEXT)
			continue;
		if (validate_vlan_id(field.value, &id, &problem) &&
			make(wizard, port, id, &problem)) {
			*wizard->net.vlan = 0;
			return answer;
		}
		refused = safe_lines(problem.text);
		field.problem = refused.text;
		focus = 0;
	}
}
