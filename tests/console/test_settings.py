#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The menu of an appliance that is set up: history, emergency, DHCP identity, who edits, copies."""

import os
import re
import subprocess

import case
from machine import PASSWORD, allow_ptys, claim, console, run, unclaim, wait_lease
from network import COUNTDOWN, change, has, kept, to_question
from pages import agree, to_settings
from term import Term

SIZES = [(80, 24), (40, 12)]
IDENTITY = "/var/lib/firstboot/identity"


def menu(columns=80, rows=24):
    t = Term(["firstboot"], columns, rows)
    t.wait_for("F2/2")
    t.press("f2")
    t.wait_for("What shall be changed")
    return t


def page(name, columns=80, rows=24):
    return Term(["firstboot", "--reconfigure", name], columns, rows)


def choose(t, key):
    t.type(key)
    t.press("enter")


claim()
wait_lease()


def test_the_menu_leads_everywhere():
    with menu() as t:
        for key, words in (("1", "Which network card"), ("2", r"Hostname +\["), ("3", r"Again +\["),
                           ("4", "have not been changed yet"), ("5", "Which network card"),
                           ("6", "When nothing else helps"), ("7", r"Time zone +\["), ("8", "no keyboard layouts")):
            choose(t, key)
            t.wait_for(words)
            t.press("escape")
            t.wait_for("What shall be changed")
        assert not t.sees("copy"), t.text()
        t.press("escape")
        t.wait_for("F2/2")


def test_a_change_and_its_history():
    with change("192.0.2.60/24", "192.0.2.1") as t:
        t.wait_for("The new settings are in force", 60)
    with change("192.0.2.61/24", "192.0.2.1") as t:
        t.wait_for("The new settings are in force", 60)
    with to_question("192.0.2.62/24") as t:
        t.read(1)
        t.press("enter")
        t.wait_for("are back", 20)
    assert has("192.0.2.61")
    with page("history") as t:
        t.wait_for("The last changes")
        rows = [line for line in t.lines() if re.search(r"\d +\d\d:\d\d", line)]
        assert len(rows) == 3, t.text()
        assert re.search(r"taken back.*192\.0\.2\.62", rows[0]), rows
        assert re.search(r" kept .*192\.0\.2\.61", rows[1]), rows
        assert re.search(r" kept .*192\.0\.2\.60", rows[2]), rows


def test_the_settings_in_force_are_said_to_be():
    with page("history") as t:
        t.wait_for("The last changes")
        t.press("down", "enter")
        t.wait_for("These are the settings in force")
        assert not t.sees("Restore"), t.text()


def test_an_earlier_entry_is_compared_and_restored():
    with page("history") as t:
        t.wait_for("The last changes")
        t.press("end", "enter")
        t.wait_for(r"enp1s0 address +192\.0\.2\.61/24 \(fixed\) +192\.0\.2\.60/24 \(fixed\)")
        t.read(1)
        t.press("left", "enter")
        t.wait_for("new network settings are kept", 60)
        t.press("enter")
        t.wait_for("The last changes")
        rows = [line for line in t.lines() if re.search(r"\d +\d\d:\d\d", line)]
        assert len(rows) == 4 and re.search(r" kept .*192\.0\.2\.60", rows[0]), rows
    assert has("192.0.2.60") and not has("192.0.2.61")
    assert "192.0.2.60/24" in kept()


@case.variants(*SIZES)
def test_history_is_readable(columns, rows):
    with page("history", columns, rows) as t:
        t.wait_for(r"\d +\d\d:\d\d")
        t.wait_for("kept")
        choose(t, "3")
        t.wait_for("Restore")
        seen = t.text()
        for _ in range(12):
            t.press("pagedown")
            seen += t.text()
        for word in ("192.0.2.60/24", "192.0.2.61/24", "in force", "kept"):
            assert word in seen, f"{word}:\n{seen}"
        t.press("escape")
        t.wait_for(r"\d +\d\d:\d\d")


def test_dhcp_identity_by_mac():
    with page("emergency") as t:
        t.wait_for("When nothing else helps")
        t.wait_for("enp1s0, enp2s0")
        agree(t)
        # Nobody gives enp2s0 an address.
        t.wait_for("No address has come to enp2s0", 90)
        t.wait_for(COUNTDOWN)
        t.read(1)
        t.press("left", "enter")
        t.wait_for("new network settings are kept", 30)
    wait_lease()
    assert not has("192.0.2.60")
    with page("dhcp") as t:
        t.wait_for("Which network card")
        t.press("enter")
        t.wait_for(r"MAC address +52:54:00:12:34:56")
        t.wait_for(r"Identified by +the machine ID")
        t.wait_for(r"Server +192\.0\.2\.1")
        t.wait_for(r"Lease obtained +\d\d:\d\d")
        t.press("left", "enter")
        t.wait_for("Identify by the MAC address")
        t.press("space", "down", "space", "enter")
        t.wait_for(r"enp1s0 DHCP +machine ID +MAC address")
        t.wait_for(r"enp1s0 +sent +not sent")
        agree(t)
        t.wait_for("new network settings are kept", 60)
        t.press("enter")
        t.wait_for(r"Identified by +its MAC address")
        t.wait_for(r"Hostname sent +none")
    assert re.search(r"^ClientIdentifier=mac", kept(), re.M), kept()
    assert re.search(r"^SendHostname=(no|false)", kept(), re.M), kept()


