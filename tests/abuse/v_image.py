#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The image, how it starts, and what it starts with."""
import pathlib
import re
import shutil
import subprocess
import sys

from abuse import case, machine_main
from appliance import DASHBOARD, PASSWORD, WIZARD, as_account, claim, equal, expect, harden, in_session, no_shell, switch_on

# What a Debian image leaves open that the package itself does not close; the hardening does.
OPEN = {'other-terminals', 'idle-logout', 'ctrl-alt-del', 'sysrq'}
LOCKED = r'Cannot open access to console, the root account is locked'
ASKED = r'Give root password for maintenance'


def audit(program, root=None):
    """Exit status, and the rules that something was found by."""
    done = subprocess.run([program, '--audit', *([f'--root={root}'] if root else [])], capture_output=True, text=True, timeout=180, check=False)
    return done.returncode, set(re.findall(r'^([a-z-]+): ', done.stdout, re.M)), done.stdout


@case(41, 'the image as it is built: nothing in it that its copies would share; open is what the hardening closes, and then nothing')
def image_is_clean(vm):
    tree = pathlib.Path(vm.work) / 'tree'
    tree.mkdir(mode=0o755)
    try:
        subprocess.run(['debugfs', '-R', f'rdump / {tree}', f'{vm.image}/root.ext4'], check=True, capture_output=True)
        program = str(tree / 'usr/bin/firstboot')
        status, found, output = audit(program, tree)
        equal(found, OPEN, f'findings {output}')
        equal(status, 1, 'status')
        for folder in (tree / 'usr/share/firstboot/hardening').iterdir():
            if folder.is_dir():
                subprocess.run(['cp', '-a', f'{folder}/.', str(tree / 'etc')], check=True)
        equal(audit(program, tree)[:2], (0, set()), 'with the hardening')
        # That it finds what it looks for.
        (tree / 'etc/ssh/ssh_host_ed25519_key').write_text('key')
        (tree / 'etc/sudoers.d/x').write_text('bob ALL=(ALL) NOPASSWD: ALL\n')
        (tree / 'etc/machine-id').write_text('0123456789abcdef0123456789abcdef\n')
        equal(audit(program, tree)[1], {'image-identity', 'sudo-nopasswd'}, 'with a host key, a machine-id and NOPASSWD')
        shadow = (tree / 'etc/shadow').read_text()
        equal(re.findall(r'(?m)^([^:]+):(?![!*])', shadow), [], 'accounts with a password')
    finally:
        shutil.rmtree(tree)


# -- rescue --

def keep_agent(vm):
    """The tests' own agent lives through emergency mode."""
    vm.run('mkdir -p /run/systemd/system/test-agent.service.d; '
           'printf "[Unit]\\nIgnoreOnIsolate=yes\\n" >/run/systemd/system/test-agent.service.d/x.conf; systemctl daemon-reload')


def isolate(vm, mode, text):
    vm.run(f'systemctl isolate --no-block {mode}.target')
    vm.wait(text, 90)


def force(vm):
    """As systemd.setenv= on the kernel's command line, or a careless vendor, would."""
    vm.run('for u in rescue emergency; do mkdir -p /run/systemd/system/$u.service.d; '
           'printf "[Service]\\nEnvironment=SYSTEMD_SULOGIN_FORCE=1\\n" >/run/systemd/system/$u.service.d/10-x.conf; done; systemctl daemon-reload')


@case(61, 'systemctl isolate rescue before the claim: refused, and the wizard is back')
def rescue_unclaimed(vm):
    switch_on(vm)
    vm.save('unclaimed')
    refuses(vm, 'rescue')


def refuses(vm, mode):
    keep_agent(vm)
    isolate(vm, mode, LOCKED)
    no_prompt(vm)
    vm.keys('ret')
    vm.wait(WIZARD, 120)


def no_prompt(vm):
    shown = '\n'.join(vm.screen()).rstrip()
    expect(not re.search(r'[#$] ?$', shown), f'a prompt: {shown}')


@case(61, 'rescue with SYSTEMD_SULOGIN_FORCE before the claim: a shell; emergency with the hardening as well: refused', start='unclaimed')
def rescue_forced(vm):
    keep_agent(vm)
    force(vm)
    isolate(vm, 'rescue', 'Press Enter for maintenance')
    vm.keys('ret')
    vm.wait(r'root@\S+:~#', 90)
    vm.restore('unclaimed')
    force(vm)
    harden(vm, 'rescue')
    refuses(vm, 'emergency')


@case(61, 'systemctl isolate rescue and emergency after the claim: root\'s password is asked for, the start screen is back', start='unclaimed')
def rescue_claimed(vm):
    claim(vm)
    vm.save('claimed')
    keep_agent(vm)
    for mode in 'rescue', 'emergency':
        isolate(vm, mode, ASKED)
        vm.type('not the password\n')
        vm.wait('Login incorrect', 90)
        no_prompt(vm)
        vm.keys('ctrl-d')
        vm.wait(DASHBOARD, 120)
        no_shell(vm)


# -- the getty --

NEWER = """[Unit]
Description=Getty on %I
After=systemd-user-sessions.service plymouth-quit-wait.service getty-pre.target
Before=getty.target
IgnoreOnIsolate=yes
ConditionPathExists=/dev/tty0
[Service]
ExecStart=-/sbin/agetty -o '-- \\\\u' --noreset --noclear - ${TERM}
Type=idle
Restart=always
RestartSec=0
UtmpIdentifier=%I
StandardInput=tty
StandardOutput=tty
TTYPath=/dev/%I
TTYReset=yes
TTYVHangup=yes
TTYVTDisallocate=no
ImportCredential=agetty.*
ImportCredential=login.*
SendSIGHUP=yes
[Install]
WantedBy=getty.target
DefaultInstance=tty1
"""
UNIT = '/usr/lib/systemd/system/getty@.service'
DROPIN = '/usr/lib/systemd/system/getty@tty1.service.d/10-firstboot.conf'
SITE = '/etc/systemd/system/getty@tty1.service.d'


