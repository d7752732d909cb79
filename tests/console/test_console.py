#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The login shell of the console: what its keys do, and what it does not let anybody do."""

import glob
import os
import re
import subprocess
import time

import case
from machine import CONSOLE, PASSWORD, STATE, allow_ptys, as_firstboot, claim, console, ip, unclaim, wait_lease, without_firstbootd
from term import Term

DASHBOARD = "F2/2 Settings"


def ask_password(t, password):
    t.wait_for(r"Password +\[")
    t.read(0.3)  # what was typed ahead is thrown away
    t.type(password)
    t.press("enter")


def set_phase(phase):
    with open(STATE, "w", encoding="ascii") as f:
        f.write(phase + "\n")


def test_unclaimed_opens_the_wizard_once():
    set_phase("unclaimed")
    with console() as t:
        t.wait_for("Welcome to")
        t.read(0.3)
        t.press("escape")
        t.wait_for(DASHBOARD)
        t.wait_for("is not set up yet")
        t.read(0.5)
        assert t.sees(DASHBOARD), "the wizard must not open by itself again"
        t.press("f2")
        t.wait_for("Welcome to")


def test_without_root_password_there_is_no_login():
    set_phase("unclaimed")
    with console() as t:
        t.wait_for("Welcome to")
        t.read(0.3)
        t.press("escape")
        t.wait_for(DASHBOARD)
        t.press("f8")
        t.wait_for("Log in")
        t.wait_for("password")
        t.read(0.3)
        t.press("enter")
        t.wait_for(DASHBOARD)
    assert not os.path.exists("/run/firstboot/next-login")


@case.variants(("f2",), ("2",))
def test_settings_ask_for_roots_password(key):
    claim()
    with console() as t:
        t.wait_for(DASHBOARD)
        t.press(key) if key == "f2" else t.type(key)
        ask_password(t, "wrong-password-1")
        t.wait_for("not root's password", 15)
        t.press("escape")
        t.wait_for(DASHBOARD)
    time.sleep(4)  # the growing delay after a wrong one
    with console() as t:
        t.wait_for(DASHBOARD)
        t.press(key) if key == "f2" else t.type(key)
        ask_password(t, PASSWORD)
        t.wait_for("What shall be changed", 15)


@case.variants(("f8",), ("8",))
def test_log_in_ends_the_session(key):
    claim()
    flag = "/run/firstboot/next-login"
    with console() as t:
        t.wait_for(DASHBOARD)
        t.press(key) if key == "f8" else t.type(key)
        assert t.wait_exit(5) == 0
    assert os.path.exists(flag)
    os.unlink(flag)


@case.variants(("f10",), ("0",))
def test_power_is_asked_twice_and_goes_back(key):
    claim()
    with console() as t:
        t.wait_for(DASHBOARD)
        t.press(key) if key == "f10" else t.type(key)
        t.wait_for("What shall be done")
        t.read(0.3)
        t.type("1")
        t.press("enter")
        t.wait_for("Restart the appliance")
        t.read(0.3)
        t.press("enter")  # the cursor is on Back
        t.wait_for(DASHBOARD)
        assert not t.sees("Password")


def test_power_needs_roots_password():
    claim()
    with console() as t:
        t.wait_for(DASHBOARD)
        t.press("f10")
        t.wait_for("What shall be done")
        t.read(0.3)
        t.type("2")
        t.press("enter")
        t.wait_for("Power off the appliance")
        t.read(0.3)
        t.press("tab", "enter")
        t.wait_for("Root's password")
        t.read(0.3)
        t.press("escape")
        t.wait_for(DASHBOARD)


def test_keys_that_end_programs_do_nothing():
    with console() as t:
        t.wait_for(DASHBOARD)
        t.press("ctrl-c", "ctrl-z", "ctrl-\\", "ctrl-s", "ctrl-d", "ctrl-c")
        t.type("qx")
        ip("address", "add", "192.0.2.202/24", "dev", "enp1s0")
        try:
            t.wait_for(r"https://192\.0\.2\.202:8443/", 2)
        finally:
            ip("address", "del", "192.0.2.202/24", "dev", "enp1s0")
        assert "State:\tT" not in open(f"/proc/{t.pid}/status", encoding="ascii").read(), "it was stopped"


def test_hang_up_ends_it():
    with console() as t:
        t.wait_for(DASHBOARD)
        os.close(t.fd)
        t.fd = -1
        deadline = time.monotonic() + 1
        while not t._reap():
            assert time.monotonic() < deadline, "still runs 1 s after the hang-up"
            time.sleep(0.02)


def test_hang_up_in_a_dialog_ends_it():
    claim()
    with console() as t:
        t.wait_for(DASHBOARD)
        t.press("f2")
        t.wait_for("Root's password")
        os.close(t.fd)
        t.fd = -1
        deadline = time.monotonic() + 1
        while not t._reap():
            assert time.monotonic() < deadline, "still runs 1 s after the hang-up"
            time.sleep(0.02)


@case.variants(("-c", "id"), ("-c", "/bin/sh"), ("--reconfigure",), ("-",), ("",))
def test_refuses_arguments(*arguments):
    with Term(as_firstboot(CONSOLE, *arguments)) as t:
        assert t.wait_exit(2) == 77
        assert t.sees("takes no arguments")


