#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""firstbootd without memory: each allocation that a call makes fails once, one after the other. It answers, or its connection
ends, which PID 1 makes good; it never crashes, and never does by half what it says it has not done.

usage: test_memory.py BUILD     in a sandbox
"""

import collections
import contextlib
import mmap
import os
import shutil
import struct
import subprocess
import sys
import unittest

import bus as library
from bus import AUTO, BOND, OFF, SET, STATIC, Bus, Refused, device, family, link, secret
from steps import ANSWERS, EVERY, SHELL, answers, write_program, write_step
from test_firstbootd import read_file, wait, has_lease

ORDER = "/run/failing-malloc"
DAEMON = "/usr/libexec/firstboot/firstbootd"
MOST = 2000     # allocations of one call
LOG = "/run/firstbootd.log"


class Daemon:
    """A firstbootd of ours that changes no network, and whose allocations fail as ordered."""

    def __init__(self, build):
        self.preload = f"{build}/tests/bus/failing-malloc.so"
        assert os.path.exists(self.preload), "build first"
        with open(ORDER, "wb") as file:
            file.write(bytes(16))
        with open(ORDER, "r+b") as file:
            self.order = mmap.mmap(file.fileno(), 16)
        self.process = None
        self.start()

    def start(self):
        self.fail(0)
        self.log = open(LOG, "w+b")
        self.process = subprocess.Popen([DAEMON, "--dry-run", "--idle-seconds=3600"], stderr=self.log,
                                        env=os.environ | {"LD_PRELOAD": self.preload, "FAILING_MALLOC": ORDER})
        def ready():
            with contextlib.suppress(Exception):
                return Bus.owner() is not None
            return False
        wait(ready, 10, "firstbootd is there")

    def fail(self, until, fails=1):
        self.order[:16] = struct.pack("<qq", until, fails if until else 0)

    def has_failed(self):
        until, fails = struct.unpack("<qq", self.order[:16])
        return until == 0 or fails <= 0

    def revive(self, seconds):
        """Start it again where it has ended: it may have done so by itself, but not by a signal."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        said = open(LOG, encoding="utf-8", errors="replace").read()
        self.start()
        # The one end by a signal that is not ours: libsystemd 252 leaves a match half made, and ends itself over that.
        assert status >= 0 or "bus-match.c" in said, f"firstbootd was ended by signal {-status}: {said}"
        return True


EULA = "/usr/share/eula.txt"
FULL = family(STATIC, [f"192.0.2.{i}/24" for i in range(10, 18)], "192.0.2.1")
CALLS = {
    "GetState": ("", (), "sbb"),
    "GetStatus": ("", (), "ttsst"),
    "SetHostname": ("s", ("nomemory",), ""),
    "SetTimezone": ("s", ("Europe/Sofia",), "s"),
    "SetKeymap": ("s", ("us",), "s"),
    "TryKeymap": ("s", ("us",), "s"),
    "SetLanguage": ("s", ("en",), ""),
    "BeginEdit": ("", (), "bst"),
    "EndEdit": ("", (), ""),
    "SetNetwork": (SET + "uu", ([link("enp1s0", FULL, dns=["192.0.2.53"], domains=["example.com"]),
                                link("bond0", family(OFF), family(AUTO), 0, device(BOND, ["enp2s0"]))], "", 0, 0), "tbts"),
    "Confirm": ("t", (1,), "s"),
    "GetSettings": ("t", (0,), SET),
    "ListHistory": ("", (), "a(ttyss)"),
    "GetIdentity": ("", (), "bs"),
    "RenewIdentity": ("u", (0,), ""),
    "GetInhibitors": ("s", ("reboot",), "bs"),
    "Power": ("sb", ("reboot", False), ""),
    "NoteKeys": ("a(ss)", ([("tls", "SHA256 3F:A9"), ("ssh ED25519", "SHA256:Yx0")],), "ab"),
    "GetWebUnitLog": ("", (), "s"),
    "RequestLogin": ("", (), ""),
    "AcceptEula": ("s", (EULA,), ""),
    "GetSetup": ("", (), "ba(ss)as"),
    "Complete": ("", (), ""),
}
SECRETS = {"SaveReport": ("a report\n" * 100, "s")}


class Memory(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        library.CALL_USEC = 1_500_000
        wait(has_lease, 15, "a DHCP lease")
        with open(EULA, "w", encoding="ascii") as file:
            file.write("You shall not.\n")
        os.makedirs("/etc/firstboot/firstboot.conf.d")
        with open("/etc/firstboot/firstboot.conf.d/70-eula.conf", "w", encoding="ascii") as file:
            file.write(f"[Wizard]\nEULA={EULA}\n")
        write_step("50-every.step", EVERY.replace("Apply=", "Skippable=yes\nApply="))
        write_program("every", SHELL + "cat >/dev/null\necho STATUS=working\necho MESSAGE=done\n")
        cls.daemon = Daemon(sys.argv[1])

    @classmethod
    def tearDownClass(cls):
        cls.daemon.process.terminate()
        cls.daemon.process.wait()

    def outcome(self, member, signature, values, returns, until, fails):
        """What came of a call that has one failing allocation: "ok", the error, or "gone"."""
        bus = Bus()
        # There is one a second.
        shutil.rmtree("/var/lib/firstboot/reports", ignore_errors=True)
        before = read_file("/etc/hostname")
        try:
            self.daemon.fail(until, fails)
            try:
                answer = bus.call(member, signature, *values, returns=returns)
                result = "ok"
            except Refused as refusal:
                result = refusal.name
            failed = self.daemon.has_failed()
            self.daemon.fail(0)
            if member == "SetNetwork" and result == "ok":
                bus.call("Revert", "t", answer[0], returns="s")
        finally:
            bus.close()
        if self.daemon.revive({"NoReply": 3, "Timeout": 0.5}.get(result, 0.001)):
            result = "gone"
        elif result in ("NoReply", "Timeout"):
            result = "silence"
        if member == "SetHostname" and result not in ("ok", "gone"):
            self.assertEqual(read_file("/etc/hostname"), before)
        return result, failed

    def one_after_the_other(self, member, signature, values, returns, fails=1):
        results = collections.Counter()
        for until in range(1, MOST):
            result, failed = self.outcome(member, signature, values, returns, until, fails)
            results[result] += 1
            if not failed:
                # The library's own answer to a call that is refused may be the one that there is no memory for.
                self.assertTrue(result != "ok" or not results["silence"], f"{member}: no answer")
                print(f"     {member}: {until - 1} allocations, {dict(results)}", flush=True)
                return
        self.fail(f"{member} allocates without end")

    def test_each_allocation(self):
        for member, (signature, values, returns) in CALLS.items():
            with self.subTest(member=member):
                self.one_after_the_other(member, signature, values, returns)
        for member, (text, returns) in SECRETS.items():
            with secret(text) as fd, self.subTest(member=member):
                self.one_after_the_other(member, "h", (fd,), returns)
        with answers(ANSWERS, {"token": "hunter2"}) as fds, self.subTest(member="RunStep"):
            self.one_after_the_other("RunStep", "shh", ("every", *fds), "bs")


def main():
    result = unittest.TextTestRunner(verbosity=0).run(unittest.defaultTestLoader.loadTestsFromTestCase(Memory))
    failed = len(result.failures) + len(result.errors)
    print(f"{max(len(CALLS) + len(SECRETS) + 1 - failed, 0)} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
