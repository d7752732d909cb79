/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files that read a vendor's steps have in common. */

#include "ini_reader.h"
#include "names_list.h"
#include "step_def.h"

#define STEPS_FOLDER "/steps.d"
#define STEPS_VENDOR VENDORDIR STEPS_FOLDER
#define STEPS_SUFFIX ".step"

#define STEP_LINE_MAX	  1024
#define STEP_TEXT_MAX	  4096 /* bytes of all lines of Text= */
#define STEP_TITLE_LENGTH 60   /* characters, as the following */
#define STEP_LABEL_LENGTH 60
#define STEP_HELP_LENGTH  200

/* The keys with one value. */
enum step_word {
	STEP_WORD_TITLE,
	STEP_WORD_APPLY,
	STEP_WORD_TIMEOUT,
	STEP_WORD_SKIPPABLE,
	N_STEP_WORDS,
};

enum field_word {
	FIELD_WORD_TYPE,
	FIELD_WORD_LABEL,
	FIELD_WORD_HELP,
	FIELD_WORD_DEFAULT,
	FIELD_WORD_MIN,
	FIELD_WORD_MAX,
	FIELD_WORD_REQUIRED,
	FIELD_WORD_VISIBLE,
	N_FIELD_WORDS,
};

#define STEP_WORDS_MAX 8

#define STEP_NUMBER_SIZE 24

/* Which texts a key takes. */
enum step_takes {
	TAKES_WORD,  /* one */
	TAKES_LINES, /* Text= */
	TAKES_CHOICE,
};

struct step_key {
	const char *name;
	enum step_takes takes;
	size_t word;	/* of TAKES_WORD */
	size_t longest; /* characters; 0: as long as a line */
	bool translated;
};

/* The keys of [Step] and of [Field]; the last one has no name. */
extern const struct step_key step_keys[], step_field_keys[];

/* What the kinds are called, and what they take. */
extern const struct step_kind {
	const char *name;
	bool characters; /* limits are of characters */
	bool numbers;	 /* limits are of the value */
} step_kinds[N_STEP_FIELD_KINDS];

/* How well a text is in the language that is asked for. */
enum step_rank {
	STEP_RANK_NONE, /* it is in another one */
	STEP_RANK_PLAIN,
	STEP_RANK_LANGUAGE,
	STEP_RANK_COUNTRY,
};

/* What a key says, and where. */
struct step_word_text {
	char *text; /* owned; NULL: nothing */
	unsigned line;
	enum step_rank rank;
};

struct step_choice_draft {
	char *value;
	struct step_word_text label;
	unsigned line;
	bool plain; /* it stands without a language as well */
};

/* A section as its lines have it. Which of them are right is seen when all are known. */
struct step_section {
	char name[STEP_NAME_SIZE]; /* of the field, "" for [Step] */
	unsigned line;
	struct step_word_text words[STEP_WORDS_MAX];
	struct step_word_text text; /* of all lines of Text= */
	struct step_choice_draft choices[STEP_CHOICES_MAX];
	size_t n_choices;
	struct names_list seen; /* keys, with their languages */
};

struct step_reader {
	struct ini_reader lines;
	const char *file, *language;
	step_complain_fn complain;
	void *userdata;
	struct step_section step, *fields[STEP_FIELDS_MAX]; /* owned */
	size_t n_fields;
	struct step_section *section; /* whose lines are read; NULL: none's */
	bool in_unknown;	      /* lines of a section that has been complained of */
	bool wrong;
};

/* Say what is wrong with a line (0: the whole file). */
void step_complain(struct step_reader *reader, unsigned line, const char *format, ...)
	_printf_(3, 4);

/* Keep a text where none that fits better is known. -ENOMEM. */
int step_keep_word(struct step_word_text *word, const char *text, enum step_rank as, unsigned line);

/* Add a line of Text= to the section that is read. -ENOMEM. */
int step_keep_line(struct step_reader *reader, const char *line, enum step_rank as);

/* Take its Choice=VALUE LABEL. -ENOMEM. */
int step_keep_choice(struct step_reader *reader, const char *text, enum step_rank as);

/* Take all lines of a file. -ENOMEM. */
int step_reader_run(struct step_reader *reader, const char *text);

void step_reader_done(struct step_reader *reader);

/* Make a step of what was read, and complain of what does not go together. -ENOMEM. */
int step_reader_finish(struct step_reader *reader, struct step_def *ret);

/* Likewise, of a field; those before it are in def. */
int step_field_finish(struct step_reader *reader, const struct step_section *section,
	const struct step_def *def, struct step_field *ret);

/* yes or no, in systemd's words, else a complaint. */
void step_reader_switch(
	struct step_reader *reader, const struct step_word_text *word, const char *name, bool *ret);

/* A copy of text, "" for NULL. -ENOMEM. */
int step_copy(const char *text, char **ret);

/* step_field_check() without memory of its own: as the value is kept, in ret. */
bool step_field_take(const struct step_field *field, const char *value,
	char ret[static STEP_VALUE_SIZE], struct problem *problem);

/* A number with K M G T (1024) behind it, as bytes. */
bool step_parse_size(const char *text, int64_t *ret);

/* Bytes, in the largest unit that needs no fraction. Returns buf. */
const char *step_format_size(int64_t size, char buf[static STEP_NUMBER_SIZE]);

/* A whole number. */
bool step_parse_number(const char *text, int64_t *ret);

/* Characters of UTF-8. */
size_t step_characters(const char *text);
