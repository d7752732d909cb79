#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Text and floods from outside: DHCP, routers, names, the system's files. Whatever comes, the cells of the URL hold the URL, and the
terminal gets nothing but what draws."""
import os
import re
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import time

import machine
from abuse import case, main
from machine import ip, run
from term import Term

PEER = 'peer0'
CARD = 'enp1s0'
LEASED = '192.0.2.123'
DASHBOARD = 'F2/2 Settings'
# What may move a cursor, colour or ring, close a quotation, or look like another line.
HOSTILE = [
    b'\x1b[2J\x1b[1;1Hhttps://203.0.113.66/\x1b]0;owned\x07',
    b'\x1b]52;c;b3duZWQ=\x07\x1bP+q\x1b\\\x9b31m\xc2\x9b2J\x07\x07',
    b'a\r\nb\b\b\tc\x7f\x0e\x0f\x00d',
    '\u202eevil\u202c\u2066x\u2069\u200b\u200f\ufeff'.encode(),
    ('z' + '\u0300\u0301\u0302\u0303' * 40).encode(),
    b'$(id);reboot`id`%n%n%s|&"\'\\',
    b'\xff\xfe\xc0\xaf\xed\xa0\x80\xf8\x88\x80\x80\x80',
    b'.'.join([b'a'] * 120),
]


# -- what a terminal may be sent ---------------------------------------------------------------------------------------------

def record(t):
    """Keep all that is written to this terminal, beside showing it."""
    feed, kept = t.stream.feed, bytearray()

    def both(data):
        kept.extend(data)
        feed(data)
    t.stream.feed = both
    return kept


def check_bytes(data):
    """Nothing but characters, movements and colours: no OSC, DCS, BEL or C1, no direction, no broken UTF-8."""
    rest = re.sub(rb'\x1b\[[?>]?[0-9;]*[A-Za-z@`]|\x1b[()][0AB]|\x1b[78M=>]|[\r\n\b\x0e\x0f]', b'', bytes(data))
    text = rest.decode()  # strictly
    bad = re.search('[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]', text)
    assert not bad, f'{bad.group()!r} reached the terminal: {text[max(0, bad.start() - 60):bad.start() + 60]!r}'


def check_url(t, address=None):
    """The row of each URL holds it and nothing else, in bold."""
    wanted = [f'https://{a}:8443/' for a in ([address] if address else machine.addresses(CARD, 4))]
    assert wanted, 'no address'
    for url in wanted:
        t.wait_for(rf'^ *{re.escape(url)}$', 5)
        row = t.row_of(rf'^ *{re.escape(url)}$')
        column = t.lines()[row].index('h')
        cells = [t.screen.buffer[row][column + i] for i in range(len(url))]
        assert ''.join(c.data for c in cells) == url and all(c.bold for c in cells), cells
    others = [line for line in t.lines() if '://' in line and line.strip() not in wanted]
    assert all('docs.example.com' in line or '[' in line for line in others), others


def look_around(t, address=None):
    """The start screen and the details, to their end and back."""
    t.wait_for(DASHBOARD)
    check_url(t, address)
    t.press('f5')
    t.wait_for('PgDn/n')
    for _ in range(8):
        t.press('pagedown')
    t.press('home')
    t.read(0.1)
    t.press('escape')
    t.wait_for(DASHBOARD)
    check_url(t, address)


def check_printed():
    """The same lines without a screen: the state, and the report."""
    for option in ('--status', '--report'):
        done = subprocess.run(['firstboot', option], capture_output=True, check=True, env={**os.environ, 'LC_ALL': 'C.UTF-8'})
        check_bytes(done.stdout)


# -- a DHCP server and a router that say what they like ----------------------------------------------------------------------

def checksum(data):
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def option(code, value):
    return bytes([code, len(value[:255])]) + value[:255]


def labels(name):
    return b''.join(bytes([len(part[:63])]) + part[:63] for part in name.split(b'.') if part) + b'\0'


def answer(request, kind, which):
    """An offer or a lease, full of text."""
    text = HOSTILE[which]
    options = option(53, bytes([kind])) + option(54, socket.inet_aton('192.0.2.1')) + option(51, struct.pack('!I', 3600))
    options += option(1, socket.inet_aton('255.255.255.0')) + option(3, socket.inet_aton('192.0.2.1'))
    options += option(6, socket.inet_aton('192.0.2.1')) + option(42, socket.inet_aton('192.0.2.1'))
    for code in (12, 15, 40, 43, 60, 66, 67, 100, 101, 114, 240):
        options += option(code, text[:60])  # what is longer than a frame is no answer
    if text.isascii() and b'\0' not in text:
        options += option(56, text[:60])  # with another message networkd takes none of it
    options += option(119, labels(text)[:250]) + b'\xff'
    head = struct.pack('!4B4sHH4s4s4s4s', 2, 1, 6, 0, request[4:8], 0, 0x8000, bytes(4), socket.inet_aton(LEASED),
                       socket.inet_aton('192.0.2.1'), bytes(4))
    return head + request[28:44] + bytes(192) + b'\x63\x82\x53\x63' + options


def serve(which):
    """Answer every DHCP client at the far end of the cable, frame by frame."""
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
    link.bind((PEER, 0))
    own = link.getsockname()[4]
    while True:
        try:
            frame = link.recv(65535)
        except OSError:  # the cable is out
            continue
        if len(frame) < 14 + 20 + 8 + 240 or frame[23] != 17 or frame[36:38] != struct.pack('!H', 67):
            continue
        request = frame[42:]
        kind = re.search(rb'\x63\x82\x53\x63.*?\x35\x01(.)', request, re.S)[1][0]
        payload = answer(request, 2 if kind == 1 else 5, which)
        udp = struct.pack('!HHHH', 67, 68, 8 + len(payload), 0) + payload
        head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, socket.inet_aton('192.0.2.1'),
                           socket.inet_aton('255.255.255.255'))
        head = head[:10] + struct.pack('!H', checksum(head)) + head[12:]
        link.send(b'\xff' * 6 + own + b'\x08\x00' + head + udp)


def advertise(seconds):
    """Routers without number, each with name servers and search domains of its own."""
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x86dd))
    link.bind((PEER, 0))
    own, end, i = link.getsockname()[4], time.monotonic() + seconds, 0
    while time.monotonic() < end:
        i += 1
        source = socket.inet_pton(socket.AF_INET6, f'fe80::{i % 60000:x}')
        target = socket.inet_pton(socket.AF_INET6, 'ff02::1')
        servers = b''.join(os.urandom(16) for _ in range(20))
        names = b''.join(labels(HOSTILE[(i + j) % len(HOSTILE)])[:60].ljust(61, b'\0') for j in range(4))
        names += b'\0' * (-len(names) % 8)
        body = bytes([134, 0, 0, 0, 64, 0]) + struct.pack('!HII', 1800, 0, 0)
        body += bytes([25, 1 + len(servers) // 8, 0, 0]) + struct.pack('!I', 600) + servers
        body += bytes([31, 1 + len(names) // 8, 0, 0]) + struct.pack('!I', 600) + names
        pseudo = source + target + struct.pack('!II', len(body), 58) + body
        body = body[:2] + struct.pack('!H', checksum(pseudo)) + body[4:]
        link.send(b'\x33\x33\0\0\0\x01' + own + b'\x86\xdd' + struct.pack('!IHBB', 0x60000000, len(body), 58, 255) + source + target + body)
        if i % 50 == 0:
            time.sleep(0.005)


def far_side(*words):
    """This file again, at the far end of the cable."""
    return subprocess.Popen(['ip', 'netns', 'exec', 'peer', sys.executable, '-B', os.path.abspath(__file__), *words])


def pull_cable():
    """Out until its lease is lost, and in again."""
    ip('-n', 'peer', 'link', 'set', PEER, 'down')
    deadline = time.monotonic() + 10
    while machine.addresses(CARD, 4):
        assert time.monotonic() < deadline, 'the lease stays'
        time.sleep(0.1)
    ip('-n', 'peer', 'link', 'set', PEER, 'up')


def wait_address(address, timeout=30):
    deadline = time.monotonic() + timeout
    while address not in machine.addresses(CARD, 4):
        assert time.monotonic() < deadline, f'no {address}: {ip("address", "show", "dev", CARD)}'
        time.sleep(0.1)


def prepare():
    machine.allow_ptys()
    machine.claim()


@case(51, 'a DHCP server whose hostname, domain, search list, vendor, portal, zone and other texts hold ESC, OSC, C1, CR, BS, '
          'directions, zalgo, $(id), %n, broken UTF-8, 120 labels')
def dhcp():
    prepare()
    machine.wait_lease()
    machine.signal_dhcp('STOP')
    try:
        with machine.console() as t:
            kept = record(t)
            for i in range(len(HOSTILE)):
                server = far_side('serve', str(i))
                try:
                    pull_cable()
                    wait_address(LEASED)
                    look_around(t, LEASED)
                    assert server.poll() is None, 'the server is gone'
                    check_bytes(kept)
                finally:
                    server.kill()
                    server.wait()
            check_printed()
    finally:
        machine.signal_dhcp('CONT')
        pull_cable()


def answer_times(t, n=7):
    """How long Details takes to come, ms."""
    found = []
    for _ in range(n):
        begun = time.monotonic()
        os.write(t.fd, t.keys['f5'].encode())
        while not t.sees('PgDn/n'):
            t.read(0.002)
            assert time.monotonic() - begun < 5, t.text()
        found.append((time.monotonic() - begun) * 1000)
        t.press('escape')
        t.wait_for(DASHBOARD)
    return found


def flood_events(part):
    """Take 100 addresses away and give them back for 5 s: each time an event of the address and one of its route."""
    turn = ''.join(f'address {word} 198.18.{part}.{i + 1}/32 dev {CARD}\n' for i in range(100) for word in ('del', 'add'))
    name = f'/run/flood-{part}'
    with open(name, 'w', encoding='ascii') as f:
        f.write(turn)
    return subprocess.Popen(['timeout', '5', 'sh', '-c', f'n=0; while ip -force -batch {name}; do n=$((n + 400)); echo $n; done'],
                            stdout=open(f'{name}.count', 'wb'), stderr=subprocess.DEVNULL)


def under(floods, t, kept, address):
    """The screen answers while this goes on, and is no larger after it than a little."""
    before = machine.resident(t)
    time.sleep(0.3)
    times = answer_times(t)
    for flood in floods:
        flood.wait()
    grown = machine.resident(t) - before
    print(f'        key to screen {statistics.median(times):.0f} ms (at most {max(times):.0f}), {grown // 1024} KiB more')
    assert statistics.median(times) < 200, times
    assert grown < 16 << 20, grown
    if address:
        check_url(t, address)
    check_bytes(kept)


@case(52, 'routers without number for 5 s, each with 20 name servers and search domains of ESC and OSC')
def advertisements():
    prepare()
    address = machine.wait_lease()
    with machine.console() as t:
        kept = record(t)
        t.wait_for(DASHBOARD)
        check_url(t, address)
        under([far_side('advertise', '5')], t, kept, address)
        look_around(t, address)


@case(52, '1000 addresses on the card, and about 10 000 events of netlink a second, for 5 s')
def events():
    prepare()
    address = machine.wait_lease()
    added = ''.join(f'address add 198.18.{i // 250}.{i % 250 + 1}/32 dev {CARD}\n' for i in range(1000))
    with machine.console() as t:
        kept = record(t)
        t.wait_for(DASHBOARD)
        run('ip', '-batch', '-', input=added)
        try:
            t.read(1)
            floods = [flood_events(part) for part in (0, 1)]
            under(floods, t, kept, None)
            told = sum(int((open(f'/run/flood-{part}.count', encoding='ascii').read().split() or ['0'])[-1]) for part in (0, 1))
            print(f'        {told / 5:.0f} events a second')
            assert told > 5 * 2000, told
        finally:
            subprocess.run(['ip', '-force', '-batch', '-'], input=added.replace('address add', 'address del'), text=True, check=False,
                           stderr=subprocess.DEVNULL)
        t.read(1)
        check_url(t, address)


def with_file(path, data, mode=0o644):
    """Write a file of the system's; what undoes it."""
    before = open(path, 'rb').read() if os.path.exists(path) else None
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(data)
    os.chmod(path, mode)

    def undo():
        os.unlink(path)
        if before is not None:
            with open(path, 'wb') as f:
                f.write(before)
    return undo


