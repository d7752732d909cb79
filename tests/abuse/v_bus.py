#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Changes of the network on a whole machine that nobody confirms, because those who would are gone."""
import json
import pathlib
import sys

# Before the folder of the consoles, which has a network of its own.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'vm'))

import lan
from abuse import case, machine_main
from settings import EXPIRED, FIXED, NETSET, RECOVERED_OLD, attempt, cards, comes, confirm_within, ended, kernel, lease, link
from suite import expect, reboot, start


def records(vm, action):
    """The records of this kind in the journal of all boots, oldest first."""
    lines = vm.run(f'journalctl -o json --no-pager FIRSTBOOT_ACTION={action} 2>/dev/null || true').splitlines()
    return [json.loads(line) for line in lines if line.startswith('{')]


def try_change(vm):
    """Put a change on trial, whose caller is gone afterwards: what the kernel had before."""
    card, _ = cards(vm)
    before = kernel(vm)
    attempt(vm, link(card, FIXED, 'off', lan.ADDRESS))
    expect(any(FIXED in line for line in vm.run('ip -o address').splitlines()), 'the change is not in force')
    expect(records(vm, 'network-set')[-1]['FIRSTBOOT_NEW'].find(FIXED) >= 0, 'no record of the change')
    return before


@case(49, 'nobody confirms, and who has asked is gone: the old settings are back in time, and the journal says who took them back')
def nobody_confirms(vm):
    start(vm)
    lease(vm)
    confirm_within(vm, 20)
    vm.save('leased')
    before = try_change(vm)
    comes(vm, before)
    ended(vm, EXPIRED)
    record = records(vm, 'network-taken-back')[-1]
    expect((record['FIRSTBOOT_WHO'], record['FIRSTBOOT_RESULT']) == ('firstbootd', 'done'), record)
    expect(FIXED in record['FIRSTBOOT_OLD'] and '_SYSTEMD_UNIT' in record, record)
    text = vm.run('journalctl --update-catalog; journalctl --catalog --no-pager FIRSTBOOT_ACTION=network-taken-back')
    expect('took back network settings' in text, text)


@case(49, 'the start screen is killed again and again meanwhile: the same', start='leased')
def screen_dies(vm):
    before = try_change(vm)
    for _ in range(3):
        vm.run('pkill -KILL -x firstboot-conso; sleep 2')
    comes(vm, before)
    ended(vm, EXPIRED)
    vm.wait('F2/2|Welcome', 20)


@case(49, 'firstbootd is killed meanwhile: PID 1 starts it again, and it takes the change back', start='leased')
def helper_dies(vm):
    before = try_change(vm)
    vm.run('kill -KILL $(pgrep -x firstbootd)')
    comes(vm, before)
    ended(vm, RECOVERED_OLD)
    expect(records(vm, 'network-recovered')[-1]['FIRSTBOOT_RESULT'] == 'done', 'no record')


@case(49, 'firstbootd is killed, and may not start again: the next start of the machine has the old settings', start='leased')
def helper_stays_dead(vm):
    before = try_change(vm)
    vm.run('systemctl mask --runtime firstbootd.service; kill -KILL $(pgrep -x firstbootd); sleep 3')
    reboot(vm)
    comes(vm, before)
    ended(vm, RECOVERED_OLD)


@case(49, 'the machine is restarted meanwhile, by itself and by its plug: the old settings', start='leased')
def restarted(vm):
    before = try_change(vm)
    reboot(vm)
    comes(vm, before)
    try_change(vm)
    start(vm)
    comes(vm, before)
    ended(vm, RECOVERED_OLD)
    expect('waits' not in vm.run(f'{NETSET} history; ls /run/systemd/network/'), 'a file is left')
    expect(vm.run('ls /run/systemd/network /etc/systemd/network | grep -c firstboot || true') == '0', 'a file is left')


if __name__ == '__main__':
    sys.exit(machine_main())
