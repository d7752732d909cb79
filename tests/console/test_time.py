#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The time zone and the keyboard layout: typed, searched for, found in lists, tried."""

import contextlib
import os
import re
import shutil
import signal

import case
from machine import PASSWORD, allow_ptys, claim, configure, console, end, wait_lease
from pages import agree, replace, to_settings
from term import Term

SIZES = [(80, 24), (40, 12)]
KEYMAPS = "/usr/share/kbd/keymaps/i386"
DEBIAN = "/etc/default/keyboard"
LAYOUT = r"Layout +\["
ZONE = r"Time zone +\["


def page(name, columns=80, rows=24):
    t = Term(["firstboot", "--reconfigure", name], columns, rows)
    t.wait_for(ZONE if name == "time" else LAYOUT)
    return t


def zone():
    return os.readlink("/etc/localtime").split("zoneinfo/")[1]


def answer(t, text):
    replace(t, text)
    t.press("enter")


@contextlib.contextmanager
def keymaps(*names):
    """Those of kbd are there."""
    os.makedirs(KEYMAPS)
    for name in names:
        open(f"{KEYMAPS}/{name}.map.gz", "w", encoding="ascii").close()
    try:
        yield
    finally:
        shutil.rmtree("/usr/share/kbd")


def keymap():
    return re.search(r"^KEYMAP=(.*)$", open("/etc/vconsole.conf", encoding="utf-8").read(), re.M).group(1)


claim()
wait_lease()


@case.variants(*SIZES)
def test_a_zone_by_its_name(columns, rows):
    before = zone()
    wanted = "Europe/Paris" if before == "Europe/Sofia" else "Europe/Sofia"
    with page("time", columns, rows) as t:
        answer(t, wanted)
        t.wait_for("Review")
        t.wait_for(wanted)
        assert zone() == before
        agree(t)
        t.wait_for("goes[ │\n]+by", 20)
        assert zone() == wanted
        t.press("enter")
        assert t.wait_exit(5) == 0


def test_a_zone_by_a_part_of_it():
    with page("time") as t:
        answer(t, "new yo")
        t.wait_for(r"Time zone +\S+ +America/New_York")
        t.press("escape")
        t.wait_for(r"Time zone +\[America/New_York")
        answer(t, "SAN")
        t.wait_for("America/Santiago")
        assert t.sees("Europe/San_Marino") and t.sees("Argentina/San_Juan"), t.text()
        t.press("end", "enter")
        t.wait_for(r"Time zone +\S+ +Europe/San_Marino")
        t.press("escape")
        t.wait_for(ZONE)
        t.press("escape")


def test_a_zone_that_there_is_not():
    before = zone()
    with page("time") as t:
        for text in ("xyzzy", "", "Europe/", "../etc/passwd", "x" * 100):
            answer(t, text)
            t.wait_for("such as" if text != "Europe/" else r"Europe/\w+ +│")
            if text == "Europe/":
                t.press("escape")
                t.wait_for(ZONE)
        assert t.sees(r"\[x+"), t.text()
        answer(t, before)
        t.wait_for("Nothing would change")
        t.press("enter")
        t.wait_for(ZONE)
    assert zone() == before


def test_an_older_name_is_good_as_well():
    with page("time") as t:
        answer(t, "US/Eastern")
        t.wait_for("Review")
        t.wait_for("US/Eastern")
        t.press("escape")
        t.wait_for(ZONE)


@case.variants(*SIZES)
def test_a_zone_from_the_lists(columns, rows):
    with page("time", columns, rows) as t:
        t.press("f6")
        t.wait_for("Aden to")
        t.press("home", "down", "enter")
        t.wait_for("Adak to")
        t.press("down", "enter")
        t.wait_for("Bahia_Banderas")
        assert t.sees(r"> Bahia +│") and t.sees("Belize"), t.text()
        t.press("escape")
        t.wait_for("Adak to")
        t.press("escape")
        t.wait_for("Aden to")
        t.press("end", "up", "up", "up", "enter")
        t.wait_for("Amsterdam|Paris|Sofia")
        t.press("end", "enter")
        t.wait_for("Review")
        t.wait_for("Europe/Zurich")


def test_what_sets_the_clock_is_said():
    with page("time") as t:
        t.wait_for("clock")
        assert t.sees("time servers"), t.text()


def test_no_keymaps():
    with Term(["firstboot", "--reconfigure", "keyboard"]) as t:
        t.wait_for("no keyboard layouts to choose from")
        assert t.sees("console-setup"), t.text()
        t.press("enter")
        assert t.wait_exit(5) == 0


