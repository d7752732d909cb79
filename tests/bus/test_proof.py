#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Neighbours, services and the kernel's tables as proof of a change, with real networkd and real packets in the sandbox.

usage: test_proof.py [--build DIR] [TEST...]
"""

import contextlib
import os
import re
import socket
import subprocess
import sys
import threading
import time

from driver import Driver, enter, run_tests, sandbox, wait

FIXED = "/etc/systemd/network/05-test.network"
NOBODY = "00:00:00:00:00:00"
AUTOMATIC = "Method=automatic\n"


def run(*command, check=True):
    return subprocess.run(command, check=check, text=True, stdout=subprocess.PIPE).stdout


def ip(*lines, namespace=None):
    """Give ip(8) these commands."""
    place = ["-n", namespace] if namespace else []
    subprocess.run(["ip", *place, "-batch", "-"], input="\n".join(lines) + "\n", text=True, check=True)


def peer(*lines):
    ip(*lines, namespace="peer")


def mac(link, namespace=None):
    place = ["-n", namespace] if namespace else []
    return re.search(r"link/ether (\S+)", run("ip", *place, "link", "show", link)).group(1)


def peer_link_local():
    return re.search(r"inet6 (fe80\S+)/", run("ip", "-n", "peer", "address", "show", "peer0")).group(1)


class Prover(Driver):
    """A running test-proof."""

    def end(self, seconds=30):
        """Wait for the end of what was begun: values by their keys."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            lines = self.tell("result")
            if lines and lines[-1].split()[0] in ("took", "error", "nobody"):
                return dict((line.split(" ", 1) + [""])[:2] for line in lines)
            time.sleep(0.02)
        raise AssertionError("no end")

    def do(self, line, seconds=30):
        self.tell(line)
        return self.end(seconds)

    def wake_ups(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("voluntary_ctxt"))


def took(answer, low, high):
    assert low <= int(answer["took"]) <= high, answer


# -- neighbours ---------------------------------------------------------------------------------


def leased():
    """The IPv4 address and prefix that the DHCP server gave to enp1s0, or None."""
    found = re.search(r"inet (192\.0\.2\.\d+/\d+) .*dynamic", run("ip", "-4", "address", "show", "enp1s0"))
    return found.group(1) if found else None


@contextlib.contextmanager
def addresses(*prefixes, link="peer0", dad=False):
    """Addresses that the machine at the other end has for a while."""
    peer(*(f"address add {prefix} dev {link}{' nodad' if ':' in prefix and not dad else ''}" for prefix in prefixes))
    try:
        yield
    finally:
        peer(*(f"address delete {prefix} dev {link}" for prefix in prefixes))


@contextlib.contextmanager
def cable(*words):
    """Another cable, t0 here and t1 there, t0 without an address of its own making."""
    ip("link add t0 type veth peer name t1 netns peer", "link set t0 addrgenmode none", "link set t0 up")
    peer("link set t1 up", *words)
    try:
        yield
    finally:
        ip("link delete t0")


def test_rival(prover):
    wait(leased, "a lease")
    rival = mac("peer0", "peer")
    with addresses("192.0.2.77/24", "2001:db8::77/64"):
        for address in "192.0.2.77", "2001:db8::77":
            answer = prover.do(f"ask rival enp1s0 192.0.2.201 {address} 2001:db8::201")
            assert answer[address] == rival and answer["192.0.2.201"] == NOBODY == answer["2001:db8::201"], answer
            took(answer, 0, 300)


def test_no_rival(prover):
    answer = prover.do("ask rival enp1s0 192.0.2.77 2001:db8::77")
    assert answer["192.0.2.77"] == NOBODY == answer["2001:db8::77"], answer
    took(answer, 1300, 2500)
    own = leased().split("/")[0]
    answer = prover.do(f"ask rival enp1s0 {own}")
    assert answer[own] == NOBODY, "we are our own rival"


def test_rival_asked_from_nobody(prover):
    """Without an address of the link: by the forms of duplicate detection."""
    with cable("address add 198.18.0.7/24 dev t1", "address add 2001:db8:9::7/64 dev t1 nodad"):
        assert "inet" not in run("ip", "address", "show", "t0"), "t0 has an address"
        rival = mac("t1", "peer")
        for address in "198.18.0.7", "2001:db8:9::7":
            answer = prover.do(f"ask rival t0 {address}")
            assert answer[address] == rival, answer
            took(answer, 0, 600)


