#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Answers that hold a secret, lead to somebody else's, or come from somebody who may give none."""
import contextlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time

import machine
from abuse import case, main
from passwords import Bus, Refused, connect, fresh, secret

SHADOW, FOLDER = '/etc/shadow', '/run/answers'
INVALID, NOT_PERMITTED = 3, 4
OWN, OTHER = (machine.run('openssl', 'passwd', '-6', '-salt', salt, 'a quiet green lamp 7').strip() for salt in ('owners', 'others'))
KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBVe/Qq4s2i9mldsrxA8H42N8Stlv9M8Z6HkE8skCymy'
UNPRIVILEGED = ('firstboot', 'nobody')


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def write(name, text, mode=0o600, owner='root'):
    """A file of this test's: its path."""
    path = f'{FOLDER}/{name}'
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    shutil.chown(path, owner)
    os.chmod(path, mode)
    return path


def firstboot(*words, stdin='', account='root', seconds=60):
    return subprocess.run(['setpriv', f'--reuid={account}', '--clear-groups', 'firstboot', *words], input=stdin, capture_output=True,
                          text=True, timeout=seconds, check=False)


def give(answers, **named):
    """Hand answers over on standard input."""
    return firstboot('--reconfigure', '--answers', '-', stdin=answers, **named)


@contextlib.contextmanager
def nothing_changes():
    fresh()
    os.makedirs(FOLDER, exist_ok=True)
    paths = (SHADOW, '/etc/hostname', machine.STATE)
    before = [read(path) for path in paths]
    yield
    assert before == [read(path) for path in paths]


def refused(done, status, *words):
    """It says why, in one line for each mistake, and tells nothing of a secret."""
    said = done.stdout + done.stderr
    assert done.returncode == status, done
    assert OWN[-20:] not in said and OTHER[-20:] not in said, said
    for word in words:
        assert word in said, (word, said)


def hash_is(wanted):
    return next(line.split(':')[1] for line in read(SHADOW).splitlines() if line.startswith('root:')) == wanted


# -- the file itself -------------------------------------------------------------------------------


@case(58, 'an answer file with a hash that others may read or write, or that is not root\'s: refused, and the hash is not shown')
def open_to_others():
    text = f'[Root]\nPasswordHash={OWN}\n'
    with nothing_changes():
        for mode, owner in ((0o644, 'root'), (0o640, 'root'), (0o620, 'root'), (0o602, 'root'), (0o600, 'nobody'), (0o400, 'firstboot')):
            path = write('open.ini', text, mode, owner)
            refused(firstboot('--reconfigure', '--answers', path), INVALID, path)
        link = f'{FOLDER}/link.ini'
        os.symlink(write('open.ini', text, 0o644), link)
        refused(firstboot('--reconfigure', '--answers', link), INVALID)


@case(58, 'a hash, a password and what looks like one on the command line: refused, and told to nobody')
def on_the_command_line():
    with nothing_changes():
        for words in (f'Root.PasswordHash={OWN}', f'root.passwordhash={OWN}', f'Root.Password={OWN}'):
            done = firstboot('--reconfigure', '--set', words)
            assert done.returncode in (2, INVALID), done
            refused(done, done.returncode)


@case(58, 'a password in the place of its hash, by file and in the answers: refused, and not shown')
def plain_password():
    password = 'tr0ub4dor and 3 more'
    with nothing_changes():
        for answers in (f'[Root]\nPasswordHash={password}\n', f'[Root]\nPassword={password}\n',
                        f"[Root]\nPasswordFile={write('plain', password)}\n"):
            done = give(answers)
            refused(done, INVALID, 'hash' if 'Hash' in answers or 'File' in answers else 'Password')
            assert 'tr0ub4dor' not in done.stdout + done.stderr, done


@case(58, 'an answer file of 100 MB, one that never ends, a FIFO that nobody writes to, a folder: refused within 10 s')
def strange_files():
    with nothing_changes():
        big = write('big.ini', '[Host]\n')
        os.truncate(big, 100 << 20)
        os.mkfifo(f'{FOLDER}/fifo.ini')
        for path in (big, '/dev/zero', FOLDER, f'{FOLDER}/fifo.ini'):
            begun = time.monotonic()
            done = firstboot('--reconfigure', '--answers', path, seconds=20)
            assert done.returncode in (1, INVALID), (path, done)
            assert re.search(r'firstboot: .+', done.stderr) and time.monotonic() - begun < 10, (path, done)


# -- what it names ---------------------------------------------------------------------------------


