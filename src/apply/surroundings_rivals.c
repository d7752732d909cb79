/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Programs that would set up the links, too, are told to leave them alone, and let in again. */

#include <errno.h>

#include "atomic_file.h"
#include "rivals.h"
#include "surroundings_parts.h"
#include "textblock.h"

#define LIST_SIZE  4096
#define UNITS	   "/etc/systemd/system"
#define UNIT_FILE  "50-firstboot.conf"
#define CARDS	   "/etc/systemd/network"
#define CARD_FILE  CARDS "/05-firstboot-"
#define EXCLUDE	   "EXCLUDE_INTERFACES="
#define UNIT_NAMES 4 /* bytes of an escaped character */

int follow_cloud_init(struct surroundings *s)
{
	bool wanted = s->n_links > 0 && rival_cloud_init(s->root);

	return surroundings_put(s, RIVAL_CLOUD_INIT_OFF,
		wanted ? "# Written by firstboot, which sets up the network.\n"
			 "network: {config: disabled}\n"
		       : NULL);
}

/* What looks for files that are not wanted any more. */
struct stale_search {
	struct surroundings *s;
	int r;
};

/* What udev is told of a card, or NULL where cloud-init has given it no name. Caller frees. */
static int card_text(const struct surroundings *s, const char *ifname, char **ret)
{
	char mac[RIVAL_MAC_SIZE];

	*ret = NULL;
	if (!rival_cloud_init_card(s->root, ifname, mac))
		return 0;
	/* Other names as udev's own 99-default.link has them. */
	return asprintf(ret,
		       "# Written by firstboot: cloud-init, which has named this card, is kept "
		       "from the network.\n[Match]\nPermanentMACAddress=%s\n\n[Link]\nName=%s\n"
		       "AlternativeNamesPolicy=database onboard slot path\n",
		       mac, ifname) < 0
		       ? -ENOMEM
		       : 0;
}

/* Is it the file of a link that is set? */
static bool is_cards_file(const struct surroundings *s, const char *path)
{
	char file[256];

	for (size_t i = 0; i < s->n_links; i++) {
		(void)snprintf(file, sizeof(file), CARD_FILE "%s.link", s->links[i]);
		if (streq(file, path))
			return true;
	}
	return false;
}

/* Remove the file of a link that is not set any more. */
static bool visit_card(const char *root, const char *path, void *userdata)
{
	struct stale_search *search = userdata;
	int r;

	(void)root;
	if (strncmp(path, CARD_FILE, strlen(CARD_FILE)) != 0 || is_cards_file(search->s, path))
		return true;
	r = surroundings_put(search->s, path, NULL);
	if (r != 0)
		search->r = r;
	return true;
}

/* cloud-init names cards where it sets up the network. The settings are for those names, which udev
 * gives from now on. */
int follow_cloud_init_names(struct surroundings *s)
{
	struct stale_search search = { .s = s };
	char file[256];

	for (size_t i = 0; i < s->n_links; i++) {
		_cleanup_free_ char *text = NULL;
		int r = card_text(s, s->links[i], &text);

		(void)snprintf(file, sizeof(file), CARD_FILE "%s.link", s->links[i]);
		if (r >= 0)
			r = surroundings_put(s, file, text);
		if (r < 0)
			return r;
		search.r |= r;
	}
	(void)rival_visit_folder(s->root, CARDS, ".link", visit_card, &search);
	return search.r;
}

/* -- ifupdown -----------------------------------------------------------------------------------
 */

static bool is_ifupdowns(const struct surroundings *s, const char *ifname)
{
	char where[256];

	return rival_ifupdown(s->root, ifname, sizeof(where), where);
}

static bool is_dhcpcds(const struct surroundings *s, const char *ifname)
{
	return rival_dhcpcd(s->root, ifname);
}

/* The links that are a program's, separated by blanks and after what is in list already. */
static void append_links(const struct surroundings *s,
	bool (*is_theirs)(const struct surroundings *, const char *), char list[static LIST_SIZE])
{
	for (size_t i = 0; i < s->n_links; i++) {
		size_t used = strlen(list);

		if (is_theirs(s, s->links[i]))
			(void)snprintf(list + used, LIST_SIZE - used, "%s%s", used ? " " : "",
				s->links[i]);
	}
}

/* The links that the customer's own last EXCLUDE_INTERFACES= names; ours replaces it. */
static int read_excluded(const struct surroundings *s, char list[static LIST_SIZE])
{
	_cleanup_free_ char *text = NULL, *theirs = NULL;
	char line[LIST_SIZE / 2];
	const char *rest;
	int r;

	r = file_read(s->root, RIVAL_IFUPDOWN_CONF, SURROUNDINGS_FILE_MAX, &text);
	if (r >= 0)
		r = textblock_remove(text, &theirs);
	if (r < 0 || !theirs)
		return r == -ENOENT ? 0 : r;
	rest = theirs;
	while (rival_next_line(&rest, sizeof(line), line)) {
		char *value = line + strlen(EXCLUDE);

		if (strncmp(line, EXCLUDE, strlen(EXCLUDE)) != 0)
			continue;
		value += strspn(value, "\"' ");
		value[strcspn(value, "\"'#$`\\;&|<>()")] = '\0';
		(void)snprintf(list, LIST_SIZE, "%s", value);
	}
	return 0;
}

