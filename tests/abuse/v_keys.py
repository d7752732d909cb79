#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Keys that the kernel and PID 1 take before the start screen sees them."""
import sys
import time

from abuse import case, machine_main
from appliance import DASHBOARD, OURS, PASSWORD, claim, equal, expect, harden, no_shell, screen_pid, switch_on

CONSOLES = [f'{modifier}f{n}' for modifier in ('alt-', 'ctrl-alt-') for n in range(1, 13)] + ['alt-left', 'alt-right']
# What a console runs that only asks for a name; a moment before, what PID 1 makes it of.
LOGIN = {'agetty', '(agetty)', 'systemd', 'login'}


def visit_consoles(vm, login):
    """Go everywhere that keys lead, and come back: the consoles that have a login, which is right only where login says so."""
    asked = set()
    for key in CONSOLES:
        vm.keys(key)
        time.sleep(0.2)
        tty, *names = vm.run('sleep 0.1; tty=$(cat /sys/class/tty/tty0/active); echo $tty; ps -o comm= -t $tty || true').split()
        expect(set(names) <= OURS if tty == 'tty1' else login and set(names) <= LOGIN or not names, f'{key}: on {tty} runs {names}')
        if tty != 'tty1' and names:
            asked.add(tty)
    vm.keys('alt-f1')
    vm.wait(DASHBOARD, 90)
    expect(bool(asked) == login, f'consoles with a login: {asked}')
    return asked


@case(5, 'Alt-F1 to F12, Ctrl-Alt-F1 to F12, Alt-Left and Right: a login prompt that asks for a password, or nothing')
def other_consoles(vm):
    switch_on(vm)
    claim(vm)
    vm.save('claimed')
    before = screen_pid(vm)
    asked = visit_consoles(vm, True)
    equal(screen_pid(vm), before, 'the start screen')
    for tty in asked:
        vm.wait(r'login:', 90, tty=int(tty.removeprefix('tty')))


@case(5, 'the same with the hardening: no console but the start screen has anything', start='claimed')
def no_other_consoles(vm):
    harden(vm, 'terminals')
    vm.wait(DASHBOARD, 90)
    visit_consoles(vm, False)


def press_ctrl_alt_del(vm, times):
    for _ in range(times):
        vm.qmp('send-key', **{'hold-time': 20, 'keys': [{'type': 'qcode', 'data': name} for name in ('ctrl', 'alt', 'delete')]})
        time.sleep(0.12)


def stays_up(vm, seconds):
    """It neither ends nor begins to."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        expect(vm.process.poll() is None, 'it restarts')
        time.sleep(0.2)
    expect('shutdown' not in vm.run('systemctl list-jobs --no-legend --plain'), 'it is going down')
    no_shell(vm)


def goes_down(vm, seconds):
    vm.process.wait(seconds)


@case(6, 'Ctrl-Alt-Del once, and nine times, with the hardening: nothing', start='claimed')
def ctrl_alt_del_hardened(vm):
    harden(vm, 'ctrl-alt-del')
    vm.wait(DASHBOARD, 90)
    before = screen_pid(vm)
    press_ctrl_alt_del(vm, 1)
    stays_up(vm, 2)
    press_ctrl_alt_del(vm, 9)
    stays_up(vm, 3)
    equal(screen_pid(vm), before, 'the start screen')


@case(6, 'Ctrl-Alt-Del nine times without the hardening: it restarts, with no shell on the way', start='claimed')
def ctrl_alt_del_often(vm):
    press_ctrl_alt_del(vm, 9)
    goes_down(vm, 120)


@case(6, 'Ctrl-Alt-Del once without the hardening: it restarts, claimed as before', start='claimed')
def ctrl_alt_del(vm):
    press_ctrl_alt_del(vm, 1)
    goes_down(vm, 90)
    vm.start()
    vm.wait(DASHBOARD, 120)
    equal(vm.run('cat /var/lib/firstboot/state'), 'claimed', 'state')
    no_shell(vm)
    vm.save('claimed')


# What may happen for a key, by the mask that permits it; all else is nothing. 4: the keyboard given back, 64: signals, 128: restart.
SYSRQ = ['k', 'e', 'i', 'f', 'r', 't']


def press_sysrq(vm, key):
    vm.keys(f'alt-sysrq-{key}')
    time.sleep(0.4)


def sysrq(vm, mask):
    """Press all but the restart: (whether the start screen was ended, keys that the kernel refused)."""
    vm.run(f'echo {mask} >/proc/sys/kernel/sysrq; dmesg -C')
    agent = vm.run('systemctl show -P MainPID systemd-journald')
    before = screen_pid(vm)
    for key in SYSRQ:
        press_sysrq(vm, key)
        if key == 'k':
            vm.wait(DASHBOARD, 90)
    said = vm.run('dmesg')
    no_shell(vm)
    equal(vm.run('systemctl show -P MainPID systemd-journald'), agent, 'a service (Alt-SysRq-E, -I)')
    return screen_pid(vm) != before, said.count('operation is disabled')


@case(7, 'Alt-SysRq-K, E, I, F, R, T and B with kernel.sysrq 0 and 16: nothing', start='claimed')
def sysrq_off(vm):
    for mask in 0, 16:
        ended, refused = sysrq(vm, mask)
        expect(not ended, f'kernel.sysrq={mask}: the start screen was ended')
        # With 0 the kernel does not even listen.
        expect(refused == 0 if mask == 0 else refused >= len(SYSRQ) - 1, f'kernel.sysrq={mask}: {refused} keys were refused')
        press_sysrq(vm, 'b')
        stays_up(vm, 1)


@case(7, 'the same with 4, as the hardening sets it: K brings a fresh start screen, the others do nothing', start='claimed')
def sysrq_hardened(vm):
    harden(vm, 'sysrq')
    equal(vm.run('cat /proc/sys/kernel/sysrq'), '4', 'kernel.sysrq')
    ended, refused = sysrq(vm, 4)
    expect(ended, 'Alt-SysRq-K did nothing')
    expect(refused >= 4, f'{refused} keys were refused')
    press_sysrq(vm, 'b')
    stays_up(vm, 1)


@case(7, 'the same with 438, Debian\'s own: K as before, B restarts it, no shell', start='claimed')
def sysrq_debian(vm):
    ended, refused = sysrq(vm, 438)
    expect(ended and refused >= 3, f'{ended}, {refused}')
    vm.keys('alt-sysrq-b')
    goes_down(vm, 20)


def picture(vm):
    """What the monitor shows, without the cursor's blinking: the lit bytes by line."""
    path = vm.work / 'screen.ppm'
    vm.qmp('screendump', filename=str(path))
    data = path.read_bytes()
    return data[data.index(b'255\n') + 4:]


