#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Changes of a running machine's network, and what is left of them after a restart.

    network.py IMAGE SUITE [TEST...]     IMAGE: the folder that image.py made; started by tests/vm/run

Which manager sets up the links is the image's affair: the same has to come of everything here.
"""
import json
import os
import re
import sys
import time

import lan
import suite
from suite import equal, expect, reboot, test
from vm import ADDED_MAC, VMError

NETSET = '/usr/lib/firstboot-test/netset'
FIXED = '192.0.2.10/24'


# -- settings --

def family(name, method, gateway=None, onlink=False):
    """A section: method is "off", "automatic", "dhcp", or addresses with blanks between."""
    static = '/' in method
    lines = [f'[{name}]', f'Method={"static" if static else method}']
    lines += [f'Address={a}' for a in method.split()] if static else []
    lines += [f'Gateway={gateway}'] if gateway else []
    return lines + (['GatewayOnLink=yes'] if onlink else [])


def link(name, v4='automatic', v6='automatic', gateway=None, gateway6=None, device=(), mtu=0, dns=(),
         routes=()):
    """The text of one link's settings, as firstboot itself would write it."""
    lines = ['', '[Link]', f'Name={name}', *device]
    lines += [f'MTUBytes={mtu}'] if mtu else []
    lines += ['', *family('IPv4', v4, gateway), '', *family('IPv6', v6, gateway6)]
    lines += ['', '[Network]', *(f'DNS={d}' for d in dns)] if dns else []
    for destination, via in routes:
        lines += ['', '[Route]', f'Destination={destination}', f'Gateway={via}']
    return '\n'.join(lines) + '\n'


def netset(vm, words, *links, seconds=90):
    text = '# Network settings of firstboot; not to be edited.\n' + ''.join(links)
    return vm.run(f"{NETSET} {words} <<'E'\n{text}E", seconds)


def attempt(vm, *links, words=''):
    """Try settings: the change's number, whether it is proven, and the remark."""
    number, proven, *note = netset(vm, f'try {words}', *links).split(' ', 2)
    return number, proven == 'proven', ' '.join(note)


def keep(vm, *links, words='', proven=True):
    number, was_proven, note = attempt(vm, *links, words=words)
    equal(was_proven, proven, f'proven ({note})')
    vm.run(f'{NETSET} keep {number}', 60)


# -- what the kernel has --

def kernel(vm):
    """Addresses and routes of a machine that has come to rest, as lines."""
    end, before = time.monotonic() + 40, None
    while time.monotonic() < end:
        now = sorted(facts(vm))
        if now == before:
            return now
        before = now
        time.sleep(2)
    raise VMError(f'the network does not come to rest: {before}')


def facts(vm):
    for entry in json.loads(vm.run('ip -j addr show')):
        for a in entry.get('addr_info', []):
            if a['scope'] == 'global' and not a.get('temporary'):
                kind = 'lease' if a.get('dynamic') else 'fixed'
                yield f"{entry['ifname']} {a['local']}/{a['prefixlen']} {kind}"
    for family in '-4', '-6':
        for r in json.loads(vm.run(f'ip -j {family} route show table main')):
            if r.get('protocol') != 'kernel' and r['dst'] != 'fe80::/64':
                yield f"{r['dev']} route {r['dst']} via {r.get('gateway', '-')}"


def on(lines, *ifnames):
    return [line for line in lines if line.split()[0] in ifnames]


def comes(vm, *wanted, seconds=40):
    """Wait until the kernel has one of several lists of lines, and has it for good; which one."""
    end, lists = time.monotonic() + seconds, [sorted(lines) for lines in wanted]
    while True:
        now = sorted(facts(vm))
        if now in lists:
            time.sleep(2)
            if sorted(facts(vm)) == now:
                return lists.index(now)
        expect(time.monotonic() < end, f'the kernel: {now!r} instead of {" or ".join(map(repr, lists))}')
        time.sleep(0.5)


def stays(vm, wanted):
    """The kernel has that, now and after a restart."""
    comes(vm, wanted)
    vm.reboot()
    comes(vm, wanted)


EXPIRED, RECOVERED_OLD = 3, 5   # of enum history_outcome


def ended(vm, outcome):
    """Wait for the end of the last change, which is to be that."""
    vm.run('for i in $(seq 160); do [ -e /var/lib/firstboot/journal ] || exit 0; sleep 0.5; done; '
           'journalctl -b -o short-monotonic --no-pager -u firstbootd -u systemd-networkd -u NetworkManager | tail -n 40; '
           'exit 1', 120)
    history = vm.run(f'{NETSET} history')
    expect(history.split()[1:2] == [str(outcome)], f'not {outcome} at the top of the history:\n{history}')


