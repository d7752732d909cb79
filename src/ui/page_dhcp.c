/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a card is known to DHCP servers, what the lease says, and two switches. */

#include <errno.h>

#include "form.h"
#include "i18n.h"
#include "inforce.h"
#include "local_time.h"
#include "network_change.h"
#include "network_words.h"
#include "reply.h"
#include "review_table.h"
#include "safe_text.h"
#include "screen.h"
#include "settings_pages.h"
#include "status.h"
#include "util.h"
#include "wrap.h"

#define TABLE_COLUMNS 60 /* narrower than this, values stand below their names */
#define NAME_COLUMNS  19
#define TITLE	      _(" DHCP identity ")

/* The switches, in the order in which they are shown. */
enum { BY_MAC, SEND_HOSTNAME, N_SWITCHES };

/* One card, and what is set for it. */
struct card {
	struct app *app;
	int ifindex;
	struct net_config config;
	int columns;
	safe_char *text; /* owned */
};

/* -- the card -- */

/* A name and its value; nothing where it is not known. */
static void print_value(FILE *file, int columns, const safe_char *name, const safe_char *value)
{
	if (*value && columns >= TABLE_COLUMNS)
		draw_print(file, "%-*s%s\n", wrap_field(name, NAME_COLUMNS), name, value);
	else if (*value)
		draw_print(file, "%s\n  %s\n", name, value);
}

/* A time, likewise. */
static void print_time(FILE *file, int columns, const safe_char *name, uint64_t usec)
{
	safe_char when[LOCAL_TIME_MAX];

	if (usec > 0)
		print_value(file, columns, name, local_time_format(usec, LOCAL_TIME_NEAR, when));
}

/* What the server has given and for how long. */
static void print_lease(FILE *file, int columns, const struct link_state *state)
{
	const struct link_lease *lease = &state->lease;
	char server[IP_TEXT_MAX];

	print_value(file, columns, _("Server"),
		safe_text(ip_format(&state->dhcp_server, server), 0).text);
	print_time(file, columns, _("Lease obtained"), lease->obtained);
	if (lease->obtained > 0 && lease->renew_s > 0)
		print_time(file, columns, _("Will be renewed"),
			lease->obtained + lease->renew_s * (uint64_t)1000000);
	print_time(file, columns, _("Ends otherwise"), lease->ends);
}

/* What is sent to servers. */
static void print_identity(FILE *file, const struct card *card, const struct link_state *state)
{
	const struct net_config *config = &card->config;
	const struct link *link = netlink_link_by_index(card->app->nl, card->ifindex);
	safe_char mac[24] = "";

	if (link)
		status_format_mac(link, mac, sizeof(mac));
	print_value(file, card->columns, _("MAC address"), mac);
	print_value(file, card->columns, _("Identified by"),
		config->dhcp_by_mac ? _("its MAC address") : _("the machine ID"));
	if (!state)
		return;
	print_value(
		file, card->columns, _("Identity sent"), safe_text(state->lease.client_id, 0).text);
	print_value(file, card->columns, _("Hostname sent"),
		config->dhcp_anonymous || !*state->lease.hostname
			? _("none")
			: safe_text(state->lease.hostname, 0).text);
}

/* The whole card. */
static void print_card(FILE *file, const void *what)
{
	const struct card *card = what;
	const struct net_config *config = &card->config;
	const struct link_state *state =
		card->app->sysstate ? sysstate_link(card->app->sysstate, card->ifindex) : NULL;

	draw_print(file, _("How %s is known to DHCP servers, which give out addresses:\n\n"),
		safe_text(config->ifname, 0).text);
	print_identity(file, card, state);
	if (!network_is_automatic(config))
		draw_print(file, "%s", _("\nIts addresses are fixed, so no DHCP server is asked."));
	else if (!state || state->dhcp_server.family == AF_UNSPEC)
		draw_print(file, "%s", _("\nNo DHCP server has given it an address."));
	else
		print_lease(file, card->columns, state);
}

/* Write it for a screen of this width. */
static const safe_char *write_card(int columns, void *userdata)
{
	struct card *card = userdata;

	free(take_ptr(card->text));
	card->columns = columns;
	if (draw_compose(print_card, card, &card->text) < 0)
		return _("Not enough memory to show this.");
	return card->text;
}

/* The lease or the link has changed. */
static void handle_change(struct app *app, void *userdata)
{
	screen_wake();
}

/* Show the card, live. ANSWER_NEXT: change it. */
static enum answer show_card(struct card *card)
{
	bool automatic = network_is_automatic(&card->config);
	struct form form = {
		.title = TITLE,
		.write_text = write_card,
		.userdata = card,
		.buttons = { automatic ? _("Change...") : _("OK"), automatic ? _("Back") : NULL },
		.focus = automatic ? ANSWER_BACK : ANSWER_NEXT,
	};
	enum answer answer;

	do {
		app_on_change(card->app, handle_change, NULL);
		answer = form_run(&form);
		app_on_change(card->app, NULL, NULL);
	} while (answer == ANSWER_WOKEN);
	return automatic ? answer : ANSWER_BACK;
}

/* -- changing -- */

