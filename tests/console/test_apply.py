#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The wizard to its end, on real services: what it says is what the machine has."""

import os
import re
import subprocess

import case
from machine import password_is, unplugged, wait_lease
from pages import PASSWORD, agree, copies, give_password, replace, start, to_review
from term import Term


HERE = os.path.dirname(os.path.realpath(__file__))


def output(*argv):
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def test_first_boot_as_the_login_shell():
    assert not password_is(PASSWORD)
    wait_lease()
    case.until(lambda: "default via" in output("ip", "route"))
    with start(argv=[os.path.join(HERE, "../lib/console-session")]) as t:
        to_review(t)
        assert "192.0.2.77" not in output("ip", "-4", "addr", "show", "enp1s0")
        # What was typed ahead of the review does not agree to it.
        t.type("\r" * 5)
        t.read(0.3)
        assert t.sees("<Apply>"), t.text()
        agree(t)
        t.wait_for("Applying")
        t.wait_for(r"working +\w")
        t.type("\r\r\r\033")
        t.wait_for("This appliance is set up", 60)
        t.wait_for(r"https://192\.0\.2\.77:8443/", 20)
        address = output("ip", "-4", "addr", "show", "enp1s0")
        assert "192.0.2.77/24" in address, address
        assert len(re.findall(r"inet ", address)) == 1, address
        assert "default via 192.0.2.1" in output("ip", "route"), output("ip", "route")
        assert output("hostname").strip() == "appliance01"
        assert open("/etc/hostname").read().strip() == "appliance01"
        assert re.search(r"^127\.0\.1\.1\s.*appliance01", open("/etc/hosts").read(), re.M)
        assert password_is(PASSWORD)
        t.press("enter")
        t.wait_for(r"F2/2 Settings")
        t.wait_for(r"https://192\.0\.2\.77:8443/")


def test_reconfigure_is_prefilled_and_says_when_nothing_changes():
    with Term(["firstboot", "--reconfigure"]) as t:
        t.wait_for("Which network card")
        t.press("enter")
        t.wait_for("How does enp1s0")
        t.press("enter")
        t.wait_for(r"IP address +\[192.0.2.77/24 ")
        t.wait_for(r"Gateway +\[192.0.2.1 ")
        t.press("enter")
        t.wait_for(r"Hostname +\[appliance01 ")
        t.press("enter")
        t.wait_for("Leave both")
        t.press("enter", "enter")
        t.wait_for("Nothing would change")
    assert password_is(PASSWORD)


def test_applied_password_is_forgotten():
    with Term(["firstboot", "--reconfigure", "password"]) as t:
        t.wait_for(r"Again +\[")
        give_password(t, PASSWORD + "!")
        t.wait_for("<Apply>")
        assert copies(t.pid, PASSWORD + "!")
        agree(t)
        t.wait_for("new settings are in force", 30)
        assert not copies(t.pid, PASSWORD + "!"), "it is still there"
    assert password_is(PASSWORD + "!")


def test_reconfigure_one_page():
    with Term(["firstboot", "--reconfigure", "hostname"]) as t:
        t.wait_for(r"Hostname +\[appliance01 ")
        replace(t, "Backup-7.Example.com.")
        t.press("enter")
        t.wait_for(r"appliance01 +backup-7.example.com")
        agree(t)
        t.wait_for("new settings are in force", 30)
        assert output("hostname").strip() == "backup-7.example.com"


def ask_without_cable(t):
    """As far as the question whether settings that nothing can prove are to be kept."""
    t.wait_for(r"enp2s0 +no cable")
    t.press("down", "enter")
    t.wait_for("How does enp2s0")
    t.press("down", "enter")
    t.wait_for(r"IP address +\[ ")
    replace(t, "198.51.100.20/24")
    t.press("enter")
    t.wait_for("enp2s0 has no cable")
    agree(t)
    t.wait_for(r"come back in \d+ s", 60)
    assert t.sees("enp2s0 has no cable now"), t.text()
    t.read(1)


@case.variants(("escape", False), ("tab", True))
def test_no_cable_proves_nothing(key, kept):
    with unplugged("enp2s0"), Term(["firstboot", "--reconfigure", "network"]) as t:
        ask_without_cable(t)
        if kept:
            t.press(key, "enter")
            t.wait_for("new settings are in force", 60)
        else:
            t.press(key)
            t.wait_for("old network settings are back", 20)
    path = "/etc/systemd/network/05-firstboot-enp2s0.network"
    text = open(path).read() if os.path.exists(path) else ""
    assert kept == ("198.51.100.20/24" in text), text


def test_address_in_use_is_refused_and_taken_back():
    before = output("ip", "-4", "addr", "show", "enp1s0")
    file_before = open("/etc/systemd/network/05-firstboot-enp1s0.network").read()
    with Term(["firstboot", "--reconfigure", "network"]) as t:
        t.wait_for("enp1s0")
        t.press("up", "enter")
        t.wait_for("How does enp1s0")
        t.press("enter")
        t.wait_for(r"IP address +\[192.0.2.77/24 ")
        replace(t, "192.0.2.1/24")
        t.press("tab")
        replace(t, "192.0.2.254")
        t.press("enter")
        t.wait_for("<Apply>")
        agree(t)
        t.wait_for(r"failed +looking whether", 90)
        t.wait_for(r"192\.0\.2\.1\b")
        t.wait_for("Try again")
        t.press("escape")
        t.wait_for("<Apply>")
    assert open("/etc/systemd/network/05-firstboot-enp1s0.network").read() == file_before
    case.until(lambda: re.findall(r"inet (\S+)", before)
               == re.findall(r"inet (\S+)", output("ip", "-4", "addr", "show", "enp1s0")))


case.run(globals())
