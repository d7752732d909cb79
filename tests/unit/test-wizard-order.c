/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which steps the wizard asks for, in which order. */

#include "test.h"
#include "util.h"
#include "wizard_order.h"

/* What was complained of. */
static char complaints[4096];

static void note(const char *file, int line, const char *what, void *userdata)
{
	size_t length = strlen(complaints);

	(void)snprintf(complaints + length, sizeof(complaints) - length, "%s\n", what);
}

/* The order that comes of these words, as one text: "~" behind what may be skipped. */
static const char *order(
	const char *steps, const char *skippable, const char *eula, bool login, const char *vendors)
{
	static char text[1024];
	char steps_copy[256], skippable_copy[256], eula_copy[64];
	struct step_def all[8] = { 0 };
	struct step_defs defs = { .all = all };
	struct conf conf = {
		.wizard_steps = steps_copy, .wizard_skippable = skippable_copy, .eula = eula_copy
	};
	struct wizard_order made;
	size_t length = 0;

	(void)snprintf(steps_copy, sizeof(steps_copy), "%s", steps);
	(void)snprintf(skippable_copy, sizeof(skippable_copy), "%s", skippable);
	(void)snprintf(eula_copy, sizeof(eula_copy), "%s", eula);
	while (*vendors && defs.n < ARRAY_SIZE(all)) {
		int used = 0;

		if (sscanf(vendors, "%31[^ ]%n", all[defs.n].name, &used) != 1)
			break;
		all[defs.n].skippable = streq(all[defs.n].name, "free");
		defs.n++;
		vendors += used + (vendors[used] == ' ');
	}
	*complaints = '\0';
	wizard_order_make(&conf, &defs, login, note, NULL, &made);
	*text = '\0';
	for (size_t i = 0; i < made.n; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s%s",
			i ? " " : "", made.all[i].name, made.all[i].skippable ? "~" : "");
	return text;
}

/* The order that is written down, and what is added to it. */
static void orders(void)
{
	test_equal_str(order("welcome eula network hostname password", "", "", false, ""),
		"welcome eula network hostname password");
	test_equal_str(order("hostname welcome", "", "", true, ""), "hostname welcome");
	test_equal_str(order("welcome network", "", "", true, "site licence"),
		"welcome network site licence");
	test_equal_str(order("licence welcome network", "", "", true, "site licence"),
		"licence welcome network site");
	test_equal_str(order("", "", "", true, "site"), "site");
	test_equal_str(complaints, "");
}

/* What the setup cannot end without has a place. */
static void what_is_needed(void)
{
	test_equal_str(
		order("welcome network", "", "/x", false, ""), "welcome eula network password");
	test_equal_str(order("network", "", "/x", true, ""), "eula network");
	test_equal_str(
		order("network password eula", "", "/x", false, ""), "network password eula");
	test_equal_str(complaints, "");
}

/* What may be left out. */
static void what_is_skippable(void)
{
	test_equal_str(
		order("welcome network hostname", "network site", "", true, "site other free"),
		"welcome network~ hostname site~ other free~");
	test_equal_str(complaints, "");
	test_equal_str(
		order("welcome password", "password welcome", "", true, ""), "welcome password");
	test_assert(strstr(complaints, "\"password\" cannot be left out"));
	test_assert(strstr(complaints, "\"welcome\" cannot be left out"));
}

/* What is wrong is said, and passed over. */
static void what_is_wrong(void)
{
	test_equal_str(order("welcome nework hostname", "", "", true, ""), "welcome hostname");
	test_assert(strstr(complaints, "Steps=: \"nework\" is no step"));
	test_equal_str(order("hostname hostname", "", "", true, ""), "hostname");
	test_assert(strstr(complaints, "twice"));
	test_equal_str(order("welcome", "sight", "", true, "site"), "welcome site");
	test_assert(strstr(complaints, "Skippable=: \"sight\" is no step"));
	test_equal_str(order("welcome", "", "", true, "network"), "welcome");
	test_assert(strstr(complaints, "\"network\" is built in"));
}

int main(void)
{
	test_run(orders);
	test_run(what_is_needed);
	test_run(what_is_skippable);
	test_run(what_is_wrong);
	return test_result();
}
