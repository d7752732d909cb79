#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Make the inputs that each fuzzer begins with: what a real machine would send, file or type.

usage: seeds.py FOLDER    makes FOLDER/NAME/seed-N for the target fuzz-NAME.c
"""
import base64
import hashlib
import ipaddress
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
UNIT = HERE.parent / 'unit'


class Wire:
    """Values as D-Bus sends them, little endian."""

    def __init__(self):
        self.data = bytearray()

    def align(self, n):
        self.data += bytes(-len(self.data) % n)

    def put(self, signature, *values):
        """Values by their types; returns self. An array is a list, a struct or dictionary entry a tuple, a variant
        (signature, value)."""
        values = list(values)
        while signature:
            one, signature = split(signature)
            self.one(one, values.pop(0))
        return self

    def one(self, kind, value):
        numbers = {'y': 'B', 'b': 'I', 'q': 'H', 'i': 'i', 'u': 'I', 't': 'Q', 'h': 'I'}
        if kind in numbers:
            code = numbers[kind]
            self.align(struct.calcsize(code))
            self.data += struct.pack('<' + code, value)
        elif kind in 'so':
            text = value if isinstance(value, bytes) else value.encode()
            self.put('u', len(text))
            self.data += text + b'\0'
        elif kind == 'v':
            self.data += bytes([len(value[0])]) + value[0].encode() + b'\0'
            self.one(*value)
        elif kind[0] == 'a':
            self.put('u', 0)
            at = len(self.data) - 4
            if kind[1] in '({t':
                self.align(8)
            begin = len(self.data)
            for item in value:
                self.one(kind[1:], item)
            struct.pack_into('<I', self.data, at, len(self.data) - begin)
        else:
            self.align(8)
            self.put(kind[1:-1], *value)


def split(signature):
    """The first complete type of a signature, and the rest."""
    n, depth = 0, 0
    while True:
        if signature[n] in '({':
            depth += 1
        elif signature[n] in ')}':
            depth -= 1
        n += 1
        if depth == 0 and signature[n - 1] != 'a':
            return signature[:n], signature[n:]


def dbus(signature, *values):
    return bytes(Wire().put(signature, *values).data)


def ip(text):
    return list(ipaddress.ip_address(text).packed)


# -- network settings

FAMILY = '(ya(ayy)ayb)'
DEVICE = '(yasqy)'
LINK = f'(is{DEVICE}{FAMILY}{FAMILY}aayasasua(ayyayu)bb)'
SET = f'a{LINK}su'
AUTO, OFF, STATIC = (1, [], [], 0), (0, [], [], 0), 2


def link(name, device=(0, [], 0, 0), v4=AUTO, v6=AUTO, dns=(), domains=(), ntp=(), mtu=0, routes=(), index=1):
    return (index, name, device, v4, v6, [ip(a) for a in dns], list(domains), list(ntp), mtu, list(routes), 1, 0)


FIXED4 = (STATIC, [(ip('192.0.2.10'), 24), (ip('198.51.100.7'), 32)], ip('192.0.2.1'), 0)
FIXED6 = (STATIC, [(ip('2001:db8::10'), 64)], ip('fe80::1'), 1)
ROUTES = [(ip('10.0.0.0'), 8, ip('192.0.2.2'), 50), (ip('2001:db8:1::'), 48, [], 0)]
SETS = [
    ([link('eth0')], 'eth0', 0),
    ([link('lo', v4=FIXED4, v6=FIXED6, dns=['192.0.2.53', '2001:db8::53'], domains=['example.com', 'a_b.example'],
           ntp=['ntp.example.com', '192.0.2.123'], mtu=1500, routes=ROUTES)], 'lo', 1),
    ([link('bond0', (2, ['eth0', 'eth1'], 0, 1), FIXED4, OFF), link('vlan10', (1, ['bond0'], 10, 0), AUTO, OFF, index=0)],
     '', 2),
    ([link('eth0\n[Match]\nName=*', v4=FIXED4)], '', 0),
    ([link('eth0', v4=FIXED4, domains=['%n', 'x\n[Route]', 'a\\'])], '', 0),
]

NETSETS = [
    bytes([0, 0]) + bytes(range(60)),
    bytes([1, 0, 1, 1, 2, 4, 2, 1, 2, 10, 24, 1, 3, 1, 0] + [0] * 30),
    bytes([1, 0, 2, 0, 0, 0, 0, 0, 2, 1, 4, 7, 24, 1, 5, 1, 0, 2, 1, 4, 9, 64, 0, 0] + [4, 1, 2, 5, 6, 7, 2, 5] * 12),
]


# -- answers of the kernel

def attribute(kind, data):
    return struct.pack('<HH', 4 + len(data), kind) + data + bytes(-len(data) % 4)


def message(kind, data):
    return struct.pack('<IHHII', 16 + len(data), kind, 2, 1, 0) + data


def link_message(index, name, kind=b'', more=b'', delete=False):
    info = attribute(18, attribute(1, kind + b'\0') + more) if kind else b''
    return message(17 if delete else 16, struct.pack('<BxHiII', 0, 1, index, 0x11043, 0) + attribute(3, name + b'\0') +
                   attribute(1, bytes.fromhex('525400123456')) + attribute(4, struct.pack('<I', 1500)) + info)


def address_message(index, address, length):
    packed = ipaddress.ip_address(address).packed
    return message(20, struct.pack('<BBBBI', 2 if len(packed) == 4 else 10, length, 0x80, 0, index) + attribute(1, packed) +
                   attribute(2, packed) + attribute(6, struct.pack('<IIII', 3600, 7200, 0, 0)) +
                   attribute(8, struct.pack('<I', 0x80)))


def route_message(to, length, via, index, protocol=4, more=b''):
    family = 2 if '.' in via else 10
    return message(24, struct.pack('<BBBBBBBBI', family, length, 0, 0, 254, protocol, 0, 1, 0) +
                   (attribute(1, ipaddress.ip_address(to).packed) if to else b'') +
                   attribute(5, ipaddress.ip_address(via).packed) + attribute(4, struct.pack('<I', index)) +
                   attribute(6, struct.pack('<I', 1024)) + more)


def socket_message(family, state, attributes=b''):
    return message(20, struct.pack('<BBBB', family, state, 0, 0) + struct.pack('>HH', 443, 50000) + bytes(15) + b'\x01' * 17 +
                   struct.pack('<III', 0, 1, 2) + bytes(20) + attributes)


HOP = struct.pack('<HBBi', 16, 0, 0, 3) + attribute(5, bytes([192, 0, 2, 1]))
NETLINK = [
    b'r' + link_message(2, b'eth0') + link_message(3, b'vlan10', b'vlan', attribute(2, attribute(1, b'\x0a\0'))) +
    address_message(2, '192.0.2.10', 24) + address_message(2, '2001:db8::10', 64) + route_message('', 0, '192.0.2.1', 2) +
    route_message('10.0.0.0', 8, '192.0.2.2', 2),
    b'r' + link_message(4, b'bond0', b'bond', attribute(2, attribute(1, b'\x01'))) + link_message(4, b'bond0', delete=True),
    b'r' + route_message('2001:db8:1::', 48, 'fe80::1', 2, 9) + route_message('', 0, '192.0.2.1', 2, 16, attribute(9, HOP)),
    b's' + socket_message(2, 10) + socket_message(10, 10, attribute(11, b'\x01')) + message(3, bytes(4)),
    b's' + message(2, struct.pack('<i', -1) + bytes(16)),
]


# -- NetworkManager

def properties(*pairs):
    return dbus('a{sv}', list(pairs))


NM = [
    b'\0' + properties(('Managed', ('b', 1)), ('State', ('u', 100)), ('ActiveConnection', ('o', '/a/1')),
                       ('Dhcp4Config', ('o', '/d/1')), ('Ip4Config', ('o', '/4/1')), ('Ip6Config', ('o', '/6/1'))),
    b'\1' + properties(('Connection', ('o', '/s/1')), ('Uuid', ('s', 'x'))),
    b'\2' + properties(('Flags', ('u', 0)), ('Filename', ('s', '/run/NetworkManager/a.nmconnection'))),
    b'\3' + properties(('Options', ('a{sv}', [(k, ('s', v)) for k, v in (
        ('ip_address', '192.0.2.10'), ('dhcp_server_identifier', '192.0.2.1'), ('dhcp_lease_time', '3600'),
        ('expiry', '1700000000'), ('ntp_servers', '192.0.2.1 192.0.2.2'), ('dhcp_client_identifier', '01:52:54'),
        ('host_name', 'box'), ('interface_mtu', '1400'))]))),
    b'\4' + properties(('Gateway', ('s', '192.0.2.1')),
                       ('AddressData', ('aa{sv}', [[('address', ('s', '192.0.2.10')), ('prefix', ('u', 24))]])),
                       ('RouteData', ('aa{sv}', [[('dest', ('s', '10.0.0.0')), ('prefix', ('u', 8)),
                                                  ('next-hop', ('s', '192.0.2.2')), ('metric', ('u', 100))]])),
                       ('NameserverData', ('aa{sv}', [[('address', ('s', '192.0.2.53'))]])),
                       ('Searches', ('as', ['example.com'])), ('Domains', ('as', ['example.org']))),
    b'\5' + properties(('Gateway', ('s', 'fe80::1')), ('Nameservers', ('aay', [ip('2001:db8::53')])),
                       ('RouteData', ('aa{sv}', [[('dest', ('s', '2001:db8::')), ('prefix', ('u', 64))]]))),
    b'\6' + dbus('a{sa{sv}}', [('ipv4', [('method', ('s', 'manual')), ('ignore-auto-dns', ('b', 1))]),
                               ('ipv6', [('method', ('s', 'auto'))])]),
    b'\7' + dbus('a{sa{sv}}', [('user', [('data', ('a{ss}', [('org.firstboot.digest', '0123456789abcdef'),
                                                            ('org.firstboot.previous', 'u' * 36)]))])]),
]


# -- calls of firstbootd

# By their place in firstbootd's table.
METHODS = re.findall(r'SD_BUS_METHOD_WITH_ARGS\(\s*"(\w+)"', (HERE / '../../src/helper/service.c').read_text(encoding='utf-8'))


def course(*calls, claimed=0):
    """The state of the machine, then calls: method, how, body."""
    return bytes([claimed]) + b''.join(bytes([METHODS.index(which), how]) + struct.pack('>H', len(body)) + body
                                       for which, how, body in calls)


BUS = [
    course(('GetState', 0, b''), ('GetStatus', 0, b''), ('GetIdentity', 0, b''), ('ListHistory', 1, b''), ('GetWebUnitLog', 0, b'')),
    course(('SetHostname', 0, dbus('s', 'appliance01.example.com')), ('SetHostname', 2, dbus('s', 'a\n127.0.0.1 b'))),
    course(('BeginEdit', 0, b''), ('SetNetwork', 0, dbus(SET + 'u', *SETS[0], 0)), ('EndEdit', 0, b'')),
    course(('Authenticate', 0, b'correct horse'), ('CheckPassword', 0, b'x' * 600), ('SetRootPassword', 8, b'two\nlines'), claimed=1),
    course(('Confirm', 0, dbus('t', 1)), ('Revert', 0, dbus('t', 1)), ('GetSettings', 0, dbus('t', 0))),
    course(('NoteKeys', 0, dbus('a(ss)', [('tls', 'AA:BB'), ('ssh ED25519', 'SHA256:x')])), ('RenewIdentity', 0, dbus('u', 3))),
    course(('JudgePort', 0, dbus('iayq', 1, ip('192.0.2.1'), 443)), ('Power', 0, dbus('sb', 'reboot', 0)), ('GetInhibitors', 0, dbus('s', 'reboot'))),
    course(('SaveReport', 0, b'A report\nof two lines\n'), ('WatchScreen', 0, b''), ('Complete', 0, b''), ('Lock', 0, b''), ('AddRootKey', 0, dbus('s', 'ssh-ed25519 AAAA x\n')), ('SetNetwork', 4, b'x' * 40)),
    course(('SetTimezone', 0, dbus('s', 'Europe/Sofia')), ('SetTimezone', 1, dbus('s', '../../etc/passwd')), ('SetKeymap', 0, dbus('s', 'de(neo)')),
           ('SetKeymap', 1, dbus('s', 'us"\n')), ('TryKeymap', 0, dbus('s', 'us')), ('TryKeymap', 0, dbus('s', '')),
           ('SetRootPasswordHash', 1, b'$6$salt$' + b'x' * 86), ('SetRootPasswordHash', 0, b'$6$salt$x')),
    course(('GetSetup', 0, b''), ('AcceptEula', 0, dbus('s', '/eula.txt')), ('AcceptEula', 0, dbus('s', '/etc/passwd')), ('GetSetup', 0, b'')),
    course(('RunStep', 0, b'{"word":"x","seats":5,"token":"secret"}'), ('RunStep', 0, b'{"word":"x"}'), ('RunStep', 0, b'{"word":"x"}'),
           ('RunStep', 8, b'{}'), ('RunStep', 1, b'{"seats":10}'), ('GetSetup', 0, b''), ('Complete', 0, b'')),
    course(('GetState', 16, b'l\1\0\1' + bytes(12))),
] + [course(('SetNetwork', how, dbus(SET + 'u', *each, 60))) for each in SETS for how in (0, 1, 2)]


# -- what other machines and files say

def dns_answer():
    question = b'\3www\7example\3com\0' + struct.pack('>HH', 1, 1)
    return struct.pack('>HHHHHH', 7, 0x8180, 1, 2, 0, 0) + question + b'\xc0\x0c' + struct.pack('>HHIH', 5, 1, 60, 2) + \
        b'\xc0\x10' + b'\xc0\x0c' + struct.pack('>HHIH', 1, 1, 60, 4) + bytes([192, 0, 2, 1])


def host_key(kind, *parts):
    blob = b''.join(struct.pack('>I', len(p)) + p for p in (kind.encode(), *parts))
    return b'\2' + f'{kind} {base64.b64encode(blob).decode()} root@box\n'.encode()


def advertisement():
    source, to = ipaddress.ip_address('fe80::1').packed, ipaddress.ip_address('ff02::1').packed
    body = bytearray(struct.pack('>BBHI', 136, 0, 0, 0x20000000) + source + b'\2\1' + bytes(6))
    words = source + to + struct.pack('>II', len(body), 58) + bytes(body)
    total = sum(struct.unpack(f'>{len(words) // 2}H', words))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    struct.pack_into('>H', body, 2, ~total & 0xffff)
    return struct.pack('>IHBB', 6 << 28, len(body), 58, 255) + source + to + bytes(body)


ANSWERS = [
    b'\0' + dns_answer(), b'\0' + struct.pack('>HHHHHH', 7, 0x8183, 0, 0, 0, 0),
    b'\1HTTP/1.1 200 OK\r\nServer: x\r\n\r\n', b'\1HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.0 404\r\n', b'\1SSH-2.0-x\r\n',
    host_key('ssh-ed25519', bytes(32)), host_key('ssh-rsa', b'\1\0\1', b'\0' + b'\xff' * 256),
    host_key('ecdsa-sha2-nistp256', b'nistp256', b'\4' + bytes(64)),
    b'\3' + struct.pack('>HHBBH', 1, 0x800, 6, 4, 2) + bytes.fromhex('525400123456c0000201525400123457c000020a'),
    b'\4' + advertisement(),
]

ANSWERS += [b'\5' + key[1:] for key in ANSWERS if key[:1] == b'\2'] + [b'\5command="id",no-pty ' + ANSWERS[5][1:]]

SETTINGS = [
    '# Network settings of firstboot; not to be edited.\n\n[Set]\nAdvertised=eth0\n\n[Link]\nName=eth0\nMTUBytes=1500\n\n[IPv4]\nMethod=static\n'
    'Address=192.0.2.10/24\nGateway=192.0.2.1\n\n[IPv6]\nMethod=off\n\n[Network]\nDNS=192.0.2.53\nDomains=example.com\n'
    'NTP=ntp.example.com\n\n[Route]\nDestination=10.0.0.0/8\nGateway=192.0.2.2\nMetric=50\n\n[DHCP]\nClientIdentifier=mac\n'
    'SendHostname=no\n',
    '# Network settings of firstboot; not to be edited.\n\n[Link]\nName=vlan10\nKind=vlan\nId=10\nPort=eth0\n\n[IPv4]\nMethod=automatic\n\n[IPv6]\n'
    'Method=dhcp\n\n[Link]\nName=bond0\nKind=bond\nMode=802.3ad\nPort=eth1\nPort=eth2\n\n[IPv4]\nMethod=off\n\n[IPv6]\n'
    'Method=static\nAddress=2001:db8::10/64\nGateway=fe80::1\nGatewayOnLink=yes\n',
]

CONF = [
    '[Product]\nName=Acme\nVersion=4.2\nDocumentationURL=https://docs.example.com/\n[Web]\nScheme=https\nPort=8443\nPath=/ui/\n'
    'Unit=acme.service\n\0[Web]\nPort=\n[Console]\nTTYs=tty1 ttyS0\nShowQRCode=yes\n\0'
    '10-a.conf\0[Password]\nMinLength=12\nMode=key\n\0PRETTY_NAME="Acme \\"Linux\\""\nDOCUMENTATION_URL=\'https://example.com\'\n',
    '[Web\nX\n=\n[Web]\nUnit=../x\nUnit=a\x1b[2J.service\n\0\0\0\0PRETTY_NAME="\x1b]0;x\x07"\n',
    '[Product]\nLogo=/etc/logo\nSupportURL=https://x/\n[Theme]\nText=bright-white blue\nBar=black  cyan\n\0[Wizard]\nSteps=welcome time\n\0\0\0'
    ' /\\\\_ \n(__)\n',
    '[Console]\nShell=off\nAuthentication=login\nIdleLockSeconds=60\n[Network]\nConfirmSeconds=60\n\0\0.hidden\0[Web]\n\0',
]

FILES = [
    '\0PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n # x\nDOCUMENTATION_URL=a\\ b c\n',
    '\x01127.0.0.1\tlocalhost\n127.0.1.1 old.example.com old # x\n::1 localhost ip6-localhost\n', '\x01192.0.2.1 x\n', '\1',
    '\2one\n# firstboot: begin\nx\n# firstboot: end\ntwo', '\2# firstboot: begin, in a file of its own\nx\n# firstboot: end\n', '\2open',
    '\3Key=value\nId=12345\nKey=\x1b[2J\n',
]

FIELDS = ['\0appliance01.example.com', '\0vlan10', '\x004094', '\x001500', '\x01192.0.2.10/24, 198.51.100.7 255.255.255.0',
          '\x01192.0.2.1', '\x022001:db8::10/64 2001:db8::11/64', '\2fe80::1', '\x03192.0.2.53 2001:db8::53', '\3example.com a_b.example',
          '\x0410.0.0.0/8 via 192.0.2.2 metric 50, 203.0.113.7/32', '\x05192.0.2.10/255.255.255.0', '\5/ui/index.html', '\5fe80::1%lo',
          '\0a\n[Match]', '\3a%n\\', '\x00a\u2028b', '\3ntp.example.com 2001:db8::123']

TEXTS = ['\x14plain text', '\x14\x1b[2J\x1b]0;title\x07', '\x28gr\u00fc\u00dfe \u4e2d\u6587 \u0301\u0301\u0301', '\0\u202eevil\u2066x\u2069',
         '\x05a\rb\bc\td\ne', '\x28a sentence that goes on over some rows, and then ends.\n  indented\n\nend']

REDACT = ['\0\x20[wifi]\nssid=home\n# end\nafter: x\n', '\1\x40network:\n  wifis:\n    wlan0:\n      auth:\n        - a\n  x: "open',
          '\x03\x30-----BEGIN PRIVATE KEY-----\nAAAA\n', '\7\x18community = "two\\\nlines', '\x08\x05http://a:b@c/ d',
          '\x09\x02bearer eyJhbGciOiJIUzI1NiJ9.e30.abc key 0123456789abcdefghijklmnopqrstuvwxyzABCDEFG=']

KEYS = [b'\0\x40hello\x7f\x1b[D\x1b[C\x1b[1~x\x1b[3~\x01\x05\x15', b'\1\x40gr\xc3\xbc\xc3\x9fe\x1bOD\x1b[H\xc3\xa4\x7f\x1b[200~pasted\n\x1b[201~',
        b'\0\x08\x1b[[A\x1b[M !!\x1b[<0;1;1M\x1b[I', b'\2\x20\xff\xfe\xc3\x1b\x1b\x1b[', b'\1\x03abc\xe4\xb8\xad', b'\0\xff\x1b[A\x9b31mx']

LEASE = b'\1# This is private data. Do not parse.\nADDRESS=192.0.2.111\nT1=1800\nT2=3150\nLIFETIME=3600\nMTU=1400\nDNS=192.0.2.1\n' \
    b'DOMAINNAME=example.com\nDOMAIN_SEARCH_LIST=example.net example.com\nHOSTNAME=given\nCLIENTID=ff5f6daaa800020000ab11616a4446e6\n'
DESCRIBE = b'''\0{"Index":2,"Name":"eth0","AdministrativeState":"configured","NetworkFile":"/etc/systemd/network/a.network",
"Addresses":[{"Family":2,"Address":[192,0,2,10],"PrefixLength":24,"ConfigSource":"DHCPv4","ConfigProvider":[192,0,2,1],
"ValidLifetimeUsec":9000000}],"DNS":[{"Family":2,"Address":[192,0,2,53],"ConfigSource":"DHCPv4"}],
"NTP":[{"Server":"ntp.example.com","ConfigSource":"static"}],"SearchDomains":[{"Domain":"example.com","ConfigSource":"static"}],
"Routes":[{"Family":2,"Destination":[10,0,0,0],"DestinationPrefixLength":8,"Gateway":[192,0,2,2],"Table":254,"Type":1,"Priority":5,
"ConfigSource":"static"},{"Family":2,"Destination":[0,0,0,0],"DestinationPrefixLength":0,"Gateway":[192,0,2,1],"Table":254,"Type":1,
"ConfigSource":"DHCPv4"}],"DHCPv4Client":{"Lease":{"LeaseTimestampUSec":1000000,"Timeout1USec":2000000,"Timeout2USec":3000000},
"ClientIdentifier":[255,95,109]}}'''


def state():
    text = SETTINGS[0]
    head = f'Phase=trying\nId=7\nBegan=1700000000000000\nBackend=networkd\nOrigin=tty1\nOld={len(text)}\nNew={len(text)}\n'
    return [b'\0' + (head + text + text).encode(),
            b'\1' + ('When=1700000000000000\nOutcome=kept-proven\nOrigin=tty1\nSummary=eth0 192.0.2.10/24\n' + text).encode(),
            b'\2KEY=tls\nBOOT=0123456789abcdef0123456789abcdef\nDIGEST=AA:BB\nEARLIER=AA:CC\n', b'\3unclaimed\n', b'\3claimed\n']


def layout():
    def text(value):
        return value.encode() + b'\0'
    kinds = {'title': 0, 'notice': 1, 'intro': 2, 'url': 3, 'advice': 4, 'web': 5, 'certificate': 6, 'key': 7, 'hint': 8, 'link': 9,
             'more': 10, 'help': 11}
    digest = hashlib.sha256(b'x').hexdigest().upper()
    digest = 'SHA256 ' + ':'.join(digest[i:i + 2] for i in range(0, 64, 2))
    lines = b''.join([
        bytes([kinds['title']]) + text('appliance01') + text('Acme Backup Appliance 4.2'),
        bytes([kinds['intro']]) + text('') + text('Manage this appliance from a web browser at'),
        bytes([kinds['url']]) + text('enp1s0') + text('https://192.0.2.10:8443/'),
        bytes([kinds['url']]) + text('') + text('https://[2001:db8:1111:2222:3333:4444:5555:6666]:8443/'),
        bytes([kinds['web']]) + text('Web interface') + text('answering, but the certificate that it has is for another name'),
        bytes([kinds['certificate']]) + text('Certificate') + text('self-signed, valid to 2027-11-21') + text(digest),
        bytes([kinds['key']]) + text('SSH host key') + text('') + text('ED25519 SHA256:Yx0b3tF5m2nq8Kz7vR1cW4dE6gH9jL0pQsTuVxYzAbC'),
        bytes([kinds['link']]) + text('enp1s0') + text('up 1 Gb/s') + text('52:54:00:12:34:56') + text('192.0.2.10/24') + text('automatic'),
        bytes([kinds['link']]) + text('') + text('') + text('') + text('2001:db8:1111:2222:3333:4444:5555:6666/64') + text('automatic'),
        bytes([kinds['more']]) + text('') + text('and 3 more') + b'\3', bytes([kinds['help']]) + text('Help') + text('https://docs.example.com/')])
    return [struct.pack('>II', columns - 1, rows - 1) + bytes([box_rows, box_columns]) + lines
            for columns, rows, box_rows, box_columns in ((80, 22, 0, 0), (40, 10, 0, 0), (1, 1, 0, 0), (1000, 1000, 17, 33), (100, 30, 15, 29))]


def certificates():
    """Two of openssl's making; their keys are of no use to anybody."""
    made = []
    with tempfile.TemporaryDirectory() as folder:
        for names in ('DNS:box.example.com,IP:192.0.2.1', 'IP:2001:db8::1,email:a@example.com'):
            out = pathlib.Path(folder) / 'c.der'
            subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout',
                            '/dev/null', '-out', out, '-outform', 'DER', '-days', '3650', '-subj', '/O=Acme/CN=box', '-addext',
                            f'subjectAltName={names}'], check=True, capture_output=True)
            made += [b'\1\0' + out.read_bytes(), b'\0\1' + out.read_bytes()]
    return made