@case(58, 'PasswordFile= that is a link, lies behind one, is another\'s, can be read by others, is a FIFO, a device, a folder, huge, or nothing')
def strange_password_files():
    with nothing_changes():
        good = write('hash', OWN + '\n')
        os.symlink(good, f'{FOLDER}/link')
        os.symlink(FOLDER, '/run/behind')
        os.mkfifo(f'{FOLDER}/fifo', 0o600)
        for path in (f'{FOLDER}/link', '/run/behind/hash', write('theirs', OWN, owner='nobody'), write('readable', OWN, 0o644),
                     write('group', OWN, 0o640), f'{FOLDER}/fifo', '/dev/zero', '/dev/null', FOLDER, write('huge', OWN * 100000),
                     write('empty', ''), write('two', f'{OWN}\n{OTHER}\n'), '/nonexistent', '../run/answers/hash', SHADOW):
            refused(give(f'[Root]\nPasswordFile={path}\n', seconds=20), INVALID)
        os.unlink('/run/behind')


@case(58, 'PasswordFile= exchanged over and over with one of somebody else\'s while it is read: that one\'s hash never comes in')
def exchanged_password_file():
    fresh()
    os.makedirs(FOLDER, exist_ok=True)
    path = write('hash', OWN)
    over = threading.Event()

    def exchange():
        while not over.is_set():
            os.replace(write('theirs', OTHER, owner='nobody'), path)
            os.replace(write('ours', OWN), path)

    thread = threading.Thread(target=exchange)
    thread.start()
    statuses = []
    try:
        for _ in range(40):
            statuses.append(give(f'[Root]\nPasswordFile={path}\n').returncode)
            assert not hash_is(OTHER)
    finally:
        over.set()
        thread.join()
    assert set(statuses) == {0, INVALID} and hash_is(OWN), statuses
    fresh()


@case(58, 'the answer file exchanged between two, one with a hash and readable by all: never that one\'s')
def exchanged_answers():
    fresh()
    os.makedirs(FOLDER, exist_ok=True)
    path = write('both.ini', f'[Root]\nPasswordHash={OWN}\n')
    over = threading.Event()

    def exchange():
        while not over.is_set():
            os.replace(write('open', f'[Root]\nPasswordHash={OTHER}\n', 0o644), path)
            os.replace(write('closed', f'[Root]\nPasswordHash={OWN}\n'), path)

    thread = threading.Thread(target=exchange)
    thread.start()
    try:
        for _ in range(40):
            assert firstboot('--reconfigure', '--answers', path).returncode in (0, INVALID)
            assert not hash_is(OTHER)
    finally:
        over.set()
        thread.join()
    fresh()


@case(58, 'while a hash is set: it is on no command line and in no environment of any process')
def seen_by_others():
    fresh()
    found, over = [], threading.Event()

    def look():
        while not over.is_set():
            for pid in filter(str.isdigit, os.listdir('/proc')):
                for name in 'cmdline', 'environ':
                    with contextlib.suppress(OSError), open(f'/proc/{pid}/{name}', 'rb') as file:
                        if OWN.encode() in file.read():
                            found.append((pid, name))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        for _ in range(5):
            fresh()
            done = give(f'[Root]\nPasswordHash={OWN}\n')
            assert done.returncode == 0 and hash_is(OWN), done
            assert OWN[-20:] not in done.stdout + done.stderr, done
    finally:
        over.set()
        thread.join()
    assert not found, found
    fresh()


# -- who gives them --------------------------------------------------------------------------------


@case(58, 'answers, values and orders to restore from the console\'s account and nobody, claimed: not permitted, nothing changed')
def not_root():
    forged = '[Host]\nHostname=forged\n'
    with nothing_changes():
        path = write('harmless.ini', forged, 0o644)
        for account in UNPRIVILEGED:
            for words in (('--reconfigure', '--answers', path), ('--reconfigure', '--answers', '-'),
                          ('--reconfigure', '--set', 'Host.Hostname=forged'), ('--restore', '1')):
                refused(firstboot(*words, stdin=forged, account=account), NOT_PERMITTED)
        for word in '--confirm', '--revert':
            refused(firstboot(word, account='nobody'), NOT_PERMITTED)


def is_refused(function, *arguments, names):
    """It answers with one of these errors."""
    try:
        function(*arguments)
    except Refused as refusal:
        assert refusal.name in names, refusal
        return
    raise AssertionError(f'{arguments} was taken')


def call_all(bus, names):
    """The methods that answers are brought to the machine by."""
    for member, value in (('SetTimezone', 'Europe/Sofia'), ('SetKeymap', 'us'), ('SetHostname', 'forged'), ('AddRootKey', KEY)):
        is_refused(bus.call, member, 's', value, names=names)
    with secret(OTHER) as fd:
        is_refused(bus.call, 'SetRootPasswordHash', 'h', fd, names=names)


@case(58, 'SetRootPasswordHash, SetTimezone, SetKeymap by the console\'s account without root\'s password, and by nobody: refused')
def methods():
    before = os.path.realpath('/etc/localtime')
    with nothing_changes():
        bus = connect()
        call_all(bus, ('NotPermitted', 'AccessDenied'))
        bus.close()
        nobody = Bus(int(machine.run('id', '-u', 'nobody')))
        call_all(nobody, ('AccessDenied',))
        nobody.close()
    assert os.path.realpath('/etc/localtime') == before


if __name__ == '__main__':
    sys.exit(main())
