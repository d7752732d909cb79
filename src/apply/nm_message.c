/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nm_message.h"

#include <errno.h>

#include "ip.h"
#include "util.h"

/* Values of a basic type or a list of them, below their variant. */
typedef int (*append_fn)(sd_bus_message *message, const struct nm_item *item);

static int append_string(sd_bus_message *message, const struct nm_item *item)
{
	return sd_bus_message_append(message, "s", item->values[0]);
}

static int append_bool(sd_bus_message *message, const struct nm_item *item)
{
	return sd_bus_message_append(message, "b", (int)streq(item->values[0], "true"));
}

static int append_int32(sd_bus_message *message, const struct nm_item *item)
{
	return sd_bus_message_append(message, "i", (int32_t)strtol(item->values[0], NULL, 10));
}

static int append_uint32(sd_bus_message *message, const struct nm_item *item)
{
	return sd_bus_message_append(message, "u", (uint32_t)strtoul(item->values[0], NULL, 10));
}

/* Append each value of a list. */
static int append_each(sd_bus_message *message, const struct nm_item *item, const char *contents,
	int (*append)(sd_bus_message *message, const char *value))
{
	int r = sd_bus_message_open_container(message, 'a', contents);

	for (size_t i = 0; i < item->n_values && r >= 0; i++)
		r = append(message, item->values[i]);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

static int append_word(sd_bus_message *message, const char *value)
{
	return sd_bus_message_append(message, "s", value);
}

static int append_strings(sd_bus_message *message, const struct nm_item *item)
{
	return append_each(message, item, "s", append_word);
}

/* "key=value" */
static int append_entry(sd_bus_message *message, const char *value)
{
	_cleanup_free_ char *key = strndup(value, strcspn(value, "="));

	if (!key)
		return -ENOMEM;
	return sd_bus_message_append(message, "{ss}", key, value + strlen(key) + 1);
}

static int append_dict(sd_bus_message *message, const struct nm_item *item)
{
	return append_each(message, item, "{ss}", append_entry);
}

/* As the number that the address is in memory. */
static int append_dns4_one(sd_bus_message *message, const char *value)
{
	struct ip_addr addr;
	uint32_t number;
	int r = ip_parse(value, &addr);

	if (r < 0)
		return r;
	memcpy(&number, addr.bytes, sizeof(number));
	return sd_bus_message_append(message, "u", number);
}

static int append_dns4(sd_bus_message *message, const struct nm_item *item)
{
	return append_each(message, item, "u", append_dns4_one);
}

static int append_dns6_one(sd_bus_message *message, const char *value)
{
	struct ip_addr addr;
	int r = ip_parse(value, &addr);

	if (r < 0)
		return r;
	return sd_bus_message_append_array(message, 'y', addr.bytes, sizeof(addr.bytes));
}

static int append_dns6(sd_bus_message *message, const struct nm_item *item)
{
	return append_each(message, item, "ay", append_dns6_one);
}

/* The two halves of "192.0.2.10/24" as entries under these names. */
static int append_prefix(
	sd_bus_message *message, const char *text, const char *key, const char *length_key)
{
	char addr[IP_TEXT_MAX];
	struct ip_prefix prefix;
	int r = ip_prefix_parse(text, &prefix);

	if (r < 0)
		return r;
	r = sd_bus_message_append(message, "{sv}", key, "s", ip_format(&prefix.addr, addr));
	if (r < 0)
		return r;
	return sd_bus_message_append(message, "{sv}", length_key, "u", (uint32_t)prefix.length);
}

static int append_address(sd_bus_message *message, const char *value)
{
	int r = sd_bus_message_open_container(message, 'a', "{sv}");

	if (r >= 0)
		r = append_prefix(message, value, "address", "prefix");
	return r < 0 ? r : sd_bus_message_close_container(message);
}

static int append_addresses(sd_bus_message *message, const struct nm_item *item)
{
	return append_each(message, item, "a{sv}", append_address);
}

/* What follows a route's destination: words, each but the last with a value. */
static int append_route_words(sd_bus_message *message, char *words)
{
	const char *word;
	int r = 0;

	while (r >= 0 && (word = strsep(&words, " "))) {
		if (streq(word, "via"))
			r = sd_bus_message_append(
				message, "{sv}", "next-hop", "s", strsep(&words, " "));
		else if (streq(word, "metric"))
			r = sd_bus_message_append(message, "{sv}", "metric", "u",
				(uint32_t)strtoul(strsep(&words, " "), NULL, 10));
		else if (streq(word, "onlink"))
			r = sd_bus_message_append(message, "{sv}", "onlink", "b", 1);
	}
	return r;
}

static int append_route(sd_bus_message *message, const char *value)
{
	_cleanup_free_ char *copy = strdup(value);
	char *words = copy;
	const char *destination;
	int r;

	if (!copy)
		return -ENOMEM;
	destination = strsep(&words, " ");
	r = sd_bus_message_open_container(message, 'a', "{sv}");
	if (r >= 0)
		r = append_prefix(message, destination, "dest", "prefix");
	if (r >= 0)
		r = append_route_words(message, words);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

static int append_routes(sd_bus_message *message, const struct nm_item *item)
{
	return append_each(message, item, "a{sv}", append_route);
}

/* How each type goes over the bus. */
static const struct {
	const char *signature;
	append_fn append;
} types[] = {
	[NM_STRING] = { "s", append_string },
	[NM_BOOL] = { "b", append_bool },
	[NM_INT32] = { "i", append_int32 },
	[NM_UINT32] = { "u", append_uint32 },
	[NM_STRINGS] = { "as", append_strings },
	[NM_DICT] = { "a{ss}", append_dict },
	[NM_DNS4] = { "au", append_dns4 },
	[NM_DNS6] = { "aay", append_dns6 },
	[NM_ADDRESSES] = { "aa{sv}", append_addresses },
	[NM_ROUTES] = { "aa{sv}", append_routes },
};

/* One entry of a section. */
static int append_item(sd_bus_message *message, const struct nm_item *item)
{
	const char *signature = types[item->type].signature;
	int r = sd_bus_message_open_container(message, 'e', "sv");

	if (r >= 0)
		r = sd_bus_message_append(message, "s", item->key);
	if (r >= 0)
		r = sd_bus_message_open_container(message, 'v', signature);
	if (r >= 0)
		r = types[item->type].append(message, item);
	if (r >= 0)
		r = sd_bus_message_close_container(message);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

/* Those items from i on that are in one section. Returns the first of the next. */
static int append_section(
	sd_bus_message *message, const struct nm_settings *settings, size_t i, size_t *ret_next)
{
	const char *section = settings->items[i].section;
	int r = sd_bus_message_open_container(message, 'e', "sa{sv}");

	if (r >= 0)
		r = sd_bus_message_append(message, "s", section);
	if (r >= 0)
		r = sd_bus_message_open_container(message, 'a', "{sv}");
	for (; r >= 0 && i < settings->n_items && streq(settings->items[i].section, section); i++)
		r = append_item(message, &settings->items[i]);
	if (r >= 0)
		r = sd_bus_message_close_container(message);
	*ret_next = i;
	return r < 0 ? r : sd_bus_message_close_container(message);
}

int nm_message_append(sd_bus_message *message, const struct nm_settings *settings)
{
	int r = sd_bus_message_open_container(message, 'a', "{sa{sv}}");

	for (size_t i = 0; r >= 0 && i < settings->n_items;)
		r = append_section(message, settings, i, &i);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

/* Go into the entry of a dictionary that has this key. Returns 0 when there is none. */
static int enter_entry(sd_bus_message *message, const char *contents, const char *key)
{
	const char *name;
	int r;

	while ((r = sd_bus_message_enter_container(message, 'e', contents)) > 0) {
		r = sd_bus_message_read(message, "s", &name);
		if (r < 0 || streq(name, key))
			return r;
		r = sd_bus_message_skip(message, contents + 1);
		if (r >= 0)
			r = sd_bus_message_exit_container(message);
		if (r < 0)
			return r;
	}
	return r;
}

/* Copy a value that fits. */
static void copy(char *ret, size_t size, const char *value)
{
	if (strlen(value) < size)
		strcpy(ret, value);
}

int nm_message_read_data(sd_bus_message *message, char ret_digest[static NM_DIGEST_SIZE],
	char ret_previous[static NM_UUID_SIZE])
{
	const char *key, *value;
	int r;

	ret_digest[0] = ret_previous[0] = '\0';
	r = sd_bus_message_enter_container(message, 'a', "{sa{sv}}");
	if (r > 0)
		r = enter_entry(message, "sa{sv}", "user");
	if (r > 0)
		r = sd_bus_message_enter_container(message, 'a', "{sv}");
	if (r > 0)
		r = enter_entry(message, "sv", "data");
	if (r > 0)
		r = sd_bus_message_enter_container(message, 'v', "a{ss}");
	if (r > 0)
		r = sd_bus_message_enter_container(message, 'a', "{ss}");
	while (r > 0 && (r = sd_bus_message_read(message, "{ss}", &key, &value)) > 0) {
		if (streq(key, NM_DATA_DIGEST))
			copy(ret_digest, NM_DIGEST_SIZE, value);
		else if (streq(key, NM_DATA_PREVIOUS))
			copy(ret_previous, NM_UUID_SIZE, value);
	}
	return r < 0 ? r : 0;
}
