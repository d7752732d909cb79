/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the start screen may ask the kernel for (syscall_filter.h says why, as a whole). A name that
 * an architecture does not have is passed over there. */

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/kd.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "rules.h"

/* clang-format off */
#define ALWAYS(call)              .name = (call)
#define WHEN(call, arg, wanted)   .name = (call), .when = { { (arg), INT_MASK, (wanted) } }
#define WITHOUT(call, arg, bits)  .name = (call), .when = { { (arg), (bits), 0 } }
#define FAIL(call, arg, bit, e)   .name = (call), .when = { { (arg), (bit), (bit) } }, .error = (e)
#define NETLINK(protocol)         .name = "socket", .when = { { 0, INT_MASK, AF_NETLINK }, { 2, INT_MASK, (protocol) } }
/* clang-format on */

/* Whatever makes a file, or another one of it. O_TMPFILE has O_DIRECTORY in it, which may be. */
#define WRITES (O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY))

static const struct syscall_rule rules[] = {
	/* The terminal, files, the bus. */
	{ ALWAYS("read") },
	{ ALWAYS("readv") },
	{ ALWAYS("pread64") },
	{ ALWAYS("write") },
	{ ALWAYS("writev") },
	{ ALWAYS("close") },
	{ ALWAYS("lseek") },
	{ ALWAYS("_llseek") },

	/* The terminal: its modes, its size, whose it is, and what was typed ahead. */
	{ WHEN("ioctl", 1, TCGETS) },
	{ WHEN("ioctl", 1, TCSETS) },
	{ WHEN("ioctl", 1, TCSETSW) },
	{ WHEN("ioctl", 1, TCSETSF) },
#ifdef TCGETS2
	{ WHEN("ioctl", 1, TCGETS2) },
	{ WHEN("ioctl", 1, TCSETS2) },
	{ WHEN("ioctl", 1, TCSETSW2) },
	{ WHEN("ioctl", 1, TCSETSF2) },
#endif
	{ WHEN("ioctl", 1, TCFLSH) },
	{ WHEN("ioctl", 1, TIOCGWINSZ) },
	{ WHEN("ioctl", 1, TIOCGSID) },
	/* Is it a virtual console, and does its font have half blocks for a QR code? */
	{ WHEN("ioctl", 1, KDGKBTYPE) },
	{ WHEN("ioctl", 1, GIO_UNIMAP) },
	/* How much of inotify's events waits. */
	{ WHEN("ioctl", 1, FIONREAD) },
	/* An interface's driver, speed and name. */
	{ WHEN("ioctl", 1, SIOCETHTOOL) },
	{ WHEN("ioctl", 1, SIOCGIFNAME) },

	/* Files, to be read. */
	{ WITHOUT("open", 1, WRITES) },
	{ WITHOUT("openat", 2, WRITES) },
	{ ALWAYS("getdents64") },
	{ ALWAYS("stat") },
	{ ALWAYS("lstat") },
	{ ALWAYS("fstat") },
	{ ALWAYS("newfstatat") },
	{ ALWAYS("fstatat64") },
	{ ALWAYS("statx") },
	{ ALWAYS("access") },
	{ ALWAYS("faccessat") },
	{ ALWAYS("faccessat2") },
	{ ALWAYS("readlink") },
	{ ALWAYS("readlinkat") },
	{ ALWAYS("statfs") },
	{ ALWAYS("statfs64") },
	{ ALWAYS("fstatfs") },
	{ ALWAYS("fstatfs64") },
	{ ALWAYS("fadvise64") },

	/* Descriptors: no F_SETOWN, which has signals sent to others. */
	{ WHEN("fcntl", 1, F_GETFD) },
	{ WHEN("fcntl", 1, F_SETFD) },
	{ WHEN("fcntl", 1, F_GETFL) },
	{ WHEN("fcntl", 1, F_SETFL) },
	{ WHEN("fcntl", 1, F_DUPFD) },
	{ WHEN("fcntl", 1, F_DUPFD_CLOEXEC) },
	{ WHEN("fcntl", 1, F_ADD_SEALS) },
	{ WHEN("fcntl", 1, F_GET_SEALS) },

	/* getutxent(3) locks the file that it reads, for ten seconds at most. */
	{ WHEN("fcntl", 1, F_SETLKW) },
	{ ALWAYS("alarm") },

	/* Memory, none of it to be executed. */
	{ FAIL("mmap", 2, PROT_EXEC, EACCES) },
	{ WITHOUT("mmap", 2, PROT_EXEC) },
	{ FAIL("mmap2", 2, PROT_EXEC, EACCES) },
	{ WITHOUT("mmap2", 2, PROT_EXEC) },
	{ WITHOUT("mprotect", 2, PROT_EXEC) },
	{ ALWAYS("munmap") },
	{ ALWAYS("mremap") },
	{ ALWAYS("brk") },
	{ ALWAYS("madvise") },

	/* A password: in memory that is not swapped, handed over in a sealed memfd. */
	{ ALWAYS("mlock") },
	{ ALWAYS("munlock") },
	{ ALWAYS("memfd_create") },
	{ ALWAYS("getrandom") },

	/* The event loop. */
	{ ALWAYS("poll") },
	{ ALWAYS("ppoll") },
	{ ALWAYS("ppoll_time64") },
	{ ALWAYS("epoll_create1") },
	{ ALWAYS("epoll_ctl") },
	{ ALWAYS("epoll_wait") },
	{ ALWAYS("epoll_pwait") },
	{ ALWAYS("epoll_pwait2") },
	{ ALWAYS("timerfd_create") },
	{ ALWAYS("timerfd_settime") },
	{ ALWAYS("timerfd_settime64") },
	{ ALWAYS("signalfd4") },
	{ ALWAYS("inotify_init1") },
	{ ALWAYS("inotify_add_watch") },
	{ ALWAYS("inotify_rm_watch") },
	{ ALWAYS("rt_sigaction") },
	{ ALWAYS("rt_sigprocmask") },
	{ ALWAYS("rt_sigreturn") },
	{ ALWAYS("restart_syscall") },
	{ ALWAYS("futex") },
	{ ALWAYS("futex_time64") },

	/* The bus, and the kernel's tables. */
	{ WHEN("socket", 0, AF_UNIX) },
	{ NETLINK(NETLINK_ROUTE) },
	{ NETLINK(NETLINK_SOCK_DIAG) },
	{ ALWAYS("bind") },
	{ ALWAYS("connect") },
	{ ALWAYS("getsockname") },
	{ ALWAYS("getpeername") },
	{ ALWAYS("getsockopt") },
	{ ALWAYS("setsockopt") },
	{ ALWAYS("sendto") },
	{ ALWAYS("sendmsg") },
	{ ALWAYS("recvfrom") },
	{ ALWAYS("recvmsg") },
	{ ALWAYS("shutdown") },

	/* What time it is, and whether the clock is right. */
	{ ALWAYS("clock_gettime") },
	{ ALWAYS("clock_gettime64") },
	{ ALWAYS("clock_getres") },
	{ ALWAYS("gettimeofday") },
	{ ALWAYS("time") },
	{ ALWAYS("clock_nanosleep") },
	{ ALWAYS("clock_nanosleep_time64") },
	{ ALWAYS("nanosleep") },
	{ ALWAYS("adjtimex") },
	{ ALWAYS("clock_adjtime") },
	{ ALWAYS("clock_adjtime64") },

	/* Who and where we are. */
	{ ALWAYS("getpid") },
	{ ALWAYS("gettid") },
	{ ALWAYS("getsid") },
	{ ALWAYS("getuid") },
	{ ALWAYS("geteuid") },
	{ ALWAYS("getgid") },
	{ ALWAYS("getegid") },
	{ ALWAYS("getresuid") },
	{ ALWAYS("getresgid") },
	{ ALWAYS("getgroups") },
	{ ALWAYS("getppid") },
	{ ALWAYS("getpgrp") },
	{ ALWAYS("getpgid") },
	/* ncurses 6.5 opens its files as who it is; without privileges nothing else can be set. */
	{ ALWAYS("setfsuid") },
	{ ALWAYS("setfsgid") },
	/* libsystemd 257 tells the bus the name of its process. */
	{ WHEN("prctl", 0, PR_GET_NAME) },
	{ ALWAYS("uname") },
	{ ALWAYS("sysinfo") },
	{ WITHOUT("prlimit64", 2, UINT64_MAX) }, /* to be asked, not set */
	{ ALWAYS("exit") },
	{ ALWAYS("exit_group") },
};

const struct syscall_rules rules_console = {
	.name = "console",
	.rules = rules,
	.n = sizeof(rules) / sizeof(rules[0]),
};
