/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Vendors' steps: their files, and what is wrong with them. */

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <sys/resource.h>
#include <unistd.h>

#include "step_def.h"
#include "tree.h"
#include "util.h"

#define VENDOR VENDORDIR "/steps.d/"
#define ETC    "/etc/firstboot/steps.d/"

static char complaints[8192];

/* Note a complaint as "file:line: what" on a line of its own. */
static void complain(const char *file, int line, const char *what, void *userdata)
{
	size_t length = strlen(complaints);

	test_assert(userdata == complaints);
	(void)snprintf(complaints + length, sizeof(complaints) - length, "%s:%d: %s\n",
		strrchr(file, '/') + 1, line, what);
}

/* Load the tree; complaints holds what was complained of. */
static struct step_defs load(const char *language)
{
	struct step_defs defs = { 0 };

	complaints[0] = '\0';
	test_equal_int(step_defs_load(tree, language, complain, complaints, &defs), 0);
	return defs;
}

/* The only step of a tree with this file; complaints are none. */
static struct step_defs load_one(const char *text, const char *language)
{
	struct step_defs defs;

	tree_clear();
	tree_write(VENDOR "50-one.step", text);
	defs = load(language);
	test_equal_str(complaints, "");
	test_equal_int(defs.n, 1);
	return defs;
}

/* Nothing there is no step. */
static void test_none(void)
{
	_cleanup_(step_defs_done) struct step_defs defs = { 0 };

	tree_clear();
	defs = load("");
	test_equal_int(defs.n, 0);
	test_equal_str(complaints, "");
	test_assert(!step_defs_find(&defs, "licence"));
}

/* Every key, and what it means. */
static void test_keys(void)
{
	_cleanup_(step_defs_done) struct step_defs defs = load_one(
		"\xef\xbb\xbf# comment\n[Step]\nTitle=Licence ; not a comment\nText=One\n"
		"Text=\nText=Two # neither\nApply=licence\nTimeoutSec=5\nSkippable=yes\n\n"
		"[Field kind]\nType=choice\nLabel=Kind\nHelp=Which one\nChoice=trial A trial\n"
		"Choice=full\nDefault=full\nRequired=on\n"
		"[Field Count2]\nType=number\nLabel=How many\nMin=-3\nMax=12\nDefault=007\n"
		"VisibleIf=kind=trial\n"
		"[Field room]\nType=size\nLabel=Room\nMin=1M\nMax=2T\nDefault=5g\n"
		"[Field on]\nType=switch\nLabel=On\n[Field name]\nLabel=Name\nMin=2\n",
		"");
	const struct step_def *def = step_defs_find(&defs, "one");

	if (!def)
		return;
	test_equal_str(def->name, "one");
	test_equal_str(def->path, VENDOR "50-one.step");
	test_equal_str(def->title, "Licence ; not a comment");
	test_equal_str(def->text, "One\n\nTwo # neither");
	test_equal_str(def->apply, VENDOR "licence");
	test_equal_int(def->seconds, 5);
	test_assert(def->skippable);
	test_equal_int(def->n_fields, 5);
	test_equal_int(def->fields[0].kind, STEP_CHOICE);
	test_equal_str(def->fields[0].label, "Kind");
	test_equal_str(def->fields[0].help, "Which one");
	test_equal_int(def->fields[0].n_choices, 2);
	test_equal_str(def->fields[0].choices[0].value, "trial");
	test_equal_str(def->fields[0].choices[0].label, "A trial");
	test_equal_str(def->fields[0].choices[1].label, "full");
	test_equal_str(def->fields[0].normal, "full");
	test_assert(def->fields[0].required);
	test_assert(def->fields[0].condition == STEP_NO_CONDITION);
	test_equal_int(def->fields[1].min, -3);
	test_equal_int(def->fields[1].max, 12);
	test_equal_str(def->fields[1].normal, "7");
	test_equal_int(def->fields[1].condition, 0);
	test_equal_str(def->fields[1].condition_value, "trial");
	test_equal_int(def->fields[2].min, 1 << 20);
	test_equal_int(def->fields[2].max, 2LL << 40);
	test_equal_str(def->fields[2].normal, "5368709120");
	test_equal_str(def->fields[3].normal, "no");
	test_equal_int(def->fields[4].kind, STEP_TEXT);
	test_equal_int(def->fields[4].max, INT64_MAX);
	test_equal_int(step_field_find(def, "room"), 2);
	test_equal_int(step_field_find(def, "Room"), STEP_FIELDS_MAX);
}

