/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Programs that set up links beside systemd-networkd and NetworkManager, by their files below root
 * ("" for the machine itself). What firstboot itself has written to keep them away is passed over:
 * a rival is what would be one without it.
 */

#include <stdbool.h>
#include <stddef.h>

/* Files of ours that keep rivals away. */
#define RIVAL_CLOUD_INIT_OFF "/etc/cloud/cloud.cfg.d/99-firstboot-network.cfg"
#define RIVAL_IFUPDOWN_CONF  "/etc/default/networking" /* a block in it */
#define RIVAL_DHCPCD_CONF    "/etc/dhcpcd.conf"	       /* a block in it */
#define RIVAL_NM_CONF	     "/etc/NetworkManager/conf.d/90-firstboot.conf"

/* Does cloud-init set up the network at each boot? */
bool rival_cloud_init(const char *root);

/* The hardware address of the card that cloud-init has set up by this name; it gives cards their
 * names at each boot. False: it has no such card. */
#define RIVAL_MAC_SIZE (3 * 6)
bool rival_cloud_init_card(const char *root, const char *ifname, char ret[static RIVAL_MAC_SIZE]);

/* Has ifupdown a stanza for the link? ret_where is the file that holds it. */
bool rival_ifupdown(const char *root, const char *ifname, size_t size, char *ret_where);

/* Does dhcpcd run on every link that it finds, this one among them? */
bool rival_dhcpcd(const char *root, const char *ifname);

/* -- for those above and owner_find_rivals() ----------------------------------------------------
 */

/* Is there a file, or a symbolic link, whatever it leads to? */
bool rival_file_exists(const char *root, const char *path);

/* Each file of a folder whose name ends so, in the order of their names, until visit is false.
 * Returns what the last visit did (true: all of them, or none there). */
typedef bool (*rival_visit_fn)(const char *root, const char *path, void *userdata);
bool rival_visit_folder(const char *root, const char *folder, const char *suffix,
	rival_visit_fn visit, void *userdata);

/* The line at *text, without blanks at both ends and without its end; *text moves behind it. False:
 * no more. The last of size bytes are cut off. */
bool rival_next_line(const char **text, size_t size, char *ret);
