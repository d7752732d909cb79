/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The vendor's licence text: read, and agreed to or not. */

#include "eula.h"

#include <fcntl.h>

#include "catalog.h"
#include "dialogs.h"
#include "fact_lines.h"
#include "i18n.h"
#include "pager.h"
#include "rooted.h"
#include "screen.h"
#include "textfile.h"
#include "util.h"
#include "wizard.h"

#define PART_SIZE 900 /* of a paragraph: what stands on the smallest screen */

static const struct pager_key keys[] = {
	{ 0, 'a', OURS("a"), N_("Agree") },
	{ 0, 'r', OURS("r"), N_("Refuse") },
};

/* The text, and how it stands on a screen of this width. */
struct eula_page {
	char *text; /* owned */
	int columns;
	struct fact_lines lines;
};

/* The text in the language of the screens. -errno. */
static int load(struct wizard *wizard, struct eula_page *page)
{
	char *file = wizard->steps->eula_file;
	_cleanup_close_ int fd = -1;
	int r;

	r = eula_find("", wizard->app->conf.eula, catalog_language(), file);
	if (r < 0)
		return r;
	fd = rooted_open("", file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fd;
	r = textfile_read_fd(fd, EULA_MAX, &page->text);
	/* What texts from elsewhere have between words. */
	for (char *p = page->text; r >= 0 && *p; p++)
		if (strchr("\t\r\f\v", *p))
			*p = ' ';
	return r;
}

/* How much of a line that is longer than size can stand in one paragraph: no word and no character
 * is cut in two where that can be helped. */
static size_t cut_line(const char *line, size_t size)
{
	size_t at = size;

	while (at > 0 && line[at] != ' ')
		at--;
	if (at > 0)
		return at;
	for (at = size; at > 0 && (line[at] & 0xc0) == 0x80;)
		at--;
	return at > 0 ? at : size;
}

/* A line of the file, however long. */
static void add_line(struct fact_lines *lines, const char *line, size_t length)
{
	char part[PART_SIZE];

	if (length == 0)
		fact_lines_blank(lines);
	while (length > 0) {
		size_t taken = length < sizeof(part) ? length : cut_line(line, sizeof(part) - 1);

		(void)snprintf(part, sizeof(part), "%.*s", (int)taken, line);
		fact_lines_text(lines, "%s", safe_lines(part).text);
		taken += taken < length && line[taken] == ' ';
		line += taken;
		length -= taken;
	}
}

/* Wrap it. */
static size_t update(struct pager_view *view, void *userdata)
{
	struct eula_page *page = userdata;
	const char *line = page->text;

	if (page->columns == view->columns)
		return page->lines.n;
	page->columns = view->columns;
	fact_lines_begin(&page->lines, view->columns);
	while (*line) {
		size_t length = strcspn(line, "\n");

		add_line(&page->lines, line, length);
		line += length + (line[length] == '\n');
	}
	return page->lines.n;
}

static const safe_char *get_line(size_t index, bool *ret_heading, void *userdata)
{
	const struct eula_page *page = userdata;

	return fact_lines_get(&page->lines, index, ret_heading);
}

/* It cannot be read: nobody can agree to it. */
static enum answer tell_missing(struct wizard *wizard)
{
	safe_char text[SAFE_TEXT_MAX + 200];

	(void)safe_format(text, sizeof(text),
		_("The licence text of this appliance, %s, cannot be read, so nobody can agree to "
		  "it and the setup cannot go on. Ask the vendor."),
		safe_text(wizard->app->conf.eula, 0).text);
	dialogs_message(wizard->title, text);
	return ANSWER_BACK;
}

/* The customer does not agree: back to where it began. */
static enum answer refuse(struct wizard *wizard)
{
	wizard->steps->eula_agreed = false;
	wizard->to_start = true;
	dialogs_message(wizard->title,
		_("Without your agreement this appliance cannot be set up. Nothing was changed; "
		  "the setup begins again at its first page."));
	return ANSWER_BACK;
}

/* Show it until there is an answer. */
static enum answer show(struct wizard *wizard, struct eula_page *page)
{
	struct pager pager = {
		.title = wizard->title,
		.event = wizard->app->event,
		.update = update,
		.line = get_line,
		.userdata = page,
		.keys = keys,
		.n_keys = ARRAY_SIZE(keys),
		.must_choose = true,
	};

	switch (pager_run(&pager)) {
	case 'a':
		wizard->steps->eula_agreed = true;
		return ANSWER_NEXT;
	case 'r':
		return refuse(wizard);
	default:
		return ANSWER_BACK;
	}
}

/* The page. */
static enum answer run(struct wizard *wizard)
{
	struct eula_page page = { 0 };
	enum answer answer;

	app_on_change(wizard->app, NULL, NULL);
	screen_flush_input();
	answer = load(wizard, &page) < 0 ? tell_missing(wizard) : show(wizard, &page);
	fact_lines_done(&page.lines);
	free(page.text);
	return answer;
}

/* Is there a text that was not agreed to yet? */
static bool is_due(const struct wizard *wizard)
{
	return *wizard->app->conf.eula && !wizard->steps->eula_accepted;
}

const struct page page_eula = {
	.name = "eula",
	.title = N_("Licence"),
	.purpose = N_("your agreement to its licence"),
	.first_boot_only = true,
	.is_due = is_due,
	.run = run,
};
