/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Everything that can be said of the machine, in blocks of lines: one for each interface, then
 * names, web interface, keys, the machine itself. Blocks are put into words when they come into
 * view; of the others only the height is kept, so that thousands of interfaces cost little.
 */

#include <stdbool.h>

#include "app.h"
#include "fact_lines.h"
#include "link_facts.h"
#include "machine_facts.h"
#include "pager.h"
#include "safe_text.h"

/* What the blocks are made from. */
struct details_sources {
	struct app *app;
	struct machine *machine; /* NULL: not known */
};

struct details;

int details_new(const struct details_sources *sources, struct details **ret);
struct details *details_free(struct details *details);

/* Something of app's is different now; cheap. */
void details_changed(struct details *details);

/* Interfaces of containers: shown, or folded into one line. */
void details_unfold(struct details *details, bool unfolded);

/* For struct pager. */
size_t details_update(struct pager_view *view, void *details);
const safe_char *details_line(size_t index, bool *ret_heading, void *details);

/* -- the blocks ----------------------------------------------------------------------------------
 */

/* All that is known of one interface; facts may be NULL: not asked for. */
void details_put_link(const struct app *app, const struct link *link,
	const struct link_facts *facts, struct fact_lines *lines);

/* What is proven of each URL; the host keys of SSH. */
void details_put_web(const struct details_sources *sources, struct fact_lines *lines);
void details_put_keys(const struct details_sources *sources, struct fact_lines *lines);

/* The name servers that programs use; product, versions, where it runs. */
void details_put_dns(const struct details_sources *sources, struct fact_lines *lines);
void details_put_machine(const struct details_sources *sources, struct fact_lines *lines);

/* Add an element to a list with commas; what does not fit is left out. */
void details_add_to_list(safe_char *list, size_t size, const safe_char *element);
