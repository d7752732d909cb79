#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who has tty1 read to them gets plain lines: Debian's brltty, and the kernel's speakup, as they are.

    aloud.py IMAGE SUITE [TEST...]     IMAGE: the folder that image.py made for SUITE, "-aloud" at its end; started by tests/vm/run

No display is there for brltty, and nothing takes what speakup says: neither matters for what the console does.
"""
import sys

import lan
import suite
from suite import equal, expect, test

LINES, FRAMES = r'Choice \(Enter: Next\):', r'┌─.* Welcome '
SYNTH = '/sys/accessibility/speakup/synth'


def show_again(vm):
    """Have another start screen come up on tty1."""
    vm.run('old=$(pgrep firstboot-conso); systemctl restart getty@tty1; '
           'until new=$(pgrep firstboot-conso) && [ "$new" != "$old" ]; do sleep 0.1; done')


def has_lines(vm, seconds=30):
    vm.wait(LINES, seconds)
    shown = '\n'.join(vm.screen())
    expect('┌' not in shown and '─' not in shown, f'there are frames:\n{shown}')
    expect('Opening the start screen' not in shown, f'something was said before what matters:\n{shown}')


def has_frames(vm):
    vm.wait(FRAMES)


# -- brltty --

@test()
def braille_from_the_start(vm):
    """The package starts it at boot; it is running when the console comes up."""
    suite.start(vm)
    equal(vm.run('systemctl is-active brltty'), 'active', 'brltty')
    has_lines(vm)
    vm.type('2\n')
    vm.wait('Which network card')


@test()
def braille_has_ended(vm):
    """What it has made in /run, looking for displays, stays."""
    vm.run('until [ -d /run/brltty ]; do sleep 0.1; done')
    vm.run('systemctl stop brltty')
    expect(vm.ask('test -d /run/brltty')[0] == 0, 'brltty takes its folder away')
    show_again(vm)
    has_frames(vm)


@test()
def braille_on_a_serial_line(vm):
    """It looks for no display, and has nothing in /run."""
    vm.run('rm -r /run/brltty; printf "braille-driver vs\\nbraille-device serial:ttyS0\\n" >/etc/brltty.conf; systemctl start brltty')
    show_again(vm)
    has_lines(vm)
    vm.run('systemctl stop brltty; systemctl disable brltty')


# -- speakup --

@test()
def speakup_without_a_voice(vm):
    """The module alone says nothing."""
    vm.run('modprobe speakup')
    equal(vm.run(f'cat {SYNTH}'), 'none', 'synthesizer')
    show_again(vm)
    has_frames(vm)


@test()
def speakup_with_a_voice(vm):
    vm.run('modprobe speakup_soft')
    equal(vm.run(f'cat {SYNTH}'), 'soft', 'synthesizer')
    show_again(vm)
    has_lines(vm)
    vm.run('modprobe -r speakup_soft speakup')
    show_again(vm)
    has_frames(vm)


@test()
def speakup_from_the_start(vm):
    vm.run('echo speakup_soft >/etc/modules-load.d/speakup.conf')
    suite.reboot(vm)
    equal(vm.run(f'systemctl is-active brltty; cat {SYNTH}'), 'inactive\nsoft', 'brltty and synthesizer')
    has_lines(vm)


if __name__ == '__main__':
    sys.exit(suite.main(lan.TAPS))