/* A step of which only the title is said has nothing to ask and nothing to run. */
static void test_defaults(void)
{
	_cleanup_(step_defs_done) struct step_defs defs = load_one("[Step]\nTitle=Hello\n", "de");

	test_equal_str(defs.all[0].text, "");
	test_equal_str(defs.all[0].apply, "");
	test_equal_int(defs.all[0].seconds, STEP_SECONDS);
	test_assert(!defs.all[0].skippable);
	test_equal_int(defs.all[0].n_fields, 0);
}

/* Texts are in the language of whoever reads, as far as they are there, in whatever order. */
static void test_languages(void)
{
	static const char text[] =
		"[Step]\nTitle[de_AT]=Grüß Gott\nTitle=Hello\nTitle[de]=Guten Tag\nText=One\n"
		"Text[de]=Eins\nText=Two\nText[de]=Zwei\nText[fr]=Un\n[Field a]\nType=choice\n"
		"Label=A\nLabel[de]=Ä\nChoice[de]=x Iks\nChoice=x Ex\nChoice=y Why\n";
	static const struct {
		const char *language, *title, *text, *label, *x, *y;
	} rows[] = {
		{ "", "Hello", "One\nTwo", "A", "Ex", "Why" },
		{ "en", "Hello", "One\nTwo", "A", "Ex", "Why" },
		{ "de", "Guten Tag", "Eins\nZwei", "Ä", "Iks", "Why" },
		{ "de_AT", "Grüß Gott", "Eins\nZwei", "Ä", "Iks", "Why" },
		{ "de_AT.UTF-8", "Grüß Gott", "Eins\nZwei", "Ä", "Iks", "Why" },
		{ "de_DE", "Guten Tag", "Eins\nZwei", "Ä", "Iks", "Why" },
		{ "d", "Hello", "One\nTwo", "A", "Ex", "Why" },
		{ "deu", "Hello", "One\nTwo", "A", "Ex", "Why" },
		{ "fr_FR", "Hello", "Un", "A", "Ex", "Why" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(step_defs_done) struct step_defs defs = load_one(text, rows[i].language);
		const struct step_def *def = &defs.all[0];

		test_equal_str_at(rows[i].language, def->title, rows[i].title);
		test_equal_str_at(rows[i].language, def->text, rows[i].text);
		test_equal_str_at(rows[i].language, def->fields[0].label, rows[i].label);
		test_equal_str_at(rows[i].language, def->fields[0].choices[0].label, rows[i].x);
		test_equal_str_at(rows[i].language, def->fields[0].choices[1].label, rows[i].y);
	}
}

/* The files of both folders in the order of their names; /etc's hide the vendor's. */
static void test_order(void)
{
	_cleanup_(step_defs_done) struct step_defs defs = { 0 };

	tree_clear();
	tree_write(VENDOR "60-b.step", "[Step]\nTitle=Vendor's b\n");
	tree_write(VENDOR "70-a.step", "[Step]\nTitle=Vendor's a\n");
	tree_write(VENDOR "80-gone.step", "[Step]\nTitle=Gone\n");
	tree_write(VENDOR "85-empty.step", "[Step]\nTitle=Gone\n");
	tree_write(VENDOR "licence", "#!/bin/sh\n");
	tree_write(ETC "60-b.step", "[Step]\nTitle=Our b\n");
	tree_write(ETC "65-c9.step", "[Step]\nTitle=Our c\n");
	tree_link(ETC "80-gone.step", "/dev/null");
	tree_write(ETC "85-empty.step", "");
	defs = load("");
	test_equal_str(complaints, "");
	test_equal_int(defs.n, 3);
	test_equal_str(defs.all[0].title, "Our b");
	test_equal_str(defs.all[0].path, ETC "60-b.step");
	test_equal_str(defs.all[1].name, "c9");
	test_equal_str(defs.all[2].name, "a");
}

/* Names that no step may have, or that one has already. */
static void test_names(void)
{
	static const char good[] = "[Step]\nTitle=T\n";
	_cleanup_(step_defs_done) struct step_defs defs = { 0 };

	tree_clear();
	tree_write(VENDOR "10-network.step", good);
	tree_write(VENDOR "20-Big.step", good);
	tree_write(VENDOR "30-.step", good);
	tree_write(VENDOR "40-a.step", good);
	tree_write(VENDOR "50-a.step", good);
	tree_write(VENDOR "b.step", good);
	tree_link(VENDOR "60-c.step", "/nowhere");
	defs = load("");
	test_equal_str(complaints,
		"10-network.step:0: There is a step network in every wizard already.\n"
		"20-Big.step:0: The name of a step has 1 to 31 small letters, digits and dashes: "
		"50-NAME.step.\n"
		"30-.step:0: The name of a step has 1 to 31 small letters, digits and dashes: "
		"50-NAME.step.\n"
		"50-a.step:0: There is a step a already: " VENDOR "40-a.step.\n"
		"60-c.step:0: The file cannot be read: No such file or directory.\n");
	test_equal_int(defs.n, 2);
}

/* What is wrong in a file, and what is said of it. */
static void test_faults(void)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "# nothing\n", "0: The file has no section [Step].\n" },
		{ "[Step]\n", "1: The step has no Title=.\n" },
		{ "[Step]\nTitle=T\n[Step]\nTitle=U\n",
			"3: There is a section [Step] already, in line 1.\n" },
		{ "[Step]\nTitle=T\nTitle=U\n",
			"3: Title= stands there twice. Remove one of the two lines.\n" },
		{ "[Step]\nTitle=T\nTitle[de]=U\nTitle[de]=V\n",
			"4: Title[de]= stands there twice. Remove one of the two lines.\n" },
		{ "[Step]\nTitle[de]=T\n", "1: The step has no Title=.\n1: Title[de]= stands "
					   "there, and Title= does not.\n" },
		{ "[Step]\nTitle=T\nTitle[german]=U\n",
			"3: There is no key Title[german]= in section [Step]. Is Title= meant?\n" },
		{ "[Step]\nTitle=T\nTitel=U\nType=text\n",
			"3: There is no key Titel= in section [Step]. Is Title= meant?\n"
			"4: There is no key Type= in section [Step].\n" },
		{ "Title=T\n[Step]\nTitle=T\n", "1: Title= stands before the first section.\n" },
		{ "[Step]\nTitle=T\n[Fields]\nWhat=ever\n",
			"3: There is no section [Fields]: they are [Step] and [Field NAME].\n" },
		{ "[Step]\nTitle=T\nrubbish\nTitle:x\n[Open\n",
			"3: The line is neither [Section] nor Key=value.\n"
			"4: The line is neither [Section] nor Key=value.\n"
			"5: The section lacks its \"]\".\n" },
		{ "[Step]\nTitle=T\xff\nText=\x1b[31m\nText\t=\tx\ty\t\n",
			"2: The line has bytes that are no UTF-8.\n"
			"3: The line has a control character.\n"
			"4: The line has a control character.\n"
			"1: The step has no Title=.\n" },
		{ "[Step]\nTitle=T\nApply[de]=x\n", "3: Apply= is the same in every language.\n" },
		{ "[Step]\nTitle=T\nApply=../x\n",
			"3: Apply= takes the name of a program in " VENDORDIR
			"/steps.d, or its path there.\n" },
		{ "[Step]\nTitle=T\nApply=/bin/sh\n",
			"3: Apply= takes the name of a program in " VENDORDIR
			"/steps.d, or its path there.\n" },
		{ "[Step]\nTitle=T\nApply=" VENDORDIR "/steps.d/../../../bin/sh\n",
			"3: Apply= takes the name of a program in " VENDORDIR
			"/steps.d, or its path there.\n" },
		{ "[Step]\nTitle=T\nTimeoutSec=0\nSkippable=maybe\n",
			"3: TimeoutSec= takes a number from 1 to 3600.\n"
			"4: Skippable= takes yes or no.\n" },
		{ "[Step]\nTitle=T\n[Field]\n[Field a b]\nType=x\n",
			"3: There is no section [Field]: they are [Step] and [Field NAME].\n"
			"4: A field's name has 1 to 31 letters and digits.\n" },
		{ "[Step]\nTitle=T\n[Field a]\nLabel=A\n[Field a]\nLabel=B\n",
			"5: There is a field a already, in line 3.\n" },
		{ "[Step]\nTitle=T\n[Field a]\nType=colour\n",
			"3: The field a has no Label=.\n"
			"4: Type= takes text, number, choice, switch, secret, address, hostname, "
			"url or size.\n" },
		{ "[Step]\nTitle=T\n[Field a]\nLabel=A\nType=url\nMin=1\nMax=x\n",
			"6: A field of Type=url has no Min=.\n"
			"7: A field of Type=url has no Max=.\n" },
		{ "[Step]\nTitle=T\n[Field a]\nLabel=A\nType=number\nMin=9\nMax=8\n",
			"7: Max= is less than Min=.\n" },
		{ "[Step]\nTitle=T\n[Field a]\nLabel=A\nType=size\nMin=1X\nMax=\n",
			"6: Min= takes a size such as 512M.\n"
			"7: Max= takes a size such as 512M.\n" },
		{ "[Step]\nTitle=T\n[Field a]\nLabel=A\nMin=-1\nMax=5000\n",
			"5: Min= takes a number of characters, 0 to 1023.\n"
			"6: Max= takes a number of characters, 0 to 1023.\n" },
		{ "[Step]\nTitle=T\n[Field a]\nLabel=A\nType=choice\n",
			"3: The field a has no Choice=.\n" },
		{ "[Step]\nTitle=T\n[Field a]\nLabel=A\nChoice=x\n",
			"5: Only a field of Type=choice has Choice=.\n" },
		{ "[Step]\nTitle=T\n[Field a]\nLabel=A\nType=choice\nChoice=x\nChoice=x "
		  "Y\nChoice[de]=z\nChoice=\n",
			"7: There is a choice x already.\n"
			"9: Choice= takes a value of at most 31 bytes without a blank, and behind "
			"a "
			"blank a text of at most 60 characters.\n"
			"8: The choice z is translated, and does not stand there without a "
			"language.\n" },
		{ "[Step]\nTitle=T\n[Field a]\nLabel=A\nType=secret\nDefault=hunter2\n",
			"6: A secret has no Default=: everybody may read this file.\n" },
		{ "[Step]\nTitle=T\n[Field a]\nLabel=A\nType=number\nMax=5\nDefault=6\n",
			"7: Default=: 6 is too large: 5 is the most that is taken.\n" },
		{ "[Step]\nTitle=T\n[Field a]\nLabel=A\nVisibleIf=b=1\n[Field "
		  "b]\nLabel=B\nVisibleIf=b=1\n[Field c]\nLabel=C\nVisibleIf=a\n",
			"5: VisibleIf= takes FIELD=VALUE, of a field that stands before this one.\n"
			"8: VisibleIf= takes FIELD=VALUE, of a field that stands before this one.\n"
			"11: VisibleIf= takes FIELD=VALUE, of a field that stands before this "
			"one.\n" },
		{ "[Step]\nTitle=T\n[Field a]\nLabel=A\nType=secret\n[Field "
		  "b]\nLabel=B\nVisibleIf=a=x\n[Field c]\nLabel=C\nType=switch\n[Field "
		  "d]\nLabel=D\nVisibleIf=c=maybe\n",
			"8: VisibleIf= cannot look at a secret.\n"
			"14: VisibleIf=: maybe is neither yes nor no. Type yes or no.\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(step_defs_done) struct step_defs defs = { 0 };
		char expected[1024] = "";

		tree_clear();
		tree_write(VENDOR "50-one.step", rows[i].text);
		defs = load("");
		for (const char *line = rows[i].expected; *line;) {
			size_t length = strcspn(line, "\n") + 1, n = strlen(expected);

			(void)snprintf(expected + n, sizeof(expected) - n, "50-one.step:%.*s",
				(int)length, line);
			line += length;
		}
		test_equal_str_at(rows[i].text, complaints, expected);
		test_equal_int(defs.n, 0);
	}
}

