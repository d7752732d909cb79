/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Time zones and keyboard layouts, by the files of a machine. */

#include "keymap.h"
#include "test.h"
#include "tree.h"
#include "util.h"
#include "zone.h"

#define BASE                                                                                       \
	"! model\n  pc105           Generic 105-key PC\n\n! layout\n"                              \
	"  us              English (US)\n  de              German\n  gb              English "     \
	"(UK)\n"                                                                                   \
	"  custom          A user-defined custom Layout\n\n! variant\n"                            \
	"  nodeadkeys      de: German (no dead keys)\n  neo             de: German (Neo 2)\n"      \
	"  intl            us: English (US, intl.)\n\n! option\n  grp                  "           \
	"Switching\n"
#define MODEL_MAP                                                                                  \
	"# consolelayout\txlayout\txmodel\txvariant\txoptions\n"                                   \
	"uk\t\t\tgb\tpc105\t\t-\t\tterminate:ctrl_alt_bksp\n"                                      \
	"de-latin1-nodeadkeys\tde\tpc105\tnodeadkeys\tterminate:ctrl_alt_bksp\n"                   \
	"cz-us\tus,cz\tpc105\tintl,\tx\nhalf\tus\n"

static void zone_of_now(void)
{
	char zone[ZONE_NAME_SIZE];
	static const struct {
		const char *target, *expected;
	} table[] = {
		{ "../usr/share/zoneinfo/Europe/Sofia", "Europe/Sofia" },
		{ "/usr/share/zoneinfo/Etc/UTC", "Etc/UTC" },
		{ "/usr/share/zoneinfo/", "" },
		{ "/usr/share/zoneinfo/../../etc/passwd", "" },
		{ "elsewhere", "elsewhere" },
	};

	tree_clear();
	zone_read(tree, zone);
	test_equal_str(zone, "UTC");
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		tree_link("/etc/localtime", table[i].target);
		zone_read(tree, zone);
		test_equal_str(zone, table[i].expected);
		(void)unlink(tree_path("/etc/localtime"));
	}
	tree_write("/etc/localtime", "TZif2");
	zone_read(tree, zone);
	test_equal_str(zone, "");
}

static void zones_installed(void)
{
	struct names_list list = { 0 };

	tree_clear();
	test_equal_int(zone_list(tree, &list), -ENOENT);
	test_assert(zone_is_installed(tree, "UTC"));
	tree_write("/usr/share/zoneinfo/Europe/Sofia", "TZif2...");
	tree_write("/usr/share/zoneinfo/Europe/Text", "no zone");
	tree_write("/usr/share/zoneinfo/Europe/Empty", "");
	tree_write("/secret", "TZif2...");
	test_assert(zone_is_installed(tree, "Europe/Sofia"));
	for (const char *const *name = (const char *const[]){ "", "Europe", "Europe/Text",
		     "Europe/Empty", "Europe/Gone", "../../../secret", "/Europe/Sofia",
		     "Europe//Sofia", "Europe/Sofia/", "Europe/Sofia\n", NULL };
		*name; name++)
		test_assert(!zone_is_installed(tree, *name));
	tree_write("/usr/share/zoneinfo/zone.tab",
		"# a comment\nBG\t+4241+02319\tEurope/Sofia\nAD\t+4230\tEurope/Andorra\tfine\n"
		"half\nBG\t+4241+02319\tEurope/Sofia\nCI\t+0519-00402\tAfrica/Abidjan");
	test_equal_int(zone_list(tree, &list), 0);
	test_equal_int(list.n, 4);
	test_equal_str(list.all[0], "Africa/Abidjan");
	test_equal_str(list.all[3], "UTC");
	test_assert(names_have(&list, "Europe/Andorra") && !names_have(&list, "Europe"));
	names_done(&list);
}

static void names_of_keymaps(void)
{
	test_assert(keymap_check_name("de-latin1") && keymap_check_name("de(neo)"));
	for (const char *const *name = (const char *const[]){ "", ".", "..", "-u", "a/b", "a b",
		     "a\n", "a\"", "ümlaut",
		     "0123456789012345678901234567890123456789012345678901234567890123", NULL };
		*name; name++)
		test_assert(!keymap_check_name(*name));
}

