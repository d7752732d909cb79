#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Debian's own policy of SELinux, enforced."""
import re
import sys
import time

import story
from abuse import case, machine_main, not_tried
from appliance import CONSOLE, DASHBOARD, OURS, PASSWORD, equal, expect, in_session, no_shell, switch_on, watch

SUITE = 'bookworm-selinux'
ENFORCED = 'security=selinux enforcing=1'
LOGIN = 'unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023'
SERVICE = 'system_u:system_r:initrc_t:s0'
OURS_WRITTEN = '/etc /var/lib/firstboot /run/systemd/network'

# What Debian's policy denies on a machine without firstboot, too: by whom, what, and of which type.
STOCK = {
    ('agetty', 'checkpoint_restore', 'getty_t'),
    ('systemd-hostnam', 'write', 'init_runtime_t'),
    ('systemd-tmpfile', 'relabelfrom', 'etc_t'),
    ('systemd-tmpfile', 'relabelfrom', 'user_home_dir_t'),
    ('systemd-udevd', 'search', 'sysctl_fs_t'),
    ('systemd-udevd', 'setrlimit', 'udev_t'),
}


def denials(vm):
    """What was denied since the start, by the kernel and by the bus, without what is Debian's."""
    records = vm.run('journalctl -b -o cat _TRANSPORT=audit | grep "avc: *denied" || true', 60).splitlines()
    known = [tuple(re.search(pattern, record)[1] for pattern in (r'comm="([^"]*)"', r'\{ (\S+)', r'tcontext=[^:]+:[^:]+:(\w+)'))
             if 'comm="' in record else None for record in records]
    return [record for record, denied in zip(records, known, strict=True) if denied not in STOCK]


def nothing_denied(vm):
    equal(vm.run('getenforce'), 'Enforcing', 'SELinux')
    equal(denials(vm), [], 'denied')


def context(vm, name):
    """The context of the one process of this name."""
    return vm.run(f'ps -o label= -C {name}').strip()


@case(60, 'enforced: the start screen, in the context of every login; firstbootd as a service')
def enforced(vm):
    switch_on(vm, ENFORCED)
    equal(context(vm, 'login'), 'system_u:system_r:local_login_t:s0', 'login')
    equal(context(vm, 'firstboot-conso'), LOGIN, 'the start screen')
    vm.run('busctl call org.firstboot.Firstboot1 /org/firstboot/Firstboot1 org.firstboot.Firstboot1 GetStatus', 60)
    equal(context(vm, 'firstbootd'), SERVICE, 'firstbootd')
    nothing_denied(vm)
    vm.save('unclaimed')


@case(60, 'enforced: set up whole by the wizard; what was written has the labels of the policy', start='unclaimed')
def set_up(vm):
    for name, text, keys in story.WIZARD:
        vm.wait(text, 180)
        if name == 'review':
            time.sleep(2)   # a hasty Enter does not count there
        for key in [keys] if isinstance(keys, str) else keys:
            vm.keys(key) if isinstance(keys, list) else vm.type(key)
    vm.wait(DASHBOARD, 180)
    vm.wait(re.escape(story.URL), 90)
    equal(vm.run('hostname; cat /var/lib/firstboot/state'), f'{story.NAME}\nclaimed', 'the machine')
    equal(vm.run('ls -Z /etc/shadow').split()[0], 'system_u:object_r:shadow_t:s0', '/etc/shadow')
    equal(vm.run(f'restorecon -n -v -R {OURS_WRITTEN}', 60), '', 'labels')
    nothing_denied(vm)
    vm.save('claimed')


@case(60, 'enforced: root logs in and out; a session that is killed leaves the terminal with its label, and the start screen is back',
      start='claimed')
def hand_off(vm):
    vm.keys('8')
    vm.wait('Password:', 180)
    vm.type(f'{PASSWORD}\n')
    vm.wait(r'root@\S+:~#', 180)
    vm.type('clear; id -Z; cat /proc/self/loginuid; echo\n')
    vm.wait(rf'(?m)^{re.escape(LOGIN)}\n0$', 90)
    vm.type('exit\n')
    vm.wait(DASHBOARD, 180)
    before = vm.run('pgrep -o firstboot-conso')
    vm.run('pkill -KILL -t tty1; sleep 3')
    vm.wait(DASHBOARD, 180)
    expect(vm.run('pgrep -o firstboot-conso') != before, 'it was not killed')
    nothing_denied(vm)


@case(60, 'the account, in that context: enforcing off, another policy, labels, another context, /etc/shadow', start='claimed')
def account_in_its_context(vm):
    as_login = f'runcon {LOGIN} '
    status, output = in_session(vm, as_login + 'id -Z')
    equal((status, output.strip()), (0, LOGIN), 'the context')
    for attempt in ('setenforce 0', 'sh -c "echo 0 >/sys/fs/selinux/enforce"', 'load_policy', 'semodule --disable=firstboot',
                    'chcon -t etc_t /etc/shadow', 'chcon -t bin_t /var/lib/firstboot', 'cat /etc/shadow', 'ls /var/lib/firstboot',
                    f'runcon {SERVICE} cat /etc/shadow', 'touch /etc/systemd/network/99-x.network'):
        status, output = in_session(vm, as_login + attempt)
        expect(status != 0, f'{attempt}: {output}')
    equal(vm.run('getenforce'), 'Enforcing', 'SELinux')


@case(23, 'the program with a wrong SELinux label: no shell, the start screen is back with the right one', start='claimed')
def wrong_label(vm):
    vm.run(f'chcon -t shadow_t {CONSOLE}; systemctl restart getty@tty1')
    # Where SELinux is, pam_unix(8) has a helper look at the account.
    strange = watch(vm, 10) - OURS - {'unix_chkpwd'}
    expect(not strange, f'on tty1 ran {strange}')
    no_shell(vm)
    equal(vm.run('pgrep firstboot-conso || echo none'), 'none', 'the start screen')
    vm.run(f'restorecon {CONSOLE}')
    vm.wait(DASHBOARD, 180)


not_tried(60, 'the targeted policy of Red Hat, enforced', 'there is no image of Red Hat\'s to be had, and its policy is not Debian\'s: '
          'of firstboot.cil, what is for it alone is compiled (tests/packaging), and not put into force')


if __name__ == '__main__':
    sys.exit(machine_main())