# Sends the first questions of a machine that is about to take 198.18.0.8 and 2001:db8:9::8.
BEGINNER = """
import socket, struct
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("t1", 0))
me = s.getsockname()[4]
arp = struct.pack("!HHBBH6s4s6s4s", 1, 0x800, 6, 4, 1, me, bytes(4), bytes(6), bytes([198, 18, 0, 8]))
s.send(b"\\xff" * 6 + me + b"\\x08\\x06" + arp)
target = socket.inet_pton(socket.AF_INET6, "2001:db8:9::8")
group = socket.inet_pton(socket.AF_INET6, "ff02::1:ff00:8")
body = struct.pack("!BBHI16s", 135, 0, 0, 0, target)
total = sum(struct.unpack("!28H", bytes(16) + group + body)) + 58 + len(body)
total = (total & 0xffff) + (total >> 16)
body = body[:2] + struct.pack("!H", ~((total & 0xffff) + (total >> 16)) & 0xffff) + body[4:]
s.send(b"\\x33\\x33" + group[12:] + me + b"\\x86\\xdd" + struct.pack("!IHBB16s16s", 6 << 28, 24, 58, 255, bytes(16), group) + body)
"""


def test_rival_that_only_begins(prover):
    """Another machine that is about to take the address asks for it as we do."""
    with cable():
        rival = mac("t1", "peer")
        for address in "198.18.0.8", "2001:db8:9::8":
            prover.tell(f"ask rival t0 {address} 198.18.0.9")
            run("ip", "netns", "exec", "peer", sys.executable, "-c", BEGINNER)
            answer = prover.end()
            assert answer[address] == rival and answer["198.18.0.9"] == NOBODY, answer
            took(answer, 0, 1400)
        # It is none of a gateway's answers.
        prover.tell("ask gateway t0 198.18.0.8 2001:db8:9::8")
        run("ip", "netns", "exec", "peer", sys.executable, "-c", BEGINNER)
        time.sleep(0.5)
        assert prover.tell("result") == []


def test_gateway(prover):
    wait(leased, "a lease")
    gateway, local = mac("peer0", "peer"), peer_link_local()
    answer = prover.do(f"ask gateway enp1s0 192.0.2.1 2001:db8::1 {local}")
    assert [answer[a] for a in ("192.0.2.1", "2001:db8::1", local)] == [gateway] * 3, answer
    took(answer, 0, 500)


def test_silent_gateway(prover):
    answer = prover.do("ask gateway enp1s0 192.0.2.99 192.0.2.1 2001:db8::99")
    assert answer["192.0.2.99"] == NOBODY == answer["2001:db8::99"] and answer["192.0.2.1"] != NOBODY, answer
    took(answer, 4800, 6000)


def test_late_gateway(prover):
    prover.tell("ask gateway enp1s0 192.0.2.99 2001:db8::99")
    time.sleep(1.5)
    with addresses("192.0.2.99/24", "2001:db8::99/64"):
        answer = prover.end()
    assert NOBODY not in answer.values(), answer
    took(answer, 1500, 3500)


def test_nobody_to_ask(prover):
    assert prover.do("ask rival nosuchlink 192.0.2.77") == {"error": "ENODEV"}
    assert "nobody" in prover.do("ask rival lo 192.0.2.77")
    assert "nobody" in prover.do("ask rival enp1s0")
    peer("link set peer1 down")
    wait(lambda: "NO-CARRIER" in run("ip", "link", "show", "enp2s0"), "loss of carrier")
    assert "nobody" in prover.do("ask rival enp2s0 198.51.100.7")
    peer("link set peer1 up")


def test_a_link_that_goes(prover):
    with cable():
        prover.tell("ask gateway t0 198.18.0.7 2001:db8:9::7")
        time.sleep(0.5)
    answer = prover.end()
    assert answer["198.18.0.7"] == NOBODY, answer
    assert prover.wake_ups() < 1000, "woken up again and again"


