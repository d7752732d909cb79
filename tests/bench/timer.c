/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Run a program on a terminal of its own (80x25, TERM=linux) and time it once. Prints NAME=VALUE
 * lines: paint_usec (exec to TEXT on the screen), key_usec, address_usec, and with -i idle_wakeups,
 * idle_bytes, pss_kb, anonymous_kb, shared_kb, processes.
 */

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "model.h"
#include "util.h"

#define LIMIT_USEC    (20 * 1000000.0)
#define SETTLE_USEC   (300 * 1000.0)
#define ADDRESS_TRIES 10
#define STEPS_MAX     16

static const char usage[] =
	"usage: timer -t TEXT [-k KEY=TEXT]... [-a INTERFACE] [-i SECONDS] -- COMMAND...\n"
	"  -t  the screen is painted when TEXT is on it\n"
	"  -k  then: time from KEY to TEXT; with an empty TEXT, to any output\n"
	"  -a  then: time from an address that INTERFACE gets to that address on the screen\n"
	"  -i  then: what happens while nothing happens\n";

struct terminal {
	int fd;
	pid_t child;
	double *started; /* shared with the child, who sets it right before exec */
	struct model model;
	size_t bytes;
};

/* Say why not, and end. */
_Noreturn static void die(const char *what)
{
	fprintf(stderr, "timer: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

/* Microseconds of the monotonic clock. */
static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e6 + ts.tv_nsec / 1e3;
}

/* Become the program. */
_Noreturn static void run_child(struct terminal *terminal, char **command)
{
	clearenv();
	setenv("TERM", "linux", 1);
	setenv("LANG", "C.UTF-8", 1);
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/root", 1);
	*terminal->started = now();
	execvp(command[0], command);
	_exit(127);
}

/* Start the program on a new terminal. */
static void start(struct terminal *terminal, char **command)
{
	const struct winsize size = { .ws_row = MODEL_ROWS, .ws_col = MODEL_COLUMNS };

	model_init(&terminal->model);
	terminal->started = mmap(NULL, sizeof(*terminal->started), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (terminal->started == MAP_FAILED)
		die("mmap");
	terminal->child = forkpty(&terminal->fd, NULL, NULL, &size);
	if (terminal->child < 0)
		die("forkpty");
	if (terminal->child == 0)
		run_child(terminal, command);
}

/* Take in what the program writes within so many microseconds. False: nothing came. */
static bool take(struct terminal *terminal, double usec)
{
	struct timespec limit = { .tv_sec = usec / 1e6,
		.tv_nsec = (long)(usec * 1e3) % 1000000000 };
	char buffer[16384];
	ssize_t n;

	if (usec <= 0 || ppoll(&(struct pollfd){ .fd = terminal->fd, .events = POLLIN }, 1, &limit,
				 NULL) <= 0)
		return false;
	n = read(terminal->fd, buffer, sizeof(buffer));
	if (n <= 0) {
		fputs("timer: the program has ended\n", stderr);
		exit(EXIT_FAILURE);
	}
	terminal->bytes += n;
	model_write(&terminal->model, buffer, n);
	return true;
}

/* Wait until text is (or is not) on the screen; an empty one is there with any output. Returns
 * when. */
static double wait_text(struct terminal *terminal, const char *text, bool wanted)
{
	double end = now() + LIMIT_USEC;
	size_t before = terminal->bytes;

	while (text[0] ? model_shows(&terminal->model, text) != wanted : terminal->bytes == before)
		if (!take(terminal, end - now())) {
			fprintf(stderr, "timer: no \"%s\" on the screen:\n", text);
			for (int row = 0; row < MODEL_ROWS; row++)
				fprintf(stderr, "%s\n", terminal->model.cells[row]);
			exit(EXIT_FAILURE);
		}
	return now();
}

/* Take in everything for so long. */
static void settle(struct terminal *terminal, double usec)
{
	double end = now() + usec;

	while (now() < end)
		take(terminal, end - now());
}

/* KEY=TEXT: time the way from the key to the text. */
static void time_key(struct terminal *terminal, char *step)
{
	char *text = strchr(step, '=');
	double start;

	if (!text || text == step) {
		fputs(usage, stderr);
		exit(EXIT_FAILURE);
	}
	start = now();
	if (write(terminal->fd, step, text - step) != text - step)
		die("write");
	printf("key_usec=%.1f\n", wait_text(terminal, text + 1, true) - start);
}

/* Give an interface an address, or take it. */
static void change_address(int fd, int type, int ifindex, const struct in_addr *address)
{
	struct {
		struct nlmsghdr header;
		struct ifaddrmsg info;
		struct rtattr attr;
		struct in_addr address;
	} request = {
		.header.nlmsg_len = sizeof(request),
		.header.nlmsg_type = type,
		.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE,
		.info.ifa_family = AF_INET,
		.info.ifa_prefixlen = 24,
		.info.ifa_index = ifindex,
		.attr = { .rta_len = RTA_LENGTH(sizeof(*address)), .rta_type = IFA_LOCAL },
		.address = *address,
	};

	if (send(fd, &request, sizeof(request), 0) < 0)
		die("send");
}

/* Time the way from an address in the kernel to the address on the screen. */
static void time_addresses(struct terminal *terminal, const char *ifname)
{
	_cleanup_close_ int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int ifindex = if_nametoindex(ifname);

	if (fd < 0 || ifindex == 0)
		die(ifname);
	for (int i = 0; i < ADDRESS_TRIES; i++) {
		struct in_addr address;
		char text[32];
		double start;

		snprintf(text, sizeof(text), "10.77.%d.%d", 100 + i, 150 + i);
		inet_pton(AF_INET, text, &address);
		start = now();
		change_address(fd, RTM_NEWADDR, ifindex, &address);
		printf("address_usec=%.1f\n", wait_text(terminal, text, true) - start);
		settle(terminal, SETTLE_USEC / 3);
		change_address(fd, RTM_DELADDR, ifindex, &address);
		wait_text(terminal, text, false);
		settle(terminal, SETTLE_USEC / 3);
	}
}

/* The number that follows key in a file of /proc/PID, or 0. */
static long read_number(const char *pid, const char *file, const char *key)
{
	_cleanup_fclose_ FILE *f = NULL;
	char path[64], line[256];

	snprintf(path, sizeof(path), "/proc/%.20s/%s", pid, file);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, key, strlen(key)) == 0)
			return atol(line + strlen(key));
	return 0;
}

