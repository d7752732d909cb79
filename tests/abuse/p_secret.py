#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Guessing root's password, and looking for it where it may have been left."""
import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
import threading
import time

import jump
import machine
import screens
from abuse import case, main, not_tried
from pages import agree, to_hostname
from passwords import BAD, DELAY, GOOD, OURS, Bus, Refused, connect, fresh, guess, kill, secret, with_secret

# -- guessing ------------------------------------------------------------------------------------


@case(36, 'one guess after the other: 1, 2, 4, 8, 16 s between them, from whatever connection, whatever the start screen and firstbootd do')
def delays():
    fresh()
    expected = 1
    for _ in range(5):
        bus = connect()
        name, _ = guess(bus)
        assert name == 'WrongPassword', name
        failed = time.monotonic()
        bus.close()
        for number in (signal.SIGTERM, signal.SIGKILL):
            machine.end(*OURS[:2]) if number == signal.SIGTERM else kill(OURS[:2])
            bus = connect()
            name, seconds = guess(bus, GOOD)
            assert name == 'TooSoon' and expected - (time.monotonic() - failed) - 1 <= seconds <= expected, (name, seconds, expected)
            bus.close()
        time.sleep(max(0, failed + expected - time.monotonic()) + 0.1)
        expected *= 2


@case(36, 'guesses by many connections at once: no more are taken than one after the other')
def all_at_once():
    fresh()
    buses = [connect() for _ in range(16)]
    outcomes = []
    threads = [threading.Thread(target=lambda bus=bus: outcomes.append(guess(bus)[0])) for bus in buses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for bus in buses:
        bus.close()
    assert len(outcomes) == len(buses), outcomes
    assert outcomes.count('WrongPassword') == 1 and set(outcomes) <= {'WrongPassword', 'Busy', 'TooSoon'}, outcomes


@case(36, 'the machine is restarted after six wrong ones (another boot id, a clock that begins anew): the whole delay counts again')
def another_boot():
    fresh()
    with open(DELAY, 'w', encoding='ascii') as file:
        file.write(f'boot={"0" * 32}\nfailures=6\nnot_before=1\n')
    uptime = float(open('/proc/uptime', encoding='ascii').read().split()[0])
    bus = connect()
    name, seconds = guess(bus)
    bus.close()
    # Beyond 30 s after the start of the machine that delay is over, and the next one is as long.
    if uptime < 30:
        assert name == 'TooSoon' and seconds > 0
        return
    assert name == 'WrongPassword', name
    bus = connect()
    assert guess(bus, GOOD) == ('TooSoon', 30)
    bus.close()


@case(36, 'the wall clock jumps ten years ahead and back: no delay is shorter')
def clock_jumps():
    fresh()
    variable = '='.join(*jump.make(wall=True).items())
    activation = '/usr/share/dbus-1/system-services/org.firstboot.Firstboot1.service'
    with open(activation, encoding='ascii') as file:
        original = file.read()
    try:
        with open(activation, 'w', encoding='ascii') as file:
            file.write(original.replace('Exec=', f'Exec=/usr/bin/env {variable} '))
        machine.run('busctl', 'call', 'org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'ReloadConfig')
        bus = connect()
        for _ in range(3):
            name, seconds = guess(bus)
            assert name == 'WrongPassword', (_, name, seconds)
            last = time.monotonic()
            if _ == 2:
                break
            time.sleep(2 ** _ + 0.1)
        for offset in (315360000, -315360000, 0):
            jump.to(offset)
            name, seconds = guess(bus, GOOD)
            assert name == 'TooSoon' and 1 <= seconds <= 4 and time.monotonic() - last < 4, (offset, name, seconds)
        bus.close()
    finally:
        with open(activation, 'w', encoding='ascii') as file:
            file.write(original)
        machine.run('busctl', 'call', 'org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'ReloadConfig')
        machine.end(*OURS[:2])


@case(36, 'what is kept of wrong passwords is garbled, emptied or made a link: the longest delay')
def garbled_delay():
    for how in (b'', b'failures=0\n', b'\0' * 100, b'x' * 100000, None):
        fresh()
        if how is None:
            os.symlink('/dev/null', DELAY)
        else:
            with open(DELAY, 'wb') as file:
                file.write(how)
        bus = connect()
        assert guess(bus, GOOD) == ('TooSoon', 30), how
        bus.close()


# -- the ticket ----------------------------------------------------------------------------------


def state(bus):
    return bus.call('GetState', returns='sbb')[1]


@case(38, 'the ticket on another connection, after it was given back, after the hand-off, after a disconnect, and behind a call under way')
def ticket():
    fresh()
    bus, other = connect(), connect()
    with_secret(bus, 'Authenticate', GOOD, 'b')
    assert state(bus) and not state(other)
    for member, types, values in (('SetHostname', 's', ['taken']), ('RenewIdentity', 'u', [0])):
        try:
            other.call(member, types, *values)
            raise AssertionError(member)
        except Refused as refusal:
            assert refusal.name == 'NotPermitted', refusal
    other.call('Lock')
    assert state(bus)
    bus.call('Lock')
    assert not state(bus)
    with_secret(bus, 'Authenticate', GOOD, 'b')
    other_ticket = connect()
    with_secret(other_ticket, 'Authenticate', GOOD, 'b')
    assert not state(bus) and state(other_ticket)
    other_ticket.close()
    with_secret(bus, 'Authenticate', GOOD, 'b')
    bus.call('RequestLogin')
    assert not state(bus)
    os.unlink('/run/firstboot/next-login')
    with_secret(bus, 'Authenticate', GOOD, 'b')
    bus.close()
    bus = connect()
    assert not state(bus) and not state(other)
    # The connection ends while the password is verified: the right goes to nobody.
    with secret(GOOD) as fd:
        thread = threading.Thread(target=lambda: suppress(bus.call, 'Authenticate', 'h', fd, returns='b'))
        thread.start()
        time.sleep(0.01)
    other.close()
    thread.join()
    bus.close()
    bus = connect()
    assert not state(bus)
    bus.close()


def suppress(function, *arguments, **named):
    with contextlib.suppress(Refused, OSError):
        function(*arguments, **named)


@case(38, 'the ticket rests for as long as IdleLockSeconds= says: it is none any more')
def idle_ticket():
    machine.configure('[Console]\nIdleLockSeconds=30\n', '21-idle.conf')
    try:
        fresh()
        bus = connect()
        with_secret(bus, 'Authenticate', GOOD, 'b')
        time.sleep(27)
        assert state(bus)
        time.sleep(4)
        assert not state(bus)
        try:
            bus.call('SetHostname', 's', 'late')
            raise AssertionError('it was taken')
        except Refused as refusal:
            assert refusal.name == 'NotPermitted', refusal
        bus.close()
    finally:
        os.unlink('/etc/firstboot/firstboot.conf.d/21-idle.conf')


# -- passwords at the edges ----------------------------------------------------------------------


def matches(text):
    stored = re.search(r'(?m)^root:([^:]*)', open('/etc/shadow', encoding='ascii').read())[1]
    crypt = ctypes.CDLL('libcrypt.so.1').crypt
    crypt.restype = ctypes.c_char_p
    data = text if isinstance(text, bytes) else text.encode()
    return crypt(data, stored.encode()) == stored.encode()


@case(39, '1, 11, 12, 511, 512 and 513 bytes, control characters, colons, blanks, emoji, a hash as a password, names: taken whole or refused with a reason')
def edges():
    fresh()
    machine.run('hostname', 'edges07')
    bus = Bus()
    long = ' '.join(f'word{i}' for i in range(100))[:511]
    taken = ('kV7-plum-9Zt', long, 'a colon:and more:of them', ' blanks at both ends ', 'trailing blank too ',
             'emoji \U0001f511 and \U0001f40e words', '$6$rounds=5000$kd83Jx$Qm1vN0zPq/TeR7wYb.Hs5uLc9', 'percent %s %n and \\ "quotes\'', 'e\u0301 is not \u00e9, as typed')
    refused = ('x', 'kV7-plum-9Z', 'x' * 512, 'x' * 513, 'a\0null byte in it', 'a line\nend in it', 'a tab\tin it all', 'a bell\x07 in it all', b'\x1b[2J clears a lot',
               'my edges07 is this', 'ACME BACKUP APPLIANCE!', 'aaaaaaaaaaaaaaaaaaaa')
    for text in taken:
        with_secret(bus, 'SetRootPassword', text)
        assert matches(text), repr(text)
    for text in refused:
        try:
            with_secret(bus, 'SetRootPassword', text)
            raise AssertionError(repr(text))
        except Refused as refusal:
            assert refusal.name == 'Refused' and len(refusal.message) > 20, refusal
        assert matches(taken[-1]), repr(text)
    # Nothing of it is cut silently: neither the first 510 bytes nor those before the last match.
    with_secret(bus, 'SetRootPassword', long)
    assert not matches(long[:-1]) and not matches(long + 'x')
    bus.close()
    machine.run('hostname', 'localhost')


@case(39, 'pastes of 512 and 600 bytes, and of two words that differ behind the 511th, as the new password: too long, not cut to what fits')
def paste_is_not_cut():
    fresh()
    machine.allow_ptys()
    with screens.shown(next(s for s in screens.SCREENS if s[0] == 'new password')) as t:
        before = open('/etc/shadow', 'rb').read()
        for first, second in (('long word ' * 60,) * 2, ('p' * 511 + 'q',) * 2, ('many words' * 51 + '12', 'many words' * 51 + '13')):
            t.type(f'{first}\t{second}\r')
            t.wait_for('too long: at most 511', 20)
            t.press('ctrl-u', 'tab', 'ctrl-u', 'up')
            t.wait_for(r'Again +\[ +\]')
            assert open('/etc/shadow', 'rb').read() == before
        t.type('kV7-plum-9Zt is mine\tkV7-plum-9Zt is mine\r')
        agree(t)
        t._wait(lambda: open('/etc/shadow', 'rb').read() != before, 'it is not set', 20)
    assert matches('kV7-plum-9Zt is mine')


# -- where it can be found -----------------------------------------------------------------------

BEGUN = time.time()
FORMS = (lambda word: word.encode(), lambda word: word.encode('utf-32-le'), lambda word: word.encode('utf-16-le'))


def hits(data, word):
    return sum(data.count(form(word)) for form in FORMS)


def memory_hits(pid, word):
    """Where the memory of a process holds the word, all of it that can be read."""
    found = []
    with open(f'/proc/{pid}/maps', encoding='utf-8') as maps, open(f'/proc/{pid}/mem', 'rb') as memory:
        for line in maps:
            begin, end = (int(n, 16) for n in line.split()[0].split('-'))
            if line.split()[1][0] != 'r' or '[v' in line or end - begin > 1 << 30:
                continue
            with contextlib.suppress(OSError, ValueError):
                memory.seek(begin)
                if n := hits(memory.read(end - begin), word):
                    found.append(f'{pid}: {n} in {line.strip()}')
    return found


def processes(names=OURS):
    return [int(pid) for pid in os.listdir('/proc') if pid.isdigit() and machine._runs(pid, names)]


def everywhere(word, files):
    """Every place where the word is: memory, arguments, environments and open files of all our processes, and these files."""
    found = []
    pids = processes() + processes(('dbus-daemon',))
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            found += memory_hits(pid, word)
            for name in ('cmdline', 'environ'):
                with open(f'/proc/{pid}/{name}', 'rb') as file:
                    if hits(file.read(), word):
                        found.append(f'{pid}: {name}')
    for path in files:
        with open(path, 'rb') as file:
            if hits(file.read(), word):
                found.append(path)
    # No word is older than the program that has made it up.
    done = subprocess.run(['find', '/run', '/tmp', '/var/lib', '/etc', '/var/log', '/var/tmp', '/root', '-xdev', '-type', 'f',
                           '-newermt', f'@{BEGUN - 1:.0f}', '-exec', 'grep', '-laF', '--', word, '{}', '+'],
                          capture_output=True, text=True, check=False)
    found += [path for path in done.stdout.split() if path not in files]
    return found, pids


@contextlib.contextmanager
def recorded():
    """The traffic of the bus, as root sees it."""
    path = '/root/bus.pcap'
    with open(path, 'wb') as out:
        # Whoever runs in the background of a shell without job control has this ignored, and so would have its children.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        monitor = subprocess.Popen(['busctl', '--system', 'capture'], stdout=out, stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    try:
        yield path
    finally:
        time.sleep(0.5)
        monitor.send_signal(signal.SIGINT)
        monitor.wait()


@case(56, 'a searcher for planted words finds them: in memory of both widths, arguments, environments, files and on the bus')
def searcher_finds():
    word = 'planted-' + os.urandom(6).hex()
    holder = subprocess.Popen([sys.executable, '-c', f'a = {word!r}; b = a.encode("utf-32-le"); input()', 'x' + word], stdin=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, env={**os.environ, 'PLANTED': word})
    time.sleep(0.5)
    try:
        assert len(memory_hits(holder.pid, word)) >= 2
        for name in ('cmdline', 'environ'):
            with open(f'/proc/{holder.pid}/{name}', 'rb') as file:
                assert hits(file.read(), word), name
    finally:
        holder.communicate()
    with open('/run/planted', 'w', encoding='ascii') as file:
        file.write(word)
    assert '/run/planted' in everywhere(word, [])[0]
    os.unlink('/run/planted')
    machine.unclaim()
    with recorded() as capture:
        bus = Bus()
        with contextlib.suppress(Refused):
            bus.call('SetHostname', 's', word + '_')
        bus.close()
    with open(capture, 'rb') as file:
        assert hits(file.read(), word)
    os.unlink(capture)


@case(56, 'root\'s password is set in the wizard, then verified: searched for in all memory, on the bus, in logs, arguments and on the terminal')
def password_is_nowhere():
    word = 'Zq7 plover granite ' + os.urandom(4).hex()
    machine.allow_ptys()
    machine.unclaim()
    machine.end(*OURS[:2])
    clean = os.path.exists(DELAY)
    assert not clean or not os.unlink(DELAY)
    machine.wait_lease()
    with recorded() as capture, machine.console() as t:
        t.wait_for('Welcome')
        to_hostname(t)
        t.press('ctrl-u')
        t.type('appliance09\r')
        t.wait_for(r'Again +\[')
        t.type(f'{word}\t{word}\r')
        t.wait_for('Review')
        # While it waits to be set it is in one locked page of the wizard, and nowhere else.
        found, _ = everywhere(word, [capture])
        assert len(found) == 1 and found[0].startswith(f'{t.pid}: 1 '), found
        agree(t)
        t.wait_for('is set up', 60)
        assert matches(word)
        found, pids = everywhere(word, [capture])
        assert found == [] and len(pids) >= 3, (found, pids)
        t.press('enter')
        t.wait_for('F2/2 Settings')
        t.press('f2')
        t.wait_for('need the password')
        t.type(word + '\r')
        t.wait_for('What shall be changed')
        found, pids = everywhere(word, [capture])
        assert found == [] and len(pids) >= 3, (found, pids)
        written = bytes(t.recorded)
    found, _ = everywhere(word, [capture])
    assert found == [], found
    assert not hits(written, word)
    os.unlink(capture)


@case(56, 'no process of ours leaves a core, and root alone may look into one that knows a password')
def no_cores():
    fresh()
    bus = Bus()
    bus.call('GetState', returns='sbb')
    for name in OURS[:2]:
        pids = processes((name,))
        assert pids, name
        for pid in pids:
            looked = subprocess.run(['setpriv', '--reuid=firstboot', '--clear-groups', 'head', '-c1', f'/proc/{pid}/mem'],
                                    capture_output=True, text=True, check=False)
            assert looked.returncode != 0 and 'denied' in looked.stderr, looked
    os.makedirs('/root/cores', exist_ok=True)
    for name in OURS[:2]:
        for pid in processes((name,)):
            os.kill(pid, signal.SIGSEGV)
    time.sleep(0.5)
    found = subprocess.run(['find', '/', '-xdev', '-name', 'core*', '-newer', '/root/cores', '-type', 'f', '-size', '+64k'],
                           capture_output=True, text=True, check=False).stdout
    assert found == '', found
    bus.close()


@case(58, 'a password given to our programs as an argument or in the environment: refused, and nothing is set')
def arguments():
    fresh()
    before = open('/etc/shadow', 'rb').read()
    for argv in (['firstboot', '--password=' + BAD], ['firstboot', '--reconfigure', 'password', BAD],
                 ['firstboot', '--reconfigure', '--password', BAD], ['/usr/libexec/firstboot/firstboot-password', BAD],
                 ['/usr/libexec/firstboot/firstboot-console', '--password', BAD], ['/usr/libexec/firstboot/firstbootd', BAD]):
        done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=20, check=False,
                              env={**os.environ, 'PASSWORD': BAD, 'FIRSTBOOT_PASSWORD': BAD})
        assert done.returncode != 0, (argv, done)
    assert open('/etc/shadow', 'rb').read() == before


not_tried(56, 'swap', 'the machines of the tests have none; the pages with a typed password are locked, those of PAM are not')


if __name__ == '__main__':
    sys.exit(main())
