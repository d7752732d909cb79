#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The tables of links, addresses and default routes against the kernel, in a network namespace of its own.

usage: test_netlink.py [--build DIR] [TEST...]

After each test all tables must be what ip(8) says.
"""

import functools
import json
import os
import socket
import subprocess
import sys
import time

import driver
from driver import Driver, enter, ip, run_tests

wait = functools.partial(driver.wait, seconds=10, pause=0.01)
LOWER_UP = 0x10000
PERMANENT = 0x80
PROTOCOLS = {"boot": 3, "static": 4, "ra": 9, "dhcp": 16}


def ip_json(*arguments):
    """Ask ip(8)."""
    out = subprocess.run(["ip", "-json", *arguments], text=True, check=True, stdout=subprocess.PIPE).stdout
    return [entry for entry in json.loads(out or "[]") if entry]


class Watcher(Driver):
    """A running test-netlink."""

    def __init__(self):
        # Where the address sanitizer is built in, it would keep what was freed.
        super().__init__(ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=0:thread_local_quarantine_size_kb=0")
        self.ask("changes")

    def ask(self, question):
        return [line.split() for line in self.tell(question)]

    def links(self):
        rows = self.ask("links")
        assert [int(r[0]) for r in rows] == sorted(int(r[0]) for r in rows), "links are not in order"
        return {r[1]: dict(index=int(r[0]), kind=r[2], master=int(r[3]), mtu=int(r[4]), flags=int(r[5], 16),
                           mac=r[6] if len(r) > 7 else "", customers=r[-1] == "1") for r in rows}

    def addresses(self):
        return [dict(index=int(r[0]), ip=r[1], flags=int(r[2], 16), valid=int(r[3]), kind=r[4], usable=r[4] == "usable")
                for r in self.ask("addresses")]

    def routes(self):
        return [(int(r[0]), r[1], int(r[2])) for r in self.ask("routes")]

    def set_routes(self):
        return [(int(r[0]), r[1], r[2], int(r[3]), int(r[4])) for r in self.ask("set-routes")]

    def changes(self):
        return int(self.ask("changes")[0][0])

    def address(self, text):
        return next((a for a in self.addresses() if a["ip"] == text), None)

    def kinds(self):
        return {a["ip"]: a["kind"] for a in self.addresses()}

    def drops(self):
        """How many messages the kernel threw away because this program's socket was full."""
        inodes = set()
        for fd in os.listdir(f"/proc/{self.process.pid}/fd"):
            inodes.add(os.readlink(f"/proc/{self.process.pid}/fd/{fd}").removeprefix("socket:[").removesuffix("]"))
        with open("/proc/net/netlink") as table:
            next(table)
            return sum(int(row[8]) for row in map(str.split, table) if row[9] in inodes)

    def wake_ups(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("voluntary_ctxt"))

    def memory(self):
        with open(f"/proc/{self.process.pid}/smaps_rollup") as rollup:
            return next(int(line.split()[1]) for line in rollup if line.startswith("Private_Dirty"))


def whole(prefix):
    """A prefix with its length, which ip(8) leaves out for a single host."""
    return prefix if "/" in prefix else f"{prefix}/{128 if ':' in prefix else 32}"


