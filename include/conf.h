/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the vendor says: firstboot.conf, in the vendor directory < /etc/firstboot < their
 * firstboot.conf.d/, by systemd's rules (files sorted by name over both directories, the same name
 * in /etc masks the vendor's, an empty value clears). */

#include <stdbool.h>
#include <stdint.h>

#include "logo.h"
#include "theme.h"

/* How root comes to a login (page of the wizard, and what finishes it). */
enum password_mode {
	PASSWORD_ASK,	 /* the customer types one */
	PASSWORD_RANDOM, /* the machine makes one, and shows it once */
	PASSWORD_KEY,	 /* none: root logs in with an SSH key alone */
};

/* Whether consoles show plain lines in place of screens. */
enum lines_mode {
	LINES_AUTO, /* where the terminal or who uses it needs them */
	LINES_ALWAYS,
	LINES_NEVER, /* but where the terminal cannot move its cursor */
};

/* What "Log in" leads to. */
enum shell_mode {
	SHELL_LOGIN,	  /* root's login at PID 1's prompt */
	SHELL_RESTRICTED, /* root's password opens a menu of rescue pages; no login of root's */
	SHELL_OFF,	  /* nothing: recovery needs the disk */
};

/* Who asks for root's password before a change. */
enum authentication {
	AUTHENTICATION_CONSOLE, /* the start screen does */
	AUTHENTICATION_LOGIN,	/* PID 1's own prompt alone: changes are made after root's login */
};

/* What a console shows of the machine before anybody has logged in. */
enum display {
	DISPLAY_FULL,
	DISPLAY_MINIMAL, /* product, link to the web interface, help */
	DISPLAY_NONE,	 /* product and help; the rest behind root's password */
};

/* Where a key was set. */
struct conf_place {
	char *file; /* owned; NULL: nowhere, it has its default */
	int line;
};

struct conf {
	/* [Product] */
	char *product_name;	 /* else os-release PRETTY_NAME, else "Linux" */
	char *product_version;	 /* else "" */
	char *vendor;		 /* else "" */
	char *logo;		 /* path of a text of at most LOGO_ROWS x LOGO_COLUMNS, or "" */
	char *logo_text;	 /* its rows (logo.h), "" where there is none */
	char *documentation_url; /* else os-release DOCUMENTATION_URL, else "" */
	char *support_url; /* else os-release SUPPORT_URL where it names the product, else "" */
	/* [Web] */
	char *web_scheme;      /* http or https */
	unsigned web_port;     /* 0: none is given, the scheme's own */
	char *web_path;	       /* begins with / */
	char *web_interface;   /* whose addresses the URL names first; "": the default route's */
	char *web_unit;	       /* the unit that serves it, with its suffix; "": not known */
	char *web_certificate; /* path of what it serves in PEM; "": not known */
	bool web_enabled;      /* false: the appliance has no web interface, show bare addresses */
	/* [Network] */
	unsigned confirm_seconds; /* a change that nobody confirms is taken back after these */
	/* [Password] */
	unsigned password_min_length;
	unsigned password_min_classes; /* of lower, upper, digits and others; 0: any */
	bool password_dictionary;      /* words of a dictionary are refused */
	enum password_mode password_mode;
	/* [Wizard] */
	char *wizard_steps; /* names in their order, by spaces; vendor's steps that are not among
			       them come behind them */
	char *wizard_skippable; /* likewise: those that the customer may leave out */
	char *eula;		/* path of the licence text, or "" */
	/* [Console] */
	char *console_ttys; /* where the start screen may run: names below /dev, by spaces */
	enum display display;
	char *language; /* of the screens, such as "de"; "": the locale's */
	enum lines_mode plain;
	bool console_qr; /* show the QR code of the URL where it fits */
	enum shell_mode shell;
	enum authentication authentication;
	unsigned idle_lock_seconds; /* root's password counts for so long without a key */
	/* [Theme] */
	struct theme_pair theme[THEME_ROLES];

	struct conf_place *places; /* conf_place(); owned */
};

/* Told of every line that was not understood: file, line (0: the whole file), what is wrong. */
typedef void (*conf_complain_fn)(const char *file, int line, const char *what, void *userdata);

/* Read the configuration below root ("" for the machine itself). A missing file is no error; one
 * that others than the owner of the tree may write, it or its folder, is complained of and not
 * read; a wrong value keeps the default and is complained of, and so is AUTHENTICATION_LOGIN
 * without SHELL_LOGIN, which becomes AUTHENTICATION_CONSOLE: else nothing could be changed at the
 * console. A logo that is none is complained of, too, and not shown. complain may be NULL. -ENOMEM
 * is the only error. */
int conf_load(const char *root, conf_complain_fn complain, void *userdata, struct conf *ret);

/* Where this key got its value: the name of the file, and the line. What has its default counts as
 * of the main file, line 0. */
const char *conf_place(
	const struct conf *conf, const char *section, const char *name, int *ret_line);

void conf_done(struct conf *conf);
