/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "i18n.h"
#include "names.h"
#include "page_details.h"
#include "page_rescue.h"
#include "page_tests.h"
#include "plain_ask.h"
#include "reply.h"
#include "report.h"
#include "screen.h"
#include "util.h"

#define LINE_MAX_BYTES 64
#define USEC	       1000000
#define ITEMS_IN_ROW   4

/* Wait for the answer to a call, and print what it says. True: it is done. */
static bool is_done(struct app *app, int started, struct reply *reply)
{
	reply_wait_plain(reply, started, app->event);
	if (*reply->text)
		draw_print(stdout, "%s\n", reply->text);
	return reply->outcome == CLIENT_OK;
}

/* Tell others that settings are being changed here. False: somebody else is at it. */
static bool begin_edit(struct app *app)
{
	struct reply reply = { 0 };

	if (!is_done(app,
		    app->client ? client_begin_edit(app->client, reply_keep, &reply) : -ENOTCONN,
		    &reply))
		return false;
	if (!reply.granted)
		draw_print(stdout,
			_("%s is changing settings. Try again when they have finished.\n"),
			*reply.editor ? reply.editor : _("Somebody else"));
	return reply.granted;
}

/* Nobody waits for this answer. */
static void handle_ended(const struct client_result *result, void *userdata)
{
}

/* Is this word typed now? */
static bool is_typed(struct app *app, const safe_char *word)
{
	char line[LINE_MAX_BYTES];
	ssize_t n;

	(void)fflush(stdout);
	n = plain_read_line(app->event, line, sizeof(line));
	return n == (ssize_t)safe_length(word) &&
	       strncasecmp(line, safe_bytes(word), (size_t)n) == 0;
}

/* -- the network -- */

/* Put the settings into force, and keep them if they are proven or wanted all the same. */
static void try_network(struct app *app, const struct net_set *set)
{
	int ifindexes[NET_LINKS_MAX];
	struct reply tried = { 0 }, ended = { 0 };
	bool keep;

	for (size_t i = 0; i < set->n_links; i++) {
		const struct link *link = netlink_link_by_name(app->nl, set->links[i].ifname);

		ifindexes[i] = link ? link->ifindex : 0;
	}
	draw_print(stdout, "%s\n", _("Trying the new settings; this takes up to 90 seconds."));
	(void)fflush(stdout);
	if (!is_done(app,
		    client_try_network(
			    app->client, set, ifindexes, NET_CHANGE_REPLACE, 0, reply_keep, &tried),
		    &tried) ||
		tried.txid == 0)
		return;
	keep = tried.proven;
	if (!keep) {
		draw_print(stdout,
			_("Your old settings come back in %u s. Type keep and Enter to keep the "
			  "new "
			  "ones: "),
			(unsigned)(tried.usec_left / USEC));
		keep = is_typed(app, _("keep"));
	}
	if (is_done(app,
		    keep ? client_confirm(app->client, tried.txid, reply_keep, &ended)
			 : client_revert(app->client, tried.txid, reply_keep, &ended),
		    &ended))
		draw_print(stdout, "%s\n",
			keep ? _("The new network settings are kept.")
			     : _("The old network settings are back."));
}

static void reset_network(struct app *app)
{
	_cleanup_free_ struct net_set *set = malloc(sizeof(*set));

	if (!set)
		return;
	page_emergency_make(app, set);
	draw_print(stdout, "%s\n%s ",
		_("Every network card asks the network for its addresses again. Fixed addresses, "
		  "name servers, VLANs and bonds that were set here are given up."),
		_("Type yes and Enter to do it:"));
	if (is_typed(app, _("yes")) && begin_edit(app)) {
		try_network(app, set);
		(void)client_end_edit(app->client, handle_ended, NULL);
	}
}

/* -- root's password -- */

/* Have it set, if the rules let it be. */
static void set_password(struct app *app, const struct secret *secret)
{
	struct reply checked = { 0 }, set = { 0 };

	if (!is_done(app, client_check_password(app->client, secret, reply_keep, &checked),
		    &checked) ||
		!begin_edit(app))
		return;
	if (is_done(app, client_set_root_password(app->client, secret, reply_keep, &set), &set))
		draw_print(stdout, "%s\n", _("Root's password is changed."));
	(void)client_end_edit(app->client, handle_ended, NULL);
}

static void change_password(struct app *app)
{
	struct secret typed = { 0 }, again = { 0 };

	if (app->client && secret_init(&typed) >= 0 && secret_init(&again) >= 0 &&
		plain_read_password(app->event, _("New password of \"root\":"), &typed) > 0 &&
		plain_read_password(app->event, _("Again:"), &again) > 0) {
		if (typed.length == again.length &&
			memcmp(typed.bytes, again.bytes, typed.length) == 0)
			set_password(app, &typed);
		else
			draw_print(stdout, "%s\n", _("The two are not the same. Type both again."));
	}
	secret_done(&typed);
	secret_done(&again);
}

/* -- the menu -- */

static const struct item {
	const safe_char *text;
	void (*run)(struct app *app);
} items[] = {
	{ N_("Details"), page_details_run },
	{ N_("Journal"), page_journal_run },
	{ N_("Tests"), page_tests_run },
	{ N_("Support report"), page_report_run },
	{ N_("Automatic addresses"), reset_network },
	{ N_("Root's password"), change_password },
	{ N_("Restart or power off"), plain_choose_power },
};

void page_rescue_plain(struct app *app)
{
	char line[LINE_MAX_BYTES];
	ssize_t n;

	do {
		draw_print(stdout, "\n");
		for (size_t i = 0; i < ARRAY_SIZE(items); i++)
			draw_print(stdout, "%zu %s%s", i + 1, translate(items[i].text),
				i == ITEMS_IN_ROW - 1 ? OURS("\n") : OURS("  "));
		draw_print(stdout, "%s\n%s ", _("q Back"), _("Choice:"));
		(void)fflush(stdout);
		n = plain_read_line(app->event, line, sizeof(line));
		if (n == 1 && *line > '0' && *line <= '0' + (int)ARRAY_SIZE(items))
			items[*line - '1'].run(app);
	} while (n >= 0 && !(n == 1 && *line == 'q') && !screen_ended());
}
