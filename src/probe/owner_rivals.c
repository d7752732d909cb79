/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who else might set up a link, by the files of the machine. */

#include <errno.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>

#include "i18n.h"
#include "owner.h"
#include "rivals.h"
#include "safe_text.h"
#include "textfile.h"
#include "util.h"
#include "words.h"

#define LINE_SIZE 512

struct search {
	const char *root, *ifname;
	struct owner *owner;
};

/* Note one of them; those that are too many are left out. */
_printf_(4, 5) static void add(
	struct search *s, enum owner_rival_kind kind, const char *where, const char *action, ...)
{
	struct owner_rival *rival;
	va_list ap;

	if (s->owner->n_rivals == OWNER_RIVALS_MAX)
		return;
	rival = &s->owner->rivals[s->owner->n_rivals++];
	rival->kind = kind;
	(void)snprintf(rival->where, sizeof(rival->where), "%s", safe_text(where, 0).text);
	va_start(ap, action);
	(void)vsnprintf(rival->action, sizeof(rival->action), action, ap);
	va_end(ap);
}

/* -- programs -----------------------------------------------------------------------------------
 */

static void find_cloud_init(struct search *s)
{
	if (rival_cloud_init(s->root))
		add(s, RIVAL_CLOUD_INIT, "cloud-init",
			_("It is told to leave the network alone from the next start on, by the "
			  "file %s."),
			RIVAL_CLOUD_INIT_OFF);
}

static void find_ifupdown(struct search *s)
{
	char where[sizeof(s->owner->rivals[0].where)];

	if (rival_ifupdown(s->root, s->ifname, sizeof(where), where))
		add(s, RIVAL_IFUPDOWN, where,
			_("ifupdown is told to leave %s alone from the next start on, by "
			  "EXCLUDE_INTERFACES= in %s and a drop-in of ifup@%s.service, and its "
			  "DHCP "
			  "client is ended. This file stays as it is."),
			s->ifname, RIVAL_IFUPDOWN_CONF, s->ifname);
}

static void find_dhcpcd(struct search *s)
{
	if (rival_dhcpcd(s->root, s->ifname))
		add(s, RIVAL_DHCPCD, "dhcpcd",
			_("It is told to leave %s alone, by denyinterfaces in %s."), s->ifname,
			RIVAL_DHCPCD_CONF);
}

/* -- netplan ------------------------------------------------------------------------------------
 */

/* Is text, which may be in quotes, the name or a pattern of it? */
static bool is_name(const char *text, size_t length, const char *ifname)
{
	char pattern[LINE_SIZE];

	if (length >= 2 && (*text == '"' || *text == '\'') && text[length - 1] == *text) {
		text++;
		length -= 2;
	}
	(void)snprintf(pattern, sizeof(pattern), "%.*s", (int)length, text);
	return *pattern && fnmatch(pattern, ifname, 0) == 0;
}

/* Is a line of YAML the key of the link, or a match on its name? */
static bool is_netplan_line(const char *line, const char *ifname)
{
	size_t length = strlen(line);

	if (length > 1 && line[length - 1] == ':')
		return is_name(line, length - 1, ifname);
	if (strncmp(line, "name:", 5) == 0 || strncmp(line, "set-name:", 9) == 0) {
		line = strchr(line, ':') + 1;
		line += strspn(line, " \t");
		return is_name(line, strlen(line), ifname);
	}
	return false;
}

/* Does the name of a file hold the link's as a word? */
static bool file_names_link(const char *path, const char *ifname)
{
	const char *name = strrchr(path, '/') + 1, *at = strstr(name, ifname);
	size_t length = strlen(ifname);

	return at && (at == name || strchr("-_.", at[-1])) && strchr("-_.", at[length]);
}

static bool visit_netplan(const char *root, const char *path, void *userdata)
{
	_cleanup_free_ char *text = NULL;
	struct search *s = userdata;
	char line[LINE_SIZE];
	const char *rest;
	bool found = false;
	int r = textfile_read(root, path, &text);

	/* Nobody but root may read the files of newer versions. */
	if (r == -EACCES)
		found = file_names_link(path, s->ifname);
	rest = r < 0 ? "" : text;
	while (!found && rival_next_line(&rest, sizeof(line), line))
		found = is_netplan_line(line, s->ifname);
	if (!found)
		return true;
	if (s->owner->manager == OWNER_NM)
		add(s, RIVAL_NETPLAN, path,
			_("It stays as it is. %s uses firstboot's own profile in place of the one "
			  "that netplan makes of it."),
			s->ifname);
	else
		add(s, RIVAL_NETPLAN, path,
			_("It stays as it is. The files that netplan makes of it come after those "
			  "of firstboot, which alone rule %s."),
			s->ifname);
	return false;
}

