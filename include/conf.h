/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the vendor says: firstboot.conf, in the vendor directory < /etc/firstboot < their
 * firstboot.conf.d/, by systemd's rules (files sorted by name over both directories, the same name
 * in /etc masks the vendor's, an empty value clears). */

#include <stdbool.h>
#include <stdint.h>

struct conf {
	/* [Product] */
	char *product_name;	 /* else os-release PRETTY_NAME, else "Linux" */
	char *product_version;	 /* else "" */
	char *documentation_url; /* else os-release DOCUMENTATION_URL, else "" */
	/* [Web] */
	char *web_scheme;    /* http or https */
	unsigned web_port;   /* 0: none is given, the scheme's own */
	char *web_path;	     /* begins with / */
	char *web_interface; /* whose addresses the URL names first; "": the default route's */
	char *web_unit;	     /* the unit that serves it, with its suffix; "": not known */
	bool web_enabled;    /* false: the appliance has no web interface, show bare addresses */
	/* [Network] */
	unsigned confirm_seconds; /* a change that nobody confirms is taken back after these */
	/* [Password] */
	unsigned password_min_length;
	/* [Console] */
	char *console_ttys; /* where the start screen may run: names below /dev, by spaces */
	bool console_qr;    /* show the QR code of the URL where it fits */
};

/* Told of every line that was not understood: file, line (0: the whole file), what is wrong. */
typedef void (*conf_complain_fn)(const char *file, int line, const char *what, void *userdata);

/* Read the configuration below root ("" for the machine itself). A missing file is no error; a
 * wrong value keeps the default and is complained of. complain may be NULL. -ENOMEM is the only
 * error. */
int conf_load(const char *root, conf_complain_fn complain, void *userdata, struct conf *ret);

void conf_done(struct conf *conf);
