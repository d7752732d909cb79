# SPDX-License-Identifier: LGPL-2.1-or-later
"""A connection to the system bus that can be anyone's and can send anything, by way of libsystemd."""

import ctypes
import os

SD = ctypes.CDLL("libsystemd.so.0")
BASIC = {"y": ctypes.c_uint8, "b": ctypes.c_int, "i": ctypes.c_int32, "t": ctypes.c_uint64, "h": ctypes.c_int}
NAME, PATH = b"org.firstboot.Firstboot1", b"/org/firstboot/Firstboot1"
CALL_USEC = 60_000_000


class BusError(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("message", ctypes.c_char_p), ("need_free", ctypes.c_int)]


class Refused(Exception):
    """An error reply."""

    def __init__(self, name, message):
        super().__init__(f"{name}: {message}")
        self.name = name.rsplit(".", 1)[-1]
        self.message = message


def check(result, what):
    if result < 0:
        raise OSError(-result, f"{what}: {os.strerror(-result)}")
    return result


def split(signature):
    """The single complete types of a signature."""
    types, depth, start = [], 0, 0
    for i, c in enumerate(signature):
        depth += {"(": 1, ")": -1}.get(c, 0)
        if depth == 0 and c != "a":
            types.append(signature[start:i + 1])
            start = i + 1
    return types


def append(message, kind, value):
    """Add a value of one complete type."""
    if kind == "s":
        raw = value.encode()
        check(SD.sd_bus_message_append_basic(message, ord("s"), ctypes.c_char_p(raw)), kind)
    elif kind in BASIC:
        raw = BASIC[kind](value)
        check(SD.sd_bus_message_append_basic(message, ord(kind), ctypes.byref(raw)), kind)
    elif kind[0] == "a":
        check(SD.sd_bus_message_open_container(message, ord("a"), kind[1:].encode()), kind)
        for element in value:
            append(message, kind[1:], element)
        check(SD.sd_bus_message_close_container(message), kind)
    else:
        check(SD.sd_bus_message_open_container(message, ord("r"), kind[1:-1].encode()), kind)
        for inner, element in zip(split(kind[1:-1]), value, strict=True):
            append(message, inner, element)
        check(SD.sd_bus_message_close_container(message), kind)


def read(message, signature):
    """The values of a reply of basic types."""
    values = []
    for kind in signature:
        raw = ctypes.c_char_p() if kind == "s" else BASIC[kind]()
        check(SD.sd_bus_message_read_basic(message, ord(kind), ctypes.byref(raw)), kind)
        values.append(raw.value.decode() if kind == "s" else raw.value)
    return values


class Bus:
    """One connection, of the given uid."""

    def __init__(self, uid=0):
        self.bus = ctypes.c_void_p()
        os.seteuid(uid)
        try:
            check(SD.sd_bus_open_system(ctypes.byref(self.bus)), "open")
            # Answers only once the bus has taken our credentials.
            check(SD.sd_bus_get_unique_name(self.bus, ctypes.byref(ctypes.c_char_p())), "name")
        finally:
            os.seteuid(0)

    def close(self):
        SD.sd_bus_flush_close_unref(self.bus)
        self.bus = None

    def message(self, interface, member, signature, arguments):
        """A method call to be sent; the caller unrefs it."""
        message = ctypes.c_void_p()
        check(SD.sd_bus_message_new_method_call(
            self.bus, ctypes.byref(message), NAME, PATH, interface, member.encode()), member)
        for kind, value in zip(split(signature), arguments, strict=True):
            append(message, kind, value)
        return message

    def send(self, member, signature="", *arguments):
        """Call a method of firstbootd and do not wait for an answer."""
        message = self.message(NAME, member, signature, arguments)
        check(SD.sd_bus_send(self.bus, message, None), member)
        SD.sd_bus_message_unref(message)

    def call(self, member, signature="", *arguments, returns="", interface=NAME):
        """Call a method of firstbootd; raises Refused."""
        reply, error = ctypes.c_void_p(), BusError()
        message = self.message(interface, member, signature, arguments)
        try:
            result = SD.sd_bus_call(
                self.bus, message, ctypes.c_uint64(CALL_USEC), ctypes.byref(error), ctypes.byref(reply))
            if result < 0:
                refused = Refused((error.name or b"?").decode(), (error.message or b"").decode())
                SD.sd_bus_error_free(ctypes.byref(error))
                raise refused
            return read(reply, returns)
        finally:
            SD.sd_bus_message_unref(message)
            SD.sd_bus_message_unref(reply)


for function in ("sd_bus_flush_close_unref", "sd_bus_message_unref"):
    getattr(SD, function).restype = ctypes.c_void_p
    getattr(SD, function).argtypes = [ctypes.c_void_p]
