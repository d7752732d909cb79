/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "status.h"

#include <errno.h>
#include <stdarg.h>

#include "advice.h"
#include "i18n.h"
#include "product.h"
#include "status_parts.h"
#include "util.h"

struct status_line *status_add(struct status_builder *b, enum status_kind kind)
{
	if (b->n == b->allocated) {
		size_t allocated = b->allocated ? b->allocated * 2 : 16;
		struct status_line *lines = reallocarray(b->lines, allocated, sizeof(*lines));

		if (!lines)
			return NULL;
		b->lines = lines;
		b->allocated = allocated;
	}
	b->lines[b->n] = (struct status_line){ .kind = kind };
	return &b->lines[b->n++];
}

int status_add_text_raw(struct status_builder *b, enum status_kind kind, const safe_char *label,
	const char *format, ...)
{
	struct status_line *line = status_add(b, kind);
	va_list ap;

	if (!line)
		return -ENOMEM;
	(void)safe_format(line->label, sizeof(line->label), "%s", label);
	va_start(ap, format);
	(void)safe_format_list(line->text, sizeof(line->text), format, ap);
	va_end(ap);
	return 0;
}

/* What may be said of the machine here: elsewhere than on a console whoever asks is logged in. */
static enum display find_display(const struct app *app)
{
	return app->console ? app->conf.display : DISPLAY_FULL;
}

/* Product, version and hostname. */
static int build_title(struct status_builder *b)
{
	char hostname[HOST_NAME_SIZE] = "";

	if (find_display(b->app) != DISPLAY_NONE)
		sysstate_hostname(hostname);
	return status_add_text(b, STATUS_TITLE, safe_text(hostname, sizeof(hostname) - 1).text,
		"%s", product_title(&b->app->conf).text);
}

/* The vendor's picture, which has been judged when it was read. */
static int build_logo(struct status_builder *b)
{
	const char *row = b->app->conf.logo_text;
	char text[SAFE_TEXT_MAX];
	int r = 0;

	for (; *row != '\0' && r >= 0; row += strcspn(row, "\n") + 1) {
		(void)snprintf(text, sizeof(text), "%.*s", (int)strcspn(row, "\n"), row);
		r = status_add_text(b, STATUS_LOGO, OURS(""), "%s", safe_text(text, 0).text);
	}
	return r;
}

/* What stands in the way: set-up that is not finished, or a kernel that does not answer. */
static int build_notice(struct status_builder *b)
{
	if (b->app->trouble < 0)
		return status_add_text(b, STATUS_NOTICE, OURS(""),
			_("The network of this appliance cannot be read: %s."),
			safe_text(strerror(-b->app->trouble), 0).text);
	if (b->app->change_tried)
		return status_add_text(b, STATUS_NOTICE, OURS(""), "%s",
			_("New network settings are being tried. Unless they are kept, the old "
			  "ones come back by themselves."));
	if (b->app->unclaimed && b->app->given.ran && !b->app->given.taken)
		return status_add_text(b, STATUS_NOTICE, OURS(""),
			_("This appliance is not set up: what was given by %s was not taken. "
			  "Choose Settings, which has the reason, to do it here."),
			safe_text(b->app->given.source, 80).text);
	if (b->app->unclaimed)
		return status_add_text(b, STATUS_NOTICE, OURS(""), "%s",
			_("This appliance is not set up yet. Choose Settings to do it."));
	if (!b->app->copy)
		return 0;
	return status_add_text(b, STATUS_NOTICE, OURS(""), "%s",
		_("This machine looks like a copy of another one. Settings has what to do about "
		  "it."));
}

/* Why there is no URL, and what to do. */
static int build_advice(struct status_builder *b)
{
	struct advice advice;
	int r = 0;

	advice_find(b->app, &advice);
	if (*advice.cause)
		r = status_add_text(b, STATUS_ADVICE, OURS(""), "%s", advice.cause);
	if (r >= 0 && *advice.hint)
		r = status_add_text(b, STATUS_HINT, OURS(""), "%s", advice.hint);
	return r;
}

/* The network, and what is proven of it. */
static int build_machine(struct status_builder *b)
{
	enum display display = find_display(b->app);
	size_t n_urls = 0;
	int r = 0;

	if (display == DISPLAY_FULL)
		r = status_build_duplicates(b);
	if (r >= 0 && display != DISPLAY_NONE)
		r = status_build_web(b, display == DISPLAY_FULL, &n_urls);
	if (r >= 0 && display != DISPLAY_NONE && n_urls == 0)
		r = build_advice(b);
	if (r >= 0 && display == DISPLAY_FULL)
		r = status_build_links(b);
	return r;
}

/* Where help is to be had. */
static int build_help(struct status_builder *b)
{
	const struct conf *conf = &b->app->conf;
	int r = 0;

	if (*conf->documentation_url)
		r = status_add_text(b, STATUS_HELP, _("Help"), "%s",
			safe_text(conf->documentation_url, 0).text);
	if (r >= 0 && *conf->support_url)
		r = status_add_text(
			b, STATUS_HELP, _("Support"), "%s", safe_text(conf->support_url, 0).text);
	return r;
}

/* Everything, in the order in which it is shown. */
static int build_all(struct status_builder *b)
{
	int r = build_title(b);

	if (r >= 0)
		r = build_logo(b);
	if (r >= 0)
		r = build_notice(b);
	if (r >= 0)
		r = build_machine(b);
	return r < 0 ? r : build_help(b);
}

int status_build(const struct app *app, struct status_line **ret_lines, size_t *ret_n)
{
	struct status_builder b = { .app = app };
	int r;

	r = build_all(&b);
	if (r < 0) {
		free(b.lines);
		return r;
	}
	*ret_lines = b.lines;
	*ret_n = b.n;
	return 0;
}

bool status_equal(const struct status_line *a, size_t n_a, const struct status_line *b, size_t n_b)
{
	return n_a == n_b && (n_a == 0 || memcmp(a, b, n_a * sizeof(*a)) == 0);
}
