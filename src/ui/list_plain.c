/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "list_plain.h"

#include "i18n.h"
#include "plain_lines.h"
#include "screen.h"
#include "util.h"

#define PROMPT_MAX 160

/* Is the tag a number, which then is the one to type? */
static bool is_number(const safe_char *tag)
{
	return *tag && strspn(safe_bytes(tag), "0123456789") == safe_length(tag);
}

/* The number that chooses an item. */
static size_t number_of(const struct list *list, size_t i)
{
	return is_number(list->choices[i].tag) ? strtoul(safe_bytes(list->choices[i].tag), NULL, 10)
					       : i + 1;
}

/* The number of the first button behind the items. */
static size_t first_button(const struct list *list)
{
	size_t highest = list->n;

	for (size_t i = 0; i < list->n; i++)
		if (number_of(list, i) > highest)
			highest = number_of(list, i);
	return highest + 1;
}

/* Is the last item the way back already? */
static bool ends_with_back(const struct list *list)
{
	return list->n > 0 && safe_equal(list->choices[list->n - 1].text, _("Back"));
}

/* Does the tag say something to who reads it? Keys are of no use here. */
static bool is_word(const safe_char *tag)
{
	return safe_length(tag) > 1 && !is_number(tag);
}

/* Everything but the prompt (draw_compose). */
static void print_list(FILE *file, const void *what)
{
	const struct list *list = what;
	const safe_char *title = list->title;
	size_t button = first_button(list);

	while (*title == ' ')
		title++;
	draw_print(file, "\n%s\n%s\n", title, list->text);
	for (size_t i = 0; i < list->n; i++) {
		const struct choice *choice = &list->choices[i];

		draw_print(file, "%zu %s%s%s%s\n", number_of(list, i),
			!list->ticked	  ? OURS("")
			: list->ticked[i] ? OURS("[x] ")
					  : OURS("[ ] "),
			is_word(choice->tag) ? choice->tag : OURS(""),
			is_word(choice->tag) && *choice->text ? OURS("  ") : OURS(""),
			choice->text);
	}
	if (list->ticked)
		draw_print(file, "%zu %s\n", button++, list->next);
	if (list->extra)
		draw_print(file, "%zu %s\n", button++, list->extra);
	if (!ends_with_back(list))
		draw_print(file, "%zu %s\n", button, _("Back"));
}

/* Ask once. Below n: an item; n, n + 1, ...: a button; SIZE_MAX: *ret is the answer. */
static size_t ask(const struct list *list, const safe_char *prompt, size_t normal, enum answer *ret)
{
	size_t buttons = first_button(list);
	struct plain_choice choice;
	safe_char *text = NULL;

	(void)draw_compose(print_list, list, &text);
	plain_ask(text, prompt);
	for (;;) {
		enum plain_kind kind = plain_choose(&choice);

		*ret = kind == PLAIN_WOKEN && !screen_ended() ? ANSWER_WOKEN : ANSWER_BACK;
		if (kind == PLAIN_WOKEN || kind == PLAIN_BACK)
			return SIZE_MAX;
		if (kind == PLAIN_ENTER)
			return normal;
		for (size_t i = 0; i < list->n; i++)
			if (kind == PLAIN_NUMBER
					? choice.number == number_of(list, i)
					: streq(choice.word, safe_bytes(list->choices[i].tag)))
				return i;
		if (kind == PLAIN_NUMBER && choice.number >= buttons &&
			choice.number <= buttons + (list->ticked != NULL) + (list->extra != NULL))
			return list->n + choice.number - buttons;
		plain_refuse(prompt);
	}
}

/* Ask for one item. */
static enum answer ask_one(struct list *list)
{
	safe_char prompt[PROMPT_MAX];
	enum answer answer;
	size_t item;

	(void)safe_format(prompt, sizeof(prompt), _("Choice (Enter: %zu):"),
		list->n > 0 ? number_of(list, list->selected) : 1);
	item = ask(list, prompt, list->selected, &answer);
	if (item == SIZE_MAX)
		return answer;
	if (item < list->n)
		list->selected = item;
	if (item < list->n || list->n == 0)
		return ANSWER_NEXT;
	return list->extra && item == list->n ? ANSWER_EXTRA : ANSWER_BACK;
}

/* Have items ticked and unticked. */
static enum answer ask_any(struct list *list)
{
	safe_char prompt[PROMPT_MAX];
	enum answer answer;
	size_t item;

	(void)safe_format(prompt, sizeof(prompt),
		_("Choice (a number ticks or unticks, Enter: %s):"), list->next);
	while (!screen_ended()) {
		item = ask(list, prompt, list->n, &answer);
		if (item == SIZE_MAX)
			return answer;
		if (item >= list->n)
			return item == list->n ? ANSWER_NEXT : ANSWER_BACK;
		list->ticked[item] = !list->ticked[item];
	}
	return ANSWER_BACK;
}

enum answer list_plain_run(struct list *list)
{
	if (screen_ended())
		return ANSWER_BACK;
	return list->ticked ? ask_any(list) : ask_one(list);
}
