/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "status_json.h"

#include "given.h"
#include "status.h"

/* The version of the object: another one where something is taken out, or means something else. */
#define FORMAT 1

json_object *status_json_ip(const struct ip_addr *addr)
{
	char text[IP_TEXT_MAX];

	return addr->family == AF_UNSPEC ? NULL : json_object_new_string(ip_format(addr, text));
}

static json_object *make_product(const struct app *app)
{
	json_object *product = json_object_new_object();

	json_put_text(product, "name", app->conf.product_name);
	json_put_given(product, "version", app->conf.product_version);
	json_put_given(product, "vendor", app->conf.vendor);
	json_put_given(product, "documentation", app->conf.documentation_url);
	json_put_given(product, "support", app->conf.support_url);
	return product;
}

/* The name of the machine; null where it has none of its own. */
static void put_hostname(json_object *object)
{
	char hostname[HOST_NAME_SIZE];

	sysstate_hostname(hostname);
	json_put_given(object, "hostname", streq(hostname, "(none)") ? "" : hostname);
}

/* What firstbootd says of the machine; null where it does not answer. */
static void put_state(json_object *object, const struct app *app)
{
	json_put(object, "claimed",
		app->state_known ? json_object_new_boolean(!app->unclaimed) : NULL);
	json_put(object, "root_login",
		app->state_known ? json_object_new_boolean(app->login) : NULL);
	json_put_bool(object, "copy", app->copy);
}

/* The sentences above the URLs, and those in their place. */
static json_object *make_notices(const struct app *app)
{
	json_object *notices = json_object_new_array();
	_cleanup_free_ struct status_line *lines = NULL;
	size_t n = 0;

	if (status_build(app, &lines, &n) < 0)
		return notices;
	for (size_t i = 0; i < n; i++)
		if (lines[i].kind == STATUS_NOTICE || lines[i].kind == STATUS_ADVICE)
			json_add(notices, json_object_new_string(safe_bytes(lines[i].text)));
	return notices;
}

static json_object *make_pending(const struct waiting *waiting)
{
	json_object *pending;

	if (waiting->txid == 0)
		return NULL;
	pending = json_object_new_object();
	json_put_id(pending, "id", waiting->txid);
	json_put_text(pending, "links", waiting->links);
	json_put_time(pending, "until", waiting->until);
	return pending;
}

static json_object *make_editor(const struct waiting *waiting)
{
	json_object *editor;

	if (!*waiting->editor)
		return NULL;
	editor = json_object_new_object();
	json_put_text(editor, "who", waiting->editor);
	json_put_time(editor, "since", waiting->since);
	return editor;
}

/* The names of what answers were about. */
static json_object *make_what(unsigned what)
{
	static const char *const names[] = { "network", "hostname", "timezone", "keymap", "login",
		"eula", "keys" };
	json_object *array = json_object_new_array();

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (what & (1U << i))
			json_add(array, json_object_new_string(names[i]));
	return array;
}

/* What the machine was given for its first start; null where that was nothing. */
static json_object *make_answers(void)
{
	json_object *answers;
	struct given given;

	if (given_read("", &given) < 0 || !given.ran)
		return NULL;
	answers = json_object_new_object();
	json_put_text(answers, "source", given.source);
	json_put_bool(answers, "taken", given.taken);
	json_put(answers, "given", make_what(given.what));
	json_put_given(answers, "reason", given.reason);
	return answers;
}

json_object *status_json_make(const struct app *app, const struct waiting *waiting)
{
	json_object *status = json_object_new_object();
	size_t more;

	json_put_number(status, "format", FORMAT);
	json_put_text(status, "firstboot", VERSION);
	json_put(status, "product", make_product(app));
	put_hostname(status);
	put_state(status, app);
	json_put(status, "notices", make_notices(app));
	json_put(status, "web", status_json_web(app));
	json_put(status, "urls", status_json_urls(app));
	json_put(status, "host_keys", status_json_host_keys(app));
	json_put(status, "links", status_json_links(app, &more));
	json_put_number(status, "more_links", more);
	json_put(status, "pending", make_pending(waiting));
	json_put(status, "editor", make_editor(waiting));
	json_put(status, "answers", make_answers());
	json_put(status, "setup", status_json_setup(app, waiting));
	return status;
}
