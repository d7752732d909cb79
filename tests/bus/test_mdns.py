#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""firstboot-prober beside a real mDNS responder, Avahi: a name in .local is found where somebody announces it, and only there.

usage: test_mdns.py BUILD UNPACKED [TEST...]

Inside tests/lib/sandbox --dhcp. UNPACKED is what tests/lib/unpacked has made of the packages.
"""

import functools
import os
import pathlib
import subprocess
import sys

import driver
from driver import run_tests
from test_prober import Asker

wait = functools.partial(driver.wait, pause=0.05)
HOST, PEER = "appliance07", "192.0.2.1"
# A machine of its own at the other end of the cable has a place for its socket, and no bus.
ELSEWHERE = "mount -t tmpfs none /run/avahi-daemon && exec avahi-daemon --no-chroot --no-rlimits --no-drop-root -f /run/peer.conf"


def run(*command):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout


def own_addresses(*which):
    return {line.split()[3].split("/")[0] for line in run("ip", "-o", "address", "show", *which).splitlines()}


def responder(log, *command):
    """Avahi, until it is killed."""
    with open(log, "w", encoding="utf-8") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


def ours():
    return responder("/run/ours.log", "avahi-daemon", "--no-chroot", "--no-rlimits")


def found(asker):
    """The addresses of the name, or none."""
    words = asker.ask(f"resolve {HOST}.local").split()
    assert words[0] == "resolved", words
    return set(words[2:])


def test_the_name_is_announced(asker):
    """Not before anybody does, nor afterwards; /etc/hosts does not count."""
    with open("/etc/hosts", "a", encoding="ascii") as hosts:
        hosts.write(f"192.0.2.77 {HOST}.local\n")
    assert not found(asker)
    daemon = ours()
    try:
        wait(lambda: found(asker), "the name to be found")
        assert found(asker) <= own_addresses(), found(asker)
    finally:
        daemon.terminate()
        daemon.wait()
    wait(lambda: not found(asker), "the name to be gone")


def test_the_name_of_another_machine(asker):
    """Who comes second calls itself otherwise, and the name leads to who was there first."""
    with open("/run/peer.conf", "w", encoding="ascii") as conf:
        conf.write(f"[server]\nhost-name={HOST}\nuse-ipv6=no\nenable-dbus=no\n")
    daemons = [responder("/run/peer.log", "ip", "netns", "exec", "peer", "unshare", "--mount", "sh", "-c", ELSEWHERE)]
    try:
        wait(lambda: f"complete. Host name is {HOST}.local" in pathlib.Path("/run/peer.log").read_text("utf-8"), "the other one")
        daemons.append(ours())
        wait(lambda: PEER in found(asker), "the name of the other one", 30)
        assert not found(asker) & own_addresses(), found(asker)
    finally:
        for daemon in daemons:
            daemon.terminate()
            daemon.wait()


def main():
    build, unpacked, *wanted = sys.argv[1:]
    run("cp", "-a", f"{unpacked}/.", "/")
    run("ldconfig")
    run("useradd", "--system", "--shell=/usr/sbin/nologin", "avahi")
    run("busctl", "call", "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ReloadConfig")
    run("hostname", HOST)
    with open("/etc/hostname", "w", encoding="ascii") as name:  # networkd sets it anew with a lease
        name.write(f"{HOST}\n")
    os.makedirs("/run/avahi-daemon", exist_ok=True)
    wait(lambda: own_addresses("dev", "enp1s0", "scope", "global"), "an address")
    Asker.find(build, "test-prober")
    return run_tests(Asker, globals(), wanted)


if __name__ == "__main__":
    sys.exit(main())
