#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Restart and power off on the screen, against the real logind; there is no PID 1 that could do it."""

import contextlib
import subprocess
import time

import case
from machine import PASSWORD, allow_ptys, claim, console, run, unclaim, wait_lease

DASHBOARD = "1 Settings|F2/2"


def has_logind():
    return "true" in run("busctl", "--system", "call", "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                         "NameHasOwner", "s", "org.freedesktop.login1")


@contextlib.contextmanager
def logind():
    with subprocess.Popen(["/lib/systemd/systemd-logind"], stderr=open("/run/logind.log", "wb")) as process:
        try:
            end = time.monotonic() + 10
            while not has_logind():
                assert time.monotonic() < end, "no logind"
                time.sleep(0.05)
            yield process
        finally:
            process.kill()
    end = time.monotonic() + 5
    while has_logind():
        assert time.monotonic() < end, "logind stays"
        time.sleep(0.05)


@contextlib.contextmanager
def lock(why, mode="block"):
    listed = ["systemd-inhibit", "--list", "--no-legend"]
    before = run(*listed)
    process = subprocess.Popen(["systemd-inhibit", "--what=shutdown", f"--mode={mode}", "--who=APT", f"--why={why}", "sleep", "100"])
    try:
        end = time.monotonic() + 10
        while run(*listed) == before:
            assert time.monotonic() < end, "no lock"
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def choose(t, number, title):
    t.wait_for(DASHBOARD)
    t.press("f10")
    t.wait_for("What shall be done")
    t.read(0.3)
    t.type(number)
    t.press("enter")
    t.wait_for(title)
    t.read(0.3)


@case.variants((80, 24), (40, 12))
def test_reason_is_named_and_no_is_the_default(columns, rows):
    claim()
    with logind(), lock("Packages are being installed"), console(columns, rows) as t:
        choose(t, "1", "Restart the appliance")
        if rows == 24:
            assert t.sees('"APT" forbids it now: Packages are being installed.'), t.text()
        t.wait_for("Do it anyway")
        t.press("enter")
        t.wait_for(DASHBOARD)
        assert not t.sees("Password")


def test_only_a_delay():
    claim()
    with logind(), lock("Saving", "delay"), console() as t:
        choose(t, "2", "Power off the appliance")
        assert t.sees('"APT" may delay it a little: Saving.') and not t.sees("Do it anyway"), t.text()
        t.press("escape")
        t.wait_for(DASHBOARD)


def test_nothing_in_the_way_needs_the_password():
    claim()
    with logind(), console() as t:
        choose(t, "1", "Restart the appliance")
        assert not t.sees("forbids") and not t.sees("does not answer"), t.text()
        t.press("tab", "enter")
        t.wait_for("Root's password")
        t.read(0.3)
        t.type(PASSWORD)
        t.press("enter")
        # Without PID 1 nobody can: the reason is named, and asked again whether to force it.
        t.wait_for("was not restarted", 15)
        t.wait_for("Do it anyway")
        t.read(0.3)
        t.press("enter")
        t.wait_for(DASHBOARD)


def test_what_comes_up_meanwhile_is_asked_about():
    unclaim()
    with logind(), console() as t:
        t.wait_for("Welcome|welcome|Set up|set up")
        t.press("escape")
        choose(t, "1", "Restart the appliance")
        with lock("Packages are being installed"):
            t.press("tab", "enter")
            t.wait_for('forbids it now', 15)
            t.wait_for("Do it anyway")
            t.read(0.3)
            t.press("enter")
            t.wait_for(DASHBOARD)


def test_login_manager_that_does_not_run():
    claim()
    with console() as t:
        choose(t, "1", "Restart the appliance")
        assert t.sees("does not answer") and t.sees("Do it anyway"), t.text()
        t.press("escape")
        t.wait_for(DASHBOARD)


def test_plain_lines():
    claim()
    with logind(), console(term="dumb") as t, lock("Packages are being installed"):
        t.wait_for("4 Restart or power off")
        t.type("4\n")
        t.wait_for("1 Restart\n2 Power off\n3 Back\nChoice")
        t.type("1\n")
        t.wait_for('"APT" forbids it now: Packages are being installed.')
        t.wait_for("Restart the appliance")
        t.wait_for(r"1 Do it anyway\n2 Back\nChoice \(Enter: Back\):")
        t.type("\n")
        t.wait_for("Choice: *$")
        assert not t.sees("Password"), t.text()
        t.type("4\n")
        t.wait_for(r"(?s)Choice: 4.*Choice \(Enter: 3\): *$")
        t.type("2\n")
        t.wait_for("Power off the appliance")
        t.wait_for(r"Choice \(Enter: Back\): *$")
        t.type("1\n")
        t.wait_for(r"Password \(Enter alone")
        t.read(0.2)
        t.type(PASSWORD + "\n")
        t.wait_for("was not restarted or powered off", 15)


if __name__ == "__main__":
    allow_ptys()
    wait_lease()
    case.run(dict(globals()))
