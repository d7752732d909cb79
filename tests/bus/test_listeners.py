#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who listens on a port, against the kernel, in network namespaces of its own: this machine, and "far" at the end of a cable.

usage: test_listeners.py [--build DIR] [TEST...]
"""

import contextlib
import functools
import socket
import subprocess
import sys
import threading
import time

import driver
from driver import Driver, enter, ip, run_tests

wait = functools.partial(driver.wait, seconds=10, pause=0.002)
PORT = 8443
NEAR, FAR, NEAR6, FAR6 = "192.0.2.10", "192.0.2.50", "2001:db8::10", "2001:db8::50"
FOREIGN = "198.51.100.7"


class Watcher(Driver):
    """A running test-listeners."""

    def number(self, question):
        return int(self.tell(question)[0])

    def have(self, address, device="eth0"):
        return self.number(f"have {address} {socket.if_nametoindex(device)}") == 1

    def look(self):
        return self.number("look")

    def wake_ups(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("voluntary_ctxt"))


def listen(address, port=PORT, v6only=True, device=None, reuse_port=False):
    """A listener of this process."""
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if ":" in address:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, v6only)
    if device:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
    if reuse_port:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind((address, port))
    sock.listen(1024)
    return sock


# Where a listener is bound, and which addresses it takes connections to: one of each family, one more of IPv4, and loopback.
ADDRESSES = (NEAR, FOREIGN, "127.0.0.1", NEAR6, "::1")
PLACES = [
    (dict(address="0.0.0.0"), {NEAR, FOREIGN, "127.0.0.1"}),
    (dict(address="::", v6only=True), {NEAR6, "::1"}),
    (dict(address="::", v6only=False), set(ADDRESSES)),
    (dict(address=NEAR), {NEAR}),
    (dict(address=NEAR6), {NEAR6}),
    (dict(address=f"::ffff:{NEAR}", v6only=False), {NEAR}),
    (dict(address="127.0.0.1"), {"127.0.0.1"}),
    (dict(address="::1"), {"::1"}),
]


def test_places(watcher):
    """What a listener takes, wherever it is bound; the kernel's own answer is asked for, too."""
    for place, expected in PLACES:
        with listen(**place):
            assert watcher.look() == 1, place
            found = {address for address in ADDRESSES if watcher.have(address)}
            assert found == expected, (place, found)
            for address in set(ADDRESSES) - {FOREIGN}:
                with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as asker:
                    assert (asker.connect_ex((address, PORT)) == 0) == (address in expected), (place, address)
            assert watcher.look() == 0, place
            assert watcher.number("only-loopback") == (expected <= {"127.0.0.1", "::1"}), place
        wait(lambda: watcher.number("changes") == 1, f"the end of {place}")
        assert not any(watcher.have(address) for address in ADDRESSES)
        assert watcher.number("only-loopback") == 0


def test_going(watcher):
    """The kernel tells that one goes, and at once; that it has gone is not told twice."""
    for address in ("0.0.0.0", "::"):
        sock = listen(address)
        assert watcher.look() == 1
        assert watcher.have(NEAR if address == "0.0.0.0" else NEAR6)
        began = time.monotonic()
        sock.close()
        wait(lambda: watcher.number("changes") == 1, "its end")
        assert time.monotonic() - began < 0.5
        time.sleep(0.2)
        assert watcher.number("changes") == 0
        assert watcher.look() == 0


def test_killed(watcher):
    """Neither does a process say goodbye that is killed."""
    code = f"import socket, time; s = socket.create_server(('{NEAR}', {PORT})); print('ready', flush=True); time.sleep(100)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        assert watcher.look() == 1 and watcher.have(NEAR)
        process.kill()
        wait(lambda: watcher.number("changes") == 1, "its end")
        assert not watcher.have(NEAR)


def test_one_of_two(watcher):
    """Workers that share an address count once; it is had until the last of them goes."""
    workers = [listen(NEAR, reuse_port=True) for _ in range(100)]
    assert watcher.look() == 1
    for worker in workers[1:]:
        worker.close()
    time.sleep(0.3)
    assert watcher.number("changes") == 0 and watcher.have(NEAR)
    workers[0].close()
    wait(lambda: watcher.number("changes") == 1, "the end of the last")
    assert not watcher.have(NEAR)


def test_not_seen_before_a_look(watcher):
    with listen("::"):
        time.sleep(0.2)
        assert not watcher.have(NEAR6)
        assert watcher.look() == 1 and watcher.have(NEAR6)
    wait(lambda: watcher.number("changes") == 1, "its end")


def test_device(watcher):
    """A listener that is bound to a device takes what comes in there; "far" is the witness."""
    with listen("0.0.0.0", device="eth0"):
        assert watcher.look() == 1
        assert watcher.have(NEAR, "eth0")
        assert not watcher.have(NEAR, "eth1")
        assert not watcher.have(NEAR, "lo")
        assert far_connects(NEAR)
    wait(lambda: watcher.number("changes") == 1, "its end")
    with listen("0.0.0.0", device="eth1"):
        assert watcher.look() == 1
        assert not watcher.have(NEAR, "eth0")
        assert not far_connects(NEAR)
    wait(lambda: watcher.number("changes") == 1, "its end")


