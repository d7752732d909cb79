/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a link gets its addresses: IPv4, and IPv6 behind a button. */

#include "i18n.h"
#include "page_network.h"
#include "safe_text.h"
#include "util.h"

/* One way, as it stands in the list. */
struct method {
	enum net_method method;
	const safe_char *tag, *text;
};

static const struct method methods4[] = {
	{ NET_METHOD_AUTO, N_("Automatic"), N_("from the network (DHCP)") },
	{ NET_METHOD_STATIC, N_("Fixed"), N_("one assigned to you") },
	{ NET_METHOD_OFF, N_("Off"), N_("IPv6 alone") },
};

static const struct method methods6[] = {
	{ NET_METHOD_AUTO, N_("Automatic"), N_("if the network has it") },
	{ NET_METHOD_STATIC, N_("Fixed"), N_("one assigned to you") },
	{ NET_METHOD_OFF, N_("Off"), N_("no IPv6 on this card") },
	{ NET_METHOD_DHCP, N_("DHCPv6"), N_("always from a server") },
};

/* The rows of a list of methods; the place of the one that holds now in *ret_selected. */
static void make_choices(const struct method *methods, size_t n, enum net_method method,
	struct choice *ret, size_t *ret_selected)
{
	*ret_selected = 0;
	for (size_t i = 0; i < n; i++) {
		ret[i] = (struct choice){ translate(methods[i].tag), translate(methods[i].text) };
		if (methods[i].method == method)
			*ret_selected = i;
	}
}

/* Has the network given an address that could be made a fixed one? */
static bool has_given(const struct net_config *now)
{
	return (net_family_is_automatic(&now->v4) && now->v4.n_addresses > 0) ||
	       (net_family_is_automatic(&now->v6) && now->v6.n_addresses > 0);
}

enum answer network_ask_method(struct wizard *wizard, bool *ret_keep)
{
	struct net_draft *draft = wizard->net.current;
	struct choice choices[ARRAY_SIZE(methods4) + 1];
	size_t n = ARRAY_SIZE(methods4), selected;
	safe_char text[320];
	enum answer answer;

	make_choices(methods4, n, draft->wanted.v4.method, choices, &selected);
	if (has_given(&draft->now))
		choices[n++] = (struct choice){ _("Keep"), _("as given now, but fixed") };
	(void)safe_format(text, sizeof(text), _("How does %s get its address?"),
		safe_text(draft->wanted.ifname, 0).text);
	do
		answer = dialogs_menu(
			wizard->title, text, choices, n, _("Next"), _("IPv6..."), &selected);
	while (answer == ANSWER_WOKEN);
	*ret_keep = selected >= ARRAY_SIZE(methods4);
	if (!*ret_keep)
		draft->wanted.v4.method = methods4[selected].method;
	return answer;
}

enum answer network_ask_ipv6(struct wizard *wizard)
{
	struct net_family *v6 = &wizard->net.current->wanted.v6;
	struct choice choices[ARRAY_SIZE(methods6)];
	size_t selected;

	make_choices(methods6, ARRAY_SIZE(methods6), v6->method, choices, &selected);
	for (;;) {
		enum answer answer = dialogs_menu(wizard->title,
			_("How does IPv6 get its address? Leave it automatic if in doubt."),
			choices, ARRAY_SIZE(choices), _("Next"), NULL, &selected);

		if (answer == ANSWER_WOKEN)
			continue;
		if (answer == ANSWER_BACK || selected >= ARRAY_SIZE(methods6))
			return ANSWER_BACK;
		if (methods6[selected].method != NET_METHOD_STATIC) {
			*v6 = (struct net_family){ .method = methods6[selected].method };
			return ANSWER_NEXT;
		}
		if (network_ask_fields(wizard, AF_INET6) == ANSWER_NEXT)
			return ANSWER_NEXT;
	}
}
