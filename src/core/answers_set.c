/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers from elsewhere than a text: the command line, a file. */

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "answers_parts.h"
#include "i18n.h"
#include "textfile.h"
#include "util.h"

/* -- the command line ---------------------------------------------------------------------------
 */

/* A word taken apart. */
struct word {
	char section[64], name[32], value[ANSWERS_LINE_MAX + 1];
};

static bool split(const char *text, struct word *ret)
{
	size_t section = strcspn(text, ".="), name = 0;
	const char *value = strchr(text, '=');

	if (!value || text[section] != '.')
		return false;
	name = (size_t)(value - text) - section - 1;
	if (section >= sizeof(ret->section) || name >= sizeof(ret->name) ||
		strlen(value + 1) >= sizeof(ret->value))
		return false;
	(void)snprintf(ret->section, sizeof(ret->section), "%.*s", (int)section, text);
	(void)snprintf(ret->name, sizeof(ret->name), "%.*s", (int)name, text + section + 1);
	value += 1 + strspn(value + 1, " \t");
	(void)snprintf(ret->value, sizeof(ret->value), "%s", value);
	for (size_t n = strlen(ret->value); n > 0 && strchr(" \t", ret->value[n - 1]); n--)
		ret->value[n - 1] = '\0';
	return true;
}

/* Give the names the letters that they have in a file: on a command line either case will do. */
static void spell(struct word *word)
{
	const struct answers_key *key;

	if (strncasecmp(word->section, "Step ", 5) == 0)
		memcpy(word->section, "Step ", 5);
	for (size_t i = 0; (key = answers_key(i)); i++) {
		if (strcasecmp(key->section, word->section) != 0 ||
			strcasecmp(key->name, word->name) != 0)
			continue;
		(void)snprintf(word->section, sizeof(word->section), "%s", key->section);
		(void)snprintf(word->name, sizeof(word->name), "%s", key->name);
		return;
	}
}

/* The section of a link that is not a VLAN's or, where there is no such one, any of it. */
static struct answers_link *find_link(const struct answers *answers, const char *link)
{
	struct answers_link *found = NULL;

	for (size_t i = 0; i < answers->n_links; i++) {
		struct answers_link *other = answers->links[i];

		if (streq(other->link, link) && (!found || !(other->given & LINK_ANSWER_VLAN)))
			found = other;
	}
	return found;
}

/* The section of a VLAN. */
static struct answers_link *find_vlan(const struct answers *answers, const char *link, unsigned id)
{
	for (size_t i = 0; i < answers->n_links; i++) {
		struct answers_link *other = answers->links[i];

		if (streq(other->link, link) && (other->given & LINK_ANSWER_VLAN) &&
			other->config.device.vlan_id == id)
			return other;
	}
	return NULL;
}

/* Have the words that follow be about this link. */
static int choose_link(struct answers *answers, const char *link)
{
	answers->set_link = find_link(answers, link);
	return answers->set_link ? 0 : answers_link_add(answers, link, &answers->set_link);
}

/* Have them be about a VLAN on the link of before, unless that is one which --set has made. */
static int choose_vlan(struct answers *answers, unsigned id)
{
	struct answers_link *link = answers->set_link, *vlan = find_vlan(answers, link->link, id);

	if (vlan) {
		answers->set_link = vlan;
		return 0;
	}
	if (link->place.file == 0 && !(link->given & LINK_ANSWER_VLAN))
		return 0;
	return answers_link_add(answers, link->link, &answers->set_link);
}

/* The section that a word is about, where none was named. */
static int find_subject(struct answers *answers, struct problem *problem)
{
	if (answers->set_link)
		return 0;
	if (answers->n_links > 1) {
		problem_set(problem,
			_("There are several links: name one by --set Network.Link=NAME before "
			  "it."));
		return -EINVAL;
	}
	if (answers->n_links == 0)
		return answers_link_add(answers, "first", &answers->set_link);
	answers->set_link = answers->links[0];
	return 0;
}

/* Take a value about a link. A section of its own checks it first, and tells which link. */
static int set_network(const struct answers_key *key, const char *value, struct answers *answers,
	struct problem *problem)
{
	struct answers_link tried = { .given = 0 };
	struct answers_subject subject = { .answers = answers, .link = &tried };
	int r;

	if (key->bit == 0) {
		if (!answers_key_set(key, &subject, value, problem))
			return -EINVAL;
		return choose_link(answers, tried.link);
	}
	r = find_subject(answers, problem);
	if (r == 0 && key->bit == LINK_ANSWER_VLAN) {
		if (!answers_key_set(key, &subject, value, problem))
			return -EINVAL;
		if (tried.given)
			r = choose_vlan(answers, tried.config.device.vlan_id);
	}
	if (r < 0)
		return r;
	subject.link = answers->set_link;
	return answers_key_set(key, &subject, value, problem) ? 0 : -EINVAL;
}