@case(53, 'os-release, the vendor\'s file and issue with the same texts: drawn as one harmless line, or not at all')
def files():
    prepare()
    address = machine.wait_lease()
    for text in HOSTILE:
        quoted = text.replace(b'\n', b' ').replace(b'\0', b' ')
        undo = [
            with_file('/etc/os-release', b'PRETTY_NAME="' + quoted.replace(b'"', b'').replace(b'\\', b'') + b'"\nDOCUMENTATION_URL=' + quoted + b'\n'),
            with_file('/etc/issue', text),
            with_file('/etc/firstboot/firstboot.conf.d/90-hostile.conf',
                      b'[Product]\nName=' + quoted + b'\nVersion=' + quoted + b'\n[Web]\nPath=' + quoted + b'\nUnit=' + quoted + b'\n'
                      + quoted + b'\n'),
        ]
        try:
            with machine.console() as t:
                kept = record(t)
                t.wait_for(DASHBOARD)
                row = t.row_of(rf'^ *https://{re.escape(address)}:8443/')
                assert row > 0, t.text()
                t.press('f5')
                t.wait_for('PgDn/n')
                t.press('pagedown', 'pagedown', 'escape')
                t.wait_for(DASHBOARD)
                check_bytes(kept)
            check_printed()
        finally:
            for each in undo:
                each()


