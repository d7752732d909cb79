#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Root's password on a real machine: the sandboxes, the counters of ssh, and the network before the claim."""
import re
import sys
import time

from abuse import case, machine_main

PASSWORD = 'a quiet green lamp 7'
SSH = ("SSH_ASKPASS=/run/ask SSH_ASKPASS_REQUIRE=force setsid -w ssh -o StrictHostKeyChecking=no -o NumberOfPasswordPrompts=1 "
       "-o PreferredAuthentications=password,keyboard-interactive root@127.0.0.1 'id -u' 2>/dev/null || echo refused")


@case(40, 'before the claim: no socket of ours listens for the network, root is locked, and ssh takes no password of root\'s')
def network_before_the_claim(vm):
    vm.start()
    vm.wait('Welcome', 60)
    vm.run('systemctl is-system-running --wait || true', 120)
    assert vm.run('cat /var/lib/firstboot/state') == 'unclaimed'
    listening = vm.run('ss -Hltunp')
    assert 'firstboot' not in listening, listening
    assert vm.run('getent shadow root').split(':')[1] == '!*'
    vm.run(f"ssh-keygen -A >/dev/null; mkdir -p /run/sshd; systemctl reset-failed ssh; systemctl start ssh; printf '#!/bin/sh\\necho \"{PASSWORD}\"\\n' > /run/ask; chmod 755 /run/ask", 60)
    assert vm.run('systemctl is-active ssh') == 'active'
    assert vm.run(SSH, 60) == 'refused'
    assert vm.run('cat /var/lib/firstboot/state') == 'unclaimed'


@case(50, 'systemd-analyze security of each service of ours, as it runs: 1.5 at most')
def exposure(vm):
    for unit in ('firstbootd', 'firstboot-password', 'firstboot-cable', 'firstboot-prober'):
        said = vm.run(f'systemd-analyze security --no-pager {unit}.service 2>/dev/null | tail -n 1', 180)
        score = float(re.search(r'(\d+\.\d)', said)[1])
        print(f'{unit} {score}', flush=True)
        assert score <= 1.5, (unit, said)


@case(37, 'five wrong passwords on the start screen lock its own counter; root\'s ssh, with a counter of its own, lets root in')
def counters_of_ssh(vm):
    vm.run(f"echo 'root:{PASSWORD}' | chpasswd; echo claimed > /var/lib/firstboot/state; systemctl stop firstbootd firstboot-password")
    vm.run('echo "PermitRootLogin yes" > /etc/ssh/sshd_config.d/00-test.conf; '
           'sed -i "1i auth required pam_faillock.so preauth deny=3 even_deny_root" /etc/pam.d/sshd; systemctl restart ssh', 60)
    assert vm.run(SSH, 60) == '0', 'ssh does not let root in to begin with'
    vm.run('systemctl restart getty@tty1', 30)
    vm.wait('F2/2', 60)
    vm.keys('f2')
    for n in range(5):
        vm.wait('need the password', 40)
        vm.type('not the right one\n')
        time.sleep(2 ** n + 4)
    tries = vm.run('faillock --dir /run/firstboot/faillock --user root | grep -c "V$" || true')
    assert tries == '5', tries
    assert vm.run('ls /run/faillock 2>/dev/null | grep -cx root || true') == '0'
    assert vm.run(SSH, 60) == '0', 'root is locked out of ssh'


if __name__ == '__main__':
    sys.exit(machine_main())
