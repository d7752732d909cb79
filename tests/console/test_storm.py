#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Networks that change without end: the screen shows the kernel's last word, soon, in as much memory as before."""

import ctypes
import os
import socket
import statistics
import struct
import subprocess
import time

import case
from machine import addresses, allow_ptys, claim, console, ip, run, taken, wait_lease
from term import Timeout

NEWLINK, NEWADDR, DELADDR = 16, 20, 21
REQUEST, CREATE = 1, 0x400
IFF_UP = 1
CLONE_NEWNET = 0x40000000
KEY_MS = 50  # what a customer notices; the middle of them, as a machine with other suites to run takes longer now and then
GROWTH = 256 << 10  # the heap's pieces never lie the same; thousands of interfaces take 1 MiB while they are there


def message(kind, flags, body, *attributes):
    """One message of rtnetlink(7)."""
    for number, value in attributes:
        body += struct.pack("=HH", 4 + len(value), number) + value
    return struct.pack("=LHHLL", 16 + len(body), kind, flags, 0, 0) + body


def set_up(index, up):
    return message(NEWLINK, REQUEST, struct.pack("=BxHiII", 0, 0, index, IFF_UP if up else 0, IFF_UP))


def address_message(index, address, add):
    packed = socket.inet_aton(address)
    return message(NEWADDR if add else DELADDR, REQUEST | (CREATE if add else 0), struct.pack("=BBBBi", 2, 24, 0, 0, index),
                   (2, packed), (1, packed))


class Storm:
    """Sends batches of messages in turn, from a process of its own, in this network namespace or another."""

    def __init__(self, batches, per_second, namespace=None):
        self.read_end, write_end = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                if namespace:
                    with open(f"/run/netns/{namespace}", "rb") as f:
                        assert ctypes.CDLL(None).setns(f.fileno(), CLONE_NEWNET) == 0
                _send(batches, per_second, write_end)
            finally:
                os._exit(1)
        os.close(write_end)

    def stop(self):
        """How many batches were sent in how many seconds, after the last one, of every pair."""
        os.kill(self.pid, 15)
        count, seconds = os.read(self.read_end, 100).decode().split()
        os.waitpid(self.pid, 0)
        os.close(self.read_end)
        return int(count), float(seconds)


def _send(batches, per_second, report):
    import signal
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    sock.bind((0, 0))
    begun, count = time.monotonic(), 0
    while not ended or count % len(batches):
        sock.send(batches[count % len(batches)])
        count += 1
        ahead = count / per_second - (time.monotonic() - begun)
        if ahead > 0:
            time.sleep(ahead)
    os.write(report, f"{count} {time.monotonic() - begun}".encode())
    os._exit(0)


def kernels_addresses():
    """What a URL may hold: global, no address that is still being checked, and of the cards that the default routes use, if there are any."""
    routes = (ip("route", "show", "default") + ip("-6", "route", "show", "default")).split()
    cards = {routes[i + 1] for i, word in enumerate(routes) if word == "dev"}
    words = [line.split() for line in ip("-o", "address", "show", "scope", "global").splitlines()]
    usable = [w for w in words if w[1].startswith("enp") and "tentative" not in w and "dadfailed" not in w]
    advertised = [w for w in usable if w[1] in cards]
    return {w[3].split("/")[0] for w in advertised or usable}


def shown_addresses(t):
    return {word.split("://")[1].rsplit(":", 1)[0].strip("[]") for word in t.text().split() if word.startswith("https://") and ":8443" in word}


def follow(t, seconds=20):
    """Wait until the screen shows what the kernel has; how long it lagged behind the kernel's last change."""
    end, changed, before = time.monotonic() + seconds, time.monotonic(), None
    while True:
        t.read(0.02)
        now = kernels_addresses()
        if now != before:
            before, changed = now, time.monotonic()
        if now and shown_addresses(t) == now:
            return time.monotonic() - changed
        if now and time.monotonic() > changed + 1 and time.monotonic() > end - seconds + 1:
            raise Timeout(f"the kernel has {now}, for more than 1 s; the screen:\n{t.text()}")
        if time.monotonic() > end:
            raise Timeout(f"the kernel has {now}, and does not rest; the screen:\n{t.text()}")


def press_and_see(t, rounds):
    """Milliseconds from a key to the menu that it opens."""
    taken = []
    for _ in range(rounds):
        begun = time.monotonic()
        os.write(t.fd, b"0")
        while not t.sees("What shall be done"):
            assert time.monotonic() < begun + 5, t.text()
            t.read(0.001)
        taken.append((time.monotonic() - begun) * 1000)
        t.read(0.1)
        t.press("escape")
        t.wait_for("F2/2 Settings")
        t.read(0.05)
    return taken


def settle(t):
    t.wait_for(r"automatic \(DHCP\)")
    t.read(0.7)
    follow(t)


