#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What becomes of the console of a machine whose program is ended."""
import base64
import gzip
import os
import re
import sys

from abuse import case, machine_main

INJECT = os.path.join(os.environ.get('ABUSE_BUILD', '/nonexistent'), 'tests/abuse/inject')
DASHBOARD = r'F2/2 Settings'
PROGRAM = 'pgrep -o -u firstboot firstboot-conso'
# A second of it is the unit's RestartSec=; the machine is emulated, and others may have the processor.
BACK_SECONDS = 5
# What systemd-analyze gives at most, in tenths.
SCORES = {'firstbootd': 15, 'firstboot-prober': 11, 'firstboot-step': 30}


def back_after(vm, script):
    """End the program as script does, and wait until the screen of the next one is there. How long that took on the
    machine's own clock: from the end of the one to what the other has drawn."""
    vm.wait(DASHBOARD, 30)
    before = vm.run(PROGRAM)
    begun = float(vm.run(f'cut -d" " -f1 /proc/uptime; {script.format(pid=before)}').split()[0])
    shown = (f'for i in $(seq 400); do now=$({PROGRAM} || echo none); '
             f'if [ "$now" != {before} ] && grep -aq "F.2./.2. .S.e.t" /dev/vcsa1; then cut -d" " -f1 /proc/uptime; exit 0; fi; '
             'sleep 0.02; done; exit 1')
    took = float(vm.run(shown, 60).split()[0]) - begun
    vm.wait(DASHBOARD, 5)
    print(f'    back after {took:.2f} s', flush=True)
    return took


@case(50, 'the machine starts, and somebody sets it up')
def switch_on(vm):
    vm.start()
    vm.wait('Welcome', 90)
    vm.run('echo claimed >/var/lib/firstboot/state; echo root:Correct-Horse-9-Battery | chpasswd; pkill -u firstboot firstboot-conso')
    vm.wait(DASHBOARD, 30)
    tool = base64.b64encode(gzip.compress(open(INJECT, 'rb').read())).decode()
    for at in range(0, len(tool), 30000):
        vm.run(f'echo -n {tool[at:at + 30000]} >>/run/inject.b64')
    vm.run('mkdir /opt/abuse; base64 -d /run/inject.b64 | gzip -d >/opt/abuse/inject; chmod 700 /opt/abuse/inject')


@case(50, f'a forbidden system call in the console: it is killed, and the dashboard is back, at best within {BACK_SECONDS} s of three times')
def violation(vm):
    took = []
    for call in 'execve s:/bin/sh 0 0', 'ioctl 0 0x5412 s:x', 'socket 2 1 0':
        took.append(back_after(vm, f'/opt/abuse/inject {{pid}} {call} >/run/outcome'))
        assert vm.run('cat /run/outcome') == 'killed SYS', call
    assert min(took) < BACK_SECONDS, took
    assert vm.run('systemctl is-failed getty@tty1 || true') == 'active'


@case(50, f'the score that systemd-analyze security gives the services there: at most {SCORES} tenths')
def scores(vm):
    for unit, limit in SCORES.items():
        text = vm.run(f'systemd-analyze security --no-pager {unit}.service', 60)
        score = re.search(r'exposure level for \S+: ([\d.]+) ', text)[1]
        print(f'    {unit} {score}', flush=True)
        assert round(float(score) * 10) <= limit, f'{unit}: {score}'


@case(50, 'the console has its filter and Landlock on the kernel of Debian 12')
def filtered(vm):
    status = vm.run(f'cat /proc/$({PROGRAM})/status')
    assert re.search(r'^Seccomp:\t2$', status, re.M) and re.search(r'^NoNewPrivs:\t1$', status, re.M), status
    assert vm.run(f'/opt/abuse/inject $({PROGRAM}) openat -100 s:/var/lib/dpkg/status 0') == 'error 13'
    assert vm.run(f'/opt/abuse/inject $({PROGRAM}) openat -100 s:/etc/passwd 0').startswith('value ')


@case(2, 'Ctrl-C held down while the program is there, and while it starts again and again: the unit never fails')
def held_ctrl_c(vm):
    before = vm.run(PROGRAM)
    vm.hold('ctrl', 'c', 12)
    assert vm.run(PROGRAM) == before and vm.run('systemctl is-active getty@tty1') == 'active'
    vm.wait(DASHBOARD, 5)
    vm.run('systemd-run --quiet sh -c "for i in 1 2 3 4 5 6 7 8 9 10; do pkill -KILL -u firstboot firstboot-conso; sleep 1; done"')
    vm.hold('ctrl', 'c', 15)
    assert vm.run('systemctl is-failed getty@tty1 || true') in ('active', 'activating')
    vm.wait(DASHBOARD, 10)


@case(15, 'the kernel is out of memory and takes the console: the dashboard is back')
def out_of_memory(vm):
    vm.run('echo 1 >/proc/sys/kernel/sysrq')
    # It is done by a worker, a moment later.
    back_after(vm, 'echo 1000 >/proc/{pid}/oom_score_adj; echo f >/proc/sysrq-trigger')


if __name__ == '__main__':
    sys.exit(machine_main())
