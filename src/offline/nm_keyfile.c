/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nm_keyfile.h"

#include <errno.h>

#include "ip.h"
#include "textfile.h"
#include "util.h"

#define HEADER                                                                                     \
	"# Written by firstboot; what is changed here is lost when settings are saved again.\n"

const char *nm_keyfile_path(const char *ifname, char ret[static NM_KEYFILE_PATH_SIZE])
{
	(void)snprintf(
		ret, NM_KEYFILE_PATH_SIZE, NM_KEYFILE_DIR "/firstboot-%s.nmconnection", ifname);
	return ret;
}

/* -- values -------------------------------------------------------------------------------------
 */

static void write_plain(FILE *f, const struct nm_item *item)
{
	fprintf(f, "%s=%s\n", item->key, item->values[0]);
}

/* One key, each value with a semicolon behind it. */
static void write_list(FILE *f, const struct nm_item *item)
{
	fprintf(f, "%s=", item->key);
	for (size_t i = 0; i < item->n_values; i++)
		fprintf(f, "%s;", item->values[i]);
	fputc('\n', f);
}

/* Each entry is a key of its own, the item's own key is not named. */
static void write_entries(FILE *f, const struct nm_item *item)
{
	for (size_t i = 0; i < item->n_values; i++)
		fprintf(f, "%s\n", item->values[i]);
}

static void write_addresses(FILE *f, const struct nm_item *item)
{
	for (size_t i = 0; i < item->n_values; i++)
		fprintf(f, "address%zu=%s\n", i + 1, item->values[i]);
}

/* The word behind name in the words of a route, "" where it has none. */
static const char *find_word(const char *route, const char *name, char ret[static IP_TEXT_MAX])
{
	const char *word = strstr(route, name);

	*ret = '\0';
	if (word)
		(void)snprintf(ret, IP_TEXT_MAX, "%.*s", (int)strcspn(word + strlen(name), " "),
			word + strlen(name));
	return ret;
}

/* "DESTINATION,GATEWAY,METRIC"; before a metric, no gateway has to be said. */
static void write_route(FILE *f, size_t number, const char *route)
{
	char via[IP_TEXT_MAX], metric[IP_TEXT_MAX];

	find_word(route, " via ", via);
	find_word(route, " metric ", metric);
	if (!*via && *metric)
		(void)snprintf(via, sizeof(via), "%s", strchr(route, ':') ? "::" : "0.0.0.0");
	fprintf(f, "route%zu=%.*s%s%s%s%s\n", number, (int)strcspn(route, " "), route,
		*via ? "," : "", via, *metric ? "," : "", metric);
	if (strstr(route, " onlink"))
		fprintf(f, "route%zu_options=onlink=true\n", number);
}

static void write_routes(FILE *f, const struct nm_item *item)
{
	for (size_t i = 0; i < item->n_values; i++)
		write_route(f, i + 1, item->values[i]);
}

/* How each type stands in a file. */
static void (*const types[])(FILE *f, const struct nm_item *item) = {
	[NM_STRING] = write_plain,
	[NM_BOOL] = write_plain,
	[NM_INT32] = write_plain,
	[NM_UINT32] = write_plain,
	[NM_STRINGS] = write_list,
	[NM_DICT] = write_entries,
	[NM_DNS4] = write_list,
	[NM_DNS6] = write_list,
	[NM_ADDRESSES] = write_addresses,
	[NM_ROUTES] = write_routes,
};

/* -- the file -----------------------------------------------------------------------------------
 */

static void write_file(FILE *f, const void *what)
{
	const struct nm_settings *settings = what;
	const char *section = "";

	fputs(HEADER, f);
	for (size_t i = 0; i < settings->n_items; i++) {
		const struct nm_item *item = &settings->items[i];

		if (!streq(section, item->section))
			fprintf(f, "\n[%s]\n", item->section);
		section = item->section;
		types[item->type](f, item);
	}
}

/* Is it nothing but what it seems to be: no end of a line, no escape, no further value? */
static bool is_clean(const char *value)
{
	for (const unsigned char *p = (const unsigned char *)value; *p; p++)
		if (*p < ' ' || *p >= 0x7f || strchr("\\;,#\"", *p))
			return false;
	return *value && *value != ' ' && value[strlen(value) - 1] != ' ';
}

int nm_keyfile_render(const struct nm_settings *settings, char **ret)
{
	for (size_t i = 0; i < settings->n_items; i++)
		for (size_t k = 0; k < settings->items[i].n_values; k++)
			if (!is_clean(settings->items[i].values[k]))
				return -EINVAL;
	return textfile_compose(write_file, settings, ret);
}
