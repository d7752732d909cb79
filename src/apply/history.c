/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "history.h"

#include <errno.h>
#include <inttypes.h>

#include "atomic_file.h"
#include "i18n.h"
#include "safe_text.h"
#include "settings.h"
#include "textfile.h"
#include "util.h"

#define HISTORY_DIR STATEDIR "/history"
#define ENTRY_MAX   (512 * 1024)
#define IDS_MAX	    256 /* more files than that are another hand's */

static const char *const outcomes[] = {
	[HISTORY_KEPT_PROVEN] = "kept-proven",
	[HISTORY_KEPT_UNPROVEN] = "kept-unproven",
	[HISTORY_TAKEN_BACK] = "taken-back",
	[HISTORY_EXPIRED] = "expired",
	[HISTORY_FAILED] = "failed",
	[HISTORY_RECOVERED_OLD] = "recovered-old",
	[HISTORY_RECOVERED_NEW] = "recovered-new",
};

/* The entries that there are, by number, the newest first. */
struct ids {
	uint64_t ids[IDS_MAX];
	size_t n;
};

/* The file of an entry. */
static const char *entry_path(uint64_t id, char buf[static HISTORY_PATH_SIZE])
{
	(void)snprintf(buf, HISTORY_PATH_SIZE, HISTORY_DIR "/%" PRIu64, id);
	return buf;
}

/* Take a file whose name is a number as history_add() writes it. */
static int take_id(int dir, const char *name, void *userdata)
{
	struct ids *ids = userdata;
	size_t length = strlen(name);

	if (name[0] >= '1' && name[0] <= '9' && length <= 18 &&
		strspn(name, "0123456789") == length && ids->n < IDS_MAX)
		ids->ids[ids->n++] = strtoull(name, NULL, 10);
	return 0;
}

/* The greater number first. */
static int compare_ids(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x < *y) - (*x > *y);
}

static int list_ids(const char *root, struct ids *ret)
{
	int r;

	ret->n = 0;
	r = folder_walk(root, HISTORY_DIR, take_id, ret);
	qsort(ret->ids, ret->n, sizeof(ret->ids[0]), compare_ids);
	return r;
}

/* -- writing ------------------------------------------------------------------------------------
 */

struct entry_text {
	const struct history_entry *entry;
	char *settings;
};

static void write_entry(FILE *f, const void *what)
{
	const struct entry_text *text = what;

	fprintf(f, "When=%" PRIu64 "\n", text->entry->when);
	textfile_put(f, "Outcome", outcomes[text->entry->outcome]);
	textfile_put(f, "Origin", text->entry->origin);
	textfile_put(f, "Summary", text->entry->summary);
	fputs(text->settings, f);
}

int history_make(const char *root, struct history_entry *entry, const struct net_set *set,
	char ret_path[static HISTORY_PATH_SIZE], char **ret_text)
{
	_cleanup_free_ char *settings = NULL;
	struct entry_text text = { .entry = entry };
	struct ids ids;
	int r;

	r = settings_render(set, &settings);
	if (r >= 0)
		r = list_ids(root, &ids);
	if (r < 0)
		return r;
	entry->id = ids.n > 0 ? ids.ids[0] + 1 : 1;
	text.settings = settings;
	(void)entry_path(entry->id, ret_path);
	return textfile_compose(write_entry, &text, ret_text);
}

int history_add(const char *root, struct history_entry *entry, const struct net_set *set)
{
	_cleanup_free_ char *text = NULL;
	char path[HISTORY_PATH_SIZE];
	struct ids ids;
	int r;

	r = history_make(root, entry, set, path, &text);
	if (r >= 0)
		r = list_ids(root, &ids);
	if (r >= 0)
		r = atomic_write(root, path, text, 0600);
	/* Should one of the old ones stay, the next change removes it. */
	for (size_t i = HISTORY_MAX - 1; r >= 0 && i < ids.n; i++)
		(void)atomic_remove(root, entry_path(ids.ids[i], path));
	return r;
}

/* The word for what a link gets: its first fixed address, or in general. */
static const char *describe_link(const struct net_config *config, char buf[static IP_TEXT_MAX])
{
	const struct net_family *families[] = { &config->v4, &config->v6 };
	bool automatic = false;

	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		if (families[i]->method == NET_METHOD_STATIC && families[i]->n_addresses > 0)
			return ip_prefix_format(&families[i]->addresses[0], buf);
		automatic = automatic || net_family_is_automatic(families[i]);
	}
	if (!automatic)
		return _("no addresses");
	return config->v4.method == NET_METHOD_OFF ? _("IPv6 alone") : _("automatic");
}

void history_summarize(
	struct history_entry *entry, const char *ifname, const struct net_config *config)
{
	size_t length = strlen(entry->summary), room = sizeof(entry->summary) - length;
	char buf[IP_TEXT_MAX];

	if ((size_t)snprintf(entry->summary + length, room, "%s%s %s", length > 0 ? ", " : "",
		    ifname, config ? describe_link(config, buf) : _("given back")) >= room)
		entry->summary[length] = '\0';
}

/* -- reading ------------------------------------------------------------------------------------
 */

/* The outcome by its word. */
static int read_outcome(const char **cursor, enum history_outcome *ret)
{
	char word[24];
	int r = textfile_take(cursor, "Outcome", sizeof(word), word);

	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++) {
		if (!streq(word, outcomes[i]))
			continue;
		*ret = (enum history_outcome)i;
		return 0;
	}
	return -EINVAL;
}

/* An entry's head, and its settings as text. Caller frees. */
static int read_entry(const char *root, uint64_t id, struct history_entry *ret, char **ret_settings)
{
	struct history_entry entry = { .id = id };
	_cleanup_free_ char *text = NULL;
	char path[HISTORY_PATH_SIZE];
	const char *cursor;
	int r;

	r = file_read(root, entry_path(id, path), ENTRY_MAX, &text);
	if (r < 0)
		return r;
	cursor = text;
	r = textfile_take_number(&cursor, "When", &entry.when);
	if (r >= 0)
		r = read_outcome(&cursor, &entry.outcome);
	if (r >= 0)
		r = textfile_take(&cursor, "Origin", sizeof(entry.origin), entry.origin);
	if (r >= 0)
		r = textfile_take(&cursor, "Summary", sizeof(entry.summary), entry.summary);
	if (r < 0)
		return r;
	safe_utf8(entry.origin);
	safe_utf8(entry.summary);
	memmove(text, cursor, strlen(cursor) + 1);
	*ret = entry;
	*ret_settings = take_ptr(text);
	return 0;
}

int history_list(const char *root, struct history_entry ret[static HISTORY_MAX])
{
	struct ids ids;
	int n = 0, r;

	r = list_ids(root, &ids);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ids.n && n < HISTORY_MAX; i++) {
		_cleanup_free_ char *settings = NULL;

		if (read_entry(root, ids.ids[i], &ret[n], &settings) >= 0)
			n++;
	}
	return n;
}

int history_read(const char *root, uint64_t id, struct net_set *ret)
{
	_cleanup_free_ char *settings = NULL;
	struct history_entry entry;
	int r;

	r = read_entry(root, id, &entry, &settings);
	return r < 0 ? r : settings_parse(settings, ret);
}
