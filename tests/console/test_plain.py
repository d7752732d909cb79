# SPDX-License-Identifier: LGPL-2.1-or-later
"""Plain lines: every page in them, who gets them, and what is typed into them."""

import json
import os
import re
import shutil
import socket
import subprocess

import case
import vendor
from machine import PASSWORD, allow_ptys, claim, configure, console, end, password_is, unclaim, wait_lease
from term import Term

MENU = r"What shall be changed\?[^\0]*Choice \(Enter: \d+\): *$"
DASHBOARD = r"4 Restart or power off.*\nChoice: *$"
HIDDEN = r"\(Enter alone: the choices\): *$"


def choose(t, what, pattern, timeout=10):
    """Type a line, and wait for what it leads to, without what stood there before."""
    t.screen.reset()
    t.type(what + "\n")
    return t.wait_for(pattern, timeout)


def give_password(t, word=PASSWORD):
    t.read(0.2)
    t.type(word + "\n")


def plain(*options, rows=60, **others):
    return Term(["firstboot", "--plain", *options], 80, rows, **others)


def is_plain(t):
    """Nothing moves the cursor or erases: what came stays where it is."""
    return not re.search(rb"[\x00-\x06\x0b-\x0c\x0e-\x1f]", t.recorded)


# -- who gets them --------------------------------------------------------------------------------

@case.variants(("dumb", 80, "", ()), ("linux", 80, "", ("--plain",)), ("linux", 80, "Plain=yes", ()), ("linux", 0, "", ()),
               ("dumb", 80, "Plain=no", ()), ("no-such-terminal", 80, "", ()))
def test_lines(term, columns, key, options):
    configure(f"[Console]\n{key}\n")
    claim()
    with Term(["firstboot", *options], columns or 80, 60, term, size=(columns, 60)) as t:
        t.wait_for(r"4 Restart or power off  q Quit\nChoice: *$")
        t.type("q\n")
        assert t.wait_exit(5) == 0
        assert is_plain(t), t.recorded
    configure("")


@case.variants(("linux", "Plain=no"), ("vt100", ""), ("xterm", "Plain=auto"))
def test_screens(term, key):
    configure(f"[Console]\n{key}\n")
    claim()
    with Term(["firstboot"], term=term) as t:
        t.wait_for("F2/2 Settings")
    configure("")


def test_options_go_together():
    done = subprocess.run(["firstboot", "--reconfigure", "--plain", "--set", "Host.Hostname=a"], capture_output=True, text=True)
    assert done.returncode == 2 and "--plain" in done.stderr and "--set" in done.stderr, done
    done = subprocess.run(["firstboot", "--status", "--plain"], capture_output=True, text=True)
    assert done.returncode == 2 and "--plain" in done.stderr and "--reconfigure" in done.stderr, done


# -- all of it ------------------------------------------------------------------------------------

def test_wizard():
    unclaim()
    with console(80, 60, term="dumb") as t:
        t.wait_for(r"Welcome[^\0]*Choice \(Enter: Next\): *$", 20)
        choose(t, "", r"Which network card[^\0]*1 enp1s0[^\0]*Choice \(Enter: 1\): *$")
        choose(t, "1", r"How does enp1s0 get its address\?\n1 Automatic")
        choose(t, "2", r"1 IP address: 192\.0\.2\.\d+/24[^\0]*Choice \(Enter: Next\): *$")
        choose(t, "1", r"IP address \(Enter alone keeps it, - empties it\): *$")
        choose(t, "192.0.2.300", r"1 IP address: 192\.0\.2\.300")
        # The rule, under its field; Enter leads there.
        choose(t, "", r"  ! [^\0]*Choice \(Enter: IP address\): *$")
        choose(t, "", r"IP address \(Enter alone keeps it, - empties it\): *$")
        choose(t, "192.0.2.77/24", r"1 IP address: 192\.0\.2\.77/24[^\0]*Choice \(Enter: Next\): *$")
        choose(t, "", r"1 Hostname:")
        choose(t, "b", r"1 IP address: 192\.0\.2\.77/24")
        choose(t, "", r"1 Hostname:")
        choose(t, "1", r"Hostname.*: *$")
        choose(t, "lines01", r"1 Hostname: lines01[^\0]*Choice \(Enter: Next\): *$")
        choose(t, "", "Password " + HIDDEN)
        give_password(t)
        t.wait_for("Again " + HIDDEN)
        give_password(t, "another one altogether")
        t.wait_for("  ! The two are not the same")
        t.wait_for("Password " + HIDDEN)
        give_password(t)
        t.wait_for("Again " + HIDDEN)
        t.screen.reset()
        give_password(t)
        t.wait_for(r"Hostname\n  now: \S+\n  new: lines01\n[^\0]*1 Apply\n2 Back\nChoice: *$", 20)
        assert socket.gethostname() != "lines01"
        # Nothing is applied by Enter alone.
        choose(t, "", r"Type one of the numbers and Enter\.\nChoice: *$")
        choose(t, "1", r"done +hostname set\n", 60)
        t.wait_for(r"This appliance is set up[^\0]*Choice \(Enter: OK\): *$", 30)
        choose(t, "", DASHBOARD)
        assert PASSWORD.encode() not in t.recorded
        assert is_plain(t), t.recorded
    assert socket.gethostname() == "lines01" and password_is(PASSWORD)


