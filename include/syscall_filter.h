/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Which system calls a program of ours may make from now on, whatever has become of it
 * (seccomp(2)).
 *
 * The rules stand in a table for each program, src/filter/rules_*.c, each with its reason. They are
 * made a BPF program while the project is built (src/filter/make_filter.c, with libseccomp): at run
 * time a filter costs one system call and needs no library. Where nothing else is said, a call
 * that is not let through ends the process at once (SECCOMP_RET_KILL_PROCESS, signal SIGSYS): no
 * handler of anybody's runs. So does a call of another architecture's.
 *
 * SYSCALL_FILTER_CONSOLE, a list of what is let through, is for the start screen:
 *
 *   let through                           what it is for
 *   read, write, poll, epoll, inotify,    the terminal and the event loop
 *     timers, signals as events
 *   ioctl of the terminal's modes, size   curses; what may be typed ahead is thrown away
 *     and flush; KDGKBTYPE, GIO_UNIMAP    is it a virtual console, and what has its font?
 *   ioctl SIOCETHTOOL, SIOCGIFNAME        driver and speed, the name of an interface
 *   open for reading, and what reads      settings, terminal descriptions, translations, the
 *     folders and the state of files        report; wtmp with a lock and alarm(2), as getutxent(3)
 *                                           reads it
 *   socket of AF_UNIX                     the system bus, also when it has been away
 *   socket of AF_NETLINK, for routes      addresses, and who listens on a port
 *     and for sockets
 *   memory without PROT_EXEC, mlock,      passwords
 *     memfd_create and its seals
 *   the time, and facts about ourselves   the report; what libraries look at before they work
 *   setfsuid, setfsgid                    curses opens its files as who it is; without privileges
 *                                           nobody else can be had
 *
 *   not let through, among all others     because it would be
 *   execve, fork, vfork, clone            a shell, or somebody who stays when the program has gone
 *   TIOCSTI, TIOCLINUX                    typing into the session that comes next
 *   KDSETMODE, KDSKBMODE, VT_SETMODE,     a screen, a keyboard or a font that shows or takes what
 *     VT_ACTIVATE, VT_DISALLOCATE,          another one typed or meant, a switch that is held
 *     PIO_CMAP and other PIO_*, KDFONTOP,
 *     KDSETLED
 *   ptrace, process_vm_*, kill, and       a way into other processes
 *     fcntl(F_SETOWN)
 *   open for writing, rename, unlink ...  a trace that stays
 *   mprotect with PROT_EXEC               code that nobody has installed; mmap with it fails with
 *                                           EACCES, as a library may try it and do without
 *   socket of AF_INET, AF_INET6,          the network: firstboot-prober asks it
 *     AF_PACKET
 *   prctl but for our own name, seccomp   a process that may be looked into again
 *
 * What happens before it is in force: the kernel and the dynamic linker start the program;
 * arguments are refused; two words of the environment are compared with lists and the rest is
 * thrown away; the account is looked up as nsswitch.conf(5) says; libqrencode is loaded. All that
 * is read for it is a file that only root can have written. Everything else, be it the terminal,
 * the kernel's tables, the bus, the settings or a translation, is read afterwards.
 *
 * The command firstboot has the same filter while it shows these screens: it reads what the network
 * says as well, and any fault of the list shows there, too. It is no wall there: root can have
 * systemd start any program over the very bus that the screens need. Landlock it has not
 * (file_access.h): whoever has a shell may have a terminal's description or a locale anywhere.
 *
 * SYSCALL_FILTER_NO_EXEC takes away what would make another program or reach into one; all else is
 * left to the unit's SystemCallFilter=, which itself cannot take execve(2) from a service. It is
 * for firstboot-prober, and for the child of firstbootd's that reads the firewall's rules.
 *
 * A build with AddressSanitizer has no filter: its own run-time library would be ended.
 */

enum syscall_filter {
	SYSCALL_FILTER_CONSOLE,
	SYSCALL_FILTER_NO_EXEC,
	SYSCALL_N_FILTERS,
};

/* Have this filter for the rest of the process' life and of those it makes; sets no_new_privs.
 * Several add up. Negative errno: it is not in force, and whoever needs it must end. */
int syscall_filter_enter(enum syscall_filter filter);
