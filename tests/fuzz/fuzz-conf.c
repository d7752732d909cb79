/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firstboot.conf with its drop-ins and os-release: pieces with a NUL behind each, the first for the
 * vendor's file, then /etc's, a drop-in's name and its text, and os-release. */

#include <locale.h>

#include "conf.h"
#include "dropins.h"
#include "fuzz.h"
#include "fuzz_tree.h"
#include "safe_text.h"
#include "url.h"

static void complain(const char *file, int line, const char *what, void *userdata)
{
	fuzz_assert(*file && line >= 0 && *what);
}

/* What the rules of the keys promise. */
static void check_conf(const struct conf *conf)
{
	const struct ip_addr addr = { .family = AF_INET, .bytes = { 192, 0, 2, 1 } };
	char url[URL_MAX];

	fuzz_assert(*conf->product_name && conf->product_version && conf->console_ttys);
	fuzz_assert(streq(conf->web_scheme, "http") || streq(conf->web_scheme, "https"));
	fuzz_assert(conf->web_port <= 65535 && conf->web_path[0] == '/');
	fuzz_assert(!fuzz_has_control(conf->web_path) && !strchr(conf->web_path, ' '));
	fuzz_assert(!*conf->documentation_url || strncmp(conf->documentation_url, "http", 4) == 0);
	fuzz_assert(!fuzz_has_control(conf->documentation_url));
	fuzz_assert(!strchr(conf->web_unit, '/') && !fuzz_has_control(conf->web_unit));
	fuzz_assert(!fuzz_has_control(url_format(conf, &addr, url)));
	for (size_t i = 0; i < THEME_ROLES; i++)
		fuzz_assert(theme_contrast(conf->theme[i]) >= THEME_CONTRAST_MIN);
}

/* What is shown of the picture: so many rows, none too wide, each as it is drawn. */
static void check_logo(const struct conf *conf)
{
	char row[SAFE_TEXT_MAX];
	size_t n = 0, length;

	for (const char *p = conf->logo_text; *p != '\0'; p += length + 1, n++) {
		length = strcspn(p, "\n");
		fuzz_assert(p[length] == '\n' && length < sizeof(row));
		(void)snprintf(row, sizeof(row), "%.*s", (int)length, p);
		fuzz_assert(streq(safe_bytes(safe_text(row, LOGO_COLUMNS).text), row));
	}
	fuzz_assert(n <= LOGO_ROWS);
}

static const char *const dirs[] = { "/etc/firstboot/firstboot.conf.d",
	VENDORDIR "/firstboot.conf.d" };

/* A drop-in of this name in /etc, which hides the vendor's. */
static void write_dropins(const char *name, const char *text)
{
	char path[300];

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dirs[i], name);
		if (i > 0)
			text = "[Web]\nPath=/hidden/\n";
		fuzz_tree_write(path, text, strlen(text));
	}
}

static void remove_dropins(const char *name)
{
	char path[300];

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dirs[i], name);
		fuzz_assert(unlink(fuzz_tree_path(path)) == 0);
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	fuzz_assert(setlocale(LC_CTYPE, "C.UTF-8"));
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char vendor[8192], etc[8192], name[64], dropin[8192], osrelease[4096];
	struct fuzz_bytes from = { data, size };
	struct conf conf;

	fuzz_string(&from, vendor, sizeof(vendor));
	fuzz_string(&from, etc, sizeof(etc));
	fuzz_string(&from, name, sizeof(name));
	fuzz_string(&from, dropin, sizeof(dropin));
	fuzz_string(&from, osrelease, sizeof(osrelease));
	fuzz_tree_write(VENDORDIR "/firstboot.conf", vendor, strlen(vendor));
	fuzz_tree_write("/etc/firstboot/firstboot.conf", etc, strlen(etc));
	fuzz_tree_write("/etc/os-release", osrelease, strlen(osrelease));
	fuzz_tree_write("/etc/logo", osrelease, strlen(osrelease));
	/* A name that leads elsewhere is none. */
	if (!*name || strchr(name, '/') || streq(name, ".") || streq(name, ".."))
		strcpy(name, "50.conf");
	write_dropins(name, dropin);
	fuzz_assert(conf_load(fuzz_tree, complain, NULL, &conf) == 0);
	check_conf(&conf);
	check_logo(&conf);
	fuzz_assert(!streq(conf.web_path, "/hidden/") || strstr(dropin, "hidden") ||
		    strstr(vendor, "hidden") || strstr(etc, "hidden"));
	conf_done(&conf);
	remove_dropins(name);
	return 0;
}