def test_licence_and_step_of_a_vendor():
    """Every kind of field, one that comes with another, a secret, and how far the vendor's program is."""
    licence = "/etc/firstboot/LICENCE.txt"
    with open(licence, "w", encoding="utf-8") as f:
        f.write(vendor.LICENCE)
    vendor.add_step()
    unclaim()
    configure(f"[Wizard]\nSteps=welcome eula site password\nEULA={licence}\n")
    end("firstbootd")
    open("/run/hold", "w", encoding="ascii").close()
    with console(80, 80, term="dumb") as t:
        t.wait_for(r"Welcome[^\0]*Choice \(Enter: Next\): *$", 20)
        choose(t, "", r"Paragraph 1[^\0]*Choice: *$")
        choose(t, "r", r"Nothing was changed[^\0]*Choice \(Enter: OK\): *$")
        choose(t, "", r"Welcome[^\0]*Choice \(Enter: Next\): *$")
        choose(t, "", r"Paragraph 1[^\0]*Choice: *$")
        choose(t, "agree", r"one of the letters[^\0]*a: Agree[^\0]*Choice: *$")
        choose(t, "", r"Lines \d+ to (\d+) of \1\.[^\0]*Choice: *$")
        choose(t, "", r"one of the letters[^\0]*a: Agree[^\0]*Choice: *$")
        choose(t, "a", r"1 Name of the place:\n[^\0]*3 Kind: An office\n[^\0]*4 Backup: no\n[^\0]*5 Gate:[^\0]*Choice.*: *$")
        choose(t, "1", r"^Name of the place: *$")
        choose(t, "Attic", r"1 Name of the place: Attic")
        choose(t, "3", r"Kind:\n1 An office\n2 A plant\n3 A shop\nChoice.*: *$")
        choose(t, "2", r"3 Kind: A plant")
        choose(t, "4", r"Backup:\n1 [^\0]*Choice.*: *$")
        t.screen.reset()
        t.type("1\n")
        t.wait_for(r"Backup: (yes|no)")
        if t.sees("Backup: no"):
            choose(t, "4", r"Choice.*: *$")
            choose(t, "2", r"Backup: yes")
        t.wait_for(r"5 Backup server:[^\0]*6 Token: not typed yet")
        choose(t, "5", r"^Backup server: *$")
        choose(t, "backup.example.com", r"5 Backup server: backup\.example\.com")
        choose(t, "6", "Token " + HIDDEN)
        give_password(t, "sesame open")
        t.wait_for(r"6 Token: typed[^\0]*Choice.*: *$")
        number = t.wait_for(r"^(\d+) Next$")[1]
        choose(t, number, "Password " + HIDDEN)
        give_password(t)
        t.wait_for("Again " + HIDDEN)
        t.screen.reset()
        give_password(t)
        t.wait_for(r"A plant[^\0]*1 Apply\n2 Back\nChoice: *$", 20)
        choose(t, "1", r"working +.*: 40 %", 60)
        os.remove("/run/hold")
        t.wait_for(r"The site is registered as A-17[^\0]*Choice.*: *$", 60)
        assert b"sesame" not in t.recorded and is_plain(t), t.recorded
    with open("/run/seen/values", encoding="utf-8") as f:
        values = json.load(f)["values"]
    assert values["place"] == "Attic" and values["kind"] == "plant" and values["target"] == "backup.example.com", values
    with open("/run/seen/secrets", encoding="utf-8") as f:
        assert json.load(f) == {"token": "sesame open"}
    configure("")


def test_enter_leads_to_a_field_that_has_come():
    """It has the number of one that was left empty before."""
    vendor.add_step()
    unclaim()
    shutil.rmtree("/var/lib/firstboot/steps", ignore_errors=True)
    configure("[Wizard]\nSteps=welcome site password\n")
    end("firstbootd")
    with plain(rows=80) as t:
        t.wait_for(r"Welcome[^\0]*Choice \(Enter: Next\): *$", 20)
        choose(t, "", r"5 Gate:[^\0]*Choice.*: *$")
        choose(t, "1", r"^Name of the place: *$")
        choose(t, "Attic", r"1 Name of the place: Attic[^\0]*Choice.*: *$")
        choose(t, "5", r"^Gate: *$")
        choose(t, "", r"5 Gate:[^\0]*Choice.*: *$")
        choose(t, "4", r"Backup:\n1 [^\0]*Choice.*: *$")
        choose(t, "1", r"Backup: yes\n5 Backup server:[^\0]*Choice \(Enter: Backup server\): *$")
    configure("")