ANSWER_FILES = [
    '[Host]\nHostname=appliance01.example.com\nTimezone=Europe/Sofia\nKeymap=us\n[Root]\nPasswordHash=$6$salt$' + 'a' * 86 +
    '\nSSHAuthorizedKey=ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJFN3OHCmKYOsgPdBnTlPx9pNKW7NFJHKTeBD3DLGCvL op\n[Eula]\nAccept=yes\n',
    '[Network]\nLink=enp1s0\nDHCP=no\nIPv6AcceptRA=no\nAddress=192.0.2.10/24\nAddress=198.51.100.1/31\nGateway=192.0.2.1\n'
    'GatewayOnLink=ipv4\nDNS=192.0.2.53 2001:db8::53\nDomains=example.com\nNTP=ntp.example.com\nMTU=9000\n'
    'Route=203.0.113.7/32 via 192.0.2.2 metric 50\nClientIdentifier=mac\nSendHostname=no\nAdvertise=yes\n',
    '[Network]\r\nLink=52:54:00:12:34:56\r\nVLAN=100\r\nName=mgmt\r\nDHCP=ipv6\r\nWithoutRA=solicit\r\n'
    '\0Network.Address=192.0.2.1/24\0Host.Hostname=a\0Network.Link=bond0\0Network.Bond=802.3ad\0Network.Port=eth0 eth1',
    '\ufeff[Network] # one\nLink=first\nAddress=\nAddress=2001:db8::10/64\nGateway=fe80::1\n[Step x]\na=b\n[Hots]\n[Root]\n'
    'PasswordFile=/etc/firstboot/hash\nPasswordCredential=root.hash\n',
    '[Step licence]\nKey=a #1; b\nSeats=20\n[Step backup]\n\0Step licence.Key=x\0step backup.Target=a # b',
]


