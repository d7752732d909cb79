#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the vendor's words in firstboot.conf do to the screen: colours, picture, links, and what is shown before a login."""

import os
import re
import subprocess

import case
from machine import PASSWORD, allow_ptys, claim, configure, console, run, unclaim, wait_lease
from proof import make_host_key
from term import Term

LOGO = "/etc/firstboot/logo.txt"
DASHBOARD = "F2/2 Settings"
REFUSED = r"! (This is not root's|After a wrong password)"  # the second where one was typed just before


def look_of(t, text):
    """How the first cell of a text is drawn: (colour, colour behind it, bold, reverse)."""
    row = t.row_of(re.escape(text))
    assert row >= 0, f"no {text!r} on the screen:\n{t.text()}"
    cell = t.screen.buffer[row][t.lines()[row].index(text)]
    return cell.fg, cell.bg, cell.bold, cell.reverse


def give_password(t, password=PASSWORD):
    t.wait_for(r"Password +\[")
    t.read(0.3)  # what was typed ahead is thrown away
    t.type(password)
    t.press("enter")


def write_logo(*rows):
    with open(LOGO, "w", encoding="utf-8") as f:
        f.write("".join(row + "\n" for row in rows))
    configure(f"[Product]\nLogo={LOGO}\n")


# -- [Product]

def test_product():
    configure("[Product]\nName=Globex Röntgen Viewer\nVersion=7.1-beta\nDocumentationURL=https://globex.example/help\n")
    with console() as t:
        t.wait_for(DASHBOARD)
        assert t.lines()[0].startswith(" Globex Röntgen Viewer 7.1-beta "), t.text()
        assert t.sees(r"Help +https://globex\.example/help$"), t.text()
    lines = run("firstboot", "--status")
    assert lines.startswith("Globex Röntgen Viewer 7.1-beta, ") and "\nHelp: https://globex.example/help\n" in lines, lines


def test_support_and_help():
    configure("[Product]\nSupportURL=https://support.example.com/acme\n")
    with console() as t:
        t.wait_for(DASHBOARD)
        assert t.sees(r"Help +https://docs\.example\.com/$"), t.text()
        assert t.sees(r"Support +https://support\.example\.com/acme$"), t.text()
    assert "\nSupport: https://support.example.com/acme\n" in run("firstboot", "--status")


def test_vendor():
    configure("[Product]\nVendor=Acme Storage Ltd\n")
    with console() as t:
        t.wait_for(DASHBOARD)
        t.press("f5")
        t.wait_for("Details")
        t.press("end")
        t.wait_for(r"Vendor +Acme Storage Ltd")


@case.variants((80, 24, True), (132, 43, True), (40, 12, False))
def test_logo(columns, rows, shown):
    """It is above all else, whole, where there is room; of two columns too few nothing is shown."""
    picture = [r"  /\_/\   " + "~" * 40, r" ( o.o )", "  > ^ <  Äcme"]
    write_logo(*picture)
    with console(columns, rows) as t:
        t.wait_for(DASHBOARD if columns > 60 else "F2/2")
        t.wait_for("https://")
        lines = t.lines()
        places = [i for i, line in enumerate(lines) if "o.o" in line]
        assert bool(places) == shown, t.text()
        if shown:
            found = [line[2:] for line in lines[places[0] - 1:places[0] + 2]]
            assert found == picture, found
            assert places[0] - 1 < t.row_of("https://"), t.text()


@case.variants(("7 rows", ["x"] * 7), ("61 columns", ["x" * 61]), ("escape", ["\033[31mred"]))
def test_logo_that_is_none(why, rows):
    write_logo(*rows)
    with console(132, 43) as t:
        t.wait_for(DASHBOARD)
        assert not t.sees("x{1,61}$|red"), t.text()


def test_logo_is_not_read_out():
    write_logo("ACME-PICTURE")
    with console(term="dumb") as t:
        t.wait_for("Choice:")
        assert not t.sees("ACME-PICTURE"), t.text()


# -- [Web]

def test_link():
    """Every part of the link; without a web interface bare addresses."""
    lease = wait_lease()
    for words, link in (("Scheme=http\nPort=8090\nPath=/ui/\n", f"http://{lease}:8090/ui/"), ("Port=0\n", f"https://{lease}/"),
                        ("Enabled=no\n", lease)):
        configure(f"[Web]\n{words}")
        with console() as t:
            t.wait_for(DASHBOARD)
            assert t.sees(rf"^ +{re.escape(link)}$"), t.text()


# -- [Wizard]

def wizard():
    """The wizard of an appliance that is nobody's, at its first page."""
    unclaim()
    t = console()
    t.wait_for("Welcome to")
    return t


def test_steps_in_another_order():
    configure("[Wizard]\nSteps=welcome password nothing hostname\n")
    try:
        with wizard() as t:
            t.press("enter")
            t.wait_for(r"Again +\[")
            t.press("escape")
            t.wait_for("Welcome to")
    finally:
        claim()


