/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <locale.h>

#include "layout.h"
#include "test.h"
#include "util.h"
#include "wrap.h"

#define DIGEST                                                                                     \
	"3F:A9:51:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:"                                         \
	"DD:EE:FF:01:23:45:67:89:AB:CD:EF:10:32:54:76:98"
#define HOST_KEY  "ED25519 SHA256:Yx0b3tF5m2nq8Kz7vR1cW4dE6gH9jL0pQsTuVxYzAbC"
#define LINES_MAX 64
#define URL4	  "https://192.0.2.10:8443/"
#define URL6	  "https://[2001:db8:1111:2222:3333:4444:5555:6666]:8443/"

/* A dashboard as an appliance would show it. */
struct scene {
	struct status_line lines[LINES_MAX];
	size_t n;
};

/* Another line. */
static struct status_line *add(
	struct scene *scene, enum status_kind kind, const char *label, const char *text)
{
	struct status_line *line = &scene->lines[scene->n++];

	if (scene->n > LINES_MAX)
		abort();
	*line = (struct status_line){ .kind = kind };
	(void)snprintf((char *)line->label, sizeof(line->label), "%s", label);
	(void)snprintf((char *)line->text, sizeof(line->text), "%s", text);
	return line;
}

/* Another line with something to compare. */
static void add_key(struct scene *scene, enum status_kind kind, const char *label, const char *key,
	const char *text)
{
	(void)snprintf(
		(char *)add(scene, kind, label, text)->key, sizeof(scene->lines->key), "%s", key);
}

/* An interface. */
static void add_link(struct scene *scene, const char *name, const char *state, const char *address,
	const char *origin)
{
	struct status_line *line = add(scene, STATUS_LINK, name, state);

	if (*name)
		(void)snprintf((char *)line->mac, sizeof(line->mac), "52:54:00:12:34:56");
	(void)snprintf((char *)line->address, sizeof(line->address), "%s", address);
	(void)snprintf((char *)line->origin, sizeof(line->origin), "%s", origin);
}

/* What is known of the web interface. */
static void add_facts(struct scene *scene)
{
	add(scene, STATUS_WEB, "Web interface",
		"answering, but the certificate that it has is for another name "
		"(acme-web.service, since 14:02)");
	add_key(scene, STATUS_CERTIFICATE, "Certificate", "SHA256 " DIGEST,
		"self-signed, valid to 2027-11-21");
	add_key(scene, STATUS_HOST_KEY, "SSH host key", HOST_KEY, "");
	add_key(scene, STATUS_HOST_KEY, "",
		"ECDSA SHA256:Yx0b3tF5m2nq8Kz7vR1cW4dE6gH9jL0pQsTuVxYzAbC",
		"changed since the last start");
}

/* A dashboard with so many interfaces; variants: no address, IPv6, facts, a notice. */
static void make_scene(struct scene *scene, unsigned links, unsigned variant)
{
	scene->n = 0;
	add(scene, STATUS_TITLE, "appliance01", "Acme Backup Appliance 4.2");
	if (variant & 8)
		add(scene, STATUS_NOTICE, "",
			"Another device on the network already uses 2001:db8::99, so enp1s0 cannot "
			"use it.");
	if (variant & 1) {
		add(scene, STATUS_ADVICE, "",
			"No address yet: enp1s0 is plugged in, but no DHCP server has answered.");
		add(scene, STATUS_HINT, "", "Press F2 to set an address by hand.");
	} else {
		add(scene, STATUS_INTRO, "", "Manage this appliance from a web browser at");
		add(scene, STATUS_URL, links > 1 ? "enp1s0" : "", URL4);
		if (variant & 2)
			add(scene, STATUS_URL, links > 1 ? "enp1s0" : "", URL6);
	}
	if (variant & 4)
		add_facts(scene);
	for (unsigned i = 0; i < links; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "enp%us0", i + 1);
		add_link(scene, name, i ? "no cable" : "up 1 Gb/s",
			variant & 1 || i ? "-" : "192.0.2.10/24",
			variant & 1 || i ? "" : "automatic (DHCP)");
		if (variant & 2)
			add_link(scene, "", "", "2001:db8:1111:2222:3333:4444:5555:6666/64",
				"automatic (router)");
	}
	add(scene, STATUS_HELP, "Help", "https://docs.example.com/");
}

/* -- what is on the screen */