/* The switches. */
static enum answer ask(const struct card *card, struct net_config *wanted)
{
	const struct choice choices[N_SWITCHES] = {
		[BY_MAC] = { OURS("1"), _("Identify by the MAC address") },
		[SEND_HOSTNAME] = { OURS("2"), _("Send the hostname") },
	};
	bool ticked[N_SWITCHES] = {
		[BY_MAC] = card->config.dhcp_by_mac,
		[SEND_HOSTNAME] = !card->config.dhcp_anonymous,
	};
	enum answer answer;

	do
		answer = dialogs_checklist(TITLE,
			_("Some servers know machines by the MAC address alone. The space bar "
			  "ticks."),
			choices, N_SWITCHES, _("Next"), ticked);
	while (answer == ANSWER_WOKEN);
	*wanted = card->config;
	wanted->dhcp_by_mac = ticked[BY_MAC];
	wanted->dhcp_anonymous = !ticked[SEND_HOSTNAME];
	return answer;
}

/* Show what will change. */
static enum answer review(const struct card *card, const struct net_config *wanted)
{
	struct review_row rows[N_SWITCHES];
	size_t n = review_link(&card->config, wanted, rows, ARRAY_SIZE(rows));

	if (n == 0)
		return ANSWER_BACK;
	return review_table_ask(
		_(" Review "), rows, n, _("The server may give another address then."));
}

/* Change the switches as the customer wants them. */
static bool change(struct card *card)
{
	_cleanup_free_ struct net_set *set = calloc(1, sizeof(*set));

	if (!set)
		return false;
	set->n_links = 1;
	if (ask(card, &set->links[0]) != ANSWER_NEXT ||
		review(card, &set->links[0]) != ANSWER_NEXT ||
		!network_change_show(card->app, TITLE, set, 0))
		return false;
	card->config = set->links[0];
	return true;
}

/* -- which card -- */

/* Leave to the network what it gives by itself. */
static void forget_given(struct net_config *config)
{
	struct net_config given;

	if (!network_is_automatic(config))
		return;
	net_config_init(&given, config->ifname);
	given.v4 = config->v4;
	given.v6 = config->v6;
	if (given.v4.method != NET_METHOD_STATIC)
		given.v4 = (struct net_family){ .method = config->v4.method };
	if (given.v6.method != NET_METHOD_STATIC)
		given.v6 = (struct net_family){ .method = config->v6.method };
	*config = given;
}

/* What is set for a link, or what it has. */
static bool read_config(struct card *card)
{
	_cleanup_free_ struct net_set *kept = calloc(1, sizeof(*kept));
	const struct link *link = netlink_link_by_index(card->app->nl, card->ifindex);
	const struct net_config *config;
	struct reply reply = { .settings = kept };

	if (!kept || !link)
		return false;
	inforce_read(card->app->nl, link,
		card->app->sysstate ? sysstate_link(card->app->sysstate, card->ifindex) : NULL,
		&card->config);
	forget_given(&card->config);
	reply_wait_sentence(&reply,
		card->app->client ? client_get_settings(card->app->client, 0, reply_keep, &reply)
				  : -ENOTCONN,
		_("Reading the settings"));
	if (reply.outcome != CLIENT_OK) {
		dialogs_message(TITLE, reply.text);
		return false;
	}
	config = net_set_find(kept, card->config.ifname);
	if (config)
		card->config = *config;
	return true;
}

/* The card of one link. */
static void run_card(struct app *app, int ifindex)
{
	struct card card = { .app = app, .ifindex = ifindex };

	if (app->sysstate)
		(void)sysstate_query_link(app->sysstate, ifindex);
	if (!read_config(&card))
		return;
	while (show_card(&card) == ANSWER_NEXT && !screen_ended())
		(void)change(&card);
	free(card.text);
}

/* Choose among several; their names stay while links come and go. */
static int choose(const struct link *const *links, size_t n, size_t *selected)
{
	safe_char names[APP_LINKS_MAX][IFNAMSIZ], macs[APP_LINKS_MAX][24];
	int ifindexes[APP_LINKS_MAX];
	struct choice choices[APP_LINKS_MAX];
	enum answer answer;

	for (size_t i = 0; i < n; i++) {
		(void)safe_format(
			names[i], sizeof(names[i]), "%.15s", safe_text(links[i]->name, 0).text);
		status_format_mac(links[i], macs[i], sizeof(macs[i]));
		choices[i] = (struct choice){ names[i], macs[i] };
		ifindexes[i] = links[i]->ifindex;
	}
	do
		answer = dialogs_menu(
			TITLE, _("Which network card?"), choices, n, _("Show"), NULL, selected);
	while (answer == ANSWER_WOKEN);
	return answer == ANSWER_NEXT && *selected < n ? ifindexes[*selected] : 0;
}

void page_dhcp_run(struct app *app)
{
	const struct link *links[APP_LINKS_MAX];
	size_t total, selected = 0, n = app_links(app, links, &total);
	int ifindex;

	if (n == 0)
		dialogs_message(TITLE, _("This machine has no network card."));
	else if (n == 1)
		run_card(app, links[0]->ifindex);
	while (n > 1 && (ifindex = choose(links, n, &selected)) > 0) {
		run_card(app, ifindex);
		n = app_links(app, links, &total);
	}
}
