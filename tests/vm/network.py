#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Changes of a running machine's network, and what is left of them after a restart.

    network.py IMAGE SUITE [TEST...]     IMAGE: the folder that image.py made; started by tests/vm/run

Which manager sets up the links is the image's affair: the same has to come of everything here.
"""
import json
import re
import sys
import time

import lan
import suite
from settings import (EXPIRED, FIXED, NETSET, RECOVERED_OLD, answer, attempt, begin, cards, comes, confirm_within,
                      ended, facts, keep, kernel, lease, link, stays, text_of)
from suite import equal, expect, reboot, start, test
from vm import ADDED_MAC

# -- the tests --

@test()
def boots_with_a_lease(vm):
    start(vm)
    lease(vm)
    confirm_within(vm, 120)
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
    comes(vm, [f'{card} {address} fixed', f'{card} route default via {lan.ADDRESS}'])
    asks(vm, lan.ADDRESS)


def asks(vm, server):
    """This name server is in use, whoever writes /etc/resolv.conf."""
    vm.run('for i in $(seq 40); do '
           f'(resolvectl dns; cat /etc/resolv.conf) 2>/dev/null | grep -qF {server} && exit 0; sleep 0.5; done; '
           'ls -l /etc/resolv.conf; cat /etc/resolv.conf; grep . /run/NetworkManager/*resolv.conf; exit 1')


@test()
def fixed_to_another_network(vm):
    card, other = cards(vm)
    keep(vm, link(card, '198.51.100.10/24 198.51.100.11/24', 'off', lan.OTHER, mtu=1400,
                  dns=[lan.OTHER], routes=[('203.0.113.0/24', '198.51.100.7')]))
    stays(vm, [f'{card} 198.51.100.10/24 fixed', f'{card} 198.51.100.11/24 fixed',
               f'{card} route default via {lan.OTHER}',
               f'{card} route 203.0.113.0/24 via 198.51.100.7'])
    equal(vm.run(f'cat /sys/class/net/{card}/mtu'), '1400', 'MTU')
    asks(vm, lan.OTHER)


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
def name_servers_without_resolved(vm):
    """Those of the lease stand in /etc/resolv.conf, change with it, and go with the settings."""
    if vm.nm:   # it writes the file itself
        return
    card, _ = cards(vm)
    vm.run('systemctl mask --now systemd-resolved; rm /usr/share/dbus-1/system-services/org.freedesktop.resolve1.service; '
           'systemctl reload dbus; rm /etc/resolv.conf; echo nameserver 203.0.113.53 >/etc/resolv.conf')
    keep(vm, link(card))
    name_servers(vm, lan.ADDRESS)
    folder = f'/run/systemd/network/05-firstboot-{card}.network.d'
    vm.run(f'mkdir -p {folder}; printf "[Network]\\nDNS=192.0.2.99\\n" >{folder}/more.conf; networkctl reload')
    name_servers(vm, '192.0.2.99', lan.ADDRESS)
    start(vm)
    name_servers(vm, lan.ADDRESS)
    keep(vm, words='replace')
    name_servers(vm, '203.0.113.53')


def name_servers(vm, *servers):
    """They are in /etc/resolv.conf, in whatever order, and no others."""
    wanted = '\n'.join(sorted(servers))
    vm.run(f'for i in $(seq 80); do [ "$(sed -n "s/^nameserver //p" /etc/resolv.conf | sort)" = "{wanted}" ] && exit 0; '
           'sleep 0.5; done; cat /etc/resolv.conf; systemctl status firstboot-resolvconf.path firstboot-resolvconf.service; '
           'exit 1', 60)


@test(start='leased')
def wrong_gateway_is_taken_back(vm):
    card, _ = cards(vm)
    before = kernel(vm)
    confirm_within(vm, 10)
    _, proven, note = attempt(vm, link(card, FIXED, 'off', '192.0.2.77'))
    expect(not proven and '192.0.2.77' in note, f'proven, or no word of the gateway: {note}')
    expect(f'{card} {FIXED} fixed' in facts(vm), 'it was not tried')
    ended(vm, EXPIRED)
    comes(vm, before)


@test(start='leased')
def rival_is_found(vm):
    card, _ = cards(vm)
    before = kernel(vm)
    lan.ip(f'addr add {FIXED} dev {lan.SWITCH}')
    try:
        status, said = vm.ask(f"{NETSET} try <<'E'\n{text_of(link(card, FIXED, 'off'))}E", 60)
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
    start(vm)
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
    other_id(vm, card, other)
    keep(vm, link(card), words='replace')
    expect('office' not in vm.run('ls /sys/class/net').split(), 'the VLAN is still there')
    reboot(vm)
    expect('office' not in vm.run('ls /sys/class/net').split(), 'the VLAN came back')


def other_id(vm, card, other):
    """The same VLAN with another number, kept and taken back."""
    def office(number):
        return link('office', '203.0.113.10/24', 'off', device=['Kind=vlan', f'Id={number}', f'Port={other}'])

    def number():
        return json.loads(vm.run('ip -d -j link show office'))[0]['linkinfo']['info_data']['id']

    fixed = link(card, FIXED, 'off')
    keep(vm, office(20), fixed)
    equal(number(), 20, 'VLAN')
    change, proven, note = attempt(vm, office(30), fixed)
    expect(proven, note)
    equal(number(), 30, 'VLAN')
    vm.run(f'{NETSET} back {change}', 60)
    comes(vm, [f'{card} {FIXED} fixed', 'office 203.0.113.10/24 fixed'])
    equal(number(), 20, 'VLAN')


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
        other_modes(vm, device[2:])
        keep(vm, link(card), words='replace')
        expect('both' not in vm.run('ls /sys/class/net').split(), 'the bond is still there')
        lease(vm)
    finally:
        lan.leave(lan.TAPS[1])


def other_modes(vm, ports):
    """A bond with a VLAN on it gets other modes, the last of which is taken back."""
    def settings(mode):
        return (link('both', FIXED, 'off', device=['Kind=bond', f'Mode={mode}', *ports]),
                link('office', '203.0.113.10/24', 'off', device=['Kind=vlan', 'Id=10', 'Port=both']))

    def has(mode):
        state = vm.run('cat /proc/net/bonding/both')
        expect(mode in state and state.count('Slave Interface') == 2, f'not {mode}:\n{state}')

    lines = [f'both {FIXED} fixed', 'office 203.0.113.10/24 fixed']
    for mode, word in ('active-backup', 'active-backup'), ('balance-alb', 'adaptive load balancing'):
        keep(vm, *settings(mode))
        comes(vm, lines)
        has(word)
    # Without a partner behind the cables this one has no carrier for long.
    change, *_ = attempt(vm, *settings('802.3ad'))
    has('IEEE 802.3ad')
    vm.run(f'{NETSET} back {change}', 60)
    comes(vm, lines)
    has('adaptive load balancing')


@test(start='leased')
def card_unplugged_in_mid_change(vm):
    card, _ = cards(vm)
    before = kernel(vm)
    confirm_within(vm, 10)
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
    comes(vm, [f'{card} {FIXED} fixed', f'{card} route default via {lan.ADDRESS}'])


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
           'for i in $(seq 100); do echo link add many$i type veth peer name peer$i; done | ip -batch -', 120)
    began = time.monotonic()
    keep(vm, link(card, FIXED, 'off', lan.ADDRESS), link('renamed0', '198.51.100.20/24', 'off'))
    print(f'    with 200 further interfaces kept after {time.monotonic() - began:.1f} s')
    expect({f'{card} {FIXED} fixed', 'renamed0 198.51.100.20/24 fixed'} <= set(facts(vm)), facts(vm))


if __name__ == '__main__':
    sys.exit(suite.main(lan.TAPS))