def difference(watcher):
    """Where the tables are not what ip(8) says, or None."""
    links = ip_json("-details", "link", "show")
    index = {link["ifname"]: link["ifindex"] for link in links}
    wanted = {link["ifname"]: (link["ifindex"], link.get("linkinfo", {}).get("info_kind", "-"), index.get(link.get("master"), 0),
                               link["mtu"], "UP" in link["flags"], "LOWER_UP" in link["flags"]) for link in links}
    seen = {name: (link["index"], link["kind"], link["master"], link["mtu"], bool(link["flags"] & 1),
                   bool(link["flags"] & LOWER_UP)) for name, link in watcher.links().items()}
    if wanted != seen:
        return f"links: {set(wanted.items()) ^ set(seen.items())}"
    wanted = [(link["ifindex"], f"{a['local']}/{a['prefixlen']}", a.get("dynamic", False), a.get("tentative", False))
              for link in sorted(ip_json("address", "show"), key=lambda l: l["ifindex"]) for a in link["addr_info"]]
    seen = [(a["index"], a["ip"], not a["flags"] & PERMANENT, bool(a["flags"] & 0x40)) for a in watcher.addresses()]
    # A tentative address has a lifetime for ip(8) only if it has one, but is not permanent yet.
    wanted = sorted((i, a, d or t, t) for i, a, d, t in wanted)
    if wanted != sorted((i, a, d or t, t) for i, a, d, t in seen):
        return f"addresses: {set(wanted) ^ set(seen)}"
    wanted = sorted((index[r["dev"]], r.get("gateway", "-"), r.get("metric", 0))
                    for r in ip_json("route", "show", "default") + ip_json("-6", "route", "show", "default"))
    if wanted != sorted(watcher.routes()):
        return f"routes: {wanted} {watcher.routes()}"
    everywhere = {4: "0.0.0.0/0", 6: "::/0"}
    wanted = sorted((index[r["dev"]], everywhere[version] if r["dst"] == "default" else whole(r["dst"]), r.get("gateway", "-"),
                     r.get("metric", 0), PROTOCOLS[r.get("protocol", "boot")])
                    for version in (4, 6) for r in ip_json(f"-{version}", "route", "show")
                    if r.get("protocol", "boot") in PROTOCOLS and "type" not in r)
    if wanted != sorted(watcher.set_routes()):
        return f"routes that were set: {wanted} {watcher.set_routes()}"
    return None


def wait_same(watcher, seconds=10):
    """Wait until the tables are what ip(8) says."""
    end = time.monotonic() + seconds
    while found := difference(watcher):
        assert time.monotonic() < end, found[:2000]
        time.sleep(0.05)


def plug(name):
    """A cable: NAME here, NAME-far at its other end."""
    ip(f"link add {name} type veth peer name {name}-far", f"link set {name} up", f"link set {name}-far up")


def test_links_come_and_go(watcher):
    assert "eth0" not in watcher.links()
    ip("link add eth0 address 52:54:00:aa:bb:cc type veth peer name far")
    wait(lambda: "eth0" in watcher.links(), "eth0")
    assert watcher.links()["eth0"]["kind"] == "veth"
    assert watcher.links()["eth0"]["mac"] == "52:54:00:aa:bb:cc"
    ip("link set far up", "link set eth0 up", "address add 192.0.2.10/24 dev eth0")
    wait(lambda: watcher.address("192.0.2.10/24"), "the address")
    ip("link delete eth0")
    wait(lambda: "eth0" not in watcher.links() and not watcher.address("192.0.2.10/24"), "removal")


def test_a_link_changes(watcher):
    plug("eth0")
    ip("link set eth0 mtu 1400", "link set eth0 address 52:54:00:00:00:01")
    wait(lambda: watcher.links()["eth0"]["mtu"] == 1400, "the MTU")
    wait(lambda: watcher.links()["eth0"]["mac"] == "52:54:00:00:00:01", "the MAC address")
    index = watcher.links()["eth0"]["index"]
    ip("link set eth0 down", "link set eth0 name enp1s0", "link set enp1s0 up")
    wait(lambda: watcher.links().get("enp1s0", {}).get("index") == index, "the new name")
    assert "eth0" not in watcher.links()
    ip("link delete enp1s0")


def test_carrier(watcher):
    plug("eth0")
    ip("address add 192.0.2.10/24 dev eth0")
    wait(lambda: watcher.links()["eth0"]["flags"] & LOWER_UP, "carrier")
    wait(lambda: watcher.address("192.0.2.10/24")["usable"], "a usable address")
    ip("link set eth0-far down")
    wait(lambda: not watcher.links()["eth0"]["flags"] & LOWER_UP, "loss of carrier")
    assert not watcher.address("192.0.2.10/24")["usable"]
    ip("link set eth0-far up")
    wait(lambda: watcher.address("192.0.2.10/24")["usable"], "the address again")
    ip("link delete eth0")


