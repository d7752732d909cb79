#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a person does to the console with a terminal: keys, signals, sizes, pastes, on every screen."""
import ctypes
import os
import signal
import subprocess
import sys
import time

import machine
import pages
import screens
from abuse import case, main
from screens import DASHBOARD, PASSWORD_FIELD

# ^C ^Z ^\ ^S ^Q ^D ^V ^O ^Y
STOPPERS = b'\x03\x1a\x1c\x13\x11\x04\x16\x0f\x19'
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
PTRACE_CONT, PTRACE_SEIZE, PTRACE_O_TRACEEXIT, PTRACE_EVENT_EXIT = 7, 0x4206, 0x40, 6


def send(t, data, seconds=60.0):
    """Write it all as fast as the program takes it, reading meanwhile."""
    end = time.monotonic() + seconds
    os.set_blocking(t.fd, False)
    try:
        while data:
            assert time.monotonic() < end, f'{len(data)} bytes were not taken in {seconds} s'
            try:
                data = data[os.write(t.fd, data[:4096]):]
            except BlockingIOError:
                pass
            if not t.read(0.001):
                return
    finally:
        os.set_blocking(t.fd, True)


def ended_within(t, seconds):
    end = time.monotonic() + seconds
    while not t._reap():
        assert time.monotonic() < end, f'still runs {seconds} s later:\n{t.text()}'
        if t.fd < 0 or not t.read(0.01):
            time.sleep(0.01)


# -- keys that end, stop or hold ---------------------------------------------------------------------

@case(1, 'nine keys that end, stop or hold a program, once and a thousand times each, on every screen')
def stopping_keys():
    for name, pattern, t in screens.every():
        # To lines ^D is the end of what is typed, and getty starts them anew.
        keys = STOPPERS.replace(b'\x04', b'') if name == 'plain lines' else STOPPERS
        for key in keys:
            send(t, bytes([key]))
        screens.stays(t, pattern)
        for key in keys:
            send(t, bytes([key]) * 1000)
        # They are still in the way of the next key. Lines show what was typed, and ask again.
        t.read(0.5)
        if name == 'plain lines':
            t.press('enter')
        screens.stays(t, pattern)


@case(1, 'the same keys from the first moment on: the screen comes, or the program ends and getty starts it anew')
def stopping_keys_while_it_starts():
    for delay in range(0, 40, 4):
        with machine.console() as t:
            time.sleep(delay / 1000)
            send(t, STOPPERS * 20)
            end = time.monotonic() + 5
            while not t.sees(DASHBOARD) and not t._reap():
                assert time.monotonic() < end, f'neither after {delay} ms:\n{t.text()}'
                t.read(0.02)


@case(1, 'the same keys while root\'s password is verified')
def stopping_keys_during_a_call():
    with screens.shown(screens.SCREENS[1]) as t:
        t.type(machine.PASSWORD)
        os.write(t.fd, b'\r')
        for _ in range(20):
            send(t, STOPPERS)
        t.wait_for('What shall be changed', 20)
        screens.stays(t, 'What shall be changed')


# -- signals and the end of the line -----------------------------------------------------------------

@case(3, 'stop signals of others, and a stop that cannot be refused while somebody else draws, on every screen')
def stop_signals():
    for name, pattern, t in screens.every():
        for number in signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU:
            os.kill(t.pid, number)
        screens.stays(t, pattern)
        os.kill(t.pid, signal.SIGSTOP)
        time.sleep(0.05)
        t.stream.feed(b'\033[7m\033[1;1Hdrawn by somebody else')
        os.kill(t.pid, signal.SIGCONT)
        t.read(0.3)
        screens.stays(t, pattern)
        if name != 'plain lines':
            assert not t.sees('drawn by somebody else'), t.text()


