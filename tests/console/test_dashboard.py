#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The start screen follows the kernel and says what is true."""

import json
import os
import re
import signal
import subprocess

import case
from machine import addresses, allow_ptys, claim, configure, console, ip, run, signal_dhcp, unplugged, wait_lease
from term import Term

SIZES = [(80, 24), (80, 25), (132, 43), (40, 12)]


def url(address):
    return re.escape(f"https://{address}:8443/")


def alone(address):
    """The URL with nothing before it but a label and nothing behind it."""
    return rf"^ *(enp\ds0 +)?{url(address)}$"


def test_shows_the_address_of_the_kernel():
    lease = wait_lease()
    with console() as t:
        t.wait_for(alone(lease))
        t.wait_for(rf"enp1s0 +up .*52:54:00:12:34:56 +{re.escape(lease)}/24 +automatic \(DHCP\)")
        t.wait_for(r"^ Acme Backup Appliance 4\.2 +localhost$")
        t.wait_for(r"Help +https://docs\.example\.com/$")


def test_follows_added_and_removed_addresses():
    with console() as t:
        t.wait_for("F2/2 Settings")
        ip("address", "add", "192.0.2.201/24", "dev", "enp1s0")
        t.wait_for(alone("192.0.2.201"), 1)
        t.wait_for(r"192\.0\.2\.201/24 +fixed", 1)
        ip("address", "del", "192.0.2.201/24", "dev", "enp1s0")
        t.wait_gone(r"192\.0\.2\.201", 1)


def test_follows_the_cable():
    lease = wait_lease()
    with console() as t:
        t.wait_for(alone(lease))
        with unplugged("enp1s0"):
            t.wait_for(r"enp1s0 +no cable", 1)
            t.wait_gone(url(lease), 1)
        t.wait_for(r"enp1s0 +up", 1)
        t.wait_for(alone(wait_lease()), 15)


def test_brackets_ipv6():
    with console() as t:
        t.wait_for("F2/2 Settings")
        ip("address", "add", "2001:db8::10/64", "dev", "enp1s0", "nodad")
        t.wait_for(alone("[2001:db8::10]"), 1)
        t.wait_for(r"2001:db8::10/64 +fixed", 1)
        ip("address", "del", "2001:db8::10/64", "dev", "enp1s0")
        t.wait_gone(r"2001:db8::10\b", 1)


def only(t, shown, hidden, timeout=1):
    """Wait until the one URL is there and the other is not."""
    case.until(lambda: t.read(0.02) and t.sees(alone(shown)) and not t.sees(url(hidden)), timeout)


def test_names_the_interface_with_the_default_route():
    lease = wait_lease()
    with console() as t:
        t.wait_for(alone(lease))
        ip("address", "add", "198.51.100.7/24", "dev", "enp2s0")
        t.wait_for(r"enp2s0 .*198\.51\.100\.7/24", 1)
        only(t, lease, "198.51.100.7")
        ip("-6", "route", "flush", "default")
        ip("route", "add", "default", "via", "198.51.100.1", "dev", "enp2s0", "metric", "1")
        only(t, "198.51.100.7", lease)
        ip("route", "del", "default", "via", "198.51.100.1", "dev", "enp2s0")
        only(t, lease, "198.51.100.7")
        ip("address", "del", "198.51.100.7/24", "dev", "enp2s0")
        t.wait_gone(r"198\.51\.100\.7", 1)


def test_labels_all_interfaces_where_none_has_a_default_route():
    lease = wait_lease()
    routes = ip("route", "show", "default").splitlines()
    ip("address", "add", "198.51.100.7/24", "dev", "enp2s0")
    try:
        with console() as t:
            only(t, lease, "198.51.100.7", 10)
            assert not t.sees(r"enp1s0 +https"), "one interface needs no label"
            ip("route", "flush", "default")
            ip("-6", "route", "flush", "default")
            t.wait_for(rf"^ +enp1s0 +{url(lease)}$", 1)
            t.wait_for(rf"^ +enp2s0 +{url('198.51.100.7')}$", 1)
            assert t.row_of(url(lease)) < t.row_of(url("198.51.100.7"))
    finally:
        for route in routes:
            ip("route", "add", *route.split())
        run("ip", "address", "flush", "dev", "enp2s0")


