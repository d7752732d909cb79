/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clone.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>

#include "atomic_file.h"
#include "i18n.h"
#include "rivals.h"
#include "textfile.h"
#include "util.h"

#define IDENTITY STATEDIR "/identity"
#define UUID	 "/sys/class/dmi/id/product_uuid"
#define CARDS	 "/sys/class/net"

#define UUID_SIZE    64
#define MAC_SIZE     64
#define MACS_MAX     32
#define IDENTITY_MAX 8192

/* What tells a machine from its copy. */
struct identity {
	char uuid[UUID_SIZE]; /* "" where the firmware has none */
	char macs[MACS_MAX][MAC_SIZE];
	size_t n_macs;
};

/* -- as it is -----------------------------------------------------------------------------------
 */

/* The first word of a small file; "" where it cannot be read. */
static void read_word(const char *root, const char *path, size_t size, char *ret)
{
	_cleanup_free_ char *text = NULL;

	*ret = '\0';
	if (textfile_read(root, path, &text) < 0)
		return;
	(void)snprintf(ret, size, "%.*s", (int)strcspn(text, " \n"), text);
}

/* The address that a card was made with, whatever a bond or an operator gave it since; "" where
 * that cannot be known, or it is no card. */
static void read_mac(const char *root, const char *name, char ret[static MAC_SIZE])
{
	char path[PATH_MAX], type[8];

	*ret = '\0';
	(void)snprintf(path, sizeof(path), CARDS "/%s/device", name);
	if (!rival_file_exists(root, path))
		return;
	(void)snprintf(path, sizeof(path), CARDS "/%s/bonding_slave/perm_hwaddr", name);
	read_word(root, path, MAC_SIZE, ret);
	if (*ret)
		return;
	/* NET_ADDR_PERM; others are random or were set. */
	(void)snprintf(path, sizeof(path), CARDS "/%s/addr_assign_type", name);
	read_word(root, path, sizeof(type), type);
	(void)snprintf(path, sizeof(path), CARDS "/%s/address", name);
	if (streq(type, "0"))
		read_word(root, path, MAC_SIZE, ret);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The hardware addresses of all cards, sorted. */
static void read_macs(const char *root, struct identity *ret)
{
	const struct dirent *entry;
	char path[PATH_MAX];
	DIR *dir;

	if (snprintf(path, sizeof(path), "%s" CARDS, root) >= (int)sizeof(path))
		return;
	dir = opendir(path);
	while (dir && ret->n_macs < MACS_MAX && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		read_mac(root, entry->d_name, ret->macs[ret->n_macs]);
		ret->n_macs += ret->macs[ret->n_macs][0] != '\0';
	}
	if (dir)
		closedir(dir);
	qsort(ret->macs, ret->n_macs, sizeof(ret->macs[0]), compare_names);
}

static void read_identity(const char *root, struct identity *ret)
{
	*ret = (struct identity){ 0 };
	read_word(root, UUID, sizeof(ret->uuid), ret->uuid);
	read_macs(root, ret);
}

/* -- as it was noted ----------------------------------------------------------------------------
 */

static void write_identity(FILE *f, const void *what)
{
	const struct identity *identity = what;

	fputs("# By this firstboot knows the machine again.\n", f);
	fprintf(f, "UUID=%s\n", identity->uuid);
	for (size_t i = 0; i < identity->n_macs; i++)
		fprintf(f, "MAC=%s\n", identity->macs[i]);
}

/* Note what the machine is. */
static int note_identity(const char *root, const struct identity *identity)
{
	_cleanup_free_ char *text = NULL, *old = NULL;
	int r = textfile_compose(write_identity, identity, &text);

	if (r < 0)
		return r;
	if (file_read(root, IDENTITY, IDENTITY_MAX, &old) >= 0 && streq(old, text))
		return 0;
	return atomic_write(root, IDENTITY, text, 0600);
}

/* What was noted. -ENOENT: nothing. */
static int recall_identity(const char *root, struct identity *ret)
{
	_cleanup_free_ char *text = NULL;
	char line[MAC_SIZE + 8];
	const char *rest;
	int r = file_read(root, IDENTITY, IDENTITY_MAX, &text);

	if (r < 0)
		return r;
	*ret = (struct identity){ 0 };
	rest = text;
	while (rival_next_line(&rest, sizeof(line), line)) {
		if (strncmp(line, "UUID=", 5) == 0)
			(void)snprintf(
				ret->uuid, sizeof(ret->uuid), "%.*s", UUID_SIZE - 1, line + 5);
		else if (strncmp(line, "MAC=", 4) == 0 && ret->n_macs < MACS_MAX)
			(void)snprintf(
				ret->macs[ret->n_macs++], MAC_SIZE, "%.*s", MAC_SIZE - 1, line + 4);
	}
	return 0;
}

/* -- compare ------------------------------------------------------------------------------------
 */

/* Both have cards, and not one in common. */
static bool all_macs_differ(const struct identity *a, const struct identity *b)
{
	for (size_t i = 0; i < a->n_macs; i++)
		for (size_t j = 0; j < b->n_macs; j++)
			if (strcasecmp(a->macs[i], b->macs[j]) == 0)
				return false;
	return a->n_macs > 0 && b->n_macs > 0;
}

/* Which of both differ, as a phrase; NULL: it is the same machine. */
static const char *difference(const struct identity *then, const struct identity *now)
{
	bool uuid = *then->uuid && *now->uuid && strcasecmp(then->uuid, now->uuid) != 0;
	bool macs = all_macs_differ(then, now);

	if (uuid && macs)
		return _("another machine UUID and other hardware addresses");
	if (uuid)
		return _("another machine UUID");
	return macs ? _("other hardware addresses") : NULL;
}

int clone_check(const char *root, char *ret_why, size_t size)
{
	struct identity then, now;
	const char *why = NULL;
	int r;

	read_identity(root, &now);
	r = recall_identity(root, &then);
	if (r < 0 && r != -ENOENT)
		return r;
	if (r >= 0)
		why = difference(&then, &now);
	if (why) {
		(void)snprintf(ret_why, size, "%s", why);
		return 1;
	}
	/* A card that came or went is noted, lest the last one of the old go some day. */
	return note_identity(root, &now);
}

int clone_accept(const char *root)
{
	struct identity now;

	read_identity(root, &now);
	return note_identity(root, &now);
}