/* Take a value about a vendor's step. */
static int set_step(
	const char *name, const struct word *word, struct answers *answers, struct problem *problem)
{
	struct answers_place place = { 0 };
	struct answers_step *step;
	int r = answers_step_open(answers, name, place, &step, problem);

	if (r == 0)
		r = answers_step_set(answers, step, word->name, word->value, place, problem);
	/* Each word is a text of its own. */
	answers_steps_forget_seen(answers);
	return r;
}

/* Take a word. -EINVAL: problem says why not. */
static int set_word(struct word *word, struct answers *answers, struct problem *problem)
{
	const struct answers_key *key = answers_key_find(word->section, word->name);
	struct answers_subject subject = { .answers = answers };
	const char *step = answers_step_name(word->section);
	bool good;

	if (step)
		return set_step(step, word, answers, problem);
	if (!answers_section_exists(word->section))
		good = answers_unknown_section(word->section, problem);
	else if (!key)
		good = answers_unknown_key(word->section, word->name, problem);
	else if (key->secret)
		good = problem_set(problem,
			_("%s= is not taken from a command line, which everybody on the machine "
			  "can read. Use an answer file, PasswordFile= or PasswordCredential=."),
			key->name);
	else if (streq(key->section, "Network"))
		return set_network(key, word->value, answers, problem);
	else
		good = answers_key_set(key, &subject, word->value, problem);
	return good ? 0 : -EINVAL;
}

int answers_set(const char *text, struct answers *answers, struct answers_problems *problems)
{
	const char *fault = answers_line_fault(text, strlen(text));
	struct problem problem = { .text = "" };
	struct word word;
	int r = -EINVAL;

	if (fault)
		problem_set(&problem, "%s", _(fault));
	else if (strpbrk(text, "\r\n"))
		problem_set(&problem, _("The line has a control character."));
	else if (!split(text, &word))
		problem_set(&problem,
			_("It takes SECTION.KEY=VALUE, such as Host.Hostname=appliance01."));
	else {
		spell(&word);
		r = set_word(&word, answers, &problem);
	}
	if (r == -ENOSPC)
		problem_set(&problem, _("There are too many [Network] sections: 32 are taken."));
	if (r == -EINVAL || r == -ENOSPC)
		return answers_complain(problems, ANSWERS_COMMAND_LINE, 0, "%s", problem.text);
	return r;
}

/* -- a file -------------------------------------------------------------------------------------
 */

/* Why the file cannot be read, in a sentence. */
static const char *read_fault(int r)
{
	switch (r) {
	case -EINVAL:
		return _("It is no text: it has a byte of zeros, or is no regular file.");
	case -EFBIG:
		return _("The file is too long.");
	default:
		return strerror(-r);
	}
}

/* Read all of a stream, or of a regular file. */
static int read_text(const char *path, int fd, char **ret)
{
	struct stat st;

	if (fd != STDIN_FILENO) {
		if (fstat(fd, &st) < 0)
			return -errno;
		if (!S_ISREG(st.st_mode))
			return -EINVAL;
	}
	return textfile_read_fd(fd, ANSWERS_TEXT_MAX, ret);
}

/* May others read or write it than root, and than the caller, who made it for an image of theirs?
 */
static bool is_open(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 || (st.st_uid != 0 && st.st_uid != geteuid()) ||
	       (st.st_mode & (S_IRWXG | S_IRWXO));
}

int answers_load(const char *path, struct answers *answers, struct answers_problems *problems)
{
	bool is_stream = streq(path, "-");
	const char *name = is_stream ? _("standard input") : path;
	_cleanup_close_ int opened = -1;
	char *text = NULL;
	int fd = STDIN_FILENO, r;

	if (!is_stream) {
		opened = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		fd = opened;
		if (fd < 0)
			return answers_complain(problems, path, 0,
				_("The answers cannot be read: %s."), strerror(errno));
	}
	r = read_text(path, fd, &text);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return answers_complain(
			problems, name, 0, _("The answers cannot be read: %s"), read_fault(r));
	answers->exposed = !is_stream && is_open(fd);
	r = answers_read(text, name, answers, problems);
	if (r == 0 && answers->exposed && answers_have_secret(answers))
		r = answers_complain(problems, path, 0,
			_("It holds the hash of root's password, so that nobody but root may read "
			  "it: chown root, chmod 600."));
	explicit_bzero(text, strlen(text));
	free(text);
	return r;
}