def test_other_ports(watcher):
    """Neighbouring ports, and one whose bytes are swapped, are nothing to us."""
    with contextlib.ExitStack() as stack:
        for port in (PORT - 1, PORT + 1, (PORT & 0xFF) << 8 | PORT >> 8):
            stack.enter_context(listen("::", port, v6only=False))
        assert watcher.look() == 0
        assert not watcher.have(NEAR)
    time.sleep(0.2)
    assert watcher.number("changes") == 0


def test_churn(watcher):
    """10000 other sockets that come and go, and connections to the port itself, wake nobody."""
    with listen("::", v6only=False) as sock:
        assert watcher.look() == 1
        time.sleep(0.1)
        before = watcher.wake_ups()
        others = [listen("::1", port) for port in range(20000, 20500)]
        others += [socket.socket() for _ in range(500)]
        for _ in range(20):
            for other in others[500:]:
                other.connect_ex((NEAR, 1))
            for other in others[500:]:
                other.close()
            others[500:] = [socket.socket() for _ in range(500)]
        for _ in range(2000):
            with socket.create_connection((NEAR, PORT)):
                sock.accept()[0].close()
        for other in others:
            other.close()
        time.sleep(0.3)
        assert watcher.wake_ups() == before, f"woken {watcher.wake_ups() - before} times"
        assert watcher.number("changes") == 0 and watcher.look() == 0
    wait(lambda: watcher.number("changes") == 1, "its end")


def test_many(watcher):
    """More listeners than are kept: nothing breaks, and the wildcard's end is seen."""
    ip(*(f"address add 192.0.2.{i}/32 dev eth1" for i in range(100, 200)))
    sockets = [listen(f"192.0.2.{i}") for i in range(100, 200)]
    assert watcher.look() == 1
    for sock in sockets:
        sock.close()
    wait(lambda: watcher.look() >= 0 and not any(watcher.have(f"192.0.2.{i}") for i in range(100, 200)), "their end")
    watcher.tell("changes")


def far(code):
    """Python at the other end of the cable."""
    return subprocess.Popen(["ip", "netns", "exec", "far", sys.executable, "-c", "import socket, sys, time\n" + code],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def far_connects(address):
    with far(f"s = socket.socket(); s.settimeout(1); print(s.connect_ex(('{address}', {PORT})))") as process:
        return process.stdout.read().strip() == "0"


def accept_all(sock, close):
    """Take connections until the listener goes, and close them or let the other side do it."""
    kept = []
    with contextlib.suppress(OSError):
        while True:
            connection, _ = sock.accept()
            if close:
                connection.close()
            else:
                kept.append(connection)


def test_visitors(watcher):
    """Other machines, not this one; also after the connection was closed."""
    for close in (False, True):
        sock = listen("::", v6only=False)
        assert watcher.look() == 1
        threading.Thread(target=accept_all, args=(sock, close), daemon=True).start()
        assert not set(watcher.tell("visitors")) & {NEAR, NEAR6, "127.0.0.1", "::1"}
        connections = [socket.create_connection((address, PORT)) for address in (NEAR, NEAR6, "127.0.0.1", "::1")]
        assert not set(watcher.tell("visitors")) - {FAR, FAR6}, "this machine does not count"
        with far(f"kept = [socket.create_connection((a, {PORT})) for a in ('{NEAR}', '{NEAR6}')]\n"
                 "print('ready', flush=True)\nsys.stdin.read()") as process:
            process.stdout.readline()
            assert sorted(watcher.tell("visitors")) == sorted([FAR, FAR6]), watcher.tell("visitors")
            process.stdin.close()
        for connection in connections:
            connection.close()
        sock.shutdown(socket.SHUT_RDWR)
        sock.close()
        wait(lambda: watcher.number("changes") == 1, "its end")


def plug():
    """This machine, and the one at the end of its first cable."""
    ip("link set lo up",
       "netns add far",
       "link add eth0 type veth peer name far0 netns far",
       "link add eth1 type veth peer name far1 netns far",
       f"address add {NEAR}/24 dev eth0", f"address add {NEAR6}/64 dev eth0 nodad", "link set eth0 up", "link set eth1 up")
    ip(f"address add {FAR}/24 dev far0", f"address add {FAR6}/64 dev far0 nodad", "link set lo up", "link set far0 up",
       "link set far1 up", netns="far")


def main():
    options = enter(lambda build: ["unshare", "--net", "--mount", sys.executable])
    Watcher.find(options.build, "test-listeners")
    subprocess.run(["mount", "-t", "tmpfs", "netns", "/run"], check=True)
    plug()
    return run_tests(Watcher, globals(), options.tests)


if __name__ == "__main__":
    sys.exit(main())