/* What is longer than it may be. */
static void test_limits(void)
{
	_cleanup_(step_defs_done) struct step_defs defs = { 0 };
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	fprintf(f, "[Step]\nTitle=%061d\nText=%01019d\nText=%01020d\n", 0, 0, 0);
	for (size_t i = 0; i < 4; i++)
		fprintf(f, "Text=%01019d\n", 0);
	for (size_t i = 0; i <= STEP_FIELDS_MAX; i++)
		fprintf(f, "[Field f%zu]\nLabel=F\n", i);
	fprintf(f, "[Field f%d]\nType=choice\n", STEP_FIELDS_MAX - 1);
	fclose(f);
	tree_clear();
	tree_write(VENDOR "50-one.step", text);
	free(text);
	defs = load("");
	test_equal_str(complaints,
		"50-one.step:2: Title= takes at most 60 characters.\n"
		"50-one.step:4: The line is too long.\n"
		"50-one.step:8: All lines of Text= together have at most 4096 bytes.\n"
		"50-one.step:57: A step has at most 24 fields.\n"
		"50-one.step:59: There is a field f23 already, in line 55.\n"
		"50-one.step:1: The step has no Title=.\n");
}

/* So many choices, and so many steps. */
static void test_many(void)
{
	_cleanup_(step_defs_done) struct step_defs defs = { 0 };
	char path[64];
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	fprintf(f, "[Step]\nTitle=T\n[Field a]\nLabel=A\nType=choice\n");
	for (size_t i = 0; i <= STEP_CHOICES_MAX; i++)
		fprintf(f, "Choice=c%zu\n", i);
	fclose(f);
	tree_clear();
	tree_write(VENDOR "99-choices.step", text);
	free(text);
	for (size_t i = 0; i <= STEPS_MAX; i++) {
		(void)snprintf(path, sizeof(path), VENDOR "%02zu-s%zu.step", i, i);
		tree_write(path, "[Step]\nTitle=T\n");
	}
	defs = load("");
	test_equal_int(defs.n, STEPS_MAX);
	test_equal_str(complaints, "32-s32.step:0: There are more than 32 steps.\n"
				   "99-choices.step:70: A field has at most 64 choices.\n");
}