def weather(t, storm, seconds, afterwards=lambda: None):
    """Live through a storm: what was sent, the time a key took, the lag afterwards, the memory."""
    before = taken(t)
    begun = time.monotonic()
    keys = press_and_see(t, 8)
    while time.monotonic() < begun + seconds:
        t.read(0.1)
    count, took = storm.stop()
    afterwards()
    lag = follow(t)
    grown = taken(t) - before
    print(f"    {count / took:.0f} a second, key {statistics.median(keys):.0f} ms (at most {max(keys):.0f}), "
          f"lag {lag * 1000:.0f} ms, memory {grown / 1024:+.0f} kB", flush=True)
    assert statistics.median(keys) < KEY_MS, keys
    assert grown < GROWTH, f"{grown} bytes"
    return count / took


def take_up_again():
    """Have networkd set up a card that it has given up: once it has read of the last change."""
    for _ in range(20):
        for _ in range(30):
            if addresses("enp1s0", 4):
                return
            time.sleep(0.1)
        run("networkctl", "reconfigure", "enp1s0")
    raise AssertionError(run("tail", "-n", "30", "/run/networkd.log"))


def test_flapping_cable():
    """At its other end, so that carrier comes and goes; networkd follows with addresses and leases, and after thousands of them gives
    the card up until it is told."""
    claim()
    peer = int(run("ip", "netns", "exec", "peer", "cat", "/sys/class/net/peer0/ifindex"))
    with console() as t:
        settle(t)
        rate = weather(t, Storm([set_up(peer, False), set_up(peer, True)], 1000, "peer"), 10, take_up_again)
        assert rate > 500
        settle(t)
    wait_lease()


def test_flapping_link():
    claim()
    index = socket.if_nametoindex("enp2s0")
    ip("address", "replace", "198.51.100.9/24", "dev", "enp2s0")
    with console() as t:
        settle(t)
        rate = weather(t, Storm([set_up(index, False), set_up(index, True)], 1000), 5)
        assert rate > 500
        t.wait_for(r"enp2s0  up .* 198\.51\.100\.9/24", 2)
    ip("address", "flush", "dev", "enp2s0")


def test_addresses_by_the_thousand():
    claim()
    index = socket.if_nametoindex("enp2s0")
    ip("link", "set", "enp2s0", "up")
    batches = [b"".join(address_message(index, f"10.9.{i % 250}.{1 + i // 250}", add) for i in range(n, n + 100))
               for n in range(0, 1000, 100) for add in (True, False)]
    ip("address", "replace", "198.51.100.9/24", "dev", "enp2s0")
    with console() as t:
        settle(t)
        rate = 100 * weather(t, Storm(batches, 100), 5)
        assert rate > 5000, rate
        t.wait_for(r"enp2s0  up .* 198\.51\.100\.9/24", 2)
        t.wait_gone(r"10\.9\.", 2)
    ip("address", "flush", "dev", "enp2s0")


def open_and_close(t, rounds):
    """The menu, as fast as it comes and goes."""
    for _ in range(rounds):
        for key, words in (b"0", "What shall be done"), (b"\033", "F2/2 Settings"):
            os.write(t.fd, key)
            end = time.monotonic() + 5
            while not t.sees(words):
                assert time.monotonic() < end, t.text()
                t.read(0.002)


def test_dialogs_by_the_hundred():
    """Nothing that was on the screen stays in memory."""
    claim()
    with console() as t:
        settle(t)
        open_and_close(t, 20)
        before = taken(t)
        open_and_close(t, 300)
        grown = taken(t) - before
        print(f"    300 menus: memory {grown / 1024:+.0f} kB", flush=True)
        assert grown < 64 << 10, f"{grown} bytes"


def test_thousands_of_interfaces():
    """They go one by one, for which the kernel would take a minute, until keys have been pressed meanwhile; then all at once."""
    claim()
    add = "".join(f"link add v{i} group 7 type veth peer name w{i} group 7\n" for i in range(2500))
    delete = "".join(f"link del v{i}\n" for i in range(500)) + "link del group 7\n"
    with console() as t:
        settle(t)
        before = taken(t)
        for batch, name in [(add, "come"), (delete, "go")] * 2:
            process = subprocess.Popen(["ip", "-force", "-batch", "-"], stdin=subprocess.PIPE, text=True)
            process.stdin.write(batch)
            process.stdin.close()
            keys = press_and_see(t, 8)
            assert process.wait(100) == 0
            lag = follow(t)
            # What they have brought is let go of when nothing else is to be done.
            t.read(1.5)
            grown = taken(t) - before
            print(f"    {name}: key {statistics.median(keys):.0f} ms (at most {max(keys):.0f}), lag {lag * 1000:.0f} ms, "
                  f"memory {grown / 1024:+.0f} kB", flush=True)
            assert statistics.median(keys) < KEY_MS, keys
            if name == "come":
                t.wait_for(r"\d{4} more", 2)
            else:
                t.wait_gone(r"\d{4} more", 2)
                assert grown < GROWTH, f"{grown} bytes"


if __name__ == "__main__":
    allow_ptys()
    wait_lease()
    case.until(lambda: addresses("enp1s0", 6) and "tentative" not in ip("-6", "address", "show", "dev", "enp1s0"))
    case.run(dict(globals()))
