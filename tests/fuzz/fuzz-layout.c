/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The start screen at any size: columns, rows and a box, then lines with what they say. */

#include <locale.h>

#include "fuzz.h"
#include "layout.h"
#include "safe_text.h"
#include "wrap.h"

#define LINES_MAX   48
#define COLUMNS_MIN 40 /* with fewer, a screen says so instead */

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	fuzz_assert(setlocale(LC_CTYPE, "C.UTF-8"));
	return 0;
}

/* A text that has passed safe_text(), as all of a line's have. */
static void take_text(struct fuzz_bytes *from, void *ret, size_t size, int columns)
{
	struct safe_str safe;
	char text[512];

	fuzz_string(from, text, sizeof(text));
	safe = safe_text(text, columns);
	(void)snprintf(ret, size, "%s", (const char *)safe.text);
	safe_utf8(ret);
}

/* The cells of a text of a row's. */
static int cells(const void *text)
{
	return wrap_columns(text, strlen(text));
}

static void take_line(struct fuzz_bytes *from, struct status_line *line)
{
	bool table, brief;

	*line = (struct status_line){ .kind = (enum status_kind)fuzz_below(from, STATUS_HELP + 1) };
	table = line->kind == STATUS_LINK || line->kind == STATUS_URL;
	take_text(from, line->label, sizeof(line->label), table ? 15 : 20);
	/* The program's own words. */
	brief = line->kind == STATUS_LINK || line->kind == STATUS_MORE;
	take_text(from, line->text, sizeof(line->text), brief ? 15 : 0);
	if (line->kind == STATUS_CERTIFICATE || line->kind == STATUS_HOST_KEY)
		take_text(from, line->key, sizeof(line->key), 110);
	if (line->kind == STATUS_MORE)
		line->more = fuzz_byte(from);
	if (line->kind != STATUS_LINK)
		return;
	take_text(from, line->mac, sizeof(line->mac), 17);
	take_text(from, line->address, sizeof(line->address), IP_TEXT_MAX);
	take_text(from, line->origin, sizeof(line->origin), 20);
}

/* Nothing stands outside of the screen, on the picture, or on a label. */
static void check_row(const struct layout *layout, size_t i, int columns)
{
	const struct layout_row *row = &layout->rows[i];
	const struct layout_box *box = &layout->box;
	int width = cells(row->text);
	int label = cells(row->label);
	bool beside = box->rows > 0 && (int)i >= box->y && (int)i < box->y + box->rows;

	fuzz_assert(row->x >= 0 && row->x + width <= (beside ? box->x : columns));
	fuzz_assert(label == 0 || LAYOUT_INDENT + label < row->x);
	fuzz_assert(fuzz_is_utf8(row->text) && !fuzz_has_control(row->text));
	fuzz_assert(fuzz_is_utf8(row->label) && !fuzz_has_control(row->label));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct status_line lines[LINES_MAX];
	struct fuzz_bytes from = { data, size };
	int columns = 1 + (int)(fuzz_u32(&from) % 1000), height = 1 + (int)(fuzz_u32(&from) % 1000);
	struct layout_box box = { .rows = fuzz_byte(&from), .columns = fuzz_byte(&from) };
	bool boxed = box.rows > 0 && box.columns > 0;
	struct layout layout;
	size_t n = 0;

	while (from.left > 0 && n < LINES_MAX)
		take_line(&from, &lines[n++]);
	fuzz_assert(layout_build(lines, n, columns, height, boxed ? &box : NULL, &layout) == 0);
	fuzz_assert(layout.n <= (size_t)height);
	for (size_t i = 0; i < layout.n && columns >= COLUMNS_MIN; i++)
		check_row(&layout, i, columns);
	if (layout.box.rows > 0) {
		fuzz_assert(layout.box.y >= 0 && layout.box.y + layout.box.rows <= height);
		fuzz_assert(layout.box.x >= 0 && layout.box.x + layout.box.columns <= columns);
	}
	layout_done(&layout);
	return 0;
}