def test_step_that_may_be_left_out():
    for words, offered in (("Skippable=hostname\n", True), ("Skippable=network\n", False)):
        configure(f"[Wizard]\nSteps=welcome hostname password\n{words}")
        try:
            with wizard() as t:
                t.press("enter")
                t.wait_for(r"Hostname +\[")
                assert t.sees("Skip") == offered, t.text()
        finally:
            claim()


def test_licence():
    configure("[Wizard]\nEULA=/etc/firstboot/LICENCE.txt\n")
    with open("/etc/firstboot/LICENCE.txt", "w", encoding="utf-8") as f:
        f.write("You may look, but not touch.\n")
    try:
        with wizard() as t:
            t.press("enter")
            t.wait_for("You may look, but not touch")
            t.wait_for("Agree|agree")
    finally:
        claim()


# -- [Console] TTYs=, Display=

def test_terminals():
    """The console's account gets its screen on those alone."""
    configure("[Console]\nTTYs=tty1 ttyS0\n")
    with console() as t:
        assert t.wait_exit(5) != 0
        assert t.sees("not one of the consoles of this appliance"), t.text()


def machine_is_shown(t):
    """What is said of the machine: (hostname, link to the web interface, keys, interfaces)."""
    return t.sees("appliance|localhost|" + os.uname().nodename), t.sees("https://192"), t.sees("SSH host key"), t.sees("enp1s0")


@case.variants(("full", (True, True, True, True)), ("minimal", (True, True, False, False)), ("none", (False, False, False, False)))
def test_display(display, expected):
    configure(f"[Console]\nDisplay={display}\n")
    for term in ("linux", "dumb"):
        with console(132, 43, term=term) as t:
            t.wait_for("Help")
            t.wait_rest()
            assert machine_is_shown(t) == expected, f"{term}: {machine_is_shown(t)}\n{t.text()}"
            assert t.sees("Acme Backup Appliance 4.2") and t.sees(r"https://docs\.example\.com/"), t.text()
    assert "enp1s0" in run("firstboot", "--status"), "root is not told"


@case.variants(("minimal",), ("none",))
def test_details_are_behind_the_password(display):
    configure(f"[Console]\nDisplay={display}\n")
    with console() as t:
        t.wait_for(DASHBOARD)
        t.press("f5")
        give_password(t, "wrong password")
        t.wait_for("This is not root's password", 20)
        assert not t.sees("52:54|enp1s0"), t.text()
        t.read(1.5)  # after a wrong one the next is not taken at once
        give_password(t)
        t.wait_for(r"enp1s0", 20)
        t.press("escape")
        t.wait_for(DASHBOARD)
    with console(term="dumb") as t:
        t.wait_for("Choice:")
        t.type("2\n")
        t.wait_for('password of "root"')
        assert not t.sees("52:54|enp1s0"), t.text()


def test_details_of_what_is_nobodys():
    """There is no password yet: who sets it up may look."""
    configure("[Console]\nDisplay=none\n")
    unclaim()
    try:
        with console() as t:
            t.wait_for("Welcome to")
            t.press("escape")
            t.wait_for("not set up yet")
            assert not t.sees("enp1s0"), t.text()
            t.press("f5")
            t.wait_for("enp1s0")
    finally:
        claim()


# -- [Console] Language=, Plain=

CATALOGUE = """msgid ""
msgstr ""
"Language: eo\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Settings"
msgstr "Agordoj"
"""


def test_language():
    """Of those that are installed; another one is English."""
    folder = "/usr/share/locale/eo/LC_MESSAGES"
    os.makedirs(folder, exist_ok=True)
    subprocess.run(["msgfmt", "-o", f"{folder}/firstboot.mo", "-"], input=CATALOGUE, text=True, check=True)
    try:
        for language, word in ("eo", "Agordoj"), ("", "Settings"), ("tlh", "Settings"):
            configure(f"[Console]\nLanguage={language}\n")
            with console(term="xterm") as t:
                t.wait_for(f"F2/2 {word}")
    finally:
        os.unlink(f"{folder}/firstboot.mo")


@case.variants(("yes", "xterm", True), ("no", "xterm", False), ("auto", "xterm", False), ("auto", "dumb", True))
def test_plain_lines(value, term, plain):
    configure(f"[Console]\nPlain={value}\n")
    with console(term=term) as t:
        t.wait_for("Choice:" if plain else DASHBOARD)
        assert t.sees("Choice:") == plain, t.text()


# -- [Theme]

