# SPDX-License-Identifier: LGPL-2.1-or-later
"""The D-Bus protocol by hand, for what no library would send: messages that are wrong, and connections that end in the middle."""

import os
import socket
import struct

BUS = "/run/dbus/system_bus_socket"
CALL, SIGNAL = 1, 4
NAME, PATH = "org.firstboot.Firstboot1", "/org/firstboot/Firstboot1"


def padded(data, size=8):
    return data + b"\0" * (-len(data) % size)


def text(value):
    raw = value if isinstance(value, bytes) else value.encode()
    return struct.pack("<I", len(raw)) + raw + b"\0"


def message(member, signature="", body=b"", interface=NAME, destination=NAME, path=PATH, kind=CALL, serial=2, fds=0, flags=0):
    """A message as its bytes; body is what the caller has made."""
    fields = b""
    for code, sort, value in ((1, "o", path), (2, "s", interface), (3, "s", member), (6, "s", destination), (8, "g", signature),
                              (9, "u", fds)):
        if value in (None, "", 0):
            continue
        fields = padded(fields) + bytes([code, 1, ord(sort), 0])
        if sort == "g":
            fields += bytes([len(value)]) + value.encode() + b"\0"
        elif sort == "u":
            fields += struct.pack("<I", value)
        else:
            fields += text(value)
    return padded(struct.pack("<cBBBIII", b"l", kind, flags, 1, len(body), serial, len(fields)) + fields) + body


HELLO = message("Hello", interface="org.freedesktop.DBus", destination="org.freedesktop.DBus", path="/org/freedesktop/DBus", serial=1)


class Raw:
    """A connection of this uid that is not looked after."""

    def __init__(self, uid=0, claimed=None):
        """claimed: the uid that it says to have."""
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        os.seteuid(uid)
        try:
            self.socket.connect(BUS)
            name = str(uid if claimed is None else claimed).encode().hex().encode()
            # All in one piece, without waiting for a word.
            self.socket.sendall(b"\0AUTH EXTERNAL " + name + b"\r\nNEGOTIATE_UNIX_FD\r\nBEGIN\r\n" + HELLO)
        finally:
            os.seteuid(0)

    def send(self, data, fds=()):
        if fds:
            socket.send_fds(self.socket, [data], list(fds))
        else:
            self.socket.sendall(data)

    def read(self, seconds=3.0):
        """What comes until nothing more does, or the other end hangs up."""
        self.socket.settimeout(seconds)
        found = b""
        try:
            while piece := self.socket.recv(1 << 16):
                found += piece
        except (TimeoutError, ConnectionResetError):
            pass
        return found

    def is_cut_off(self, seconds=5.0):
        """Does the bus hang up?"""
        self.socket.settimeout(seconds)
        try:
            while self.socket.recv(1 << 16):
                pass
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False
        return True

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