@case.variants(*SIZES)
def test_a_layout_is_tried(columns, rows):
    with keymaps("us", "de", "de-latin1", "fr"), page("keyboard", columns, rows) as t:
        answer(t, "fr")
        if keymap_or_none() != "fr":
            t.wait_for("Review")
            t.wait_for(r"new:? .*fr|none +fr")
            agree(t)
        t.wait_for(r"Try it +\[", 20)
        assert keymap() == "fr"
        t.type("aqz")
        t.wait_for(r"Try it +\[aqz")
        t.press("escape")
        t.wait_for(r"Layout +\[fr")
        answer(t, "de")
        t.wait_for("Review")
        agree(t)
        t.wait_for(r"Try it +\[", 20)
        assert keymap() == "de"
        t.press("enter")
        assert t.wait_exit(5) == 0
    with keymaps("us", "de", "fr"), page("keyboard", columns, rows) as t:
        t.wait_for(r"Layout +\[de")
        t.press("enter")
        t.wait_for(r"Try it +\[")
    shutil.copy("/dev/null", "/etc/vconsole.conf")


@case.variants(("us",), ("",))
def test_a_layout_that_is_not_kept_goes(before):
    """By going back, and by the end of the program."""
    def is_back():
        return (keymap_or_none() or "") == before

    with open("/etc/vconsole.conf", "w", encoding="ascii") as f:
        f.write(f"KEYMAP={before}\n" if before else "")
    with keymaps("us", "de", "fr"), page("keyboard") as t:
        for name in "fr", "de":
            answer(t, name)
            t.wait_for("Review")
            agree(t)
            t.wait_for(r"Try it +\[", 20)
            assert keymap() == name
            if name == "fr":
                t.type("aqz")
                t.press("escape")
                t.wait_for(r"Layout +\[fr")
                assert is_back(), keymap()
        os.kill(t.pid, signal.SIGKILL)
        case.until(is_back)
    shutil.copy("/dev/null", "/etc/vconsole.conf")


def test_a_layout_that_is_left_goes():
    """Nobody is at the console any more, which locks itself; whoever comes next finds the layout that he knows."""
    allow_ptys()
    configure("[Console]\nIdleLockSeconds=30\n")
    end("firstbootd")
    with open("/etc/vconsole.conf", "w", encoding="ascii") as f:
        f.write("KEYMAP=us\n")
    with keymaps("us", "fr"), console() as t:
        to_settings(t, PASSWORD)
        t.type("8")
        t.press("enter")
        t.wait_for(LAYOUT)
        answer(t, "fr")
        t.wait_for("Review")
        agree(t)
        t.wait_for(r"Try it +\[", 20)
        assert keymap() == "fr"
        t.wait_for("F2/2", 40)
        case.until(lambda: keymap() == "us")
    shutil.copy("/dev/null", "/etc/vconsole.conf")
    configure("")
    end("firstbootd")


def keymap_or_none():
    try:
        return keymap()
    except (OSError, AttributeError):
        return None


def test_a_layout_that_there_is_not():
    with keymaps("us", "de"), page("keyboard") as t:
        answer(t, "klingon")
        t.wait_for("no layout with that in its name")
        answer(t, "d")
        t.wait_for("Review")


def test_debians_way():
    with open(DEBIAN, "w", encoding="ascii") as f:
        f.write('XKBLAYOUT="us"\n')
    with page("keyboard") as t:
        t.wait_for(r"Layout +\[us")
        answer(t, "de(nodeadkeys)")
        t.wait_for("Review")
        agree(t)
        # There is no PID 1 here that could set it at once.
        t.wait_for("from the next start on", 20)
        t.press("enter")
        assert t.wait_exit(5) == 0
    text = open(DEBIAN, encoding="ascii").read()
    assert text == 'XKBLAYOUT="de"\nXKBVARIANT="nodeadkeys"\n', text
    with page("keyboard") as t:
        t.wait_for(r"Layout +\[de\(nodeadkeys\)")
        t.press("f6")
        t.wait_for("af to az")
    os.unlink(DEBIAN)


def test_the_login_shell_has_them():
    """Under its filter of system calls, and with the files alone that it may read."""
    allow_ptys()
    with keymaps("us", "de"), console() as t:
        to_settings(t, PASSWORD)
        t.type("7")
        t.press("enter")
        t.wait_for(ZONE)
        answer(t, "Asia/Tokyo")
        t.wait_for("Review")
        agree(t)
        t.wait_for("goes by the time of Asia/Tokyo", 20)
        assert zone() == "Asia/Tokyo"
        t.press("enter")
        t.wait_for("What shall be changed")
        t.type("8")
        t.press("enter")
        t.wait_for(LAYOUT)
        answer(t, "de")
        t.wait_for("Review")
        agree(t)
        t.wait_for(r"Try it +\[", 20)
        assert keymap() == "de"


case.run(globals())
