# SPDX-License-Identifier: LGPL-2.1-or-later
"""The network around the machine, in the test's own namespace: a switch with this host and a DHCP
server on it, a cable to it, and a second one that ends nowhere until it is joined."""
import socket
import struct
import subprocess
import threading

ADDRESS, POOL = '192.0.2.1', '192.0.2.100,192.0.2.150'
OTHER = '198.51.100.1'      # this host in another network on the same cable
TAPS = ['fb-lan', 'fb-other']
FURTHER = 'fb-further'  # for a card that is put in later
SWITCH = 'fb-switch'


def ip(*commands):
    for command in commands:
        subprocess.run(['ip', *command.split()], check=True)


def start(work):
    """Lay the cables; the DHCP server's process."""
    ip('link set lo up', f'link add {SWITCH} type bridge forward_delay 0', f'addr add {ADDRESS}/24 dev {SWITCH}',
       f'addr add {OTHER}/24 dev {SWITCH}', f'addr add 2001:db8::1/64 dev {SWITCH} nodad',
       f'link set {SWITCH} up')
    for tap in [*TAPS, FURTHER]:
        ip(f'tuntap add dev {tap} mode tap', f'link set {tap} up')
    ip(f'link set {TAPS[0]} master {SWITCH}')
    return dhcp(work)


def join(tap):
    """Plug a cable into the switch."""
    ip(f'link set {tap} master {SWITCH}')


def leave(tap):
    ip(f'link set {tap} nomaster')


def dhcp(work):
    """A DHCP server that names this host as router and name server."""
    with open(f'{work}/dnsmasq.log', 'ab') as log:
        return subprocess.Popen(
            ['dnsmasq', '--conf-file=/dev/null', '--keep-in-foreground', '--user=root', '--port=0',
             f'--interface={SWITCH}', '--bind-interfaces', '--pid-file=', '--log-facility=-',
             f'--dhcp-range={POOL},1h', f'--dhcp-option=option:router,{ADDRESS}',
             f'--dhcp-option=option:dns-server,{ADDRESS}', f'--dhcp-leasefile={work}/leases'],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)


class Releases(threading.Thread):
    """Addresses that clients have given back. Read from the wire: networkd 252 leaves the server's
    address out of a DHCPRELEASE, and dnsmasq then does not say a word about it."""

    def __init__(self):
        super().__init__(daemon=True)
        self.addresses = []
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
        self.socket.bind((SWITCH, 0x0800))

    def run(self):
        while True:
            packet = self.socket.recv(2048)
            dhcp = packet[(packet[0] & 15) * 4 + 8:]
            if packet[9] == 17 and packet[22:24] == b'\0\x43' and b'\x35\1\7' in dhcp[240:]:
                self.addresses.append(socket.inet_ntoa(dhcp[12:16]))


class Trunk(threading.Thread):
    """A host behind a trunk port: it answers ARP for one address in one VLAN, and in no other way."""

    MAC = bytes.fromhex('02005e100001')

    def __init__(self, tap, vlan, address):
        super().__init__(daemon=True)
        self.vlan, self.address = vlan, socket.inet_aton(address)
        self.asked = []     # tags of the questions for our address
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.bind((tap, 3))
        self.socket.setsockopt(263, 8, 1)   # SOL_PACKET, PACKET_AUXDATA: the tag is cut out

    def run(self):
        while True:
            frame, control, _, sender = self.socket.recvmsg(2048, 64)
            if sender[2] == socket.PACKET_OUTGOING or frame[12:14] != b'\x08\x06':
                continue
            tag = next((struct.unpack_from('=IIIHHHH', data)[5] & 0xfff
                        for level, kind, data in control if (level, kind) == (263, 8)), 0)
            if frame[20:22] == b'\0\1' and frame[38:42] == self.address:
                self.asked.append(tag)
                if tag == self.vlan:
                    self.answer(frame)

    def answer(self, frame):
        mac, address = frame[22:28], frame[28:32]
        self.socket.send(mac + self.MAC + struct.pack('!HHH', 0x8100, self.vlan, 0x0806)
                         + frame[14:20] + b'\0\2' + self.MAC + self.address + mac + address)
