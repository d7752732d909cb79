/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "surroundings.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <sys/stat.h>

#include "atomic_file.h"
#include "i18n.h"
#include "rivals.h"
#include "sentence.h"
#include "surroundings_parts.h"
#include "textblock.h"

#define SYSTEMD	   "org.freedesktop.systemd1"
#define ADVERTISED "/etc/firstboot/firstboot.conf.d/90-advertised.conf"

/* -- for all parts ------------------------------------------------------------------------------
 */

void surroundings_remark(struct surroundings *s, const char *sentence, ...)
{
	va_list args;

	va_start(args, sentence);
	sentence_add(s->remark, s->size, sentence, args);
	va_end(args);
}

/* The mode of a file, else that of a new one. */
static mode_t mode_of(const char *root, const char *path)
{
	_cleanup_close_ int fd = file_open(root, path);
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 ? st.st_mode & 07777 : 0644;
}

int surroundings_put(struct surroundings *s, const char *path, const char *text)
{
	_cleanup_free_ char *old = NULL;
	int r = file_read(s->root, path, SURROUNDINGS_FILE_MAX, &old);

	if (r < 0 && r != -ENOENT)
		return r;
	if (text ? old && streq(old, text) : !old)
		return 0;
	if (s->plan) {
		s->plan->file(path, old, text, s->plan->userdata);
		return 1;
	}
	r = text ? atomic_write(s->root, path, text, mode_of(s->root, path))
		 : atomic_remove(s->root, path);
	return r < 0 ? r : 1;
}

int surroundings_put_block(struct surroundings *s, const char *path, bool first, const char *lines)
{
	_cleanup_free_ char *old = NULL, *theirs = NULL, *new = NULL;
	int r = file_read(s->root, path, SURROUNDINGS_FILE_MAX, &old);

	if (r < 0 && r != -ENOENT)
		return r;
	r = textblock_remove(old, &theirs);
	if (r < 0)
		return r;
	if (!lines)
		return surroundings_put(s, path, theirs);
	r = textblock_add(theirs, first ? TEXTBLOCK_FIRST : TEXTBLOCK_LAST, lines, &new);
	return r < 0 ? r : surroundings_put(s, path, new);
}

void surroundings_remove_folder(struct surroundings *s, const char *path)
{
	char full[PATH_MAX];

	if (!s->plan && snprintf(full, sizeof(full), "%s%s", s->root, path) < (int)sizeof(full))
		(void)rmdir(full);
}

bool surroundings_is_networkds(const struct surroundings *s, const char *ifname)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "/etc/systemd/network/05-firstboot-%s.network", ifname);
	return !s->nm_runs || (s->plan && s->plan->networkd) || rival_file_exists(s->root, path);
}

void surroundings_call_systemd(struct surroundings *s, const char *method, const char *unit)
{
	const char *types = *unit ? "ss" : NULL;

	if (s->plan) {
		s->plan->call(method, unit, s->plan->userdata);
		return;
	}
	/* An offline tree has no systemd, a machine of another init takes it at its next start. */
	if (*s->root || !s->apply->bus)
		return;
	(void)sd_bus_call_method_async(s->apply->bus, NULL, SYSTEMD, "/org/freedesktop/systemd1",
		SYSTEMD ".Manager", method, NULL, NULL, types, unit, "replace");
}

/* -- what is there ------------------------------------------------------------------------------
 */

/* Free a list of names as sd-bus makes it. */
static void names_freep(char ***names)
{
	for (char **name = *names; name && *name; name++)
		free(*name);
	free(*names);
}

static bool names_contain(char **names, const char *name)
{
	for (; names && *names; names++)
		if (streq(*names, name))
			return true;
	return false;
}