# What VMware hands over, and values alone.
OVF = ['<?xml version="1.0" encoding="UTF-8"?>\n<Environment xmlns="http://schemas.dmtf.org/ovf/environment/1" '
       'xmlns:oe="http://schemas.dmtf.org/ovf/environment/1" oe:id=""><PropertySection>'
       '<Property oe:key="firstboot.host.hostname" oe:value="vm7"/><Property oe:key="firstboot.network.dns" oe:value="192.0.2.1, 192.0.2.2"/>'
       '<Property oe:key="firstboot.root.password" oe:value="x"/><Property oe:key="acme.licence" oe:value="null"/>'
       '</PropertySection></Environment>', '192.0.2.7/24, 2001:db8::7/64', 'a&#10;[Root]', 'null', '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>']


STEP = '[Step]\nTitle=T\nTitle[de]=U\nText=One\nText=Two\nText[de]=Eins\nApply=run\nTimeoutSec=5\nSkippable=yes\n'


def steps():
    """The example, and fields of every kind, with answers."""
    example = (pathlib.Path(__file__).parent / '../../data/examples/steps.d/50-backup.step').read_text(encoding='utf-8')
    fields = ''.join(f'[Field f{i}]\nType={kind}\nLabel=L\n' + ('Choice=a Ah\nChoice[de]=a Aha\n' if kind == 'choice' else '')
                     for i, kind in enumerate(('switch', 'choice', 'secret', 'number', 'size', 'address', 'hostname', 'url', 'text')))
    values = 'yes', 'a', 's"e\\c', '-7', '5G', '2001:db8::1', 'a.example', 'https://a.example/', 'gr\u00fc\u00dfe'
    json = '{"f0":true,"f1":"a","f3":-7,"f4":5368709120,"f8":"\\u00e4\\ud83d\\ude00"}'
    return [example + '\0de_AT\0{}\0Acme\0enterprise\0ACME-12345\0' + '14\00050G\0yes\0a.example\000192.0.2.1\0https://a.example/',
            STEP + fields + '\0de\0' + json + '\0' + '\0'.join(values),
            STEP + '[Field a]\nLabel=A\nMin=1\nMax=2\nRequired=yes\n[Field b]\nLabel=B\nVisibleIf=a=x\n\0\0{"a":"x"}\0x\0y',
            '[Step\nX\n[Field]\nTitle[x]=\n[Field b]\nType=colour\nMin=9\nMax=8\nDefault=7\nVisibleIf=c=d\nApply=/bin/sh\n\0\0[]']


