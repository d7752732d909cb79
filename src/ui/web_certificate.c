/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The certificate that the vendor says is served ([Web] Certificate=): read again whenever its file
 * changes, and shown while nobody presents one. */

#include <sys/inotify.h>

#include "util.h"
#include "web_parts.h"

/* Its name in its folder. */
static const char *file_name(const struct web *web)
{
	return strrchr(web->config.certificate, '/') + 1;
}

/* The file is new, another or gone, or notices were lost (no name). */
static int on_file(sd_event_source *source, const struct inotify_event *event, void *userdata)
{
	struct web *web = userdata;

	if (event->len > 0 && !streq(event->name, file_name(web)))
		return 0;
	schedule_event(&web->filing, web_now(web), WEB_RARE_GAP_USEC);
	web_arm(web);
	return 0;
}

/* Be told of what happens in its folder. Where that is not there, whoever presses a key has it
 * looked for again. */
static void watch(struct web *web)
{
	char folder[PATH_MAX];

	(void)snprintf(folder, sizeof(folder), "%.*s/",
		(int)(file_name(web) - web->config.certificate - 1), web->config.certificate);
	(void)sd_event_add_inotify(web->app->event, &web->filed_changes, folder,
		IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB |
			IN_ONLYDIR,
		on_file, web);
}

void web_follow_certificate(struct web *web)
{
	web_certificate_done(web);
	web->filing = SCHEDULE_INIT;
	web->filed = (struct web_filed){ .path = web->config.certificate };
	if (!web->config.enabled || !*web->config.certificate ||
		!streq(web->config.scheme, "https"))
		return;
	watch(web);
	schedule_event(&web->filing, web_now(web), 0);
}

/* The prober has read it, or cannot. */
static void on_certificate(int error, const struct web_certificate *certificate, void *userdata)
{
	struct web *web = userdata;

	web->filed_slot = sd_bus_slot_unref(web->filed_slot);
	web->filed.error = error;
	web->filed.certificate = *certificate;
	web_announce(web);
	web_arm(web);
}

void web_read_certificate(struct web *web, uint64_t now)
{
	if (web->filed_slot || !schedule_is_due(&web->filing, now))
		return;
	schedule_begin(&web->filing, now);
	if (web->bus)
		(void)prober_read_certificate(
			web->bus, web->config.certificate, on_certificate, web, &web->filed_slot);
	schedule_end(&web->filing, now, true);
}

void web_certificate_done(struct web *web)
{
	web->filed_slot = sd_bus_slot_unref(web->filed_slot);
	web->filed_changes = sd_event_source_disable_unref(web->filed_changes);
}

const struct web_filed *web_filed(const struct web *web)
{
	return web->filing.last > 0 ? &web->filed : NULL;
}

bool web_is_another_certificate(const struct web *web, const struct web_url *url)
{
	const struct web_filed *filed = web_filed(web);

	return filed && filed->certificate.present && url->check.certificate.present &&
	       !streq(filed->certificate.sha256, url->check.certificate.sha256);
}
