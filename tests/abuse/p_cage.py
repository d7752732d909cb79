#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the console's program could do if somebody else told it what to do; and what it is started with."""
import os
import re
import signal
import subprocess
import sys
import time

import machine
import screens
from abuse import case, main
from screens import DASHBOARD
from term import Term

INJECT = os.path.join(os.environ.get('ABUSE_BUILD', '/nonexistent'), 'tests/abuse/inject')
UNITS = '/usr/lib/systemd/system' if os.path.exists('/usr/lib/systemd/system/firstbootd.service') else '/lib/systemd/system'


def inject(pid, words):
    """Have the process make this system call: "killed SYS", "error N" or "value N"."""
    return machine.run(INJECT, str(pid), *words.split()).strip()


# -- forbidden system calls --------------------------------------------------------------------------

# What a shell, a file, a socket or another process would begin with; each ends the process.
FORBIDDEN = [
    'execve s:/bin/true 0 0', 'execveat -100 s:/bin/true 0 0 0', '0x40000208 s:/bin/true 0 0',
    'fork', 'vfork', 'clone 17 0 0 0 0', 'clone 0x10f00 0 0 0 0', 'clone3 b:88 88', 'unshare 0x10000000', 'setns 0 0',
    'socket 2 1 0', 'socket 2 2 0', 'socket 2 3 1', 'socket 10 1 0', 'socket 17 3 0', 'socket 16 3 12', 'socket 16 3 15', 'socket 40 1 0',
    'socketpair 1 1 0 b:8', 'listen 0 1', 'accept 0 0 0',
    'open s:/tmp/x 1', 'open s:/dev/tty 2', 'openat -100 s:/tmp/x 0x41 0x1ff', 'openat -100 s:/etc/hostname 0x200', 'openat -100 s:/tmp 0x410001',
    'creat s:/tmp/x 0x1ff', 'openat2 -100 s:/etc/hostname b:24 24', 'unlink s:/tmp/x', 'rename s:/tmp/x s:/tmp/y', 'mkdir s:/tmp/d 0x1ff',
    'symlink s:/ s:/tmp/l', 'chmod s:/tmp 0x1ff', 'truncate s:/tmp/x 0', 'mknod s:/tmp/n 0x11ff 0', 'chroot s:/', 'mount s:x s:/tmp s:tmpfs 0 0',
    'ptrace 16 1 0 0', 'ptrace 0 0 0 0', 'process_vm_readv 1 b:16 1 b:16 1 0', 'process_vm_writev 1 b:16 1 b:16 1 0',
    'kill 1 0', 'kill -1 0', 'tgkill 1 1 0', 'tkill 1 0', 'rt_sigqueueinfo 1 0 b:128', 'pidfd_open 1 0', 'fcntl 0 8 1', 'fcntl 0 10 9',
    'mprotect 0 4096 4', 'mprotect 0 4096 7', 'pkey_mprotect 0 4096 4 -1', 'remap_file_pages 0 4096 0 0 0', 'shmget 0 4096 0x3ff',
    'prctl 4 1', 'prctl 22 0 0', 'prctl 38 0 0 0 0', 'seccomp 1 0 b:16', 'personality 0x40000', 'setuid 0', 'setresuid 0 0 0', 'setgid 0',
    'setsid', 'setrlimit 4 b:16', 'prlimit64 0 4 b:16 0', 'bpf 0 b:64 64', 'io_uring_setup 1 b:120', 'userfaultfd 0', 'perf_event_open b:128 0 -1 -1 0',
    'keyctl 0 -3 0', 'add_key s:user s:x s:y 1 -3', 'memfd_secret 0', 'reboot 0 0 0 0', 'syslog 3 b:16 16', 'swapon s:/x 0', 'umask 0',
    'dup2 0 9', 'chdir s:/tmp', 'quotactl 0 0 0 0', 'init_module 0 0 0', 'kexec_load 0 0 0 0',
]

