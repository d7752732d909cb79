#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""firstbootd against real networkd, hostnamed, PAM and D-Bus. Run by tests/bus/run: a sandbox for each class.

usage: test_firstbootd.py --list | CLASS
"""

import contextlib
import ctypes
import errno
import fcntl
import glob
import json
import os
import pwd
import re
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
import unittest

from bus import ASK, AUTO, BOND, OFF, REPLACE, SEALS, SET, STATIC, UNSAFE, VLAN
from bus import NAME, Bus, Refused, connection, device, family, index, link, owner_pid, secret, with_secret
from records import Journal

GOOD = "correct horse battery staple"
OTHER = "an entirely different phrase 7"
SERVICE_FILE = "/usr/share/dbus-1/system-services/org.firstboot.Firstboot1.service"
DELAY = "/var/lib/firstboot/delay"
KEPT = "/etc/systemd/network/05-firstboot-enp1s0.network"


# -- the machine ---------------------------------------------------------------------------------


def run(*command):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout


@contextlib.contextmanager
def vendor_says(text):
    """More of the configuration."""
    path = "/etc/firstboot/firstboot.conf.d/70-test.conf"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    try:
        yield
    finally:
        os.unlink(path)


def pending():
    """The file of the change that is on trial, or None. Its name is another one each time."""
    found = glob.glob("/run/systemd/network/04-firstboot-pending-enp1s0-*.network")
    assert len(found) < 2, found
    return found[0] if found else None


def addresses(ifname="enp1s0"):
    """The global addresses that the kernel has."""
    links = json.loads(run("ip", "-json", "address", "show", "dev", ifname))
    return [f"{a['local']}/{a['prefixlen']}" for a in links[0]["addr_info"] if a["scope"] == "global"]


def has_lease():
    return any(a.startswith("192.0.2.1") and a != "192.0.2.1/24" and int(a[8:].split("/")[0]) >= 100
               for a in addresses())


def wait(condition, seconds=15, what=None):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not so within {seconds} s: {what or condition.__name__}")
        time.sleep(0.02)


def read_file(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write_file(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


@contextlib.contextmanager
def claimed():
    """Somebody owns the appliance, for a while."""
    state = "/var/lib/firstboot/state"
    before = read_file(state)
    write_file(state, "claimed\n")
    try:
        yield
    finally:
        write_file(state, before)


def service_is_trying(bus):
    """Is a change under way, so that no other one is admitted?"""
    try:
        bus.call("Confirm", "t", 1, returns="s")
    except Refused as refusal:
        return refusal.name == "Busy"
    return False


def daemon_pid():
    """The process of firstbootd, or None."""
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            with open(path, "rb") as file:
                words = file.read().split(b"\0")
            # valgrind runs it under its own name
            if words[0].endswith(b"firstbootd") or (b"valgrind" in words[0] and b"firstbootd" in words[-2]):
                return int(path.split("/")[2])
            if any(word.endswith(b"/firstbootd") for word in words[:12]) and b"launch-helper" not in words[0]:
                return int(path.split("/")[2])
    return None


def stop_daemon(number=signal.SIGTERM):
    pid = daemon_pid()
    if pid:
        os.kill(pid, number)
        # The bus, too, must know: it would lead the next call to who is gone.
        wait(lambda: not os.path.exists(f"/proc/{pid}") and owner_pid() != pid, 60, "firstbootd ends")


def configure(*options):
    """Let the bus start firstbootd with these options, below a checker where one was asked for."""
    stop_daemon()
    wrapper = os.environ.get("FIRSTBOOTD_WRAPPER", "")
    line = " ".join([wrapper, "/usr/libexec/firstboot/firstbootd", *options]).strip()
    text = re.sub(r"(?m)^Exec=.*$", "Exec=" + line, read_file(SERVICE_FILE))
    with open(SERVICE_FILE, "w", encoding="utf-8") as file:
        file.write(text)
    run("busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ReloadConfig")


def forget_delay():
    """No password was wrong so far, for firstbootd."""
    stop_daemon()
    with contextlib.suppress(FileNotFoundError):
        os.unlink(DELAY)


def mac_of_peer():
    return json.loads(run("ip", "-n", "peer", "-json", "link", "show", "dev", "peer0"))[0]["address"]


def ui_uid():
    return pwd.getpwnam("firstboot").pw_uid


def matches(password, stored):
    """Does crypt(3) say so?"""
    library = ctypes.CDLL("libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    return library.crypt(password.encode(), stored.encode()) == stored.encode()


def root_hash():
    return re.search(r"(?m)^root:([^:]*):", read_file("/etc/shadow")).group(1)


@contextlib.contextmanager
def terminal(path):
    """A descriptor of a terminal, which does not become ours."""
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
    try:
        yield fd
    finally:
        os.close(fd)


# -- what is sent --------------------------------------------------------------------------------

def change(bus, links, flags=0, advertised="", seconds=0):
    """[txid, proven, usec_left, note]"""
    return bus.call("SetNetwork", SET + "uu", list(links), advertised, flags, seconds, returns="tbts")


def set_network(bus, v4=None, v6=None, ifname="enp1s0", **settings):
    """(txid, proven, note) of a change of one link."""
    txid, proven, _, note = change(bus, [link(ifname, v4, v6, **settings)])
    return txid, proven, note


def waiting(bus):
    """[txid, usec_left, links] of the change that waits."""
    return bus.call("GetStatus", returns="ttsst")[:3]


def fixed(address="192.0.2.10/24", gateway="192.0.2.1"):
    return family(STATIC, [address], gateway)


# -- the tests -----------------------------------------------------------------------------------


class Case(unittest.TestCase):
    """A class has one sandbox and one firstbootd with its options."""

    options = ()

    @classmethod
    def setUpClass(cls):
        configure(*cls.options)
        wait(has_lease, 15, "a DHCP lease")

    def setUp(self):
        self.bus = Bus()
        self.addCleanup(self.bus.close)

    def refused(self, name, words, function, *arguments, **named):
        """It answers with this error, and its sentence says so."""
        with self.assertRaises(Refused) as caught:
            function(*arguments, **named)
        self.assertEqual(caught.exception.name, name, caught.exception.message)
        for word in [words] if isinstance(words, str) else words:
            self.assertIn(word, caught.exception.message)
        return caught.exception.message

    def connect(self, uid):
        bus = Bus(uid)
        self.addCleanup(bus.close)
        return bus


class Callers(Case):
    def test_state_of_a_new_machine(self):
        self.assertEqual(self.bus.call("GetState", returns="sbb"), ["unclaimed", True, False])
        self.assertEqual(self.connect(ui_uid()).call("GetState", returns="sbb"), ["unclaimed", True, False])
        self.assertEqual(waiting(self.bus), [0, 0, ""])

    def test_other_accounts_are_refused_by_the_bus(self):
        for uid in (1, 65534):
            bus = self.connect(uid)
            for member in ("GetState", "Complete", "RequestLogin"):
                self.refused("AccessDenied", "", bus.call, member)

    def test_other_accounts_are_refused_inside_too(self):
        policy = "/usr/share/dbus-1/system.d/org.firstboot.Firstboot1.conf"
        original = read_file(policy)
        open(policy, "w", encoding="utf-8").write(original.replace(
            '<deny send_destination="org.firstboot.Firstboot1" send_broadcast="false"/>',
            '<allow send_destination="org.firstboot.Firstboot1"/>'))
        reload = ("busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ReloadConfig")
        run(*reload)
        try:
            bus = self.connect(65534)
            for member in ("GetState", "GetStatus", "Complete", "RequestLogin"):
                self.refused("NotPermitted", "account", bus.call, member)
            with terminal("/dev/tty9") as fd:
                self.refused("NotPermitted", "account", bus.call, "WatchScreen", "h", fd)
        finally:
            open(policy, "w", encoding="utf-8").write(original)
            run(*reload)

    def test_screen_is_watched_and_not_read(self):
        with terminal("/dev/tty9") as tty:
            self.refused("AccessDenied", "", self.connect(65534).call, "WatchScreen", "h", tty)
            cells = self.connect(ui_uid()).call("WatchScreen", "h", tty, returns="h")[0]
            self.addCleanup(os.close, cells)
            # By its edge: reading, which alone takes the state away, is what it cannot do.
            with select.epoll() as changes:
                changes.register(cells, select.EPOLLPRI | select.EPOLLET)
                changes.poll(0)
                self.assertEqual(changes.poll(0.3), [])
                os.write(tty, b"a letter")
                self.assertEqual([fd for fd, _ in changes.poll(5)], [cells])
        for access in (lambda: os.pread(cells, 100, 0), lambda: os.pwrite(cells, b"x", 4)):
            with self.assertRaises(OSError) as caught:
                access()
            self.assertEqual(caught.exception.errno, errno.EBADF)
        os.seteuid(ui_uid())    # nor opened once more
        try:
            for flags in (os.O_RDONLY, os.O_WRONLY):
                self.assertRaises(PermissionError, os.open, f"/proc/self/fd/{cells}", flags)
        finally:
            os.seteuid(0)

    def test_what_is_no_screen_is_not_watched(self):
        main, other = os.openpty()
        readable, writable = os.pipe()
        path_only = os.open("/dev/tty9", os.O_PATH)
        for fd in (main, other, readable, writable, path_only):
            self.refused("Refused", "no virtual terminal", self.bus.call, "WatchScreen", "h", fd)
            os.close(fd)

    def test_nobody_else_may_take_the_name(self):
        result = subprocess.run(["setpriv", "--reuid", str(ui_uid()), "--clear-groups", "busctl", "call",
                                 "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName", "su",
                                 "org.firstboot.Firstboot1", "0"], text=True, capture_output=True, check=False)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("Access denied", result.stderr)

    def test_wrong_types_and_names(self):
        bus = self.connect(ui_uid())
        for member, signature, values in (("SetHostname", "i", [1]), ("Confirm", "s", ["x"]), ("Complete", "s", ["x"]),
                                          ("Authenticate", "s", ["password"]), ("SetNetwork", "s", ["x"])):
            self.refused("InvalidArgs", "", bus.call, member, signature, *values)
        self.refused("UnknownMethod", "", bus.call, "Shell")
        self.refused("AccessDenied", "", bus.call, "GetState", interface=b"org.example.Other")

    def test_all_of_it_is_documented(self):
        xml = self.bus.call("Introspect", interface=b"org.freedesktop.DBus.Introspectable", returns="s")[0]
        ours = re.search(r'<interface name="org.firstboot.Firstboot1">.*?</interface>', xml, re.S).group()
        members = re.findall(r'<(?:method|signal) name="(\w+)"', ours)
        page = read_file(os.path.dirname(os.path.realpath(__file__)) + "/../../data/man/firstbootd.8")
        self.assertEqual(sorted(members), sorted(re.findall(r"(?m)^\.It Ic (\w+)$", page)))

    def test_power(self):
        for force in (False, True):
            self.refused("Refused", "reboot", self.bus.call, "Power", "sb", "halt; reboot", force)
            self.refused("Failed", "not restarted", self.bus.call, "Power", "sb", "reboot", force)

    def test_z_many_calls_in_a_minute(self):
        bus = self.connect(ui_uid())
        messages = []
        for _ in range(40):
            try:
                bus.call("Confirm", "t", 1)
            except Refused as refusal:
                messages.append(refusal.name)
        self.assertEqual(messages[0], "Refused")
        self.assertEqual(messages[-1], "TooSoon")
        self.assertEqual(bus.call("GetState", returns="sbb")[0], "unclaimed")


class Secrets(Case):
    def test_not_sealed(self):
        for seals in (0, SEALS & ~fcntl.F_SEAL_WRITE, SEALS & ~fcntl.F_SEAL_SHRINK, SEALS & ~fcntl.F_SEAL_SEAL):
            with secret(GOOD, seals) as fd:
                self.refused("Refused", "sealed", self.bus.call, "SetRootPassword", "h", fd)

    def test_other_descriptors(self):
        readable, writable = os.pipe()
        os.write(writable, GOOD.encode())
        with open("/dev/zero", "rb") as zero, open("/etc/passwd", "rb") as file:
            for fd in (readable, zero.fileno(), file.fileno()):
                self.refused("Refused", "sealed", self.bus.call, "SetRootPassword", "h", fd)
        os.close(readable)
        os.close(writable)

    def test_sizes(self):
        for text in ("", "x" * 512, "x" * 100000):
            self.refused("Refused", "511", with_secret, self.bus, "CheckPassword", text)

    def test_control_characters(self):
        for text in ("good long\npassword", b"good long\0password", "good long\tpassword", "good long\x7fpassword"):
            self.refused("Refused", "line end", with_secret, self.bus, "CheckPassword", text)

    def test_nothing_was_set(self):
        self.assertEqual(root_hash(), "!*")


class PasswordRules(Case):
    """What the vendor asks of a password, in place of what is normal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rules = contextlib.ExitStack()
        rules.enter_context(vendor_says("[Password]\nMinLength=14\nMinClasses=2\nDictionary=no\nMinLenght=3\n"))
        cls.addClassCleanup(rules.close)

    def test_rules(self):
        for text, words in (("correct horse", "Characters in the password: 13. It must have at least 14"),
                            ("characteristic", "in the password: 1. It needs at least 2 of these: small letters")):
            ok, reason = with_secret(self.bus, "CheckPassword", text, "bs")
            self.assertFalse(ok, text)
            self.assertIn(words, reason)
            self.assertIn("not changed", self.refused("Refused", words, with_secret, self.bus, "SetRootPassword", text))
        self.assertEqual(root_hash(), "!*")
        self.assertIn("70-test.conf:5: There is no key MinLenght= in section [Password]. Is MinLength= meant?", read_file("/run/dbus.log"))
        for text in ("Characteristic", "characteristic7", "characteristic of it"):
            self.assertEqual(with_secret(self.bus, "CheckPassword", text, "bs"), [1, ""], text)


