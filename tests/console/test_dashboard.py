#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The start screen follows the kernel and says what is true."""

import os
import re
import signal
import subprocess

import case
from machine import addresses, allow_ptys, claim, configure, console, ip, run, signal_dhcp, wait_lease
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
        ip("-n", "peer", "link", "set", "peer0", "down")
        t.wait_for(r"enp1s0 +no cable", 1)
        t.wait_gone(url(lease), 1)
        ip("-n", "peer", "link", "set", "peer0", "up")
        t.wait_for(r"enp1s0 +up", 2)
        t.wait_for(alone(wait_lease()), 15)


def test_brackets_ipv6():
    with console() as t:
        t.wait_for("F2/2 Settings")
        ip("address", "add", "2001:db8::10/64", "dev", "enp1s0", "nodad")
        t.wait_for(alone("[2001:db8::10]"), 1)
        t.wait_for(r"2001:db8::10/64 +fixed", 1)
        ip("address", "del", "2001:db8::10/64", "dev", "enp1s0")
        t.wait_gone(r"2001:db8::10\b", 1)


def test_labels_several_interfaces_and_puts_the_main_one_first():
    lease = wait_lease()
    with console() as t:
        t.wait_for(alone(lease))
        assert not t.sees(r"enp1s0 +https"), "one interface needs no label"
        ip("address", "add", "198.51.100.7/24", "dev", "enp2s0")
        t.wait_for(rf"^ +enp1s0 +{url(lease)}$", 1)
        t.wait_for(rf"^ +enp2s0 +{url('198.51.100.7')}$", 1)
        assert t.row_of(url(lease)) < t.row_of(url("198.51.100.7"))
        ip("route", "add", "default", "via", "198.51.100.1", "dev", "enp2s0", "metric", "1")
        case.until(lambda: t.read(0.05) and 0 < t.row_of(url("198.51.100.7")) < t.row_of(url(lease)), 1)
        ip("route", "del", "default", "via", "198.51.100.1", "dev", "enp2s0")
        ip("address", "del", "198.51.100.7/24", "dev", "enp2s0")
        t.wait_gone(url("198.51.100.7"), 1)


def test_names_the_advertised_interface_first():
    lease = wait_lease()
    dropin = "/etc/firstboot/firstboot.conf.d/90-advertised.conf"
    ip("address", "add", "198.51.100.7/24", "dev", "enp2s0")
    try:
        with console() as t:
            t.wait_for(alone(lease))
            t.wait_for(alone("198.51.100.7"))
            assert t.row_of(url(lease)) < t.row_of(url("198.51.100.7"))
            configure("[Web]\nInterface=enp2s0\n", "90-advertised.conf")
            t.press("f10")
            t.wait_for("What shall be done")
            t.press("escape")
            t.wait_for("F2/2 Settings")
            case.until(lambda: t.read(0.05) and 0 < t.row_of(url("198.51.100.7")) < t.row_of(url(lease)), 2)
            t.wait_for(rf"^ +enp2s0 +{url('198.51.100.7')}$", 1)
            t.wait_for(rf"^ +enp1s0 +{url(lease)}$", 1)
            ip("address", "del", "198.51.100.7/24", "dev", "enp2s0")
            t.wait_gone(url("198.51.100.7"), 1)
            t.wait_for(alone(lease), 1)
            ip("address", "add", "198.51.100.8/24", "dev", "enp2s0")
            case.until(lambda: t.read(0.05) and 0 < t.row_of(url("198.51.100.8")) < t.row_of(url(lease)), 2)
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
            t.wait_for(alone(lease))
            t.wait_for(alone("198.51.100.7"))
            run(*bus, "BeginEdit")
            t.read(1)
            configure("[Web]\nInterface=enp2s0\n", "90-advertised.conf")
            # A caller that is gone has ended to edit.
            run(*bus, "BeginEdit")
            case.until(lambda: t.read(0.05) and 0 < t.row_of(url("198.51.100.7")) < t.row_of(url(lease)), 2)
    finally:
        run("ip", "address", "flush", "dev", "enp2s0")
        configure("", "90-advertised.conf")


def test_says_that_no_dhcp_server_answers():
    signal_dhcp("STOP")
    try:
        with console() as t:
            t.wait_for("F2/2 Settings")
            ip("-n", "peer", "link", "set", "peer0", "down")
            t.wait_for(r"enp1s0 +no cable", 1)
            ip("-n", "peer", "link", "set", "peer0", "up")
            t.wait_for(r"enp1s0 is plugged in, but no DHCP server has\s+answered")
            t.wait_for(r"Press\s+F2\s+to\s+set\s+an\s+address")
            assert not t.sees("https://192"), t.text()
            signal_dhcp("CONT")
            t.wait_for(alone(wait_lease(timeout=40)), 5)
            t.wait_gone("No address", 1)
    finally:
        signal_dhcp("CONT")


def test_says_that_there_is_no_cable():
    for peer in "peer0", "peer1":
        ip("-n", "peer", "link", "set", peer, "down")
    try:
        with console() as t:
            t.wait_for(r"none of the network cards has a cable")
            ip("-n", "peer", "link", "set", "peer1", "up")
            t.wait_gone(r"none of the network cards", 1)
    finally:
        for peer in "peer0", "peer1":
            ip("-n", "peer", "link", "set", peer, "up")
    wait_lease()


def test_says_that_there_is_no_network_card():
    ip("netns", "add", "empty")
    try:
        with Term(["ip", "netns", "exec", "empty", "firstboot"]) as t:
            t.wait_for("no network card")
            assert not t.sees("https://[0-9[]"), t.text()
    finally:
        ip("netns", "del", "empty")


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


@case.variants(*[(*size, term) for size in SIZES for term in ("linux", "vt220", "xterm")])
def test_every_size_and_terminal(columns, rows, term):
    lease = wait_lease()
    with console(columns, rows, term) as t:
        t.wait_for(alone(lease))
        t.wait_for(r"F2/2 Settings")
        t.wait_for(r"F8/8 Log in")
        t.wait_for(r"F10/0 Restart or power off")
        t.wait_for(r"enp1s0 +up")
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
        assert t.output == before, f"{t.output - before} bytes in 5 s of idleness"


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
