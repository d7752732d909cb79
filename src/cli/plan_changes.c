/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A plan as objects: each file that would be written, and each call. */

#include <errno.h>

#include "hosts.h"
#include "json_out.h"
#include "keymap.h"
#include "names.h"
#include "plan_parts.h"
#include "textfile.h"
#include "util.h"

#define DEBIAN_KEYBOARD "/etc/default/keyboard"

/* The hostname: hostnamed writes one file, firstbootd the other. */
static int add_hostname(const struct plan *plan, json_object *changes)
{
	_cleanup_free_ char *name = NULL, *hosts = NULL, *new_hosts = NULL;
	char line[HOST_NAME_SIZE + 1];
	int r;

	if (streq(plan->now.hostname, plan->wanted.hostname))
		return 0;
	(void)snprintf(line, sizeof(line), "%s\n", plan->wanted.hostname);
	(void)textfile_read("", "/etc/hostname", &name);
	(void)textfile_read("", "/etc/hosts", &hosts);
	r = plan_add_call(
		changes, "org.freedesktop.hostname1", "SetStaticHostname", plan->wanted.hostname);
	if (r == 0)
		r = plan_add_file(changes, "/etc/hostname", name, line, false);
	if (r == 0)
		r = hosts_set_hostname(hosts, plan->wanted.hostname, &new_hosts);
	return r < 0 ? r : plan_add_file(changes, "/etc/hosts", hosts, new_hosts, false);
}

/* systemd's services write these; Debian has the name of the zone in a file as well. */
static int add_timezone(const struct plan *plan, json_object *changes)
{
	_cleanup_free_ char *old = NULL;
	char line[ANSWERS_TIMEZONE_MAX + 1];
	int r;

	if (streq(plan->now.timezone, plan->wanted.timezone))
		return 0;
	r = plan_add_call(
		changes, "org.freedesktop.timedate1", "SetTimezone", plan->wanted.timezone);
	(void)snprintf(line, sizeof(line), "%s\n", plan->wanted.timezone);
	if (r < 0 || textfile_read("", "/etc/timezone", &old) < 0)
		return r;
	return plan_add_file(changes, "/etc/timezone", old, line, false);
}

/* Debian's own way, which localed does not know. */
static int add_debian_keymap(const struct plan *plan, json_object *changes)
{
	_cleanup_free_ char *old = NULL, *text = NULL;
	struct keymap_xkb xkb;
	int r;

	if (!keymap_find_xkb("", plan->wanted.keymap, &xkb))
		return -EINVAL;
	(void)textfile_read("", DEBIAN_KEYBOARD, &old);
	r = keymap_set_xkb(old, &xkb, &text);
	if (r == 0)
		r = plan_add_file(changes, DEBIAN_KEYBOARD, old, text, false);
	return r < 0 ? r
		     : plan_add_call(changes, "org.freedesktop.systemd1", "RestartUnit",
			       "keyboard-setup.service");
}

static int add_keymap(const struct plan *plan, json_object *changes)
{
	if (streq(plan->now.keymap, plan->wanted.keymap))
		return 0;
	if (keymap_is_debian(""))
		return add_debian_keymap(plan, changes);
	return plan_add_call(
		changes, "org.freedesktop.locale1", "SetVConsoleKeyboard", plan->wanted.keymap);
}

/* Root's hash goes over the bus alone. */
static int add_hash(const struct plan *plan, json_object *changes)
{
	return plan->hash.length > 0
		       ? plan_add_call(changes, BUS_NAME, "SetRootPasswordHash", "root")
		       : 0;
}

static int add_network(const struct plan *plan, json_object *changes)
{
	return plan->network ? plan_add_network(plan, changes) : 0;
}

/* That the licence is accepted. */
static int add_eula(const struct plan *plan, json_object *changes)
{
	return *plan->setup.eula ? plan_add_call(changes, BUS_NAME, "AcceptEula", plan->setup.eula)
				 : 0;
}

/* The names in an object of secrets. */
static json_object *list_names(const char *json)
{
	json_object *array = json_object_new_array();
	json_object *object = *json ? json_tokener_parse(json) : NULL;
	struct json_object_iter member;

	if (object) {
		json_object_object_foreachC(object, member)
		{
			json_add(array, json_object_new_string(member.key));
		}
	}
	json_object_put(object);
	return array;
}

/* A vendor's step, with what its program will be given. */
static int add_step(const struct plan_step *step, json_object *changes)
{
	json_object *one;
	int r = plan_add_call(changes, BUS_NAME, "RunStep", step->def->name);

	if (r < 0)
		return r;
	one = json_object_array_get_idx(changes, json_object_array_length(changes) - 1);
	json_put(one, "values", json_tokener_parse(step->values));
	json_put(one, "secrets", list_names(step->secrets));
	return 0;
}

static int add_steps(const struct plan *plan, json_object *changes)
{
	int r = 0;

	for (size_t i = 0; i < plan->setup.n_steps && r >= 0; i++)
		if (plan->setup.steps[i].due)
			r = add_step(&plan->setup.steps[i], changes);
	return r;
}

/* It is somebody's from then on. */
static int add_claim(const struct plan *plan, json_object *changes)
{
	return plan_ends_setup(plan) ? plan_add_call(changes, BUS_NAME, "Complete", "") : 0;
}

/* The parts, in the order in which they are done. */
static const struct {
	const char *name;
	int (*add)(const struct plan *plan, json_object *changes);
} parts[] = {
	{ PLAN_NETWORK, add_network },
	{ PLAN_HOSTNAME, add_hostname },
	{ PLAN_TIMEZONE, add_timezone },
	{ PLAN_KEYMAP, add_keymap },
	{ PLAN_EULA, add_eula },
	{ PLAN_STEP, add_steps },
	{ PLAN_KEYS, plan_add_keys },
	{ PLAN_PASSWORD, add_hash },
	{ PLAN_CLAIM, add_claim },
};

int plan_to_json(const struct plan *plan, json_object **ret)
{
	json_object *changes = json_object_new_array();
	size_t done = 0;
	int r = changes ? 0 : -ENOMEM;

	for (size_t i = 0; i < ARRAY_SIZE(parts) && r >= 0; i++) {
		r = parts[i].add(plan, changes);
		for (; done < json_object_array_length(changes); done++)
			json_put_text(
				json_object_array_get_idx(changes, done), "part", parts[i].name);
	}
	if (r < 0) {
		json_object_put(changes);
		return r;
	}
	*ret = changes;
	return 0;
}
