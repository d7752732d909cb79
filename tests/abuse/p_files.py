#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What stands where firstbootd is about to write: it is replaced or refused, never followed, and the old text stands whole."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'bus'))

from abuse import case, main, not_tried
from bus import REPLACE, UNSAFE, Refused, connection, with_secret
from test_firstbootd import (KEPT, change, configure, fixed, has_lease, link, pending, read_file, run, set_network, stop_daemon,
                             wait, waiting)

TARGETS = [pathlib.Path('/run/target'), pathlib.Path('/etc/target')]  # a hard link is within one file system
UNTOUCHED = 'untouched\n'
FOLDER = pathlib.Path(KEPT).parent
TEMPORARY = '0123456789abcdef'


def refused(words, function, *arguments, **named):
    """It must fail, say why, and say what was left."""
    try:
        function(*arguments, **named)
    except Refused as refusal:
        assert refusal.name == 'Failed' and all(word in refusal.message for word in words), refusal
        return
    raise AssertionError(f'{arguments} was done')


def remove(path):
    path = pathlib.Path(path)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


# What may stand in a file's place, each with what has to be so afterwards.
PLANTS = {
    'a symbolic link': lambda path: path.symlink_to(TARGETS[0]),
    'a dangling link': lambda path: path.symlink_to('/run/not-there'),
    'a link to a device': lambda path: path.symlink_to('/dev/null'),
    'a hard link': lambda path: os.link(TARGETS[not str(path).startswith('/run')], path),
    'a pipe': os.mkfifo,
    'a socket': lambda path: os.mknod(path, 0o140600),
}


def write_targets(text):
    for target in TARGETS:
        target.write_text(text)


def untouched():
    return all(target.read_text() == UNTOUCHED for target in TARGETS) and not os.path.exists('/run/not-there')


def plant(kind, path):
    remove(path)
    write_targets(UNTOUCHED)
    pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
    PLANTS[kind](pathlib.Path(path))


def replaced(path):
    """It is a file of root's now that nobody else can write, and what it led to is as it was."""
    path = pathlib.Path(path)
    state = path.lstat()
    assert path.is_file() and not path.is_symlink() and state.st_nlink == 1, path
    assert state.st_uid == 0 and not state.st_mode & 0o022, oct(state.st_mode)
    assert untouched()


def no_leftovers(*folders):
    """No temporary file is left."""
    left = [name for folder in folders for name in os.listdir(folder) if name.startswith('.') and len(name.rsplit('.', 1)[-1]) == 16]
    assert not left, left


def keep(bus, address):
    """Settings that are kept at once, or as soon as what was cut off has ended."""
    def done():
        try:
            change(bus, [link('enp1s0', fixed(address))], UNSAFE)
        except Refused as refusal:
            assert refusal.name == 'Busy', refusal
            return False
        return True
    wait(done, 30, 'changes are taken')


def give_back(bus):
    change(bus, [], UNSAFE | REPLACE)
    assert not os.path.lexists(KEPT)


# -- 47 --------------------------------------------------------------------------------------------


@case(47, 'links, hard links, pipes and sockets in the place of the network\'s kept file and settings: replaced, not followed')
def network_files():
    with connection() as bus:
        for path in (KEPT, '/var/lib/firstboot/network', '/var/lib/firstboot/journal', '/var/lib/firstboot/history/1'):
            for number, kind in enumerate(PLANTS):
                stop_daemon()
                shutil.rmtree('/var/lib/firstboot/history', ignore_errors=True)
                plant(kind, path)
                keep(bus, f'192.0.2.{20 + number}/24')
                # The history takes the next number, and the journal goes with the change.
                if 'history' in path:
                    assert os.path.isfile('/var/lib/firstboot/history/2')
                elif 'journal' in path:
                    assert not os.path.lexists(path)
                else:
                    replaced(path)
                assert f'192.0.2.{20 + number}/24' in read_file(KEPT), kind
                assert untouched()
        give_back(bus)
    no_leftovers(FOLDER, '/var/lib/firstboot')


