# SPDX-License-Identifier: LGPL-2.1-or-later
"""The records of firstbootd, taken by a socket in the place of journald's where none runs."""

import os
import socket
import threading

SOCKET = "/run/systemd/journal/socket"


class Journal:
    """Takes every record from now on. They stand in the order in which they came."""

    def __init__(self):
        os.makedirs(os.path.dirname(SOCKET), exist_ok=True)
        self.all = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(SOCKET)
        os.chmod(SOCKET, 0o666)
        self.thread = threading.Thread(target=self.take, daemon=True)
        self.thread.start()

    def take(self):
        while data := self.socket.recv(1 << 16):
            fields = {}
            for line in data.decode("ascii").splitlines():
                # A field with a line end in it has another form, which firstbootd has no use for.
                name, equals, value = line.partition("=")
                assert equals and name not in fields, data
                fields[name] = value
            self.all.append(fields)

    def of(self, action):
        return [fields for fields in self.all if fields.get("FIRSTBOOT_ACTION") == action]

    def close(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
            end.sendto(b"", SOCKET)
        self.thread.join()
        self.socket.close()
        os.unlink(SOCKET)
