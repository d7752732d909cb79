/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * firstboot-getty TTY: what PID 1 starts on a console, with the terminal as standard input. It
 * execs agetty, which logs in either the account of the start screen, without a password and after
 * a first word of ours (first_words.h), or root, with one. The second happens once after firstbootd
 * has left its flag, which is removed in any case: what is no file of root's, or was written more
 * than a minute ago, asked for another start of the getty than this one. That it is root's session
 * which comes now is left for its shell (profile.d/firstboot-console.sh) in a file with the
 * terminal's name. With firstboot=off among the kernel's arguments there is a stock login prompt,
 * for this start of the machine; and so there is where the account is not as it should be, and on a
 * terminal that is not among TTYs= of firstboot.conf.
 */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/klog.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "conf.h"
#include "first_words.h"
#include "tty_name.h"
#include "usec.h"
#include "util.h"
#include "words.h"

#define AGETTY	       "/sbin/agetty"
#define START_SCREEN   LIBEXECDIR "/firstboot-console"
#define NEXT_LOGIN     RUNDIR "/next-login"
#define ROOT_SESSION   RUNDIR "/root-session." /* and a terminal */
#define TTY_MAX	       48
#define FRESH_USEC     (60 * 1000000ULL)
#define RUNTIME_UNITS  "/run/systemd/system"
#define SERIAL_SPEEDS  "115200,57600,38400,9600"
#define LOGIN_SENTENCE "Log in as \"root\". Ctrl-D leads back to the start screen.\n\n"

/* Keep kernel messages and PID 1's boot status off the screen, which redraws nothing by itself. */
static void silence_console(void)
{
	(void)klogctl(6 /* SYSLOG_ACTION_CONSOLE_OFF: the kernel remembers the level */, NULL, 0);
	(void)kill(1, SIGRTMIN + 21);
}

/* Let root see kernel messages again. The boot status stays off: it is of no use at a prompt. */
static void unsilence_console(void)
{
	(void)klogctl(7 /* SYSLOG_ACTION_CONSOLE_ON */, NULL, 0);
}

/* Write a drop-in of this text for unit, which PID 1 has not loaded yet. */
static int write_dropin(const char *unit, const char *text)
{
	_cleanup_close_ int fd = -1;
	char path[128];
	size_t length = strlen(text);
	ssize_t n;

	(void)snprintf(path, sizeof(path), RUNTIME_UNITS "/%s.d", unit);
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		return -errno;
	(void)snprintf(path, sizeof(path), RUNTIME_UNITS "/%s.d/10-firstboot.conf", unit);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	n = write(fd, text, length);
	if (n < 0)
		return -errno;
	return (size_t)n == length ? 0 : -EIO;
}

/*
 * Keep logind from starting a service manager and from mounting a runtime directory for the
 * account: they cost more than all of the start screen, and would let the account leave things
 * behind. In /run rather than in the package, because the account has no fixed number. The second
 * unit may do nothing, but not be masked: logind 257 makes no session without it.
 */
static void slim_session(uid_t uid)
{
	char unit[64], path[128];
	int r;

	(void)mkdir(RUNTIME_UNITS, 0755);
	(void)snprintf(path, sizeof(path), RUNTIME_UNITS "/user@%u.service", uid);
	if (symlink("/dev/null", path) < 0 && errno != EEXIST)
		syslog(LOG_NOTICE, "Cannot mask %s: %s", path, strerror(errno));
	(void)snprintf(unit, sizeof(unit), "user-runtime-dir@%u.service", uid);
	r = write_dropin(unit, "[Service]\nExecStart=\n");
	if (r < 0)
		syslog(LOG_NOTICE, "Cannot write a drop-in for %s: %s", unit, strerror(-r));
}

/* Kill the account's sessions by their cgroup, whatever they have forked. */
static void kill_sessions(uid_t uid)
{
	_cleanup_close_ int fd = -1;
	char path[96];

	(void)snprintf(
		path, sizeof(path), "/sys/fs/cgroup/user.slice/user-%u.slice/cgroup.kill", uid);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return; /* no slice is left, or the kernel is older than 5.14 */
	if (write(fd, "1", 1) < 0)
		syslog(LOG_WARNING, "Cannot kill by %s: %s", path, strerror(errno));
}

/*
 * Kill every process of the account, wherever it hides: as the account itself, because the kernel
 * then finds them all under one lock, and none can fork away. True when it was done; none of them
 * runs another instruction then.
 */
static bool kill_processes(const struct passwd *account)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return false;
	if (pid == 0) {
		uid_t uid = account->pw_uid;
		gid_t gid = account->pw_gid;

		/* A leftover could kill us first, if there were one: the caller looks. */
		_exit(setgroups(0, NULL) < 0 || setresgid(gid, gid, gid) < 0 ||
			setresuid(uid, uid, uid) < 0 || (kill(-1, SIGKILL) < 0 && errno != ESRCH));
	}

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The terminal that the rest of the flag names, after which there is nothing. False: it is not
 * written so. */
static bool read_terminal(const char *text, char ret[static TTY_MAX])
{
	size_t length = strcspn(text, "\n");

	*ret = '\0';
	if (strcmp(text + length, "\n") != 0)
		return false;
	if (length == 0)
		return true;
	if (*text != ' ' || length > TTY_MAX)
		return false;
	memcpy(ret, text + 1, length - 1);
	ret[length - 1] = '\0';
	return true;
}

/* When the flag was written, CLOCK_BOOTTIME, usec, and for which terminal ("": any); UINT64_MAX:
 * there is none of firstbootd's. */
