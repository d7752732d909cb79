/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the rules of the audit have in common. */

#include <limits.h>
#include <stdbool.h>

#include "audit.h"
#include "dropins.h"
#include "util.h"

/* Whose machine it is. */
#define AUDIT_STATE STATEDIR "/state"

struct audit;

struct audit_rule {
	const char *name;
	const char *mend; /* untranslated; NULL: what it finds is worth knowing, and no fault */
	void (*check)(struct audit *audit);
};

/* Each ends with a rule without a name. */
extern const struct audit_rule audit_account_rules[], audit_jobs_rules[], audit_console_rules[],
	audit_machine_rules[], audit_boot_rules[], audit_image_rules[];

struct audit {
	const char *root;
	const struct audit_rule *rule; /* that is being checked */
	audit_found_fn found;
	void *userdata;
	int n; /* findings */
	int r; /* -ENOMEM once memory ran out */
};

/* Something is not as the rule wants it, or is worth knowing. */
_printf_(2, 3) void audit_found(struct audit *audit, const char *format, ...);

/* The text of a file, NULL where there is none, or where it cannot be read, which is a finding.
 * Caller frees. */
char *audit_read(struct audit *audit, const char *path);

/* Is there a file, a directory, a link of this name? */
bool audit_exists(const struct audit *audit, const char *path);

/* Is it a link to /dev/null, which is how systemd masks? */
bool audit_masked(const struct audit *audit, const char *path);

/* The entry of a file of lines "name:field:...", as passwd(5) has them; NULL: none. Caller frees.
 */
char *audit_entry(struct audit *audit, const char *path, const char *name);

/* Field n (from 0) of such a line. Returns ret. */
const char *audit_field(const char *line, unsigned n, char ret[static PATH_MAX]);

/* Is the word a line, or a word of a line, of the file? Comments (#) do not count. */
bool audit_has_word(struct audit *audit, const char *path, const char *word);

/* Call visit for each path that a pattern of glob(7) finds, in the order of their names. */
typedef void (*audit_path_fn)(struct audit *audit, const char *path, void *userdata);
void audit_glob(struct audit *audit, const char *pattern, audit_path_fn visit, void *userdata);

/* Call visit for each line of a file, from its first character that is no blank; n counts from 1.
 * Empty lines and comments (#) are left out. The line may be cut. */
typedef void (*audit_line_fn)(
	struct audit *audit, const char *path, int n, char *line, void *userdata);
void audit_lines(struct audit *audit, const char *path, audit_line_fn visit, void *userdata);

/* Is this an image that nobody has set up, of which there may be many copies? */
bool audit_is_unclaimed(struct audit *audit);

/* Where a setting comes from that many files may set, the last one wins. */
struct audit_place {
	const char *const *files; /* read first, NULL at the end */
	const char *const *dirs;  /* of drop-ins, the strongest first, NULL at the end */
	const char *section;	  /* NULL: the files have none */
};

struct audit_value {
	char text[512]; /* "" where it is cleared */
	char file[PATH_MAX];
};

/* The last value of key. False: nobody sets it. */
bool audit_setting(struct audit *audit, const struct audit_place *place, const char *key,
	struct audit_value *ret);

/* Call visit for every value of key, in the order in which they are read. */
typedef void (*audit_visit_fn)(
	struct audit *audit, const struct audit_value *value, void *userdata);
void audit_settings(struct audit *audit, const struct audit_place *place, const char *key,
	audit_visit_fn visit, void *userdata);
