/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * New SSH host keys in the place of those that a copied machine shares with its original. They are
 * made by ssh-keygen(1), a child of ours, in a folder that lies in memory; each key in /etc/ssh is
 * then replaced whole, and only where one of its kind was.
 */

#include <stdbool.h>
#include <systemd/sd-event.h>

/* Are there host keys to be replaced? */
bool ssh_keys_exist(const char *root);

/* r is 0, or negative errno: -EPROTO where ssh-keygen has failed. */
typedef void (*ssh_keys_done_fn)(int r, void *userdata);

/* Start it; done is called once from the event loop. Nothing in /etc/ssh changes before all keys
 * are made. Negative errno: not started. -ENOENT: no ssh-keygen. */
int ssh_keys_renew(sd_event *event, const char *root, ssh_keys_done_fn done, void *userdata);
