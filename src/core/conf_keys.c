/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The keys of firstboot.conf: their defaults, and what values they take. */

#include <errno.h>
#include <net/if.h>
#include <stddef.h>

#include "catalog.h"
#include "conf_parts.h"
#include "util.h"

#define UNIT_NAME_MAX 256 /* as PID 1 has it, with the NUL */

/* Replace the string in field by a copy of value. */
int conf_set_text(const char *value, void *field)
{
	char **text = field, *copy = strdup(value);

	if (!copy)
		return -ENOMEM;
	free(*text);
	*text = copy;
	return 0;
}

/* Is every character one that may stand in a URL without being encoded (RFC 3986)? */
static bool is_url_text(const char *value)
{
	for (const char *p = value; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~' || strchr("\"<>\\^`{|}", *p))
			return false;
	return true;
}

/* A link that a customer can open. */
int conf_set_url(const char *value, void *field)
{
	bool web = strncmp(value, "http://", 7) == 0 || strncmp(value, "https://", 8) == 0;

	if (*value != '\0' && (!web || !is_url_text(value)))
		return -EINVAL;
	return conf_set_text(value, field);
}

/* http or https. */
static int set_scheme(const char *value, void *field)
{
	if (!streq(value, "http") && !streq(value, "https"))
		return -EINVAL;
	return conf_set_text(value, field);
}

/* The part of a URL behind host and port. */
static int set_path(const char *value, void *field)
{
	if (value[0] != '/' || !is_url_text(value))
		return -EINVAL;
	return conf_set_text(value, field);
}

/* A name that the kernel would give to an interface, or none. */
static int set_interface(const char *value, void *field)
{
	if (strlen(value) >= IFNAMSIZ || streq(value, ".") || streq(value, ".."))
		return -EINVAL;
	for (const char *p = value; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~' || *p == '/' || *p == ':')
			return -EINVAL;
	return conf_set_text(value, field);
}

/* Does name end in the suffix of a kind of unit, at *ret_length? */
static bool has_unit_suffix(const char *name, size_t *ret_length)
{
	static const char *const kinds[] = { "automount", "device", "mount", "path", "scope",
		"service", "slice", "socket", "swap", "target", "timer" };
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < ARRAY_SIZE(kinds); i++)
		if (streq(dot + 1, kinds[i])) {
			*ret_length = (size_t)(dot - name);
			return true;
		}
	return false;
}

/* A unit's name as systemd.unit(5) has it, or none; a template without an instance is no unit. */
static int set_unit(const char *value, void *field)
{
	size_t length = 0;

	if (*value == '\0')
		return conf_set_text(value, field);
	if (strlen(value) >= UNIT_NAME_MAX || !has_unit_suffix(value, &length))
		return -EINVAL;
	if (length == 0 || value[0] == '@' || strchr(value, '@') == value + length - 1)
		return -EINVAL;
	if (strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
			  ":-_.\\@") != strlen(value))
		return -EINVAL;
	return conf_set_text(value, field);
}

/* Names of terminals below /dev or patterns of them, separated by blanks. */
static int set_ttys(const char *value, void *field)
{
	for (const char *p = value; *p != '\0'; p++)
		if (!(*p >= 'a' && *p <= 'z') && !(*p >= 'A' && *p <= 'Z') &&
			!(*p >= '0' && *p <= '9') && !strchr(" \t/_-*?", *p))
			return -EINVAL;
	return conf_set_text(value, field);
}

/* A decimal number from min to max. */
static int set_number(const char *value, unsigned min, unsigned max, unsigned *field)
{
	unsigned number = 0;

	if (*value == '\0' || strlen(value) > 5)
		return -EINVAL;
	for (const char *p = value; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			return -EINVAL;
		number = number * 10 + (unsigned)(*p - '0');
	}
	if (number < min || number > max)
		return -EINVAL;
	*field = number;
	return 0;
}

/* A TCP port, 0 for the scheme's own. */
static int set_port(const char *value, void *field)
{
	return set_number(value, 0, 65535, field);
}

/* How long a change waits to be confirmed. */
static int set_confirm_seconds(const char *value, void *field)
{
	return set_number(value, 10, 3600, field);
}

/* The fewest characters that a password may have. */
static int set_min_length(const char *value, void *field)
{
	return set_number(value, 8, 64, field);
}

