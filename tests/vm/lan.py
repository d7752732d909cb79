# SPDX-License-Identifier: LGPL-2.1-or-later
"""The network around the machine, in the test's own namespace: a cable to a LAN with this host and
a DHCP server on it, and a second one that ends nowhere."""
import subprocess

ADDRESS, POOL = '192.0.2.1', '192.0.2.100,192.0.2.150'
TAPS = ['fb-lan', 'fb-other']


def start(work):
    """Lay the cables; the DHCP server's process."""
    commands = ['link set lo up', f'addr add {ADDRESS}/24 dev {TAPS[0]}']
    for tap in TAPS:
        subprocess.run(['ip', 'tuntap', 'add', 'dev', tap, 'mode', 'tap'], check=True)
        commands.append(f'link set {tap} up')
    for command in commands:
        subprocess.run(['ip', *command.split()], check=True)
    return dhcp(work)


def dhcp(work):
    """A DHCP server that names this host as router and name server."""
    with open(f'{work}/dnsmasq.log', 'ab') as log:
        return subprocess.Popen(
            ['dnsmasq', '--conf-file=/dev/null', '--keep-in-foreground', '--user=root', '--port=0',
             f'--interface={TAPS[0]}', '--bind-interfaces', '--pid-file=', '--log-facility=-',
             f'--dhcp-range={POOL},1h', f'--dhcp-option=option:router,{ADDRESS}',
             f'--dhcp-option=option:dns-server,{ADDRESS}', f'--dhcp-leasefile={work}/leases'],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