def test_emergency_says_which_cards_have_no_room():
    names = [f"port{i}" for i in range(30)]
    run("ip", "-batch", "-", input="\n".join(f"link add {n} type veth peer name {n} netns peer" for n in names))
    try:
        with page("emergency") as t:
            t.wait_for("When nothing else helps")
            words = " ".join(t.text().replace("│", " ").split())
            assert "24 are the most that can be set up at once: 8" in words, words
            t.press("escape")
    finally:
        run("ip", "-batch", "-", input="\n".join(f"link delete {n}" for n in names))


def test_emergency_after_a_failure():
    with to_question("192.0.2.63/24") as t:
        t.read(1)
        t.press("enter")
        t.wait_for("are back", 30)
        t.wait_for("Emergency")
        t.press("f6")
        t.wait_for("When nothing else helps")
        t.press("escape")
        t.wait_for("<Apply>")


def test_a_second_console_waits_its_turn():
    allow_ptys()
    with menu() as first:
        with page("hostname") as second:
            second.wait_for(r"has been changing settings since \d\d:\d\d")
            second.press("enter")
            second.wait_for(r"has been changing settings since \d\d:\d\d")
            assert second.sees("< *Wait *>") and second.sees("<Leave *>"), second.text()
            first.press("escape")
            second.wait_for(r"Hostname +\[")
        with page("hostname") as second:
            second.wait_for(r"Hostname +\[")
            first.press("f2")
            first.wait_for("has been changing settings")
            first.press("right", "enter")
            first.wait_for("F2/2")


def test_who_is_gone_does_not_block():
    first = menu()
    with page("hostname", 40, 12) as second:
        second.wait_for(r"has been[\s│]+changing")
        first.close()
        second.wait_for(r"Hostname +\[")


def test_the_login_shell_has_the_menu():
    with console() as t:
        to_settings(t, PASSWORD)
        choose(t, "5")
        t.wait_for("Which network card")


def copy_machine():
    """Another card than the one that was noted. The sandbox's own are no hardware."""
    if not os.path.exists("/sys/class/net/card0"):
        subprocess.run(["mount", "-t", "tmpfs", "cards", "/sys/class/net"], check=True)
        os.makedirs("/sys/class/net/card0/device")
        for name in ("lo", "enp1s0", "enp2s0"):
            os.symlink(f"../../devices/virtual/net/{name}", f"/sys/class/net/{name}")
        for name, value in (("addr_assign_type", "0"), ("address", "52:54:00:99:99:99")):
            open(f"/sys/class/net/card0/{name}", "w", encoding="ascii").write(value + "\n")
    open(IDENTITY, "w", encoding="ascii").write("UUID=\nMAC=52:54:00:12:34:56\n")


def test_a_copy_is_told_and_renewed():
    copy_machine()
    before = open("/etc/machine-id", encoding="ascii").read()
    with Term(["firstboot"]) as t:
        t.wait_for("looks like a copy")
        t.press("f2")
        t.wait_for("9 +This looks like a copy")
        choose(t, "9")
        t.wait_for(r"it has other hardware\s")
        t.press("escape")
        t.wait_for("What shall be changed")
        choose(t, "9")
        t.wait_for(r"it has other hardware\s")
        t.press("enter")
        t.wait_for("New machine-id")
        t.press("down", "space", "enter")
        t.wait_for("Restart now", 20)
        t.press("enter")
        t.wait_for("What shall be changed")
        assert not t.sees("copy"), t.text()
        t.press("escape")
        t.wait_for("F2/2")
        assert not t.sees("copy"), t.text()
    assert open("/etc/machine-id", encoding="ascii").read() != before


def test_it_is_no_copy():
    copy_machine()
    before = open("/etc/machine-id", encoding="ascii").read()
    with page("copy", 40, 12) as t:
        t.wait_for("looks like a copy")
        t.press("f6")
        t.wait_exit(20)
    assert "52:54:00:99:99:99" in open(IDENTITY, encoding="ascii").read()
    assert open("/etc/machine-id", encoding="ascii").read() == before


def test_emergency_while_nobody_has_claimed_it():
    """The network was set in a wizard that was not gone through to its end."""
    unclaim()
    with Term(["firstboot"]) as t:
        t.wait_for("Welcome to")
        t.wait_for(r"< *Emergency *>")
        t.press("f6")
        t.wait_for("When nothing else helps")
        agree(t)
        t.wait_for("new network settings are kept", 60)
        t.press("enter")
        t.wait_for("Welcome to")


case.run(globals())
