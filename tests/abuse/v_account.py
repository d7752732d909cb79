#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The account that the console logs in by itself is good for nothing else."""
import contextlib
import pathlib
import re
import socket
import subprocess
import sys
import time

from abuse import case, machine_main
from appliance import CONSOLE, DASHBOARD, OURS, PASSWORD, as_account, claim, equal, expect, in_session, no_shell, screen_pid, switch_on, watch

ACCESS = pathlib.Path(__file__).parents[2] / 'data/security/50-firstboot.conf.in'
KEY = 'key'
PORT, INTERNAL = 22, 2022
# Both servers with what their files say now; a process file is there once it listens.
RESTART = ('systemctl restart ssh; p=/run/sshd_internal.pid; [ ! -e $p ] || kill $(cat $p); while [ -e $p ]; do sleep 0.1; done; '
           f'/usr/sbin/sshd -f /run/sshd_internal -p {INTERNAL} -o PidFile=$p; until [ -e $p ]; do sleep 0.1; done')
DROPIN = '/etc/ssh/sshd_config.d/50-firstboot.conf'
COMMON = '/etc/pam.d/common-account'


def refused(vm, command, what):
    """It ends in an error, and says nothing that only the account could."""
    status, output = vm.ask(command, 120)
    expect(status != 0 and b'uid=' not in output, f'{what} went through ({status}): {output!r}')


# -- other accounts --

@case(17, 'su, su -s, runuser, pkexec, sudo, setpriv, login -f and newgrp to the account from another user')
def others_become_it(vm):
    switch_on(vm)
    claim(vm)
    vm.run('for u in bob carol; do useradd -m -s /bin/bash $u; echo "$u:a word of 3 parts" | chpasswd; done')
    vm.save('claimed')
    expect('(bob)' in vm.run('su -s /bin/sh -c id bob </dev/null'), 'su does not work at all')
    for command in ('su -c id firstboot', 'su -s /bin/sh -c id firstboot', 'su - firstboot', 'runuser -u firstboot -- id',
                    'pkexec --user firstboot id', 'sudo -n -u firstboot id', 'setpriv --reuid firstboot id',
                    'login -f firstboot', f'sg firstboot -c {CONSOLE}'):
        refused(vm, as_account(command, 'bob'), f'{command} by bob')
    typed = as_account('{ sleep 1; echo; sleep 1; } | script -qec "su -c id firstboot" /dev/null', 'bob').replace('</dev/null', '')
    refused(vm, typed, 'su with an empty password')


@case(17, 'su to the account by root, with a shell of another name')
def root_becomes_it(vm):
    for command in 'su -c id firstboot', 'su -s /bin/sh -c id firstboot', 'su - firstboot -c id':
        refused(vm, f'{command} </dev/null', f'{command} by root')


@case(16, 'arguments to the login shell as su, ssh and cron give them')
def arguments(vm):
    for words in '-c id', '--reconfigure', '--help', '-', '$(head -c 100000 /dev/zero | tr "\\0" x)':
        refused(vm, as_account(f'{CONSOLE} {words}'), f'{CONSOLE} {words[:20]}')


# -- jobs; jobs_of_cron looks at what came of those of cron, before the machine goes back to a snapshot --

@case(19, 'a job of at: nothing runs it, as Debian and as Red Hat refuse it; another user\'s runs')
def jobs(vm):
    access = ACCESS.read_text(encoding='utf-8').replace('@user@', 'carol')
    vm.run('mkdir -p /etc/security/access.d; cat >/etc/security/access.d/50-firstboot.conf <<E\n' + access + 'E\n'
           'sed -i "1i account required pam_access.so" /etc/pam.d/cron /etc/pam.d/atd; systemctl start cron atd')
    for user in 'firstboot', 'carol', 'bob':
        vm.ask(as_account(f'echo "touch /tmp/at-{user}" | at now; echo "* * * * * touch /tmp/cron-{user}" | crontab -', user), 120)
    wait_for(vm, '/tmp/at-bob', 60)
    time.sleep(1)
    equal(vm.run('cd /tmp; ls -d at-*'), 'at-bob', 'jobs of at that ran')


