# SPDX-License-Identifier: LGPL-2.1-or-later
"""The machine that the tests of the start screen run on: its network, its claim, its console."""

import contextlib
import ctypes
import json
import os
import resource
import signal
import subprocess
import time

from term import Term

CONSOLE = "/usr/libexec/firstboot/firstboot-console"
PASSWORD = "Correct-Horse-9-Battery"
STATE = "/var/lib/firstboot/state"
SERVICE = "/usr/share/dbus-1/system-services/org.firstboot.Firstboot1.service"
CABLES = {"enp1s0": "peer0", "enp2s0": "peer1"}


def run(*argv, **options):
    return subprocess.run(argv, check=True, capture_output=True, text=True, **options).stdout


def ip(*words):
    return run("ip", *words)


def wait_told(interface, up):
    """Until the kernel has told of the cable: its work of that kind waits for everything that its other namespaces do to their links."""
    for _ in range(1500):
        if (" state UP " in ip("link", "show", interface)) == up:
            return
        time.sleep(0.01)
    raise AssertionError(ip("link", "show", interface))


@contextlib.contextmanager
def unplugged(*interfaces):
    """Their cables are pulled, and the kernel has told so; afterwards they are plugged in, whatever has happened meanwhile."""
    def move(state):
        for interface in interfaces:
            ip("-n", "peer", "link", "set", CABLES[interface], state)
        for interface in interfaces:
            wait_told(interface, state == "up")

    move("down")
    try:
        yield
    finally:
        move("up")


def configure(text, name="50-test.conf"):
    """What the vendor says, beside the terminals that the tests use."""
    folder = "/etc/firstboot/firstboot.conf.d"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/{name}", "w", encoding="utf-8") as f:
        f.write(text)


def allow_ptys():
    # Without a picture beside the rows, so that patterns may end where a row does.
    configure("[Console]\nTTYs=tty1 pts/*\nQR=no\n", "10-console.conf")


def claim(password=PASSWORD):
    """Make it an appliance that somebody has set up."""
    with open(STATE, "w", encoding="ascii") as f:
        f.write("claimed\n")
    subprocess.run(["chpasswd"], input=f"root:{password}\n", text=True, check=True)


def unclaim():
    """Make it one that nobody has: root has no password."""
    subprocess.run(["usermod", "--password", "!*", "root"], check=True)
    with open(STATE, "w", encoding="ascii") as f:
        f.write("unclaimed\n")


def password_is(password):
    """Does root's hash match? By crypt(3), as login(1) does it."""
    stored = next(line.split(":")[1] for line in open("/etc/shadow") if line.startswith("root:"))
    crypt = ctypes.CDLL("libcrypt.so.1").crypt
    crypt.restype = ctypes.c_char_p
    result = crypt(password.encode(), stored.encode())
    return bool(stored) and result is not None and result.decode() == stored


def end(*names):
    """Let the programs of these names end; the bus starts them again."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if _runs(pid, names):
            os.kill(int(pid), signal.SIGTERM)
    for _ in range(500):
        if not any(_runs(pid, names) for pid in filter(str.isdigit, os.listdir("/proc"))):
            return
        time.sleep(0.01)
    raise AssertionError(f"{names} do not end")


def _runs(pid, names):
    with contextlib.suppress(OSError):
        return os.path.basename(os.readlink(f"/proc/{pid}/exe")) in names
    return False


@contextlib.contextmanager
def without_firstbootd():
    """Neither a running one nor one that the bus could start."""
    def reload_bus():
        run("busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ReloadConfig")

    os.rename(SERVICE, "/root/service")
    reload_bus()
    end("firstbootd")
    try:
        yield
    finally:
        os.rename("/root/service", SERVICE)
        reload_bus()


def as_firstboot(*argv):
    return ["setpriv", "--reuid=firstboot", "--regid=firstboot", "--clear-groups", *argv]


def console(columns=80, rows=24, term="linux", env=None):
    """The login shell, as its account runs it, on the terminal that login gave to it."""
    return Term(as_firstboot(CONSOLE), columns, rows, term, env, "firstboot")


def resident(t):
    """Bytes of memory that the program on this terminal has now."""
    with open(f"/proc/{t.pid}/statm", encoding="ascii") as f:
        return int(f.read().split()[1]) * resource.getpagesize()


def taken(t):
    """Likewise, without the pages of program files, which come and go as the kernel thinks best."""
    with open(f"/proc/{t.pid}/statm", encoding="ascii") as f:
        _, whole, files = map(int, f.read().split()[:3])
    return (whole - files) * resource.getpagesize()


def addresses(interface, family):
    """What the kernel has: addresses of global scope, without their prefix length."""
    found = json.loads(ip("-j", f"-{family}", "address", "show", "dev", interface, "scope", "global") or "[]")
    return [a["local"] for entry in found if entry for a in entry.get("addr_info", []) if a]


def wait_lease(interface="enp1s0", timeout=20.0):
    """The address that DHCP gives."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        found = [a for a in addresses(interface, 4) if a.startswith("192.0.2.1")]
        if found:
            return found[0]
        time.sleep(0.1)
    raise AssertionError(f"no lease on {interface}: {ip('address')}")


def signal_dhcp(name):
    run("kill", f"-{name}", open("/run/dnsmasq.pid", encoding="ascii").read().strip())