def test_names_the_advertised_interface():
    lease = wait_lease()
    dropin = "/etc/firstboot/firstboot.conf.d/90-advertised.conf"
    ip("address", "add", "198.51.100.7/24", "dev", "enp2s0")
    try:
        with console() as t:
            only(t, lease, "198.51.100.7", 10)
            configure("[Web]\nInterface=enp2s0\n", "90-advertised.conf")
            t.press("f10")
            t.wait_for("What shall be done")
            t.press("escape")
            only(t, "198.51.100.7", lease, 2)
            ip("address", "del", "198.51.100.7/24", "dev", "enp2s0")
            only(t, lease, "198.51.100.7")
            ip("address", "add", "198.51.100.8/24", "dev", "enp2s0")
            only(t, "198.51.100.8", lease, 2)
    finally:
        run("ip", "address", "flush", "dev", "enp2s0")
        if os.path.exists(dropin):
            os.unlink(dropin)


def test_follows_the_advertised_interface_of_another_console():
    lease = wait_lease()
    ip("address", "add", "198.51.100.7/24", "dev", "enp2s0")
    bus = ("busctl", "call", "org.firstboot.Firstboot1", "/org/firstboot/Firstboot1", "org.firstboot.Firstboot1")
    try:
        with console() as t:
            only(t, lease, "198.51.100.7", 10)
            run(*bus, "BeginEdit")
            t.read(1)
            configure("[Web]\nInterface=enp2s0\n", "90-advertised.conf")
            # A caller that is gone has ended to edit.
            run(*bus, "BeginEdit")
            only(t, "198.51.100.7", lease, 2)
    finally:
        run("ip", "address", "flush", "dev", "enp2s0")
        configure("", "90-advertised.conf")


def test_says_that_no_dhcp_server_answers():
    signal_dhcp("STOP")
    try:
        with console() as t:
            t.wait_for("F2/2 Settings")
            with unplugged("enp1s0"):
                t.wait_for(r"enp1s0 +no cable", 1)
            t.wait_for(r"enp1s0 is plugged in, but no DHCP server has\s+answered")
            t.wait_for(r"Press\s+F2\s+to\s+set\s+an\s+address")
            assert not t.sees("https://192"), t.text()
            signal_dhcp("CONT")
            t.wait_for(alone(wait_lease(timeout=40)), 5)
            t.wait_gone("No address", 1)
    finally:
        signal_dhcp("CONT")


def test_says_that_there_is_no_cable():
    with unplugged("enp1s0"), console() as t:
        with unplugged("enp2s0"):
            t.wait_for(r"none of the network cards has a cable")
        t.wait_gone(r"none of the network cards", 1)
    wait_lease()


def test_says_that_there_is_no_network_card():
    ip("netns", "add", "empty")
    try:
        with Term(["ip", "netns", "exec", "empty", "firstboot"]) as t:
            t.wait_for("no network card")
            assert not t.sees("https://[0-9[]"), t.text()
    finally:
        ip("netns", "del", "empty")


def test_does_not_offer_an_address_that_is_being_checked():
    """No URL before the kernel has found that nobody else has it, and at once when it has; where there is no other, the screen says so."""
    new = "2001:db8::77"
    lease = wait_lease()
    run("sysctl", "-q", "net.ipv6.conf.enp1s0.dad_transmits=5")
    try:
        with console() as t:
            t.wait_for(alone(lease))
            ip("address", "add", f"{new}/64", "dev", "enp1s0")
            t.wait_for(rf"{new}/64 +being checked", 1)
            assert not t.sees(url(f"[{new}]")), t.text()
            case.until(lambda: t.read(0.02) and "tentative" not in ip("-6", "address", "show", "dev", "enp1s0", "to", new), 10)
            t.wait_for(alone(f"[{new}]"), 1)
            ip("address", "del", f"{new}/64", "dev", "enp1s0")
            signal_dhcp("STOP")
            ip("address", "flush", "dev", "enp1s0", "scope", "global")
            ip("address", "add", f"{new}/64", "dev", "enp1s0")
            t.wait_for(rf"Checking that no other device on the network uses\s+{new}\.", 1)
            assert not t.sees("https://(?!docs)"), t.text()
            t.wait_for(alone(f"[{new}]"), 10)
            t.wait_gone("Checking", 1)
    finally:
        signal_dhcp("CONT")
        run("sysctl", "-q", "net.ipv6.conf.enp1s0.dad_transmits=1")
        run("ip", "address", "flush", "dev", "enp1s0", "scope", "global")
        run("networkctl", "reconfigure", "enp1s0")
        wait_lease(timeout=40)


