/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which steps there are. */

#include "step_def.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "dropins.h"
#include "rooted.h"
#include "step_def_parts.h"
#include "textfile.h"
#include "util.h"

#define STEPS_ETC "/etc/firstboot" STEPS_FOLDER

static void field_done(struct step_field *field)
{
	for (size_t i = 0; i < field->n_choices; i++) {
		free(field->choices[i].value);
		free(field->choices[i].label);
	}
	free(field->choices);
	free(field->label);
	free(field->help);
	free(field->normal);
	free(field->condition_value);
}

void step_def_done(struct step_def *def)
{
	for (size_t i = 0; i < def->n_fields; i++)
		field_done(&def->fields[i]);
	free(def->fields);
	free(def->path);
	free(def->title);
	free(def->text);
	free(def->apply);
	*def = (struct step_def){ 0 };
}

void step_defs_done(struct step_defs *defs)
{
	for (size_t i = 0; i < defs->n; i++)
		step_def_done(&defs->all[i]);
	free(defs->all);
	*defs = (struct step_defs){ 0 };
}

const struct step_def *step_defs_find(const struct step_defs *defs, const char *name)
{
	for (size_t i = 0; i < defs->n; i++)
		if (streq(defs->all[i].name, name))
			return &defs->all[i];
	return NULL;
}

size_t step_field_find(const struct step_def *def, const char *name)
{
	for (size_t i = 0; i < def->n_fields; i++)
		if (streq(def->fields[i].name, name))
			return i;
	return STEP_FIELDS_MAX;
}

/* -- names --------------------------------------------------------------------------------------
 */