class Password(Case):
    """In the order of their names: from a machine without a password to a claimed one."""

    def test_1_nothing_without_a_password(self):
        self.refused("Refused", "no password yet", self.bus.call, "Complete")
        self.refused("Refused", "no password yet", self.bus.call, "RequestLogin")
        self.assertFalse(os.path.exists("/run/firstboot/next-login"))
        self.assertEqual(read_file("/var/lib/firstboot/state"), "unclaimed\n")

    def test_2_weak_ones(self):
        bus = self.connect(ui_uid())
        for text, words in (("short", "in the password: 5."), ("aaaaaaaaaaaaaaaa", "palindrome"),
                            ("abababababababac", "DIFFERENT characters"), ("correcthorseroot", "user name"),
                            ("characteristic", "dictionary")):
            ok, reason = with_secret(bus, "CheckPassword", text, "bs")
            self.assertFalse(ok, text)
            self.assertIn(words, reason)
            message = self.refused("Refused", words, with_secret, bus, "SetRootPassword", text)
            self.assertIn("not changed", message)
        self.assertEqual(with_secret(bus, "CheckPassword", GOOD, "bs"), [1, ""])
        self.assertEqual(root_hash(), "!*")

    def test_3_set(self):
        before = os.stat("/etc/shadow")
        with_secret(self.connect(ui_uid()), "SetRootPassword", GOOD)
        self.assertTrue(matches(GOOD, root_hash()))
        after = os.stat("/etc/shadow")
        self.assertEqual((before.st_mode, before.st_uid, before.st_gid), (after.st_mode, after.st_uid, after.st_gid))
        self.assertEqual(self.bus.call("GetState", returns="sbb"), ["unclaimed", True, True])

    def test_4_odd_ones(self):
        for text in ("päßwörter sind länger 日本", " leading and trailing spaces ", "colon:and$6$dollar%n here", " ".join(f"word{i}" for i in range(72))):
            with_secret(self.bus, "SetRootPassword", text)
            self.assertTrue(matches(text, root_hash()))
        with_secret(self.bus, "SetRootPassword", GOOD)

    def test_5_login(self):
        self.connect(ui_uid()).call("RequestLogin")
        status = os.stat("/run/firstboot/next-login")
        self.assertEqual((status.st_uid, status.st_mode & 0o777), (0, 0o600))
        self.assertEqual(os.stat("/run/firstboot").st_mode & 0o777, 0o700)

    def test_6_claim(self):
        self.connect(ui_uid()).call("Complete")
        self.assertEqual(read_file("/var/lib/firstboot/state"), "claimed\n")
        self.assertTrue(os.path.exists("/var/lib/firstboot/claimed"))
        self.assertEqual(self.connect(ui_uid()).call("GetState", returns="sbb"), ["claimed", False, True])
        self.assertEqual(self.bus.call("GetState", returns="sbb"), ["claimed", True, True])

    def test_7_claimed_refuses(self):
        bus = self.connect(ui_uid())
        self.refused("NotPermitted", "password", with_secret, bus, "SetRootPassword", OTHER)
        self.refused("NotPermitted", "password", bus.call, "SetHostname", "s", "other")
        self.refused("NotPermitted", "password", set_network, bus, fixed())
        self.refused("NotPermitted", "password", bus.call, "Power", "sb", "reboot", False)
        self.refused("NotPermitted", "password", bus.call, "Complete")
        self.assertTrue(matches(GOOD, root_hash()))

    def test_8_ticket(self):
        bus, other = self.connect(ui_uid()), self.connect(ui_uid())
        self.refused("WrongPassword", "not root's password", with_secret, bus, "Authenticate", OTHER)
        self.refused("TooSoon", "1 s", with_secret, bus, "Authenticate", GOOD)
        time.sleep(1.1)
        self.refused("WrongPassword", "", with_secret, bus, "Authenticate", OTHER)
        time.sleep(1.1)
        self.refused("TooSoon", "1 s", with_secret, bus, "Authenticate", GOOD)
        time.sleep(1)
        self.assertEqual(with_secret(bus, "Authenticate", GOOD, "b"), [1])
        self.assertEqual(bus.call("GetState", returns="sbb"), ["claimed", True, True])
        bus.call("SetHostname", "s", "withticket")
        self.assertEqual(other.call("GetState", returns="sbb"), ["claimed", False, True])
        self.refused("NotPermitted", "password", other.call, "SetHostname", "s", "without")
        bus.call("RequestLogin")
        self.refused("NotPermitted", "password", bus.call, "SetHostname", "s", "handedoff")
        self.assertEqual(os.uname().nodename, "withticket")

    def test_9a_locked(self):
        bus, other = self.connect(ui_uid()), self.connect(ui_uid())
        self.assertEqual(with_secret(bus, "Authenticate", GOOD, "b"), [1])
        other.call("Lock")      # only one's own ticket
        self.assertEqual(bus.call("GetState", returns="sbb"), ["claimed", True, True])
        bus.call("Lock")
        self.assertEqual(bus.call("GetState", returns="sbb"), ["claimed", False, True])
        self.refused("NotPermitted", "password", bus.call, "SetHostname", "s", "locked")
        bus.call("Lock")

    def test_9b_ticket_ends_with_the_connection(self):
        bus = Bus(ui_uid())
        self.assertEqual(with_secret(bus, "Authenticate", GOOD, "b"), [1])
        bus.close()
        bus = self.connect(ui_uid())
        self.assertEqual(bus.call("GetState", returns="sbb"), ["claimed", False, True])

    def test_9c_garbled_state_is_claimed(self):
        bus, state = self.connect(ui_uid()), "/var/lib/firstboot/state"
        for text in ("", "unclaimed2", "unclaimed\nclaimed\n", "UNCLAIMED\n", "\0unclaimed\n"):
            open(state, "w", encoding="utf-8").write(text)
            self.assertEqual(bus.call("GetState", returns="sbb")[0], "claimed", text)
        open(state, "w", encoding="utf-8").write("unclaimed\n")
        os.chmod(state, 0o666)
        self.assertEqual(bus.call("GetState", returns="sbb")[0], "claimed")
        os.rename(state, state + "2")
        os.chmod(state + "2", 0o600)
        os.symlink(state + "2", state)
        self.assertEqual(bus.call("GetState", returns="sbb")[0], "claimed")
        os.unlink(state)
        self.assertEqual(bus.call("GetState", returns="sbb")[0], "claimed")

    def test_9d_delay_survives(self):
        forget_delay()
        bus = self.connect(ui_uid())
        for seconds in (1, 2, 4, 8):
            self.refused("WrongPassword", "", with_secret, bus, "Authenticate", OTHER)
            # So long that a restart on a busy machine fits in.
            for number in (signal.SIGKILL, signal.SIGTERM) if seconds >= 4 else ():
                stop_daemon(number)
                message = self.refused("TooSoon", "After a wrong", with_secret, bus, "Authenticate", GOOD)
                self.assertIn(int(re.search(r"in (\d+) s", message).group(1)), range(1, seconds + 1))
            time.sleep(seconds)
        self.assertEqual(with_secret(bus, "Authenticate", GOOD, "b"), [1])
        self.assertFalse(os.path.exists(DELAY))

    def test_9e_a_try_that_is_cut_off_counts(self):
        forget_delay()
        bus = self.connect(ui_uid())
        with secret(OTHER) as fd:
            caller = threading.Thread(target=lambda: self.assertRaises(Refused, bus.call, "Authenticate", "h", fd))
            caller.start()
            wait(lambda: os.path.exists(DELAY), 5, "the try is noted")
            stop_daemon(signal.SIGKILL)
            caller.join()
        self.assertIn("failures=1\n", read_file(DELAY))
        # The second that it costs may be over before a checked firstbootd is up again.
        if "FIRSTBOOTD_WRAPPER" not in os.environ:
            self.refused("TooSoon", "1 s", with_secret, self.connect(ui_uid()), "Authenticate", GOOD)

    def test_9f_garbled_delay_is_the_longest(self):
        stop_daemon()
        with open(DELAY, "w", encoding="utf-8") as file:
            file.write("failures=0\n")
        self.refused("TooSoon", "30 s", with_secret, self.connect(ui_uid()), "Authenticate", GOOD)

    def test_9g_locked_out_after_five(self):
        forget_delay()
        bus = self.connect(ui_uid())
        end = time.monotonic() + 90
        names = []
        while len(names) < 5 and time.monotonic() < end:
            try:
                with_secret(bus, "Authenticate", OTHER)
            except Refused as refusal:
                names.append(refusal.name)
            # firstbootd's own delay is not what is tried
            forget_delay()
        self.assertEqual(names, ["WrongPassword"] * 5)
        self.refused("WrongPassword", "", with_secret, bus, "Authenticate", GOOD)


class Hostname(Case):
    def test_set(self):
        self.connect(ui_uid()).call("SetHostname", "s", "Appliance01.Example.com")
        self.assertEqual(os.uname().nodename, "appliance01.example.com")
        self.assertEqual(read_file("/etc/hostname"), "appliance01.example.com\n")
        self.assertIn("127.0.1.1 appliance01.example.com appliance01\n", read_file("/etc/hosts"))
        self.assertIn("127.0.0.1\tlocalhost\n", read_file("/etc/hosts"))

    def test_bad_ones(self):
        before = os.uname().nodename, read_file("/etc/hosts")
        for name in ("", "localhost", "12345", "under_score", "-dash", "a" * 64, "ümlaut", "two words", "x\ny", "x\x1b[2J"):
            self.assertIn("not changed", self.refused("Refused", "", self.bus.call, "SetHostname", "s", name))
        self.assertEqual((os.uname().nodename, read_file("/etc/hosts")), before)

    def test_hosts_cannot_be_written(self):
        self.bus.call("SetHostname", "s", "before")
        os.rename("/etc/hosts", "/etc/hosts.away")
        os.mkdir("/etc/hosts")
        try:
            self.refused("Failed", ["/etc/hosts", '"after"', "not changed"], self.bus.call, "SetHostname", "s", "after")
        finally:
            os.rmdir("/etc/hosts")
            os.rename("/etc/hosts.away", "/etc/hosts")
        self.assertEqual(os.uname().nodename, "before")
        self.assertEqual(read_file("/etc/hostname"), "before\n")