def same(a, b):
    """But for a cursor."""
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b)) < 600


def settled(vm, seconds=60):
    """The picture once nothing is added to it any more: what is being asked comes in by and by."""
    end = time.monotonic() + seconds
    before, now = None, picture(vm)
    while before is None or not same(before, now):
        expect(time.monotonic() < end, 'the screen does not come to rest')
        time.sleep(3)
        before, now = now, picture(vm)
    return now


@case(8, 'PrintScreen, Pause, Scroll Lock, Shift-PgUp: the screen goes on, and shows nothing of root\'s session afterwards', start='claimed')
def looking_back(vm):
    before = screen_pid(vm)
    vm.keys('print', 'pause', 'scroll_lock', 'scroll_lock', 'shift-pgup', 'shift-pgdn', 'ctrl-pause')
    vm.keys('8')
    vm.wait(r'Password:', 90)
    expect(screen_pid(vm) != before, 'the start screen stands still')
    vm.type(f'{PASSWORD}\n')
    vm.wait(r'root@\S+:~#', 90)
    vm.type('seq 700100 700300\n')
    vm.wait(r'700300', 90)
    vm.type('exit\n')
    vm.wait(DASHBOARD, 90)
    shown = settled(vm)
    for _ in range(10):
        vm.keys('shift-pgup')
    time.sleep(0.5)
    expect('700' not in '\n'.join(vm.screen()), 'it shows what root saw')
    expect(same(picture(vm), shown), 'Shift-PgUp changes the screen')
    vm.keys('scroll_lock')
    vm.keys('f10')
    time.sleep(0.5)
    vm.keys('scroll_lock')
    vm.wait('What shall be done', 10)


# Who writes on a console, and the journal that is told to.
WRITERS = ('echo "<0>a dying disk" >/dev/kmsg', 'wall the power goes', 'printf "\\033[2Jhttps://203.0.113.66/\\r\\nF8 0 q" >/dev/tty1',
           r'printf "\\r\\033[K[ *** ] A start job is running for ever\\r\\n" >/dev/console')
FORWARD = r"""mkdir -p /run/systemd/journald.conf.d
printf '[Journal]\nForwardToConsole=yes\nTTYPath=/dev/tty1\n' >/run/systemd/journald.conf.d/console.conf
systemctl restart systemd-journald"""


@case(55, 'the kernel, PID 1, wall and the journal write over the start screen: whole again within 2 s, no key pressed; others may not write', start='claimed')
def written_over(vm):
    # As Red Hat's and Debian 13's login leaves a terminal.
    vm.run("sed -i 's/^TTYPERM.*/TTYPERM 0620/' /etc/login.defs; systemctl restart getty@tty1")
    vm.wait(DASHBOARD, 90)
    settled(vm)
    equal(vm.run('stat -c "%U %a" /dev/tty1'), 'firstboot 600', 'whose tty1 is')
    for number, writers in enumerate((WRITERS, ('logger the roof is on fire',))):
        if number:
            vm.run(FORWARD)
            time.sleep(3)
        words = ' '.join(f"'{writer}'" for writer in writers)
        took = vm.run(f'/usr/lib/firstboot-test/vcswait --whole {words}', 90).split('\n')
        print(f'    ms: {took}')
        expect(len(took) == len(writers) and all(ms.isdigit() and int(ms) <= 2000 for ms in took), f'{writers}: {took}')
    no_shell(vm)


if __name__ == '__main__':
    sys.exit(machine_main())