/* The rows as they are drawn, one string; the box is full of '#'. */
static void render(const struct layout *layout, int columns, int height, char *ret)
{
	memset(ret, ' ', (size_t)(columns * height));
	for (int y = 0; y < layout->box.rows; y++)
		for (int x = 0; x < layout->box.columns; x++)
			ret[(layout->box.y + y) * columns + layout->box.x + x] = '#';
	for (size_t i = 0; i < layout->n; i++) {
		const struct layout_row *row = &layout->rows[i];

		memcpy(ret + (int)i * columns + LAYOUT_INDENT, row->label,
			strlen(safe_bytes(row->label)));
		memcpy(ret + (int)i * columns + row->x, row->text, strlen(safe_bytes(row->text)));
	}
}

/* Is row i of the screen nothing but text, with blanks, an interface's name or a picture's cells
 * around it? */
static bool row_is(const char *screen, int columns, size_t i, const char *text)
{
	const char *row = screen + (int)i * columns,
		   *found = memmem(row, columns, text, strlen(text));

	if (!found)
		return false;
	for (const char *p = found + strlen(text); p < row + columns; p++)
		if (*p != ' ' && *p != '#')
			return false;
	return true;
}

/* What must hold of every row. */
static void check_rows(const struct layout *layout, int columns, int height, const char *what)
{
	if ((int)layout->n > height)
		test_fail("%s: %zu rows in %d", what, layout->n, height);
	for (size_t i = 0; i < layout->n; i++) {
		const struct layout_row *row = &layout->rows[i];
		int width = wrap_columns(row->text, strlen(safe_bytes(row->text)));
		int label = wrap_columns(row->label, strlen(safe_bytes(row->label)));
		bool beside = layout->box.rows > 0 && (int)i >= layout->box.y &&
			      (int)i < layout->box.y + layout->box.rows;
		int end = beside ? layout->box.x - 1 : columns;

		if (row->x + width > end)
			test_fail("%s: row %zu ends at %d of %d: %s", what, i, row->x + width, end,
				row->text);
		if (label > 0 && LAYOUT_INDENT + label >= row->x)
			test_fail("%s: row %zu: a label on its text: %s", what, i, row->label);
	}
}

/* The fingerprints are whole and in one piece, or as two halves under each other, or not there. */
static void check_digests(const struct layout *layout, const char *what)
{
	static const char *const firsts[] = { "3F:A9:51", "DD:EE:FF", "SHA256:Yx0" };
	unsigned seen[ARRAY_SIZE(firsts)] = { 0 };

	for (size_t i = 0; i < layout->n; i++) {
		const char *text = safe_bytes(layout->rows[i].text);

		for (size_t j = 0; j < ARRAY_SIZE(firsts); j++)
			seen[j] += strstr(text, firsts[j]) != NULL;
		if (strstr(text, "SHA256:Yx0") &&
			!strstr(text, "SHA256:Yx0b3tF5m2nq8Kz7vR1cW4dE6gH9jL0pQsTuVxYzAbC"))
			test_fail("%s: a host key is broken: %s", what, text);
		/* Its kind stands in front, or is what the words above begin with. */
		if (strncmp(text, "SHA256:Yx0", 10) == 0 &&
			!strstr(safe_bytes(layout->rows[i - 1].text), "ED25519") &&
			!strstr(safe_bytes(layout->rows[i - 1].text), "ECDSA") &&
			(i < 2 || !strstr(safe_bytes(layout->rows[i - 2].text), "ECDSA")))
			test_fail("%s: a host key without its kind: %s", what, text);
		if (!strstr(text, "3F:A9:51") || strstr(text, DIGEST))
			continue;
		if (i + 1 == layout->n || layout->rows[i + 1].x != layout->rows[i].x ||
			!streq(text, "3F:A9:51:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:") ||
			!streq(safe_bytes(layout->rows[i + 1].text),
				"DD:EE:FF:01:23:45:67:89:AB:CD:EF:10:32:54:76:98"))
			test_fail("%s: a fingerprint is broken: %s", what, text);
	}
	if (seen[0] != seen[1] || seen[0] > 1)
		test_fail("%s: %u and %u halves of a fingerprint", what, seen[0], seen[1]);
}

/* The URLs are whole, and alone. */
static void check_urls(const struct layout *layout, const struct scene *scene, int columns,
	int height, const char *what)
{
	static char screen[300 * 100];

	render(layout, columns, height, screen);
	for (size_t i = 0; i < scene->n; i++) {
		const char *url = safe_bytes(scene->lines[i].text);
		size_t found = 0;

		if (scene->lines[i].kind != STATUS_URL ||
			(int)strlen(url) + LAYOUT_INDENT > columns)
			continue;
		for (size_t j = 0; j < layout->n; j++)
			found += row_is(screen, columns, j, url);
		if (found != 1)
			test_fail("%s: %s stands %zu times", what, url, found);
	}
}

