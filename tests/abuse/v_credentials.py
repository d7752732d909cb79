#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Credentials of the machine that would log somebody in, on a release that obeys them; and its serial console."""
import re
import socket
import sys
import time

from abuse import case, machine_main
from appliance import DASHBOARD, claim, equal, expect, harden, no_shell, switch_on

SUITE = 'trixie'
ORDERS = {'login.noauth': 'yes', 'agetty.autologin': 'root'}


def plug_serial(vm):
    """A serial console, whose other end is a socket."""
    vm.extra += ['-chardev', f'socket,id=serial,path={vm.work}/serial,server=on,wait=off', '-device', 'isa-serial,chardev=serial']


@case(32, 'login.noauth and agetty.autologin by SMBIOS and the kernel\'s command line: log-in asks for root\'s password on tty1')
def orders_from_the_machine(vm):
    plug_serial(vm)
    for name, value in ORDERS.items():
        vm.extra += ['-smbios', f'type=11,value=io.systemd.credential:{name}={value}']
    switch_on(vm, 'console=tty0 console=ttyS0 ' + ' '.join(f'systemd.set_credential={name}:{value}' for name, value in ORDERS.items()))
    expect('login.noauth' in vm.run('ls /run/credentials/@system'), 'the machine has no credentials')
    no_shell(vm)
    claim(vm)
    vm.save('claimed')
    vm.keys('8')
    vm.wait(r'Password:', 90)
    vm.type('not the password\n')
    vm.wait(DASHBOARD, 90)
    no_shell(vm)
    equal(vm.run('who | grep -c tty1.*root || true'), '0', 'sessions of root on tty1')
    equal(vm.run("journalctl -b -t login --no-pager | grep -c 'opened for user root.*tty1' || true"), '0', 'logins of root')


@case(32, 'the same on other terminals: root is logged in on tty2, unless the hardening is there')
def orders_on_other_terminals(vm):
    vm.keys('alt-f2')
    vm.wait(r'root@\S+:~#', 90, tty=2)
    vm.restore('claimed')
    harden(vm, 'credentials')
    vm.keys('alt-f2')
    vm.wait(r'login:', 90, tty=2)
    time.sleep(2)
    expect(not re.search(r'[#$] ?$', '\n'.join(vm.screen(2)).rstrip()), 'a prompt')
    vm.keys('alt-f1')
    vm.wait(DASHBOARD, 90)
    found = vm.ask('firstboot --audit')[1].decode()
    expect('getty-credentials' not in found, found)


class Line:
    """The other end of the serial cable."""

    def __init__(self, vm):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(vm.work / 'serial'))
        self.socket.settimeout(1)
        self.seen = ''

    def type(self, text):
        self.socket.sendall(text.encode())

    def wait(self, regex, seconds=90):
        end = time.monotonic() + seconds
        while not re.search(regex, self.seen):
            expect(time.monotonic() < end, f'{regex} is not on the serial console: {self.seen[-500:]!r}')
            try:
                self.seen += self.socket.recv(4096).decode(errors='replace')
            except TimeoutError:
                pass


@case(20, 'its name at the login prompt of the serial console, with an empty password and its name', start='claimed')
def login_at_serial(vm):
    harden(vm, 'credentials')
    # Where the start screen is not wanted there is a login prompt.
    vm.run('mkdir -p /etc/firstboot/firstboot.conf.d; printf "[Console]\\nTTYs=tty1\\n" >/etc/firstboot/firstboot.conf.d/50-ttys.conf; '
           'systemctl restart serial-getty@ttyS0')
    line = Line(vm)
    for typed in '', 'firstboot':
        line.type('\r')
        line.wait(r'login: ')
        line.seen = ''
        line.type('firstboot\r')
        line.wait(r'Password: ')
        line.type(typed + '\r')
        line.wait(r'Login incorrect')
        line.seen = ''
    equal(vm.run('who | grep -c ttyS0 || true'), '0', 'sessions on the serial console')


if __name__ == '__main__':
    sys.exit(machine_main())
