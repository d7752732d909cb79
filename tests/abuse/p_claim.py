#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Attempts to take an appliance over that has an owner, and logins of root's that make somebody the owner."""
import contextlib
import os
import re
import shutil
import subprocess
import sys
import time

import machine
from abuse import case, main
from passwords import Bus, Refused, connect, set_password

STATE, OWN, KEYS = '/var/lib/firstboot/state', '/var/lib/firstboot/logins', '/root/.ssh/authorized_keys'
OURS = ('firstbootd', 'firstboot-password')
KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBVe/Qq4s2i9mldsrxA8H42N8Stlv9M8Z6HkE8skCymy'
HASH = '$y$j9T$lTRBXmo6zArAHMEQWJUp4/$5MR3lJ1NJQK2FdjXOTf/okMABPqtxw6NewGkSijw1n2'


def phase():
    """What firstbootd says, and whether the console may change something."""
    bus = connect()
    try:
        return bus.call('GetState', returns='sbb')[:2]
    finally:
        bus.close()


def set_hash(text):
    subprocess.run(['usermod', '--password', text, 'root'], check=True)


def fresh():
    """Nobody's machine, and no program of ours that knows another one."""
    shutil.rmtree('/root/.ssh', ignore_errors=True)
    machine.unclaim()
    for path in (OWN,):
        if os.path.exists(path):
            os.unlink(path)
    machine.end(*OURS)
    assert phase() == ['unclaimed', True], phase()


def write(path, text, mode=0o600):
    os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    os.chmod(path, mode)


def clear(path):
    if os.path.isdir(path) and not os.path.islink(path):
        os.rmdir(path)
    elif os.path.lexists(path):
        os.unlink(path)


@case(33, 'the state file missing, empty, garbled, a link, a pipe, a folder, another\'s or writable by others: claimed')
def spoilt_state():
    fresh()
    good = '/var/lib/firstboot/elsewhere'
    write(good, 'unclaimed\n')
    ways = {
        'missing': lambda: None,
        'empty': lambda: write(STATE, ''),
        'cut': lambda: write(STATE, 'unclaim'),
        'longer': lambda: write(STATE, 'unclaimed\nunclaimed\n'),
        'other case': lambda: write(STATE, 'Unclaimed\n'),
        'garbled': lambda: write(STATE, '\0\ufffd\n'),
        'huge': lambda: write(STATE, 'unclaimed\n' * 1000000),
        'a link': lambda: os.symlink(good, STATE),
        'a pipe': lambda: os.mkfifo(STATE),
        'a folder': lambda: os.mkdir(STATE),
        'writable by others': lambda: write(STATE, 'unclaimed\n', 0o622),
        'of another account': lambda: (write(STATE, 'unclaimed\n'), os.chown(STATE, 65534, 65534)),
    }
    for name, way in ways.items():
        clear(STATE)
        way()
        assert phase() == ['claimed', False], (name, phase())
        bus = connect()
        try:
            bus.call('SetHostname', 's', 'taken')
            raise AssertionError(name)
        except Refused as refusal:
            assert refusal.name == 'NotPermitted', (name, refusal)
        finally:
            bus.close()
    clear(STATE)
    clear(good)


@case(33, 'the disk is full, or the folder closed, while the claim is written: it stays as it was, and no temporary file is left')
def claim_cannot_be_written():
    fresh()
    set_hash(HASH)
    write(OWN, f'password={HASH.rsplit("$", 1)[0]}\npending=no\n')
    folder = os.path.dirname(STATE)
    subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=64k,mode=700', 'small', '/mnt'], check=True)
    subprocess.run(['cp', '-a', STATE, OWN, '/mnt'], check=True)
    with open('/mnt/filler', 'wb', buffering=0) as filler, contextlib.suppress(OSError):
        while filler.write(b'x' * 4096):
            pass
    subprocess.run(['mount', '--move', '/mnt', folder], check=True)
    try:
        root = Bus()
        try:
            root.call('Complete')
            raise AssertionError('it was written')
        except Refused as refusal:
            assert refusal.name == 'Failed', refusal
        root.close()
        assert phase() == ['unclaimed', True]
        assert sorted(os.listdir(folder)) == ['filler', 'logins', 'state'], os.listdir(folder)
        os.unlink(folder + '/filler')
        root = Bus()
        root.call('Complete')
        root.close()
        assert phase() == ['claimed', False]
    finally:
        subprocess.run(['umount', folder], check=True)


@case(33, 'firstbootd is killed at each write, sync and rename of the claim: nobody\'s or claimed, and claimed it stays')
def killed_while_claiming():
    seen = set()
    for call in ('openat2', 'write', 'fchmod', 'fsync', 'renameat', 'sendmsg'):
        for nth in range(1, 12):
            fresh()
            set_hash(HASH)
            write(OWN, f'password={HASH.rsplit("$", 1)[0]}\npending=no\n')
            assert phase() == ['unclaimed', True]
            pid = next(p for p in os.listdir('/proc') if p.isdigit() and machine._runs(p, OURS[:1]))
            strace = subprocess.Popen(['strace', '-q', '-o', '/dev/null', '-p', pid, '-e', f'inject={call}:signal=KILL:when={nth}'],
                                      stderr=subprocess.DEVNULL)
            machine_wait(lambda: open(f'/proc/{pid}/status', encoding='ascii').read().count('TracerPid:\t0') == 0)
            root = Bus()
            try:
                root.call('Complete')
            except (Refused, OSError):
                pass
            root.close()
            killed = not os.path.exists(f'/proc/{pid}') or not machine._runs(pid, OURS[:1])
            strace.terminate()
            strace.wait()
            with open(STATE, encoding='ascii') as file:
                text = file.read()
            assert text in ('unclaimed\n', 'claimed\n'), (call, nth, text)
            first = phase()[0]
            assert first == text.strip(), (call, nth, first, text)
            seen.add((killed, text))
            if not killed:
                break
    assert {(True, 'unclaimed\n'), (True, 'claimed\n'), (False, 'claimed\n')} <= seen, seen


