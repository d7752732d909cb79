/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rivals.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <sys/stat.h>

#include "rooted.h"
#include "textblock.h"
#include "textfile.h"
#include "util.h"
#include "words.h"

#define LINE_SIZE 512

/* -- files --------------------------------------------------------------------------------------
 */

bool rival_file_exists(const char *root, const char *path)
{
	_cleanup_close_ int fd = -1;
	struct stat st;

	if (!*root)
		return lstat(path, &st) == 0;
	fd = rooted_open(root, path, O_PATH | O_NOFOLLOW);
	return fd >= 0;
}

/* Does the name of a file end so, and is it no hidden one? */
static bool has_suffix(const char *name, const char *suffix)
{
	size_t length = strlen(name), end = strlen(suffix);

	return name[0] != '.' && length >= end && streq(name + length - end, suffix);
}

bool rival_visit_folder(const char *root, const char *folder, const char *suffix,
	rival_visit_fn visit, void *userdata)
{
	_cleanup_close_ int fd = rooted_open(root, folder, O_RDONLY | O_DIRECTORY);
	struct dirent **entries;
	char path[PATH_MAX];
	bool go_on = true;
	int n;

	n = fd < 0 ? -1 : scandirat(fd, ".", &entries, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (go_on && has_suffix(entries[i]->d_name, suffix) &&
			snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name) <
				(int)sizeof(path))
			go_on = visit(root, path, userdata);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return go_on;
}

bool rival_next_line(const char **text, size_t size, char *ret)
{
	const char *line = *text + strspn(*text, " \t\r");
	size_t length = strcspn(line, "\n");

	if (!**text)
		return false;
	*text = line + length + (line[length] == '\n');
	while (length > 0 && strchr(" \t\r", line[length - 1]))
		length--;
	(void)snprintf(ret, size, "%.*s", (int)length, line);
	return true;
}

/* -- cloud-init ---------------------------------------------------------------------------------
 */

/* What the kernel's command line says of cloud-init, as its generator reads it. */
struct command_line {
	bool enabled, disabled, network_off;
};

static struct command_line read_command_line(const char *root)
{
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *text = NULL;
	struct command_line found = { 0 };
	char *rest, *word;

	/* Its size is 0 for stat(2). firstbootd has no such file; then our own one is written once
	 * too often. */
	fd = rooted_open(root, "/proc/cmdline", O_RDONLY);
	if (fd < 0 || textfile_read_fd(fd, TEXTFILE_MAX, &text) < 0)
		return found;
	rest = text;
	while ((word = strsep(&rest, " \t\n"))) {
		found.enabled |= streq(word, "cloud-init=enabled");
		found.disabled |= streq(word, "cloud-init=disabled");
		found.network_off |= streq(word, "network-config=disabled");
	}
	return found;
}

/* Is it "config: disabled", with or without quotes and braces around? */
static bool says_disabled(const char *text)
{
	const char *value = strstr(text, "config:");

	if (!value)
		return false;
	value += strlen("config:");
	value += strspn(value, " \t\"'");
	return strncmp(value, "disabled", 8) == 0;
}

/* Does a file of cloud-init's say anything of the network (1: that it is off, 0: that it is on,
 * negative: nothing)? */
static int read_cloud_config(const char *text)
{
	int verdict = -1;

	while (*text) {
		bool indented = *text == ' ' || *text == '\t';
		char line[LINE_SIZE];

		(void)rival_next_line(&text, sizeof(line), line);
		if (!*line || *line == '#')
			continue;
		if (!indented && strncmp(line, "network:", 8) == 0)
			verdict = says_disabled(line + 8);
		else if (!indented && verdict >= 0)
			return verdict;
		else if (verdict == 0 && strncmp(line, "config:", 7) == 0)
			verdict = says_disabled(line);
	}
	return verdict;
}

/* Later files count more than earlier ones. */
static bool visit_cloud_config(const char *root, const char *path, void *userdata)
{
	_cleanup_free_ char *text = NULL;
	bool *off = userdata;
	int verdict;

	if (streq(path, RIVAL_CLOUD_INIT_OFF) || textfile_read(root, path, &text) < 0)
		return true;
	verdict = read_cloud_config(text);
	if (verdict >= 0)
		*off = verdict;
	return true;
}

