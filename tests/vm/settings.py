# SPDX-License-Identifier: LGPL-2.1-or-later
"""Network settings of a running machine: asked for as firstboot itself does, and looked for in its kernel."""
import json
import re
import time

from suite import equal, expect, start
from vm import VMError

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


def text_of(*links):
    return '# Network settings of firstboot; not to be edited.\n' + ''.join(links)


def netset(vm, words, *links, seconds=90):
    return vm.run(f"{NETSET} {words} <<'E'\n{text_of(*links)}E", seconds)


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
    addresses, *routes = vm.run('ip -j addr show; echo; ip -j -4 route show table main; echo; '
                                'ip -j -6 route show table main').split('\n\n')
    for entry in json.loads(addresses):
        for a in entry.get('addr_info', []):
            if a['scope'] == 'global' and not a.get('temporary'):
                kind = 'lease' if a.get('dynamic') else 'fixed'
                yield f"{entry['ifname']} {a['local']}/{a['prefixlen']} {kind}"
    for table in routes:
        for r in json.loads(table):
            if r.get('protocol') != 'kernel' and r['dst'] != 'fe80::/64':
                yield f"{r['dev']} route {r['dst']} via {r.get('gateway', '-')}"


def comes(vm, *wanted, seconds=100):
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
    """The kernel has that, now and after a restart; a pulled plug is the hardest one."""
    comes(vm, wanted)
    start(vm)
    comes(vm, wanted)


EXPIRED, RECOVERED_OLD = 3, 5   # of enum history_outcome


def ended(vm, outcome):
    """Wait for the end of the last change, which is to be that."""
    vm.run('for i in $(seq 160); do [ -e /var/lib/firstboot/journal ] || exit 0; sleep 0.5; done; '
           'journalctl -b -o short-monotonic --no-pager -u firstbootd -u systemd-networkd -u NetworkManager | tail -n 40; '
           'exit 1', 120)
    history = vm.run(f'{NETSET} history')
    expect(history.split()[1:2] == [str(outcome)], f'not {outcome} at the top of the history:\n{history}')


def confirm_within(vm, seconds):
    """How long a change waits to be kept. A busy machine may well need what is left to a customer for reading."""
    vm.run(f'sed -i s/^ConfirmSeconds=.*/ConfirmSeconds={seconds}/ /etc/firstboot/firstboot.conf; '
           f'grep -q ^ConfirmSeconds={seconds}$ /etc/firstboot/firstboot.conf || exit 1; '
           'pid=$(pgrep -x firstbootd) || exit 0; kill $pid; while [ -e /proc/$pid ]; do sleep 0.1; done')


def begin(vm, *links):
    """Try settings, and come back in the midst of that."""
    vm.run(f"cat >/run/wanted <<'E'\n{text_of(*links)}E\n"
           f"setsid sh -c '{NETSET} try </run/wanted >/run/said 2>&1; mv /run/said /run/answer' "
           '>/dev/null 2>&1 </dev/null &\n'
           'for i in $(seq 250); do [ -e /var/lib/firstboot/journal ] && exit 0; sleep 0.1; done; exit 1', 60)


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
    for _ in range(100):
        match = re.search(r'\S+ (192\.0\.2\.1\d\d/24) lease', '\n'.join(facts(vm)))
        if match:
            return match[1]
        time.sleep(1)
    raise VMError('no lease')
