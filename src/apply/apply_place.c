/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The time zone and the keyboard layout, which systemd has services for. */

#include <errno.h>

#include "apply.h"
#include "atomic_file.h"
#include "i18n.h"
#include "keymap.h"
#include "util.h"
#include "zone.h"

#define DEBIAN_TIMEZONE	      "/etc/timezone"
#define DEBIAN_KEYBOARD	      "/etc/default/keyboard"
#define DEBIAN_KEYBOARD_CACHE "/etc/console-setup/cached_setup_keyboard.sh"

/* A call of one of them under way. */
struct setting {
	struct apply *apply;
	void (*complain)(struct setting *setting, const char *why);
	void (*finish)(struct setting *setting); /* NULL: nothing is left to do */
	char value[ZONE_NAME_SIZE];
	sd_bus_slot *slot;
	struct apply_result result;
	apply_done_fn done;
	void *userdata;
};

static void setting_freep(struct setting **setting)
{
	if (!*setting)
		return;
	sd_bus_slot_unref((*setting)->slot);
	free(*setting);
}

/* The service has answered. */
static int handle_answer(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_(setting_freep) struct setting *setting = userdata;
	const sd_bus_error *said = sd_bus_message_get_error(message);
	char why[300];

	setting->result.ok = !said;
	if (said) {
		/* Some end their sentence, some do not. */
		(void)snprintf(why, sizeof(why), "%s", said->message ? said->message : said->name);
		if (*why && why[strlen(why) - 1] == '.')
			why[strlen(why) - 1] = '\0';
		setting->complain(setting, why);
	} else if (setting->finish) {
		setting->finish(setting);
	}
	setting->done(&setting->result, setting->userdata);
	return 0;
}

/* Begin with a value; what is to be said, and done, after the answer is the caller's to set. */
static int setting_new(struct apply *apply, const char *value, apply_done_fn done, void *userdata,
	struct setting **ret)
{
	struct setting *setting = calloc(1, sizeof(*setting));

	if (!setting)
		return -ENOMEM;
	*setting = (struct setting){ .apply = apply, .done = done, .userdata = userdata };
	(void)snprintf(setting->value, sizeof(setting->value), "%s", value);
	*ret = setting;
	return 0;
}

static void complain_zone(struct setting *setting, const char *why)
{
	(void)snprintf(setting->result.text, sizeof(setting->result.text),
		_("The time zone was not changed to \"%s\": systemd-timedated says: %s."),
		setting->value, why);
}

static void complain_keymap(struct setting *setting, const char *why)
{
	(void)snprintf(setting->result.text, sizeof(setting->result.text),
		_("The keyboard layout was not changed to \"%s\": systemd-localed says: %s."),
		setting->value, why);
}

/* Debian has the name in a file of its own as well, for programs that cannot read a link. */
static void write_debian_timezone(struct setting *setting)
{
	_cleanup_free_ char *old = NULL;
	const char *root = setting->apply->root;
	char line[ZONE_NAME_SIZE + 1];
	int r;

	if (file_read(root, DEBIAN_TIMEZONE, 4096, &old) < 0)
		return;
	(void)snprintf(line, sizeof(line), "%s\n", setting->value);
	r = streq(old, line) ? 0 : atomic_write(root, DEBIAN_TIMEZONE, line, 0644);
	if (r < 0)
		(void)snprintf(setting->result.text, sizeof(setting->result.text),
			_("The old time zone is still in %s, which could not be written: %s."),
			DEBIAN_TIMEZONE, strerror(-r));
}

int apply_timezone(struct apply *apply, const char *zone, apply_done_fn done, void *userdata)
{
	_cleanup_(setting_freep) struct setting *setting = NULL;
	int r;

	r = setting_new(apply, zone, done, userdata, &setting);
	if (r < 0)
		return r;
	setting->complain = complain_zone;
	setting->finish = write_debian_timezone;
	r = sd_bus_call_method_async(apply->bus, &setting->slot, "org.freedesktop.timedate1",
		"/org/freedesktop/timedate1", "org.freedesktop.timedate1", "SetTimezone",
		handle_answer, setting, "sb", zone, 0);
	if (r < 0)
		return r;
	(void)take_ptr(setting);
	return 0;
}

