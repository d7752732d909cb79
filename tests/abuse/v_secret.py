#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Root's password on a real machine: the sandboxes, the counters of ssh, and the network before the claim."""
import re
import subprocess
import sys
import time

from abuse import case, machine_main

PASSWORD = 'a quiet green lamp 7'
SSH = ("SSH_ASKPASS=/run/ask SSH_ASKPASS_REQUIRE=force setsid -w ssh -o StrictHostKeyChecking=no -o NumberOfPasswordPrompts=1 "
       "-o PreferredAuthentications=password,keyboard-interactive root@127.0.0.1 'id -u' 2>/dev/null || echo refused")


@case(40, 'before the claim: no socket of ours listens for the network, root is locked, and ssh takes no password of root\'s')
def network_before_the_claim(vm):
    vm.start()
    vm.wait('Welcome', 180)
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


# Looks for a word, given backwards, in what every process can write to of its memory, in arguments, environments and files; not in what
# it came by itself.
SEARCH = r'''
my $word = reverse shift;
my @forms = ($word, map { my $zeros = "\0" x $_; join("", map($_ . $zeros, split(//, $word))) } (1, 3));
sub told { my ($where, $data) = @_; for (@forms) { if (index($data, $_) >= 0) { print "$where\n"; return } } }
sub slurp { open(my $f, "<:raw", $_[0]) or return ""; local $/; my $data = <$f>; return defined $data ? $data : "" }
for my $pid (grep { $_ ne $$ } map { m,(\d+)$, } glob("/proc/[0-9]*")) {
    told("$pid: $_ of " . slurp("/proc/$pid/comm"), slurp("/proc/$pid/$_")) for ("cmdline", "environ");
    open(my $memory, "<:raw", "/proc/$pid/mem") or next;
    for (split(/\n/, slurp("/proc/$pid/maps"))) {
        my ($begin, $end) = /^(\w+)-(\w+) rw/ or next;
        ($begin, $end) = (hex($begin), hex($end));
        sysseek($memory, $begin, 0) and sysread($memory, my $data, $end - $begin) or next;
        told("$pid: memory of " . slurp("/proc/$pid/comm"), $data);
    }
}
told($_, slurp($_)) for (split(/\n/, `find /run /tmp /etc /var/lib /var/log /var/tmp /var/spool /root -xdev -type f -newer /run/begun`));
told("the journal", scalar(`journalctl -a -o export --no-pager`));
told("the kernel's log", scalar(`dmesg`));
told("the screen", slurp("/dev/vcsu1"));
'''


def find_word(vm, word):
    return vm.run(f'perl /run/search {word[::-1].replace(" ", chr(92) + " ")}', 300).splitlines()


@case(56, 'root\'s password is shown and a new one set at tty1: searched for in all memory of the machine\'s processes, the journal, audit\'s log, '
          'arguments, environments and files; a planted word is found in each')
def password_is_nowhere(vm):
    vm.run(f"touch /run/begun; cat >/run/search <<'E'\n{SEARCH}E\nsystemctl start auditd", 120)
    planted = 'planted three words'
    vm.run(f"PLANTED='{planted}' perl -e 'sleep 1000' '{planted}' >/dev/null 2>&1 & echo $! >/run/planter; "
           f"logger {planted}; echo {planted} >/tmp/planted; auditctl -m '{planted}'; sleep 1")
    found = '\n'.join(find_word(vm, planted))
    for where in ('memory of perl', 'cmdline of perl', 'environ of perl', '/tmp/planted', '/var/log/audit/audit.log', 'the journal'):
        assert where in found, f'{where} not in {found}'
    # The tests' own commands hold neither of the two words: one comes as a hash, and both are typed.
    shown, new = 'four brown kettles 9', 'seven plum orchards 4'
    hashed = subprocess.run(['openssl', 'passwd', '-6', '-stdin'], input=shown, capture_output=True, text=True, check=True).stdout.strip()
    vm.run(f"kill $(cat /run/planter); rm /tmp/planted; usermod -p '{hashed}' root; echo claimed >/var/lib/firstboot/state; "
           'systemctl stop firstbootd; rm -rf /var/lib/firstboot/delay /run/firstboot/faillock; systemctl restart getty@tty1; touch /run/begun', 60)
    vm.wait('F2/2', 90)
    vm.keys('f2')
    vm.wait('need the password', 90)
    time.sleep(0.5)
    vm.type(shown + '\n')
    vm.wait('What shall be changed', 90)
    assert not find_word(vm, shown), find_word(vm, shown)
    vm.type('3\n')
    vm.wait(r'Again +\[', 60)
    time.sleep(0.5)
    before = vm.run('getent shadow root')
    vm.type(f'{new}\t{new}\n')
    vm.wait('Review', 90)
    time.sleep(1)
    vm.keys('ret')
    end = time.monotonic() + 90
    while vm.run('getent shadow root') == before:
        assert time.monotonic() < end, vm.screen()
        time.sleep(0.5)
    time.sleep(2)
    for word in shown, new:
        assert not find_word(vm, word), find_word(vm, word)


if __name__ == '__main__':
    sys.exit(machine_main())