class Place(Case):
    """Where it stands, and for whose keyboard: by real timedated and localed."""

    KEYMAPS = "/usr/share/kbd/keymaps/i386/qwertz"

    def test_timezone(self):
        write_file("/etc/timezone", "Etc/UTC\n")
        for zone in ("Europe/Sofia", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "UTC"):
            self.connect(ui_uid()).call("SetTimezone", "s", zone)
            self.assertEqual(os.readlink("/etc/localtime"), f"../usr/share/zoneinfo/{zone}")
            self.assertEqual(read_file("/etc/timezone"), zone + "\n")
        os.unlink("/etc/timezone")
        self.bus.call("SetTimezone", "s", "Asia/Tokyo")
        self.assertEqual(os.readlink("/etc/localtime"), "../usr/share/zoneinfo/Asia/Tokyo")
        self.assertFalse(os.path.exists("/etc/timezone"))

    def test_bad_timezones(self):
        self.bus.call("SetTimezone", "s", "Europe/Sofia")
        for zone in ("", "Europe", "Europe/", "/Europe/Sofia", "Europe/Nowhere", "../../etc/passwd", "Europe/../Asia/Tokyo",
                     "zone.tab", "tzdata.zi", "europe/sofia", "Europe/Sofia\n", "Europe/Sofia ", "x" * 300, "Europe//Sofia"):
            self.refused("Refused", ["not changed", "Europe/Sofia"], self.bus.call, "SetTimezone", "s", zone)
        self.assertEqual(os.readlink("/etc/localtime"), "../usr/share/zoneinfo/Europe/Sofia")

    def test_timezone_cannot_be_written(self):
        self.bus.call("SetTimezone", "s", "Europe/Sofia")
        os.unlink("/etc/localtime")
        os.makedirs("/etc/localtime/full")
        try:
            self.refused("Failed", ["Asia/Tokyo", "timedated says", "not changed"], self.bus.call, "SetTimezone", "s", "Asia/Tokyo")
        finally:
            os.removedirs("/etc/localtime/full")

    def test_language(self):
        file = "/etc/firstboot/firstboot.conf.d/91-language.conf"
        self.connect(ui_uid()).call("SetLanguage", "s", "de")
        self.assertEqual(read_file(file), "[Console]\nLanguage=de\n")
        for name in ("xx", "de_DE", "../de", "de\n", "DE", "d", "x" * 300):
            self.refused("Refused", ["Sprache wurde nicht ge"], self.bus.call, "SetLanguage", "s", name)
        self.assertEqual(read_file(file), "[Console]\nLanguage=de\n")
        self.bus.call("SetLanguage", "s", "en")
        self.refused("Refused", ["language was not changed"], self.bus.call, "SetLanguage", "s", "xx")
        # Back to that of the machine.
        self.bus.call("SetLanguage", "s", "")
        self.assertFalse(os.path.exists(file))
        # Where it cannot be kept, nothing is another.
        shutil.rmtree("/etc/firstboot/firstboot.conf.d")
        write_file("/etc/firstboot/firstboot.conf.d", "")
        self.addCleanup(os.unlink, "/etc/firstboot/firstboot.conf.d")
        self.refused("Failed", ["language was not changed", "91-language.conf"], self.bus.call, "SetLanguage", "s", "de")

    def test_language_of_the_configuration(self):
        """It answers in the language that the screens have: what the files say together."""
        german, english = "Sprache wurde nicht ge", "language was not changed"
        with vendor_says("[Console]\nLanguage=de\n"):
            self.bus.call("SetLanguage", "s", "en")
            self.refused("Refused", [english], self.bus.call, "SetLanguage", "s", "xx")
            self.bus.call("SetLanguage", "s", "")
            self.refused("Refused", [german], self.bus.call, "SetLanguage", "s", "xx")
        later = "/etc/firstboot/firstboot.conf.d/95-later.conf"
        write_file(later, "[Console]\nLanguage=en\n")
        self.addCleanup(self.bus.call, "SetLanguage", "s", "")
        self.addCleanup(os.unlink, later)
        self.bus.call("SetLanguage", "s", "de")
        self.refused("Refused", [english], self.bus.call, "SetLanguage", "s", "xx")

    def test_what_a_power_cut_has_left(self):
        """Half-written files are taken away at the next start, and nothing that others have put beside them."""
        places = ("/etc/firstboot/firstboot.conf.d/%s91-language.conf", "/var/lib/firstboot/steps/%sword.json", "/var/lib/firstboot/steps/%sword.digest",
                  "/var/lib/firstboot/reports/%sreport.txt", "/etc/%stimezone", "/etc/%smachine-id", "/etc/default/%skeyboard")
        ours = [place % "." + ".0123456789abcdef" for place in places]
        others = [place % ".not-" + ".0123456789abcdef" for place in places if place.startswith("/etc/")]
        for path in ours + others:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            write_file(path, "half")
        for path in others:
            self.addCleanup(os.unlink, path)
        stop_daemon()
        self.bus.call("GetState", returns="sbb")
        self.assertEqual([path for path in ours if os.path.exists(path)], [])
        self.assertEqual([path for path in others if not os.path.exists(path)], [])

    def test_keymap(self):
        os.makedirs(self.KEYMAPS, exist_ok=True)
        self.addCleanup(shutil.rmtree, "/usr/share/kbd")
        for name in ("de", "us"):
            write_file(f"{self.KEYMAPS}/{name}.map", "")
        for name in ("de", "us"):
            self.connect(ui_uid()).call("SetKeymap", "s", name)
            self.assertIn(f"KEYMAP={name}\n", read_file("/etc/vconsole.conf"))
        for name in ("fr", "", "..", ".us", "us/de", "us de", "us\n", "us'", "ümlaut", "x" * 64):
            self.refused("Refused", ["not changed", "this machine has"], self.bus.call, "SetKeymap", "s", name)
        # localed's own word on it.
        os.rename("/etc/vconsole.conf", "/etc/vconsole.conf.away")
        os.makedirs("/etc/vconsole.conf/full")
        self.refused("Failed", ['"de"', "not changed", "localed says"], self.bus.call, "SetKeymap", "s", "de")
        os.removedirs("/etc/vconsole.conf/full")

    def test_a_keymap_by_debians_way(self):
        file, cache = "/etc/default/keyboard", "/etc/console-setup/cached_setup_keyboard.sh"
        os.makedirs("/etc/console-setup", exist_ok=True)
        text = '# a comment\nXKBMODEL="pc105"\nXKBLAYOUT="us"\nXKBVARIANT=""\nXKBOPTIONS="caps:none"\nBACKSPACE="guess"\n'
        write_file(file, text)
        self.addCleanup(os.unlink, file)
        for name, layout, variant in (("de", "de", ""), ("de-latin1-nodeadkeys", "de", "nodeadkeys"), ("de(neo)", "de", "neo"), ("uk", "gb", ""),
                                      ("bg_pho-utf8", "bg", ""), ("us", "us", "")):
            write_file(cache, "")
            # There is no systemd here that could set the keyboard at once.
            note = self.connect(ui_uid()).call("SetKeymap", "s", name, returns="s")[0]
            self.assertIn("from the next start on", note)
            self.assertEqual(read_file(file), text.replace('XKBLAYOUT="us"', f'XKBLAYOUT="{layout}"').replace(
                'XKBVARIANT=""', f'XKBVARIANT="{variant}"'))
            self.assertFalse(os.path.exists(cache))
        for name in ("", "xx", "de(nosuch)", "de(", "de()", "(neo)", "de(neo", "de)neo(", "de(neo)x", "custom", "de,us", 'de"', "us\n"):
            self.refused("Refused", ["not changed", "this machine has"], self.bus.call, "SetKeymap", "s", name)
        self.assertEqual(read_file(file), text)

    def test_a_keymap_that_is_tried(self):
        os.makedirs(self.KEYMAPS, exist_ok=True)
        self.addCleanup(shutil.rmtree, "/usr/share/kbd")
        for name in ("de", "fr", "us"):
            write_file(f"{self.KEYMAPS}/{name}.map", "")
        before = "/var/lib/firstboot/keymap-before"

        def is_set(name):
            return f"KEYMAP={name}\n" in read_file("/etc/vconsole.conf") and not os.path.exists(before)

        bus, other = self.connect(ui_uid()), self.connect(0)
        self.bus.call("SetKeymap", "s", "us")
        for name in ("de", "fr"):
            bus.call("TryKeymap", "s", name)
            self.assertIn(f"KEYMAP={name}\n", read_file("/etc/vconsole.conf"))
        self.refused("Failed", "not changed", other.call, "TryKeymap", "s", "de")
        other.call("TryKeymap", "s", "")
        self.assertIn("KEYMAP=fr\n", read_file("/etc/vconsole.conf"))
        # Given up, though the machine is somebody's by now; kept; left; and left behind by a firstbootd that was killed.
        with claimed():
            self.refused("NotPermitted", "password", bus.call, "TryKeymap", "s", "de")
            bus.call("TryKeymap", "s", "")
        self.assertTrue(is_set("us"))
        bus.call("TryKeymap", "s", "de")
        bus.call("SetKeymap", "s", "de")
        with connection(ui_uid()) as leaver:
            leaver.call("TryKeymap", "s", "fr")
        wait(lambda: is_set("de"), 5, "the layout is back")
        bus.call("TryKeymap", "s", "us")
        stop_daemon(signal.SIGKILL)
        self.bus.call("GetState", returns="sbb")
        wait(lambda: is_set("de"), 5, "the layout is back")

    def test_a_keymap_that_is_tried_by_debians_way(self):
        file = "/etc/default/keyboard"
        text = '# two of them\nXKBLAYOUT="us,bg"\nXKBVARIANT=",phonetic"\nXKBOPTIONS="grp:alt_shift_toggle"\n'
        write_file(file, text)
        self.addCleanup(os.unlink, file)
        with connection(ui_uid()) as leaver:
            leaver.call("TryKeymap", "s", "de")
            self.assertIn('XKBLAYOUT="de"\n', read_file(file))
        wait(lambda: read_file(file) == text, 5, "the layout is back")

    def test_a_machine_without_keymaps(self):
        self.refused("Refused", ["not changed", "lacks"], self.bus.call, "SetKeymap", "s", "us")

    def test_who_may(self):
        for member, value in ("SetTimezone", "UTC"), ("SetKeymap", "us"), ("TryKeymap", "us"):
            self.refused("AccessDenied", "", self.connect(65534).call, member, "s", value)
            with claimed():
                self.refused("NotPermitted", "password", self.connect(ui_uid()).call, member, "s", value)

    def test_records(self):
        journal = Journal()
        self.addCleanup(journal.close)
        self.bus.call("SetTimezone", "s", "Europe/Sofia")
        self.bus.call("SetTimezone", "s", "Asia/Tokyo")
        wait(lambda: len(journal.of("timezone")) == 2, 5, "records")
        fields = journal.of("timezone")[1]
        self.assertEqual((fields["FIRSTBOOT_OLD"], fields["FIRSTBOOT_NEW"]), ("Europe/Sofia", "Asia/Tokyo"))
        write_file("/etc/default/keyboard", "XKBLAYOUT=de\nXKBVARIANT='neo'\n")
        self.addCleanup(os.unlink, "/etc/default/keyboard")
        self.bus.call("SetKeymap", "s", "us")
        wait(lambda: journal.of("keymap"), 5, "a record")
        fields = journal.of("keymap")[0]
        self.assertEqual((fields["FIRSTBOOT_OLD"], fields["FIRSTBOOT_NEW"], fields["FIRSTBOOT_RESULT"]), ("de(neo)", "us", "done"))


HASHES = {"SHA-512": "-6", "SHA-256": "-5"}