/* A boolean in systemd's words. */
static int set_bool(const char *value, void *field)
{
	static const char *const words[][2] = {
		{ "no", "yes" },
		{ "false", "true" },
		{ "off", "on" },
		{ "0", "1" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		for (int truth = 0; truth < 2; truth++)
			if (strcasecmp(value, words[i][truth]) == 0) {
				*(bool *)field = truth;
				return 0;
			}
	return -EINVAL;
}

/* One of n words, by its place: into an enum, whose type to compilers of Linux is unsigned int. */
static int set_choice(const char *value, const char *const *words, size_t n, unsigned *field)
{
	for (size_t i = 0; i < n; i++)
		if (streq(value, words[i])) {
			*field = (unsigned)i;
			return 0;
		}
	return -EINVAL;
}

/* How root comes to a login. */
static int set_password_mode(const char *value, void *field)
{
	static const char *const words[] = {
		[PASSWORD_ASK] = "ask",
		[PASSWORD_RANDOM] = "random",
		[PASSWORD_KEY] = "key",
	};

	return set_choice(value, words, ARRAY_SIZE(words), field);
}

/* What "Log in" leads to. */
static int set_shell(const char *value, void *field)
{
	static const char *const words[] = {
		[SHELL_LOGIN] = "login",
		[SHELL_RESTRICTED] = "restricted",
		[SHELL_OFF] = "off",
	};

	return set_choice(value, words, ARRAY_SIZE(words), field);
}

/* Who asks for root's password. */
static int set_authentication(const char *value, void *field)
{
	static const char *const words[] = {
		[AUTHENTICATION_CONSOLE] = "console",
		[AUTHENTICATION_LOGIN] = "login",
	};

	return set_choice(value, words, ARRAY_SIZE(words), field);
}

/* How long root's password counts while no key is pressed. */
static int set_idle_lock(const char *value, void *field)
{
	return set_number(value, 30, 900, field);
}

/* The path of a file, or none. */
static int set_file(const char *value, void *field)
{
	if (*value != '\0' && (*value != '/' || strstr(value, "/../")))
		return -EINVAL;
	return conf_set_text(value, field);
}

/* Names of steps, separated by blanks. */
static int set_names(const char *value, void *field)
{
	if (value[strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789- \t")] != '\0')
		return -EINVAL;
	return conf_set_text(value, field);
}

/* A language, perhaps with a country, or none. */
static int set_language(const char *value, void *field)
{
	if (*value != '\0' && !catalog_is_language(value))
		return -EINVAL;
	return conf_set_text(value, field);
}

/* How many kinds of characters a password must have. */
static int set_min_classes(const char *value, void *field)
{
	return set_number(value, 0, 4, field);
}

/* What a console shows before a login. */
static int set_display(const char *value, void *field)
{
	static const char *const words[] = {
		[DISPLAY_FULL] = "full",
		[DISPLAY_MINIMAL] = "minimal",
		[DISPLAY_NONE] = "none",
	};

	return set_choice(value, words, ARRAY_SIZE(words), field);
}

/* A pair of colours. */
static int set_pair(const char *value, void *field)
{
	return theme_parse(value, field);
}

#define COLOURS                                                                                    \
	"two colours, of the text and behind it: black, red, green, yellow, blue, magenta, cyan "  \
	"or white, the first perhaps as bright-white"

#define THEME(name, role, normal)                                                                  \
	{                                                                                          \
		"Theme", name, normal, set_pair, offsetof(struct conf, theme[role]), COLOURS       \
	}

/* Whether there are plain lines. */
static int set_plain(const char *value, void *field)
{
	static const char *const words[] = {
		[LINES_AUTO] = "auto",
		[LINES_ALWAYS] = "yes",
		[LINES_NEVER] = "no",
	};

	return set_choice(value, words, ARRAY_SIZE(words), field);
}

/* Every key there is. */
const struct conf_key conf_keys[] = {
	{ "Product", "Name", "", conf_set_text, offsetof(struct conf, product_name), "text" },
	{ "Product", "Version", "", conf_set_text, offsetof(struct conf, product_version), "text" },
	{ "Product", "Vendor", "", conf_set_text, offsetof(struct conf, vendor), "text" },
	{ "Product", "Logo", "", set_file, offsetof(struct conf, logo), "the path of a file" },
	{ "Product", "SupportURL", "", conf_set_url, offsetof(struct conf, support_url),
		"a link that begins with http:// or https://" },
	{ "Product", "DocumentationURL", "", conf_set_url, offsetof(struct conf, documentation_url),
		"a link that begins with http:// or https://" },
	{ "Web", "Enabled", "yes", set_bool, offsetof(struct conf, web_enabled), "yes or no" },
	{ "Web", "Scheme", "https", set_scheme, offsetof(struct conf, web_scheme),
		"http or https" },
	{ "Web", "Port", "0", set_port, offsetof(struct conf, web_port),
		"a number from 1 to 65535, or 0 for the port of the scheme" },
	{ "Web", "Path", "/", set_path, offsetof(struct conf, web_path),
		"a path that begins with / and has no characters that need encoding" },
	{ "Web", "Interface", "", set_interface, offsetof(struct conf, web_interface),
		"the name of an interface" },
	{ "Web", "Unit", "", set_unit, offsetof(struct conf, web_unit),
		"the name of a unit with its suffix, such as acme-web.service" },
	{ "Web", "Certificate", "", set_file, offsetof(struct conf, web_certificate),
		"the path of a file" },
	{ "Network", "ConfirmSeconds", "120", set_confirm_seconds,
		offsetof(struct conf, confirm_seconds), "a number from 10 to 3600" },
	{ "Password", "MinLength", "12", set_min_length, offsetof(struct conf, password_min_length),
		"a number from 8 to 64" },
	{ "Password", "MinClasses", "0", set_min_classes,
		offsetof(struct conf, password_min_classes), "a number from 0 to 4" },
	{ "Password", "Dictionary", "yes", set_bool, offsetof(struct conf, password_dictionary),
		"yes or no" },
	{ "Password", "Mode", "ask", set_password_mode, offsetof(struct conf, password_mode),
		"ask, random or key" },
	{ "Console", "TTYs", "tty1 ttyS0 hvc0", set_ttys, offsetof(struct conf, console_ttys),
		"names of terminals below /dev" },
	{ "Wizard", "Steps", "welcome eula network hostname password", set_names,
		offsetof(struct conf, wizard_steps), "names of steps, separated by blanks" },
	{ "Wizard", "Skippable", "", set_names, offsetof(struct conf, wizard_skippable),
		"names of steps, separated by blanks" },
	{ "Wizard", "EULA", "", set_file, offsetof(struct conf, eula), "the path of a file" },
	{ "Console", "Display", "full", set_display, offsetof(struct conf, display),
		"full, minimal or none" },
	{ "Console", "Language", "", set_language, offsetof(struct conf, language),
		"the code of a language, such as de or pt_BR" },
	{ "Console", "Plain", "auto", set_plain, offsetof(struct conf, plain), "auto, yes or no" },
	{ "Console", "QR", "yes", set_bool, offsetof(struct conf, console_qr), "yes or no" },
	{ "Console", "Shell", "login", set_shell, offsetof(struct conf, shell),
		"login, restricted or off" },
	{ "Console", "Authentication", "console", set_authentication,
		offsetof(struct conf, authentication), "console or login" },
	{ "Console", "IdleLockSeconds", "300", set_idle_lock,
		offsetof(struct conf, idle_lock_seconds), "a number from 30 to 900" },
	THEME("Text", THEME_TEXT, "white black"),
	THEME("Title", THEME_TITLE, "bright-white black"),
	THEME("Selected", THEME_SELECTED, "black white"),
	THEME("Field", THEME_FIELD, "bright-white blue"),
	THEME("ActiveField", THEME_ACTIVE_FIELD, "black cyan"),
	THEME("Hint", THEME_HINT, "bright-yellow black"),
	THEME("Bar", THEME_BAR, "black white"),
	{ 0 },
};

_Static_assert(ARRAY_SIZE(conf_keys) <= CONF_KEYS_MAX, "places for all keys");

/* The key of this name in a section, NULL when there is none. */
const struct conf_key *conf_key_find(const char *section, const char *name)
{
	for (const struct conf_key *key = conf_keys; key->name; key++)
		if (streq(key->section, section) && streq(key->name, name))
			return key;
	return NULL;
}

/* Set one key of conf; "" brings its default back. */
int conf_key_set(const struct conf_key *key, const char *value, struct conf *conf)
{
	if (*value == '\0')
		value = key->normal;
	return key->set(value, (char *)conf + key->offset);
}
