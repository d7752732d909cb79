/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The inside of offline.h. */

#include "offline.h"
#include "util.h"

#define OFFLINE_FILE_MAX (1024 * 1024)

/* What stands in the way, as a status and a sentence. Returns false. */
bool offline_refuse(struct offline_fault *fault, enum exit_status status, const char *format, ...)
	_printf_(3, 4);

/* What a negative errno of a file below the tree means. */
const char *offline_why(int error);

/* -- the tree -----------------------------------------------------------------------------------
 */

/* Is there such a file or folder, or a link that leads to one within the tree? */
bool offline_exists(const struct offline_tree *tree, const char *path);

/* Is there such a unit, which systemd will enable when the machine starts for the first time, as
 * its next start is? */
bool offline_starts_first(const struct offline_tree *tree, const char *unit);

/* Does systemd.preset(5) enable the unit when the machine starts for the first time? */
bool offline_preset_enables(const struct offline_tree *tree, const char *unit);

/* -- files --------------------------------------------------------------------------------------
 */

/* Let path hold text; NULL: let there be no such file. A file that is there keeps its mode, a new
 * one is for everybody to read. */
int offline_put(struct offline_plan *plan, const char *path, const char *text);

/* Let path hold text, also in the place of a link. */
int offline_put_over(struct offline_plan *plan, const char *path, const char *text);

/* Let path hold text and have this mode; 0: that of the file that is there. secret: what it holds
 * is told to nobody. */
int offline_put_private(
	struct offline_plan *plan, const char *path, const char *text, mode_t mode, bool secret);

/* Let path be a link to target. */
int offline_put_link(struct offline_plan *plan, const char *path, const char *target);

/* The text of a file as it is; *ret is NULL where there is none. Caller frees. */
int offline_read(struct offline_plan *plan, const char *path, char **ret);

/* -- settings -----------------------------------------------------------------------------------
 */

/* Each adds its files. Negative errno: plan->failed names the file; what does not fit the tree is
 * added to the problems instead. */
int offline_hostname(struct offline_plan *plan, const struct offline_wish *wish);
int offline_timezone(struct offline_plan *plan, const struct offline_wish *wish);
int offline_keymap(struct offline_plan *plan, const struct offline_wish *wish);
int offline_keys(struct offline_plan *plan, const struct offline_wish *wish);
int offline_password(struct offline_plan *plan, const struct offline_wish *wish);
int offline_network(struct offline_plan *plan, const struct offline_wish *wish);
int offline_eula(struct offline_plan *plan, const struct offline_wish *wish);
int offline_steps(struct offline_plan *plan, const struct offline_wish *wish);
int offline_claim(struct offline_plan *plan, const struct offline_wish *wish);

/* Does the setup of the machine end with this? 0: not before its vendor's licence is accepted and
 * his steps are done, of which a remark says what is left. */
int offline_ends_setup(struct offline_plan *plan, const struct offline_wish *wish);

/* What has to follow the network settings beside the manager of the links (surroundings.h). */
int offline_surroundings(struct offline_plan *plan, const struct net_set *set);

/* Add a problem of what stands in this place of the answers. */
int offline_complain(const struct offline_wish *wish, struct answers_place place,
	const char *format, ...) _printf_(3, 4);

/* What is read back. Where there is nothing, nothing is given. */
int offline_read_hostname(struct offline_plan *plan, struct answers *ret);
int offline_read_timezone(struct offline_plan *plan, struct answers *ret);
int offline_read_keymap(struct offline_plan *plan, struct answers *ret);
int offline_read_keys(struct offline_plan *plan, struct answers *ret);
int offline_read_eula(struct offline_plan *plan, struct answers *ret);
int offline_read_network(struct offline_plan *plan, struct answers *ret);