/* Is it the name of a step that every appliance has? */
static bool is_built_in(const char *name)
{
	static const char *const names[] = { "welcome", "eula", "keyboard", "network", "hostname",
		"time", "password", "ssh-keys", "review", "apply", "done" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (streq(names[i], name))
			return true;
	return false;
}

/* The step's name, of its file's: what stands behind the number. */
static bool name_of_path(const char *path, char ret[static STEP_NAME_SIZE])
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t digits = strspn(name, "0123456789"), length;

	if (digits > 0 && name[digits] == '-')
		name += digits + 1;
	length = strlen(name);
	if (length <= strlen(STEPS_SUFFIX))
		return false;
	length -= strlen(STEPS_SUFFIX);
	if (!streq(name + length, STEPS_SUFFIX) || length >= STEP_NAME_SIZE ||
		strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") < length)
		return false;
	(void)snprintf(ret, STEP_NAME_SIZE, "%.*s", (int)length, name);
	return true;
}

/* -- one file -----------------------------------------------------------------------------------
 */

/* Is it a link to /dev/null, which means that there is no such step? */
static bool is_masked(const char *root, const char *path)
{
	_cleanup_close_ int fd = rooted_open(root, path, O_PATH | O_NOFOLLOW);
	char target[16];
	ssize_t n = fd < 0 ? -1 : readlinkat(fd, "", target, sizeof(target));

	return n == (ssize_t)strlen("/dev/null") && strncmp(target, "/dev/null", (size_t)n) == 0;
}

/* Could it not be looked at, whatever is there? */
static bool is_lack(int error)
{
	return error == ENOMEM || error == EMFILE || error == ENFILE;
}

/* Read the text of a file; "": there is to be no such step, or it has been complained of. */
static int read_text(struct step_reader *reader, const char *root, const char *path, char **ret)
{
	int r;

	if (is_masked(root, path))
		return step_copy("", ret);
	if (rooted_is_anybodys(root, path)) {
		step_complain(reader, 0, "Others than root may write it, so it is not read.");
		return step_copy("", ret);
	}
	r = textfile_read(root, path, ret);
	if (r == 0 || is_lack(-r))
		return r;
	step_complain(reader, 0, "The file cannot be read: %s.", strerror(-r));
	return step_copy("", ret);
}

/* Read one step. */
static int read_step(
	struct step_reader *reader, const char *path, const char *text, struct step_def *ret)
{
	int r;

	if (!name_of_path(path, ret->name))
		step_complain(reader, 0,
			"The name of a step has 1 to %d small letters, digits and dashes: "
			"50-NAME.step.",
			STEP_NAME_SIZE - 1);
	else if (is_built_in(ret->name))
		step_complain(reader, 0, "There is a step %s in every wizard already.", ret->name);
	r = step_copy(path, &ret->path);
	if (r == 0)
		r = step_reader_run(reader, text);
	return r < 0 ? r : step_reader_finish(reader, ret);
}

/* -- all of them --------------------------------------------------------------------------------
 */

/* Whom load_one() works for. */
struct loader {
	const char *root, *language;
	step_complain_fn complain;
	void *userdata;
	struct step_defs *defs;
	int lack; /* why a folder could not be looked at at all; 0: each could */
};

/* Read a file, and keep the step where all of it is right. */
static int load_one(const struct loader *loader, const char *path)
{
	_cleanup_(step_def_done) struct step_def def = { 0 };
	_cleanup_(step_reader_done) struct step_reader reader = {
		.file = path,
		.language = loader->language,
		.complain = loader->complain,
		.userdata = loader->userdata,
	};
	_cleanup_free_ char *text = NULL;
	struct step_defs *defs = loader->defs;
	int r = read_text(&reader, loader->root, path, &text);

	if (r == 0 && *text != '\0')
		r = read_step(&reader, path, text, &def);
	if (r < 0 || reader.wrong || !def.path)
		return r;
	if (step_defs_find(defs, def.name))
		step_complain(&reader, 0, "There is a step %s already: %s.", def.name,
			step_defs_find(defs, def.name)->path);
	else if (defs->n == STEPS_MAX)
		step_complain(&reader, 0, "There are more than %d steps.", STEPS_MAX);
	else
		defs->all[defs->n++] = def;
	if (!reader.wrong)
		def = (struct step_def){ 0 };
	return 0;
}

/* A folder that could not be read whole. */
static void on_trouble(const char *dir, int why, void *userdata)
{
	struct loader *loader = userdata;

	if (is_lack(why))
		loader->lack = why;
	else if (loader->complain)
		loader->complain(dir, 0,
			why != 0 ? "The directory cannot be read." : "There are too many files.",
			loader->userdata);
}

int step_defs_load(const char *root, const char *language, step_complain_fn complain,
	void *userdata, struct step_defs *ret)
{
	static const char *const dirs[] = { STEPS_ETC, STEPS_VENDOR, NULL };
	_cleanup_(dropins_done) struct dropins dropins = { .n = 0 };
	_cleanup_(step_defs_done) struct step_defs defs = { 0 };
	struct loader loader = { root, language, complain, userdata, &defs, 0 };
	int r = dropins_find(root, dirs, STEPS_SUFFIX, on_trouble, &loader, &dropins);

	if (r < 0 || loader.lack != 0)
		return r < 0 ? r : -loader.lack;
	defs.all = calloc(STEPS_MAX, sizeof(*defs.all));
	if (!defs.all)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < dropins.n; i++)
		r = load_one(&loader, dropins.paths[i]);
	if (r < 0)
		return r;
	*ret = defs;
	defs = (struct step_defs){ 0 };
	return 0;
}

int step_def_load(const char *path, step_complain_fn complain, void *userdata, struct step_def *ret)
{
	_cleanup_(step_def_done) struct step_def def = { 0 };
	_cleanup_(step_reader_done) struct step_reader reader = {
		.file = path,
		.language = "",
		.complain = complain,
		.userdata = userdata,
	};
	_cleanup_free_ char *text = NULL;
	int r = textfile_read("", path, &text);

	*ret = (struct step_def){ 0 };
	if (is_lack(-r))
		return r;
	if (r < 0) {
		step_complain(&reader, 0, "The file cannot be read: %s.", strerror(-r));
		return 0;
	}
	r = read_step(&reader, path, text, &def);
	if (r < 0 || reader.wrong)
		return r;
	*ret = def;
	def = (struct step_def){ 0 };
	return 0;
}