@case(53, 'a file of the vendor\'s that others may write, or whose folder they may: it is not read')
def writable():
    prepare()
    address = machine.wait_lease()
    folder = '/etc/firstboot/firstboot.conf.d'
    undo = with_file(f'{folder}/90-owned.conf', b'[Product]\nName=Owned\n[Web]\nPort=6666\n', 0o666)
    try:
        assert 'Owned' not in run('firstboot', '--status') and f'https://{address}:8443/' in run('firstboot', '--status')
        os.chmod(f'{folder}/90-owned.conf', 0o664)
        os.chown(f'{folder}/90-owned.conf', 0, 100)
        assert 'Owned' not in run('firstboot', '--status')
        os.chown(f'{folder}/90-owned.conf', 65534, 0)
        os.chmod(f'{folder}/90-owned.conf', 0o644)
        assert 'Owned' not in run('firstboot', '--status')
        os.chown(f'{folder}/90-owned.conf', 0, 0)
        assert 'Owned' in run('firstboot', '--status'), 'the file was not the reason'
    finally:
        undo()


@case(54, 'hostnames, aliases, other names and products of every kind, on screens from 40x12 to 200x60 and while they change size: '
          'the cells of the URL hold the URL')
def url_cells():
    prepare()
    address = machine.wait_lease()
    own = open('/proc/sys/kernel/hostname', 'rb').read()
    machine.configure('[Product]\nName=' + 'https://203.0.113.66:8443/ ' * 20 + '\nVersion=' + 'v' * 300 + '\n', '80-long.conf')
    try:
        with machine.console() as t:
            kept = record(t)
            for text in [b'h' * 64, *HOSTILE]:
                with open('/proc/sys/kernel/hostname', 'wb') as f:
                    f.write(text.replace(b'\0', b'')[:64])
                with open(f'/sys/class/net/{CARD}/ifalias', 'wb') if os.access(f'/sys/class/net/{CARD}/ifalias', os.W_OK) \
                        else open(os.devnull, 'wb') as f:
                    f.write(text[:255])
                for columns, rows in ((40, 12), (80, 24), (200, 60), (41, 13), (80, 25)):
                    t.resize(columns, rows)
                    t.press('ctrl-l')
                    t.wait_for(rf'^ *https://{re.escape(address)}:8443/$', 5)
                    row = t.row_of(rf'^ *https://{re.escape(address)}:8443/$')
                    column = t.lines()[row].index('h')
                    assert all(t.screen.buffer[row][column + i].bold for i in range(len(f'https://{address}:8443/')))
            check_bytes(kept)
    finally:
        with open('/proc/sys/kernel/hostname', 'wb') as f:
            f.write(own)
        os.unlink('/etc/firstboot/firstboot.conf.d/80-long.conf')


