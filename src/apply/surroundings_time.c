/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Time servers. What networkd is told reaches systemd-timesyncd by itself; what NetworkManager is
 * told reaches nobody, and chrony hears neither of them.
 */

#include <errno.h>
#include <limits.h>

#include "atomic_file.h"
#include "i18n.h"
#include "rivals.h"
#include "surroundings_parts.h"
#include "timeservice.h"
#include "words.h"

#define SERVERS_MAX    16
#define SERVERS_SIZE   (SERVERS_MAX * (DOMAIN_MAX + 32))
#define TIMESYNCD_FILE "/etc/systemd/timesyncd.conf.d/50-firstboot.conf"
#define LINE_SIZE      1024

/* Who sets the clock. */
static enum timeservice find_service(const struct surroundings *s)
{
	enum timeservice service = timeservice_find(s->root);

	return service == TIMESERVICE_NONE && s->timesyncd_runs ? TIMESERVICE_TIMESYNCD : service;
}

/* The time servers of the links, each once; without those of networkd's links where it passes them
 * on. Returns how many. */
static size_t collect(const struct surroundings *s, bool networkds, const char *ret[SERVERS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < s->set->n_links; i++) {
		const struct net_config *config = &s->set->links[i];

		if (!networkds && surroundings_is_networkds(s, config->ifname))
			continue;
		for (size_t j = 0; j < config->n_ntp && n < SERVERS_MAX; j++) {
			bool known = false;

			for (size_t k = 0; k < n && !known; k++)
				known = streq(ret[k], config->ntp[j]);
			if (!known)
				ret[n++] = config->ntp[j];
		}
	}
	return n;
}

/* Each server with words before and behind it. */
static void write_servers(const char *before, const char *const *servers, size_t n,
	const char *behind, char text[static SERVERS_SIZE])
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n && used < SERVERS_SIZE; i++)
		used += (size_t)snprintf(
			text + used, SERVERS_SIZE - used, "%s%s%s", before, servers[i], behind);
}

/* -- systemd-timesyncd --------------------------------------------------------------------------
 */

int follow_timesyncd(struct surroundings *s)
{
	const char *servers[SERVERS_MAX] = { 0 };
	char list[SERVERS_SIZE], text[SERVERS_SIZE + 128];
	size_t n = 0;
	int r;

	if (find_service(s) == TIMESERVICE_TIMESYNCD)
		n = collect(s, false, servers);
	write_servers(" ", servers, n, "", list);
	(void)snprintf(text, sizeof(text),
		"# Written by firstboot.\n[Time]\n# Not those of before.\nNTP=\nNTP=%s\n",
		n > 0 ? list + 1 : "");
	r = surroundings_put(s, TIMESYNCD_FILE, n > 0 ? text : NULL);
	if (r > 0 && n == 0)
		surroundings_remove_folder(s, "/etc/systemd/timesyncd.conf.d");
	if (r > 0)
		surroundings_call_systemd(s, "TryRestartUnit", "systemd-timesyncd.service");
	return r;
}

/* -- chrony -------------------------------------------------------------------------------------
 */

/* The main file by distribution, and the unit that reads it. */
static const struct chrony {
	const char *conf, *unit;
} chronies[] = {
	{ "/etc/chrony/chrony.conf", "chrony.service" }, /* Debian */
	{ "/etc/chrony.conf", "chronyd.service" },	 /* Red Hat */
};

/* What in the main file names a folder of further ones, and how ours is called there. */
static const struct {
	const char *directive, *name;
} chrony_folders[] = {
	{ "sourcedir", "firstboot.sources" },
	{ "confdir", "firstboot.conf" },
	{ "include", "firstboot.conf" },
};

/* Files that can hold our servers: "" or a path, the best one first. */
struct chrony_files {
	char paths[ARRAY_SIZE(chrony_folders)][PATH_MAX];
};

/* A folder below /etc, from a word of the main file: the folder itself, or all of its .conf. */
static void take_folder(const char *word, const char *name, char path[static PATH_MAX])
{
	const char *pattern = strstr(word, "/*.conf");
	int length = (int)(pattern ? (size_t)(pattern - word) : strlen(word));

	/* What stands in /run is gone after the next start. */
	if (!*path && strncmp(word, "/etc/", 5) == 0)
		(void)snprintf(path, PATH_MAX, "%.*s/%s", length, word, name);
}

/* Look for folders in the main file. */
static void find_folders(const char *text, struct chrony_files *ret)
{
	char line[LINE_SIZE], word[WORD_MAX];

	*ret = (struct chrony_files){ 0 };
	while (rival_next_line(&text, sizeof(line), line)) {
		const char *rest = line;

		if (!words_next(&rest, word))
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(chrony_folders); i++) {
			bool include = streq(chrony_folders[i].directive, "include");

			if (strcasecmp(word, chrony_folders[i].directive) != 0)
				continue;
			while (words_next(&rest, word))
				if (!include || strstr(word, "/*.conf"))
					take_folder(word, chrony_folders[i].name, ret->paths[i]);
		}
	}
}

/* Let the first of the files hold text, the others and the main file nothing of ours. Without any,
 * the main file itself holds it. Returns as surroundings_put(). */
static int spread(struct surroundings *s, const char *conf, const struct chrony_files *files,
	const char *text)
{
	bool changed = false;
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(files->paths); i++) {
		if (!*files->paths[i])
			continue;
		r = surroundings_put(s, files->paths[i], text);
		if (r < 0)
			return r;
		changed |= r > 0;
		text = NULL;
	}
	r = surroundings_put_block(s, conf, false, text);
	return r < 0 ? r : changed || r > 0;
}

/* One distribution's chrony. */
static int follow_one(struct surroundings *s, const struct chrony *chrony, const char *servers)
{
	_cleanup_free_ char *text = NULL;
	struct chrony_files files;
	int r;

	r = file_read(s->root, chrony->conf, SURROUNDINGS_FILE_MAX, &text);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	find_folders(text, &files);
	r = spread(s, chrony->conf, &files, servers);
	if (r > 0)
		surroundings_call_systemd(s, "TryRestartUnit", chrony->unit);
	return r;
}

int follow_chrony(struct surroundings *s)
{
	const char *servers[SERVERS_MAX] = { 0 };
	char list[SERVERS_SIZE];
	size_t n = collect(s, true, servers);
	enum timeservice service = find_service(s);

	if (n > 0 && service == TIMESERVICE_NONE) {
		write_servers(" ", servers, n, "", list);
		surroundings_remark(s,
			_("Nothing on this machine uses the time servers%s: neither "
			  "systemd-timesyncd nor chrony is there."),
			list);
	}
	write_servers("server ", servers, service == TIMESERVICE_CHRONY ? n : 0, " iburst prefer\n",
		list);
	for (size_t i = 0; i < ARRAY_SIZE(chronies); i++) {
		int r = follow_one(s, &chronies[i], *list ? list : NULL);

		if (r < 0)
			return r;
	}
	return 0;
}