/* ifup -a at boot leaves out what the variable lists. */
int follow_ifupdown(struct surroundings *s)
{
	char list[LIST_SIZE] = "", all[LIST_SIZE] = "", line[LIST_SIZE + 32];
	int r;

	append_links(s, is_ifupdowns, list);
	if (!*list)
		return surroundings_put_block(s, RIVAL_IFUPDOWN_CONF, false, NULL);
	r = read_excluded(s, all);
	if (r < 0)
		return r;
	append_links(s, is_ifupdowns, all);
	(void)snprintf(line, sizeof(line), EXCLUDE "\"%s\"\n", all);
	return surroundings_put_block(s, RIVAL_IFUPDOWN_CONF, false, line);
}

/* The instance of a template unit for a link (systemd-escape(1)). */
static void escape_instance(const char *ifname, char ret[static UNIT_NAMES * IFNAMSIZ])
{
	char *out = ret;

	for (const char *p = ifname; *p; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			     (*p >= '0' && *p <= '9') || *p == '_' || *p == ':' ||
			     (*p == '.' && p > ifname);

		if (plain)
			*out++ = *p;
		else
			out += sprintf(out, "\\x%02x", (unsigned char)*p);
	}
	*out = '\0';
}

/* The folder of drop-ins of ifup@.service for a link. */
static void unit_folder(const char *ifname, size_t size, char *ret)
{
	char instance[UNIT_NAMES * IFNAMSIZ];

	escape_instance(ifname, instance);
	(void)snprintf(ret, size, UNITS "/ifup@%s.service.d", instance);
}

/* Is it the folder of a link that ifupdown shall leave alone? */
static bool unit_is_wanted(const struct surroundings *s, const char *folder)
{
	char wanted[256];

	for (size_t i = 0; i < s->n_links; i++) {
		unit_folder(s->links[i], sizeof(wanted), wanted);
		if (streq(wanted, folder) && is_ifupdowns(s, s->links[i]))
			return true;
	}
	return false;
}

static bool visit_unit(const char *root, const char *folder, void *userdata)
{
	struct stale_search *search = userdata;
	char path[512];
	int r;

	if (strncmp(folder, UNITS "/ifup@", strlen(UNITS "/ifup@")) != 0 ||
		unit_is_wanted(search->s, folder))
		return true;
	(void)snprintf(path, sizeof(path), "%s/" UNIT_FILE, folder);
	if (!rival_file_exists(root, path))
		return true;
	r = surroundings_put(search->s, path, NULL);
	surroundings_remove_folder(search->s, folder);
	if (r != 0)
		search->r = r;
	return true;
}

/* ifup --allow=hotplug, which udev has systemd call, does not know that variable: the condition of
 * a drop-in keeps it from being called. */
int follow_ifupdown_units(struct surroundings *s)
{
	struct stale_search search = { .s = s };
	char folder[256], path[512], text[1024];

	for (size_t i = 0; i < s->n_links; i++) {
		int r;

		if (!is_ifupdowns(s, s->links[i]))
			continue;
		unit_folder(s->links[i], sizeof(folder), folder);
		(void)snprintf(path, sizeof(path), "%s/" UNIT_FILE, folder);
		(void)snprintf(text, sizeof(text),
			"# Written by firstboot, which sets up %s.\n[Unit]\n"
			"ConditionPathExists=!" STATEDIR "\n",
			s->links[i]);
		r = surroundings_put(s, path, text);
		if (r < 0)
			return r;
		search.r |= r;
	}
	(void)rival_visit_folder(s->root, UNITS, ".service.d", visit_unit, &search);
	if (search.r > 0)
		surroundings_call_systemd(s, "Reload", "");
	return search.r;
}

/* -- dhcpcd -------------------------------------------------------------------------------------
 */

/* The line comes first: behind an "interface" line it would hold for that one alone. */
int follow_dhcpcd(struct surroundings *s)
{
	char list[LIST_SIZE] = "", line[LIST_SIZE + 32];
	int r;

	append_links(s, is_dhcpcds, list);
	(void)snprintf(line, sizeof(line), "denyinterfaces %s\n", list);
	r = surroundings_put_block(s, RIVAL_DHCPCD_CONF, true, *list ? line : NULL);
	if (r > 0)
		surroundings_call_systemd(s, "TryRestartUnit", "dhcpcd.service");
	return r;
}
