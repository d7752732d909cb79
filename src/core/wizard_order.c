/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "wizard_order.h"

#include "eula.h"
#include "util.h"
#include "words.h"

const char *const wizard_builtin[] = { "welcome", "eula", "keyboard", "network", "hostname", "time",
	"password", "ssh-keys", NULL };

/* What cannot be left out. */
static const char *const needed[] = { "welcome", "eula", "password" };

/* Who is told of what is wrong. */
struct reader {
	const struct conf *conf;
	const struct step_defs *defs;
	conf_complain_fn complain;
	void *userdata;
	struct wizard_order *order;
};

/* Say what is wrong with a name. */
static void complain(
	const struct reader *reader, const char *key, const char *name, const char *why)
{
	char text[WORD_MAX + 160];
	const char *file;
	int line;

	if (!reader->complain)
		return;
	(void)snprintf(text, sizeof(text), "%s=: \"%s\" %s.", key, name, why);
	file = conf_place(reader->conf, "Wizard", key, &line);
	reader->complain(file, line, text, reader->userdata);
}

/* One of ours by its name; NULL: there is none. */
static const char *find_builtin(const char *name)
{
	for (size_t i = 0; wizard_builtin[i]; i++)
		if (streq(wizard_builtin[i], name))
			return wizard_builtin[i];
	return NULL;
}

/* The place of a name; n: it has none. */
static size_t find_place(const struct wizard_order *order, const char *name)
{
	size_t i = 0;

	while (i < order->n && !streq(order->all[i].name, name))
		i++;
	return i;
}

/* Put a step at this place, the later ones behind it. */
static void insert(struct wizard_order *order, size_t at, struct wizard_place place)
{
	if (order->n == ARRAY_SIZE(order->all))
		return;
	memmove(&order->all[at + 1], &order->all[at], (order->n - at) * sizeof(*order->all));
	order->all[at] = place;
	order->n++;
}

/* The next step of Steps=. */
static void add_named(const struct reader *reader, const char *name)
{
	struct wizard_order *order = reader->order;
	struct wizard_place place = { .name = find_builtin(name) };

	if (!place.name) {
		place.step = step_defs_find(reader->defs, name);
		place.name = place.step ? place.step->name : NULL;
	}
	if (!place.name)
		complain(reader, "Steps", name, "is no step, neither built in nor in steps.d");
	else if (find_place(order, place.name) < order->n)
		complain(reader, "Steps", name, "is there twice; the first place counts");
	else
		insert(order, order->n, place);
}

/* The vendor's steps that have no place yet. One that has the name of one of ours is never shown.
 */
static void add_rest(const struct reader *reader)
{
	for (size_t i = 0; i < reader->defs->n; i++) {
		const struct step_def *step = &reader->defs->all[i];

		if (find_builtin(step->name))
			complain(reader, "Steps", step->name,
				"is built in; the file in steps.d with that name is not used");
		else if (find_place(reader->order, step->name) == reader->order->n)
			insert(reader->order, reader->order->n,
				(struct wizard_place){ .name = step->name, .step = step });
	}
}

/* A place for what is needed, and has none. */
static void add_needed(struct wizard_order *order, bool eula, bool login)
{
	bool welcome = order->n > 0 && streq(order->all[0].name, "welcome");

	if (eula && find_place(order, "eula") == order->n)
		insert(order, welcome, (struct wizard_place){ .name = "eula" });
	if (!login && find_place(order, "password") == order->n)
		insert(order, order->n, (struct wizard_place){ .name = "password" });
}

/* Can it be left out at all? */
static bool is_needed(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++)
		if (streq(needed[i], name))
			return true;
	return false;
}

/* What of Skippable= can be told to be wrong. */
static void check_skippable(const struct reader *reader, const char *list)
{
	char word[WORD_MAX];

	while (words_next(&list, word)) {
		if (is_needed(word))
			complain(reader, "Skippable", word, "cannot be left out");
		else if (!find_builtin(word) && !step_defs_find(reader->defs, word))
			complain(reader, "Skippable", word,
				"is no step, neither built in nor in steps.d");
	}
}

bool wizard_may_skip(const struct conf *conf, const struct step_def *step)
{
	return step->skippable || words_have(conf->wizard_skippable, step->name);
}

/* May the customer leave out what has this place? */
static bool place_may_skip(const struct conf *conf, const struct wizard_place *place)
{
	if (place->step)
		return wizard_may_skip(conf, place->step);
	return !is_needed(place->name) && words_have(conf->wizard_skippable, place->name);
}

void wizard_order_make(const struct conf *conf, const struct step_defs *defs, bool login,
	conf_complain_fn complain_fn, void *userdata, struct wizard_order *ret)
{
	const struct reader reader = { .conf = conf,
		.defs = defs,
		.complain = complain_fn,
		.userdata = userdata,
		.order = ret };
	const char *list = conf->wizard_steps;
	char word[WORD_MAX];

	*ret = (struct wizard_order){ 0 };
	while (words_next(&list, word))
		add_named(&reader, word);
	add_rest(&reader);
	add_needed(ret, *conf->eula != '\0', login);
	check_skippable(&reader, conf->wizard_skippable);
	for (size_t i = 0; i < ret->n; i++)
		ret->all[i].skippable = place_may_skip(conf, &ret->all[i]);
}

/* Can the licence text be found, in whatever language? */
static void check_eula(const char *root, const struct reader *reader)
{
	const struct conf *conf = reader->conf;
	char text[384], file[PATH_MAX];
	const char *where;
	int line;

	if (*conf->eula == '\0' || eula_find(root, conf->eula, "", file) == 0)
		return;
	(void)snprintf(text, sizeof(text),
		"EULA=%.200s is not there, so nobody can agree to it, and nobody can set this "
		"appliance up.",
		conf->eula);
	where = conf_place(conf, "Wizard", "EULA", &line);
	reader->complain(where, line, text, reader->userdata);
}

int wizard_order_check(
	const char *root, const struct conf *conf, conf_complain_fn complain_fn, void *userdata)
{
	_cleanup_(step_defs_done) struct step_defs defs = { 0 };
	const struct reader reader = {
		.conf = conf, .complain = complain_fn, .userdata = userdata
	};
	struct wizard_order order;
	struct problem problem;
	int r = step_defs_load(root, "", complain_fn, userdata, &defs);

	if (r < 0)
		return r;
	for (size_t i = 0; i < defs.n; i++)
		if (*defs.all[i].apply && !step_def_check_program(root, &defs.all[i], &problem))
			complain_fn(defs.all[i].path, 0, problem.text, userdata);
	wizard_order_make(conf, &defs, true, complain_fn, userdata, &order);
	check_eula(root, &reader);
	return 0;
}
