/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the vendor says of how it looks: colours, the picture, links; and which key may be meant by
 * one that does not exist. */

#include <locale.h>
#include <math.h>

#include "conf.h"
#include "nearest.h"
#include "src/core/conf_parts.h"
#include "tree.h"
#include "util.h"

#define ETC  "/etc/firstboot/firstboot.conf"
#define LOGO "/usr/share/acme/logo.txt"

static char complaints[2048];

/* Note a complaint as "file:line: what" on a line of its own. */
static void complain(const char *file, int line, const char *what, void *userdata)
{
	size_t length = strlen(complaints);

	(void)snprintf(
		complaints + length, sizeof(complaints) - length, "%s:%d: %s\n", file, line, what);
}

static struct conf load(void)
{
	struct conf conf = { 0 };

	complaints[0] = '\0';
	test_equal_int(conf_load(tree, complain, complaints, &conf), 0);
	return conf;
}

/* -- colours */

static const char *const colours[16] = { "black", "red", "green", "yellow", "blue", "magenta",
	"cyan", "white", "bright-black", "bright-red", "bright-green", "bright-yellow",
	"bright-blue", "bright-magenta", "bright-cyan", "bright-white" };

/* What a VGA sends for them. */
static const unsigned rgb[16] = { 0x000000, 0xaa0000, 0x00aa00, 0xaa5500, 0x0000aa, 0xaa00aa,
	0x00aaaa, 0xaaaaaa, 0x555555, 0xff5555, 0x55ff55, 0xffff55, 0x5555ff, 0xff55ff, 0x55ffff,
	0xffffff };

/* WCAG 2.1, relative luminance, as it is written there. */
static double luminance(unsigned colour)
{
	static const double weights[] = { 0.0722, 0.7152, 0.2126 };
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		double part = (colour >> (8 * i) & 0xff) / 255.0;

		sum += weights[i] *
		       (part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
	}
	return sum;
}

static double ratio(unsigned a, unsigned b)
{
	double la = luminance(a) + 0.05, lb = luminance(b) + 0.05;

	return la > lb ? la / lb : lb / la;
}

/* Every pair that there is: taken where it can be read, by the formula. */
static void test_contrast(void)
{
	int taken = 0;

	for (uint8_t text = 0; text < 16; text++)
		for (uint8_t ground = 0; ground < 8; ground++) {
			double expected = ratio(rgb[text], rgb[ground]);
			struct theme_pair pair = { 77, 77 };
			char value[64];
			int r;

			(void)snprintf(
				value, sizeof(value), "%s %s", colours[text], colours[ground]);
			r = theme_parse(value, &pair);
			if (fabs(theme_contrast((struct theme_pair){ text, ground }) / 100.0 -
				    expected) > 0.02)
				test_fail("%s: %u, expected %f", value,
					theme_contrast((struct theme_pair){ text, ground }),
					expected);
			if (r != (expected >= 4.5 ? 0 : -ERANGE))
				test_fail("%s: %d at %f", value, r, expected);
			if (r == 0 && (pair.text != text || pair.ground != ground))
				test_fail("%s: %d %d", value, pair.text, pair.ground);
			if (r < 0 && (pair.text != 77 || pair.ground != 77))
				test_fail("%s changed what it did not take", value);
			taken += r == 0;
		}
	test_assert(taken > 30 && taken < 100);
}

static void test_no_pair(void)
{
	static const char *const none[] = { "", "white", "white ", " white black",
		"white black red", "white bright-black", "bright- black", "White black",
		"white,black", "15 0", "bright-bright-white black", "white black ", "grey black" };
	struct theme_pair pair;

	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		if (theme_parse(none[i], &pair) != -EINVAL)
			test_fail("\"%s\" is taken", none[i]);
	test_equal_int(theme_parse("bright-white \t blue", &pair), 0);
}

/* The defaults can be read themselves; a weak pair leaves its key, the others count. */
static void test_theme(void)
{
	_cleanup_(conf_done) struct conf conf = { 0 };

	for (const struct conf_key *key = conf_keys; key->name; key++) {
		struct theme_pair pair;

		if (streq(key->section, "Theme"))
			test_equal_int(theme_parse(key->normal, &pair), 0);
	}
	tree_clear();
	tree_write(ETC, "[Theme]\nText=yellow red\nTitle=bright-cyan blue\nBar=white\n");
	conf = load();
	test_equal_int(conf.theme[THEME_TEXT].text, 7);
	test_equal_int(conf.theme[THEME_TEXT].ground, 0);
	test_equal_int(conf.theme[THEME_TITLE].text, 14);
	test_equal_int(conf.theme[THEME_TITLE].ground, 4);
	test_equal_str(complaints,
		ETC ":2: Text=yellow red is too hard to read: the contrast of the two is less than "
		    "4.5 to 1.\n" ETC
		    ":4: Bar= takes two colours, of the text and behind it: black, red, green, "
		    "yellow, blue, magenta, cyan or white, the first perhaps as bright-white.\n");
}

/* -- the picture */

#define SIXTY "123456789012345678901234567890123456789012345678901234567890"

