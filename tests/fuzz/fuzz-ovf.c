/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The properties of a virtual machine: any document, and any value of one. */

#include "fuzz.h"
#include "ovf.h"

#define BEFORE                                                                                     \
	"<Environment xmlns='http://schemas.dmtf.org/ovf/environment/1' "                          \
	"xmlns:oe='http://schemas.dmtf.org/ovf/environment/1'><Property "                          \
	"oe:key='firstboot.network.address' oe:value='"
#define BEHIND "'/></Environment>"

/* It is one or the other, and each line of an answer file is one that we have begun. */
static void check(const char *xml)
{
	struct ovf_answers answers;

	ovf_read(xml, &answers);
	fuzz_assert(memchr(answers.text, '\0', sizeof(answers.text)));
	fuzz_assert(memchr(answers.problem, '\0', sizeof(answers.problem)));
	fuzz_assert(!*answers.text || !*answers.problem);
	for (const char *line = answers.text; *line; line = strchr(line, '\n') + 1) {
		fuzz_assert(strchr(line, '\n'));
		fuzz_assert(*line == '[' || (*line >= 'A' && *line <= 'Z'));
	}
	fuzz_assert(!strcasestr(answers.text, "\nPassword"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = fuzz_text(data, size), *wrapped = NULL;

	check(text);
	fuzz_assert(asprintf(&wrapped, BEFORE "%s" BEHIND, text) >= 0);
	check(wrapped);
	return 0;
}
