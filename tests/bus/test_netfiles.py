#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The files of tests/unit/netfiles.txt, read by a real systemd-networkd inside of tests/lib/sandbox --dhcp.

usage: tests/lib/sandbox --dhcp -- test_netfiles.py [TEST...]

Every file is read without a complaint, and the settings that this kernel can follow come into force.
"""

import glob
import json
import os
import re
import subprocess
import sys
import time
import traceback

CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../unit/netfiles.txt")
NETWORK = "/etc/systemd/network/"
MAC = "52:54:00:12:34:56"


def cases():
    """Each case as (name, {file name: text})."""
    with open(CASES, encoding="ascii") as file:
        text = file.read()
    for case in text.removeprefix("### ").split("\n\n### "):
        name, rest = case.split("\n", 1)
        files = {}
        for part in rest.split("\n=>\n-- ", 1)[1].split("\n-- "):
            file_name, body = part.split("\n", 1)
            files["05-firstboot-" + file_name] = body + "\n"
        yield name, files


def log(name):
    with open(f"/run/{name}.log", encoding="utf-8", errors="replace") as file:
        return file.read()


def wait(what, condition, seconds=15):
    """Wait until condition holds. networkd 252 can lose a lease, or stand still, where a reload comes in the midst of setting
    up: the card is then set up again once, as firstbootd does."""
    end, again = time.monotonic() + seconds, time.monotonic() + seconds / 2
    while not condition():
        now = time.monotonic()
        assert now < end, f"{what} does not come:\n{state()}"
        if now > again:
            again = end
            print(f"     {what}: set up again", flush=True)
            subprocess.run(["networkctl", "reconfigure", "enp1s0"], check=True)
        time.sleep(0.05)


def state():
    return subprocess.run("ip address; ip route; ip -6 route; tail -n 20 /run/networkd.log", shell=True, text=True,
                          stdout=subprocess.PIPE, check=False).stdout


def load(files):
    """Let networkd have these files alone, and return what it says while it reads them."""
    for path in glob.glob(NETWORK + "*"):
        os.unlink(path)
    for name, text in files.items():
        with open(NETWORK + name, "w", encoding="ascii") as file:
            file.write(text)
    before = len(log("networkd"))
    subprocess.run(["networkctl", "reload"], check=True)
    return log("networkd")[before:]


def complaints(said):
    """The lines that are about what stands in a file."""
    return [line for line in said.splitlines() if NETWORK in line and "onfiguring with" not in line]


def case(name):
    return next(files for found, files in cases() if found == name)


def ip_json(*arguments):
    out = subprocess.run(["ip", "-json", *arguments], text=True, check=True, stdout=subprocess.PIPE).stdout
    return [entry for entry in json.loads(out or "[]") if entry]


def addresses(ifname, family):
    return {f"{a['local']}/{a['prefixlen']}" for link in ip_json("address", "show", "dev", ifname) for a in link["addr_info"]
            if a["family"] == family and a["scope"] == "global" and not a.get("tentative")}


def routes(*arguments):
    return {(r["dst"], r.get("gateway"), r.get("metric")) for r in ip_json(*arguments, "route", "show", "dev", "enp1s0")}


def link_state(key):
    """What networkd tells systemd-resolved and systemd-timesyncd of enp1s0."""
    with open(f"/run/systemd/netif/links/{ip_json('link', 'show', 'dev', 'enp1s0')[0]['ifindex']}", encoding="ascii") as file:
        for line in file:
            if line.startswith(key + "="):
                return line.strip().split("=", 1)[1].split()
    return []


def test_understood():
    """No key, value or section that networkd does not know; one that it does not know is noticed."""
    said = load({"05-firstboot-enp1s0.network": "[Match]\nName=enp1s0\n[Network]\nColour=red\n"})
    assert len(complaints(said)) == 1, said
    n = 0
    for name, files in cases():
        said = load(files)
        assert not complaints(said), f"{name}:\n{said}"
        n += len(files)
    assert n > 20, n
    # Where the kernel has no VLANs the card has failed, and networkd sets up no such card by a reload.
    load({})
    subprocess.run(["networkctl", "reconfigure", "enp1s0", "enp2s0"], check=True)


def test_fixed():
    """Addresses, routes and the MTU are in the kernel."""
    subprocess.run(["ip", "-n", "peer", "link", "set", "peer0", "mtu", "9000"], check=True)
    load(case("both fixed, with routes and an MTU"))
    wait("IPv4", lambda: addresses("enp1s0", "inet") == {"192.0.2.10/24", "198.51.100.1/31"})
    wait("IPv6", lambda: addresses("enp1s0", "inet6") == {"2001:db8::10/64"})
    wait("routes", lambda: {("default", "192.0.2.1", None), ("10.0.0.0/8", "192.0.2.2", 50), ("203.0.113.7", None, None)} <=
         {(d, g, m if m == 50 else None) for d, g, m in routes()})
    wait("IPv6 routes", lambda: {("default", "fe80::1"), ("2001:db8:1::/48", "2001:db8::2")} <=
         {(d, g) for d, g, _ in routes("-6")})
    assert ip_json("link", "show", "dev", "enp1s0")[0]["mtu"] == 9000, state()


def test_onlink():
    """A gateway that no address covers."""
    load(case("a gateway on-link"))
    wait("route", lambda: ("default", "203.0.113.1") in {(d, g) for d, g, _ in routes()})
    assert addresses("enp1s0", "inet") == {"192.0.2.10/32"}, state()
    assert addresses("enp1s0", "inet6") == set(), state()


def test_two_gateways():
    """Two links with a gateway have a default route each, and the second one comes after the first."""
    load(case("gateways on two links"))
    for option, first, second in (("-4", "enp1s0", "enp2s0"), ("-6", "enp1s0", "enp2s0")):
        wait("routes", lambda option=option: len(ip_json(option, "route", "show", "default")) == 2)
        found = sorted(ip_json(option, "route", "show", "default"), key=lambda r: r.get("metric", 0))
        assert [r.get("dev") for r in found] == [first, second], found
        assert found[1]["metric"] == 2049, found


def test_servers():
    """Own servers stand in for those of the lease."""
    load(case("IPv4 only, by DHCP, own servers"))
    wait("lease", lambda: addresses("enp1s0", "inet"))
    wait("name server", lambda: link_state("DNS") == ["192.0.2.53"])
    assert link_state("NTP") == ["192.0.2.123"], link_state("NTP")


def test_identity():
    """The MAC is what a DHCP server gets to know, and no hostname."""
    def lease():
        """The server's note of the address that it has given last, not of those of earlier tests."""
        address = re.findall(r"DHCPACK\(\S+\) (\S+)", log("dnsmasq")[before:])[-1]
        with open("/run/dnsmasq.leases", encoding="ascii") as file:
            return next(line for line in file if f" {address} " in line)

    subprocess.run(["hostname", "appliance01"], check=True)
    try:
        before = len(log("dnsmasq"))
        load(case("all automatic"))
        wait("lease", lambda: addresses("enp1s0", "inet") and "DHCPACK" in log("dnsmasq")[before:])
        assert any("appliance01" in line for line in log("dnsmasq")[before:].splitlines()), log("dnsmasq")[before:]
        assert f" 01:{MAC}" not in lease(), lease()
        before = len(log("dnsmasq"))
        load(case("DHCP of both, by MAC, without hostname"))
        wait("lease", lambda: "DHCPACK" in log("dnsmasq")[before:])
        wait("address", lambda: addresses("enp1s0", "inet"))
        assert f" 01:{MAC}" in lease(), lease()
        assert "appliance01" not in log("dnsmasq")[before:], log("dnsmasq")[before:]
    finally:
        subprocess.run(["hostname", "localhost"], check=True)