bool rival_cloud_init(const char *root)
{
	struct command_line line;
	bool off = false;

	if (!rival_file_exists(root, "/usr/bin/cloud-init"))
		return false;
	line = read_command_line(root);
	if (line.network_off || (line.disabled && !line.enabled))
		return false;
	if (!line.enabled && !rival_file_exists(root, "/etc/cloud/cloud-init.enabled") &&
		rival_file_exists(root, "/etc/cloud/cloud-init.disabled"))
		return false;
	(void)visit_cloud_config(root, "/etc/cloud/cloud.cfg", &off);
	(void)rival_visit_folder(root, "/etc/cloud/cloud.cfg.d", ".cfg", visit_cloud_config, &off);
	return !off;
}

/* Is it a hardware address, as it is written everywhere? */
static bool is_mac(const char *text)
{
	for (size_t i = 0; i < RIVAL_MAC_SIZE - 1; i++)
		if (i % 3 == 2 ? text[i] != ':' : !isxdigit((unsigned char)text[i]))
			return false;
	return text[RIVAL_MAC_SIZE - 1] == '\0';
}

/* The hardware address of a line "key=value" in a text. */
static bool find_mac(const char *text, const char *key, char ret[static RIVAL_MAC_SIZE])
{
	char line[LINE_SIZE];

	while (rival_next_line(&text, sizeof(line), line)) {
		if (strncmp(line, key, strlen(key)) != 0 || !is_mac(line + strlen(key)))
			continue;
		(void)snprintf(ret, RIVAL_MAC_SIZE, "%s", line + strlen(key));
		return true;
	}
	return false;
}

bool rival_cloud_init_card(const char *root, const char *ifname, char ret[static RIVAL_MAC_SIZE])
{
	static const struct {
		const char *prefix, *suffix, *key;
	} files[] = {
		{ "/etc/systemd/network/10-cloud-init-", ".network", "MACAddress=" },
		{ "/etc/NetworkManager/system-connections/cloud-init-", ".nmconnection",
			"mac-address=" },
	};
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(files) && !found; i++) {
		_cleanup_free_ char *text = NULL;
		char path[PATH_MAX];

		(void)snprintf(
			path, sizeof(path), "%s%s%s", files[i].prefix, ifname, files[i].suffix);
		found = textfile_read(root, path, &text) >= 0 && find_mac(text, files[i].key, ret);
	}
	return found;
}

/* -- dhcpcd -------------------------------------------------------------------------------------
 */

/* Where it shows that dhcpcd runs on all links, or will after the next boot. */
static const char *const dhcpcd_traces[] = {
	"/etc/systemd/system/multi-user.target.wants/dhcpcd.service",
	"/etc/systemd/system/multi-user.target.wants/dhcpcd5.service",
	"/etc/systemd/system/network-online.target.wants/dhcpcd.service",
	"/run/dhcpcd/pid",
	"/run/dhcpcd.pid",
};

/* Does one of the patterns of a list match the link? */
static bool matches_any(const char *patterns, const char *ifname)
{
	char pattern[WORD_MAX];

	while (words_next(&patterns, pattern))
		if (fnmatch(pattern, ifname, 0) == 0)
			return true;
	return false;
}

/* The values of a line "key values", or NULL. */
static const char *line_values(const char *line, const char *key)
{
	size_t length = strlen(key);

	return strncmp(line, key, length) == 0 && strchr(" \t", line[length]) && line[length]
		       ? line + length
		       : NULL;
}

/* Does dhcpcd.conf keep it from the link? */
static bool dhcpcd_is_kept_away(const char *text, const char *ifname)
{
	bool allowed = true, denied = false;
	char line[LINE_SIZE];

	for (bool first = true; rival_next_line(&text, sizeof(line), line);) {
		const char *allow = line_values(line, "allowinterfaces");
		const char *deny = line_values(line, "denyinterfaces");

		if (allow) {
			allowed = (allowed && !first) || matches_any(allow, ifname);
			first = false;
		}
		denied |= deny && matches_any(deny, ifname);
	}
	return denied || !allowed;
}

bool rival_dhcpcd(const char *root, const char *ifname)
{
	_cleanup_free_ char *text = NULL, *theirs = NULL;
	bool runs = false;

	for (size_t i = 0; i < ARRAY_SIZE(dhcpcd_traces) && !runs; i++)
		runs = rival_file_exists(root, dhcpcd_traces[i]);
	if (!runs)
		return false;
	if (textfile_read(root, RIVAL_DHCPCD_CONF, &text) < 0 ||
		textblock_remove(text, &theirs) < 0 || !theirs)
		return true;
	return !dhcpcd_is_kept_away(theirs, ifname);
}