/* Which services are on the bus; without a bus there is none. */
static void ask_bus(struct surroundings *s)
{
	_cleanup_(names_freep) char **running = NULL, **startable = NULL;

	if (s->plan && s->plan->services) {
		s->resolved_exists = s->plan->services->resolved;
		s->nm_runs = s->plan->services->nm;
		s->timesyncd_runs = s->plan->services->timesyncd;
		return;
	}
	if (!s->apply->bus || sd_bus_list_names(s->apply->bus, &running, &startable) < 0)
		return;
	s->resolved_exists = names_contain(running, "org.freedesktop.resolve1") ||
			     names_contain(startable, "org.freedesktop.resolve1");
	s->nm_runs = names_contain(running, "org.freedesktop.NetworkManager");
	s->timesyncd_runs = names_contain(running, "org.freedesktop.timesync1");
}

static void add_link(struct surroundings *s, const char *ifname)
{
	if (s->n_links < SURROUNDINGS_LINKS_MAX)
		(void)snprintf(s->links[s->n_links++], IFNAMSIZ, "%s", ifname);
}

/* The parent of a VLAN may go on being somebody else's, a port of a bond may not. */
static void list_links(struct surroundings *s)
{
	for (size_t i = 0; i < s->set->n_links; i++) {
		const struct net_config *config = &s->set->links[i];

		add_link(s, config->ifname);
		for (size_t j = 0;
			config->device.kind == NET_DEVICE_BOND && j < config->device.n_ports; j++)
			add_link(s, config->device.ports[j]);
	}
}

/* -- the parts ----------------------------------------------------------------------------------
 */

/* The interface that the URL names first. */
int follow_advertised(struct surroundings *s)
{
	char text[64];
	int r;

	(void)snprintf(text, sizeof(text), "[Web]\nInterface=%s\n", s->set->advertised);
	r = surroundings_put(s, ADVERTISED, *s->set->advertised ? text : NULL);
	if (r > 0 && !*s->set->advertised) {
		surroundings_remove_folder(s, "/etc/firstboot/firstboot.conf.d");
		surroundings_remove_folder(s, "/etc/firstboot");
	}
	return r;
}

/* All of them; path is what a failure is about. */
static const struct {
	const char *path;
	int (*follow)(struct surroundings *s);
} parts[] = {
	{ RIVAL_CLOUD_INIT_OFF, follow_cloud_init },
	{ "/etc/systemd/network", follow_cloud_init_names },
	{ RIVAL_IFUPDOWN_CONF, follow_ifupdown },
	{ "/etc/systemd/system", follow_ifupdown_units },
	{ "/run", follow_dhcp_clients },
	{ RIVAL_DHCPCD_CONF, follow_dhcpcd },
	{ RIVAL_NM_CONF, follow_nm },
	{ "/etc/resolv.conf", follow_resolvconf },
	{ "/etc/systemd/timesyncd.conf.d", follow_timesyncd },
	{ "chrony.conf", follow_chrony },
	{ ADVERTISED, follow_advertised },
};

void surroundings_follow_leases(struct apply *apply, const struct net_set *set)
{
	struct surroundings s = { .apply = apply, .root = apply->root, .set = set };

	ask_bus(&s);
	/* The next lease tries it again. */
	(void)follow_resolvconf(&s);
}

void surroundings_follow(struct apply *apply, const struct net_set *set, char *remark, size_t size)
{
	struct surroundings s = {
		.apply = apply,
		.root = apply->root,
		.set = set,
		.remark = remark,
		.size = size,
	};

	*remark = '\0';
	ask_bus(&s);
	list_links(&s);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		int r = parts[i].follow(&s);

		if (r < 0)
			surroundings_remark(&s,
				_("%s could not be brought in line with the network settings: %s."),
				parts[i].path, strerror(-r));
	}
}

void surroundings_foresee(
	struct apply *apply, const struct net_set *set, const struct surroundings_plan *plan)
{
	char remark[512] = "";
	struct surroundings s = {
		.apply = apply,
		.root = apply->root,
		.set = set,
		.remark = remark,
		.size = sizeof(remark),
		.plan = plan,
	};

	ask_bus(&s);
	list_links(&s);
	/* What cannot be read will not be written either, and said then. */
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		(void)parts[i].follow(&s);
}