@case(47, 'the same in the place of /etc/hosts, /etc/resolv.conf and the order for root\'s login')
def other_files():
    hosts = read_file('/etc/hosts')
    with connection() as bus:
        with_secret(bus, 'SetRootPassword', 'correct horse battery staple')
        for number, kind in enumerate(PLANTS):
            plant(kind, '/run/firstboot/next-login')
            bus.call('RequestLogin')
            replaced('/run/firstboot/next-login')
            plant(kind, '/etc/hosts')
            try:
                bus.call('SetHostname', 's', f'planted{number}')
                replaced('/etc/hosts')
                assert f'planted{number}' in read_file('/etc/hosts')
            except Refused as refusal:
                # What is no file is not read either: nothing is changed then.
                assert refusal.name == 'Failed' and 'not changed' in refusal.message, refusal
                assert read_file('/etc/hostname') != f'planted{number}\n'
            assert untouched(), kind
            remove('/etc/hosts')
            pathlib.Path('/etc/hosts').write_text(hosts)
    no_leftovers('/etc', '/run/firstboot')


@case(47, 'the claim: whatever stands in the place of its state, the machine counts as claimed, and claiming it replaces that')
def claim():
    state = '/var/lib/firstboot/state'
    with connection() as bus:
        for kind in PLANTS:
            plant(kind, state)
            write_targets('unclaimed\n')
            # Root's own file by another name is still root's own file.
            assert kind == 'a hard link' or bus.call('GetState', returns='sbb')[0] == 'claimed', kind
            write_targets(UNTOUCHED)
            bus.call('Complete')
            replaced(state)
            assert read_file(state) == 'claimed\n'


@case(47, 'a folder, one that is not empty, in the place of a file: refused, nothing is left beside it, and it can be tried again')
def folders():
    with connection() as bus:
        for path in (KEPT, '/run/firstboot/next-login'):
            remove(path)
            os.makedirs(path + '/inside')
        txid = set_network(bus, fixed())[0]
        refused(['not kept'], bus.call, 'Confirm', 't', txid)
        refused(['could not be prepared'], bus.call, 'RequestLogin')
        assert os.listdir(KEPT) == ['inside'] and waiting(bus)[0] == txid
        no_leftovers(FOLDER, '/run/firstboot')
        for path in (KEPT, '/run/firstboot/next-login'):
            remove(path)
        bus.call('Confirm', 't', txid)
        assert '192.0.2.10/24' in read_file(KEPT)
        give_back(bus)


@case(47, 'a link in the place of a folder on the way: not entered')
def linked_folders():
    elsewhere = pathlib.Path('/run/elsewhere')
    elsewhere.mkdir(exist_ok=True)
    with connection() as bus:
        for folder in (FOLDER, pathlib.Path('/run/systemd/network'), pathlib.Path('/var/lib/firstboot/history')):
            stop_daemon()
            remove(folder)
            folder.symlink_to(elsewhere)
            with contextlib.suppress(Refused):
                txid = set_network(bus, fixed())[0]
                with contextlib.suppress(Refused):
                    bus.call('Confirm', 't', txid)
                with contextlib.suppress(Refused):
                    bus.call('Revert', 't', txid)
            assert not os.listdir(elsewhere), (folder, os.listdir(elsewhere))
            folder.unlink()
            folder.mkdir(mode=0o700 if 'history' in str(folder) else 0o755)
            stop_daemon()
            wait(lambda: waiting(bus)[0] == 0, 20, 'no change waits')
            wait_free(bus)
            give_back(bus)


def wait_free(bus):
    """Until what was cut off has ended."""
    keep(bus, '192.0.2.99/24')


@case(47, 'what looks like a temporary file of ours, as a link, a pipe or a file: never written through, and swept away')
def temporary_names():
    names = [f'.{pathlib.Path(KEPT).name}.{TEMPORARY}', f'.05-firstboot-other.network.{TEMPORARY}']
    with connection() as bus:
        stop_daemon()
        for kind in ('a symbolic link', 'a pipe', 'a hard link'):
            for name in names:
                plant(kind, FOLDER / name)
            keep(bus, '192.0.2.40/24')
            assert untouched()
            stop_daemon()
            bus.call('GetState', returns='sbb')
            wait(lambda: not any(os.path.lexists(FOLDER / name) for name in names), 5, 'they are swept away')
        # What has another name is another's.
        (FOLDER / '.vendor.network.swp').write_text('x')
        stop_daemon()
        bus.call('GetState', returns='sbb')
        assert (FOLDER / '.vendor.network.swp').exists()
        give_back(bus)