def wait_for(vm, path, seconds):
    end = time.monotonic() + seconds
    while vm.ask(f'test -e {path}')[0]:
        expect(time.monotonic() < end, f'{path} does not come')
        time.sleep(0.3)


@case(19, 'systemd-run, busctl and services of the user\'s own, lingering, restart: in its session')
def user_units(vm):
    linger = 'busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager '
    for command in ('systemd-run --user true', 'systemctl --user start x', 'busctl --user list', 'loginctl enable-linger',
                    linger + 'SetUserLinger ubb $(id -u) true false', linger + 'Reboot b false', 'systemd-run true',
                    'systemctl start debug-shell', 'hostnamectl set-hostname owned', 'systemctl --user daemon-reload'):
        status, output = in_session(vm, command)
        expect(status != 0, f'{command} went through: {output}')
    equal(vm.run('ls /var/lib/systemd/linger 2>/dev/null || true'), '', 'who lingers')
    equal(vm.run('systemctl is-active user@$(id -u firstboot) || true'), 'inactive', 'its service manager')


LOGIND = 'busctl call org.freedesktop.login1 /org/freedesktop/login1'
RULE = '/usr/share/polkit-1/rules.d/10-firstboot.rules'
POLICY = '/usr/share/dbus-1/system.d/org.firstboot.Firstboot1.conf'
RELOAD_BUS = 'busctl call org.freedesktop.DBus / org.freedesktop.DBus ReloadConfig'
# Of the account's policy what keeps it from other services.
OPEN_BUS = '''sed -i '/<deny send_destination="[*]" send_type=/d' '''


@contextlib.contextmanager
def without(vm, path, damage, reload):
    """One of the walls is away for a while."""
    kept = f'/run/{path.rsplit("/", 1)[1]}'
    vm.run(f'cp -a {path} {kept}; {damage} {path}; {reload}')
    try:
        yield
    finally:
        vm.run(f'cp -a {kept} {path}; {reload}')


@case(19, 'what logind permits to who sits at the console: nothing by the bus; behind that nothing by the polkit rule, and restart without it')
def polkit_rule(vm):
    def may(what):
        return in_session(vm, f'{LOGIND} org.freedesktop.login1.Manager Can{what}')[1].strip()
    for what in 'Reboot', 'PowerOff', 'Suspend':
        expect('denied' in may(what), f'Can{what}: {may(what)}')
    with without(vm, POLICY, OPEN_BUS, RELOAD_BUS):
        for what in 'Reboot', 'PowerOff', 'Suspend':
            expect(may(what) in ('s "no"', 's "na"'), f'Can{what}: {may(what)}')
        with without(vm, RULE, 'rm', 'systemctl restart polkit'):
            equal(may('Reboot'), 's "yes"', 'CanReboot without the rule')


@case(50, 'the keyboard and the screen by way of logind, which makes those calls for who has the session: refused by the bus, else given')
def control_of_session(vm):
    take = f'{LOGIND}/session/self org.freedesktop.login1.Session TakeControl b false'
    status, said = in_session(vm, take)
    expect(status != 0 and 'denied' in said, f'TakeControl: {said}')
    with without(vm, POLICY, OPEN_BUS, RELOAD_BUS):
        status, said = in_session(vm, take)
        expect(status == 0, f'nobody gets control of a session: the test proves nothing: {said}')
    vm.run('systemctl restart getty@tty1')
    vm.wait(DASHBOARD, 90)


# -- ssh --

def address(vm):
    found = re.search(r'inet (192\.0\.2\.\d+)/', vm.run('ip -o -4 addr show scope global'))
    expect(found, 'it has no address')
    return found[1]


