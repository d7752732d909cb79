#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The screen stays whole, whoever else writes on the terminal and whatever becomes of it."""

import os
import re
import signal
import termios
import time

import case
from machine import addresses, allow_ptys, claim, console, ip, resident, wait_lease

DASHBOARD = "F2/2 Settings"


def settled(t):
    """The dashboard, with all that comes to it after the start."""
    t.wait_for(DASHBOARD)
    t.wait_for(r"automatic \(DHCP\)")
    t.read(0.7)


def open_menu(t):
    settled(t)
    t.press("f10")
    t.wait_for("What shall be done")
    t.read(0.3)


def open_form(t):
    settled(t)
    t.press("f2")
    t.wait_for("Root's password")
    t.read(0.3)


SCREENS = {"dashboard": settled, "menu": open_menu, "form": open_form}


def terminal(t):
    return os.readlink(f"/proc/{t.pid}/fd/1")


def scribble(t, text="\r\nBroadcast message from root@localhost:\r\n\r\nthe disk is full\r\n"):
    """What wall(1) and PID 1 do: open the terminal, write, close it."""
    with open(terminal(t), "wb", buffering=0) as f:
        f.write(text.encode())


def cpu(t):
    """Seconds of processor time used so far."""
    fields = open(f"/proc/{t.pid}/stat", encoding="ascii").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_whole(t, before, timeout=2):
    t._wait(lambda: t.lines() == before, "\n".join(["the screen as it was:", *before]), timeout)


@case.variants(("dashboard",), ("menu",), ("form",))
def test_text_of_others_goes(name):
    claim()
    with console() as t:
        SCREENS[name](t)
        before = t.lines()
        for text in ("\r\nthe disk is full\r\n" * 30, "\033[2J", "\033[31;7mred", "x"):
            scribble(t, text)
            t.read(0.02)
            assert t.lines() != before, "nothing was damaged"
            wait_whole(t, before)


@case.variants(("dashboard",), ("menu",), ("form",))
def test_ctrl_l_draws_all_of_it(name):
    claim()
    with console() as t:
        SCREENS[name](t)
        before = t.lines()
        t.screen.reset()
        t.press("ctrl-l")
        wait_whole(t, before)


def test_who_writes_without_end_is_not_answered_without_end():
    with console() as t:
        settled(t)
        begun, used, written = time.monotonic(), cpu(t), t.output
        while time.monotonic() < begun + 4:
            scribble(t, "x")
            t.read(0.01)
        full = 2200
        assert t.output - written < 6 * full, f"{t.output - written} bytes in 4 s"
        assert cpu(t) - used < 0.4, f"{cpu(t) - used} s of processor time in 4 s"


def test_nothing_is_written_while_others_only_log():
    """Sockets and files are busy all the time on a machine that works."""
    with console() as t:
        settled(t)
        written = t.output
        for _ in range(50):
            os.close(os.open(terminal(t), os.O_RDONLY | os.O_NOCTTY))
            with open("/dev/null", "wb") as f:
                f.write(b"x")
        t.read(2)
        assert t.output == written


def test_stopped_and_continued():
    with console() as t:
        settled(t)
        before = t.lines()
        os.kill(t.pid, signal.SIGSTOP)
        t.screen.reset()
        os.kill(t.pid, signal.SIGCONT)
        wait_whole(t, before)


@case.variants(("dashboard",), ("menu",), ("form",))
def test_any_size_at_any_moment(name):
    claim()
    with console() as t:
        SCREENS[name](t)
        before = t.lines()
        for columns, rows in (1, 1), (0, 0), (1000, 1000), (1, 200), (500, 1), (65535, 65535), (40, 12), (2, 2), (132, 43):
            t._set_size(columns, rows)
            t.screen.resize(min(max(rows, 1), 1000), min(max(columns, 1), 1000))
            t.read(0.15)
            assert not t._reap(), f"ended at {columns}x{rows}"
        assert resident(t) < 32 << 20, f"{resident(t) >> 20} MB"
        t.resize(80, 24)
        wait_whole(t, before)


