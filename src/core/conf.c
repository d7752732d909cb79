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
	int r = dropins_find(root, dirs, on_trouble, reader, &dropins);

	for (size_t i = 0; r == 0 && i < dropins.n; i++)
		r = conf_read_file(root, dropins.paths[i], reader);
	return r;
}

/* -- the whole */

/* Fill what the vendor left open from os-release. */
static int conf_complete(const char *root, struct conf *conf)
{
	_cleanup_free_ char *text = NULL, *name = NULL, *url = NULL;
	int r;

	if (*conf->product_name != '\0' && *conf->documentation_url != '\0')
		return 0;
	r = osrelease_read(root, &text);
	if (r == 0)
		r = osrelease_get(text, "PRETTY_NAME", &name);
	if (r == 0)
		r = osrelease_get(text, "DOCUMENTATION_URL", &url);
	if (r == 0 && *conf->product_name == '\0')
		r = conf_set_text(*name != '\0' ? name : "Linux", &conf->product_name);
	if (r == 0 && *conf->documentation_url == '\0')
		r = conf_set_url(url, &conf->documentation_url);
	return r == -EINVAL ? 0 : r;
}

/* Keys that are right by themselves, but not together: the start screen keeps a way to change
 * something. */
static void conf_reconcile(struct conf_reader *reader)
{
	struct conf *conf = reader->conf;

	if (conf->authentication != AUTHENTICATION_LOGIN || conf->shell == SHELL_LOGIN)
		return;
	conf->authentication = AUTHENTICATION_CONSOLE;
	reader->file = ETC_DIR MAIN_FILE;
	conf_complain(reader, 0,
		"Authentication=login needs Shell=login, else nothing could be changed at the "
		"console; Authentication=console is used.");
}

/* Read the configuration below root. */
int conf_load(const char *root, conf_complain_fn complain, void *userdata, struct conf *ret)
{
	_cleanup_(conf_done) struct conf conf = { 0 };
	struct conf_reader reader = { .conf = &conf, .complain = complain, .userdata = userdata };
	int r = 0;

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
		r = conf_complete(root, &conf);
	if (r < 0)
		return r;
	*ret = conf;
	conf = (struct conf){ 0 };
	return 0;
}

/* Free what conf_load() filled. */
void conf_done(struct conf *conf)
{
	free(conf->product_name);
	free(conf->product_version);
	free(conf->vendor);
	free(conf->logo);
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