def test_busy_network(prover):
    """ARP and ND of others does not wake us."""
    flood = """
import socket, struct, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("peer0", 0))
ours, other = bytes.fromhex(sys.argv[1].replace(":", "")), bytes(range(2, 8))
for i in range(3000):
    a = struct.pack("!HHBBH6s4s6s4s", 1, 0x800, 6, 4, 1 + i % 2, other, bytes([192, 0, 2, 10 + i % 80]), bytes(6), bytes([192, 0, 2, 10 + i % 80]))
    s.send(b"\\xff" * 6 + other + b"\\x08\\x06" + a)
    n = struct.pack("!IHBB16s16sBBHI16s", 6 << 28, 24, 58, 255, bytes([0xfe, 0x80] + [0] * 13 + [9]), bytes([0xff, 2] + [0] * 13 + [1]),
                    136, 0, 0, 0x20000000, bytes([0x20, 1, 0xd, 0xb8] + [0] * 10 + [1, 10 + i % 80]))
    s.send(b"\\x33\\x33\\0\\0\\0\\1" + other + b"\\x86\\xdd" + n)
"""
    prover.tell("ask gateway enp1s0 192.0.2.99 2001:db8::99")
    before = prover.wake_ups()
    run("ip", "netns", "exec", "peer", sys.executable, "-c", flood, mac("enp1s0"))
    time.sleep(0.5)
    assert prover.wake_ups() - before < 30, prover.wake_ups() - before
    assert prover.end()["192.0.2.99"] == NOBODY


# -- services -----------------------------------------------------------------------------------


def test_ports(prover):
    own = leased().split("/")[0]
    assert prover.do(f"tcp {own} 8443 3000")["answered"] == "1"
    assert prover.do("tcp ::1 8443 3000")["answered"] == "1"
    answer = prover.do("tcp 192.0.2.1 9 3000")
    assert answer["answered"] == "0" and answer["why"] == "connection refused", answer
    answer = prover.do("tcp 192.0.2.250 80 1000")
    assert answer["answered"] == "0" and answer["why"] == "no answer", answer
    took(answer, 950, 1500)
    # The kernel gives up on an address that nobody has.
    answer = prover.do("tcp 192.0.2.250 80 9000")
    assert answer["why"] == "that machine cannot be reached", answer
    answer = prover.do("tcp 2001:db8:ffff::1 80 1000")
    assert answer["answered"] == "0" and answer["why"], answer
    assert prover.do("tcp 192.0.2.1 70000 1000") == {"error": "EINVAL"}


def test_name_servers(prover):
    for server in "192.0.2.1 0", "2001:db8::1 0", f"{peer_link_local()} {socket.if_nametoindex('enp1s0')}":
        answer = prover.do(f"dns {server} 3000")
        assert answer["answered"] == "1", (server, answer)
        took(answer, 0, 500)
    answer = prover.do("dns 127.0.0.1 0 3000")
    assert answer["answered"] == "0" and answer["why"] == "connection refused", answer
    took(answer, 0, 500)
    answer = prover.do("dns 192.0.2.250 0 900")
    assert answer["answered"] == "0" and answer["why"] in ("no answer", "that machine cannot be reached"), answer


