# SPDX-License-Identifier: LGPL-2.1-or-later
"""A machine under QEMU's software emulation: its keyboard, its screen, its cables, root commands."""
import base64
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import time

KEYS = {' ': 'spc', '\n': 'ret', '\t': 'tab', '-': 'minus', '.': 'dot', ',': 'comma', '/': 'slash',
        ';': 'semicolon', "'": 'apostrophe', '=': 'equal', '\x04': 'ctrl-d',
        ':': 'shift-semicolon', '_': 'shift-minus', '?': 'shift-slash', '!': 'shift-1',
        '>': 'shift-dot', '|': 'shift-backslash', '&': 'shift-7', '"': 'shift-apostrophe'}


ADDED_MAC = '52:54:00:12:34:66'


class VMError(Exception):
    pass


class Machine:
    """Boots the image in folder image; writes only below folder work. nics: names of tap devices."""

    def __init__(self, image, work, nics, memory=512):
        self.image, self.work, self.nics, self.memory = image, pathlib.Path(work), nics, memory
        self.disk = self.work / 'disk.qcow2'
        self.process = self.monitor = self.agent = None
        self.number, self.pending = 0, b''
        self.added = None   # the tap of a card that was put in while it ran
        self.extra = []     # further arguments of qemu's
        self.counted = False    # its clock counts instructions, and leaps over idle time
        self.unplugged = [] # numbers of the cards that have no cable when it is switched on
        subprocess.run(['qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'raw', '-b',
                        f'{image}/root.ext4', str(self.disk)], check=True)

    def command(self, append):
        argv = ['qemu-system-x86_64', '-nodefaults', '-no-user-config', '-display', 'none',
                '-no-reboot', '-machine', 'q35,usb=off',
                *(['-accel', 'tcg,thread=single', '-smp', '1', '-icount', 'shift=0,sleep=off', '-rtc', 'clock=vm'] if self.counted
                  else ['-accel', 'tcg,thread=multi', '-smp', '2']),
                # without cx16: QEMU 7.2's emulation of cmpxchg16b breaks newer kernels
                '-cpu', 'Nehalem,-cx16', '-m', str(self.memory), '-vga', 'std',
                '-kernel', f'{self.image}/vmlinuz', '-initrd', f'{self.image}/initrd', '-append',
                f'rw mitigations=off nokaslr no_timer_check random.trust_cpu=on {append}',
                '-drive', f'file={self.disk},if=virtio,format=qcow2,cache=unsafe',
                '-object', 'rng-random,id=rng,filename=/dev/urandom',
                '-device', 'virtio-rng-pci,rng=rng', '-device', 'virtio-serial-pci',
                '-chardev', f'socket,id=agent,path={self.work}/agent,server=on,wait=off',
                '-device', 'virtserialport,chardev=agent,name=org.firstboot.test',
                '-chardev', f'socket,id=cuts,path={self.work}/cuts,server=on,wait=off',
                '-device', 'virtserialport,chardev=cuts,name=org.firstboot.cuts',
                '-device', 'pcie-root-port,id=further,addr=1e.0,chassis=1',
                '-qmp', f'unix:{self.work}/qmp,server=on,wait=off']
        # With a speed: the kernel never takes a bond's port up again (balance-alb, 802.3ad) that tells none.
        for i, tap in enumerate(self.nics):
            argv += ['-netdev', f'tap,id=net{i},ifname={tap},script=no,downscript=no', '-device',
                     f'virtio-net-pci,netdev=net{i},id=nic{i},romfile=,speed=1000,duplex=full,mac=52:54:00:12:34:{0x56 + i:x}']
        if self.added:
            argv += ['-netdev', f'tap,id=more,ifname={self.added},script=no,downscript=no', '-device',
                     f'virtio-net-pci,netdev=more,id=nic-more,bus=further,romfile=,mac={ADDED_MAC}']
        return argv + self.extra

    # -- power --

    def start(self, snapshot=None, append=''):
        """Switch on, or go on from a snapshot."""
        for _ in range(3):
            self.stop()
            self.switch_on(['-loadvm', snapshot] if snapshot else [], append)
            if snapshot:
                self.ask('true')
                return
            if self.greeted(240 if self.counted else 120):
                return
        raise VMError('the machine stands still before it takes commands')

    def switch_on(self, more, append):
        for name in 'agent', 'cuts', 'qmp':
            (self.work / name).unlink(missing_ok=True)
        with open(self.work / 'qemu.log', 'ab') as log:
            self.process = subprocess.Popen(self.command(append) + more, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        self.monitor = self.connect('qmp').makefile('rwb')
        self.monitor.readline()
        self.qmp('qmp_capabilities')
        for nic in self.unplugged:
            self.plug(nic, False)
        self.agent, self.pending = self.connect('agent'), b''

    def greeted(self, seconds=120):
        """Until the agent says that it takes commands. Under emulation the kernel stands still now and then, in its first seconds or
        while it loads a module: False then. The agent comes before anything of ours has begun, so that it is never that."""
        begun = time.monotonic()
        self.agent.settimeout(5)
        while time.monotonic() - begun < seconds:
            try:
                self.agent_line()
                return True
            except TimeoutError:
                disk = self.qmp('query-blockstats')[0]['stats']
                if not self.counted and time.monotonic() - begun > 30 and disk['rd_operations'] < 10:
                    return False
        return False

    def connect(self, name):
        for _ in range(500):
            sock = socket.socket(socket.AF_UNIX)
            try:
                sock.connect(str(self.work / name))
                sock.settimeout(120)
                return sock
            except OSError:
                sock.close()
                if self.process.poll() is not None:
                    break
                time.sleep(0.02)
        raise VMError('qemu: ' + (self.work / 'qemu.log').read_text()[-2000:])

    def stop(self):
        """Pull the power plug."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = self.monitor = self.agent = None

    def reboot(self, seconds=60):
        """Restart it from within. A fresh qemu then boots it: unpacking the kernel a second time in
        the same one takes 20 s."""
        self.run('sync; systemctl reboot')
        self.process.wait(seconds)
        self.start()

    def save(self, snapshot):
        out = self.qmp('human-monitor-command', **{'command-line': f'savevm {snapshot}'})
        if out.strip():
            raise VMError(out)

    def snapshots(self):
        """The names of what was saved."""
        listed = subprocess.run(['qemu-img', 'info', '-U', '--output=json', str(self.disk)], check=True, stdout=subprocess.PIPE)
        return [snapshot['name'] for snapshot in json.loads(listed.stdout).get('snapshots', [])]

    def layer(self, path):
        """From now on, what is written to the disk goes to a file of its own; the disk as it was stays below it."""
        self.qmp('blockdev-snapshot-sync', device='virtio0', format='qcow2', **{'snapshot-file': str(path)})
        self.disk = path

    def copy_layer(self, path):
        """The disk as a power cut at this moment would leave it."""
        self.qmp('stop')
        shutil.copyfile(self.disk, path)
        self.qmp('cont')

    def restore(self, snapshot):
        """Back to a snapshot, in a fresh qemu: loading in place makes the guest's clock jump."""
        self.added = None
        self.start(snapshot)

    def qmp(self, command, **arguments):
        self.monitor.write(json.dumps({'execute': command, 'arguments': arguments}).encode() + b'\n')
        self.monitor.flush()
        while True:
            answer = json.loads(self.monitor.readline())
            if 'error' in answer:
                raise VMError(f"{command}: {answer['error']['desc']}")
            if 'return' in answer:
                return answer['return']

    # -- keyboard and cables --

    def keys(self, *keys):
        """Press keys, by QEMU's names: 'ret', 'f8', 'ctrl-c', 'alt-f2'."""
        for key in keys:
            self.qmp('send-key', **{'hold-time': 20, 'keys': [
                {'type': 'qcode', 'data': name} for name in key.split('-')]})
            time.sleep(0.05)

    def type(self, text):
        for char in text:
            self.keys(KEYS.get(char) or (f'shift-{char.lower()}' if char.isupper() else char))

    def hold(self, modifier, key, seconds):
        """Hold a key combination; the keyboard repeats it 20 times a second."""
        def send(name, down):
            self.qmp('input-send-event', events=[{'type': 'key', 'data': {
                'down': down, 'key': {'type': 'qcode', 'data': name}}}])
        end = time.monotonic() + seconds
        send(modifier, True)
        while time.monotonic() < end:
            send(key, True)
            send(key, False)
            time.sleep(0.05)
        send(modifier, False)

    def add_card(self, tap):
        """Put a further network card in, for good."""
        self.qmp('netdev_add', type='tap', id='more', ifname=tap, script='no', downscript='no')
        self.qmp('device_add', driver='virtio-net-pci', netdev='more', id='nic-more', bus='further',
                 romfile='', mac=ADDED_MAC)
        self.added = tap

    def plug(self, nic, up):
        self.qmp('set_link', name=f'nic{nic}', up=up)

    # -- commands as root, through the agent in the image --

    def ask(self, script, seconds=30):
        """Run a bash script: (status, output as bytes)."""
        self.number += 1
        line = f'{self.number} {seconds} {base64.b64encode(script.encode()).decode()}\n'
        self.agent.settimeout(seconds + 10)
        self.agent.sendall(line.encode())
        while True:
            answer = self.agent_line().split()
            if len(answer) > 1 and answer[0] == b'%d' % self.number:
                return int(answer[1]), base64.b64decode(b''.join(answer[2:]))

    def agent_line(self):
        while b'\n' not in self.pending:
            data = self.agent.recv(65536)
            if not data:
                raise VMError('qemu has gone')
            self.pending += data
        line, self.pending = self.pending.split(b'\n', 1)
        return line

    def run(self, script, seconds=30):
        """Run a bash script that must succeed; its output."""
        status, output = self.ask(script, seconds)
        if status:
            raise VMError(f'{script!r} ended with {status}\n{output.decode(errors="replace")}')
        return output.decode(errors='replace').strip()

    # -- screen --

    def screen(self, tty=1):
        """The text on a virtual console, a list of lines. Reads vcs: opening the tty would disturb."""
        status, data = self.ask(f'head -c2 /dev/vcsa{tty}; cat /dev/vcsu{tty}')
        if status:
            raise VMError(data.decode(errors='replace'))
        columns, text = data[1], data[2:].decode('utf-32-le', errors='replace')
        return [text[i:i + columns].rstrip() for i in range(0, len(text), columns)]

    def wait(self, regex, seconds=30, tty=1, gone=False):
        """Wait until the screen shows (or no longer shows) a text; the match."""
        end = time.monotonic() + seconds
        while True:
            text = '\n'.join(self.screen(tty))
            match = re.search(regex, text)
            if bool(match) != gone:
                return match
            if time.monotonic() > end:
                raise VMError(f'{regex!r} is {"still" if gone else "not"} on tty{tty} after '
                              f'{seconds} s:\n{text}')
            time.sleep(0.1)

    def picture(self, path):
        """What the monitor shows, as PNG."""
        pathlib.Path(path).unlink(missing_ok=True)
        self.qmp('screendump', filename=os.path.abspath(path), format='png')