@case(59, 'a newer getty@.service, and the drop-in twice: the start screen, once; the other terminals as they were', start='claimed')
def getty_upgraded(vm):
    vm.run(f'cat >{UNIT} <<\'E\'\n{NEWER}E\nmkdir -p {SITE}; cp {DROPIN} {SITE}/20-again.conf; cp {DROPIN} {SITE}/05-again.conf; '
           'systemctl daemon-reload; systemctl restart getty@tty1')
    vm.wait(DASHBOARD, 90)
    no_shell(vm)
    equal(vm.run('pgrep -c firstboot-conso'), '1', 'start screens')
    equal(vm.run('systemctl show -P ImportCredential getty@tty1 2>/dev/null'), '', 'credentials of tty1')
    vm.keys('alt-f2')
    vm.wait('login:', 90, tty=2)
    vm.keys('alt-f1')
    vm.run('firstboot --audit | grep -E "^getty: " && exit 1; true')


@case(59, 'the drop-in removed and masked: the stock login prompt, nobody logged in; and there again', start='claimed')
def dropin_removed(vm):
    for remove, mend in ((f'mv {DROPIN} /run/x', f'mv /run/x {DROPIN}'),
                         (f'mkdir -p {SITE}; ln -s /dev/null {SITE}/10-firstboot.conf', f'rm {SITE}/10-firstboot.conf')):
        vm.run(f'{remove}; systemctl daemon-reload; systemctl restart getty@tty1')
        vm.wait(r'login: *$|login:\s*\Z', 90)
        equal(vm.run('pgrep -u firstboot || echo none'), 'none', 'processes of firstboot')
        expect('getty: ' in vm.ask('firstboot --audit')[1].decode(), 'the audit does not see it')
        vm.run(f'{mend}; systemctl daemon-reload; systemctl restart getty@tty1')
        vm.wait(DASHBOARD, 90)


# -- around it --

def log_in_and_out(vm):
    vm.keys('8')
    vm.wait(r'Password:', 90)
    vm.type(f'{PASSWORD}\n')
    vm.wait(r'root@\S+:~#', 90)
    vm.type('clear; cat /proc/self/loginuid; echo\n')
    vm.wait(r'(?m)^0$', 90)
    vm.type('exit\n')
    vm.wait(DASHBOARD, 90)


MANAGER = 'busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager '
CONTROL = 'busctl call org.freedesktop.login1 /org/freedesktop/login1/session/self org.freedesktop.login1.Session TakeControl b false'
OURS = 'busctl call org.firstboot.Firstboot1 /org/firstboot/Firstboot1 org.firstboot.Firstboot1 GetStatus'


def account_has_little(vm):
    for command in MANAGER + 'Reboot b false', MANAGER + 'SetUserLinger ubb $(id -u) true false', CONTROL, 'systemctl start debug-shell':
        status, output = in_session(vm, command)
        expect(status != 0, f'{command}: {output}')
    expect(vm.ask(as_account(OURS))[0] == 0, 'the account cannot ask firstbootd')
    expect(vm.ask(as_account(OURS, 'nobody'))[0] != 0, 'nobody can ask firstbootd')


@case(62, 'without polkit: the account may nothing more, login works', start='claimed')
def without_polkit(vm):
    vm.run('mv /usr/lib/polkit-1/polkitd /usr/share/dbus-1/system-services/org.freedesktop.PolicyKit1.service /run/; '
           'systemctl mask --runtime --now polkit; systemctl reload dbus; systemctl restart getty@tty1')
    vm.wait(DASHBOARD, 90)
    account_has_little(vm)
    log_in_and_out(vm)


@case(62, 'with auditd: root\'s login is recorded as root\'s, on tty1', start='claimed')
def with_auditd(vm):
    vm.run('systemctl start auditd', 120)
    account_has_little(vm)
    log_in_and_out(vm)
    records = vm.run('ausearch -m USER_LOGIN,USER_START -ts today 2>/dev/null | grep -E "tty1" | grep -E "login" || ausearch -m USER_LOGIN -ts today')
    expect('tty1' in records and 'res=success' in records, records)


@case(62, 'with dbus-broker: the start screen, firstbootd and who may call it are the same', start='claimed')
def with_dbus_broker(vm):
    vm.run('systemctl enable dbus-broker.service')
    vm.reboot()
    vm.wait(DASHBOARD, 90)
    equal(vm.run('systemctl show -P Id dbus.service'), 'dbus-broker.service', 'the bus')
    account_has_little(vm)
    log_in_and_out(vm)


# -- another start --

@case(61, 'a start into rescue mode by the boot loader before the claim, with SYSTEMD_SULOGIN_FORCE and the hardening: refused', start='unclaimed')
def rescue_at_start(vm):
    harden(vm, 'rescue')
    vm.run('sync')
    vm.start(append='systemd.unit=rescue.target systemd.setenv=SYSTEMD_SULOGIN_FORCE=1')
    vm.wait(LOCKED, 120)
    no_prompt(vm)
    vm.keys('ret')
    vm.wait(WIZARD, 120)


if __name__ == '__main__':
    sys.exit(machine_main())