class RootHash(Case):
    """In the order of their names, as of a password."""

    def make(self, password=GOOD, kind="SHA-512"):
        return run("openssl", "passwd", HASHES[kind], password).strip()

    def set(self, text, bus=None):
        return bool(with_secret(bus or self.bus, "SetRootPasswordHash", text, "b")[0])

    def test_1_no_hashes(self):
        good = self.make()
        before = read_file("/etc/shadow")
        for text in (GOOD, "!", "*", "!" + good, "x", "$6$salt", good[:60], good + ":0:0:99999:7:::", good[:40] + ":" + good[41:], "$6$$",
                     "$1$saltsalt$" + "x" * 22, "rEK1ecacw.7.c", "_J9..K0AyUubDrfOgO4s", "$5$rounds=", good + " ", " " + good,
                     good[:40] + "ü" + good[42:], good[:-1] + "!"):
            message = self.refused("Refused", ["not changed", "hash"], self.set, text)
            self.assertNotIn(text, message.replace("*", "").replace("!", "")) if len(text) > 3 else None
        self.refused("Refused", "1 to 511", self.set, "")
        self.refused("Refused", "1 to 511", self.set, "x" * 512)
        self.refused("Refused", "", self.set, good + "\nroot2::0")
        with secret(good, 0) as fd:
            self.refused("Refused", "sealed", self.bus.call, "SetRootPasswordHash", "h", fd, returns="b")
        self.assertEqual(read_file("/etc/shadow"), before)
        self.assertEqual(self.bus.call("GetState", returns="sbb"), ["unclaimed", True, False])

    def test_2_root_alone(self):
        before = read_file("/etc/shadow")
        for uid in (ui_uid(), 65534):
            self.refused("AccessDenied", "", self.set, self.make(), self.connect(uid))
        self.assertEqual(read_file("/etc/shadow"), before)

    def test_3_set(self):
        for kind in HASHES:
            before, hashed, status = read_file("/etc/shadow"), self.make(GOOD, kind), os.stat("/etc/shadow")
            self.assertTrue(self.set(hashed))
            old, new = (re.search(r"(?m)^root:.*$", t).group().split(":") for t in (before, read_file("/etc/shadow")))
            self.assertEqual(new[1], hashed)
            self.assertEqual(int(new[2]), int(time.time() // 86400))
            self.assertEqual(old[3:], new[3:])
            self.assertEqual(re.sub(r"(?m)^root:.*$", "", before), re.sub(r"(?m)^root:.*$", "", read_file("/etc/shadow")))
            after = os.stat("/etc/shadow")
            self.assertEqual((status.st_mode, status.st_uid, status.st_gid), (after.st_mode, after.st_uid, after.st_gid))
            self.assertFalse(self.set(hashed))
            self.assertEqual(os.stat("/etc/shadow").st_ino, after.st_ino)
        self.assertTrue(matches(GOOD, root_hash()))
        # It came from here: the machine is not taken for somebody else's.
        self.assertEqual(self.bus.call("GetState", returns="sbb"), ["unclaimed", True, True])

    def test_4_records(self):
        journal = Journal()
        self.addCleanup(journal.close)
        hashed = self.make(OTHER)
        self.set(hashed)
        self.set(hashed)
        with contextlib.suppress(Refused):
            self.set("no hash at all")
        wait(lambda: len(journal.of("password")) == 2, 5, "records")
        time.sleep(0.2)
        self.assertEqual([f["FIRSTBOOT_RESULT"] for f in journal.of("password")], ["done", "refused"])
        self.assertNotIn(hashed, str(journal.all))

    def test_5_cannot_be_written(self):
        before = read_file("/etc/shadow")
        run("mount", "--bind", "/etc/shadow", "/etc/shadow")
        try:
            self.refused("Failed", ["not changed", "/etc/shadow"], self.set, self.make())
        finally:
            run("umount", "/etc/shadow")
        self.assertEqual(read_file("/etc/shadow"), before)
        self.assertEqual(glob.glob("/etc/.shadow*"), [])

    def test_6_somebody_has_the_lock(self):
        before = read_file("/etc/shadow")
        with open("/etc/.pwd.lock", "w", encoding="ascii") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            self.refused("Failed", ["not changed", "locked", ".pwd.lock"], self.set, self.make())
            self.assertEqual(read_file("/etc/shadow"), before)
        self.assertTrue(self.set(self.make()))

    def test_7_claim(self):
        self.bus.call("Complete")
        self.assertEqual(read_file("/var/lib/firstboot/state"), "claimed\n")
        bus = self.connect(ui_uid())
        self.assertEqual(with_secret(bus, "Authenticate", GOOD, "b"), [1])
        self.refused("AccessDenied", "", self.set, self.make(OTHER), bus)
        self.assertTrue(self.set(self.make(OTHER)))

    def test_8_foreign_one_claims(self):
        stop_daemon()
        write_file("/var/lib/firstboot/state", "unclaimed\n")
        with contextlib.suppress(FileNotFoundError):
            os.unlink("/var/lib/firstboot/logins")
        text = read_file("/etc/shadow").replace(root_hash(), self.make())
        with open("/etc/shadow", "w", encoding="utf-8") as file:
            file.write(text)
        listener = self.connect(ui_uid())
        listener.listen(EDIT_RULE)
        for _ in range(2):
            self.assertEqual(self.bus.call("GetState", returns="sbb")[0], "claimed")
        self.assertEqual([member for member, *_ in listener.signals()], ["Claimed"])


class RootKey(Case):
    """Root may give itself a key on any machine, and that is a login then."""

    def add(self, line, bus=None):
        return bool((bus or self.bus).call("AddRootKey", "s", line, returns="b")[0])

    def test_added_once(self):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "me", "-f", "/run/key")
        line = read_file("/run/key.pub").strip()
        self.refused("Refused", "password", self.add, line, self.connect(ui_uid()))
        self.refused("Refused", "not finished", self.bus.call, "Complete")
        self.assertTrue(self.add(line))
        self.assertFalse(self.add(line))
        self.assertFalse(self.add(line + "2"))
        self.assertEqual(read_file("/root/.ssh/authorized_keys").count(line.split()[1]), 1)
        self.assertEqual(self.bus.call("GetState", returns="sbb")[0], "unclaimed")
        self.refused("Refused", "not finished", self.connect(ui_uid()).call, "Complete")
        self.bus.call("Complete")
        self.assertEqual(self.bus.call("GetState", returns="sbb")[0], "claimed")


class Waiting(Case):
    """A change that waits is firstbootd's: not its caller's, whose connection it may have cut."""

    def begin(self, seconds=0, flags=0, gateway="192.0.2.1"):
        """By a connection that has gone afterwards, with its edit lock."""
        with connection() as bus:
            bus.call("BeginEdit", returns="bst")
            return change(bus, [link("enp1s0", fixed("192.0.2.10/24", gateway), family(OFF))], flags, seconds=seconds)

    def tearDown(self):
        if waiting(self.bus)[0]:
            self.bus.call("Revert", "t", waiting(self.bus)[0], returns="s")
        change(self.bus, [], REPLACE | UNSAFE)
        wait(has_lease, 15, "DHCP is back")

    def test_seconds(self):
        for seconds in (1, 9, 3601, 1 << 31):
            self.refused("Refused", ["not changed", "10 to 3600", str(seconds)], self.begin, seconds)
        self.assertEqual(waiting(self.bus), [0, 0, ""])
        left = self.begin(3600)[2]
        self.assertTrue(3_590_000_000 < left <= 3_600_000_000, left)
        self.bus.call("Revert", "t", waiting(self.bus)[0], returns="s")
        left = self.begin()[2]
        self.assertTrue(110_000_000 < left <= 120_000_000, left)

    def test_asked_to_wait(self):
        self.refused("Refused", "not to", self.begin, 0, ASK | UNSAFE)
        for flags in (ASK, 0):
            txid, proven, *_ = change(self.bus, [link("enp1s0", fixed(), family(OFF))], flags, seconds=60)
            self.assertTrue(proven)
            if flags:
                self.refused("Refused", ["goes on to wait", "another connection"], self.bus.call, "Confirm", "t", txid, returns="s")
            self.assertEqual(waiting(self.bus)[0], txid)
            with connection() if flags else contextlib.nullcontext(self.bus) as other:
                other.call("Confirm", "t", txid, returns="s")
            change(self.bus, [], REPLACE | UNSAFE)
            wait(has_lease, 15, "DHCP is back")
        # Who has made it may take it back.
        txid, *_ = change(self.bus, [link("enp1s0", fixed(), family(OFF))], ASK, seconds=60)
        self.bus.call("Revert", "t", txid, returns="s")

    def test_kept_by_another(self):
        txid, *_ = self.begin(60)
        status = self.bus.call("GetStatus", returns="ttsst")
        self.assertEqual((status[0], status[2], status[3]), (txid, "enp1s0", ""))
        self.connect(0).call("Confirm", "t", txid, returns="s")
        self.assertEqual(addresses(), ["192.0.2.10/24"])
        self.assertEqual(waiting(self.bus)[0], 0)

    def test_taken_back_by_another(self):
        txid, *_ = self.begin(60)
        self.connect(0).call("Revert", "t", txid, returns="s")
        wait(has_lease, 15, "DHCP is back")

    def test_taken_back_by_time(self):
        begun = time.monotonic()
        self.begin(10)
        self.assertEqual(addresses(), ["192.0.2.10/24"])
        wait(lambda: waiting(self.bus)[0] == 0, 15, "it is taken back")
        self.assertGreater(time.monotonic() - begun, 9)
        wait(has_lease, 15, "DHCP is back")

    def test_caller_goes_while_it_is_tried(self):
        bus = Bus()
        bus.send("SetNetwork", SET + "uu", [link("enp1s0", fixed(), family(OFF))], "", 0, 60)
        wait(lambda: service_is_trying(self.bus), 10, "it is being tried")
        bus.close()
        wait(lambda: waiting(self.bus)[0], 30, "it waits")
        self.bus.call("Confirm", "t", waiting(self.bus)[0], returns="s")
        self.assertEqual(addresses(), ["192.0.2.10/24"])

    def test_taken_back_at_the_end_of_the_process(self):
        self.begin(3600)
        stop_daemon()
        wait(has_lease, 15, "DHCP is back")
        self.assertEqual(waiting(self.bus), [0, 0, ""])


class Network(Case):
    def setUp(self):
        super().setUp()
        self.assertIsNone(pending())

    def test_1_static_and_back(self):
        bus = self.connect(ui_uid())
        txid, proven, note = set_network(bus, fixed(), dns=["192.0.2.53"], domains=["example.com"])
        self.assertTrue(txid)
        self.assertEqual((proven, note), (1, ""))
        self.assertEqual([a for a in addresses() if "." in a], ["192.0.2.10/24"])
        self.assertIn("default via 192.0.2.1 dev enp1s0 proto static", run("ip", "route"))
        self.assertIn("Address=192.0.2.10/24", read_file(pending()))
        self.assertFalse(os.path.exists(KEPT))
        waits_for, left, ifname = waiting(bus)
        self.assertEqual((waits_for, ifname), (txid, "enp1s0"))
        self.assertTrue(100_000_000 < left <= 120_000_000)
        self.refused("Busy", "not yet been kept", set_network, bus, fixed("192.0.2.11/24"))
        self.refused("Refused", "already", bus.call, "Revert", "t", txid ^ 2)
        bus.call("Revert", "t", txid)
        self.assertIsNone(pending())
        wait(has_lease, 15, "DHCP is back")
        self.refused("Refused", "already", bus.call, "Confirm", "t", txid)
        self.assertEqual(waiting(bus), [0, 0, ""])

    def test_2_kept(self):
        bus = self.connect(ui_uid())
        txid, _, _ = set_network(bus, fixed(), dns=["192.0.2.53", "2001:db8::53"], domains=["example.com"])
        bus.call("Confirm", "t", txid)
        self.assertIsNone(pending())
        self.assertEqual(os.stat(KEPT).st_mode & 0o777, 0o644)
        self.assertIn("192.0.2.10/24", addresses())
        self.assertIn("05-firstboot-enp1s0", run("networkctl", "status", "enp1s0"))
        self.assertIn("nameserver 192.0.2.53\nnameserver 2001:db8::53\n", read_file("/etc/resolv.conf"))
        self.refused("Refused", "already", bus.call, "Revert", "t", txid)

    def test_3_taken_back_to_what_was_kept(self):
        txid, proven, _ = set_network(self.bus, fixed("192.0.2.20/24"))
        self.assertTrue(proven)
        self.assertIn("192.0.2.20/24", addresses())
        self.bus.call("Revert", "t", txid)
        wait(lambda: "192.0.2.10/24" in addresses() and "192.0.2.20/24" not in addresses(), 15, "192.0.2.10 is back")

    def test_4_both_families_and_several_addresses(self):
        v4 = family(STATIC, ["192.0.2.20/24", "192.0.2.21/24"], "192.0.2.1")
        v6 = family(STATIC, ["2001:db8::20/64"], "2001:db8::1")
        txid, proven, _ = set_network(self.bus, v4, v6)
        self.assertTrue(proven)
        self.assertEqual(sorted(addresses()), ["192.0.2.20/24", "192.0.2.21/24", "2001:db8::20/64"])
        self.assertIn("default via 2001:db8::1", run("ip", "-6", "route"))
        self.bus.call("Revert", "t", txid)

    def test_5_gateway_on_link(self):
        bad = family(STATIC, ["192.0.2.20/24"], "198.51.100.1")
        self.refused("Refused", "198.51.100.1", set_network, self.bus, bad)
        txid, proven, _ = set_network(self.bus, family(STATIC, ["192.0.2.20/24"], "198.51.100.1", True))
        self.assertTrue(proven)
        self.assertIn("default via 198.51.100.1 dev enp1s0", run("ip", "route"))
        self.bus.call("Revert", "t", txid)

    def test_6_automatic(self):
        txid, _, _ = set_network(self.bus, family())
        wait(has_lease, 15, "a lease")
        self.bus.call("Confirm", "t", txid)
        self.assertIn("DHCP=", read_file(KEPT))
        # networkd asks for the lease anew when it goes over to the kept file.
        wait(has_lease, 15, "a lease")

    def test_7_mtu_goes_back(self):
        """networkd leaves an MTU that no file says any more; it is the link's own again all the same."""
        txid, proven, _ = set_network(self.bus, fixed(), mtu=1400)
        self.assertTrue(proven)
        self.assertIn("mtu 1400 ", run("ip", "link", "show", "enp1s0"))
        self.bus.call("Revert", "t", txid)
        self.assertIn("mtu 1500 ", run("ip", "link", "show", "enp1s0"))
        txid, _, _ = set_network(self.bus, fixed(), mtu=1400)
        self.bus.call("Confirm", "t", txid)
        self.assertIn("mtu 1400 ", run("ip", "link", "show", "enp1s0"))
        txid, _, _ = set_network(self.bus, fixed())
        self.assertIn("mtu 1500 ", run("ip", "link", "show", "enp1s0"))
        self.bus.call("Revert", "t", txid)
        wait(lambda: "mtu 1400 " in run("ip", "link", "show", "enp1s0"), 15, "the MTU")
        txid, _, _ = set_network(self.bus, fixed())
        self.bus.call("Confirm", "t", txid)
        self.assertIn("mtu 1500 ", run("ip", "link", "show", "enp1s0"))


EDIT_RULE = f"type='signal',sender='{NAME.decode()}'"


class EditLock(Case):
    """In the order of their names: the machine is claimed in the middle."""

    def begin(self, bus):
        return bus.call("BeginEdit", returns="bst")

    def changes(self, bus):
        """Everything that waits for the editor."""
        return ((bus.call, "SetHostname", "s", "other"), (set_network, bus, fixed()), (with_secret, bus, "SetRootPassword", OTHER))

    def test_1_held_and_given_back(self):
        bus, root = self.connect(ui_uid()), self.bus
        root.listen(EDIT_RULE)
        before = time.time()
        granted, editor, since = self.begin(bus)
        self.assertTrue(granted)
        self.assertRegex(editor, r"^firstboot, process \d+$")
        self.assertTrue(before - 1 < since / 1e6 < time.time() + 1)
        self.assertEqual(self.begin(root), [0, editor, since])
        self.assertEqual(self.begin(bus), [1, editor, since])
        for function, *arguments in self.changes(root):
            self.refused("Busy", [editor, time.strftime("%H:%M", time.localtime(since / 1e6)), "Nothing was changed"],
                         function, *arguments)
        self.assertEqual(root.call("GetStatus", returns="ttsst"), [0, 0, "", editor, since])
        self.assertEqual(root.call("GetState", returns="sbb"), ["unclaimed", 1, 0])
        bus.call("SetHostname", "s", "byeditor")
        root.call("EndEdit")
        self.refused("Busy", editor, root.call, "SetHostname", "s", "other")
        bus.call("EndEdit")
        self.assertEqual(root.call("GetStatus", returns="ttsst"), [0, 0, "", "", 0])
        root.call("SetHostname", "s", "byroot")
        self.assertEqual([(m, v) for m, _, v in root.signals()], [("Edit", editor), ("Edit", "")])

    def test_2_ends_with_the_connection(self):
        bus = Bus()
        self.assertTrue(self.begin(bus)[0])
        self.assertFalse(self.begin(self.bus)[0])
        bus.close()
        wait(lambda: self.begin(self.bus)[0], 2, "the lock is free")
        self.bus.call("EndEdit")

    def test_2b_does_not_end_by_a_lie(self):
        editor, owner = self.connect(ui_uid()), self.bus.owner()
        self.assertTrue(self.begin(editor)[0])
        name = editor.unique_name()
        for uid in (ui_uid(), 65534):
            self.connect(uid).emit(owner, "NameOwnerChanged", "sss", name, name, "", interface=b"org.freedesktop.DBus",
                                   path=b"/org/freedesktop/DBus")
            time.sleep(0.1)
        self.assertFalse(self.begin(self.bus)[0])
        editor.call("EndEdit")

    def test_3_others_may_end_a_change(self):
        bus = self.connect(ui_uid())
        self.begin(bus)
        for member in ("Confirm", "Revert"):
            txid, _, _ = set_network(bus, fixed())
            self.bus.call(member, "t", txid)
        bus.call("EndEdit")

    def test_4_claimed(self):
        with_secret(self.bus, "SetRootPassword", GOOD)
        self.bus.call("Complete")
        self.refused("NotPermitted", "password", self.connect(ui_uid()).call, "BeginEdit")
        self.assertEqual(self.bus.call("GetStatus", returns="ttsst")[3], "")

    def test_5_signals_are_for_the_console_and_root(self):
        console, root, other = self.connect(ui_uid()), self.connect(0), self.connect(65534)
        for bus in (console, root, other):
            bus.listen(EDIT_RULE)
        self.begin(self.bus)
        self.bus.call("EndEdit")
        self.assertEqual([len(bus.signals()) for bus in (console, root, other)], [2, 2, 0])


@contextlib.contextmanager
def session(**fields):
    """A real logind that finds this process to lead a session when it starts."""
    lines = {"UID": 0, "USER": "root", "ACTIVE": 1, "STATE": "active", "TYPE": "tty", "CLASS": "user",
             "SCOPE": "session-7.scope", "LEADER": os.getpid(), **fields}
    for folder in ("sessions", "seats", "users", "inhibit"):
        os.makedirs("/run/systemd/" + folder, exist_ok=True)
    with open("/etc/systemd/logind.conf", "w", encoding="utf-8") as file:
        file.write("[Login]\nNAutoVTs=0\nReserveVT=0\n")
    with open("/run/systemd/users/0", "w", encoding="utf-8") as file:
        file.write("NAME=root\nSTATE=active\n")
    with open("/run/systemd/sessions/7", "w", encoding="utf-8") as file:
        file.write("".join(f"{key}={value}\n" for key, value in lines.items()))
    with open("/run/logind.log", "w", encoding="utf-8") as log:
        logind = subprocess.Popen(["/lib/systemd/systemd-logind"], stdout=log, stderr=log)

    def knows():
        return subprocess.run(["busctl", "call", "--auto-start=no", "org.freedesktop.login1", "/org/freedesktop/login1",
                               "org.freedesktop.login1.Manager", "GetSessionByPID", "u", str(os.getpid())],
                              capture_output=True, check=False).returncode == 0

    try:
        wait(knows, 10, "logind knows the session")
        yield
    finally:
        logind.kill()
        logind.wait()


class Origins(Case):
    """Who the editor is, by the word of logind."""

    def editor(self):
        bus = self.connect(0)
        _, editor, _ = bus.call("BeginEdit", returns="bst")
        bus.call("EndEdit")
        return editor

    def test_sessions(self):
        by_process = f"root, process {os.getpid()}"
        self.assertEqual(self.editor(), by_process)
        for fields, expected in (({"TTY": "tty1", "SEAT": "seat0", "VTNR": 1}, "tty1"),
                                 ({"TTY": "pts/3", "REMOTE": 1, "REMOTE_HOST": "192.0.2.7", "SERVICE": "sshd"}, "ssh from 192.0.2.7"),
                                 ({"TTY": "pts/3", "REMOTE": 1, "REMOTE_HOST": "2001:db8::7", "SERVICE": "sshd"}, "ssh from 2001:db8::7"),
                                 ({"REMOTE": 1, "REMOTE_HOST": "192.0.2.7", "SERVICE": "cockpit"}, "cockpit from 192.0.2.7"),
                                 ({"TTY": "pts/3", "REMOTE": 1, "REMOTE_HOST": '"a b"', "SERVICE": "sshd"}, "pts/3"),
                                 ({"REMOTE": 1, "REMOTE_HOST": "\x1b[2J", "SERVICE": "sshd"}, by_process),
                                 ({"SERVICE": "cron"}, by_process)):
            with session(**fields):
                self.assertEqual(self.editor(), expected)
        self.assertEqual(self.editor(), by_process)


    def test_console_account_elsewhere(self):
        """What ssh or cron would let that account do, its calls do not change anything from there."""
        for fields in ({"TTY": "pts/3", "REMOTE": 1, "REMOTE_HOST": "192.0.2.7", "SERVICE": "sshd"}, {"TTY": "tty2"}):
            with session(**fields):
                bus = self.connect(ui_uid())
                self.assertEqual(bus.call("GetState", returns="sbb")[0], "unclaimed")
                for member, signature, *values in (("SetHostname", "s", "elsewhere"), ("BeginEdit", ""), ("Complete", "")):
                    self.refused("NotPermitted", "console only", bus.call, member, signature, *values)
                with secret(GOOD) as fd:
                    self.refused("NotPermitted", "console only", bus.call, "SetRootPassword", "h", fd)
        with session(TTY="tty1"):
            self.connect(ui_uid()).call("SetHostname", "s", "athome")


class NetworkRefusals(Case):
    def setUp(self):
        super().setUp()
        self.before = addresses()

    def tearDown(self):
        self.assertIsNone(pending())
        self.assertFalse(os.path.exists(KEPT))
        self.assertEqual([a for a in addresses() if "." in a], [a for a in self.before if "." in a])

    def test_bad_values(self):
        for v4, words in ((fixed("192.0.2.0/24"), "192.0.2.0"), (fixed("192.0.2.255/24"), "192.0.2.255"),
                          (fixed("224.0.0.5/24"), "224.0.0.5"), (fixed("127.0.0.1/8"), "127.0.0.1"),
                          (fixed("192.0.2.10/33"), "wrong length"), (fixed("192.0.2.10/24", "192.0.2.10"), "192.0.2.10"),
                          (family(STATIC), ""), (family(OFF), "")):
            v6 = family(OFF) if v4[0] == OFF else None
            self.assertIn("not changed", self.refused("Refused", words, set_network, self.bus, v4, v6))

    def test_bad_shapes(self):
        """Each is a good link with one thing wrong."""
        good = dict(zip(("ifindex", "ifname", "device", "v4", "v6", "dns", "domains", "ntp", "mtu", "routes", "mac",
                         "anonymous"), link("enp1s0", fixed()), strict=True))
        ten = [(bytes([10, 0, 0, i]), 24) for i in range(1, 10)]
        for name, value in (
                ("v4", (STATIC, [(b"\1\2\3", 24)], b"", False)), ("v4", (STATIC, [(b"\1" * 16, 24)], b"", False)),
                ("v4", (STATIC, ten, b"", False)), ("v4", (4, [], b"", False)), ("v4", (255, [], b"", False)),
                ("v4", (AUTO, [], b"\1", False)), ("v4", (STATIC, [(b"\xc0\0\2\x0a", 33)], b"", False)),
                ("v6", (STATIC, [(b"\1\2\3\4", 24)], b"", False)), ("v6", (STATIC, [(b"\x20" * 16, 129)], b"", False)),
                ("device", (3, [], 0, 0)), ("device", (BOND, ["enp2s0"] * 9, 0, 0)), ("device", (BOND, ["enp2s0"], 0, 3)),
                ("device", (VLAN, ["x" * 16], 7, 0)), ("dns", [b"\1"]), ("dns", [b""]), ("dns", [b"\xc0\0\2\x35"] * 9),
                ("domains", ["a.example"] * 9), ("domains", ["a" * 300]), ("ntp", ["a.example"] * 5), ("ntp", ["a" * 300]),
                ("routes", [(b"\x0a\0\0\0", 8, b"", 0)] * 17), ("routes", [(b"", 0, b"", 0)]),
                ("routes", [(b"\x0a\0\0\0", 8, b"\1" * 16, 0)]), ("ifname", "a" * 16)):
            self.refused("Refused", ["not changed", "wrong length"], change, self.bus, [tuple({**good, name: value}.values())])
        self.refused("Refused", "wrong length", change, self.bus, [link("enp1s0", fixed())] * 33)
        self.refused("Refused", "wrong length", change, self.bus, [link("enp1s0", fixed())], 0, "a" * 16)

    def test_sets(self):
        one, two = link("enp1s0", fixed()), link("enp2s0", fixed("198.51.100.10/24"))
        self.refused("Refused", "unknown", change, self.bus, [one], 8)
        self.refused("Refused", "names no network card", change, self.bus, [])
        self.refused("Refused", "twice", change, self.bus, [one, two, one])
        self.refused("Refused", "twice", change, self.bus, [one, one], REPLACE)

    def test_devices(self):
        vlan = device(VLAN, ["enp1s0"], 7)
        for made_of, ifname, words in ((device(VLAN, ["enp1s0"], 0), "vlan7", "4094"), (device(VLAN, [], 7), "vlan7", ""),
                                       (device(VLAN, ["vlan7"], 7), "vlan7", "vlan7"),
                                       (device(BOND, ["enp1s0", "enp1s0"]), "bond0", "enp1s0"),
                                       (device(BOND, ["../x"]), "bond0", "")):
            self.refused("Refused", words, set_network, self.bus, fixed(), ifname=ifname, made_of=made_of)
        two = [link("bond0", fixed(), made_of=device(BOND, ["enp2s0"])), link("bond1", family(), made_of=device(BOND, ["enp2s0"]))]
        self.refused("Refused", "enp2s0", change, self.bus, two)
        self.refused("Refused", "no network card called vlan7", set_network, self.bus, fixed(), ifname="vlan7", made_of=vlan,
                     ifindex=index("enp1s0"))
        self.refused("Failed", "enp2s0 already", set_network, self.bus, fixed(), ifname="enp2s0", made_of=vlan, ifindex=0)
        self.refused("Failed", "no such network card", set_network, self.bus, fixed(), ifname="vlan7",
                     made_of=device(VLAN, ["enp9s0"], 7))
        self.refused("Refused", "advertise", change, self.bus, [link("enp1s0", fixed())], 0, "enp9s0")

    def test_injection(self):
        for domain in ("x\n[Route]", "a b", "%n", "x\\", "[Match]", "x\x1b[2J"):
            self.refused("Refused", "not changed", set_network, self.bus, family(), domains=[domain])

    def test_interfaces(self):
        self.refused("Refused", "no longer called enp1s0", set_network, self.bus, fixed(), ifindex=index("enp2s0"))
        self.refused("Refused", "", set_network, self.bus, fixed(), ifname="enp9s0", ifindex=7)
        for name in ("../x", "*", "en%p", "en\nx", "a" * 16, ""):
            self.refused("Refused", "", set_network, self.bus, fixed(), ifname=name, ifindex=index("enp1s0"))
        self.refused("Refused", "not changed", set_network, self.bus, fixed(), ifname="lo", ifindex=1)

    def test_rival_ipv6(self):
        run("ip", "-n", "peer", "address", "add", "2001:db8::11/64", "dev", "peer0", "nodad")
        self.refused("Failed", ["2001:db8::11", "another machine", mac_of_peer()], set_network, self.bus, family(),
                     family(STATIC, ["2001:db8::11/64"]))
        wait(has_lease, 15, "DHCP is back")
        self.before = addresses()

    def test_no_cable(self):
        run("ip", "-n", "peer", "link", "set", "peer1", "down")
        wait(lambda: "LOWER_UP" not in run("ip", "link", "show", "enp2s0"), 5, "no carrier")
        txid, proven, note = set_network(self.bus, fixed("198.51.100.10/24", "198.51.100.1"), ifname="enp2s0")
        self.assertFalse(proven)
        self.assertIn("no cable", note)
        run("ip", "-n", "peer", "link", "set", "peer1", "up")
        wait(lambda: "198.51.100.10/24" in addresses("enp2s0"), 15, "the address comes with the cable")
        self.bus.call("Revert", "t", txid)

    def test_retry_at_once(self):
        run("ip", "-n", "peer", "address", "add", "2001:db8::21/64", "dev", "peer0", "nodad")
        tried = set()
        for _ in range(2):
            self.refused("Failed", "2001:db8::21", set_network, self.bus, family(), family(STATIC, ["2001:db8::21/64"]))
            # Before networkd has gone back to the old file: its word about the failed try must not count.
            txid, proven, _ = set_network(self.bus, family(), family(STATIC, ["2001:db8::22/64"]))
            self.assertTrue(proven)
            self.assertIn("2001:db8::22/64", addresses())
            self.assertNotIn(pending(), tried)
            tried.add(pending())
            self.bus.call("Revert", "t", txid)
        wait(has_lease, 15, "DHCP is back")
        self.before = addresses()

    def test_two_at_once(self):
        # The call under way waits for its ARP probes for 0.9 s.
        pid = os.fork()
        if pid == 0:
            bus = Bus()
            txid, _, _ = set_network(bus, fixed("192.0.2.30/24"))
            bus.call("Revert", "t", txid)
            os._exit(0)
        time.sleep(0.4)
        self.refused("Busy", "under way", self.bus.call, "SetHostname", "s", "meanwhile")
        self.assertEqual(self.bus.call("GetState", returns="sbb")[0], "unclaimed")
        self.assertEqual(os.waitpid(pid, 0)[1], 0)
        wait(has_lease, 15, "DHCP is back")
        self.before = addresses()


def settings(bus, number=0):
    """{ifname: link} of what is kept, or of an entry of the history; without the indexes, which are all 0."""
    links, advertised = bus.call("GetSettings", "t", number, returns=SET)
    assert all(one[0] == 0 for one in links)
    return {one[1]: one[2:] for one in links}, advertised


def wanted(*arguments, **named):
    """A link as settings() shows it."""
    return link(*arguments, **named)[2:]


def history(bus):
    return bus.call("ListHistory", returns="a(ttyss)")[0]


KEPT_PROVEN, KEPT_UNPROVEN, TAKEN_BACK, EXPIRED, FAILED, RECOVERED_OLD, RECOVERED_NEW = range(7)
CHECKING, WRITING, ADDRESSES, GATEWAY, KEEPING, TAKING_BACK = range(6)
END_KEPT, END_TAKEN_BACK = range(2)


class History(Case):
    """In the order of their names: from a machine without a past to a claimed one."""

    def setUp(self):
        super().setUp()
        self.who = f"root, process {os.getpid()}"

    def newest(self):
        """(outcome, origin, summary)"""
        return history(self.bus)[0][2:]

    def test_1_nothing_yet(self):
        self.assertEqual(history(self.bus), [])
        self.assertEqual(settings(self.bus), ({}, ""))
        self.refused("Refused", "no longer in the history", settings, self.bus, 1)

    def test_2_kept(self):
        bus = self.connect(ui_uid())
        console = f"firstboot, process {os.getpid()}"
        before = time.time()
        one = {"dns": ["192.0.2.53", "2001:db8::53"], "domains": ["example.com"], "ntp": ["192.0.2.123"], "mtu": 1400,
               "routes": [("198.51.100.0/24", "192.0.2.7", 50)], "by_mac": True, "anonymous": True}
        txid, _, _ = set_network(bus, fixed(), **one)
        self.assertEqual(history(bus), [])
        self.assertEqual(settings(bus), ({}, ""))
        bus.call("Confirm", "t", txid)
        (number, when, outcome, origin, summary), = history(bus)
        self.assertEqual((number, outcome, origin, summary), (1, KEPT_PROVEN, console, "enp1s0 192.0.2.10/24"))
        self.assertTrue(before - 1 < when / 1e6 < time.time())
        self.assertEqual(settings(bus), ({"enp1s0": wanted("enp1s0", fixed(), **one)}, ""))
        self.assertEqual(settings(bus, 1), settings(bus))

    def test_3_two_links_and_the_other_ends(self):
        second = fixed("198.51.100.10/24", "198.51.100.1")
        txid, _, _, note = change(self.bus, [link("enp2s0", second)], advertised="enp2s0")
        self.assertEqual(waiting(self.bus)[2], "enp2s0")
        self.bus.call("Revert", "t", txid)
        self.assertEqual(self.newest(), (TAKEN_BACK, self.who, "enp2s0 198.51.100.10/24"))
        self.assertEqual(list(settings(self.bus)[0]), ["enp1s0"])
        txid, proven, _, note = change(self.bus, [link("enp2s0", second)], advertised="enp2s0")
        self.assertTrue(proven, note)
        self.bus.call("Confirm", "t", txid)
        links, advertised = settings(self.bus)
        self.assertEqual((sorted(links), advertised), (["enp1s0", "enp2s0"], "enp2s0"))
        self.assertEqual((settings(self.bus, 2), settings(self.bus, 3)), ((links, advertised),) * 2)
        # Without a word about it, the one advertised stays.
        txid, _, _, _ = change(self.bus, [link("enp2s0", second, mtu=1400)])
        self.bus.call("Confirm", "t", txid)
        self.assertEqual(settings(self.bus)[1], "enp2s0")

    def test_4_restored(self):
        links, advertised = self.bus.call("GetSettings", "t", 1, returns=SET)
        links = [(index(one[1]), *one[1:]) for one in links]
        txid, _, _, note = change(self.bus, links, REPLACE, advertised)
        self.assertEqual(waiting(self.bus)[2], "enp2s0")
        self.bus.call("Confirm", "t", txid)
        self.assertEqual(settings(self.bus), settings(self.bus, 1))
        wait(lambda: "198.51.100.10/24" not in addresses("enp2s0"), 15, "the second card is given back")
        self.assertIn("192.0.2.10/24", addresses())
        self.assertFalse(glob.glob("/etc/systemd/network/*enp2s0*"))
        self.assertEqual(self.newest()[2], "enp2s0 given back")

    def test_5_emergency(self):
        txid, _, _, note = change(self.bus, [link("enp1s0"), link("enp2s0")], REPLACE)
        self.bus.call("Confirm", "t", txid)
        wait(has_lease, 15, "DHCP on the first card")
        self.assertNotIn("192.0.2.10/24", addresses())
        self.assertEqual(settings(self.bus)[0], {"enp1s0": wanted("enp1s0"), "enp2s0": wanted("enp2s0")})

    def test_6_everything_given_back(self):
        txid, _, _, note = change(self.bus, [], REPLACE)
        self.bus.call("Confirm", "t", txid)
        self.assertEqual(settings(self.bus), ({}, ""))
        self.assertFalse(glob.glob("/etc/systemd/network/*firstboot*"))
        wait(has_lease, 15, "the vendor's file rules again")

    def test_7_without_safety(self):
        bad = fixed("192.0.2.10/24", "192.0.2.99")
        self.assertEqual(change(self.bus, [link("enp1s0", bad)], UNSAFE)[:3], [0, 0, 0])
        self.assertEqual(waiting(self.bus), [0, 0, ""])
        self.assertEqual(settings(self.bus)[0], {"enp1s0": wanted("enp1s0", bad)})
        self.assertEqual(self.newest(), (KEPT_UNPROVEN, self.who, "enp1s0 192.0.2.10/24"))
        wait(lambda: "192.0.2.10/24" in addresses(), 15, "the address comes")

    def test_8_twenty(self):
        first = history(self.bus)[0][0]
        for i in range(22):
            change(self.bus, [link("enp1s0", fixed(f"192.0.2.{20 + i}/24"))], UNSAFE)
        entries = history(self.bus)
        self.assertEqual([e[0] for e in entries], list(range(first + 22, first + 2, -1)))
        self.assertEqual([e[4] for e in entries], [f"enp1s0 192.0.2.{20 + i}/24" for i in range(21, 1, -1)])
        self.assertEqual(len(os.listdir("/var/lib/firstboot/history")), 20)
        self.assertEqual({os.stat(f).st_mode & 0o777 for f in glob.glob("/var/lib/firstboot/history/*")}, {0o600})
        self.refused("Refused", "no longer in the history", settings, self.bus, first)
        stop_daemon()
        self.assertEqual(history(self.bus), entries)
        self.assertEqual(settings(self.bus), settings(self.bus, first + 22))

    def test_9_damaged(self):
        number = history(self.bus)[0][0]
        path = f"/var/lib/firstboot/history/{number}"
        text = read_file(path)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("192.0.2.", "192.0.2222."))
        self.refused("Refused", "damaged", settings, self.bus, number)
        with open(path, "w", encoding="utf-8") as file:
            file.write("x\n")
        self.assertEqual([e[0] for e in history(self.bus)][0], number - 1)

    def test_9b_nobody_elses_business(self):
        with_secret(self.bus, "SetRootPassword", GOOD)
        self.bus.call("Complete")
        bus = self.connect(ui_uid())
        self.refused("NotPermitted", "password", history, bus)
        self.refused("NotPermitted", "password", settings, bus)
        self.assertTrue(with_secret(bus, "Authenticate", GOOD, "b"))
        self.assertEqual(history(bus), history(self.bus))
        self.assertEqual(settings(bus), settings(self.bus))


