/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The properties of an OVF environment as an answer file. */

/* Of a fixed size: it comes through a child's pipe. */
struct ovf_answers {
	char text[3072];   /* an answer file; "": no property of ours is set */
	char problem[512]; /* why there is none, in sentences; "" */
};

/* Read the XML document of guestinfo.ovfEnv. Properties whose keys do not begin with "firstboot."
 * are others' business; empty ones and "null" are not set. */
void ovf_read(const char *xml, struct ovf_answers *ret);
