/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "setup_store.h"

#include <errno.h>
#include <fcntl.h>
#include <json.h>
#include <time.h>

#include "atomic_file.h"
#include "eula.h"
#include "names.h"
#include "rooted.h"
#include "safe_text.h"
#include "step_values.h"
#include "textfile.h"
#include "util.h"
#include "wizard_order.h"

/* A text of at most EULA_MAX bytes becomes six times as long where each is escaped. */
#define RECORD_MAX (EULA_MAX * 6 + 8192)

/* How every record begins. */
#define RECORD_BEGIN "{\"file\":\""

/* Where its text begins. */
#define RECORD_TEXT ",\"text\":\""

static void json_putp(json_object **object)
{
	json_object_put(*object);
}

/* -- the licence text ---------------------------------------------------------------------------
 */

/* The vendor's text as it is, but for bytes that JSON has no place for. */
static int read_text(const char *root, const char *file, char **ret)
{
	_cleanup_close_ int fd = rooted_open(root, file, O_RDONLY);
	int r;

	if (fd < 0)
		return fd;
	r = textfile_read_fd(fd, EULA_MAX, ret);
	if (r < 0)
		return r;
	safe_utf8(*ret);
	return 0;
}

/* Add a text to an object. */
static int add_text(json_object *object, const char *key, const char *text)
{
	json_object *value = json_object_new_string(text);

	if (value && json_object_object_add(object, key, value) == 0)
		return 0;
	json_object_put(value);
	return -ENOMEM;
}

/* Would JSON write this name otherwise than it is? */
static bool needs_escapes(const char *file)
{
	for (const unsigned char *p = (const unsigned char *)file; *p; p++)
		if (*p < 0x20 || *p == 0x7f || *p == '"' || *p == '\\')
			return true;
	return false;
}

/* The record of an agreement; the caller's. */
static int compose_eula(const char *file, const char *time, const char *text, char **ret)
{
	_cleanup_(json_putp) json_object *object = json_object_new_object();
	const char *json;
	int r;

	if (!object)
		return -ENOMEM;
	r = add_text(object, "file", file);
	if (r >= 0)
		r = add_text(object, "time", time);
	if (r >= 0)
		r = add_text(object, "text", text);
	if (r < 0)
		return r;
	json = json_object_to_json_string_ext(
		object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	if (!json || asprintf(ret, "%s\n", json) < 0)
		return -ENOMEM;
	return 0;
}

int setup_compose_eula(
	const char *root, const struct conf *conf, const char *file, uint64_t when, char **ret)
{
	_cleanup_free_ char *text = NULL;
	time_t seconds = (time_t)(when / 1000000);
	struct tm utc;
	char stamp[40];
	int r;

	if (!conf->eula[0] || !eula_is_translation(conf->eula, file) || needs_escapes(file))
		return -EPERM;
	if (!gmtime_r(&seconds, &utc) ||
		strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
		return -EOVERFLOW;
	r = read_text(root, file, &text);
	return r < 0 ? r : compose_eula(file, stamp, text, ret);
}

int setup_keep_eula(const char *root, const struct conf *conf, const char *file, uint64_t when,
	bool *ret_written)
{
	_cleanup_free_ char *record = NULL;
	int r = setup_compose_eula(root, conf, file, when, &record);

	*ret_written = r >= 0;
	return r < 0 ? r : atomic_write(root, SETUP_EULA, record, 0600);
}

/* The file that a record names, cut out of it where it stands, the rest behind it; NULL: it is no
 * record. Every record is ours and begins so; json-c would not survive being without memory. */
static const char *cut_file(char *record)
{
	const size_t length = strlen(RECORD_BEGIN);
	char *end;

	if (strncmp(record, RECORD_BEGIN, length) != 0)
		return NULL;
	end = strchr(record + length, '"');
	if (!end)
		return NULL;
	*end = '\0';
	return record + length;
}

/* Is the text that was agreed to what the file has now? One that is no longer there says nothing
 * else, and neither does a record without a text. */
static bool is_current(
	const char *root, const struct conf *conf, const char *file, const char *rest)
{
	const char *then = strstr(rest, RECORD_TEXT), *now;
	_cleanup_free_ char *record = NULL;
	int r = then ? setup_compose_eula(root, conf, file, 0, &record) : -ENOENT;
	size_t length;

	if (r < 0)
		return r == -ENOENT;
	now = strstr(record, RECORD_TEXT);
	/* JSON has no newline but the one at its end. */
	length = now ? strcspn(now, "\n") : 0;
	return now && length == strcspn(then, "\n") && strncmp(then, now, length) == 0;
}

bool setup_has_eula(const char *root, const struct conf *conf)
{
	_cleanup_free_ char *record = NULL;
	const char *file;

	if (!conf->eula[0] || file_read(root, SETUP_EULA, RECORD_MAX, &record) < 0)
		return false;
	file = cut_file(record);
	return file && eula_is_translation(conf->eula, file) &&
	       is_current(root, conf, file, file + strlen(file) + 1);
}

/* -- steps ------------------------------------------------------------------------------------- */

/* The step's name is one of letters, digits and hyphens. */
void setup_step_path(
	const struct step_def *def, const char *what, char ret[static SETUP_STEP_PATH_SIZE])
{
	(void)snprintf(ret, SETUP_STEP_PATH_SIZE, SETUP_STEPS "/%s.%s", def->name, what);
}

/* In this order: new answers with a digest of before are done once more, while old answers would be
 * taken for those that the program was given last. */
int setup_keep_step(
	const char *root, const struct step_def *def, const char *json, const char *digest)
{
	char path[SETUP_STEP_PATH_SIZE];
	int r;

	setup_step_path(def, SETUP_ANSWERS, path);
	r = atomic_write(root, path, json, 0600);
	if (r < 0)
		return r;
	setup_step_path(def, SETUP_DIGEST, path);
	return atomic_write(root, path, digest, 0600);
}

int setup_read_step(const char *root, const struct step_def *def, char **ret)
{
	_cleanup_free_ char *json = NULL;
	struct step_values values = { 0 };
	struct problem problem;
	char path[SETUP_STEP_PATH_SIZE];
	bool ok;
	int r;

	setup_step_path(def, SETUP_ANSWERS, path);
	r = file_read(root, path, STEP_JSON_MAX, &json);
	if (r < 0)
		return r;
	ok = step_values_from_json(def, json, &values, &problem);
	step_values_done(def, &values);
	if (!ok)
		return -ENOENT;
	*ret = take_ptr(json);
	return 0;
}

/* Is there anything to do in it: a program, or a field that is asked? */
static bool has_work(const struct step_def *def)
{
	struct step_values values = { 0 };
	bool work = def->apply[0];

	if (step_values_complete(def, &values) < 0)
		work = true;
	for (size_t i = 0; i < def->n_fields && !work; i++)
		work = step_field_is_visible(def, i, &values);
	step_values_done(def, &values);
	return work;
}

bool setup_has_to_be_done(const struct conf *conf, const struct step_def *def)
{
	return !wizard_may_skip(conf, def) && has_work(def);
}

const struct step_def *setup_find_missing(
	const char *root, const struct conf *conf, const struct step_defs *defs)
{
	for (size_t i = 0; i < defs->n; i++) {
		const struct step_def *def = &defs->all[i];
		_cleanup_free_ char *json = NULL;

		if (setup_has_to_be_done(conf, def) && setup_read_step(root, def, &json) < 0)
			return def;
	}
	return NULL;
}
