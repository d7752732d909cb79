#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""First boots with nobody at the console: answers by each channel that QEMU has, complete, partial, invalid and hostile.

    unattended.py IMAGE SUITE [TEST...]     IMAGE: the folder that image.py made; started by tests/vm/run

Every test is a machine of its own, at its first boot.
"""
import json
import os
import re
import subprocess
import sys
import time

import lan
import suite
from suite import equal, expect, fresh, look, smbios, test

ADDRESS, NAME, PASSWORD, PORT = '192.0.2.20', 'fleet07', 'a quiet green lamp 7', 8080
HASH = subprocess.run(['openssl', 'passwd', '-6', PASSWORD], check=True, text=True, stdout=subprocess.PIPE).stdout.strip()
HOST = f'[Host]\nHostname={NAME}\nTimezone=Europe/Sofia\n'
NETWORK = f'[Network]\nLink=first\nDHCP=no\nAddress={ADDRESS}/24\nGateway={lan.ADDRESS}\nDNS={lan.ADDRESS}\n'
ROOT = f'[Root]\nPasswordHash={HASH}\n'
INVALID = f'[Host]\nHostname={NAME}\n[Network]\nLink=first\nAdress={ADDRESS}/24\nGateway=192.0.2.300\n{ROOT}'
UNIT = 'firstboot-headless.service'


# -- how answers get there --

def fw_cfg(vm, data, name='firstboot.answers'):
    path = vm.work / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    vm.extra += ['-fw_cfg', f'name=opt/io.systemd.credentials/{name},file={path}']


def disk(vm, path):
    vm.extra += ['-drive', f'file={path},if=virtio,format=raw,readonly=on']


def fat(vm, text, name='ANSWERS.INI'):
    path = vm.work / 'volume.img'
    path.unlink(missing_ok=True)
    (vm.work / 'answers').write_text(text)
    subprocess.run(['mkfs.vfat', '-C', '-n', 'FIRSTBOOT', str(path), '1440'], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(['mcopy', '-i', str(path), str(vm.work / 'answers'), f'::{name}'], check=True)
    disk(vm, path)


def iso(vm, text):
    path = vm.work / 'volume.iso'
    (vm.work / 'answers').write_text(text)
    subprocess.run(['xorriso', '-outdev', str(path), '-volid', 'FIRSTBOOT', '-map', str(vm.work / 'answers'), '/answers.ini'],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    disk(vm, path)


# -- first boots --

def boot(vm, append=''):
    """Switch on and wait until it is up; nothing may have failed."""
    vm.start(append=append)
    state = vm.run('systemctl is-system-running --wait || true', 120)
    equal(state, 'running', vm.run('systemctl --failed --no-legend --plain; true'))


def result(vm):
    """What whoever provisions it reads."""
    return json.loads(vm.run('cat /run/firstboot-headless/result.json'))


def state(vm):
    return vm.run('cat /var/lib/firstboot/state')


def words_of(vm, tty=1):
    """What the screen says, without the lines of its boxes."""
    return ' '.join(re.sub('[│┤├]', ' ', '\n'.join(vm.screen(tty))).split())


def wait_words(vm, words, seconds=20):
    end = time.monotonic() + seconds
    while words not in words_of(vm):
        expect(time.monotonic() < end, f'{words} is not on the screen')
        time.sleep(0.2)


def is_complete(vm, picture):
    """It is set up: its console shows the start screen, its network is there, root can log in."""
    vm.wait(rf'(?s){NAME}.*http://{re.escape(ADDRESS)}:{PORT}/', 60)
    vm.wait('F8/8')
    look(vm, picture)
    equal(state(vm), 'claimed', 'state')
    equal(vm.run('hostname'), NAME, 'hostname')
    expect(ADDRESS in vm.run('ip -o -4 addr show'), 'no address')
    equal(vm.run('readlink /etc/localtime').split('zoneinfo/')[-1], 'Europe/Sofia', 'time zone')
    expect(HASH in vm.run('getent shadow root'), 'no password')
    done = result(vm)
    expect(done['result'] == 'done' and done['changed'], done)
    expect(HASH not in vm.run('cat /run/firstboot-headless/*; journalctl -b --no-pager -o cat'), 'the hash is told')
    expect(vm.ask('findmnt /run/firstboot/volume')[0] != 0, 'the volume is still mounted')


def is_invalid(vm, picture, *words):
    """It is nobody's, and as it was; every console says why."""
    vm.wait(r'Welcome \d of', 60)
    wait_words(vm, 'could not be used')
    look(vm, picture)
    equal(state(vm), 'unclaimed', 'state')
    expect(vm.run('hostname') != NAME and ADDRESS not in vm.run('ip -o -4 addr show'), 'something was changed')
    expect(HASH not in vm.run('getent shadow root'), 'the password was set')
    equal(result(vm)['result'], 'invalid', 'result')
    screen = words_of(vm)
    log = vm.run(f'journalctl -b -u {UNIT} --no-pager -o cat')
    vm.keys('alt-f2')
    vm.wait('login:', tty=2)
    prompt = words_of(vm, 2)
    look(vm, f'{picture}-tty2')
    vm.keys('alt-f1')
    for word in words:
        for what, where in ('screen', screen), ('journal', log), ('prompt', prompt):
            expect(word in where, f'{word} is not in the {what}: {where}')