static uint64_t read_flag(char ret_tty[static TTY_MAX])
{
	_cleanup_close_ int fd = open(NEXT_LOGIN, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char text[32 + TTY_MAX], *end;
	struct stat st;
	uint64_t when;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_uid != 0)
		return UINT64_MAX;
	n = read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return UINT64_MAX;
	text[n] = '\0';
	if (*text < '0' || *text > '9')
		return UINT64_MAX;
	errno = 0;
	when = strtoull(text, &end, 10);
	return errno == 0 && read_terminal(end, ret_tty) ? when : UINT64_MAX;
}

/* Was a login of root asked for on tty just now? Whatever lies there is gone afterwards, but what
 * was asked for on another console: who cannot remove it would find it again. */
static bool take_flag(const char *tty)
{
	char wanted[TTY_MAX] = "";
	uint64_t when = read_flag(wanted), now = usec_now(CLOCK_BOOTTIME);
	bool fresh = when <= now && now - when < FRESH_USEC;

	if (fresh && *wanted && !streq(wanted, tty))
		return false;
	return unlink(NEXT_LOGIN) == 0 && fresh;
}

/* Was a login of root asked for, and is the way free for it? */
static bool root_is_next(const struct passwd *account, const char *tty)
{
	if (!take_flag(tty))
		return false;
	kill_sessions(account->pw_uid);
	if (!kill_processes(account)) {
		syslog(LOG_ERR, "Processes of \"%s\" cannot be killed: root is not logged in",
			FIRSTBOOT_USER);
		return false;
	}

	return true;
}

/* Is all of firstboot switched off, as PID 1 reads it for ConditionKernelCommandLine=? */
static bool is_switched_off(void)
{
	_cleanup_close_ int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	char text[4096], *rest = text, *word;
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n < 0)
		return false;
	text[n] = '\0';
	while ((word = strsep(&rest, " \n")))
		if (streq(word, "firstboot=off"))
			return true;
	return false;
}

/* May the start screen run on this terminal, by the vendor's word? It would refuse to, again and
 * again. Where that could not be read it is asked itself. */
static bool is_console(const struct conf *conf, const char *tty)
{
	return !conf->console_ttys || words_match(conf->console_ttys, tty);
}

/* Leave for root's shell on tty that it is ours, or that it is not any more. */
static void mark_root_session(const char *tty, bool ours)
{
	_cleanup_close_ int fd = -1;
	char path[128];

	if (strchr(tty, '/'))
		return;
	(void)snprintf(path, sizeof(path), ROOT_SESSION "%s", tty);
	(void)unlink(path);
	if (ours)
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (ours && fd < 0)
		syslog(LOG_NOTICE, "Cannot write %s: %s", path, strerror(errno));
}

/* Become agetty with these options on tty; login gets nothing of our environment but TERM. */
static int exec_agetty(const char *tty, const char *const *options)
{
	bool serial = !tty_name_is_virtual(tty);
	const char *term = getenv("TERM");
	char term_variable[64];
	const char *argv[16] = { "agetty", "--noclear", "--nohostname", "--nohints" };
	char *const envp[] = { term_variable, NULL };
	size_t n = 4;

	if (!term || strlen(term) > 32)
		term = serial ? "vt220" : "linux";
	(void)snprintf(term_variable, sizeof(term_variable), "TERM=%s", term);

	while (*options)
		argv[n++] = *options++;
	if (serial)
		argv[n++] = "--keep-baud";
	argv[n++] = "-";
	if (serial)
		argv[n++] = SERIAL_SPEEDS;
	argv[n] = term;

	execve(AGETTY, (char *const *)argv, envp);
	syslog(LOG_ERR, "Cannot start %s: %s", AGETTY, strerror(errno));
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	static const char *const start_screen[] = { "--noissue", "--skip-login", "--autologin",
		FIRSTBOOT_USER, NULL };
	static const char *const login_root[] = { "--noissue", "--skip-login", "-o", "-- root",
		NULL };
	static const char *const login_anyone[] = { NULL };
	_cleanup_(conf_done) struct conf conf = { 0 };
	const struct passwd *account;

	if (argc != 2) {
		fputs("firstboot-getty is started by getty@.service, with the name of its "
		      "terminal.\n",
			stderr);
		return EXIT_FAILURE;
	}

	if (is_switched_off())
		return exec_agetty(argv[1], login_anyone);
	(void)conf_load("", NULL, NULL, &conf);
	if (!is_console(&conf, argv[1]))
		return exec_agetty(argv[1], login_anyone);

	account = getpwnam(FIRSTBOOT_USER);
	if (!account || account->pw_uid == 0) {
		syslog(LOG_ERR, "There is no account \"%s\" for the start screen", FIRSTBOOT_USER);
		return exec_agetty(argv[1], login_anyone);
	}
	/* login(1) makes a shell of an empty field. */
	if (!streq(account->pw_shell, START_SCREEN)) {
		syslog(LOG_ERR, "The shell of \"%s\" is not " START_SCREEN, FIRSTBOOT_USER);
		return exec_agetty(argv[1], login_anyone);
	}

	if (root_is_next(account, argv[1])) {
		unsilence_console();
		mark_root_session(argv[1], true);
		(void)!write(STDOUT_FILENO, LOGIN_SENTENCE, sizeof(LOGIN_SENTENCE) - 1);
		return exec_agetty(argv[1], login_root);
	}

	silence_console();
	first_words(&conf, argv[1]);
	mark_root_session(argv[1], false);
	slim_session(account->pw_uid);
	return exec_agetty(argv[1], start_screen);
}
