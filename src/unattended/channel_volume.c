/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * An attached volume with the label FIRSTBOOT. PID 1 mounts it, by a unit of ours and where nobody
 * else can look, and takes it away again.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <strings.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "channels.h"
#include "i18n.h"
#include "usec.h"
#include "util.h"

#define LABEL	   "FIRSTBOOT"
#define DEVICE	   "/dev/disk/by-label/" LABEL
#define MOUNT_UNIT "run-firstboot-volume.mount"
#define PLACE	   RUNDIR "/volume"
#define UDEV_QUEUE "/run/udev/queue" /* is there while udev is at work */
#define FILE_WORDS LABEL ":" CHANNEL_FILE_NAME

#define UDEV_USEC  (5 * 1000000ULL)
#define MOUNT_USEC (20 * 1000000ULL)
#define BUS_USEC   (60 * 1000000ULL) /* it may still have to come */

#define SYSTEMD1 "org.freedesktop.systemd1"
#define MANAGER	 "org.freedesktop.systemd1.Manager"

/* -- the device ---------------------------------------------------------------------------------
 */

/* Wait for the folder of a file to change, until end at most. False: time is up. */
static bool wait_change(int watch, uint64_t end)
{
	char events[4096];
	uint64_t now = usec_now(CLOCK_MONOTONIC);
	struct pollfd fd = { .fd = watch, .events = POLLIN };

	if (now >= end || poll(&fd, 1, (int)((end - now) / 1000) + 1) <= 0)
		return false;
	return read(watch, events, sizeof(events)) > 0;
}

/* Wait until udev has told all devices that it knows of. */
static void wait_udev(void)
{
	_cleanup_close_ int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	uint64_t end = usec_now(CLOCK_MONOTONIC) + UDEV_USEC;

	if (watch < 0 || inotify_add_watch(watch, "/run/udev", IN_DELETE | IN_MOVED_FROM) < 0)
		return;
	while (access(UDEV_QUEUE, F_OK) == 0)
		if (!wait_change(watch, end))
			return;
}

/* -- mounting -----------------------------------------------------------------------------------
 */

/* A job of PID 1's that is waited for. */
struct job {
	char path[128];	 /* "" until it is known */
	char ended[128]; /* the last one that has ended */
	char result[32]; /* of that */
};

/* A job has ended. */
static int handle_job_removed(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	struct job *job = userdata;
	const char *path, *unit, *result;
	uint32_t id;

	if (sd_bus_message_read(m, "uoss", &id, &path, &unit, &result) < 0 ||
		strcmp(unit, MOUNT_UNIT) != 0)
		return 0;
	(void)snprintf(job->ended, sizeof(job->ended), "%s", path);
	(void)snprintf(job->result, sizeof(job->result), "%s", result);
	return 0;
}

/* Run the bus until the job has ended, and say how. */
static int wait_job(sd_bus *bus, const struct job *job)
{
	uint64_t end = usec_now(CLOCK_MONOTONIC) + MOUNT_USEC;

	while (!streq(job->path, job->ended)) {
		uint64_t now = usec_now(CLOCK_MONOTONIC);
		int r = sd_bus_process(bus, NULL);

		if (r < 0)
			return r;
		if (r > 0)
			continue;
		if (now >= end)
			return -ETIMEDOUT;
		r = sd_bus_wait(bus, end - now);
		if (r < 0 && r != -EINTR)
			return r;
	}
	return streq(job->result, "done") ? 0 : -EIO;
}

/* Have PID 1 do something ("StartUnit") with the mount unit, and wait for it. */
static int run_job(const char *method)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	struct job job = { 0 };
	const char *path;
	int r;

	r = sd_bus_open_system(&bus);
	if (r >= 0)
		r = sd_bus_set_method_call_timeout(bus, BUS_USEC);
	if (r < 0)
		return r;
	r = sd_bus_match_signal(bus, NULL, SYSTEMD1, "/org/freedesktop/systemd1", MANAGER,
		"JobRemoved", handle_job_removed, &job);
	if (r < 0)
		return r;
	r = sd_bus_call_method(bus, SYSTEMD1, "/org/freedesktop/systemd1", MANAGER, method, NULL,
		&reply, "ss", MOUNT_UNIT, "replace");
	if (r < 0)
		return r;
	r = sd_bus_message_read(reply, "o", &path);
	if (r < 0)
		return r;
	(void)snprintf(job.path, sizeof(job.path), "%s", path);
	return wait_job(bus, &job);
}

/* -- reading ------------------------------------------------------------------------------------
 */

/* Open the answer file of a folder, however its name is written. -ENOENT. */
static int open_answers(const char *folder)
{
	DIR *dir = opendir(folder);
	int fd = -ENOENT;

	if (!dir)
		return -errno;
	for (struct dirent *entry; fd == -ENOENT && (entry = readdir(dir));) {
		if (strcasecmp(entry->d_name, CHANNEL_FILE_NAME) != 0)
			continue;
		fd = openat(dirfd(dir), entry->d_name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
		if (fd < 0)
			fd = -errno;
	}
	closedir(dir);
	return fd;
}

/* Read what is mounted. */
static int read_volume(struct channel_search *search, struct channel_offer *ret)
{
	char path[PATH_MAX];
	int fd;

	(void)snprintf(path, sizeof(path), "%s%s", search->root, PLACE);
	fd = open_answers(path);
	if (fd == -ENOENT)
		return answers_complain(search->problems, LABEL, 0,
			_("There is no file %s on the volume."), CHANNEL_FILE_NAME);
	if (fd < 0)
		return answers_complain(search->problems, FILE_WORDS, 0,
			_("This cannot be read: %s."), strerror(-fd));
	/* Neither of its file systems has owners. */
	return channel_read_fd(search, fd, FILE_WORDS, false, ret);
}

int channel_volume(struct channel_search *search, struct channel_offer *ret)
{
	struct stat st;
	int r, stopped;

	wait_udev();
	/* The link alone: devices themselves are out of bounds. */
	if (lstat(DEVICE, &st) < 0)
		return 0;
	(void)snprintf(ret->source, sizeof(ret->source), _("the volume %s"), LABEL);
	r = run_job("StartUnit");
	if (r < 0)
		r = answers_complain(search->problems, LABEL, 0,
			_("The volume could not be mounted; \"systemctl status %s\" says why."),
			MOUNT_UNIT);
	else
		r = read_volume(search, ret);
	stopped = run_job("StopUnit");
	if (stopped < 0)
		(void)fprintf(stderr, "Cannot unmount %s: %s\n", LABEL, strerror(-stopped));
	return r < 0 ? r : 1;
}
