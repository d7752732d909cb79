#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An appliance in a cloud: cloud-init itself boots before firstboot, with a disk for its data source NoCloud, or with none.

    cloud.py IMAGE SUITE [TEST...]     IMAGE: the folder that image.py made; started by tests/vm/run
"""
import json
import re
import subprocess
import sys
import time

import lan
import suite
from suite import equal, expect, fresh, look, smbios, test

ADDRESS, NAME, PORT, OWN = '192.0.2.20', 'cloudy', 8080, '192.0.2.30'
# As Proxmox does it: the card gets the name that the file has.
NIC = 'eth0'
HASH = subprocess.run(['openssl', 'passwd', '-6', 'a quiet green lamp 7'], check=True, text=True, stdout=subprocess.PIPE).stdout.strip()
KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBVe/Qq4s2i9mldsrxA8H42N8Stlv9M8Z6HkE8skCymy operator'
NETWORK = f'''version: 2
ethernets:
  {NIC}:
    match: {{macaddress: '52:54:00:12:34:56'}}
    set-name: {NIC}
    addresses: [{ADDRESS}/24]
    gateway4: {lan.ADDRESS}
    nameservers: {{addresses: [{lan.ADDRESS}]}}
'''
# Without those modules that look after packages, which this machine has no network for.
USERS = '''#cloud-config
users: []
disable_root: false
cloud_config_modules: [set-passwords, runcmd]
cloud_final_modules: [scripts-user, keys-to-console, final-message]
'''
# The stage that sets passwords waits until it is let go on.
HELD = '''bootcmd:
- mkdir -p /run/systemd/system/cloud-config.service.d
- printf '[Service]\\nExecStartPre=sh -c "until test -e /run/go-on; do sleep 0.2; done"\\n' >/run/systemd/system/cloud-config.service.d/wait.conf
- systemctl daemon-reload
'''
DROP_IN = '/etc/cloud/cloud.cfg.d/99-firstboot-network.cfg'
UNIT = 'firstboot-headless.service'


def seed(vm, user_data):
    """A disk for NoCloud in the machine."""
    files = {'meta-data': f'instance-id: one\nlocal-hostname: {NAME}\n', 'user-data': user_data, 'network-config': NETWORK}
    words = []
    for name, text in files.items():
        (vm.work / name).write_text(text)
        words += ['-map', str(vm.work / name), f'/{name}']
    path = vm.work / 'seed.iso'
    path.unlink(missing_ok=True)
    subprocess.run(['xorriso', '-outdev', str(path), '-volid', 'CIDATA', *words], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    vm.extra += ['-drive', f'file={path},if=virtio,format=raw,readonly=on']


def shows(vm, regex, never='$^', seconds=240):
    """Wait until tty1 shows a text, and never another one before."""
    end = time.monotonic() + seconds
    while True:
        text = '\n'.join(vm.screen())
        expect(not re.search(never, text), f'{never} is on the screen:\n{text}')
        if re.search(regex, text):
            return
        expect(time.monotonic() < end, f'{regex} is not on the screen:\n{text}')
        time.sleep(0.5)


def is_up(vm):
    """Wait for the end of the boot and of cloud-init; nothing may have failed."""
    equal(vm.run('systemctl is-system-running --wait || true', 120), 'running', vm.run('systemctl --failed --no-legend --plain; true'))


def state(vm):
    return vm.run('cat /var/lib/firstboot/state')


def url(address):
    return rf'http://{re.escape(address)}:{PORT}/'


def began_and_ended(vm, unit):
    """Microseconds of the boot at which a unit was begun and done; 0: never."""
    return [int(vm.run(f'systemctl show -P {what}TimestampMonotonic {unit}')) for what in ('InactiveExit', 'ActiveEnter')]


def addresses(vm):
    return re.findall(r'inet ([0-9.]+)/', vm.run('ip -o -4 addr show scope global'))


# -- no cloud --

@test()
def without_a_data_source_the_wizard_comes(vm):
    """cloud-init does nothing then, and nobody waits for the network: there is no cable."""
    vm.unplugged = [0]
    vm.start()
    shows(vm, r'Welcome \d of')
    look(vm, '01-none')
    is_up(vm)
    equal(vm.run('cloud-init status'), 'status: disabled', 'cloud-init')
    equal(began_and_ended(vm, 'network-online.target'), [0, 0], 'the network was waited for')
    equal(state(vm), 'unclaimed', 'state')
    vm.unplugged = []


# -- the cloud gives root a key --

@test()
def unattended_start_waits_for_the_local_stage_alone(vm):
    """The cable is not plugged in before the unit is done."""
    fresh(vm)
    seed(vm, f'{USERS}ssh_authorized_keys: [{KEY}]\n')
    vm.unplugged = [0]
    vm.start()
    end = time.monotonic() + 120
    while not began_and_ended(vm, UNIT)[1]:
        expect(time.monotonic() < end, f'{UNIT} is not done: ' + vm.run('systemctl list-jobs'))
        time.sleep(0.5)
    began, ended = began_and_ended(vm, UNIT)
    local = began_and_ended(vm, 'cloud-init-local.service')
    expect(0 < local[1] <= began, f'{local}, {began}')
    equal([began_and_ended(vm, unit)[1] for unit in ('cloud-init.service', 'network-online.target')], [0, 0], 'what waits for the network')
    equal(vm.run('hostname'), NAME, 'hostname')
    print(f'    {UNIT} began {began / 1e6:.1f} s after the kernel, {(began - local[1]) / 1000:.0f} ms after cloud-init-local, and took '
          f'{(ended - began) / 1000:.0f} ms')


@test()
def machine_claims_itself(vm):
    """The wizard is never shown; the start screen has the address that cloud-init gave."""
    vm.plug(0, True)
    vm.unplugged = []
    shows(vm, rf'(?s){NAME}.*{url(ADDRESS)}', never=r'Welcome \d of')
    is_up(vm)
    shows(vm, rf'(?s){NAME}.*{url(ADDRESS)}', never=r'Welcome \d of')
    look(vm, '02-key')
    equal(vm.run('cloud-init status'), 'status: done', 'cloud-init')
    equal(state(vm), 'claimed', 'state')
    expect(KEY.split()[1] in vm.run('cat /root/.ssh/authorized_keys'), 'the key')
    equal(addresses(vm), [ADDRESS], 'addresses')
    equal(vm.ask(f'test -e {DROP_IN}')[0], 1, 'the drop-in is there')


@test()
def firstboot_sets_another_address(vm):
    """cloud-init is named in the plan, and kept away."""
    answers = f'[Host]\nHostname=fleet07\n[Network]\nLink={NIC}\nDHCP=no\nAddress={OWN}/24\nGateway={lan.ADDRESS}\nDNS={lan.ADDRESS}\n'
    vm.run(f"cat >/root/answers <<'end'\n{answers}end\nchmod 600 /root/answers")
    plan = vm.run('firstboot --check --answers /root/answers', 60)
    expect(DROP_IN in plan and f'05-firstboot-{NIC}.link' in plan, plan)
    said = vm.run('firstboot --reconfigure --answers /root/answers', 120)
    print('    ' + said.replace('\n', '\n    '))
    expect('config: disabled' in vm.run(f'cat {DROP_IN}'), 'the drop-in')
    shows(vm, url(OWN))
    equal(addresses(vm), [OWN], 'addresses')


@test()
def it_stays_over_a_restart(vm):
    vm.reboot()
    shows(vm, rf'(?s)fleet07.*{url(OWN)}', never=url(ADDRESS))
    is_up(vm)
    look(vm, '03-own')
    equal(vm.run('cloud-init status'), 'status: done', 'cloud-init')
    equal(addresses(vm), [OWN], vm.run('ip -o addr; ls /etc/systemd/network /run/systemd/network'))
    equal(vm.run('hostname'), 'fleet07', 'hostname')
    equal(vm.run('ip -4 route show default').split()[:3], ['default', 'via', lan.ADDRESS], 'route')
    vm.run('echo unchanged | cmp - <(firstboot --reconfigure --answers /root/answers)', 60)


# -- the cloud gives root a password, and the hypervisor answers --

@test()
def what_cloud_init_has_set_is_skipped(vm):
    fresh(vm)
    seed(vm, f'{USERS}chpasswd: {{expire: false, list: ["root:{HASH}"]}}\n')
    smbios(vm, f'[Host]\nHostname=fleet07\nTimezone=Europe/Sofia\n[Network]\nLink=first\nDHCP=no\nAddress={OWN}/24\n')
    vm.start()
    is_up(vm)
    done = json.loads(vm.run('cat /run/firstboot-headless/result.json'))
    equal((done['result'], len(done['warnings'])), ('done', 2), done)
    expect(all('cloud-init' in text for text in done['warnings']), done)
    equal(vm.run('hostname'), NAME, 'hostname')
    equal(addresses(vm), [ADDRESS], 'addresses')
    equal(vm.run('readlink /etc/localtime').split('zoneinfo/')[-1], 'Europe/Sofia', 'time zone')


@test()
def password_of_a_late_stage_claims(vm):
    """It comes when the wizard is on the screen already, and nobody looks at root's logins any more."""
    fresh(vm)
    seed(vm, f'{USERS}{HELD}chpasswd: {{expire: false, list: ["root:{HASH}"]}}\n')
    vm.start()
    shows(vm, r'Welcome \d of', seconds=480)
    equal(state(vm), 'unclaimed', 'state')
    vm.run('touch /run/go-on')
    # Nothing has been answered that could be lost: the wizard makes way without a key.
    shows(vm, rf'(?s){NAME}.*{url(ADDRESS)}')
    expect(HASH in vm.run('getent shadow root'), 'no password')
    equal(state(vm), 'claimed', 'state')
    is_up(vm)
    look(vm, '04-password')
    vm.keys('f2')
    vm.wait("Root's password")


if __name__ == '__main__':
    sys.exit(suite.main(lan.TAPS[:1]))