/* Every size from 40x12 to 200x60, with and without a picture. */
static void test_every_size(void)
{
	static const struct layout_box boxes[] = { { 0 }, { 15, 29, 0, 0 }, { 29, 58, 0, 0 } };
	static const unsigned links[] = { 0, 1, 2, 8 };
	struct scene scene;
	unsigned boxed = 0;

	for (size_t l = 0; l < ARRAY_SIZE(links); l++)
		for (unsigned v = 0; v < 16; v++) {
			make_scene(&scene, links[l], v);
			for (int columns = 40; columns <= 200; columns += columns < 84 ? 1 : 11)
				for (int height = 8; height <= 58; height += columns % 5 + 2)
					for (size_t b = 0; b < ARRAY_SIZE(boxes); b++) {
						struct layout layout;
						char what[96];

						(void)snprintf(what, sizeof(what),
							"%dx%d, %u links, variant %u, box %zu",
							columns, height, links[l], v, b);
						if (layout_build(scene.lines, scene.n, columns,
							    height, b ? &boxes[b] : NULL,
							    &layout) < 0)
							abort();
						boxed += layout.box.rows > 0;
						check_rows(&layout, columns, height, what);
						check_digests(&layout, what);
						check_urls(&layout, &scene, columns, height, what);
						layout_done(&layout);
						if (test_failures > 20)
							return;
					}
		}
	test_assert(boxed > 1000);
}

/* The rows of a layout, and whether they hold this. */
static bool shows(const struct layout *layout, const char *text)
{
	for (size_t i = 0; i < layout->n; i++)
		if (strstr(safe_bytes(layout->rows[i].text), text))
			return true;
	return false;
}

/* A URL of nothing takes no row, nor does its label go where there is none. */
static void test_empty_url(void)
{
	for (size_t links = 0; links < 48; links++) {
		struct layout layout;
		struct scene scene = { 0 };

		for (size_t i = 0; i < links; i++)
			add_link(&scene, "enp1s0", "no cable", "-", "");
		(void)add(&scene, STATUS_URL, "enp1s0", "");
		if (layout_build(scene.lines, scene.n, 80, 100, NULL, &layout) < 0)
			abort();
		for (size_t i = 0; i < layout.n; i++)
			test_assert(!layout.rows[i].url);
		layout_done(&layout);
	}
}

/* What is left out first, second, ... as rows get fewer. */
static void test_order(void)
{
	static const char *const order[] = { "enp5s0", "and 3 more", "Network", "docs.example",
		"SHA256:Yx0", "3F:A9:51", "Manage this", "enp2s0", "answering" };
	size_t gone = 0;
	struct scene scene;

	make_scene(&scene, 8, 4);
	for (int height = 40; height >= 1; height--) {
		struct layout layout;

		if (layout_build(scene.lines, scene.n, 80, height, NULL, &layout) < 0)
			abort();
		test_assert(shows(&layout, URL4));
		for (size_t i = 0; i < ARRAY_SIZE(order); i++)
			if (shows(&layout, order[i]) && i < gone && i != 1)
				test_fail("%d rows: %s is there again", height, order[i]);
			else if (!shows(&layout, order[i]) && i == gone)
				gone++;
		layout_done(&layout);
	}
	test_equal_int(gone, ARRAY_SIZE(order));
}

/* A word that fills a row leaves no blank to the next one; what is indented stays so. */
static void test_wrap(void)
{
	static const struct {
		const char *text;
		int columns;
		const char *rows; /* each ended by '|' */
	} cases[] = {
		{ "https://a/ is it", 10, "https://a/|is it|" },
		{ "https://ab is", 10, "https://ab|is|" },
		{ "one two", 7, "one two|" },
		{ "abc\n  def", 3, "abc|  d|ef|" },
		{ "abcdef g", 3, "abc|def|g|" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct safe_lines text = safe_lines(cases[i].text);
		struct wrap_row rows[8];
		char found[64] = "";
		size_t n = wrap_text(text.text, cases[i].columns, rows, ARRAY_SIZE(rows));

		for (size_t j = 0, used = 0; j < n; j++)
			used += (size_t)snprintf(found + used, sizeof(found) - used, "%.*s|",
				(int)rows[j].length, safe_bytes(rows[j].text));
		test_equal_str_at(cases[i].text, found, cases[i].rows);
	}
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	test_run(test_every_size);
	test_run(test_empty_url);
	test_run(test_order);
	test_run(test_wrap);
	return test_result();
}
