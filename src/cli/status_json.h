/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The start screen as an object (data/schema/status.schema.json), made of what the lines of
 * status.h are made of. */

#include "json_out.h"
#include "waiting.h"

json_object *status_json_make(const struct app *app, const struct waiting *waiting);

/* Its parts: what is served where, and the links. */
json_object *status_json_urls(const struct app *app);
json_object *status_json_web(const struct app *app);
json_object *status_json_setup(const struct app *app, const struct waiting *waiting);
json_object *status_json_host_keys(const struct app *app);
json_object *status_json_links(const struct app *app, size_t *ret_more);

/* An address as text, or null. */
json_object *status_json_ip(const struct ip_addr *addr);
