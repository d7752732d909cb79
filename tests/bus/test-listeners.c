/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* listeners.h at work, for test_listeners.py: follows a port without a privilege and answers
 * questions. */

#include <errno.h>
#include <grp.h>

#include "listeners.h"
#include "questions.h"
#include "util.h"

#define PORT	 8443
#define NOBODY	 65534
#define VISITORS 4

struct watcher {
	struct listeners *listeners;
	unsigned changes;
	struct questions questions;
};

static void on_change(struct listeners *listeners, void *userdata)
{
	struct watcher *watcher = userdata;

	watcher->changes++;
}

/* look: 1 when something is different. */
static void look(void *userdata, const char *argument)
{
	struct watcher *watcher = userdata;

	printf("%d\n", listeners_look(watcher->listeners));
}

/* have ADDRESS IFINDEX */
static void have(void *userdata, const char *argument)
{
	struct watcher *watcher = userdata;
	char text[IP_TEXT_MAX];
	struct ip_addr addr;
	int ifindex;

	if (sscanf(argument, "%49s %d", text, &ifindex) == 2 && ip_parse(text, &addr) == 0)
		printf("%d\n", listeners_have(watcher->listeners, &addr, ifindex));
}

static void only_loopback(void *userdata, const char *argument)
{
	struct watcher *watcher = userdata;

	printf("%d\n", listeners_only_loopback(watcher->listeners));
}

/* changes: so many since the last question. */
static void print_changes(void *userdata, const char *argument)
{
	struct watcher *watcher = userdata;

	printf("%u\n", watcher->changes);
	watcher->changes = 0;
}

static void print_visitors(void *userdata, const char *argument)
{
	struct ip_addr addrs[VISITORS];
	char text[IP_TEXT_MAX];
	int n = listeners_visitors(PORT, addrs, VISITORS);

	if (n < 0)
		puts(strerror(-n));
	for (int i = 0; i < n; i++)
		puts(ip_format(&addrs[i], text));
}

static const struct question table[] = {
	{ "look", look },
	{ "have", have },
	{ "only-loopback", only_loopback },
	{ "changes", print_changes },
	{ "visitors", print_visitors },
	{ NULL, NULL },
};

/* Follow the port and answer, as nobody. */
static int run(struct watcher *watcher, sd_event *event)
{
	int r;

	if (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
		setresuid(NOBODY, NOBODY, NOBODY) < 0)
		return -errno;
	r = listeners_new(event, PORT, on_change, watcher, &watcher->listeners);
	if (r >= 0)
		r = questions_attach(event, &watcher->questions);
	return r < 0 ? r : sd_event_loop(event);
}

int main(void)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	struct watcher watcher = { .questions = { table, &watcher } };
	int r = sd_event_new(&event);

	if (r >= 0)
		r = run(&watcher, event);
	listeners_free(watcher.listeners);
	if (r < 0)
		fprintf(stderr, "test-listeners: %s\n", strerror(-r));
	return r != 0;
}