def test_colours():
    configure("[Theme]\nText=black white\nTitle=blue white\nSelected=bright-white blue\nField=bright-white black\n"
              "ActiveField=bright-white red\nHint=bright-yellow blue\nBar=bright-white red\n")
    with console(term="xterm") as t:
        t.wait_for(DASHBOARD)
        assert look_of(t, "Acme Backup") == ("white", "red", True, False), look_of(t, "Acme Backup")
        assert look_of(t, "Help") == ("black", "white", False, False), look_of(t, "Help")
        assert look_of(t, DASHBOARD)[:2] == ("black", "white"), look_of(t, DASHBOARD)
        blank = t.screen.buffer[1][70]
        assert (blank.bg, blank.reverse) == ("white", False), blank
        t.press("f2")
        t.wait_for(r"Password +\[")
        assert look_of(t, "Root's password")[:3] == ("blue", "white", False), look_of(t, "Root's password")
        assert look_of(t, "Changes need")[:2] == ("black", "white"), look_of(t, "Changes need")
        give_password(t, "wrong password")
        t.wait_for("not root's password", 20)
        assert look_of(t, "This is not root's")[:2] == ("brown", "blue"), look_of(t, "This is not root's")
        t.press("escape")
        t.wait_for(DASHBOARD)
        assert look_of(t, "Acme Backup") == ("white", "red", True, False), look_of(t, "Acme Backup")
    with Term(["firstboot", "--reconfigure", "password"], term="xterm") as t:
        t.wait_for(r"Again +\[")
        first, second = (t.screen.buffer[t.row_of(label)][t.lines()[t.row_of(label)].index("[") + 3] for label in (r"Password +\[", r"Again +\["))
        assert (first.fg, first.bg, first.bold) == ("white", "red", True), first
        assert (second.fg, second.bg, second.bold) == ("white", "black", True), second
        t.press("tab", "tab")
        t.wait_rest()
        assert look_of(t, "Next") == ("white", "blue", True, False), look_of(t, "Next")


def test_a_bright_text_makes_nothing_else_bright():
    configure("[Theme]\nText=bright-white blue\nTitle=bright-yellow blue\nSelected=black cyan\nField=black white\nBar=black cyan\n")
    with console(term="linux") as t:
        t.wait_for(DASHBOARD)
        t.wait_rest()
        assert look_of(t, "Acme Backup") == ("black", "cyan", False, False), look_of(t, "Acme Backup")
        assert look_of(t, "Help") == ("white", "blue", True, False), look_of(t, "Help")
        assert look_of(t, "Settings") == ("white", "blue", True, False), look_of(t, "Settings")
        t.type("0")
        t.wait_for("Power off")
        t.wait_rest()
        assert look_of(t, "3  Back") == ("black", "cyan", False, False), look_of(t, "3  Back")
        assert look_of(t, "What shall") == ("white", "blue", True, False), look_of(t, "What shall")


def every_look(t):
    """The colours of all cells, as pairs."""
    return {(cell.fg, cell.bg) for row in t.screen.buffer.values() for cell in row.values()}


@case.variants(("linux",), ("xterm",), ("vt100",))
def test_normal_colours_are_the_terminals(term):
    coloured = term != "vt100"
    configure("")
    with console(term=term) as t:
        t.wait_for(DASHBOARD)
        t.type("0")
        t.wait_for("Power off")
        t.wait_rest()
        assert look_of(t, "Restart or power off") == ("default", "default", True, False), look_of(t, "Restart or power off")
        assert look_of(t, "What shall") == ("default", "default", False, False), look_of(t, "What shall")
        assert look_of(t, "3  Back") == ("default", "default", False, True), look_of(t, "3  Back")
        assert every_look(t) == {("default", "default")}, every_look(t)
        t.press("escape")
        t.wait_for(DASHBOARD)
        t.type("2")
        t.wait_for(r"Password +\[")
        t.wait_rest()
        field = t.screen.buffer[t.row_of(r"Password +\[")][t.lines()[t.row_of(r"Password +\[")].index("[") + 3]
        assert (field.fg, field.bg, field.reverse) == (("black", "cyan", False) if coloured else ("default", "default", True)), field
        give_password(t, "wrong password")
        t.wait_for(REFUSED, 20)
        refusal = re.search(REFUSED, t.text())[1]
        assert look_of(t, refusal) == (("brown", "black") if coloured else ("default", "default")) + (True, False)
        t.press("escape")
        t.wait_for(DASHBOARD)
        t.wait_rest()
        assert every_look(t) == {("default", "default")}, every_look(t)


def test_colours_that_are_too_weak():
    configure("[Theme]\nText=yellow red\nBar=cyan white\n")
    with console(term="xterm") as t:
        t.wait_for(DASHBOARD)
        assert look_of(t, "Acme Backup") == ("default", "default", False, True), look_of(t, "Acme Backup")
        assert look_of(t, "Help") == ("default", "default", False, False), look_of(t, "Help")


def test_monochrome_stays():
    configure("[Theme]\nText=black white\nBar=bright-white red\n")
    with console(term="vt100") as t:
        t.wait_for(DASHBOARD)
        assert look_of(t, "Acme Backup") == ("default", "default", False, True), look_of(t, "Acme Backup")
        assert look_of(t, "Help") == ("default", "default", False, False), look_of(t, "Help")


# -- [Password]

def test_rules_are_said_before_the_first_key():
    configure("[Password]\nMinLength=20\nMinClasses=3\n")
    with Term(["firstboot", "--reconfigure", "password"]) as t:
        t.wait_for(r"Again +\[", 20)
        shown = " ".join(t.text().replace("│", " ").split())
        assert "at least 20 characters of 3 kinds (small letters, capitals, digits, others)" in shown, t.text()


if __name__ == "__main__":
    allow_ptys()
    claim()
    wait_lease()
    make_host_key("ed25519")
    case.run(dict(globals()))