# -- the tests --

@test()
def nothing_is_given(vm):
    """The wizard comes, as soon as without the unit."""
    boot(vm)
    vm.wait(r'Welcome \d of', 60)
    look(vm, '01-nothing')
    expect('was given' not in '\n'.join(vm.screen()), 'the wizard speaks of answers')
    print('    ' + vm.run('systemd-analyze critical-chain --no-pager getty@tty1.service').replace('\n', '\n    '))
    print('    ' + vm.run(f'systemd-analyze blame --no-pager | grep -E "{UNIT}|firstbootd" || true'))
    print('    ' + vm.run(f'systemd-analyze security --no-pager {UNIT} | tail -1'))
    began, ended = (int(vm.run(f'systemctl show -P {what}TimestampMonotonic {UNIT}')) for what in ('InactiveExit', 'ActiveEnter'))
    print(f'    {UNIT} took {(ended - began) / 1000:.0f} ms')
    equal(result(vm)['result'], 'done', 'result')


@test()
def complete_by_smbios(vm):
    fresh(vm)
    smbios(vm, HOST + NETWORK + ROOT)
    boot(vm)
    is_complete(vm, '02-smbios')
    # The claim stays, and so do the settings.
    vm.reboot()
    vm.wait(rf'http://{re.escape(ADDRESS)}:{PORT}/', 60)
    expect(vm.ask('test -e /run/firstboot-headless/given')[0] != 0, 'it has run again')


@test()
def partial_by_fw_cfg(vm):
    """The wizard asks for the password alone."""
    fresh(vm)
    fw_cfg(vm, HOST + NETWORK)
    boot(vm)
    vm.wait(r'Welcome \d of', 60)
    wait_words(vm, 'What was given by the credential firstboot.answers is in force')
    look(vm, '03-partial-welcome')
    equal(state(vm), 'unclaimed', 'state')
    equal(vm.run('hostname'), NAME, 'hostname')
    expect(ADDRESS in vm.run('ip -o -4 addr show'), 'no address')
    vm.keys('ret')
    vm.wait('Choose the password')
    look(vm, '04-partial-password')
    vm.type(f'{PASSWORD}\t{PASSWORD}\n')
    vm.wait(r'(?s)Network, Hostname.*given by the credential firstboot\.answers')
    look(vm, '05-partial-review')
    expect(ADDRESS not in '\n'.join(vm.screen()), 'the review has a change of the network')
    # Going back leads to what was given, too.
    vm.keys('esc')
    vm.wait('Choose the password')
    vm.keys('esc')
    vm.wait(NAME)
    look(vm, '06-partial-back')


