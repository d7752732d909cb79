#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What "Log in" is on each kind of appliance, who asks for root's password, and when it has to be typed again."""

import os
import subprocess
import time

import case
from machine import PASSWORD, STATE, allow_ptys, claim, configure, console, run, wait_lease

SIZES = [(80, 24), (40, 12)]
DASHBOARD = "F2/2 Settings"
FLAG = "/run/firstboot/next-login"
KEYS_BELOW = {"login": "F8/8 Log in", "restricted": "F8/8 Rescue", "off": "F5/5 Details"}


def vendor_says(shell="login", authentication="console", more=""):
    configure(f"[Console]\nShell={shell}\nAuthentication={authentication}\n{more}")


def words(t):
    """The text of a box or a page, without its frame and its line ends."""
    return " ".join(t.text().replace("│", " ").split())


def wait_words(t, text, timeout=10.0):
    try:
        case.until(lambda: t.read(0.05) and text in words(t), timeout)
    except AssertionError:
        raise AssertionError(f"{text!r} is not on the screen:\n{t.text()}") from None


def give_password(t, password=PASSWORD):
    t.wait_for(r"Password +\[")
    t.read(0.3)  # what was typed ahead is thrown away
    t.type(password)
    t.press("enter")


def request_login():
    """What firstbootd says to the console's account, whatever the screen offers."""
    done = subprocess.run(["setpriv", "--reuid=firstboot", "--regid=firstboot", "--clear-groups", "busctl", "call",
                           "org.firstboot.Firstboot1", "/org/firstboot/Firstboot1", "org.firstboot.Firstboot1", "RequestLogin"],
                          capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stderr


@case.variants(*[(mode, *size) for mode in ("login", "restricted", "off") for size in SIZES])
def test_the_key_is_what_the_vendor_says(mode, columns, rows):
    vendor_says(mode)
    with console(columns, rows) as t:
        t.wait_for(KEYS_BELOW[mode])
        assert t.sees("Log in") == (mode == "login") and t.sees("Rescue") == (mode == "restricted"), t.text()
        if mode == "login":
            t.type("8")
            assert t.wait_exit(5) == 0
            assert os.path.exists(FLAG)
            os.unlink(FLAG)
        elif mode == "restricted":
            t.type("8")
            wait_words(t, 'need the password of "root"')
        else:
            for key in "f8", "escape":
                t.press(key)
            t.type("8")
            t.read(0.5)
            assert t.sees(KEYS_BELOW[mode]), t.text()
    assert not os.path.exists(FLAG)


@case.variants(("restricted", '"Rescue"'), ("off", "Nobody logs in"))
def test_firstbootd_refuses_a_login(mode, why):
    vendor_says(mode)
    ok, said = request_login()
    assert not ok and why in said, said
    assert not os.path.exists(FLAG)


@case.variants(*SIZES)
def test_rescue_leads_to_every_page(columns, rows):
    vendor_says("restricted", more="[Web]\nUnit=acme-web.service\n")
    with console(columns, rows) as t:
        t.wait_for("F8/8 Rescue")
        t.press("f8")
        give_password(t, "wrong-password-1")
        wait_words(t, "not root's password", 15)
        time.sleep(1.2)
        give_password(t)
        wait_words(t, "What is wanted?", 15)
        for key, text in (("1", r"enp1s0 +up"), ("2", "ournal"), ("3", "What shall be tested"), ("4", "SUPPORT REPORT|Support report"),
                          ("5", "When nothing else helps"), ("6", r"Password +\["), ("7", "What shall be done")):
            t.type(key)
            t.press("enter")
            t.wait_for(text, 15)
            t.wait_gone("What is wanted")
            t.read(0.3)
            t.press("escape")
            wait_words(t, "What is wanted?")
        t.press("escape")
        t.wait_for("F8/8 Rescue")
        # For a while it counts.
        t.press("f8")
        wait_words(t, "What is wanted?")
        assert not open(f"/proc/{t.pid}/task/{t.pid}/children", encoding="ascii").read(), "it has started a program"


def test_rescue_changes_the_password():
    vendor_says("restricted")
    new = "Another-Horse-8-Stable"
    with console() as t:
        t.wait_for("F8/8 Rescue")
        t.press("f8")
        give_password(t)
        wait_words(t, "What is wanted?", 15)
        t.type("6")
        t.press("enter")
        t.wait_for(r"Again +\[")
        t.type(f"{new}\t{new}\n")
        t.wait_for("Nothing has changed yet", 15)
        t.read(1.2)
        t.press("enter")
        t.wait_for("in force and kept", 30)
        t.read(0.3)
        t.press("enter")
        wait_words(t, "What is wanted?")
    with console() as t:
        t.wait_for("F8/8 Rescue")
        t.press("f8")
        give_password(t, new)
        wait_words(t, "What is wanted?", 15)
    claim()


@case.variants(*SIZES)
def test_off_says_what_recovery_needs(columns, rows):
    vendor_says("off")
    with console(columns, rows) as t:
        t.wait_for(KEYS_BELOW["off"])
        t.type("5")
        t.wait_for("Details")
        seen = ""
        for _ in range(20):
            seen += " " + words(t)
            t.press("pagedown")
            t.read(0.1)
        assert "not at this console; what the settings do not mend" in seen, seen


def test_off_warns_before_the_machine_is_claimed():
    vendor_says("off")
    # A password that did not come from the console would claim it.
    run("usermod", "--password", "!*", "root")
    with open(STATE, "w", encoding="ascii") as file:
        file.write("unclaimed\n")
    try:
        with console() as t:
            t.wait_for("Welcome to")
            for text, keys in (("Welcome to", "\n"), ("Which network card", "\n"), ("How does", "\n"), ("appliance called", "one\n"),
                               ("Choose the password", f"{PASSWORD}\t{PASSWORD}\n")):
                t.wait_for(text, 15)
                t.read(0.4)
                if text == "appliance called":
                    t.press("ctrl-u")
                t.type(keys)
            t.wait_for("Nothing has changed yet", 15)
            seen = ""
            for _ in range(4):
                seen += " " + words(t)
                t.press("pagedown")
            assert "Nobody can log in at the console" in seen, seen
    finally:
        claim()


@case.variants(*SIZES)
def test_only_the_login_asks_for_the_password(columns, rows):
    vendor_says(authentication="login")
    with console(columns, rows) as t:
        t.wait_for(DASHBOARD)
        t.press("f2")
        wait_words(t, "does not ask for root's password")
        wait_words(t, "firstboot --reconfigure")
        t.press("escape")
        t.wait_for(DASHBOARD)
        t.press("f10")
        t.wait_for("What shall be done")
        t.read(0.3)
        t.type("1")
        t.press("enter")
        wait_words(t, "Restart the appliance")
        t.read(0.3)
        t.press("tab", "enter")
        wait_words(t, "does not ask for root's password")
        t.read(0.3)
        t.press("escape")
        t.wait_for(DASHBOARD)
        t.press("f2")
        wait_words(t, "does not ask for root's password")
        t.read(0.3)
        t.press("enter")
        assert t.wait_exit(5) == 0
    assert os.path.exists(FLAG)
    os.unlink(FLAG)


def test_a_way_to_change_something_stays():
    """Authentication=login without a login would leave none."""
    vendor_says("off", "login")
    with console() as t:
        t.wait_for(KEYS_BELOW["off"])
        t.press("f2")
        give_password(t)
        t.wait_for("What shall be changed", 15)


def test_doing_nothing_leads_back():
    vendor_says(more="IdleLockSeconds=30\n")
    with console() as t, console() as other:
        t.wait_for(DASHBOARD)
        t.press("f2")
        give_password(t)
        t.wait_for("What shall be changed", 15)
        t.type("2")
        t.press("enter")
        t.wait_for(r"Hostname +\[")
        t.press("ctrl-u")
        t.type("half-typed")
        # Half of a password, too.
        other.wait_for(DASHBOARD)
        other.press("f2")
        other.wait_for(r"Password +\[")
        other.type("half")
        typed = time.monotonic()
        t.read(20)
        t.type("2")
        touched = time.monotonic()
        other.wait_for(DASHBOARD, 15)
        assert 29 < time.monotonic() - typed < 34, time.monotonic() - typed
        assert t.sees("half-typed2"), "a key did not count"
        t.wait_for(DASHBOARD, 30)
        assert 27 < time.monotonic() - touched < 34, time.monotonic() - touched
        t.read(0.3)
        t.press("f2")
        give_password(t)
        t.wait_for("What shall be changed", 15)
        t.type("2")
        t.press("enter")
        t.wait_for(r"Hostname +\[")
        assert not t.sees("half-typed"), t.text()


def test_an_idle_start_screen_gives_the_right_back():
    vendor_says(more="IdleLockSeconds=30\n")
    with console() as t:
        t.wait_for(DASHBOARD)
        t.press("f2")
        give_password(t)
        t.wait_for("What shall be changed", 15)
        t.press("escape")
        t.wait_for(DASHBOARD)
        t.read(32)
        written = t.output
        t.read(2)
        assert t.output == written and t.sees(DASHBOARD)
        t.press("f2")
        t.wait_for(r"Password +\[")


def plain_password(t, password=PASSWORD):
    t.wait_for(r"Password \(Enter alone: the choices\): *$", 15)
    t.read(0.2)
    t.type(password + "\n")


def test_plain_lines_have_the_modes():
    for mode, offered in (("login", "3 Log in"), ("restricted", "3 Rescue"), ("off", "2 Details  4 Restart")):
        vendor_says(mode)
        # What the status adds meanwhile does not move the answer off the screen.
        with console(80, 60, term="dumb") as t:
            t.wait_for(offered)
            assert t.sees("Log in") == (mode == "login"), t.text()
            if mode == "off":
                t.type("3\n")
                t.wait_for("Type one of the numbers")


def test_plain_lines_have_the_rescue():
    new = "Another-Horse-8-Stable"
    vendor_says("restricted", more="[Web]\nUnit=acme-web.service\n")
    with console(80, 40, term="dumb") as t:
        t.wait_for("3 Rescue")
        t.type("3\n")
        plain_password(t)
        t.wait_for("5 Emergency: automatic addresses", 15)
        for key, text, back in (("1", "Lines 1 to", "q"), ("2", "ournal", "b"), ("3", "2 Name servers", "q"),
                                ("4", "Lines 1 to", "b"), ("5", "Choice", "b"), ("7", "2 Power off", "3")):
            t.wait_for(r"7 Restart or power off\n8 Back\nChoice \(Enter: .\): *$", 15)
            t.screen.reset()
            t.type(key + "\n")
            t.wait_for(text, 15)
            t.wait_for(r"Choice.*: *$", 15)
            t.type(back + "\n")
        t.wait_for(r"7 Restart or power off\n8 Back\nChoice \(Enter: .\): *$", 15)
        t.screen.reset()
        t.type("6\n")
        t.wait_for(r"Password \(Enter alone: the choices\): *$", 15)
        t.read(0.2)
        t.type(new + "\n")
        t.wait_for(r"Again \(Enter alone: the choices\): *$")
        t.read(0.2)
        t.type(new + "\n")
        t.wait_for(r"1 Apply\n2 Back\nChoice: *$", 15)
        # Nothing that changes the machine is done by Enter alone.
        t.type("\n")
        t.wait_for(r"Type one of the numbers and Enter.\nChoice: *$")
        t.type("1\n")
        t.wait_for("done +root's password set", 15)
        t.wait_for(r"in force and kept[^\0]*Choice \(Enter: OK\): *$", 15)
        assert new not in t.text()
        t.type("\n")
        t.wait_for(r"7 Restart or power off\n8 Back\nChoice \(Enter: .\): *$", 15)
        t.type("q\n")
        t.wait_for("Choice: *$")
    claim()


def test_plain_lines_reset_the_network():
    vendor_says("restricted")
    with console(80, 60, term="dumb") as t:
        t.wait_for("3 Rescue")
        t.type("3\n")
        plain_password(t)
        t.wait_for("5 Emergency: automatic addresses", 15)
        t.type("5\n")
        t.wait_for(r"asks the network for its[^\0]*Choice.*: *$")
        t.type("1\n")
        # Nobody gives enp2s0 an address.
        t.wait_for(r"1 Keep now\n2 Take back now\nChoice: *$", 90)
        t.read(0.2)
        t.type("1\n")
        t.wait_for("done +network settings kept", 60)
    wait_lease()


def test_plain_lines_and_the_login_alone():
    vendor_says(authentication="login")
    with console(term="dumb") as t:
        t.wait_for("3 Log in")
        t.type("1\n")
        wait_words(t, "firstboot --reconfigure")
        t.wait_for(r"1 Log in\n2 Back\nChoice \(Enter: Log in\): *$")
        t.type("b\n")
        t.wait_for("Choice: *$")
        t.type("4\n")
        t.wait_for("2 Power off")
        t.type("1\n")
        t.wait_for(r"Choice \(Enter: Back\): *$")
        t.screen.reset()
        t.type("1\n")
        wait_words(t, "does not ask for root's password")
        assert not t.sees("Password")


def test_plain_lines_lead_back():
    vendor_says("restricted", more="IdleLockSeconds=30\n")
    with console(term="dumb") as t:
        t.wait_for("3 Rescue")
        t.type("3\n")
        plain_password(t)
        t.wait_for("5 Emergency: automatic addresses", 15)
        t.wait_for(r"1 Settings +2 Details +3 Rescue.*\nChoice: *$", 40)
        t.type("3\n")
        t.wait_for(r"(?s)Choice: 3.*Password \(Enter alone")


if __name__ == "__main__":
    allow_ptys()
    claim()
    wait_lease()
    case.run(dict(globals()))
