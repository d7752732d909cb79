#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The first boot of an image whose settings were made before, with firstboot --root.

    offline.py IMAGE SUITE [TEST...]     IMAGE: the folder that image.py made; started by tests/vm/run
"""
import pathlib
import re
import subprocess
import sys

import lan
import suite
from suite import equal, expect, look, test

ADDRESS, NAME, PORT = '192.0.2.30', 'made-before', 8080
HASH = subprocess.run(['openssl', 'passwd', '-6', 'a quiet red lamp 3'], check=True, text=True, stdout=subprocess.PIPE).stdout.strip()
KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJzJcS3eyjJ4TP2oPDcXJkMvVGeF2rEBcXB0TsoG4fCw operator@example.com'
ANSWERS = f'''[Host]
Hostname={NAME}.example.com
Timezone=Etc/UTC
Keymap=de
[Network]
Link=eth0
DHCP=no
IPv6AcceptRA=no
Address={ADDRESS}/24
Gateway={lan.ADDRESS}
DNS={lan.ADDRESS}
NTP={lan.ADDRESS}
[Network]
Link=eth0
VLAN=100
DHCP=no
IPv6AcceptRA=no
Address=203.0.113.30/24
[Root]
PasswordHash={HASH}
SSHAuthorizedKey={KEY}
'''


def prepare(vm):
    """A copy of the image, with the settings in it; the machine's disk stands on that."""
    folder = vm.work / 'image'
    folder.mkdir()
    subprocess.run(['cp', '--sparse=always', f'{vm.image}/root.ext4', f'{folder}/root.ext4'], check=True)
    for name in 'vmlinuz', 'initrd':
        (folder / name).symlink_to(f'{vm.image}/{name}')
    vm.image = folder
    root, answers = vm.work / 'root', vm.work / 'answers'
    root.mkdir()
    answers.write_text(ANSWERS)
    answers.chmod(0o600)
    subprocess.run(['mount', '-o', 'loop', f'{folder}/root.ext4', str(root)], check=True)
    try:
        command = [f'{root}/usr/bin/firstboot', '--reconfigure', f'--root={root}', '--answers', str(answers)]
        first, second = (subprocess.run(command, check=False, text=True, capture_output=True) for _ in range(2))
    finally:
        subprocess.run(['umount', str(root)], check=True)
    expect('NetworkManager' in first.stdout if vm.nm else 'networkd' in first.stdout, first)
    equal((second.returncode, second.stdout), (0, 'unchanged\n'), 'the second run')
    pathlib.Path(vm.disk).unlink()
    subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', f'{folder}/root.ext4', str(vm.disk)], check=True)


@test()
def image_comes_up_as_it_was_made(vm):
    prepare(vm)
    vm.start(append='net.ifnames=0')
    equal(vm.run('systemctl is-system-running --wait || true', 180), 'running', vm.run('systemctl --failed --no-legend --plain; true'))
    vm.wait(rf'(?s){NAME}.*http://{re.escape(ADDRESS)}:{PORT}/', 60)
    look(vm, 'start')
    equal(vm.run('hostname'), f'{NAME}.example.com', 'hostname')
    equal(vm.run('cat /var/lib/firstboot/state'), 'claimed', 'state')
    expect(HASH in vm.run('getent shadow root'), 'no password')
    equal(vm.run('cat /root/.ssh/authorized_keys'), KEY, 'keys')
    equal(vm.run('readlink /etc/localtime').split('zoneinfo/')[-1], 'Etc/UTC', 'time zone')
    expect('KEYMAP=de' in vm.run('cat /etc/vconsole.conf'), 'keymap')


@test()
def network_is_what_was_asked_for(vm):
    addresses = vm.run('ip -o -4 addr show')
    expect(re.search(rf'eth0 +inet {re.escape(ADDRESS)}/24', addresses), addresses)
    expect(re.search(r'eth0\.100 +inet 203\.0\.113\.30/24', addresses), addresses)
    equal(vm.run('ip -4 route show default').split()[:5], ['default', 'via', lan.ADDRESS, 'dev', 'eth0'], 'route')
    expect('reorder_hdr' in vm.run('ip -d link show eth0.100').lower(), 'flags of the VLAN')
    vm.run(f'ping -c 1 -W 5 {lan.ADDRESS} || busybox ping -c 1 -w 5 {lan.ADDRESS}', 20)


@test()
def firstbootd_has_the_settings_for_its_own(vm):
    vm.run(f"umask 077; cat >/root/answers <<'E'\n{ANSWERS}E")
    equal(vm.run('firstboot --reconfigure --answers /root/answers', 90), 'unchanged', 'the same again')
    expect(f'Address={ADDRESS}/24' in vm.run('firstboot --export', 60), 'export')
    vm.run('firstboot --reconfigure --set Network.Link=eth0 --set Network.MTU=1400', 120)
    expect('mtu 1400' in vm.run('ip link show eth0'), 'a change of them')
    expect(ADDRESS in vm.run('ip -o -4 addr show eth0'), 'the address is gone')


if __name__ == '__main__':
    sys.exit(suite.main(lan.TAPS))
