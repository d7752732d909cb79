#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who gets a login, and what is left open, as far as a terminal and a sandbox can tell."""
import os
import subprocess
import sys

import jump
import machine
from abuse import case, main
from case import until

DASHBOARD = 'F2/2 Settings'
FLAG = '/run/firstboot/next-login'
NAME, PATH = 'org.firstboot.Firstboot1', '/org/firstboot/Firstboot1'


def vendor_says(text):
    machine.configure(f'[Console]\n{text}\n')


def call(method):
    """A call of the console's account: (granted, what was said)."""
    done = subprocess.run(machine.as_firstboot('busctl', 'call', NAME, PATH, NAME, method), capture_output=True, text=True,
                          check=False)
    return done.returncode == 0, done.stdout + done.stderr


def unlock(t):
    t.wait_for(DASHBOARD)
    t.press('f2')
    t.wait_for(r'Password +\[')
    t.read(0.3)
    t.type(machine.PASSWORD + '\n')
    t.wait_for('What shall be changed', 20)


@case(31, 'no login is wanted: every way to ask for one, of the screen and of the bus, with root\'s password shown and without')
def no_login():
    for mode in 'off', 'restricted':
        vendor_says(f'Shell={mode}')
        for term in 'linux', 'dumb':
            with machine.console(term=term) as t:
                t.wait_for('Settings')
                t.press('f8')
                if term == 'dumb':
                    t.type('3\n')
                t.read(0.5)
                assert t._reap() is False, 'the program ended, as it does for a login'
        assert call('RequestLogin')[0] is False and 'Nobody logs in' in call('RequestLogin')[1], call('RequestLogin')
        with machine.console() as t:
            unlock(t)
            assert not call('RequestLogin')[0]
        assert not os.path.exists(FLAG), 'a login comes all the same'


@case(31, 'the vendor forbids logins while the start screen still offers one')
def forbidden_meanwhile():
    vendor_says('Shell=login')
    with machine.console() as t:
        t.wait_for('F8/8 Log in')
        vendor_says('Shell=off')
        t.press('f8')
        t.wait_for('Nobody logs in')
    assert not os.path.exists(FLAG)


@case(38, 'nobody presses a key for as long as the vendor says: the pages are gone, what was typed too, and the right has ended')
def left_alone():
    vendor_says('Shell=login\nIdleLockSeconds=30')
    with machine.console() as t:
        unlock(t)
        t.type('2\n')
        t.wait_for(r'Hostname +\[')
        t.type('halftyped')
        t.wait_for(DASHBOARD, 40)
        t.read(0.3)
        t.press('f2')
        t.wait_for(r'Password +\[')
        assert 'halftyped' not in t.text()


@case(38, 'a key every few minutes: after a quarter of an hour the pages are gone all the same')
def never_left_alone():
    vendor_says('Shell=login\nIdleLockSeconds=900')
    with machine.console(env=jump.make(wall=False)) as t:
        unlock(t)
        for seconds in 600, 890:
            jump.to(seconds)
            t.press('down', 'up')
            t.read(0.5)
            assert t.sees('What shall be changed'), f'it is gone after {seconds} s: {t.text()}'
        jump.to(905)
        # No timer of the kernel's knows of the leap: a timer that is set again is looked at with the key after.
        t.press('down')
        t.read(0.3)
        t.press('up')
        t.wait_for("15 minutes ago root's password was typed", 5)
        t.press('enter')
        t.wait_for(DASHBOARD)
        t.press('f2')
        t.wait_for(r'Password +\[')


@case(38, "the hand-off to root's login: the right that was open has ended")
def handed_off():
    vendor_says('Shell=login')
    with machine.console() as t:
        unlock(t)
        t.press('escape')
        t.wait_for(DASHBOARD)
        t.press('f8')
        until(t._reap, 10)
    os.unlink(FLAG)
    with machine.console() as t:
        t.wait_for(DASHBOARD)
        t.press('f2')
        t.wait_for(r'Password +\[')


if __name__ == '__main__':
    machine.allow_ptys()
    machine.claim()
    sys.exit(main())