class Steps(Case):
    def test_order(self):
        listener = self.connect(ui_uid())
        listener.listen(EDIT_RULE)
        reverted, _, _ = set_network(self.bus, fixed())
        self.bus.call("Revert", "t", reverted)
        confirmed, _, _ = set_network(self.bus, fixed("192.0.2.11/24"))
        self.bus.call("Confirm", "t", confirmed)
        tried = [CHECKING, WRITING, ADDRESSES, GATEWAY]
        found = [(member, *values) for member, _, *values in listener.signals()]
        self.assertEqual([values[0] for member, *values in found if member == "Step"],
                         [*tried, TAKING_BACK, *tried, KEEPING])
        self.assertEqual([values for member, *values in found if member == "ChangeEnded"],
                         [[reverted, END_TAKEN_BACK], [confirmed, END_KEPT]])
        self.assertEqual([values for member, *values in found if member == "ChangeWaits"], [[reverted], [confirmed]])
        self.assertEqual([found[i][0] for i in (4, 11)], ["ChangeWaits"] * 2)
        self.assertEqual([found[i][0] for i in (6, 13)], ["ChangeEnded"] * 2)
        self.assertEqual({member for member, *_ in found}, {"Step", "ChangeWaits", "ChangeEnded"})


class Program:
    """The client of the console and of the command line, in a process of its own."""

    def __init__(self):
        self.process = subprocess.Popen([os.environ["BUILD"] + "/tests/bus/test-client"], text=True, bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.name = self.ask("name")[0]

    def ask(self, line):
        """The lines of the answer."""
        self.process.stdin.write(line + "\n")
        return list(iter(lambda: self.process.stdout.readline().rstrip("\n"), "."))

    def call(self, line, seconds=30):
        """Have a call made, and wait for its lines."""
        self.ask("heard")
        self.ask(line)
        lines = []
        wait(lambda: lines.extend(self.ask("heard")) or any(one.startswith("copy") for one in lines), seconds, line)
        return lines

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait(10)


class Client(Case):
    def setUp(self):
        super().setUp()
        self.program = Program()
        self.addCleanup(lambda: self.assertEqual(self.program.close(), 0))

    def test_1_calls(self):
        one = {"dns": ["192.0.2.53"], "domains": ["example.com"], "mtu": 1400, "routes": [("198.51.100.0/24", "192.0.2.7", 50)]}
        txid, _, _ = set_network(self.bus, fixed(), **one)
        self.assertIn("change 1 0 119", self.program.call("status"))
        self.assertIn("outcome 0 enp1s0", self.program.call("status"))
        self.assertIn("links 0", self.program.call("settings 0"))
        self.bus.call("Confirm", "t", txid)
        lines = self.program.call("settings 0")
        self.assertIn("links 1", lines)
        for text in ("enp1s0", "192.0.2.10/24", "192.0.2.53", "example.com", "1400", "198.51.100.0/24"):
            self.assertTrue(any(text in one for one in lines), (text, lines))
        self.assertEqual(self.program.call("settings 1"), lines)
        self.assertRegex(self.program.call("settings 2")[0], "^outcome 1 .*no longer in the history")
        number, _, _, origin, summary = history(self.bus)[0]
        self.assertIn(f"entry {number} 1 {KEPT_PROVEN} {origin}: {summary}", self.program.call("history"))
        self.assertIn("copy 0", self.program.call("identity"))

    def test_2_edit(self):
        granted, editor, _ = self.bus.call("BeginEdit", returns="bst")
        self.assertTrue(granted)
        self.assertIn(f"editor 0 1 {editor}", self.program.call("begin"))
        self.assertRegex(self.program.call("try enp1s0")[0], f"^outcome 5 .*{editor}")
        self.bus.call("EndEdit")
        self.assertRegex(self.program.call("begin")[2], "^editor 1 1 root, process [0-9]+$")
        self.refused("Busy", "root, process", self.bus.call, "SetHostname", "s", "other")
        self.program.call("end")
        self.bus.call("SetHostname", "s", "other")

    def test_2b_a_remark_on_success(self):
        """What is kept although something beside it could not follow is told to who keeps it."""
        txid, _, _ = set_network(self.bus, fixed("192.0.2.11/24"), dns=["192.0.2.54"])
        run("mount", "--bind", "/etc/resolv.conf", "/etc/resolv.conf")
        run("mount", "-o", "remount,ro,bind", "/etc/resolv.conf")
        try:
            self.assertRegex(self.program.call(f"confirm {txid}")[0], "^outcome 0 .*/etc/resolv.conf")
        finally:
            run("umount", "/etc/resolv.conf")
        txid, _, _ = set_network(self.bus, fixed(), dns=["192.0.2.53"])
        self.assertIn("outcome 0 ", self.program.call(f"revert {txid}"))
        self.assertRegex(self.program.call(f"confirm {txid}")[0], "^outcome 1 .*already")

    def test_3_steps(self):
        self.program.ask("listen 1")
        lines = self.program.call("try enp1s0")
        txid = waiting(self.bus)[0]
        self.assertEqual([one for one in lines if one.startswith("step")],
                         [f"step {step}" for step in (CHECKING, WRITING, ADDRESSES, GATEWAY)])
        self.assertIn("change 1 1 120", [one.replace(" 119", " 120") for one in lines])
        self.bus.call("Revert", "t", txid)
        wait(lambda: f"step {TAKING_BACK}" in self.program.ask("heard"), 5, "the step is heard")

    def test_4_only_firstbootd_is_heard(self):
        self.program.ask("listen 1")
        self.program.call("status")
        driver = {"interface": b"org.freedesktop.DBus", "path": b"/org/freedesktop/DBus"}
        for uid in (0, ui_uid(), 65534):
            liar = self.connect(uid)
            for _ in range(2):
                liar.emit(self.program.name, "Step", "u", 5)
                liar.emit(self.program.name, "Edit", "s", "nobody")
                liar.emit(self.program.name, "NameOwnerChanged", "sss", NAME.decode(), "", liar.unique_name(), **driver)
            liar.close()
        self.bus.call("BeginEdit", returns="bst")
        wait(lambda: (heard := self.program.ask("heard")) and self.assertEqual(heard, [f"edit root, process {os.getpid()}"]) is None,
             5, "the true signal")
        # Another firstbootd is heard as well.
        self.bus.call("EndEdit")
        stop_daemon()
        self.program.ask("heard")
        self.bus.call("BeginEdit", returns="bst")
        wait(lambda: self.program.ask("heard") == [f"edit root, process {os.getpid()}"], 5, "the new one")
        self.bus.call("EndEdit")

    def test_5_deaf_again(self):
        self.program.ask("listen 1")
        self.program.ask("listen 0")
        self.bus.call("BeginEdit", returns="bst")
        self.bus.call("EndEdit")
        self.assertEqual([one for one in self.program.call("status") if one.startswith("edit ")], [])


class ConfirmSeconds(Case):
    @classmethod
    def setUpClass(cls):
        os.makedirs("/etc/firstboot/firstboot.conf.d")
        with open("/etc/firstboot/firstboot.conf.d/50-wait.conf", "w", encoding="utf-8") as file:
            file.write("[Network]\nConfirmSeconds=10\n")
        super().setUpClass()

    def test_configured_and_a_wrong_gateway(self):
        before = time.monotonic()
        txid, proven, left, note = change(self.bus, [link("enp1s0", fixed("192.0.2.10/24", "192.0.2.99"))])
        self.assertTrue(txid)
        self.assertFalse(proven)
        self.assertIn("192.0.2.99 does not answer", note)
        self.assertTrue(9_000_000 < left <= 10_000_000, left)
        print(f"      unproven after {time.monotonic() - before:.1f} s: {note}")
        wait(lambda: waiting(self.bus)[0] == 0, 12, "it is taken back")
        wait(has_lease, 15, "DHCP is back")
        wait(lambda: history(self.bus), 5, "the history tells")
        self.assertEqual(history(self.bus)[0][2], EXPIRED)
        self.assertEqual(settings(self.bus), ({}, ""))

    def test_option_comes_first(self):
        configure("--confirm-seconds=40")
        _, _, left, _ = change(self.bus, [link("enp1s0", fixed())])
        self.assertTrue(39_000_000 < left <= 40_000_000, left)


class Identity(Case):
    """A copy of a machine is known by its cards, and gets an identity of its own."""

    CARD = "/sys/class/net/ens9"
    KEY = "/etc/ssh/ssh_host_ed25519_key"

    def setUp(self):
        super().setUp()
        # The cards of the sandbox are none in the eyes of the kernel: these are.
        run("mount", "-t", "tmpfs", "cards", "/sys/class/net")
        self.addCleanup(run, "umount", "/sys/class/net")
        os.makedirs(f"{self.CARD}/device")
        self.plug("52:54:00:00:00:01")
        for path in ["/var/lib/firstboot/identity", *glob.glob("/etc/ssh/ssh_host_*")]:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
        os.makedirs("/etc/ssh", exist_ok=True)
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.KEY)

    def plug(self, mac):
        for name, text in ("address", mac), ("addr_assign_type", "0"):
            with open(f"{self.CARD}/{name}", "w", encoding="utf-8") as file:
                file.write(text + "\n")

    def copied(self):
        return tuple(self.connect(ui_uid()).call("GetIdentity", returns="bs"))

    def test_renew(self):
        self.assertEqual(self.copied(), (False, ""))
        self.plug("52:54:00:00:00:02")
        self.assertEqual(self.copied(), (True, "other hardware addresses"))
        before = read_file(self.KEY), read_file("/etc/machine-id")
        self.connect(ui_uid()).call("RenewIdentity", "u", 3)
        after = read_file(self.KEY), read_file("/etc/machine-id")
        self.assertNotEqual(before[0], after[0])
        self.assertNotEqual(before[1], after[1])
        self.assertRegex(after[1], "^[0-9a-f]{32}\n$")
        self.assertEqual(run("ssh-keygen", "-y", "-f", self.KEY).split()[:2],
                         read_file(self.KEY + ".pub").split()[:2])
        self.assertEqual(sorted(glob.glob("/etc/ssh/ssh_host_*")), [self.KEY, self.KEY + ".pub"])
        self.assertEqual(self.copied(), (False, ""))

    def test_keep_as_it_is(self):
        self.copied()
        self.plug("52:54:00:00:00:03")
        self.assertTrue(self.copied()[0])
        before = read_file(self.KEY), read_file("/etc/machine-id")
        self.bus.call("RenewIdentity", "u", 0)
        self.assertEqual(self.copied(), (False, ""))
        self.assertEqual((read_file(self.KEY), read_file("/etc/machine-id")), before)
        self.refused("Refused", "unknown", self.bus.call, "RenewIdentity", "u", 4)


