# SPDX-License-Identifier: LGPL-2.1-or-later
"""A terminal at the machine's first serial line or virtio console, and one that stands for any kind of console."""
import pathlib
import re
import socket
import sys
import threading
import time

from vm import VMError

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'console'))
import term  # noqa: E402

NAMES = {'ret': 'enter', 'esc': 'escape'}   # of keys, where QEMU has another than the terminal


def add_serial(vm):
    """Put the line into the machine, at its next start."""
    vm.extra += ['-chardev', f'socket,id=serial,path={vm.work}/serial,server=on,wait=off', '-serial', 'chardev:serial']


def add_virtio(vm):
    """Put a virtio console into the machine, at its next start: its hvc0."""
    vm.extra += ['-chardev', f'socket,id=virtio,path={vm.work}/virtio,server=on,wait=off', '-device', 'virtconsole,chardev=virtio']


class _Screen(term._Screen):
    """Which answers what the program asks of it, such as where the cursor is."""

    answer = staticmethod(lambda data: None)

    def write_process_input(self, data):
        self.answer(data.encode())


class SerialConsole:
    """A terminal at the one line or the other ("virtio"), which tells its size to nobody but who asks it."""

    def __init__(self, vm, line='serial', columns=80, rows=24):
        self.screen = _Screen(columns, rows)
        self.stream = term._Stream(self.screen)
        self.keymap = {**term._COMMON, **term._VT220}
        self.lock = threading.Lock()
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(f'{vm.work}/{line}')
        self.screen.answer = self.socket.sendall
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while data := self.socket.recv(4096):
            with self.lock:
                self.stream.feed(data)

    def text(self):
        with self.lock:
            return '\n'.join(line.rstrip() for line in self.screen.display)

    def resize(self, columns, rows):
        with self.lock:
            self.screen.resize(rows, columns)

    def keys(self, *names):
        for name in names:
            self.socket.sendall(self.keymap[NAMES.get(name, name)].encode())
            time.sleep(0.2)

    def type(self, text):
        for char in text:
            self.socket.sendall(self.keymap['enter'].encode() if char == '\n' else char.encode())
            time.sleep(0.02)

    def wait(self, regex, seconds=30):
        return wait(self, regex, seconds)


class FirstConsole:
    """tty1, with QEMU's keyboard."""

    def __init__(self, vm):
        self.vm = vm

    def text(self):
        return '\n'.join(self.vm.screen())

    def keys(self, *names):
        self.vm.keys(*names)

    def type(self, text):
        self.vm.type(text)

    def wait(self, regex, seconds=30):
        return wait(self, regex, seconds)


def wait(console, regex, seconds):
    """Wait until the console shows a text; the match."""
    end = time.monotonic() + seconds
    while not (match := re.search(regex, console.text())):
        if time.monotonic() > end:
            raise VMError(f'{regex!r} is not there after {seconds} s:\n{console.text()}')
        time.sleep(0.1)
    return match