def test_strange_name_servers(prover):
    """Silence, replies to other questions, and the third question answered at last with a refusal."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    seen = []

    def serve():
        while True:
            query, client = server.recvfrom(512)
            if not query.strip(b"\0"):
                return
            seen.append(query)
            for reply in b"", b"\x80", bytes([query[0] ^ 1]) + query[1:2] + b"\x81" + query[3:], query:
                server.sendto(reply, client)
            if len(seen) == 6:
                server.sendto(query[:2] + b"\x80\x05" + query[4:], client)

    thread = threading.Thread(target=serve)
    thread.start()
    answer = prover.do("dns 127.0.0.1 0 900")
    assert answer["answered"] == "0" and answer["why"] == "no answer", answer
    took(answer, 880, 1400)
    assert len(seen) == 3 and len(set(seen)) == 1, seen
    assert seen[0][2:] == bytes.fromhex("0000 0001 0000 0000 0000 00 0002 0001"), seen[0].hex()
    answer = prover.do("dns 127.0.0.1 0 900")
    assert answer["answered"] == "1", answer
    assert seen[3][:2] != seen[0][:2], "the number is no random one"
    server.sendto(b"\0", server.getsockname())
    thread.join()
    server.close()


# -- the kernel ---------------------------------------------------------------------------------


def card(name="enp1s0", v4=AUTOMATIC, v6=AUTOMATIC, link="", more=""):
    """The settings of a link, as they are kept."""
    return f"\n[Link]\nName={name}\n{link}\n[IPv4]\n{v4}\n[IPv6]\n{v6}{more}"


def fixed(*addresses, gateway=None):
    return "Method=static\n" + "".join(f"Address={a}\n" for a in addresses) + (f"Gateway={gateway}\n" if gateway else "")


OFF = "Method=off\n"


def begin_proof(prover, old, new, msec):
    for path, text in ("/tmp/old", old), ("/tmp/new", new):
        with open(path, "w") as file:
            file.write("# Network settings of firstboot; not to be edited.\n" + text)
    prover.tell(f"prove /tmp/old /tmp/new {msec}")


def prove(prover, new, old="", msec=15000):
    begin_proof(prover, old, new, msec)
    return prover.end(60)


def networkd(*lines, link="enp1s0"):
    """Give networkd a file for the link, or none."""
    if lines:
        with open(FIXED, "w") as file:
            file.write("\n".join(["[Match]", f"Name={link}", *lines, ""]))
    else:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(FIXED)
    run("networkctl", "reload")


NO_V6 = ["IPv6AcceptRA=no"]


def given_routes(link="enp1s0"):
    return [line for line in (run("ip", "route", "show", "dev", link) + run("ip", "-6", "route", "show", "dev", link)).splitlines()
            if "proto dhcp" in line or "proto ra" in line]


def both_leased():
    text = run("ip", "address", "show", "enp1s0")
    return leased() and re.search(r"inet6 2001:db8:\S+ .*dynamic", text) and given_routes()


# Prints what DHCP clients say to the server: the message's type and the client's address.
LISTENER = """
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x800))
s.bind(("peer0", 0x800))
print("listening", flush=True)
while True:
    ip = s.recv(2000)
    udp = ip[(ip[0] & 15) * 4:]
    if ip[9] != 17 or udp[2:4] != b"\\0\\x43":
        continue
    options = udp[8 + 240:]
    while options and options[0] not in (53, 255):
        options = options[1:] if options[0] == 0 else options[2 + options[1]:]
    print(options[2], socket.inet_ntoa(udp[20:24]), flush=True)