def test_routes_that_were_set(watcher):
    plug("eth0")
    plug("eth1")
    ip("address add 192.0.2.10/24 dev eth0", "address add 2001:db8::10/64 dev eth0 nodad",
       "address add 198.51.100.10/24 dev eth1",
       "route add 203.0.113.0/24 via 192.0.2.1 proto static metric 7", "route add 203.0.113.9 dev eth0 proto dhcp src 192.0.2.10",
       "route add default via 192.0.2.1 proto dhcp metric 1024", "route add 10.0.0.0/8 via 192.0.2.2",
       "route add 10.1.0.0/16 via 198.51.100.1 proto bird", "route add 10.2.0.0/16 via 198.51.100.1 proto zebra",
       "route add 10.3.0.0/16 via 198.51.100.1 table 7", "route add blackhole 10.4.0.0/16",
       "route add 2001:db8:7::/48 via 2001:db8::1 proto ra", "route add default via 2001:db8::2 proto static")
    wait(lambda: len(watcher.set_routes()) == 6, "six routes")
    wait_same(watcher)
    assert [r[1:] for r in watcher.set_routes()] == [
        ("0.0.0.0/0", "192.0.2.1", 1024, 16), ("10.0.0.0/8", "192.0.2.2", 0, 3), ("203.0.113.0/24", "192.0.2.1", 7, 4),
        ("203.0.113.9/32", "-", 0, 16), ("::/0", "2001:db8::2", 1024, 4), ("2001:db8:7::/48", "2001:db8::1", 1024, 9)], \
        watcher.set_routes()
    ip("route replace 203.0.113.0/24 via 192.0.2.3 proto static metric 7", "route delete 203.0.113.9")
    wait(lambda: any(r[2] == "192.0.2.3" for r in watcher.set_routes()) and len(watcher.set_routes()) == 5, "another gateway")
    # Routes go with the address that they need, and with their link, without a word.
    ip("address delete 192.0.2.10/24 dev eth0")
    wait(lambda: {r[1] for r in watcher.set_routes()} == {"::/0", "2001:db8:7::/48"}, "no IPv4 routes")
    ip("link delete eth0", "link delete eth1")
    wait(lambda: watcher.set_routes() == [], "no routes")


def test_many_routes_of_a_daemon(watcher):
    plug("eth0")
    ip("address add 192.0.2.10/24 dev eth0")
    wait_same(watcher)
    before = watcher.changes()
    ip(*(f"route add 10.{i // 250}.{i % 250}.0/24 via 192.0.2.1 proto bird" for i in range(5000)))
    wait_same(watcher)
    assert watcher.set_routes() == [] and watcher.changes() == before, "routes of a daemon were announced"
    ip("link delete eth0")


def test_which_links_are_customers(watcher):
    plug("eth0")
    plug("eth1")
    ip("link add br0 type bridge", "link add docker0 type bridge", "link add br-0123456789ab type bridge",
       "link set eth1 master br0", "tuntap add tun0 mode tun", "tuntap add tap0 mode tap", "link add ifb0 type ifb")
    wait(lambda: watcher.links()["eth1"]["master"] == watcher.links()["br0"]["index"], "the master")
    customers = {name for name, link in watcher.links().items() if link["customers"]}
    assert customers == {"eth0", "eth0-far", "eth1-far", "br0"}, customers
    ip("link set eth1 nomaster")
    wait(lambda: watcher.links()["eth1"]["customers"], "eth1 on its own")
    ip("link delete eth0", "link delete eth1", "link delete br0", "link delete docker0", "link delete br-0123456789ab",
       "link delete tun0", "link delete tap0", "link delete ifb0")