/* The service that reads the files has read them again, or there is none here. */
static int handle_restarted(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_(setting_freep) struct setting *setting = userdata;

	setting->result.ok = true;
	if (sd_bus_message_is_method_error(message, NULL))
		(void)snprintf(setting->result.text, sizeof(setting->result.text), "%s",
			_("The keyboard layout is in force from the next start on."));
	setting->done(&setting->result, setting->userdata);
	return 0;
}

/* What was made of /etc/default/keyboard for the start of the machine is made anew where it is
 * away.
 */
static int write_debian_text(const char *root, const char *text)
{
	int r = atomic_write(root, DEBIAN_KEYBOARD, text, 0644);

	return r < 0 ? r : atomic_remove(root, DEBIAN_KEYBOARD_CACHE);
}

/* Have /etc/default/keyboard name this layout. */
static int write_debian_keymap(const char *root, const char *keymap)
{
	_cleanup_free_ char *old = NULL, *new = NULL;
	struct keymap_xkb xkb;
	int r = file_read(root, DEBIAN_KEYBOARD, KEYMAP_TEXT_MAX, &old);

	if (r < 0)
		return r;
	if (!keymap_find_xkb(root, keymap, &xkb))
		return -EINVAL;
	r = keymap_set_xkb(old, &xkb, &new);
	return r < 0 ? r : write_debian_text(root, new);
}

/* Have it in force: by Debian's way, which localed does not know, or refuses, its file says it
 * already. */
static int begin_keymap(struct setting **setting, bool debian)
{
	sd_bus *bus = (*setting)->apply->bus;
	sd_bus_slot **slot = &(*setting)->slot;
	int r;

	(*setting)->complain = complain_keymap;
	if (debian)
		r = sd_bus_call_method_async(bus, slot, "org.freedesktop.systemd1",
			"/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
			"RestartUnit", handle_restarted, *setting, "ss", "keyboard-setup.service",
			"replace");
	else
		r = sd_bus_call_method_async(bus, slot, "org.freedesktop.locale1",
			"/org/freedesktop/locale1", "org.freedesktop.locale1",
			"SetVConsoleKeyboard", handle_answer, *setting, "ssbb", (*setting)->value,
			"", 0, 0);
	if (r < 0)
		return r;
	(void)take_ptr(*setting);
	return 0;
}

int apply_keymap(struct apply *apply, const char *keymap, apply_done_fn done, void *userdata)
{
	_cleanup_(setting_freep) struct setting *setting = NULL;
	bool debian = keymap_is_debian(apply->root);
	int r = setting_new(apply, keymap, done, userdata, &setting);

	if (r >= 0 && debian)
		r = write_debian_keymap(apply->root, keymap);
	return r < 0 ? r : begin_keymap(&setting, debian);
}

int apply_keymap_read(const char *root, char **ret)
{
	char name[KEYMAP_NAME_SIZE];

	if (keymap_is_debian(root))
		return file_read(root, DEBIAN_KEYBOARD, KEYMAP_TEXT_MAX, ret);
	keymap_read(root, name);
	*ret = strdup(name);
	return *ret ? 0 : -ENOMEM;
}

int apply_keymap_back(struct apply *apply, const char *before, apply_done_fn done, void *userdata)
{
	_cleanup_(setting_freep) struct setting *setting = NULL;
	bool debian = keymap_is_debian(apply->root);
	int r = setting_new(apply, debian ? "" : before, done, userdata, &setting);

	if (r >= 0 && debian)
		r = write_debian_text(apply->root, before);
	return r < 0 ? r : begin_keymap(&setting, debian);
}