"""


@contextlib.contextmanager
def heard_by_server():
    """What DHCP clients say meanwhile: lines come to be in the list."""
    lines = []
    listener = subprocess.Popen(["ip", "netns", "exec", "peer", sys.executable, "-c", LISTENER], stdout=subprocess.PIPE, text=True)
    assert listener.stdout.readline() == "listening\n"
    thread = threading.Thread(target=lambda: lines.extend(line.split() for line in listener.stdout))
    thread.start()
    try:
        yield lines
    finally:
        listener.terminate()
        thread.join()
        listener.wait()


def expect(answer, outcome, **more):
    for key, value in {"outcome": outcome, **more}.items():
        assert answer.get(key) == value, f"{key}: {answer}"


def test_lease_to_static(prover):
    """The same address: networkd gives the lease back, and nothing of it is left."""
    wait(both_leased, "leases")
    address = leased()
    settings = card(v4=fixed(address, gateway="192.0.2.1"), v6=OFF)
    # Nothing has been done yet: what stands there is the lease's.
    expect(prove(prover, settings, msec=1000), "missing", thing="gateway", addr="192.0.2.1")
    expect(prove(prover, card(v4=fixed(address), v6=OFF), msec=1000), "leftover", thing="address", addr=address.split("/")[0])
    with heard_by_server() as heard:
        begin_proof(prover, "", settings, 15000)
        networkd("[Network]", "LinkLocalAddressing=no", *NO_V6, f"Address={address}", "Gateway=192.0.2.1")
        answer = prover.end()
        time.sleep(0.5)
    expect(answer, "holds")
    took(answer, 200, 8000)
    assert not leased() and address in run("ip", "address", "show", "enp1s0")
    assert given_routes() == [], given_routes()
    # 7 is DHCPRELEASE. networkd 252 leaves the server's number out of it, so that dnsmasq does not log it.
    assert ["7", address.split("/")[0]] in heard, heard
    assert not os.path.exists(f"/run/systemd/netif/leases/{socket.if_nametoindex('enp1s0')}")


def test_leftovers(prover):
    settings = card(v4=fixed("192.0.2.60/24", gateway="192.0.2.1"), v6=OFF)
    networkd("[Network]", "LinkLocalAddressing=no", *NO_V6, "Address=192.0.2.60/24", "Gateway=192.0.2.1")
    expect(prove(prover, settings), "holds")
    cases = [
        ("address", "192.0.2.61/24", "192.0.2.61", "address"),
        ("address", "192.0.2.62/32 valid_lft 999 preferred_lft 999", "192.0.2.62", "address"),
        ("address", "2001:db8::61/64 nodad", "2001:db8::61", "address"),
        ("route", "10.0.0.0/8 via 192.0.2.9 proto dhcp", "10.0.0.0", "route"),
        ("route", "default via 192.0.2.9 metric 5 proto dhcp", "192.0.2.9", "gateway"),
        ("route", "default via 192.0.2.9 metric 5", "192.0.2.9", "gateway"),
        ("-6 route", "2001:db8:7::/48 proto ra", "2001:db8:7::", "route"),
    ]
    for kind, what, addr, thing in cases:
        command = "route" if "route" in kind else "address"
        family = ["-6"] if "-6" in kind else []
        run("ip", *family, command, "add", *(what + " dev enp1s0").split())
        expect(prove(prover, settings, msec=1000), "leftover", thing=thing, addr=addr)
        run("ip", *family, command, "delete", *(re.sub(" valid.*| nodad", "", what) + " dev enp1s0").split())
        expect(prove(prover, settings), "holds")
    # What a program for failover adds is its own affair; so are routes of people and daemons.
    ip("address add 192.0.2.200/32 dev enp1s0", "route add 10.0.0.0/8 via 192.0.2.9", "route add 10.1.0.0/16 via 192.0.2.9 proto bird")
    expect(prove(prover, settings), "holds")
    # Unless we have set them before.
    old = card(v4=fixed("192.0.2.60/24", "192.0.2.200/32", gateway="192.0.2.1"), v6=OFF)
    expect(prove(prover, settings, old=old, msec=1000), "leftover", thing="address", addr="192.0.2.200")
    old = card(v4=fixed("192.0.2.60/24", gateway="192.0.2.3"), v6=OFF, more="\n[Route]\nDestination=10.0.0.0/8\nGateway=192.0.2.9\n")
    expect(prove(prover, settings, old=old, msec=1000), "leftover", thing="route", addr="10.0.0.0")
    ip("address delete 192.0.2.200/32 dev enp1s0", "route delete 10.0.0.0/8", "route delete 10.1.0.0/16")
    # It goes while we wait.
    ip("address add 192.0.2.61/24 dev enp1s0")
    begin_proof(prover, "", settings, 15000)
    time.sleep(1)
    assert prover.tell("result") == []
    ip("address delete 192.0.2.61/24 dev enp1s0")
    expect(prover.end(3), "holds")


def test_missing(prover):
    networkd("[Network]", "LinkLocalAddressing=no", *NO_V6, "Address=192.0.2.60/24")
    v4 = fixed("192.0.2.60/24")
    expect(prove(prover, card(v4=v4, v6=OFF)), "holds")
    expect(prove(prover, card(v4=fixed("192.0.2.60/25"), v6=OFF), msec=1000), "missing", thing="address", addr="192.0.2.60")
    expect(prove(prover, card(v4=fixed("192.0.2.60/24", "192.0.2.61/24"), v6=OFF), msec=1000), "missing", addr="192.0.2.61")
    expect(prove(prover, card(v4=fixed("192.0.2.60/24", gateway="192.0.2.1"), v6=OFF), msec=1000), "missing", thing="gateway",
           addr="192.0.2.1")
    expect(prove(prover, card(v4=v4, v6=OFF, link="MTUBytes=1400\n"), msec=1000), "missing", thing="mtu")
    route = "\n[Route]\nDestination=10.7.0.0/16\nGateway=192.0.2.9\n"
    expect(prove(prover, card(v4=v4, v6=OFF, more=route), msec=1000), "missing", thing="route", addr="10.7.0.0")
    route6 = "\n[Route]\nDestination=2001:db8:7::/48\nMetric=77\n"
    begin_proof(prover, "", card(v4=v4, v6=OFF, link="MTUBytes=1400\n", more=route + route6), 15000)
    networkd("[Link]", "MTUBytes=1400", "[Network]", "LinkLocalAddressing=ipv6", *NO_V6, "Address=192.0.2.60/24",
             "[Route]", "Destination=10.7.0.0/16", "Gateway=192.0.2.9", "[Route]", "Destination=2001:db8:7::/48", "Metric=77")
    expect(prover.end(), "holds")
    ip("link set enp1s0 mtu 1500")


def test_duplicate(prover):
    with addresses("2001:db8::66/64"):
        begin_proof(prover, "", card(v4=OFF, v6=fixed("2001:db8::65/64", "2001:db8::66/64")), 15000)
        networkd("[Network]", *NO_V6, "Address=2001:db8::65/64", "Address=2001:db8::66/64")
        answer = prover.end()
        expect(answer, "duplicate", addr="2001:db8::66", link="enp1s0")
        took(answer, 0, 6000)


def test_static_to_dhcp(prover):
    networkd("[Network]", "LinkLocalAddressing=no", *NO_V6, "Address=192.0.2.60/24", "Gateway=192.0.2.1")
    old = card(v4=fixed("192.0.2.60/24", gateway="192.0.2.1"), v6=OFF)
    expect(prove(prover, old), "holds")
    expect(prove(prover, card(), old=old, msec=1000), "leftover")
    begin_proof(prover, old, card(), 15000)
    networkd()
    expect(prover.end(), "holds")
    assert leased()


def test_no_lease(prover):
    """Nobody gives leases at the end of the second cable."""
    answer = prove(prover, card("enp2s0"), msec=6000)
    expect(answer, "no-lease", link="enp2s0")
    took(answer, 5900, 7000)


def test_no_cable(prover):
    peer("link set peer1 down")
    answer = prove(prover, card("enp2s0", v4=fixed("198.51.100.9/24"), v6=OFF))
    peer("link set peer1 up")
    expect(answer, "no-cable", link="enp2s0")
    took(answer, 3900, 5500)


def test_no_link(prover):
    answer = prove(prover, card("nosuchlink"))
    expect(answer, "no-link", link="nosuchlink")
    took(answer, 0, 300)
    with cable("address add 198.18.0.1/24 dev t1"):
        begin_proof(prover, "", card("t0", v4=fixed("198.18.0.2/24"), v6=OFF), 15000)
        time.sleep(0.5)
        assert prover.tell("result") == []
    answer = prover.end()
    expect(answer, "no-link", link="t0")
    took(answer, 400, 5000)


def test_several_links(prover):
    """Links whose settings are the same are left out; of the others the worst is told."""
    same = card("enp2s0", v4=fixed("198.51.100.9/24"), v6=OFF)
    begin_proof(prover, same, card(), 10000)
    expect(prover.end(), "holds")
    expect(prove(prover, card() + same, msec=2000), "missing", link="enp2s0", addr="198.51.100.9")
    expect(prove(prover, card() + same, old=same, msec=10000), "holds")


def test_removed_device(prover):
    """A VLAN of the settings before that is still there. (This kernel makes none: a bridge has its name.)"""
    old = "\n[Link]\nName=v7\nKind=vlan\nId=7\nPort=enp1s0\n\n[IPv4]\nMethod=off\n\n[IPv6]\nMethod=off\n"
    expect(prove(prover, card(), old=old), "holds")
    ip("link add v7 type bridge")
    expect(prove(prover, card(), old=old, msec=1000), "leftover", thing="device", link="v7")
    expect(prove(prover, card() + old, old=card(), msec=1000), "missing", thing="device", link="v7")
    begin_proof(prover, old, card(), 5000)
    ip("link delete v7")
    expect(prover.end(), "holds")


def main():
    options = enter(lambda build: sandbox("--no-install", "--dhcp", "--web"))
    Prover.find(options.build, "test-proof")

    def lease():
        networkd()
        wait(leased, "a lease")

    return run_tests(Prover, globals(), options.tests, before=lease)


if __name__ == "__main__":
    sys.exit(main())
