# SPDX-License-Identifier: LGPL-2.1-or-later
"""The start screen on serial lines: what they do not know, the terminals at their ends, and several at once."""

import os
import re
import time

import case
from machine import CONSOLE, PASSWORD, allow_ptys, as_firstboot, claim, configure, console, end, unclaim, wait_lease
from term import Term

QUESTION = b"\033[6n"
KEYS = r"F10/0 Restart or power off"


def line(columns, rows, term="vt220"):
    """A console on a terminal that the kernel does not know the size of."""
    return Term(as_firstboot(CONSOLE), columns, rows, term, None, "firstboot", size=(0, 0))


def await_question(t, count=1, timeout=10):
    deadline = time.monotonic() + timeout
    while t.recorded.count(QUESTION) < count:
        assert time.monotonic() < deadline, t.recorded
        t.read(0.02)


def answer_letter(t, cells):
    """How far a letter of two bytes has moved the cursor."""
    await_question(t)
    os.write(t.fd, f"\033[1;{1 + cells}R".encode())
    await_question(t, 2)


def answer(t, columns, rows):
    os.write(t.fd, f"\033[{rows};{columns}R".encode())


def answer_as_large(t):
    """A terminal of 100 columns and 30 rows, all of which is used then."""
    answer_letter(t, 1)
    answer(t, 100, 30)
    t.wait_for("F2/2 Settings")
    t.wait_rest()
    assert t.row_of("F2/2 Settings") >= 26, t.text()


# -- the size -------------------------------------------------------------------------------------

@case.variants((132, 50), (100, 30), (80, 24), (40, 12))
def test_the_size_is_asked_for(columns, rows):
    claim()
    with line(columns, rows) as t:
        answer_letter(t, 1)
        answer(t, columns, rows)
        t.wait_for("F2/2 Settings")
        t.wait_rest()
        # The title goes from edge to edge, the keys stand at the bottom.
        assert re.search(r"localhost.?$", t.lines()[0]) and len(t.lines()[0]) >= columns - 2, t.text()
        assert t.row_of("F2/2 Settings") >= rows - 4, t.text()


def test_nobody_answers():
    claim()
    with line(80, 24) as t:
        await_question(t)
        t.wait_for("F2/2 Settings", 10)
        t.wait_rest()
        assert t.row_of("F2/2 Settings") >= 20, t.text()


@case.variants(("\033[;R",), ("\033[0;0R",), ("\033[99999;1R",), ("R",), ("x" * 500,), ("\033[24;80",), ("\033]0;x\007\033[-1;-1R",))
def test_odd_answers(text):
    claim()
    with line(80, 24) as t:
        await_question(t)
        t.type(text)
        t.wait_for("F2/2 Settings", 10)
        t.wait_rest()
        assert t.row_of("F2/2 Settings") >= 20, t.text()


def test_what_is_typed_too_early_is_no_size():
    claim()
    with line(100, 30) as t:
        await_question(t)
        t.type("0\r8\r")
        answer_as_large(t)


def test_another_terminal_comes_to_the_line():
    """Nobody tells; whoever sits there presses Ctrl-L."""
    claim()
    with line(80, 24) as t:
        answer_letter(t, 1)
        answer(t, 80, 24)
        t.wait_for("F2/2 Settings")
        t.screen.resize(30, 100)
        t.press("ctrl-l")
        await_question(t, 3)
        answer(t, 100, 30)
        t.read(0.5)
        t.wait_rest()
        assert t.row_of("F2/2 Settings") >= 26, t.text()


def test_what_a_terminal_without_utf8_gets():
    """Nothing but ASCII; the vendor's other letters are question marks, the words are English."""
    configure("[Product]\nName=Größe\n[Console]\nLanguage=de\n")
    claim()
    try:
        for cells, name in (1, "Größe".encode()), (2, rb"Gr\?+e"):
            with line(80, 24) as t:
                answer_letter(t, cells)
                before = len(t.recorded)
                answer(t, 80, 24)
                t.wait_for("F2/2")
                t.wait_rest()
                assert re.search(name, t.recorded[before:]), t.recorded
                assert (max(t.recorded[before:]) > 0x7f) == (cells == 1), t.recorded
                assert cells == 1 or t.sees("Settings"), t.text()
    finally:
        configure("")