def ssh(vm, *words, port=PORT, program='ssh'):
    """Start ssh or a relative of it with the key."""
    flag = '-p' if program == 'ssh' else '-P'
    argv = [program, '-F', '/dev/null', '-i', str(vm.work / KEY), '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=no',
            '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=INFO', '-o', 'ExitOnForwardFailure=yes', flag, str(port), *words]
    return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def attempts(vm, at):
    """Every way to use an account over ssh; scp and sftp by the external server and by sshd's own."""
    batch = vm.work / 'batch'
    batch.write_text('ls /etc/passwd\n')
    who = f'firstboot@{at}'
    hop = f'ssh -F /dev/null -i {vm.work / KEY} -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -W 127.0.0.1:22 {who}'
    return {
        'a command': ssh(vm, who, 'id'), 'a terminal': ssh(vm, '-tt', who), 'X11': ssh(vm, '-X', who, 'id'),
        'the agent': ssh(vm, '-A', who, 'id'), 'a port here': ssh(vm, '-N', '-L', '10022:127.0.0.1:22', who),
        'a port there': ssh(vm, '-N', '-R', '10023:127.0.0.1:22', who), 'a proxy': ssh(vm, '-N', '-D', '10024', who),
        'a hop': ssh(vm, '-o', f'ProxyCommand={hop}', f'bob@{at}', 'id'),
        'scp': ssh(vm, f'{who}:/etc/passwd', str(vm.work), program='scp'), 'sftp': ssh(vm, '-b', str(batch), who, program='sftp'),
        'internal sftp': ssh(vm, '-b', str(batch), who, program='sftp', port=INTERNAL),
        'internal scp': ssh(vm, f'{who}:/etc/passwd', str(vm.work), program='scp', port=INTERNAL),
    }


def all_refused(vm, at):
    for what, process in attempts(vm, at).items():
        try:
            output = process.communicate(timeout=180)[0]
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError(f'{what} stays connected: {process.communicate()[0]}') from None
        # sshd refuses the key by DenyUsers, and ends the connection by PAM.
        said = re.search(r'Permission denied|Connection (to \S+ )?closed', output)
        expect(process.returncode != 0 and said, f'{what}: {process.returncode} {output}')


@case(18, 'every use of ssh with a planted key: command, terminal, X11, agent, ports here and there, proxy, hop, scp, sftp, internal-sftp')
def over_ssh(vm):
    (vm.work / KEY).unlink(missing_ok=True)
    subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', str(vm.work / KEY)], check=True)
    public = (vm.work / f'{KEY}.pub').read_text()
    vm.run('ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key; '
           'echo "MaxStartups 100" >>/etc/ssh/sshd_config; '
           'sed "s,^Subsystem.*,Subsystem sftp internal-sftp," /etc/ssh/sshd_config >/run/sshd_internal; '
           'h=/usr/share/firstboot/home; mkdir -m 755 $h/.ssh; '
           f'echo "{public.strip()}" >$h/.ssh/authorized_keys; '
           f'{RESTART}', 120)
    all_refused(vm, address(vm))


@case(18, 'the same with either of the two walls taken away: sshd\'s DenyUsers, PAM')
def over_ssh_by_one_wall(vm):
    at = address(vm)
    vm.run(f'mv {DROPIN} /run/dropin; {RESTART}', 120)
    all_refused(vm, at)
    vm.run(f'mv /run/dropin {DROPIN}; {RESTART}; cp -a {COMMON} /run/common; sed -i /pam_succeed_if/d {COMMON}', 120)
    process = ssh(vm, '-N', '-L', '10022:127.0.0.1:22', f'firstboot@{at}')
    expect('Permission denied' in process.communicate(timeout=180)[0] and process.returncode, 'DenyUsers alone lets ports through')


@case(18, 'with both walls away a port goes through: what the walls are for')
def over_ssh_without_walls(vm):
    at = address(vm)
    vm.run(f'mv {DROPIN} /run/dropin; {RESTART}', 120)
    process = ssh(vm, '-N', '-L', '10022:127.0.0.1:22', f'firstboot@{at}')
    try:
        banner, end = b'', time.monotonic() + 30
        while not banner and time.monotonic() < end:
            try:
                with socket.create_connection(('127.0.0.1', 10022), timeout=5) as s:
                    banner = s.recv(100)
            except OSError:
                time.sleep(0.3)
        expect(banner.startswith(b'SSH-2.0'), 'no port went through: the test proves nothing')
        # Nor does anything but the start screen run then, and that refuses.
        shell = ssh(vm, f'firstboot@{at}', 'id')
        output = shell.communicate(timeout=180)[0]
        expect(shell.returncode and 'uid=' not in output, output)
    finally:
        process.kill()
        process.wait()
    vm.run(f'mv /run/dropin {DROPIN}; cp -a /run/common {COMMON}; systemctl stop ssh; rm -r /usr/share/firstboot/home/.ssh')