def test_which_bridges_are_customers(watcher):
    plug("enp1s0")
    ip("link add empty type bridge", "link add outside type bridge", "link add inside type bridge", "link add both type bridge",
       "link add uplink type bridge", "link set enp1s0 master outside", "link add veth0a1b2c3 type veth peer name guest0",
       "link add vethffff000 type veth peer name guest1", "link add enp2s0 type veth peer name far2", "tuntap add vnet0 mode tap",
       "link add vethuplink type veth peer name far3")
    ip("link set veth0a1b2c3 master inside", "link set vnet0 master inside", "link set vethffff000 master both",
       "link set enp2s0 master both", "link set vethuplink master uplink")
    for i, bridge in enumerate(("empty", "outside", "inside", "both", "uplink")):
        ip(f"link set {bridge} up", f"address add 10.9.{i}.1/24 dev {bridge}")
    ip("link set veth0a1b2c3 up", "link set guest0 up", "link set vethuplink up", "link set far3 up", "route add default via 10.9.4.2")
    wait_same(watcher)
    bridges = {name for name, link in watcher.links().items() if link["customers"] and link["kind"] == "bridge"}
    assert bridges == {"outside", "both", "uplink"}, bridges
    kinds = watcher.kinds()
    assert kinds["10.9.0.1/24"] == kinds["10.9.2.1/24"] == "container", kinds
    # One that a person has made for guests, too, leads outside.
    assert kinds["10.9.1.1/24"] == kinds["10.9.4.1/24"] == "usable", kinds
    assert kinds["10.9.3.1/24"] == "down", kinds
    ip("link set enp2s0 up", "link set far2 up")
    wait(lambda: watcher.kinds()["10.9.3.1/24"] == "usable", "the uplink's carrier")
    ip("link set enp2s0 nomaster")
    wait(lambda: watcher.kinds()["10.9.3.1/24"] == "container", "a bridge without an uplink")
    ip("route delete default")
    wait(lambda: watcher.kinds()["10.9.4.1/24"] == "container", "a bridge without a default route")
    ip(*(f"link delete {name}" for name in ("empty", "outside", "inside", "both", "uplink", "enp1s0", "enp2s0", "guest0", "guest1",
                                            "far3", "vnet0")))


def advertise(interface, prefix):
    """What a router would multicast there (RFC 4861, 4.2 and 4.6.2): this network, of which addresses are made."""
    header = bytes([134, 0, 0, 0, 64, 0]) + (1800).to_bytes(2, "big") + bytes(8)
    option = bytes([3, 4, 64, 0xc0]) + (3600).to_bytes(4, "big") + (1800).to_bytes(4, "big") + bytes(4)
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as s:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        s.sendto(header + option + socket.inet_pton(socket.AF_INET6, prefix),
                 ("ff02::1", 0, 0, socket.if_nametoindex(interface)))


def test_what_kind_of_address(watcher):
    plug("eth0")
    for name, value in ("accept_ra", 2), ("accept_ra_from_local", 1), ("use_tempaddr", 2):
        with open(f"/proc/sys/net/ipv6/conf/eth0/{name}", "w", encoding="ascii") as f:
            f.write(str(value))
    ip("address add 192.0.2.10/24 dev eth0 valid_lft 600 preferred_lft 600", "address add 169.254.3.4/16 dev eth0 scope link",
       "address add 169.254.3.5/32 dev eth0", "address add 10.8.0.1/24 dev eth0 scope host",
       "address add 10.8.1.1/24 dev eth0 scope site",
       # A rival has it already.
       "address add 2001:db8::99/64 dev eth0-far nodad", "tuntap add tun0 mode tun", "link set tun0 up",
       "address add 10.10.0.1/24 dev tun0", "link add docker0 type bridge", "link set docker0 up",
       "address add 172.17.0.1/16 dev docker0", "address add 127.0.0.9/8 dev lo")
    wait(lambda: any(a.startswith("fe80::") for a in watcher.kinds()), "a link-local address")
    wait(lambda: all(kind != "tentative" for kind in watcher.kinds().values()), "all to be checked")
    ip("address add 2001:db8::99/64 dev eth0", "address add 2001:db8::98/64 dev eth0")
    wait(lambda: watcher.kinds().get("2001:db8::98/64") == "tentative", "a check to be under way")
    wait(lambda: watcher.kinds().get("2001:db8::99/64") == "duplicate", "the rival to be found")
    wait(lambda: watcher.kinds().get("2001:db8::98/64") == "usable", "the end of the check")
    expected = {"192.0.2.10/24": "usable", "169.254.3.4/16": "link-local", "169.254.3.5/32": "link-local",
                "10.8.0.1/24": "loopback", "10.8.1.1/24": "internal", "10.10.0.1/24": "vpn", "172.17.0.1/16": "container",
                "127.0.0.9/8": "loopback"}
    kinds = watcher.kinds()
    assert {a: kinds[a] for a in expected} == expected, kinds
    ip("address change 192.0.2.10/24 dev eth0 valid_lft 600 preferred_lft 0")
    wait(lambda: watcher.kinds()["192.0.2.10/24"] == "deprecated", "a deprecated lease")
    advertise("eth0-far", "2001:db8:5::")
    wait(lambda: {k for a, k in watcher.kinds().items() if a.startswith("2001:db8:5:")} == {"temporary", "usable"},
         "a temporary address beside one that lasts")
    ip("link set eth0-far down")
    wait(lambda: watcher.kinds()["2001:db8::98/64"] == "down" and watcher.kinds()["192.0.2.10/24"] == "deprecated", "no carrier")
    ip("link delete eth0", "link delete tun0", "link delete docker0", "address delete 127.0.0.9/8 dev lo")