@test()
def partial_ends_in_a_claim(vm):
    if 'What is this appliance called' not in '\n'.join(vm.screen()):
        vm.wait('What is this appliance called')
    vm.keys('ret')
    vm.wait('Choose the password')
    vm.type('\t\n')     # the one that was typed stays
    vm.wait(r'(?s)given by the credential')
    time.sleep(1)   # a hasty Enter does not count there
    vm.keys('ret')
    vm.wait(rf'(?s)is set up.*http://{re.escape(ADDRESS)}:{PORT}/', 60)
    look(vm, '07-partial-done')
    equal(state(vm), 'claimed', 'state')


@test()
def invalid_by_volume(vm):
    fresh(vm)
    fat(vm, INVALID)
    boot(vm)
    is_invalid(vm, '08-invalid', 'FIRSTBOOT:answers.ini:5', 'Adress')
    expect(vm.ask('findmnt /run/firstboot/volume')[0] != 0, 'the volume is still mounted')


@test()
def complete_by_volume_of_iso9660(vm):
    fresh(vm)
    iso(vm, HOST + NETWORK + ROOT)
    boot(vm)
    is_complete(vm, '09-iso9660')


@test()
def hostile_by_fw_cfg(vm):
    """Escapes and a megabyte of noise."""
    fresh(vm)
    fw_cfg(vm, b'[Host]\nHostname=\x1b[2J\x1b[31mred\n' + os.urandom(1000 * 1000))
    boot(vm)
    is_invalid(vm, '10-hostile', '64 KiB')


@test()
def by_file(vm):
    """One that others may read, then one that they may not, of the same machine."""
    fresh(vm)
    boot(vm)
    vm.run(f'cat >/etc/firstboot/answers.ini <<\'end\'\n{HOST}{NETWORK}{ROOT}end\nchmod 644 /etc/firstboot/answers.ini; sync')
    vm.reboot()
    is_invalid(vm, '11-file-readable', 'only root may own it')
    vm.run('chmod 600 /etc/firstboot/answers.ini; sync')
    vm.reboot()
    is_complete(vm, '12-file')


@test()
def taken_address_is_refused(vm):
    """Another machine has it: nothing of the network is changed, and the console says so."""
    fresh(vm)
    smbios(vm, f'[Network]\nLink=first\nDHCP=no\nAddress={lan.ADDRESS}/24\n{ROOT}')
    boot(vm)
    wait_words(vm, 'could not be used', 120)
    look(vm, '13-duplicate')
    equal(state(vm), 'unclaimed', 'state')
    expect(f'{lan.ADDRESS}/' not in vm.run('ip -o -4 addr show'), 'it has the address')


@test()
def silent_gateway_is_kept(vm):
    """Nobody is there to confirm: the settings stay, with a warning."""
    fresh(vm)
    smbios(vm, HOST + NETWORK.replace(f'Gateway={lan.ADDRESS}', 'Gateway=192.0.2.99') + ROOT)
    boot(vm)
    is_complete(vm, '14-silent-gateway')
    print(f"    {result(vm)['warnings']}")


@test()
def switched_off(vm):
    fresh(vm)
    smbios(vm, HOST + NETWORK + ROOT)
    boot(vm, append='firstboot=off')
    vm.wait('login:', 60)
    look(vm, '15-off')
    expect('Welcome' not in '\n'.join(vm.screen()), 'the wizard is there')
    equal(vm.run(f'systemctl show -P ConditionResult {UNIT}'), 'no', 'the unit')
    equal(state(vm), 'unclaimed', 'state')
    expect(vm.ask('pgrep firstboot-conso')[0] != 0, 'the start screen runs')


if __name__ == '__main__':
    sys.exit(suite.main(lan.TAPS))
