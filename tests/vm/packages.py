#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Packages come and go while the machine runs: upgraded, the console's removed and installed again, all removed.

    packages.py IMAGE SUITE [TEST...]     IMAGE: the folder that image.py made; started by tests/vm/run
"""
import re
import sys
import time

import lan
import suite
from suite import equal, expect, look, reboot, test

PLACE = '/usr/lib/firstboot-test/packages'
PASSWORD = 'a quiet green lamp 7'
SETTINGS = '[Host]\nHostname=appliance01\n[Network]\nLink=first\nDHCP=no\nAddress=192.0.2.10/24\nGateway=192.0.2.1\n'
STOCK = r'(?m)^\S+ login:'
START = r'F8/8'
CONSOLE = 'firstboot-conso'


def apt(vm, command, seconds=180):
    """What an administrator types; no network is asked."""
    return vm.run(f'DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 {command} </dev/null', seconds)


def versions(vm):
    return set(vm.run("dpkg-query -W -f '${Version}\\n' firstboot firstboot-console").split())


def pid(vm):
    return vm.run(f'pgrep -o -u firstboot {CONSOLE} || echo none')


def nothing_failed(vm):
    equal(vm.run('systemctl --failed --no-legend --plain'), '', 'failed units')


def autologins(vm):
    """Units of gettys that have anything of ours, and programs of ours that a terminal has."""
    return vm.run('systemctl cat getty@tty1 serial-getty@ttyS0 | grep -E "firstboot|autologin" || true; '
                  f'pgrep -a -u firstboot 2>/dev/null || true; pgrep -a {CONSOLE} || true')


def stock_login_works(vm, tty=1):
    vm.wait(STOCK, 20, tty=tty)
    vm.type('root\n')
    vm.wait('Password:', 20, tty=tty)
    vm.type(f'{PASSWORD}\n')
    vm.wait(r'root@\S+:~#', 30, tty=tty)
    vm.type('clear; id -u\n')
    vm.wait(r'(?m)^0$', 20, tty=tty)


# -- the story, one thing after the other --

@test()
def upgrade_in_the_midst_of_the_wizard(vm):
    """Nobody owns it yet, and nobody does afterwards; the page that is open stays."""
    suite.start(vm)
    vm.wait(r'Welcome \d of', 60)
    vm.save('unclaimed')
    vm.keys('ret')
    vm.wait('Which network card')
    before, old = pid(vm), versions(vm)
    apt(vm, f'dpkg --install {PLACE}/later/*.deb')
    new = versions(vm)
    expect(len(new) == 1 and new != old, f'{old} became {new}')
    equal(pid(vm), before, 'the program on tty1')
    look(vm, '01-upgraded-wizard')
    vm.wait('Which network card')
    equal(vm.run('cat /var/lib/firstboot/state'), 'unclaimed', 'state')
    nothing_failed(vm)


@test()
def wizard_goes_on_after_it(vm):
    vm.keys('ret')
    vm.wait(r'How does \w+ get its address')
    vm.keys('ret')
    vm.wait('What is this appliance called')
    nothing_failed(vm)


@test(start='unclaimed')
def upgrade_of_a_machine_in_use(vm):
    """Settings, claim and the start screen stay, also over a restart."""
    vm.run(f"printf '%s' '{SETTINGS}' | firstboot --reconfigure --answers - --no-rollback; echo 'root:{PASSWORD}' | chpasswd; "
           'echo claimed >/var/lib/firstboot/state; systemctl restart getty@tty1', 90)
    vm.wait(START, 30)
    vm.wait(r'http://192\.0\.2\.10:8080/', 30)
    vm.save('claimed')
    before, files = pid(vm), vm.run('sha256sum /etc/systemd/network/05-firstboot-* /var/lib/firstboot/state /etc/firstboot/firstboot.conf')
    apt(vm, f'dpkg --install {PLACE}/later/*.deb')
    equal(len(versions(vm)), 1, 'versions')
    equal(pid(vm), before, 'the program on tty1')
    equal(vm.run('sha256sum /etc/systemd/network/05-firstboot-* /var/lib/firstboot/state /etc/firstboot/firstboot.conf'), files, 'files')
    # The old screen talks to the new service.
    vm.keys('f2')
    vm.wait("Root's password")
    vm.type(f'{PASSWORD}\n')
    vm.wait(r'Network|Hostname')
    look(vm, '02-upgraded-settings')
    nothing_failed(vm)
    reboot(vm)
    vm.wait(START, 60)
    vm.wait(r'http://192\.0\.2\.10:8080/', 30)
    nothing_failed(vm)


@test(start='claimed')
def removed_console_is_the_stock_login(vm):
    """The start screen ends at once, and PID 1 starts what Debian has there."""
    apt(vm, 'apt-get -y remove firstboot-console')
    vm.wait(STOCK, 20)
    look(vm, '03-stock-login')
    equal(autologins(vm), '', 'what is left of the start screen')
    stock_login_works(vm)
    vm.wait(r'root@\S+:~#')
    # The base stays, and so does what it has set up.
    expect('192.0.2.10' in vm.run('firstboot --status'), 'the command has gone')
    nothing_failed(vm)


@test()
def stock_login_stays_over_a_restart(vm):
    reboot(vm)
    vm.wait(STOCK, 60)
    equal(autologins(vm), '', 'what is left of the start screen')
    expect('192.0.2.10' in vm.run('ip -o -4 addr show'), 'no address')
    nothing_failed(vm)


@test()
def installed_again_it_interrupts_nobody(vm):
    """Who works on tty1 goes on; the start screen comes when that session ends, and the machine is still claimed."""
    stock_login_works(vm)
    apt(vm, f'dpkg --install {PLACE}/firstboot-console_*.deb')
    vm.type('clear; echo still here\n')
    vm.wait(r'(?m)^still here$')
    equal(pid(vm), 'none', 'the start screen')
    vm.type('exit\n')
    vm.wait(START, 30)
    vm.wait(r'http://192\.0\.2\.10:8080/', 30)
    look(vm, '04-installed-again')


@test(start='claimed')
def removal_leaves_a_session_alone(vm):
    """Root, logged in by "Log in", removes the package of the console that they sit at."""
    vm.keys('8')
    vm.wait('Password:', 20)
    vm.type(f'{PASSWORD}\n')
    vm.wait(r'root@\S+:~#', 30)
    apt(vm, 'apt-get -y remove firstboot-console')
    vm.type('clear; echo still here\n')
    vm.wait(r'(?m)^still here$')
    vm.type('exit\n')
    stock_login_works(vm)
    equal(autologins(vm), '', 'what is left of the start screen')


@test(start='claimed')
def purged_it_leaves_nothing(vm):
    apt(vm, 'apt-get -y purge firstboot')   # and firstboot-console, which needs it
    vm.wait(STOCK, 20)
    time.sleep(2)   # whatever comes back, comes now
    equal(autologins(vm), '', 'what is left of the start screen')
    equal(vm.run('getent passwd firstboot firstboot-prober || true'), '', 'accounts')
    equal(vm.run('ls -d /var/lib/firstboot /run/firstboot /usr/libexec/firstboot /etc/pam.d/firstboot 2>/dev/null || true'), '', 'files')
    expect(not re.search('firstboot', vm.run('cat /etc/pam.d/common-*')), 'PAM still knows it')
    # The network is the machine's, not the package's.
    expect('192.0.2.10' in vm.run('ip -o -4 addr show'), 'no address')
    stock_login_works(vm)
    look(vm, '05-purged')
    nothing_failed(vm)


if __name__ == '__main__':
    sys.exit(suite.main(lan.TAPS))
