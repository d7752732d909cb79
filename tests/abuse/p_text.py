#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Text that would be lines, sections or specifiers of a file, in every string that firstbootd takes."""
import glob
import os
import socket
import struct
import sys

from abuse import case, main

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path += [os.path.join(HERE, '../bus'), os.path.join(HERE, '../fuzz')]
import bus as system  # noqa: E402
from seeds import Wire, dbus  # noqa: E402

# Within a name; short enough for that of a card.
TEXTS = ['a\nb', 'a\rb', 'a\r\nb', 'a\n[Match]', '[Match]', 'a\\', 'a\\\nb', '%n', 'a%nb', '%%', 'a\u2028b', 'a\u2029b', 'a\u0085b', 'a\x1b[2J',
         'a\tb', 'a\x7fb', 'a\u009bb', 'a\u202eb', '#a', ';a', 'a=b', 'a b', '*', 'a*', '!a', '../a', 'a/b', "a'b", 'a"b', '$(id)', 'a`id`', '{a}',
         '\uff41', 'a\ufeff', '..']
# Good in the name of a card, in no other.
DOTS = ['-a', 'a-', '.a', 'a..b']
LONG = ['example.com\n\n[Match]\nName=*\n\n[Network]\nDNS=192.0.2.66', 'a\n127.0.0.1 example.com', 'example.com\\\nDNS=192.0.2.66', 'x' * 300]
FILES = ['/etc/systemd/network/*', '/run/systemd/network/*', '/etc/hosts', '/etc/hostname', '/etc/resolv.conf', '/var/lib/firstboot/settings',
         '/var/lib/firstboot/journal', '/var/lib/firstboot/history/*']


def files():
    """Everything that a change of the network or of the name writes."""
    found = {}
    for pattern in FILES:
        for path in glob.glob(pattern):
            with open(path, 'rb') as file:
                found[path] = file.read()
    return found


def refused(what, function, *arguments, **named):
    """The call is refused for what it holds, in a sentence of one line, and nothing has changed."""
    before = files()
    try:
        function(*arguments, **named)
    except system.Refused as error:
        assert error.name == 'Refused', f'{what}: {error}'
        assert error.message and all(c.isprintable() for c in error.message), f'{what}: {error.message!r}'
    else:
        raise AssertionError(f'{what} was taken')
    assert files() == before, f'{what} has changed a file'


def set_network(connection, links, advertised=''):
    return connection.call('SetNetwork', system.SET + 'uu', links, advertised, system.UNSAFE, 0, returns='tbts')


@case(45, 'each string of SetNetwork with line ends, sections, continuations, specifiers, patterns: refused, no file changes')
def network_strings():
    connection = system.Bus()
    good = system.family(system.STATIC, ['192.0.2.10/24'])
    for text in TEXTS:
        name = text[:15]
        for what, links, advertised in (
                ('a card', [system.link(name, good)], ''),
                ('a VLAN', [system.link(name, good, made_of=system.device(system.VLAN, ['enp1s0'], 10))], ''),
                ('a parent', [system.link('vlan10', good, made_of=system.device(system.VLAN, [name], 10))], ''),
                ('a port', [system.link('bond0', good, made_of=system.device(system.BOND, [name, 'enp2s0']))], ''),
                ('the advertised one', [system.link('enp1s0', good)], name)):
            refused(f'{what} called {name!r}', set_network, connection, links, advertised)
    for text in TEXTS + DOTS + LONG:
        for what in ('domains', 'ntp'):
            refused(f'{what} {text!r}', set_network, connection, [system.link('enp1s0', good, **{what: [text]})])
            refused(f'{what} with {text!r}', set_network, connection, [system.link('enp1s0', good, **{what: ['example.com', text]})])
    connection.close()


@case(45, 'the same in SetHostname: refused, hosts(5) and the hostname stay')
def hostname_strings():
    connection = system.Bus()
    for text in TEXTS + DOTS + LONG + ['127.0.0.1', 'localhost', '', '\n']:
        refused(f'the hostname {text!r}', connection.call, 'SetHostname', 's', text)
    connection.close()


def message(member, signature, body):
    """A call of firstbootd's, byte for byte."""
    fields = Wire()
    for code, kind, value in ((1, 'o', '/org/firstboot/Firstboot1'), (6, 's', 'org.firstboot.Firstboot1'),
                              (2, 's', 'org.firstboot.Firstboot1'), (3, 's', member)):
        fields.align(8)
        fields.data += bytes([code, 1]) + kind.encode() + b'\0'
        fields.put(kind, value)
    fields.align(8)
    fields.data += bytes([8, 1]) + b'g\0' + bytes([len(signature)]) + signature.encode() + b'\0'
    return b'l\1\0\1' + struct.pack('<III', len(body), 7, len(fields.data)) + bytes(fields.data) + bytes(-len(fields.data) % 8) + body


@case(45, 'a string with a NUL within, and one that is no UTF-8, sent byte for byte: the bus cuts the sender off')
def raw_strings():
    fields = b'\1\1o\0' + dbus('o', '/org/freedesktop/DBus') + bytes(2) + b'\6\1s\0' + dbus('s', 'org.freedesktop.DBus') + bytes(3) + \
        b'\2\1s\0' + dbus('s', 'org.freedesktop.DBus') + bytes(3) + b'\3\1s\0' + dbus('s', 'Hello')
    hello = b'l\1\0\1' + struct.pack('<III', 0, 1, len(fields)) + fields + bytes(-len(fields) % 8)
    before = files()
    for name in (b'a\0b', b'a\xffb', b'a\xed\xa0\x80b'):
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            line.connect('/run/dbus/system_bus_socket')
            line.sendall(b'\0AUTH EXTERNAL ' + b'0'.hex().encode() + b'\r\n')
            assert line.recv(4096).startswith(b'OK'), 'no greeting'
            line.sendall(b'BEGIN\r\n' + hello)
            assert line.recv(4096)[:1] == b'l', 'no answer to Hello'
            line.sendall(message('SetHostname', 's', dbus('s', name)))
            said = b''
            while piece := line.recv(4096):
                said += piece
        assert b'SetHostname' not in said
    assert files() == before, 'a file has changed'


@case(45, 'good settings with everything there is: one section of each kind, no control byte, no specifier')
def one_section_set():
    connection = system.Bus()
    links = [system.link('enp1s0', system.family(system.STATIC, ['192.0.2.10/24', '198.51.100.7/32'], '192.0.2.1'),
                         system.family(system.STATIC, ['2001:db8::10/64'], 'fe80::1'), dns=['192.0.2.53', '2001:db8::53'],
                         domains=['example.com', 'a_b.example'], ntp=['ntp.example.com', '192.0.2.123'], mtu=1400,
                         routes=[('10.0.0.0/8', '192.0.2.2', 50)], by_mac=True, anonymous=True)]
    set_network(connection, links, 'enp1s0')
    text = files()['/etc/systemd/network/05-firstboot-enp1s0.network']
    assert all(byte == 10 or 32 <= byte < 127 for byte in text), 'a control byte'
    lines = text.decode().splitlines()
    sections = sorted(line for line in lines if line.startswith('['))
    assert sections == ['[Address]'] * 3 + ['[Link]', '[Match]', '[Network]', '[Route]'], sections
    for line in lines:
        assert not line or line[0] in '#[' or '=' in line, line
        assert line[:1] == '#' or not set(line) & set('%\\*?!'), line
    assert lines.count('Name=enp1s0') == 1
    connection.close()


if __name__ == '__main__':
    sys.exit(main())