def test_does_not_offer_a_duplicate_address():
    ip("-n", "peer", "address", "add", "2001:db8::99/64", "dev", "peer0", "nodad")
    ip("address", "add", "2001:db8::99/64", "dev", "enp1s0")
    try:
        with console() as t:
            t.wait_for(r"2001:db8::99/64 +used by another device")
            assert not t.sees(url("[2001:db8::99]")), t.text()
    finally:
        ip("address", "del", "2001:db8::99/64", "dev", "enp1s0")
        ip("-n", "peer", "address", "del", "2001:db8::99/64", "dev", "peer0")


def test_says_of_a_duplicate_beside_a_good_address():
    lease = wait_lease()
    ip("-n", "peer", "address", "add", "2001:db8::99/64", "dev", "peer0", "nodad")
    ip("address", "add", "2001:db8::99/64", "dev", "enp1s0")
    try:
        with console() as t:
            t.wait_for(r"Another device on the network already uses 2001:db8::99,\s+so\s+enp1s0\s+cannot\s+use\s+it\.")
            t.wait_for(alone(lease))
            ip("address", "del", "2001:db8::99/64", "dev", "enp1s0")
            t.wait_gone("Another device", 1)
    finally:
        run("ip", "-n", "peer", "address", "del", "2001:db8::99/64", "dev", "peer0")


def test_does_not_offer_an_address_that_is_being_replaced():
    ip("address", "add", "192.0.2.202/24", "dev", "enp1s0")
    try:
        with console() as t:
            t.wait_for(alone("192.0.2.202"))
            ip("address", "change", "192.0.2.202/24", "dev", "enp1s0", "valid_lft", "600", "preferred_lft", "0")
            t.wait_for(r"192\.0\.2\.202/24 +being replaced", 1)
            t.wait_gone(url("192.0.2.202"), 1)
    finally:
        ip("address", "del", "192.0.2.202/24", "dev", "enp1s0")


def test_does_not_offer_temporary_addresses():
    # A link that goes down loses its IPv6 addresses; the router is there again after this.
    ip("-n", "peer", "address", "replace", "2001:db8::1/64", "dev", "peer0", "nodad")
    dropin = "/run/systemd/network/80-dhcp.network.d/privacy.conf"
    os.makedirs(os.path.dirname(dropin), exist_ok=True)
    with open(dropin, "w", encoding="ascii") as f:
        f.write("[Network]\nIPv6PrivacyExtensions=yes\n")
    try:
        run("networkctl", "reload")
        # What is there stays as it is.
        ip("-6", "address", "flush", "dev", "enp1s0", "scope", "global")
        run("networkctl", "reconfigure", "enp1s0")
        temporary = lambda: [a["local"] for entry in json.loads(ip("-j", "-6", "address", "show", "dev", "enp1s0", "temporary"))
                             for a in entry.get("addr_info", []) if a and not a.get("tentative")]
        case.until(temporary, 30)
        with console(132, 43) as t:
            t.wait_for(alone(wait_lease()))
            t.wait_for(alone("[2001:db8::5054:ff:fe12:3456]"), 5)
            assert not any(t.sees(re.escape(a)) for a in temporary()), t.text()
    finally:
        os.unlink(dropin)
        run("networkctl", "reload")
        ip("-6", "address", "flush", "dev", "enp1s0", "scope", "global")
        run("networkctl", "reconfigure", "enp1s0")
        case.until(lambda: addresses("enp1s0", 6) and not temporary(), 30)
        wait_lease()


