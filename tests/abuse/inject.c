/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Have a process that waits in a system call make another one, as code that was smuggled into it
 * could, and tell what came of it. Afterwards it goes on as if nothing had happened.
 *
 * usage: inject PID CALL [ARGUMENT]...    CALL: a name or a number; ARGUMENT: a number, s:TEXT for
 *                                         the address of a text, b:SIZE for that of so many zeros
 *
 * One line is printed: "killed SIGNAL", "error NUMBER" or "value NUMBER". The exit status is 0 for
 * each of them. As root, on x86-64: it uses the machine's registers.
 */

#include <elf.h>
#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>

#define ARGUMENTS_MAX 6
#define ROOM	      4096 /* for texts, below the stack and what the ABI lets be used there */
#define RED_ZONE      128
#define TRIES	      100
#define PAUSE_NSEC    20000000L
#define ERROR_MAX     4095

#define EVENTS (PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC)

struct injection {
	pid_t pid;
	int call;
	unsigned long long arguments[ARGUMENTS_MAX];
	char room[ROOM]; /* what is put into the process' memory at address */
	size_t used;
	unsigned long long address;
};

/* Say why not, and end. */
_Noreturn static void die(const char *what)
{
	fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

/* Put bytes into the room; their address. */
static unsigned long long add_bytes(struct injection *injection, const char *bytes, size_t size)
{
	unsigned long long address = injection->address + injection->used;

	errno = E2BIG;
	if (size > ROOM - injection->used)
		die("arguments");
	if (bytes)
		memcpy(injection->room + injection->used, bytes, size);
	injection->used += (size + 15) & ~(size_t)15;
	return address;
}

/* An argument as the register that it is passed in. */
static unsigned long long read_argument(struct injection *injection, const char *text)
{
	unsigned long long value;
	char *end;

	if (strncmp(text, "s:", 2) == 0)
		return add_bytes(injection, text + 2, strlen(text + 2) + 1);
	if (strncmp(text, "b:", 2) == 0)
		return add_bytes(injection, NULL, strtoul(text + 2, NULL, 0));
	value = *text == '-' ? (unsigned long long)strtoll(text, &end, 0) : strtoull(text, &end, 0);
	errno = EINVAL;
	if (!*text || *end)
		die(text);
	return value;
}

/* Wait for the process to change its state. */
static int wait_state(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, __WALL) < 0)
		die("waitpid");
	return status;
}

/* Stop it in a system call: its registers, which point behind the instruction. False: it was busy.
 */
static int stop_in_call(pid_t pid, struct user_regs_struct *regs)
{
	int status;

	if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) < 0)
		die("PTRACE_INTERRUPT");
	status = wait_state(pid);
	errno = ESRCH;
	if (!WIFSTOPPED(status))
		die("the process has ended");
	if (ptrace(PTRACE_GETREGS, pid, NULL, regs) < 0)
		die("PTRACE_GETREGS");
	errno = 0;
	if ((long long)regs->orig_rax >= 0 &&
		(ptrace(PTRACE_PEEKTEXT, pid, (void *)(regs->rip - 2), NULL) & 0xffff) == 0x050f &&
		errno == 0)
		return 1;
	if (ptrace(PTRACE_CONT, pid, NULL, NULL) < 0)
		die("PTRACE_CONT");
	return 0;
}

/* Take hold of the process where it waits. */
static struct user_regs_struct take_hold(pid_t pid)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)(uintptr_t)EVENTS) < 0)
		die("PTRACE_SEIZE");
	for (int i = 0; i < TRIES; i++) {
		if (stop_in_call(pid, &regs))
			return regs;
		(void)nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NSEC }, NULL);
	}
	errno = EBUSY;
	die("the process waits for nothing");
}

/* A process that has come of it goes at once. */
static void end_child(pid_t pid)
{
	unsigned long child = 0;

	if (ptrace(PTRACE_GETEVENTMSG, pid, NULL, &child) == 0 && child > 0)
		(void)kill((pid_t)child, SIGKILL);
}

/* The one instruction. False: the process has ended, or is another program; that is told. */
static int make_call(pid_t pid, struct user_regs_struct *regs)
{
	for (;;) {
		int status, event;

		if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) < 0)
			die("PTRACE_SINGLESTEP");
		status = wait_state(pid);
		if (WIFSIGNALED(status)) {
			printf("killed %s\n", sigabbrev_np(WTERMSIG(status)));
			return 0;
		}
		errno = ESRCH;
		if (!WIFSTOPPED(status))
			die("the process has ended by itself");
		event = status >> 16;
		if (event == PTRACE_EVENT_EXEC) {
			(void)kill(pid, SIGKILL);
			puts("value 0");
			return 0;
		}
		if (event != 0 && event != PTRACE_EVENT_STOP)
			end_child(pid);
		else if (WSTOPSIG(status) == SIGTRAP && event == 0)
			break;
	}
	if (ptrace(PTRACE_GETREGS, pid, NULL, regs) < 0)
		die("PTRACE_GETREGS");
	return 1;
}

/* Have it made, tell the result, and let the process go on. */
static void inject(struct injection *injection, const struct user_regs_struct *before)
{
	struct user_regs_struct regs = *before;
	const struct iovec here = { injection->room, ROOM };
	const struct iovec there = { (void *)(uintptr_t)injection->address, ROOM };
	long long result;

	if (process_vm_writev(injection->pid, &here, 1, &there, 1, 0) != ROOM)
		die("process_vm_writev");
	regs.rip -= 2;
	regs.rax = (unsigned long long)injection->call;
	regs.orig_rax = -1ULL; /* nothing is to be restarted */
	regs.rdi = injection->arguments[0];
	regs.rsi = injection->arguments[1];
	regs.rdx = injection->arguments[2];
	regs.r10 = injection->arguments[3];
	regs.r8 = injection->arguments[4];
	regs.r9 = injection->arguments[5];
	if (ptrace(PTRACE_SETREGS, injection->pid, NULL, &regs) < 0)
		die("PTRACE_SETREGS");
	if (!make_call(injection->pid, &regs))
		return;
	result = (long long)regs.rax;
	printf(result < 0 && result >= -ERROR_MAX ? "error %lld\n" : "value %lld\n",
		result < 0 && result >= -ERROR_MAX ? -result : result);
	if (ptrace(PTRACE_SETREGS, injection->pid, NULL, before) < 0 ||
		ptrace(PTRACE_DETACH, injection->pid, NULL, NULL) < 0)
		die("letting go");
}

int main(int argc, char **argv)
{
	struct injection injection = { 0 };
	struct user_regs_struct regs;

	if (argc < 3 || argc > 3 + ARGUMENTS_MAX) {
		fputs("usage: inject PID CALL [NUMBER | s:TEXT | b:SIZE]...\n", stderr);
		return 2;
	}
	injection.pid = (pid_t)strtol(argv[1], NULL, 10);
	injection.call = seccomp_syscall_resolve_name(argv[2]);
	if (injection.call == __NR_SCMP_ERROR)
		injection.call = (int)strtol(argv[2], NULL, 0);
	errno = ENOSYS;
	if (injection.call <= 0)
		die(argv[2]);
	regs = take_hold(injection.pid);
	injection.address = (regs.rsp - RED_ZONE - ROOM) & ~15ULL;
	for (int i = 3; i < argc; i++)
		injection.arguments[i - 3] = read_argument(&injection, argv[i]);
	inject(&injection, &regs);
	return 0;
}