def test_which_addresses_are_usable(watcher):
    plug("eth0")
    ip("address add 192.0.2.10/24 dev eth0", "address add 192.0.2.11/24 dev eth0", "address add 169.254.3.4/16 dev eth0",
       "address add 2001:db8::10/64 dev eth0 nodad", "address add 2001:db8::11/64 dev eth0 nodad preferred_lft 0",
       "address add 127.0.0.9/8 dev lo")
    wait_same(watcher)
    usable = {a["ip"] for a in watcher.addresses() if a["usable"]}
    # The second IPv4 address of a network carries the bit that means "temporary" in IPv6.
    assert usable == {"192.0.2.10/24", "192.0.2.11/24", "2001:db8::10/64"}, usable
    ip("link delete eth0", "address delete 127.0.0.9/8 dev lo")


def test_tentative_address(watcher):
    plug("eth0")
    ip("address add 2001:db8::12/64 dev eth0")
    wait(lambda: watcher.address("2001:db8::12/64"), "the address")
    wait(lambda: watcher.address("2001:db8::12/64")["usable"], "the end of duplicate address detection")
    ip("link delete eth0")


def test_a_renewed_lease_changes_nothing(watcher):
    plug("eth0")
    ip("address add 192.0.2.10/24 dev eth0 valid_lft 600 preferred_lft 600")
    wait(lambda: watcher.address("192.0.2.10/24"), "the address")
    time.sleep(2.5)  # until the kernel has said all it has to say of the new link
    before = watcher.changes()
    ip("address change 192.0.2.10/24 dev eth0 valid_lft 1200 preferred_lft 1200")
    wait(lambda: watcher.address("192.0.2.10/24")["valid"] > 1100, "the new lifetime")
    assert watcher.changes() == before, "a repaint for nothing"
    ip("address change 192.0.2.10/24 dev eth0 valid_lft forever preferred_lft forever")
    wait(lambda: watcher.address("192.0.2.10/24")["flags"] & PERMANENT, "a permanent address")
    assert watcher.changes() > before
    ip("link delete eth0")


def test_default_routes(watcher):
    plug("eth0")
    plug("eth1")
    ip("address add 192.0.2.10/24 dev eth0", "address add 198.51.100.10/24 dev eth1",
       "address add 2001:db8::10/64 dev eth0 nodad",
       "route add default via 192.0.2.1", "route add default via 198.51.100.1 metric 5",
       "route add default via 2001:db8::1", "route add 203.0.113.0/24 via 192.0.2.1",
       "route add default via 192.0.2.7 table 100", "route add unreachable default metric 9000")
    wait(lambda: len(watcher.routes()) == 3, "three routes")
    links = watcher.links()
    assert (links["eth0"]["index"], "192.0.2.1", 0) in watcher.routes()
    assert (links["eth1"]["index"], "198.51.100.1", 5) in watcher.routes()
    ip("route replace default via 192.0.2.2")
    wait(lambda: (links["eth0"]["index"], "192.0.2.2", 0) in watcher.routes(), "the other gateway")
    assert len(watcher.routes()) == 3
    ip("link set eth0 down")  # the kernel removes the IPv4 route without telling
    wait(lambda: watcher.routes() == [(links["eth1"]["index"], "198.51.100.1", 5)], "loss of the routes")
    ip("address delete 198.51.100.10/24 dev eth1")
    wait(lambda: watcher.routes() == [], "loss of the last route")
    ip("route delete unreachable default metric 9000", "link delete eth0", "link delete eth1")