@case(3, 'a stop while a password is typed: it stays hidden, and is taken when it is whole')
def stopped_in_a_password():
    with screens.shown(screens.SCREENS[1]) as t:
        t.type(machine.PASSWORD[:9])
        os.kill(t.pid, signal.SIGSTOP)
        time.sleep(0.05)
        t.type(machine.PASSWORD[9:])
        t.stream.feed(b'\033[2Jdrawn by somebody else')
        os.kill(t.pid, signal.SIGCONT)
        t.wait_for(PASSWORD_FIELD)
        assert machine.PASSWORD[:4] not in t.text() and machine.PASSWORD[-4:] not in t.text(), t.text()
        t.press('enter')
        t.wait_for('What shall be changed', 20)


@case(4, 'the line hangs up, on every screen: the program ends within a second')
def hang_up():
    for name, _, t in screens.every():
        os.close(t.fd)
        t.fd = -1
        ended_within(t, 1)


@case(4, 'SIGHUP and SIGTERM, on every screen: likewise')
def hang_up_by_signal():
    for number in signal.SIGHUP, signal.SIGTERM:
        for name, _, t in screens.every():
            os.kill(t.pid, number)
            ended_within(t, 1)


def memory_at_exit(t, do, word):
    """Where the program's memory holds word when it ends by what do() does."""
    assert LIBC.ptrace(PTRACE_SEIZE, t.pid, None, PTRACE_O_TRACEEXIT) == 0, os.strerror(ctypes.get_errno())
    do()
    while True:
        pid, status = os.waitpid(t.pid, 0)
        assert os.WIFSTOPPED(status), f'it ended without being seen ({status})'
        if status >> 16 == PTRACE_EVENT_EXIT:
            break
        LIBC.ptrace(PTRACE_CONT, t.pid, None, os.WSTOPSIG(status))
    found = pages.copies(t.pid, word)
    LIBC.ptrace(PTRACE_CONT, t.pid, None, None)
    return found


@case(4, 'a hang-up while a password stands in its field: when the program ends, its memory has it no more')
def password_at_the_end():
    word = 'Half-Typed-7-Zebra'

    def close(t):
        os.close(t.fd)
        t.fd = -1
    for what, do in (('the line', close), ('SIGHUP', lambda t: os.kill(t.pid, signal.SIGHUP)),
                     ('SIGTERM', lambda t: os.kill(t.pid, signal.SIGTERM))):
        for screen, phase in ((screens.SCREENS[1], 'claimed'), (screens.WIZARD[5], 'unclaimed')):
            with screens.shown(screen, phase) as t:
                t.type(word)
                t.read(0.2)
                assert pages.copies(t.pid, word), 'this test looks in the wrong place'
                found = memory_at_exit(t, lambda: do(t), word)
                assert not found, f'{what}, {screen[0]}: {found}'


# -- sizes and types of terminals --------------------------------------------------------------------

@case(9, 'sizes from 1x1 to 1000x1000 while a password is typed: it is taken all the same')
def sizes_in_a_password():
    with screens.shown(screens.SCREENS[1]) as t:
        t.type(machine.PASSWORD[:11])
        for columns, rows in ((1, 1), (1000, 1000), (40, 12), (39, 12), (2, 300), (1000, 1), (132, 43), (500, 200), (501, 201)) * 20:
            t._set_size(columns, rows)
            t.read(0.002)
        t.resize(80, 24)
        t.wait_for(PASSWORD_FIELD)
        t.type(machine.PASSWORD[11:])
        t.press('enter')
        t.wait_for('What shall be changed', 20)


@case(9, 'the same storm on every screen')
def sizes_everywhere():
    for name, pattern, t in screens.every():
        for columns, rows in ((1, 1), (1000, 1000), (40, 12), (1000, 1), (1, 1000)) * 5:
            t._set_size(columns, rows)
            t.read(0.002)
        t.resize(80, 24)
        screens.stays(t, pattern)


TERMS = [None, '', 'dumb', '../../x', '../../../../../etc/shadow', 'x' * 65536, 'linux\n', '%s%n', 'no-such-terminal', 'xterm',
         'xterm-256color', 'screen', 'vt100']