# By their names in ioctl_tty(2) and ioctl_console(2).
IOCTLS = {
    'TIOCSTI': (0x5412, 's:x'), 'TIOCLINUX': (0x541c, 'b:16'), 'KDSETMODE': (0x4b3a, 1), 'KDSKBMODE': (0x4b45, 0), 'VT_SETMODE': (0x5602, 'b:16'),
    'VT_ACTIVATE': (0x5606, 2), 'VT_WAITACTIVE': (0x5607, 1), 'VT_DISALLOCATE': (0x5608, 5), 'VT_RESIZE': (0x5609, 'b:16'),
    'VT_LOCKSWITCH': (0x560b, 0), 'PIO_CMAP': (0x4b71, 'b:48'), 'PIO_FONT': (0x4b61, 'b:64'), 'PIO_FONTX': (0x4b6c, 'b:64'),
    'PIO_UNIMAP': (0x4b67, 'b:64'), 'PIO_SCRNMAP': (0x4b41, 'b:256'), 'KDFONTOP': (0x4b72, 'b:64'), 'KDSETLED': (0x4b32, 7),
    'KDSKBLED': (0x4b65, 7), 'KDSKBENT': (0x4b47, 'b:16'), 'KDSKBSENT': (0x4b49, 'b:600'), 'KDSKBDIACR': (0x4b4b, 'b:64'), 'KDMKTONE': (0x4b30, 0),
    'KDADDIO': (0x4b34, 0x3c0), 'KDENABIO': (0x4b36, 0), 'TIOCSCTTY': (0x540e, 1), 'TIOCNOTTY': (0x5422, 0), 'TIOCCONS': (0x541d, 0), 'TIOCSETD': (0x5423, 'b:4'),
    'TIOCSPGRP': (0x5410, 'b:4'), 'TIOCSWINSZ': (0x5414, 'b:8'), 'TIOCEXCL': (0x540c, 0), 'TIOCPKT': (0x5420, 'b:4'), 'TIOCSERIAL': (0x541f, 'b:64'),
    'TIOCVHANGUP': (0x5437, 0), 'TCXONC': (0x540a, 0), 'TIOCMSET': (0x5418, 'b:4'), 'FIOASYNC': (0x5452, 'b:4'), 'SIOCSPGRP': (0x8902, 'b:4'),
    'SIOCSIFADDR': (0x8916, 'b:40'), 'SIOCDEVPRIVATE': (0x89f0, 'b:40'), 'FS_IOC_SETFLAGS': (0x40086602, 'b:8'),
    # The kernel looks at 32 bits of the request.
    'TIOCSTI in other words': (0x100005412, 's:x'), 'TIOCSTI beside a good one': (0x540100005412, 's:x'),
}
FORBIDDEN += [f'ioctl 0 {request:#x} {argument}' for request, argument in IOCTLS.values()]


def plain_console():
    """The console in its shortest form; the filter is the same."""
    t = machine.console(term='dumb')
    t.wait_for('Choice:')
    return t


@case(50, f'{len(FORBIDDEN)} forbidden system calls put into the running console, each alone: every one ends it by SIGSYS at once')
def forbidden_calls():
    survived = []
    for words in FORBIDDEN:
        with plain_console() as t:
            outcome = inject(t.pid, words)
            if outcome != 'killed SYS' or t.wait_exit(2) != -signal.SIGSYS:
                survived.append(f'{words}: {outcome}')
    assert not survived, survived


# The words, and what comes of them. 13: EACCES.
ALLOWED = [
    ('getpid', 'value {pid}'), ('getuid', 'value {uid}'), ('write 1 s:x 0', 'value 0'), ('ioctl 1 0x5413 b:8', 'value 0'), ('ioctl 0 0x5401 b:64', 'value 0'),
    ('ioctl 0x1 0x540b 0', 'value 0'), ('openat -100 s:/etc/hostname 0', r'value \d+'), ('socket 1 1 0', r'value \d+'), ('socket 16 3 0', r'value \d+'),
    ('mmap 0 4096 3 0x22 -1 0', r'value \d+'), ('memfd_create s:x 3', r'value \d+'), ('prlimit64 0 4 0 b:16', 'value 0'), ('getrandom b:8 8 0', 'value 8'),
    ('mmap 0 4096 7 0x22 -1 0', 'error 13'), ('mmap 0 4096 4 0x22 -1 0', 'error 13'),
]


@case(50, 'allowed calls put into it in the same way: they succeed and it goes on; memory to be executed is refused')
def allowed_calls():
    uid = machine.run('id', '-u', 'firstboot').strip()
    with machine.console() as t:
        t.wait_for(DASHBOARD)
        for words, wanted in ALLOWED:
            outcome = inject(t.pid, words)
            assert re.fullmatch(wanted.format(pid=t.pid, uid=uid), outcome), f'{words}: {outcome}'
        screens.stays(t, DASHBOARD)
        machine.ip('address', 'add', '192.0.2.222/24', 'dev', 'enp1s0')
        try:
            t.wait_for(r'https://192\.0\.2\.222:8443/', 3)
        finally:
            machine.ip('address', 'del', '192.0.2.222/24', 'dev', 'enp1s0')


# What would really be done: a thread cannot be ended without its process, and everything but this would be signalled.
HARMFUL = 'clone 0x10f00 0 0 0 0', 'kill -1 0'