def begin(vm, *links):
    """Try settings, and come back in the midst of that."""
    text = '# Network settings of firstboot; not to be edited.\n' + ''.join(links)
    vm.run(f"cat >/run/wanted <<'E'\n{text}E\n"
           f"setsid sh -c '{NETSET} try </run/wanted >/run/said 2>&1; mv /run/said /run/answer' "
           '>/dev/null 2>&1 </dev/null &\n'
           'for i in $(seq 100); do [ -e /var/lib/firstboot/journal ] && exit 0; sleep 0.1; done; exit 1')


def answer(vm):
    """What came of the settings of begin()."""
    return vm.run('for i in $(seq 180); do [ -e /run/answer ] && cat /run/answer && exit 0; sleep 0.5; done; '
                  'exit 1', 100)


def cards(vm):
    """The names of both cards, in the order of their cables."""
    found = json.loads(vm.run('ip -j link show'))
    return [next(e['ifname'] for e in found if e.get('address') == f'52:54:00:12:34:{0x56 + i:x}')
            for i in range(2)]


def lease(vm):
    """The address that the first card has from the DHCP server."""
    for _ in range(40):
        match = re.search(r'\S+ (192\.0\.2\.1\d\d/24) lease', '\n'.join(facts(vm)))
        if match:
            return match[1]
        time.sleep(1)
    raise VMError('no lease')


# -- the tests --

@test()
def boots_with_a_lease(vm):
    vm.start()
    vm.run('systemctl is-system-running --wait || systemctl --failed; true', 60)
    lease(vm)
    vm.save('leased')


@test(start='leased')
def lease_to_fixed_with_the_same_address(vm):
    card, other = cards(vm)
    address = lease(vm)
    releases = lan.Releases()
    releases.start()
    keep(vm, link(card, address, 'off', lan.ADDRESS, dns=[lan.ADDRESS]))
    if not vm.nm:   # NetworkManager before 1.48 gives none back
        equal(releases.addresses[:1], [address.split('/')[0]], 'leases given back')
    stays(vm, [f'{card} {address} fixed', f'{card} route default via {lan.ADDRESS}'])
    vm.run('for i in $(seq 40); do '
           f'(resolvectl dns; cat /etc/resolv.conf) 2>/dev/null | grep -qF {lan.ADDRESS} && exit 0; sleep 0.5; done; '
           'ls -l /etc/resolv.conf; cat /etc/resolv.conf; grep . /run/NetworkManager/*resolv.conf; exit 1')


@test()
def fixed_to_another_network(vm):
    card, other = cards(vm)
    keep(vm, link(card, '198.51.100.10/24 198.51.100.11/24', 'off', lan.OTHER, mtu=1400,
                  routes=[('203.0.113.0/24', '198.51.100.7')]))
    stays(vm, [f'{card} 198.51.100.10/24 fixed', f'{card} 198.51.100.11/24 fixed',
               f'{card} route default via {lan.OTHER}',
               f'{card} route 203.0.113.0/24 via 198.51.100.7'])
    equal(vm.run(f'cat /sys/class/net/{card}/mtu'), '1400', 'MTU')


@test()
def fixed_to_lease(vm):
    card, _ = cards(vm)
    keep(vm, link(card))
    lease(vm)
    now = kernel(vm)
    expect(not [line for line in now if '198.51' in line], f'left over: {now}')
    reboot(vm)
    lease(vm)


@test(start='leased')
def wrong_gateway_is_taken_back(vm):
    card, _ = cards(vm)
    before = kernel(vm)
    _, proven, note = attempt(vm, link(card, FIXED, 'off', '192.0.2.77'))
    expect(not proven and '192.0.2.77' in note, f'proven, or no word of the gateway: {note}')
    expect(f'{card} {FIXED} fixed' in facts(vm), 'it was not tried')
    ended(vm, EXPIRED)
    stays(vm, before)


@test(start='leased')
def rival_is_found(vm):
    card, _ = cards(vm)
    before = kernel(vm)
    lan.ip(f'addr add {FIXED} dev {lan.SWITCH}')
    try:
        status, said = vm.ask(f"{NETSET} try <<'E'\n# Network settings of firstboot; not to be edited.\n"
                              + link(card, FIXED, 'off') + 'E', 60)
    finally:
        lan.ip(f'addr del {FIXED} dev {lan.SWITCH}')
    expect(status and b'192.0.2.10' in said, said)
    expect(re.search(rb'([0-9a-f]{2}:){5}[0-9a-f]{2}', said), f'no MAC of the rival: {said}')
    equal(kernel(vm), before, 'the kernel')