/* What others may write speaks for nobody. */
static void test_writable_by_others(void)
{
	_cleanup_(step_defs_done) struct step_defs file = { 0 }, folder = { 0 }, big = { 0 };

	tree_clear();
	tree_write_mode(VENDOR "50-one.step", "[Step]\nTitle=T\n", 0666);
	file = load("");
	test_equal_str(
		complaints, "50-one.step:0: Others than root may write it, so it is not read.\n");
	tree_write_mode(VENDOR "50-one.step", "[Step]\nTitle=T\n", 0644);
	test_equal_int(chmod(tree_path(VENDORDIR "/steps.d"), 0777), 0);
	folder = load("");
	test_equal_str(
		complaints, "50-one.step:0: Others than root may write it, so it is not read.\n");
	test_equal_int(chmod(tree_path(VENDORDIR "/steps.d"), 0755), 0);
	test_equal_int(truncate(tree_path(VENDOR "50-one.step"), 100000), 0);
	big = load("");
	test_equal_str(complaints, "50-one.step:0: The file cannot be read: File too large.\n");
	test_equal_int(file.n + folder.n + big.n, 0);
}

/* A program that only root can have put there. */
static void test_program(void)
{
	struct step_def def = { .apply = (char *)VENDOR "sub/run" };
	struct problem problem = { .text = "" };

	tree_clear();
	test_assert(!step_def_check_program(tree, &def, &problem));
	tree_write_mode(VENDOR "sub/run", "#!/bin/sh\n", 0755);
	test_assert(step_def_check_program(tree, &def, &problem));
	test_equal_int(chmod(tree_path(VENDOR "sub/run"), 0644), 0);
	test_assert(!step_def_check_program(tree, &def, &problem));
	test_equal_str(
		problem.text, "The program " VENDOR "sub/run may not be run: its mode lacks x.");
	test_equal_int(chmod(tree_path(VENDOR "sub/run"), 0757), 0);
	test_assert(!step_def_check_program(tree, &def, &problem));
	test_equal_str(problem.text,
		"Others than root may write the program " VENDOR "sub/run, so it is not run.");
	test_equal_int(chmod(tree_path(VENDOR "sub/run"), 0755), 0);
	test_equal_int(chmod(tree_path(VENDORDIR), 0757), 0);
	test_assert(!step_def_check_program(tree, &def, &problem));
	test_equal_str(problem.text,
		"Others than root may write the folder " VENDORDIR ", so nothing in it is run.");
	test_equal_int(chmod(tree_path(VENDORDIR), 0755), 0);
	tree_link(VENDOR "link", "sub");
	def.apply = (char *)VENDOR "link/run";
	test_assert(!step_def_check_program(tree, &def, &problem));
	test_equal_str(problem.text, VENDOR "link is no folder, but leads elsewhere.");
	tree_link(VENDOR "run", "sub/run");
	def.apply = (char *)VENDOR "run";
	test_assert(!step_def_check_program(tree, &def, &problem));
	test_equal_str(problem.text, "The program " VENDOR "run is no regular file.");
	def.apply = (char *)VENDOR "none";
	test_assert(!step_def_check_program(tree, &def, &problem));
	test_equal_str(problem.text, "There is no program " VENDOR "none.");
	def.apply = (char *)"/bin/sh";
	test_assert(!step_def_check_program(tree, &def, &problem));
	test_equal_str(problem.text, "The program /bin/sh is not in " VENDORDIR "/steps.d.");
}