def test_dhcp6():
    """DHCPv6 asks for an address although the router does not say so, and none is made of its prefix."""
    before = len(log("dnsmasq"))
    load(case("DHCPv6 whatever the routers say"))
    wait("question", lambda: "DHCPSOLICIT" in log("dnsmasq")[before:])
    wait("router", lambda: any(d == "default" for d, _, _ in routes("-6")), 30)
    assert addresses("enp1s0", "inet6") == set(), state()
    assert addresses("enp1s0", "inet") == set(), state()


def test_bare():
    """A card without addresses is up, as the parent of a VLAN and the port of a bond must be."""
    load(case("both fixed, with routes and an MTU"))
    wait("IPv4", lambda: addresses("enp1s0", "inet"))
    load(case("no addresses at all"))
    wait("no address", lambda: not ip_json("address", "show", "dev", "enp1s0")[0]["addr_info"])
    wait("end", lambda: link_state("ADMIN_STATE") == ["configured"])
    assert "UP" in ip_json("link", "show", "dev", "enp1s0")[0]["flags"], state()


def main():
    named = {name: test for name, test in globals().items() if name.startswith("test_")}
    wanted = sys.argv[1:] or list(named)
    failed = 0
    for name in wanted:
        began = time.monotonic()
        try:
            named[name]()
            print(f"ok   {name} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            traceback.print_exc()
            print(f"FAIL {name}", flush=True)
    print(f"{len(wanted) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