@test(start='leased')
def restart_in_between_brings_the_old_back(vm):
    card, _ = cards(vm)
    before = kernel(vm)
    attempt(vm, link(card, FIXED, 'off', lan.ADDRESS))
    vm.stop()       # the plug
    vm.start()
    comes(vm, before)
    ended(vm, RECOVERED_OLD)


@test(start='leased')
def ipv6_alone(vm):
    card, other = cards(vm)
    keep(vm, link(card, 'off', '2001:db8::10/64', gateway6='2001:db8::1'))
    stays(vm, [f'{card} 2001:db8::10/64 fixed', f'{card} route default via 2001:db8::1'])


@test(start='leased')
def vlan(vm):
    card, other = cards(vm)
    trunk = lan.Trunk(lan.TAPS[1], 10, '203.0.113.1')
    trunk.start()
    keep(vm, link('office', '203.0.113.10/24', 'off', '203.0.113.1',
                  device=['Kind=vlan', 'Id=10', f'Port={other}']),
         link(card, FIXED, 'off'))
    equal(set(trunk.asked), {10}, 'tags of what was asked')
    stays(vm, [f'{card} {FIXED} fixed', 'office 203.0.113.10/24 fixed', 'office route default via 203.0.113.1'])
    keep(vm, link(card), words='replace')
    expect('office' not in vm.run('ls /sys/class/net').split(), 'the VLAN is still there')
    reboot(vm)
    expect('office' not in vm.run('ls /sys/class/net').split(), 'the VLAN came back')


@test(start='leased')
def bond(vm):
    card, other = cards(vm)
    lan.join(lan.TAPS[1])
    try:
        device = ['Kind=bond', 'Mode=active-backup', f'Port={card}', f'Port={other}']
        keep(vm, link('both', FIXED, 'off', lan.ADDRESS, device=device))
        stays(vm, [f'both {FIXED} fixed', f'both route default via {lan.ADDRESS}'])
        state = vm.run('cat /proc/net/bonding/both')
        equal(sorted(re.findall(r'Slave Interface: (\S+)', state)), sorted([card, other]), 'ports')
        active = re.search(r'Active Slave: (\S+)', state)[1]
        vm.plug([card, other].index(active), False)
        vm.run(f'busybox ping -c 1 -W 5 {lan.ADDRESS}')
        vm.plug([card, other].index(active), True)
        if vm.nm:    # networkd 252 does not yet bring the ports into a bond that gets another mode
            for mode, word in ('802.3ad', 'IEEE 802.3ad'), ('balance-alb', 'adaptive load balancing'):
                keep(vm, link('both', FIXED, 'off', device=['Kind=bond', f'Mode={mode}', *device[2:]]))
                expect(word in vm.run('cat /proc/net/bonding/both'), f'not {mode}')
        keep(vm, link(card), words='replace')
        expect('both' not in vm.run('ls /sys/class/net').split(), 'the bond is still there')
        lease(vm)
    finally:
        lan.leave(lan.TAPS[1])


@test(start='leased')
def card_unplugged_in_mid_change(vm):
    card, _ = cards(vm)
    before = kernel(vm)
    begin(vm, link(card, FIXED, 'off', lan.ADDRESS))
    vm.plug(0, False)
    said = answer(vm)
    expect(re.match(r'\d+ unproven .*cable', said), said)
    ended(vm, EXPIRED)
    vm.plug(0, True)
    comes(vm, before)


@test(start='leased')
def manager_ends_in_mid_change(vm):
    """Killed while it works and restarted while the change waits: the change ends, and the next goes through."""
    manager = 'NetworkManager' if vm.nm else 'systemd-networkd'
    card, _ = cards(vm)
    before = kernel(vm)
    begin(vm, link(card, '198.51.100.20/24', 'off', lan.OTHER))
    vm.run(f'systemctl kill --signal=KILL {manager}')
    said = answer(vm)
    print(f'    killed: {said}')
    if re.match(r'\d+ (un)?proven', said):
        vm.run(f'{NETSET} back {said.split()[0]}', 60)
    comes(vm, before)
    number, proven, note = attempt(vm, link(card, FIXED, 'off', lan.ADDRESS))
    expect(proven, note)
    vm.run(f'systemctl restart {manager}')
    vm.run(f'{NETSET} keep {number}', 60)
    stays(vm, [f'{card} {FIXED} fixed', f'{card} route default via {lan.ADDRESS}'])