@case(50, 'the same forbidden calls in a program without the filter: none ends it by SIGSYS, so it is the filter that does')
def forbidden_calls_elsewhere():
    killed = []
    for words in FORBIDDEN:
        if words in HARMFUL:
            continue
        with Term(machine.as_firstboot('cat'), owner='firstboot') as t:
            t.type('x\r')
            t.wait_for('x\nx')
            outcome = inject(t.pid, words)
            if outcome == 'killed SYS':
                killed.append(words)
    assert not killed, killed


# Readable for everybody, but of no business of the start screen's; and what it has to do with.
CLOSED = ['/var/lib/dpkg/status', '/var/lib', '/root', '/home', '/tmp', '/boot', '/dev/tty', '/dev/zero', '/opt', '/bin/../var/lib/dpkg/status']
OPEN = ['/etc/hostname', '/usr/lib/os-release', '/proc/self/status', '/sys/class/net', '/run', '/dev', '/dev/null']


@case(50, 'files that it has no business with, also those that everybody may read: EACCES by Landlock')
def files():
    with machine.console() as t:
        t.wait_for(DASHBOARD)
        for path in CLOSED:
            if os.path.exists(path):
                outcome = inject(t.pid, f'openat -100 s:{path} 0')
                assert outcome == 'error 13', f'{path}: {outcome}'
        for path in OPEN:
            outcome = inject(t.pid, f'openat -100 s:{path} 0')
            assert outcome.startswith('value '), f'{path}: {outcome}'
        screens.stays(t, DASHBOARD)


@case(50, 'a forbidden call in firstboot-prober, which takes foreign bytes apart, and in the command\'s screens')
def forbidden_calls_of_others():
    with machine.console() as t:
        t.wait_for('Web interface')
        outcomes = []
        for _ in range(50):
            found = subprocess.run(['pgrep', '-f', '^/usr/libexec/firstboot/firstboot-prober'], capture_output=True, text=True, check=False).stdout.split()
            if found:
                outcomes.append(inject(int(found[0]), 'execve s:/bin/true 0 0'))
                break
            t.press('ctrl-l')
            t.read(0.3)
        assert outcomes == ['killed SYS'], outcomes
        screens.stays(t, DASHBOARD)
    with Term(['firstboot']) as t:
        t.wait_for(DASHBOARD)
        assert inject(t.pid, 'execve s:/bin/true 0 0') == 'killed SYS'


# What systemd-analyze gives at most, in tenths.
SCORES = {'firstbootd': 15, 'firstboot-prober': 11, 'firstboot-step': 30}


@case(50, f'the score of the units by systemd-analyze security: at most {SCORES} tenths')
def scores():
    for unit, limit in SCORES.items():
        text = machine.run('systemd-analyze', 'security', '--offline=yes', '--no-pager', f'{UNITS}/{unit}.service')
        score = re.search(r'exposure level for \S+: ([\d.]+) ', text)[1]
        print(f'    {unit} {score}', flush=True)
        assert round(float(score) * 10) <= limit, f'{unit}: {score}'


@case(50, 'every screen under the filter: none of them makes a call that is not let through')
def every_screen():
    seen = 0
    for name, pattern, t in screens.every():
        with open(f'/proc/{t.pid}/status', encoding='ascii') as status:
            assert re.search(r'^Seccomp:\t2$', status.read(), re.M), f'{name} has no filter'
        screens.stays(t, pattern)
        seen += 1
    assert seen >= 20


# -- what it is started with -------------------------------------------------------------------------

EVIL = {
    'TERMINFO': '/tmp', 'TERMINFO_DIRS': '/tmp:/etc', 'TERMCAP': 'linux:co#5:', 'LINES': '3', 'COLUMNS': '7', 'NCURSES_TRACE': '0xffff',
    'NCURSES_GPM_TERMS': 'linux', 'ESCDELAY': '99999', 'DIALOGRC': '/etc/shadow', 'DIALOGOPTS': '--trace /tmp/trace', 'LANG': '../../x',
    'LANGUAGE': '../../../tmp', 'LC_ALL': '../../x', 'LOCPATH': '/tmp', 'NLSPATH': '/tmp/%N', 'GCONV_PATH': '/tmp', 'CHARSET': '../x', 'TZ': '/tmp/x',
    'BASH_ENV': '/tmp/x', 'ENV': '/tmp/x', 'LD_PRELOAD': '/tmp/none.so', 'LD_LIBRARY_PATH': '/tmp', 'LD_AUDIT': '/tmp/none.so', 'LD_DEBUG_OUTPUT': '/tmp/x',
    'MALLOC_TRACE': '/tmp/trace', 'MALLOC_CHECK_': '3', 'GLIBC_TUNABLES': 'glibc.malloc.check=3:glibc.mem.decorate_maps=1', 'RES_OPTIONS': 'debug', 'HOSTALIASES': '/tmp/x',
    'DBUS_SYSTEM_BUS_ADDRESS': 'unixexec:path=/bin/touch,argv1=/tmp/touched', 'SYSTEMD_LOG_LEVEL': 'debug', 'SYSTEMD_LOG_TARGET': 'console',
    'PATH': '/tmp', 'HOME': '/tmp', 'SHELL': '/bin/sh', 'IFS': 'x', 'OPENSSL_CONF': '/tmp/x', 'TMPDIR': '/tmp', 'QRENCODE_LIBRARY': '/tmp/x',
}


