/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files that read and write answer files have in common. */

#include "answers.h"

/* What the file of an answer from the command line is called. */
#define ANSWERS_COMMAND_LINE "--set"

/* What a key is about: the machine, and in [Network] the link of the section. */
struct answers_subject {
	struct answers *answers;
	struct answers_link *link;
	struct answers_place place; /* of the value */
};

struct answers_key {
	const char *section, *name;
	const char *wants; /* the rule, for a complaint */
	unsigned bit;	   /* enum host_answer, in [Network] link_answer; 0: Link= */
	bool list;	   /* it may stand there more than once */
	bool secret;
	/* Take a value, and note that it is given. False: a sentence in problem says why not, or
	 * the rule does. */
	bool (*set)(struct answers_subject *subject, const char *value, struct problem *problem);
	/* NULL: it is not written. */
	void (*write)(FILE *f, const char *name, const struct answers_subject *subject);
};

/* The keys in the order of a file; the last one of each table has no name. */
extern const struct answers_key answers_host_keys[], answers_link_keys[], answers_server_keys[];

/* Key i of all of them, NULL behind the last one. */
const struct answers_key *answers_key(size_t i);

/* The key of this name in a section, NULL where there is none. */
const struct answers_key *answers_key_find(const char *section, const char *name);

/* Is there a section of this name? */
bool answers_section_exists(const char *section);

/* Take the value of a key; a sentence says what is wrong. */
bool answers_key_set(const struct answers_key *key, struct answers_subject *subject,
	const char *value, struct problem *problem);

/* Note that a value is given. Returns true for the first one of this run, which takes the place of
 * those before. */
bool answers_link_give(struct answers_subject *subject, unsigned bit);

/* yes or no, in systemd's words, or ipv4 or ipv6 alone. */
bool answers_parse_families(const char *value, bool ret[static 2]);

/* yes or no; nothing is what is normal. */
bool answers_parse_switch(const char *value, bool normal, bool *ret);

/* One of two words; nothing is the first. */
bool answers_parse_choice(const char *value, const char *no, const char *yes, bool *ret);

/* Say that there is no such section or key, and which one may be meant. */
bool answers_unknown_section(const char *section, struct problem *problem);
bool answers_unknown_key(const char *section, const char *name, struct problem *problem);

/* Do the keys of a section go together, whatever its link is like? */
bool answers_link_check(const struct answers_link *link, struct problem *problem);

/* Copy the fields of what is given in from and chosen by mask. */
void answers_link_copy(struct answers_link *to, const struct answers_link *from, unsigned mask);

/* A further section; -ENOMEM, -ENOSPC. */
int answers_link_add(struct answers *answers, const char *link, struct answers_link **ret);

/* Note that a text is read: its number among answers->files. */
unsigned answers_add_file(struct answers *answers, const char *file);

/* answers_steps.c: the name in "Step NAME", whatever it is like; NULL: this is another section. */
const char *answers_step_name(const char *section);

/* The section of a step begins, of an earlier text or of this one. -EINVAL: problem says why it
 * cannot; -ENOMEM. */
int answers_step_open(struct answers *answers, const char *name, struct answers_place place,
	struct answers_step **ret, struct problem *problem);

/* Take the value of a field; likewise. */
int answers_step_set(struct answers *answers, struct answers_step *step, const char *field,
	const char *value, struct answers_place place, struct problem *problem);

void answers_steps_write(FILE *f, const struct answers *answers);
void answers_steps_forget_seen(struct answers *answers);
void answers_steps_done(struct answers *answers);

/* Is a line without a character that no text has? Why not, else NULL. */
const char *answers_line_fault(const char *line, size_t length);
