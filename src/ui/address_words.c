/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "address_words.h"

#include "i18n.h"

static const safe_char *const words[ADDRESS_N_KINDS] = {
	[ADDRESS_TENTATIVE] = N_("being checked"),
	[ADDRESS_DUPLICATE] = N_("used by another device"),
	[ADDRESS_DEPRECATED] = N_("being replaced"),
	[ADDRESS_TEMPORARY] = N_("temporary"),
	[ADDRESS_LINK_LOCAL] = N_("self-assigned"),
	[ADDRESS_LOOPBACK] = N_("this machine only"),
	[ADDRESS_CONTAINER] = N_("containers"),
	[ADDRESS_VPN] = N_("VPN"),
	[ADDRESS_INTERNAL] = N_("this machine only"),
};

const safe_char *address_words(enum address_kind kind)
{
	return words[kind] ? translate(words[kind]) : OURS("");
}