static void find_netplan(struct search *s)
{
	static const char *const folders[] = { "/etc/netplan", "/run/netplan", "/lib/netplan" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (!rival_visit_folder(s->root, folders[i], ".yaml", visit_netplan, s))
			return;
}

/* -- files of the managers ----------------------------------------------------------------------
 */

/* The value of "key=" in the section at hand, or NULL. */
static const char *value_of(const char *line, const char *key)
{
	size_t length = strlen(key);
	const char *value;

	if (strncmp(line, key, length) != 0)
		return NULL;
	value = line + length + strspn(line + length, " \t");
	if (*value != '=')
		return NULL;
	return value + 1 + strspn(value + 1, " \t\"'");
}

/* Does a list of patterns, whose sense a "!" before it turns around, hold the link? */
static bool list_matches(const char *list, const char *ifname)
{
	bool inverted = *list == '!', found = false;
	char pattern[WORD_MAX];

	list += inverted;
	while (words_next(&list, pattern)) {
		pattern[strcspn(pattern, "\"'")] = '\0';
		found |= fnmatch(pattern, ifname, 0) == 0;
	}
	return found != inverted;
}

/* Does a file in INI style name the link, at key in section ("" for none)? */
static bool file_matches(const char *text, const char *section, const char *key, const char *ifname)
{
	bool here = !*section;
	char line[LINE_SIZE];

	while (rival_next_line(&text, sizeof(line), line)) {
		const char *value = here ? value_of(line, key) : NULL;

		if (*line == '[')
			here = strncmp(line + 1, section, strlen(section)) == 0 &&
			       streq(line + 1 + strlen(section), "]");
		else if (value && list_matches(value, ifname))
			return true;
	}
	return false;
}

/* Kinds of files that somebody may have written by hand. */
static const struct file_kind {
	enum owner_manager manager;
	const char *folder, *suffix, *section, *key;
} file_kinds[] = {
	{ OWNER_NETWORKD, "/etc/systemd/network", ".network", "Match", "Name" },
	{ OWNER_NETWORKD, "/run/systemd/network", ".network", "Match", "Name" },
	{ OWNER_NM, "/etc/NetworkManager/system-connections", ".nmconnection", "connection",
		"interface-name" },
	{ OWNER_NM, "/run/NetworkManager/system-connections", ".nmconnection", "connection",
		"interface-name" },
	{ OWNER_NM, "/etc/sysconfig/network-scripts", "", "", "DEVICE" },
};

struct file_search {
	struct search *search;
	const struct file_kind *kind;
};

/* Is it a file of firstboot's, or one that netplan has made? */
static bool is_passed_over(const char *name)
{
	return strncmp(name, "firstboot-", 10) == 0 || strncmp(name, "05-firstboot-", 13) == 0 ||
	       strncmp(name, "04-firstboot-", 13) == 0 || strstr(name, "netplan-") != NULL;
}

/* Note a file about the link. networkd takes the first by name. */
static void add_file(struct search *s, enum owner_manager manager, const char *path)
{
	if (manager == OWNER_NM)
		add(s, RIVAL_FILE, path,
			_("It stays as it is. %s uses firstboot's own profile in its place."),
			s->ifname);
	else if (strcmp(strrchr(path, '/') + 1, "05-firstboot-") < 0)
		add(s, RIVAL_FILE, path,
			_("It stays as it is, and its name comes before those of firstboot's "
			  "files: it goes on to rule %s until it is renamed or removed."),
			s->ifname);
	else
		add(s, RIVAL_FILE, path,
			_("It stays as it is. Firstboot's own file comes first and alone rules "
			  "%s."),
			s->ifname);
}

static bool visit_file(const char *root, const char *path, void *userdata)
{
	_cleanup_free_ char *text = NULL;
	const struct file_search *files = userdata;
	const struct file_kind *kind = files->kind;
	const char *ifname = files->search->ifname, *name = strrchr(path, '/') + 1;
	int r;

	if (is_passed_over(name) || (!*kind->suffix && strncmp(name, "ifcfg-", 6) != 0))
		return true;
	r = textfile_read(root, path, &text);
	if (r == -EACCES ? file_names_link(path, ifname)
			 : r >= 0 && file_matches(text, kind->section, kind->key, ifname))
		add_file(files->search, kind->manager, path);
	return true;
}

/* Those of the manager that will be asked; of both where that is not known. */
static void find_files(struct search *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(file_kinds); i++) {
		struct file_search files = { .search = s, .kind = &file_kinds[i] };

		if (s->owner->manager == OWNER_NONE || s->owner->manager == file_kinds[i].manager)
			(void)rival_visit_folder(s->root, file_kinds[i].folder,
				file_kinds[i].suffix, visit_file, &files);
	}
}

int owner_find_rivals(const char *root, const char *ifname, struct owner *owner)
{
	static void (*const detectors[])(struct search *) = {
		find_cloud_init,
		find_netplan,
		find_ifupdown,
		find_dhcpcd,
		find_files,
	};
	struct search search = { .root = root, .ifname = ifname, .owner = owner };

	for (size_t i = 0; i < ARRAY_SIZE(detectors); i++)
		detectors[i](&search);
	return 0;
}
