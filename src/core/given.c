/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "given.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <sys/stat.h>

#include "i18n.h"
#include "safe_text.h"
#include "textfile.h"
#include "util.h"
#include "words.h"

#define GIVEN_FILE GIVEN_DIR "/given"
#define ISSUE_FILE "/run/issue.d/firstboot.issue"

/* Add a line to the reason, as far as there is room. */
static void add_line(struct given *given, const char *line)
{
	size_t length = strlen(given->reason);

	(void)snprintf(given->reason + length, sizeof(given->reason) - length, "%s%s",
		length > 0 ? "\n" : "", line);
}

/* Take the lines of the file in their order. */
static void parse(const char *cursor, struct given *ret)
{
	char line[sizeof(ret->reason)];
	uint64_t taken, what;

	if (textfile_take_number(&cursor, "TAKEN", &taken) < 0 ||
		textfile_take_number(&cursor, "WHAT", &what) < 0 ||
		textfile_take(&cursor, "SOURCE", sizeof(ret->source), ret->source) < 0)
		return;
	ret->ran = true;
	ret->taken = taken == 1;
	ret->what = (unsigned)what;
	(void)textfile_take(&cursor, "STEPS", sizeof(ret->steps), ret->steps);
	while (textfile_take(&cursor, "REASON", sizeof(line), line) >= 0)
		add_line(ret, line);
}

int given_read(const char *root, struct given *ret)
{
	_cleanup_free_ char *text = NULL;
	int r = textfile_read(root, GIVEN_FILE, &text);

	*ret = (struct given){ 0 };
	if (r == -ENOMEM)
		return r;
	if (r >= 0)
		parse(text, ret);
	return 0;
}

/* The file, for textfile_compose(). */
static void print(FILE *f, const void *what)
{
	const struct given *given = what;
	char reason[sizeof(given->reason)], *rest = reason, *line;

	(void)fprintf(f, "TAKEN=%d\nWHAT=%u\n", given->taken, given->what);
	textfile_put(f, "SOURCE", given->source);
	if (*given->steps)
		textfile_put(f, "STEPS", given->steps);
	memcpy(reason, given->reason, sizeof(reason));
	while ((line = strsep(&rest, "\n")))
		if (*line)
			textfile_put(f, "REASON", line);
}

/* Put text in the place of a file that others may be reading. */
static int replace_file(const char *root, const char *name, const char *text)
{
	_cleanup_fclose_ FILE *f = NULL;
	char path[PATH_MAX], temporary[PATH_MAX];
	int fd;

	if (snprintf(path, sizeof(path), "%s%s", root, name) >= (int)sizeof(path) ||
		snprintf(temporary, sizeof(temporary), "%s%s~", root, name) >=
			(int)sizeof(temporary))
		return -ENAMETOOLONG;
	(void)unlink(temporary);
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!f)
		return -errno;
	if (fputs(text, f) < 0 || fchmod(fd, 0644) < 0 || fclose(take_ptr(f)) != 0 ||
		rename(temporary, path) < 0)
		return -errno;
	return 0;
}

int given_write(const char *root, const struct given *given)
{
	_cleanup_free_ char *text = NULL;
	int r = textfile_compose(print, given, &text);

	return r < 0 ? r : replace_file(root, GIVEN_FILE, text);
}

bool given_has_page(const struct given *given, const char *page)
{
	static const struct {
		const char *page;
		unsigned what;
	} pages[] = {
		{ "network", GIVEN_NETWORK },
		{ "hostname", GIVEN_HOSTNAME },
		{ "time", GIVEN_TIMEZONE },
		{ "keyboard", GIVEN_KEYMAP },
		{ "eula", GIVEN_EULA },
		{ "password", GIVEN_LOGIN },
		{ "ssh-keys", GIVEN_KEYS },
	};

	for (size_t i = 0; i < ARRAY_SIZE(pages); i++)
		if (streq(pages[i].page, page))
			return given->taken && (given->what & pages[i].what);
	return given->taken && words_have(given->steps, page);
}

/* Text for agetty, to which a backslash is an order. */
static void print_plainly(FILE *f, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\')
			(void)fputc('\\', f);
		(void)fputc(*text, f);
	}
}

/* The words above a login prompt. */
static void print_issue(FILE *f, const void *what)
{
	const struct given *given = what;
	struct safe_str source = safe_text(given->source, 0);
	char reason[sizeof(given->reason)], *rest = reason, *line;

	(void)fputs(_("This appliance is not set up: what was given to it was not taken."), f);
	(void)fputs("\n  ", f);
	print_plainly(f, safe_bytes(source.text));
	(void)fputs(":\n", f);
	memcpy(reason, given->reason, sizeof(reason));
	while ((line = strsep(&rest, "\n"))) {
		struct safe_str safe = safe_text(line, 0);

		(void)fputs("  ", f);
		print_plainly(f, safe_bytes(safe.text));
		(void)fputc('\n', f);
	}
	(void)fputc('\n', f);
}

int given_write_issue(const char *root, const struct given *given)
{
	_cleanup_free_ char *text = NULL;
	char path[PATH_MAX];
	int r;

	if (!given->ran || given->taken) {
		(void)snprintf(path, sizeof(path), "%s%s", root, ISSUE_FILE);
		return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
	}
	r = textfile_compose(print_issue, given, &text);
	return r < 0 ? r : replace_file(root, ISSUE_FILE, text);
}