@case(11, f'{len(EVIL)} variables of the environment, one by one and together: the start screen as ever, no file of theirs')
def environments():
    subprocess.run(['mount', '-t', 'tmpfs', '-o', 'mode=1777', 'tmp', '/tmp'], check=True)
    before = set(os.listdir('/'))
    for env in [{name: value} for name, value in EVIL.items()] + [EVIL]:
        with Term(machine.as_firstboot('env', '-i', 'TERM=linux', *(f'{n}={v}' for n, v in env.items()), machine.CONSOLE), owner='firstboot') as t:
            t.wait_for(DASHBOARD)
            assert t.row_of('F10/0') == 23, t.text()
            assert t.sees(r'https://192\.0\.2\.'), t.text()
    left = os.listdir('/tmp') + list(set(os.listdir('/')) - before)
    subprocess.run(['umount', '/tmp'], check=True)
    assert not left, left


@case(11, '20 000 variables, and none')
def many_variables():
    for environment in '{"V%d" % n: "x" for n in range(20000)}', '{}':
        code = f'import os, sys; os.execve(sys.argv[1], sys.argv[1:], {environment})'
        with Term(machine.as_firstboot('python3', '-c', code, machine.CONSOLE), owner='firstboot') as t:
            t.wait_for(r'F2/2 Settings|Choice:')


LIMITS = ['nofile=3', 'nofile=4', 'nofile=8', 'as=16777216', 'as=8388608', 'data=65536', 'stack=65536', 'stack=16384', 'fsize=0', 'cpu=1', 'nproc=1', 'memlock=0',
          'sigpending=0', 'rss=0', 'core=unlimited']


def ends_or_shows(t, what, seconds=5.0):
    """The start screen, or the end of the program; it says what it likes, but nobody answers."""
    end = time.monotonic() + seconds
    while not t.sees(r'F2/2 Settings|Choice:') and not t._reap():
        assert time.monotonic() < end, f'{what}: neither\n{t.text()}'
        t.read(0.02)
    if t.status is None:
        with open(f'/proc/{t.pid}/exe', 'rb'):
            assert os.readlink(f'/proc/{t.pid}/exe') == machine.CONSOLE, what
    t.type('id\r')
    t.read(0.2)
    assert not t.sees('uid='), f'{what}: a shell\n{t.text()}'
    return t.status is None


@case(15, f'{len(LIMITS)} limits of resources, each by itself: the start screen, or an end that getty makes good')
def limits():
    shown = []
    for limit in LIMITS:
        with Term(machine.as_firstboot('prlimit', f'--{limit}', machine.CONSOLE), term='linux', owner='firstboot') as t:
            if ends_or_shows(t, limit):
                shown.append(limit)
    assert 'nproc=1' in shown and 'core=unlimited' in shown, shown


@case(15, 'the root file system read-only, /run and /tmp full')
def full_and_read_only():
    subprocess.run(['mount', '-o', 'remount,ro', '/'], check=True)
    try:
        with machine.console() as t:
            t.wait_for(DASHBOARD)
    finally:
        subprocess.run(['mount', '-o', 'remount,rw', '/'], check=True)
    subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=4k', 'full', '/tmp'], check=True)
    try:
        subprocess.run('head -c 100000 /dev/zero >/tmp/full', shell=True, check=False, stderr=subprocess.DEVNULL)
        with machine.console() as t:
            t.wait_for(DASHBOARD)
    finally:
        subprocess.run(['umount', '/tmp'], check=True)


@case(15, 'killed as when memory runs out, on the password\'s screen: it ends, and nothing is left of it')
def killed():
    with screens.shown(screens.SCREENS[1]) as t:
        t.type(machine.PASSWORD)
        os.kill(t.pid, signal.SIGKILL)
        assert t.wait_exit(1) == -signal.SIGKILL
        left = subprocess.run(['pgrep', '-u', 'firstboot'], capture_output=True, text=True, check=False).stdout
        assert not left, left


