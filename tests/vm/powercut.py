#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The plug is pulled behind every system call of firstbootd that changes a file or talks to somebody.

    powercut.py IMAGE SUITE [TEST...]     IMAGE: the folder that image.py made; started by tests/vm/run

One change runs from its beginning to its end. firstbootd is stopped behind each of these calls, and the
disk is copied as it is then: what a power cut would leave. The machine is started from the copies, one
after the other, and has all of the old settings or all of the new ones. Points with the same disk have
the same end, and are started once.

FIRSTBOOT_CUTS is how many disks of a change are started, other ones each day, or "all".
"""
import datetime
import hashlib
import os
import re
import sys

import lan
import suite
from settings import NETSET, cards, comes, confirm_within, keep, link, text_of
from suite import equal, expect, start, test

CUTS = os.environ.get('FIRSTBOOT_CUTS', '3')
CALLS = 'openat,write,ftruncate,fchmod,fchown,fsync,renameat,renameat2,linkat,symlinkat,unlinkat,mkdirat,sendmsg,sendto'
# Opens that make nothing, and writes to what is no file.
HARMLESS = re.compile(r'openat\((?!.*O_CREAT)|write\(\d+<(?!/)')

# The words that come from outside let it and its children go on; "through" is the end of the change, on a line of its own wherever
# strace is in one: it writes the beginning of a call before the call.
TRACE = f"""
exec 3<>/dev/virtio-ports/org.firstboot.cuts
busctl call org.firstboot.Firstboot1 /org/firstboot/Firstboot1 org.firstboot.Firstboot1 GetStatus >/dev/null
pid=$(pgrep -x firstbootd)
strace -f -y -qq -s 0 -e trace={CALLS} -e inject={CALLS}:signal=SIGSTOP -o '|exec busybox cat >&3' -p $pid &
until grep -q '^TracerPid:[^0]*[1-9]' /proc/$pid/status; do sleep 0.1; done
({NETSET} try </run/wanted >/run/said 2>&1; {NETSET} $1 $(cut -d' ' -f1 /run/said); printf '\\nthrough\\n' >&3) &
while read -r word <&3; do kill -CONT $pid $(pgrep -P $pid); done
"""


class Cutter:
    """Follows firstbootd from call to call, and keeps the disk behind each."""

    def __init__(self, vm, name):
        self.vm, self.name, self.points = vm, name, 0
        self.disks = {}     # by their hash: [path, the calls behind which the disk was so]

    def keep_disk(self, call):
        path = self.vm.work / f'{self.name}-{self.points}.qcow2'
        self.vm.copy_layer(path)
        self.points += 1
        digest = hashlib.sha256(path.read_bytes()).digest()
        if digest in self.disks:
            path.unlink()
        self.disks.setdefault(digest, [path, []])[1].append(call)

    def follow(self):
        """Until the change is at its end."""
        port, call = self.vm.connect('cuts'), ''
        port.settimeout(60)
        for line in port.makefile(encoding='utf-8', errors='replace'):
            if re.match(r'\d+ +\w+\(', line):
                call = line.split(maxsplit=1)[1].strip()
            elif 'stopped by SIGSTOP' in line:
                if not HARMLESS.match(call):
                    self.keep_disk(call)
                port.sendall(b'go\n')
            elif line == 'through\n':
                return


def chosen(disks):
    """Those to be started: spread over the change, and other ones each day."""
    if CUTS == 'all' or len(disks) <= int(CUTS):
        return disks
    step = len(disks) / int(CUTS)
    first = datetime.date.today().toordinal() % int(step)
    return [disks[first + int(i * step)] for i in range(int(CUTS))]


def lines(first, second):
    """What the kernel has with the settings of settings()."""
    return [f'{first[0]} {first[1]} fixed', f'{first[0]} route default via {first[2]}', f'{second[0]} {second[1]} fixed']


def came_back(vm, disk, old, new):
    """Start the machine from a disk: with which settings?"""
    vm.disk = disk
    start(vm)
    vm.run('for i in $(seq 250); do '
           'test -e /var/lib/firstboot/journal || exit 0; sleep 0.2; done; exit 1', 90)
    end = ['old', 'new'][comes(vm, lines(*old), lines(*new))]
    equal(vm.run('ls /etc/systemd/network /etc/NetworkManager/system-connections 2>/dev/null | '
                 'grep -c "aside\\|~\\|\\.#" || true'), '0', 'files that are left over')
    vm.stop()
    return end


def begin(vm):
    """Before the change: a machine that is up, with the settings called old."""
    vm.disk = vm.work / 'disk.qcow2'
    if 'settled' in vm.snapshots():
        vm.restore('settled')
        return
    start(vm)
    confirm_within(vm, 120)
    keep(vm, *settings(*old_and_new(vm)[0]))
    vm.save('settled')


def old_and_new(vm):
    card, other = cards(vm)
    old = (card, '192.0.2.20/24', lan.ADDRESS), (other, '203.0.113.20/24')
    new = (card, '198.51.100.20/24', lan.OTHER), (other, '203.0.113.21/24')
    return old, new


def cut(vm, verb):
    """One change, ended by verb: how many of the disks had the old settings, and how many the new ones."""
    begin(vm)
    old, new = old_and_new(vm)
    vm.layer(vm.work / f'{verb}.qcow2')
    vm.run(f"cat >/run/wanted <<'E'\n{text_of(*settings(*new))}E\n"
           f"cat >/run/trace <<'E'\n{TRACE}E\n"
           f'setsid bash /run/trace {verb} >/run/trace.log 2>&1 </dev/null &')
    cutter = Cutter(vm, verb)
    cutter.follow()
    said = vm.run('cat /run/said')
    expect(re.match(r'\d+ proven', said), f'the change was not tried to its end: {said}')
    comes(vm, lines(*(new if verb == 'keep' else old)))
    vm.stop()
    disks, ends = list(cutter.disks.values()), {'old': 0, 'new': 0}
    started = chosen(disks)
    for path, calls in started:
        end = came_back(vm, path, old, new)
        ends[end] += 1
        print(f'    {end} behind {calls[0][:90]}' + (f' and {len(calls) - 1} more' if calls[1:] else ''), flush=True)
    print(f'    {verb}: cut at {cutter.points} points, which left {len(disks)} disks; started {len(started)}: '
          f"old {ends['old']}, new {ends['new']}")
    return ends


def settings(first, second):
    return [link(first[0], first[1], 'off', first[2]), link(second[0], second[1], 'off')]


@test()
def cut_until_kept(vm):
    ends = cut(vm, 'keep')
    expect(CUTS != 'all' or min(ends.values()) > 0, f'only one of the ends was met: {ends}')


@test()
def cut_until_taken_back(vm):
    equal(cut(vm, 'back')['new'], 0, 'disks with the new settings')


if __name__ == '__main__':
    sys.exit(suite.main(lan.TAPS))