struct usage {
	long wakeups, pss_kb;
	long anonymous_kb; /* what no file holds: heap, stack, relocations */
	long shared_kb;	   /* pages that others have, too: PSS has a part of them */
	int processes;
};

/* What the processes of the terminal have used. */
static struct usage read_usage(pid_t session)
{
	struct usage sum = { 0 };
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		if (atoi(entry->d_name) <= 0 || getsid(atoi(entry->d_name)) != session)
			continue;
		sum.processes++;
		sum.wakeups += read_number(entry->d_name, "status", "voluntary_ctxt_switches:");
		sum.pss_kb += read_number(entry->d_name, "smaps_rollup", "Pss:");
		sum.anonymous_kb += read_number(entry->d_name, "smaps_rollup", "Anonymous:");
		sum.shared_kb += read_number(entry->d_name, "smaps_rollup", "Shared_Clean:");
	}
	if (proc)
		closedir(proc);
	return sum;
}

/* Do nothing, and see what the program does. */
static void watch_idle(struct terminal *terminal, double seconds)
{
	struct usage before, after;
	size_t bytes;

	settle(terminal, 3e6);
	before = read_usage(terminal->child);
	bytes = terminal->bytes;
	settle(terminal, seconds * 1e6);
	after = read_usage(terminal->child);
	printf("idle_wakeups=%ld\nidle_bytes=%zu\npss_kb=%ld\nprocesses=%d\n",
		after.wakeups - before.wakeups, terminal->bytes - bytes, after.pss_kb,
		after.processes);
	printf("anonymous_kb=%ld\nshared_kb=%ld\n", after.anonymous_kb, after.shared_kb);
}

/* End the program and what it started. */
static void stop(struct terminal *terminal)
{
	kill(-terminal->child, SIGKILL);
	close(terminal->fd);
	waitpid(terminal->child, NULL, 0);
}

/* Do what one option asks for, once the screen has come to rest. */
static void run_step(struct terminal *terminal, int option, char *argument)
{
	settle(terminal, SETTLE_USEC);
	if (option == 'k')
		time_key(terminal, argument);
	else if (option == 'a')
		time_addresses(terminal, argument);
	else
		watch_idle(terminal, atof(argument));
}

int main(int argc, char **argv)
{
	struct terminal terminal = { .fd = -1 };
	struct {
		int option;
		char *argument;
	} steps[STEPS_MAX];
	const char *text = NULL;
	size_t n = 0;
	double painted;
	int option;

	while ((option = getopt(argc, argv, "+t:k:a:i:")) != -1)
		if (option == 't') {
			text = optarg;
		} else if (option != '?' && n < STEPS_MAX) {
			steps[n].option = option;
			steps[n++].argument = optarg;
		} else {
			text = NULL;
			break;
		}
	if (!text || optind == argc) {
		fputs(usage, stderr);
		return EXIT_FAILURE;
	}
	start(&terminal, argv + optind);
	painted = wait_text(&terminal, text, true);
	printf("paint_usec=%.1f\n", painted - *terminal.started);
	for (size_t i = 0; i < n; i++)
		run_step(&terminal, steps[i].option, steps[i].argument);
	stop(&terminal);
	return EXIT_SUCCESS;
}
