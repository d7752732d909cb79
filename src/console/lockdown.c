/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lockdown.h"

#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <termios.h>

#include "file_access.h"
#include "names.h"
#include "qr.h"
#include "syscall_filter.h"
#include "tty_name.h"
#include "util.h"
#include "words.h"

/* Exit statuses of sysexits(3): EX_NOPERM and EX_CONFIG. */
#define EXIT_ARGUMENTS 77
#define EXIT_PLACE     78

#define DEV "/dev/"

/* Terminals that are described on every system; "dumb" gets plain lines. */
static const char *const terms[] = {
	"linux",
	"vt100",
	"vt102",
	"vt220",
	"xterm",
	"xterm-256color",
	"xterm-mono",
	"ansi",
	"vt52",
	"dumb",
};

/* Languages are set by the machine, not by who calls us: only the characters are taken. */
static const char *const langs[] = { "C.UTF-8", "C.utf8", "en_US.UTF-8" };

static const struct {
	int resource;
	rlim_t limit;
} limits[] = {
	{ RLIMIT_CORE, 0 },
	{ RLIMIT_FSIZE, REPORT_MAX }, /* passwords and reports cross in memfds */
	{ RLIMIT_NPROC, 0 },
	{ RLIMIT_NOFILE, 32 },
};

/* Say why, and leave with this status. */
__attribute__((noreturn)) static void refuse(int status, const char *why)
{
	fprintf(stderr, "firstboot-console: %s\n", why);
	exit(status);
}

/* The entry of list that value is, or otherwise. */
static const char *pick(const char *value, const char *const *list, size_t n, const char *otherwise)
{
	for (size_t i = 0; value && i < n; i++)
		if (streq(value, list[i]))
			return list[i];
	return otherwise;
}

/* Is standard input a virtual terminal of this machine? */
static bool on_virtual_terminal(void)
{
	const char *name = ttyname(STDIN_FILENO);

	return name && tty_name_is_virtual(name);
}

/* Nothing of the caller's environment stays but what is on a list of ours. */
static void clear_environment(void)
{
	const char *term = pick(getenv("TERM"), terms, ARRAY_SIZE(terms),
		on_virtual_terminal() ? "linux" : "vt220");
	const char *lang = pick(getenv("LANG"), langs, ARRAY_SIZE(langs), langs[0]);

	if (clearenv() != 0 || setenv("TERM", term, 1) < 0 || setenv("LC_CTYPE", lang, 1) < 0 ||
		setenv("PATH", "/usr/sbin:/usr/bin", 1) < 0)
		refuse(EXIT_PLACE, "Out of memory.");
}

/* No other descriptors, no core, no files, no processes, no new privileges. */
static void limit_process(void)
{
	if (close_range(STDERR_FILENO + 1, UINT32_MAX, 0) < 0 || chdir("/") < 0)
		refuse(EXIT_PLACE, "The process could not be limited.");
	umask(077);
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		struct rlimit limit = { limits[i].limit, limits[i].limit };

		if (setrlimit(limits[i].resource, &limit) < 0)
			refuse(EXIT_PLACE, "The resources could not be limited.");
	}
	if (prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		refuse(EXIT_PLACE, "The privileges could not be limited.");
}

/* Keys that would stop us or make a core do nothing, whatever the terminal's mode. */
static void ignore_signals(void)
{
	static const int ignored[] = { SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE };

	for (size_t i = 0; i < ARRAY_SIZE(ignored); i++)
		if (signal(ignored[i], SIG_IGN) == SIG_ERR)
			refuse(EXIT_PLACE, "The signals could not be set.");
}

/* Only the account that was made for this. */
static void check_account(void)
{
	const struct passwd *account = getpwnam(FIRSTBOOT_USER);

	if (!account || geteuid() != getuid() || getuid() != account->pw_uid || getuid() == 0)
		refuse(EXIT_PLACE, "This is the start screen of the console, not a shell.");
}

/* Nobody but root writes on the terminal besides: other accounts do by its group, with wall(1) and
 * write(1). What is no terminal, or not ours, is refused later. */
static void refuse_messages(void)
{
	if (isatty(STDIN_FILENO))
		(void)fchmod(STDIN_FILENO, 0600);
}

/* Files to be read and a list of system calls are all that is left. The library for the picture of
 * the URL is loaded before, as no code is let in afterwards. */
static void close_cage(void)
{
	qr_load();
	if (file_access_limit() < 0 || syscall_filter_enter(SYSCALL_FILTER_CONSOLE) < 0)
		refuse(EXIT_PLACE, "The system calls could not be limited.");
}

void lockdown(int argc, char **argv)
{
	if (argc != 1)
		refuse(EXIT_ARGUMENTS, "This is the start screen; it takes no arguments.");
	ignore_signals();
	clear_environment();
	limit_process();
	check_account();
	refuse_messages();
	close_cage();
}

/* Is it the terminal that standard input is? */
static bool is_same_terminal(int fd)
{
	struct stat ours, other;

	return isatty(fd) && fstat(STDIN_FILENO, &ours) == 0 && fstat(fd, &other) == 0 &&
	       ours.st_rdev == other.st_rdev;
}

void lockdown_terminal(const char *consoles)
{
	const char *name = ttyname(STDIN_FILENO);

	if (!name || strncmp(name, DEV, strlen(DEV)) != 0 ||
		!words_match(consoles, name + strlen(DEV)))
		refuse(EXIT_PLACE, "This is not one of the consoles of this appliance.");
	if (!is_same_terminal(STDOUT_FILENO) || !is_same_terminal(STDERR_FILENO) ||
		tcgetsid(STDIN_FILENO) != getsid(0))
		refuse(EXIT_PLACE, "This is not the console of this session.");
}