def machine_wait(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@case(34, 'root\'s hash locked, empty, of an unknown kind or a real one, after the claim: the console may change nothing')
def hashes_after_the_claim():
    fresh()
    write(STATE, 'claimed\n')
    for text in ('!', '!!', '*', '!*', '', 'x', '$nonsense$x', '!' + HASH, HASH, '$1$x$y', '$2b$05$', '_'):
        set_hash(text)
        assert phase() == ['claimed', False], (text, phase())
        bus = connect()
        for member, types, values in (('SetHostname', 's', ['taken']), ('Complete', '', []), ('RenewIdentity', 'u', [0])):
            try:
                bus.call(member, types, *values)
                raise AssertionError((text, member))
            except Refused as refusal:
                assert refusal.name == 'NotPermitted', (text, member, refusal)
        bus.close()
    set_hash('!*')


@case(34, 'a password or a key for root that did not come from the console (cloud-init, a credential, the image): claimed')
def foreign_logins():
    options = 'no-port-forwarding,command="echo \'Please login as the user \\"admin\\"\';sleep 10" '
    rows = (
        ('a password', lambda: set_hash(HASH), 'claimed'),
        ('a key', lambda: write(KEYS, f'{KEY} ops\n'), 'claimed'),
        ('a key with options', lambda: write(KEYS, f'# ops\nno-pty {KEY}\n', 0o644), 'claimed'),
        ('a key in the second file', lambda: write(KEYS + '2', KEY), 'claimed'),
        ('a locked password', lambda: set_hash('!' + HASH), 'unclaimed'),
        ('no login, by cloud-init', lambda: write(KEYS, options + KEY), 'unclaimed'),
        ('no key', lambda: write(KEYS, '\n# nothing\nssh-ed25519 AAAA\n'), 'unclaimed'),
        ('a file that others may write', lambda: write(KEYS, KEY, 0o666), 'unclaimed'),
        ('a file of another account', lambda: (write(KEYS, KEY), os.chown(KEYS, 65534, 65534)), 'unclaimed'),
    )
    for what, how, wanted in rows:
        for running in (False, True):
            fresh()
            if not running:
                machine.end(*OURS)
            how()
            assert phase()[0] == wanted, (what, running, phase())
            with open(STATE, encoding='ascii') as file:
                assert file.read() == wanted + '\n', what
            # It is so for good.
            set_hash('!*')
            shutil.rmtree('/root/.ssh', ignore_errors=True)
            assert phase()[0] == wanted, what


@case(34, 'the console\'s own password does not end the wizard midway, though firstbootd is killed; another one after it does')
def own_password():
    fresh()
    bus = connect()
    set_password(bus, 'correct horse battery staple')
    bus.close()
    assert phase() == ['unclaimed', True]
    machine.end(*OURS)
    assert phase() == ['unclaimed', True]
    with open(OWN, encoding='ascii') as file:
        note = file.read()
    hash_now = re.search(r'(?m)^root:([^:]*)', open('/etc/shadow', encoding='ascii').read())[1]
    assert hash_now not in note and hash_now.rsplit('$', 1)[1] not in note, 'the hash is in the note'
    set_hash(HASH)
    assert phase()[0] == 'claimed'
    assert not os.path.exists(OWN)


@case(35, 'the password service does not answer, or another has its name: nothing may be changed')
def no_password_service():
    fresh()
    write(STATE, 'claimed\n')
    program = '/usr/libexec/firstboot/firstboot-password'
    machine.end('firstboot-password')
    os.rename(program, program + '.away')
    bus = connect()
    try:
        for member in ('GetState', 'RequestLogin'):
            try:
                bus.call(member, returns='sbb' if member == 'GetState' else '')
                raise AssertionError(member)
            except Refused as refusal:
                assert refusal.name in ('Failed', 'NotPermitted'), refusal
    finally:
        bus.close()
        os.rename(program + '.away', program)
    taken = subprocess.run(['setpriv', '--reuid=firstboot', '--regid=firstboot', '--clear-groups', 'busctl', 'call', 'org.freedesktop.DBus',
                            '/', 'org.freedesktop.DBus', 'RequestName', 'su', 'org.firstboot.Password1', '0'],
                           capture_output=True, text=True, check=False)
    assert taken.returncode != 0 and 'denied' in taken.stderr.lower(), taken


@case(42, 'the services behind firstbootd are asked by the console\'s account, and by others: refused')
def services_behind():
    for account in ('firstboot', 'firstboot-prober', 'nobody', 'daemon'):
        for name, member in (('Password1', 'Logins'), ('Password1', 'Verify'), ('Password1', 'AddKey'), ('Cable1', 'Open')):
            done = subprocess.run(['setpriv', f'--reuid={account}', '--clear-groups', 'busctl', 'call', f'org.firstboot.{name}',
                                   f'/org/firstboot/{name}', f'org.firstboot.{name}', member], capture_output=True, text=True, check=False)
            assert done.returncode != 0 and 'denied' in done.stderr.lower(), (account, member, done)


if __name__ == '__main__':
    sys.exit(main())
