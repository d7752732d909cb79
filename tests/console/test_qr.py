#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The QR code on the start screen says what the URL above it says, and costs nobody anything."""

import re

import case
import picture
from machine import addresses, allow_ptys, claim, configure, console, ip, wait_lease

LONG = "/" + "a-long-path/" * 12


def url(address, path="/"):
    return f"https://{address}:8443{path}"


def scan(t, white=False):
    return picture.scan(picture.render(t.screen, white))


def wait_scanned(t, text, white=False):
    case.until(lambda: t.read(0.1) and scan(t, white) == [text], 5)


@case.variants(*[(columns, rows, term, white) for columns, rows, term in (
    (80, 24, "linux"), (80, 25, "linux"), (132, 43, "linux"), (200, 60, "linux"), (80, 24, "xterm"),
    (132, 43, "vt220"), (200, 60, "vt100"), (132, 43, "vt102"))
    for white in ((False, True) if term in ("linux", "xterm") else (False,))])
def test_says_what_the_url_says(columns, rows, term, white):
    lease = wait_lease()
    with console(columns, rows, term) as t:
        t.wait_for(re.escape(url(lease)))
        wait_scanned(t, url(lease), white)
        assert t.sees("[▀▄█]") == (term in ("linux", "xterm")), t.text()
        assert t.sees("enp1s0 +up") and t.sees("docs.example.com") and t.sees("F2/2 Settings"), t.text()


@case.variants((40, 12, "linux"), (60, 16, "linux"), (80, 24, "vt220"), (80, 20, "xterm"))
def test_is_not_there_where_there_is_no_room(columns, rows, term):
    lease = wait_lease()
    with console(columns, rows, term) as t:
        t.wait_for(re.escape(url(lease)))
        t.read(0.5)
        assert not t.sees("[▀▄█]") and not scan(t), t.text()
        assert not any(t.screen.buffer[y][x].reverse for y in range(1, rows) for x in range(columns)), t.text()


@case.variants(("linux",), ("xterm",), ("vt220",))
def test_beside_the_vendors_colours(term):
    """The code is not inverted by them, nor has the bar its colours."""
    configure("[Theme]\nText=black white\nBar=bright-white red\n")
    try:
        with console(132, 43, term) as t:
            wait_scanned(t, url(wait_lease()))
            bar = t.screen.buffer[0][1]
            assert term == "vt220" or (bar.fg, bar.bg) == ("white", "red"), bar
    finally:
        configure("")


def test_follows_the_address():
    with console(100, 40) as t:
        wait_scanned(t, url(wait_lease()))
        ip("link", "set", "enp1s0", "down")
        case.until(lambda: t.read(0.1) and not scan(t) and not t.sees("[▀▄█]"), 3)
        ip("link", "set", "enp1s0", "up")
        wait_scanned(t, url(wait_lease()))


def test_follows_the_size():
    lease = wait_lease()
    with console(80, 24) as t:
        wait_scanned(t, url(lease))
        for columns, rows in (40, 12), (132, 43), (60, 16), (80, 25):
            t.resize(columns, rows)
            if columns < 80:
                case.until(lambda: t.read(0.1) and t.sees(re.escape(url(lease))) and not t.sees("[▀▄█]"), 3)
            else:
                wait_scanned(t, url(lease))


def test_of_a_bracketed_address_and_a_path():
    address = "2001:db8:1111:2222:3333:4444:5555:6666"
    configure("[Web]\nInterface=enp2s0\nPath=/Admin/UI?Lang=en&x=1\n")
    ip("address", "add", f"{address}/64", "dev", "enp2s0", "nodad")
    try:
        with console(132, 43) as t:
            wait_scanned(t, url(f"[{address}]", "/Admin/UI?Lang=en&x=1"))
    finally:
        configure("")
        ip("address", "del", f"{address}/64", "dev", "enp2s0")


def test_of_a_long_url_is_large_or_not_there():
    lease = wait_lease()
    configure(f"[Web]\nPath={LONG}\n")
    try:
        with console(200, 60) as t:
            wait_scanned(t, url(lease, LONG))
        with console(80, 24) as t:
            t.wait_for("F2/2")
            t.read(0.5)
            assert not t.sees("[▀▄█]"), t.text()
    finally:
        configure("")


def test_is_left_out_where_it_is_not_wanted():
    lease = wait_lease()
    for words in "[Console]\nQR=no\n", "[Web]\nEnabled=no\n":
        configure(words)
        try:
            with console() as t:
                t.wait_for(re.escape(lease))
                t.read(0.5)
                assert not t.sees("[▀▄█]"), t.text()
        finally:
            configure("")


def test_is_drawn_once():
    with console(100, 40) as t:
        wait_scanned(t, url(wait_lease()))
        t.read(1)
        before = t.output
        ip("address", "add", "192.0.2.201/24", "dev", "enp1s0")
        t.wait_for(r"192\.0\.2\.201/24", 1)
        t.read(0.3)
        ip("address", "del", "192.0.2.201/24", "dev", "enp1s0")
        t.wait_gone(r"192\.0\.2\.201", 1)
        t.read(0.3)
        # A code is 1300 bytes, and would be drawn twice.
        assert t.output - before < 2500, f"{t.output - before} bytes for a second address"
        before = t.output
        t.read(3)
        assert t.output == before


if __name__ == "__main__":
    allow_ptys()
    configure("[Console]\nQR=yes\n", "20-picture.conf")
    claim()
    wait_lease()
    case.until(lambda: addresses("enp1s0", 6))  # the router's address must not come into a test
    case.run(dict(globals()))