class Surroundings(Case):
    """What is kept takes its surroundings along, and what is given back leaves no trace in them."""

    FILES = {
        "/usr/sbin/ifup": "",
        "/etc/network/interfaces": "auto enp1s0\niface enp1s0 inet dhcp\n",
        "/usr/bin/cloud-init": "",
        "/etc/cloud/cloud.cfg": "users: []\n",
    }
    OURS = (
        "/etc/cloud/cloud.cfg.d/99-firstboot-network.cfg",
        "/etc/default/networking",
        "/etc/systemd/system/ifup@enp1s0.service.d/50-firstboot.conf",
        "/etc/firstboot/firstboot.conf.d/90-advertised.conf",
    )

    def test_there_and_back(self):
        for path, text in self.FILES.items():
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        txid, _, _, note = change(self.bus, [link("enp1s0", fixed(), ntp=["ntp.example.com"])], advertised="enp1s0")
        self.assertFalse(any(map(os.path.exists, self.OURS)), "before it is kept")
        self.bus.call("Confirm", "t", txid)
        for path in self.OURS:
            self.assertTrue(os.path.exists(path), path)
        txid, *_ = change(self.bus, [], flags=REPLACE)
        self.bus.call("Confirm", "t", txid)
        self.assertFalse(any(map(os.path.exists, self.OURS)), note)
        for path, text in self.FILES.items():
            self.assertEqual(read_file(path), text)


