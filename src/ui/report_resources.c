/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How the machine is off: time, memory, disks, units. */

#include <mntent.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/timex.h>
#include <time.h>

#include "local_time.h"
#include "report_parts.h"
#include "safe_text.h"
#include "util.h"

#define DISKS_MAX 16
#define MEBI	  (1024 * 1024)

static void put_time(struct fact_lines *lines)
{
	struct timex clock = { 0 };
	time_t now = time(NULL);
	safe_char text[LOCAL_TIME_MAX];
	struct tm local;
	int state = adjtimex(&clock);

	if (!localtime_r(&now, &local))
		return;
	fact_lines_put(lines, OURS("Time"), "%s %s (UTC%+ld min)",
		local_time_format((uint64_t)now * 1000000, LOCAL_TIME_FULL, text),
		safe_text(local.tm_zone, 0).text, local.tm_gmtoff / 60);
	fact_lines_put(lines, OURS("Clock"), "%s",
		state < 0					     ? OURS("not known")
		: state == TIME_ERROR || (clock.status & STA_UNSYNC) ? OURS("not synchronized")
								     : OURS("synchronized"));
}

static void put_memory(struct fact_lines *lines)
{
	struct sysinfo info;
	uint64_t unit;

	if (sysinfo(&info) < 0)
		return;
	unit = info.mem_unit;
	fact_lines_put(
		lines, OURS("Up for"), "%ld h %ld min", info.uptime / 3600, info.uptime / 60 % 60);
	fact_lines_put(lines, OURS("Load"), "%.2f %.2f %.2f", (double)info.loads[0] / 65536,
		(double)info.loads[1] / 65536, (double)info.loads[2] / 65536);
	fact_lines_put(lines, OURS("Memory"), "%llu MiB, %llu MiB unused",
		(unsigned long long)(info.totalram * unit / MEBI),
		(unsigned long long)(info.freeram * unit / MEBI));
	fact_lines_put(lines, OURS("Swap"), "%llu MiB, %llu MiB unused",
		(unsigned long long)(info.totalswap * unit / MEBI),
		(unsigned long long)(info.freeswap * unit / MEBI));
}

/* One file system. */
static void put_disk(const char *folder, struct fact_lines *lines)
{
	struct statvfs disk;

	if (statvfs(folder, &disk) < 0 || disk.f_blocks == 0)
		return;
	fact_lines_put(lines, OURS("Disk"), "%s: %llu MiB, %llu %% full%s",
		safe_text(folder, 0).text, (unsigned long long)disk.f_blocks * disk.f_frsize / MEBI,
		100 - (unsigned long long)disk.f_bavail * 100 / disk.f_blocks,
		disk.f_flag & ST_RDONLY ? OURS(", read-only") : OURS(""));
}

/* The file systems on disks: what else is mounted may hang when it is asked. */
static void put_disks(struct fact_lines *lines)
{
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	struct mntent *entry;
	size_t n = 0;

	if (!mounts)
		return;
	while (n < DISKS_MAX && (entry = getmntent(mounts)))
		if (strncmp(entry->mnt_fsname, "/dev/", 5) == 0 ||
			streq(entry->mnt_type, "overlay") || streq(entry->mnt_type, "zfs")) {
			put_disk(entry->mnt_dir, lines);
			n++;
		}
	(void)endmntent(mounts);
}

static void put_units(const struct report *report, struct fact_lines *lines)
{
	static const safe_char *const ends[] = {
		[BOOT_END_UNKNOWN] = OURS("how it ended is not known"),
		[BOOT_END_SHUTDOWN] = OURS("ended with a shutdown"),
		[BOOT_END_CUT] = OURS("ended without a shutdown: power cut, reset or crash"),
	};
	const struct machine_facts *facts =
		report->sources.machine ? machine_facts(report->sources.machine) : NULL;

	fact_lines_put(lines, OURS("Last boot"), "%s", ends[machine_last_end()]);
	if (!facts || !*facts->systemd) {
		fact_lines_put(lines, OURS("Units"), "not known");
		return;
	}
	fact_lines_put(lines, OURS("Units"), "%zu have failed", facts->n_failed);
	for (size_t i = 0; i < facts->n_failed && i < FAILED_UNITS_MAX; i++)
		fact_lines_put(lines, OURS("Failed"), "%s", safe_text(facts->failed[i], 0).text);
}

void report_put_resources(const struct report *report, struct fact_lines *lines)
{
	fact_lines_heading(lines, "Resources");
	put_time(lines);
	put_memory(lines);
	put_disks(lines);
	put_units(report, lines);
}