# -- other prompts --

@case(20, 'its name at the login prompt of tty2, with an empty password, its name, and root\'s')
def login_at_tty2(vm):
    vm.run(r"sed -i 's/^LOGIN_RETRIES.*/LOGIN_RETRIES 5/' /etc/login.defs")
    vm.keys('alt-f2')
    vm.wait(r'login:', 90, tty=2)
    for number, typed in enumerate(('', 'firstboot', PASSWORD), 1):
        vm.type('firstboot\n')
        vm.wait(rf'(?s)(Password:.*){{{number}}}', 90, tty=2)
        vm.type(f'{typed}\n')
        vm.wait(rf'(?s)(Login incorrect.*){{{number}}}login:', 90, tty=2)
    equal(vm.run('who | grep -c tty2 || true'), '0', 'sessions on tty2')
    vm.run(r"sed -i 's/^LOGIN_RETRIES.*/LOGIN_RETRIES 1/' /etc/login.defs")
    vm.keys('alt-f1')
    vm.wait(DASHBOARD, 90)


@case(20, 'a service of PAM that asks for no password: the account stack refuses, and lets another user in')
def any_service(vm):
    vm.run('printf "auth sufficient pam_permit.so\\n@include common-account\\nsession required pam_permit.so\\n" >/etc/pam.d/su')
    refused(vm, as_account('su -s /bin/sh -c id firstboot', 'bob'), 'su without a password')
    expect('(carol)' in vm.run(as_account('su -s /bin/sh -c id carol', 'bob')), 'the control does not go through')


@case(19, 'a job of cron: nothing runs it, as Debian and as Red Hat refuse it; another user\'s runs')
def jobs_of_cron(vm):
    wait_for(vm, '/tmp/cron-bob', 90)
    time.sleep(2)
    equal(vm.run('cd /tmp; ls -d cron-*'), 'cron-bob', 'jobs of cron that ran')


# -- changes by itself --

@case(21, 'passwd, chsh, chfn, chage and gpasswd as the account: /etc is as before', start='claimed')
def changes_itself(vm):
    before = vm.run('sha256sum /etc/passwd /etc/shadow /etc/group /etc/gshadow')
    for command in ('printf "x\\nLong-word-99-x\\nLong-word-99-x\\n" | passwd', 'chsh -s /bin/sh', 'chfn -f x', 'chage -E -1 firstboot',
                    'gpasswd -a firstboot sudo', 'usermod -s /bin/sh firstboot', 'echo firstboot:x | chpasswd', 'vipw', 'newgrp sudo'):
        status, output = vm.ask(as_account(command), 120)
        expect(status != 0, f'{command} went through: {output!r}')
    equal(vm.run('sha256sum /etc/passwd /etc/shadow /etc/group /etc/gshadow'), before, 'the accounts')


# -- the account, and the program, in a bad state --

# What is done to it, and the rule of the audit that names the cause.
SPOILT = {
    'its password to be changed': ('chage -d 0 firstboot', 'account-aging'),
    'its password too old': ('chage -d 2020-01-01 -M 10 firstboot', 'account-aging'),
    'its password long too old': ('chage -d 2020-01-01 -M 10 -I 10 firstboot', 'account-aging'),
    'the account expired': ('chage -E 1 firstboot', 'account-aging'),
    'its shell missing': ('usermod -s /nonexistent firstboot', 'account'),
    'no shell in its entry': ("sed -i -E 's,^(firstboot:.*:)[^:]*$,\\1,' /etc/passwd", 'account'),
    'its home missing': ('usermod -d /nonexistent firstboot', None),
    'the account missing': ("sed -i '/^firstboot:/d' /etc/passwd", 'account'),
    '/run/nologin': ('echo soon >/run/nologin', None),
}