def test_does_not_offer_the_networks_of_containers():
    ip("netns", "add", "guest")
    for words in ("link add bridge7 type bridge", "address add 172.18.0.1/16 dev bridge7", "link set bridge7 up",
                  "link add veth1a2b3c4 type veth peer name eth0 netns guest", "link set veth1a2b3c4 master bridge7 up",
                  "-n guest link set eth0 up", "-n guest address add 172.18.0.2/16 dev eth0",
                  "link add docker0 type bridge", "address add 172.17.0.1/16 dev docker0", "link set docker0 up",
                  "tuntap add tun0 mode tun", "address add 10.8.0.2/24 dev tun0", "link set tun0 up"):
        ip(*words.split())
    try:
        run("ip", "netns", "exec", "guest", "ping", "-c1", "-W5", "172.18.0.1")
        lease = wait_lease()
        with console(132, 43) as t:
            t.wait_for(alone(lease))
            t.wait_for("enp2s0")
            assert not t.sees(r"172\.1[78]\.|10\.8\.0|bridge7|docker0|veth|tun0"), t.text()
            # A card in it, and it leads outside.
            ip("link", "set", "enp2s0", "master", "bridge7")
            t.wait_for(r"bridge7 +up .*172\.18\.0\.1/16", 2)
            assert not t.sees("enp2s0"), t.text()
            ip("link", "set", "enp2s0", "nomaster")
            t.wait_gone(r"172\.18\.", 2)
    finally:
        for link in "bridge7", "docker0", "tun0":
            ip("link", "delete", link)
        ip("netns", "delete", "guest")


def test_says_that_it_has_only_given_itself_an_address():
    signal_dhcp("STOP")
    try:
        with console() as t:
            t.wait_for("F2/2 Settings")
            with unplugged("enp1s0"):
                t.wait_for(r"enp1s0 +no cable", 1)
            ip("address", "add", "169.254.7.7/16", "dev", "enp1s0", "scope", "link")
            t.wait_for(r"has only\s+given\s+itself\s+169\.254\.7\.7,\s+because\s+no\s+DHCP\s+server\s+has\s+answered", 5)
            t.wait_for(r"169\.254\.7\.7/16 +self-assigned")
            assert not t.sees(r"https://(?!docs)"), t.text()
    finally:
        signal_dhcp("CONT")
        run("ip", "address", "del", "169.254.7.7/16", "dev", "enp1s0")
    wait_lease(timeout=40)


@case.variants(*[(*size, term) for size in SIZES for term in ("linux", "vt220", "xterm")])
def test_every_size_and_terminal(columns, rows, term):
    lease = wait_lease()
    with console(columns, rows, term) as t:
        t.wait_for(alone(lease))
        t.wait_for(r"F2/2 Settings")
        t.wait_for(r"F8/8 Log in")
        t.wait_for(r"F10/0 Restart or power off")
        # The URLs and how they are come before the interfaces.
        t.wait_for(r"enp1s0 +up" if rows >= 24 else r"enp1s0 +up|and \d more|browsers will warn")
        assert t.row_of("Acme Backup Appliance") == 0
        assert t.row_of("F10/0") == rows - 1
        assert all(len(line) <= columns for line in t.lines())


def test_follows_the_size():
    lease = wait_lease()
    with console() as t:
        t.wait_for(alone(lease))
        for columns, rows in [(40, 12), (132, 43), (80, 24)]:
            t.resize(columns, rows)
            case.until(lambda: t.read(0.05) and t.row_of("F10/0") == rows - 1 and t.sees(alone(lease)), 2)
        t.resize(20, 5)
        t.wait_for("Too small", 2)
        t.resize(80, 24)
        t.wait_for(alone(lease), 2)