def test_burst_of_changes(watcher):
    plug("eth0")
    before = watcher.memory()
    for _ in range(3):
        ip(*(f"address add 10.{i // 250}.{i % 250}.1/24 dev eth0" for i in range(1000)))
        wait(lambda: len([a for a in watcher.addresses() if a["ip"].startswith("10.")]) == 1000, "1000 addresses")
        ip(*(f"address delete 10.{i // 250}.{i % 250}.1/24 dev eth0" for i in range(1000)))
        wait(lambda: not [a for a in watcher.addresses() if a["ip"].startswith("10.")], "none of them")
    assert watcher.memory() - before < 1024, f"{before} kB have become {watcher.memory()} kB"
    ip("link delete eth0")


def test_overrun(watcher):
    plug("eth0")
    watcher.ask("shrink")
    watcher.ask("deaf")
    ip(*(f"address add 10.{i // 250}.{i % 250}.1/24 dev eth0" for i in range(1500)))
    ip("link set eth0 mtu 1300", "route add default via 10.1.1.2")
    assert watcher.drops() > 0, "the socket did not overflow: nothing was tested"
    watcher.process.stdin.write("\n")
    while watcher.process.stdout.readline() != ".\n":
        pass
    wait_same(watcher)
    assert len(watcher.addresses()) >= 1500
    ip("address add 192.0.2.99/24 dev eth0")
    wait(lambda: watcher.address("192.0.2.99/24"), "an event after the overrun")
    ip("link delete eth0")


def test_two_thousand_links(watcher):
    ip(*(f"link add n{i} type veth peer name f{i}" for i in range(1000)))
    wait(lambda: len(watcher.links()) >= 2000, "2000 links", seconds=200)
    wait_same(watcher, 30)
    late = Watcher()
    try:
        wait_same(late, 30)
    finally:
        late.close()
    ip(*(f"link delete n{i}" for i in range(1000)))
    wait(lambda: "n999" not in watcher.links() and "f0" not in watcher.links(), "their removal", seconds=200)


def test_start_in_the_midst_of_changes(watcher):
    plug("eth0")
    lines = []
    for i in range(4000):
        lines += [f"address add 10.{i // 250}.{i % 250}.1/24 dev eth0"]
        if i % 3 == 0:
            lines += [f"address delete 10.{i // 250}.{i % 250}.1/24 dev eth0"]
    flood = subprocess.Popen(["ip", "-batch", "-"], stdin=subprocess.PIPE, text=True)
    flood.stdin.write("\n".join(lines[:200]) + "\n")
    flood.stdin.flush()
    others = []
    for start in range(200, len(lines), 500):
        flood.stdin.write("\n".join(lines[start:start + 500]) + "\n")
        flood.stdin.flush()
        others.append(Watcher())
    flood.stdin.close()
    assert flood.wait(60) == 0
    for other in others:
        wait_same(other, 30)
        other.close()
    ip("link delete eth0")


def test_silence(watcher):
    plug("eth0")
    time.sleep(4)  # IPv6 has stopped asking
    watcher.ask("changes")
    time.sleep(0.2)
    before = watcher.wake_ups()
    time.sleep(3)
    assert watcher.wake_ups() == before, "woken up by nothing"
    ip("link delete eth0")


def main():
    options = enter(lambda build: ["unshare", "--net", sys.executable])
    Watcher.find(options.build, "test-netlink")
    ip("link set lo up")

    def unplug():
        for link in ip_json("link", "show"):
            if link["ifname"] != "lo":
                subprocess.run(["ip", "link", "delete", link["ifname"]], stderr=subprocess.DEVNULL, check=False)

    return run_tests(Watcher, globals(), options.tests, after=lambda watcher: wait_same(watcher, 30), failed_too=unplug)


if __name__ == "__main__":
    sys.exit(main())
