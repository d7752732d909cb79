#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How long the dashboard is away when its program is killed, on a machine whose clock counts the
instructions that it executes and leaps over idle time: 1 ms is a million instructions, whatever else the emulating machine does.

    violation.py IMAGE SUITE [TEST...]     IMAGE: the folder that image.py made; started by tests/vm/run
"""
import sys

import lan
import suite
from suite import expect, test

ROUNDS, RESTART_MS, BACK_MS = 5, 1000, 2000    # the second of the getty's RestartSec= is over first
# A function of bash, which prints microseconds.
ENDED = r"""
ended() {
    begun=$(awk '{ printf "%d", $1 * 1000000 }' /proc/uptime); pkill -SYS -o -u firstboot firstboot-conso; sleep 0.5
    /usr/lib/firstboot-test/vcswait "$1" >/run/shown & wait $!; echo $(($(sed 's/.* //' /run/shown) - begun))
}
"""


@test()
def starts(vm):
    vm.counted = True
    vm.start()
    vm.wait(r'Welcome \d of|F8/8', 240)
    vm.run('systemctl is-system-running --wait; mkdir -p /var/lib/firstboot; echo claimed >/var/lib/firstboot/state; '
           'systemctl stop firstbootd; systemctl restart getty@tty1', 300)
    vm.wait('F8/8', 240)


@test()
def violation_leads_back_in_time(vm):
    """Killed as the list of system calls has it done, a second for RestartSec= included."""
    spent = [int(usec) / 1000 for usec in vm.run(f'{ENDED}for i in $(seq {ROUNDS}); do ended F8/8; sleep 3; done', 300).split()]
    print(f'    back after {spent} ms')
    expect(RESTART_MS < min(spent) and max(spent) <= BACK_MS, f'not within {RESTART_MS} and {BACK_MS} ms')


if __name__ == '__main__':
    sys.exit(suite.main(lan.TAPS))