@case(22, 'the account ' + ', '.join(SPOILT) + ': never a shell, and the audit names the cause')
def account_spoilt(vm):
    vm.run('cp -a /etc/passwd /etc/shadow /run/')
    for what, (damage, rule) in SPOILT.items():
        vm.run(f'{damage}; systemctl restart getty@tty1')
        strange = watch(vm, 2) - OURS
        found = vm.ask('firstboot --audit')[1].decode()
        vm.run('cp -a /run/passwd /run/shadow /etc/; rm -f /run/nologin')
        expect(not strange, f'{what}: {strange}')
        expect(not rule or re.search(rf'^{rule}: ', found, re.M), f'{what}: the audit says {found}')
    vm.run('systemctl restart getty@tty1')
    vm.wait(DASHBOARD, 90)


BROKEN = {
    'missing': f'mv {CONSOLE} {CONSOLE}.away',
    'crashing at once': f'mv {CONSOLE} {CONSOLE}.away; printf "#!/bin/false\\n" >{CONSOLE}; chmod 755 {CONSOLE}',
    'no program': f'mv {CONSOLE} {CONSOLE}.away; head -c 5000 /dev/urandom >{CONSOLE}; chmod 755 {CONSOLE}',
}


@case(23, 'the program ' + ', '.join(BROKEN) + ': never a shell, at most one start a second, and back when it is whole')
def program_broken(vm):
    for what, damage in BROKEN.items():
        vm.run(f'{damage}; systemctl reset-failed getty@tty1; systemctl restart getty@tty1')
        begun = time.monotonic()
        strange = watch(vm, 3) - OURS
        no_shell(vm)
        restarts = int(vm.run('systemctl show -P NRestarts getty@tty1'))
        state = vm.run('systemctl show -P ActiveState getty@tty1')
        vm.run(f'mv -f {CONSOLE}.away {CONSOLE}')
        expect(not strange, f'{what}: {strange}')
        expect(0 < restarts <= time.monotonic() - begun + 1, f'{what}: {restarts} starts')
        expect(state in ('active', 'activating'), f'{what}: the unit gave up')
        vm.wait(DASHBOARD, 90)


# -- processes --

@case(24, 'no process of the account but one start screen; no service manager, no runtime folder')
def alone(vm):
    uid = vm.run('id -u firstboot')
    equal(vm.run('ps -o comm= -u firstboot'), 'firstboot-conso', 'processes')
    equal(vm.run(f'systemctl show -P LoadState user@{uid}'), 'masked', f'user@{uid}')
    equal(vm.run(f'systemctl is-active user@{uid} || true'), 'inactive', f'user@{uid}')
    expect(vm.ask(f'mountpoint -q /run/user/{uid}')[0] != 0, 'it has a runtime folder')


@case(24, 'what is left in its session ends with the session, not what another user leaves')
def left_in_session(vm):
    vm.run('c=$(cut -d: -f3 /proc/$(pgrep -o -u firstboot firstboot-conso)/cgroup); '
           'setsid setpriv --reuid firstboot --regid firstboot --clear-groups sleep 1000 >/dev/null 2>&1 & '
           'echo $! >/sys/fs/cgroup$c/cgroup.procs')
    pid = screen_pid(vm)
    equal(vm.run('pgrep -c -u firstboot sleep'), '1', 'leftovers')
    vm.run(f'kill {pid}')
    end = time.monotonic() + 10
    while vm.ask('pgrep -u firstboot sleep')[0] == 0:
        expect(time.monotonic() < end, 'it lives on')
        time.sleep(0.2)
    vm.wait(DASHBOARD, 90)
    no_shell(vm)
    equal(vm.run('busctl get-property org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager KillOnlyUsers'),
          'as 1 "firstboot"', 'whose processes end')


if __name__ == '__main__':
    sys.exit(machine_main())
