#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Lines that are slower than what is shown on them: 300 baud, and those that take nothing at all for a while.

Whatever happens on a line happens while it is as slow as that. Once there is but to be waited for what is on its way, it is read faster,
at ten times that speed where there are pages still to come, each of which is to keep its writer waiting.
"""

import contextlib
import os
import select
import signal
import time

import case
import pages
from machine import PASSWORD, addresses, allow_ptys, claim, console, end, ip, run, taken, unclaim, wait_lease
from slow import BYTES_PER_SECOND, WAKEUP_CHARS, SlowTerm
from test_serial import answer_as_large, await_question
from test_storm import GROWTH, Storm, set_up
from test_whole import cpu

DASHBOARD = "F10/0 Restart or power off"
FULL = 2200  # bytes of a screen, the largest that are shown here


def settled(t):
    """The dashboard with all that comes to it, at whatever speed."""
    t.wait_for(DASHBOARD, 200)
    t.wait_for(r"automatic \(DHCP\)", 200)
    t.wait_for("answering", 200)
    t.wait_rest(1)


def dashboard_elsewhere():
    """What a fast terminal shows now."""
    with console(term="vt220") as t:
        settled(t)
        return t.lines()


def at_300_baud(prepare, **options):
    """A console whose line was fast until prepare(t) has been done."""
    t = SlowTerm(**options, rate=1 << 20)
    prepare(t)
    t.rate = BYTES_PER_SECOND
    return t


def costs_nothing(t, seconds=1.5):
    used = cpu(t)
    time.sleep(seconds)
    assert cpu(t) - used < 0.035, f"{cpu(t) - used} s of processor time in {seconds} s"


def end_of(t, number):
    """Send it a signal, or cut the line (None): it ends soon, and well."""
    if number is None:
        os.close(t.fd)
        t.fd = -1
    else:
        os.kill(t.pid, number)
    deadline = time.monotonic() + 2
    while not t._reap():
        assert time.monotonic() < deadline, f"still runs 2 s after {number}"
        time.sleep(0.02)
    assert os.waitstatus_to_exitcode(t.status) == 0, t.status


# -- what is shown --------------------------------------------------------------------------------

def test_first_screen():
    claim()
    with SlowTerm() as t:
        t.wait_for("Manage this appliance", 60)
        costs_nothing(t)
        settled(t)
        assert t.output < FULL, t.output
        shown = t.lines()
    assert shown == dashboard_elsewhere(), "\n".join(shown)


def test_keys_are_answered_in_their_order():
    """All of them typed while their page is still on its way."""
    unclaim()
    end("firstbootd")
    with at_300_baud(lambda t: (t.wait_for("Welcome to", 20), pages.to_method(t), t.wait_rest())) as t:
        t.press("enter")
        t.read(1)
        assert t.waiting(), "the page is there already"
        for part in "\x15", "slow-", "line", "-x", "\x7f", "1":
            os.write(t.fd, part.encode())
            t.read(0.3)
        assert t.held, "the page has come"
        t.rate = 10 * BYTES_PER_SECOND
        t.wait_for(r"Hostname +\[slow-line-1 ", 20)


def test_password_typed_ahead():
    unclaim()
    end("firstbootd")
    with at_300_baud(lambda t: (t.wait_for("Welcome to", 20), pages.to_method(t), t.press("enter"), t.wait_for(r"Hostname +\["),
                                pages.replace(t, "appliance01"), t.wait_rest())) as t:
        t.rate = 0
        t.press("enter")
        case.until(lambda: t.read(0.1) and t.held)
        os.write(t.fd, f"{PASSWORD}\t{PASSWORD}\r".encode())
        t.read(1)
        t.rate = 10 * BYTES_PER_SECOND
        t.wait_for(r"(?s)appliance01.*<Apply>", 40)
        assert PASSWORD.encode() not in t.recorded, t.recorded
        t.hurry()
        t.wait_rest()
        assert t.sees("root's password"), t.text()


def test_an_answer_takes_its_time():
    """The 160 bytes that a boot has left are sent in more than 5 s; a terminal's answer to what comes behind them is none of our keys."""
    claim()
    with SlowTerm(columns=100, rows=30, rate=1 << 20, size=(0, 0)) as t:
        await_question(t)
        t.read(5.5)
        answer_as_large(t)


def test_a_page_is_sent_once():
    """Not its box first, and what is in it then."""
    unclaim()
    end("firstbootd")
    with at_300_baud(lambda t: (t.wait_for("Welcome to", 20), pages.to_method(t), t.press("down"), t.wait_rest())) as t:
        t.hurry()
        before = t.output
        t.press("enter")
        t.wait_for(r"Search domains +\[")
        t.wait_rest()
        assert t.output - before < 2500, f"{t.output - before} bytes"


# -- news meanwhile -------------------------------------------------------------------------------

@contextlib.contextmanager
def much_news(t, interface, seconds):
    """Addresses that come and go, with a cable that flaps beside them; the last one stays."""
    peer = int(run("ip", "netns", "exec", "peer", "cat", "/sys/class/net/peer1/ifindex"))
    storm = Storm([set_up(peer, False), set_up(peer, True)], 60, "peer")
    deadline, count = time.monotonic() + seconds, 0
    while time.monotonic() < deadline:
        ip("address", "replace", f"203.0.113.{1 + count % 200}/24", "dev", interface)
        t.read(0.1)
        ip("address", "del", f"203.0.113.{1 + count % 200}/24", "dev", interface)
        count += 1
    storm.stop()
    ip("address", "replace", "203.0.113.222/24", "dev", interface)
    try:
        yield
    finally:
        ip("address", "flush", "dev", interface, "to", "203.0.113.0/24")


