#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The tests that a customer runs, reached from the details, against a real gateway, name server and visitors."""

import os
import re
import subprocess
import sys
import time

import case
from machine import claim, configure, run, unplugged, wait_lease
from term import Term

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
from webserver import WebServer  # noqa: E402

SIZES = [(80, 24), (40, 12)]
claim()
wait_lease()


def tests_menu(columns=80, rows=24):
    """The menu of tests."""
    t = Term(["firstboot"], columns, rows)
    t.wait_for("F5")
    t.press("f5")
    t.wait_for("Details")
    t.type("t")
    t.wait_for("What shall be tested")
    return t


def flat(t):
    """The text on the screen without its line breaks and frames."""
    return re.sub(r"\s+", " ", re.sub(r"[^\x20-\x7e\n]|\bx\b", " ", t.text()))


def wait_text(t, pattern, seconds=20):
    """Wait for words that may be broken into lines."""
    end = time.monotonic() + seconds
    while not re.search(pattern, flat(t)):
        assert time.monotonic() < end, f"{pattern} does not come:\n{t.text()}"
        t.read(0.05)


def choose(t, key):
    t.type(key)
    t.press("enter")


def peer(*arguments):
    run("ip", "netns", "exec", "peer", *arguments)


@case.variants(*SIZES)
def test_gateway(columns, rows):
    with tests_menu(columns, rows) as t:
        choose(t, "1")
        wait_text(t, r"192\.0\.2\.1 answers \([0-9.]+ ms\)\.")
        t.press("enter")
        t.wait_for("What shall be tested")
        t.press("escape")
        t.wait_for("Details")


def test_gateway_that_is_gone():
    run("ip", "-n", "peer", "address", "delete", "192.0.2.1/24", "dev", "peer0")
    run("ip", "neigh", "flush", "dev", "enp1s0")
    try:
        with tests_menu() as t:
            choose(t, "1")
            t.wait_for("Asking the gateway")
            wait_text(t, r"192\.0\.2\.1 (gives no sign of life|cannot be reached|has not answered).*Check the cable")
    finally:
        run("ip", "-n", "peer", "address", "add", "192.0.2.1/24", "dev", "peer0")


def test_no_gateway():
    route = run("ip", "route", "show", "default").split("\n")[0].split()
    run("ip", "route", "delete", "default")
    # That of the router's advertisements, too, as often as it is there.
    while run("ip", "-6", "route", "show", "default"):
        run("ip", "-6", "route", "delete", "default")
    try:
        with tests_menu() as t:
            choose(t, "1")
            wait_text(t, "This machine has no gateway")
    finally:
        run("ip", "route", "add", *[word for word in route if word != "linkdown"])


def test_name_servers():
    with tests_menu() as t:
        choose(t, "2")
        # That of the sandbox knows nothing of the vendor's documentation, and asks nobody else.
        wait_text(t, r"192\.0\.2\.1 answers, but refuses to look up docs\.example\.com for this machine\. Check whether the name")


def test_name_servers_of_a_vendor_whose_link_has_no_name():
    """They are asked whether they serve at all, and not for an address."""
    configure("[Product]\nDocumentationURL=https://198.51.100.7/docs/\n")
    try:
        with tests_menu() as t:
            choose(t, "2")
            wait_text(t, r"192\.0\.2\.1 answers\.")
    finally:
        configure("")


@case.variants(*SIZES)
def test_host(columns, rows):
    with WebServer("plain", netns="peer", address="192.0.2.1") as server, tests_menu(columns, rows) as t:
        choose(t, "3")
        t.wait_for("Host +\\[")
        t.press("enter")
        wait_text(t, "Type a name or an address")
        t.type("192.0.2.1")
        t.press("tab")
        t.type("70000")
        t.press("enter")
        wait_text(t, "from 1 to 65535")
        for _ in range(5):
            t.press("backspace")
        t.type(str(server.port))
        t.press("enter")
        wait_text(t, rf"192\.0\.2\.1 answers .*192\.0\.2\.1 takes connections on TCP port {server.port}\.")


def test_strange_host():
    with tests_menu() as t:
        choose(t, "3")
        t.wait_for("Host +\\[")
        t.type("a b; reboot")
        t.press("enter")
        wait_text(t, "a b; reboot is neither a name nor an address")
        t.press("enter")
        t.wait_for("What shall be tested")
        choose(t, "3")
        t.wait_for("a b; reboot")