def test_never_shortens_a_url():
    long = "2001:db8:1111:2222:3333:4444:5555:6666"
    ip("address", "add", f"{long}/64", "dev", "enp1s0", "nodad")
    try:
        for columns, rows in SIZES:
            with console(columns, rows) as t:
                t.wait_for("F2/2")
                case.until(lambda: t.read(0.05) and f"https://[{long}]:8443/" in "".join(
                    line.strip() for line in t.lines()), 2)
    finally:
        ip("address", "del", f"{long}/64", "dev", "enp1s0")


def test_is_silent_when_nothing_happens():
    with console() as t:
        t.wait_for(alone(wait_lease()))
        t.read(3)
        before = t.output
        t.read(5)
        assert t.output == before, f"in 5 s of idleness: {bytes(t.recorded[before:])}"


def test_repaints_when_asked():
    with console() as t:
        t.wait_for(alone(wait_lease()))
        t.read(1)
        shown = t.text()
        t.screen.reset()
        t.press("ctrl-l")
        case.until(lambda: t.read(0.05) and t.text() == shown, 2)


def test_hostile_names_cannot_touch_the_url():
    evil = "evil\033[2J\033[Hhttps://203.0.113.66/\n\r\b\t\u202e"
    lease = wait_lease()
    configure("[Product]\nName=Acme \033[2J\033[5;1Hhttps://203.0.113.66/ \u202egnp\u2066\n")
    subprocess.run(["/usr/bin/python3", "-c", "import socket, sys; socket.sethostname(sys.argv[1])", evil[:60]], check=True)
    try:
        with console(term="xterm") as t:
            t.wait_for(alone(lease))
            t.wait_for("F2/2 Settings")
            t.read(0.3)
            assert t.row_of("Acme") == 0, t.text()
            assert not any(line.strip().startswith("https://203") for line in t.lines()), t.text()
            assert "\u202e" not in t.text() and "\u2066" not in t.text()
            assert sum("https://203.0.113.66/" in line for line in t.lines()[1:]) == 0, t.text()
    finally:
        run("hostname", "localhost")
        configure("")


def test_leaves_when_told():
    with Term(["firstboot"]) as t:
        t.wait_for("q Quit")
        t.type("q")
        assert t.wait_exit(2) == 0
    with console() as t:
        t.wait_for("F2/2")
        os.kill(t.pid, signal.SIGTERM)
        assert t.wait_exit(1) == 0

def call_it(name):
    """Name the machine where networkd hears of it, too, and tells the DHCP server."""
    run("busctl", "call", "org.freedesktop.hostname1", "/org/freedesktop/hostname1", "org.freedesktop.hostname1",
        "SetStaticHostname", "sb", name, "false")


def test_name_that_the_dhcp_server_knows():
    """The hostname in the domain that DHCP gave is a URL while the name servers lead from it to this machine."""
    lease = wait_lease()
    with open("/etc/resolv.conf", "w", encoding="ascii") as f:
        f.write("nameserver 192.0.2.1\n")
    try:
        with console(132, 43) as t:
            t.wait_for(alone(lease))
            # One that leads to another machine.
            call_it("peer")
            t.wait_for(r"peer$")
            t.read(1)
            assert not t.sees(r"https://peer"), t.text()
            call_it("appliance01")
            run("networkctl", "reconfigure", "enp1s0")
            wait_lease()
            t.wait_for(url("appliance01.example.com"), 10)
            t.wait_for(alone(lease))
            call_it("appliance02")
            t.wait_gone(r"https://appliance", 2)
    finally:
        call_it("localhost")


def test_the_shown_address_answers():
    """What the screen says is where the web server is."""
    lease = wait_lease()
    with console() as t:
        t.wait_for(alone(lease))
        shown = re.search(r"https://192\S+", t.text()).group()
    answer = run("ip", "netns", "exec", "peer", "/usr/bin/python3", "-c",
                 "import ssl, sys, urllib.request as u; print(u.urlopen(sys.argv[1],"
                 " context=ssl._create_unverified_context(), timeout=10).status)", shown)
    assert answer.strip() == "200", answer


if __name__ == "__main__":
    allow_ptys()
    claim()
    wait_lease()
    case.until(lambda: addresses("enp1s0", 6))  # the router's address must not come into a test
    case.run(dict(globals()))
