/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "conf.h"

#include <errno.h>

#include "conf_parts.h"
#include "dropins.h"
#include "osrelease.h"
#include "util.h"

#define ETC_DIR	  "/etc/firstboot"
#define MAIN_FILE "/firstboot.conf"
#define DROPINS	  "/firstboot.conf.d"

/* A directory of drop-ins that could not be read whole. */
static void on_trouble(const char *dir, int why, void *userdata)
{
	struct conf_reader *reader = userdata;

	reader->file = dir;
	conf_complain(reader, 0,
		why != 0 ? "The directory cannot be read." : "There are too many drop-in files.");
}

/* Read the drop-ins of both directories. */
static int dropins_load(const char *root, struct conf_reader *reader)
{
	static const char *const dirs[] = { ETC_DIR DROPINS, VENDORDIR DROPINS, NULL };
	_cleanup_(dropins_done) struct dropins dropins = { .n = 0 };
	int r = dropins_find(root, dirs, ".conf", on_trouble, reader, &dropins);

	for (size_t i = 0; r == 0 && i < dropins.n; i++)
		r = conf_read_file(root, dropins.paths[i], reader);
	return r;
}

/* -- the whole */

/* Fill a link that the vendor left open from os-release; one that is none is nobody's complaint. */
static int complete_url(const char *text, const char *key, char **url)
{
	_cleanup_free_ char *value = NULL;
	int r = 0;

	if (**url == '\0')
		r = osrelease_get(text, key, &value);
	if (r == 0 && value)
		r = conf_set_url(value, url);
	return r == -EINVAL ? 0 : r;
}

/* Fill what the vendor left open from os-release. Whoever makes the distribution gives no support
 * for a product that somebody else has made of it. */
static int conf_complete(const char *root, struct conf *conf)
{
	_cleanup_free_ char *text = NULL, *name = NULL;
	bool product = *conf->product_name != '\0';
	int r;

	if (product && *conf->documentation_url != '\0')
		return 0;
	r = osrelease_read(root, &text);
	if (r == 0)
		r = osrelease_get(text, "PRETTY_NAME", &name);
	if (r == 0 && !product)
		r = conf_set_text(*name != '\0' ? name : "Linux", &conf->product_name);
	if (r == 0)
		r = complete_url(text, "DOCUMENTATION_URL", &conf->documentation_url);
	if (r == 0 && !product)
		r = complete_url(text, "SUPPORT_URL", &conf->support_url);
	return r;
}

/* Read the picture that Logo= names. */
static int take_logo(const char *root, const struct conf_reader *reader)
{
	struct conf *conf = reader->conf;
	const char *why;
	char what[384];
	int line, r;

	if (*conf->logo == '\0')
		return conf_set_text("", &conf->logo_text);
	r = logo_read(root, conf->logo, &conf->logo_text, &line, &why);
	if (r != -EINVAL)
		return r;
	(void)snprintf(what, sizeof(what), "Logo=%.200s is not shown%s%.0d: %s", conf->logo,
		line > 0 ? ", for its line " : "", line, why);
	conf_complain_key(reader, "Product", "Logo", what);
	return conf_set_text("", &conf->logo_text);
}

/* Keys that are right by themselves, but not together: the start screen keeps a way to change
 * something. */
static void conf_reconcile(const struct conf_reader *reader)
{
	struct conf *conf = reader->conf;

	if (conf->authentication != AUTHENTICATION_LOGIN || conf->shell == SHELL_LOGIN)
		return;
	conf->authentication = AUTHENTICATION_CONSOLE;
	conf_complain_key(reader, "Console", "Authentication",
		"Authentication=login needs Shell=login, else nothing could be changed at the "
		"console; Authentication=console is used.");
}

/* Read the configuration below root. */
int conf_load(const char *root, conf_complain_fn complain, void *userdata, struct conf *ret)
{
	_cleanup_(conf_done) struct conf conf = { 0 };
	struct conf_reader reader = { .conf = &conf, .complain = complain, .userdata = userdata };
	int r = 0;

	conf.places = calloc(CONF_KEYS_MAX, sizeof(*conf.places));
	if (!conf.places)
		return -ENOMEM;
	for (const struct conf_key *key = conf_keys; r == 0 && key->name; key++)
		r = conf_key_set(key, key->normal, &conf);
	if (r == 0)
		r = conf_read_file(root, VENDORDIR MAIN_FILE, &reader);
	if (r == 0)
		r = conf_read_file(root, ETC_DIR MAIN_FILE, &reader);
	if (r == 0)
		r = dropins_load(root, &reader);
	if (r == 0)
		conf_reconcile(&reader);
	if (r == 0)
		r = take_logo(root, &reader);
	if (r == 0)
		r = conf_complete(root, &conf);
	if (r < 0)
		return r;
	*ret = conf;
	conf = (struct conf){ 0 };
	return 0;
}

const char *conf_place(
	const struct conf *conf, const char *section, const char *name, int *ret_line)
{
	const struct conf_place *place =
		conf->places ? &conf->places[conf_key_find(section, name) - conf_keys] : NULL;

	*ret_line = place ? place->line : 0;
	return place && place->file ? place->file : ETC_DIR MAIN_FILE;
}

/* Free what conf_load() filled. */
void conf_done(struct conf *conf)
{
	for (size_t i = 0; conf->places && i < CONF_KEYS_MAX; i++)
		free(conf->places[i].file);
	free(conf->places);
	free(conf->product_name);
	free(conf->product_version);
	free(conf->vendor);
	free(conf->logo);
	free(conf->logo_text);
	free(conf->support_url);
	free(conf->documentation_url);
	free(conf->web_scheme);
	free(conf->web_path);
	free(conf->web_interface);
	free(conf->web_unit);
	free(conf->web_certificate);
	free(conf->wizard_steps);
	free(conf->wizard_skippable);
	free(conf->eula);
	free(conf->console_ttys);
	free(conf->language);
	*conf = (struct conf){ 0 };
}