@case.variants((0, 0), (1000, 1000))
def test_starts_at_any_size(columns, rows):
    """A serial line has no size: what its terminal's description says is taken."""
    with console(columns=columns, rows=rows, term="vt220") as t:
        t.screen.resize(*((24, 80) if rows == 0 else (200, 500)))
        t.wait_for(DASHBOARD)
        t.wait_for(r"https://192\.0\.2\.\d+:8443/")


def test_change_of_an_address_is_few_bytes():
    with console() as t:
        settled(t)
        ip("address", "add", "198.51.100.77/24", "dev", "enp2s0")
        try:
            t.wait_for(r"198\.51\.100\.77")
            t.read(0.5)
            sizes = []
            for i in range(4):
                written = t.output
                ip("address", "add", f"198.51.100.8{i}/24", "dev", "enp2s0")
                t.wait_for(rf"198\.51\.100\.8{i}/24")
                ip("address", "del", f"198.51.100.8{i}/24", "dev", "enp2s0")
                t.wait_gone(rf"198\.51\.100\.8{i}/24")
                t.read(0.2)
                sizes.append((t.output - written) // 2)
            assert max(sizes) < 200, f"bytes for a change: {sizes}"
        finally:
            ip("address", "flush", "dev", "enp2s0")


def writes(t):
    """How often it has written so far, to whatever."""
    with open(f"/proc/{t.pid}/io", encoding="ascii") as f:
        return int(re.search(r"syscw: (\d+)", f.read())[1])


def test_a_menu_is_written_at_once():
    """Each write wakes up whoever shows the terminal, and what stands between two of them can be seen."""
    claim()
    with console() as t:
        settled(t)
        t.press("f10")
        t.wait_for("What shall be done")
        t.press("escape")
        t.wait_for(DASHBOARD)
        t.wait_rest()
        written = writes(t)
        t.press("f10")
        t.wait_for("What shall be done")
        t.wait_rest()
        assert writes(t) - written < 12, f"{writes(t) - written} writes"


class Held:
    """Output stopped, as by scroll lock on a console or Ctrl-S in a terminal emulator."""

    def __init__(self, t):
        self.fd = os.open(terminal(t), os.O_RDONLY | os.O_NOCTTY)

    def __enter__(self):
        termios.tcflow(self.fd, termios.TCOOFF)
        return self

    def __exit__(self, *exc):
        termios.tcflow(self.fd, termios.TCOON)
        os.close(self.fd)


def change_much():
    for i in range(20):
        ip("address", "add", f"198.51.100.{100 + i}/24", "dev", "enp2s0")
    ip("address", "flush", "dev", "enp2s0")


@case.variants(("dashboard",), ("form",))
def test_held_output_holds_nothing_else(name):
    """Keys wait until what they lead to can be seen; then the last state is there."""
    claim()
    with console() as t:
        SCREENS[name](t)
        before = t.lines()
        with Held(t):
            os.write(t.fd, b"0" if name == "dashboard" else b"x")
            change_much()
            used = cpu(t)
            time.sleep(1)
            assert cpu(t) - used < 0.05, "it spins"
            t.read(0.1)
            assert t.lines() == before
        if name == "dashboard":
            t.wait_for("What shall be done", 2)
        else:
            t.wait_for(r"\*", 2)


@case.variants((signal.SIGTERM,), (signal.SIGHUP,))
def test_held_output_does_not_hold_the_end(number):
    with console() as t:
        settled(t)
        with Held(t):
            change_much()
            os.kill(t.pid, number)
            deadline = time.monotonic() + 2
            while not t._reap():
                assert time.monotonic() < deadline, f"still runs 2 s after {number}"
                time.sleep(0.02)


if __name__ == "__main__":
    allow_ptys()
    wait_lease()
    case.until(lambda: addresses("enp1s0", 6) and "tentative" not in ip("-6", "address", "show", "dev", "enp1s0"))
    case.run(dict(globals()))
