/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fingerprints: the host keys of ssh, read again whenever one of their files changes, and which
 * keys are others than at the last boot, which firstbootd remembers. */

#include <fnmatch.h>
#include <sys/inotify.h>

#include "util.h"
#include "web_parts.h"

#define KEYS_DIR   "/etc/ssh"
#define KEYS_FILES "ssh_host_*_key.pub"

/* A file of sshd's is new, another or gone, or notices were lost (no name). */
static int on_files(sd_event_source *source, const struct inotify_event *event, void *userdata)
{
	struct web *web = userdata;

	if (event->len > 0 && fnmatch(KEYS_FILES, event->name, 0) != 0)
		return 0;
	schedule_event(&web->reading, web_now(web), WEB_RARE_GAP_USEC);
	web_arm(web);
	return 0;
}

void web_watch_keys(struct web *web)
{
	(void)sd_event_add_inotify(web->app->event, &web->key_files, KEYS_DIR,
		IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR, on_files,
		web);
}

/* The prober has read them, or cannot: then none are known. */
static void on_keys(int error, const struct host_key *keys, size_t n, void *userdata)
{
	struct web *web = userdata;

	web->keys_slot = sd_bus_slot_unref(web->keys_slot);
	web->n_keys = error < 0 ? 0 : n < PROBER_KEYS_MAX ? n : PROBER_KEYS_MAX;
	for (size_t i = 0; i < web->n_keys; i++)
		web->keys[i] = (struct web_key){ .key = keys[i] };
	web->n_noted = 0;
	web_note_keys(web);
	web_announce(web);
	web_arm(web);
}

void web_read_keys(struct web *web, uint64_t now)
{
	if (web->keys_slot || !schedule_is_due(&web->reading, now))
		return;
	schedule_begin(&web->reading, now);
	if (web->bus)
		(void)prober_read_host_keys(web->bus, on_keys, web, &web->keys_slot);
	schedule_end(&web->reading, now, true);
}

/* One more key to be remembered. */
_printf_(4, 5) static void add(
	struct noted_key *keys, size_t *n, const char *digest, const char *format, ...)
{
	va_list ap;

	if (*n == NOTED_KEYS_MAX)
		return;
	va_start(ap, format);
	(void)vsnprintf(keys[*n].what, sizeof(keys[*n].what), format, ap);
	va_end(ap);
	(void)snprintf(keys[*n].digest, sizeof(keys[*n].digest), "%s", digest);
	(*n)++;
}

/* The keys that are shown: of all certificates the first, which is the main URL's. */
static size_t list_keys(const struct web *web, struct noted_key keys[static NOTED_KEYS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < web->n && n == 0; i++)
		if (web->urls[i].check.certificate.present)
			add(keys, &n, web->urls[i].check.certificate.sha256, "tls");
	for (size_t i = 0; i < web->n_keys; i++)
		add(keys, &n, web->keys[i].key.sha256, "ssh %s", web->keys[i].key.type);
	return n;
}

/* This key is another one than at the last boot, or is not. */
static void mark(struct web *web, const char *digest, bool changed)
{
	for (size_t i = 0; i < web->n; i++)
		if (streq(web->urls[i].check.certificate.sha256, digest))
			web->urls[i].certificate_changed = changed;
	for (size_t i = 0; i < web->n_keys; i++)
		if (streq(web->keys[i].key.sha256, digest))
			web->keys[i].changed = changed;
}

/* firstbootd has compared them. Others may be shown by now. */
static void on_noted(const struct client_result *result, void *userdata)
{
	struct web *web = userdata;

	web->noting = false;
	if (result->outcome == CLIENT_OK)
		for (size_t i = 0; i < web->n_noted && i < result->n_changed; i++)
			mark(web, web->noted[i].digest, result->changed[i]);
	web_announce(web);
	web_note_keys(web);
}

void web_note_keys(struct web *web)
{
	struct noted_key keys[NOTED_KEYS_MAX] = { 0 };
	size_t n = list_keys(web, keys);

	if (!web->bus || web->noting || n == 0 ||
		(n == web->n_noted && memcmp(keys, web->noted, n * sizeof(*keys)) == 0))
		return;
	memcpy(web->noted, keys, sizeof(keys));
	web->n_noted = n;
	web->noting = client_note_keys(web->app->client, keys, n, on_noted, web) >= 0;
}