@contextlib.contextmanager
def full_disk(folder):
    """A file system without room in the place of folder, which has what the folder has."""
    kept = {path.name: path.read_text() for path in pathlib.Path(folder).iterdir() if path.is_file()}
    run('mount', '-t', 'tmpfs', '-o', 'size=64k,mode=755', 'tmpfs', str(folder))
    try:
        for name, text in kept.items():
            (pathlib.Path(folder) / name).write_text(text)
        with contextlib.suppress(OSError), open(f'{folder}/filler', 'wb') as filler:
            while True:
                filler.write(b'x' * 4096)
                filler.flush()
        yield
    finally:
        run('umount', str(folder))


@case(47, 'a full disk below /etc/systemd/network, and below the state: the old file stands whole, and the answer says so')
def full():
    with connection() as bus:
        keep(bus, '192.0.2.50/24')
        before = read_file(KEPT)
        with full_disk(FOLDER):
            txid = set_network(bus, fixed('192.0.2.51/24'))[0]
            refused(['not kept', 'space'], bus.call, 'Confirm', 't', txid)
            assert read_file(KEPT) == before
            no_leftovers(FOLDER)
        bus.call('Revert', 't', txid)
        assert read_file(KEPT) == before
        with full_disk('/var/lib/firstboot'):
            refused(['not changed', 'space'], set_network, bus, fixed('192.0.2.52/24'))
            refused(['not saved', 'space'], with_secret, bus, 'SaveReport', 'x' * 200000, 's')
            no_leftovers('/var/lib/firstboot')
        assert read_file(KEPT) == before and not pending()
        give_back(bus)


@case(47, 'a folder that takes nothing (read-only): every change says what was left unchanged, and nothing is')
def read_only():
    with connection() as bus:
        keep(bus, '192.0.2.60/24')
        before = {path: read_file(path) for path in (KEPT, '/etc/hosts', '/etc/hostname')}
        run('mount', '--bind', '/etc', '/etc')
        run('mount', '-o', 'remount,ro,bind', '/etc')
        try:
            refused(['not changed'], bus.call, 'SetHostname', 's', 'readonly')
            txid = set_network(bus, fixed('192.0.2.61/24'))[0]
            refused(['not kept', 'Read-only'], bus.call, 'Confirm', 't', txid)
        finally:
            run('umount', '/etc')
        assert {path: read_file(path) for path in before} == before
        bus.call('Revert', 't', txid)
        give_back(bus)


@case(47, 'another program writes the kept file between the look and the change: its text is not taken for ours')
def other_writer():
    with connection() as bus:
        keep(bus, '192.0.2.70/24')
        pathlib.Path(KEPT).write_text('[Match]\nName=enp1s0\n[Network]\nAddress=203.0.113.9/24\n')
        run('networkctl', 'reload') if shutil.which('networkctl') else None
        keep(bus, '192.0.2.70/24')
        assert '203.0.113.9' not in read_file(KEPT) and '192.0.2.70/24' in read_file(KEPT)
        give_back(bus)


def immutable_works():
    probe = FOLDER / 'probe'
    probe.write_text('')
    works = subprocess.run(['chattr', '+i', str(probe)], capture_output=True, check=False).returncode == 0
    subprocess.run(['chattr', '-i', str(probe)], capture_output=True, check=False)
    probe.unlink()
    return works


def immutable():
    with connection() as bus:
        keep(bus, '192.0.2.80/24')
        before = read_file(KEPT)
        run('chattr', '+i', KEPT)
        try:
            txid = set_network(bus, fixed('192.0.2.81/24'))[0]
            refused(['not kept'], bus.call, 'Confirm', 't', txid)
            assert read_file(KEPT) == before
            no_leftovers(FOLDER)
        finally:
            run('chattr', '-i', KEPT)
        bus.call('Revert', 't', txid)
        give_back(bus)


if __name__ == '__main__':
    configure()
    wait(has_lease, 15, 'a DHCP lease')
    IMMUTABLE = 'the kept file immutable (chattr +i): it stands, and the answer says so'
    if immutable_works():
        case(47, IMMUTABLE)(immutable)
    else:
        not_tried(47, IMMUTABLE, 'the file system of the sandbox has no such attribute')
    sys.exit(main())