@case(10, 'TERM unset, empty, a path, 64 KiB, unknown, with titles: the start screen, as cells or as lines')
def terminal_types():
    for term in TERMS:
        argv = machine.as_firstboot(*(['env', '-u', 'TERM'] if term is None else ['env', f'TERM={term}']), machine.CONSOLE)
        with machine.Term(argv, owner='firstboot') as t:
            t.wait_for(r'F2/2 Settings|Choice:')
            assert t.sees(r'https://192\.0\.2\.'), t.text()


@case(10, 'no description of any terminal: plain lines')
def no_terminfo():
    places = [p for p in ('/usr/share/terminfo', '/lib/terminfo', '/etc/terminfo') if os.path.isdir(p)]
    assert places
    for place in places:
        subprocess.run(['mount', '-t', 'tmpfs', 'none', place], check=True)
    try:
        with machine.console() as t:
            t.wait_for('Choice:')
    finally:
        for place in places:
            subprocess.run(['umount', place], check=True)


# -- what can be typed -------------------------------------------------------------------------------

FLOOD_SECONDS = 4
QUESTION = b'a\nyY\tx~ \r'


def flood(t, data):
    """Paste it again and again, as fast as the program takes keys. The terminal's own buffer is all that waits."""
    end = time.monotonic() + FLOOD_SECONDS
    sent = 0
    os.set_blocking(t.fd, False)
    try:
        while time.monotonic() < end:
            try:
                sent += os.write(t.fd, data * (4096 // len(data)))
            except BlockingIOError:
                pass
            assert t.read(0.001), 'it has ended'
    finally:
        os.set_blocking(t.fd, True)
    t.read(1)
    assert not t._reap(), f'it has ended ({t.status})'
    print(f'    {sent} bytes; it has {machine.resident(t) >> 10} KiB', flush=True)
    assert machine.resident(t) < 16 << 20


@case(12, f'a paste without an end into a text, for {FLOOD_SECONDS} s as fast as it is taken: too much is left out, and the field works')
def paste_into_a_text():
    with screens.shown(screens.SCREENS[6]) as t:
        flood(t, b'x')
        t.press('ctrl-u')
        t.type('appliance01')
        t.wait_for(r'Hostname +\[appliance01 ')


@case(12, 'likewise into a password: not shown, and the right one can be typed then')
def paste_into_a_password():
    with screens.shown(screens.SCREENS[1]) as t:
        flood(t, b'x')
        t.press('ctrl-u')
        t.type(machine.PASSWORD)
        t.press('enter')
        t.wait_for('What shall be changed', 20)


@case(12, 'likewise with newlines into the question about a restart: nothing is confirmed')
def paste_into_a_question():
    with screens.shown(screens.SCREENS[12]) as t:
        flood(t, QUESTION)
        for _ in range(4):
            t.press('escape')
        t.wait_for(DASHBOARD, 20)


@case(12, 'keys typed ahead of the password and of the question: they confirm nothing')
def typed_ahead():
    with screens.shown(screens.SCREENS[0]) as t:
        os.write(t.fd, b'2' + machine.PASSWORD.encode() + b'\r')
        t.wait_for(PASSWORD_FIELD)
        t.read(1)
        assert t.sees(PASSWORD_FIELD), t.text()
    with screens.shown(screens.SCREENS[0]) as t:
        os.write(t.fd, b'0' + b'\r' * 5)
        t.read(1.5)
        assert not t.sees('Restarting|is restarting'), t.text()
        screens.stays(t, '.')


# Beginnings and ends of sequences that terminals know, whole and cut off.
SEQUENCES = [
    b'\033[200~typed\r\n\033[201~', b'\033[200~', b'\033[M !!', b'\033[<0;1;1M', b'\033[<0;1;1m', b'\033[I', b'\033[O',
    b'\033]0;title\007', b'\033]52;c;eA==\033\\', b'\033P+q\033\\', b'\033_x\033\\', b'\033^x\033\\', b'\033[?1;c', b'\033[>c',
    b'\033[;R', b'\033[c', b'\033[' + b';' * 1000 + b'm', b'\033[' + b'?' * 1000, b'\033' * 1000, b'\033O', b'\033[[', b'\033[[[[',
    b'\x9b', b'\x9bA', b'\x90\x9c', b'\xc2\x9b', b'\xc2', b'\xe2\x82', b'\xf0\x9f\x98', b'\xff\xfe', b'\xc0\xaf', b'\xed\xa0\x80',
    b'\xf4\x90\x80\x80', b'\xf8\x88\x80\x80\x80', '\u202e\u2066\u200d\ufeff'.encode(), b'\0' * 100,
]


# The choices of the start screen, Log in among them, and what leaves a page.
MEANT = b'0123456789\r\n\t\033 '


@case(13, 'every byte, and sequences of terminals, whole and broken, on every screen')
def every_byte():
    for name, pattern, t in screens.every():
        send(t, bytes(b for b in range(256) if b not in MEANT and not chr(b).isalpha()))
        t.read(0.2)
        assert not t._reap(), f'{name}: it has ended ({t.status})'
        for sequence in SEQUENCES:
            send(t, sequence)
            t.read(0.02)
            assert not t._reap(), f'{name}: {sequence[:20]} has ended it ({t.status})'


@case(13, 'the same into a password: none of it is shown, and it is no password')
def every_byte_in_a_password():
    with screens.shown(screens.SCREENS[1]) as t:
        for sequence in SEQUENCES[2:]:
            send(t, sequence.replace(b'\033' * 2, b'\033'))
            t.read(0.02)
        assert not t.sees('typed|title|eA=='), t.text()
        assert not t.sees('What shall be changed')
        t.read(0.5)
        assert not t._reap()


# -- descriptors -------------------------------------------------------------------------------------

STREAMS = {
    'input closed': '<&-', 'output closed': '>&-', 'errors closed': '2>&-', 'all closed': '<&- >&- 2>&-',
    'input /dev/null': '</dev/null', 'output /dev/null': '>/dev/null', 'errors /dev/null': '2>/dev/null',
    'all /dev/null': '</dev/null >/dev/null 2>&1', 'a pipe for input': '< <(sleep 3)', 'a pipe for output': '> >(cat >/dev/null)',
    'another terminal for input': '<"$OTHER"', 'another terminal for output': '>"$OTHER"', 'a folder for input': '</',
}


@case(14, 'standard streams closed, exchanged, pipes, a folder, another terminal: refused with a status, nothing started')
def strange_streams():
    master, slave = os.openpty()
    other = os.ttyname(slave)
    os.chown(other, *(int(machine.run('id', option, 'firstboot')) for option in ('-u', '-g')))
    for name, redirection in STREAMS.items():
        argv = machine.as_firstboot('env', f'OTHER={other}', 'bash', '-c', f'exec {machine.CONSOLE} {redirection}')
        with machine.Term(argv, owner='firstboot') as t:
            print(f'    {name}', flush=True)
            status = t.wait_exit(5)
            assert status in (1, 78), f'{name}: {status}\n{t.text()}'
    os.close(master)
    os.close(slave)


@case(14, 'no controlling terminal, or that of another session: refused')
def no_controlling_terminal():
    with machine.Term(machine.as_firstboot('setsid', '--wait', machine.CONSOLE), owner='firstboot') as t:
        assert t.wait_exit(5) == 78, t.text()
    master, slave = os.openpty()
    done = subprocess.run(machine.as_firstboot(machine.CONSOLE), stdin=slave, stdout=slave, stderr=slave, timeout=5, check=False)
    assert done.returncode == 78
    os.close(master)
    os.close(slave)


if __name__ == '__main__':
    machine.allow_ptys()
    machine.claim()
    machine.wait_lease()
    sys.exit(main())
