/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* An answer file, line by line. */

#include "answers.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>

#include "answers_parts.h"
#include "i18n.h"
#include "ini_reader.h"
#include "safe_text.h"
#include "util.h"

#define SEEN_SECTION (1U << 31) /* in answers_link.seen: in the text that is read */

/* What is being read. */
struct reader {
	const char *file;
	struct answers *answers;
	struct answers_problems *problems;
	struct ini_reader lines;
	struct answers_link link;  /* of the section */
	bool in_link;		   /* the section is [Network] */
	bool has_link, has_fault;  /* it has a Link=, which may be wrong; a line of it is wrong */
	struct answers_step *step; /* likewise, of a vendor's step; NULL: it is another one */
	bool in_unknown;	   /* complained of already */
	unsigned number;	   /* of the file */
	int r;
};

/* -- problems -----------------------------------------------------------------------------------
 */

/* Make room for a problem behind those of the lines before it. */
static struct answers_problem *insert(
	struct answers_problems *problems, const char *file, unsigned line)
{
	struct answers_problem *all = reallocarray(problems->all, problems->n + 1, sizeof(*all));
	size_t i = problems->n;

	if (!all)
		return NULL;
	problems->all = all;
	for (; i > 0 && all[i - 1].line > line && streq(all[i - 1].file, file); i--)
		all[i] = all[i - 1];
	problems->n++;
	return &all[i];
}

int answers_complain(
	struct answers_problems *problems, const char *file, unsigned line, const char *format, ...)
{
	struct answers_problem *problem, new = { .line = line };
	bool last = problems->n == ANSWERS_PROBLEMS_MAX;
	va_list ap;

	if (problems->n > ANSWERS_PROBLEMS_MAX)
		return 0;
	(void)snprintf(new.file, sizeof(new.file), "%s", file);
	safe_line(new.file, '?');
	va_start(ap, format);
	(void)vsnprintf(new.text, sizeof(new.text), format, ap);
	va_end(ap);
	if (last)
		(void)snprintf(new.text, sizeof(new.text), "%s",
			_("There is more that is wrong, which is not told."));
	safe_line(new.text, '?');
	problem = insert(problems, new.file, new.line);
	if (!problem)
		return -ENOMEM;
	*problem = new;
	return 0;
}

void answers_problems_done(struct answers_problems *problems)
{
	free(problems->all);
	*problems = (struct answers_problems){ 0 };
}

/* Note what is wrong in a line. */
static void complain(struct reader *reader, unsigned line, const char *what)
{
	if (answers_complain(reader->problems, reader->file, line, "%s", what) < 0)
		reader->r = -ENOMEM;
	reader->has_fault = true;
}

/* The line that is read. */
static struct answers_place place_of(const struct reader *reader)
{
	return (struct answers_place){ reader->number, reader->lines.line };
}

unsigned answers_add_file(struct answers *answers, const char *file)
{
	if (answers->n_files < ANSWERS_FILES_MAX)
		answers->n_files++;
	(void)snprintf(answers->files[answers->n_files - 1], ANSWERS_FILE_SIZE, "%s", file);
	return (unsigned)answers->n_files;
}

struct answers_place answers_place_of(const struct answers *answers, enum host_answer answer)
{
	return answers->places[__builtin_ctz(answer)];
}

const char *answers_file_of(const struct answers *answers, struct answers_place place)
{
	return place.file > 0 ? answers->files[place.file - 1] : ANSWERS_COMMAND_LINE;
}

/* -- sections -----------------------------------------------------------------------------------
 */

/* The section about the same link, NULL where there is none. */
static struct answers_link *find_link(
	const struct answers *answers, const struct answers_link *link)
{
	for (size_t i = 0; i < answers->n_links; i++) {
		struct answers_link *other = answers->links[i];
		bool vlan = link->given & LINK_ANSWER_VLAN;

		if (other != link && streq(other->link, link->link) &&
			vlan == !!(other->given & LINK_ANSWER_VLAN) &&
			(!vlan || other->config.device.vlan_id == link->config.device.vlan_id))
			return other;
	}
	return NULL;
}