static void keymaps_of_kbd(void)
{
	char keymap[KEYMAP_NAME_SIZE];
	struct names_list list = { 0 };

	tree_clear();
	keymap_read(tree, keymap);
	test_equal_str(keymap, "");
	test_equal_int(keymap_list(tree, &list), -ENOENT);
	tree_write("/usr/share/kbd/keymaps/i386/qwertz/de.map.gz", "");
	tree_write("/usr/share/kbd/keymaps/us.map", "");
	tree_write("/usr/lib/kbd/keymaps/xkb/us.map.gz", "");
	tree_write("/usr/lib/kbd/keymaps/README", "");
	test_equal_int(keymap_list(tree, &list), 0);
	test_equal_int(list.n, 2);
	test_equal_str(list.all[0], "de");
	names_done(&list);
	test_assert(keymap_is_installed(tree, "us") && !keymap_is_installed(tree, "fr"));
	tree_write("/etc/vconsole.conf", "# KEYMAP=fr\nFONT=x\nKEYMAP=\"de\" # mine\n");
	keymap_read(tree, keymap);
	test_equal_str(keymap, "de");
	test_assert(keymap_is_set(tree, "de") && !keymap_is_set(tree, "us"));
}

static void layouts_of_debian(void)
{
	char keymap[KEYMAP_NAME_SIZE];
	struct names_list list = { 0 };

	tree_clear();
	tree_write("/etc/default/keyboard", "XKBLAYOUT='de'\nXKBVARIANT=\"nodeadkeys\"\n");
	test_equal_int(keymap_list(tree, &list), -ENOENT);
	tree_write("/usr/share/X11/xkb/rules/base.lst", BASE);
	tree_write("/usr/share/systemd/kbd-model-map", MODEL_MAP);
	test_assert(keymap_is_debian(tree));
	keymap_read(tree, keymap);
	test_equal_str(keymap, "de(nodeadkeys)");
	test_assert(keymap_is_set(tree, "de(nodeadkeys)") &&
		    keymap_is_set(tree, "de-latin1-nodeadkeys") && !keymap_is_set(tree, "de"));
	test_equal_int(keymap_list(tree, &list), 0);
	test_equal_int(list.n, 3);
	test_assert(names_have(&list, "gb") && !names_have(&list, "custom"));
	names_done(&list);
	for (const char *const *name =
			(const char *const[]){ "us", "uk", "de(neo)", "cz-us", NULL };
		*name; name++)
		test_assert(keymap_is_installed(tree, *name));
	for (const char *const *name = (const char *const[]){ "xx", "half", "de(intl)", "de(",
		     "de()", "(neo)", "de(neo)x", "de((neo))", NULL };
		*name; name++)
		test_assert(!keymap_is_installed(tree, *name));
}

static void text_of_debian(void)
{
	static const struct {
		const char *text, *expected;
	} table[] = {
		{ "", "XKBLAYOUT=\"de\"\nXKBVARIANT=\"neo\"\n" },
		{ "# x", "# x\nXKBLAYOUT=\"de\"\nXKBVARIANT=\"neo\"\n" },
		{ "XKBMODEL=\"pc105\"\nXKBLAYOUT=us\nXKBVARIANT=\nXKBOPTIONS=\"\"\n",
			"XKBMODEL=\"pc105\"\nXKBLAYOUT=\"de\"\nXKBVARIANT=\"neo\"\nXKBOPTIONS="
			"\"\"\n" },
		{ "XKBVARIANT=a\nXKBLAYOUT=us", "XKBVARIANT=\"neo\"\nXKBLAYOUT=\"de\"\n" },
	};
	const struct keymap_xkb xkb = { "de", "neo" };

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		_cleanup_free_ char *text = NULL;

		test_equal_int(keymap_set_xkb(table[i].text, &xkb, &text), 0);
		test_equal_str(text, table[i].expected);
	}
}

int main(void)
{
	test_run(zone_of_now);
	test_run(zones_installed);
	test_run(names_of_keymaps);
	test_run(keymaps_of_kbd);
	test_run(layouts_of_debian);
	test_run(text_of_debian);
	tree_done();
	return test_result();
}
