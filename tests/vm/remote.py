#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An operator changes, over ssh, the address that the connection comes in by.

    remote.py IMAGE SUITE [TEST...]     IMAGE: the folder that image.py made; started by tests/vm/run
"""
import pathlib
import re
import subprocess
import sys
import threading
import time

import lan
import suite
from settings import EXPIRED, cards, comes
from suite import equal, expect, reboot, start, test

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / 'data/qemu/answers'
FIRST = '52:54:00:12:34:56'    # the card whose cable leads to us
OLD, NEW = '192.0.2.20', '192.0.2.30'
ADMIN = 'operator1'     # an account that may do everything by sudo
KEPT_PROVEN = 0     # of enum history_outcome
OPTIONS = ['-F', '/dev/null', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null',
           '-o', 'LogLevel=ERROR', '-o', 'ConnectTimeout=5']
RECONFIGURE = 'firstboot --reconfigure --answers /run/wanted --timeout=%d %s; echo $? >/run/ended'
WARNED = r'session of ssh goes through \S+, and the new settings take that way away'


# -- the operator --

def ssh(vm, address, command, *options, user='root'):
    """Start a command on the machine over ssh."""
    return subprocess.Popen(['ssh', *OPTIONS, '-i', str(vm.work / 'key'), *options, f'{user}@{address}', command],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def remote(vm, address, command, seconds=60):
    """Run a command over ssh, once somebody answers there: (status, standard output, standard error)."""
    end = time.monotonic() + seconds
    while True:
        process = ssh(vm, address, command)
        output, errors = process.communicate(timeout=seconds)
        if process.returncode != 255:
            return process.returncode, output, errors
        expect(time.monotonic() < end, f'nobody answers at {address}: {errors}')
        time.sleep(0.5)


class Change:
    """A change of the address, asked for over a connection to the old one."""

    def __init__(self, vm, *options, words='', seconds=60, sudo=False):
        vm.run(f"rm -f /run/ended; cat >/run/wanted <<'E'\n{answers(cards(vm)[0], NEW)}E")
        self.said = ''
        command = RECONFIGURE % (seconds, words)
        # Which keeps from its command what sshd has said of the connection.
        self.process = ssh(vm, OLD, f"sudo sh -c '{command}'", *options, user=ADMIN) if sudo else ssh(vm, OLD, command, *options)
        for pipe in self.process.stderr, self.process.stdout:
            threading.Thread(target=self.collect, args=(pipe,), daemon=True).start()

    def collect(self, pipe):
        while text := pipe.read(1):
            self.said += text

    def wait(self, regex, seconds=60):
        """Until it has said that."""
        end = time.monotonic() + seconds
        while not re.search(regex, self.said):
            expect(time.monotonic() < end and self.process.poll() is None, f'{regex} was not said: {self.said!r}')
            time.sleep(0.05)

    def kill(self):
        """The operator's own computer goes off, as far as ssh can tell."""
        self.process.kill()
        self.process.wait()


def answers(link, address):
    return f'[Network]\nLink={link}\nDHCP=no\nAddress={address}/24\nGateway={lan.ADDRESS}\n'


def exit_status(vm, wanted):
    """The command has ended on the machine, whatever has become of the connection."""
    said = vm.run('for i in $(seq 120); do [ -s /run/ended ] && cat /run/ended && exit 0; sleep 0.5; done; ps ax; exit 1', 70)
    equal(said, str(wanted), 'exit status')


def has(vm, address):
    """The kernel has this address, the way out that goes with it, and nothing else, for good."""
    card, _ = cards(vm)
    comes(vm, [f'{card} {address}/24 fixed', f'{card} route default via {lan.ADDRESS}'])


def outcome(vm):
    """How the newest change has ended, as the history's number."""
    return int(vm.run('/usr/lib/firstboot-test/netset history').split()[1])


def confirm(vm):
    """Keep the change, over a connection to the new address."""
    status, output, errors = remote(vm, NEW, 'firstboot --confirm')
    equal(status, 0, f'--confirm: {output}{errors}')


# -- the tests --

@test()
def is_set_up_for_ssh(vm):
    """It belongs to somebody, has a fixed address, and takes a key of root's, all by answers that QEMU hands over."""
    subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', str(vm.work / 'key')], check=True)
    public = (vm.work / 'key.pub').read_text(encoding='ascii').strip()
    path = vm.work / 'answers.ini'
    path.write_text(f'{answers(FIRST, OLD)}[Root]\nSSHAuthorizedKey={public}\n', encoding='ascii')
    words = subprocess.run([EXAMPLE, 'smbios', path], check=True, text=True, stdout=subprocess.PIPE).stdout
    vm.extra += words.splitlines()
    start(vm)
    equal(vm.run('cat /var/lib/firstboot/state'), 'claimed', 'state')
    has(vm, OLD)
    vm.run(f'useradd --create-home {ADMIN}; cp -r /root/.ssh ~{ADMIN}/; chown -R {ADMIN} ~{ADMIN}/.ssh; '
           f'echo "{ADMIN} ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/{ADMIN}; '
           'ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key; systemctl start ssh')
    equal(remote(vm, OLD, 'id -u')[1], '0\n', 'who is at the other end')
    vm.save('set-up')


@test(start='set-up')
def confirmed_from_the_new_address(vm):
    change = Change(vm)
    change.wait(WARNED)
    confirm(vm)
    exit_status(vm, 0)
    equal(outcome(vm), KEPT_PROVEN, 'history')
    change.kill()
    has(vm, NEW)
    reboot(vm)
    has(vm, NEW)


@test(start='set-up')
def not_confirmed(vm):
    """The old address answers again, on the same connection. By sudo, as an administrator does it."""
    change = Change(vm, seconds=10, sudo=True)
    change.wait(WARNED)
    equal(remote(vm, NEW, 'true')[0], 0, 'the new address')
    begun = time.monotonic()
    equal(remote(vm, OLD, 'true', 90)[0], 0, 'the old address')
    print(f'    {time.monotonic() - begun:.1f} s between the two')
    exit_status(vm, 6)
    equal(outcome(vm), EXPIRED, 'history')
    equal(change.process.wait(60), 0, f'the connection: {change.said}')
    expect(re.search(r'firstboot: .*taken back', change.said), change.said)
    has(vm, OLD)


@test(start='set-up')
def client_killed_in_mid_change(vm):
    """On a terminal, whose end is a hang-up. Once it is confirmed all the same, once not."""
    for confirmed in True, False:
        change = Change(vm, '-tt', seconds=60 if confirmed else 10)
        change.wait(WARNED)
        change.kill()
        equal(remote(vm, NEW, 'true')[0], 0, 'the new address')
        if confirmed:
            confirm(vm)
        vm.run('for i in $(seq 120); do pgrep -x firstboot >/dev/null || exit 0; sleep 0.5; done; ps ax; exit 1', 70)
        equal(outcome(vm), KEPT_PROVEN if confirmed else EXPIRED, 'history')
        has(vm, NEW if confirmed else OLD)
        if confirmed:
            vm.restore('set-up')


@test(start='set-up')
def without_a_way_back(vm):
    change = Change(vm, words='--no-rollback')
    exit_status(vm, 0)
    equal(remote(vm, NEW, 'true')[0], 0, 'the new address')
    status, output, errors = remote(vm, NEW, 'firstboot --confirm')
    expect(status != 0, f'something was left to confirm: {output}{errors}')
    change.kill()
    has(vm, NEW)


if __name__ == '__main__':
    sys.exit(suite.main(lan.TAPS))