@test(start='leased')
def card_is_added(vm):
    card, _ = cards(vm)
    keep(vm, link(card, FIXED, 'off', lan.ADDRESS))
    lan.join(lan.FURTHER)
    try:
        vm.add_card(lan.FURTHER)
        added = vm.run('for i in $(seq 100); do '
                       f'name=$(grep -l {ADDED_MAC} /sys/class/net/en*/address 2>/dev/null | cut -d/ -f5); '
                       '[ "$name" ] && echo $name && exit 0; sleep 0.2; done; exit 1')
        keep(vm, link(added, '198.51.100.30/24', 'off'))
        stays(vm, [f'{card} {FIXED} fixed', f'{card} route default via {lan.ADDRESS}',
                   f'{added} 198.51.100.30/24 fixed'])
    finally:
        lan.leave(lan.FURTHER)


@test(start='leased')
def renamed_and_many_interfaces(vm):
    card, other = cards(vm)
    vm.run(f'ip link set {other} down; ip link set {other} name renamed0; ip link set renamed0 up; '
           'for i in $(seq 100); do ip link add many$i type veth peer name peer$i; done', 60)
    began = time.monotonic()
    keep(vm, link(card, FIXED, 'off', lan.ADDRESS), link('renamed0', '198.51.100.20/24', 'off'))
    print(f'    with 200 further interfaces kept after {time.monotonic() - began:.1f} s')
    expect({f'{card} {FIXED} fixed', 'renamed0 198.51.100.20/24 fixed'} <= set(facts(vm)), facts(vm))


# -- power cuts --

# FIRSTBOOT_CUTS="renameat unlinkat" is what changes a file's name; "fsync sendmsg" behind it all that counts.
CUTS = os.environ.get('FIRSTBOOT_CUTS', '').split()
OLD, NEW = '192.0.2.20/24', '198.51.100.20/24'


def power_cuts(vm):
    """The plug is pulled behind each system call that counts; a machine with all of the old settings or
    all of the new ones starts again."""
    card, other = cards(vm)
    keep(vm, link(card, OLD, 'off', lan.ADDRESS), link(other, '203.0.113.20/24', 'off'))
    vm.save('kept')
    ends = {'old': 0, 'new': 0}
    for call in CUTS:
        for number in range(1, 100):
            vm.restore('kept')
            if not cut(vm, call, number, link(card, NEW, 'off', lan.OTHER) + link(other, '203.0.113.21/24', 'off')):
                break
            ends[came_back(vm, card, other)] += 1
    expect(min(ends.values()) > 0, f'only one of the ends was met: {ends}')
    print(f"    tried {sum(ends.values())} points, old {ends['old']}, new {ends['new']}")


# It takes minutes: on demand.
if 'FIRSTBOOT_CUTS' in os.environ:
    test(start='leased')(power_cuts)


def cut(vm, call, number, settings):
    """Stop firstbootd behind its system call of that number, and pull the plug; False: it came through."""
    vm.run('busctl call org.firstboot.Firstboot1 /org/firstboot/Firstboot1 org.firstboot.Firstboot1 '
           'GetStatus >/dev/null; rm -f /run/through; '
           f'setsid strace -f -qq -o /dev/null -e trace={call} -e inject={call}:signal=SIGSTOP:when={number} '
           '-p $(pgrep -x firstbootd) >/dev/null 2>&1 </dev/null & sleep 0.5; '
           f"cat >/run/wanted <<'E'\n# Network settings of firstboot; not to be edited.\n{settings}E\n"
           f'setsid sh -c "{NETSET} keep \\$({NETSET} try </run/wanted | cut -d\\  -f1); touch /run/through" '
           '>/dev/null 2>&1 </dev/null &')
    state = vm.run('for i in $(seq 400); do [ -e /run/through ] && break; '
                   'grep -q "^[0-9]* (firstbootd) [tT]" /proc/$(pgrep -x firstbootd)/stat && echo stopped && break; '
                   'sleep 0.1; done', 60)
    if state != 'stopped':
        vm.run('test -e /run/through')
        return False
    vm.stop()
    return True


def came_back(vm, card, other):
    """Start again: with which settings?"""
    vm.start()
    vm.run('until systemctl is-active -q dbus; do sleep 0.2; done; for i in $(seq 100); do '
           'test -e /var/lib/firstboot/journal || exit 0; sleep 0.2; done; exit 1', 60)
    old = [f'{card} {OLD} fixed', f'{card} route default via {lan.ADDRESS}', f'{other} 203.0.113.20/24 fixed']
    new = [f'{card} {NEW} fixed', f'{card} route default via {lan.OTHER}', f'{other} 203.0.113.21/24 fixed']
    return ['old', 'new'][comes(vm, old, new)]


if __name__ == '__main__':
    sys.exit(suite.main(lan.TAPS))
