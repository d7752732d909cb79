/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The files of firstbootd's own, as another hand or a broken disk may leave them: a first byte says
 * which. */

#include <locale.h>
#include <unistd.h>

#include "claim.h"
#include "fuzz.h"
#include "fuzz_set.h"
#include "fuzz_tree.h"
#include "history.h"
#include "journal.h"
#include "noted_keys.h"

/* What is read is what would be written. */
static void check_journal(void)
{
	struct journal journal, again;

	if (journal_read(fuzz_tree, &journal) < 0)
		return;
	fuzz_assert(memchr(journal.backend, 0, sizeof(journal.backend)));
	fuzz_check_networkd(journal.old, false);
	fuzz_check_networkd(journal.new, false);
	fuzz_assert(journal_write(fuzz_tree, &journal) == 0);
	fuzz_assert(journal_read(fuzz_tree, &again) == 0);
	fuzz_assert(again.phase == journal.phase && again.id == journal.id &&
		    again.began == journal.began);
	journal_done(&journal);
	journal_done(&again);
}

/* Entries that can be sent over the bus. */
static void check_history(void)
{
	static struct history_entry entries[HISTORY_MAX];
	static struct net_set set;
	int n = history_list(fuzz_tree, entries);

	fuzz_assert(n >= 0 && n <= 1);
	for (int i = 0; i < n; i++) {
		fuzz_assert(fuzz_is_utf8(entries[i].origin) && fuzz_is_utf8(entries[i].summary));
		if (history_read(fuzz_tree, entries[i].id, &set) == 0)
			fuzz_check_networkd(&set, false);
	}
}

/* A key that is noted now has no change behind it a second time in this boot but for the same. */
static void check_keys(void)
{
	const struct noted_key keys[] = { { "tls", "AA:BB" }, { "ssh ED25519", "SHA256:x" } };
	bool changed[ARRAY_SIZE(keys)], again[ARRAY_SIZE(keys)];

	fuzz_assert(noted_keys_note(fuzz_tree, keys, ARRAY_SIZE(keys), changed) == 0);
	fuzz_assert(noted_keys_note(fuzz_tree, keys, ARRAY_SIZE(keys), again) == 0);
	fuzz_assert(memcmp(changed, again, sizeof(changed)) == 0);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	fuzz_assert(setlocale(LC_CTYPE, "C.UTF-8"));
	fuzz_assert(setenv("BOOT_ID", "0123456789abcdef0123456789abcdef", 1) == 0);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { STATEDIR "/journal", STATEDIR "/history/7",
		STATEDIR "/keys", STATEDIR "/state" };
	unsigned which;

	if (size < 1)
		return 0;
	which = data[0] % ARRAY_SIZE(paths);
	fuzz_tree_write(paths[which], data + 1, size - 1);
	switch (which) {
	case 0:
		check_journal();
		break;
	case 1:
		check_history();
		break;
	case 2:
		check_keys();
		break;
	case 3:
		/* One word opens the machine, and no other. */
		fuzz_assert(claim_is_open(fuzz_tree) ==
			    ((size == 10 || (size == 11 && data[10] == '\n')) &&
				    memcmp(data + 1, "unclaimed", 9) == 0));
		break;
	}
	return 0;
}