def test_every_page_of_the_settings():
    claim()
    with plain("--reconfigure", "hostname") as t:
        t.wait_for(r"Choice \(Enter: Next\): *$")
    with console(80, 100, term="dumb") as t:
        t.wait_for(DASHBOARD, 20)
        choose(t, "1", "Password " + HIDDEN)
        t.screen.reset()
        give_password(t)
        t.wait_for(MENU, 20)
        items = re.findall(r"^(\d+) (?!Back)", t.text(), re.M)
        assert len(items) >= 8, t.text()
        for item in items:
            for word in "b", "q":
                choose(t, item, r"(Choice.*|" + HIDDEN[:-3] + r") *$", 20)
                for _ in range(6):
                    if t.sees("What shall be changed"):
                        break
                    t.read(0.2)
                    choose(t, "" if t.sees(HIDDEN) else word, r"(Choice.*|" + HIDDEN[:-3] + r") *$")
                t.wait_for(MENU)
        choose(t, "q", DASHBOARD)
        assert is_plain(t), t.recorded


# -- what is typed --------------------------------------------------------------------------------

def to_hostname(t):
    t.wait_for(r"1 Hostname:.*\n[^\0]*Choice.*: *$")
    return choose(t, "1", r"Hostname.*: *$")


def test_values():
    claim()
    with plain("--reconfigure", "hostname") as t:
        to_hostname(t)
        choose(t, "x" * 3000, r"too long: at most \d+ characters are taken\.\nHostname.*: *$")
        choose(t, "\033[A", r"no text, such as an arrow key\. Type it again\.\nHostname.*: *$")
        os.write(t.fd, b"\xff\xfe\n")
        t.wait_for(r"(?s)Type it again.*Type it again\.\nHostname.*: *$")
        choose(t, "first", r"1 Hostname: first\n")
        choose(t, "1", r"Hostname \(Enter alone keeps it, - empties it\): *$")
        choose(t, "", r"1 Hostname: first\n")
        choose(t, "1", r"Hostname \(Enter alone")
        choose(t, "-", r"1 Hostname:\n")
        choose(t, "1", r"^Hostname: *$")
        choose(t, "b", r"1 Hostname: b\n")


@case.variants(("0",), ("4",), ("99999",), ("12345678901234567890",), ("-1",), ("1 2",), ("Next",), ("x" * 500,), ("\033[B",), ("%s%n",))
def test_odd_choices(typed):
    claim()
    with plain("--reconfigure", "hostname") as t:
        t.wait_for(r"2 Next\n3 Back\nChoice.*: *$")
        choose(t, typed, r"Type one of the numbers and Enter\.\nChoice.*: *$")
        t.type(" 3 \n")
        assert t.wait_exit(5) == 0


def test_a_password_that_is_too_long_is_not_cut():
    claim()
    with plain("--reconfigure", "password") as t:
        t.wait_for("Password " + HIDDEN)
        give_password(t, "a" * 600)
        t.wait_for(r"too long: at most \d+ characters are taken\.\n[^\0]*Password " + HIDDEN)
        assert b"aaaa" not in t.recorded
        choose(t, "", r"1 Password: not typed yet\n[^\0]*Choice.*: *$")
        # What changes meanwhile does not lead from the choices to the hidden question again.
        t.read(1.5)
        t.type("b\n")
        assert t.wait_exit(5) == 0


@case.variants(("Choice",), ("Hostname",))
def test_the_terminal_goes(where):
    claim()
    with plain("--reconfigure", "hostname") as t:
        to_hostname(t) if where == "Hostname" else t.wait_for("Choice.*: *$")
        pid = t.pid
    assert not os.path.exists(f"/proc/{pid}") or t.status is not None


def test_keys_that_end_or_hold_elsewhere_do_nothing():
    claim()
    with console(80, 60, term="dumb") as t:
        t.wait_for(DASHBOARD, 20)
        for key in "ctrl-c", "ctrl-d", "ctrl-z", "ctrl-\\", "ctrl-s":
            t.press(key)
        choose(t, "", r"Type one of the numbers and Enter\.\n[^\0]*Choice: *$")
        choose(t, "4", r"1 Restart\n2 Power off\n3 Back\nChoice \(Enter: 3\): *$")


# -- several consoles -----------------------------------------------------------------------------

def test_one_edits_and_the_other_waits():
    claim()
    with Term(["firstboot", "--reconfigure", "hostname"]) as first:
        first.wait_for(r"Hostname +\[")
        with console(80, 60, term="dumb") as second:
            second.wait_for(DASHBOARD, 20)
            choose(second, "1", "Password " + HIDDEN)
            give_password(second)
            second.wait_for(r"has been changing settings since[^\0]*1 Wait\n2 Leave\nChoice.*: *$", 20)
            second.screen.reset()
            first.press("escape")
            assert first.wait_exit(5) == 0
            # By itself, as soon as the other one has gone.
            second.wait_for(MENU, 20)


if __name__ == "__main__":
    allow_ptys()
    wait_lease()
    case.run(dict(globals()))