static void test_logo(void)
{
	static const struct {
		const char *text, *shown, *complaint;
	} cases[] = {
		{ " /\\_ \n(__)\t\n", "",
			", for its line 2: The picture has a character that cannot be drawn; tabs "
			"are among them." },
		{ " /\\ \r\n\n/__\\\n\n\n", " /\\\n\n/__\\\n", NULL },
		{ "no end", "no end\n", NULL },
		{ "", "", NULL },
		{ "\n \n", "", NULL },
		{ SIXTY "  \n", SIXTY "\n", NULL },
		{ SIXTY "1\n", "",
			", for its line 1: A row of the picture has more than 60 columns." },
		{ "1\n2\n3\n4\n5\n6\n\n", "1\n2\n3\n4\n5\n6\n", NULL },
		{ "1\n2\n3\n4\n5\n6\n7\n", "",
			", for its line 7: The picture has more than 6 rows." },
		{ "\033[2J\n", "",
			", for its line 1: The picture has a character that cannot be drawn; tabs "
			"are among them." },
		{ "\xc3\xa4\xe2\x95\x90\n", "\xc3\xa4\xe2\x95\x90\n", NULL },
		{ "a\xe2\x80\xae"
		  "b\n",
			"",
			", for its line 1: The picture has a character that cannot be drawn; tabs "
			"are among them." },
		{ "\xff\n", "",
			", for its line 1: The picture has a character that cannot be drawn; tabs "
			"are among them." },
	};
	char expected[512];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(conf_done) struct conf conf = { 0 };

		tree_clear();
		tree_write(ETC, "[Web]\nPort=1\n[Product]\nLogo=" LOGO "\n");
		tree_write(LOGO, cases[i].text);
		conf = load();
		test_equal_str_at(cases[i].text, conf.logo_text, cases[i].shown);
		(void)snprintf(expected, sizeof(expected), ETC ":4: Logo=" LOGO " is not shown%s\n",
			cases[i].complaint ? cases[i].complaint : "");
		test_equal_str_at(cases[i].text, complaints, cases[i].complaint ? expected : "");
	}
}

/* A picture that is not there, or where the console may not read, is none. */
static void test_logo_places(void)
{
	static const char *const cases[][2] = {
		{ "/usr/share/none", "The picture cannot be read: it is not there, or is no text "
				     "that everybody may read." },
		{ "/usr/share", "The picture cannot be read: it is not there, or is no text that "
				"everybody may read." },
		{ "/srv/logo", "The picture must lie below /usr, /etc or /run, where the console "
			       "may read." },
	};
	char text[512];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(conf_done) struct conf conf = { 0 };

		tree_clear();
		tree_write("/srv/logo", "x\n");
		tree_write("/usr/share/x", "x\n");
		(void)snprintf(text, sizeof(text), "[Product]\nLogo=%s\n", cases[i][0]);
		tree_write(ETC, text);
		conf = load();
		test_equal_str(conf.logo_text, "");
		(void)snprintf(text, sizeof(text), ETC ":2: Logo=%s is not shown: %s\n",
			cases[i][0], cases[i][1]);
		test_equal_str_at(cases[i][0], complaints, text);
	}
}

/* -- links */

static void test_links(void)
{
	static const char *const cases[][4] = {
		{ "", "", "", "" },
		{ "SUPPORT_URL=https://help.example/\n", "", "", "https://help.example/" },
		{ "SUPPORT_URL=https://help.example/\n", "Acme", "", "" },
		{ "SUPPORT_URL=mailto:x\n", "", "", "" },
		{ "SUPPORT_URL=https://help.example/\n", "", "https://own.example/",
			"https://own.example/" },
	};
	char text[256];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(conf_done) struct conf conf = { 0 };

		tree_clear();
		tree_write("/etc/os-release", cases[i][0]);
		(void)snprintf(text, sizeof(text),
			"[Product]\nName=%s\nSupportURL=%s\n"
			"DocumentationURL=http://d.example/\n",
			cases[i][1], cases[i][2]);
		tree_write(ETC, text);
		conf = load();
		test_equal_str(conf.support_url, cases[i][3]);
		test_equal_str(complaints, "");
	}
}

/* -- what may be meant */

static void test_nearest(void)
{
	_cleanup_(conf_done) struct conf conf = { 0 };

	tree_clear();
	tree_write(ETC,
		"[Product]\nNmae=x\nColour=x\nPort=8\n[Web]\nScheme_=http\n[Wizzard]\nSteps=x\n"
		"[]\nQR=no\n");
	conf = load();
	test_equal_str(complaints,
		ETC ":2: There is no key Nmae= in section [Product]. Is Name= meant?\n" ETC
		    ":3: There is no key Colour= in section [Product].\n" ETC
		    ":4: There is no key Port= in section [Product]. Is Port= of [Web] meant?\n" ETC
		    ":6: There is no key Scheme_= in section [Web]. Is Scheme= meant?\n" ETC
		    ":8: There is no key Steps= in section [Wizzard]. Is Steps= of [Wizard] "
		    "meant?\n" ETC
		    ":10: There is no key QR= in section []. Is QR= of [Console] meant?\n");
	test_equal_int(nearest_distance("name", "Name"), 0);
	test_equal_int(nearest_distance("Nmae", "Name"), 2);
	test_equal_int(nearest_distance("", "Name"), 4);
	test_equal_int(nearest_distance("Names", "Name"), 1);
}

int main(void)
{
	if (!setlocale(LC_ALL, "C.UTF-8"))
		return 1;
	test_run(test_contrast);
	test_run(test_no_pair);
	test_run(test_theme);
	test_run(test_logo);
	test_run(test_logo_places);
	test_run(test_links);
	test_run(test_nearest);
	tree_done();
	return test_result();
}