@case(55, 'root writes sequences over the whole screen of a terminal, as wall and write do, and ends: it is drawn anew, and no key was typed')
def written_over():
    prepare()
    address = machine.wait_lease()
    with machine.console() as t:
        t.wait_for(DASHBOARD)
        check_url(t, address)
        name = os.readlink(f'/proc/{t.pid}/fd/1')
        with open(name, 'wb', buffering=0) as f:
            f.write(b'\x1b[2J\x1b[5;7Hhttps://203.0.113.66/\r\nBroadcast message: F8 0 q\x1b[1;1H')
        t.read(0.2)
        t.wait_for(DASHBOARD)
        check_url(t, address)
        assert not t.sees('203.0.113.66') and not t.sees('Broadcast'), t.text()


def write_by_group(name):
    """What wall and write do for an account, on a terminal that takes messages; whether it went through."""
    done = subprocess.run(['setpriv', '--reuid=nobody', '--regid=tty', '--clear-groups', 'sh', '-c', f'echo the power goes >{name}'],
                          capture_output=True, text=True, check=False)
    return done.returncode == 0


@case(55, 'another account writes by the terminal\'s group, as wall and write do for it: it can, but not while the start screen is there')
def others_write():
    prepare()
    with Term(machine.as_firstboot('sh', '-c', 'read x; exec "$0"', machine.CONSOLE), owner='firstboot') as t:
        t.wait_rest()
        name = os.readlink(f'/proc/{t.pid}/fd/1')
        shutil.chown(name, group='tty')
        os.chmod(name, 0o620)
        assert write_by_group(name), 'nobody can write on a terminal: the test proves nothing'
        t.wait_for('the power goes')
        t.type('\r')
        t.wait_for(DASHBOARD)
        assert not write_by_group(name), t.text()


if __name__ == '__main__':
    if sys.argv[1:2] == ['serve']:
        serve(int(sys.argv[2]))
    elif sys.argv[1:2] == ['advertise']:
        advertise(float(sys.argv[2]))
    else:
        sys.exit(main())
