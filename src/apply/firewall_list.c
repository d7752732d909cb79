/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The ruleset, from libnftables. */

#include <errno.h>
#include <nftables/libnftables.h>

#include "firewall_child.h"
#include "util.h"

/* Tables of the old iptables, which nftables does not see. In /proc/self, since ProcSubset=pid
 * hides the other way there. */
static const char *const legacy[] = { "/proc/self/net/ip_tables_names",
	"/proc/self/net/ip6_tables_names" };

static void nft_freep(struct nft_ctx **nft)
{
	if (*nft)
		nft_ctx_free(*nft);
}

/* Are there tables of the old iptables? So it is when that cannot be read. */
static bool has_legacy(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(legacy); i++) {
		_cleanup_fclose_ FILE *f = fopen(legacy[i], "re");

		if (f ? fgetc(f) != EOF || ferror(f) : errno != ENOENT)
			return true;
	}
	return false;
}

/* What a command answers, borrowed until the next one. */
static const char *run(struct nft_ctx *nft, unsigned flags, const char *command)
{
	nft_ctx_output_set_flags(nft, flags);
	if (nft_run_cmd_from_buffer(nft, command) != 0)
		return NULL;
	return nft_ctx_get_output_buffer(nft);
}

/* Is a table switched off? libnftables 1.0 says so in its own language only, in a line of the
 * table's own, which has one tab before it. */
static bool has_dormant(const char *text)
{
	const char *line = text, *end;

	for (; *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		if (strncmp(line, "\tflags ", 7) == 0 &&
			memmem(line, (size_t)(end - line), "dormant", 7))
			return true;
	}
	return false;
}

int firewall_list(char **ret)
{
	_cleanup_(nft_freep) struct nft_ctx *nft = NULL;
	const char *text;

	if (has_legacy())
		return -EOPNOTSUPP;
	nft = nft_ctx_new(NFT_CTX_DEFAULT);
	if (!nft)
		return -ENOMEM;
	if (nft_ctx_buffer_output(nft) != 0 || nft_ctx_buffer_error(nft) != 0)
		return -EIO;
	text = run(nft, NFT_CTX_OUTPUT_TERSE | NFT_CTX_OUTPUT_STATELESS, "list ruleset");
	if (!text)
		return -EIO;
	if (has_dormant(text))
		return -EOPNOTSUPP;
	/* Names of numbers come from files of /etc. */
	text = run(nft, NFT_CTX_OUTPUT_JSON | NFT_CTX_OUTPUT_NUMERIC_ALL, "list ruleset");
	if (!text)
		return -EIO;
	*ret = strdup(text);
	return *ret ? 0 : -ENOMEM;
}