int answers_link_add(struct answers *answers, const char *link, struct answers_link **ret)
{
	if (answers->n_links == NET_LINKS_MAX)
		return -ENOSPC;
	*ret = calloc(1, sizeof(**ret));
	if (!*ret)
		return -ENOMEM;
	(void)snprintf((*ret)->link, sizeof((*ret)->link), "%s", link);
	answers->links[answers->n_links++] = *ret;
	return 0;
}

/* Keep the section, over one of an earlier text about the same link. */
static void keep_link(struct reader *reader)
{
	struct answers_link *link = find_link(reader->answers, &reader->link);
	unsigned line = reader->link.place.line;
	int r = 0;

	if (link && (link->seen & SEEN_SECTION)) {
		char what[128];

		(void)snprintf(what, sizeof(what),
			_("The section in line %u is about the same link. Make one of the two."),
			link->place.line);
		complain(reader, line, what);
		return;
	}
	if (!link)
		r = answers_link_add(reader->answers, reader->link.link, &link);
	if (r == -ENOMEM)
		reader->r = r;
	if (r == -ENOSPC)
		complain(reader, line, _("There are too many [Network] sections: 32 are taken."));
	if (r < 0)
		return;
	answers_link_copy(link, &reader->link, UINT_MAX);
	link->place = reader->link.place;
	link->seen = SEEN_SECTION;
}

/* A section has ended. */
static void end_section(struct reader *reader)
{
	struct problem problem;

	if (!reader->in_link)
		return;
	reader->in_link = false;
	if (!reader->has_link)
		complain(reader, reader->link.place.line,
			_("The section lacks Link=: the name of an interface, its MAC address, or "
			  "\"first\"."));
	else if (!reader->has_fault && !answers_link_check(&reader->link, &problem))
		complain(reader, reader->link.place.line, problem.text);
	if (*reader->link.link)
		keep_link(reader);
}

/* The section of a vendor's step begins. */
static void begin_step(struct reader *reader, const char *name)
{
	struct problem problem;
	int r = answers_step_open(reader->answers, name, place_of(reader), &reader->step, &problem);

	reader->in_unknown = r < 0;
	if (r == -ENOMEM)
		reader->r = r;
	else if (r < 0)
		complain(reader, reader->lines.line, problem.text);
}

/* A section begins. */
static void begin_section(struct ini_reader *lines, const char *section)
{
	struct reader *reader = lines->userdata;
	const char *step = answers_step_name(section);
	struct problem problem;

	end_section(reader);
	reader->step = NULL;
	/* A text or a secret may have "#" in it. */
	lines->whole = step;
	if (step) {
		begin_step(reader, step);
		return;
	}
	reader->in_unknown = !answers_section_exists(section);
	reader->in_link = streq(section, "Network");
	reader->has_link = reader->has_fault = false;
	reader->link = (struct answers_link){ .place = place_of(reader) };
	if (!reader->in_unknown)
		return;
	answers_unknown_section(section, &problem);
	complain(reader, lines->line, problem.text);
}

/* -- lines --------------------------------------------------------------------------------------
 */

const char *answers_line_fault(const char *line, size_t length)
{
	char text[ANSWERS_LINE_MAX + 1], safe[ANSWERS_LINE_MAX + 1];

	if (length > 0 && line[length - 1] == '\r')
		length--;
	if (length > ANSWERS_LINE_MAX)
		return N_("The line is too long.");
	memcpy(text, line, length);
	text[length] = '\0';
	for (char *tab = text; (tab = strchr(tab, '\t'));)
		*tab = ' ';
	memcpy(safe, text, length + 1);
	safe_utf8(safe);
	if (!streq(safe, text))
		return N_("The line has bytes that are no UTF-8.");
	safe_line(safe, '?');
	return streq(safe, text) ? NULL : N_("The line has a control character.");
}