def catalog(order, pairs):
    """A catalogue as msgfmt writes it."""
    texts = [text.encode() for side in zip(*sorted(pairs.items())) for text in side]
    ends = 28 + 8 * len(texts)
    head = struct.pack(order + '7I', 0x950412de, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, ends)
    table = b''
    for text in texts:
        table += struct.pack(order + '2I', len(text), ends)
        ends += len(text) + 1
    return head + table + b''.join(text + b'\0' for text in texts)


def catalogs():
    pairs = {'': 'Content-Type: text/plain; charset=UTF-8\n', 'Address': 'Adresse', 'Back': 'Zur\u00fcck', 'Gone': '', 'Yes': 'Ja'}
    return [catalog(order, pairs) for order in '<>']


def seeds():
    return {
        'answer-file': ANSWER_FILES,
        'answers': ANSWERS,
        'bus': BUS,
        'catalog': catalogs(),
        'certificate': certificates(),
        'conf': CONF,
        'files': FILES,
        'firewall': [path.read_bytes() for path in sorted(UNIT.glob('firewall/*.json')) if path.stat().st_size < 6000],
        'keys': KEYS,
        'layout': layout(),
        'manager': [LEASE, DESCRIBE],
        'netlink': NETLINK,
        'netset': NETSETS,
        'netwire': [dbus(SET, *each) for each in SETS],
        'nm': NM,
        'ovf': OVF,
        'qr': ['\0\0\0https://192.0.2.10:8443/', '\1\5\5' + 'a' * 250, '\2\1\1WIFI:\u4e2d'],
        'redact': REDACT,
        'settings': SETTINGS,
        'state': state(),
        'steps': steps(),
        'text': TEXTS,
        'validate': FIELDS,
    }


def main():
    for name, inputs in seeds().items():
        folder = pathlib.Path(sys.argv[1]) / name
        folder.mkdir(parents=True, exist_ok=True)
        for i, data in enumerate(inputs):
            (folder / f'seed-{i}').write_bytes(data if isinstance(data, bytes) else data.encode())


if __name__ == '__main__':
    main()