ARGUMENTS = [
    ['-c', 'id'], ['-c', '/bin/sh'], ['-l'], ['-i'], ['--reconfigure'], ['--status'], ['--help'], ['--version'], ['-'], ['--'], [''], ['-c'], ['\033[2J'],
    ['%n%n%n'], ['x' * 131000], ['x' * 131000] * 8,
]


@case(16, f'{len(ARGUMENTS)} lists of arguments, up to 1 MiB: refused with 77, without a word of theirs')
def arguments():
    for words in ARGUMENTS:
        with Term(machine.as_firstboot(machine.CONSOLE, *words), owner='firstboot') as t:
            assert t.wait_exit(5) == 77, f'{words[0][:20]}: {t.status}'
            assert t.text().strip() == 'firstboot-console: This is the start screen; it takes no arguments.', t.text()


@case(16, 'no argument at all, not even its own name')
def no_arguments():
    # Since Linux 5.18 the kernel puts an empty name in where there is none.
    code = 'import ctypes, sys; none = (ctypes.c_char_p * 1)(None); ctypes.CDLL(None).execve(sys.argv[1].encode(), none, none)'
    with Term(machine.as_firstboot('python3', '-c', code, machine.CONSOLE), owner='firstboot') as t:
        ends_or_shows(t, 'no name')


# -- its memory --------------------------------------------------------------------------------------

LOOK = r'''
import ctypes, os, sys
pid = int(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *arguments):
    return "yes" if getattr(libc, name)(*arguments) >= 0 else os.strerror(ctypes.get_errno())
def attempt(name, path, flags):
    try:
        os.close(os.open(path, flags)) if name != "list" else os.listdir(path)
        return "yes"
    except OSError as error:
        return error.strerror
buffer = ctypes.create_string_buffer(16)
class iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
here = iovec(ctypes.cast(buffer, ctypes.c_void_p), 16)
for name in "mem", "maps", "smaps", "environ", "auxv", "stack", "syscall", "pagemap", "personality", "clear_refs", "io":
    print(name, attempt("open", f"/proc/{pid}/{name}", os.O_RDONLY), sep=": ")
print("mem to write", attempt("open", f"/proc/{pid}/mem", os.O_RDWR), sep=": ")
for name in "fd", "map_files", "ns", "fdinfo":
    print(name, attempt("list", f"/proc/{pid}/{name}", 0), sep=": ")
print("terminal", attempt("open", f"/proc/{pid}/fd/0", os.O_RDWR), sep=": ")
print("cwd", attempt("open", f"/proc/{pid}/cwd", os.O_RDONLY), sep=": ")
print("process_vm_readv", call("process_vm_readv", pid, ctypes.byref(here), 1, ctypes.byref(here), 1, 0), sep=": ")
print("process_vm_writev", call("process_vm_writev", pid, ctypes.byref(here), 1, ctypes.byref(here), 1, 0), sep=": ")
pidfd = libc.syscall(434, pid, 0)
print("pidfd_getfd", call("syscall", 438, pidfd, 0, 0), sep=": ")
print("ptrace seize", call("ptrace", 0x4206, pid, None, None), sep=": ")
print("ptrace attach", call("ptrace", 16, pid, None, None), sep=": ")
'''


def look(pid):
    done = machine.run(*machine.as_firstboot('python3', '-c', LOOK, str(pid)))
    return dict(line.split(': ', 1) for line in done.splitlines())


@case(57, 'another process of the account: ptrace, process_vm_readv, pidfd_getfd and all of /proc that tells of memory and descriptors: EPERM, EACCES')
def look_into_it():
    with screens.shown(screens.SCREENS[1]) as t:
        t.type(machine.PASSWORD)
        found = look(t.pid)
        open_ones = {name for name, outcome in found.items() if outcome not in ('Permission denied', 'Operation not permitted')}
        assert len(found) > 20 and not open_ones, {name: found[name] for name in open_ones}
        screens.stays(t, screens.PASSWORD_FIELD)


@case(57, 'the same of a program that does not mind: it can be looked into, so it is the program that minds')
def look_into_another():
    with Term(machine.as_firstboot('cat'), owner='firstboot') as t:
        t.read(0.3)
        found = look(t.pid)
        for name in 'mem', 'maps', 'environ', 'fd', 'process_vm_readv':
            # A bad address is an answer of who would have read there.
            assert found[name] in ('yes', 'Bad address'), found


if __name__ == '__main__':
    machine.allow_ptys()
    machine.claim()
    machine.wait_lease()
    sys.exit(main())
