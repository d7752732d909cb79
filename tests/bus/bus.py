# SPDX-License-Identifier: LGPL-2.1-or-later
"""A connection to the system bus that can be anyone's and can send anything, by way of libsystemd."""

import contextlib
import ctypes
import fcntl
import ipaddress
import os
import subprocess
import time

SD = ctypes.CDLL("libsystemd.so.0")
BASIC = {"y": ctypes.c_uint8, "b": ctypes.c_int, "i": ctypes.c_int32, "q": ctypes.c_uint16, "u": ctypes.c_uint32,
         "t": ctypes.c_uint64, "h": ctypes.c_int}
NAME, PATH = b"org.firstboot.Firstboot1", b"/org/firstboot/Firstboot1"
CALL_USEC = 90_000_000

# A set of network settings, as include/netwire.h has it.
FAMILY = "(ya(ayy)ayb)"
LINK = f"(is(yasqy){FAMILY}{FAMILY}aayasasua(ayyayu)bb)"
SET = f"a{LINK}s"
OFF, AUTO, STATIC, DHCP = range(4)
EXISTING, VLAN, BOND = range(3)
REPLACE, UNSAFE, ASK = 1, 2, 4


def packed(text):
    return ipaddress.ip_address(text).packed if text else b""


def prefix(text):
    return packed(text.split("/")[0]), int(text.split("/")[1])


def family(method=AUTO, addrs=(), gateway="", onlink=False):
    """One address family of a link."""
    return method, [prefix(a) for a in addrs], packed(gateway), onlink


def device(kind=EXISTING, ports=(), vlan=0, mode=0):
    """What a link is made of."""
    return kind, list(ports), vlan, mode


def index(ifname):
    """The index of a link, 0 where there is none."""
    try:
        with open(f"/sys/class/net/{ifname}/ifindex", encoding="ascii") as file:
            return int(file.read())
    except OSError:
        return 0


def link(ifname, v4=None, v6=None, ifindex=None, made_of=None, dns=(), domains=(), ntp=(), mtu=0, routes=(), by_mac=False,
         anonymous=False):
    """One link of a set; routes are (destination, gateway, metric)."""
    lines = [(*prefix(destination), packed(gateway), metric) for destination, gateway, metric in routes]
    return (index(ifname) if ifindex is None else ifindex, ifname, made_of or device(), v4 or family(), v6 or family(),
            [packed(d) for d in dns], list(domains), list(ntp), mtu, lines, by_mac, anonymous)


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


def read_one(message, kind):
    """A value of one complete type; an array of bytes comes as bytes."""
    if kind == "s" or kind in BASIC:
        raw = ctypes.c_char_p() if kind == "s" else BASIC[kind]()
        check(SD.sd_bus_message_read_basic(message, ord(kind), ctypes.byref(raw)), kind)
        # A descriptor is the message's own.
        return raw.value.decode() if kind == "s" else os.dup(raw.value) if kind == "h" else raw.value
    container, inner = (b"a", kind[1:]) if kind[0] == "a" else (b"r", kind[1:-1])
    check(SD.sd_bus_message_enter_container(message, ord(container), inner.encode()), kind)
    values = []
    if container == b"r":
        values = tuple(read_one(message, k) for k in split(inner))
    else:
        while check(SD.sd_bus_message_at_end(message, 0), kind) == 0:
            values.append(read_one(message, inner))
    check(SD.sd_bus_message_exit_container(message), kind)
    return bytes(values) if kind == "ay" else values


def read(message, signature):
    """The values of a message."""
    return [read_one(message, kind) for kind in split(signature)]


def owner_pid(name=NAME.decode()):
    """The process that the bus takes for firstbootd, or for the owner of another name; None where there is none."""
    told = subprocess.run(["busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetConnectionUnixProcessID", "s",
                           name], capture_output=True, text=True, check=False).stdout
    return int(told.split()[1]) if told else None


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

    def unique_name(self):
        name = ctypes.c_char_p()
        check(SD.sd_bus_get_unique_name(self.bus, ctypes.byref(name)), "name")
        return name.value.decode()

    @staticmethod
    def owner():
        """The unique name of firstbootd."""
        line = subprocess.run(["busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "GetNameOwner", "s",
                               NAME.decode()], check=True, text=True, stdout=subprocess.PIPE).stdout
        return line.split('"')[1]

    def listen(self, rule):
        """Have the signals that this match names kept for signals()."""
        check(SD.sd_bus_add_match(self.bus, None, rule.encode(), None, None), rule)

    def signals(self, seconds=0.3):
        """Those that have come, and come within some time: (member, sender, first value)."""
        found, end = [], time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            message = ctypes.c_void_p()
            if check(SD.sd_bus_process(self.bus, ctypes.byref(message)), "process") == 0:
                check(SD.sd_bus_wait(self.bus, ctypes.c_uint64(int(left * 1e6))), "wait")
            elif message:
                if SD.sd_bus_message_is_signal(message, NAME, None) > 0:
                    kind = SD.sd_bus_message_get_signature(message, 1).decode()
                    found.append((SD.sd_bus_message_get_member(message).decode(),
                                  SD.sd_bus_message_get_sender(message).decode(), *read(message, kind)))
                SD.sd_bus_message_unref(message)
        return found

    def emit(self, destination, member, signature, *arguments, interface=NAME, path=PATH):
        """Send a signal that looks like firstbootd's, or somebody else's, to one connection."""
        message = ctypes.c_void_p()
        check(SD.sd_bus_message_new_signal(self.bus, ctypes.byref(message), path, interface, member.encode()), member)
        for kind, value in zip(split(signature), arguments, strict=True):
            append(message, kind, value)
        check(SD.sd_bus_send_to(self.bus, message, destination.encode(), None), member)
        SD.sd_bus_message_unref(message)
        check(SD.sd_bus_flush(self.bus), member)

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


for function in ("member", "sender", "signature"):
    getattr(SD, "sd_bus_message_get_" + function).restype = ctypes.c_char_p
for function in ("sd_bus_flush_close_unref", "sd_bus_message_unref"):
    getattr(SD, function).restype = ctypes.c_void_p
    getattr(SD, function).argtypes = [ctypes.c_void_p]


@contextlib.contextmanager
def connection(uid=0):
    """A connection of this user's, closed at the end."""
    bus = Bus(uid)
    try:
        yield bus
    finally:
        bus.close()


SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


@contextlib.contextmanager
def secret(text, seals=SEALS):
    """A memfd as the console sends it."""
    fd = os.memfd_create("secret", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.write(fd, text.encode() if isinstance(text, str) else text)
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, seals)
        yield fd
    finally:
        os.close(fd)


def with_secret(bus, member, text, returns=""):
    """Call a method that takes a secret alone."""
    with secret(text) as fd:
        return bus.call(member, "h", fd, returns=returns)
