/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files that read firstboot.conf have in common. */

#include <stddef.h>

#include "conf.h"

struct conf_key {
	const char *section, *name, *normal; /* normal: the default, as it would be written */
	/* Returns 0, -EINVAL, -ERANGE (colours that are hard to tell apart) or -ENOMEM, and changes
	 * field only when it returns 0. */
	int (*set)(const char *value, void *field);
	size_t offset;	   /* of the field in struct conf */
	const char *wants; /* the rule, for a complaint */
};

/* Every key there is; the last one has no name. */
extern const struct conf_key conf_keys[];

/* The key of this name in a section, NULL when there is none. */
const struct conf_key *conf_key_find(const char *section, const char *name);

/* Set one key of conf; "" brings its default back. */
int conf_key_set(const struct conf_key *key, const char *value, struct conf *conf);

/* Replace the string in field by a copy of value. */
int conf_set_text(const char *value, void *field);

/* The same for a link that a customer can open; -EINVAL when value is none. */
int conf_set_url(const char *value, void *field);

#define CONF_KEYS_MAX 64

struct conf_reader {
	const char *file;  /* its name */
	struct conf *conf; /* with places */
	conf_complain_fn complain;
	void *userdata;
};

/* Say that a line (0: the whole file) was not understood. */
void conf_complain(const struct conf_reader *reader, int line, const char *what);

/* The same of where a key was set. */
void conf_complain_key(
	const struct conf_reader *reader, const char *section, const char *name, const char *what);

/* Say that there is no such key, and which may be meant. */
void conf_complain_unknown(
	const struct conf_reader *reader, int line, const char *section, const char *name);

/* Read one file into reader's conf; -ENOMEM is the only error. */
int conf_read_file(const char *root, const char *path, struct conf_reader *reader);
