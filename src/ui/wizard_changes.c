/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a run of the wizard would change, as rows. */

#include "i18n.h"
#include "safe_text.h"
#include "util.h"
#include "wizard.h"

#define KEY_TAIL 12 /* characters of a key that tell it from others */

bool wizard_changes_link(const struct wizard *wizard, const struct net_draft *draft)
{
	struct review_row row;

	return drafts_link_rows(&wizard->net, draft, &row, 1) > 0;
}

/* The key that is to be added: its kind, its end, and whose it says it is. */
static size_t key_change(const struct wizard *wizard, struct review_row *rows, size_t max)
{
	char text[200];
	const char *base64, *comment;
	size_t length;

	if (!*wizard->key)
		return 0;
	base64 = wizard->key + strcspn(wizard->key, " ") + 1;
	length = strcspn(base64, " ");
	comment = base64 + length;
	(void)snprintf(text, sizeof(text), "%.*s ...%.*s%.100s", (int)(base64 - wizard->key - 1),
		wizard->key, KEY_TAIL, base64 + length - KEY_TAIL, comment);
	return review_value(safe_bytes(_("root's SSH key")),
		safe_bytes(wizard->app->login ? _("set") : _("none")), text, rows, max);
}

size_t wizard_changes(const struct wizard *wizard, struct review_row rows[static REVIEW_ROWS_MAX])
{
	size_t n = drafts_rows(&wizard->net, rows, REVIEW_ROWS_MAX);

	n += review_value(safe_bytes(_("Time zone")), wizard->now.zone, wizard->wanted.zone,
		rows + n, REVIEW_ROWS_MAX - n);
	n += wizard_steps_rows(wizard->steps, rows + n, REVIEW_ROWS_MAX - n);
	n += review_host(wizard->now.hostname, wizard->wanted.hostname,
		wizard->password.length > 0 || wizard->make_password,
		safe_bytes(wizard->app->login ? _("set") : _("none")), rows + n,
		REVIEW_ROWS_MAX - n);
	return n + key_change(wizard, rows + n, REVIEW_ROWS_MAX - n);
}

bool wizard_changes_network(const struct wizard *wizard)
{
	struct review_row row;

	return drafts_rows(&wizard->net, &row, 1) > 0;
}

/* Is it plugged in? */
static bool is_plugged(const struct link *link)
{
	return link && (link->flags & IFF_UP) && (link->flags & IFF_LOWER_UP);
}

/* Does the link have a cable, or one of those that it will be made of? */
static bool has_cable(const struct app *app, const struct net_draft *draft)
{
	const struct net_device *device = &draft->wanted.device;
	bool plugged = is_plugged(netlink_link_by_name(app->nl, draft->wanted.ifname));

	for (size_t i = 0; i < device->n_ports; i++)
		plugged |= is_plugged(netlink_link_by_name(app->nl, device->ports[i]));
	return plugged;
}

const struct net_draft *wizard_without_cable(const struct wizard *wizard)
{
	for (size_t i = 0; i < wizard->net.n; i++) {
		const struct net_draft *draft = wizard->net.links[i];

		if (draft->touched && !drafts_bond_of(&wizard->net, draft->wanted.ifname) &&
			!has_cable(wizard->app, draft))
			return draft;
	}
	return NULL;
}