def show_card(t):
    t.wait_for("Welcome to", 20)
    pages.to_card(t)
    t.wait_for("enp2s0")
    t.wait_rest()


@case.variants(("dashboard",), ("card",))
def test_news_do_not_queue_up(name):
    """Of all that happened while the line was busy, the end is shown."""
    if name == "dashboard":
        claim()
    else:
        unclaim()
        end("firstbootd")
    with at_300_baud(settled if name == "dashboard" else show_card) as t:
        before = taken(t)
        with much_news(t, "enp1s0" if name == "dashboard" else "enp2s0", 6):
            assert t.waiting() < WAKEUP_CHARS + FULL, t.waiting()
            written = t.output
            t.rate = 10 * BYTES_PER_SECOND
            t.wait_rest(1.5)
            assert t.output - written < WAKEUP_CHARS + FULL, f"{t.output - written} bytes came after the last change"
            if name == "dashboard":
                t.wait_for(r"https://203\.0\.113\.222:8443/", 20)
                t.wait_rest(1.5)
                shown = t.lines()
                assert shown == dashboard_elsewhere(), "\n".join(shown)
            else:
                t.wait_for(r"enp2s0.*203\.0\.113\.222", 20)
            assert taken(t) - before < GROWTH, f"{taken(t) - before} bytes"


# -- a line that takes nothing --------------------------------------------------------------------

@contextlib.contextmanager
def crowded():
    """So many addresses that the details of them all are more than a terminal takes once it takes anything."""
    for i in range(60):
        ip("address", "add", f"198.51.100.{100 + i}/24", "dev", "enp2s0")
    try:
        yield
    finally:
        ip("address", "flush", "dev", "enp2s0")


def is_full(t, seconds=0):
    return not select.select([], [t.line], [], seconds)[1]


def stuff(t):
    """Have the terminal hold as much as it can and still be said to take something, which is 3.5 kB for a pty."""
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(t.line, bytes(4096))
    while is_full(t, 0.05):
        os.read(t.fd, WAKEUP_CHARS)


@contextlib.contextmanager
def cut_off(key):
    """A console in the middle of what key leads to: a part of it has been sent, and the terminal takes no more."""
    claim()
    with crowded(), at_300_baud(settled, columns=132, rows=120) as t:
        stuff(t)
        os.write(t.fd, key)
        case.until(lambda: is_full(t), 10)
        yield t


@case.variants((signal.SIGTERM,), (signal.SIGHUP,), (None,))
def test_the_end_in_the_middle_of_a_drawing(number):
    """Nobody waits for the terminal then. None: the line is cut."""
    with cut_off(b"5") as t:
        end_of(t, number)


def test_the_rest_of_a_drawing_comes():
    """And what has happened until then comes behind it."""
    with cut_off(b"5") as t:
        costs_nothing(t)
        with much_news(t, "enp1s0", 1):
            time.sleep(1)
            costs_nothing(t)
            t.hurry()
            t.wait_rest(1)
            t.draw_again()
            t.press("escape")
            t.wait_for(r"https://203\.0\.113\.222:8443/", 20)
            t.wait_for(DASHBOARD)
            t.wait_rest(1)
            shown = t.lines()
            with console(132, 120, "vt220") as fast:
                settled(fast)
                assert shown == fast.lines(), "\n".join(shown)


@case.variants((signal.SIGTERM,), (None,))
def test_a_report_is_typed_out(number):
    """Its thousands of bytes take minutes. None: until Enter, which is heard once they are there."""
    claim()
    with crowded(), at_300_baud(lambda t: (settled(t), t.type("5"), t.wait_for("r Support report"), t.type("r"),
                                           t.wait_for("t Type out", 15), t.wait_rest())) as t:
        stuff(t)
        os.write(t.fd, b"t")
        case.until(lambda: is_full(t), 10)
        if number is not None:
            end_of(t, number)
            return
        costs_nothing(t)
        os.write(t.fd, b"\r")
        t.hurry()
        t.wait_for("t Type out")
        t.wait_rest()
        assert b"END SUPPORT REPORT" in t.recorded, t.recorded


# -- plain lines ----------------------------------------------------------------------------------

def test_plain_lines():
    """The status comes whole; of what changes meanwhile only the end; what is typed is answered behind it."""
    claim()
    with SlowTerm(term="dumb", rows=60) as t:
        t.wait_for("Manage this appliance", 60)
        with much_news(t, "enp1s0", 5):
            costs_nothing(t)
            assert t.held, "the status has come"
            t.rate = 10 * BYTES_PER_SECOND
            t.wait_for(r"https://203\.0\.113\.222:8443/", 20)
            t.wait_rest(1.5)
            assert t.recorded.count(b"Choice:") <= 5, t.recorded
            t.type("4\r")
            t.wait_for("What shall be done", 20)


@case.variants((signal.SIGTERM,), (signal.SIGHUP,), (None,))
def test_the_end_in_the_middle_of_lines(number):
    claim()
    with crowded(), at_300_baud(lambda t: (t.wait_for("Choice: *$", 20), t.wait_rest(1)), term="dumb", rows=120) as t:
        stuff(t)
        os.write(t.fd, b"2\r")
        case.until(lambda: is_full(t), 10)
        costs_nothing(t)
        end_of(t, number)


if __name__ == "__main__":
    allow_ptys()
    wait_lease()
    case.until(lambda: addresses("enp1s0", 6) and "tentative" not in ip("-6", "address", "show", "dev", "enp1s0"))
    case.run(dict(globals()))