def test_refuses_what_is_no_terminal():
    done = subprocess.run(as_firstboot(CONSOLE), stdin=subprocess.DEVNULL, capture_output=True, timeout=5)
    assert done.returncode == 78 and not done.stdout, done


def test_refuses_a_terminal_that_is_no_console():
    os.rename("/etc/firstboot/firstboot.conf.d/10-console.conf", "/root/10-console.conf")
    try:
        with console() as t:
            assert t.wait_exit(2) == 78
            assert t.sees("not one of the consoles")
    finally:
        os.rename("/root/10-console.conf", "/etc/firstboot/firstboot.conf.d/10-console.conf")


def test_refuses_root_and_others():
    with Term([CONSOLE]) as t:
        assert t.wait_exit(2) == 78
    with Term(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", CONSOLE]) as t:
        assert t.wait_exit(2) == 78


def test_takes_nothing_from_the_environment():
    evil = {
        "TERMINFO": "/nonexistent", "TERMINFO_DIRS": "/nonexistent", "TERMCAP": "x", "LINES": "5", "COLUMNS": "20",
        "NCURSES_NO_PADDING": "1", "DIALOGRC": "/etc/shadow", "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent",
        "LC_ALL": "xx_XX", "LANGUAGE": "de", "HOME": "/root",
    }
    with console(term="evil-term", env=evil) as t:
        t.wait_for(DASHBOARD)
        assert t.row_of("F10/0") == 23
        t.wait_for(r"automatic \(DHCP\)")
        t.type("2")
        t.wait_for("Root's password")


def test_is_limited_by_the_kernel():
    with console() as t:
        t.wait_for(r"automatic \(DHCP\)")
        status = open(f"/proc/{t.pid}/status", encoding="ascii").read()
        assert "NoNewPrivs:\t1" in status
        ignored = int(re.search(r"SigIgn:\t(\w+)", status).group(1), 16)
        for number in (2, 3, 20, 13):
            assert ignored >> (number - 1) & 1, f"signal {number} is not ignored"
        limits = open(f"/proc/{t.pid}/limits", encoding="ascii").read()
        for name in "core file size", "processes":
            assert re.search(rf"Max {name} +0 +0 ", limits), limits
        # Not dumpable: its files below /proc belong to root.
        assert os.stat(f"/proc/{t.pid}/environ").st_uid == 0
        assert len(os.listdir(f"/proc/{t.pid}/task")) == 1
        assert not open(f"/proc/{t.pid}/task/{t.pid}/children", encoding="ascii").read()


def test_inherits_no_descriptors():
    read_end, write_end = os.pipe()
    os.set_inheritable(write_end, True)
    with console() as t:
        t.wait_for(DASHBOARD)
        links = [os.readlink(p) for p in glob.glob(f"/proc/{t.pid}/fd/*")]
        assert not any(link.startswith("pipe:") for link in links), links
    os.close(read_end)
    os.close(write_end)


def test_works_without_firstbootd():
    with without_firstbootd(), console() as t:
        t.wait_for(r"https://192\.0\.2\.")
        for key in "f2", "f8":
            t.press(key)
            t.wait_for("service")
            t.wait_for("answer")
            t.read(0.3)
            t.press("enter")
            t.wait_for(DASHBOARD)


def test_follows_firstbootd_when_it_comes_late():
    """Nobody touches a key: what the machine is, and the wizard that is due, come as soon as somebody knows."""
    unclaim()
    with without_firstbootd():
        t = console()
        t.wait_for(r"https://192\.0\.2\.")
        t.read(1)
        assert t.sees(DASHBOARD) and not t.sees("set up"), t.text()
    with t:
        t.wait_for("Welcome to", 20)


def test_plain_lines_where_the_cursor_cannot_move():
    claim()
    # Tall, as what the web interface answers takes some rows, and two dashboards are to be seen at once.
    with console(rows=60, term="dumb") as t:
        t.wait_for("Acme Backup Appliance 4.2, localhost")
        t.wait_for(r"^  https://192\.0\.2\.\d+:8443/$")
        t.wait_for("1 Settings  2 Details  3 Log in  4 Restart or power off")
        assert t.output == len(t.text().replace("\n", "\r\n")) or "\033" not in t.text()
        ip("address", "add", "192.0.2.203/24", "dev", "enp1s0")
        try:
            t.wait_for(r"^  https://192\.0\.2\.203:8443/$", 2)
        finally:
            ip("address", "del", "192.0.2.203/24", "dev", "enp1s0")
        t.type("1\n")
        t.wait_for("Changes need the password")
        t.wait_for(r"Password \(Enter alone: the choices\):")
        t.type("\n")
        t.wait_for("2 Next\n3 Back")
        t.type("b\n")
        t.wait_for("1 Settings  2 Details  3 Log in[^\0]*1 Settings  2 Details  3 Log in")
        t.type("nonsense\n")
        t.wait_for("Type one of the numbers")
        t.type("4\n")
        t.wait_for("1 Restart\n2 Power off\n3 Back\nChoice")
        t.type("q\n")
        t.wait_for("Choice: *$")
        t.type("3\n")
        assert t.wait_exit(5) == 0
    os.unlink("/run/firstboot/next-login")


if __name__ == "__main__":
    allow_ptys()
    wait_lease()
    case.run(dict(globals()))