def far_visits():
    """Another computer, which is not the gateway, opens the address."""
    address = re.search(r"inet (192\.0\.2\.\d+)/", run("ip", "-4", "address", "show", "enp1s0")).group(1)
    return subprocess.Popen(["ip", "netns", "exec", "peer", sys.executable, "-c",
                             "import socket, time\ns = socket.create_connection(('%s', 8443), 5, ('192.0.2.50', 0))\n"
                             "time.sleep(3)" % address])


@case.variants(*SIZES)
def test_visit(columns, rows):
    run("ip", "-n", "peer", "address", "add", "192.0.2.50/24", "dev", "peer0")
    try:
        with tests_menu(columns, rows) as t:
            choose(t, "4")
            wait_text(t, r"https://192\.0\.2\.[0-9]+:8443/ .*Waiting for it \([0-2] s of 60 s\)")
            wait_text(t, r"Waiting for it \([3-4] s of 60 s\)")
            with far_visits():
                wait_text(t, r"192\.0\.2\.50 has reached the web interface \(TCP port 8443\)\.", 3)
            t.press("enter")
            t.wait_for("What shall be tested")
    finally:
        run("ip", "-n", "peer", "address", "delete", "192.0.2.50/24", "dev", "peer0")
        # What was closed here is remembered for a while.
        run("ss", "-K", "dst", "192.0.2.50")


def test_visit_to_a_port_that_is_redirected():
    """The server behind the web port listens on another one."""
    run("ip", "-n", "peer", "address", "add", "192.0.2.50/24", "dev", "peer0")
    run("nft", "add table inet test; add chain inet test pre { type nat hook prerouting priority dstnat; }; "
        "add rule inet test pre tcp dport 8443 redirect to :9443")
    try:
        with WebServer("tls", port=9443), Term(["firstboot"], 80, 90) as t:
            t.wait_for("F5")
            t.press("f5")
            wait_text(t, "9443, something listens there")
            t.type("t")
            t.wait_for("What shall be tested")
            choose(t, "4")
            wait_text(t, r"https://192\.0\.2\.[0-9]+:8443/ .*Waiting for it")
            with far_visits():
                wait_text(t, r"192\.0\.2\.50 has reached the web interface \(TCP port 8443\)\.", 3)
    finally:
        run("nft", "delete table inet test")
        run("ip", "-n", "peer", "address", "delete", "192.0.2.50/24", "dev", "peer0")
        run("ss", "-K", "dst", "192.0.2.50")


def test_nobody_can_visit_without_an_address():
    with unplugged("enp1s0", "enp2s0"), tests_menu() as t:
        choose(t, "4")
        wait_text(t, "There is no address that it could be reached at", 5)
        t.press("enter")
        t.wait_for("What shall be tested")
    wait_lease()


def test_visit_is_stopped():
    with tests_menu() as t:
        choose(t, "4")
        wait_text(t, "Waiting for it")
        t.press("escape")
        t.wait_for("What shall be tested")


def test_nobody_can_visit():
    """Without a web server there is nothing to wait for."""
    with open("/run/web.pid", encoding="ascii") as file:
        pid = int(file.read())
    os.kill(pid, 9)
    with tests_menu() as t:
        choose(t, "4")
        wait_text(t, "Nothing listens on TCP port 8443 of this machine")
        t.press("enter")
        t.wait_for("What shall be tested")
        with WebServer("plain", address="127.0.0.1", port=8443):
            choose(t, "4")
            wait_text(t, "listens on TCP port 8443 for this machine alone")


def test_lines():
    """The same without a screen."""
    with Term(["firstboot"], term="dumb") as t:
        t.wait_for("Choice:")
        t.type("2\n")
        t.wait_for("t: Tests")
        t.type("t\n")
        t.wait_for("What shall be tested")
        t.wait_for(r"1 Gateway: is it there\?\n2 Name servers")
        t.type("1\n")
        wait_text(t, r"192\.0\.2\.1 answers")
        t.wait_for(r"Choice \(Enter: OK\):")
        t.type("\n")
        t.wait_for(r"Choice \(Enter: 1\): *$")
        t.screen.reset()
        t.type("3\n")
        t.wait_for(r"Choice \(Enter: Host\):")
        t.type("\n")
        t.wait_for("Host: *$")
        t.type("192.0.2.1\n")
        t.wait_for(r"Choice \(Enter: TCP port\):")
        t.type("\n")
        t.wait_for("TCP port: *$")
        t.type("1\n")
        t.wait_for(r"Choice \(Enter: Next\):")
        t.type("\n")
        wait_text(t, r"takes no connection on TCP port 1: connection refused\. Check whether")


case.run(globals())