class Records(Case):
    """Of changes of the network; the others are read from a real journal in test_records.py."""

    options = ("--confirm-seconds=2",)

    def setUp(self):
        super().setUp()
        self.journal = Journal()
        self.addCleanup(self.journal.close)

    def record(self, action, result="done"):
        """The one record of this kind."""
        wait(lambda: self.journal.of(action), 5, f"a record of {action}")
        found = self.journal.of(action)
        self.assertEqual([fields["FIRSTBOOT_RESULT"] for fields in found], [result], found)
        return found[0]

    def test_1_taken_back_by_somebody(self):
        txid, _, _ = set_network(self.bus, fixed(), family(OFF))
        tried = self.record("network-set")
        self.assertIn("enp1s0", tried["FIRSTBOOT_NEW"])
        self.assertIn("192.0.2.10/24", tried["FIRSTBOOT_NEW"])
        self.assertNotIn("192.0.2.10/24", tried["FIRSTBOOT_OLD"])
        self.assertEqual(tried["FIRSTBOOT_UID"], "0")
        self.bus.call("Revert", "t", txid)
        ended = self.record("network-taken-back")
        self.assertEqual((ended["FIRSTBOOT_OLD"], ended["FIRSTBOOT_NEW"]), (tried["FIRSTBOOT_NEW"], tried["FIRSTBOOT_OLD"]))
        self.assertEqual(ended["FIRSTBOOT_WHO"], tried["FIRSTBOOT_WHO"])
        wait(has_lease, 15, "DHCP is back")

    def test_2_taken_back_by_time(self):
        set_network(self.bus, fixed(), family(OFF))
        ended = self.record("network-taken-back")
        self.assertEqual(ended["FIRSTBOOT_WHO"], "firstbootd")
        self.assertNotIn("FIRSTBOOT_UID", ended)
        self.assertIn("in time", ended["FIRSTBOOT_WHY"])
        wait(has_lease, 15, "DHCP is back")

    def test_3_taken_back_by_the_end(self):
        set_network(self.bus, fixed(), family(OFF))
        stop_daemon()
        self.assertIn("firstbootd ends", self.record("network-taken-back")["FIRSTBOOT_WHY"])
        wait(has_lease, 15, "DHCP is back")

    def test_4_not_put_into_force(self):
        self.refused("Failed", "no such network card", set_network, self.bus, fixed(), ifname="vlan7",
                     made_of=device(VLAN, ["enp9s0"], 7))
        self.assertIn("no such network card", self.record("network-set", "failed")["FIRSTBOOT_WHY"])

    def test_5_kept(self):
        txid, _, _ = set_network(self.bus, fixed(), family(OFF))
        self.bus.call("Confirm", "t", txid)
        self.assertIn("192.0.2.10/24", self.record("network-kept")["FIRSTBOOT_NEW"])

    def test_6_kept_at_once(self):
        change(self.bus, [link("enp1s0", fixed("192.0.2.20/24"), family(OFF))], UNSAFE)
        kept = self.record("network-kept")
        self.assertIn("192.0.2.10/24", kept["FIRSTBOOT_OLD"])
        self.assertIn("192.0.2.20/24", kept["FIRSTBOOT_NEW"])
        self.assertEqual(self.journal.of("network-set"), [])


class Recovery(Case):
    """What a killed firstbootd leaves is ended by the next one, which says so once."""

    def kill(self):
        set_network(self.bus, fixed())
        stop_daemon(signal.SIGKILL)
        self.assertIsNotNone(pending())
        self.assertTrue(os.path.exists("/var/lib/firstboot/journal"))

    def setUp(self):
        super().setUp()
        journal = Journal()
        self.addCleanup(journal.close)
        self.logged = lambda: len(journal.of("network-recovered"))

    def ended(self):
        """Wait for the end of the recovery."""
        def is_free():
            try:
                self.bus.call("SetHostname", "s", "afterwards")
            except Refused as refusal:
                self.assertEqual(refusal.name, "Busy")
                return False
            return True

        wait(is_free, 30, "changes are taken again")

    def test_1_busy_while_it_lasts(self):
        logged = self.logged()
        self.kill()
        self.refused("Busy", "under way", self.bus.call, "SetHostname", "s", "meanwhile")
        self.assertEqual(self.bus.call("GetState", returns="sbb")[0], "unclaimed")
        self.assertEqual(waiting(self.bus), [0, 0, ""])
        self.ended()
        self.assertIsNone(pending())
        self.assertFalse(os.path.exists("/var/lib/firstboot/journal"))
        wait(has_lease, 15, "DHCP is back")
        self.assertEqual(self.logged(), logged + 1)
        self.assertEqual(history(self.bus)[0][2], RECOVERED_OLD)

    def test_2_once(self):
        logged = self.logged()
        stop_daemon()
        self.bus.call("SetHostname", "s", "again")
        self.assertEqual(self.logged(), logged)

    def test_3_terminated_while_it_tries(self):
        pid = os.fork()
        if pid == 0:
            try:
                set_network(Bus(), fixed())
            except Refused as refusal:
                os._exit(0 if refusal.name == "Failed" and "not changed" in refusal.message else 1)
            os._exit(2)
        wait(lambda: os.path.exists("/var/lib/firstboot/journal"), 10, "the journal is written")
        stop_daemon()
        self.assertEqual(os.waitpid(pid, 0)[1], 0)
        self.assertIsNone(pending())
        self.assertFalse(os.path.exists("/var/lib/firstboot/journal"))
        self.assertEqual(history(self.bus)[0][2], RECOVERED_OLD)
        wait(has_lease, 15, "DHCP is back")


    def test_4_damaged_journal(self):
        """What was put aside comes back, whatever the change was that nobody can read any more."""
        change(self.bus, [link("enp1s0", fixed())], UNSAFE)
        stop_daemon()
        os.rename(KEPT, KEPT + ".aside")
        with open("/var/lib/firstboot/journal", "w", encoding="ascii") as file:
            file.write("rubbish")
        self.bus.call("GetStatus", returns="ttsst")
        wait(lambda: not os.path.exists("/var/lib/firstboot/journal"), 15, "the journal is gone")
        self.assertTrue(os.path.exists(KEPT))
        self.assertFalse(os.path.exists(KEPT + ".aside"))


class GivenUp(Case):
    """A kernel without VLANs makes networkd give up their card, and a Reload does not change that."""

    def test_1_taken_back(self):
        change(self.bus, [link("enp1s0", fixed(), family(OFF))], UNSAFE)
        wait(lambda: "192.0.2.10/24" in addresses(), 15, "the old address")
        vlan = link("enp1s0.7", family(OFF), family(OFF), ifindex=0, made_of=device(VLAN, ["enp1s0"], 7))
        with contextlib.suppress(Refused):
            txid = change(self.bus, [link("enp1s0", fixed("192.0.2.51/24"), family(OFF)), vlan])[0]
            self.bus.call("Revert", "t", txid)
        self.assertIsNone(pending())
        wait(lambda: addresses() == ["192.0.2.10/24"], 5, "the old address is back")
        self.assertIn(KEPT, run("networkctl", "status", "enp1s0"))


class Unconfirmed(Case):
    options = ("--confirm-seconds=2",)

    def test_taken_back_in_time(self):
        txid, _, _ = set_network(self.bus, fixed())
        self.assertIn("192.0.2.10/24", addresses())
        wait(lambda: not pending(), 4, "the pending file goes")
        wait(has_lease, 15, "DHCP is back")
        self.refused("Refused", "already", self.bus.call, "Confirm", "t", txid)
        self.assertFalse(os.path.exists(KEPT))


class Ends(Case):
    options = ("--idle-seconds=1",)

    def test_idle(self):
        self.bus.call("GetState", returns="sbb")
        pid = daemon_pid()
        self.assertTrue(pid)
        wait(lambda: not os.path.exists(f"/proc/{pid}"), 5, "firstbootd ends by itself")
        self.assertEqual(self.bus.call("GetState", returns="sbb")[0], "unclaimed")
        self.assertNotEqual(daemon_pid(), pid)

    def test_not_idle_while_a_change_waits(self):
        txid, _, _ = set_network(self.bus, fixed())
        time.sleep(2.5)
        self.assertEqual(waiting(self.bus)[0], txid)
        self.bus.call("Revert", "t", txid)
        wait(has_lease, 15, "DHCP is back")

    def test_terminated_in_the_middle(self):
        set_network(self.bus, fixed())
        stop_daemon()
        self.assertIsNone(pending())
        wait(has_lease, 15, "DHCP is back")

    def test_calls_while_it_leaves(self):
        end = time.monotonic() + 6
        while time.monotonic() < end:
            self.assertEqual(self.bus.call("GetState", returns="sbb")[0], "unclaimed")
            time.sleep(0.98)


class Broken(Case):
    """In the order of their names: networkd is gone at the end."""

    @contextlib.contextmanager
    def read_only_etc(self):
        run("mount", "--bind", "/etc", "/etc")
        run("mount", "-o", "remount,ro,bind", "/etc")
        try:
            yield
        finally:
            run("umount", "/etc")

    def test_1_read_only_etc(self):
        txid, _, _ = set_network(self.bus, fixed(), dns=["192.0.2.53"])
        with self.read_only_etc():
            self.refused("Failed", ["not kept", "Read-only file system"], self.bus.call, "Confirm", "t", txid)
            self.refused("Failed", ["not changed", "other"], self.bus.call, "SetHostname", "s", "other")
            self.refused("Failed", "not changed", with_secret, self.bus, "SetRootPassword", GOOD)
        self.assertEqual(waiting(self.bus)[0], txid)
        self.assertEqual((root_hash(), os.uname().nodename, read_file("/etc/hostname")), ("!*", "localhost", "localhost\n"))
        self.assertEqual(read_file("/etc/resolv.conf"), "")
        self.bus.call("Confirm", "t", txid)
        self.assertTrue(os.path.exists(KEPT))

    def test_2_read_only_state(self):
        with_secret(self.bus, "SetRootPassword", GOOD)
        run("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", "/var/lib/firstboot")
        try:
            self.refused("Failed", "state could not be written", self.bus.call, "Complete")
        finally:
            run("umount", "/var/lib/firstboot")
        self.assertEqual(read_file("/var/lib/firstboot/state"), "unclaimed\n")

    def test_3_planted_links(self):
        open("/run/target", "w", encoding="utf-8").write("untouched")
        os.unlink(KEPT)
        os.symlink("/run/target", KEPT)
        txid, _, _ = set_network(self.bus, fixed("192.0.2.20/24"))
        self.bus.call("Confirm", "t", txid)
        self.assertFalse(os.path.islink(KEPT))
        self.assertEqual(read_file("/run/target"), "untouched")

    def test_4_a_stronger_file(self):
        with open("/etc/systemd/network/00-vendor.network", "w", encoding="utf-8") as file:
            file.write("[Match]\nName=enp1s0\n[Network]\nAddress=192.0.2.77/24\n")
        self.refused("Failed", ["00-vendor.network", "not changed"], set_network, self.bus, fixed("192.0.2.30/24"))
        self.assertIsNone(pending())
        os.unlink("/etc/systemd/network/00-vendor.network")

    def test_5_networkd_stops(self):
        os.kill(int(read_file("/run/networkd.pid")), signal.SIGKILL)
        time.sleep(0.2)
        self.refused("Failed", ["not changed", "systemd-networkd"], set_network, self.bus, fixed("192.0.2.30/24"))
        self.assertIsNone(pending())