/* A line is no line at all. */
static void line_fault(struct ini_reader *lines, const char *what)
{
	complain(lines->userdata, lines->line, _(what));
}

/* Copy a value without a comment behind a blank. */
static void copy_value(const char *value, char ret[static ANSWERS_LINE_MAX + 1])
{
	size_t length = 0;

	for (; value[length]; length++)
		if (strchr("#;", value[length]) &&
			(length == 0 || strchr(" \t", value[length - 1])))
			break;
	while (length > 0 && strchr(" \t", value[length - 1]))
		length--;
	(void)snprintf(ret, ANSWERS_LINE_MAX + 1, "%.*s", (int)length, value);
}

/* Take the value of a field of a vendor's step. */
static int take_step_value(struct reader *reader, const char *field, const char *value)
{
	struct problem problem;
	int r = answers_step_set(
		reader->answers, reader->step, field, value, place_of(reader), &problem);

	if (r == -ENOMEM)
		return r;
	if (r < 0)
		complain(reader, reader->lines.line, problem.text);
	return reader->r;
}

/* Take one Key=value of a section. */
static int take_value(
	struct ini_reader *lines, const char *section, const char *name, const char *text)
{
	struct reader *reader = lines->userdata;
	struct answers_subject subject = { reader->answers, &reader->link, place_of(reader) };
	const struct answers_key *key = answers_key_find(section, name);
	char value[ANSWERS_LINE_MAX + 1];
	struct problem problem;
	bool good;

	if (reader->in_unknown)
		return reader->r;
	if (reader->step)
		return take_step_value(reader, name, text);
	copy_value(text, value);
	if (key && key->bit == 0 && reader->has_link)
		good = problem_set(&problem,
			_("A section is about one link, and has one Link=. Begin another [Network] "
			  "for a second one."));
	else if (key)
		good = answers_key_set(key, &subject, value, &problem);
	else
		good = answers_unknown_key(section, name, &problem);
	if (key && key->bit == 0)
		reader->has_link = true;
	if (!good)
		complain(reader, lines->line, problem.text);
	explicit_bzero(value, sizeof(value));
	return reader->r;
}

/* Nothing has been seen of the next text. */
static void forget_seen(struct answers *answers)
{
	answers->seen = 0;
	for (size_t i = 0; i < answers->n_links; i++)
		answers->links[i]->seen = 0;
	answers_steps_forget_seen(answers);
}

int answers_read(const char *text, const char *file, struct answers *answers,
	struct answers_problems *problems)
{
	_cleanup_free_ struct reader *reader = calloc(1, sizeof(*reader));
	int r;

	if (!reader)
		return -ENOMEM;
	reader->file = file;
	reader->number = answers_add_file(answers, file);
	reader->answers = answers;
	reader->problems = problems;
	reader->lines = (struct ini_reader){
		.check = answers_line_fault,
		.begin_section = begin_section,
		.take_value = take_value,
		.complain = line_fault,
		.userdata = reader,
		.line_max = ANSWERS_LINE_MAX,
	};
	forget_seen(answers);
	if (strlen(text) > ANSWERS_TEXT_MAX)
		return answers_complain(problems, file, 0,
			_("The file is too long: %d bytes are taken."), ANSWERS_TEXT_MAX);
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0) /* a byte order mark */
		text += 3;
	r = ini_reader_run(&reader->lines, text);
	if (r == 0) {
		end_section(reader);
		r = reader->r;
	}
	forget_seen(answers);
	return r;
}

bool answers_have_secret(const struct answers *answers)
{
	return answers->password == PASSWORD_HASH;
}

void answers_done(struct answers *answers)
{
	explicit_bzero(answers->password_text, sizeof(answers->password_text));
	for (size_t i = 0; i < answers->n_links; i++)
		free(answers->links[i]);
	answers_steps_done(answers);
	*answers = (struct answers){ 0 };
}
