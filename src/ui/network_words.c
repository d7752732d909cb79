/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "network_words.h"

#include "util.h"

struct word_list word_list_begin(safe_char *buf, size_t size)
{
	*buf = 0;
	return (struct word_list){ .buf = buf, .size = size };
}

/* Is word one of the words of text? */
static bool has_word(const safe_char *text, const safe_char *word)
{
	size_t length = safe_length(word);

	for (const safe_char *at = text; (at = safe_find(at, word)); at++)
		if ((at == text || at[-1] == ' ') && (at[length] == ',' || at[length] == 0))
			return true;
	return false;
}

void word_list_add(struct word_list *list, const safe_char *word)
{
	static const safe_char rest[] = " ...";
	size_t needed = safe_length(word) + (list->length > 0 ? 2 : 0);

	if (has_word(list->buf, word) || list->length + sizeof(rest) > list->size)
		return;
	if (list->length + needed + sizeof(rest) > list->size) {
		(void)safe_format(list->buf + list->length, list->size - list->length, "%s", rest);
		list->length = list->size;
		return;
	}
	(void)safe_format(list->buf + list->length, list->size - list->length, "%s%s",
		list->length > 0 ? OURS(", ") : OURS(""), word);
	list->length += needed;
}

/* Those of one family. */
static void add_addresses(const struct net_family *family, bool prefixes, struct word_list *list)
{
	char text[IP_TEXT_MAX];

	for (size_t i = 0; family->method == NET_METHOD_STATIC && i < family->n_addresses; i++)
		word_list_add(
			list, safe_text(prefixes ? ip_prefix_format(&family->addresses[i], text)
						 : ip_format(&family->addresses[i].addr, text),
				      0)
				      .text);
}

void network_words_addresses(const struct net_config *config, bool prefixes, struct word_list *list)
{
	add_addresses(&config->v4, prefixes, list);
	add_addresses(&config->v6, prefixes, list);
}

/* That of one family. */
static void add_gateway(const struct net_family *family, struct word_list *list)
{
	char text[IP_TEXT_MAX];

	if (family->method == NET_METHOD_STATIC && family->gateway.family != AF_UNSPEC)
		word_list_add(list, safe_text(ip_format(&family->gateway, text), 0).text);
}

void network_words_gateways(const struct net_config *config, struct word_list *list)
{
	add_gateway(&config->v4, list);
	add_gateway(&config->v6, list);
}

bool network_is_automatic(const struct net_config *config)
{
	return net_family_is_automatic(&config->v4) || net_family_is_automatic(&config->v6);
}