def status(pid, field):
    return int(re.search(rf"(?m)^{field}:\s+(\d+)", read_file(f"/proc/{pid}/status")).group(1))


class Abuse(Case):
    """A console that was taken over can call as often as it likes."""

    def setUp(self):
        super().setUp()
        self.ui = self.connect(ui_uid())
        self.ui.call("GetState", returns="sbb")
        # The first record opens a socket to the journal, for as long as it runs.
        self.refused("Refused", "no password yet", self.bus.call, "RequestLogin")
        self.pid = daemon_pid()
        self.memory = status(self.pid, "VmRSS")
        self.files = len(os.listdir(f"/proc/{self.pid}/fd"))

    def tearDown(self):
        self.assertEqual(self.bus.call("GetState", returns="sbb")[0], "unclaimed")
        self.assertEqual(daemon_pid(), self.pid, "the process that answered before")
        # It may still be at work on what the other connection has sent.
        end = time.monotonic() + 20
        while len(os.listdir(f"/proc/{self.pid}/fd")) != self.files and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual(len(os.listdir(f"/proc/{self.pid}/fd")), self.files)
        self.assertEqual(status(self.pid, "VmLck"), 0)
        # A checker keeps what was freed.
        if not re.search("libasan|valgrind", read_file(f"/proc/{self.pid}/maps")):
            self.assertLess(status(self.pid, "VmRSS") - self.memory, 8192, "kB more")

    def test_a_thousand_calls(self):
        names = set()
        for _ in range(1000):
            with self.assertRaises(Refused) as caught:
                self.ui.call("Confirm", "t", 1)
            names.add(caught.exception.name)
        self.assertLessEqual(names, {"Refused", "TooSoon"})

    def test_a_thousand_connections(self):
        for _ in range(1000):
            bus = Bus(ui_uid())
            bus.send("GetState")
            bus.close()

    def test_ten_thousand_bad_messages_at_once(self):
        for _ in range(2500):
            self.ui.send("SetHostname", "i", 1)
            self.ui.send("Shell", "s", "id")
            self.ui.send("SetNetwork", "a(is)", [(1, "x")] * 20)
            self.ui.send("SetHostname", "s", "x" * 2000)

    def test_odd_descriptors(self):
        readable, writable = os.pipe()
        with contextlib.ExitStack() as stack:
            files = [stack.enter_context(open(path, "rb")).fileno() for path in ("/dev/zero", "/etc/passwd")]
            files += [readable, writable, os.open("/etc/shadow", os.O_PATH), os.open("/etc", os.O_RDONLY)]
            big = os.memfd_create("big", os.MFD_ALLOW_SEALING)
            os.truncate(big, 2 << 30)
            fcntl.fcntl(big, fcntl.F_ADD_SEALS, SEALS)
            path = os.open(f"/proc/self/fd/{stack.enter_context(secret(GOOD))}", os.O_PATH)
            for fd in [*files, big, path, stack.enter_context(secret(GOOD, 0))]:
                # root, so that the calls of a minute do not run out
                self.refused("Refused", "not taken", self.bus.call, "CheckPassword", "h", fd)
            for fd in [*files[2:], big, path]:
                os.close(fd)


def switches(pid):
    return status(pid, "voluntary_ctxt_switches")


class Quiet(Case):
    """Who waits does not wake up; what is over does not go on."""

    options = ("--idle-seconds=4",)

    def rests(self, what, seconds=3):
        """Nothing but one look at the idle time within some seconds."""
        time.sleep(0.7)
        pid = daemon_pid()
        before = switches(pid)
        time.sleep(seconds)
        self.assertLessEqual(switches(pid) - before, 2, what)

    def test_1_after_failures(self):
        with_secret(self.bus, "SetRootPassword", GOOD)
        bus = self.connect(ui_uid())
        self.refused("WrongPassword", "", with_secret, bus, "Authenticate", OTHER)
        self.refused("Failed", "not restarted", self.bus.call, "Power", "sb", "reboot", False)
        self.rests("after failures")

    def test_2_change(self):
        txid, _, _ = set_network(self.bus, fixed())
        time.sleep(1)
        self.rests("a change waits")
        self.bus.call("Revert", "t", txid)
        wait(has_lease, 15, "DHCP is back")
        self.rests("a change was taken back")

    def test_3_ticket(self):
        time.sleep(1.1)
        bus, again = Bus(ui_uid()), Bus(ui_uid())
        self.assertEqual(with_secret(bus, "Authenticate", GOOD, "b"), [1])
        self.rests("a ticket is held")
        self.assertEqual(with_secret(again, "Authenticate", GOOD, "b"), [1])
        self.rests("another has the ticket")
        pid = daemon_pid()
        bus.close()
        again.close()
        wait(lambda: not os.path.exists(f"/proc/{pid}"), 12, "without the ticket it ends")

    def test_4_edit(self):
        editor = Bus(ui_uid())
        editor.call("BeginEdit", returns="bst")
        self.rests("somebody edits", 5)
        self.assertTrue(self.bus.call("GetStatus", returns="ttsst")[3])
        pid = daemon_pid()
        editor.close()
        wait(lambda: not os.path.exists(f"/proc/{pid}"), 12, "without the editor it ends")


class HandOff(Case):
    """firstboot-getty and the flag; a script in the place of agetty tells what it was started with."""

    FLAG = "/run/firstboot/next-login"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with open("/run/agetty", "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\necho "$@"\n')
        os.chmod("/run/agetty", 0o755)
        run("mount", "--bind", "/run/agetty", "/sbin/agetty")
        bus = Bus()
        with_secret(bus, "SetRootPassword", GOOD)
        bus.close()

    def started(self, tty):
        """The words to agetty. It must not reach the real kernel's log level."""
        return run("setpriv", "--bounding-set=-syslog", "/usr/libexec/firstboot/firstboot-getty", tty)

    def getty(self, tty="tty1"):
        """What PID 1 would start now: "root" or "screen"."""
        words = self.started(tty)
        self.assertEqual("-- root" in words, "--autologin firstboot" not in words, words)
        return "root" if "-- root" in words else "screen"

    def setUp(self):
        super().setUp()
        self.assertEqual(self.getty(), "screen")

    def test_once(self):
        self.connect(ui_uid()).call("RequestLogin")
        self.assertEqual([self.getty() for _ in range(3)], ["root", "screen", "screen"])

    def test_asked_twice(self):
        bus = self.connect(ui_uid())
        bus.call("RequestLogin")
        bus.call("RequestLogin")
        self.assertEqual([self.getty() for _ in range(2)], ["root", "screen"])

    def write_flag(self, text):
        with open(self.FLAG, "w", encoding="ascii") as file:
            file.write(text)

    def test_another_console_asked(self):
        """Several are live at once: the login comes where it was asked for, whoever starts first."""
        self.write_flag(f"{time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000} ttyS0\n")
        self.assertEqual([self.getty(tty) for tty in ("tty1", "hvc0", "ttyS0", "ttyS0", "tty1")],
                         ["screen", "screen", "root", "screen", "screen"])

    def test_another_console_asked_long_ago(self):
        self.write_flag("1 ttyS0\n")
        self.assertEqual(self.getty(), "screen")
        self.assertFalse(os.path.exists(self.FLAG))

    def test_not_one_of_the_consoles(self):
        """A terminal that TTYs= does not name has the login prompt that it would have without us."""
        path = "/etc/firstboot/firstboot.conf.d/50-ttys.conf"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="ascii") as file:
            file.write("[Console]\nTTYs=tty1 ttyS?\n")
        self.addCleanup(os.unlink, path)
        for tty, ours in ("tty1", True), ("ttyS0", True), ("ttyS11", False), ("hvc0", False):
            words = self.started(tty)
            self.assertEqual("--autologin firstboot" in words, ours, words)
            self.assertNotIn("-- root", words)

    def test_flag_is_a_link(self):
        open("/run/elsewhere", "w", encoding="utf-8").write("untouched")
        os.symlink("/run/elsewhere", self.FLAG)
        self.connect(ui_uid()).call("RequestLogin")
        self.assertFalse(os.path.islink(self.FLAG))
        self.assertEqual([self.getty() for _ in range(2)], ["root", "screen"])
        self.assertEqual(read_file("/run/elsewhere"), "untouched")

    def test_flag_is_a_pipe(self):
        os.mkfifo(self.FLAG)
        self.connect(ui_uid()).call("RequestLogin")
        self.assertEqual([self.getty() for _ in range(2)], ["root", "screen"])

    def test_flag_is_a_folder(self):
        os.mkdir(self.FLAG)
        self.assertEqual(self.getty(), "screen")
        self.refused("Failed", ["next-login", "directory"], self.connect(ui_uid()).call, "RequestLogin")
        self.assertEqual(self.getty(), "screen")
        os.rmdir(self.FLAG)

    def test_the_console_dies_after_asking(self):
        bus = Bus(ui_uid())
        bus.call("RequestLogin")
        bus.close()
        self.assertEqual([self.getty() for _ in range(2)], ["root", "screen"])

    def test_nothing_of_the_account_is_left(self):
        stay = subprocess.Popen(["setpriv", "--reuid", str(ui_uid()), "--clear-groups", "sh", "-c",
                                 'trap "" HUP TERM INT; while :; do sleep 1; done'])
        time.sleep(0.3)
        self.assertIsNone(stay.poll())
        self.connect(ui_uid()).call("RequestLogin")
        self.assertEqual(self.getty(), "root")
        self.assertEqual(stay.wait(5), -signal.SIGKILL)

    def test_flag_of_another_kind_or_day(self):
        """Garbage, the old empty flag, what was asked for more than a minute ago or will be: gone, and no login."""
        now = int(time.clock_gettime(time.CLOCK_BOOTTIME) * 1e6)
        for text in "", "\n", "root", f"{now}", f"{now}\n\n", f" {now}\n", f"-{now}\n", f"{now - 61 * 10**6}\n", f"{now + 10**9}\n", "9" * 40:
            with open(self.FLAG, "w", encoding="ascii") as file:
                file.write(text)
            self.assertEqual(self.getty(), "screen", text)
            self.assertFalse(os.path.exists(self.FLAG), text)
        with open(self.FLAG, "w", encoding="ascii") as file:
            file.write(f"{now}\n")
        os.chown(self.FLAG, ui_uid(), 0)
        self.assertEqual(self.getty(), "screen", "of the account")
        open("/run/elsewhere", "w", encoding="ascii").write(f"{now}\n")
        os.symlink("/run/elsewhere", self.FLAG)
        self.assertEqual([self.getty(), os.path.lexists(self.FLAG)], ["screen", False])
        os.mkfifo(self.FLAG)
        self.assertEqual([self.getty(), os.path.lexists(self.FLAG)], ["screen", False])

    def test_session_is_marked(self):
        mark = "/run/firstboot/root-session.tty1"
        self.connect(ui_uid()).call("RequestLogin")
        self.assertFalse(os.path.exists(mark))
        self.assertEqual(self.getty(), "root")
        self.assertEqual(os.stat(mark).st_mode & 0o777, 0o600)
        self.assertEqual(self.getty(), "screen")
        self.assertFalse(os.path.exists(mark))

    def test_the_vendor_lets_nobody_log_in(self):
        """The configuration of the moment counts; root may do what it wants without firstbootd."""
        bus = self.connect(ui_uid())
        for shell, words in ("restricted", '"Rescue"'), ("off", "Nobody logs in"):
            with vendor_says(f"[Console]\nShell={shell}\n"):
                self.refused("Refused", words, bus.call, "RequestLogin")
                self.refused("Refused", words, self.bus.call, "RequestLogin")
                self.assertFalse(os.path.exists(self.FLAG))
        bus.call("RequestLogin")
        self.assertEqual(self.getty(), "root")

    def test_the_console_does_not_ask_for_the_password(self):
        bus = self.connect(ui_uid())
        with vendor_says("[Console]\nAuthentication=login\n"):
            self.refused("NotPermitted", "firstboot --reconfigure", with_secret, bus, "Authenticate", GOOD)
            self.assertEqual(with_secret(self.bus, "Authenticate", GOOD, "b"), [1])
        with vendor_says("[Console]\nAuthentication=login\nShell=off\n"):
            self.assertEqual(with_secret(bus, "Authenticate", GOOD, "b"), [1])
        bus.call("Lock")

    def test_root_is_locked_again(self):
        before = read_file("/etc/shadow")
        run("usermod", "--lock", "root")
        try:
            self.refused("Refused", "no password yet", self.connect(ui_uid()).call, "RequestLogin")
            self.assertFalse(os.path.exists(self.FLAG))
        finally:
            run("usermod", "--unlock", "root")
        self.assertEqual(read_file("/etc/shadow"), before)


def check_logs():
    """What a checker wrote about firstbootd."""
    stop_daemon()
    found = []
    for path in ["/run/dbus.log", *glob.glob("/run/valgrind.*")]:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        if re.search(r"AddressSanitizer|LeakSanitizer|runtime error:|ERROR SUMMARY: [1-9]", text):
            found.append(f"{path}:\n{text}")
    return found


class Result(unittest.TestResult):
    def addSuccess(self, test):
        print("ok  ", test.id().removeprefix("__main__."), flush=True)

    def _fail(self, test, error):
        print("FAIL", test.id().removeprefix("__main__."), flush=True)
        print(self._exc_info_to_string(error, test), flush=True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._fail(test, err)

    addError = addFailure


def main():
    classes = {c.__name__: c for c in Case.__subclasses__()}
    if sys.argv[1:] == ["--list"]:
        print("\n".join(classes))
        return 0
    result = Result()
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(classes[sys.argv[1]])
    suite.run(result)
    found = check_logs()
    print(*found, sep="\n", end="")
    bad = len(result.failures) + len(found)
    print(f"{result.testsRun - len(result.failures)} passed, {bad} failed")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
