/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "textdiff.h"

#include <errno.h>
#include <stdint.h>

#include "util.h"

#define CONTEXT	  3
#define LINES_MAX 4096 /* of both, where they differ */

struct line {
	const char *text;
	size_t length;
	bool ended; /* by a line end */
};

struct text {
	struct line *lines; /* owned */
	size_t n;
};

/* One line of the answer: ' ', '-' or '+'. */
struct edit {
	char kind;
	const struct line *line;
};

struct script {
	struct edit *edits; /* owned */
	size_t n;
};

static void text_done(struct text *text)
{
	free(text->lines);
}

static void script_done(struct script *script)
{
	free(script->edits);
}

/* Find the lines. */
static int split(const char *from, struct text *ret)
{
	size_t max = 1;

	for (const char *p = from; p && *p; p++)
		max += *p == '\n';
	ret->n = 0;
	ret->lines = calloc(max, sizeof(*ret->lines));
	if (!ret->lines)
		return -ENOMEM;
	while (from && *from) {
		size_t length = strcspn(from, "\n");

		ret->lines[ret->n++] = (struct line){ from, length, from[length] == '\n' };
		from += length + (from[length] == '\n');
	}
	return 0;
}

static bool same(const struct line *a, const struct line *b)
{
	return a->length == b->length && a->ended == b->ended &&
	       memcmp(a->text, b->text, a->length) == 0;
}

static void put(struct script *script, char kind, const struct line *line)
{
	script->edits[script->n++] = (struct edit){ kind, line };
}

/* The middle, where they differ: by the longest sequence of lines that both have. common[] holds
 * its length from each pair of lines on. */
static int compare(const struct text *old, const struct text *new, size_t begin, size_t old_end,
	size_t new_end, struct script *script)
{
	size_t rows = old_end - begin, width = new_end - begin + 1, i = 0, j = 0;
	_cleanup_free_ uint16_t *common = NULL;

	if (rows + width > LINES_MAX)
		return -E2BIG;
	common = calloc((rows + 1) * width, sizeof(*common));
	if (!common)
		return -ENOMEM;
	for (size_t a = rows; a-- > 0;)
		for (size_t b = width - 1; b-- > 0;) {
			uint16_t down = common[(a + 1) * width + b],
				 right = common[a * width + b + 1];

			if (same(&old->lines[begin + a], &new->lines[begin + b]))
				common[a * width + b] =
					(uint16_t)(common[(a + 1) * width + b + 1] + 1);
			else
				common[a * width + b] = down > right ? down : right;
		}
	while (i < rows || j < width - 1) {
		if (i < rows && j < width - 1 &&
			same(&old->lines[begin + i], &new->lines[begin + j])) {
			put(script, ' ', &old->lines[begin + i++]);
			j++;
		} else if (i < rows && (j == width - 1 || common[(i + 1) * width + j] >=
								  common[i * width + j + 1])) {
			put(script, '-', &old->lines[begin + i++]);
		} else {
			put(script, '+', &new->lines[begin + j++]);
		}
	}
	return 0;
}

/* All of it: what both begin and end with stays. */
static int make_script(const struct text *old, const struct text *new, struct script *ret)
{
	size_t begin = 0, old_end = old->n, new_end = new->n;
	int r;

	ret->n = 0;
	ret->edits = calloc(old->n + new->n + 1, sizeof(*ret->edits));
	if (!ret->edits)
		return -ENOMEM;
	for (; begin < old->n && begin < new->n &&same(&old->lines[begin], &new->lines[begin]);
		begin++)
		put(ret, ' ', &old->lines[begin]);
	for (; old_end > begin && new_end > begin &&
		same(&old->lines[old_end - 1], &new->lines[new_end - 1]);
		old_end--)
		new_end--;
	r = compare(old, new, begin, old_end, new_end, ret);
	for (; old_end < old->n && r == 0; old_end++)
		put(ret, ' ', &old->lines[old_end]);
	return r;
}

/* Where the hunk of the change at this place ends: no further change is near. */
static size_t find_end(const struct script *script, size_t at)
{
	size_t last = at;

	for (; at < script->n && at <= last + 2 * CONTEXT + 1; at++)
		if (script->edits[at].kind != ' ')
			last = at;
	return last + CONTEXT + 1 < script->n ? last + CONTEXT + 1 : script->n;
}

/* "12,3": where it begins and how many lines it has. */
static void write_range(FILE *f, size_t before, size_t n)
{
	fprintf(f, n == 1 ? "%zu" : "%zu,%zu", n == 0 ? before : before + 1, n);
}

/* One hunk, of the edits from begin to end; so many lines of each text come before it. */
static void write_hunk(
	FILE *f, const struct script *script, size_t begin, size_t end, size_t old, size_t new)
{
	size_t n_old = 0, n_new = 0;

	for (size_t i = begin; i < end; i++) {
		n_old += script->edits[i].kind != '+';
		n_new += script->edits[i].kind != '-';
	}
	fprintf(f, "@@ -");
	write_range(f, old, n_old);
	fprintf(f, " +");
	write_range(f, new, n_new);
	fprintf(f, " @@\n");
	for (size_t i = begin; i < end; i++) {
		const struct edit *edit = &script->edits[i];

		fprintf(f, "%c%.*s\n%s", edit->kind, (int)edit->line->length, edit->line->text,
			edit->line->ended ? "" : "\\ No newline at end of file\n");
	}
}

/* All hunks. */
static void write_hunks(FILE *f, const struct script *script)
{
	size_t old = 0, new = 0, done = 0;

	for (size_t i = 0; i < script->n; i++) {
		size_t begin = i > done + CONTEXT ? i - CONTEXT : done, end;

		if (script->edits[i].kind == ' ')
			continue;
		end = find_end(script, i);
		for (; done < begin; done++) {
			old += script->edits[done].kind != '+';
			new += script->edits[done].kind != '-';
		}
		write_hunk(f, script, begin, end, old, new);
		for (; done < end; done++) {
			old += script->edits[done].kind != '+';
			new += script->edits[done].kind != '-';
		}
		i = end - 1;
	}
}

int textdiff_make(const char *old, const char *new, char **ret)
{
	_cleanup_(text_done) struct text from = { NULL, 0 }, to = { NULL, 0 };
	_cleanup_(script_done) struct script script = { NULL, 0 };
	char *text = NULL;
	size_t size;
	FILE *f;
	int r = split(old, &from);

	if (r == 0)
		r = split(new, &to);
	if (r == 0)
		r = make_script(&from, &to, &script);
	if (r < 0)
		return r;
	f = open_memstream(&text, &size);
	if (!f)
		return -ENOMEM;
	write_hunks(f, &script);
	if (fclose(f) != 0) {
		free(text);
		return -ENOMEM;
	}
	*ret = text;
	return 0;
}