/* What cannot be looked at for lack of a descriptor is not taken for what is not there: the set-up
 * could end without it. */
static void test_no_descriptors(void)
{
	struct step_defs defs = { 0 };
	struct rlimit before, few;
	int first;

	tree_clear();
	tree_write(VENDOR "50-one.step", "[Step]\nTitle=One\n");
	first = open("/dev/null", O_RDONLY | O_CLOEXEC);
	test_equal_int(close(first), 0);
	test_equal_int(getrlimit(RLIMIT_NOFILE, &before), 0);
	/* None for the folder; none for the file. */
	for (int more = 0; more < 2; more++) {
		few = (struct rlimit){ (rlim_t)(first + more), before.rlim_max };
		test_equal_int(setrlimit(RLIMIT_NOFILE, &few), 0);
		test_equal_int(step_defs_load(tree, "", NULL, NULL, &defs), -EMFILE);
		test_equal_int(setrlimit(RLIMIT_NOFILE, &before), 0);
	}
	defs = load("");
	test_equal_int(defs.n, 1);
	step_defs_done(&defs);
}

int main(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	test_run(test_none);
	test_run(test_keys);
	test_run(test_defaults);
	test_run(test_languages);
	test_run(test_order);
	test_run(test_names);
	test_run(test_faults);
	test_run(test_limits);
	test_run(test_many);
	test_run(test_writable_by_others);
	test_run(test_program);
	test_run(test_no_descriptors);
	tree_done();
	return test_result();
}