# -- the terminals --------------------------------------------------------------------------------

TERMS = "vt100", "vt102", "vt220", "ansi", "xterm", "xterm-mono", "linux"
COLOUR = rb"\033\[(?:\d+;)*[34][0-7][;m]"


@case.variants(*[(term, columns, rows) for term in TERMS for columns, rows in ((80, 24), (40, 12))])
def test_terminals(term, columns, rows):
    claim()
    with console(columns, rows, term) as t:
        t.wait_for(r"https://192\.0\.2\.\d+:8443/")
        t.press("f2") if term in ("linux", "xterm", "vt220") else t.type("2")
        t.wait_for(r"Password +\[")
        t.read(0.2)
        t.type(PASSWORD + "\r")
        t.wait_for("What shall be changed", 20)
        t.wait_rest()
        # The frame is whole, whatever it is drawn with; the cursor's item can be told without colours.
        assert t.sees("Settings") and t.sees("Network and its"), t.text()
        if term in ("vt100", "vt102", "vt220", "xterm-mono"):
            assert not re.search(COLOUR, t.recorded), t.recorded


def test_frames_are_ascii_where_there_are_no_lines():
    claim()
    with console(80, 24, "vt52") as t:
        deadline = time.monotonic() + 10
        while b"Settings" not in t.recorded and time.monotonic() < deadline:
            t.read(0.1)
        t.type("2")
        while b"Password" not in t.recorded and time.monotonic() < deadline:
            t.read(0.1)
        t.wait_rest()
        assert re.search(rb"-{20}", t.recorded) and b"|" in t.recorded, t.recorded
        assert not re.search(rb"[\x80-\xff\x0e]", t.recorded), t.recorded


def test_a_slow_line_has_the_screen_within_seconds():
    """At 9600 baud 960 bytes take a second: the first screen, and then nothing until something changes."""
    claim()
    with console(80, 24, "vt220") as t:
        t.wait_for(r"https://192\.0\.2\.\d+:8443/")
        t.wait_for(KEYS)
        assert t.output < 2500, t.output
        t.wait_rest(2)
        assert t.output < 6000, t.output


def test_resized_at_any_moment():
    unclaim()
    with console(80, 24, "vt220") as t:
        t.wait_for("Welcome to", 20)
        for number, (columns, rows) in enumerate(((40, 12), (132, 50), (30, 8), (80, 24), (41, 13), (200, 60), (80, 24)) * 3):
            t.resize(columns, rows)
            t.read(0.02 * (number % 4))
            if number == 7:
                t.press("enter")
        t.wait_for("Which network card", 20)
        t.wait_rest()
        assert t.sees("enp1s0") and not t.sees("Too small"), t.text()


# -- several at once ------------------------------------------------------------------------------

def test_several_are_live_and_one_edits():
    claim()
    # It has counted the passwords of the tests before.
    end("firstbootd")
    with console(80, 24, "linux") as first, console(80, 24, "vt220") as second, console(80, 60, "dumb") as third:
        first.wait_for(KEYS)
        second.wait_for(KEYS)
        third.wait_for(r"4 Restart or power off.*\nChoice: *$", 20)
        for t in first, second:
            t.press("f2")
            t.wait_for(r"Password +\[")
            t.read(0.2)
            t.type(PASSWORD + "\r")
            t.wait_for("What shall be changed" if t is first else "has been changing settings since", 20)
        # The third one still shows what is true now.
        os.system("ip address add 192.0.2.204/24 dev enp1s0")
        try:
            third.wait_for(r"https://192\.0\.2\.204:8443/")
        finally:
            os.system("ip address del 192.0.2.204/24 dev enp1s0")
        first.press("escape")
        first.wait_for(KEYS)
        second.wait_for("What shall be changed", 20)


if __name__ == "__main__":
    allow_ptys()
    wait_lease()
    case.run(dict(globals()))
